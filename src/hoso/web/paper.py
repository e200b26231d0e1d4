"""How pages show where paper is: the way to a place, a record's name, a loan.

Used by the pages of the paper store and by the dossier's; no view of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from hoso.access.permissions import Permission
from hoso.desk import shelving
from hoso.desk.shelving import PaperView, Step
from hoso.kernel.errors import Fault, Invalid
from hoso.records.model import Document, Dossier
from hoso.stacks.model import Loan, Place, Shift
from hoso.web import papers
from hoso.web.language import Language
from hoso.web.shapes import Badge, Crumb
from hoso.web.words import Word

__all__ = [
    "KINDS",
    "due_badge",
    "history",
    "is_place",
    "kind_of",
    "name_of",
    "of_record",
    "place_crumbs",
    "place_url",
    "record_url",
    "renamed",
    "said_loan",
    "way",
]

KINDS = {
    "store": Word("Store"),
    "shelf": Word("Shelf"),
    "box": Word("Box"),
    "folder": Word("Folder"),
}


def is_place(thing: object) -> bool:
    """Say whether a label is one of a place."""
    return isinstance(thing, Place)


def kind_of(place: Place, language: Language) -> str:
    """Return what kind of place it is, in words."""
    return language.say(KINDS[place.kind].text)


def place_url(request: Any, place: Place) -> str:
    """Return the address of a place."""
    return str(request.route_path("paper-place", code=place.code))


def record_url(request: Any, record: Dossier | Document) -> str:
    """Return the address of the page that says where a record's paper is."""
    return str(request.route_path("paper-record", uid=record.uid))


def name_of(record: Dossier | Document, language: Language) -> tuple[str, str]:
    """Return what a record is called, and a second line: the dossier a paper is of."""
    if isinstance(record, Dossier):
        return f"{record.code} – {record.name}", ""
    dossier = record.dossier
    said = f"{dossier.code} – {dossier.name}" if dossier is not None else ""
    number = papers.number_of(record)
    title = papers.title_of(record, language)
    return (f"{number} – {title}" if number else title), said


def way(request: Any, steps: Iterable[Step]) -> list[Crumb]:
    """Return the way to a place; of what the reader may not see its code alone."""
    return [
        Crumb(f"{step.place.code} – {step.place.label}", place_url(request, step.place))
        if step.seen
        else Crumb(step.place.code)
        for step in steps
    ]


def place_crumbs(request: Any, steps: Iterable[Step]) -> tuple[Crumb, ...]:
    """Return the way from the paper store to a place."""
    top = Crumb(request.language.say("Paper store"), request.route_path("paper"))
    kept = list(steps)
    above = (
        Crumb(step.place.code, place_url(request, step.place) if step.seen else "")
        for step in kept[:-1]
    )
    return (top, *above, Crumb(kept[-1].place.code))


def due_badge(request: Any, loan: Loan, late: int) -> Badge:
    """Return when a loan is due, and by how much it is late."""
    language = request.language
    if not loan.is_out:
        return Badge(language.say("Back"), "good")
    if late:
        said = language.count("{n} day late", "{n} days late", late)
        return Badge(said, "bad")
    return Badge(language.say("Due {day}", day=language.date(loan.due)), "warn")


def said_loan(request: Any, loan: Loan | None) -> str:
    """Return in a sentence who has a paper and until when; "" where nobody has."""
    if loan is None:
        return ""
    said: str = request.language.say(
        "Lent to {borrower}, due back {due}",
        borrower=f"{loan.borrower} ({loan.organisation})",
        due=request.language.date(loan.due),
    )
    return said


def history(request: Any, shifts: Iterable[Shift]) -> Iterator[dict[str, str]]:
    """Yield where a paper or a place was, the newest first."""
    for shift in reversed(list(shifts)):
        yield {
            "at": request.language.moment(shift.at),
            "by": shift.by,
            "before": shift.before or "–",
            "after": shift.after or "–",
            "position": request.language.number(shift.position) if shift.position else "",
            "why": shift.why,
        }


def renamed(error: Invalid, names: dict[str, str]) -> Invalid:
    """Return an error whose faults stand at the fields of this form."""
    faults = [Fault(names.get(f.field, f.field), f.message, f.facts) for f in error.faults]
    return Invalid(faults, error.text, **error.facts)


def of_record(request: Any, record: Dossier | Document) -> dict[str, Any] | None:
    """Return where a record's paper is, for its page; ``None`` where that is not told."""
    if not request.desk.may(record, Permission.PAPER_VIEW):
        return None
    view: PaperView = shelving.see(request.desk, record)
    return {
        "way": way(request, view.way),
        "position": view.position,
        "own": view.own,
        "lent": said_loan(request, view.loan),
        "url": record_url(request, record),
    }
