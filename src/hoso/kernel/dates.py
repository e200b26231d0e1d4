"""Dates as papers carry them: a day, a month, a year, or nothing known.

Form 2C states many dates only to the month; an old decision may show the year alone.  The
text ``YYYY-MM-DD``, ``YYYY-MM`` or ``YYYY`` is what is stored; nothing is filled in.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date

__all__ = ["PartialDate", "parse_typed"]

_ISO = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")
_TYPED = re.compile(r"(?:(?:(\d{1,2})[/.\-])?(\d{1,2})[/.\-])?(\d{4})")


@dataclass(frozen=True, order=True)
class PartialDate:
    """A civil date known to the day, the month or the year; 0 is "not known"."""

    year: int
    month: int = 0
    day: int = 0

    def __post_init__(self) -> None:
        if not 1 <= self.year <= 9999 or (self.day and not self.month):
            raise ValueError(f"not a date: {self.year}-{self.month}-{self.day}")
        date(self.year, self.month or 1, self.day or 1)

    @classmethod
    def parse(cls, text: str) -> PartialDate:
        """Read the stored form; raise ``ValueError`` where it is not one."""
        found = _ISO.fullmatch(text)
        if found is None:
            raise ValueError(f"not a date: {text!r}")
        year, month, day = (int(part or 0) for part in found.groups())
        known = cls(year, month, day)
        if str(known) != text:  # a nought for what is not known, or digits of another script
            raise ValueError(f"not a date: {text!r}")
        return known

    def __str__(self) -> str:
        parts = [f"{self.year:04d}"]
        if self.month:
            parts.append(f"{self.month:02d}")
        if self.day:
            parts.append(f"{self.day:02d}")
        return "-".join(parts)

    @property
    def vietnamese(self) -> str:
        """Write the date as Vietnamese papers do: day/month/year."""
        parts = [f"{self.day:02d}"] if self.day else []
        parts += [f"{self.month:02d}"] if self.month else []
        return "/".join([*parts, f"{self.year:04d}"])

    @property
    def first(self) -> date:
        """The earliest day it may stand for."""
        return date(self.year, self.month or 1, self.day or 1)

    @property
    def last(self) -> date:
        """The latest day it may stand for."""
        month = self.month or 12
        return date(self.year, month, self.day or monthrange(self.year, month)[1])

    @property
    def exact(self) -> date | None:
        """The day, where it is known."""
        return date(self.year, self.month, self.day) if self.day else None


def parse_typed(text: str) -> PartialDate:
    """Read what people type: ``5/9/2024``, ``09/2024``, ``2024``, or the stored form."""
    text = text.strip()
    if _ISO.fullmatch(text):
        return PartialDate.parse(text)
    found = _TYPED.fullmatch(text)
    if found is None:
        raise ValueError(f"not a date: {text!r}")
    day, month, year = (int(part or 0) for part in found.groups())
    return PartialDate(year, month, day)
