"""Codes on pages, at the levels real scans come in; the codes are drawn by zxing-cpp."""

from __future__ import annotations

import io

import numpy as np
import pytest
import zxingcpp
from PIL import Image, ImageDraw, ImageFilter

from hoso.ingest.pages.codes import codes_on
from hoso.ingest.pages.condition import sheet_of
from hoso.ingest.pages.ink import contrast

DPI = 200
FORMATS = {
    "QRCode": zxingcpp.BarcodeFormat.QRCode,
    "DataMatrix": zxingcpp.BarcodeFormat.DataMatrix,
    "Code128": zxingcpp.BarcodeFormat.Code128,
}


def drawn(kind: str, text: str, millimetres: float):
    """A code so wide; bar codes are 12 mm high."""
    code = zxingcpp.create_barcode(text, FORMATS[kind])
    modules = Image.fromarray(np.array(code.to_image(scale=1, add_quiet_zones=False)))
    width = round(millimetres * DPI / 25.4)
    height = round(12 * DPI / 25.4) if kind == "Code128" else width
    return modules.resize((width, height), Image.Resampling.BOX)


def sheet(*codes):
    picture = Image.new("L", (1654, 2339), 255)
    draw = ImageDraw.Draw(picture)
    for row in range(25):
        draw.text((150, 1300 + row * 35), "Sổ theo dõi hồ sơ " * 6, fill=0, font_size=20)
    for code, place in codes:
        picture.paste(code, place)
    return picture


def noisy(picture, *, gain=1.0, lift=0.0, sigma=0.0):
    values = np.asarray(picture, dtype=np.float64) * gain + lift
    values += np.random.default_rng(3).normal(0, sigma, values.shape)
    return Image.fromarray(np.clip(values, 0, 255).astype(np.uint8))


def as_jpeg(picture, quality):
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=quality)
    return Image.open(out).convert("L")


def turned(picture, angle):
    return picture.rotate(angle, resample=Image.Resampling.BICUBIC, fillcolor=255)


LEVELS = {
    "clean": lambda picture: picture,
    "mid": lambda picture: as_jpeg(noisy(turned(picture, 0.8), gain=0.85, lift=30, sigma=6), 60),
    "hard": lambda picture: as_jpeg(
        noisy(
            turned(picture, 2.3).filter(ImageFilter.GaussianBlur(1.2)),
            gain=0.42,
            lift=120,
            sigma=11,
        ),
        45,
    ),
    "bilevel": lambda picture: noisy(turned(picture, -1.1), sigma=45).point(
        lambda level: 255 if level > 150 else 0
    ),
}


def read(picture):
    return codes_on(picture, sheet_of(picture), contrast(np.asarray(picture)))


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize(("kind", "size"), [("QRCode", 25), ("DataMatrix", 15), ("Code128", 60)])
def test_a_code_is_read_however_bad_the_scan(level, kind, size):
    picture = LEVELS[level](sheet((drawn(kind, "HS-2026-00417", size), (900, 300))))

    found = read(picture)

    assert [(code["format"], code["text"]) for code in found] == [(kind, "HS-2026-00417")]
    x0, y0, x1, _ = found[0]["box"]
    # Two degrees askew move a corner by 20 pixels at this place.
    assert x0 == pytest.approx(900 / 1654, abs=0.03)
    assert y0 == pytest.approx(300 / 2339, abs=0.03)
    assert x1 - x0 == pytest.approx(size * DPI / 25.4 / 1654, abs=0.04)


def test_a_sheet_that_lies_on_its_side_is_read():
    picture = sheet((drawn("Code128", "HS-2026-00417", 60), (900, 300)))

    assert [code["text"] for code in read(picture.transpose(Image.Transpose.ROTATE_90))] == [
        "HS-2026-00417"
    ]


def test_several_codes_are_told_from_the_top():
    picture = sheet(
        (drawn("DataMatrix", "BOX-7", 12), (1300, 1000)),
        (drawn("QRCode", "HS1", 30), (1200, 300)),
        (drawn("Code128", "S-0001", 50), (200, 600)),
    )

    assert [(code["format"], code["text"]) for code in read(picture)] == [
        ("QRCode", "HS1"),
        ("Code128", "S-0001"),
        ("DataMatrix", "BOX-7"),
    ]


def test_a_page_of_text_has_no_codes():
    assert read(sheet()) == []


def test_an_empty_page_has_no_codes():
    picture = Image.new("L", (1654, 2339), 255)

    assert read(picture) == []


def test_a_black_box_is_no_code():
    picture = sheet()
    ImageDraw.Draw(picture).rectangle((900, 300, 1200, 600), fill=0)

    assert read(picture) == []
