"""Place, extend, lift and list holds.

A hold covers the records it names; whoever asks about a record asks about everything it is
part of too, so a held document holds its dossier and a held dossier all its documents.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from hoso.kernel import ids
from hoso.kernel.errors import Conflict, Fault, Invalid, Missing
from hoso.kernel.text import one_line
from hoso.retention.facts import HoldFact
from hoso.retention.model import Hold, Holds

__all__ = ["extend", "get", "in_force", "lift", "listed", "place"]

_EMPTY = "Say it: an auditor will ask."


def place(
    holds: Holds, *, reason: str, authority: str, records: Iterable[int], by: str, at: str
) -> Hold:
    """Place a hold on records; raise ``Invalid`` with all faults at once."""
    reason, authority, wanted = one_line(reason), one_line(authority), sorted(set(records))
    faults = [
        Fault(name, _EMPTY)
        for name, said in (("reason", reason), ("authority", authority))
        if not said
    ]
    if not wanted:
        faults.append(Fault("records", "Choose at least one record to hold."))
    if faults:
        raise Invalid(faults)
    hold_id = ids.new_id()
    while hold_id in holds.by_id:
        hold_id = ids.new_id()
    hold = holds.by_id[hold_id] = Hold(hold_id, reason, authority, by=by, at=at)
    _cover(holds, hold, wanted)
    return hold


def extend(holds: Holds, hold_id: int, *, records: Iterable[int]) -> Hold:
    """Let a hold in force cover more records."""
    hold = _still_in_force(holds, hold_id)
    _cover(holds, hold, records)
    return hold


def lift(holds: Holds, hold_id: int, *, reason: str, by: str, at: str) -> Hold:
    """End a hold; it stays on record with who lifted it and why."""
    hold = _still_in_force(holds, hold_id)
    reason = one_line(reason)
    if not reason:
        raise Invalid([Fault("reason", _EMPTY)])
    hold.lifted_by, hold.lifted_at, hold.lifted_reason = by, at, reason
    for record in hold.members:
        holds.by_record.remove((record, hold.id))
    return hold


def in_force(holds: Holds, *records: int) -> tuple[HoldFact, ...]:
    """Return the holds in force on any of *records*: a record and what it is part of."""
    found = {
        hold_id
        for record in records
        for _, hold_id in holds.by_record.keys((record, 0), (record, 1 << 62))
    }
    facts = [_fact(holds.by_id[hold_id]) for hold_id in found]
    return tuple(sorted(facts, key=lambda fact: (fact.placed_at, fact.id)))


def get(holds: Holds, hold_id: int) -> Hold:
    """Return a hold, lifted or not."""
    found: Hold | None = holds.by_id.get(hold_id)
    if found is None:
        raise Missing("There is no such hold.")
    return found


def listed(holds: Holds, *, only_in_force: bool = True) -> list[Hold]:
    """Return the holds, the newest first."""
    found: Iterator[Hold] = (
        hold for hold in holds.by_id.values() if hold.is_in_force or not only_in_force
    )
    return sorted(found, key=lambda hold: (hold.placed_at, hold.id), reverse=True)


def _still_in_force(holds: Holds, hold_id: int) -> Hold:
    hold = get(holds, hold_id)
    if not hold.is_in_force:
        raise Conflict(
            "This hold was lifted by {by} at {at}. Place a new one if it is needed.",
            by=hold.lifted_by,
            at=hold.lifted_at,
        )
    return hold


def _cover(holds: Holds, hold: Hold, records: Iterable[int]) -> None:
    for record in records:
        if hold.members.insert(record):
            holds.by_record.insert((record, hold.id))


def _fact(hold: Hold) -> HoldFact:
    return HoldFact(hold.id, hold.reason, hold.authority, hold.placed_at)
