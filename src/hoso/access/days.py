"""Which records open or close by the mere passing of a day, and the day the index is of.

Grants begin and end, marks of secrecy end, a standing begins: nobody does anything on that day,
and yet the record says something else to the index.  ``root["access-day"]`` is the day that
entries are written for, whatever a clock says; ``root["access-days"]`` leads from a day to the
records that change at its beginning.  Between the day of the index and today those, and no
others, are asked themselves; moving the day notes them as changed.  Clocks may step either way.

An id stands for a record; a negative one for a dossier with all papers in it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from BTrees.LLBTree import LLTreeSet
from BTrees.OOBTree import OOBTree

from hoso.kernel.clock import civil_day
from hoso.kernel.dates import PartialDate
from hoso.records.model import Document, Dossier, Site

__all__ = ["changing", "day_of", "keep_days", "keep_days_of_all", "move_day", "prepare"]

_DAY, _DAYS = "access-day", "access-days"


def prepare(root: Any, *, today: date) -> None:
    """Begin with a day in a new database; harmless where there is one."""
    if _DAY not in root:
        root[_DAY] = today.isoformat()
        root[_DAYS] = OOBTree()


def day_of(root: Any) -> date:
    """Return the day that entries of the index are written for."""
    return date.fromisoformat(root[_DAY])


def keep_days(root: Any, record: Any) -> None:
    """Note the days on which *record* will be another to the index, or was."""
    if not isinstance(record, Document | Dossier):
        return
    days: OOBTree = root[_DAYS]
    for day, known in _days_of(record):
        kept = days.get(day)
        if kept is None:
            kept = days[day] = LLTreeSet()
        if known not in kept:
            kept.insert(known)


def _days_of(record: Document | Dossier) -> Iterator[tuple[str, int]]:
    known = -record.id if isinstance(record, Dossier) else record.id
    for grant in record.grants:
        if grant.valid_from:
            yield grant.valid_from, known
        yield from _day_after(grant.valid_to, known)
    for mark in record.marks:
        yield from _day_after(mark.until, known)
    if isinstance(record, Dossier):
        for event in record.status_events:
            since = event.effective or civil_day(event.recorded)
            first = PartialDate.parse(since)
            yield date(first.year, first.month or 1, first.day or 1).isoformat(), known


def _day_after(day: str, known: int) -> Iterator[tuple[str, int]]:
    if day and day < date.max.isoformat():
        yield (date.fromisoformat(day) + timedelta(days=1)).isoformat(), known


def changing(root: Any, today: date) -> Iterator[int]:
    """Yield the records that are others today than on the day the index is of."""
    low, high = sorted((root[_DAY], today.isoformat()))
    if low != high:
        for kept in root[_DAYS].values(low, high, excludemin=True):
            yield from kept


def move_day(root: Any, today: date) -> list[int]:
    """Make *today* the day of the index; return the records to be noted as changed."""
    found = sorted(set(changing(root, today)))
    if root[_DAY] != today.isoformat():
        root[_DAY] = today.isoformat()
    return found


def keep_days_of_all(root: Any) -> Iterator[None]:
    """Note the days of every record of a site; yields where it may commit."""
    site: Site = root["site"]
    for count, record in enumerate(site.by_id.values(), start=1):
        keep_days(root, record)
        if not count % 500:
            yield
    yield
