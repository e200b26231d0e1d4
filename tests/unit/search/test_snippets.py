"""Snippets and pages: the words of the question where they stand in the text."""

from __future__ import annotations

import time
import unicodedata

import pytest

from hoso.search.language import parse
from hoso.search.snippets import pages_of, snippet

DECISION = (
    "ỦY BAN NHÂN DÂN QUẬN BÌNH TÂN\nTRƯỜNG TIỂU HỌC LƯƠNG THẾ VINH\nSố: 14/QĐ-THLT\n"
    + "Căn cứ các văn bản có liên quan của cấp trên. " * 20
    + "Điều 1. Nâng bậc lương thường xuyên đối với bà Nguyễn Thị Ngọc Thu kể từ ngày 01/01/2022. "
    + "Bộ phận kế toán chịu trách nhiệm thực hiện. " * 20
)


def marked(parts):
    return [text for text, is_marked in parts if is_marked]


def test_words_typed_without_marks_are_shown_with_them():
    parts = snippet(DECISION, parse("nguyen thi ngoc thu nang bac luong"))

    assert marked(parts) == ["Nâng bậc lương", "Nguyễn Thị Ngọc Thu"]
    shown = "".join(text for text, _ in parts)
    assert shown.startswith("… ")
    assert shown.endswith(" …")
    assert shown[2:-2] in DECISION
    assert len(shown) < 280


def test_nothing_is_escaped_and_nothing_is_added():
    parts = snippet("<b>lương</b> & co", parse("lương"))

    assert parts == [("<b>", False), ("lương", True), ("</b> & co", False)]


@pytest.mark.parametrize(
    ("text", "typed", "expected"),
    [
        ("", "lương", []),
        ("không có gì", "lương", []),
        ("lượng lương luongx", "luong", ["lượng lương"]),
        ("quyết định, quyền", "quy*", ["quyết", "quyền"]),
        ("quyết định, quyền", "quye*", ["quyết", "quyền"]),
        ("dự thảo lương", "lương -thảo", ["lương"]),
        ("14/QĐ-THLT", "14/qd-thlt", ["14/QĐ-THLT"]),
        ("x\u0302y lương", "xy lương", ["x\u0302y lương"]),
        ("dòng\nmới\x00", "dòng mới", ["dòng mới"]),
        ("lương", "", []),
    ],
)
def test_what_is_marked(text, typed, expected):
    assert marked(snippet(text, parse(typed))) == [
        unicodedata.normalize("NFC", one) for one in expected
    ]


def test_decomposed_text_is_marked_too():
    parts = snippet(unicodedata.normalize("NFD", "Bà Nguyễn"), parse("nguyễn"))

    assert parts == [("Bà ", False), ("Nguyễn", True)]


def test_misread_words_are_marked_in_a_scan():
    text = "Các can b0, c6ng chirc hing thdng"

    assert marked(snippet(text, parse("công chức hàng tháng"), scanned=True)) == [
        "c6ng chirc hing thdng"
    ]
    assert marked(snippet(text, parse("công chức hàng tháng"))) == []


def test_the_pages_with_most_of_the_words_are_named():
    pages = ["Căn cứ lương", "Nâng bậc lương", "không", "bậc lương được nâng"]

    assert pages_of(pages, parse("nâng bậc lương")) == [2, 4]
    assert pages_of(pages, parse("vắng")) == []
    assert pages_of([], parse("lương")) == []


@pytest.mark.parametrize("text", ["lương " * 300_000, "l" * 2_000_000, "a\u0302" * 400_000])
def test_a_huge_text_is_bounded_work(text):
    started = time.process_time()
    snippet(text, parse("lương bậc"), scanned=True)

    assert time.process_time() - started < 5
