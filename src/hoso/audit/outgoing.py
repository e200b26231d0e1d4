"""Where an entry waits between its deed and the journal: in the database of the deed.

A commit over two databases costs two commits, and a kill between them leaves an entry for a
deed that was undone.  So an entry is written beside the records, into a box that no other thread
writes to, in one commit with its deed; ``carry`` takes what waits into the journal every few
seconds, many entries at once.  It only reads the boxes; a writer takes out of his own what was
carried, so neither ever meets the other.

Cut off anywhere, carrying goes on where it stopped: what is in the journal already is counted
there (``Ledger.taken``), in the same commit.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from hoso.audit.entry import Stored
from hoso.audit.model import SLICE, Ledger, Outbox, OutboxPage, Outgoing

__all__ = [
    "acknowledge",
    "day_after",
    "forget",
    "outgoing_of",
    "post",
    "uncarried",
    "waiting_count",
]

_KEY = "journal-outgoing"


def outgoing_of(root: Any) -> Outgoing | None:
    """Return the boxes of the main database, seen from the root of either of the two.

    ``None`` where the journal stands alone, without records.
    """
    jar = getattr(root, "_p_jar", None)
    if jar is None or "main" not in jar.db().databases:
        return None
    main = jar.get_connection("main").root()
    outgoing: Outgoing | None = main.get(_KEY)
    if outgoing is None:
        outgoing = main[_KEY] = Outgoing()
    return outgoing


def post(outgoing: Outgoing, values: Stored, *, day: str, shard: str) -> None:
    """Put an entry into its writer's box of the day; it commits with the deed.

    A day that is sealed and forgotten has no boxes any more: what is so late begins a box of the
    day after, which the journal has not counted in.
    """
    if day <= outgoing.forgotten_to:
        day = day_after(outgoing.forgotten_to)
    box = outgoing.boxes.get((day, shard))
    if box is None:
        box = outgoing.boxes[day, shard] = Outbox()
    _trim(box, outgoing.carried.get((day, shard), 0))
    box.tail = (*box.tail, values)
    if len(box.tail) == SLICE:
        box.pages, box.tail = (*box.pages, OutboxPage(box.tail)), ()


def _trim(box: Outbox, carried: int) -> None:
    gone = min(max(0, carried - box.first) // SLICE, len(box.pages))
    if gone:
        box.pages, box.first = box.pages[gone:], box.first + gone * SLICE
    if not box.pages and carried > box.first:
        gone = min(carried - box.first, len(box.tail))
        box.tail, box.first = box.tail[gone:], box.first + gone


def uncarried(
    outgoing: Outgoing, ledger: Ledger, *, most: int = 1 << 40
) -> Iterator[tuple[str, str, Stored]]:
    """Yield (day, shard, values) of what the journal has not taken, in the order of each box.

    :param most: at most so many slices of a box.
    """
    for (day, shard), box in outgoing.boxes.items():
        taken = ledger.taken.get((day, shard), 0)
        for values in _from(box, taken, most=most):
            yield day, shard, values


def _from(box: Outbox, taken: int, *, most: int) -> Iterator[Stored]:
    skip = max(0, taken - box.first)
    begin = min(skip // SLICE, len(box.pages))
    pages = box.pages[begin : begin + most]
    skip -= begin * SLICE
    for page in pages:
        yield from page.entries[skip:]
        skip = 0
    if begin + len(pages) == len(box.pages):
        yield from box.tail[skip:]


def waiting_count(outgoing: Outgoing, ledger: Ledger) -> int:
    """Return how many entries wait to be carried."""
    return sum(1 for _ in uncarried(outgoing, ledger))


def acknowledge(outgoing: Outgoing, ledger: Ledger) -> bool:
    """Tell the writers what was carried; return whether there was anything to tell."""
    news = {
        place: taken
        for place, taken in ledger.taken.items()
        if place in outgoing.boxes and outgoing.carried.get(place, 0) < taken
    }
    outgoing.carried.update(news)
    return bool(news)


def forget(outgoing: Outgoing, ledger: Ledger, *, sealed_to: str) -> bool:
    """Take away the boxes of sealed days that are empty; return whether there were any."""
    old = [
        place
        for place, box in outgoing.boxes.items()
        if place[0] <= sealed_to and not _left(box, ledger.taken.get(place, 0))
    ]
    outgoing.forgotten_to = max(outgoing.forgotten_to, sealed_to)
    for place in old:
        # A writer so late that he is at work on it meets us here, and writes into a new day.
        outgoing.boxes[place].first += 0
        del outgoing.boxes[place]
        outgoing.carried.pop(place, None)
    return bool(old)


def day_after(day: str) -> str:
    """Return the day after, as text."""
    return (date.fromisoformat(day) + timedelta(days=1)).isoformat()


def _left(box: Outbox, taken: int) -> bool:
    return box.first + len(box.pages) * SLICE + len(box.tail) > taken
