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


@pytest.mark.parametrize(
    ("typed", "name", "ends"),
    [
        ("ngày:5/9/2021", "day", (18875, 18875)),
        ("ngày:2021-09-05", "day", (18875, 18875)),
        ("date:5-9-2021", "day", (18875, 18875)),
        ("ngày:9/2021", "day", (18871, 18900)),
        ("ngày:2/2024", "day", (19754, 19782)),
        ("ngay:5/9/2021..", "day", (18875, None)),
        ("ngày:..9/2021", "day", (None, 18900)),
        ("Ngày: 5/9/2021", "day", (18875, 18875)),
        ("ngày lưu:2021..9/2021", "filed", (18628, 18900)),
        ("ngày_lưu:2021", "filed", (18628, 18992)),
    ],
)
def test_days_months_and_years_are_ranges_of_days(typed, name, ends):
    """Days since 1970 by the calendar: 5 September 2021 is day 18,875, 2024 is a leap year."""
    [narrowing] = parse(typed).narrowings

    assert (narrowing.name, narrowing.ends) == (name, ends)


@pytest.mark.parametrize(
    ("typed", "at", "to"),
    [
        ("lương ngày:31/2/2021", 6, 20),
        ("ngày:13/2021", 0, 12),
        ("x ngày:9/2021..1/2021 y", 2, 21),
        ("lương laoi:D05 y", 6, 10),
        ('x "nâng bậc', 2, 11),
        ("x loại:", 2, 7),
        ("năm:99", 0, 6),
        ("a b*", 2, 4),
    ],
)
def test_a_fault_says_where_it_begins_and_ends(typed, at, to):
    found = fault(typed)

    assert (found.facts["at"], found.facts["to"]) == (at, to)


def test_level_and_section_are_one_word_without_marks():
    def codes(name, value):
        return frozenset(
            {{("level", "mat"): 3, ("section", "luong"): 8}.get((name, value), 0)} - {0}
        )

    assert settle(parse("muc:mat"), codes)[1].level == frozenset({3})
    assert settle(parse("muc:luong"), codes)[1].section == frozenset({8})
    assert settle(parse("mục:luong"), codes)[1].section == frozenset({8})
    with pytest.raises(Invalid):
        settle(parse("mức:luong"), codes)


def test_every_filter_can_be_turned_round():
    known = {
        "type": 1,
        "form": 2,
        "section": 3,
        "unit": 4,
        "status": 6,
        "retention": 7,
        "dossier": 8,
    }
    typed = "-loại:x -hình thức:x -section:x -đơn vị:x -trạng thái:x -lưu trữ:x -hồ sơ:x"
    rest, filters = settle(
        parse(f"{typed} -năm:2020 -ngày:2020 -ngày lưu:2020 -số:1 -người:a -cơ quan:b"),
        lambda name, _value: frozenset({known[name]}),
    )

    assert dict(filters.without) == {name: frozenset({code}) for name, code in known.items()}
    assert {n.name for n in rest.narrowings if n.excluded} == {
        *("year", "day", "filed", "number", "person", "agency")
    }
