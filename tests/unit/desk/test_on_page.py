"""Where a number and a day written by hand stand: beside what is printed around them."""

from __future__ import annotations

import pytest

from hoso.desk.on_page import by_hand

# Places as on 2030_syt_nvy.pdf, measured with a ruler on the printed page (fractions).
SYMBOL = {"value": "SYT-NVY", "page": 1, "box": [0.20, 0.135, 0.36, 0.15], "confidence": 0.9}


def line(y, *words, confidence=95):
    """Lay words out from x 0.46, each 0.05 wide."""
    return [
        [word, confidence, [0.46 + 0.05 * n, y, 0.505 + 0.05 * n, y + 0.015], round(y * 1000)]
        for n, word in enumerate(words)
    ]


DATED = line(0.13, "Kiên", "Giang,", "ngày25", "tháng", "10", "năm", "2017")


def test_the_number_stands_left_of_the_symbol():
    place = by_hand({"symbol": SYMBOL}, [DATED])["number"]

    assert place.page == 1
    x0, y0, x1, y1 = place.box
    assert x0 < 0.20 <= x1
    assert y0 < 0.135
    assert y1 > 0.15


def test_printed_month_and_year_are_taken_and_the_day_never():
    place = by_hand({"symbol": SYMBOL}, [DATED])["date"]

    assert place.known == "2017-10"
    assert place.box[0] == pytest.approx(0.56)


def test_what_was_proposed_is_not_asked_for():
    read = {"value": "2017-10-25", "page": 1, "box": None, "confidence": 1.0}

    assert (
        by_hand({"symbol": SYMBOL, "number": {**read, "value": "7"}, "date": read}, [DATED]) == {}
    )


@pytest.mark.parametrize(
    "words",
    [
        line(0.4, "Căn", "cứ", "Luật", "ngày", "13", "tháng", "11", "năm", "2008"),
        [[w, c, [b[0] - 0.4, b[1], b[2] - 0.4, b[3]], n] for w, c, b, n in DATED],
    ],
    ids=["cited in the body", "on the left"],
)
def test_another_date_is_not_taken_for_that_of_the_paper(words):
    assert by_hand({"symbol": SYMBOL}, [words])["date"].known == ""


def test_month_and_year_that_are_hardly_readable_are_not_taken():
    words = line(0.13, "ngày", "tháng", "10", "năm", "2017", confidence=60)

    assert by_hand({"symbol": SYMBOL}, [[*words]])["date"].known == ""


def test_a_paper_without_a_head_asks_for_nothing():
    assert by_hand({}, [line(0.5, "Họ", "và", "tên")]) == {}


def test_thirteen_is_no_month():
    words = line(0.13, "Mẫu,", "ngày", "tháng", "13", "năm", "2017")

    assert by_hand({"symbol": SYMBOL}, [words])["date"].known == ""
