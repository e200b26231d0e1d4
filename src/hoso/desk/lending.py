"""Lending paper and taking it back: on a written authority, for working days, remembered.

Who may lend is decided on the record; whether the borrower may read it is what the authority
says, and that is why it must be stated (TT 11/2012/TT-BNV, điều 13).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from hoso.access.permissions import Permission
from hoso.definitions import working_days
from hoso.definitions.rulebook import Rulebook
from hoso.desk.act import act
from hoso.desk.desk import Desk
from hoso.desk.shelving import Step, loan_on, paper_of, stacks, visible, way_to
from hoso.kernel import ids
from hoso.kernel.dates import parse_typed
from hoso.kernel.errors import Fault, Invalid, Missing
from hoso.kernel.workdays import Workdays
from hoso.records.model import Document, Dossier, Site
from hoso.stacks import lending, places
from hoso.stacks.model import Loan

__all__ = [
    "LoanView",
    "default_due",
    "extend",
    "find_paper",
    "give_back",
    "lend",
    "listed",
    "look",
    "overdue",
    "workdays",
]

#: What may never leave the store: it is out of use, or gone.
_NOT_LENT = {
    "withdrawn": "This paper is withdrawn; it is not lent.",
    "destroyed": "This was destroyed.",
}


@dataclass(frozen=True)
class LoanView:
    """A loan with its record; ``late`` are calendar days, ``without`` papers that stayed."""

    loan: Loan
    record: Dossier | Document
    late: int
    way: tuple[Step, ...] = ()
    without: tuple[Document, ...] = ()
    may_lend: bool = False


def workdays(rulebook: Rulebook) -> Workdays:
    """Return the working days of this deployment."""
    return working_days.workdays(rulebook.profile)


def default_due(rulebook: Rulebook, handed_on: date) -> date:
    """Return the day a paper is due that is handed over on a day and no day is stated."""
    days: int = rulebook.profile.settings.get("paper", {}).get("loan_days", 10)
    return workdays(rulebook).after(handed_on, days)


def _day(field: str, text: str, faults: list[Fault], *, otherwise: date | None) -> date | None:
    if not text.strip():
        return otherwise
    try:
        day = parse_typed(text).exact
    except ValueError:
        day = None
    if day is None:
        faults.append(Fault(field, "Write the day as 05/09/2024."))
    return day


def _view(desk: Desk, loan: Loan) -> LoanView | None:
    record = desk.site.by_id.get(loan.record)
    if not isinstance(record, Dossier | Document) or not visible(desk, record):
        return None
    return LoanView(
        loan,
        record,
        lending.days_late(loan, desk.today),
        may_lend=desk.may(record, Permission.PAPER_LEND),
    )


@act("paper.loans-listed", Permission.PAPER_VIEW, told=False)
def listed(desk: Desk, _site: Site, *, late: bool = False) -> list[LoanView]:
    """Return what is out now among what one may see, first due first.

    :param late: only what is late.
    """
    found = lending.out_now(stacks(desk), late_on=desk.today if late else None)
    return [view for loan in found if (view := _view(desk, loan)) is not None]


@act("paper.overdue-listed", Permission.PAPER_VIEW)
def overdue(desk: Desk, _site: Site) -> list[LoanView]:
    """Return the list for reminders: what is late, to whom to write; the journal knows of it."""
    found = [
        view
        for loan in lending.out_now(stacks(desk), late_on=desk.today)
        if (view := _view(desk, loan)) is not None
    ]
    desk.say(lines=len(found))
    return found


@act("paper.loan-seen", Permission.PAPER_VIEW, told=False)
def look(desk: Desk, record: Dossier | Document, *, loan: str) -> LoanView:
    """Return one loan of a record's paper, over or not."""
    found = _loan(desk, record, loan)
    view = _view(desk, found)
    if view is None:
        raise Missing
    papers = (desk.site.by_id.get(number) for number in found.without)
    place = stacks(desk).places.get(found.place)
    return LoanView(
        found,
        record,
        view.late,
        way=way_to(desk, place),
        without=tuple(p for p in papers if isinstance(p, Document) and visible(desk, p)),
        may_lend=view.may_lend,
    )


