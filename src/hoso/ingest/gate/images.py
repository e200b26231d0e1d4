"""Structure of TIFF, JPEG and PNG: whole, of bearable size, and nothing behind the picture."""

from __future__ import annotations

import re
import struct
import warnings
import zipfile
from typing import TYPE_CHECKING

from PIL import Image, ImageFile

from hoso.ingest.gate.findings import MEGAPIXELS_LIMIT, PAGES_LIMIT, Findings
from hoso.ingest.gate.kinds import foreign_tail

if TYPE_CHECKING:
    from mmap import mmap

__all__ = ["check", "jpeg_size", "tiff_pages"]

_TAIL_ALLOWED = 8 << 10  # scanners pad; Samsung and Apple append a few hundred bytes
_DECODED_FRAMES = 3  # of a long TIFF; the others are decoded when their page is read
_AFTER_SCAN = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
_SOF = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})


class _Damaged(Exception):
    """The structure breaks; says where."""


def check(path: str, data: mmap, found: Findings) -> None:
    """Check the picture at *path*."""
    Image.MAX_IMAGE_PIXELS = None  # our own limit stands below, with a message
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    found.pages = 1
    try:
        if found.mime == "image/tiff":
            end = _check_tiff(data, found)
        elif found.mime == "image/jpeg":
            end = _check_jpeg(data, found)
        else:
            end = _check_png(data, found)
        if any(each.code == "picture-too-large" for each in found.reasons):
            return
        _check_tail(path, data, end, found)
        _decode(path, found)
    except _Damaged as where:
        found.add("too-small-to-be" if len(data) < 64 else "damaged", what=str(where))


def _decode(path: str, found: Findings) -> None:
    """Decode the first frames: the only proof that the picture is all there."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            with Image.open(path) as picture:
                for frame in range(min(found.pages or 1, _DECODED_FRAMES)):
                    if frame:
                        picture.seek(frame)
                    if not _bearable(*picture.size, found):
                        return
                    picture.load()
        except (OSError, ValueError, SyntaxError, EOFError, struct.error, TypeError) as why:
            said = str(why).splitlines()
            raise _Damaged(said[0][:80] if said else type(why).__name__) from None


def _bearable(width: int, height: int, found: Findings) -> bool:
    if width * height <= MEGAPIXELS_LIMIT * 1_000_000:
        return True
    found.add("picture-too-large", megapixels=round(width * height / 1e6), limit=MEGAPIXELS_LIMIT)
    return False


def _check_tail(path: str, data: mmap, end: int | None, found: Findings) -> None:
    if end is not None:
        tail = bytes(data[end:])
        rest = tail.strip(b"\0\r\n\t \x1a\xff")
        foreign = foreign_tail(rest) if rest else None
        if foreign:
            found.add("two-in-one", what=f"{foreign} after the picture")
            return
        if len(rest) > _TAIL_ALLOWED and not rest.startswith(b"\xff\xd8\xff"):
            found.add("two-in-one", what=f"{len(rest)} bytes after the picture")
        elif len(rest) > 16:
            found.note("trailing-bytes", count=len(rest))
    if zipfile.is_zipfile(path):
        found.add("two-in-one", what="ZIP archive after the picture")


def _check_text(segment: bytes, found: Findings) -> None:
    lowered = segment[:65536].lower()
    if b"<script" in lowered or b"<?php" in lowered:
        found.add("two-in-one", what="script in the picture's comments")


# --- JPEG (ITU-T T.81 annex B) -----------------------------------------------------------


def _check_jpeg(data: mmap, found: Findings) -> int:
    """Walk the markers to the true end; a thumbnail's end inside a segment is skipped."""
    found.puid = "fmt/41"
    at, length = 2, len(data)
    sized = False
    while at + 4 <= length:
        if data[at] != 0xFF:
            raise _Damaged(f"no marker at byte {at}")
        marker = data[at + 1]
        if marker == 0xFF:
            at += 1
            continue
        if marker == 0xD9:
            if not sized:
                raise _Damaged("no picture")
            return at + 2
        if marker == 0x01 or 0xD0 <= marker <= 0xD8:
            at += 2
            continue
        size = struct.unpack(">H", data[at + 2 : at + 4])[0]
        segment = bytes(data[at + 4 : at + 2 + size])
        if marker in _SOF and len(segment) >= 6:
            height, width = struct.unpack(">HH", segment[1:5])
            sized = True
            if not _bearable(width, height, found):
                return at
        elif marker == 0xE0 and segment[:5] == b"JFIF\0" and found.puid == "fmt/41":
            minor = segment[6] if len(segment) > 6 else -1
            found.puid = {0: "fmt/42", 1: "fmt/43", 2: "fmt/44"}.get(minor, "fmt/43")
        elif marker == 0xFE or 0xE1 <= marker <= 0xEF:
            _check_text(segment, found)
        at += 2 + size
        if marker == 0xDA:
            after = _AFTER_SCAN.search(data, at)
            if after is None:
                raise _Damaged("the picture breaks off")
            at = after.start()
    if data[length - 2 :] == b"\xff\xd9":
        return length
    raise _Damaged("the picture breaks off")


