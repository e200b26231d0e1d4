"""Pictures of pages for people to look at, made once, where reading has not left one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hoso.ingest.pages.layer import open_page
from hoso.ingest.pages.raster import page_picture

__all__ = ["LONGEST", "save_preview"]

LONGEST = 1400  # pixels of the longer side: what a screen of 1920 shows of a page
_QUALITY = 60
_TURNS = {90: 270, 180: 180, 270: 90}  # Pillow counts the other way round


def save_preview(path: str, page: int, target: str, *, turn: int = 0) -> dict[str, Any]:
    """Write page *page* of a file as WebP, turned clockwise by *turn*; return its size in pixels."""
    from PIL import Image

    with Path(path).open("rb") as file:
        is_pdf = b"%PDF-" in file.read(1024)
    picture = _drawn(path, page) if is_pdf else page_picture(path, "image/*", page)
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


def _drawn(path: str, number: int) -> Any:
    with open_page(path, number) as page:
        longest = max(page.get_size()) or 1.0
        bitmap = page.render(scale=LONGEST / longest, rev_byteorder=True, prefer_bgrx=False)
        try:
            return bitmap.to_pil().convert("RGB")
        finally:
            bitmap.close()
