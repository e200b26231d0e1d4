"""What says more as a picture: what falls due when, what went under which rule, what waits longest.

Counted among what the reader may know of, like the figures beside; a count that stopped says so.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import islice

from hoso.access.permissions import Permission
from hoso.desk import disposing
from hoso.desk.act import act
from hoso.desk.compliance import failing
from hoso.desk.desk import Desk
from hoso.desk.handover_views import listed as handovers
from hoso.kernel.clock import civil_day
from hoso.preservation.fixity.model import Ended
from hoso.preservation.fixity.rounds import fixity_of
from hoso.records.model import Dossier, Site
from hoso.retention import calendar
from hoso.retention.model import Calendar

__all__ = ["AHEAD", "Counts", "Destroyed", "DueYear", "Oldest", "charted"]

#: Years ahead for which what falls due is counted, the present one among them.
AHEAD = 10
#: Records looked at for one year; beyond, "more than" so many.
MOST = 1000
#: Lines of disposal lists that are looked at.
_LINES = 10_000
_ROUNDS = 6


@dataclass(frozen=True)
class DueYear:
    """How many records come due in a year; ``capped`` where there are more than were counted.

    The first of several stands for its year and all before: what is over already.
    """

    year: int
    count: int
    capped: bool


@dataclass(frozen=True)
class Destroyed:
    """How many dossiers and papers were destroyed in a year under a rule."""

    year: int
    rule: str
    count: int


@dataclass(frozen=True)
class Oldest:
    """Since when the oldest of its kind waits for somebody: ``overdue``, ``unverified``, ``risk``, ``handover``."""

    kind: str
    since: date
    days: int


@dataclass(frozen=True)
class Counts:
    """What the pictures show.

    :ivar more_destroyed: whether there were more lines than were looked at.
    :ivar rounds: the last full rounds of reading, the oldest first.
    """

    due: tuple[DueYear, ...]
    destroyed: tuple[Destroyed, ...]
    more_destroyed: bool
    oldest: tuple[Oldest, ...]
    rounds: tuple[Ended, ...]


@act("compliance.charted", Permission.COMPLIANCE_VIEW, told=False)
def charted(desk: Desk, site: Site) -> Counts:
    """Return what the pictures of the auditor's desk show."""
    destroyed, more = _destroyed(desk, site)
    kept = fixity_of(desk.root)
    return Counts(
        due=tuple(_due(desk, desk.today.year + ahead) for ahead in range(-1, AHEAD)),
        destroyed=destroyed,
        more_destroyed=more,
        oldest=tuple(_oldest(desk, site)),
        rounds=tuple(kept.rounds.values())[-_ROUNDS:] if kept is not None else (),
    )


def _due(desk: Desk, year: int) -> DueYear:
    kept: Calendar = desk.root["retention-calendar"]
    first = date(year, 1, 1) if year >= desk.today.year else None
    found = calendar.due_between(kept, first, date(year, 12, 31))
    known = (desk.site.by_id.get(number) for number in islice(found, MOST + 1))
    seen = [
        one
        for one in known
        if isinstance(one, Dossier) and desk.may(one, Permission.COMPLIANCE_VIEW)
    ]
    return DueYear(year, min(len(seen), MOST), next(found, None) is not None or len(seen) > MOST)


def _destroyed(desk: Desk, site: Site) -> tuple[tuple[Destroyed, ...], bool]:
    may = desk.may(site, Permission.DISPOSAL_VIEW)
    lines = (
        line
        for list_ in (disposing.listing(desk, site) if may else ())
        for line in list_.lines.values()
        if line.state == "destroyed"
    )
    count: Counter[tuple[int, str]] = Counter()
    for line in islice(lines, _LINES):
        happened = next(one.at for one in reversed(line.history) if one.state == "destroyed")
        year = int(civil_day(happened)[:4])
        count[year, line.frozen.label or line.frozen.rule] += 1
    found = tuple(Destroyed(year, rule, n) for (year, rule), n in sorted(count.items()))
    return found, next(lines, None) is not None


def _oldest(desk: Desk, site: Site) -> Iterator[Oldest]:
    for check in ("overdue", "unverified"):
        # Longest over first.
        first = next(failing(desk, check), None)
        decision = first.decision.without_holds or first.decision if first is not None else None
        since = decision.due or decision.expires if decision is not None else None
        if since is not None:
            yield Oldest(check, since, (desk.today - since).days)
    kept = fixity_of(desk.root)
    found = [one.found_at for one in kept.risks.values() if one.state == "open"] if kept else []
    if found:
        since = date.fromisoformat(civil_day(min(found)))
        yield Oldest("risk", since, (desk.today - since).days)
    may = desk.may(site, Permission.CUSTODY_RECEIVE)
    late = handovers(desk, site, late=True) if may else []
    if late:
        since = date.fromisoformat(min(view.handover.due for view in late))
        yield Oldest("handover", since, (desk.today - since).days)