def jpeg_size(data: bytes) -> tuple[int, int] | None:
    """Return width and height of a JPEG stream, by its frame header."""
    at = 2
    while at + 9 <= len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        if marker == 0xFF:
            at += 1
        elif marker in _SOF:
            height, width = struct.unpack(">HH", data[at + 5 : at + 9])
            return int(width), int(height)
        elif marker == 0x01 or 0xD0 <= marker <= 0xD8:
            at += 2
        else:
            at += 2 + struct.unpack(">H", data[at + 2 : at + 4])[0]
    return None


# --- PNG (ISO/IEC 15948) -----------------------------------------------------------------


def _check_png(data: mmap, found: Findings) -> int:
    found.puid = "fmt/11"
    at, length, has_pixels = 8, len(data), False
    while at + 12 <= length:
        size = struct.unpack(">I", data[at : at + 4])[0]
        kind = data[at + 4 : at + 8]
        if at + 12 + size > length:
            raise _Damaged("the picture breaks off")
        if kind == b"IHDR":
            width, height = struct.unpack(">II", data[at + 8 : at + 16])
            if not _bearable(width, height, found):
                return at
        elif kind in {b"tEXt", b"zTXt", b"iTXt"}:
            _check_text(bytes(data[at + 8 : at + 8 + min(size, 65536)]), found)
        # PRONOM tells the versions by the chunks they brought.
        if kind == b"iTXt":
            found.puid = "fmt/13"
        elif kind in {b"iCCP", b"sRGB", b"sPLT"} and found.puid == "fmt/11":
            found.puid = "fmt/12"
        has_pixels = has_pixels or kind == b"IDAT"
        at += 12 + size
        if kind == b"IEND":
            if not has_pixels:
                raise _Damaged("no picture")
            return int(at)
    raise _Damaged("the picture breaks off")


# --- TIFF 6.0, and BigTIFF ---------------------------------------------------------------

_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 16: 8}


def _check_tiff(data: mmap, found: Findings) -> int | None:
    count = 0
    for _ in tiff_pages(data, found):
        count += 1
        if count > PAGES_LIMIT:
            found.add("too-many-pages", pages=f"> {PAGES_LIMIT}", limit=PAGES_LIMIT)
            break
    if count == 0:
        raise _Damaged("no picture")
    found.pages = count
    found.puid = "fmt/353" if data[2:4] in {b"*\0", b"\0*"} else None
    return None  # parts may stand in any order: a TIFF has no end


def tiff_pages(data: mmap, found: Findings) -> list[tuple[int, int]]:
    """Return width and height of each page; a directory chain that loops is damage."""
    order = "<" if data[:2] == b"II" else ">"
    big = struct.unpack(order + "H", data[2:4])[0] == 43
    pointer, entry_size = ("Q", 20) if big else ("I", 12)
    at = _number(data, order + pointer, 8 if big else 4)
    seen: set[int] = set()
    pages: list[tuple[int, int]] = []
    while at:
        if at in seen:
            raise _Damaged("the chain of pages loops")
        seen.add(at)
        entries = _number(data, order + ("Q" if big else "H"), at)
        first = at + (8 if big else 2)
        if entries > 4096 or first + entries * entry_size > len(data):
            raise _Damaged("a page directory lies outside the file")
        tags = dict(
            _entry(data, first + entry_size * index, order, big=big) for index in range(entries)
        )
        width, height = tags.get(256, (0,))[0], tags.get(257, (0,))[0]
        if not width or not height:
            raise _Damaged("a page has no size")
        pages.append((width, height))
        if not _bearable(width, height, found) or len(pages) > PAGES_LIMIT:
            return pages
        _check_strips(tags, len(data))
        at = _number(data, order + pointer, first + entries * entry_size)
    return pages


def _check_strips(tags: dict[int, tuple[int, ...]], length: int) -> None:
    offsets = tags.get(273) or tags.get(324) or ()
    counts = tags.get(279) or tags.get(325) or ()
    if not offsets:
        raise _Damaged("a page has no pixels")
    for offset, count in zip(offsets, counts, strict=False):
        if offset + count > length:
            raise _Damaged("the picture breaks off")


def _entry(data: mmap, at: int, order: str, *, big: bool) -> tuple[int, tuple[int, ...]]:
    """Return tag and values; only whole numbers, and of long lists the first 100,000."""
    tag, kind = struct.unpack(order + "HH", data[at : at + 4])
    count = _number(data, order + ("Q" if big else "I"), at + 4)
    code = {1: "B", 3: "H", 4: "I", 16: "Q"}.get(kind)
    if code is None or tag not in {256, 257, 273, 279, 324, 325}:
        return tag, ()
    count = min(count, 100_000)
    inline = 8 if big else 4
    value = at + (12 if big else 8)
    if _SIZES[kind] * count > inline:
        value = _number(data, order + ("Q" if big else "I"), value)
    end = value + _SIZES[kind] * count
    if end > len(data):
        raise _Damaged("a page directory points outside the file")
    return tag, struct.unpack(f"{order}{count}{code}", data[value:end])


def _number(data: mmap, form: str, at: int) -> int:
    size = struct.calcsize(form)
    if at + size > len(data):
        raise _Damaged("a page directory lies outside the file")
    return int(struct.unpack(form, data[at : at + size])[0])
