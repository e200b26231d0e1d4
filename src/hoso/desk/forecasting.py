"""Who retires when: the list by month with its notices, and what is stated of one person.

A birth date or a sex that is not known is listed as such, never guessed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Any

from hoso.access.permissions import Permission
from hoso.desk.act import act
from hoso.desk.desk import Desk
from hoso.desk.dossiers import visible_documents
from hoso.desk.interfaces import House
from hoso.kernel.errors import Fault, Invalid, NotReady
from hoso.kernel.text import one_line
from hoso.personnel import forecast as people
from hoso.personnel.leaving import standing_on, timeline
from hoso.personnel.model import AgeStated, Leaving, careers_of, standing_leaving
from hoso.personnel.retirement_age import Moment, Month, Roadmap, roadmap_of
from hoso.records import filing
from hoso.records.model import Dossier, Site
from hoso.records.units import lineage

__all__ = [
    "Forecast",
    "Line",
    "gather_births",
    "glance",
    "keep_birth",
    "listed",
    "month_of",
    "of_person",
    "state_age",
]

_LONGEST = 500
#: Months of a forecast at most: ten years.
MOST = 120
_AT_ONCE = 500


@dataclass(frozen=True)
class Line:
    """Somebody who reaches the age.

    :ivar notice_by: the last day for the notice, ``decision_by`` for the decision.
    :ivar leaving: what is recorded already, or ``None``.
    """

    dossier: Dossier
    moment: Moment
    stated: AgeStated | None
    notice_by: date
    decision_by: date
    leaving: Leaving | None


@dataclass(frozen=True)
class Forecast:
    """Who reaches the age from one month to another, among those one may see.

    :ivar months: each month of the period with its people, also those nobody retires in.
    :ivar passed: people in service who passed the age before the present month.
    :ivar unknown: people in service whose birth date or sex is not known.
    """

    first: Month
    last: Month
    months: tuple[tuple[Month, tuple[Line, ...]], ...]
    passed: tuple[Line, ...]
    unknown: tuple[Dossier, ...]

    @property
    def total(self) -> int:
        return sum(len(lines) for _, lines in self.months)


# Who serves --------------------------------------------------------------------------------


def keep_birth(house: House, root: Any, record: Any) -> None:
    """Keep a person by month of birth while in service; listens to events."""
    if not isinstance(record, Dossier):
        return
    kind = house.rulebook.dossier_types.get(record.type)
    key = ""
    if kind is not None and kind.personal:
        standings = timeline(record.status_events, house.rulebook.statuses)
        now = standing_on(standings, house.clock.today())
        if now is None or now.phase not in {"left", "archive"}:
            key = people.birth_key(record.birth_date, record.gender)
    people.note_birth(careers_of(root), record.id, key)


def gather_births(house: House, root: Any, *, after: str) -> str:
    """Keep the next people of an older site; return the code reached, "" where all are kept."""
    folder = root["site"].dossiers
    # The one reached is kept again, which does no harm; so there is always one more than that.
    some = list(islice(folder.names(after or None), _AT_ONCE + 1))
    for code in some:
        keep_birth(house, root, folder[code])
    if len(some) > _AT_ONCE:
        return str(some[-1])
    careers_of(root).births_known = True
    return ""


# The list ----------------------------------------------------------------------------------


def _roadmap(desk: Desk) -> Roadmap:
    return roadmap_of(desk.rulebook.vocabularies["retirement-age-roadmap"].terms.values())


def _line(desk: Desk, number: int, roadmap: Roadmap) -> Line | None:
    dossier = desk.site.by_id.get(number)
    if not isinstance(dossier, Dossier) or not desk.may(dossier, Permission.CAREER_FORECAST):
        return None
    if not careers_of(desk.root).born_of.get(number):
        return None
    stated = _stated_age(desk.root, dossier)
    moment = people.moment_of(dossier.birth_date, dossier.gender, roadmap=roadmap, stated=stated)
    if moment is None:
        return None
    settings = desk.rulebook.profile.settings["retirement"]
    return Line(
        dossier,
        moment,
        stated,
        notice_by=moment.month.later(-settings["notice_months"]).last_day,
        decision_by=moment.month.later(-settings["decision_months"]).last_day,
        leaving=standing_leaving(desk.root, dossier),
    )


def month_of(day: date, *, later: int = 0) -> Month:
    """Return the month of a day, or one so many months later."""
    return Month.of(day).later(later)


def _stated_age(root: Any, dossier: Dossier) -> AgeStated | None:
    found = careers_of(root).ages.get(dossier.id, ())
    return found[-1] if found and found[-1].months else None


@act("career.forecast-listed", Permission.CAREER_FORECAST)
def listed(desk: Desk, _site: Site, *, first: Month, months: int, unit: str = "") -> Forecast:
    """Return who reaches the age of retirement in a period, by month.

    :param unit: key of a unit: only people of it and of the units below.
    """
    faults = []
    if not 1 <= months <= MOST:
        said = "Ask for 1 to {most} months."
        faults.append(Fault("months", said, {"most": MOST}))
    if unit and desk.site.unit_by_key.get(unit) is None:
        faults.append(Fault("unit", "Choose a unit from the list."))
    if faults:
        raise Invalid(faults)
    found = _forecast(desk, first, months, unit=unit)
    desk.say(first=str(first), months=months, lines=found.total)
    return found


@act("career.forecast-glanced", Permission.CAREER_FORECAST, told=False)
def glance(desk: Desk, _site: Site, *, months: int = 6) -> Forecast:
    """Return the forecast of the months to come for a reader's first page."""
    return _forecast(desk, Month.of(desk.today), months, unit="")


