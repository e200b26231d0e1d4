"""Persistent facts of what was learnt; their dotted names are on disk.

Kept under ``root["learnt"]``.  A lesson names papers by id only, and holds of people's names
none but those of signers.
"""

from __future__ import annotations

from BTrees.LOBTree import LOTreeSet
from BTrees.OOBTree import OOBTree
from persistent import Persistent

__all__ = ["Lesson", "Lessons"]


class Lessons(Persistent):
    """Lessons by id, the same by what they are asked by, and the units that want none.

    ``by_key`` leads from ``lessons.key_of`` to the id.
    """

    def __init__(self) -> None:
        self.by_id: OOBTree = OOBTree()
        self.by_key: OOBTree = OOBTree()
        self.off: LOTreeSet = LOTreeSet()


class Lesson(Persistent):
    """What became of one reading of one field in the papers of one agency, in one unit.

    ``writings`` are (what was written, by whom last, when last, ids of the papers), the
    reading itself among them where somebody let it stand.
    """

    writings: tuple[tuple[str, str, str, tuple[int, ...]], ...] = ()

    def __init__(self, id: str, *, unit: int, agency: str, field: str, read: str) -> None:  # noqa: A002
        self.id = id
        self.unit = unit
        self.agency = agency
        self.field = field
        self.read = read
