"""The age of retirement and the day it is reached (pure).

The age rises by a roadmap of years (Bộ luật Lao động 2019 Đ.169, NĐ 135/2020/NĐ-CP Đ.4): what
counts is the age of the year in which it is reached.  Who has it retires at the end of the last
day of that month (NĐ 135/2020 Đ.3); of a birth date known to the year the first of January counts.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from hoso.definitions.values import Term
from hoso.kernel.dates import PartialDate

__all__ = ["Moment", "Month", "Roadmap", "births_of", "retirement", "roadmap_of"]

#: Before the roadmap: Bộ luật Lao động 2012 Đ.187.
_BEFORE = {"M": 60 * 12, "F": 55 * 12}


@dataclass(frozen=True, order=True)
class Month:
    """A month of a year; text ``2026-04``."""

    year: int
    month: int

    @classmethod
    def of(cls, day: date) -> Month:
        return cls(day.year, day.month)

    @classmethod
    def parse(cls, text: str) -> Month:
        """Read ``2026-04``; raise ``ValueError`` where it is no month."""
        known = PartialDate.parse(text)
        if not known.month or known.day:
            raise ValueError(f"not a month: {text!r}")
        return cls(known.year, known.month)

    def later(self, months: int) -> Month:
        """Return the month so many months on; before, where it is negative."""
        count = self.year * 12 + self.month - 1 + months
        return Month(count // 12, count % 12 + 1)

    @property
    def first_day(self) -> date:
        return date(self.year, self.month, 1)

    @property
    def last_day(self) -> date:
        return self.later(1).first_day - timedelta(days=1)

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.month:02d}"


@dataclass(frozen=True)
class Roadmap:
    """Months of age by sex (M, F) and year, the years without a gap; the last holds on."""

    ages: dict[str, dict[int, int]]

    def months_in(self, sex: str, year: int) -> int:
        """Return the age, in months, that is asked of whoever reaches it in a year."""
        of_sex = self.ages[sex]
        if year < min(of_sex):
            return _BEFORE[sex]
        return of_sex[min(year, max(of_sex))]


@dataclass(frozen=True)
class Moment:
    """When somebody reaches the age.

    :ivar months: the age, in months.
    :ivar assumed: whether only the year of birth is known, and 1 January was taken.
    """

    month: Month
    months: int
    assumed: bool = False

    @property
    def day(self) -> date:
        """The day at whose end service ends."""
        return self.month.last_day

    @property
    def age(self) -> tuple[int, int]:
        """Years and months."""
        return divmod(self.months, 12)


def roadmap_of(terms: Iterable[Term]) -> Roadmap:
    """Read the value list ``retirement-age-roadmap``."""
    ages: dict[str, dict[int, int]] = {}
    for term in terms:
        row = term.extra
        months = int(row["age_years"]) * 12 + int(row["age_months"])
        ages.setdefault(row["sex"], {})[int(row["year"])] = months
    return Roadmap(ages)


def retirement(
    born: PartialDate, sex: str, *, roadmap: Roadmap, earlier: int = 0, later: int = 0
) -> Moment:
    """Return when somebody born then reaches the age.

    :param sex: ``M`` or ``F``.
    :param earlier: months by which a stated reason lowers the age of the year (Đ.5).
    :param later: months for which service goes on beyond the age (NĐ 83/2022/NĐ-CP).
    """
    month = Month(born.year, born.month or 1)
    year, last = month.year, max(roadmap.ages[sex])
    # The age only rises: the first year in which what it asks is reached is the one.
    while True:
        months = roadmap.months_in(sex, year) - earlier
        reached = month.later(months)
        if reached.year <= year or year > last:
            break
        year += 1
    return Moment(reached.later(later), months + later, assumed=not born.month)


def births_of(wanted: Month, sex: str, *, roadmap: Roadmap) -> list[Month]:
    """Return the months of birth that reach the age in a month; none, one, or several.

    Where the roadmap steps up at a new year, its first months are reached by nobody.
    """
    candidates = {wanted.later(-months) for months in _ages(roadmap, sex, wanted.year)}
    return sorted(
        born
        for born in candidates
        if retirement(PartialDate(born.year, born.month), sex, roadmap=roadmap).month == wanted
    )


def _ages(roadmap: Roadmap, sex: str, year: int) -> set[int]:
    return {roadmap.months_in(sex, one) for one in (year - 1, year)}
