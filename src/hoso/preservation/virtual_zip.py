"""A zip that is never written: its layout is arithmetic, its bytes come from where they lie.

Entries are stored, so the length and place of everything is known before a byte is read: any
range is answered by reading only what lies under it.  Two archives of the same entries are equal
byte for byte (APPNOTE.TXT 6.3.10: local header, data, central directory, zip64 where needed).

Whoever is given the last byte of an entry gets it only after the whole entry was hashed: bytes
that are not what was recorded end the answer, which a receiver knows by its length.
"""

from __future__ import annotations

import hashlib
import io
import json
import struct
from array import array
from bisect import bisect_right
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing
from typing import IO, Any, Protocol

from hoso.kernel.errors import Unusable

__all__ = ["Damaged", "Streamed", "VirtualFile", "VirtualZip"]

CHUNK = 1 << 20

_LOCAL = struct.Struct("<4s5H3I2H")
_CENTRAL = struct.Struct("<4s6H3I5H2I")
_END = struct.Struct("<4s4H2IH")
_END64 = struct.Struct("<4sQ2H2I4Q")
_LOCATOR = struct.Struct("<4sIQI")
_MOST_32 = 0xFFFFFFFF
_MOST_16 = 0xFFFF
_DAY = (0 << 9) | (1 << 5) | 1  # 1 January 1980, the first day a zip can name
_UNIX = 3 << 8
_MODE = 0o100644 << 16
_PLAIN, _ZIP64 = 20, 45  # version needed to read


class Damaged(Unusable):
    """Bytes of an entry are not those that were recorded, or cannot be read."""

    message = (
        "{path} is not what was filed ({why}). Nothing more of the package was given out. "
        "Restore the file from a verified copy, then freeze the package again."
    )


class Streamed(Protocol):
    """What is asked of an entry; ``preservation.layout.Entry`` has it."""

    @property
    def path(self) -> str: ...
    @property
    def size(self) -> int: ...
    @property
    def sha256(self) -> str: ...
    @property
    def crc32(self) -> int | None: ...
    @property
    def open(self) -> Callable[[], IO[bytes]]: ...


class VirtualZip:
    """The zip of a sequence of entries below one folder.

    :ivar size: of the whole, in bytes.
    """

    def __init__(self, top: str, entries: Sequence[Streamed]) -> None:
        self.top = top
        self.entries = entries
        self._starts, self._records = array("Q"), array("Q")
        self._names = [f"{top}/{entry.path}".encode() for entry in entries]
        at = 0
        for entry, name in zip(entries, self._names, strict=True):
            self._starts.append(at)
            at += _LOCAL.size + len(name) + _local_extra(entry.size) + entry.size
        self._central = at
        for entry, name, start in zip(entries, self._names, self._starts, strict=True):
            self._records.append(at)
            at += _CENTRAL.size + len(name) + len(_central_extra(entry.size, start))
        self._end = at
        self._tail = self._end_records()
        self.size = at + len(self._tail)

    @property
    def etag(self) -> str:
        """SHA-256 over what lies where: equal for equal archives, known without reading one."""
        digest = hashlib.sha256(b"hoso virtual zip 1\n")
        for entry, name in zip(self.entries, self._names, strict=True):
            line = [name.decode(), entry.size, entry.sha256.lower(), _crc(entry)]
            digest.update(json.dumps(line, ensure_ascii=True).encode() + b"\n")
        return digest.hexdigest()

    def stream(
        self, start: int = 0, stop: int | None = None, *, verified: bool = True
    ) -> Iterator[bytes]:
        """Yield the bytes from *start* up to *stop* (the end, where none is said).

        :param verified: hash each entry whose last byte is given out, from its own beginning,
            and raise :class:`Damaged` before that last piece; without, only lengths are looked at.
        """
        stop = self.size if stop is None else min(stop, self.size)
        if not 0 <= start <= stop:
            raise ValueError(f"no range: {start} to {stop} of {self.size}")
        if start < self._central:
            first = bisect_right(self._starts, start) - 1
            for number in range(first, len(self.entries)):
                if self._starts[number] >= stop:
                    return
                yield from self._entry(number, start, stop, verified=verified)
        if stop <= self._central:
            return
        first = max(bisect_right(self._records, start) - 1, 0)
        for number in range(first, len(self.entries)):
            at = self._records[number]
            if at >= stop:
                return
            yield from _cut(self._central_record(number), at, start, stop)
        yield from _cut(self._tail, self._end, start, stop)

    def _entry(self, number: int, start: int, stop: int, *, verified: bool) -> Iterator[bytes]:
        entry, at = self.entries[number], self._starts[number]
        header = self._local_header(number)
        yield from _cut(header, at, start, stop)
        data = at + len(header)
        begin, end = max(start - data, 0), min(stop - data, entry.size)
        if begin < end or (not entry.size and start <= data < stop):
            yield from _content(entry, begin, end, verified=verified)

    def _local_header(self, number: int) -> bytes:
        entry, name = self.entries[number], self._names[number]
        big = entry.size >= _MOST_32
        size = _MOST_32 if big else entry.size
        extra = struct.pack("<2H2Q", 1, 16, entry.size, entry.size) if big else b""
        version = _ZIP64 if big else _PLAIN
        return (
            _LOCAL.pack(
                b"PK\3\4",
                version,
                _flags(name),
                0,  # stored
                0,  # midnight
                _DAY,
                _crc(entry),
                size,
                size,
                len(name),
                len(extra),
            )
            + name
            + extra
        )

    def _central_record(self, number: int) -> bytes:
        entry, name, start = self.entries[number], self._names[number], self._starts[number]
        extra = _central_extra(entry.size, start)
        version = _ZIP64 if extra else _PLAIN
        size = min(entry.size, _MOST_32)
        return (
            _CENTRAL.pack(
                b"PK\1\2",
                _UNIX | version,
                version,
                _flags(name),
                0,
                0,
                _DAY,
                _crc(entry),
                size,
                size,
                len(name),
                len(extra),
                0,  # no comment
                0,  # this disk
                0,
                _MODE,
                min(start, _MOST_32),
            )
            + name
            + extra
        )

    def _end_records(self) -> bytes:
        count, at, size = len(self.entries), self._central, self._end - self._central
        plain = _END.pack(
            b"PK\5\6",
            0,
            0,
            min(count, _MOST_16),
            min(count, _MOST_16),
            min(size, _MOST_32),
            min(at, _MOST_32),
            0,
        )
        if count < _MOST_16 and at < _MOST_32 and size < _MOST_32:
            return plain
        rest = _END64.size - 12  # what follows the length itself
        return (
            _END64.pack(b"PK\6\6", rest, _UNIX | _ZIP64, _ZIP64, 0, 0, count, count, size, at)
            + _LOCATOR.pack(b"PK\6\7", 0, self._end, 1)
            + plain
        )


