"""The folder of an import: files by the path a list gives, and never one outside it.

Every step of a path is opened from the folder above it and no link is followed, so neither
``..`` nor a link, also one made while the import runs, leads out.
"""

from __future__ import annotations

import errno
import os
import stat
import unicodedata
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

__all__ = ["NotThere", "Outside", "SourceFolder", "folders_at", "parts_of"]

_FOLDERS_KEPT_OPEN = 32
_DEEPEST = 64
_ANY = os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW


class Outside(Exception):
    """The path leads, or may lead, out of the folder."""


class NotThere(Exception):
    """There is no such file."""


@dataclass(frozen=True)
class Found:
    """A file that is there: its path below the folder as the disk spells it, and its size."""

    parts: tuple[str, ...]
    size: int

    @property
    def path(self) -> str:
        return "/".join(self.parts)


def folders_at(root: Path, *, most: int = 300) -> list[str]:
    """Return the folders below *root*, two deep, as paths; links are left out.

    What a page offers: a person chooses one, and types none.
    """
    found: list[str] = []
    for first in _folders(root):
        found.append(first)
        found += [f"{first}/{second}" for second in _folders(root / first)]
        if len(found) >= most:
            break
    return found[:most]


def _folders(above: Path) -> list[str]:
    try:
        with os.scandir(above) as entries:
            names = [one.name for one in entries if one.is_dir(follow_symlinks=False)]
    except OSError:
        return []
    return sorted(name for name in names if name.isprintable() and not name.startswith("."))


def parts_of(given: str) -> tuple[str, ...]:
    r"""Return the steps of a path as a list gives it, with ``/`` or ``\`` between them.

    Raise :class:`Outside` for what is absolute, names a drive, or goes upwards.
    """
    path = given.strip().replace("\\", "/")
    if path.startswith("/") or "\x00" in path or (len(path) > 1 and path[1] == ":"):
        raise Outside(given)
    parts = tuple(part for part in path.split("/") if part not in {"", "."})
    if not parts or ".." in parts or len(parts) > _DEEPEST:
        raise Outside(given)
    return parts


class SourceFolder:
    """A folder whose files are looked up by path; use it as a context."""

    def __init__(self, root: Path) -> None:
        self.root = root
        # The folder itself may be named through a link: the person who gave it did.
        self._root = os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        self._open: OrderedDict[tuple[str, ...], int] = OrderedDict()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Give back what is open."""
        for descriptor in self._open.values():
            os.close(descriptor)
        self._open.clear()
        if self._root >= 0:
            os.close(self._root)
            self._root = -1

    def find(self, given: str) -> Found:
        """Return the regular file of a path; raise :class:`Outside` or :class:`NotThere`.

        The names on disk may be composed or taken apart (macOS); either is found.
        """
        try:
            spelled: tuple[str, ...] = ()
            *folders, name = parts_of(given)
            for step in folders:
                spelled = self._step(spelled, step)
            above = self._folder(spelled)
            for form in _spellings(name):
                known = _kind(form, above)
                if known is not None and stat.S_ISLNK(known.st_mode):
                    raise Outside(given)
                if known is not None and stat.S_ISREG(known.st_mode):
                    return Found((*spelled, form), known.st_size)
        except ValueError as error:  # letters no file system has
            raise NotThere(given) from error
        raise NotThere(given)

    def _step(self, above: tuple[str, ...], step: str) -> tuple[str, ...]:
        for form in _spellings(step):
            try:
                self._folder((*above, form))
            except OSError:
                continue
            return (*above, form)
        raise NotThere("/".join((*above, step)))

    def open(self, found: Found) -> BinaryIO:
        """Open a file that was found, again without following a link."""
        try:
            above = self._folder(found.parts[:-1])
            # Not blocking: what was a file may have become a pipe.
            descriptor = os.open(found.parts[-1], _ANY | os.O_NONBLOCK, dir_fd=above)
        except OSError as error:
            if error.errno in {errno.ELOOP, errno.EMLINK}:
                raise Outside(found.path) from error
            raise
        try:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                raise NotThere(found.path)
            return os.fdopen(descriptor, "rb")
        except BaseException:
            os.close(descriptor)
            raise

    def _folder(self, parts: tuple[str, ...]) -> int:
        """Return the descriptor of a folder below; the last ones used stay open."""
        if not parts:
            return self._root
        known = self._open.get(parts)
        if known is not None:
            self._open.move_to_end(parts)
            return known
        above = self._folder(parts[:-1])
        try:
            descriptor = os.open(parts[-1], _ANY | os.O_DIRECTORY, dir_fd=above)
        except NotADirectoryError as error:
            # What O_NOFOLLOW says of a link where a folder is wanted.
            known_as = os.stat(parts[-1], dir_fd=above, follow_symlinks=False)
            if stat.S_ISLNK(known_as.st_mode):
                raise Outside("/".join(parts)) from error
            raise
        self._open[parts] = descriptor
        while len(self._open) > _FOLDERS_KEPT_OPEN:
            _parts, oldest = self._open.popitem(last=False)
            os.close(oldest)
        return descriptor

    def walk(self) -> Iterator[str]:
        """Yield every regular file below as a path, links left out; memory holds one branch."""
        yield from self._walk(())

    def _walk(self, parts: tuple[str, ...]) -> Iterator[str]:
        folders: list[str] = []
        with os.scandir(os.path.join(self.root, *parts)) as entries:  # noqa: PTH118 -- as it is spelled
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    folders.append(entry.name)
                elif entry.is_file(follow_symlinks=False):
                    yield "/".join((*parts, entry.name))
        for name in sorted(folders):
            yield from self._walk((*parts, name))


def _kind(name: str, above: int) -> os.stat_result | None:
    try:
        return os.stat(name, dir_fd=above, follow_symlinks=False)
    except OSError:
        return None


def _spellings(name: str) -> Iterator[str]:
    yield name
    for form in ("NFC", "NFD"):
        spelled = unicodedata.normalize(form, name)
        if spelled != name:
            yield spelled
