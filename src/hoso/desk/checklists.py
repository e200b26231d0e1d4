"""What dossiers of people who left must still receive: the list, what is late, ticking by hand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from hoso.access.permissions import Permission
from hoso.definitions.values import Text
from hoso.desk.act import act
from hoso.desk.desk import Desk
from hoso.kernel import ids
from hoso.kernel.errors import Fault, Invalid, Missing
from hoso.kernel.text import one_line
from hoso.personnel.checklist import Paper, open_items, overdue, settled
from hoso.personnel.model import Item, Leaving, Tick, careers_of
from hoso.records.model import Document, Dossier, Site

__all__ = [
    "ChecklistView",
    "Line",
    "listed",
    "of_leaving",
    "settle",
    "settle_for",
    "tick",
    "untick",
]

_LONGEST = 500


@dataclass(frozen=True)
class Line:
    """One item with its tick, if it is there; ``late`` counts days past its day."""

    item: Item
    label: Text | str
    tick: Tick | None
    late: int


@dataclass(frozen=True)
class ChecklistView:
    """The checklist of one leaving."""

    leaving: Leaving
    dossier: Dossier
    lines: tuple[Line, ...]
    open: int
    late: int


# Settling ----------------------------------------------------------------------------------


def settle(root: Any, leaving: Leaving, dossier: Dossier) -> None:
    """Let the ticks say what lies in the dossier now."""
    papers = (
        Paper(d.uid, d.type, d.date, d.filed_at, d.filed_by)
        for d in dossier.values()
        if d.state == "filed"
    )
    ticks = settled(
        leaving.items,
        leaving.ticks,
        papers=papers,
        effective=leaving.effective,
        recorded_at=leaving.recorded_at,
        evidence=leaving.evidence,
    )
    if ticks != leaving.ticks:
        leaving.ticks = ticks
    known = careers_of(root)
    if leaving.stands and open_items(leaving.items, leaving.ticks):
        known.wanting.insert(leaving.id)
    else:
        known.wanting.discard(leaving.id)


def settle_for(root: Any, record: Any) -> None:
    """Settle the checklists of a dossier when one of its papers changes; listens to events."""
    dossier = record.dossier if isinstance(record, Document) else None
    if dossier is None:
        return
    known = careers_of(root)
    for number in known.of_dossier.get(dossier.id, ()):
        leaving: Leaving = known.leavings[number]
        if leaving.stands:
            settle(root, leaving, dossier)


# Looking -----------------------------------------------------------------------------------


def of_leaving(desk: Desk, leaving: Leaving, dossier: Dossier) -> ChecklistView:
    """Return the checklist of a leaving as it is today, as far as one may see its papers.

    An item that rests on a paper above one's level is shown as wanting, as everywhere else.
    """
    way = desk.rulebook.leaving.get(leaving.kind)
    labels = {paper.key: paper.label for paper in way.papers} if way is not None else {}
    ticks = [one for one in leaving.ticks if not one.document or _sees(desk, one.document)]
    there = {one.key: one for one in ticks}
    late = {item.key for item in overdue(leaving.items, ticks, on=desk.today)}
    lines = tuple(
        Line(
            item,
            labels.get(item.key, item.key),
            there.get(item.key),
            _days_late(desk, item) if item.key in late else 0,
        )
        for item in leaving.items
    )
    return ChecklistView(
        leaving, dossier, lines, sum(line.tick is None for line in lines), len(late)
    )


def _sees(desk: Desk, uid: str) -> bool:
    paper = desk.site.by_id.get(ids.from_text(uid) or 0)
    return isinstance(paper, Document) and desk.sees(paper)


def _days_late(desk: Desk, item: Item) -> int:
    return (desk.today - date.fromisoformat(item.due)).days


@act("career.checklists-listed", Permission.DOSSIER_VIEW, told=False)
def listed(desk: Desk, _site: Site, *, late: bool = False) -> list[ChecklistView]:
    """Return the checklists with open items among the dossiers one may see, the latest first.

    :param late: only those with an item whose day has passed.
    """
    found = _open(desk, late=late)
    return sorted(found, key=lambda view: (-_latest(view), view.dossier.code))


def _latest(view: ChecklistView) -> int:
    return max((line.late for line in view.lines), default=0)


def _open(desk: Desk, *, late: bool) -> Iterator[ChecklistView]:
    known = careers_of(desk.root)
    for number in known.wanting:
        leaving: Leaving = known.leavings[number]
        if late and not overdue(leaving.items, leaving.ticks, on=desk.today):
            continue
        dossier = desk.site.by_id.get(leaving.dossier)
        if isinstance(dossier, Dossier) and desk.sees(dossier):
            yield of_leaving(desk, leaving, dossier)


# Ticking -----------------------------------------------------------------------------------


def _found(desk: Desk, dossier: Dossier, leaving: str, item: str) -> Leaving:
    known = careers_of(desk.root)
    found: Leaving | None = known.leavings.get(ids.from_text(leaving) or 0)
    if found is None or found.dossier != dossier.id or not found.stands:
        raise Missing
    if item not in {one.key for one in found.items}:
        raise Missing
    return found


@act("career.item-ticked", Permission.CAREER_RECORD)
def tick(desk: Desk, dossier: Dossier, *, leaving: str, item: str, note: str) -> None:
    """Say by hand that an item of the checklist is done, or not wanted, and how or why."""
    found = _found(desk, dossier, leaving, item)
    note = one_line(note)[:_LONGEST]
    if not note:
        said = "State how this was done, or why it is not wanted."
        raise Invalid([Fault("note", said)])
    mine = Tick(item, "", note, desk.now, desk.identity.login)
    found.ticks = (*(one for one in found.ticks if one.key != item), mine)
    settle(desk.root, found, dossier)
    desk.say(leaving=found.uid, item=item, note=note)


@act("career.item-opened", Permission.CAREER_RECORD)
def untick(desk: Desk, dossier: Dossier, *, leaving: str, item: str) -> None:
    """Take back what was ticked by hand; what a paper ticks stays as long as the paper."""
    found = _found(desk, dossier, leaving, item)
    left = tuple(one for one in found.ticks if one.key != item or one.document)
    if left == found.ticks:
        raise Missing
    found.ticks = left
    settle(desk.root, found, dossier)
    desk.say(leaving=found.uid, item=item)
