"""Working days, counted by hand on the calendars of 2025 and 2026."""

from __future__ import annotations

from datetime import date

import pytest

from hoso.kernel.workdays import Workdays

#: Tết of 2026 is 17 February; off from Monday 16 to Friday 20.
DAYS = Workdays.stated(
    yearly=("01-01", "04-30", "05-01", "09-02"),
    off=("2026-02-16", "2026-02-17", "2026-02-18", "2026-02-19", "2026-02-20", "2025-05-02"),
    worked=("2025-04-26",),
)


@pytest.mark.parametrize(
    ("day", "worked"),
    [
        ("2026-03-02", True),
        ("2026-03-07", False),
        ("2026-03-08", False),
        ("2026-04-30", False),
        ("2027-09-02", False),
        ("2026-02-17", False),
        ("2025-05-02", False),
        ("2025-04-26", True),
    ],
    ids=[
        "monday",
        "saturday",
        "sunday",
        "reunification",
        "national-day",
        "tet",
        "in-exchange",
        "swapped",
    ],
)
def test_weekends_holidays_and_swapped_days(day, worked):
    assert DAYS.is_worked(date.fromisoformat(day)) is worked


@pytest.mark.parametrize(
    ("start", "count", "end"),
    [
        # Monday 2 March: the day itself is not counted; 3, 4, 5, 6, then 9 to 13, 16.
        ("2026-03-02", 10, "2026-03-16"),
        ("2026-03-06", 1, "2026-03-09"),
        # Friday 13 February: the next working day is Monday 23.
        ("2026-02-13", 1, "2026-02-23"),
        # Friday 25 April 2025: Saturday 26 is worked; 28, 29 follow; 30, 1, 2 are off; 5 May.
        ("2025-04-25", 4, "2025-05-05"),
        ("2026-03-07", 0, "2026-03-09"),
        ("2026-03-02", 0, "2026-03-02"),
    ],
    ids=["ten", "over-the-weekend", "over-tet", "swapped", "none-on-saturday", "none"],
)
def test_days_are_counted_from_the_day_after(start, count, end):
    """Bộ luật Dân sự 2015, điều 147 and 148."""
    assert DAYS.after(date.fromisoformat(start), count) == date.fromisoformat(end)


@pytest.mark.parametrize("wrong", [{"yearly": ("13-01",)}, {"off": ("2026",)}, {"worked": ("x",)}])
def test_what_is_no_day_is_refused(wrong):
    with pytest.raises(ValueError):
        Workdays.stated(**wrong)
