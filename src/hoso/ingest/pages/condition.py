"""In what condition a scanned page is: what a person should look at before the paper goes back.

Pure functions on arrays of grey levels.  Each finding has a code, the value that was measured
and, where it has a place, a box in fractions of the page as it was scanned.  The limits are
data (``page-quality.toml``), because scanners differ.  Everything is measured on a copy of a
quarter of the size, where a speck of dust is no longer ink: 5 ms a page.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from PIL import Image

from hoso.ingest.pages.ink import level_at, levels
from hoso.ingest.pages.limits import Limits
from hoso.ingest.pages.words import upright_box

__all__ = [
    "Finding",
    "Limits",
    "Sheet",
    "find",
    "print_of",
    "sheet_of",
    "upright_finding",
]

Finding = dict[str, Any]  # {"code", "value", "box"}

_MARK = 50  # grey levels darker than the paper: ink, not the other side shining through
_PAPER_IN_INK = 60  # a picture darker than this everywhere has no paper to compare with


@dataclass(frozen=True)
class Sheet:
    """A page made small: its levels of grey, that of its paper, and where there is ink.

    *scale* is how many pixels of the page one of these is across.
    """

    values: Any
    paper: int
    ink: Any
    scale: int

    def turned(self, turn: int) -> Sheet:
        """Return the sheet turned clockwise by *turn* degrees."""
        quarters = -turn // 90
        values, ink = (np.rot90(each, quarters) for each in (self.values, self.ink))
        return Sheet(values, self.paper, ink, self.scale)

    def share(self, rim: float) -> float:
        """Return how much of the page is ink, leaving out *rim* (a fraction) on every side."""
        inner = _inner(self.ink, rim)
        return float(inner.mean()) if inner.size else 0.0


def sheet_of(grey: Any, *, scale: int = 4) -> Sheet:
    """Return the page *grey* made *scale* times smaller."""
    factor = scale if min(grey.size) >= 40 * scale else 1
    values = np.asarray(grey.reduce(factor) if factor > 1 else grey)
    paper = level_at(levels(values), 80)
    return Sheet(values, paper, values < max(0, paper - _MARK), factor)


def find(
    sheet: Sheet,
    limits: Limits,
    *,
    angle: float = 0.0,
    dpi: float | None = None,
    contrast: int | None = None,
    empty: bool = True,
) -> list[Finding]:
    """Return what is wrong with a page, by its picture.

    *angle* is how much it is askew, in degrees; *dpi* how fine it was scanned; *contrast* the
    grey levels between paper and ink; *empty* says that no word was read on it: a page with
    one line is not blank.
    """
    found: list[Finding] = []
    if dpi is not None and dpi < limits.dpi:
        found.append(_finding("low-resolution", round(dpi)))
    is_dark = sheet.paper < limits.dark_paper
    if is_dark:
        found.append(_finding("dark", sheet.paper))
    share = sheet.share(limits.blank_rim)
    if empty and share < limits.blank_ink and sheet.paper >= _PAPER_IN_INK:
        return [*found, _finding("blank", round(share, 6))]
    if not is_dark and contrast is not None and contrast < limits.pale_contrast:
        found.append(_finding("dark", contrast))  # one code: too dark or too pale
    if abs(angle) > limits.skew:
        found.append(_finding("skewed", round(angle, 1)))
    return found + _cut_edges(sheet, limits)


def upright_finding(finding: Finding, turn: int) -> Finding:
    """Return a finding on a page as it lies as one on the page turned clockwise by *turn*."""
    if not turn or finding["box"] is None:
        return finding
    sides = ("top", "right", "bottom", "left")
    value = finding["value"]
    if value in sides:
        value = sides[(sides.index(value) + turn // 90) % 4]
    return {"code": finding["code"], "value": value, "box": upright_box(finding["box"], turn)}


def _finding(code: str, value: Any, box: list[float] | None = None) -> Finding:
    return {"code": code, "value": value, "box": box}


# --- edges -----------------------------------------------------------------------------------

_TOUCH = 2  # pixels of the small copy (1 mm at 200 dpi): so near is over the edge
_SHADOW = 0.3  # of the edge: a run of ink longer than that is a shadow or a fold
_LETTER = (2, 12)  # 1 to 6 mm: what a line of text or a letter leaves on the edge
_ALONG = 32  # 16 mm: a line of text goes on so far, dirt and the other side's rulings do not
_UPRIGHT = 4  # 2 mm: of a letter at least the half
_PARTS = 4
_INSIDE = 0.1  # of a part must be ink; of text a fifth is


def _cut_edges(sheet: Sheet, limits: Limits) -> list[Finding]:
    """Return a finding for each edge that text runs over."""
    height, width = sheet.ink.shape
    if min(height, width) < 2 * _ALONG:
        return []
    found = []
    # Each edge is turned to the left: rows run along it, columns go inwards.
    sides = (
        ("left", sheet.ink, _ALONG, limits.cut_lines),
        ("right", sheet.ink[:, ::-1], _ALONG, limits.cut_lines),
        ("top", sheet.ink.T, _UPRIGHT, limits.cut_letters),
        ("bottom", sheet.ink[::-1].T, _UPRIGHT, limits.cut_letters),
    )
    for side, turned, depth, least in sides:
        runs = _cut_runs(turned, depth)
        if len(runs) >= least:
            along = len(turned)
            place = (runs[0][0] / along, runs[-1][1] / along, depth / turned.shape[1])
            found.append(_finding("cut-edge", side, _band(side, *place)))
    return found


def _cut_runs(ink: Any, depth: int) -> list[tuple[int, int]]:
    """Return the stretches of the left edge where text runs over it.

    Each is as long as a letter is high, and its ink goes on *depth* pixels inwards.
    """
    edge = ink[:, :_TOUCH].any(axis=1)
    changes = np.flatnonzero(np.diff(np.concatenate(([False], edge, [False])).astype(np.int8)))
    runs = []
    for start, end in zip(changes[::2].tolist(), changes[1::2].tolist(), strict=True):
        if end - start > _SHADOW * len(edge):
            return []
        if not _LETTER[0] <= end - start <= _LETTER[1]:
            continue
        inside = ink[max(0, start - 1) : end + 1, :depth]
        parts = inside.reshape(len(inside), _PARTS, -1).mean(axis=(0, 2))
        # One part may be half the gap between two words.
        if parts.min() >= _INSIDE / 2 and (parts >= _INSIDE).sum() >= _PARTS - 1:
            runs.append((start, end))
    return runs


def _band(side: str, first: float, last: float, inwards: float) -> list[float]:
    box = {
        "left": (0.0, first, inwards, last),
        "right": (1.0 - inwards, first, 1.0, last),
        "top": (first, 0.0, last, inwards),
        "bottom": (first, 1.0 - inwards, last, 1.0),
    }[side]
    return [round(edge, 4) for edge in box]


# --- prints ----------------------------------------------------------------------------------

_GRID = 32
_WAVES = np.cos(np.pi * np.outer(np.arange(9), 2 * np.arange(_GRID) + 1) / (2 * _GRID))
_PRINT_RIM = 0.06
_PRINT_SKEW = 0.3  # degrees: less is not worth turning


def print_of(sheet: Sheet, angle: float = 0.0) -> str:
    """Return 64 bits in hexadecimal that are nearly the same for pages that look the same.

    The 64 lowest waves (cosine transform) of where the ink is, each above or below their
    median, as in pHash.  Two scans of a page differ in 4 bits, seldom in more than 8;
    different pages of one paper in 16 and more (92 scanned pages).
    """
    depth = np.clip((sheet.paper - 30 - sheet.values.astype(np.float32)) * 2.55, 0, 255)
    where = Image.fromarray(depth.astype(np.uint8))
    if abs(angle) > _PRINT_SKEW:
        where = where.rotate(angle, resample=Image.Resampling.BILINEAR)
    width, height = where.size
    rim_x, rim_y = int(width * _PRINT_RIM), int(height * _PRINT_RIM)
    box = (rim_x, rim_y, max(rim_x + 1, width - rim_x), max(rim_y + 1, height - rim_y))
    grid = where.resize((_GRID, _GRID), Image.Resampling.BOX, box=box)
    waves = _WAVES @ np.asarray(grid, dtype=np.float64) @ _WAVES.T
    # The first says only how much ink there is; the ninth of the first column stands in.
    chosen = np.concatenate((waves[:8, :8].ravel()[1:], waves[8:9, 0]))
    bits = chosen > np.median(chosen)
    return f"{int(np.packbits(bits).tobytes().hex(), 16):016x}"


def _inner(values: Any, rim: float) -> Any:
    down, across = int(len(values) * rim), int(values.shape[1] * rim)
    return values[down : len(values) - down, across : values.shape[1] - across]
