"""Which deadlines run for a person, which stand still and why (pure).

Facts are the standings, the leavings and the papers that are there; which days follow from them
is the profile's to say (``deadlines.csv``, the stages of ``dossier-types``).  Nothing is counted
down anywhere: a clock is computed on the day it is asked for, so that what is undone runs again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from hoso.definitions.deployments import Deadline
from hoso.definitions.values import Stage
from hoso.definitions.working_days import due_day
from hoso.kernel.dates import PartialDate
from hoso.kernel.workdays import Workdays
from hoso.personnel.leaving import Standing, standing_on

__all__ = ["NEW", "Asked", "Stopped", "asked_of", "days_left", "state_of", "stopped_by"]

#: A dossier opened later than so long after the person entered was taken over from paper: what is
#: missing in it is missing, and no deadline for a new dossier runs.
NEW = timedelta(days=366)
_IN_SERVICE = "in-service"
_YEARLY = "yearly"


@dataclass(frozen=True)
class Stopped:
    """A leaving that stops a deadline: from which day, in which way, its uid."""

    since: str
    way: str
    leaving: str


@dataclass(frozen=True)
class Asked:
    """What a deadline asks of one person: papers of some types by a day.

    ``due`` is ``None`` where the day it is counted from is not known.
    """

    deadline: Deadline
    types: tuple[str, ...]
    due: date | None
    stopped: Stopped | None = None


def asked_of(
    stages: Iterable[Stage],
    *,
    deadlines: Mapping[str, Deadline],
    standings: tuple[Standing, ...],
    opened: date,
    present: Mapping[str, Collection[str]],
    stopped: Stopped | None,
    stops: Collection[str],
    today: date,
    days: Workdays,
) -> Iterator[Asked]:
    """Yield what the stages of a dossier ask of a person today and is not there.

    :param present: dates of the papers that are there, by type.
    :param stopped: the leaving that holds; ``stops`` the deadlines it stops.
    """
    entered = next((one.since for one in standings if one.phase == _IN_SERVICE), None)
    now = standing_on(standings, today)
    if entered is None or now is None or (stopped is None and now.phase != _IN_SERVICE):
        # Of whom nothing is known nothing is asked; who left otherwise owes nothing.
        return
    for stage in stages:
        deadline = deadlines.get(stage.deadline or "")
        if deadline is None:
            continue
        halts = stopped if stopped is not None and deadline.key in stops else None
        if stopped is not None and halts is None:
            continue
        if deadline.unit == _YEARLY:
            year = PartialDate.parse(stopped.since).first.year if stopped else today.year
            if entered.last.year < year:
                yield from _of_year(stage, deadline, year, present=present, days=days, halts=halts)
        elif entered.last >= opened - NEW:
            lacking = tuple(key for key in stage.required if key not in present)
            if lacking:
                start = entered.exact
                due = due_day(deadline, start, days) if start else None
                yield Asked(deadline, lacking, due, halts)


def _of_year(
    stage: Stage,
    deadline: Deadline,
    year: int,
    *,
    present: Mapping[str, Collection[str]],
    days: Workdays,
    halts: Stopped | None,
) -> Iterator[Asked]:
    lacking = tuple(
        key
        for key in stage.required
        if not any(day.startswith(str(year)) for day in present.get(key, ()))
    )
    if lacking:
        yield Asked(deadline, lacking, due_day(deadline, date(year, 1, 1), days), halts)


def stopped_by(
    standings: tuple[Standing, ...], *, effective: str, way: str, leaving: str, today: date
) -> Stopped | None:
    """Say whether a leaving stops the deadlines today: its day has come, and nobody came back."""
    since = PartialDate.parse(effective)
    now = standing_on(standings, today)
    if since.first > today or (now is not None and now.phase == _IN_SERVICE):
        return None
    return Stopped(effective, way, leaving)


def days_left(due: date, today: date, *, unit: str, days: Workdays) -> int:
    """Return how many days are left, 0 on the last one, negative where it is over.

    Of a deadline in working days only these are counted, as it was counted.
    """
    if unit != "working-day":
        return (due - today).days
    first, last = sorted((due, today))
    count = sum(
        days.is_worked(first + timedelta(days=step)) for step in range(1, (last - first).days + 1)
    )
    return count if due >= today else -count


def state_of(due: date | None, today: date, *, soon: int, stopped: bool) -> str:
    """Return how a deadline stands: ``stopped``, ``unknown``, ``overdue``, ``soon`` or ``running``.

    :param soon: calendar days before the day within which it is ``soon``.
    """
    if stopped:
        return "stopped"
    if due is None:
        return "unknown"
    if due < today:
        return "overdue"
    return "soon" if due - today <= timedelta(days=soon) else "running"
