"""Persistent facts of service; their dotted names are on disk.

Kept under ``root["personnel"]`` and keyed by ids.  What is asked of them stands beside them
(``leaving``, ``checklist``, ``forecast``, ``handover``).  Nothing here is ever taken back: what
was wrong is undone by a further fact.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from BTrees.LLBTree import LLBTree, LLTreeSet
from BTrees.LOBTree import LOBTree
from BTrees.OOBTree import OOBTree, OOTreeSet
from persistent import Persistent
from zope.interface import implementer

from hoso.kernel import ids
from hoso.personnel.interfaces import ILeaving

__all__ = [
    "AgeStated",
    "Careers",
    "Counted",
    "EndedRole",
    "Handover",
    "Item",
    "Leaving",
    "Said",
    "Tick",
    "careers_of",
    "standing_leaving",
]


class EndedRole(NamedTuple):
    """A role that ended with a leaving: of which account, as it was, as it is since.

    Both are ``access.identity.Held``; ``after`` is ``None`` where it was taken out whole.
    """

    login: str
    before: Any
    after: Any


class Item(NamedTuple):
    """What the dossier must still receive: a key of the way of leaving, and by when.

    ``types`` are the document types that tick it (none: by hand); ``due`` an ISO day, counted
    when the leaving was recorded, "" where the day of leaving is not known.
    """

    key: str
    types: tuple[str, ...]
    deadline: str
    due: str


class Tick(NamedTuple):
    """An item is there: by a paper (its uid) or by hand, with a word on how."""

    key: str
    document: str
    note: str
    at: str
    by: str


class AgeStated(NamedTuple):
    """Why the age of retirement of one person is lower or higher: facts, with their paper.

    ``months`` below nought lower it.  The last one stated counts; 0 says the common age again.
    """

    form: str
    months: int
    reason: str
    evidence: str
    at: str
    by: str


class Counted(NamedTuple):
    """What the receiver counted of one dossier, and what he noted."""

    dossier: str
    papers: int
    note: str


class Said(NamedTuple):
    """One step of a handover: what was done, by whom, with which words and digest."""

    step: str
    at: str
    by: str
    text: str
    digest: str


@implementer(ILeaving)
class Leaving(Persistent):
    """One leaving as it was recorded, with all that it brought about and its checklist.

    :ivar before: the standing before it, "" where none was recorded.
    :ivar logins: accounts that were closed by it; ``roles`` the roles that ended.
    :ivar stopped: deadlines of the profile that no longer run.
    :ivar begun_at: when it took effect and that was told; "" while its day is to come.
    """

    reason = ""
    form = ""
    evidence = ""
    decision = ""
    before = ""
    logins: tuple[str, ...] = ()
    roles: tuple[EndedRole, ...] = ()
    stopped: tuple[str, ...] = ()
    items: tuple[Item, ...] = ()
    ticks: tuple[Tick, ...] = ()
    begun_at = ""
    undone_at = ""
    undone_by = ""
    undone_why = ""

    def __init__(
        self, dossier: int, *, kind: str, status: str, effective: str, at: str, by: str
    ) -> None:
        self.id = ids.new_id()
        self.dossier = dossier
        self.kind = kind
        self.status = status
        self.effective = effective
        self.recorded_at = at
        self.recorded_by = by

    @property
    def uid(self) -> str:
        return ids.to_text(self.id)

    @property
    def stands(self) -> bool:
        return not self.undone_at

    def __repr__(self) -> str:
        return f"<Leaving {self.kind} {self.effective}{'' if self.stands else ' undone'}>"


class Handover(Persistent):
    """Dossiers on their way from one keeper to another: the frozen list, and what was answered.

    ``target`` is the key of a unit of the house, or "" where ``agency`` names another body.
    ``lines`` are ids of dossiers; ``renditions`` the list as JSON, CSV and signed PDF, and the
    signed answer.  ``level`` is the highest of what is listed.  ``state`` is sent, disputed, refused, recalled or
    received.
    """

    state = "sent"
    target = ""
    agency = ""
    decision = ""
    envelope = ""
    due = ""
    manifest = ""
    answer = ""
    envelope_found = ""
    level = 1
    counted: tuple[Counted, ...] = ()
    lines: tuple[int, ...] = ()
    steps: tuple[Said, ...] = ()
    revision = 1
    changed_at = ""
    changed_by = ""

    def __init__(self, number: str, source: str, *, at: str, by: str) -> None:
        self.id = ids.new_id()
        self.number = number
        self.source = source
        self.sent_at = at
        self.sent_by = by
        self.renditions: OOBTree = OOBTree()

    @property
    def uid(self) -> str:
        return ids.to_text(self.id)

    @property
    def is_open(self) -> bool:
        return self.state in {"sent", "disputed"}

    def __repr__(self) -> str:
        return f"<Handover {self.number} {self.state}>"


class Careers(Persistent):
    """All leavings and handovers by id, and the ways to them.

    :ivar of_dossier: ids of leavings by id of dossier, in the order they were recorded.
    :ivar coming: (ISO day, id) of leavings whose day is to come.
    :ivar wanting: ids of leavings whose checklists have open items.
    :ivar born: ids of people in service by sex and month of birth (``M-1966-04``; ``?`` where
        one of the two is not known); ``born_of`` that key by id.
    :ivar births_known: whether everybody in service is in ``born``; until then nothing is
        forecast.
    :ivar ages: what was stated of the age of retirement, by id of dossier.
    :ivar handovers: by id; ``open_handovers`` (ISO day due, id) of those under way;
        ``under_way`` their id by id of dossier; ``numbers`` their id by number.
    """

    births_known = False

    def __init__(self) -> None:
        self.leavings: LOBTree = LOBTree()
        self.of_dossier: LOBTree = LOBTree()
        self.coming: OOTreeSet = OOTreeSet()
        self.wanting: LLTreeSet = LLTreeSet()
        self.born: OOBTree = OOBTree()
        self.born_of: LOBTree = LOBTree()
        self.ages: LOBTree = LOBTree()
        self.handovers: LOBTree = LOBTree()
        self.open_handovers: OOTreeSet = OOTreeSet()
        self.under_way: LLBTree = LLBTree()
        self.numbers: OOBTree = OOBTree()

    def __repr__(self) -> str:
        return "<Careers>"


def careers_of(root: Any) -> Careers:
    """Return what is known of service, empty where nothing is."""
    found = root.get("personnel")
    if found is None:
        found = root["personnel"] = Careers()
    known: Careers = found
    return known


def standing_leaving(root: Any, dossier: Any) -> Leaving | None:
    """Return the last leaving of a person that was not undone; ``None`` where there is none."""
    known = root.get("personnel")
    if known is None:
        return None
    for number in reversed(known.of_dossier.get(dossier.id, ())):
        leaving: Leaving = known.leavings[number]
        if leaving.stands:
            return leaving
    return None
