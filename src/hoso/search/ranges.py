"""Ranges of years and days as people type them: ``2019..2021``, ``3/2021``, ``..15/3/2021``."""

from __future__ import annotations

import re
from dataclasses import dataclass

from hoso.kernel.dates import parse_typed
from hoso.search.values import days_of

__all__ = ["Ends", "Range", "overlap", "read_range"]

# Both ends in, ``None`` being open; years, or days since 1970.
Ends = tuple[int | None, int | None]

_YEARS = re.compile(r"([0-9]{4})?(\.\.|…)?([0-9]{4})?")
_DATE = r"[0-9]{1,4}(?:[/.\-][0-9]{1,4}){0,2}"
_DAYS = re.compile(rf"({_DATE})?(\.\.|…)?({_DATE})?")


@dataclass(frozen=True)
class Range:
    """What was understood: ends, or the message that says what is wrong with it."""

    ends: Ends | None
    message: str = ""
    example: str = ""


def read_range(name: str, value: str) -> Range:
    """Read *value* as a range of years (*name* ``year``) or of days (any other)."""
    said = value.strip(",;")
    if name == "year":
        found = _YEARS.fullmatch(said.replace("-", ".."))
        unread = Range(None, "{word} is no year. Type four digits, or a range such as 2019..2021.")
    else:
        found = _DAYS.fullmatch(said)
        unread = Range(
            None,
            "{word} is no date. Type 5/9/2021, 9/2021, or a range such as 1/2021..6/2021.",
        )
    low, dots, high = found.groups() if found else (None, None, None)
    if not (low or high):
        return unread
    if not dots:
        low, high = (low or high), (low or high)
    try:
        first = _first_and_last(name, low)[0] if low else None
        last = _first_and_last(name, high)[1] if high else None
    except ValueError:
        return unread
    if first is not None and last is not None and first > last:
        message = "The range {word} ends before it begins. Type {example}."
        return Range((first, last), message, f"{high}..{low}")
    return Range((first, last))


def _first_and_last(name: str, text: str) -> Ends:
    if name == "year":
        return int(text), int(text)
    return days_of(parse_typed(text))


def overlap(one: Ends | None, other: Ends | None) -> Ends | None:
    """Return what lies in both; ``None`` is no range at all."""
    if one is None or other is None:
        return one or other
    lows = [low for low in (one[0], other[0]) if low is not None]
    highs = [high for high in (one[1], other[1]) if high is not None]
    return (max(lows) if lows else None, min(highs) if highs else None)
