"""The queue of documents that wait to be read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from hoso.ingest.model import Intake, Reading
from hoso.kernel import ids
from hoso.records.model import Document

__all__ = ["enqueue", "intake_of", "pending", "reading_of", "remove", "waits"]


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
    queue, key = intake_of(root).queue, _key(document)
    # Asked first: taking out what is not there counts as having relied on the whole set, and
    # meets every writer who puts something in.
    if key in queue:
        queue.remove(key)


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
