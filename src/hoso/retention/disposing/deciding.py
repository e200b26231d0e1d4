"""Who may do which step, from which state, within which days (pure).

Three persons, never one: who proposes does not approve, who approves does not carry out.
An approved list is carried out within the days of the profile, fifteen by TT 06/2025/TT-BNV;
civil days, the day of the decision not counted.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from hoso.kernel.errors import Conflict, Forbidden, NotReady
from hoso.retention.disposing.model import DisposalLine, DisposalList, Ruling

__all__ = [
    "OPEN",
    "bin_ends",
    "days_left",
    "is_spent",
    "is_stale",
    "last_day",
    "must_be",
    "must_be_in_time",
    "not_the_same",
    "open_lines",
    "to_carry_out",
]

#: States of a line that is still to be decided on.
OPEN = frozenset({"proposed", "agreed"})


def must_be(list_: DisposalList, *states: str) -> None:
    """Raise where the list is not in one of the states a step begins from."""
    if list_.state not in states:
        raise Conflict(
            "The list {number} is {state} now; this step begins from: {states}.",
            number=list_.number,
            state=list_.state,
            states=", ".join(states),
        )


def last_day(decided: date, days: int) -> date:
    """Return the last day on which what was decided on a day may be carried out."""
    return decided + timedelta(days=days)


def days_left(ruling: Ruling | None, today: date) -> int | None:
    """Return how many days are left to carry out, 0 on the last one; ``None`` without a date.

    Negative where the days are over.
    """
    if ruling is None or not ruling.until:
        return None
    return (date.fromisoformat(ruling.until) - today).days


def must_be_in_time(list_: DisposalList, today: date) -> None:
    """Raise where the days of the decision are over: it must be decided anew."""
    left = days_left(list_.ruling, today)
    if left is None or list_.ruling is None or left < 0:
        raise NotReady(
            "The decision {number} had to be carried out by {until}. Nothing is destroyed; the head "
            "decides anew.",
            number=list_.ruling.number if list_.ruling is not None else "?",
            until=list_.ruling.until if list_.ruling is not None else "?",
        )


def bin_ends(ruling: Ruling | None, today: date, *, grace: int) -> date:
    """Return the first day on which what goes into the bin today may be destroyed.

    That is after its days of grace, and no later than the last day of the decision: all of it
    is to be destroyed within those days (TT 06/2025/TT-BNV), not only put aside.
    """
    left = days_left(ruling, today)
    days = grace if left is None else max(0, min(grace, left))
    return today + timedelta(days=days)


def is_stale(ruling: Ruling | None, today: date, *, grace: int, days: int) -> bool:
    """Say whether a decision is too old for what it put into the bin to be destroyed by it.

    It may lie there for its days of grace, and as long again as the decision gave: a machine that
    stands still loses nothing.  What an order kept there for longer is decided on anew.
    """
    left = days_left(ruling, today)
    return left is None or left + grace + days < 0


def not_the_same(login: str, *others: str, same: Callable[[str, str], bool], reason: str) -> None:
    """Raise where one person, by whichever account, would do two of the three steps."""
    if any(other and (login == other or same(login, other)) for other in others):
        raise Forbidden(reason=reason)


def open_lines(list_: DisposalList) -> list[DisposalLine]:
    """Return the lines that are still to be decided on."""
    return [line for line in list_.lines.values() if line.state in OPEN]


def is_spent(list_: DisposalList, today: date) -> bool:
    """Say whether nothing of an approved list can go any more as it stands.

    Either its days are over, or every line that is left was tried and stopped.
    """
    left = days_left(list_.ruling, today)
    over = left is None or left < 0
    return list_.state == "approved" and (
        over or all(line.state == "blocked" for line in to_carry_out(list_))
    )


def to_carry_out(list_: DisposalList) -> list[DisposalLine]:
    """Return the lines to be put into the bin: approved ones, and those that were stopped.

    What stopped a line may be over before the days are: it is asked again.
    """
    return [
        line
        for line in list_.lines.values()
        if line.is_approved and line.state in {"approved", "blocked"}
    ]
