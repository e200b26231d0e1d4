"""Marks put right by the words beside them; expected spellings are those of the language."""

from __future__ import annotations

from pathlib import Path

import pytest

from hoso.ingest.pages.spelling import respelt
from hoso.ingest.pages.syllables import folded, is_syllable, key_of, written_like
from hoso.ingest.pages.vocabulary import Vocabulary, vocabulary_in, vocabulary_of

REPOSITORY = Path(__file__).resolve().parents[3]
KNOWN = vocabulary_of(
    ["tổ chức", "quy định chi tiết", "quyết định", "giám đốc", "cùng nhau", "hành chính", "được"],
    ["về", "có"],
)


def line(text: str, *sure: float):
    """Words on one line, as recognition gives them; 90 sure where nothing is said."""
    words = text.split()
    sure = sure or (90.0,) * len(words)
    return [
        [word, confidence, [0.05 * at, 0.1, 0.05 * at + 0.045, 0.12], 0]
        for at, (word, confidence) in enumerate(zip(words, sure, strict=True))
    ]


def corrected(text: str, *sure: float, known=KNOWN) -> str:
    return " ".join(word[0] for word in respelt(line(text, *sure), known)[0])


@pytest.mark.parametrize(
    ("read", "meant"),
    [
        ("việc tô chức lại", "việc tổ chức lại"),
        ("Tố chức", "Tổ chức"),
        ("TỐ CHỨC", "TỔ CHỨC"),
        ("QUYÉT ĐỊNH:", "QUYẾT ĐỊNH:"),
        ("GIÁM ĐÓC SỞ", "GIÁM ĐỐC SỞ"),
        ("(tố chức)", "(tổ chức)"),
        ("quy định chỉ tiết", "quy định chi tiết"),
    ],
)
def test_a_syllable_takes_the_marks_that_make_a_word_with_its_neighbour(read, meant):
    assert corrected(read) == meant


@pytest.mark.parametrize(
    "text",
    [
        "tổ chức",  # right already
        "cũng nhau",  # a word that makes a pair with nobody, and no other certain
        "Bà Tố nói",  # a name
        "Lê Thị Tố Chức",  # what follows Thị is a given name
        "hồ sơ 2C",
        "UBND TTXVN",
        "a certain woman",
    ],
)
def test_other_words_stay(text):
    known = vocabulary_of(["tổ chức", "chi tiết", "cùng nhau", "cũng nhau"])

    assert corrected(text, known=known) == text


def test_a_word_put_right_shows_the_one_before_it_to_be_wrong():
    known = vocabulary_of(["phần mềm quản", "lý"])

    assert corrected("phản mèm quản", known=known) == "phần mềm quản"


def test_a_word_the_engine_is_sure_of_needs_both_neighbours_against_it():
    assert corrected("mọi tố chức", 97, 97, 97) == "mọi tố chức"
    assert corrected("quy định chỉ tiết", 97, 97, 97, 97) == "quy định chi tiết"


def test_a_word_that_stands_anywhere_is_not_changed_by_one_neighbour():
    known = vocabulary_of(["cơ bản"], ["có"])

    assert corrected("có bản", 90, 90, known=known) == "có bản"
    assert corrected("có bản", 60, 90, known=known) == "cơ bản"


def test_letters_that_cannot_stand_together_become_the_word_of_these_letters():
    assert corrected("đã đuợc xem") == "đã được xem"


def test_what_was_read_is_kept_with_the_rule():
    words, changes = respelt(line("việc tô chức"), KNOWN)

    assert [word[0] for word in words] == ["việc", "tổ", "chức"]
    assert changes == [(1, "tô", "pair")]


def test_the_given_words_are_not_touched():
    given = line("việc tô chức")

    respelt(given, KNOWN)

    assert [word[0] for word in given] == ["việc", "tô", "chức"]


# --- dust ------------------------------------------------------------------------------------


def test_signs_that_are_dust_are_dropped():
    words, changes = respelt(line("tổ chức ' _ ‡", 95, 95, 96, 96, 96), KNOWN)

    assert [word[0] for word in words] == ["tổ", "chức"]
    assert [(read, rule) for _, read, rule in changes] == [
        ("'", "speck"),
        ("_", "speck"),
        ("‡", "speck"),
    ]


def test_a_dash_is_dust_only_where_the_engine_doubts_it():
    assert corrected("- tổ chức", 95, 95, 95) == "- tổ chức"
    assert corrected("- tổ chức", 30, 95, 95) == "tổ chức"


def test_a_figure_is_never_dropped():
    assert corrected("1 tổ chức", 5, 95, 95) == "1 tổ chức"


def test_dust_before_and_behind_a_word_is_taken_off():
    assert corrected("'tổ chức_") == "tổ chức"


def test_a_heading_keeps_its_dash():
    assert corrected("II- tổ chức") == "II- tổ chức"


def test_a_full_stop_within_a_word_is_dust():
    assert corrected("hành. chính") == "hành chính"
    assert corrected("HÀNH. CHÍNH") == "HÀNH CHÍNH"
    assert corrected("hành. Chính") == "hành. Chính"