def find_paper(desk: Desk, text: str) -> Dossier | Document:
    """Return the record whose label was read at the lending desk; all faults name the field."""
    try:
        return paper_of(desk, text)
    except Missing:
        said = "Nothing goes by {text}. Read the label of a dossier, or type its number."
        raise Invalid([Fault("text", said, {"text": text})]) from None


@act("paper.lent", Permission.PAPER_LEND)
def lend(
    desk: Desk,
    record: Dossier | Document,
    *,
    borrower: str,
    organisation: str,
    purpose: str,
    authority: str,
    due: str = "",
    handed_on: str = "",
    revision: int | None = None,
) -> Loan:
    """Hand a record's paper out.

    :param due: the day it must be back; "" is the working days of the settings.
    :param handed_on: the day it was handed over; "" is today.
    """
    if not visible(desk, record):
        raise Missing
    kept = stacks(desk)
    holding = places.holding_of(kept, record.id)
    places.check_revision(holding, revision)
    faults: list[Fault] = []
    said = _NOT_LENT.get(record.state)
    if said is not None:
        faults.append(Fault("paper", said))
    out = loan_on(desk, record)
    if out is not None and out.record != record.id:
        said = "The dossier it lies in is lent to {borrower}. It must come back first."
        faults.append(Fault("paper", said, {"borrower": out.borrower}))
    handed = _day("handed_on", handed_on, faults, otherwise=desk.today)
    by_default = default_due(desk.rulebook, handed) if handed is not None else None
    loan = lending.lend(
        kept,
        record.id,
        lending.Terms(
            borrower=borrower,
            organisation=organisation,
            purpose=purpose,
            authority=authority,
            handed_on=handed,
            due=_day("due", due, faults, otherwise=by_default),
        ),
        without=_without(desk, record),
        today=desk.today,
        at=desk.now,
        by=desk.identity.login,
        faults=faults,
    )
    desk.say(
        loan=loan.uid,
        borrower=loan.borrower,
        organisation=loan.organisation,
        purpose=loan.purpose,
        authority=loan.authority,
        due=loan.due,
    )
    return loan


def _without(desk: Desk, record: Dossier | Document) -> tuple[int, ...]:
    """Return the papers of a dossier that do not go with it: out already, or kept elsewhere."""
    if isinstance(record, Document):
        return ()
    kept = stacks(desk)
    apart = []
    for paper in record.values():
        holding = places.holding_of(kept, paper.id)
        if holding is not None and (holding.loan or holding.place is not None):
            apart.append(paper.id)
    return tuple(apart)


def _loan(desk: Desk, record: Dossier | Document, uid: str) -> Loan:
    number = ids.from_text(uid) or 0
    found = next(
        (one for one in lending.loans_of(stacks(desk), record.id) if one.id == number), None
    )
    if found is None or not visible(desk, record):
        raise Missing
    return found


@act("paper.loan-extended", Permission.PAPER_LEND)
def extend(
    desk: Desk,
    record: Dossier | Document,
    *,
    loan: str,
    due: str,
    authority: str,
    revision: int | None = None,
) -> Loan:
    """Let a loan last longer.

    :param loan: uid of the loan.
    :param due: the later day; "" is the working days of the settings from today.
    """
    found = _loan(desk, record, loan)
    places.check_revision(places.holding_of(stacks(desk), record.id), revision)
    faults: list[Fault] = []
    before = found.due
    lending.extend(
        stacks(desk),
        found,
        due=_day("due", due, faults, otherwise=default_due(desk.rulebook, desk.today)),
        authority=authority,
        at=desk.now,
        by=desk.identity.login,
        faults=faults,
    )
    desk.say(loan=found.uid, before=before, due=found.due, authority=authority)
    return found


@act("paper.returned", Permission.PAPER_LEND)
def give_back(
    desk: Desk,
    record: Dossier | Document,
    *,
    loan: str,
    condition: str,
    returned_on: str = "",
) -> Loan:
    """Take a record's paper back, with a word on its condition; it goes to its place.

    :param loan: uid of the loan; who takes back what is back already is told.
    """
    found = _loan(desk, record, loan)
    faults: list[Fault] = []
    lending.give_back(
        stacks(desk),
        found,
        condition=condition,
        returned_on=_day("returned_on", returned_on, faults, otherwise=desk.today),
        today=desk.today,
        at=desk.now,
        by=desk.identity.login,
        faults=faults,
    )
    desk.say(loan=found.uid, borrower=found.borrower, condition=found.condition)
    return found
