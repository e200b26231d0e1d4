"""What a dossier must still receive when somebody has left (pure).

A paper of the right type ticks an item by being filed; what leaves no paper is ticked by hand with
a word on how it was done.  A tick by a paper goes when the paper goes; one by hand stays.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from hoso.definitions.deployments import Deadline
from hoso.definitions.values import WayOfLeaving
from hoso.definitions.working_days import due_day
from hoso.kernel.dates import PartialDate
from hoso.kernel.workdays import Workdays
from hoso.personnel.model import Item, Tick

__all__ = ["BEFORE", "Paper", "is_of_today", "items_of", "open_items", "overdue", "settled"]

#: A paper dated earlier before the leaving belongs to another one.
BEFORE = timedelta(days=366)


@dataclass(frozen=True)
class Paper:
    """What is asked of a filed paper: uid, type, its own date, when and by whom it was filed."""

    uid: str
    type: str
    date: str
    filed_at: str
    filed_by: str


def items_of(
    way: WayOfLeaving,
    effective: PartialDate,
    *,
    deadlines: Mapping[str, Deadline],
    days: Workdays,
    opened: date,
) -> tuple[Item, ...]:
    """Return the items of a way of leaving with the days they are due on.

    :param opened: when the dossier was opened here.  Of who left long before, nobody knows whether
        the paper file was completed in time: what is wanting then has no day.
    """
    start = effective.exact if is_of_today(effective, opened) else None
    return tuple(
        Item(
            paper.key,
            paper.types,
            paper.deadline,
            due_day(deadlines[paper.deadline], start, days).isoformat() if start else "",
        )
        for paper in way.papers
    )


def is_of_today(effective: PartialDate, opened: date) -> bool:
    """Say whether somebody left while the dossier was kept here, or shortly before."""
    return effective.last >= opened - BEFORE


def settled(
    items: Iterable[Item],
    ticks: Iterable[Tick],
    *,
    papers: Iterable[Paper],
    effective: str,
    recorded_at: str,
    evidence: str,
) -> tuple[Tick, ...]:
    """Return the ticks as they are now: those by hand as they stand, those by papers anew."""
    by_hand = {tick.key: tick for tick in ticks if not tick.document}
    before = {(tick.key, tick.document): tick for tick in ticks if tick.document}
    fitting = sorted(papers, key=lambda paper: paper.filed_at)
    found: list[Tick] = []
    for item in items:
        if item.key in by_hand:
            found.append(by_hand[item.key])
            continue
        for paper in fitting:
            fits = paper.type in item.types
            if fits and (paper.uid == evidence or _belongs(paper, effective, recorded_at)):
                tick = Tick(item.key, paper.uid, "", paper.filed_at, paper.filed_by)
                found.append(before.get((item.key, paper.uid), tick))
                break
    return tuple(found)


def _belongs(paper: Paper, effective: str, recorded_at: str) -> bool:
    """Say whether a paper is of this leaving: dated near it, or filed since where undated."""
    if not paper.date:
        return paper.filed_at >= recorded_at
    return PartialDate.parse(paper.date).last >= PartialDate.parse(effective).first - BEFORE


def open_items(items: Iterable[Item], ticks: Iterable[Tick]) -> tuple[Item, ...]:
    """Return what is still wanting."""
    there = {tick.key for tick in ticks}
    return tuple(item for item in items if item.key not in there)


def overdue(items: Iterable[Item], ticks: Iterable[Tick], *, on: date) -> tuple[Item, ...]:
    """Return what is wanting and late; what has no day is never late, and is shown as such."""
    today = on.isoformat()
    return tuple(item for item in open_items(items, ticks) if item.due and item.due < today)
