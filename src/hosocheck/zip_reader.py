"""Read a zip by its central directory, and refuse what an honest packer never writes.

Not :mod:`zipfile`: that trusts names, skips bytes between entries and takes the last of two
entries with one name, while other programs take the first.  Here every byte of the file
belongs to exactly one entry or to the directory; the local header and the directory must say
the same; nothing is encrypted, linked, doubled or swollen beyond reason.  APPNOTE 6.3.10.
"""

from __future__ import annotations

import io
import os
import stat
import struct
import zlib
from collections.abc import Callable, Iterable, Iterator
from typing import IO, NamedTuple

from hosocheck.limits import Limits

__all__ = ["Entry", "ZipFault", "ZipReader"]

_END = struct.Struct("<IHHHHIIH")
_END64 = struct.Struct("<IQHHIIQQQQ")
_LOCATOR = struct.Struct("<IIQI")
_CENTRAL = struct.Struct("<IHHHHHHIIIHHHHHII")
_LOCAL = struct.Struct("<IHHHHHIIIHH")
_FULL16, _FULL32 = 0xFFFF, 0xFFFFFFFF
_STORED, _DEFLATED = 0, 8
_ENCRYPTED, _DESCRIPTOR, _STRONG, _UTF8 = 1, 8, 64, 2048
_CHUNK = 1 << 18
_DIRECTORY_BYTES = 256 << 20


class ZipFault(Exception):
    """The zip, or one entry of it, is refused; the message says why."""


class Entry(NamedTuple):
    """One file of a zip as its directory has it; ``start`` is where its data begin."""

    name: str
    size: int
    packed: int
    crc: int
    method: int
    header: int
    start: int
    end: int


