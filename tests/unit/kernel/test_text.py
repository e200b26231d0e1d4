"""Vietnamese text, checked against Unicode's own tables and lists made by hand."""

from __future__ import annotations

import random
import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hoso.kernel.text import (
    fold,
    folded_words,
    name_key,
    nfc,
    one_line,
    safe_file_name,
    shown_name,
    tone_placed,
    words,
)

TONES = {
    "ngang": "",
    "huyền": "\u0300",
    "hỏi": "\u0309",
    "ngã": "\u0303",
    "sắc": "\u0301",
    "nặng": "\u0323",
}
VOWELS = "aăâeêioôơuưy"
#: Every letter of Vietnamese that plain ASCII has not: 67 small ones, 67 capitals.
SMALL = [unicodedata.normalize("NFC", v + tone) for v in VOWELS for tone in TONES.values()]
MARKED = [letter for small in [*SMALL, "đ"] for letter in (small, small.upper())]
MARKED = [letter for letter in MARKED if not letter.isascii()]


def plain(letter: str) -> str:
    """The letter without marks by Unicode decomposition; đ has none and is told by hand."""
    return "d" if letter in "đĐ" else unicodedata.normalize("NFD", letter)[0].lower()


def test_vietnamese_has_134_marked_letters():
    assert len(MARKED) == len(set(MARKED)) == 134


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize("letter", MARKED)
def test_every_marked_letter_folds_to_its_plain_one(letter, form):
    assert plain(letter) == fold(unicodedata.normalize(form, letter))


@given(st.text(alphabet="".join(MARKED) + "abcxyz 0189-/."))
def test_folding_keeps_offsets_in_composed_text(text):
    assert len(text) == len(fold(text))


@given(st.text(alphabet="".join(MARKED) + "abcxyz 0189"))
def test_both_normal_forms_fold_alike(text):
    assert fold(text) == fold(unicodedata.normalize("NFD", text))


@given(st.text())
def test_folding_twice_is_folding_once(text):
    assert fold(fold(text)) == fold(text)


def test_a_sentence_folds():
    assert fold("QUYẾT ĐỊNH về việc nâng bậc lương") == "quyet dinh ve viec nang bac luong"


@pytest.mark.parametrize("form", ["NFC", "NFD", "NFKC", "NFKD"])
def test_text_enters_composed(form):
    given_ = unicodedata.normalize(form, "Nguyễn Thị Ngọc Thư")

    assert nfc(given_) == "Nguyễn Thị Ngọc Thư"


#: Property Bidi_Control of the Unicode Character Database, and marks without width.
INVISIBLE = [0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)]
INVISIBLE += [0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF, 0x00AD]


@pytest.mark.parametrize("code", INVISIBLE, ids=hex)
def test_what_is_not_seen_is_not_kept(code):
    assert nfc(f"Nguyễn{chr(code)} Văn Mẫu") == "Nguyễn Văn Mẫu"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Nâng  bậc\tlương \r\n thường xuyên ", "Nâng bậc lương thường xuyên"),
        ("a\x00b", "a b"),
        ("a\u2028b\u00a0c\u3000d", "a b c d"),
        ("", ""),
        (" \n ", ""),
    ],
)
def test_a_line_is_one_line(typed, kept):
    assert one_line(typed) == kept


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Số 14/QĐ-THLT, ngày 5/9/2024", ["Số", "14", "QĐ", "THLT", "ngày", "5", "9", "2024"]),
        ("a_b", ["a", "b"]),
        ("…", []),
    ],
)
def test_words_are_runs_of_letters_and_digits(text, expected):
    assert words(text) == expected
    assert folded_words(text) == [fold(word) for word in expected]


@pytest.mark.parametrize(
    ("new", "old"),
    [
        ("hoà", "hòa"),
        ("Hoà bình", "hòa bình"),
        ("sức khoẻ", "sức khỏe"),
        ("thuỷ", "thủy"),
        ("Thuý", "thúy"),
        ("quý", "quý"),  # u belongs to qu: the tone is on y in both ways
        ("quỳ", "quỳ"),
        ("hoàng", "hoàng"),  # closed syllables are written one way only
        ("khoét", "khoét"),
        ("huỳnh", "huỳnh"),
        ("hòa", "hòa"),
    ],
)
def test_both_ways_of_placing_a_tone_meet(new, old):
    assert tone_placed(new) == old
    assert tone_placed(unicodedata.normalize("NFD", new)) == old


#: As a register of names has them: given name, then family name, then what stands between.
REGISTER = [
    "Lê An",
    "Nguyễn Văn An",
    "Nguyễn Bảo Anh",
    "Nguyễn Đức Anh",
    "Trần Anh",
    "Lê Ánh",
    "Đỗ Văn Ân",
    "Phạm Bình",
    "Lê Chi",
    "Hồ Cường",
    "Lê Dung",
    "Lê Dũng",
    "Trần Đạt",
    "Lý Đức",
    "Vũ Giang",
    "Lê Ha",
    "Lê Hà",
    "Lê Hả",
    "Lê Hã",
    "Lê Há",
    "Lê Hạ",
    "Ngô Hải",
    "Bùi Hằng",
    "Bùi Hân",
    "Lê Hùng",
    "Lê Hưng",
    "Vũ Oanh",
    "Ông Ích Ông",
    "Mai Ơn",
    "Mai Uyên",
    "Mai Ước",
    "Đoàn Yến",
]


def test_names_come_in_the_order_of_a_register():
    shuffled = REGISTER[:]
    random.Random(2026).shuffle(shuffled)

    assert sorted(shuffled, key=name_key) == REGISTER


def test_names_sort_alike_decomposed_and_in_capitals():
    for name in REGISTER:
        assert (
            name_key(unicodedata.normalize("NFD", name)) == name_key(name) == name_key(name.upper())
        )


def test_no_name_sorts_first():
    assert name_key("…") == ()


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Quyết định số 14/QĐ-THLT", "quyet-dinh-so-14-qd-thlt"),
        ("../../etc/passwd", "etc-passwd"),
        ("C:\\Windows", "c-windows"),
        (".htaccess", "htaccess"),
        ("", "unnamed"),
        ("???", "unnamed"),
        ("x" * 200, "x" * 80),
        ("a" * 79 + " b", "a" * 79),
    ],
)
def test_file_names_are_plain(text, name):
    assert safe_file_name(text) == name


@pytest.mark.parametrize("device", ["CON", "prn", "Aux", "NUL", "com1", "LPT9"])
def test_no_file_is_named_after_a_device(device):
    """Windows opens the device for ``con`` and for ``con.pdf`` alike (Naming Files, MSDN)."""
    name = safe_file_name(device)

    assert name.partition(".")[0] != device.lower()


@given(st.text())
def test_any_text_gives_a_name_safe_everywhere(text):
    assert re.fullmatch(r"[a-z0-9]([a-z0-9_-]{0,78}[a-z0-9_])?", safe_file_name(text))


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("quyết định.pdf".encode(), "quyết định.pdf"),
        (b"quye\xcc\x82\xcc\x81t.pdf", "quyết.pdf"),  # marks apart from their letters
        (b"quy\xeat.pdf", "quy\\xeat.pdf"),
        ("a\u202efdp.exe".encode(), "a\\u202efdp.exe"),
        (b"a\nb\x00.pdf", "a\\u000ab\\u0000.pdf"),
    ],
)
def test_a_name_shown_to_people_hides_nothing(raw, shown):
    assert shown == shown_name(raw)
