"""Whether somebody may be said to have left (pure): what stands against it, all at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from hoso.definitions.values import Term, WayOfLeaving
from hoso.kernel.clock import civil_day
from hoso.kernel.dates import PartialDate
from hoso.kernel.errors import Fault
from hoso.records.model import StatusEvent

__all__ = ["Known", "Standing", "days_late", "faults_of", "standing_on", "timeline"]

_IN_SERVICE, _LEFT = "in-service", "left"


@dataclass(frozen=True)
class Standing:
    """A standing that holds from a date on, the last word on that date."""

    status: str
    since: PartialDate
    phase: str


@dataclass(frozen=True)
class Known:
    """What is known of a person; ``born`` is ``None`` where it is not."""

    today: date
    born: PartialDate | None
    standings: tuple[Standing, ...]


def timeline(events: Iterable[StatusEvent], statuses: Mapping[str, Term]) -> tuple[Standing, ...]:
    """Return the standings in the order of their dates; of two of one date the later word."""
    found: dict[str, Standing] = {}
    for event in events:
        since = event.effective or civil_day(event.recorded)
        phase = statuses[event.status].extra.get("phase", "") if event.status in statuses else ""
        found[since] = Standing(event.status, PartialDate.parse(since), phase)
    return tuple(found[since] for since in sorted(found))


def standing_on(standings: Iterable[Standing], day: date) -> Standing | None:
    """Return what holds on a day."""
    found = None
    for standing in standings:
        if standing.since.first <= day:
            found = standing
    return found


def faults_of(
    way: WayOfLeaving,
    effective: PartialDate,
    *,
    known: Known,
    ways: Mapping[str, WayOfLeaving],
    statuses: Mapping[str, Term],
) -> list[Fault]:
    """Return all that stands against recording that somebody left in that way on that date."""
    return [
        *_of_the_day(way, effective, known),
        *_of_the_life(effective, known),
        *_of_what_was(way, effective, known=known, statuses=statuses),
        *_of_what_comes(way, effective, known=known, ways=ways, statuses=statuses),
    ]


def _of_the_day(way: WayOfLeaving, effective: PartialDate, known: Known) -> Iterable[Fault]:
    ahead = (effective.first - known.today).days
    if ahead <= 0:
        return
    facts = {"date": effective, "days": way.ahead}
    if not way.ahead:
        yield Fault("effective", "{date} has not come yet. Record it when it has happened.", facts)
    elif ahead > way.ahead:
        yield Fault(
            "effective",
            "{date} is more than {days} days ahead. Correct the date, or record it later.",
            facts,
        )
    elif effective.exact is None:
        yield Fault("effective", "What lies ahead needs its day: write it as 05/09/2026.")


def _of_the_life(effective: PartialDate, known: Known) -> Iterable[Fault]:
    if known.born is not None and effective.last < known.born.first:
        yield Fault(
            "effective",
            "{date} lies before the date of birth, {born}. Correct one of the two.",
            {"date": effective, "born": known.born},
        )
    entered = next((one for one in known.standings if one.phase == _IN_SERVICE), None)
    if entered is not None and effective.last < entered.since.first:
        yield Fault(
            "effective",
            "{date} lies before the person entered service, {entered}. Correct one of the two.",
            {"date": effective, "entered": entered.since},
        )


def _of_what_was(
    way: WayOfLeaving, effective: PartialDate, *, known: Known, statuses: Mapping[str, Term]
) -> Iterable[Fault]:
    now = standing_on(known.standings, effective.last)
    if now is None or now.phase in {"", _IN_SERVICE, "procedure"}:
        return
    if now.status in way.after:
        return
    facts = {"status": _named(now.status, statuses), "date": now.since}
    if now.status == way.status:
        yield Fault("kind", "{status} is recorded already, from {date} on.", facts)
    else:
        yield Fault(
            "kind",
            "The person has left already: {status}, from {date} on. If that is wrong, undo it "
            "first.",
            facts,
        )


def _of_what_comes(
    way: WayOfLeaving,
    effective: PartialDate,
    *,
    known: Known,
    ways: Mapping[str, WayOfLeaving],
    statuses: Mapping[str, Term],
) -> Iterable[Fault]:
    # Somebody who came back may leave again: only what follows without a return counts.
    later = [one for one in known.standings if one.since.first > effective.last]
    first = later[0] if later else None
    if first is None or first.phase != _LEFT:
        return
    may_follow = any(way.status in w.after for w in ways.values() if w.status == first.status)
    if not may_follow:
        yield Fault(
            "effective",
            "{status} is recorded from {date} on, which is later. Undo that first.",
            {"status": _named(first.status, statuses), "date": first.since},
        )


def _named(status: str, statuses: Mapping[str, Term]) -> object:
    # The label says itself in the reader's language where the fault is shown.
    return statuses[status].label if status in statuses else status


def days_late(due: date, today: date) -> int:
    """Return how many days past *due* it is; 0 where it is not."""
    return max(0, (today - due).days)
