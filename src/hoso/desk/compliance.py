"""The auditor's desk: what is not as it should be, at a glance and to the last record.

Figures are counted among what the reader may know of, each line judged anew when it is
counted: the lists behind them find candidates, the records decide.  A figure that would take too
long to count to its end says so and is never rounded down to nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from hoso.access.permissions import Permission
from hoso.audit.journal import book_of
from hoso.desk.act import act
from hoso.desk.desk import Desk
from hoso.desk.dossiers import required_types
from hoso.desk.keeping import as_seen, judged
from hoso.kernel.errors import Fault, Invalid
from hoso.kernel.text import one_line
from hoso.preservation.fixity.rounds import Progress, fixity_of, progress
from hoso.records.completeness import completeness
from hoso.records.model import Dossier, Site
from hoso.records.standing import status_at
from hoso.reports.model import Lacking
from hoso.reports.sampling import drawn
from hoso.retention import calendar
from hoso.retention.contents import kinds_of
from hoso.retention.model import Calendar
from hoso.retention.schedule import Decision

__all__ = [
    "CHECKS",
    "KEY",
    "MOST",
    "Checked",
    "Drawn",
    "Figure",
    "Overview",
    "UnitFailures",
    "failing",
    "lines",
    "look_through",
    "overview",
    "sample",
]

KEY = "lacking"
#: Lines counted for a figure; beyond, "more than" so many.
MOST = 2000
#: Dossiers a sample may have.
LARGEST_SAMPLE = 500

#: What is checked of each dossier, worst first.
CHECKS = ("overdue", "unverified", "no-rule", "no-end", "incomplete")


@dataclass(frozen=True)
class Figure:
    """How many records fail a check; ``capped`` where there are more than were counted."""

    check: str
    count: int
    capped: bool


@dataclass(frozen=True)
class UnitFailures:
    """How many dossiers of one unit fail each check, in the order of ``CHECKS``."""

    unit: str
    counts: tuple[int, ...]


@dataclass(frozen=True)
class Overview:
    """How things stand among what one may know of.

    :ivar units: those with dossiers that fail, most first; among what was counted.
    :ivar looked_through: the day of the last look for missing components, "" for none.
    :ivar sealed_to: the last day of the journal that is sealed.
    """

    figures: tuple[Figure, ...]
    units: tuple[UnitFailures, ...]
    looked_through: str
    under_way: int
    fixity: Progress
    sealed_to: str


@dataclass(frozen=True)
class Checked:
    """One dossier that fails a check: with the decision on its period, and what it lacks."""

    dossier: Dossier
    decision: Decision
    missing: tuple[str, ...]


@dataclass(frozen=True)
class Drawn:
    """One dossier of a sample."""

    lot: str
    dossier: Dossier
    decision: Decision
    missing: tuple[str, ...]


def missing_of(desk: Desk, dossier: Dossier) -> tuple[str, ...]:
    """Return the keys of the types of paper a dossier must hold and does not."""
    present = {type_ for type_, _ in kinds_of(desk.root["retention-contents"], dossier.id)}
    at = status_at(dossier.status_events, desk.today)
    return completeness(
        required_types(desk.rulebook, dossier, at.status if at else ""), present
    ).missing


def _candidates(desk: Desk, check: str) -> Iterable[int]:
    kept: Calendar = desk.root["retention-calendar"]
    if check == "overdue":
        return calendar.due_by(kept, desk.today)
    if check == "unverified":
        return calendar.expired_unverified(kept, desk.today)
    if check == "incomplete":
        known: Lacking | None = desk.root.get(KEY)
        return known.missing.keys() if known is not None else ()
    return calendar.unknown(kept)


def failing(desk: Desk, check: str) -> Iterator[Checked]:
    """Yield what fails a check and may be known of; what is over or would be, longest over first."""
    for number in _candidates(desk, check):
        dossier = desk.site.by_id.get(number)
        if not isinstance(dossier, Dossier) or not desk.may(dossier, Permission.COMPLIANCE_VIEW):
            continue
        if check == "incomplete":
            missing = missing_of(desk, dossier)
            if missing:
                yield Checked(dossier, _decision(desk, dossier), missing)
            continue
        decision = _decision(desk, dossier)
        if _fails(check, decision):
            yield Checked(dossier, decision, ())


def _decision(desk: Desk, dossier: Dossier) -> Decision:
    return as_seen(desk, judged(desk.root, desk.rulebook, dossier, on=desk.today), dossier)


def _fails(check: str, decision: Decision) -> bool:
    without = decision.without_holds or decision
    if check == "overdue":
        # What is held is kept on purpose.
        return decision.state == "due"
    if without.state != "unknown":
        return False
    if check == "unverified":
        return without.expires is not None
    if without.expires is not None:
        return False
    return (check == "no-rule") == (without.trigger is None)


@act("compliance.overviewed", Permission.COMPLIANCE_VIEW)
def overview(desk: Desk, _site: Site) -> Overview:
    """Return how many records fail each check, and how files and journal stand."""
    figures = []
    by_unit: dict[str, Counter[str]] = {}
    for check in CHECKS:
        count = 0
        for one in islice(failing(desk, check), MOST + 1):
            by_unit.setdefault(one.dossier.unit.name, Counter())[check] += 1
            count += 1
        figures.append(Figure(check, min(count, MOST), count > MOST))
    known: Lacking | None = desk.root.get(KEY)
    desk.say(**{one.check: one.count for one in figures})
    return Overview(
        figures=tuple(figures),
        units=tuple(
            UnitFailures(unit, tuple(counts[check] for check in CHECKS))
            for unit, counts in sorted(by_unit.items(), key=lambda one: (-one[1].total(), one[0]))
        ),
        looked_through=known.as_of if known is not None else "",
        under_way=known.done if known is not None and known.began else 0,
        fixity=progress(
            fixity_of(desk.root),
            on=desk.today,
            period=int(desk.rulebook.profile.settings["fixity"]["period_days"]),
        ),
        sealed_to=book_of(desk.journal).last_sealed,
    )


@act("compliance.listed", Permission.COMPLIANCE_VIEW)
def lines(desk: Desk, _site: Site, *, check: str) -> Iterator[Checked]:
    """Return every dossier that fails a check, one at a time."""
    if check not in CHECKS:
        raise Invalid(
            message="There is no such list. Choose one of: {lists}.", lists=", ".join(CHECKS)
        )
    desk.say(check=check)
    return failing(desk, check)


@act("compliance.sampled", Permission.COMPLIANCE_VIEW)
def sample(desk: Desk, _site: Site, *, seed: str, size: int) -> list[Drawn]:
    """Draw dossiers by a seed that is published with them; the journal keeps seed and size.

    Drawn among those one may know of; who may know of all draws the same again.
    """
    seed = one_line(seed)
    faults = []
    if not seed:
        faults.append(Fault("seed", "Write the seed, such as the day and a number drawn by lot."))
    if not 1 <= size <= LARGEST_SAMPLE:
        faults.append(Fault("size", "Draw 1 to {most} dossiers.", {"most": LARGEST_SAMPLE}))
    if faults:
        raise Invalid(faults)
    found: list[Drawn] = []
    most = size
    while True:
        found.clear()
        pairs = list(drawn(desk.site.dossiers, seed=seed, most=most))
        for number, code in pairs:
            dossier = desk.site.dossiers[code]
            if desk.may(dossier, Permission.COMPLIANCE_VIEW):
                found.append(
                    Drawn(number, dossier, _decision(desk, dossier), missing_of(desk, dossier))
                )
                if len(found) == size:
                    break
        if len(found) == size or len(pairs) < most:
            break
        # Some are not open to the reader: the next lots are drawn in their stead.
        most *= 4
    desk.say(seed=seed, size=size, drawn=len(found))
    return found


@act("compliance.looked-through", Permission.FIXITY_WORK, told=False)
def look_through(desk: Desk, site: Site, *, most: int) -> bool:
    """Look at the next dossiers for what each lacks (machine); say whether there are more today."""
    known: Lacking | None = desk.root.get(KEY)
    if known is None:
        known = desk.root[KEY] = Lacking()
    today = desk.today.isoformat()
    if not known.began:
        if known.as_of == today:
            return False
        known.began, known.cursor, known.done = today, "", 0
    found: dict[int, tuple[str, ...]] = {}
    names = site.dossiers.names(known.cursor or None)
    codes = list(islice((name for name in names if name != known.cursor), most))
    for code in codes:
        dossier = site.dossiers[code]
        found[dossier.id] = missing_of(desk, dossier)
    _note(known.missing, found)
    known.done += len(codes)
    if len(codes) == most:
        known.cursor = codes[-1]
        return True
    _forget_gone(known.missing, site)
    known.as_of, known.began = known.began, ""
    return False


def _note(kept: Any, found: dict[int, tuple[str, ...]]) -> None:
    for number, missing in found.items():
        if missing and kept.get(number) != missing:
            kept[number] = missing
        elif not missing and number in kept:
            del kept[number]


def _forget_gone(kept: Any, site: Site) -> None:
    for number in [number for number in kept if number not in site.by_id]:
        del kept[number]
