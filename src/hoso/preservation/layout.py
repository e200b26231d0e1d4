"""What stands in a package and where: an ordered list of entries that anything can write out.

A format makes a layout of a neutral package; a folder, a zip on disk and a download that starts
in the middle are three ways to write the same layout.  Bytes of the dossier are not copied into
it: each entry opens its own.  What the format makes itself (METS, manifests) lies in a scratch
folder or in memory, since descriptions of ten thousand files are many megabytes.
"""

from __future__ import annotations

import hashlib
import io
import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import IO, cast

from hoso.preservation.package import PackagedFile

__all__ = ["Entry", "Layout", "file_entry", "made", "made_on_disk", "ordered"]

_SMALL = 1 << 16


@dataclass(frozen=True, slots=True)
class Entry:
    """One file of a package.

    :ivar path: below the top folder, ASCII, ``/`` between folders.
    :ivar sha256: and ``sha512``, lower-case hex, as recorded; whoever writes the bytes compares.
    :ivar crc32: of the bytes where it is known (of all that was made here, and of what came since it
        is kept at intake), else ``None``.
    :ivar made: whether the format made it; the rest are files of the dossier.
    :ivar name: what people call it; ``path`` where nobody does.
    """

    path: str
    size: int
    sha256: str
    sha512: str
    open: Callable[[], IO[bytes]] = field(repr=False, compare=False)
    crc32: int | None = None
    mime: str = "application/octet-stream"
    made: bool = False
    document: str = ""
    name: str = ""


@dataclass(frozen=True)
class Layout:
    """A package before it is written: entries in order of their paths' bytes.

    :ivar top: the one folder on top, and the package's name.
    :ivar identifier: what the package calls itself (of E-ARK its OBJID).
    :ivar covering: path of the entry whose digest covers every other byte.
    :ivar signature: path a signature over ``covering`` is to have inside; "" where it may only
        stand beside the package.
    """

    profile: str
    top: str
    identifier: str
    covering: str
    entries: tuple[Entry, ...]
    signature: str = ""

    def __getitem__(self, path: str) -> Entry:
        found = next((entry for entry in self.entries if entry.path == path), None)
        if found is None:
            raise KeyError(path)
        return found

    @property
    def payload(self) -> tuple[Entry, ...]:
        """What a bag carries; of a package that is no bag, everything."""
        if not self.covering.startswith("tagmanifest"):
            return self.entries
        return tuple(entry for entry in self.entries if entry.path.startswith("data/"))

    def with_entries(self, more: Iterable[Entry]) -> Layout:
        """Return the layout with further entries (signatures) among the others."""
        return replace(self, entries=ordered((*self.entries, *more)))


def ordered(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """Return entries in order; two of one path are a fault of the builder."""
    found = tuple(sorted(entries, key=lambda entry: entry.path))
    for one, other in pairwise(found):
        if one.path == other.path:
            raise ValueError(f"two files would have the path {one.path}")
    return found


def file_entry(path: str, file: PackagedFile) -> Entry:
    """Return the entry of a file of the dossier."""
    return Entry(
        path,
        file.size,
        file.sha256.lower(),
        file.sha512.lower(),
        file.open,
        file.crc32,
        mime=file.mime,
        document=file.document,
        name=file.name,
    )


def made(path: str, content: bytes, *, mime: str = "application/octet-stream") -> Entry:
    """Return the entry of a small content at hand."""
    return Entry(
        path,
        len(content),
        hashlib.sha256(content).hexdigest(),
        hashlib.sha512(content).hexdigest(),
        partial(io.BytesIO, content),
        crc32=zlib.crc32(content),
        mime=mime,
        made=True,
    )


def made_on_disk(
    path: str,
    scratch: Path,
    write: Callable[[IO[bytes]], None],
    *,
    mime: str = "application/octet-stream",
) -> Entry:
    """Let *write* write a content of any length to a file of *scratch*; return its entry.

    The file must live as long as the entry is used.
    """
    # The path is unique in its package; the name on disk need only not meet another.
    place = scratch / f"{hashlib.sha256(path.encode()).hexdigest()[:24]}.made"
    with place.open("xb") as raw:
        out = _Hashing(raw)
        write(cast(IO[bytes], out))
        out.flush()
    if out.size <= _SMALL:
        # Thousands of small files are quicker and kinder in memory than on disk.
        content = place.read_bytes()
        place.unlink()
        return made(path, content, mime=mime)
    return Entry(
        path,
        out.size,
        out.sha256.hexdigest(),
        out.sha512.hexdigest(),
        lambda: place.open("rb"),
        crc32=out.crc32,
        mime=mime,
        made=True,
    )


class _Hashing:
    """Counts and hashes what passes; the part of a file that writers of XML ask for.

    Descriptions come in lines: they are gathered first, since each call costs more than a line.
    """

    def __init__(self, raw: IO[bytes]) -> None:
        self.raw = raw
        self.sha256 = hashlib.sha256()
        self.sha512 = hashlib.sha512()
        self.crc32 = self.size = self._waiting = 0
        self._lines: list[bytes] = []

    def write(self, content: bytes) -> int:
        self._lines.append(content)
        self._waiting += len(content)
        if self._waiting >= _SMALL:
            self.flush()
        return len(content)

    def flush(self) -> None:
        """Hash and write what was gathered."""
        content = b"".join(self._lines)
        self._lines.clear()
        self._waiting = 0
        self.sha256.update(content)
        self.sha512.update(content)
        self.crc32 = zlib.crc32(content, self.crc32)
        self.size += len(content)
        self.raw.write(content)
