"""A closer look at a part of a recognised page: the letterhead, or the signature.

A stamp and pen strokes lie over the signer's name, and page segmentation takes them for
pictures.  Here the part is cut out, the parts that no letter is as large as are wiped away,
it is enlarged and read again in several ways.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np
from PIL import Image, ImageFilter, ImageOps

from hoso.ingest.pages.ink import prepared, single_channel, skew
from hoso.ingest.pages.ocr import words_of
from hoso.ingest.pages.raster import RECOGNITION_DPI, page_picture
from hoso.ingest.pages.ways import SIGNATURE_WAYS, Way
from hoso.ingest.pages.words import Word

__all__ = ["read_closer"]

_MARGIN = 20  # pixels of paper around what is read
_TALLEST, _WIDEST = 52, 130  # pixels at 200 dpi; a capital with marks is 45 high
_INK = 15  # grey levels darker than the surroundings
_RED = 40  # levels by which red ink is redder than anything else


def read_closer(
    path: str,
    mime: str,
    page: int,
    region: Sequence[float],
    model: str,
    *,
    turn: int = 0,
    way: Way = SIGNATURE_WAYS[0],
) -> list[Word]:
    """Return the words in *region* (fractions of the upright page), read one way."""
    enlarged = way.enlarged
    part, box, size = _part(path, mime, page, tuple(region), turn)
    picture = _inked(part, way.ink) if part is not None else None
    if picture is None:
        return []
    if way.prepared:
        picture = prepared(picture, _askew(path, mime, page, turn)).grey
    if way.wiped:
        picture = _wiped(picture)
    bigger = picture.resize(
        (round(picture.width * enlarged), round(picture.height * enlarged)),
        Image.Resampling.BICUBIC,
    )
    if way.opened:
        thin = way.opened
        bigger = bigger.filter(ImageFilter.MaxFilter(thin)).filter(ImageFilter.MinFilter(thin))
    framed = ImageOps.expand(bigger, _MARGIN, fill=255)
    dpi = round(RECOGNITION_DPI * enlarged)
    words = words_of(framed, model, dpi=dpi, segmentation=way.segmentation)
    placed = []
    for text, confidence, (x0, y0, x1, y1), line, *digits in words:
        xs = [(x * framed.width - _MARGIN) / enlarged + box[0] for x in (x0, x1)]
        ys = [(y * framed.height - _MARGIN) / enlarged + box[1] for y in (y0, y1)]
        inside = [
            round(min(1.0, max(0.0, at)), 4)
            for at in (xs[0] / size[0], ys[0] / size[1], xs[1] / size[0], ys[1] / size[1])
        ]
        placed.append([text, confidence, inside, line, *digits])
    return placed


@lru_cache(maxsize=2)
def _upright(path: str, mime: str, page: int, turn: int) -> Any:
    picture = page_picture(path, mime, page)
    return picture.rotate(-turn, expand=True) if turn else picture


@lru_cache(maxsize=2)
def _askew(path: str, mime: str, page: int, turn: int) -> float:
    return skew(single_channel(_upright(path, mime, page, turn)))


def _inked(part: Any, ink: str) -> Any | None:
    """Return the part with one kind of ink as grey; None where there is none of it."""
    if ink != "red":
        return single_channel(part) if ink == "black" else part.convert("L")
    red, green, blue = (channel.astype(np.int16) for channel in _channels(part))
    redness = red - np.minimum(green, blue)
    if float((redness > _RED).mean()) < 0.001:
        return None
    return Image.fromarray(np.clip(255 - 2 * np.maximum(redness, 0), 0, 255).astype(np.uint8))


def _channels(part: Any) -> list[Any]:
    return [np.asarray(channel) for channel in part.split()]


def _part(
    path: str, mime: str, page: int, region: tuple[float, ...], turn: int
) -> tuple[Any, tuple[int, int, int, int], tuple[int, int]]:
    upright = _upright(path, mime, page, turn)
    x0, y0, x1, y1 = region
    box = (
        max(0, round(x0 * upright.width)),
        max(0, round(y0 * upright.height)),
        min(upright.width, round(x1 * upright.width)),
        min(upright.height, round(y1 * upright.height)),
    )
    if box[2] - box[0] < 20 or box[3] - box[1] < 20:
        return None, box, upright.size
    return upright.crop(box), box, upright.size


def _wiped(grey: Any) -> Any:
    """Return the picture without marks larger than letters: seal rings, strokes of a pen."""
    values = np.asarray(grey)
    around = np.asarray(grey.filter(ImageFilter.BoxBlur(20)), dtype=np.int16)
    ink = values < around - _INK
    large = Image.fromarray(_large_marks(ink).astype(np.uint8) * 255)
    mask = np.asarray(large.filter(ImageFilter.MaxFilter(3))) > 0
    cleaned = values.copy()
    cleaned[mask] = 255
    return Image.fromarray(cleaned)


def _large_marks(ink: Any) -> Any:
    """Return where connected ink is higher or wider than any letter.

    Runs of ink are joined with those they touch in the row above (union-find over runs).
    """
    parents: list[int] = []
    runs: list[tuple[int, int, int]] = []
    boxes: list[list[int]] = []

    def root(index: int) -> int:
        while parents[index] != index:
            parents[index] = parents[parents[index]]
            index = parents[index]
        return index

    above: list[int] = []
    padded = np.pad(ink.astype(np.int8), ((0, 0), (1, 1)))
    changes = np.diff(padded, axis=1)
    for y in range(ink.shape[0]):
        starts = np.flatnonzero(changes[y] == 1).tolist()
        ends = np.flatnonzero(changes[y] == -1).tolist()
        row: list[int] = []
        at = 0
        for start, end in zip(starts, ends, strict=True):
            index = len(runs)
            runs.append((y, start, end))
            parents.append(index)
            boxes.append([y, y, start, end])
            row.append(index)
            while at < len(above) and runs[above[at]][2] < start:
                at += 1
            touching = at
            while touching < len(above) and runs[above[touching]][1] <= end:
                _join(parents, boxes, root(index), root(above[touching]))
                touching += 1
        above = row
    large = np.zeros_like(ink)
    for index, (y, start, end) in enumerate(runs):
        top, bottom, left, right = boxes[root(index)]
        if bottom - top + 1 > _TALLEST or right - left > _WIDEST:
            large[y, start:end] = True
    return large


def _join(parents: list[int], boxes: list[list[int]], one: int, other: int) -> None:
    if one == other:
        return
    parents[one] = other
    mine, yours = boxes[one], boxes[other]
    boxes[other] = [
        min(mine[0], yours[0]),
        max(mine[1], yours[1]),
        min(mine[2], yours[2]),
        max(mine[3], yours[3]),
    ]
