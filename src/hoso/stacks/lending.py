"""Lend a record's paper, take it back, and say what is out and what is late.

A loan rests on a written authority and names a purpose (TT 11/2012/TT-BNV, điều 13: a written
request, a consent, both sign when it comes back).  A paper is out under one loan at a time;
loans that are over stay as its history.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from hoso.kernel.errors import Conflict, Fault, Invalid
from hoso.kernel.text import one_line
from hoso.stacks.model import Extension, Holding, Loan, Stacks

__all__ = [
    "LONGEST",
    "Terms",
    "days_late",
    "extend",
    "give_back",
    "lend",
    "loan_of",
    "loans_of",
    "out_now",
]

#: Most characters of each thing said of a loan.
LONGEST = {"borrower": 200, "organisation": 200, "purpose": 500, "authority": 300, "condition": 500}
_TERMS = ("borrower", "organisation", "purpose", "authority")
_WANTING = {
    "borrower": "Say who takes the paper.",
    "organisation": "Say for which unit or body it is taken.",
    "purpose": "Say what the paper is needed for.",
    "authority": "State the paper that allows the loan: its number, date and signer.",
    "condition": "Say in what condition the paper came back.",
}


@dataclass(frozen=True)
class Terms:
    """What is agreed for a loan; days are as read, ``None`` where they could not be."""

    borrower: str
    organisation: str
    purpose: str
    authority: str
    handed_on: date | None
    due: date | None


def _said(field: str, text: str, faults: list[Fault]) -> str:
    line = one_line(text)
    if not line:
        faults.append(Fault(field, _WANTING[field]))
    elif len(line) > LONGEST[field]:
        faults.append(Fault(field, "Use at most {most} characters.", {"most": LONGEST[field]}))
    return line


def loan_of(stacks: Stacks, record: int) -> Loan | None:
    """Return the loan under which a record's paper is out now."""
    holding: Holding | None = stacks.holdings.get(record)
    if holding is None or not holding.loan:
        return None
    loan: Loan = stacks.loans[holding.loan]
    return loan


def loans_of(stacks: Stacks, record: int) -> list[Loan]:
    """Return all loans of a record's paper, the newest first."""
    holding: Holding | None = stacks.holdings.get(record)
    return [stacks.loans[number] for number in reversed(holding.loans)] if holding else []


def lend(
    stacks: Stacks,
    record: int,
    terms: Terms,
    *,
    without: tuple[int, ...],
    today: date,
    at: str,
    by: str,
    faults: list[Fault],
) -> Loan:
    """Hand a paper out; raise with *faults* and all that is wrong besides.

    :param without: ids of the papers of a dossier that do not go with it.
    """
    faults = list(faults)
    said = {field: _said(field, getattr(terms, field), faults) for field in _TERMS}
    handed, due = terms.handed_on, terms.due
    if handed is not None and handed > today:
        faults.append(Fault("handed_on", "The day of handing over lies in the future."))
    if handed is not None and due is not None and due < handed:
        faults.append(Fault("due", "It cannot be due before it is handed over."))
    if faults or handed is None or due is None:
        raise Invalid(faults)
    holding = stacks.holdings.get(record)
    if holding is None:
        holding = stacks.holdings[record] = Holding(record)
        holding.revision = 0
    if holding.loan:
        open_ = stacks.loans[holding.loan]
        raise Conflict(
            "This paper was lent to {borrower} by {by} at {at}. It must come back first.",
            borrower=open_.borrower,
            by=open_.lent_by,
            at=open_.lent_at,
        )
    loan = Loan(record, handed_on=handed.isoformat(), due=due.isoformat(), at=at, by=by)
    for field, line in said.items():
        setattr(loan, field, line)
    loan.without = without
    if holding.place is not None:
        loan.place, loan.position = holding.place.code, holding.position
    stacks.loans[loan.id] = loan
    stacks.out.insert((loan.due, loan.id))
    holding.loan, holding.loans = loan.id, (*holding.loans, loan.id)
    holding.revision += 1
    holding.changed_at, holding.changed_by = at, by
    return loan


def extend(
    stacks: Stacks,
    loan: Loan,
    *,
    due: date | None,
    authority: str,
    at: str,
    by: str,
    faults: list[Fault],
) -> None:
    """Let a loan last longer, on an authority of its own."""
    if not loan.is_out:
        raise Conflict(by=loan.returned_by, at=loan.returned_at)
    faults = list(faults)
    authority = _said("authority", authority, faults)
    if due is not None and due.isoformat() <= loan.due:
        said = "It is due on {day} already; state a later day."
        faults.append(Fault("due", said, {"day": date.fromisoformat(loan.due)}))
    if faults or due is None:
        raise Invalid(faults)
    stacks.out.remove((loan.due, loan.id))
    loan.extensions = (*loan.extensions, Extension(at, by, loan.due, due.isoformat(), authority))
    loan.due = due.isoformat()
    stacks.out.insert((loan.due, loan.id))
    holding: Holding = stacks.holdings[loan.record]
    holding.revision += 1
    holding.changed_at, holding.changed_by = at, by


def give_back(
    stacks: Stacks,
    loan: Loan,
    *,
    condition: str,
    returned_on: date | None,
    today: date,
    at: str,
    by: str,
    faults: list[Fault],
) -> None:
    """Take a paper back, with a word on its condition."""
    if not loan.is_out:
        raise Conflict(by=loan.returned_by, at=loan.returned_at)
    faults = list(faults)
    condition = _said("condition", condition, faults)
    if returned_on is not None and returned_on > today:
        faults.append(Fault("returned_on", "The day it came back lies in the future."))
    if returned_on is not None and returned_on.isoformat() < loan.handed_on:
        faults.append(Fault("returned_on", "It cannot come back before it was handed over."))
    if faults or returned_on is None:
        raise Invalid(faults)
    loan.condition, loan.returned_on = condition, returned_on.isoformat()
    loan.returned_at, loan.returned_by = at, by
    if (loan.due, loan.id) in stacks.out:
        stacks.out.remove((loan.due, loan.id))
    holding: Holding = stacks.holdings[loan.record]
    holding.loan = 0
    holding.revision += 1
    holding.changed_at, holding.changed_by = at, by


def out_now(stacks: Stacks, *, late_on: date | None = None) -> Iterator[Loan]:
    """Yield the loans that are out, first due first.

    :param late_on: only those that were due before this day.
    """
    end = (late_on.isoformat(), 0) if late_on is not None else None
    return (stacks.loans[number] for _due, number in stacks.out.keys(None, end))


def days_late(loan: Loan, on: date) -> int:
    """Return how many calendar days a loan that is out is late; 0 where it is not."""
    return max(0, (on - date.fromisoformat(loan.due)).days) if loan.is_out else 0
