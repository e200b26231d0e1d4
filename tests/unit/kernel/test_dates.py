"""Dates known to the day, the month or the year."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hoso.kernel.dates import PartialDate, parse_typed

DAYS = st.dates()


@pytest.mark.parametrize("text", ["2024", "2024-09", "2024-09-05", "1954-07-21", "2024-02-29"])
def test_the_stored_form_comes_back(text):
    assert str(PartialDate.parse(text)) == text


@given(DAYS)
def test_a_day_is_stored_as_iso_8601(day):
    assert PartialDate.parse(day.isoformat()).exact == day


@pytest.mark.parametrize(
    "text",
    [
        "",
        "24",
        "2024-9",
        "2024-13",
        "2024-00",
        "2024-09-00",
        "2023-02-29",
        "2024-09-31",
        "0000",
        "2024-09-05T00:00",
        " 2024",
        "2024-",
        "٢٠٢٤",
        "năm 2024",
    ],
)
def test_other_texts_are_no_stored_dates(text):
    with pytest.raises(ValueError):
        PartialDate.parse(text)


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("05/09/2024", "2024-09-05"),
        ("5/9/2024", "2024-09-05"),
        ("5.9.2024", "2024-09-05"),
        ("5-9-2024", "2024-09-05"),
        (" 9/2024 ", "2024-09"),
        ("2024", "2024"),
        ("2024-09-05", "2024-09-05"),
        ("2024-09", "2024-09"),
        ("29/02/2024", "2024-02-29"),
    ],
)
def test_people_type_the_day_first(typed, stored):
    assert str(parse_typed(typed)) == stored


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "5/9/24",
        "31/09/2024",
        "29/02/2023",
        "13/2024",
        "hôm nay",
        "5/9",
        "2024/09/05",
        "1/2/3/2024",
    ],
)
def test_what_is_no_date_is_refused(typed):
    with pytest.raises(ValueError):
        parse_typed(typed)


@pytest.mark.parametrize(
    ("stored", "shown"),
    [("2024-09-05", "05/09/2024"), ("2024-09", "09/2024"), ("2024", "2024"), ("0999", "0999")],
)
def test_papers_show_the_day_first(stored, shown):
    assert PartialDate.parse(stored).vietnamese == shown


@pytest.mark.parametrize("stored", ["2024", "2024-09"])
def test_a_day_that_is_not_known_is_not_filled_in(stored):
    assert PartialDate.parse(stored).exact is None


def test_less_known_dates_come_before_their_days():
    stored = ["2023-12-31", "2024", "2024-01", "2024-01-01", "2024-02"]

    assert [str(d) for d in sorted(map(PartialDate.parse, reversed(stored)))] == stored
    assert sorted(stored) == stored


def test_a_day_without_a_month_is_no_date():
    with pytest.raises(ValueError):
        PartialDate(2024, 0, 5)


def test_the_known_day_is_a_civil_date():
    assert PartialDate(2024, 9, 5).exact == date(2024, 9, 5)
