"""Make a typeset paper look as if it came off an office scanner.

What real scans of Vietnamese offices show, and these copy: 200 dpi, fax-like black and white
(CCITT G4) or grey and colour JPEG, one degree askew, grey paper, a dark edge where the lid
stood open, dust, dotted text bleeding through from the back, soft ink.  No text layer.
The same paper and seed give the same bytes.
"""

from __future__ import annotations

import functools
import io
import math
import random
import time
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
import pypdfium2
import pypdfium2.raw as pdfium
from PIL import Image, ImageDraw

from hoso.demo.chance import draw_for
from hoso.demo.province import ScanKind

__all__ = ["DPI", "scan"]

DPI = 200
_FIRST_DAY = time.gmtime(86400)
_Pixels = npt.NDArray[np.uint8]


@dataclass(frozen=True)
class _Look:
    """How one scanner and one sheet left the picture."""

    mode: Literal["bilevel", "grey", "colour"]
    skew: float
    ink: int
    paper: int
    noise: float
    shade: int
    edge: int
    dust: int
    bleed: bool
    threshold: int
    quality: int


def scan(pdf: bytes, *, kind: ScanKind, seed: int) -> bytes:
    """Return *pdf* as a scan of that *kind*; a picture file takes the first page only."""
    draw = draw_for(seed)
    look = _look(draw, kind)
    document = pypdfium2.PdfDocument(pdf)
    try:
        count = len(document) if kind in {"pdf", "tiff"} else 1
        pages = [_page(document[number], look, draw) for number in range(count)]
    finally:
        document.close()
    return _file(pages, kind, look)


def _look(draw: random.Random, kind: ScanKind) -> _Look:
    roll = draw.random()
    mode: Literal["bilevel", "grey", "colour"]
    if kind == "jpeg":
        mode = "colour" if roll < 0.5 else "grey"
    elif kind == "png":
        mode = "bilevel" if roll < 0.5 else "grey"
    elif kind == "tiff":
        mode = "bilevel" if roll < 0.8 else "grey"
    else:
        mode = "bilevel" if roll < 0.55 else "grey" if roll < 0.82 else "colour"
    return _Look(
        mode=mode,
        skew=draw.uniform(0.3, 1.5) * draw.choice((-1, 1)),
        ink=draw.randint(15, 60),
        paper=draw.randint(226, 248),
        noise=draw.uniform(0.4, 1.0),
        shade=draw.randint(4, 22),
        edge=draw.choice((0, 0, draw.randint(4, 18))),
        dust=draw.randint(15, 120),
        bleed=draw.random() < 0.3,
        threshold=draw.randint(150, 185),
        quality=draw.randint(55, 72),
    )


def _page(page: pypdfium2.PdfPage, look: _Look, draw: random.Random) -> Image.Image:
    image = _askew(page, look, draw)
    spread = look.paper - look.ink
    curve = [look.ink + spread * value // 255 for value in range(256)]
    image = image.point(curve * len(image.getbands()))
    image = Image.fromarray(_aged(np.asarray(image), look, draw))
    _dust(image, look, draw)
    if look.mode == "bilevel":
        return image.point([0 if v < look.threshold else 255 for v in range(256)], mode="1")
    return image


def _askew(page: pypdfium2.PdfPage, look: _Look, draw: random.Random) -> Image.Image:
    """Render the page turned a little, as a sheet lies on the glass.

    PDFium turns while it draws; turning the finished picture cost five times as much.
    """
    scale = DPI / 72
    width, height = (round(side * scale) for side in page.get_size())
    grey = look.mode != "colour"
    layout = pdfium.FPDFBitmap_Gray if grey else pdfium.FPDFBitmap_BGR
    bitmap = pypdfium2.PdfBitmap.new_native(width, height, layout)
    bitmap.fill_rect((255, 255, 255, 255), 0, 0, width, height)
    angle = math.radians(look.skew + draw.uniform(-0.1, 0.1))
    cos, sin = scale * math.cos(angle), scale * math.sin(angle)
    x, y = (side / 2 for side in page.get_size())
    matrix = pdfium.FS_MATRIX(
        cos,
        sin,
        -sin,
        cos,
        width / 2 - cos * x + sin * y + draw.randint(-14, 14),
        height / 2 - sin * x - cos * y + draw.randint(-14, 14),
    )
    frame = pdfium.FS_RECTF(0, 0, width, height)
    flags = pdfium.FPDF_ANNOT | (pdfium.FPDF_GRAYSCALE if grey else 0)
    pdfium.FPDF_RenderPageBitmapWithMatrix(bitmap.raw, page.raw, matrix, frame, flags)
    image: Image.Image = bitmap.to_pil()
    return image if grey else image.convert("RGB")


@functools.cache
def _grain() -> npt.NDArray[np.int16]:
    """Paper grain and sensor noise, drawn once: every scan takes another window of it."""
    grain = np.random.default_rng(30).normal(0, 6, size=(2600, 1920))
    return grain.astype(np.int16)


def _aged(pixels: _Pixels, look: _Look, draw: random.Random) -> _Pixels:
    height, width = pixels.shape[:2]
    grain = _grain()
    top = draw.randrange(grain.shape[0] - height)
    left = draw.randrange(grain.shape[1] - width)
    window = grain[top : top + height, left : left + width]
    change = window if look.noise > 0.7 else window >> 1
    across = np.linspace(0, look.shade, width, dtype=np.int16)
    change = change - (across if draw.random() < 0.5 else across[::-1])
    if look.edge:
        change[:, : look.edge] -= np.linspace(170, 40, look.edge, dtype=np.int16)
    if look.bleed:
        # The back shines through in dots: only where the grain is dark anyway.
        grey = pixels if pixels.ndim == 2 else pixels[:, :, 1]
        back = np.roll(grey[:, ::-1], 37, axis=0) < 120
        change[back & (window < -7)] -= 95 if look.mode == "bilevel" else 25
    if pixels.ndim == 3:
        change = change[:, :, None]
    mixed = pixels + change
    np.clip(mixed, 0, 255, out=mixed)
    return mixed.astype(np.uint8)


def _dust(image: Image.Image, look: _Look, draw: random.Random) -> None:
    pen = ImageDraw.Draw(image)
    for _ in range(look.dust):
        x, y = draw.randrange(image.width), draw.randrange(image.height)
        size = draw.choice((1, 1, 1, 2, 3))
        shade = draw.randint(30, 140)
        fill = (shade,) * 3 if image.mode == "RGB" else shade
        pen.ellipse((x, y, x + size, y + draw.choice((0, size))), fill=fill)


def _file(pages: list[Image.Image], kind: ScanKind, look: _Look) -> bytes:
    first, *more = pages
    out = io.BytesIO()
    if kind == "pdf":
        lossy = {} if look.mode == "bilevel" else {"quality": look.quality}
        first.save(
            out,
            "PDF",
            resolution=DPI,
            save_all=True,
            append_images=more,
            **lossy,
            producer="Scanner",
            creationDate=_FIRST_DAY,
            modDate=_FIRST_DAY,
        )
    elif kind == "tiff":
        compression = "group4" if look.mode == "bilevel" else "jpeg"
        first.save(
            out,
            "TIFF",
            compression=compression,
            dpi=(DPI, DPI),
            save_all=True,
            append_images=more,
        )
    elif kind == "jpeg":
        first.save(out, "JPEG", quality=look.quality, dpi=(DPI, DPI))
    else:
        first.save(out, "PNG", dpi=(DPI, DPI), compress_level=3)
    return out.getvalue()
