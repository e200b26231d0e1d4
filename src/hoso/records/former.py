"""How access to a record stood before: noted when it changes, asked of a past day.

Who can see a record hangs on where it lies, its level, its grants and its wall.  Whoever is
about to change one of these says :func:`remember` first.  Marks of secrecy are dated facts of
their own (``marking``), so are people's roles (``access.history``).
"""

from __future__ import annotations

from datetime import date
from typing import Any

from hoso.kernel.clock import civil_day
from hoso.records.model import Document, Dossier, Former

__all__ = ["begun_at", "changes_on", "present", "remember", "state_at", "states_on"]


def present(record: Document | Dossier, *, until: str = "", by: str = "") -> Former:
    """Return how access to a record stands now, as it would be noted at a change."""
    dossier = record if isinstance(record, Dossier) else record.dossier
    unit = dossier.unit if dossier is not None else record.unit
    return Former(
        until=until,
        by=by,
        unit=unit.number if unit is not None else 0,
        dossier=dossier.id if dossier is not None else 0,
        type=record.type,
        level=record.level,
        walled=getattr(record, "walled", False),
        grants=record.grants,
    )


def remember(record: Any, *, at: str, by: str) -> None:
    """Note how access stands, since it is about to change.

    Several changes in one piece of work are one: what was before the first is kept.
    """
    before = record.former
    if not before or before[-1].until != at:
        record.former = (*before, present(record, until=at, by=by))


def begun_at(record: Document | Dossier) -> str:
    """Return the instant from which there is such a record; "" where that is not known."""
    return record.opened_at if isinstance(record, Dossier) else record.received_at


def states_on(record: Document | Dossier, day: date) -> tuple[Former, ...]:
    """Return every state that held at some time of a civil day in Vietnam, in order.

    ``until`` of the last is "" where it holds still.  None where there was no record yet.
    """
    wanted, since = day.isoformat(), begun_at(record)
    if since and civil_day(since) > wanted:
        return ()
    found = []
    for state in (*record.former, present(record)):
        until = civil_day(state.until) if state.until else ""
        if not until or until >= wanted:
            found.append(state)
        if until > wanted:
            break
        if not until:
            break
    return tuple(found)


def state_at(record: Document | Dossier, instant: str) -> Former | None:
    """Return how access stood at an instant; ``None`` where there was no record yet.

    The level is the one the record had by itself; its marks of that time come on top.
    """
    since = begun_at(record)
    if since and instant < since:
        return None
    state = next((one for one in record.former if one.until > instant), present(record))
    filed = getattr(record, "filed_at", "")
    if instant < filed and (not state.until or state.until > filed):
        state = state._replace(dossier=0)  # still in the tray
    # An act on a secret notes the level that it replaced in its mark.
    mark = next((one for one in record.marks if one.at > instant and one.before >= 0), None)
    if mark is not None and (not state.until or mark.at <= state.until):
        state = state._replace(level=mark.before)
    return state


def changes_on(record: Document | Dossier, day: date) -> tuple[str, ...]:
    """Return the instants of a civil day at which access to a record changed."""
    wanted = day.isoformat()
    instants = [
        begun_at(record),
        getattr(record, "filed_at", ""),
        *(one.until for one in record.former),
    ]
    instants += [mark.at for mark in record.marks]
    return tuple(sorted({at for at in instants if at and civil_day(at) == wanted}))
