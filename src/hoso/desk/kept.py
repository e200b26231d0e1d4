"""How long a record is kept, as the index shall know it: facts of the calendar, not a decision.

The index gets what stands in the calendar and whether a hold covers the record; what that comes
to on a day is asked with the day (``hoso.search.narrowing``), so nothing need be written anew
because a night has passed.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from hoso.kernel import ids
from hoso.records.model import Document, Dossier
from hoso.retention import calendar, holds
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
    held = bool(holds.in_force(root["retention-holds"], *_covering(root, record, dossier)))
    if line.expires is None:
        return ("held" if held else "open"), None
    until = day_number(line.expires)
    if (line.expires.toordinal(), dossier.id) not in kept.due:
        return ("doubtful-held" if held else "doubtful"), until
    return ("held" if held else "dated"), until


def _covering(root: Any, record: Document | Dossier, dossier: Dossier) -> Iterable[int]:
    """Return what a hold may be on to cover *record*: itself, what it is in, what is in it."""
    kept: Holds = root["retention-holds"]
    around = [dossier.id] if record is dossier else [record.id, dossier.id]
    if record is dossier and kept.by_record:
        around += [number for number in map(ids.from_text, dossier) if number]
    return around
