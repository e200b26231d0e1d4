"""Whole papers through the reader: pages, previews, text, and what is kept of them."""

from __future__ import annotations

import dataclasses
import io
import json
import threading

import hostile
import pytest
from PIL import Image

from hoso.ingest.reading import Reader
from hoso.ingest.sandbox import Sandbox

LINES = [
    "CONG HOA XA HOI CHU NGHIA VIET NAM",
    "Typeset by a program, this page says in plain words what it is about",
]


def text_pdf(*pages: str) -> bytes:
    """A born-digital PDF in Helvetica; no Vietnamese letters, so no fonts are needed."""
    objects = {
        1: b"<< /Type /Catalog /Pages 2 0 R >>",
        5: b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    }
    kids = []
    for index, text in enumerate(pages):
        number = 10 + 2 * index
        kids.append(f"{number} 0 R")
        objects[number] = (
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {number + 1} 0 R "
            "/Resources << /Font << /F1 5 0 R >> >> >>"
        ).encode()
        objects[number + 1] = hostile.stream(
            b"BT /F1 12 Tf 72 720 Td "
            + b" 0 -20 Td ".join(f"({line}) Tj".encode() for line in text.split("\n"))
            + b" ET"
        )
    objects[2] = f"<< /Type /Pages /Kids [{' '.join(kids)}] /Count {len(kids)} >>".encode()
    return hostile.assembled(objects)


@pytest.fixture
def paper(tmp_path):
    path = tmp_path / "paper.pdf"
    path.write_bytes(text_pdf("\n".join(LINES), "Second page\nwith two lines of words on it"))
    return path


def test_a_born_digital_paper_is_read_from_its_layer(paper, reader, tmp_path):
    reading = reader.read(paper, reader.inspect(paper), tmp_path / "out")

    assert reading.complete
    assert [page.source for page in reading.pages] == ["layer", "layer"]
    assert reading.text == "\n".join(LINES) + "\fSecond page\nwith two lines of words on it"


def test_words_have_places_on_the_page(paper, reader, tmp_path):
    reading = reader.read(paper, reader.inspect(paper), tmp_path / "out")

    text, confidence, (left, top, right, bottom), line = reading.pages[0].words[0]
    assert (text, confidence, line) == ("CONG", 100.0, 0)
    # Set at 72 of 595 points from the left, its foot at 720 of 842 from below.
    assert left == pytest.approx(72 / 595, abs=0.01)
    assert bottom == pytest.approx(1 - 720 / 842, abs=0.01)
    assert 0 < right - left < 0.1
    assert 0 < bottom - top < 0.02


def test_pages_that_look_the_same_are_told_at_the_end(paper, reader, tmp_path):
    out = tmp_path / "out"
    verdict = reader.inspect(paper)
    reader.read(paper, verdict, out)
    for name, print_ in (("page-0001", "00ff00ff00ff00ff"), ("page-0002", "00ff00ff00ff00f0")):
        facts = json.loads((out / f"{name}.json").read_text(encoding="utf-8"))
        (out / f"{name}.json").write_text(json.dumps(facts | {"print": print_}), encoding="utf-8")

    first, second = reader.read(paper, verdict, out).pages

    assert first.findings == ()
    assert second.findings == ({"code": "duplicate-page", "value": 1, "box": None},)


def test_a_born_digital_page_gets_its_preview_later(paper, reader, tmp_path):
    reading = reader.read(paper, reader.inspect(paper), tmp_path / "out")

    assert [page.preview for page in reading.pages] == [None, None]
    assert [page.findings for page in reading.pages] == [(), ()]
    assert [page.print for page in reading.pages] == [None, None]


def test_a_scan_has_a_preview_of_bearable_size(reader, model, tmp_path):
    path = tmp_path / "scan.png"
    Image.new("L", (1654, 2339), 250).save(path)

    page = reader.read(path, reader.inspect(path), tmp_path / "out").pages[0]

    assert page.preview.name == "page-0001.webp"
    with Image.open(page.preview) as picture:
        assert picture.format == "WEBP"
        assert max(picture.size) == 1170


def test_words_know_what_they_are_set_in(paper, reader, tmp_path):
    reader.read(paper, reader.inspect(paper), tmp_path / "out")

    page = json.loads((tmp_path / "out" / "page-0001.json").read_text(encoding="utf-8"))
    # Helvetica of 12 points, neither bold nor italic.
    assert page["looks"] == [[12.0, False, False]]
    assert page["look"][0] == 0


