"""Pictures of pages: one for people to look at, one for recognition to read."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any, cast

from PIL import Image, ImageChops, ImageFile

from hoso.ingest.pages.layer import open_page

__all__ = ["RECOGNITION_DPI", "page_picture", "save_preview"]

RECOGNITION_DPI = 200  # the law's own (ND 30/2020); 300 costs half as much again, gains nothing
_LONGEST = 4000
_PREVIEW_LONGEST = 1400
_A4_LONG = 297 / 25.4
_OVERSIZE_POINTS = 1300  # beyond A3: scans put on a page of one point a pixel
_GREY_SPREAD = 24
_UNTRUE_DPI = frozenset({0, 1, 72, 96})  # what programs write that do not know


def page_picture(path: str, mime: str, number: int, *, dpi: int = RECOGNITION_DPI) -> Any:
    """Return page *number* as an RGB picture for recognition, about *dpi* fine."""
    if mime == "application/pdf":
        with open_page(path, number) as page:
            longest = max(page.get_size())
            target = longest * dpi / 72
            if longest > _OVERSIZE_POINTS:
                target = min(target, 2800)
            return _rendered(page, min(target, _LONGEST) / longest)
    picture = _frame(path, number)
    scale = _recognition_scale(picture, dpi)
    if not 0.95 < scale < 1.05:
        size = (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
        resample = Image.Resampling.BICUBIC if scale > 1 else Image.Resampling.LANCZOS
        picture = picture.resize(size, resample, reducing_gap=3.0)
    return picture


def _recognition_scale(picture: Any, dpi: int) -> float:
    longest = max(picture.size)
    try:
        said = round(float(picture.info.get("dpi", (0, 0))[0]))
    except (TypeError, ValueError, IndexError, ZeroDivisionError):
        said = 0
    if said in _UNTRUE_DPI or not 70 <= said <= 1200:
        # Nobody knows: take it for A4 where it is finer than that needs.
        wanted = dpi * _A4_LONG
        scale = min(1.0, 1.1 * wanted / longest) if longest >= 1200 else min(2.0, wanted / longest)
    else:
        scale = dpi / said
        if longest * scale < 1000:
            scale = min(2.0, 1000 / longest)
    return float(min(scale, _LONGEST / longest))


def save_preview(picture: Any, target: Path, *, turn: int = 0) -> None:
    """Write a page's picture as a WebP people can look at, turned clockwise by *turn* degrees."""
    longest = max(picture.size)
    if longest > _PREVIEW_LONGEST:
        scale = _PREVIEW_LONGEST / longest
        size = (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
        picture = picture.resize(size, Image.Resampling.BOX, reducing_gap=2.0)
    if turn:
        picture = picture.rotate(-turn, expand=True)
    if is_grey(picture):
        picture = picture.convert("L")
    half = target.with_name(f".{target.name}")
    picture.save(half, "WEBP", quality=60, method=0)
    half.replace(target)


def _rendered(page: Any, scale: float) -> Any:
    bitmap = page.render(scale=scale, rev_byteorder=True, prefer_bgrx=False)
    try:
        return bitmap.to_pil().convert("RGB")
    finally:
        bitmap.close()


def _frame(path: str, number: int) -> Any:
    """Return one frame of a picture file, upright as its own tag says, as RGB."""
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
                picture = file.point(lambda value: value / 256).convert("RGB")
            elif file.mode in {"RGBA", "LA", "PA"} or "transparency" in info:
                paper = Image.new("RGBA", file.size, "white")
                picture = Image.alpha_composite(paper, file.convert("RGBA")).convert("RGB")
            else:
                picture = file.convert("RGB")
    if turn is not None:
        picture = picture.transpose(turn)
    picture.info.update(info)
    return picture


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
    small = picture.reduce(8) if min(picture.size) > 80 else picture
    red, green, blue = small.split()
    return all(
        cast("tuple[int, int]", ImageChops.difference(one, other).getextrema())[1] < _GREY_SPREAD
        for one, other in ((red, green), (red, blue))
    )
