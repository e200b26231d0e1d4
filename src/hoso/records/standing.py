"""A person's standing at a date, folded from the recorded changes (pure)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from hoso.kernel.clock import civil_day
from hoso.records.model import StatusEvent

__all__ = ["status_at"]


def status_at(events: Iterable[StatusEvent], on: date) -> StatusEvent | None:
    """Return the change in force on a date.

    The latest effective one counts; of several effective at once, the one recorded last.
    A change known to the month or year counts from its first day; one without a date
    counts from the day it was recorded, since nothing earlier is known.
    """
    best: tuple[str, str, int] | None = None
    found = None
    for order, event in enumerate(events):
        since = event.effective or civil_day(event.recorded)
        # "2024" sorts before "2024-01-01", which is what "from its first day" means.
        if since > on.isoformat():
            continue
        key = (since, event.recorded, order)
        if best is None or key > best:
            best, found = key, event
    return found
