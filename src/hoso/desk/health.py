"""Whether the site does by itself what it should: for who runs the machine, without content."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from hoso.audit.journal import book_of
from hoso.desk.desk import Desk
from hoso.desk.intake import progress
from hoso.kernel.errors import NotReady
from hoso.search.changes import pending

__all__ = ["Health", "health"]


@dataclass(frozen=True)
class Health:
    """How the services of this process stand.

    :ivar behind: changes that the index has not taken in; ``None`` where it cannot be read.
    :ivar sealed_to: the last day of the journal that is sealed, "" where none is.
    :ivar troubles: what fails now, by the name of the service.
    """

    unread: int
    behind: int | None
    sealed_to: str
    troubles: Mapping[str, str]


def health(desk: Desk) -> Health:
    """Return how reading, index, seals and housekeeping stand."""
    try:
        behind = pending(desk.root, desk.house.engine.generation.cursor)
    except NotReady:
        behind = None
    return Health(
        unread=progress(desk),
        behind=behind,
        sealed_to=book_of(desk.journal).last_sealed,
        troubles=dict(desk.house.troubles),
    )
