"""Places on the page where sought words stand, as the search finds them."""

from __future__ import annotations

import pytest

from hoso.desk.hits import MOST, hits_in


def page(*lines):
    """Lay lines of words out: word n of line y at x n tenths, y tenths."""
    return [
        [word, 95, [n / 10, y / 10, n / 10 + 0.09, y / 10 + 0.02], y]
        for y, line in enumerate(lines)
        for n, word in enumerate(line.split())
    ]


def found(question, *pages, scanned=False):
    return [
        (hit.page, round(hit.box[0] * 10), round(hit.box[2] * 10 - 0.9), round(hit.box[1] * 10))
        for hit in hits_in(pages, question, scanned=scanned)
    ]


def test_words_are_found_without_marks_and_case():
    assert found("nang", page("Quyết định NÂNG bậc")) == [(1, 2, 2, 0)]


def test_neighbours_on_one_line_are_one_place():
    assert found("nang bac luong", page("về nâng bậc lương thường xuyên")) == [(1, 1, 3, 0)]


def test_words_at_the_end_of_a_line_and_the_beginning_of_the_next_are_two_places():
    assert found("nang luong", page("được nâng", "lương mới")) == [(1, 1, 1, 0), (1, 0, 0, 1)]


def test_a_word_alone_is_left_out_where_it_stands_with_its_neighbours_elsewhere():
    assert found("nang luong", page("nâng lương", "mức lương")) == [(1, 0, 1, 0)]


def test_pages_count_from_one_in_order():
    assert found("mẫu", page("ông Mẫu"), page("không"), page("bà Mẫu")) == [
        (1, 1, 1, 0),
        (3, 1, 1, 0),
    ]


def test_punctuation_that_sticks_to_a_word_does_not_hide_it():
    assert found("so 14", page("Số: 14/QĐ-M")) == [(1, 0, 1, 0)]


@pytest.mark.parametrize("question", ['"', "loại:", "", "-"])
def test_a_question_that_seeks_no_word_marks_nothing(question):
    assert found(question, page("nâng lương")) == []


def test_of_very_many_places_the_first_are_drawn():
    assert len(hits_in([page(*["mẫu x"] * (MOST + 5))], "mau", scanned=False)) == MOST


def test_a_misread_word_is_found_in_what_was_recognised():
    """ "lưong" is one of the usual misreadings of "lương" (horn lost)."""
    assert found("lương", page("mức lưong"), scanned=True) == [(1, 1, 1, 0)]
