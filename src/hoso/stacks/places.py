"""Places and what lies in them: add, move, end; put a record's paper down, take it up.

These functions change the stacks and nothing else.  A code is given once: a place that is no
longer used keeps its own, so that an old label never means another box.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from hoso.kernel.errors import Conflict, Fault, Invalid
from hoso.kernel.text import one_line
from hoso.records.model import Unit
from hoso.stacks.model import Holding, Place, Shift, Stacks

__all__ = [
    "KINDS",
    "LONGEST_LABEL",
    "add_place",
    "check_revision",
    "code_faults",
    "describe_place",
    "end_place",
    "holding_of",
    "lay_back",
    "lineage",
    "move_place",
    "next_position",
    "path_of",
    "put",
    "stacks_of",
    "subtree",
]

#: Kinds of places, the largest first; a place lies in a larger one.
KINDS = ("store", "shelf", "box", "folder")
LONGEST_LABEL = 200
#: Highest position in one place.
LAST_POSITION = 9999

# A label is typed by a scanner that acts as a keyboard: letters with marks would not arrive.
_CODE = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]{0,38}[A-Za-z0-9])?")


def stacks_of(root: Any) -> Stacks:
    """Return the stacks kept in the main database; empty ones where there were none."""
    found = root.get("stacks")
    if found is None:
        found = root["stacks"] = Stacks()
    stacks: Stacks = found
    return stacks


def lineage(place: Place) -> list[Place]:
    """Return the place, what it lies in, and so on to the store."""
    line, here = [], place
    while True:
        line.append(here)
        if here.parent is None:
            return line
        here = here.parent


def path_of(place: Place) -> list[Place]:
    """Return the places from the store to this one."""
    return lineage(place)[::-1]


def subtree(place: Place) -> Iterator[Place]:
    """Yield the place and every place in it that is used, by code."""
    yield place
    for child in place.below.values():
        yield from subtree(child)


def code_faults(stacks: Stacks, code: str) -> list[Fault]:
    """Return what is wrong with the code of a new place."""
    if not _CODE.fullmatch(code):
        return [
            Fault(
                "code",
                "Write the code of a place with letters without marks, digits, dots and dashes, "
                "at most 40: a scanner must be able to type it.",
            )
        ]
    known = stacks.places.get(code.upper())
    if known is None:
        return []
    said = (
        "There is a place {code} already."
        if known.is_used
        else "The code {code} was given before; a code is never used twice. Choose another."
    )
    return [Fault("code", said, {"code": known.code})]


def _misfit(kind: str, parent: Place | None, faults: list[Fault]) -> list[Fault]:
    """Return why a place of a kind cannot stand there, unless *faults* say so already."""
    wrong = _fits(kind, parent)
    said = {fault.field for fault in faults}
    return [wrong] if wrong is not None and wrong.field not in said else []


def _fits(kind: str, parent: Place | None) -> Fault | None:
    if kind not in KINDS:
        return Fault("kind", "Choose what kind of place this is.")
    if parent is None:
        return None if kind == KINDS[0] else Fault("parent", "Say which place it stands in.")
    if not parent.is_used:
        return Fault("parent", "The place {code} is not used any more.", {"code": parent.code})
    if KINDS.index(kind) <= KINDS.index(parent.kind):
        return Fault("parent", "It must stand in something larger: store, shelf, box, folder.")
    return None


def _label_fault(label: str) -> Fault | None:
    if not label:
        return Fault("label", "Say what the place is called, as people shall read it.")
    if len(label) > LONGEST_LABEL:
        return Fault("label", "Use at most {most} characters.", {"most": LONGEST_LABEL})
    return None


def add_place(
    stacks: Stacks,
    *,
    code: str,
    kind: str,
    label: str,
    parent: Place | None,
    unit: Unit,
    at: str,
    by: str,
    faults: list[Fault],
) -> Place:
    """Add a place; raise ``Invalid`` with *faults* and all that is wrong besides."""
    code, label = one_line(code).upper(), one_line(label)
    faults = [*faults, *code_faults(stacks, code)]
    faults += _misfit(kind, parent, faults)
    wrong = _label_fault(label)
    faults += [wrong] if wrong else []
    if faults:
        raise Invalid(faults)
    place = Place(code, kind, unit)
    place.label, place.parent = label, parent
    place.changed_at, place.changed_by = at, by
    stacks.places[code] = place
    (stacks.stores if parent is None else parent.below)[code] = place
    place.shifts = (Shift(at, by, "", parent.code if parent is not None else "", 0, ""),)
    return place


def check_revision(thing: Place | Holding | None, revision: int | None) -> None:
    """Refuse a writer who saw an older state; ``None`` is a machine that read just now.

    Of a paper that has no holding yet the revision is 0.
    """
    now = thing.revision if thing is not None else 0
    if revision is not None and revision != now:
        by, at = (thing.changed_by, thing.changed_at) if thing is not None else ("?", "?")
        raise Conflict(by=by or "?", at=at or "?")


def _touch(thing: Place | Holding, *, at: str, by: str) -> None:
    thing.revision += 1
    thing.changed_at, thing.changed_by = at, by


def describe_place(
    place: Place, *, label: str, unit: Unit | None, at: str, by: str, faults: list[Fault]
) -> None:
    """Call a place something else, or let it belong to another unit."""
    label = one_line(label)
    wrong = _label_fault(label)
    faults = [*faults, *([wrong] if wrong else [])]
    if faults or unit is None:
        raise Invalid(faults)
    place.label, place.unit = label, unit
    _touch(place, at=at, by=by)


def move_place(
    place: Place, parent: Place | None, *, why: str, at: str, by: str, faults: list[Fault]
) -> None:
    """Put a shelf, a box or a folder somewhere else, with all that is in it."""
    faults = [*faults, *_misfit(place.kind, parent, faults)]
    if not faults and parent is place.parent:
        faults.append(Fault("parent", "It stands there already."))
    if faults or parent is None:
        raise Invalid(faults)
    before = place.parent
    if before is not None:
        del before.below[place.code]
    parent.below[place.code] = place
    place.parent = parent
    shift = Shift(at, by, before.code if before is not None else "", parent.code, 0, why)
    place.shifts = (*place.shifts, shift)
    _touch(place, at=at, by=by)


def end_place(stacks: Stacks, place: Place, *, at: str, by: str) -> None:
    """Say that a place is not used any more; it must be empty, and its code stays taken."""
    if not place.is_used:
        raise Conflict(by=place.ended_by, at=place.ended_at)
    if place.contents or place.below:
        raise Invalid([Fault("end", "Something lies in it still. Move that first.")])
    del (stacks.stores if place.parent is None else place.parent.below)[place.code]
    place.ended_at, place.ended_by = at, by
    _touch(place, at=at, by=by)


def holding_of(stacks: Stacks, record: int) -> Holding | None:
    """Return what is known of a record's paper; ``None`` where nothing is."""
    found: Holding | None = stacks.holdings.get(record)
    return found


