"""Where a record's paper lies, and moving it; what a label or a typed number means.

A paper is decided on by its record, the place it goes to by the unit whose place it is.
"""

from __future__ import annotations

from dataclasses import dataclass

from hoso.access.permissions import Permission
from hoso.desk.act import act
from hoso.desk.desk import Desk
from hoso.ingest.sheets.codes import Label as Serial
from hoso.ingest.sheets.codes import read as read_code
from hoso.ingest.sheets.codes import typed_serial
from hoso.kernel.errors import Fault, Invalid, Missing
from hoso.kernel.text import one_line
from hoso.records.model import Document, Dossier
from hoso.stacks import lending, places
from hoso.stacks.labels import label_text, parse_label
from hoso.stacks.model import Holding, Loan, Place, Stacks

__all__ = [
    "PaperView",
    "Step",
    "canonical",
    "home_of",
    "loan_on",
    "move",
    "paper_of",
    "place_named",
    "reason_of",
    "resolve",
    "see",
    "stacks",
    "thing_named",
    "visible",
    "way_to",
]

Thing = Place | Dossier | Document
LONGEST_REASON = 500


@dataclass(frozen=True)
class Step:
    """One step of the way to a place: its label only where the reader may see it."""

    place: Place
    seen: bool


@dataclass(frozen=True)
class PaperView:
    """Where a record's paper is.

    :ivar own: whether it has a place of its own; a document without one lies in its dossier.
    :ivar loan: under which it is out now, with its dossier's where it lies in it.
    """

    record: Dossier | Document
    holding: Holding | None
    own: bool
    place: Place | None
    position: int
    way: tuple[Step, ...]
    loan: Loan | None
    loans: tuple[Loan, ...]
    revision: int
    may_move: bool
    may_lend: bool


def stacks(desk: Desk) -> Stacks:
    """Return the stacks of the site."""
    return places.stacks_of(desk.root)


def visible(desk: Desk, record: object) -> bool:
    """Say whether one may know of a record and of where its paper is."""
    known = isinstance(record, Dossier) or (
        isinstance(record, Document) and record.dossier is not None
    )
    return known and desk.sees(record) and desk.may(record, Permission.PAPER_VIEW)


def place_named(desk: Desk, code: str) -> Place:
    """Return a place by its code or label; unknown and hidden are one answer."""
    meant = parse_label(code)
    found = stacks(desk).places.get((meant[1] if meant else code).strip().upper())
    if found is None or (meant and meant[0] != "place") or not desk.sees(found):
        raise Missing
    place: Place = found
    return place


def paper_of(desk: Desk, text: str) -> Dossier | Document:
    """Return the record a label, a number or a uid means; unknown and hidden are one answer."""
    found = resolve(desk, text)
    if found is None or isinstance(found, Place):
        raise Missing
    return found


def resolve(desk: Desk, text: str) -> Thing | None:
    """Return what a scanned or typed text means to this reader; ``None`` for nothing.

    A label says what kind of thing it is on.  A bare code is a dossier number, a uid, the
    serial code of a sheet, or the code of a place, tried in this order.
    """
    text = one_line(text)
    meant = parse_label(text)
    try:
        if meant is None:
            return _bare(desk, text)
        kind, key = meant
        if kind == "place":
            return place_named(desk, key)
        found = desk.find(key, Dossier if kind == "dossier" else Document)
    except Missing:
        return None
    return found if visible(desk, found) else None


def thing_named(desk: Desk, text: str) -> Thing:
    """Return what a label or a typed code means; unknown and hidden are one answer."""
    found = resolve(desk, text)
    if found is None:
        raise Missing
    return found


def _bare(desk: Desk, text: str) -> Thing | None:
    code = read_code(text)
    serial = code.serial if isinstance(code, Serial) else typed_serial(text)
    known = desk.site.by_serial.get(serial) if serial else None
    for key in (text, known):
        try:
            found = desk.find(str(key)) if key else None
        except Missing:
            continue
        if found is not None and visible(desk, found):
            record: Dossier | Document = found
            return record
    return place_named(desk, text)


def canonical(thing: Thing) -> str:
    """Return what stands in the code on a thing's label."""
    if isinstance(thing, Place):
        return label_text("place", thing.code)
    return label_text("dossier" if isinstance(thing, Dossier) else "document", thing.uid)


def way_to(desk: Desk, place: Place | None) -> tuple[Step, ...]:
    """Return the way from the store to a place."""
    return tuple(Step(p, desk.sees(p)) for p in places.path_of(place)) if place else ()


