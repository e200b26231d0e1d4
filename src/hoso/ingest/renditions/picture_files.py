"""A picture file as a page: its bytes as they are where a PDF can hold them, its size on paper.

JPEG, PNG and TIFF keep their own coding as far as PDF knows it: JPEG, group 4, deflate.  What
must be decoded (CMYK, transparency, 16 bits in a TIFF, several strips) is coded anew by
``pictures.code``.
"""

from __future__ import annotations

import contextlib
import mmap
import struct
import warnings
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image, ImageFile

from hoso.ingest.gate.findings import MEGAPIXELS_LIMIT
from hoso.ingest.renditions.pictures import Coded, code, jpeg_facts, whole_jpeg
from hoso.ingest.renditions.scan import Matrix
from hoso.ingest.renditions.tiff import Directory, UnusableTiff, read_directories

__all__ = ["Frame", "PictureFile", "points"]

_A4_LONG = 297 / 25.4 * 72
_UNTRUE_DPI = frozenset({72, 96})  # what programs write that do not know
_LONGEST = 14400.0  # points: ISO 32000-1, annex C.2
_REVERSED = bytes(int(f"{value:08b}"[::-1], 2) for value in range(256))


@dataclass(frozen=True)
class Frame:
    """A coded picture, the size of its page in points, and the matrix that sets it upright."""

    coded: Coded
    width: float
    height: float
    matrix: Matrix


