"""The working-day clock of a deployment, and the day a deadline of its profile ends on.

The profile states its days off and its swapped days; of a year it does not list, the public
holidays are those of the ``holidays`` library for Vietnam.  The day of the event is not counted
(Bộ luật Dân sự 2015, điều 147), and a period that ends on a day off ends with the next working
day (điều 148).
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from hoso.definitions.deployments import Deadline, Profile
from hoso.kernel.workdays import Workdays

__all__ = ["due_day", "public_holidays", "workdays"]


@functools.lru_cache(maxsize=64)
def public_holidays(year: int) -> tuple[frozenset[date], frozenset[date]]:
    """Return the public holidays of a year, and the weekend days worked in exchange."""
    # A third of a second, and only where a profile does not list a year.
    from holidays import country_holidays

    found = country_holidays("VN", years=year)
    worked = getattr(found, "weekend_workdays", ())
    return frozenset(found), frozenset(day for day in worked if day.year == year)


def workdays(profile: Profile) -> Workdays:
    """Return the working days of a deployment."""
    stated: Mapping[str, Any] = profile.settings.get("calendar", {})
    return Workdays.stated(
        stated.get("yearly_days_off", ()),
        stated.get("days_off", ()),
        stated.get("days_worked", ()),
        otherwise=public_holidays,
    )


def due_day(deadline: Deadline, start: date, days: Workdays) -> date:
    """Return the last day on which what a deadline asks for is in time.

    :param start: the day of the event it is counted from.
    """
    if deadline.unit == "working-day":
        return days.after(start, int(deadline.amount))
    return days.after(_calendar_day(deadline, start), 0)


def _calendar_day(deadline: Deadline, start: date) -> date:
    if deadline.unit == "day":
        return start + timedelta(days=int(deadline.amount))
    if deadline.unit == "year":
        # Counted from the year of the event: it lasts to the end of a year.
        return date(start.year + int(deadline.amount), 12, 31)
    if deadline.unit == "yearly-by":
        month, _, day = deadline.amount.partition("-")
        this_year = date(start.year, int(month), int(day))
        return this_year if this_year >= start else this_year.replace(year=start.year + 1)
    if deadline.unit == "last-days-of-month":
        following = start.replace(day=28) + timedelta(days=4)
        return following - timedelta(days=following.day)
    return date(start.year, 12, 31)
