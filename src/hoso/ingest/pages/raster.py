"""Pictures of pages: one for people to look at, one for recognition to read."""

from __future__ import annotations

import math
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from PIL import Image, ImageChops, ImageFile

from hoso.ingest.pages.layer import open_page
from hoso.ingest.pages.scanned import finest_dpi, own_picture

__all__ = [
    "A4_LONG",
    "CLOCKWISE",
    "RECOGNITION_DPI",
    "Raster",
    "is_grey",
    "page_picture",
    "page_raster",
    "save_preview",
]

RECOGNITION_DPI = 200  # the law's own (ND 30/2020); 300 costs half as much again, gains nothing
_LONGEST = 4000
_OVERSIZE_PIXELS = 2800
_CLOSE_ENOUGH = 0.1  # a scale so near to one is not worth the resampling
_PREVIEW_LONGEST, _PREVIEW_MOST = 1170, 1400
A4_LONG = 297 / 25.4  # inches
_OVERSIZE_POINTS = 1300  # beyond A3: scans put on a page of one point a pixel
_GREY_SPREAD = 24
_UNTRUE_DPI = frozenset({0, 1, 72, 96})  # what programs write that do not know


@dataclass(frozen=True)
class Raster:
    """The picture of a page as recognition wants it.

    *picture* is grey (``L``) where the page has no colour worth keeping, else ``RGB``; *fine*
    its own resolution in dots an inch; *dpi* that of the scan it was made of, None where
    nobody says.
    """

    picture: Any
    fine: int
    dpi: float | None

    @property
    def grey(self) -> Any:
        """The channel to read: red for colour scans, where a red stamp vanishes."""
        return self.picture if self.picture.mode == "L" else self.picture.getchannel("R")


def page_raster(path: str, mime: str, number: int, *, dpi: int = RECOGNITION_DPI) -> Raster:
    """Return page *number*, about *dpi* fine."""
    if mime != "application/pdf":
        picture = _frame(path, number)
        return _scaled(picture, _said_dpi(picture), dpi)
    with open_page(path, number) as page:
        longest = max(page.get_size())
        # A page of more than A3 is a picture laid out at one point a pixel.
        oversize = longest > _OVERSIZE_POINTS
        own = own_picture(path, number, page)
        if own is not None:
            return _scaled(own.picture, None if oversize else own.dpi, dpi)
        target = min(longest * dpi / 72, _LONGEST)
        if oversize:
            target = min(target, _OVERSIZE_PIXELS)
        drawn = _rendered(page, target / longest)
        return Raster(_plain(drawn), dpi, None if oversize else finest_dpi(page))


def page_picture(path: str, mime: str, number: int, *, dpi: int = RECOGNITION_DPI) -> Any:
    """Return page *number* as an RGB picture, about *dpi* fine."""
    return page_raster(path, mime, number, dpi=dpi).picture.convert("RGB")


def _scaled(picture: Any, said: float | None, dpi: int) -> Raster:
    """Return *picture*, *said* dots an inch fine, at about *dpi*."""
    scale = _recognition_scale(max(picture.size), said, dpi)
    picture = _plain(picture)
    if 1 - _CLOSE_ENOUGH < scale < 1 + _CLOSE_ENOUGH:
        return Raster(picture, round(said) if said else dpi, said)
    size = (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
    resample = Image.Resampling.BICUBIC if scale > 1 else Image.Resampling.HAMMING
    resized = picture.resize(size, resample, reducing_gap=3.0)
    return Raster(resized, round(said * scale) if said else dpi, said)


def _said_dpi(picture: Any) -> float | None:
    """Return the resolution a picture file states; None where it states none or no true one."""
    try:
        said = float(picture.info.get("dpi", (0, 0))[0])
        known = round(said) not in _UNTRUE_DPI and 70 <= said <= 1200
    except (TypeError, ValueError, IndexError, ZeroDivisionError, OverflowError):
        return None
    return said if known else None


def _recognition_scale(longest: int, said: float | None, dpi: int) -> float:
    if said is None:
        # Nobody knows: take it for A4 where it is finer than that needs.
        wanted = dpi * A4_LONG
        scale = min(1.0, 1.1 * wanted / longest) if longest >= 1200 else min(2.0, wanted / longest)
    else:
        scale = dpi / said
        if longest * scale < 1000:
            scale = min(2.0, 1000 / longest)
    return float(min(scale, _LONGEST / longest))


def _plain(picture: Any) -> Any:
    """Return the picture in grey where it has no colour worth keeping."""
    return picture.convert("L") if picture.mode != "L" and is_grey(picture) else picture


def save_preview(picture: Any, target: Path, *, turn: int = 0) -> None:
    """Write a page's picture as a WebP people can look at, turned clockwise by *turn* degrees.

    An A4 page becomes 1170 pixels high: whole steps of reduction and the quick way of WebP
    (method 0) keep this below 3 % of what recognition costs.
    """
    longest = max(picture.size)
    factor = max(1, round(longest / _PREVIEW_LONGEST), math.ceil(longest / _PREVIEW_MOST))
    small = picture.reduce(factor) if factor > 1 else picture
    if turn:
        small = small.transpose(CLOCKWISE[turn])
    half = target.with_name(f".{target.name}")
    small.save(half, "WEBP", quality=60, method=0)
    half.replace(target)


def _rendered(page: Any, scale: float) -> Any:
    bitmap = page.render(scale=scale, rev_byteorder=True, prefer_bgrx=False)
    try:
        drawn = bitmap.to_pil()
        return drawn.copy() if drawn.mode == "RGB" else drawn.convert("RGB")
    finally:
        bitmap.close()


def _frame(path: str, number: int) -> Any:
    """Return one frame of a picture file, upright as its own tag says, grey or RGB."""
    Image.MAX_IMAGE_PIXELS = None  # the gate has counted
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with Image.open(path) as file:
            if number > 1:
                file.seek(number - 1)
            file.load()
            info = dict(file.info)
            turn = _stated_turn(file)
            if file.mode in {"I;16", "I", "F"}:
                picture = file.point(lambda value: value / 256).convert("L")
            elif file.mode in {"RGBA", "LA", "PA"} or "transparency" in info:
                paper = Image.new("RGBA", file.size, "white")
                picture = Image.alpha_composite(paper, file.convert("RGBA")).convert("RGB")
            elif file.mode in {"1", "L"}:
                picture = file.convert("L")
            else:
                picture = file.convert("RGB")
    if turn is not None:
        picture = picture.transpose(turn)
    picture.info.update(info)
    return picture


CLOCKWISE = {
    90: Image.Transpose.ROTATE_270,
    180: Image.Transpose.ROTATE_180,
    270: Image.Transpose.ROTATE_90,
}
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def _stated_turn(file: Any) -> Any:
    try:
        return _TURNS.get(file.getexif().get(0x0112, 1))
    except (OSError, ValueError, SyntaxError, KeyError, TypeError):
        return None


def is_grey(picture: Any) -> bool:
    """Tell whether a picture has no colour worth keeping."""
    if picture.mode == "L":
        return True
    small = picture.reduce(8) if min(picture.size) > 80 else picture
    red, green, blue = small.split()
    return all(
        cast("tuple[int, int]", ImageChops.difference(one, other).getextrema())[1] < _GREY_SPREAD
        for one, other in ((red, green), (red, blue))
    )
