"""What retention is told of a record, as plain values.

Whoever calls gathers them: of a dossier its standings and the end of its work, of a document
also its own date; and the holds on the record and on everything it is part of.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date

from hoso.kernel.dates import PartialDate

__all__ = ["Facts", "HoldFact", "StatusFact", "first_day", "last_day"]


@dataclass(frozen=True)
class StatusFact:
    """A standing (code of ``dossier-status``) and the date it took effect, if known."""

    status: str
    date: PartialDate | None


@dataclass(frozen=True)
class HoldFact:
    """A hold in force: nothing it covers may be disposed of.

    ``until`` is its last day as ISO text, "" where it stands until it is lifted.
    """

    id: int
    reason: str
    authority: str
    placed_at: str
    until: str = ""


@dataclass(frozen=True)
class Facts:
    """What is known of a record; ``None`` is "not known", never "not so".

    ``events`` come in the order they took effect.  ``is_open`` says that the work of a case
    file goes on, which is something else than not knowing when it ended.
    """

    retention_class: str
    events: tuple[StatusFact, ...] = ()
    ended: PartialDate | None = None
    is_open: bool = False
    document_date: PartialDate | None = None
    contract_end: PartialDate | None = None
    born: PartialDate | None = None
    holds: tuple[HoldFact, ...] = ()


def first_day(partial: PartialDate) -> date:
    """Return the earliest day that a date may stand for."""
    return date(partial.year, partial.month or 1, partial.day or 1)


def last_day(partial: PartialDate) -> date:
    """Return the latest day that a date may stand for."""
    month = partial.month or 12
    return date(partial.year, month, partial.day or monthrange(partial.year, month)[1])
