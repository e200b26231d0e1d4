"""Close the days of the journal and seal each with a head.

The head of a day is a digest over the heads and counts of all its shards and over all its
bundles, chained to the head before it.  It takes two transactions.  ``close_due`` says that days
which ended five minutes ago take no more entries; a writer whose new shard would still fall into
one of them conflicts and finds itself in the next day.  ``seal_due``, in a later transaction,
sees every shard there can be, and marks each: a writer still at work on one conflicts likewise.
In one transaction a shard begun meanwhile would be missing from the head.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from hoso.audit import merkle
from hoso.audit.gathering import FORMAT, bundles_of, digest_of, gather_day
from hoso.audit.journal import LAST, book_of, day_before, keys_of, ledger_of, open_days
from hoso.audit.model import Shard
from hoso.kernel.clock import stamp
from hoso.kernel.errors import Invalid, NotReady

__all__ = ["GRACE", "Head", "Sealed", "close_due", "head_of", "head_text", "seal", "seal_due"]

GRACE = timedelta(minutes=5)

Shards = tuple[tuple[str, int, str], ...]
# day, digest before, instant, (shard, count, head) in order, digest; days sealed before 0.4
Plain = tuple[str, str, str, Shards, str]
# and: number of bundles, digest of the last, root over all of them, number of entries
Head = tuple[str, str, str, Shards, str, int, str, str, int]
Sealed = Plain | Head


def close_due(root: Any, *, now: datetime) -> list[str]:
    """Close every day that ended five minutes before *now*; return those to be sealed."""
    gate = book_of(root).gate
    last = day_before((now.astimezone(UTC) - GRACE).date().isoformat())
    days = [day for day in open_days(root) if day <= last]
    if days and days[-1] > gate.closed_to:
        gate.closed_to = days[-1]
    return days


def seal_due(root: Any, *, now: datetime) -> list[Head]:
    """Seal every closed day, oldest first; the caller commits."""
    closed_to = book_of(root).gate.closed_to
    return [seal(root, day, now=now) for day in open_days(root) if day <= closed_to]


def seal(root: Any, day: str, *, now: datetime) -> Head:
    """Seal *day*: it must be closed, and the days before it be sealed."""
    book, ledger = book_of(root), ledger_of(root)
    if day > book.gate.closed_to:
        raise Invalid(message="{day} still takes entries; close it when it has ended.", day=day)
    waiting = open_days(root)
    if day not in waiting:
        raise Invalid(message="{day} is sealed already or has no entries.", day=day)
    if waiting[0] != day:
        raise Invalid(
            message="Seal {first} first: seals are chained in the order of days.", first=waiting[0]
        )
    if book.gate._p_changed:  # noqa: SLF001 - ZODB's protocol
        raise NotReady("Commit the closing of {day} first, then seal it.", day=day)
    gather_day(root, day, now=now)
    shards = []
    for (_, name), shard in book.shards.items((day, ""), (day, LAST)):
        shard.is_sealed = True
        shards.append((name, shard.count, shard.head.hex()))
        # In order, each bucket of the tree is met once.
        book.where.update([(key, day, name) for key in sorted(_keys(shard))])
        del ledger.gathered[day, name]
    digests = [bundle.digest for bundle in bundles_of(ledger, day)]
    over = merkle.root(map(bytes.fromhex, digests)).hex()
    entries = sum(count for _, count, _ in shards)
    at, listed, previous = stamp(now), tuple(shards), book.last_seal
    unsigned: Head = (day, previous, at, listed, "", len(digests), digests[-1], over, entries)
    head: Head = (*unsigned[:4], digest_of(head_text(unsigned)), *unsigned[5:])
    book.seals[day] = head
    book.last_sealed, book.last_seal = day, head[4]
    del ledger.newest[day]
    ledger.count += 1
    return head


def head_text(head: Head) -> dict[str, Any]:
    """Return what the digest of the head of a day is made over, and a signature too."""
    day, previous, at, shards, _, bundles, last, over, entries = head
    return {
        "at": at,
        "bundles": bundles,
        "day": day,
        "entries": entries,
        "format": FORMAT,
        "last": last,
        "previous": previous,
        "root": over,
        "shards": [list(shard) for shard in shards],
    }


def head_of(root: Any, day: str) -> Sealed | None:
    """Return the head of a sealed day; ``None`` where the day has none."""
    found: Sealed | None = book_of(root).seals.get(day)
    return found


def _keys(shard: Shard) -> set[str]:
    posted = {key for key, _ in shard.postings}
    return posted.union(*(keys_of(values) for values, _ in shard.tail))
