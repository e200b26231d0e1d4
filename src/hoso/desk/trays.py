"""The trays as an index: counts, order and filters of what waits, no paper loaded.

``site.trays`` holds a line for each paper that is not filed (``records.model.Lying``).  Who may
see a paper depends, while it lies in a tray, on its unit and level alone, so the one decision
is asked once for each pair; the page that shows a paper asks again for the paper itself.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from hoso.access.permissions import Permission
from hoso.access.policy import Protected
from hoso.desk.desk import Desk
from hoso.ingest import queue
from hoso.records import filing
from hoso.records.model import Document, Unit
from hoso.records.units import lineage, subtree

__all__ = ["ASIDE", "OPEN", "STATES", "Line", "after", "keep_tray", "lines", "units_of"]

#: States of a paper that is not filed, what wants a person first.
STATES = ("waiting", "quarantined", "reading", "received", "refused")
#: What is on its way into a dossier, and what a person must judge first.
OPEN = ("waiting", "reading", "received")
ASIDE = ("quarantined", "refused")


class Line(NamedTuple):
    """One paper of a tray: what it sorts by, and what it is filtered by."""

    rank: int
    received_at: str
    id: int
    state: str
    batch: str
    kind: str


def keep_tray(root: Any, record: Any) -> None:
    """Bring the line of a paper up to what it is now; a listener of every change."""
    if isinstance(record, Document) and record.dossier is None and record.unit is not None:
        filing.lay_in_tray(root["site"], record, kind=record.type or _proposed(root, record))


def _proposed(root: Any, document: Document) -> str:
    reading = queue.reading_of(root, document)
    if reading is None or not reading.type_proposal:
        return ""
    return str(json.loads(reading.type_proposal).get("value") or "")


def units_of(desk: Desk, unit: Unit | None) -> list[Unit]:
    """Return *unit* (or all) and what is below, where this identity works at the tray."""
    roots = [unit] if unit is not None else list(desk.site.units.values())
    return [
        below
        for root in roots
        for below in subtree(root)
        if desk.may(below, Permission.INTAKE_WORK)
    ]


def _open_at(desk: Desk, unit: Unit) -> Callable[[int], bool]:
    """Return which levels of paper in the tray of *unit* this identity works at."""
    numbers = tuple(step.number for step in lineage(unit))
    decided: dict[int, bool] = {}

    def decide(level: int) -> bool:
        if level not in decided:
            asked = Protected("", level=level, lineage=numbers)
            decided[level] = bool(
                desk.house.policy.decide(
                    desk.identity, asked, Permission.INTAKE_WORK, on=desk.today
                )
            )
        return decided[level]

    return decide


def lines(desk: Desk, unit: Unit | None) -> list[Line]:
    """Return the lines of the papers in the trays of *unit* and below, in order."""
    return sorted(_lines(desk, unit))


def _lines(desk: Desk, unit: Unit | None) -> Iterator[Line]:
    today = desk.today.isoformat()
    for below in units_of(desk, unit):
        may_see = _open_at(desk, below)
        tray = desk.site.trays.get(below.number)
        for number, lying in tray.items(min=1) if tray is not None else ():
            ended = lying.until and lying.until < today
            if may_see(lying.own if ended else lying.level):
                rank = STATES.index(lying.state) if lying.state in STATES else len(STATES)
                yield Line(rank, lying.received_at, number, lying.state, lying.batch, lying.kind)


def after(
    desk: Desk, document: Document, *, unit: Unit | None = None, batch: str = ""
) -> Document | None:
    """Return the paper that waits next behind *document*; from the beginning after the last.

    :param unit: the tray that is worked through, that of the paper unless said otherwise.
    :param batch: uid of a batch to stay in.
    """
    waiting = [
        line
        for line in lines(desk, unit or document.unit)
        if line.state == "waiting" and line.id != document.id and batch in {"", line.batch}
    ]
    here = (document.received_at, document.id)
    behind = [line for line in waiting if (line.received_at, line.id) > here]
    for line in (*behind, *waiting):
        found = desk.site.by_id.get(line.id)
        if isinstance(found, Document) and desk.sees(found):
            return found
    return None
