"""Marks of secrecy: which level a record is at on a day (pure).

Law 29/2018/QH14: a mark counts from the day it is determined to the last day of its term
(art. 19); without an extension it ends by itself (art. 22), and then the record is at the
level it has without it.  A mark whose term is not known goes on: what is not known is never
"expired".
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from hoso.records.model import Mark

__all__ = ["in_force", "level_of", "level_on"]


def in_force(marks: Sequence[Mark], on: date) -> Mark | None:
    """Return the mark that holds on a day; ``None`` where none does."""
    if not marks or marks[-1].act == "lifted":
        return None
    newest = marks[-1]
    return newest if not newest.until or on.isoformat() <= newest.until else None


def level_on(level: int, marks: Sequence[Mark], on: date) -> int:
    """Return the level on a day of a record at *level* by itself that bears *marks*."""
    mark = in_force(marks, on)
    return level if mark is None else max(level, mark.level)


def level_of(record: Any, on: date) -> int:
    """Return the level of a document or a dossier on a day, by itself and its own marks."""
    return level_on(record.level, record.marks, on)