def next_position(place: Place) -> int:
    """Return the position behind the last paper in a place."""
    return (place.contents.maxKey() if place.contents else 0) + 1


def _position_fault(place: Place, position: int, record: int) -> Fault | None:
    if not 0 <= position <= LAST_POSITION:
        return Fault(
            "position", "A position is a number from 1 to {most}.", {"most": LAST_POSITION}
        )
    there = place.contents.get(position, record) if position else record
    if there != record:
        return Fault(
            "position",
            "Position {position} is taken; the next free one is {next}.",
            {"position": position, "next": next_position(place)},
        )
    return None


def put(
    stacks: Stacks,
    record: int,
    place: Place | None,
    *,
    position: int,
    why: str,
    at: str,
    by: str,
    faults: list[Fault],
) -> Holding:
    """Lay a record's paper into a place; raise with *faults* and all that is wrong besides.

    :param position: from 1; 0 is behind what lies there.
    """
    faults = list(faults)
    if place is not None:
        if not place.is_used:
            said = "The place {code} is not used any more."
            faults.append(Fault("place", said, {"code": place.code}))
        if place.kind == KINDS[0]:
            said = "Papers lie on a shelf, in a box or a folder, not loose in a store."
            faults.append(Fault("place", said))
        wrong = _position_fault(place, position, record)
        faults += [wrong] if wrong else []
    holding = holding_of(stacks, record)
    before: Place | None = holding.place if holding is not None else None
    if not faults and before is place and holding and position in {0, holding.position}:
        faults.append(Fault("place", "It lies there already."))
    if faults or place is None:
        raise Invalid(faults)
    if holding is None:
        holding = stacks.holdings[record] = Holding(record)
        holding.revision = 0
    elif before is not None:
        before.contents.pop(holding.position, None)
    position = position or next_position(place)
    place.contents[position] = record
    holding.place, holding.position = place, position
    came_from = before.code if before is not None else ""
    holding.shifts = (*holding.shifts, Shift(at, by, came_from, place.code, position, why))
    _touch(holding, at=at, by=by)
    return holding


def lay_back(holding: Holding | None, *, why: str, at: str, by: str) -> None:
    """Lay a paper that had a place of its own back into its dossier."""
    if holding is None or holding.place is None:
        raise Invalid([Fault("place", "It lies in its dossier already.")])
    before = holding.place
    before.contents.pop(holding.position, None)
    holding.shifts = (*holding.shifts, Shift(at, by, before.code, "", 0, why))
    holding.place, holding.position = None, 0
    _touch(holding, at=at, by=by)