def test_a_page_the_first_reader_dies_of_is_read_by_the_second(paper, reader, tmp_path):
    with Sandbox(workers=1, jobs="doubting") as pool:
        doubting = Reader(pool, reader._classifiers, reader._model)

        reading = doubting.read(paper, reader.inspect(paper), tmp_path / "out")

    assert [page.source for page in reading.pages] == ["layer", "layer"]
    assert reading.pages[0].text == "\n".join(LINES)
    assert "read by pdfminer.six" in reading.pages[0].notes
    assert "read by pdfminer.six" not in reading.pages[1].notes


def test_finished_pages_are_told_and_not_read_again(paper, reader, tmp_path):
    verdict = reader.inspect(paper)
    told = []
    reader.read(
        paper, verdict, tmp_path / "out", on_page=lambda page, of: told.append((page.number, of))
    )
    first = tmp_path / "out" / "page-0001.json"
    kept = json.loads(first.read_text(encoding="utf-8"))
    first.write_text(json.dumps({**kept, "text": "kept from before"}), encoding="utf-8")

    again = reader.read(paper, verdict, tmp_path / "out")

    assert sorted(told) == [(1, 2), (2, 2)]
    assert again.pages[0].text == "kept from before"


def test_half_a_page_file_is_read_again(paper, reader, tmp_path):
    verdict = reader.inspect(paper)
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "page-0001.json").write_text('{"page": 1, "sour', encoding="utf-8")

    assert reader.read(paper, verdict, tmp_path / "out").pages[0].text == "\n".join(LINES)


def test_a_reading_that_is_stopped_is_not_complete(paper, reader, tmp_path):
    stop = threading.Event()
    stop.set()

    reading = reader.read(paper, reader.inspect(paper), tmp_path / "out", stop=stop)

    assert not reading.complete
    assert reading.pages == ()


def test_a_page_that_kills_its_reader_leaves_a_note_and_the_rest_is_read(paper, tmp_path, reader):
    with Sandbox(workers=1, jobs="fragile") as pool:
        fragile = Reader(pool, reader._classifiers, reader._model)

        reading = fragile.read(paper, reader.inspect(paper), tmp_path / "out")

    assert [page.source for page in reading.pages] == ["none", "layer"]
    assert any("died" in note for note in reading.pages[0].notes)


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_a_scan_is_recognised_whichever_way_it_lies(turn, reader, model, shared, tmp_path):
    with Image.open(shared / "corpus/synthetic/seed001_p1_mid.jpg") as scan:
        upright = scan.convert("L").crop((0, 0, scan.width, scan.height // 3))
    out = io.BytesIO()
    upright.rotate(turn, expand=True).save(out, "JPEG", quality=90)
    path = tmp_path / "scan.jpg"
    path.write_bytes(out.getvalue())

    page = reader.read(path, reader.inspect(path), tmp_path / "out").pages[0]

    assert page.source == "ocr"
    assert "TRƯỜNG TIỂU HỌC" in page.text
    with Image.open(page.preview) as preview:
        assert preview.width > preview.height  # a third of a page, upright
    told = [each["value"] for each in page.findings if each["code"] == "turned"]
    assert told == ([turn] if turn else [])


def test_a_layer_the_scanner_made_in_another_language_is_not_believed(
    reader, model, shared, tmp_path
):
    path = shared / "corpus/scans/trungminhphan_677fc5.pdf"
    verdict = reader.inspect(path)

    reading = reader.read(path, dataclasses.replace(verdict, pages=1), tmp_path / "out")

    (page,) = reading.pages
    assert page.source == "ocr"
    assert "text layer of the scanner not believed" in page.notes
    assert "CHƯƠNG TRÌNH" in page.text


def test_a_blank_page_is_blank(reader, model, tmp_path):
    path = tmp_path / "blank.png"
    Image.new("L", (1654, 2339), 250).save(path)

    page = reader.read(path, reader.inspect(path), tmp_path / "out").pages[0]

    assert (page.source, page.text) == ("none", "")


def test_a_page_of_thirty_thousand_scattered_letters_does_not_hold_the_paper(
    reader, shared, tmp_path
):
    path = shared / "zoo/files/layout_30000_scattered_glyphs.pdf"

    reading = reader.read(path, reader.inspect(path), tmp_path / "out")

    # pdfminer.six would be at it for more than half a minute.
    assert reading.complete
    assert reading.pages[0].text
