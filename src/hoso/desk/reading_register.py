"""Who read a dossier: the register for the auditor, and for the person it is about.

It is read out of the journal, where every look, copy, export and loan stands since its commit;
nothing is kept beside it.  Levels and walls hold here too: a paper that the reader of the register
may not know of is not in it.  The person sees who, when, what and with which consent and purpose;
refusals are for the auditor.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from hoso.access.agreed.model import Consent
from hoso.access.consents import consent_behind
from hoso.access.permissions import Permission
from hoso.audit.entry import Entry, Written
from hoso.audit.journal import walk
from hoso.desk.act import act
from hoso.desk.desk import Desk
from hoso.desk.journal import auditable, page_of
from hoso.kernel import ids
from hoso.records.model import Document, Dossier

__all__ = ["READ", "Readers", "Reading", "exported", "readers"]

#: Deeds by which somebody comes to know what is in a dossier.
READ = frozenset(
    {
        "document.copy-downloaded",
        "document.downloaded",
        "document.seen",
        "dossier.exported",
        "dossier.seen",
        "paper.lent",
    }
)


@dataclass(frozen=True)
class Reading:
    """One line of the register.

    :ivar login: the account; ``name`` what its holder was called then, "" where not written.
    :ivar paper: what was read; ``None`` where it was the dossier's list of papers.
    :ivar content: whether the pages were shown, and not only what the paper is.
    :ivar cause: the grant it rests on; "" where it was the reader's office.
    :ivar consent: the written consent behind the cause, with its number and purpose.
    """

    at: str
    login: str
    name: str
    verb: str
    outcome: str
    paper: Document | None
    content: bool
    cause: str
    consent: Consent | None


@dataclass(frozen=True)
class Readers:
    """A page of the register, newest first, with the place to go on from."""

    lines: tuple[Reading, ...]
    after: str


@act("dossier.readers-seen", Permission.READERS_VIEW)
def readers(desk: Desk, dossier: Dossier, *, after: str = "", limit: int = 50) -> Readers:
    """Return who read the dossier and what lies in it."""
    page = page_of(
        lambda start: _read(desk, dossier, after=start),
        shows=_shown(desk, dossier),
        after=after,
        limit=limit,
    )
    return Readers(tuple(_line(desk, written) for written in page.entries), page.after)


@act("dossier.readers-exported", Permission.READERS_VIEW)
def exported(desk: Desk, dossier: Dossier) -> tuple[Reading, ...]:
    """Return the whole register of a dossier, newest first, to be taken away."""
    shows = _shown(desk, dossier)
    found = [one for one in _read(desk, dossier, after=None) if shows(one.entry)]
    desk.say(lines=len(found))
    return tuple(_line(desk, written) for written in found)


def _read(desk: Desk, dossier: Dossier, *, after: str | None) -> Iterator[Written]:
    for written in walk(desk.journal, record=dossier.uid, after=after):
        if written.entry.verb in READ:
            yield written


def _shown(desk: Desk, dossier: Dossier) -> Callable[[Entry], bool]:
    if desk.may(dossier, Permission.JOURNAL_VIEW):
        return auditable(desk)

    def shows(entry: Entry) -> bool:
        record = _record(desk, entry)
        if entry.outcome != "done":
            return False
        # A paper that is gone, or not for this reader to know of, has no line here.
        return record is not None and desk.sees(record)

    return shows


def _record(desk: Desk, entry: Entry) -> Any:
    return desk.site.by_id.get(ids.from_text(entry.record) or 0)


def _line(desk: Desk, written: Written) -> Reading:
    entry = written.entry
    record = _record(desk, entry)
    cause = str(entry.details.get("right") or "")
    return Reading(
        at=entry.at,
        login=entry.actor,
        name=str(entry.details.get("by") or ""),
        verb=entry.verb,
        outcome=entry.outcome,
        paper=record if isinstance(record, Document) else None,
        content=entry.details.get("read", entry.verb != "dossier.seen") is True,
        cause=cause,
        consent=consent_behind(desk.root, cause) if cause else None,
    )
