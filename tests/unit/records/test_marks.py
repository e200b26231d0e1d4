"""Marks of secrecy by the calendar: terms of the law counted by hand, and what a day makes of them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hoso.records.marking import (
    extended_to,
    has_lapsed,
    in_force,
    last_day_of_term,
    level_of,
    level_on,
)
from hoso.records.model import Document, Mark
from hoso.records.sealing import seal, unseal


def a_mark(act="determined", level=2, until="", at="2026-03-02T02:00:00.000000Z", before=1):
    return Mark(act, level, until, "mục 1", "Giám đốc", "2026-03-02", "1/QĐ", "", at, "x", 0, "", "", before)  # fmt: skip


@pytest.mark.parametrize(
    ("decided", "years", "last"),
    [
        ("2016-03-02", 10, "2026-03-02"),
        ("2001-12-31", 20, "2021-12-31"),
        ("2026-01-01", 30, "2056-01-01"),
        ("2016-02-29", 10, "2026-02-28"),
        ("2016-02-29", 20, "2036-02-29"),
        ("2024-02-29", 30, "2054-02-28"),
    ],
)
def test_a_term_ends_with_the_same_day_of_its_last_year(decided, years, last):
    """Law 29/2018/QH14 art. 19: 10, 20, 30 years from the day; Civil Code 2015 art. 148."""
    assert last_day_of_term(date.fromisoformat(decided), years) == date.fromisoformat(last)


@pytest.mark.parametrize(
    ("first", "now", "most"),
    [
        (("2016-03-02", "2026-03-02"), "2026-03-02", "2036-03-02"),
        (("2016-02-29", "2026-02-28"), "2026-02-28", "2036-02-28"),
        (("2020-01-10", "2025-01-10"), "2030-01-10", "2035-01-10"),
        (("2020-01-01", "2020-01-31"), "2020-03-01", "2020-03-31"),
    ],
    ids=["ten years more", "born on 29 February", "the second extension", "a term of 30 days"],
)
def test_an_extension_reaches_a_first_term_further(first, now, most):
    decided, until = map(date.fromisoformat, first)

    assert extended_to(decided, until, date.fromisoformat(now)) == date.fromisoformat(most)


def test_the_last_day_of_a_term_is_still_secret_and_the_next_is_not():
    marks = (a_mark(level=3, until="2026-03-02"),)

    assert [level_on(1, marks, date(2026, 3, day)) for day in (1, 2, 3)] == [3, 3, 1]
    assert not has_lapsed(marks, date(2026, 3, 2))
    assert has_lapsed(marks, date(2026, 3, 3))


def test_a_mark_whose_term_nobody_knows_never_ends():
    assert level_on(1, (a_mark(level=4),), date.max) == 4


def test_what_was_typed_does_not_end_with_a_mark():
    assert level_on(2, (a_mark(level=3, until="2020-01-01"),), date(2026, 1, 1)) == 2


def test_a_lifted_mark_is_no_mark_whatever_its_term_was():
    marks = (a_mark(until="2099-01-01"), a_mark("lifted", level=1))

    assert in_force(marks, date(2026, 1, 1)) is None
    assert not has_lapsed(marks, date(2099, 1, 2))


ENDS = st.one_of(st.just(""), st.dates(date(1990, 1, 1), date(2090, 1, 1)).map(date.isoformat))
MARKS = st.lists(
    st.builds(
        a_mark,
        act=st.sampled_from(["determined", "extended", "raised", "lowered", "lifted"]),
        level=st.integers(2, 4),
        until=ENDS,
    ),
    max_size=5,
).map(tuple)


@given(MARKS, st.integers(0, 4), st.dates(date(1980, 1, 1), date(2100, 1, 1)), st.integers(0, 9000))
def test_as_days_go_by_a_record_becomes_no_more_secret_and_never_less_than_it_is_by_itself(
    marks, level, day, later
):
    today, then = level_on(level, marks, day), level_on(level, marks, day + timedelta(days=later))

    assert level <= then <= today


def test_bytes_behind_the_seal_are_the_bytes_that_came_and_come_back_whole():
    paper = Document()
    original, text = object(), object()
    paper.renditions.update({"original": original, "text": text})

    assert seal(paper)
    assert (paper.stub, len(paper.renditions)) == (True, 0)
    assert not seal(paper)
    paper.renditions["page-0001"] = picture = object()
    assert seal(paper)
    assert unseal(paper)
    assert dict(paper.renditions) == {"original": original, "page-0001": picture, "text": text}
    assert not paper.stub
    assert level_of(paper, date(2026, 1, 1)) == 1
