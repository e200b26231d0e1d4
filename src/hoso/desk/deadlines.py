"""What runs out when: the deadlines of people, handovers and disposals as one list.

Every line is computed on the day it is asked for from the facts of the records: nothing counts
down in the background.  A leaving stops the deadlines its way names; undone, they run again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from hoso.access.permissions import Permission
from hoso.definitions import working_days
from hoso.definitions.deployments import Deadline
from hoso.definitions.values import Text
from hoso.desk import checklists, disposing, forecasting, handover_views, searching
from hoso.desk.act import act
from hoso.desk.desk import Desk
from hoso.desk.dossiers import visible_documents
from hoso.kernel.clock import civil_day
from hoso.kernel.errors import Missing, NotReady
from hoso.personnel import deadlines as rules
from hoso.personnel.deadlines import Stopped
from hoso.personnel.leaving import timeline
from hoso.personnel.model import Leaving, standing_leaving
from hoso.records.model import Document, Dossier, Site, Unit
from hoso.records.units import lineage

__all__ = ["Board", "Clock", "glance", "listed", "of_person"]

#: Dossiers of a unit that are looked at one by one; more are said not to be.
MOST = 200
#: Who left longer ago is not on the list of a unit any more; the dossier itself still says it.
_RECENT = timedelta(days=366)
#: Who retires within so many months is on the list.
_MONTHS = 12


@dataclass(frozen=True)
class Clock:
    """One deadline: of what, by when, whose task, how it stands.

    :ivar what: ``papers`` (of a stage of the dossier), ``item`` (of a checklist), ``notice`` or
        ``decision`` (of a retirement), ``handover``, ``disposal``.
    :ivar label: what is wanted, where it has a name of its own.
    :ivar types: document types that are wanted.
    :ivar number: of the handover or disposal list.
    :ivar state: ``overdue``, ``soon``, ``running``, ``unknown`` or ``stopped``.
    :ivar left: days left, in working days where ``deadline`` counts these; negative where over.
    :ivar mine: whether it is the reader's own task.
    """

    what: str
    label: Text | str
    dossier: Dossier | None
    unit: Unit | None
    due: date | None
    state: str
    left: int
    mine: bool
    responsible: str
    deadline: Deadline | None = None
    types: tuple[str, ...] = ()
    number: str = ""
    stopped: Stopped | None = None


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


class _Day:
    """What every line of one answer is counted with: the day, working days, soon."""

    def __init__(self, desk: Desk) -> None:
        profile = desk.rulebook.profile
        self.desk, self.today = desk, desk.today
        self.days = working_days.workdays(profile)
        self.soon = int(profile.settings["deadlines"]["soon_days"])
        self.deadlines = desk.rulebook.deadlines

    def clock(
        self,
        what: str,
        *,
        due: date | None,
        responsible: str,
        dossier: Dossier | None = None,
        unit: Unit | None = None,
        deadline: Deadline | None = None,
        stopped: Stopped | None = None,
        mine: bool | None = None,
        **more: Any,
    ) -> Clock:
        at = unit if unit is not None else dossier.unit if dossier is not None else None
        state = rules.state_of(due, self.today, soon=self.soon, stopped=stopped is not None)
        counted = deadline.unit if deadline is not None else "day"
        return Clock(
            what,
            dossier=dossier,
            unit=at,
            due=due,
            state=state,
            left=rules.days_left(due, self.today, unit=counted, days=self.days) if due else 0,
            mine=self._is_mine(responsible, at, dossier) if mine is None else mine,
            responsible=responsible,
            deadline=deadline,
            stopped=stopped,
            **{"label": deadline.label if deadline is not None else "", **more},
        )

    def _is_mine(self, role: str, unit: Unit | None, dossier: Dossier | None) -> bool:
        identity = self.desk.identity
        if role == "subject":
            return dossier is not None and identity.own_dossier == dossier.id
        if unit is None:
            return False
        numbers = {0, *(step.number for step in lineage(unit))}
        return any(
            held.role == role and held.unit in numbers and held.in_force(self.today)
            for held in identity.roles
        )


# One person ----------------------------------------------------------------------------------


@act("deadline.person-asked", Permission.DOSSIER_VIEW, told=False)
def of_person(
    desk: Desk, dossier: Dossier, *, papers: Iterable[Document] | None = None
) -> list[Clock]:
    """Return every deadline that runs for one person, or stands still, the first due first.

    :param papers: the papers one may see, where somebody has looked already.
    """
    day = _Day(desk)
    found = [*_of_stages(day, dossier, papers), *_of_retirement(day, dossier)]
    leaving = standing_leaving(desk.root, dossier)
    if leaving is not None:
        found += _of_checklist(day, leaving, dossier)
    return _sorted(found)


def _of_stages(day: _Day, dossier: Dossier, papers: Iterable[Document] | None) -> Iterator[Clock]:
    desk = day.desk
    kind = desk.rulebook.dossier_types.get(dossier.type)
    if kind is None or not kind.personal or not dossier.status_events:
        return
    present: dict[str, list[str]] = {}
    for paper in visible_documents(desk, dossier) if papers is None else papers:
        if paper.state == "filed":
            present.setdefault(paper.type, []).append(paper.date)
    stopped, stops = _halt(day, dossier)
    opened = civil_day(dossier.opened_at)
    for asked in rules.asked_of(
        kind.stages.values(),
        deadlines=day.deadlines,
        standings=timeline(dossier.status_events, desk.rulebook.statuses),
        opened=date.fromisoformat(opened) if opened else day.today,
        present=present,
        stopped=stopped,
        stops=stops,
        today=day.today,
        days=day.days,
    ):
        yield day.clock(
            "papers",
            due=asked.due,
            responsible=asked.deadline.responsible,
            dossier=dossier,
            deadline=asked.deadline,
            stopped=asked.stopped,
            types=asked.types,
        )


def _halt(day: _Day, dossier: Dossier) -> tuple[Stopped | None, tuple[str, ...]]:
    """Return the leaving that stops deadlines today, and which it stops."""
    known = day.desk.root.get("personnel")
    numbers = known.of_dossier.get(dossier.id, ()) if known is not None else ()
    standings = timeline(dossier.status_events, day.desk.rulebook.statuses)
    halts: list[tuple[Stopped, Leaving]] = []
    for number in numbers:
        one: Leaving = known.leavings[number]
        halt = one.stands and rules.stopped_by(
            standings, effective=one.effective, way=one.kind, leaving=one.uid, today=day.today
        )
        if halt:
            halts.append((halt, one))
    if not halts:
        return None, ()
    # Who retired and died stopped declaring when he retired.
    first, leaving = min(halts, key=lambda pair: pair[0].since)
    return first, leaving.stopped


def _of_retirement(day: _Day, dossier: Dossier) -> Iterator[Clock]:
    desk = day.desk
    if not desk.may(dossier, Permission.CAREER_FORECAST):
        return
    try:
        line = forecasting.of_person(desk, dossier)
    except NotReady:
        return
    if line is not None and line.moment.month <= forecasting.month_of(desk.today, later=_MONTHS):
        yield from _of_line(day, line)


def _of_line(day: _Day, line: forecasting.Line) -> Iterator[Clock]:
    """Yield what a retirement to come asks for, until it is recorded."""
    settings = day.desk.rulebook.profile.settings["retirement"]
    if line.leaving is not None:
        return
    whose = str(settings["responsible"])
    standing = line.dossier.status_events[-1].status if line.dossier.status_events else ""
    if standing != settings["notified"]:
        yield day.clock("notice", due=line.notice_by, responsible=whose, dossier=line.dossier)
    yield day.clock("decision", due=line.decision_by, responsible=whose, dossier=line.dossier)


def _of_checklist(day: _Day, leaving: Leaving, dossier: Dossier) -> Iterator[Clock]:
    for line in checklists.of_leaving(day.desk, leaving, dossier).lines:
        if line.tick is None:
            deadline = day.deadlines.get(line.item.deadline)
            yield day.clock(
                "item",
                due=date.fromisoformat(line.item.due) if line.item.due else None,
                responsible=deadline.responsible if deadline is not None else "",
                dossier=dossier,
                deadline=deadline,
                label=line.label,
                types=line.item.types,
            )


# All -----------------------------------------------------------------------------------------


@act("deadline.listed", Permission.DOSSIER_LIST, told=False)
def listed(desk: Desk, _site: Site, *, unit: str = "", mine: bool = False) -> Board:
    """Return the deadlines one may know of, as they stand today.

    :param unit: key of a unit: only of it and below, and with the deadlines of its people, one by one.
    :param mine: only those that are the reader's own task.
    """
    top = desk.site.unit_by_key.get(unit) if unit else None
    if unit and (top is None or not desk.sees(top)):
        raise Missing
    day = _Day(desk)
    found = _common(day)
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
                for one in _of_stages(day, dossier, None)
                if (one.what, dossier.id) not in known and _is_recent(one, day.today)
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
    found = [one for one in _common(_Day(desk)) if one.mine and one.state in {"overdue", "soon"}]
    return _sorted(found)


def _common(day: _Day) -> list[Clock]:
    """Return what is found without looking at each dossier."""
    return [*_of_who_left(day), *_of_who_retires(day), *_of_handovers(day), *_of_disposals(day)]


def _of_who_left(day: _Day) -> Iterator[Clock]:
    known = day.desk.root.get("personnel")
    for number in known.wanting if known is not None else ():
        leaving: Leaving = known.leavings[number]
        dossier = day.desk.site.by_id.get(leaving.dossier)
        if isinstance(dossier, Dossier) and day.desk.sees(dossier):
            yield from _of_checklist(day, leaving, dossier)
            yield from (one for one in _of_stages(day, dossier, None) if _is_recent(one, day.today))


def _of_who_retires(day: _Day) -> Iterator[Clock]:
    desk = day.desk
    if not desk.may(desk.site, Permission.CAREER_FORECAST):
        return
    try:
        found = forecasting.glance(desk, desk.site, months=_MONTHS + 1)
    except NotReady:
        return
    for line in (*found.passed, *(line for _, lines in found.months for line in lines)):
        yield from _of_line(day, line)


def _of_handovers(day: _Day) -> Iterator[Clock]:
    desk, deadline = day.desk, day.deadlines.get("custody-answer")
    if not desk.may(desk.site, Permission.CUSTODY_RECEIVE):
        return
    for view in handover_views.listed(desk, desk.site):
        one = view.handover
        answers = one.state == "disputed" or bool(one.agency)
        yield day.clock(
            "handover",
            due=date.fromisoformat(one.due),
            responsible=deadline.responsible if deadline is not None else "",
            unit=view.source if answers else view.target,
            deadline=deadline,
            number=one.number,
            mine=view.may_send if answers else view.may_receive,
        )


def _of_disposals(day: _Day) -> Iterator[Clock]:
    desk, deadline = day.desk, day.deadlines.get("destruction")
    if not desk.may(desk.site, Permission.DISPOSAL_VIEW):
        return
    for state in ("approved", "executing"):
        for one in disposing.listing(desk, desk.site, state=state):
            if one.ruling is not None and one.ruling.until:
                yield day.clock(
                    "disposal",
                    due=date.fromisoformat(one.ruling.until),
                    responsible=deadline.responsible if deadline is not None else "",
                    unit=one.unit,
                    deadline=deadline,
                    number=one.number,
                )


# Order ---------------------------------------------------------------------------------------


def _is_recent(one: Clock, today: date) -> bool:
    return one.stopped is None or one.stopped.since >= (today - _RECENT).isoformat()


def _sorted(clocks: Iterable[Clock]) -> list[Clock]:
    """Put what is over first, then by day; what has no day and what stands still last."""
    order = {"overdue": 0, "soon": 0, "running": 0, "unknown": 1, "stopped": 2}

    def key(one: Clock) -> tuple[int, str, str, str]:
        due = one.due.isoformat() if one.due is not None else ""
        return order[one.state], due, one.number or getattr(one.dossier, "code", ""), one.what

    return sorted(clocks, key=key)
