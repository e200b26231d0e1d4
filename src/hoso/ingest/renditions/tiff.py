"""Frames of a TIFF taken over byte for byte into a new file.

A TIFF is a chain of directories (IFD) that point at strips or tiles; what a frame needs is
its directory and what that points at.  Pillow would decode and encode again, which a scan
compressed as JPEG or fax does not survive unchanged.  TIFF 6.0 and BigTIFF, both byte orders.
"""

from __future__ import annotations

import mmap
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

__all__ = ["Directory", "Entry", "UnusableTiff", "read_directories", "take_frames"]

_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8}
_SIZES |= {13: 4, 16: 8, 17: 8, 18: 8}
_INTEGERS = {1: "B", 3: "H", 4: "I", 13: "I", 16: "Q", 18: "Q"}
_STRIPS, _STRIP_COUNTS, _TILES, _TILE_COUNTS = 273, 279, 324, 325
_DATA = {_STRIPS: _STRIP_COUNTS, _TILES: _TILE_COUNTS}
_INNER = frozenset({34665, 34853})  # Exif, GPS: directories of their own, without pictures
_DROPPED = frozenset({330, 40965})  # smaller pictures of the same page, interoperability
_OLD_JPEG = 6  # its tables lie anywhere in the file
_MOST_FRAMES = 5000
_MOST_ENTRIES = 4096


class UnusableTiff(ValueError):
    """The directories of the file lead nowhere, or the frame is of a kind not taken over."""


@dataclass(frozen=True)
class Entry:
    """One value of a directory: tag, type and the bytes in the file's own order."""

    tag: int
    kind: int
    count: int
    raw: bytes


@dataclass(frozen=True)
class Directory:
    """A frame: its entries by tag, and the directories inside it."""

    entries: dict[int, Entry]
    inner: dict[int, Directory]
    order: str

    def numbers(self, tag: int) -> tuple[int, ...]:
        """Return the whole numbers of *tag*; empty where there are none."""
        entry = self.entries.get(tag)
        if entry is None or entry.kind not in _INTEGERS:
            return ()
        return struct.unpack(f"{self.order}{entry.count}{_INTEGERS[entry.kind]}", entry.raw)

    def number(self, tag: int, otherwise: int) -> int:
        """Return the first number of *tag*."""
        return next(iter(self.numbers(tag)), otherwise)

    def blocks(self, data: bytes | mmap.mmap) -> list[tuple[int, int]]:
        """Return offset and length of each strip or tile; raise where one lies outside."""
        for places, lengths in _DATA.items():
            offsets, counts = self.numbers(places), self.numbers(lengths)
            if offsets and len(offsets) == len(counts):
                found = list(zip(offsets, counts, strict=True))
                if any(begin + length > len(data) for begin, length in found):
                    raise UnusableTiff("a strip lies beyond the end of the file")
                return found
        raise UnusableTiff("a frame says not where its picture lies")


class _Layout:
    """How wide offsets and counts are: TIFF 6.0 or BigTIFF."""

    def __init__(self, order: str, *, big: bool) -> None:
        self.order, self.big = order, big
        self.offset = struct.Struct(order + ("Q" if big else "I"))
        self.count = struct.Struct(order + ("Q" if big else "H"))
        self.entry = struct.Struct(order + ("HHQ8s" if big else "HHI4s"))
        self.inline = 8 if big else 4


def _layout(data: bytes | mmap.mmap) -> tuple[_Layout, int]:
    order = {b"II": "<", b"MM": ">"}.get(bytes(data[:2]))
    if order is None or len(data) < 8:
        raise UnusableTiff("no TIFF header")
    version = struct.unpack_from(order + "H", data, 2)[0]
    if version == 43 and len(data) >= 16:
        return _Layout(order, big=True), struct.unpack_from(order + "Q", data, 8)[0]
    if version != 42:
        raise UnusableTiff("no TIFF header")
    return _Layout(order, big=False), struct.unpack_from(order + "I", data, 4)[0]


def read_directories(data: bytes | mmap.mmap) -> list[Directory]:
    """Return the frames of a TIFF in their order; raise ``UnusableTiff`` where they lead nowhere."""
    layout, offset = _layout(data)
    frames: list[Directory] = []
    seen: set[int] = set()
    while offset and len(frames) < _MOST_FRAMES:
        if offset in seen:
            break  # a chain that bites its tail ends there, as it does for Pillow
        seen.add(offset)
        directory, offset = _directory(data, offset, layout)
        frames.append(directory)
    return frames


