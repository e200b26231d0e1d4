"""The journal as people read it: of a record, of a day; and the proof that it is whole."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from hoso.access.permissions import Permission
from hoso.audit import verifying
from hoso.audit.entry import Written
from hoso.audit.hoso_verify_journal import Result
from hoso.audit.journal import read
from hoso.desk.act import act
from hoso.desk.desk import Desk
from hoso.kernel import ids
from hoso.kernel.clock import VIETNAM, stamp
from hoso.kernel.errors import Missing
from hoso.records.model import Site, Unit

__all__ = ["JournalPage", "of_day", "of_record", "of_uid", "verify"]


@dataclass(frozen=True)
class JournalPage:
    """Entries, newest first, with the place to go on from."""

    entries: tuple[Written, ...]
    after: str


def _page(desk: Desk, *, limit: int, **what: Any) -> JournalPage:
    """Read a page; entries on records one may not audit (their level, a wall) are left out."""
    entries = tuple(read(desk.journal, limit=limit, **what))
    after = entries[-1].position if len(entries) == limit else ""
    return JournalPage(tuple(w for w in entries if _may_audit(desk, w)), after)


def _may_audit(desk: Desk, written: Written) -> bool:
    entry = written.entry
    records = (
        desk.site.by_id.get(ids.from_text(uid) or 0) for uid in {entry.record, entry.dossier}
    )
    return all(
        record is None or desk.may(record, Permission.JOURNAL_VIEW)
        for record in records
        if not isinstance(record, Unit)
    )


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
    whole = 0 in desk.house.policy.units_of(desk.identity, Permission.JOURNAL_VIEW, on=desk.today)
    if not (whole if record is None else desk.may(record, Permission.JOURNAL_VIEW)):
        raise Missing
    page = _page(desk, record=uid, after=after or None, limit=limit)
    if record is None and not page.entries and not after:
        # Never here, or hidden: the two are not told apart.
        raise Missing
    return page


@act("journal.day-read", Permission.JOURNAL_VIEW)
def of_day(desk: Desk, _site: Site, *, day: str, after: str = "", limit: int = 100) -> JournalPage:
    """Return the entries of one day, as Vietnam counts days, that concern units one may audit."""
    units = desk.house.policy.units_of(desk.identity, Permission.JOURNAL_VIEW, on=desk.today)
    page = _civil_day(desk, date.fromisoformat(day), after=after, limit=limit)
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


def _civil_day(desk: Desk, day: date, *, after: str, limit: int) -> JournalPage:
    """Read a day of Vietnam: the books are kept by days in UTC, and a day of ours lies in two."""
    try:
        begin = datetime.combine(day, time(), VIETNAM)
        since, until = stamp(begin), stamp(begin + timedelta(days=1))
        before = (day - timedelta(days=1)).isoformat()
    except OverflowError:  # at both ends of the calendar nothing was ever done
        return JournalPage((), "")
    found: list[Written] = []
    # What the later book holds from the next midnight on is passed over without reading it.
    books = (day.isoformat(), before)
    start = after if after.startswith(books) else f"{day.isoformat()}/{until}//0"
    for book in books:
        if start[:10] >= book and len(found) < limit:
            place = start if start[:10] == book else None
            found += read(desk.journal, day=book, after=place, limit=limit - len(found))
    full = len(found) == limit
    ours = [written for written in found if written.order >= since]
    position = ours[-1].position if full and len(ours) == limit else ""
    return JournalPage(tuple(w for w in ours if _may_audit(desk, w)), position)


@act("journal.verified", Permission.JOURNAL_VERIFY)
def verify(desk: Desk, _site: Site) -> Result:
    """Compute every link and seal again, with code that shares nothing with the writer."""
    found = verifying.verify(desk.journal)
    desk.say(
        entries=found.entries, bundles=found.bundles, heads=found.heads, whole=found.is_whole
    )
    return found
