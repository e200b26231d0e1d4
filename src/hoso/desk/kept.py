"""How long a record is kept, as the index shall know it: facts of the calendar, not a decision.

The index gets what stands in the calendar and whether a hold covers the record; what that comes
to on a day is asked with the day (``hoso.search.narrowing``), so nothing need be written anew
because a night has passed.
"""

from __future__ import annotations

from typing import Any

from hoso.records.model import Document, Dossier
from hoso.retention import calendar, holds
from hoso.retention.facts import HoldFact
from hoso.retention.model import Calendar, Holds
from hoso.search.values import day_number

__all__ = ["kept_of"]


def kept_of(root: Any, record: Document | Dossier) -> tuple[str, int | None]:
    """Return the word of ``KEEPING`` and the first day after the period, as the index counts days.

    A paper is kept as long as its dossier; one that is in none has no period yet.
    """
    dossier = record.dossier if isinstance(record, Document) else record
    if dossier is None:
        return "", None
    kept: Calendar = root["retention-calendar"]
    line = calendar.line_of(kept, dossier.id)
    if line is None or (line.state == "unknown" and line.expires is None):
        # A hold on what is not known changes nothing: it is not disposed of either way.
        return "unknown", None
    if line.state == "permanent":
        return "permanent", None
    held = bool(_holds(root["retention-holds"], record, dossier))
    if line.expires is None:
        return ("held" if held else "open"), None
    until = day_number(line.expires)
    if (line.expires.toordinal(), dossier.id) not in kept.due:
        return ("doubtful-held" if held else "doubtful"), until
    return ("held" if held else "dated"), until


def _holds(kept: Holds, record: Document | Dossier, dossier: Dossier) -> tuple[HoldFact, ...]:
    """Return the holds on a record: on itself, on what it is in, on what is in it."""
    if record is dossier:
        return holds.on_dossier(kept, dossier.id)
    return holds.in_force(kept, record.id, dossier.id)
