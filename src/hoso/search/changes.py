"""The change journal: what changed, noted in the transaction of the deed.

It holds ids only; the follower reads the state, never an event, so replay and order across
shards do no harm.  A negative id is a dossier with all papers in it: what they say of who may
read them rests on it, and a note costs the same whether there are five or five thousand.  Each thread writes a shard of its own, so writers never meet: a shard's order
is the order of its commits, and the place an index has reached is one number a shard.
"""

from __future__ import annotations

import os
import secrets
import threading
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from BTrees.OOBTree import OOBTree

from hoso.search.interfaces import EntrySource
from hoso.search.model import Shard
from hoso.search.values import Change

__all__ = [
    "drop_passed_shards",
    "enrol",
    "enrolled",
    "expanded",
    "forget",
    "newest",
    "note_change",
    "pending",
    "prepare",
    "report",
    "reported_commits",
    "unseen",
]

_CHANGES = "changes"
_FOLLOWERS = "index-followers"
# A thread goes on to a new shard after so many notes, so that old ones can be dropped whole.
_FULL = 2000


class _Token(threading.local):
    process = 0
    name = ""


_token = _Token()


def prepare(root: Any) -> None:
    """Make the journal in a new database; harmless where it is there."""
    for key in (_CHANGES, _FOLLOWERS):
        if key not in root:
            root[key] = OOBTree()


def note_change(root: Any, ids: Iterable[int]) -> Change:
    """Note that the records *ids* changed, came or went; return the place in the journal.

    A negative id stands for a dossier and every paper in it.

    Call it inside the transaction of the deed.  The place is true once that has committed.
    """
    prepare(root)
    name, shard = _own_shard(root[_CHANGES])
    shard.last += 1
    shard.changes[shard.last] = tuple(sorted(set(ids)))
    return Change(name, shard.last)


def _own_shard(changes: Any) -> tuple[str, Shard]:
    # A forked child inherits its parent's thread, and must not share its shard.
    if _token.process == os.getpid():
        shard = changes.get(_token.name)
        if shard is not None and not shard.closed and shard.last < _FULL:
            return _token.name, shard
    # Drawn at random, 62 bits: two threads meet in a key never, in a bucket rarely.
    _token.name, _token.process = f"{secrets.randbits(62):016x}", os.getpid()
    changes[_token.name] = shard = Shard()
    return _token.name, shard


def unseen(root: Any, cursor: Mapping[str, int]) -> Iterator[tuple[Change, tuple[int, ...]]]:
    """Yield the changes past *cursor*, each shard in order."""
    for name, shard in root.get(_CHANGES, {}).items():
        seen = cursor.get(name, 0)
        if shard.last > seen:
            for seq, ids in shard.changes.items(min=seen + 1):
                yield Change(name, seq), ids


def expanded(source: EntrySource, root: Any, ids: Iterable[int]) -> Iterator[int]:
    """Yield the records that noted *ids* stand for, dossiers before their papers."""
    for known in ids:
        yield abs(known)
        if known < 0:
            yield from source.below(root, -known)


def newest(root: Any) -> dict[str, int]:
    """Return the cursor that has seen everything."""
    return {name: shard.last for name, shard in root.get(_CHANGES, {}).items()}


def pending(root: Any, cursor: Mapping[str, int]) -> int:
    """Count the changes an index at *cursor* has not taken in."""
    return sum(max(0, last - cursor.get(name, 0)) for name, last in newest(root).items())


def enrol(root: Any, index: str) -> None:
    """Make the journal keep everything from now on for the index of this name."""
    prepare(root)
    root[_FOLLOWERS][index] = (0, ())


def enrolled(root: Any, index: str) -> bool:
    """Say whether the journal keeps changes for this index."""
    return index in root.get(_FOLLOWERS, {})


def reported_commits(root: Any, index: str) -> int:
    """Return how many commits the index had made when it last reported."""
    commits, _ = root.get(_FOLLOWERS, {}).get(index, (0, ()))
    return int(commits)


def forget(root: Any, indexes: Iterable[str]) -> None:
    """Keep nothing more for indexes that are gone."""
    for index in indexes:
        root.get(_FOLLOWERS, {}).pop(index, None)


def report(root: Any, index: str, *, commits: int, cursor: Mapping[str, int]) -> None:
    """Write down how far the index has come."""
    if enrolled(root, index):
        alive = root.get(_CHANGES, {})
        kept = tuple(sorted((name, seq) for name, seq in cursor.items() if name in alive))
        if root[_FOLLOWERS][index] != (commits, kept):  # an idle site's database must not grow
            root[_FOLLOWERS][index] = (commits, kept)


def drop_passed_shards(root: Any) -> int:
    """Drop the shards that every index had passed when it last reported; return how many.

    Call it before ``report``: a shard that stood still since the last report is idle.
    """
    reached = [dict(seen) for _, seen in root.get(_FOLLOWERS, {}).values()]
    if not reached:
        return 0
    passed = [
        (name, shard)
        for name, shard in root.get(_CHANGES, {}).items()
        if shard.last and all(seen.get(name, 0) >= shard.last for seen in reached)
    ]
    for name, shard in passed:
        shard.closed = True
        del root[_CHANGES][name]
    return len(passed)
