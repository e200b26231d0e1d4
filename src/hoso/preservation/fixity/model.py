"""What is kept of re-reading: how far the present round is, past rounds, files at risk.

One writer at a time moves a round on; a second one finds its cursor moved and drops its work.
"""

from __future__ import annotations

from typing import NamedTuple

from BTrees.LOBTree import LOBTree
from BTrees.OOBTree import OOBTree, OOTreeSet
from persistent import Persistent

__all__ = ["Ended", "Fixity", "Risk"]


class Ended(NamedTuple):
    """A round that went through every file there was.

    ``unread`` are files that could not be read and so are not known to be whole; ``wrong`` those
    that are not what came in.  ``began`` and ``ended`` are instants.
    """

    number: int
    began: str
    ended: str
    files: int
    size: int
    wrong: int
    unread: int


class Fixity(Persistent):
    """The present round and what the rounds found.

    ``first`` is when the first round began; ``cursor`` is the id of the last record that was read, 0 at the beginning of a round; no
    round is under way while ``began`` is "".  ``risks`` are by (id of what holds the file, name of the file).
    ``passing`` are (digest, id of what holds it) of what the second copy may have of holders that
    give their files up by themselves: packages, lists of imports.
    """

    number: int = 0
    first: str = ""
    began: str = ""
    cursor: int = 0
    files: int = 0
    size: int = 0
    wrong: int = 0
    unread: int = 0
    failed_at: str = ""
    failed_why: str = ""
    passing: OOTreeSet | None = None

    def __init__(self) -> None:
        self.rounds: LOBTree = LOBTree()
        self.risks: OOBTree = OOBTree()

    def __repr__(self) -> str:
        return f"<Fixity, round {self.number}>"


class Risk(Persistent):
    """A file that is not known to be what came in, until somebody has seen to it.

    ``kind`` is ``missing``, ``unreadable``, ``cut`` or ``changed``, or ``undigested`` where nothing was
    recorded to compare with.  ``state`` is ``open``, ``repaired``, ``whole`` (read again and found
    right), ``gone`` (destroyed or given up since) or ``lost`` (somebody stated that it cannot be had again, ``reason``).
    """

    state: str = "open"
    seen_at: str = ""
    settled_at: str = ""
    settled_by: str = ""
    reason: str = ""

    def __init__(
        self,
        record: int,
        rendition: str,
        kind: str,
        *,
        expected: str,
        found: str,
        why: str,
        at: str,
    ) -> None:
        self.record = record
        self.rendition = rendition
        self.kind = kind
        self.expected = expected
        self.found = found
        self.why = why
        self.found_at = at
        self.seen_at = at

    def __repr__(self) -> str:
        return f"<Risk {self.record} {self.rendition}: {self.kind}, {self.state}>"
