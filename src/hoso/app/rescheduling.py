"""Bring the calendar up to the rules in force and to the day, in the background.

Three things change a date without anybody touching the dossier: other rules (the digest of the
rulebook), a day on which a recorded event comes true, and the last day of a hold.  All three are
worked off here in bounded batches, each a transaction of its own that says how far it came, so
the work may be cut off anywhere and goes on there.  Until it is done, lists say so
(``desk.keeping.standing``).

Run by a thread of the server, and by hand: ``hoso retention evaluate``.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import timedelta
from itertools import islice
from typing import Any

from hoso.access.accounts import accounts_of, identity_of
from hoso.app.house import House
from hoso.definitions.beside import load_beside
from hoso.desk import keeping, retention_rehearsing
from hoso.desk.desk import Desk
from hoso.desk.holding import note_members
from hoso.desk.lapsing import KEEPER
from hoso.kernel import ids
from hoso.kernel.clock import stamp
from hoso.kernel.errors import Invalid
from hoso.records.model import Dossier
from hoso.retention import calendar, contents, holds, laws
from hoso.retention.evolve import lying_in
from hoso.retention.model import Calendar, Evaluation, Holds
from hoso.search.changes import note_change

__all__ = ["BATCH", "Rescheduler", "evaluate", "follow_the_day", "try_schedules", "work_off"]

log = logging.getLogger(__name__)

#: Dossiers of one commit: seconds of work lost by a kill, a handful of buckets written each time.
BATCH = 500
#: Seconds between two looks at the day, and at schedules somebody wants to try.
PAUSE, GLANCE = 300.0, 2.0
_KEY = "retention-evaluation"


def work_off(
    house: House,
    *,
    anew: bool = False,
    say: Callable[[keeping.Standing], None] | None = None,
    stop: Callable[[], bool] | None = None,
) -> keeping.Standing:
    """Do everything that is to be done; return how the calendar stands then.

    :param anew: also where the rules are the same, reading every paper again: the contents that
        are noted of dossiers are an index, and this writes it anew.
    :param say: told after each batch.
    :param stop: asked between batches; what is done by then stays done.
    """
    follow_the_day(house)
    evaluate(house, anew=anew, say=say, stop=stop)
    with house.databases.connection() as connection:
        return keeping.standing(connection.root(), house.rulebook)


def evaluate(
    house: House,
    *,
    anew: bool = False,
    say: Callable[[keeping.Standing], None] | None = None,
    stop: Callable[[], bool] | None = None,
) -> int:
    """Decide for every dossier under the rules in force, from where it was left off.

    :return: how many were decided.
    """
    if not house.databases.attempt(_begin(house, anew=anew), note="retention: rules changed"):
        return 0
    count = 0
    while not (stop is not None and stop()):
        done, standing = house.databases.attempt(_some(house), note="retention evaluated")
        count += done
        if say is not None:
            say(standing)
        if standing.is_done:
            break
    return count


def _begin(house: House, *, anew: bool) -> Callable[[Any], bool]:
    def begin(connection: Any) -> bool:
        """Say whether there is anything to decide; begin where the rules are new."""
        root, digest = connection.root(), house.rulebook.digest
        run: Evaluation | None = root.get(_KEY)
        if run is not None and run.digest == digest and not run.ended:
            return True
        if run is not None and run.digest == digest and not anew:
            return False
        laws.keep(root, house.rulebook)
        kept: Calendar = root["retention-calendar"]
        before = run.digest if run is not None else ""
        run = Evaluation(digest, before=before, began=stamp(house.clock.now()))
        run.total, run.anew = len(kept.records), anew
        root[_KEY] = run
        return True

    return begin


def _some(house: House) -> Callable[[Any], tuple[int, keeping.Standing]]:
    def some(connection: Any) -> tuple[int, keeping.Standing]:
        # What the batch before loaded is seen once and not again: kept, memory would grow with
        # the number of dossiers until the cache is full, and every look through it with that.
        connection.cacheMinimize()
        root, today = connection.root(), house.clock.today()
        run: Evaluation = root[_KEY]
        kept: Calendar = root["retention-calendar"]
        numbers = list(islice(calendar.numbers(kept, after=run.cursor), BATCH))
        changed = []
        for number in numbers:
            dossier = root["site"].by_id.get(number)
            if not isinstance(dossier, Dossier):
                calendar.forget(kept, number)
                continue
            if run.anew:
                contents.lay_down(root["retention-contents"], number, lying_in(dossier))
            if keeping.evaluate_one(root, house.rulebook, dossier, on=today):
                changed.append(-number)
        if changed:
            note_change(root, changed)
        run.done += len(numbers)
        run.changed += len(changed)
        if numbers:
            run.cursor = numbers[-1]
        if len(numbers) < BATCH:
            run.ended = stamp(house.clock.now())
            desk = Desk(house, connection, KEEPER, via="housekeeping")
            desk.tell(
                "retention.evaluated",
                root["site"],
                rulebook=run.digest,
                before=run.before,
                dossiers=run.done,
                changed=run.changed,
            )
        return len(numbers), keeping.standing(root, house.rulebook)

    return some


def follow_the_day(house: House) -> int:
    """Decide for what was recorded for a day that has come, tell of holds that are over.

    Costs a look at two keys where there is nothing; returns how many dossiers and holds there were.
    """
    with house.databases.connection() as connection:
        root, today = connection.root(), house.clock.today()
        events = any(islice(calendar.come(root["retention-calendar"], today), 1))
        over = any(islice(holds.over(root["retention-holds"], today), 1))
    count = 0
    while events:
        done = house.databases.attempt(_come_true(house), note="retention: events come true")
        count, events = count + done, done == BATCH
    if over:
        count += house.databases.attempt(_end_holds(house), note="retention: holds over")
    return count


def _come_true(house: House) -> Callable[[Any], int]:
    def come_true(connection: Any) -> int:
        root, today = connection.root(), house.clock.today()
        kept: Calendar = root["retention-calendar"]
        numbers = list(islice(calendar.come(kept, today), BATCH))
        changed = []
        for number in numbers:
            dossier = root["site"].by_id.get(number)
            if not isinstance(dossier, Dossier):
                calendar.forget(kept, number)
            elif keeping.evaluate_one(root, house.rulebook, dossier, on=today):
                changed.append(-number)
        if changed:
            note_change(root, changed)
        return len(numbers)

    return come_true


def _end_holds(house: House) -> Callable[[Any], int]:
    def end_holds(connection: Any) -> int:
        root = connection.root()
        kept: Holds = root["retention-holds"]
        desk = Desk(house, connection, KEEPER, via="housekeeping")
        found = list(holds.over(kept, house.clock.today()))
        for hold in found:
            holds.end(kept, hold, by=KEEPER.login, at=desk.now)
            note_members(root, hold)
            desk.tell(
                "retention.hold-ended",
                root["site"],
                hold=ids.to_text(hold.id),
                until=hold.until,
                reason=hold.reason,
            )
        return len(found)

    return end_holds


def try_schedules(house: House, *, stop: Callable[[], bool] | None = None) -> int:
    """Try the schedules that were laid beside; return how many batches that took.

    Each for who asked, who learns of the dossiers open to him and of no other.
    """
    laws_read: dict[int, Any] = {}

    def some(connection: Any) -> bool:
        tried = retention_rehearsing.next_waiting(connection.root())
        if tried is None:
            return False
        account = accounts_of(connection.root()).by_login.get(tried.by)
        if account is None or account.locked:
            tried.ended = tried.error = "The account that asked is closed."
            return True
        if tried.id not in laws_read:
            try:
                law = load_beside(house.home, house.rulebook.profile.key, dict(tried.files))
            except Invalid as error:
                # It stood when it was sent; the rest of the definitions has changed since.
                tried.error, tried.ended = str(error), stamp(house.clock.now())
                return True
            laws_read[tried.id] = law
        desk = Desk(house, connection, identity_of(account), via="housekeeping")
        retention_rehearsing.finish(desk, tried, law=laws_read[tried.id], limit=BATCH)
        return True

    count = 0
    while not (stop is not None and stop()):
        if not house.databases.attempt(some, note="a schedule on trial"):
            break
        count += 1
    return count


class Rescheduler:
    """Works off what is to be done in a thread of the server."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._stop = threading.Event()
        self._next = house.clock.now()
        self._thread = threading.Thread(target=self._run, name="rescheduler", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def close(self) -> None:
        """Stop behind the batch that is being done."""
        self._stop.set()
        self._thread.join(timeout=30)

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                if self._house.clock.now() >= self._next:
                    work_off(self._house, stop=self._stop.is_set)
                    self._next = self._house.clock.now() + timedelta(seconds=PAUSE)
                try_schedules(self._house, stop=self._stop.is_set)
            except Exception as error:
                # The rim of a thread that must not end: it is tried again at the next round.
                log.exception("rescheduling failed")
                self._house.troubles["rescheduling"] = f"{type(error).__name__}: {error}"
            else:
                self._house.troubles.pop("rescheduling", None)
            self._stop.wait(GLANCE)
