"""What a site does by itself, every few minutes: seal past days, forget what is over."""

from __future__ import annotations

import logging
import threading
from typing import Any

from hoso.access import days
from hoso.access.attempts import drop_old
from hoso.access.sessions import drop_ended
from hoso.app.house import House
from hoso.app.lacking import look_through
from hoso.app.letting_go import let_lists_go
from hoso.app.marks import MarkSweep
from hoso.app.sealing import seal_journal
from hoso.app.sweeping import sweep
from hoso.app.taking_effect import gather_births, take_effect
from hoso.search.changes import note_change

__all__ = ["Housekeeping", "begin_day", "keep_house"]

log = logging.getLogger(__name__)

PAUSE = 300.0
_AT_ONCE = 500


def keep_house(house: House) -> None:
    """Do once what is to be done."""
    now = house.clock.now()

    def forget_sessions(connection: Any) -> None:
        drop_ended(connection.root(), now=now)
        drop_old(connection.root(), now=now)

    seal_journal(house)
    house.databases.attempt(forget_sessions, note="ended sessions forgotten")
    begin_day(house)
    gather_births(house)
    take_effect(house)
    look_through(house)
    let_lists_go(house)
    sweep(house)


def begin_day(house: House) -> int:
    """Make the index one of today; return how many records that opens, closes or changes.

    Answers are right without: until the index has followed they cost a little more.  A clock
    that was set back or forward is a day like any other.
    """
    today, counted = house.clock.today(), 0

    def move(connection: Any) -> None:
        nonlocal counted
        root = connection.root()
        known = days.move_day(root, today)
        for start in range(0, len(known), _AT_ONCE):
            note_change(root, known[start : start + _AT_ONCE])
        counted = len(known)

    with house.databases.connection() as connection:
        if days.day_of(connection.root()) == today:
            return 0
    house.databases.attempt(move, note="a new day")
    return counted


class Housekeeping:
    """Keeps house in a thread of the server."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._marks = MarkSweep(house)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="housekeeping", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def close(self) -> None:
        self._stop.set()
        self._thread.join(timeout=30)

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                keep_house(self._house)
                self._marks.run()
            except Exception as error:
                # The rim of a thread that must not end: it is tried again at the next round.
                log.exception("housekeeping failed")
                self._house.troubles["housekeeping"] = f"{type(error).__name__}: {error}"
            else:
                self._house.troubles.pop("housekeeping", None)
            self._stop.wait(PAUSE)
