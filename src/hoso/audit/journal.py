"""Write to the journal and read from it.

``append`` joins the transaction of the deed: the caller's connections belong to one
multi-database, so one two-phase commit carries both or neither.  What must survive an abort,
a refusal or a failed sign-in, is appended in a transaction of its own, under the writer's
other shard (``Writers.apart``): two open transactions of one thread never meet in a shard.

The journal is only ever added to.  There is no function to change or take out an entry.
"""

from __future__ import annotations

import heapq
import itertools
import os
import secrets
import threading
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from hoso.audit.entry import Entry, Stored, Written, link, restored, stored
from hoso.audit.model import Book, Ledger, Page, Shard
from hoso.kernel.errors import Fault, Invalid

__all__ = [
    "LAST",
    "PAGE",
    "Writers",
    "append",
    "book_of",
    "day_before",
    "ledger_of",
    "open_days",
    "read",
]

PAGE = 16
LAST = "\U0010ffff"  # sorts after every shard


class Writers:
    """Hands each thread of each process two shards nobody else writes to.

    Make one for the life of the program.  After a fork the child draws anew.
    """

    def __init__(self) -> None:
        self._mine = threading.local()

    def with_deed(self) -> str:
        """Return the shard for entries that commit with their deed."""
        return self._token() + "d"

    def apart(self) -> str:
        """Return the shard for entries in a transaction of their own."""
        return self._token() + "a"

    def _token(self) -> str:
        if getattr(self._mine, "process", None) != os.getpid():
            self._mine.process = os.getpid()
            self._mine.token = secrets.token_hex(5)
        return str(self._mine.token)


def book_of(root: Any) -> Book:
    """Return the book kept in the journal database; begin it where there is none.

    Two writers that begin it at one moment conflict, so creating a site calls this once.
    """
    book: Book | None = root.get("journal")
    if book is None:
        book = root["journal"] = Book()
        root["journal-ledger"] = Ledger()
    return book


def ledger_of(root: Any) -> Ledger:
    """Return what is sealed so far; begin it where the journal is older than bundles are."""
    ledger: Ledger | None = root.get("journal-ledger")
    if ledger is None:
        ledger = root["journal-ledger"] = Ledger()
    return ledger


def open_days(root: Any) -> list[str]:
    """Return the days with entries that have no seal yet, oldest first."""
    book = book_of(root)
    days: list[str] = []
    last = book.last_sealed
    while True:
        # From day to day, not from shard to shard: a day may have hundreds of them.
        following = next(iter(book.shards.keys((last, LAST))), None)
        if following is None:
            return days
        last = following[0]
        days.append(last)


def append(root: Any, entry: Entry, *, shard: str) -> Written:
    """Add *entry* to the day's book and return it with its place.

    The day is the one of the entry's instant in UTC; once that day is closed, the next day
    takes what comes late.
    """
    values = stored(entry)
    book = book_of(root)
    day = entry.at[:10]
    if day <= book.gate.closed_to:
        day = _day_after(book.gate.closed_to)
    mine = book.shards.get((day, shard))
    if mine is None:
        mine = book.shards[day, shard] = Shard()
        if book._p_jar is not None:  # noqa: SLF001 - ZODB's protocol
            # A new shard must not slip into a day that is being closed: a writer that commits
            # after the closing is told to begin again.
            book._p_jar.readCurrent(book.gate)  # noqa: SLF001
    seq, made = mine.count, link(mine.head, values, day=day, shard=shard, seq=mine.count)
    mine.tail = (*mine.tail, (values, made))
    mine.count, mine.head = seq + 1, made
    latest = max(mine.before, *(values[0] for values, _ in mine.tail))
    if len(mine.tail) == PAGE:
        _turn_page(mine, latest)
    return Written(day, shard, seq, latest, restored(values), made.hex())


