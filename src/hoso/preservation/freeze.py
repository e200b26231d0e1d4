"""Freeze a package: pin what stands in it, so that the same bytes can be sent for months.

Files of the dossier are held by their blobs and never copied; what the format made (METS,
manifests) is kept once, in one blob of the export.  A frozen package opens as the same layout on
any day, whatever became of the dossier.
"""

from __future__ import annotations

import hashlib
import io
import struct
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from hoso.preservation.delivery.model import Export, Line
from hoso.preservation.layout import Entry, Layout
from hoso.preservation.virtual_zip import VirtualZip
from hoso.records.model import Document, Reason
from hoso.storage.blobs import Spooled, blob_of, spool

__all__ = [
    "FrozenEntry",
    "archive_of",
    "covering_of",
    "entries_of",
    "fill",
    "open_line",
    "read_through",
    "seal_with",
    "spool_made",
]

_CHUNK = 1 << 20
_CRC = struct.Struct("<I")
_SEAL = -1


@dataclass(frozen=True, slots=True)
class FrozenEntry:
    """One file of a frozen package, to be streamed."""

    path: str
    size: int
    sha256: str
    open: Callable[[], IO[bytes]] = field(repr=False, compare=False)
    crc32: int | None = None


# Putting in ----------------------------------------------------------------------------------


def spool_made(layout: Layout, folder: Path) -> Spooled:
    """Put what the format made behind one another into one spool file."""
    joined: Any = _Joined(entry for entry in layout.entries if entry.made)
    return spool(joined, folder, limit=1 << 40)


class _Joined(io.RawIOBase):
    """The contents of several entries, one behind the other."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self._pieces = (piece for entry in entries for piece in _pieces(entry))

    def readable(self) -> bool:
        return True

    def read(self, _size: int = -1) -> bytes:
        return next(self._pieces, b"")


def _pieces(entry: Entry) -> Iterator[bytes]:
    with closing(entry.open()) as stream:
        while piece := stream.read(_CHUNK):
            yield piece


def fill(
    export: Export, layout: Layout, made: Spooled, *, papers: Iterable[Document], connection: Any
) -> None:
    """Give an export its lines: the blobs of the papers, and what was made, spooled."""
    blobs = {
        (paper.uid, kept.sha256.lower()): kept.blob
        for paper in papers
        for kept in paper.renditions.values()
    }
    # Read before they are used below: a blob of a transaction that is under way has no bytes yet.
    export.made = blob_of(made, connection)
    at = 0
    for number, entry in enumerate(layout.entries):
        digest = bytes.fromhex(entry.sha256)
        if entry.made:
            export.lines[number] = Line(entry.path, entry.size, digest, at=at, crc32=entry.crc32)
            at += entry.size
        else:
            blob = blobs[entry.document, entry.sha256.lower()]
            export.lines[number] = Line(entry.path, entry.size, digest, blob, crc32=entry.crc32)
    covering = layout[layout.covering]
    export.covering, export.sealed_as = layout.covering, layout.signature
    export.covering256, export.covering512 = covering.sha256, covering.sha512


# Taking out ----------------------------------------------------------------------------------


def entries_of(export: Export) -> list[FrozenEntry]:
    """Return the files of a frozen package; they open as long as its connection does."""
    crcs = [crc for (crc,) in _CRC.iter_unpack(export.crcs)]
    return [
        FrozenEntry(
            line.path,
            line.size,
            line.sha256.hex(),
            _opener(line, export.made, export.seal),
            crcs[number] if number < len(crcs) else line.crc32,
        )
        for number, line in enumerate(export.lines.values())
    ]


def archive_of(export: Export) -> VirtualZip:
    """Return the zip of a package that was read through."""
    return VirtualZip(export.top, entries_of(export))


def open_line(export: Export, line: Line) -> IO[bytes]:
    """Open one file of a frozen package."""
    return _opener(line, export.made, export.seal)()


def _opener(line: Line, made: Any, seal: bytes) -> Callable[[], IO[bytes]]:
    def opened() -> IO[bytes]:
        if line.at == _SEAL:
            return io.BytesIO(seal)
        # As committed: of a blob that has no bytes yet there is nothing to give out.
        stream: Any = (made if line.blob is None else line.blob).open("c")
        if line.blob is None:
            stream = _Part(stream, line.at, line.size)
        return stream  # type: ignore[no-any-return]

    return opened


class _Part(io.RawIOBase):
    """The bytes of one of several contents that lie behind one another."""

    def __init__(self, stream: IO[bytes], start: int, size: int) -> None:
        self._stream, self._start, self._size = stream, start, size
        self.seek(0)

    def readable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        if whence != io.SEEK_SET:
            raise ValueError("only from the beginning")
        self._left = max(self._size - offset, 0)
        return self._stream.seek(self._start + offset) - self._start

    def read(self, size: int = -1) -> bytes:
        piece = self._stream.read(self._left if size < 0 else min(size, self._left))
        self._left -= len(piece)
        return piece

    def close(self) -> None:
        self._stream.close()
        super().close()


# Reading through -----------------------------------------------------------------------------


def read_through(
    entries: Iterable[FrozenEntry], *, whole: bool = False
) -> tuple[bytes, tuple[Reason, ...]]:
    """Read what has no CRC-32 yet; return that of each entry, and what is not as recorded.

    One that was kept at intake is as good as any: the second reader hashes every byte right
    after, and compares it too.

    :param whole: read every byte all the same, to name what is damaged.
    """
    crcs, problems = bytearray(), []
    for entry in entries:
        if entry.crc32 is not None and not whole:
            crcs += _CRC.pack(entry.crc32)
            continue
        digest, crc, seen, why = hashlib.sha256(), 0, 0, ""
        try:
            with closing(entry.open()) as stream:
                while piece := stream.read(_CHUNK):
                    digest.update(piece)
                    crc = zlib.crc32(piece, crc)
                    seen += len(piece)
        except (OSError, KeyError) as error:  # POSKeyError, a blob that is gone, is a KeyError
            why = str(error) or type(error).__name__
        if not why and seen != entry.size:
            why = f"{seen} bytes, {entry.size} recorded"
        if not why and digest.hexdigest() != entry.sha256:
            why = f"SHA-256 {digest.hexdigest()}"
        if why:
            problems.append(
                Reason(
                    "damaged",
                    "{path} is not what was filed ({why}).",
                    (("path", entry.path), ("why", why)),
                )
            )
        crcs += _CRC.pack(crc)
    return bytes(crcs), tuple(problems)


def seal_with(export: Export, signature: bytes) -> None:
    """Keep the site's signature; where the package takes one inside, it is its last file.

    No digest of the package covers it: everything else can be made again byte for byte.
    """
    export.seal = signature
    if export.sealed_as:
        digest = hashlib.sha256(signature).digest()
        line = Line(export.sealed_as, len(signature), digest, at=_SEAL)
        export.lines[len(export.lines)] = line
        export.crcs += _CRC.pack(zlib.crc32(signature))


def covering_of(entries: Iterable[FrozenEntry], export: Export) -> bytes:
    """Return the file that covers all the others, as it was frozen."""
    entry = next(one for one in entries if one.path == export.covering)
    with closing(entry.open()) as stream:
        return stream.read()
