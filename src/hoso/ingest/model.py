"""Persistent facts of the intake; their dotted names are on disk.

Kept under ``root["intake"]``, by document id: what the readers proposed and how far they
are.  The bytes and the description are the record's own.
"""

from __future__ import annotations

from BTrees.LOBTree import LOBTree
from BTrees.OOBTree import OOTreeSet
from persistent import Persistent

__all__ = ["Intake", "Reading"]


class Intake(Persistent):
    """Readings by document id, the queue of those still to be read, and of those to be made.

    Both queues hold ``"<received at>:<uid>"``, so the oldest come first.  ``making`` are the
    papers that are read and still lack their preservation copy.
    """

    def __init__(self) -> None:
        self.readings: LOBTree = LOBTree()
        self.queue: OOTreeSet = OOTreeSet()
        self.making: OOTreeSet = OOTreeSet()


class Reading(Persistent):
    """How far the reading of one document is, and what it proposed.

    ``proposals`` is canonical JSON text of the contract in docs/formats.md; ``sources`` says
    for each page where its text came from (layer, ocr, converted, none).
    """

    proposals = ""
    type_proposal = ""
    pages_done = 0
    pages = 0
    sources: tuple[str, ...] = ()
    problem = ""
    began_at = ""
    ended_at = ""
    reader = ""
    revision = 0
