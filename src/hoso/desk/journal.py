"""The journal as people read it: of a record, of a day; and the proof that it is whole."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from hoso.access.permissions import Permission
from hoso.audit import proof, sealing
from hoso.audit.entry import Written
from hoso.audit.journal import read
from hoso.desk.act import act
from hoso.desk.desk import Desk
from hoso.kernel import ids
from hoso.records.model import Site

__all__ = ["JournalPage", "of_day", "of_record", "of_uid", "verify"]


@dataclass(frozen=True)
class JournalPage:
    """Entries, newest first, with the place to go on from."""

    entries: tuple[Written, ...]
    after: str


def _page(desk: Desk, *, limit: int, **what: Any) -> JournalPage:
    entries = tuple(read(desk.journal, limit=limit, **what))
    return JournalPage(entries, entries[-1].position if len(entries) == limit else "")


@act("journal.record-read", Permission.JOURNAL_VIEW)
def of_record(desk: Desk, record: Any, *, after: str = "", limit: int = 100) -> JournalPage:
    """Return what was done to a record, and inside it where it is a dossier."""
    return _page(desk, record=record.uid, after=after or None, limit=limit)


@act("journal.uid-read", Permission.JOURNAL_VIEW)
def of_uid(desk: Desk, _site: Site, *, uid: str, after: str = "", limit: int = 100) -> JournalPage:
    """Return what was done to a uid, whether its record is still there or not.

    Only for those who hold the right for the whole site: of a record that is gone nobody
    can say under which unit it was.
    """
    record = desk.site.by_id.get(ids.from_text(uid) or 0)
    if record is not None:
        entries = desk.find(uid)
        return _page(desk, record=entries.uid, after=after or None, limit=limit)
    if 0 not in desk.house.policy.units_of(desk.identity, Permission.JOURNAL_VIEW, on=desk.today):
        return JournalPage((), "")
    return _page(desk, record=uid, after=after or None, limit=limit)


@act("journal.day-read", Permission.JOURNAL_VIEW)
def of_day(desk: Desk, _site: Site, *, day: str, after: str = "", limit: int = 100) -> JournalPage:
    """Return the entries of one day that concern units one may audit."""
    units = desk.house.policy.units_of(desk.identity, Permission.JOURNAL_VIEW, on=desk.today)
    page = _page(desk, day=day, after=after or None, limit=limit)
    if 0 in units:
        return page
    scope = {
        unit.uid
        for unit in desk.site.unit_by_number.values()
        if desk.may(unit, Permission.JOURNAL_VIEW)
    }
    mine = tuple(
        w for w in page.entries if w.entry.unit in scope or w.entry.actor == desk.identity.login
    )
    return JournalPage(mine, page.after)


@act("journal.verified", Permission.JOURNAL_VERIFY)
def verify(desk: Desk, _site: Site) -> proof.Proof:
    """Compute every link and seal again, with code that shares nothing with the writer."""
    found = sealing.verify(desk.journal)
    desk.say(entries=found.entries, seals=found.seals, whole=found.difference is None)
    return found