def _directory(
    data: bytes | mmap.mmap, offset: int, layout: _Layout, *, depth: int = 0
) -> tuple[Directory, int]:
    try:
        count = layout.count.unpack_from(data, offset)[0]
        if count > _MOST_ENTRIES:
            raise UnusableTiff("a directory has too many entries")
        offset += layout.count.size
        entries: dict[int, Entry] = {}
        inner: dict[int, Directory] = {}
        for _ in range(count):
            tag, kind, number, value = layout.entry.unpack_from(data, offset)
            offset += layout.entry.size
            size = _SIZES.get(kind, 0) * number
            if not size or tag in _DROPPED:
                continue
            if size > layout.inline:
                begin = layout.offset.unpack(value)[0]
                value = bytes(data[begin : begin + size])
                if len(value) != size:
                    continue  # a value beyond the end is no value
            entry = Entry(tag, kind, number, value[:size])
            if tag in _INNER and depth == 0:
                begin = int.from_bytes(entry.raw, "little" if layout.order == "<" else "big")
                inner[tag] = _directory(data, begin, layout, depth=1)[0]
            else:
                entries[tag] = entry
        return Directory(entries, inner, layout.order), layout.offset.unpack_from(data, offset)[0]
    except (struct.error, OverflowError) as why:
        raise UnusableTiff("a directory lies beyond the end of the file") from why


def take_frames(source: str, pages: Sequence[int], target: Path) -> None:
    """Write the frames *pages* (from 1) of *source* to *target*.

    Raises ``ValueError`` where there is no such page, ``UnusableTiff`` where one cannot be
    taken over as it is.
    """
    with (
        Path(source).open("rb") as file,
        mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data,
        target.open("wb") as out,
    ):
        frames = read_directories(data)
        missing = [number for number in pages if not 1 <= number <= len(frames)]
        if missing:
            raise ValueError(f"the file has {len(frames)} pages; there is no page {missing[0]}")
        layout, _ = _layout(data)
        out.write(bytes(data[: 8 if layout.big else 4]))
        link = out.tell()
        out.write(layout.offset.pack(0))
        for number in pages:
            link = _write_frame(out, data, frames[number - 1], layout, link)


def _write_frame(
    out: BinaryIO, data: mmap.mmap, frame: Directory, layout: _Layout, link: int
) -> int:
    """Append one frame, make the place *link* point at it, return the place of the next link."""
    if frame.number(259, 1) == _OLD_JPEG:
        raise UnusableTiff("a frame is compressed by the old JPEG method of TIFF")
    moved = []
    for begin, length in frame.blocks(data):
        _align(out)
        moved.append(out.tell())
        out.write(data[begin : begin + length])
    entries = dict(frame.entries)
    places = _STRIPS if _STRIPS in entries else _TILES
    wide = 16 if layout.big else 4
    packed = struct.pack(f"{layout.order}{len(moved)}{_INTEGERS[wide]}", *moved)
    entries[places] = Entry(places, wide, len(moved), packed)
    for tag, directory in frame.inner.items():
        _align(out)
        at = out.tell()
        _write_directory(out, directory.entries, layout)
        entries[tag] = Entry(tag, wide, 1, layout.offset.pack(at))
    _align(out)
    at = out.tell()
    following = _write_directory(out, entries, layout)
    out.seek(link)
    out.write(layout.offset.pack(at))
    out.seek(0, 2)
    return following


def _write_directory(out: BinaryIO, entries: dict[int, Entry], layout: _Layout) -> int:
    """Write a directory and the values that do not fit in it; return where its link stands."""
    start = out.tell()
    size = layout.count.size + layout.entry.size * len(entries)
    link = start + size
    behind = link + layout.offset.size
    table, values = [layout.count.pack(len(entries))], bytearray()
    for entry in sorted(entries.values(), key=lambda each: each.tag):
        if len(entry.raw) <= layout.inline:
            value = entry.raw.ljust(layout.inline, b"\0")
        else:
            values += b"\0" * ((behind + len(values)) % 2)
            value = layout.offset.pack(behind + len(values))
            values += entry.raw
        table.append(layout.entry.pack(entry.tag, entry.kind, entry.count, value))
    out.write(b"".join(table) + layout.offset.pack(0) + bytes(values))
    return link


def _align(out: BinaryIO) -> None:
    if out.tell() % 2:
        out.write(b"\0")
