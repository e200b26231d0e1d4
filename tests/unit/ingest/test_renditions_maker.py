"""What the worker asks for: previews, copy and signatures of one paper, through the sandbox."""

from __future__ import annotations

import threading

import pikepdf
import pytest
from PIL import Image
from renditions import MADE_AT, WORDS, drawn, scan_pdf

from hoso.ingest.renditions.leaves import Leaf
from hoso.ingest.renditions.maker import Maker, NotMade


@pytest.fixture(scope="module")
def maker(sandbox):
    with Maker(sandbox) as made:
        yield made


def test_a_scan_gets_previews_and_a_copy_and_is_not_touched(tmp_path, maker):
    scan = scan_pdf(tmp_path / "scan.pdf", pages=2)
    before = scan.read_bytes()

    made = maker.make(
        scan,
        "application/pdf",
        leaves=[Leaf(scan, 1, 0, WORDS, "ocr"), Leaf(scan, 2)],
        out_dir=tmp_path / "out",
        title="Quyết định 152/QĐ-SNV",
        made_at=MADE_AT,
    )

    assert made.complete
    assert ("scan", "scan") == made.methods
    assert () == made.notes
    assert {1, 2} == set(made.previews)
    with pikepdf.open(made.copy) as copy:
        assert 2 == len(copy.pages)
    assert before == scan.read_bytes()


def test_only_pages_that_lack_a_preview_get_one(tmp_path, maker):
    scan = scan_pdf(tmp_path / "scan.pdf", pages=3)

    made = maker.make(
        scan,
        "application/pdf",
        leaves=[Leaf(scan, number) for number in (1, 2, 3)],
        out_dir=tmp_path / "out",
        title="-",
        made_at=MADE_AT,
        lacking=[2],
    )

    assert [2] == list(made.previews)


def test_a_preview_is_turned_as_its_leaf_is_and_fits_a_screen(tmp_path, maker):
    drawn(size=(1600, 2240)).save(tmp_path / "page.jpg", dpi=(200, 200))

    made = maker.previews({1: Leaf(tmp_path / "page.jpg", 1, 90)}, tmp_path)

    with Image.open(made[1]) as picture:
        assert ("WEBP", (1400, 1000)) == (picture.format, picture.size)
        # What was above on the left is above on the right.
        assert (
            picture.convert("L").getpixel((1300, 100))
            < 200
            < picture.convert("L").getpixel((100, 100))
        )


def test_typed_text_is_left_as_it_is_and_a_note_says_so(tmp_path, maker):
    (tmp_path / "note.txt").write_text("Một", "utf-8")

    made = maker.make(
        tmp_path / "note.txt",
        "text/plain",
        leaves=[Leaf(tmp_path / "note.txt")],
        out_dir=tmp_path / "out",
        title="-",
        made_at=MADE_AT,
    )

    assert (None, ["typed"]) == (made.copy, [note.code for note in made.notes])


def test_what_cannot_be_made_leaves_a_note_and_no_half_files(tmp_path, maker):
    broken = tmp_path / "broken.pdf"
    broken.write_bytes(b"%PDF-1.4\n/ByteRange [] nothing more")

    made = maker.make(
        broken,
        "application/pdf",
        leaves=[Leaf(broken)],
        out_dir=tmp_path / "out",
        title="-",
        made_at=MADE_AT,
    )

    assert made.copy is None
    said = [note.code for note in made.notes if note.code != "identified-differently"]
    assert ["no-picture", "signatures-unread", "no-copy"] == said
    assert [] == list((tmp_path / "out").iterdir())


def test_making_that_is_stopped_says_it_is_not_complete(tmp_path, maker):
    scan = scan_pdf(tmp_path / "scan.pdf")
    stop = threading.Event()
    stop.set()

    made = maker.make(
        scan,
        "application/pdf",
        leaves=[Leaf(scan)],
        out_dir=tmp_path / "out",
        title="-",
        made_at=MADE_AT,
        stop=stop,
    )

    assert (False, None, {}) == (made.complete, made.copy, made.previews)


def test_a_part_is_made_through_the_same_door(tmp_path, maker):
    scan = scan_pdf(tmp_path / "scan.pdf", pages=3)

    assert () == maker.part(scan, "application/pdf", [2], tmp_path / "part.pdf")

    with pytest.raises(NotMade, match="no page 9"):
        maker.part(scan, "application/pdf", [9], tmp_path / "other.pdf")
