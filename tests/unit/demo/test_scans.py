"""Scans as files: what another program sees in them."""

from __future__ import annotations

import io

import numpy as np
import pypdfium2
import pytest
from PIL import Image

from hoso.demo.scans import scan


@pytest.fixture(scope="module")
def paper(plan, press):
    found = next(p for p in plan.papers if p.recipe == "raise" and p.person == "M-0001")
    return press.render(found)


@pytest.fixture(scope="module")
def long_paper(plan, press):
    return press.render(next(p for p in plan.papers if p.recipe == "cv"))


@pytest.mark.parametrize("seed", range(4))
def test_a_scanned_pdf_has_pictures_and_no_text(paper, seed):
    document = pypdfium2.PdfDocument(scan(paper, kind="pdf", seed=seed))

    assert document[0].get_textpage().get_text_range() == ""
    assert [thing.type for thing in document[0].get_objects()] == [3]  # 3: an image
    width, height = document[0].get_size()
    # A4 in points, to the pixel at 200 dpi.
    assert (pytest.approx(width, abs=0.4), pytest.approx(height, abs=0.4)) == (595.3, 841.9)
    document.close()


@pytest.mark.parametrize(("kind", "form"), [("tiff", "TIFF"), ("jpeg", "JPEG"), ("png", "PNG")])
def test_pictures_are_what_they_say_at_200_dpi(paper, kind, form):
    with Image.open(io.BytesIO(scan(paper, kind=kind, seed=3))) as picture:
        assert form == picture.format
        assert tuple(round(float(dpi)) for dpi in picture.info["dpi"]) == (200, 200)
        assert picture.size == (1654, 2339)


def test_all_pages_of_a_long_paper_are_scanned(long_paper):
    count = len(pypdfium2.PdfDocument(long_paper))

    document = pypdfium2.PdfDocument(scan(long_paper, kind="pdf", seed=5))
    with Image.open(io.BytesIO(scan(long_paper, kind="tiff", seed=5))) as picture:
        frames = picture.n_frames

    assert count >= 2
    assert (count, count) == (len(document), frames)
    document.close()


def test_papers_planned_as_pictures_have_one_page(plan, press):
    """A picture file would lose the others."""
    for paper in plan.papers:
        if paper.scan_as in {"jpeg", "png"}:
            document = pypdfium2.PdfDocument(press.render(paper))
            assert len(document) == 1, paper.file_name
            document.close()


def test_the_sheet_lies_askew_but_little(paper):
    """The long rule under the motto, found by its darkness, drops or rises along its length."""
    slopes = {round(_slope(scan(paper, kind="png", seed=seed)), 1) for seed in range(6)}

    assert all(0.1 <= abs(slope) <= 1.7 for slope in slopes)
    assert len(slopes) > 1


def test_the_same_seed_gives_the_same_scan_and_another_gives_another(paper):
    assert scan(paper, kind="pdf", seed=1) == scan(paper, kind="pdf", seed=1)
    assert scan(paper, kind="pdf", seed=1) != scan(paper, kind="pdf", seed=2)


def _slope(png: bytes) -> float:
    """Degrees by which lines of text are turned: the turn at which rows are most uneven."""
    with Image.open(io.BytesIO(png)) as picture:
        grey = picture.convert("L").resize((827, 1170))
    best = max(
        (n / 10 for n in range(-20, 21)),
        key=lambda turn: np.var(
            np.asarray(grey.rotate(turn, fillcolor=230))[100:600, 60:760].mean(axis=1)
        ),
    )
    return -best
