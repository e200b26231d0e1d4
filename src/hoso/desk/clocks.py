"""The sources of deadlines: what runs for people, handovers and disposals, line by line.

``desk.deadlines`` puts them together; here is where each comes from, and whose task it is.
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
from hoso.desk import checklists, disposing, forecasting, handover_views
from hoso.desk.desk import Desk
from hoso.desk.dossiers import visible_documents
from hoso.kernel.clock import civil_day
from hoso.kernel.errors import NotReady
from hoso.personnel import deadlines as rules
from hoso.personnel.checklist import open_items
from hoso.personnel.deadlines import Stopped
from hoso.personnel.leaving import timeline
from hoso.personnel.model import Leaving
from hoso.records.model import Document, Dossier, Unit
from hoso.records.units import lineage

__all__ = ["Clock", "Day", "common", "is_recent", "of_checklist", "of_retirement", "of_stages"]

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


class Day:
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


def of_stages(day: Day, dossier: Dossier, papers: Iterable[Document] | None) -> Iterator[Clock]:
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


def _halt(day: Day, dossier: Dossier) -> tuple[Stopped | None, tuple[str, ...]]:
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


def of_retirement(day: Day, dossier: Dossier) -> Iterator[Clock]:
    desk = day.desk
    if not desk.may(dossier, Permission.CAREER_FORECAST):
        return
    try:
        line = forecasting.of_person(desk, dossier)
    except NotReady:
        return
    if line is not None and line.moment.month <= forecasting.month_of(desk.today, later=_MONTHS):
        yield from _of_line(day, line)


def _of_line(day: Day, line: forecasting.Line) -> Iterator[Clock]:
    """Yield what a retirement to come asks for, until it is recorded."""
    settings = day.desk.rulebook.profile.settings["retirement"]
    if line.leaving is not None:
        return
    whose = str(settings["responsible"])
    standing = line.dossier.status_events[-1].status if line.dossier.status_events else ""
    if standing != settings["notified"]:
        yield day.clock("notice", due=line.notice_by, responsible=whose, dossier=line.dossier)
    yield day.clock("decision", due=line.decision_by, responsible=whose, dossier=line.dossier)


def of_checklist(day: Day, leaving: Leaving, dossier: Dossier) -> Iterator[Clock]:
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


def common(day: Day, *, near: bool = False) -> list[Clock]:
    """Return what is found without looking at each dossier.

    :param near: only what runs out soon or is over; the rest may be left out.
    """
    return [
        *_of_who_left(day, near=near),
        *_of_who_retires(day, near=near),
        *_of_handovers(day),
        *_of_disposals(day),
    ]


def _of_who_left(day: Day, *, near: bool) -> Iterator[Clock]:
    known = day.desk.root.get("personnel")
    until = (day.today + timedelta(days=day.soon)).isoformat()
    for number in known.wanting if known is not None else ():
        leaving: Leaving = known.leavings[number]
        wanting = open_items(leaving.items, leaving.ticks)
        if near and not any(item.due and item.due <= until for item in wanting):
            continue
        dossier = day.desk.site.by_id.get(leaving.dossier)
        if isinstance(dossier, Dossier) and day.desk.sees(dossier):
            yield from of_checklist(day, leaving, dossier)
            if not near:
                stages = of_stages(day, dossier, None)
                yield from (one for one in stages if is_recent(one, day.today))


def _of_who_retires(day: Day, *, near: bool) -> Iterator[Clock]:
    desk = day.desk
    settings = desk.rulebook.profile.settings["retirement"]
    # Whoever's task it is not has none of it on his first page; nor has anybody what comes later.
    if near and not desk.identity.holds(str(settings["responsible"]), day.today):
        return
    months = int(settings["notice_months"]) + 1 if near else _MONTHS
    if not desk.may(desk.site, Permission.CAREER_FORECAST):
        return
    try:
        found = forecasting.glance(desk, desk.site, months=months + 1)
    except NotReady:
        return
    for line in (*found.passed, *(line for _, lines in found.months for line in lines)):
        yield from _of_line(day, line)


def _of_handovers(day: Day) -> Iterator[Clock]:
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


def _of_disposals(day: Day) -> Iterator[Clock]:
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


def is_recent(one: Clock, today: date) -> bool:
    return one.stopped is None or one.stopped.since >= (today - _RECENT).isoformat()
