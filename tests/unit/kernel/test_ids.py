"""Ids as numbers and as people see them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hoso.kernel.ids import from_text, new_id, to_text

NUMBERS = st.integers(1, 2**62 - 1)


@given(NUMBERS)
def test_a_number_comes_back_from_its_text(number):
    assert from_text(to_text(number)) == number


@given(NUMBERS)
def test_thirteen_characters_no_letter_that_looks_like_a_digit(number):
    text = to_text(number)

    assert len(text) == 13
    assert not set(text) & set("ilou")


@given(NUMBERS, NUMBERS)
def test_texts_sort_as_numbers_do(one, other):
    assert (to_text(one) < to_text(other)) == (one < other)


@pytest.mark.parametrize(
    ("number", "text"),
    # Crockford, "Base 32 Encoding": digits 0-9, letters without i l o u; reckoned by hand.
    [
        (1, "0000000000001"),
        (31, "000000000000z"),
        (32, "0000000000010"),
        (2**62 - 1, "3zzzzzzzzzzzz"),
    ],
)
def test_known_pairs(number, text):
    assert to_text(number) == text
    assert from_text(text) == number


def test_capitals_are_read():
    assert from_text("000000000000Z") == 31


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1",
        "0000000000000",  # nought is no id
        "4000000000000",  # 2 to the 62nd
        "zzzzzzzzzzzzz",
        "00000000000000",
        "000000000000i",
        "000000000000-",
        "00000000000 1",
        "000000000000١",  # an Arabic digit
        "T-0001",
    ],
)
def test_other_texts_are_no_ids(text):
    assert from_text(text) is None


@pytest.mark.parametrize("number", [0, -1, 2**62])
def test_other_numbers_have_no_text(number):
    with pytest.raises(ValueError):
        to_text(number)


def test_drawn_ids_are_in_range_and_differ():
    drawn = {new_id() for _ in range(1000)}

    assert len(drawn) == 1000
    assert all(0 < number < 2**62 for number in drawn)
