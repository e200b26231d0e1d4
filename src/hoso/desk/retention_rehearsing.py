"""Try another retention schedule before anybody adopts it: which dossiers move, and to when.

Nothing is written of what is tried, to no dossier and to no calendar.  To adopt a schedule its
files are laid into ``catalogs/`` and the house is started again; the calendar then follows by
itself (``app.rescheduling``).
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Any

from BTrees.LOBTree import LOBTree

from hoso.access.permissions import Permission
from hoso.definitions.beside import load_beside
from hoso.desk.act import act
from hoso.desk.desk import Desk
from hoso.desk.keeping import judged_under
from hoso.kernel import ids
from hoso.kernel.errors import Conflict, Missing
from hoso.records.model import Dossier, Site
from hoso.retention import calendar
from hoso.retention.laws import Book
from hoso.retention.model import Rehearsal
from hoso.retention.rehearsing import KINDS, Move, kind_of

__all__ = [
    "HEADINGS",
    "MOST_KEPT",
    "Tried",
    "begin",
    "finish",
    "forget",
    "listed",
    "look",
    "moves",
    "next_waiting",
    "piece",
    "rehearse",
    "row",
    "take_out",
]

#: Columns of the list of what moves.
HEADINGS = (
    "code",
    "unit",
    "class",
    "move",
    "held",
    "state_before",
    "rule_before",
    "until_before",
    "state_after",
    "rule_after",
    "until_after",
)
#: Schedules on trial one person keeps; the oldest gives way.
MOST_KEPT = 5
#: Dossiers between two times the object cache is cleared.
_AT_ONCE = 500
_KEY = "retention-rehearsals"


@dataclass(frozen=True)
class Tried:
    """A schedule on trial as its owner sees it.

    ``counts`` leads from (class, kind of move) to how many dossiers; "" as kind is "stays".
    """

    uid: str
    by: str
    at: str
    on: date
    files: tuple[str, ...]
    digest: str
    done: int
    total: int
    is_done: bool
    error: str
    counts: Mapping[tuple[str, str], int]

    @property
    def sums(self) -> dict[str, int]:
        """How many dossiers move in each way, whatever their class."""
        found: dict[str, int] = dict.fromkeys(KINDS, 0)
        for (_, kind), many in self.counts.items():
            if kind:
                found[kind] += many
        return found


def moves(
    desk: Desk, law: Book, *, on: date, after: int = 0
) -> Iterator[tuple[Dossier, str, Move | None]]:
    """Yield each dossier one may try this for, its class, and how it would move.

    In the order of their numbers, in which what is noted of them stands on disk.

    :param law: the rulebook with the other schedule.
    :param after: the number of the dossier behind which to go on.
    """
    numbers = calendar.numbers(desk.root["retention-calendar"], after=after)
    for count, number in enumerate(numbers, start=1):
        dossier = desk.site.by_id.get(number)
        if isinstance(dossier, Dossier) and desk.may(dossier, Permission.RETENTION_REHEARSE):
            yield _tried(desk, law, dossier, on=on)
        if count % _AT_ONCE == 0:
            # Seen once and not again: kept, memory would grow with the number of dossiers.
            desk.connection.cacheMinimize()


def _tried(
    desk: Desk, law: Book, dossier: Dossier, *, on: date
) -> tuple[Dossier, str, Move | None]:
    before, after = judged_under(desk.root, (desk.rulebook, law), dossier, on=on)
    kind = kind_of(before, after)
    class_ = law.dossier_types[dossier.type].retention
    if kind is None:
        return dossier, class_, None
    move = Move(
        record=dossier.id,
        code=dossier.code,
        name=dossier.name,
        unit=dossier.unit.name,
        retention_class=class_,
        kind=kind,
        before=before.without_holds or before,
        after=after.without_holds or after,
        is_held=bool(before.holds),
    )
    return dossier, class_, move


@act("retention.rehearsed", Permission.RETENTION_REHEARSE)
def rehearse(
    desk: Desk, _site: Site, *, law: Book, on: date
) -> Iterator[tuple[Dossier, str, Move | None]]:
    """Try another schedule on every dossier one may see; nothing is written."""
    desk.say(rulebook=law.digest, on=on.isoformat())
    return moves(desk, law, on=on)


def row(move: Move) -> tuple[str, ...]:
    """Return a move as a line of the list; days as ISO text, the last day of keeping."""
    before, after = move.before, move.after
    return (
        move.code,
        move.unit,
        move.retention_class,
        move.kind,
        "held" if move.is_held else "",
        before.state,
        before.rule or "",
        before.expires.isoformat() if before.expires else "",
        after.state,
        after.rule or "",
        after.expires.isoformat() if after.expires else "",
    )


def piece(found: list[Move]) -> str:
    """Return moves as lines of CSV."""
    written = io.StringIO()
    csv.writer(written, lineterminator="\r\n").writerows(map(row, found))
    return written.getvalue()


# In the background, for the page -------------------------------------------------------------


def _kept(root: Any) -> LOBTree:
    if _KEY not in root:
        root[_KEY] = LOBTree()
    found: LOBTree = root[_KEY]
    return found


@act("retention.rehearsal-begun", Permission.RETENTION_REHEARSE)
def begin(desk: Desk, _site: Site, *, files: Mapping[str, str], on: date) -> str:
    """Lay a schedule beside the one in force, to be tried in the background; return its uid.

    :raises hoso.kernel.errors.Invalid: with every fault of the schedule.
    """
    law = load_beside(desk.house.home, desk.rulebook.profile.key, files)
    kept = _kept(desk.root)
    mine = [one for one in kept.values() if one.by == desk.identity.login]
    if any(not one.ended for one in mine):
        raise Conflict("A schedule of yours is being tried already. Wait for it, or remove it.")
    for old in sorted(mine, key=lambda one: one.at)[: len(mine) - MOST_KEPT + 1]:
        del kept[old.id]
    key = ids.new_id()
    tried = Rehearsal(
        key,
        by=desk.identity.login,
        at=desk.now,
        on=on.isoformat(),
        files=tuple(sorted(files.items())),
    )
    tried.digest = law.digest
    tried.total = len(desk.root["retention-calendar"].records)
    kept[key] = tried
    desk.say(rehearsal=ids.to_text(key), rulebook=law.digest, on=tried.on)
    return ids.to_text(key)


def next_waiting(root: Any) -> Rehearsal | None:
    """Return a schedule that is still to be tried, the first that came."""
    waiting = [one for one in root.get(_KEY, {}).values() if not one.ended]
    return min(waiting, key=lambda one: one.at, default=None)


def finish(desk: Desk, tried: Rehearsal, *, law: Book, limit: int) -> bool:
    """Try the next dossiers; return whether all are done.  ``desk`` sits for who asked."""
    on = date.fromisoformat(tried.on)
    lines = list(islice(moves(desk, law, on=on, after=tried.cursor), limit))
    found = [move for _, _, move in lines if move is not None]
    for _, class_, move in lines:
        key = (class_, move.kind if move is not None else "")
        tried.counts[key] = tried.counts.get(key, 0) + 1
    if found:
        tried.pieces[len(tried.pieces)] = piece(found)
    tried.done += len(lines)
    if lines:
        tried.cursor = lines[-1][0].id
    if len(lines) < limit:
        tried.ended = desk.now
    return bool(tried.ended)


def _mine(desk: Desk, uid: str) -> Rehearsal:
    found: Rehearsal | None = desk.root.get(_KEY, {}).get(ids.from_text(uid) or 0)
    if found is None or found.by != desk.identity.login:
        raise Missing
    return found


def _shown(tried: Rehearsal) -> Tried:
    return Tried(
        uid=ids.to_text(tried.id),
        by=tried.by,
        at=tried.at,
        on=date.fromisoformat(tried.on),
        files=tuple(name for name, _ in tried.files),
        digest=tried.digest,
        done=tried.done,
        total=tried.total,
        is_done=bool(tried.ended),
        error=tried.error,
        counts=dict(tried.counts.items()),
    )


@act("retention.rehearsals-listed", Permission.RETENTION_REHEARSE, told=False)
def listed(desk: Desk, _site: Site) -> list[Tried]:
    """Return the schedules this person has on trial, the last first."""
    found = [one for one in desk.root.get(_KEY, {}).values() if one.by == desk.identity.login]
    return [_shown(one) for one in sorted(found, key=lambda one: one.at, reverse=True)]


@act("retention.rehearsal-shown", Permission.RETENTION_REHEARSE, told=False)
def look(desk: Desk, _site: Site, *, rehearsal: str) -> Tried:
    """Return how far a trial is and what came of it."""
    return _shown(_mine(desk, rehearsal))


@act("retention.rehearsal-taken", Permission.RETENTION_REHEARSE)
def take_out(desk: Desk, _site: Site, *, rehearsal: str) -> Iterator[str]:
    """Return the list of what would move, as pieces of CSV."""
    tried = _mine(desk, rehearsal)
    desk.say(rehearsal=rehearsal, rulebook=tried.digest)
    head = io.StringIO()
    csv.writer(head, lineterminator="\r\n").writerow(HEADINGS)
    return iter([head.getvalue(), *tried.pieces.values()])


@act("retention.rehearsal-removed", Permission.RETENTION_REHEARSE)
def forget(desk: Desk, _site: Site, *, rehearsal: str) -> None:
    """Put a schedule on trial away, done or not."""
    tried = _mine(desk, rehearsal)
    del _kept(desk.root)[tried.id]
    desk.say(rehearsal=rehearsal, rulebook=tried.digest)
