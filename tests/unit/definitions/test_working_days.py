"""The working-day clock of a deployment: its own list against the table of public holidays."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from holidays import country_holidays

from hoso.definitions.deployments import Deadline
from hoso.definitions.values import Text
from hoso.definitions.working_days import due_day, workdays


@pytest.mark.parametrize("year", [2025, 2026])
def test_the_listed_years_agree_with_the_independent_table(rulebook_of, year):
    """Every working day and every day off of a year that the profile lists, day by day."""
    known = country_holidays("VN", years=year)
    swapped = {"2025-04-26", "2026-08-22"}
    days = workdays(rulebook_of("demo").profile)

    day, wrong = date(year, 1, 1), []
    while day.year == year:
        off = day.weekday() > 4 or day in known
        if days.is_worked(day) == (off and day.isoformat() not in swapped):
            wrong.append(day.isoformat())
        day += timedelta(days=1)
    assert wrong == []


def test_a_year_the_profile_does_not_list_has_its_tet(rulebook_of):
    """Tết of 2027 is 6 February (lunar calendar); nobody had listed it in the profile."""
    days = workdays(rulebook_of("demo").profile)

    assert not days.is_worked(date(2027, 2, 8))
    assert days.is_worked(date(2027, 2, 12))


@pytest.mark.parametrize(
    ("amount", "unit", "start", "due"),
    [
        # Ten working days from Monday 2 March 2026; 10 from 27 April pass over 30/4 and 1/5.
        ("10", "working-day", "2026-03-02", "2026-03-16"),
        ("10", "working-day", "2026-04-27", "2026-05-13"),
        # Fifteen days; the last is a Saturday, so Monday (Bộ luật Dân sự Đ.148).
        ("15", "day", "2026-03-02", "2026-03-17"),
        ("15", "day", "2026-03-06", "2026-03-23"),
        # A year from the year of the event: to its end; 31/12/2027 is a Friday.
        ("1", "year", "2026-03-02", "2027-12-31"),
        ("06-15", "yearly-by", "2026-03-02", "2026-06-15"),
        ("06-15", "yearly-by", "2026-06-16", "2027-06-15"),
        # 28 February 2026 is a Saturday.
        ("5", "last-days-of-month", "2026-02-03", "2026-03-02"),
        ("", "yearly", "2026-03-02", "2026-12-31"),
    ],
)
def test_a_deadline_ends_on_the_day_counted_by_hand(rulebook_of, amount, unit, start, due):
    deadline = Deadline("x", Text("x"), amount, unit, "status-effective", "clerk", "x", "V")

    found = due_day(deadline, date.fromisoformat(start), workdays(rulebook_of("demo").profile))

    assert found == date.fromisoformat(due)
