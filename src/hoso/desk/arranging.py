"""The paper store: places as far as one may see them; add, name, move and end them.

A place is decided on by its unit.  What lies in it is shown only as far as one may know of
it, so nothing here counts what it does not show.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from hoso.access.permissions import Permission
from hoso.desk.act import act
from hoso.desk.desk import Desk
from hoso.desk.shelving import Step, place_named, reason_of, stacks, visible, way_to
from hoso.kernel.errors import Fault, Missing
from hoso.kernel.text import one_line
from hoso.records.model import Document, Dossier, Site, Unit
from hoso.stacks import lending, places
from hoso.stacks.model import Loan, Place

__all__ = [
    "Kept",
    "PlaceNode",
    "PlaceView",
    "add",
    "describe",
    "end",
    "look",
    "relocate",
    "tree",
]

#: Most places a tree shows; further ones are found on the page of what they stand in.
MOST_PLACES = 1000


@dataclass(frozen=True)
class PlaceNode:
    """A place with the smaller ones in it that the reader may see, boxes and folders left out."""

    place: Place
    below: tuple[PlaceNode, ...]


@dataclass(frozen=True)
class Kept:
    """One paper in a place."""

    position: int
    record: Dossier | Document
    loan: Loan | None


@dataclass(frozen=True)
class PlaceView:
    """A place with the way to it, what stands and lies in it, and whether one may arrange it."""

    place: Place
    way: tuple[Step, ...]
    below: tuple[Place, ...]
    contents: tuple[Kept, ...]
    next_position: int
    may_move: bool
    may_count: bool
    count: str


@act("paper.places-listed", Permission.PAPER_VIEW, told=False)
def tree(desk: Desk, _site: Site) -> tuple[PlaceNode, ...]:
    """Return the stores and shelves one may see, and boxes that stand in hidden ones."""
    left = iter(range(MOST_PLACES))
    return tuple(n for store in stacks(desk).stores.values() for n in _nodes(desk, store, left))


def _nodes(desk: Desk, place: Place, left: Iterator[int]) -> Iterator[PlaceNode]:
    if next(left, None) is None:
        return
    seen = desk.sees(place)
    if seen and place.kind not in places.KINDS[:2]:
        yield PlaceNode(place, ())
        return
    # What is on a shelf is on its page: a store may hold more boxes than a page can show.
    deeper = not seen or place.kind == places.KINDS[0]
    children = place.below.values() if deeper else ()
    below = tuple(node for child in children for node in _nodes(desk, child, left))
    if seen:
        yield PlaceNode(place, below)
    else:
        yield from below


@act("paper.place-seen", Permission.PAPER_VIEW, told=False)
def look(desk: Desk, place: Place) -> PlaceView:
    """Return a place with what one may know of in it."""
    kept = stacks(desk)
    contents = []
    for position, number in place.contents.items():
        record = desk.site.by_id.get(number)
        if visible(desk, record):
            contents.append(Kept(position, record, lending.loan_of(kept, number)))
    under_way = kept.opened.get(place.id)
    return PlaceView(
        place=place,
        way=way_to(desk, place),
        below=tuple(child for child in place.below.values() if desk.sees(child)),
        contents=tuple(contents),
        next_position=places.next_position(place),
        may_move=desk.may(place, Permission.PAPER_MOVE),
        may_count=desk.may(place, Permission.PAPER_COUNT),
        count=kept.counts[under_way].uid if under_way is not None else "",
    )


def _parent(desk: Desk, code: str, faults: list[Fault]) -> Place | None:
    """Return the place something shall stand in, which one must be allowed to arrange."""
    if not code.strip():
        return None
    try:
        place = place_named(desk, code)
    except Missing:
        place = None
    if place is None or not desk.may(place, Permission.PAPER_MOVE):
        faults.append(Fault("parent", "There is no place {code} you arrange.", {"code": code}))
        return None
    return place


@act("paper.place-added", Permission.PAPER_MOVE)
def add(desk: Desk, unit: Unit, *, code: str, kind: str, label: str, parent: str = "") -> Place:
    """Add a place whose papers belong to *unit*."""
    faults: list[Fault] = []
    inside = _parent(desk, parent, faults)
    if one_line(code) in desk.site.dossiers:
        faults.append(Fault("code", "A dossier has this number; choose another code."))
    made = places.add_place(
        stacks(desk),
        code=code,
        kind=kind,
        label=label,
        parent=inside,
        unit=unit,
        at=desk.now,
        by=desk.identity.login,
        faults=faults,
    )
    desk.about(made)
    desk.say(code=made.code, kind=kind, label=made.label, parent=inside.code if inside else "")
    return made


@act("paper.place-described", Permission.PAPER_MOVE)
def describe(desk: Desk, place: Place, *, label: str, unit: str, revision: int | None) -> None:
    """Call a place something else, or let it belong to another unit."""
    places.check_revision(place, revision)
    faults: list[Fault] = []
    owner = desk.site.unit_by_key.get(unit)
    if owner is None or not desk.may(owner, Permission.PAPER_MOVE):
        faults.append(Fault("unit", "Choose a unit for which you arrange papers."))
    before = f"{place.label}|{place.unit.key}"
    places.describe_place(
        place, label=label, unit=owner, at=desk.now, by=desk.identity.login, faults=faults
    )
    desk.say(code=place.code, before=before, after=f"{place.label}|{place.unit.key}")


@act("paper.place-moved", Permission.PAPER_MOVE)
def relocate(desk: Desk, place: Place, *, parent: str, why: str, revision: int | None) -> None:
    """Put a shelf, a box or a folder somewhere else, with all that is in it."""
    places.check_revision(place, revision)
    faults: list[Fault] = []
    before = place.parent.code if place.parent is not None else ""
    inside = _parent(desk, parent, faults)
    line = reason_of(why, faults)
    places.move_place(place, inside, why=line, at=desk.now, by=desk.identity.login, faults=faults)
    desk.say(code=place.code, before=before, after=inside.code if inside else "", why=line)


@act("paper.place-ended", Permission.PAPER_MOVE)
def end(desk: Desk, place: Place, *, revision: int | None) -> None:
    """Say that an empty place is not used any more; its code is never given again."""
    places.check_revision(place, revision)
    places.end_place(stacks(desk), place, at=desk.now, by=desk.identity.login)
    desk.say(code=place.code)
