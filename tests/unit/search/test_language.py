"""What people type: every form of the language, and every slip of the finger."""

from __future__ import annotations

import time
import unicodedata

import pytest

from hoso.kernel.errors import Invalid
from hoso.search.language import MOST_WORDS, parse, settle
from hoso.search.values import Filters


def shapes(typed):
    return [(c.shape, c.words, c.excluded) for c in parse(typed).clauses]


def fault(typed):
    with pytest.raises(Invalid) as caught:
        parse(typed)
    [found] = caught.value.faults
    return found


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("nâng bậc lương", [("words", ("nang", "bac", "luong"), False)]),
        ('"nâng bậc" lương', [("phrase", ("nang", "bac"), False), ("words", ("luong",), False)]),
        ("“nâng bậc”", [("phrase", ("nang", "bac"), False)]),
        ("lương -dự", [("words", ("luong",), False), ("words", ("du",), True)]),
        ('-"dự thảo"', [("phrase", ("du", "thao"), True)]),
        ("-QĐ-THLT", [("phrase", ("qd", "thlt"), True)]),
        ("quyết*", [("beginning", ("quyet",), False)]),
        ("14/QĐ-THLT", [("words", ("14", "qd", "thlt"), False)]),
        ("Kính gửi: Ủy ban", [("words", ("kinh", "gui", "uy", "ban"), False)]),
        ("lúc 10:30", [("words", ("luc", "10", "30"), False)]),
        ("https://hoso.vn", [("words", ("https", "hoso", "vn"), False)]),
        ("- các ban – đảng", [("words", ("cac", "ban", "dang"), False)]),
        ("*** !!! ...", []),
        ("   ", []),
        ("\u200b\u202e\u2066", []),
        ("cán\x00bộ", [("words", ("can", "bo"), False)]),
        ("\u202eלשון\u202c", [("words", ("לשון",), False)]),
        ("lương ”", [("words", ("luong",), False)]),
        ("-", []),
        ("--abc", [("words", ("abc",), True)]),
    ],
)
def test_a_question_is_read(typed, expected):
    assert shapes(typed) == expected
    assert shapes(unicodedata.normalize("NFD", typed)) == expected


@pytest.mark.parametrize(
    ("typed", "name", "value"),
    [
        ("loại:D05", "type", "D05"),
        ('loai:"quyết định"', "type", "quyết định"),
        ("type:D05", "type", "D05"),
        ("hình thức:QĐ", "form", "QĐ"),
        ("Đơn vị:THLT", "unit", "THLT"),
        ('don_vi:"Phòng Nội vụ"', "unit", "Phòng Nội vụ"),
        ("unit:THLT", "unit", "THLT"),
        ("mức:mật", "level", "mật"),
        ("số:14/QĐ-THLT", "number", "14/QĐ-THLT"),
        ("Số: 14/QĐ-THLT", "number", "14/QĐ-THLT"),
        ("số hiệu:14", "number", "14"),
        ('người:"Nguyễn Văn Mẫu"', "person", "Nguyễn Văn Mẫu"),
        ("person:Mẫu", "person", "Mẫu"),
    ],
)
def test_filters_have_vietnamese_and_english_names(typed, name, value):
    for form in ("NFC", "NFD"):
        [narrowing] = parse(unicodedata.normalize(form, typed)).narrowings

        assert (narrowing.name, narrowing.value, narrowing.excluded) == (name, value, False)


@pytest.mark.parametrize(
    ("typed", "years"),
    [
        ("năm:2019", (2019, 2019)),
        ("năm:2019..2021", (2019, 2021)),
        ("nam:2019-2021", (2019, 2021)),
        ("year:..2000", (None, 2000)),
        ("năm:2019..", (2019, None)),
        ("Năm: 2019", (2019, 2019)),
    ],
)
def test_years_are_a_range(typed, years):
    [narrowing] = parse(typed).narrowings

    assert narrowing.ends == years


def test_words_around_a_filter_are_not_neighbours():
    query = parse("nâng năm:2019 lương -loại:D05")

    assert [clause.words for clause in query.clauses] == [("nang",), ("luong",)]
    assert [(n.name, n.excluded) for n in query.narrowings] == [("year", False), ("type", True)]


def test_marks_count_only_when_typed():
    assert parse("nguyen thi thu").clauses[0].exact == ()
    assert parse("Nguyễn Thị Thu").clauses[0].exact == ("nguyễn", "thị", "thu")


@pytest.mark.parametrize(
    ("typed", "at", "word"),
    [
        ("lương laoi:D05", 6, "laoi"),
        ('lương "nâng bậc', 6, '"nâng bậc'),
        ("x năm:abc", 2, "abc"),
        ("năm:2021..2019", 0, "2021..2019"),
        ("lương loại:", 6, "loại"),
        ('loại:""', 0, "loại"),
        ("lương a*", 6, "a*"),
    ],
)
def test_a_fault_points_at_the_word(typed, at, word):
    found = fault(typed)

    assert (found.facts["at"], found.facts["word"]) == (at, word)
    assert "{" not in str(found)


def test_all_faults_are_told_at_once():
    with pytest.raises(Invalid) as caught:
        parse("abc:x năm:y z*")

    assert [f.facts["word"] for f in caught.value.faults] == ["abc", "y", "z*"]


@pytest.mark.parametrize(
    "typed",
    [
        " ".join(["lương"] * 10_000),
        "lương " * 65,
        '"' + "a " * 300 + '"',
        "a-" * 200,
        "năm:2019 " * 80,
        "x" * 1_000_000,
        "-" * 100_000,
    ],
    ids=["10,000 words", "65 words", "long phrase", "dashes", "filters", "one word", "minuses"],
)
def test_too_much_is_a_fault_and_little_work(typed):
    started = time.process_time()

    assert fault(typed).facts["limit"] == MOST_WORDS
    assert time.process_time() - started < 1


def test_the_limit_itself_is_allowed():
    assert len(parse("lương " * MOST_WORDS).clauses[0].words) == MOST_WORDS


def test_settling_turns_names_into_codes_and_years():
    query = parse("lương loại:D05 loại:D06 năm:2019.. -đơn vị:B người:Mẫu")

    rest, filters = settle(
        query,
        lambda name, value: frozenset({{"D05": 5, "D06": 6, "B": 2}[value]}),
        filters=Filters(type=frozenset({5, 9}), years=(2000, 2020)),
    )

    assert [n.name for n in rest.narrowings] == ["person"]
    assert filters.type == frozenset({5})
    assert filters.years == (2019, 2020)
    assert filters.without["unit"] == frozenset({2})


def test_a_name_nobody_knows_is_a_fault():
    with pytest.raises(Invalid) as caught:
        settle(parse("x loại:ZZ"), lambda name, value: frozenset())

    assert caught.value.faults[0].facts["at"] == 2
