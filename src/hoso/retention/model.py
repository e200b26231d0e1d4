"""What retention keeps: holds, due dates, and what lies in each dossier; keyed by record id.

Due dates stand in one tree by (day, record id).  Nearly all of them are the first of January,
so keys of one year spread by the record's random id and writers do not meet.
"""

from __future__ import annotations

from typing import NamedTuple

from BTrees.Length import Length
from BTrees.LLBTree import LLTreeSet
from BTrees.LOBTree import LOBTree
from BTrees.OOBTree import OOBTree, OOTreeSet
from persistent import Persistent

__all__ = ["Calendar", "Contents", "Evaluation", "Hold", "HoldAct", "Holds", "Rehearsal"]


class HoldAct(NamedTuple):
    """One line of a hold's history.

    ``what`` is ``placed``, ``widened``, ``prolonged``, ``released``, ``ended`` or ``lifted``;
    ``record`` the one record it was about (0: several or all), ``records`` how many.
    """

    what: str
    at: str
    by: str
    reason: str = ""
    record: int = 0
    records: int = 0
    until: str = ""


class Hold(Persistent):
    """An order that nothing it covers be disposed of, until a day or until it is lifted.

    ``until`` is the last day it stands, as ISO text; "" is "until lifted".  ``ended_at`` is the
    instant the house told of that day having passed.  ``history`` is a tree by number, so that
    one more line costs the same in a hold of three acts and in one of a hundred thousand.
    """

    until: str = ""
    ended_at: str = ""
    lifted_by: str = ""
    lifted_at: str = ""
    lifted_reason: str = ""
    history: LOBTree | None = None

    def __init__(
        self, hold_id: int, reason: str, authority: str, *, by: str, at: str, until: str = ""
    ) -> None:
        self.id = hold_id
        self.reason = reason
        self.authority = authority
        self.placed_by = by
        self.placed_at = at
        self.until = until
        self.members: LLTreeSet = LLTreeSet()
        self.history = LOBTree()

    @property
    def is_in_force(self) -> bool:
        """Whether it still stands: neither lifted, nor told of as over."""
        return not self.lifted_at and not self.ended_at

    def __repr__(self) -> str:
        return f"<Hold {self.id} {'in force' if self.is_in_force else 'over'}>"


class Holds(Persistent):
    """All holds by id, and the ids of the holds that were not lifted by record.

    ``inside`` holds (dossier, hold, paper) for held papers, so that a dossier knows of them
    without being read.  ``ends`` holds (last day, hold).  ``placed`` grows with every hold that
    is placed or widened: who destroys says that he read it (``holds.stay_current``), so that a
    hold that arrives in the same moment is never overlooked.
    """

    def __init__(self) -> None:
        self.by_id: LOBTree = LOBTree()
        self.by_record: OOTreeSet = OOTreeSet()
        self.inside: OOTreeSet = OOTreeSet()
        self.ends: OOTreeSet = OOTreeSet()
        self.placed: Length = Length()

    def __repr__(self) -> str:
        return "<Holds>"


class Calendar(Persistent):
    """What was decided for each record, and the days on which that comes due.

    ``records`` maps a record id to (state, rule, rulebook digest, first day after the period
    as an ordinal, or 0, day to look again as an ordinal, or 0; older ones lack the last).
    ``due`` holds what a sweep may propose; ``doubtful`` periods that end but are not verified;
    ``unknown`` records without a usable date; ``again`` (day, record) of those whose event is
    recorded for a day to come.  ``parts`` holds (day, dossier) where a paper may go before its
    dossier, the first such day; ``part_days`` the day by dossier.
    """

    parts: OOTreeSet | None = None
    part_days: LOBTree | None = None

    def __init__(self) -> None:
        self.records: LOBTree = LOBTree()
        self.due: OOTreeSet = OOTreeSet()
        self.doubtful: OOTreeSet = OOTreeSet()
        self.unknown: LLTreeSet = LLTreeSet()
        self.again: OOTreeSet = OOTreeSet()

    def __repr__(self) -> str:
        return "<Calendar>"


class Contents(Persistent):
    """Which kinds of paper lie in each dossier, so that its period is counted without them.

    ``papers`` leads from a paper to (dossier, type, date); ``kinds`` holds (dossier, type,
    date, paper).  An index of what the papers say themselves.
    """

    def __init__(self) -> None:
        self.papers: LOBTree = LOBTree()
        self.kinds: OOTreeSet = OOTreeSet()

    def __repr__(self) -> str:
        return "<Contents>"


class Evaluation(Persistent):
    """How far the calendar is under one rulebook: every record up to ``cursor`` is done.

    ``before`` is the digest it was decided under earlier; ``began`` and ``ended`` instants,
    "" while it has not.  ``total`` was counted when it began.  ``anew``: what is noted of the
    contents of each dossier is written anew from its papers.
    """

    anew = False

    def __init__(self, digest: str, *, before: str = "", began: str = "") -> None:
        self.digest = digest
        self.before = before
        self.began = began
        self.ended = ""
        self.cursor = 0
        self.total = 0
        self.done = 0
        self.changed = 0

    def __repr__(self) -> str:
        return f"<Evaluation {self.digest[:8]} {self.done} of {self.total}>"


class Rehearsal(Persistent):
    """A schedule laid beside the one in force, and what came of trying it.

    ``files`` are (name, text) as they were sent; ``counts`` (class, kind of move) to how many
    dossiers.  The lines are a CSV of as many pieces as batches were done.
    """

    error = ""

    def __init__(
        self, key: int, *, by: str, at: str, on: str, files: tuple[tuple[str, str], ...]
    ) -> None:
        self.id = key
        self.by = by
        self.at = at
        self.on = on
        self.files = files
        self.digest = ""
        self.cursor = 0
        self.total = 0
        self.done = 0
        self.ended = ""
        self.counts: OOBTree = OOBTree()
        self.pieces: LOBTree = LOBTree()

    def __repr__(self) -> str:
        return f"<Rehearsal {self.id} {self.done} of {self.total}>"
