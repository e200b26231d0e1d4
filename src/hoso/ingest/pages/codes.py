"""Codes printed on a page: separator sheets, serial labels.

Looking for a code over a whole page costs 10 to 90 ms.  A code is dark over several
millimetres each way, which text is not, so only such places are looked at, and those in every
way there is: as they are, smoothed, made smaller.  QR, Data Matrix and Code 128 are read
(ISO/IEC 18004, 16022, 15417): what hoso prints and what labels in use carry.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from typing import Any

import numpy as np
import zxingcpp
from PIL import Image, ImageFilter

from hoso.ingest.pages.condition import Sheet

__all__ = ["Code", "codes_on"]

Code = dict[str, Any]  # {"format", "text", "box"}

_NAMES = {
    zxingcpp.BarcodeFormat.QRCode: "QRCode",
    zxingcpp.BarcodeFormat.DataMatrix: "DataMatrix",
    zxingcpp.BarcodeFormat.Code128: "Code128",
}
_FORMATS = list(_NAMES)
_COARSE = 3  # small pixels of the sheet to one here: 1.5 mm at 200 dpi
_WINDOW = 4  # of these: 6 mm, lower than the lowest bar code, higher than any line of text
_DARK = 0.42  # of black: a code is dark by half, the boldest heading by a third
_AROUND = 6  # of these, 9 mm: the quiet zone, and what of the code was not dark enough
_MOST_PLACES = 12
_LONGEST_TEXT = 500


def codes_on(grey: Any, sheet: Sheet, contrast: int | None) -> list[Code]:
    """Return the codes on a grey page, from the top; *sheet* is the page made small.

    *contrast* are the grey levels between paper and ink; boxes are fractions of the page.
    """
    if contrast is None:
        return []
    found: list[Code] = []
    for place in _places(sheet, contrast):
        box = tuple(round(at * _COARSE * sheet.scale) for at in place)
        box = (box[0], box[1], min(grey.width, box[2]), min(grey.height, box[3]))
        for code in _read(grey.crop(box)):
            x0, y0, x1, y1 = code["box"]
            edges = (x0 + box[0], y0 + box[1], x1 + box[0], y1 + box[1])
            sizes = (grey.width, grey.height) * 2
            code["box"] = [
                round(min(1.0, max(0.0, at / size)), 4)
                for at, size in zip(edges, sizes, strict=True)
            ]
            if not any(_is_same(code, other) for other in found):
                found.append(code)
    return sorted(found, key=lambda code: (code["box"][1], code["box"][0]))


def _is_same(one: Code, other: Code) -> bool:
    """Tell whether two finds are one code that lies in two of the places looked at."""
    if (one["format"], one["text"]) != (other["format"], other["text"]):
        return False
    mine, yours = one["box"], other["box"]
    return all(mine[at] < yours[at + 2] and yours[at] < mine[at + 2] for at in (0, 1))


def _places(sheet: Sheet, contrast: int) -> Iterator[tuple[int, int, int, int]]:
    """Yield the boxes, in coarse pixels, that are dark enough to hold a code, largest first."""
    if min(sheet.values.shape) < _COARSE * _WINDOW:
        return
    coarse = np.asarray(Image.fromarray(sheet.values).reduce(_COARSE), dtype=np.float32)
    darkness = np.clip((sheet.paper - coarse) / contrast, 0, 1)
    sums = np.pad(darkness, ((1, 0), (1, 0))).cumsum(axis=0).cumsum(axis=1)
    n = _WINDOW
    if min(darkness.shape) < n:
        return
    means = (sums[n:, n:] - sums[:-n, n:] - sums[n:, :-n] + sums[:-n, :-n]) / (n * n)
    rows, columns = np.nonzero(means >= _DARK)
    boxes: list[list[int]] = []
    for y, x in zip(rows.tolist(), columns.tolist(), strict=True):
        mine = [x, y, x + n, y + n]
        # One code may light up in several spots: what is within its quiet zone belongs to it.
        while near := [box for box in boxes if _meet(box, mine, n)]:
            boxes = [box for box in boxes if box not in near]
            for box in near:
                mine = _around(box, mine)
        boxes.append(mine)
        if len(boxes) > 20 * _MOST_PLACES:
            break
    boxes.sort(key=lambda box: (box[0] - box[2]) * (box[3] - box[1]))
    for x0, y0, x1, y1 in boxes[:_MOST_PLACES]:
        yield max(0, x0 - _AROUND), max(0, y0 - _AROUND), x1 + _AROUND, y1 + _AROUND


def _meet(one: list[int], other: list[int], slack: int) -> bool:
    return all(
        one[at] - slack <= other[at + 2] and other[at] - slack <= one[at + 2] for at in (0, 1)
    )


def _around(one: list[int], other: list[int]) -> list[int]:
    return [*map(min, one[:2], other[:2]), *map(max, one[2:], other[2:])]


def _read(part: Any) -> list[Code]:
    """Read the codes in a part of a page, in the first way that finds any."""
    for looked_at, factor in _ways(part):
        read = zxingcpp.read_barcodes(np.asarray(looked_at), formats=_FORMATS, try_invert=False)
        codes = [
            {
                "format": _NAMES[each.format],
                "text": unicodedata.normalize("NFC", each.text)[:_LONGEST_TEXT],
                "box": _box(each.position, factor),
            }
            for each in read
            if each.valid and each.format in _NAMES and each.text.strip()
        ]
        if codes:
            return codes
    return []


def _ways(part: Any) -> Iterator[tuple[Any, int]]:
    yield part, 1
    yield part.filter(ImageFilter.GaussianBlur(1.2)), 1
    if min(part.size) >= 160:
        yield part.reduce(2), 2


def _box(position: Any, factor: int) -> list[float]:
    corners = (
        position.top_left,
        position.top_right,
        position.bottom_left,
        position.bottom_right,
    )
    xs = [corner.x * factor for corner in corners]
    ys = [corner.y * factor for corner in corners]
    return [min(xs), min(ys), max(xs), max(ys)]
