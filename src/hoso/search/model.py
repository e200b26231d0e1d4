"""The persistent classes of this package: the change journal, and searches people keep.

``root["changes"]`` maps the name of a shard to a ``Shard``; ``root["index-followers"]`` maps
the name of an index to the place it is known to have reached; ``root["saved-searches"]``, made
when the first is kept, is a ``SavedSearches``.
"""

from __future__ import annotations

from BTrees.LOBTree import LOBTree
from BTrees.OOBTree import OOBTree
from persistent import Persistent

__all__ = ["SavedSearch", "SavedSearches", "Shard"]


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


class SavedSearches(Persistent):
    """What people ask again and again: ``by_login`` maps a login to searches by key."""

    def __init__(self) -> None:
        self.by_login: OOBTree = OOBTree()


class SavedSearch(Persistent):
    """A question one person keeps under a name, and what was there when he last looked.

    ``chosen`` holds (facet, keys) pairs.  ``seen`` are ids of papers, the latest filed; where
    there were more than it holds, ``since`` is the civil day the oldest of them was filed,
    else "".
    """

    sort = "relevance"
    alert = True
    seen: tuple[int, ...] = ()
    since = ""
    looked_at = ""

    def __init__(
        self, key: str, name: str, *, text: str, chosen: tuple[tuple[str, tuple[str, ...]], ...]
    ) -> None:
        self.key = key
        self.name = name
        self.text = text
        self.chosen = chosen

    def __repr__(self) -> str:
        return f"<SavedSearch {self.key}>"
