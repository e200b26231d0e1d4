"""The journal as people read it: of a record, of a day, sifted; and the proof that it is whole.

Entries on records that the reader may not audit (their level, a wall) are passed over, never
counted: a page is full of what may be seen, and where the next one begins is said by a mark of
the last entry shown, which tells nothing of what stands between.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from hoso.access.permissions import Permission
from hoso.audit import verifying
from hoso.audit.entry import Entry, Written
from hoso.audit.hoso_verify_journal import Result
from hoso.audit.journal import LAST, walk
from hoso.desk.act import act
from hoso.desk.desk import Desk
from hoso.kernel import ids
from hoso.kernel.clock import VIETNAM, stamp
from hoso.kernel.errors import Fault, Invalid, Missing
from hoso.records.model import Site, Unit

__all__ = [
    "DAYS",
    "JournalPage",
    "Sieve",
    "auditable",
    "in_scope",
    "of_day",
    "of_record",
    "of_uid",
    "page_of",
    "sift",
    "verify",
]

#: Longest period that is looked through for something that has no index of its own.
DAYS = 366


@dataclass(frozen=True)
class JournalPage:
    """Entries, newest first, with the place to go on from."""

    entries: tuple[Written, ...]
    after: str


@dataclass(frozen=True)
class Sieve:
    """What is looked for; days as Vietnam counts them, both in. "" is everything."""

    first: date
    last: date
    actor: str = ""
    verb: str = ""
    outcome: str = ""
    record: str = ""

    def passes(self, entry: Entry) -> bool:
        return (not self.verb or entry.verb == self.verb) and (
            not self.outcome or entry.outcome == self.outcome
        )


def page_of(
    rows: Callable[[str | None], Iterable[Written]],
    *,
    shows: Callable[[Entry], bool],
    after: str,
    limit: int,
) -> JournalPage:
    """Fill a page from *rows*, which is called with the place to begin behind."""
    found: list[Written] = []
    for written in _behind(rows, after):
        if not shows(written.entry):
            continue
        if len(found) == limit:
            last = found[-1]
            return JournalPage(tuple(found), f"{last.day}/{last.order}/{last.mark}")
        found.append(written)
    return JournalPage(tuple(found), "")


def _behind(rows: Callable[[str | None], Iterable[Written]], after: str) -> Iterator[Written]:
    if not after:
        yield from rows(None)
        return
    day, order, mark = _place(after)
    same: list[Written] = []  # of the same instant, before the one that was shown last
    is_behind = False
    for written in rows(f"{day}/{order}/{LAST}/0"):
        if not is_behind and (written.day, written.order) == (day, order):
            same.append(written)
            if written.mark == mark:
                is_behind = True
            continue
        if not is_behind:
            # It is not there any more under these filters; nothing of its instant is left out.
            is_behind = True
            yield from same
        yield written


def _place(after: str) -> tuple[str, str, str]:
    try:
        day, order, mark = after.split("/")
        date.fromisoformat(day)
    except ValueError:
        fault = Fault(
            "after",
            "Not a place in the journal: {after}. Begin at the first page.",
            {"after": after},
        )
        raise Invalid([fault]) from None
    return day, order, mark


def auditable(desk: Desk) -> Callable[[Entry], bool]:
    """Return whether an entry's records may be audited; each record is asked about once."""
    known: dict[str, bool] = {}

    def may(uid: str) -> bool:
        if uid not in known:
            record = desk.site.by_id.get(ids.from_text(uid) or 0)
            is_free = record is None or isinstance(record, Unit)
            known[uid] = is_free or desk.may(record, Permission.JOURNAL_VIEW)
        return known[uid]

    return lambda entry: all(may(uid) for uid in (entry.record, entry.dossier) if uid)


