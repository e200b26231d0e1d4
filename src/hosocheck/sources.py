"""Where a package is read from: a folder or a zip, as names and streams, never unpacked."""

from __future__ import annotations

import os
import stat
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Literal, Protocol

from hosocheck.limits import Limits
from hosocheck.zip_reader import ZipFault, ZipReader

__all__ = ["Openable", "Source", "ZipFault", "opened"]

_CHUNK = 1 << 18  # larger ones cost a page fault for each page, each time
_NOWHERE = frozenset({"", ".", ".."})
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_Say = Callable[[str, str, str], None]


class Openable(Protocol):
    """A zip that is no file of this machine; a path has all of this."""

    @property
    def name(self) -> str: ...
    @property
    def stem(self) -> str: ...
    def open(self, mode: Literal["rb"], /) -> IO[bytes]: ...


class Source(Protocol):
    """The files of a package with their sizes; ``open`` yields the bytes of one."""

    @property
    def name(self) -> str: ...
    @property
    def sizes(self) -> Mapping[str, int]: ...
    @property
    def folders(self) -> frozenset[str]: ...
    def open(self, name: str) -> Iterator[bytes]: ...


@contextmanager
def opened(path: Path | Openable, *, say: _Say, limits: Limits) -> Iterator[Source]:
    """Open what is at *path*; names that lead elsewhere are told and left out."""
    if isinstance(path, Path) and path.is_dir() and not path.is_symlink():
        yield _Folder(path, say=say, limits=limits)
        return
    with path.open("rb") as stream:
        yield _Zip(path.stem, ZipReader(stream, say=say, limits=limits), say=say, limits=limits)


def _fault_of(name: str, limits: Limits) -> str:
    """Return why a name may not be in a package, or nothing."""
    parts = name.split("/")
    if name.startswith(("/", "~")) or "\\" in name or (len(name) > 1 and name[1] == ":"):
        return "is not a path inside the package"
    if not _NOWHERE.isdisjoint(parts):
        return "is not a path inside the package"
    plain = name.isascii() and name.isprintable()  # of ASCII, all that does not show is Cc
    if not plain and any(unicodedata.category(letter) in _HIDDEN for letter in name):
        return "has letters in its name that do not show"
    if len(name.encode()) > limits.name_bytes or len(parts) > limits.depth:
        return "has a name that is too long"
    return ""


def _kept(found: Mapping[str, int], say: _Say, limits: Limits) -> dict[str, int]:
    """Return the files whose names are plain and cannot be taken for one another."""
    kept: dict[str, int] = {}
    seen: dict[str, str] = {}
    for name, size in found.items():
        fault = _fault_of(name, limits)
        folded = (name if name.isascii() else unicodedata.normalize("NFC", name)).casefold()
        if fault:
            say("NAME-OUTSIDE", name, fault)
        elif folded in seen:
            say("NAME-CLASH", name, f"cannot be told from {seen[folded]} on every disk")
        else:
            kept[name] = size
            seen[folded] = name
    for folded in _folders_of(seen) & set(seen):
        say("NAME-CLASH", seen[folded], "is a file and a folder at once")
        del kept[seen[folded]]
    return kept


class _Folder:
    """A package as a folder; links are not followed."""

    def __init__(self, root: Path, *, say: _Say, limits: Limits) -> None:
        self.name = root.resolve().name
        self._root = root
        found: dict[str, int] = {}
        folders: set[str] = set()
        waiting, total = [root], 0
        while waiting:
            for path in sorted(waiting.pop().iterdir()):
                status = path.lstat()
                name = os.fsencode(path.relative_to(root)).decode("utf-8", "backslashreplace")
                if stat.S_ISDIR(status.st_mode):
                    folders.add(name)
                    waiting.append(path)
                elif stat.S_ISREG(status.st_mode):
                    found[name] = status.st_size
                    total += status.st_size
                else:
                    say("NAME-LINK", name, "is neither a file nor a folder")
            if len(found) > limits.entries or total > limits.total_bytes:
                raise ZipFault(f"has more than {limits.entries} files or too many bytes")
        self.sizes = _kept(found, say, limits)
        self.folders = frozenset(folders)

    def open(self, name: str) -> Iterator[bytes]:
        flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0)
        with os.fdopen(os.open(self._root / name, flags), "rb", buffering=0) as stream:
            while chunk := stream.read(_CHUNK):
                yield chunk


class _Zip:
    """A package as a zip; one folder on top is taken off the names (RFC 8493 section 4)."""

    def __init__(self, stem: str, reader: ZipReader, *, say: _Say, limits: Limits) -> None:
        self._reader = reader
        kept = _kept({name: e.size for name, e in reader.entries.items()}, say, limits)
        tops = {name.partition("/")[0] for name in (*kept, *reader.folders)}
        single = len(tops) == 1 and all("/" in name for name in kept) and bool(kept)
        self._top = f"{tops.pop()}/" if single else ""
        self.name = self._top.rstrip("/") or stem
        self.sizes = {name[len(self._top) :]: size for name, size in kept.items()}
        told = {name[len(self._top) :] for name in reader.folders if name.startswith(self._top)}
        self.folders = frozenset(told - {""} | _folders_of(self.sizes))

    def open(self, name: str) -> Iterator[bytes]:
        return self._reader.open(self._top + name)


def _folders_of(names: Iterable[str]) -> set[str]:
    """Return every folder that one of the names lies in, at any depth."""
    found: set[str] = set()
    for name in names:
        above = name.rpartition("/")[0]
        while above and above not in found:
            found.add(above)
            above = above.rpartition("/")[0]
    return found
