"""Bring packages where they were ordered to go, once they were read through.

One thread of the server reads through what was frozen (``app.reading_through``) and brings what is
due; before a package leaves, the second reader opens it again.  What did not arrive is tried again
with growing pauses, until a person must look.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from typing import Any

from hoso.app.house import House
from hoso.app.reading_through import Stopped, block, never, prepare, read_again
from hoso.desk import delivered
from hoso.kernel.clock import stamp
from hoso.kernel.errors import HosoError
from hoso.preservation.delivery import register
from hoso.preservation.delivery.model import Attempt
from hoso.preservation.delivery.transport import (
    Delivered,
    Interrupted,
    NotDelivered,
    Parcel,
)
from hoso.preservation.delivery.ways import way_to
from hoso.preservation.freeze import (
    archive_of,
)
from hoso.preservation.signing import NotStamped
from hoso.preservation.virtual_zip import Damaged
from hoso.records.model import Reason

__all__ = ["Deliverer", "deliver_due", "expire", "prepare", "read_again"]

log = logging.getLogger(__name__)

#: Seconds between two looks at whether something is to be done: a look costs a read.
PAUSE = 3.0
#: After which time a try counts as broken off where the machine ended in the middle.
_PATIENCE = timedelta(minutes=2)
#: Seconds to leave an authority alone that gave no time stamp.
_AUTHORITY = 60.0


def deliver_due(house: House, *, stopped: Stopped = never) -> int:
    """Try once to bring everything whose time has come; return how many tries there were."""
    with house.databases.connection() as connection:
        waiting = register.due(connection.root(), stamp(house.clock.now()))
    tries = 0
    for number, name in waiting:
        if stopped():
            break
        place = delivered.at_export(
            house, number, partial(delivered.began, to=name, patience=_PATIENCE), note="sending"
        )
        if place is not None:
            _try(house, number, name, place, stopped)
            tries += 1
    return tries


def _try(house: House, number: int, name: str, place: str, stopped: Stopped) -> None:
    began, moved, done = stamp(house.clock.now()), [0], None
    why: NotDelivered | None = None
    try:
        problems = read_again(house, number)
        if problems:
            blocked = partial(block, problems=problems)
            delivered.at_export(house, number, blocked, note="package compared")
            return
        done = _bring(house, number, name, place, stopped, moved.append)
    except Damaged as error:
        delivered.damaged(house, number, error)
        return
    except Interrupted as error:
        why = error
    except NotDelivered as error:
        why = error
    facts = tuple((key, _plain(value)) for key, value in why.facts.items()) if why else ()
    attempt = Attempt(
        began,
        stamp(house.clock.now()),
        done.resumed if done else 0,
        max(moved),
        Reason("not-delivered", why.text, facts) if why else None,
    )
    deed = partial(
        delivered.ended,
        to=name,
        attempt=attempt,
        waits=bool(why and why.waits),
        sha256=done.sha256 if done else "",
    )
    delivered.at_export(house, number, deed, note="sent" if done else "not sent")


def _plain(value: Any) -> str | int:
    return value if isinstance(value, int) else str(value)


def _bring(
    house: House,
    number: int,
    name: str,
    place: str,
    stopped: Stopped,
    moved: Callable[[int], None],
) -> Delivered:
    destination = next((one for one in house.destinations if one.name == name), None)
    if destination is None:
        raise _Unknown(name=name)

    def placed(where: str) -> None:
        note = partial(delivered.placed, to=name, place=where)
        delivered.at_export(house, number, note, note="where it is put")

    with house.databases.connection() as connection:
        export = connection.root()[register.KEY].by_id[number]
        if export.state not in register.GIVEN:
            raise _Over
        archive = archive_of(export)
        beside = (
            {}
            if export.sealed_as or not export.seal
            else {f"{export.top}.{export.covering}.p7s": export.seal}
        )
        parcel = Parcel(
            f"{export.top}.zip",
            archive,
            beside=beside,
            stop=stopped,
            moved=moved,
            place=place,
            placed=placed,
        )
        return way_to(destination)(parcel)


class _Over(NotDelivered):
    message = "The package has ended meanwhile."
    waits = True


class _Unknown(NotDelivered):
    message = (
        "There is no destination {name} in the settings any more. Write it there again, or stop "
        "sending."
    )
    waits = True


def expire(house: House) -> int:
    """End packages that nobody fetched or sent in the days of the profile; return how many."""
    days = int(house.rulebook.profile.settings["packages"]["days_kept"])
    before = stamp(house.clock.now() - timedelta(days=days))
    with house.databases.connection() as connection:
        old = [
            export.id
            for export in register.newest(connection.root(), before=before)
            if export.state not in register.OVER
        ]
    lapse = partial(delivered.lapse, before=before)
    return sum(
        bool(delivered.at_export(house, number, lapse, note="package expired")) for number in old
    )


class Deliverer:
    """Prepares and brings packages in a thread of the server."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._stop = threading.Event()
        self._day: date | None = None
        self._ask_from = 0.0
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        self._thread = threading.Thread(target=self._run, name="deliverer", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop behind the piece in hand."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join(timeout=60)

    def _run(self) -> None:
        while not self._stop.wait(PAUSE):
            self.once()

    def once(self) -> None:
        """Do what is to be done now; what fails as a whole is told and tried again."""
        troubles = [self._tried(step) for step in (self._prepare, self._deliver, self._expire)]
        told = next(filter(None, troubles), "")
        if told:
            self._house.troubles["packages"] = told
        elif time.monotonic() >= self._ask_from:
            self._house.troubles.pop("packages", None)

    def _tried(self, step: Callable[[], None]) -> str:
        """Do one step; return why it failed as a whole, "" where it did not."""
        try:
            step()
        except HosoError as error:
            return str(error)
        except Exception as error:
            # The rim of a thread that must not end: it is tried again at the next round.
            log.exception("packages could not be brought on")
            return f"{type(error).__name__}: {error}"
        return ""

    def _prepare(self) -> None:
        if time.monotonic() < self._ask_from:
            return
        try:
            prepare(self._house, stopped=self._stop.is_set)
        except NotStamped:
            # What is ready goes out meanwhile.
            self._ask_from = time.monotonic() + _AUTHORITY
            raise

    def _deliver(self) -> None:
        deliver_due(self._house, stopped=self._stop.is_set)

    def _expire(self) -> None:
        today = self._house.clock.today()
        if today != self._day:
            expire(self._house)
            self._day = today