def in_scope(desk: Desk) -> Callable[[Entry], bool]:
    """Return whether an entry concerns units one may audit, and records one may audit."""
    shows = auditable(desk)
    if 0 in desk.house.policy.units_of(desk.identity, Permission.JOURNAL_VIEW, on=desk.today):
        return shows
    scope = {
        unit.uid
        for unit in desk.site.unit_by_number.values()
        if desk.may(unit, Permission.JOURNAL_VIEW)
    }
    mine = desk.identity.login
    return lambda entry: (entry.unit in scope or entry.actor == mine) and shows(entry)


@act("journal.record-read", Permission.JOURNAL_VIEW)
def of_record(desk: Desk, record: Any, *, after: str = "", limit: int = 100) -> JournalPage:
    """Return what was done to a record, and inside it where it is a dossier."""
    return page_of(
        lambda start: walk(desk.journal, record=record.uid, after=start),
        shows=auditable(desk),
        after=after,
        limit=limit,
    )


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
    page = page_of(
        lambda start: walk(desk.journal, record=uid, after=start),
        shows=auditable(desk),
        after=after,
        limit=limit,
    )
    if record is None and not page.entries and not after:
        # Never here, or hidden: the two are not told apart.
        raise Missing
    return page


@act("journal.day-read", Permission.JOURNAL_VIEW)
def of_day(desk: Desk, _site: Site, *, day: str, after: str = "", limit: int = 100) -> JournalPage:
    """Return the entries of one day, as Vietnam counts days, that concern units one may audit."""
    one = date.fromisoformat(day)
    return _sifted(desk, Sieve(one, one), after=after, limit=limit)


@act("journal.sifted", Permission.JOURNAL_VIEW)
def sift(
    desk: Desk, _site: Site, *, sieve: Sieve, after: str = "", limit: int = 100
) -> JournalPage:
    """Return entries of a period by person, verb, outcome, record; those one may audit."""
    faults = []
    if sieve.last < sieve.first:
        faults.append(Fault("last", "The last day is before the first one."))
    elif not (sieve.actor or sieve.record) and (sieve.last - sieve.first).days >= DAYS:
        faults.append(
            Fault("first", "Ask for at most {days} days at once, or name a person.", {"days": DAYS})
        )
    if faults:
        raise Invalid(faults)
    desk.say(
        first=sieve.first.isoformat(),
        last=sieve.last.isoformat(),
        **{f"of.{name}": getattr(sieve, name) for name in ("actor", "verb", "outcome", "record")},
    )
    return _sifted(desk, sieve, after=after, limit=limit)


def _sifted(desk: Desk, sieve: Sieve, *, after: str, limit: int) -> JournalPage:
    """Read a period of Vietnam: the books are kept by days in UTC, a day of ours lies in two."""
    try:
        since = stamp(datetime.combine(sieve.first, time(), VIETNAM))
        until = stamp(datetime.combine(sieve.last + timedelta(days=1), time(), VIETNAM))
        first_book = (sieve.first - timedelta(days=1)).isoformat()
    except OverflowError:  # at both ends of the calendar nothing was ever done
        return JournalPage((), "")

    def rows(start: str | None) -> Iterator[Written]:
        # What the last book holds from the next midnight on is passed over without reading it.
        begin = start or f"{sieve.last.isoformat()}/{until}//0"
        found = walk(
            desk.journal, record=sieve.record or None, actor=sieve.actor or None, after=begin
        )
        for written in found:
            if written.day < first_book:
                return
            if since <= written.order < until and sieve.passes(written.entry):
                yield written

    return page_of(rows, shows=in_scope(desk), after=after, limit=limit)


@act("journal.verified", Permission.JOURNAL_VERIFY)
def verify(desk: Desk, _site: Site, *, anchors: Mapping[str, str] | None = None) -> Result:
    """Compute every link, bundle and head again, with code that shares nothing with the writer.

    :param anchors: digests kept elsewhere, by day.
    """
    found = verifying.verify(desk.journal, anchors=anchors)
    desk.say(
        entries=found.entries,
        bundles=found.bundles,
        heads=found.heads,
        anchored=found.anchored,
        whole=found.is_whole,
    )
    return found
