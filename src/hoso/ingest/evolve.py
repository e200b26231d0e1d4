"""Evolution steps of the intake; each yields where it may commit."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from BTrees.OOBTree import OOTreeSet

from hoso.ingest import queue

__all__ = ["add_making"]

_AT_ONCE = 500


def add_making(root: Any) -> Iterator[None]:
    """Give the intake of version 0.1 its second queue: all that is read lacks its copy."""
    intake = queue.intake_of(root)
    if "making" not in intake.__dict__:
        intake.making = OOTreeSet()
        yield
    site = root["site"]
    for count, number in enumerate(list(intake.readings), start=1):
        document = site.by_id.get(number)
        if document is not None and "text" in document.renditions:
            queue.ask_for_copy(root, document)
        if not count % _AT_ONCE:
            yield
    yield