class ZipReader:
    """The files of one zip; what is refused is told through *say*, one entry at a time."""

    def __init__(
        self, stream: IO[bytes], *, say: Callable[[str, str, str], None], limits: Limits
    ) -> None:
        self._stream = stream
        self._say = say
        self._limits = limits
        self._file = _file_of(stream)
        self._size = stream.seek(0, io.SEEK_END)
        self.entries: dict[str, Entry] = {}
        self.folders: list[str] = []
        self._read()

    def open(self, name: str) -> Iterator[bytes]:
        """Yield the bytes of an entry; raise ``ZipFault`` when they are not what was said."""
        entry = self.entries[name]
        seen, crc = 0, 0
        for chunk in self._inflated(entry) if entry.method else self._raw(entry):
            seen += len(chunk)
            if seen > entry.size:
                raise ZipFault(f"has more than the {entry.size} bytes that are announced")
            crc = zlib.crc32(chunk, crc)
            yield chunk
        if seen != entry.size:
            raise ZipFault(f"has {seen} bytes, {entry.size} are announced")
        if crc != entry.crc:
            raise ZipFault("does not have the checksum (CRC-32) that is announced")

    def _raw(self, entry: Entry) -> Iterable[bytes]:
        if 0 < entry.packed <= _CHUNK:
            return (self._at(entry.start, entry.packed),)
        return self._pieces(entry.start, entry.packed)

    def _pieces(self, at: int, left: int) -> Iterator[bytes]:
        while left:
            chunk = self._at(at, min(left, _CHUNK))
            at, left = at + len(chunk), left - len(chunk)
            yield chunk

    def _inflated(self, entry: Entry) -> Iterator[bytes]:
        inflate = zlib.decompressobj(-zlib.MAX_WBITS)
        try:
            for packed in self._raw(entry):
                waiting = packed
                while waiting:
                    yield inflate.decompress(waiting, _CHUNK)
                    waiting = inflate.unconsumed_tail
            yield inflate.flush()
        except zlib.error as error:
            raise ZipFault(f"cannot be unpacked: {error}") from error
        if not inflate.eof or inflate.unused_data:
            raise ZipFault("does not end where its packed bytes end")

    def _at(self, offset: int, count: int) -> bytes:
        data = self._up_to(offset, count)
        if len(data) != count:
            raise ZipFault("is cut short")
        return data

    def _up_to(self, offset: int, count: int) -> bytes:
        """Return bytes from a place on, fewer where the zip ends before."""
        if self._file is not None:
            return os.pread(self._file, count, offset)
        self._stream.seek(offset)
        return self._stream.read(count)

    def _read(self) -> None:
        total, length, offset, tail = self._end()
        if total > self._limits.entries:
            raise ZipFault(f"has {total} entries; {self._limits.entries} are allowed")
        if length > _DIRECTORY_BYTES or offset + length != tail:
            raise ZipFault("has a directory that does not end where the zip ends")
        directory = self._at(offset, length)
        taken: list[tuple[int, int, str]] = []
        declared, at = 0, 0
        for _ in range(total):
            entry, at, name, mode = self._central(directory, at)
            declared += entry.size
            taken.append((entry.header, entry.end, name))
            if declared > self._limits.total_bytes:
                raise ZipFault(f"would unpack to more than {self._limits.total_bytes} bytes")
            self._keep(entry, mode)
        if at != length:
            raise ZipFault("has a directory with more in it than its entries")
        self._whole(sorted(taken), offset)

    def _keep(self, entry: Entry, mode: int) -> None:
        name = entry.name
        if stat.S_IFMT(mode) not in {0, stat.S_IFREG, stat.S_IFDIR}:
            self._say("ZIP-LINK", name, "is neither a file nor a folder")
        elif name.endswith("/"):
            if entry.size:
                self._say("ZIP-FOLDER", name, "is a folder with bytes of its own")
            self.folders.append(name.rstrip("/"))
        elif stat.S_ISDIR(mode):
            self._say("ZIP-FOLDER", name, "is a folder under the name of a file")
        elif name in self.entries:
            self._say("ZIP-TWICE", name, "is there twice")
        elif (
            entry.size > self._limits.ratio_from and entry.size > self._limits.ratio * entry.packed
        ):
            self._say("ZIP-BOMB", name, f"would swell from {entry.packed} to {entry.size} bytes")
        else:
            self.entries[name] = entry

    def _central(self, directory: bytes, at: int) -> tuple[Entry, int, str, int]:
        if at + _CENTRAL.size > len(directory):
            raise ZipFault("has a directory that is cut short")
        row = _CENTRAL.unpack_from(directory, at)
        if row[0] != 0x02014B50:
            raise ZipFault("has a directory that is damaged")
        flags, method, crc = row[3], row[4], row[7]
        packed, size, disk, attributes, header = row[8], row[9], row[13], row[15], row[16]
        ends = at + _CENTRAL.size + row[10] + row[11] + row[12]
        if ends > len(directory):
            raise ZipFault("has a directory that is cut short")
        raw = directory[at + _CENTRAL.size : at + _CENTRAL.size + row[10]]
        if row[11]:
            extra = directory[at + _CENTRAL.size + row[10] : ends - row[12]]
            size, packed, header = _wide(extra, size, packed, header)
        name = _name(raw, flags)
        if flags & (_ENCRYPTED | _STRONG):
            raise ZipFault(f"{name} is encrypted")
        if method not in {_STORED, _DEFLATED}:
            raise ZipFault(f"{name} is packed in a way that is not read here (method {method})")
        if disk:
            raise ZipFault("is one part of several")
        if method == _STORED and packed != size:
            raise ZipFault(f"{name} is stored with {packed} bytes, {size} are announced")
        start, end = self._local(name, raw, row, packed=packed, size=size, header=header)
        mode = attributes >> 16 if row[1] >> 8 == 3 else 0
        return Entry(name, size, packed, crc, method, header, start, end), ends, name, mode

    def _local(
        self, name: str, raw: bytes, row: tuple[int, ...], *, packed: int, size: int, header: int
    ) -> tuple[int, int]:
        """Compare the header that stands before the data; return where they begin and end."""
        # With the name and what most often follows it: one read for each entry.
        head = self._up_to(header, _LOCAL.size + len(raw) + row[11])
        if len(head) < _LOCAL.size:
            raise ZipFault("is cut short")
        own = _LOCAL.unpack_from(head)
        if own[0] != 0x04034B50:
            raise ZipFault(f"{name} is not where the directory says")
        rest = head[_LOCAL.size : _LOCAL.size + own[9] + own[10]]
        if len(rest) < own[9] + own[10]:
            rest = self._at(header + _LOCAL.size, own[9] + own[10])
        start = header + _LOCAL.size + len(rest)
        end = start + packed
        own_size, own_packed = own[8], own[7]
        if own[10]:
            own_size, own_packed, _ = _wide(rest[own[9] :], own_size, own_packed, 0)
        later = own[2] & _DESCRIPTOR
        said = (own_size, own_packed, own[6])
        agrees = said == (0, 0, 0) if later and not any(said) else (size, packed, row[7]) == said
        if rest[: own[9]] != raw or (own[2], own[3]) != (row[3], row[4]) or not agrees:
            raise ZipFault(f"{name} is announced as one thing and stands there as another")
        if (own[4], own[5]) != (row[5], row[6]):
            raise ZipFault(f"{name} has two different times")
        return start, end + self._descriptor(end, crc=row[7]) if later else end

    def _descriptor(self, end: int, *, crc: int) -> int:
        """Return how many bytes after the data say the sizes once more (APPNOTE 4.3.9)."""
        data = self._at(end, min(24, self._size - end))
        known = struct.pack("<I", crc)
        marked = data[:4] == b"PK\x07\x08"
        if data[4 if marked else 0 :][:4] != known:
            raise ZipFault("has an entry whose sizes are nowhere said")
        for length in (16, 24) if marked else (12, 20):
            if self._at(end + length, 4)[:2] == b"PK":
                return length
        raise ZipFault("has an entry that does not end where it says")

    def _end(self) -> tuple[int, int, int, int]:
        """Find the end record, which must be the very end; comments hide things."""
        if self._size < _END.size:
            raise ZipFault("is not a zip")
        at = self._size - _END.size
        row = _END.unpack(self._at(at, _END.size))
        if row[0] != 0x06054B50 or row[7]:
            raise ZipFault("is not a zip, is cut short, or ends with a comment")
        if row[1] or row[2] or row[3] != row[4]:
            raise ZipFault("is one part of several")
        total, length, offset = row[4], row[5], row[6]
        if at >= _LOCATOR.size:
            locator = _LOCATOR.unpack(self._at(at - _LOCATOR.size, _LOCATOR.size))
            if locator[0] == 0x07064B50:
                at = locator[2]
                wide = _END64.unpack(self._at(at, _END64.size))
                ends = at + 12 + wide[1]
                if wide[0] != 0x06064B50 or ends != self._size - _END.size - _LOCATOR.size:
                    raise ZipFault("has a damaged end")
                total, length, offset = wide[7], wide[8], wide[9]
        return total, length, offset, at

    def _whole(self, taken: list[tuple[int, int, str]], directory: int) -> None:
        at = 0
        for start, end, name in taken:
            if start < at:
                raise ZipFault(f"{name} lies over another entry")
            if start > at:
                raise ZipFault(f"has {start - at} bytes before {name} that belong to no entry")
            at = end
        if at != directory:
            raise ZipFault("has bytes between its entries and its directory")