def _forecast(desk: Desk, first: Month, months: int, *, unit: str) -> Forecast:
    known, roadmap, last = careers_of(desk.root), _roadmap(desk), first.later(months - 1)
    if not known.births_known:
        raise NotReady("The list of who serves is still being gathered. Look again in a minute.")

    def lines(numbers: Iterator[int]) -> Iterator[Line]:
        for number in numbers:
            line = _line(desk, number, roadmap)
            if line is not None and _is_in(line.dossier, unit):
                yield line

    by_month: dict[Month, list[Line]] = {}
    for line in lines(people.reaching(known, first, last, roadmap=roadmap)):
        if first <= line.moment.month <= last:
            by_month.setdefault(line.moment.month, []).append(line)
    this = Month.of(desk.today)
    passed = [
        line
        for line in lines(people.born_before(known, desk.today, roadmap=roadmap))
        if line.moment.month < this
    ]
    unknown = (desk.site.by_id.get(number) for number in known.born.get(people.UNKNOWN, ()))
    return Forecast(
        first,
        last,
        tuple(
            (month, tuple(sorted(by_month.get(month, ()), key=_by_name)))
            for month in (first.later(step) for step in range(months))
        ),
        tuple(sorted(passed, key=lambda line: (line.moment.month, *_by_name(line)))),
        tuple(
            dossier
            for dossier in unknown
            if isinstance(dossier, Dossier)
            and desk.may(dossier, Permission.CAREER_FORECAST)
            and _is_in(dossier, unit)
        ),
    )


def _is_in(dossier: Dossier, unit: str) -> bool:
    return not unit or any(step.key == unit for step in lineage(dossier.unit))


def _by_name(line: Line) -> tuple[str, str]:
    return line.dossier.name, line.dossier.code


# One person --------------------------------------------------------------------------------


@act("career.age-asked", Permission.CAREER_FORECAST, told=False)
def of_person(desk: Desk, dossier: Dossier) -> Line | None:
    """Return when one person reaches the age; ``None`` where that cannot be said."""
    return _line(desk, dossier.id, _roadmap(desk))


@act("career.age-stated", Permission.CAREER_RECORD)
def state_age(
    desk: Desk,
    dossier: Dossier,
    *,
    form: str,
    months: str,
    reason: str,
    evidence: str = "",
    revision: int | None = None,
) -> AgeStated:
    """State why one person's age is lower or higher than the roadmap's, and by how much.

    :param form: code of ``retirement-form``; "" takes an earlier statement back.
    :param months: by how many months, as typed; the form says which way and how many at most.
    """
    filing.check_revision(dossier, revision)
    faults: list[Fault] = []
    shift = _shift(desk, form, months.strip(), faults)
    reason = one_line(reason)[:_LONGEST]
    if not reason:
        faults.append(Fault("reason", "State the reason and the paper it rests on."))
    if evidence and not any(d.uid == evidence for d in visible_documents(desk, dossier)):
        faults.append(Fault("evidence", "The decision must be a paper in this dossier."))
    if faults:
        raise Invalid(faults)
    stated = AgeStated(form, shift, reason, evidence, desk.now, desk.identity.login)
    known = careers_of(desk.root)
    known.ages[dossier.id] = (*known.ages.get(dossier.id, ()), stated)
    desk.say(form=form, months=shift, reason=reason, evidence=evidence)
    return stated


def _shift(desk: Desk, form: str, months: str, faults: list[Fault]) -> int:
    if not form:
        return 0
    term = desk.rulebook.vocabularies["retirement-form"].terms.get(form)
    lower = int(term.extra.get("lower_most") or 0) if term is not None else 0
    higher = int(term.extra.get("higher_most") or 0) if term is not None else 0
    most = lower or higher
    if not most:
        faults.append(Fault("form", "This form changes no age; choose another."))
        return 0
    count = int(months) if months.isascii() and months.isdigit() and len(months) < 4 else 0
    if not 1 <= count <= most:
        faults.append(Fault("months", "State 1 to {most} months.", {"most": most}))
    return -count if lower else count