def home_of(desk: Desk, record: Dossier | Document) -> tuple[Place | None, int, bool]:
    """Return the place and position of a record's paper, and whether they are its own."""
    kept = stacks(desk)
    holding = places.holding_of(kept, record.id)
    if holding is not None and holding.place is not None:
        return holding.place, holding.position, True
    if isinstance(record, Document) and record.dossier is not None:
        around = places.holding_of(kept, record.dossier.id)
        if around is not None:
            return around.place, around.position, False
    return None, 0, isinstance(record, Dossier)


def loan_on(desk: Desk, record: Dossier | Document) -> Loan | None:
    """Return the loan under which a record's paper is out: its own, or its dossier's.

    A paper that has a place of its own, or was out already, did not go with its dossier.
    """
    kept = stacks(desk)
    own = lending.loan_of(kept, record.id)
    if own is not None or isinstance(record, Dossier) or record.dossier is None:
        return own
    around = lending.loan_of(kept, record.dossier.id)
    return around if around is not None and record.id not in around.without else None


@act("paper.seen", Permission.PAPER_VIEW, told=False)
def see(desk: Desk, record: Dossier | Document) -> PaperView:
    """Return where a record's paper is, how it came there, and its loans."""
    if not visible(desk, record):
        raise Missing
    kept = stacks(desk)
    holding = places.holding_of(kept, record.id)
    place, position, own = home_of(desk, record)
    return PaperView(
        record=record,
        holding=holding,
        own=own,
        place=place,
        position=position,
        way=way_to(desk, place),
        loan=loan_on(desk, record),
        loans=tuple(lending.loans_of(kept, record.id)),
        revision=holding.revision if holding is not None else 0,
        may_move=desk.may(record, Permission.PAPER_MOVE),
        may_lend=desk.may(record, Permission.PAPER_LEND),
    )


@act("paper.moved", Permission.PAPER_MOVE)
def move(
    desk: Desk,
    record: Dossier | Document,
    *,
    place: str,
    position: str = "",
    why: str = "",
    revision: int | None = None,
) -> None:
    """Lay a record's paper into a place; a document without a place lies in its dossier.

    :param place: code of the place; "" lays a document back into its dossier.
    :param position: from 1; "" is behind what lies there.
    """
    if not visible(desk, record):
        raise Missing
    kept = stacks(desk)
    holding = places.holding_of(kept, record.id)
    places.check_revision(holding, revision)
    faults: list[Fault] = []
    loan = loan_on(desk, record)
    if loan is not None:
        said = "It is lent to {borrower}. Take it back first."
        faults.append(Fault("place", said, {"borrower": loan.borrower}))
    before, _, _ = home_of(desk, record)
    line = reason_of(why, faults)
    if isinstance(record, Document) and not place.strip():
        if faults:
            raise Invalid(faults)
        places.lay_back(holding, why=line, at=desk.now, by=desk.identity.login)
        desk.say(before=before.code if before else "", after="", why=line)
        return
    target = _target(desk, place, faults)
    made = places.put(
        kept,
        record.id,
        target,
        position=_position(position, faults),
        why=line,
        at=desk.now,
        by=desk.identity.login,
        faults=faults,
    )
    desk.say(
        before=before.code if before else "",
        after=target.code if target else "",
        position=made.position,
        why=line,
    )


def reason_of(why: str, faults: list[Fault]) -> str:
    line = one_line(why)
    if len(line) > LONGEST_REASON:
        faults.append(Fault("why", "Use at most {most} characters.", {"most": LONGEST_REASON}))
    return line


def _target(desk: Desk, code: str, faults: list[Fault]) -> Place | None:
    if not code.strip():
        faults.append(Fault("place", "Read the label of the place, or type its code."))
        return None
    try:
        place = place_named(desk, code)
    except Missing:
        place = None
    if place is None or not desk.may(place, Permission.PAPER_MOVE):
        said = "There is no place {code} you may put papers in."
        faults.append(Fault("place", said, {"code": code.strip()}))
        return None
    return place


def _position(text: str, faults: list[Fault]) -> int:
    text = text.strip()
    if not text:
        return 0
    if not (text.isascii() and text.isdigit() and len(text) < 6) or int(text) == 0:
        said = "A position is a number from 1 to {most}."
        faults.append(Fault("position", said, {"most": places.LAST_POSITION}))
        return 0
    return int(text)
