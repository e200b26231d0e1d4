"""The condition of scanned pages: pages drawn here, with what is wrong with them counted by hand."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw

from hoso.ingest.pages.condition import find, print_of, sheet_of, upright_finding
from hoso.ingest.pages.ink import contrast, skew
from hoso.ingest.pages.likeness import distance, likenesses, twins
from hoso.ingest.pages.limits import Limits, limits_in

A4 = (1654, 2339)  # pixels at 200 dpi
LIMITS = Limits()


def page(rows: int = 30, *, paper: int = 250, ink: int = 20, left: int = 200, right: int = 1450):
    """A page of *rows* lines; a line is blocks 24 pixels high, as letters are at 200 dpi."""
    picture = Image.new("L", A4, paper)
    draw = ImageDraw.Draw(picture)
    for row in range(rows):
        y = 250 + row * 60
        # Words of 5 letters; the last line of each paragraph is short, the third has none.
        if row % 9 == 2:
            continue
        end = right if row % 4 != 3 else left + (right - left) * (row % 7 + 1) // 10
        for x in range(left, end, 20):
            if (x - left) // 20 % 6 != 5:
                draw.rectangle((x, y, x + 11, y + 24), fill=ink)
    return picture


def codes(picture, **facts):
    grey = np.asarray(picture)
    found = find(sheet_of(picture), LIMITS, contrast=contrast(grey), angle=skew(picture), **facts)
    return {each["code"]: each for each in found}


def test_a_page_as_it_should_be_has_no_findings():
    assert codes(page(), dpi=200.0, empty=False) == {}


def test_a_page_with_nothing_on_it_is_blank():
    assert set(codes(Image.new("L", A4, 245))) == {"blank"}


def test_dust_does_not_make_a_page_of_a_blank_sheet():
    sheet = Image.new("L", A4, 245)
    draw = ImageDraw.Draw(sheet)
    for place in range(60):  # 60 specks of two pixels
        x, y = 100 + place * 23, 150 + place * 31
        draw.rectangle((x, y, x + 1, y + 1), fill=60)

    assert set(codes(sheet)) == {"blank"}


def test_what_shines_through_from_the_other_side_is_no_ink():
    assert "blank" in codes(page(paper=245, ink=215))


def test_a_page_with_one_word_read_on_it_is_not_blank():
    sheet = Image.new("L", A4, 245)
    ImageDraw.Draw(sheet).rectangle((800, 100, 812, 124), fill=20)

    assert "blank" in codes(sheet, empty=True)
    assert "blank" not in codes(sheet, empty=False)


@pytest.mark.parametrize("angle", [3.0, -3.0, 5.0])
def test_a_page_askew_is_told_with_its_angle(angle):
    # Pillow turns counter-clockwise; a positive finding is clockwise.
    found = codes(page().rotate(-angle, fillcolor=250, resample=Image.Resampling.BICUBIC))

    assert found["skewed"]["value"] == pytest.approx(angle, abs=0.2)


def test_a_degree_askew_is_bearable():
    assert "skewed" not in codes(page().rotate(1.0, fillcolor=250))


def test_a_dark_page_is_told_with_the_level_of_its_paper():
    found = codes(page(paper=100, ink=5))

    assert found["dark"]["value"] == 100


def test_a_pale_page_has_the_same_code_with_its_contrast():
    found = codes(page(paper=250, ink=196))

    assert found["dark"]["value"] == 54


def test_three_words_on_a_white_page_are_not_pale():
    assert codes(page(rows=1, right=500), empty=False) == {}


@pytest.mark.parametrize(
    ("dpi", "told"), [(150.0, True), (199.6, False), (200.0, False), (None, False)]
)
def test_a_scan_below_200_dpi_is_told(dpi, told):
    assert ("low-resolution" in codes(page(), dpi=dpi, empty=False)) is told


def test_text_cut_off_at_the_right_is_told_with_its_band():
    # Rows 0 to 29 but 2, 11, 20, 29 (none) and 3, 7, .. 27 (short): 20 run over the edge.
    found = codes(page().crop((0, 0, 1190, 2339)))["cut-edge"]

    assert found["value"] == "right"
    x0, y0, x1, y1 = found["box"]
    assert x1 == 1.0
    assert x0 > 0.85
    assert y0 == pytest.approx(250 / 2339, abs=0.01)
    assert y1 == pytest.approx((250 + 28 * 60 + 24) / 2339, abs=0.03)


def test_text_cut_off_at_the_left_is_told():
    assert codes(page().crop((330, 0, 1654, 2339)))["cut-edge"]["value"] == "left"


def test_a_line_cut_off_along_the_foot_is_told():
    # The cut goes through the middle of the line that begins at 250 + 21 * 60.
    assert codes(page().crop((0, 0, 1654, 1522)))["cut-edge"]["value"] == "bottom"


def test_a_line_cut_off_along_the_head_is_told():
    assert codes(page().crop((0, 262, 1654, 2339)))["cut-edge"]["value"] == "top"


def test_the_shadow_of_a_lid_is_no_cut_text():
    picture = page()
    ImageDraw.Draw(picture).rectangle((0, 0, 14, 2339), fill=30)

    assert "cut-edge" not in codes(picture)


def test_dirt_on_the_edge_is_no_cut_text():
    picture = page()
    draw = ImageDraw.Draw(picture)
    for y in range(300, 2000, 100):
        draw.rectangle((0, y, 30, y + 15), fill=20)  # 4 mm, then nothing

    assert "cut-edge" not in codes(picture)


def test_a_finding_turns_with_its_page():
    finding = {"code": "cut-edge", "value": "left", "box": [0.0, 0.1, 0.05, 0.6]}

    # Turned clockwise by a quarter, the left edge is the top one.
    assert upright_finding(finding, 90) == {
        "code": "cut-edge",
        "value": "top",
        "box": [0.4, 0.0, 0.9, 0.05],
    }
    assert upright_finding(finding, 180)["value"] == "right"


# --- prints ----------------------------------------------------------------------------------


def again(picture, *, angle=0.4, shift=(9, -14), noise=8.0):
    """The same sheet on the scanner once more."""
    moved = picture.rotate(angle, fillcolor=250, translate=shift, resample=Image.Resampling.BICUBIC)
    values = np.asarray(moved, dtype=np.float64) * 0.93
    values += np.random.default_rng(7).normal(0, noise, values.shape)
    return Image.fromarray(np.clip(values, 0, 255).astype(np.uint8))


def test_a_second_scan_of_a_page_has_nearly_the_same_print():
    picture = page()

    bits = distance(print_of(sheet_of(picture)), print_of(sheet_of(again(picture))))

    assert bits <= 8


def test_another_page_has_another_print():
    assert distance(print_of(sheet_of(page(30))), print_of(sheet_of(page(17)))) > 12


def test_a_print_is_sixteen_hexadecimal_figures():
    assert len(print_of(sheet_of(page()))) == 16
    int(print_of(sheet_of(page())), 16)


def test_the_distance_of_prints_is_counted_in_bits():
    assert distance("0000000000000000", "000000000000000f") == 4
    assert distance("ffffffffffffffff", "0000000000000000") == 64


def test_pages_of_one_paper_that_look_the_same_are_told():
    prints = [
        "0000000000000000",
        "ffffffff00000000",
        None,  # blank
        "0000000000000003",  # 2 bits from page 1
        "00000000000007ff",  # 9 bits from page 4, its neighbour
        "ffffffff0000000f",  # 4 bits from page 2
    ]

    assert [(each.page, each.other, each.bits, each.same) for each in likenesses(prints)] == [
        (4, 1, 2, True),
        (5, 4, 9, False),
        (6, 2, 4, True),
    ]


def test_pages_of_a_batch_that_look_the_same_are_paired_with_the_first():
    prints = [
        (("a", 1), "0000000000000000"),
        (("a", 2), "ffffffffffffffff"),
        (("b", 1), "0000000000000001"),
        (("b", 2), None),
        (("c", 1), "0000000000000003"),
    ]

    assert twins(prints) == [(("a", 1), ("b", 1), 1), (("a", 1), ("c", 1), 2)]


# --- limits ----------------------------------------------------------------------------------


def test_limits_are_data(tmp_path):
    (tmp_path / "page-quality.toml").write_text("skew = 5.0\n", encoding="utf-8")

    assert limits_in(str(tmp_path)).skew == 5.0
    assert limits_in(str(tmp_path)).dpi == LIMITS.dpi


def test_a_limit_nobody_knows_is_refused(tmp_path):
    (tmp_path / "page-quality.toml").write_text("squew = 5.0\n", encoding="utf-8")

    with pytest.raises(ValueError, match="squew"):
        limits_in(str(tmp_path))
