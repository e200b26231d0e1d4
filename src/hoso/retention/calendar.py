"""Keep the decisions of all records by the day they come due.

The calendar finds candidates: "due before a day" costs by what is due, not by what is kept.
It never decides; whoever acts on a record asks ``schedule.decide`` again with the facts of
that moment.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from BTrees.LOBTree import LOBTree
from BTrees.OOBTree import OOTreeSet

from hoso.retention.model import Calendar
from hoso.retention.schedule import Decision

__all__ = [
    "Line",
    "come",
    "due_between",
    "due_by",
    "expired_unverified",
    "forget",
    "line_of",
    "note",
    "note_parts",
    "numbers",
    "parts_due_by",
    "unknown",
]


@dataclass(frozen=True)
class Line:
    """What the calendar says of a record: as decided then, under that rulebook."""

    record: int
    state: str
    rule: str
    digest: str
    expires: date | None


def note(calendar: Calendar, record: int, *, decision: Decision, digest: str) -> None:
    """Keep the decision for a record in place of an earlier one.

    Holds are not part of it: they come and go without the rule or the dates changing.
    """
    decision = decision.without_holds or decision
    expires = decision.expires.toordinal() if decision.expires else 0
    again = decision.again.toordinal() if decision.again else 0
    kept = (decision.state, decision.rule or "", digest, expires, again)
    before = calendar.records.get(record)
    if before == kept:
        return
    if before is not None and (before[0], *before[3:]) == (kept[0], *kept[3:]):
        # Another table, the same days: its places in the lists stay.
        calendar.records[record] = kept
        return
    forget(calendar, record)
    calendar.records[record] = kept
    if again:
        calendar.again.insert((again, record))
    if decision.due:
        calendar.due.insert((decision.due.toordinal(), record))
    elif expires:
        calendar.doubtful.insert((expires, record))
    elif decision.state == "unknown":
        calendar.unknown.insert(record)


def forget(calendar: Calendar, record: int) -> None:
    """Take a record out of the calendar, if it is in it."""
    note_parts(calendar, record, None)
    if record not in calendar.records:
        return
    _, _, _, expires, *later = calendar.records.pop(record)
    for again in later:
        calendar.again.discard((again, record))
    for days in (calendar.due, calendar.doubtful):
        if (expires, record) in days:
            days.remove((expires, record))
    if record in calendar.unknown:
        calendar.unknown.remove(record)


def note_parts(calendar: Calendar, dossier: int, day: date | None) -> None:
    """Keep the first day on which a paper may go before its dossier; ``None``: there is none."""
    if calendar.parts is None or calendar.part_days is None:
        if day is None:
            return
        # A calendar of before papers had periods of their own.
        calendar.parts, calendar.part_days = OOTreeSet(), LOBTree()
    before, now = calendar.part_days.get(dossier), day.toordinal() if day is not None else None
    if before == now:
        return
    if before is not None:
        calendar.parts.remove((before, dossier))
        del calendar.part_days[dossier]
    if now is not None:
        calendar.parts.insert((now, dossier))
        calendar.part_days[dossier] = now


def parts_due_by(calendar: Calendar, on: date) -> Iterator[int]:
    """Yield the dossiers in which a paper's own period is over on a day, and theirs is not."""
    return _until(calendar.parts, on) if calendar.parts is not None else iter(())


def line_of(calendar: Calendar, record: int) -> Line | None:
    """Return what the calendar says of one record."""
    kept = calendar.records.get(record)
    if kept is None:
        return None
    state, rule, digest, expires, *_ = kept
    return Line(record, state, rule, digest, date.fromordinal(expires) if expires else None)


def due_by(calendar: Calendar, on: date) -> Iterator[int]:
    """Yield the records whose period is over on a day, longest over first."""
    return _until(calendar.due, on)


def due_between(calendar: Calendar, first: date | None, last: date) -> Iterator[int]:
    """Yield the records that come due from one day to another, both among them.

    :param first: ``None`` for all that came due up to the last day.
    """
    low = (first.toordinal(), 0) if first is not None else None
    return (record for _, record in calendar.due.keys(low, (last.toordinal(), 1 << 62)))


def expired_unverified(calendar: Calendar, on: date) -> Iterator[int]:
    """Yield the records whose period would be over, were it verified."""
    return _until(calendar.doubtful, on)


def unknown(calendar: Calendar) -> Iterator[int]:
    """Yield the records for which no period can be counted."""
    return iter(calendar.unknown.keys())


def come(calendar: Calendar, on: date) -> Iterator[int]:
    """Yield the records whose event was recorded for a day to come, which has come by *on*."""
    return _until(calendar.again, on)


def numbers(calendar: Calendar, *, after: int = 0) -> Iterator[int]:
    """Yield the records in order of their number, behind *after*: where a long job goes on."""
    return iter(calendar.records.keys(after, excludemin=True))


def _until(days: OOTreeSet, on: date) -> Iterator[int]:
    return (record for _, record in days.keys(None, (on.toordinal(), 1 << 62)))