def read(
    root: Any,
    *,
    record: str | None = None,
    actor: str | None = None,
    day: str | None = None,
    after: str | None = None,
    limit: int = 50,
) -> list[Written]:
    """Return up to *limit* entries, newest first.

    ``record`` finds what was done to the record itself or, where it is a dossier's, inside
    it.  ``after`` is the ``position`` of the last entry already shown.  The cost is that of
    the days and shards where the record or the actor occurs, once they are sealed.
    """
    book = book_of(root)
    start = _position(after) if after else None
    key = f"record:{record}" if record else f"actor:{actor}" if actor else None
    found: list[Written] = []
    for one_day, shards in _days(book, key, day=day, start=start[0] if start else None):
        runs = [_newest_first(book, one_day, shard, key=key, start=start) for shard in shards]
        for written in heapq.merge(*runs, key=_rank, reverse=True):
            if start and _rank(written) >= start:
                continue
            if _concerns(written.entry, record=record, actor=actor):
                found.append(written)
                if len(found) == limit:
                    return found
    return found


def _turn_page(shard: Shard, latest: str) -> None:
    number = shard.count // PAGE - 1
    shard.pages[number] = Page(shard.tail, shard.before)
    shard.postings.update((key, number) for values, _ in shard.tail for key in keys_of(values))
    shard.tail, shard.before = (), latest


def keys_of(values: Stored) -> Iterator[str]:
    """Yield the keys an entry is found under: its actor, its record, its dossier."""
    yield f"actor:{values[1]}"
    for uid in {values[4], values[5]} - {""}:
        yield f"record:{uid}"


def _rank(written: Written) -> tuple[str, str, str, int]:
    return written.day, written.order, written.shard, written.seq


def _position(text: str) -> tuple[str, str, str, int]:
    try:
        day, order, shard, seq = text.split("/")
        return day, order, shard, int(seq)
    except ValueError:
        raise Invalid(
            [
                Fault(
                    "after",
                    "Not a place in the journal: {after}. Begin at the first page.",
                    {"after": text},
                )
            ]
        ) from None


def _concerns(entry: Entry, *, record: str | None, actor: str | None) -> bool:
    return (record is None or record in (entry.record, entry.dossier)) and (
        actor is None or actor == entry.actor
    )


def _days(
    book: Book, key: str | None, *, day: str | None, start: str | None
) -> Iterator[tuple[str, list[str]]]:
    """Yield days, newest first, each with the shards that may hold what is sought."""
    if day is not None:
        if start is None or day <= start:
            yield day, _shards(book, day)
        return
    floor = book.last_sealed if key else ""
    last = start or LAST
    while last > floor:
        try:
            last = book.shards.maxKey((last, LAST))[0]
        except ValueError:
            return
        if last <= floor:
            break
        yield last, _shards(book, last)
        last = day_before(last)
    if key:
        until = min(start or book.last_sealed, book.last_sealed)
        postings = list(book.where.keys((key, ""), (key, until, LAST)))
        for one_day, places in itertools.groupby(reversed(postings), key=lambda place: place[1]):
            yield one_day, [shard for _, _, shard in places]


def _shards(book: Book, day: str) -> list[str]:
    return [shard for _, shard in book.shards.keys((day, ""), (day, LAST))]


def _newest_first(
    book: Book, day: str, name: str, *, key: str | None, start: tuple[str, str, str, int] | None
) -> Iterator[Written]:
    shard: Shard = book.shards[day, name]
    whole = shard.count - len(shard.tail)
    yield from _backwards(shard.tail, day, name, first=whole, before=shard.before)
    numbers = (
        range(whole // PAGE - 1, -1, -1)
        if key is None
        else reversed([number for _, number in shard.postings.keys((key, 0), (key, whole))])
    )
    for number in numbers:
        page: Page = shard.pages[number]
        if start and (day, page.before) > start[:2]:
            continue  # everything on it is newer than what was shown last
        yield from _backwards(page.entries, day, name, first=number * PAGE, before=page.before)


def _backwards(
    entries: tuple[tuple[Stored, bytes], ...], day: str, shard: str, *, first: int, before: str
) -> Iterator[Written]:
    # The order within a shard never runs backwards, though the machine's clock may.
    orders = itertools.accumulate((values[0] for values, _ in entries), max, initial=before)
    numbered = zip(itertools.count(first), itertools.islice(orders, 1, None), entries, strict=False)
    for seq, order, (values, made) in reversed(list(numbered)):
        yield Written(day, shard, seq, order, restored(values), made.hex())


def _day_after(day: str) -> str:
    return (date.fromisoformat(day) + timedelta(days=1)).isoformat()


def day_before(day: str) -> str:
    """Return the day before, as text."""
    return (date.fromisoformat(day) - timedelta(days=1)).isoformat()
