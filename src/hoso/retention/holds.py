"""Place, widen, prolong, release, lift and list holds.

A hold covers the records it names; whoever asks about a record asks about everything it is
part of too, so a held document holds its dossier and a held dossier all its documents.  A hold
stands until it is lifted, or to the last day that was stated; that day is told of by the house
(``ended``) before anything is let go that is not asked with a date.

Placing never waits for anything.  Who destroys calls ``stay_current`` in his transaction: a
hold committed meanwhile makes that transaction fail and be judged anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from types import MappingProxyType

from BTrees.LOBTree import LOBTree

from hoso.kernel import ids
from hoso.kernel.dates import parse_typed
from hoso.kernel.errors import Conflict, Fault, Invalid, Missing
from hoso.kernel.text import one_line
from hoso.retention.facts import HoldFact
from hoso.retention.model import Hold, HoldAct, Holds

__all__ = [
    "covers",
    "end",
    "get",
    "history",
    "in_force",
    "lies",
    "lift",
    "listed",
    "on_dossier",
    "over",
    "place",
    "prolong",
    "release",
    "stay_current",
    "widen",
]

_EMPTY = "Say it: an auditor will ask."
_ENDLESS = "9999-12-31"
_MOST = (1 << 62) + 1
_NOWHERE: Mapping[int, int] = MappingProxyType({})


def place(
    holds: Holds,
    *,
    reason: str,
    authority: str,
    records: Iterable[int],
    by: str,
    at: str,
    until: str = "",
    today: date | None = None,
    lying: Mapping[int, int] = _NOWHERE,
) -> Hold:
    """Place a hold on records; raise ``Invalid`` with all faults at once.

    :param until: the last day as typed, or "" until it is lifted.
    :param lying: of the papers among them, the dossier each lies in: it is held by them.
    """
    reason, authority, wanted = one_line(reason), one_line(authority), sorted(set(records))
    faults = [
        Fault(name, _EMPTY)
        for name, said in (("reason", reason), ("authority", authority))
        if not said
    ]
    last = _last_day(until, today, faults)
    if not wanted:
        faults.append(Fault("records", "Choose at least one record to hold."))
    if faults:
        raise Invalid(faults)
    hold_id = ids.new_id()
    while hold_id in holds.by_id:
        hold_id = ids.new_id()
    hold = holds.by_id[hold_id] = Hold(hold_id, reason, authority, by=by, at=at, until=last)
    if last:
        holds.ends.insert((last, hold_id))
    _cover(holds, hold, wanted, lying=lying)
    _note(hold, HoldAct("placed", at, by, reason, records=len(wanted), until=last))
    return hold


def _last_day(until: str, today: date | None, faults: list[Fault]) -> str:
    if not until.strip():
        return ""
    try:
        day = parse_typed(until).exact
    except ValueError:
        day = None
    if day is None:
        faults.append(Fault("until", "Write the last day as 05/09/2024, or leave it empty."))
        return ""
    if today is not None and day < today:
        faults.append(Fault("until", "This day is over. State a later one, or leave it empty."))
    return day.isoformat()


def widen(
    holds: Holds,
    hold_id: int,
    *,
    records: Iterable[int],
    by: str,
    at: str,
    lying: Mapping[int, int] = _NOWHERE,
) -> Hold:
    """Let a hold in force cover more records."""
    hold = _still_standing(holds, hold_id)
    added = _cover(holds, hold, records, lying=lying)
    if added:
        one = added[0] if len(added) == 1 else 0
        _note(hold, HoldAct("widened", at, by, record=one, records=len(added)))
    return hold


def prolong(
    holds: Holds, hold_id: int, *, until: str, reason: str, by: str, at: str, today: date
) -> Hold:
    """Let a hold stand longer: to a later day, or "" until it is lifted.

    To end it earlier is to lift it, which two persons do.  One whose last day has passed stands
    again from now on.
    """
    hold = _still_standing(holds, hold_id)
    faults: list[Fault] = []
    last, reason = _last_day(until, today, faults), one_line(reason)
    if not reason:
        faults.append(Fault("reason", _EMPTY))
    if not faults and (last or _ENDLESS) <= (hold.until or _ENDLESS):
        message = (
            "A hold is only prolonged here, beyond {until}. To end it earlier, lift it."
            if hold.until
            else "This hold stands until it is lifted. To end it, lift it."
        )
        day = f"{date.fromisoformat(hold.until):%d/%m/%Y}" if hold.until else ""
        faults.append(Fault("until", message, {"until": day}))
    if faults:
        raise Invalid(faults)
    if hold.until:
        holds.ends.discard((hold.until, hold.id))
    if last:
        holds.ends.insert((last, hold.id))
    hold.until, hold.ended_at = last, ""
    # Who destroys in this very moment must look again: it may have been over before.
    holds.placed.change(1)
    _note(hold, HoldAct("prolonged", at, by, reason, until=last))
    return hold


def release(holds: Holds, hold_id: int, *, record: int, reason: str, by: str, at: str) -> Hold:
    """Let one record go out of a hold; costs the same however many it covers."""
    hold = _still_standing(holds, hold_id)
    reason = one_line(reason)
    if not reason:
        raise Invalid([Fault("reason", _EMPTY)])
    if record not in hold.members:
        raise Missing("This hold does not name this record.")
    hold.members.remove(record)
    holds.by_record.remove((record, hold.id))
    _note(hold, HoldAct("released", at, by, reason, record=record, records=1))
    return hold


def lift(holds: Holds, hold_id: int, *, reason: str, by: str, at: str) -> Hold:
    """End a hold; it stays on record with who lifted it and why."""
    hold = _still_standing(holds, hold_id)
    reason = one_line(reason)
    if not reason:
        raise Invalid([Fault("reason", _EMPTY)])
    hold.lifted_by, hold.lifted_at, hold.lifted_reason = by, at, reason
    for record in hold.members:
        holds.by_record.remove((record, hold.id))
    if hold.until:
        holds.ends.discard((hold.until, hold.id))
    _note(hold, HoldAct("lifted", at, by, reason, records=len(hold.members)))
    return hold


def over(holds: Holds, on: date) -> Iterator[Hold]:
    """Yield the holds whose last day lies before *on* and of which nobody was told yet."""
    for _, hold_id in holds.ends.keys(None, (on.isoformat(), 0)):
        yield holds.by_id[hold_id]


def end(holds: Holds, hold: Hold, *, by: str, at: str) -> None:
    """Note that the last day of a hold has passed."""
    hold.ended_at = at
    holds.ends.discard((hold.until, hold.id))
    _note(hold, HoldAct("ended", at, by, records=len(hold.members), until=hold.until))


def in_force(holds: Holds, *records: int, on: date | None = None) -> tuple[HoldFact, ...]:
    """Return the holds in force on any of *records*: a record and what it is part of.

    :param on: the day; without one, every hold that the house has not told of as over.
    """
    found = {
        hold_id
        for record in records
        for _, hold_id in holds.by_record.keys((record, 0), (record, _MOST))
    }
    return _facts(holds, found, on)


def on_dossier(holds: Holds, dossier: int, *, on: date | None = None) -> tuple[HoldFact, ...]:
    """Return the holds in force on a dossier and on any paper in it, without reading them."""
    found = {hold_id for _, hold_id in holds.by_record.keys((dossier, 0), (dossier, _MOST))}
    for _, hold_id, paper in holds.inside.keys((dossier,), (dossier + 1,)):
        if (paper, hold_id) in holds.by_record:
            found.add(hold_id)
    return _facts(holds, found, on)


def lies(holds: Holds, paper: int, *, dossier: int, before: int) -> None:
    """Note that a paper lies in another dossier now; 0 stands for none."""
    for _, hold_id in list(holds.by_record.keys((paper, 0), (paper, _MOST))):
        holds.inside.discard((before, hold_id, paper))
        if dossier:
            holds.inside.insert((dossier, hold_id, paper))


def stay_current(holds: Holds) -> None:
    """Let this transaction fail where a hold is placed, widened or prolonged meanwhile.

    For who destroys: a hold always wins, also one that is committed in the same moment.
    """
    # Of an object that is not loaded ZODB would notice nothing.
    holds.placed._p_activate()  # noqa: SLF001 - ZODB's protocol
    holds._p_jar.readCurrent(holds.placed)  # noqa: SLF001


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


def history(hold: Hold) -> list[HoldAct]:
    """Return what was done to a hold, the first thing first.

    Of a hold from before histories were kept, what its own facts say.
    """
    kept = list(hold.history.values()) if hold.history is not None else []
    if not any(act.what == "placed" for act in kept):
        kept.insert(0, HoldAct("placed", hold.placed_at, hold.placed_by, hold.reason))
        if hold.lifted_at and not any(act.what == "lifted" for act in kept):
            kept.append(HoldAct("lifted", hold.lifted_at, hold.lifted_by, hold.lifted_reason))
    return kept


def covers(hold: Hold, on: date | None) -> bool:
    """Say whether a hold stands on a day; without one, by what the house has told of."""
    if on is None:
        return hold.is_in_force
    return not hold.lifted_at and (not hold.until or on.isoformat() <= hold.until)


def _still_standing(holds: Holds, hold_id: int) -> Hold:
    hold = get(holds, hold_id)
    if hold.lifted_at:
        raise Conflict(
            "This hold was lifted by {by} at {at}. Place a new one if it is needed.",
            by=hold.lifted_by,
            at=hold.lifted_at,
        )
    return hold


def _cover(
    holds: Holds, hold: Hold, records: Iterable[int], *, lying: Mapping[int, int]
) -> list[int]:
    added = [record for record in records if hold.members.insert(record)]
    for record in added:
        holds.by_record.insert((record, hold.id))
        if lying.get(record):
            holds.inside.insert((lying[record], hold.id, record))
    if added:
        holds.placed.change(1)
    return added


def _note(hold: Hold, act: HoldAct) -> None:
    if hold.history is None:
        hold.history = LOBTree(enumerate(history(hold), start=1))
    kept = hold.history
    kept[kept.maxKey() + 1 if kept else 1] = act


def _facts(holds: Holds, found: Iterable[int], on: date | None) -> tuple[HoldFact, ...]:
    facts = [
        HoldFact(hold.id, hold.reason, hold.authority, hold.placed_at, hold.until)
        for hold in map(holds.by_id.__getitem__, found)
        if covers(hold, on)
    ]
    return tuple(sorted(facts, key=lambda fact: (fact.placed_at, fact.id)))
