"""Write to the journal and read from it.

``append`` joins the transaction of the deed, in the deed's own database (``outgoing``); ``carry``
takes it from there into the book.  What must survive an abort, a refusal or a failed sign-in, is
appended in a transaction of its own, under the writer's other shard (``Writers.apart``): two open
transactions of one thread never meet in a shard.  Readers see both at once.

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

from hoso.audit.entry import Entry, Stored, Written, link, mark_of, restored, stored
from hoso.audit.model import Book, Ledger, Page, Shard
from hoso.audit.outgoing import day_after, outgoing_of, post, uncarried
from hoso.kernel.errors import Fault, Invalid

__all__ = [
    "LAST",
    "PAGE",
    "Writers",
    "append",
    "book_of",
    "carry",
    "day_before",
    "enter",
    "ledger_of",
    "open_days",
    "read",
    "walk",
]

PAGE = 16
_SLICES = 500  # of a box, taken by one transaction: it stays short after a pause
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
    """Add *entry* to the journal and return it with its place.

    It commits with what else the transaction does: it goes into a box of the main database and
    is carried from there.  Where the journal stands alone it goes into its book at once.
    """
    values = stored(entry)
    outgoing = outgoing_of(root)
    if outgoing is None:
        return enter(root, values, shard=shard)
    day = entry.at[:10]
    post(outgoing, values, day=day, shard=shard)
    return Written(day, shard, 0, entry.at, restored(values), "", mark_of(values, b""))


def carry(root: Any) -> int:
    """Take what waits in the main database into the book; return how many entries.

    The caller commits, and acknowledges afterwards.
    """
    outgoing, ledger = outgoing_of(root), ledger_of(root)
    if outgoing is None:
        return 0
    taken: dict[tuple[str, str], int] = {}
    for day, shard, values in uncarried(outgoing, ledger, most=_SLICES):
        enter(root, values, shard=shard)
        taken[day, shard] = taken.get((day, shard), 0) + 1
    for place, count in taken.items():
        ledger.taken[place] = ledger.taken.get(place, 0) + count
    sealed_to = book_of(root).last_sealed
    for place in [one for one in ledger.taken if one[0] <= sealed_to]:
        if place not in outgoing.boxes:
            del ledger.taken[place]
    if taken:
        ledger.count += 1
    return sum(taken.values())


def enter(root: Any, values: Stored, *, shard: str) -> Written:
    """Write an entry into the day's book, chained to the one before it in its shard.

    The day is the one of the entry's instant in UTC; once that day is closed, the next day
    takes what comes late.
    """
    book = book_of(root)
    day = _day_for(book, values)
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
    return Written(day, shard, seq, latest, restored(values), made.hex(), mark_of(values, made))


def _day_for(book: Book, values: Stored) -> str:
    day, closed_to = values[0][:10], book.gate.closed_to
    return day if day > closed_to else day_after(closed_to)


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
    rows = walk(root, record=record, actor=actor, day=day, after=after)
    return list(itertools.islice(rows, limit))


def walk(
    root: Any,
    *,
    record: str | None = None,
    actor: str | None = None,
    day: str | None = None,
    after: str | None = None,
) -> Iterator[Written]:
    """Yield what ``read`` returns, for as long as it is asked for more."""
    book = book_of(root)
    start = _position(after) if after else None
    key = f"record:{record}" if record else f"actor:{actor}" if actor else None
    waiting = sorted(_waiting(root, book, day=day), key=_rank, reverse=True)
    kept = _kept(book, key, day=day, start=start)
    for written in heapq.merge(waiting, kept, key=_rank, reverse=True):
        if start and _rank(written) >= start:
            continue
        if _concerns(written.entry, record=record, actor=actor):
            yield written


def _kept(
    book: Book, key: str | None, *, day: str | None, start: tuple[str, str, str, int] | None
) -> Iterator[Written]:
    for one_day, shards in _days(book, key, day=day, start=start[0] if start else None):
        runs = [_newest_first(book, one_day, shard, key=key, start=start) for shard in shards]
        yield from heapq.merge(*runs, key=_rank, reverse=True)


def _waiting(root: Any, book: Book, *, day: str | None) -> Iterator[Written]:
    """Yield what waits to be carried, at the places it will have."""
    outgoing = outgoing_of(root)
    if outgoing is None:
        return
    ahead: dict[tuple[str, str], tuple[int, str]] = {}
    for _, shard, values in uncarried(outgoing, root.get("journal-ledger") or Ledger()):
        one_day = _day_for(book, values)
        place = (one_day, shard)
        if place not in ahead:
            here: Shard | None = book.shards.get(place)
            ahead[place] = (0, "") if here is None else (here.count, _latest(here))
        seq, latest = ahead[place]
        order = max(latest, values[0])
        ahead[place] = (seq + 1, order)
        if day is None or day == one_day:
            said, mark = restored(values), mark_of(values, b"")
            yield Written(one_day, shard, seq, order, said, "", mark)


def _latest(shard: Shard) -> str:
    return max(shard.before, *(values[0] for values, _ in shard.tail), "")


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
        said, mark = restored(values), mark_of(values, made)
        yield Written(day, shard, seq, order, said, made.hex(), mark)


def day_before(day: str) -> str:
    """Return the day before, as text."""
    return (date.fromisoformat(day) - timedelta(days=1)).isoformat()
