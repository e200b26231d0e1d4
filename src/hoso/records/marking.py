"""Marks of secrecy: which level a record is at on a day, and when a term ends (pure).

Law 29/2018/QH14: a mark counts from the day it is determined to the last day of its term
(art. 19); without an extension it ends by itself (art. 22), and then the record is at the
level it has without it.  A mark whose term is not known goes on: what is not known is never
"expired".
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import MAXYEAR, date, timedelta
from typing import Any

from hoso.records.model import Mark

__all__ = [
    "SECRET",
    "extended_to",
    "has_lapsed",
    "highest",
    "in_force",
    "is_undetermined",
    "last_day_of_term",
    "level_of",
    "level_on",
]

#: From this level on a record is a state secret (Law 29/2018/QH14 art. 8).
SECRET = 2


def in_force(marks: Sequence[Mark], on: date) -> Mark | None:
    """Return the mark that holds on a day; ``None`` where none does."""
    if not marks or marks[-1].act == "lifted":
        return None
    newest = marks[-1]
    return newest if not newest.until or on.isoformat() <= newest.until else None


def has_lapsed(marks: Sequence[Mark], on: date) -> bool:
    """Say whether the mark ended by itself before a day: nobody extended it, nobody lifted it."""
    return bool(marks) and marks[-1].act != "lifted" and in_force(marks, on) is None


def level_on(level: int, marks: Sequence[Mark], on: date) -> int:
    """Return the level on a day of a record at *level* by itself that bears *marks*."""
    mark = in_force(marks, on)
    return level if mark is None else max(level, mark.level)


def level_of(record: Any, on: date) -> int:
    """Return the level of a document or a dossier on a day, by itself and its own marks."""
    return level_on(record.level, record.marks, on)


def highest(records: Sequence[Any], on: date) -> int:
    """Return the highest level among records on a day; 0 of none."""
    return max((level_of(record, on) for record in records), default=0)


def is_undetermined(record: Any) -> bool:
    """Say whether a record is a state secret by what was typed or read on it, not by a decision."""
    return bool(record.level >= SECRET)


def last_day_of_term(decided: date, years: int) -> date:
    """Return the last day of a term of whole years that counts from the day of determination.

    It ends with the same day of its last year (Civil Code 2015 art. 148); where February has no
    29th, with the 28th.
    """
    year = min(decided.year + years, MAXYEAR)
    try:
        return decided.replace(year=year)
    except ValueError:
        return decided.replace(year=year, day=28)


def extended_to(decided: date, until: date, now_until: date) -> date:
    """Return the last day to which one extension may reach: a first term more (art. 20).

    :param decided: the day the secret was determined, and *until* the last day of that term.
    :param now_until: the last day of the term as it stands now.
    """
    for years in range(1, until.year - decided.year + 1):
        if last_day_of_term(decided, years) == until:
            return last_day_of_term(now_until, years)
    return min(now_until, date.max - (until - decided)) + max(until - decided, timedelta())