def test_two_syllables_held_together_by_dust_are_parted():
    words, _ = respelt(line("tổ-chức, khác", 80, 95), KNOWN)

    assert [word[0] for word in words] == ["tổ", "chức,", "khác"]
    first, second = words[0][2], words[1][2]
    assert first[0] == 0.0
    assert second[2] == 0.045
    assert first[2] <= second[0] + 0.01


# --- numbers ---------------------------------------------------------------------------------


def test_a_symbol_read_as_two_words_is_one():
    words, changes = respelt(line("số 91/2017/NĐ- CP ngày"), KNOWN)

    assert [word[0] for word in words] == ["số", "91/2017/NĐ-CP", "ngày"]
    assert words[1][2] == pytest.approx([0.05, 0.1, 0.145, 0.12])
    assert changes == [(1, "91/2017/NĐ- CP", "joined")]


def test_parts_far_apart_are_not_one_symbol():
    words = line("91/2017/NĐ- CP")
    words[1][2] = [0.6, 0.1, 0.65, 0.12]

    assert [word[0] for word in respelt(words, KNOWN)[0]] == ["91/2017/NĐ-", "CP"]


@pytest.mark.parametrize(
    ("read", "meant"),
    [
        ("2946/QÐ-UBND", "2946/QĐ-UBND"),  # an Icelandic letter
        ("1675/QD-UBND", "1675/QĐ-UBND"),
        ("91/2017/ND-CP", "91/2017/NĐ-CP"),
        ("12⁄QĐ-SYT", "12/QĐ-SYT"),  # a fraction bar
        ("CD-ROM", "CD-ROM"),
        ("tẾ", "tế"),
        ("ePMIS", "ePMIS"),
    ],
)
def test_look_alikes_become_the_letters_meant(read, meant):
    assert corrected(read) == meant


def test_the_confidence_of_figures_stays_with_a_joined_symbol():
    words = line("91/2017/NĐ- CP")
    words[0].append(71.5)

    assert respelt(words, KNOWN)[0][0][3:] == [0, 71.5]


# --- the vocabulary --------------------------------------------------------------------------


def test_without_a_vocabulary_nothing_is_changed(tmp_path):
    words = line("tô chức '")

    assert vocabulary_in(str(tmp_path)) == Vocabulary()
    assert respelt(words, vocabulary_in(str(tmp_path))) == (words, [])


def test_the_vocabulary_that_comes_with_the_program_is_spelt_right():
    known = vocabulary_in(str(REPOSITORY / "catalogs" / "classifiers"))

    foreign = {
        "email",
        "kon",
        "tum",
        "lắk",
        "đắk",
        "buôn",
        "ma",
        "thuột",
        "vắc",
        "xin",
        "xv",
        "kạn",
    }
    wrong = sorted(
        word for word in known.written.values() if word not in foreign and not is_syllable(word)
    )
    assert wrong == []
    assert len(known.pairs) > 2500


def test_running_text_as_people_write_it_is_left_alone(shared):
    """Papers nobody put right: what is changed in them at the confidence of a good scan is wrong."""
    known = vocabulary_in(str(REPOSITORY / "catalogs" / "classifiers"))
    count = wrong = 0
    for path in sorted((shared / "corpus" / "text").glob("*.txt"))[:8]:
        words = [
            [word, 96.9, [0.1, 0.1, 0.15, 0.12], 0]
            for word in path.read_text(encoding="utf-8").split()
        ]
        _, changes = respelt(words, known)
        count += len(words)
        wrong += sum(rule == "pair" for _, _, rule in changes)
    assert count > 15_000
    assert wrong <= count / 10_000


# --- syllables -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "word", ["quyết", "nghiêng", "khuỷu", "gìn", "giếng", "ỷ", "huých", "đường", "Yên", "thuở"]
)
def test_syllables_of_the_language(word):
    assert is_syllable(word)


@pytest.mark.parametrize(
    "word",
    [
        "QUYÉT",  # a closing t after ye without its hat
        "nguòi",
        "đuợc",
        "truờng",
        "các̉",  # two tones
        "cảc",  # only the sharp and the heavy tone before a stop
        "kạn",  # k stands before e, i, y (Bắc Kạn is a name)
        "ngiêm",
        "UBND",
    ],
)
def test_what_cannot_be_a_syllable(word):
    assert not is_syllable(word)


def test_the_place_of_the_tone_is_a_matter_of_taste():
    assert key_of("hoà") == key_of("hòa")
    assert key_of("Ủy") == key_of("uỷ")
    assert key_of("tô") != key_of("tổ")


def test_plain_letters_have_neither_marks_nor_tones():
    assert folded(key_of("Đường")) == "duong"


def test_capitals_are_those_of_what_was_read():
    assert written_like("quyết", "QUYÉT") == "QUYẾT"
    assert written_like("tổ", "Tố") == "Tổ"
    assert written_like("tổ", "tố") == "tổ"
