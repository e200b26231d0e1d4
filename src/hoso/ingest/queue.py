"""The two queues: papers that wait to be read, and read ones that still lack their copy."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from BTrees.OOBTree import OOTreeSet

from hoso.ingest.model import Intake, Reading
from hoso.kernel import ids
from hoso.records.model import Document

__all__ = [
    "ask_for_copy",
    "copies_pending",
    "copy_is_made",
    "enqueue",
    "intake_of",
    "lacks_copy",
    "nothing_sent_back",
    "pending",
    "reading_of",
    "remove",
    "waits",
]


def intake_of(root: Any) -> Intake:
    """Return the intake kept in the main database."""
    found = root.get("intake")
    if found is None:
        found = root["intake"] = Intake()
    intake: Intake = found
    return intake


def _key(document: Document) -> str:
    return f"{document.received_at}:{document.uid}"


def enqueue(root: Any, document: Document) -> Reading:
    """Put a received document at the end of the queue."""
    intake = intake_of(root)
    intake.queue.add(_key(document))
    reading: Reading | None = intake.readings.get(document.id)
    if reading is None:
        reading = intake.readings[document.id] = Reading()
    return reading


def waits(root: Any, document: Document) -> bool:
    """Say whether *document* waits to be read."""
    return _key(document) in intake_of(root).queue


def remove(root: Any, document: Document) -> None:
    """Take a document out of the queue; it need not be in it."""
    _take_out(intake_of(root).queue, document)


def _take_out(queue: OOTreeSet, document: Document) -> None:
    key = _key(document)
    # Asked first: taking out what is not there counts as having relied on the whole set, and
    # meets every writer who puts something in.
    if key in queue:
        queue.remove(key)


def ask_for_copy(root: Any, document: Document) -> None:
    """Put a paper that is read into the queue of those whose copy is to be made."""
    intake_of(root).making.add(_key(document))


def copy_is_made(root: Any, document: Document) -> None:
    """Take a paper out of the queue of copies; it need not be in it."""
    _take_out(intake_of(root).making, document)


def lacks_copy(root: Any, document: Document) -> bool:
    """Say whether the copy of *document* is still to be made."""
    return _key(document) in intake_of(root).making


def nothing_sent_back(root: Any, document: Document) -> None:
    """Take a paper off the list of those with a page to be scanned again, if it is on it."""
    kept = intake_of(root).sent_back
    if kept is not None and document.id in kept:
        kept.remove(document.id)


def copies_pending(root: Any) -> Iterator[int]:
    """Yield the ids of documents whose copy is to be made, oldest first."""
    for key in intake_of(root).making:
        number = ids.from_text(key.rsplit(":", 1)[1])
        if number is not None:
            yield number


def reading_of(root: Any, document: Document) -> Reading | None:
    """Return what is known of the reading of *document*."""
    found: Reading | None = intake_of(root).readings.get(document.id)
    return found


def pending(root: Any, *, after: str = "") -> Iterator[tuple[str, int]]:
    """Yield (key, document id) of what waits, oldest first, behind *after*."""
    for key in intake_of(root).queue.keys(min=after or None, excludemin=bool(after)):
        number = ids.from_text(key.rsplit(":", 1)[1])
        if number is not None:
            yield key, number
