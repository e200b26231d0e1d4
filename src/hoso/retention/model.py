"""What retention keeps: holds, and the due dates of records; keyed by record id.

Due dates stand in one tree by (day, record id).  Nearly all of them are the first of January,
so keys of one year spread by the record's random id and writers do not meet.
"""

from __future__ import annotations

from BTrees.LLBTree import LLTreeSet
from BTrees.LOBTree import LOBTree
from BTrees.OOBTree import OOTreeSet
from persistent import Persistent

__all__ = ["Calendar", "Hold", "Holds"]


class Hold(Persistent):
    """An order that nothing it covers be disposed of, until it is lifted."""

    lifted_by: str = ""
    lifted_at: str = ""
    lifted_reason: str = ""

    def __init__(self, hold_id: int, reason: str, authority: str, *, by: str, at: str) -> None:
        self.id = hold_id
        self.reason = reason
        self.authority = authority
        self.placed_by = by
        self.placed_at = at
        self.members: LLTreeSet = LLTreeSet()

    @property
    def is_in_force(self) -> bool:
        return not self.lifted_at

    def __repr__(self) -> str:
        return f"<Hold {self.id} {'in force' if self.is_in_force else 'lifted'}>"


class Holds(Persistent):
    """All holds by id, and the ids of the holds in force by record."""

    def __init__(self) -> None:
        self.by_id: LOBTree = LOBTree()
        self.by_record: OOTreeSet = OOTreeSet()

    def __repr__(self) -> str:
        return "<Holds>"


class Calendar(Persistent):
    """What was decided for each record, and the days on which that comes due.

    ``records`` maps a record id to (state, rule, rulebook digest, first day after the period
    as an ordinal, or 0).  ``due`` holds what a sweep may propose; ``doubtful`` periods that
    end but are not verified; ``unknown`` records without a usable date.
    """

    def __init__(self) -> None:
        self.records: LOBTree = LOBTree()
        self.due: OOTreeSet = OOTreeSet()
        self.doubtful: OOTreeSet = OOTreeSet()
        self.unknown: LLTreeSet = LLTreeSet()

    def __repr__(self) -> str:
        return "<Calendar>"
