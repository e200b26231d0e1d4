"""Working days of a public body, counted by a list of days off that the deployment states.

Saturdays and Sundays are off (40-hour week); so are public holidays, some on the same day of
every year, some by the moon or by a yearly notice, which may also swap a working day against
a Saturday.  The day of the event is not counted (Bộ luật Dân sự 2015, điều 147).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

__all__ = ["Workdays"]

_SATURDAY = 5
_Year = tuple[frozenset[date], frozenset[date]]
_DAY = timedelta(days=1)


def _nothing_known(_year: int) -> _Year:
    return frozenset(), frozenset()


@dataclass(frozen=True)
class Workdays:
    """Which days are worked.

    :ivar yearly: days off of every year, as (month, day).
    :ivar off: single days off.
    :ivar worked: single days worked although they lie at a weekend.
    :ivar otherwise: asked for the days off and the weekend days worked of a year of which no
        single day off is stated.
    """

    yearly: frozenset[tuple[int, int]] = frozenset()
    off: frozenset[date] = frozenset()
    worked: frozenset[date] = frozenset()
    otherwise: Callable[[int], _Year] = field(default=_nothing_known, compare=False, repr=False)

    @classmethod
    def stated(
        cls,
        yearly: Iterable[str] = (),
        off: Iterable[str] = (),
        worked: Iterable[str] = (),
        *,
        otherwise: Callable[[int], _Year] = _nothing_known,
    ) -> Workdays:
        """Read ``MM-DD`` and ``YYYY-MM-DD``; raise ``ValueError`` where one is no day."""
        # 2000 was a leap year: 02-29 is a day.
        days = [date.fromisoformat(f"2000-{text}") for text in yearly]
        return cls(
            frozenset((day.month, day.day) for day in days),
            frozenset(map(date.fromisoformat, off)),
            frozenset(map(date.fromisoformat, worked)),
            otherwise,
        )

    def is_worked(self, day: date) -> bool:
        """Say whether *day* is a working day."""
        off, worked = self.off, self.worked
        if not any(known.year == day.year for known in off):
            off, worked = self.otherwise(day.year)
            worked |= self.worked
        if day in worked:
            return True
        is_off = day in off or (day.month, day.day) in self.yearly
        return day.weekday() < _SATURDAY and not is_off

    def after(self, day: date, count: int) -> date:
        """Return the working day that is *count* working days after *day*, which is not counted.

        A count of 0 is *day* itself, or the next working day where it is none.
        """
        while count > 0:
            day += _DAY
            count -= self.is_worked(day)
        while not self.is_worked(day):
            day += _DAY
        return day
