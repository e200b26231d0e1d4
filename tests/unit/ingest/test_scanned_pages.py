"""Scanned pages: their own pixels where that is right, a second opinion where there is doubt."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pikepdf
import pytest
import second_opinion
import zxingcpp
from PIL import Image, ImageDraw

from hoso.ingest.pages import work
from hoso.ingest.pages.layer import open_page
from hoso.ingest.pages.raster import page_raster, save_preview
from hoso.ingest.pages.scanned import is_scan_with_text, own_picture
from hoso.ingest.pages.words import upright_box
from hoso.ingest.reading import Reader
from hoso.ingest.renditions.copy import make_copy
from hoso.ingest.renditions.leaves import Leaf
from hoso.ingest.sandbox import Sandbox

PDF = "application/pdf"
CLASSIFIERS = Path(__file__).resolve().parents[3] / "catalogs" / "classifiers"


def drawing(size=(1654, 2339), mode="L"):
    """A page nobody takes for another when it lies otherwise."""
    picture = Image.new(mode, size, "white")
    draw = ImageDraw.Draw(picture)
    draw.rectangle((100, 150, 900, 260), fill="black")
    draw.ellipse((1100, 1700, 1400, 2000), outline="black", width=12)
    return picture


def jpeg(picture):
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=90)
    return out.getvalue()


def scan(path, picture, *, content=b"q 595 0 0 842 0 0 cm /Im Do Q", rotate=0, **keys):
    """A PDF of one page that shows *picture*, as scanners write them."""
    document = pikepdf.new()
    image = pikepdf.Stream(
        document,
        jpeg(picture),
        Type=pikepdf.Name.XObject,
        Subtype=pikepdf.Name.Image,
        Width=picture.width,
        Height=picture.height,
        BitsPerComponent=8,
        ColorSpace=pikepdf.Name.DeviceGray if picture.mode == "L" else pikepdf.Name.DeviceRGB,
        Filter=pikepdf.Name.DCTDecode,
        **keys,
    )
    page = document.add_blank_page(page_size=(595, 842))
    page.obj.Resources = pikepdf.Dictionary(
        XObject=pikepdf.Dictionary(Im=image),
        Font=pikepdf.Dictionary(
            F=pikepdf.Dictionary(
                Type=pikepdf.Name.Font,
                Subtype=pikepdf.Name.Type1,
                BaseFont=pikepdf.Name.Helvetica,
            )
        ),
    )
    page.obj.Contents = pikepdf.Stream(document, content)
    if rotate:
        page.obj.Rotate = rotate
    document.save(path)
    return str(path)


def own(path):
    with open_page(path, 1) as page:
        return own_picture(path, 1, page)


def shown(path, size):
    """The page as PDFium draws it."""
    with open_page(path, 1) as page:
        return page.render(scale=size[0] / page.get_width(), grayscale=True).to_pil().convert("L")


def test_a_scan_is_taken_in_its_own_pixels(tmp_path):
    path = scan(tmp_path / "a.pdf", drawing())

    found = own(path)

    assert found.picture.size == (1654, 2339)
    assert found.dpi == pytest.approx(200, abs=0.5)


@pytest.mark.parametrize("rotate", [0, 90, 180, 270])
def test_it_lies_as_the_page_is_shown(rotate, tmp_path):
    path = scan(tmp_path / "a.pdf", drawing(), rotate=rotate)

    mine = own(path).picture.reduce(8)
    theirs = shown(path, own(path).picture.size).resize(mine.size, Image.Resampling.BOX)

    off = np.abs(np.asarray(mine, dtype=int) - np.asarray(theirs, dtype=int))
    assert off.mean() < 2


@pytest.mark.parametrize(
    "content",
    [
        b"q 595 0 0 842 0 0 cm /Im Do Q BT /F 12 Tf 72 700 Td (Added) Tj ET",  # text on it
        b"q 595 0 0 842 0 0 cm /Im Do Q q 595 0 0 842 0 0 cm /Im Do Q",  # twice
        b"q 300 0 0 400 100 100 cm /Im Do Q",  # not the whole page
        b"q -595 0 0 842 595 0 cm /Im Do Q",  # mirrored
        b"q 595 0 0 842 0 0 cm /Im Do Q 1 0 0 RG 0 0 m 595 842 l S",  # struck out
    ],
)
def test_a_page_with_more_to_see_is_drawn(content, tmp_path):
    assert own(scan(tmp_path / "a.pdf", drawing(), content=content)) is None


def test_the_invisible_text_of_a_reader_does_not_matter(tmp_path):
    content = b"q 595 0 0 842 0 0 cm /Im Do Q BT 3 Tr /F 12 Tf 72 700 Td (Found) Tj ET"

    assert own(scan(tmp_path / "a.pdf", drawing(), content=content)) is not None


def test_a_picture_with_its_levels_turned_round_is_drawn(tmp_path):
    path = scan(tmp_path / "a.pdf", drawing(), Decode=[1, 0])

    assert own(path) is None
    # And drawn right: the paper of this page is black.
    assert np.asarray(page_raster(path, PDF, 1).grey).mean() < 60


def test_colour_is_kept_only_where_there_is_some(tmp_path):
    grey = scan(tmp_path / "grey.pdf", drawing(mode="RGB"))
    stamped = drawing(mode="RGB")
    ImageDraw.Draw(stamped).ellipse((300, 1500, 700, 1900), outline=(220, 20, 20), width=14)

    assert page_raster(grey, PDF, 1).picture.mode == "L"
    raster = page_raster(scan(tmp_path / "red.pdf", stamped), PDF, 1)
    assert raster.picture.mode == "RGB"
    # Red ink is light in the channel that is read; single pixels are the JPEG's own.
    assert np.percentile(np.asarray(raster.grey)[1500:1900, 300:700], 1) > 180


def test_a_fine_scan_is_made_as_large_as_recognition_needs(tmp_path):
    raster = page_raster(scan(tmp_path / "a.pdf", drawing((2481, 3508))), PDF, 1)

    assert raster.dpi == pytest.approx(300, abs=1)
    assert raster.fine == 200
    assert raster.picture.size == (1653, 2337)


def test_a_picture_file_says_itself_how_fine_it_is(tmp_path):
    drawing((827, 1170)).save(tmp_path / "a.png", dpi=(100, 100))
    drawing((827, 1170)).save(tmp_path / "b.png")

    assert page_raster(str(tmp_path / "a.png"), "image/png", 1).dpi == pytest.approx(100, abs=0.1)
    assert page_raster(str(tmp_path / "b.png"), "image/png", 1).dpi is None


def test_a_preview_lies_upright(tmp_path):
    # Two thirds down on the left; turned clockwise by a quarter it is a third from the left, on top.
    picture = Image.new("L", (400, 600), 255)
    ImageDraw.Draw(picture).rectangle((0, 380, 60, 420), fill=0)

    save_preview(picture, tmp_path / "a.webp", turn=90)

    with Image.open(tmp_path / "a.webp") as preview:
        assert preview.size == (600, 400)
        assert preview.convert("L").getpixel((200, 30)) < 60


def test_a_box_turns_with_its_page():
    # A mark at the top left, a tenth wide and a twentieth high, turned clockwise: top right.
    assert upright_box([0.0, 0.0, 0.1, 0.05], 90) == [0.95, 0.0, 1.0, 0.1]
    assert upright_box([0.0, 0.0, 0.1, 0.05], 180) == [0.9, 0.95, 1.0, 1.0]
    assert upright_box([0.0, 0.0, 0.1, 0.05], 270) == [0.0, 0.9, 0.05, 1.0]


# --- scans that bring their words ------------------------------------------------------------

PHRASE = "Căn cứ Quyết định số của Ủy ban nhân dân tỉnh về việc quy định chức năng và nhiệm vụ"


def with_words(path, picture):
    """A scan another program has read: the picture, and its words behind it."""
    picture.save(path.with_suffix(".png"), dpi=(200, 200))
    words = [
        [word, 95.0, [0.05 * at, 0.1 + 0.05 * row, 0.05 * at + 0.045, 0.12 + 0.05 * row], row]
        for row in range(3)
        for at, word in enumerate(PHRASE.split())
    ]
    leaf = Leaf(path.with_suffix(".png"), 1, 0, words, "ocr")
    make_copy([leaf], path, title="Tờ quét", made_at=datetime(2026, 1, 1, tzinfo=UTC))
    return path


def test_a_scan_whose_own_words_are_believed_is_looked_at_all_the_same(reader, tmp_path):
    code = zxingcpp.create_barcode("HS-00417", zxingcpp.BarcodeFormat.QRCode)
    stamp = Image.fromarray(np.array(code.to_image(scale=1, add_quiet_zones=False)))
    picture = drawing()
    picture.paste(stamp.resize((240, 240), Image.Resampling.BOX), (1200, 400))
    path = with_words(tmp_path / "a.pdf", picture)

    page = reader.read(path, reader.inspect(path), tmp_path / "out").pages[0]

    assert page.source == "layer"
    assert page.text.startswith("Căn cứ Quyết định")
    assert page.preview is not None
    assert page.print is not None
    assert page.dpi == pytest.approx(200, abs=1)
    assert [each["text"] for each in page.codes] == ["HS-00417"]
    assert page.confidence is None


def test_its_words_are_not_lost_with_its_picture(tmp_path):
    path = with_words(tmp_path / "a.pdf", drawing())
    with Sandbox(workers=1, jobs="fragile_picture") as pool:
        blind = Reader(pool, CLASSIFIERS, tmp_path)
        page = blind.read(path, blind.inspect(path), tmp_path / "out").pages[0]

    assert page.text.startswith("Căn cứ Quyết định")
    assert page.preview is None


def test_a_page_set_in_type_over_a_background_is_no_scan(tmp_path):
    content = b"q 595 0 0 842 0 0 cm /Im Do Q BT /F 12 Tf 72 700 Td (Set in type) Tj ET"
    with open_page(scan(tmp_path / "a.pdf", drawing(), content=content), 1) as page:
        assert not is_scan_with_text(page)


# --- a second opinion ------------------------------------------------------------------------


@pytest.fixture
def faded(tmp_path, monkeypatch):
    """A page the first reader makes little of: reads it, and returns what was written."""

    def read(words, *, second_reader):
        monkeypatch.setattr(work, "recognised", lambda *_a, **_k: (words, 0))
        path = tmp_path / "faded.png"
        drawing().save(path, dpi=(200, 200))
        work.recognise(
            str(path), "image/png", 1, str(tmp_path), "no model", [], second_reader=second_reader
        )
        return json.loads((tmp_path / "page-0001.json").read_text(encoding="utf-8"))

    second_opinion.ASKED.clear()
    return read


def first_reading(text, confidence):
    return [[word, confidence, [0.1, 0.1, 0.2, 0.12], 0] for word in text.split()]


def test_a_doubtful_page_is_read_again_and_the_better_reading_taken(faded):
    page = faded(first_reading("Quyêt dinh vẽ viec bố nhiém cản bó", 55.0),
                 second_reader="second_opinion")  # fmt: skip

    assert page["text"] == second_opinion.TEXT
    assert page["notes"] == ["read again by second_opinion"]
    assert second_opinion.ASKED == [((1654, 2339), 200)]


def test_a_worse_reading_is_not_taken(faded):
    text = "Quyết định về việc bổ nhiệm cán bộ quản lý trường"
    page = faded(first_reading(text, 55.0), second_reader="second_opinion")

    assert page["text"] == text


def test_a_page_that_was_read_well_is_not_read_again(faded):
    faded(first_reading("Quyêt dinh vẽ viec", 85.0), second_reader="second_opinion")

    assert second_opinion.ASKED == []


def test_without_a_second_reader_nobody_is_asked(faded):
    page = faded(first_reading("Quyêt dinh vẽ viec", 55.0), second_reader="")

    assert page["text"] == "Quyêt dinh vẽ viec"
    assert second_opinion.ASKED == []


@pytest.mark.parametrize("name", ["no_such_engine", "tesseract:/no/such/folder"])
def test_a_second_reader_that_is_missing_is_told_and_the_page_kept(faded, name):
    page = faded(first_reading("Quyêt dinh vẽ viec", 55.0), second_reader=name)

    assert page["text"] == "Quyêt dinh vẽ viec"
    assert "second reader" in page["notes"][0]
