"""Make a page picture fit for recognition; only where it needs it.

On good scans smoothing costs accuracy (error 0.71 to 0.95 %), on faded ones it saves most of
it (9.2 to 3.6 %), so each step has a condition.  numpy and Pillow suffice.  What decides is
read from histograms and a small copy of the page: 10 ms of the second recognition takes.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from PIL import Image, ImageChops, ImageFilter

from hoso.ingest.pages.raster import is_grey

__all__ = ["Ready", "contrast", "level_at", "levels", "prepared", "single_channel", "skew"]

_ENOUGH_CONTRAST = 145  # grey levels between paper and ink: faded pages have 120, others 165
_INK = 40  # grey levels darker than the paper
_SOME_INK = 0.0005  # of the page
_UNEVEN = 45  # grey levels between the lightest and the darkest part's paper
_SKEW_WORTH = 0.7  # degrees
_SKEW_MOST = 7.0
_SKEW_SURE = 1.15  # how much sharper rows of text must be at another angle than at none
_SHORT = 800  # pixels: the longest side of the copy the angle is measured on
_STRIP = 16  # pixels: columns taken together there
_SMOOTH = ImageFilter.Kernel((3, 3), (1, 2, 1, 2, 4, 2, 1, 2, 1))


@dataclass(frozen=True)
class Ready:
    """A picture to recognise, and the angle it was straightened by, in degrees."""

    grey: Any
    angle: float


def single_channel(picture: Any) -> Any:
    """Return the channel to read: red for colour scans, where a red stamp vanishes."""
    if picture.mode == "L":
        return picture
    return picture.convert("L") if is_grey(picture) else picture.getchannel("R")


def levels(values: Any) -> Any:
    """Return how many pixels have each of the 256 levels of grey."""
    return np.bincount(values.ravel(), minlength=256)


def level_at(counts: Any, percent: float) -> int:
    """Return the level that *percent* of the counted pixels do not exceed."""
    sums = np.cumsum(counts)
    return int(np.searchsorted(sums, sums[-1] * percent / 100.0))


def prepared(grey: Any, angle: float) -> Ready:
    """Return the picture to recognise; *angle* is how much it is askew, in degrees."""
    values = np.asarray(grey)
    found = contrast(values)
    if (found is not None and found < _ENOUGH_CONTRAST) or _is_uneven(values):
        grey = _flattened(grey)
    if abs(angle) < _SKEW_WORTH:
        return Ready(grey, 0.0)
    return Ready(grey.rotate(angle, resample=Image.Resampling.BILINEAR, fillcolor=255), angle)


def contrast(values: Any) -> int | None:
    """Return the grey levels between the paper and its ink; None where there is no ink.

    Ink is what is clearly darker than the paper; the darker quarter of it counts, so that
    a page with three words is not taken for a faded one.
    """
    counts = levels(values[::4, ::4])
    paper = level_at(counts, 80)
    dark = counts[: max(1, paper - _INK)]
    if dark.sum() < _SOME_INK * counts.sum():
        return None
    return paper - level_at(dark, 25)


def _is_uneven(values: Any) -> bool:
    """Tell whether the paper is much darker in one part than in another, as photographs are."""
    height, width = values.shape
    down, across = max(1, height // 4), max(1, width // 4)
    papers = [
        level_at(levels(values[y : y + down : 5, x : x + across : 5]), 85)
        for y in range(0, height - down + 1, down)
        for x in range(0, width - across + 1, across)
    ]
    return bool(papers) and max(papers) - min(papers) > _UNEVEN


def _flattened(grey: Any) -> Any:
    """Take the paper's own shade away and stretch what is left."""
    paper = grey.reduce(8).filter(ImageFilter.MaxFilter(3)).filter(ImageFilter.MedianFilter(7))
    paper = paper.resize(grey.size, Image.Resampling.BILINEAR)
    grey = grey.filter(_SMOOTH)
    level = ImageChops.invert(ImageChops.difference(grey, paper))
    counts = levels(np.asarray(level)[::3, ::3])
    low, high = level_at(counts, 0.5), level_at(counts, 60)
    gain = 255.0 / max(1, high - low)
    return level.point([round(min(255.0, max(0.0, (at - low) * gain))) for at in range(256)])


def skew(grey: Any) -> float:
    """Return the angle, in degrees, that makes the rows of text sharpest; 0 where none does.

    Positive is clockwise: text that goes down to the right.  Instead of turning the picture
    for each angle, its columns are summed in strips and the strips are shifted.
    """
    small = np.asarray(grey.reduce(max(1, round(max(grey.size) / _SHORT))))
    rim_y, rim_x = int(small.shape[0] * 0.05), int(small.shape[1] * 0.08)
    dark = small.astype(np.int16) < level_at(levels(small), 80) - 40
    inner = dark[rim_y : dark.shape[0] - rim_y, rim_x : dark.shape[1] - rim_x]
    wide = inner.shape[1] // _STRIP if inner.size else 0
    if wide < 2 or not inner.any():
        return 0.0
    strips = inner[:, : wide * _STRIP].reshape(inner.shape[0], wide, _STRIP).sum(axis=2)
    margin = math.ceil(math.tan(math.radians(_SKEW_MOST + 1)) * wide * _STRIP / 2) + 1
    columns = np.pad(strips.T.astype(np.int64), ((0, 0), (margin, margin)))
    centres = (np.arange(wide) - (wide - 1) / 2) * _STRIP
    height = inner.shape[0]

    def sharpness(angle: float) -> float:
        shifts = np.rint(centres * math.tan(math.radians(angle))).astype(int) + margin
        rows = np.zeros(height, dtype=np.int64)
        for column, shift in zip(columns, shifts.tolist(), strict=True):
            rows += column[shift : shift + height]
        return float(((rows[1:] - rows[:-1]) ** 2).sum())

    coarse = max(np.arange(-_SKEW_MOST, _SKEW_MOST + 0.1, 0.5).tolist(), key=sharpness)
    best = max(np.arange(coarse - 0.4, coarse + 0.41, 0.1).tolist(), key=sharpness)
    return round(float(best), 1) if sharpness(best) >= _SKEW_SURE * sharpness(0.0) else 0.0
