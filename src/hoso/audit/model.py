"""What the journal database holds; entries themselves are plain tuples.

One append rewrites one small object, the shard, and nothing that another writer touches.
A BTree of single entries was tried on paper and dropped: its buckets hold up to sixty
entries, and each append would write the whole bucket again, some 18 kB.
"""

from __future__ import annotations

from BTrees.LOBTree import LOBTree
from BTrees.OOBTree import OOBTree, OOTreeSet
from persistent import Persistent

from hoso.audit.entry import START, Stored

__all__ = ["Book", "Gate", "Page", "Shard"]


class Book(Persistent):
    """The journal: shards by (day, shard), seals by day, and where to look for whom.

    ``shards`` has no object per day: writers that begin a day at the same moment put
    different keys into one tree, which BTrees merge.  ``where`` holds (key, day, shard) of
    sealed days and is written by sealing alone.
    """

    last_sealed: str = ""
    last_seal: str = ""

    def __init__(self) -> None:
        self.gate = Gate()
        self.shards: OOBTree = OOBTree()
        self.seals: OOBTree = OOBTree()
        self.where: OOTreeSet = OOTreeSet()

    def __repr__(self) -> str:
        return f"<journal, sealed to {self.last_sealed or 'nowhere'}>"


class Gate(Persistent):
    """The last day that takes no more entries; who begins a shard depends on it."""

    closed_to: str = ""


class Shard(Persistent):
    """One writer's entries of one day.

    The newest entries stand in ``tail``; sixteen of them make a page.  ``postings`` holds
    (key, page number) for whole pages only, so that it is written once a page.
    """

    count: int = 0
    head: bytes = START
    tail: tuple[tuple[Stored, bytes], ...] = ()
    before: str = ""  # the latest instant of all pages
    is_sealed: bool = False

    def __init__(self) -> None:
        self.pages: LOBTree = LOBTree()
        self.postings: OOTreeSet = OOTreeSet()

    def __repr__(self) -> str:
        return f"<shard of {self.count} entries>"


class Page(Persistent):
    """Sixteen entries with their links, and the latest instant before them."""

    def __init__(self, entries: tuple[tuple[Stored, bytes], ...], before: str) -> None:
        self.entries = entries
        self.before = before

    def __repr__(self) -> str:
        return f"<page of {len(self.entries)} entries>"