class PictureFile:
    """An open picture file; its frames are taken one by one."""

    def __init__(self, path: Path) -> None:
        with ExitStack() as stack:
            file = stack.enter_context(path.open("rb"))
            data = stack.enter_context(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
            self._data = data
            self._picture = stack.enter_context(_opened(path))
            self._directories: list[Directory] = []
            if self._picture.format == "TIFF":
                with contextlib.suppress(UnusableTiff):  # Pillow may know better
                    self._directories = read_directories(data)
            self._stack = stack.pop_all()

    def close(self) -> None:
        """Let go of the file."""
        self._stack.close()

    def frame(self, number: int) -> Frame:
        """Return frame *number*, from 1; ``ValueError`` where there is none."""
        picture = self._picture
        try:
            picture.seek(number - 1)
        except EOFError as why:
            raise ValueError(f"there is no page {number}") from why
        if picture.width * picture.height > MEGAPIXELS_LIMIT * 1_000_000:
            raise ValueError(f"the picture of page {number} is too large")
        coded = self._as_it_is(number)
        if coded is None or (coded.width, coded.height) != picture.size:
            coded = code(_decoded(picture))
        try:
            orientation = int(picture.getexif().get(0x0112, 1))
        except (OSError, ValueError, SyntaxError, KeyError, TypeError):
            orientation = 1
        width, height = points(coded.width, coded.height, picture.info.get("dpi"))
        if orientation in {5, 6, 7, 8}:
            width, height = height, width
        return Frame(coded, width, height, _matrix(orientation, width, height))

    def _as_it_is(self, number: int) -> Coded | None:
        kind = self._picture.format
        if kind in {"JPEG", "MPO"} and number == 1:
            return whole_jpeg(self._data[:])
        if kind == "PNG" and number == 1:
            return _png(self._data[:])
        if kind == "TIFF" and number <= len(self._directories):
            return _tiff(self._data, self._directories[number - 1])
        return None


def _opened(path: Path) -> Any:
    Image.MAX_IMAGE_PIXELS = None  # the gate has counted
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return Image.open(path)


def points(width: int, height: int, dpi: Any) -> tuple[float, float]:
    """Return the size on paper; a picture that does not say how fine it is is taken for A4."""
    try:
        across, down = (float(each) for each in dpi)
    except (TypeError, ValueError, ZeroDivisionError):
        across = down = 0.0
    plausible = all(
        70 <= each <= 1200 and round(each) not in _UNTRUE_DPI for each in (across, down)
    )
    if plausible:
        size = (width * 72 / across, height * 72 / down)
    else:
        scale = _A4_LONG / max(width, height)
        size = (width * scale, height * scale)
    shrink = min(1.0, _LONGEST / max(size))
    return max(3.0, round(size[0] * shrink, 2)), max(3.0, round(size[1] * shrink, 2))


def _matrix(orientation: int, width: float, height: float) -> Matrix:
    """Return how a picture is painted that its tag says lies otherwise (TIFF 6.0, tag 274)."""
    return {
        2: (-width, 0.0, 0.0, height, width, 0.0),
        3: (-width, 0.0, 0.0, -height, width, height),
        4: (width, 0.0, 0.0, -height, 0.0, height),
        5: (0.0, -height, -width, 0.0, width, height),
        6: (0.0, -height, width, 0.0, 0.0, height),
        7: (0.0, height, width, 0.0, 0.0, 0.0),
        8: (0.0, height, -width, 0.0, width, 0.0),
    }.get(orientation, (width, 0.0, 0.0, height, 0.0, 0.0))


# --- PNG -------------------------------------------------------------------------------------


def _png(data: bytes) -> Coded | None:
    """Take over the deflated rows of a PNG: PDF knows their predictors (ISO 32000-1, 7.4.4.4)."""
    at, rows, palette = 8, [], b""
    width = height = bits = kind = 0
    while at + 8 <= len(data):
        length, name = struct.unpack_from(">I4s", data, at)
        body = data[at + 8 : at + 8 + length]
        if name == b"IHDR":
            width, height, bits, kind, _, _, interlaced = struct.unpack(">IIBBBBB", body)
            if interlaced or kind not in {0, 2, 3}:
                return None
        elif name == b"tRNS":
            return None
        elif name == b"PLTE":
            palette = body
        elif name == b"IDAT":
            rows.append(body)
        elif name == b"IEND":
            break
        at += 12 + length
    if not rows or (kind == 3 and not palette):
        return None
    space: Any = {0: "/DeviceGray", 2: "/DeviceRGB"}.get(kind)
    if space is None:
        space = ["/Indexed", "/DeviceRGB", len(palette) // 3 - 1, palette]
    parameters = {
        "/Predictor": 15,
        "/Colors": 3 if kind == 2 else 1,
        "/BitsPerComponent": bits,
        "/Columns": width,
    }
    return Coded(b"".join(rows), width, height, "/FlateDecode", space, bits, parameters)


# --- TIFF ------------------------------------------------------------------------------------


def _tiff(data: mmap.mmap, directory: Directory) -> Coded | None:
    """Take over a frame in one strip: group 4, JPEG or deflate."""
    try:
        blocks = directory.blocks(data)
    except UnusableTiff:
        return None
    if len(blocks) != 1 or 322 in directory.entries or directory.number(284, 1) != 1:
        return None
    begin, length = blocks[0]
    strip = data[begin : begin + length]
    if directory.number(266, 1) == 2:
        strip = strip.translate(_REVERSED)
    way = directory.number(259, 1)
    if way == 4:
        return _fax(directory, strip)
    if way == 7:
        return _jpeg(directory, strip)
    return _deflated(directory, strip) if way in {8, 32946} else None


def _fax(directory: Directory, strip: bytes) -> Coded | None:
    width, height = directory.number(256, 0), directory.number(257, 0)
    parameters: dict[str, Any] = {"/K": -1, "/Columns": width, "/Rows": height}
    if directory.number(262, 0) == 1:
        parameters["/BlackIs1"] = True
    return Coded(strip, width, height, "/CCITTFaxDecode", "/DeviceGray", 1, parameters)


def _jpeg(directory: Directory, strip: bytes) -> Coded | None:
    tables = directory.entries.get(347)
    if tables is not None:
        # Abbreviated: tables without a picture, then a picture without tables.
        strip = tables.raw[:-2] + strip[2:]
    coded = whole_jpeg(strip)
    if coded is None:
        return None
    facts = jpeg_facts(strip)
    # Without a word of its maker PDF takes three channels for YCbCr; TIFF says which they are.
    if facts is not None and facts.channels == 3 and facts.adobe is None:
        transformed = directory.number(262, 6) == 6
        coded.parameters["/ColorTransform"] = int(transformed)
    return coded


def _deflated(directory: Directory, strip: bytes) -> Coded | None:
    channels, kind = directory.number(277, 1), directory.number(262, -1)
    bits = set(directory.numbers(258) or (1,))
    predictor = directory.number(317, 1)
    known = {0: (1, "/DeviceGray"), 1: (1, "/DeviceGray"), 2: (3, "/DeviceRGB")}
    if kind not in known or channels != known[kind][0] or len(bits) != 1 or predictor > 2:
        return None
    depth = bits.pop()
    if depth not in {1, 2, 4, 8} or 338 in directory.entries or 339 in directory.entries:
        return None
    width, height = directory.number(256, 0), directory.number(257, 0)
    parameters = {
        "/Predictor": predictor,
        "/Colors": channels,
        "/BitsPerComponent": depth,
        "/Columns": width,
    }
    decode = (1, 0) if kind == 0 else ()
    return Coded(strip, width, height, "/FlateDecode", known[kind][1], depth, parameters, decode)


# --- what must be decoded --------------------------------------------------------------------


def _decoded(file: Any) -> Any:
    """Return a picture as Pillow reads it, in black and white, grey or RGB, on white paper."""
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        file.load()
    if file.mode in {"1", "L"} and "transparency" not in file.info:
        return file.copy()
    if file.mode.startswith("I") or file.mode == "F":
        # 16 bits a channel; Pillow's own conversion would cut, not scale.
        return file.point(lambda value: value / 256).convert("L")
    if file.mode in {"RGBA", "LA", "PA", "RGBa", "La"} or "transparency" in file.info:
        paper = Image.new("RGBA", file.size, "white")
        return Image.alpha_composite(paper, file.convert("RGBA")).convert("RGB")
    return file.convert("RGB")