def _file_of(stream: IO[bytes]) -> int | None:
    """Return the descriptor of a file of this machine, which is read without seeking."""
    try:
        return stream.fileno()
    except (OSError, AttributeError):  # io.UnsupportedOperation is an OSError
        return None


def _name(raw: bytes, flags: int) -> str:
    try:
        return raw.decode("utf-8" if flags & _UTF8 else "ascii")
    except UnicodeDecodeError:
        pass
    try:
        return raw.decode()  # many packers write UTF-8 and do not say so
    except UnicodeDecodeError as error:
        raise ZipFault(f"has a name that is not UTF-8: {raw[:80]!r}") from error


def _wide(extra: bytes, size: int, packed: int, header: int) -> tuple[int, int, int]:
    """Read sizes of more than 32 bits (APPNOTE 4.5.3)."""
    at = 0
    while at + 4 <= len(extra):
        kind, length = struct.unpack_from("<HH", extra, at)
        field = extra[at + 4 : at + 4 + length]
        at += 4 + length
        if kind != 1:
            continue
        values = [value for (value,) in struct.iter_unpack("<Q", field[: len(field) // 8 * 8])]
        try:
            size = values.pop(0) if size == _FULL32 else size
            packed = values.pop(0) if packed == _FULL32 else packed
            header = values.pop(0) if header == _FULL32 else header
        except IndexError as error:
            raise ZipFault("has an entry whose size is not said") from error
    return size, packed, header
