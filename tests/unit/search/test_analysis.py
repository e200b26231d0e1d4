"""Vietnamese words: every letter, both normal forms, both places of the tone."""

from __future__ import annotations

import unicodedata

import pytest

from hoso.search.analysis import (
    bigrams,
    exact_words,
    folded_words,
    has_marks,
    number_words,
    words_at,
)

# The alphabet by its plain letter, as school books print it: 12 vowels, 6 tones, and đ.
_ROWS = {
    "a": "àáảãạăằắẳẵặâầấẩẫậ",
    "e": "èéẻẽẹêềếểễệ",
    "i": "ìíỉĩị",
    "o": "òóỏõọôồốổỗộơờớởỡợ",
    "u": "ùúủũụưừứửữự",
    "y": "ỳýỷỹỵ",
    "d": "đ",
}
LETTERS = [
    (letter, plain) for plain, row in _ROWS.items() for low in row for letter in (low, low.upper())
]


def test_the_table_holds_all_134_letters_with_marks():
    assert len({letter for letter, _ in LETTERS}) == 134


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize(("letter", "plain"), LETTERS, ids=[letter for letter, _ in LETTERS])
def test_each_letter_is_found_without_its_marks(letter, plain, form):
    written = unicodedata.normalize(form, f"x{letter}n")

    assert folded_words(written) == [f"x{plain}n"]
    assert has_marks(written)
    assert exact_words(written) == [f"x{letter.lower()}n"]


@pytest.mark.parametrize(
    ("new", "old"),
    [("hoà", "hòa"), ("thuý", "thúy"), ("khoẻ", "khỏe"), ("HOÁ", "hóa"), ("quý", "quý")],
)
def test_both_places_of_the_tone_are_one_word(new, old):
    assert exact_words(new) == [old]


def test_a_closed_syllable_keeps_its_tone_where_it_is():
    assert exact_words("hoàn toàn thuỷ") == ["hoàn", "toàn", "thủy"]


def test_neighbours_make_bigrams():
    assert list(bigrams(folded_words("Cán bộ, công chức"))) == ["can_bo", "bo_cong", "cong_chuc"]


def test_invisible_characters_do_not_part_a_word():
    assert folded_words("cán\u200b \u202ebộ") == ["can", "bo"]


def test_leading_noughts_do_not_count_in_numbers():
    assert number_words("014", "QĐ-THLT") == number_words("14/qd-thlt") == ["14", "qd", "thlt"]
    assert number_words("000") == ["000"]


def test_words_stand_where_they_are_said_to():
    text = "Bà Nguyễn x\u0302y, 2021"

    assert [(word, text[start:end]) for word, start, end in words_at(text)] == [
        ("ba", "Bà"),
        ("nguyen", "Nguyễn"),
        ("xy", "x\u0302y"),
        ("2021", "2021"),
    ]


def test_lone_surrogates_and_nul_are_no_words():
    assert folded_words("a\ud800b\x00c") == ["a", "b", "c"]
