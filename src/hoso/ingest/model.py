"""Persistent facts of the intake; their dotted names are on disk.

Kept under ``root["intake"]``, by document id: what the readers proposed and how far they
are.  The bytes and the description are the record's own.
"""

from __future__ import annotations

from typing import NamedTuple

from BTrees.LLBTree import LLTreeSet
from BTrees.LOBTree import LOBTree
from BTrees.OOBTree import OOTreeSet
from persistent import Persistent

__all__ = ["Intake", "Judged", "Reading"]


class Judged(NamedTuple):
    """What a person said of the picture of one page: accepted as it is, or sent back.

    ``scan`` and ``page`` name the page as a ``records.model.Leaf`` does; ``verdict`` is
    ``accepted`` or ``sent-back``; ``code`` is the finding it is about, "" for the whole page.
    """

    scan: str
    page: int
    verdict: str
    code: str
    at: str
    by: str


class Intake(Persistent):
    """Readings by document id, the queue of those still to be read, and of those to be made.

    Both queues hold ``"<received at>:<uid>"``, so the oldest come first.  ``making`` are the
    papers that are read and still lack their preservation copy; ``sent_back`` the ids of
    those with a page to be scanned again.
    """

    sent_back: LLTreeSet | None = None

    def __init__(self) -> None:
        self.readings: LOBTree = LOBTree()
        self.queue: OOTreeSet = OOTreeSet()
        self.making: OOTreeSet = OOTreeSet()


class Reading(Persistent):
    """How far the reading of one document is, and what it proposed.

    ``proposals`` is canonical JSON text of the contract in docs/formats.md; ``sources`` says
    for each page where its text came from (layer, ocr, converted, none).  ``plan`` is what is to
    be done with the pages as soon as a worker comes by: JSON text, see ``hoso.desk.splitting``.
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
    plan = ""
    judged: tuple[Judged, ...] = ()
