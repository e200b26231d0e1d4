"""The persistent classes of this package: the change journal, and nothing else.

``root["changes"]`` maps the name of a shard to a ``Shard``; ``root["index-followers"]`` maps
the name of an index to the place it is known to have reached.
"""

from __future__ import annotations

from BTrees.LOBTree import LOBTree
from persistent import Persistent

__all__ = ["Shard"]


class Shard(Persistent):
    """Changes noted by one thread of one process, in the order of its commits.

    ``last`` is the highest sequence number given.  A closed shard takes no more changes and is
    about to be dropped: every note writes this object, so a note that meets the closing is a
    write conflict and is tried again on a new shard, never lost.
    """

    last = 0
    closed = False

    def __init__(self) -> None:
        self.changes: LOBTree = LOBTree()

    def __repr__(self) -> str:
        return f"<Shard to {self.last}{' closed' if self.closed else ''}>"
