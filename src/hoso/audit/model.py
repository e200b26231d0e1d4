"""What the journal database holds, and the boxes in the main one; entries are plain tuples.

One append rewrites one small object and nothing that another writer touches.
A BTree of single entries was tried on paper and dropped: its buckets hold up to sixty
entries, and each append would write the whole bucket again, some 18 kB.
"""

from __future__ import annotations

from BTrees.LOBTree import LOBTree
from BTrees.OOBTree import OOBTree, OOTreeSet
from persistent import Persistent

from hoso.audit.entry import START, Stored

__all__ = [
    "SLICE",
    "Book",
    "Bundle",
    "Gate",
    "Ledger",
    "Outbox",
    "OutboxPage",
    "Outgoing",
    "Page",
    "Shard",
]

#: Entries of a box that are written anew with each one that is added.
SLICE = 8


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


class Ledger(Persistent):
    """What is sealed so far; written by sealing alone, so that no writer meets it.

    ``bundles`` are by (day, number from 1).  ``gathered`` says by (day, shard) how many entries
    of a day that is not sealed yet are in its bundles, ``newest`` by day the number and digest of
    the last bundle.  ``said`` holds by (day, kind) what others said of the head of a day: a
    signature, a time stamp.  ``taken`` counts by (day, shard) what was carried out of a box of the
    main database.  Sealing adds to it; ``count`` makes two who seal at once meet.
    """

    count: int = 0

    def __init__(self) -> None:
        self.bundles: OOBTree = OOBTree()
        self.gathered: OOBTree = OOBTree()
        self.newest: OOBTree = OOBTree()
        self.said: OOBTree = OOBTree()
        self.taken: OOBTree = OOBTree()

    def __repr__(self) -> str:
        return f"<ledger of {self.count} bundles>"


class Bundle(Persistent):
    """Entries of one day, gathered under one digest.

    :ivar ranges: (shard, first number, number behind the last, link of the last in hex).
    :ivar root: of the Merkle tree over the links, in the order of the ranges; in hex.
    """

    def __init__(
        self,
        place: tuple[str, int],
        previous: str,
        at: str,
        *,
        ranges: tuple[tuple[str, int, int, str], ...],
        root: str,
        digest: str,
    ) -> None:
        self.day, self.number = place
        self.previous = previous
        self.at = at
        self.ranges = ranges
        self.root = root
        self.digest = digest

    def __repr__(self) -> str:
        return f"<bundle {self.number} of {self.day}>"


class Outgoing(Persistent):
    """Boxes in the main database, by (day, shard), and how much of each was carried."""

    forgotten_to: str = ""  # the last day whose boxes were taken away

    def __init__(self) -> None:
        self.boxes: OOBTree = OOBTree()
        self.carried: OOBTree = OOBTree()

    def __repr__(self) -> str:
        return "<entries on their way into the journal>"


class Outbox(Persistent):
    """What one writer wrote on one day and has not seen carried; ``first`` is its number."""

    first: int = 0
    pages: tuple[OutboxPage, ...] = ()
    tail: tuple[Stored, ...] = ()

    def __repr__(self) -> str:
        return f"<box from entry {self.first}>"


class OutboxPage(Persistent):
    """As many entries as a slice has; never written again."""

    def __init__(self, entries: tuple[Stored, ...]) -> None:
        self.entries = entries

    def __repr__(self) -> str:
        return f"<slice of {len(self.entries)} entries>"
