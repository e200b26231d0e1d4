"""What runs out when: the deadlines of people, handovers and disposals as one list.

Every line is computed on the day it is asked for from the facts of the records: nothing counts
down in the background.  A leaving stops the deadlines its way names; undone, they run again.
Where each line comes from stands in ``desk.clocks``.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from hoso.access.permissions import Permission
from hoso.desk import searching
from hoso.desk.act import act
from hoso.desk.clocks import Clock, Day, common, is_recent, of_checklist, of_retirement, of_stages
from hoso.desk.desk import Desk
from hoso.kernel.errors import Missing, NotReady
from hoso.personnel.model import standing_leaving
from hoso.records.model import Document, Dossier, Site
from hoso.records.units import lineage

__all__ = ["Board", "Clock", "glance", "listed", "of_person"]

#: Dossiers of a unit that are looked at one by one; more are said not to be.
MOST = 200


@dataclass(frozen=True)
class Board:
    """The deadlines one may know of, those that are over first.

    :ivar looked_at: people of the unit whose own deadlines are in the list, 0 without a unit.
    :ivar more: whether the unit has more people than were looked at.
    :ivar waiting: whether its people cannot be told yet, since the index is being built.
    """

    clocks: tuple[Clock, ...]
    looked_at: int = 0
    more: bool = False
    waiting: bool = False


@act("deadline.person-asked", Permission.DOSSIER_VIEW, told=False)
def of_person(
    desk: Desk, dossier: Dossier, *, papers: Iterable[Document] | None = None
) -> list[Clock]:
    """Return every deadline that runs for one person, or stands still, the first due first.

    :param papers: the papers one may see, where somebody has looked already.
    """
    day = Day(desk)
    found = [*of_stages(day, dossier, papers), *of_retirement(day, dossier)]
    leaving = standing_leaving(desk.root, dossier)
    if leaving is not None:
        found += of_checklist(day, leaving, dossier)
    return _sorted(found)


@act("deadline.listed", Permission.DOSSIER_LIST, told=False)
def listed(desk: Desk, _site: Site, *, unit: str = "", mine: bool = False) -> Board:
    """Return the deadlines one may know of, as they stand today.

    :param unit: key of a unit: only of it and below, and with the deadlines of its people, one by one.
    :param mine: only those that are the reader's own task.
    """
    top = desk.site.unit_by_key.get(unit) if unit else None
    if unit and (top is None or not desk.sees(top)):
        raise Missing
    day = Day(desk)
    found = common(day)
    people: tuple[Dossier, ...] = ()
    total, waiting = 0, False
    if top is not None:
        try:
            page = searching.listing(desk, desk.site, unit=unit, limit=MOST)
            people, total = page.dossiers, page.total
        except NotReady:
            waiting = True
        known = {(one.what, one.dossier.id) for one in found if one.dossier is not None}
        for dossier in people:
            found += [
                one
                for one in of_stages(day, dossier, None)
                if (one.what, dossier.id) not in known and is_recent(one, day.today)
            ]
        found = [one for one in found if one.unit is not None and top in lineage(one.unit)]
    return Board(
        tuple(_sorted(one for one in found if one.mine or not mine)),
        len(people),
        total > len(people),
        waiting,
    )


@act("deadline.glanced", Permission.DOSSIER_LIST, told=False)
def glance(desk: Desk, _site: Site) -> list[Clock]:
    """Return the reader's own tasks that run out soon or are over, for the first page."""
    found = common(Day(desk), near=True)
    return _sorted(one for one in found if one.mine and one.state in {"overdue", "soon"})


def _sorted(clocks: Iterable[Clock]) -> list[Clock]:
    """Put what is over first, then by day; what has no day and what stands still last."""
    order = {"overdue": 0, "soon": 0, "running": 0, "unknown": 1, "stopped": 2}

    def key(one: Clock) -> tuple[int, str, str, str]:
        due = one.due.isoformat() if one.due is not None else ""
        return order[one.state], due, one.number or getattr(one.dossier, "code", ""), one.what

    return sorted(clocks, key=key)
