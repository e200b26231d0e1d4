"""What the decision needs to know of a record, read from the record (thin)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from hoso.access.policy import Protected
from hoso.records.marking import level_of
from hoso.records.model import Batch, Document, Dossier, Site, Unit
from hoso.records.units import lineage

__all__ = ["protected"]


def _numbers(unit: Unit | None) -> tuple[int, ...]:
    return tuple(step.number for step in lineage(unit)) if unit is not None else ()


def protected(
    record: Any, closed_to: Callable[[str], tuple[str, ...]] = lambda _type: (), *, on: date
) -> Protected:
    """Return the facts of a record as they stand on a day.

    :param closed_to: maps a document type to the roles that never see papers of it.
    """
    if isinstance(record, Document):
        dossier = record.dossier
        if dossier is None:
            return Protected(
                record.uid,
                level=level_of(record, on),
                lineage=_numbers(record.unit),
                grants=record.grants,
            )
        around = protected(dossier, on=on)
        return Protected(
            record.uid,
            # Its address and its page name the person: no paper is more open than its dossier.
            level=max(level_of(record, on), around.level),
            lineage=around.lineage,
            grants=(*record.grants, *around.grants),
            walled=around.walled,
            subject_of=dossier.id,
            closed_to=frozenset(closed_to(record.type)),
        )
    if isinstance(record, Dossier):
        return Protected(
            record.uid,
            level=level_of(record, on),
            lineage=_numbers(record.unit),
            grants=record.grants,
            walled=record.walled,
            subject_of=record.id,
        )
    if isinstance(record, Batch):
        return Protected(record.uid, lineage=_numbers(record.unit))
    if isinstance(record, Unit):
        return Protected(record.uid, lineage=_numbers(record))
    if isinstance(record, Site):
        return Protected("")
    raise TypeError(record)
