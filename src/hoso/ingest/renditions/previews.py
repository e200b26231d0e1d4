"""Pictures of pages for people to look at, made once, where reading has not left one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hoso.ingest.pages.layer import open_page
from hoso.ingest.pages.raster import page_picture

__all__ = ["LONGEST", "drawn", "save_preview"]

LONGEST = 1400  # pixels of the longer side: what a screen of 1920 shows of a page
_MOST = 4000
_QUALITY = 60
_TURNS = {90: 270, 180: 180, 270: 90}  # Pillow counts the other way round


def save_preview(path: str, page: int, target: str, *, turn: int = 0) -> dict[str, Any]:
    """Write page *page* of a file as WebP, turned clockwise by *turn*; return its size in pixels."""
    from PIL import Image

    with Path(path).open("rb") as file:
        is_pdf = b"%PDF-" in file.read(1024)
    picture = drawn(path, page) if is_pdf else page_picture(path, "image/*", page)
    if max(picture.size) > LONGEST:
        picture.thumbnail((LONGEST, LONGEST), Image.Resampling.BOX, reducing_gap=2.0)
    if turn % 360:
        picture = picture.transpose(Image.Transpose[f"ROTATE_{_TURNS[turn % 360]}"])
    goal = Path(target)
    half = goal.with_name(f".{goal.name}")
    # Method 0: 45 ms and 151 kB a page, the usual 4 takes 123 ms for 121 kB (JPEG: 5 ms, 188 kB).
    picture.save(half, "WEBP", quality=_QUALITY, method=0)
    half.replace(goal)
    return {"width": picture.width, "height": picture.height}


def drawn(path: str, number: int, *, dpi: float | None = None) -> Any:
    """Draw page *number* of a PDF as it shows, RGB: *dpi* fine, or as large as a preview.

    Never more than 4000 pixels long: a page may say it is as large as a field.
    """
    with open_page(path, number) as page:
        longest = max(page.get_size()) or 1.0
        scale = LONGEST / longest if dpi is None else min(dpi / 72, _MOST / longest)
        bitmap = page.render(scale=scale, rev_byteorder=True, prefer_bgrx=False)
        try:
            picture = bitmap.to_pil()
            return picture.copy() if picture.mode == "RGB" else picture.convert("RGB")
        finally:
            bitmap.close()
