"""Close the days of the journal, seal them, and hand the content to the proof.

A seal is a digest over the heads and counts of all shards of a day, chained to the seal
before it.  It takes two transactions.  ``close_due`` says that days which ended five minutes
ago take no more entries; a writer whose new shard would still fall into one of them conflicts
and finds itself in the next day.  ``seal_due``, in a later transaction, sees every shard there
can be, and marks each: a writer still at work on one conflicts likewise.  In one transaction
a shard begun meanwhile would be missing from the seal.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from hoso.audit import proof
from hoso.audit.entry import Stored
from hoso.audit.journal import PAGE, book_of, day_before, keys_of
from hoso.audit.model import Book, Shard
from hoso.kernel.clock import stamp
from hoso.kernel.errors import Invalid, NotReady

__all__ = [
    "GRACE",
    "Sealed",
    "close_due",
    "entries",
    "heads",
    "open_days",
    "seal",
    "seal_due",
    "seals",
    "verify",
]

GRACE = timedelta(minutes=5)
FORMAT = "hoso-journal-1"

# day, previous digest, instant, (shard, count, head) in order, digest
Sealed = tuple[str, str, str, tuple[tuple[str, int, str], ...], str]


def open_days(root: Any) -> list[str]:
    """Return the days with entries that have no seal yet, oldest first."""
    book = book_of(root)
    days: list[str] = []
    for day, _ in book.shards.keys((book.last_sealed, "\U0010ffff")):
        if not days or days[-1] != day:
            days.append(day)
    return days


def close_due(root: Any, *, now: datetime) -> list[str]:
    """Close every day that ended five minutes before *now*; return those to be sealed."""
    gate = book_of(root).gate
    last = day_before((now.astimezone(UTC) - GRACE).date().isoformat())
    days = [day for day in open_days(root) if day <= last]
    if days and days[-1] > gate.closed_to:
        gate.closed_to = days[-1]
    return days


def seal_due(root: Any, *, now: datetime) -> list[Sealed]:
    """Seal every closed day, oldest first; the caller commits."""
    closed_to = book_of(root).gate.closed_to
    return [seal(root, day, now=now) for day in open_days(root) if day <= closed_to]


def seal(root: Any, day: str, *, now: datetime) -> Sealed:
    """Seal *day*: it must be closed, and the days before it be sealed."""
    book = book_of(root)
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
    shards = []
    for (_, name), shard in book.shards.items((day, ""), (day, "\U0010ffff")):
        shard.is_sealed = True
        shards.append((name, shard.count, shard.head.hex()))
        book.where.update((key, day, name) for key in _keys(shard))
    at = stamp(now)
    said = {
        "at": at,
        "day": day,
        "format": FORMAT,
        "previous": book.last_seal,
        "shards": [list(shard) for shard in shards],
    }
    text = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    sealed: Sealed = (
        day,
        book.last_seal,
        at,
        tuple(shards),
        hashlib.sha256(text.encode()).hexdigest(),
    )
    book.seals[day] = sealed
    book.last_sealed, book.last_seal = day, sealed[-1]
    return sealed


def verify(root: Any, *, anchors: dict[str, str] | None = None) -> proof.Proof:
    """Prove the journal under *root*; ``anchors`` are digests of days kept elsewhere."""
    book = book_of(root)
    return proof.verify(entries(book), heads(book), seals(book), anchors=anchors or {})


def entries(book: Book) -> Iterator[tuple[str, str, int, Stored, bytes]]:
    """Yield every entry as plain values, by day, shard and number; memory stays flat."""
    for (day, name), shard in book.shards.items():
        whole = shard.count - len(shard.tail)
        seq = 0
        for number in range(whole // PAGE):
            page = shard.pages[number]
            for values, made in page.entries:
                yield day, name, seq, values, made
                seq += 1
            page._p_deactivate()  # noqa: SLF001 - ZODB's protocol
        for values, made in shard.tail:
            yield day, name, seq, values, made
            seq += 1
        shard._p_deactivate()  # noqa: SLF001


def heads(book: Book) -> Iterator[tuple[str, str, int, bytes]]:
    """Yield what each shard says of itself: day, shard, count, last link."""
    for (day, name), shard in book.shards.items():
        yield day, name, shard.count, shard.head
        shard._p_deactivate()  # noqa: SLF001


def seals(book: Book) -> Iterator[Sealed]:
    """Yield the seals in order."""
    yield from book.seals.values()


def _keys(shard: Shard) -> set[str]:
    posted = {key for key, _ in shard.postings}
    return posted.union(*(keys_of(values) for values, _ in shard.tail))