def _local_extra(size: int) -> int:
    return 20 if size >= _MOST_32 else 0


def _central_extra(size: int, start: int) -> bytes:
    """Return the zip64 field: only what did not fit (APPNOTE 4.5.3), in this order."""
    values = [size, size] if size >= _MOST_32 else []
    values += [start] if start >= _MOST_32 else []
    return struct.pack(f"<2H{len(values)}Q", 1, 8 * len(values), *values) if values else b""


def _flags(name: bytes) -> int:
    """Return bit 11, "the name is UTF-8", where it says something (as Python's zipfile does)."""
    return 0 if name.isascii() else 0x0800


def _crc(entry: Streamed) -> int:
    if entry.crc32 is None:
        raise ValueError(f"the CRC-32 of {entry.path} is not known")
    return entry.crc32


def _cut(content: bytes, at: int, start: int, stop: int) -> Iterator[bytes]:
    """Yield what of *content*, which stands at *at*, lies between *start* and *stop*."""
    found = content[max(start - at, 0) : max(stop - at, 0)]
    if found:
        yield found


def _content(entry: Streamed, begin: int, end: int, *, verified: bool) -> Iterator[bytes]:
    """Yield the bytes *begin* to *end* of an entry."""
    # Only who gets the last byte is answered for the whole entry: what comes before is of
    # no use without it, and is hashed again then.
    hashing = hashlib.sha256() if verified and end == entry.size else None
    try:
        with closing(entry.open()) as stream:
            at = 0 if hashing is not None else begin
            if at:
                stream.seek(at)
            while at < end:
                chunk = stream.read(min(CHUNK, end - at))
                if not chunk:
                    raise Damaged(path=entry.path, why=f"it ends after {at} bytes")
                if hashing is not None:
                    hashing.update(chunk)
                    if at + len(chunk) == end:
                        _whole(entry, hashing.hexdigest(), stream)
                begins, at = at, at + len(chunk)
                if at > begin:
                    yield chunk[begin - begins :] if begins < begin else chunk
            if hashing is not None and not entry.size:
                _whole(entry, hashing.hexdigest(), stream)
    except (OSError, KeyError) as error:  # POSKeyError, a blob that is gone, is a KeyError
        raise Damaged(path=entry.path, why=str(error) or type(error).__name__) from error


def _whole(entry: Streamed, digest: str, stream: IO[bytes]) -> None:
    if stream.read(1):
        raise Damaged(path=entry.path, why=f"it is longer than {entry.size} bytes")
    if digest != entry.sha256.lower():
        raise Damaged(path=entry.path, why=f"its SHA-256 is {digest}")


class VirtualFile(io.RawIOBase):
    """The archive as a file to read and seek in, for whoever wants to open it as a zip.

    Nothing is hashed here: it is for readers that do so themselves.
    """

    def __init__(self, archive: VirtualZip) -> None:
        self._archive = archive
        self._at = 0
        self._rest: Iterator[bytes] = iter(())
        self._left = memoryview(b"")
        self._next = -1

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._archive.size}[whence]
        if base + offset < 0:
            raise ValueError("before the beginning")
        self._at = base + offset
        return self._at

    def readinto(self, buffer: Any, /) -> int:
        view = memoryview(buffer).cast("B")
        if self._at >= self._archive.size:
            return 0
        if self._next != self._at:
            self._begin()
        if not self._left:
            self._left = memoryview(next(self._rest, b""))
        # One piece at most: who asks for a header shall not have the file behind it opened.
        taken = self._left[: len(view)]
        view[: len(taken)] = taken
        self._left = self._left[len(taken) :]
        self._at += len(taken)
        self._next = self._at
        return len(taken)

    def _begin(self) -> None:
        """Go on somewhere else than where the last read ended."""
        self._end()
        self._rest = self._archive.stream(self._at, verified=False)

    def _end(self) -> None:
        if isinstance(self._rest, Generator):
            self._rest.close()
        self._rest, self._left = iter(()), memoryview(b"")

    def close(self) -> None:
        self._end()
        super().close()
