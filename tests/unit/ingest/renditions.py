"""Papers the tests of renditions make copies of: small, of every kind a scanner or program writes."""

from __future__ import annotations

import io
from datetime import datetime, timedelta, timezone

import pikepdf
from PIL import Image, ImageDraw

MADE_AT = datetime(2026, 11, 22, 8, 30, tzinfo=timezone(timedelta(hours=7)))

# [text, confidence, box, line], as reading gives them: two lines of a letterhead.
WORDS = [
    ["Số:", 91.0, [0.10, 0.10, 0.14, 0.12], 0],
    ["152/QĐ-SNV", 88.0, [0.15, 0.10, 0.30, 0.12], 0],
    ["Nguyễn", 95.0, [0.10, 0.20, 0.20, 0.22], 1],
    ["Thị", 95.0, [0.21, 0.20, 0.25, 0.22], 1],
    ["Ngọc", 95.0, [0.26, 0.20, 0.33, 0.22], 1],
    ["Ẩn", 95.0, [0.35, 0.20, 0.39, 0.22], 1],
]
TEXT = "Số: 152/QĐ-SNV\nNguyễn Thị Ngọc Ẩn"


def drawn(mode="RGB", size=(400, 560)):
    """A picture with something on it, in the upper left quarter, so that turns show."""
    picture = Image.new("RGB", size, "white")
    pen = ImageDraw.Draw(picture)
    pen.rectangle([20, 20, size[0] // 2, size[1] // 3], fill=(200, 30, 30))
    pen.rectangle([40, 40, 90, 60], fill="black")
    if mode == "1":
        return picture.convert("L").point(lambda value: 255 * (value > 128)).convert("1")
    return picture.convert(mode)


def bytes_of(picture, kind, **how):
    """A picture as a file's bytes."""
    kept = io.BytesIO()
    picture.save(kept, kind, **how)
    return kept.getvalue()


def placed(document, picture, size=(300, 420), *, before=b"", after=b""):
    """Append a page that paints *picture* (a stream) all over."""
    page = document.add_blank_page(page_size=size)
    page.obj.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary({"/Im1": picture}))
    painted = b"q %d 0 0 %d 0 0 cm /Im1 Do Q" % size
    page.obj.Contents = document.make_stream(before + painted + after)
    return page


def jpeg_stream(document, picture, **more):
    """A picture as JPEG in a PDF."""
    made = pikepdf.Stream(document, bytes_of(picture, "JPEG", quality=80))
    made.Type, made.Subtype = pikepdf.Name.XObject, pikepdf.Name.Image
    made.Width, made.Height, made.BitsPerComponent = *picture.size, 8
    spaces = {"L": "/DeviceGray", "RGB": "/DeviceRGB", "CMYK": "/DeviceCMYK"}
    made.ColorSpace = pikepdf.Name(spaces[picture.mode])
    made.Filter = pikepdf.Name.DCTDecode
    for key, value in more.items():
        made[f"/{key}"] = value
    return document.make_indirect(made)


def scan_pdf(path, *, pages=1, mode="RGB", turn=0, **more):
    """A scanner's PDF."""
    with pikepdf.new() as made:
        for _ in range(pages):
            page = placed(made, jpeg_stream(made, drawn(mode), **more))
            if turn:
                page.obj.Rotate = turn
        made.save(path)
    return path


def typed_pdf(path, *, pages=1, embedded=True):
    """A program's PDF: letters and lines, its fonts embedded or not."""
    if embedded:
        import typst

        source = path.with_suffix(".typ")
        sheet = "Số: 152/QĐ-SNV \\ Nguyễn Thị Ngọc Ẩn #line(length: 50%)"
        source.write_text("#pagebreak()\n".join([sheet] * pages), "utf-8")
        path.write_bytes(typst.compile(str(source)))
        return path
    with pikepdf.new() as made:
        for _ in range(pages):
            page = made.add_blank_page(page_size=(300, 420))
            font = pikepdf.Dictionary(
                Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica
            )
            page.obj.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=font))
            page.obj.Contents = made.make_stream(b"BT /F1 12 Tf 30 380 Td (So 152) Tj ET")
        made.save(path)
    return path
