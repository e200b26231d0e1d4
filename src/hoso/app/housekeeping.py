"""What a site does by itself, every few minutes: seal past days, forget what is over."""

from __future__ import annotations

import logging
import threading
from typing import Any

from hoso.access.sessions import drop_ended
from hoso.app.house import House
from hoso.app.sweeping import sweep
from hoso.audit.sealing import close_due, seal_due
from hoso.storage.databases import journal_connection

__all__ = ["Housekeeping", "keep_house"]

log = logging.getLogger(__name__)

PAUSE = 300.0


def keep_house(house: House) -> None:
    """Do once what is to be done."""
    now = house.clock.now()

    def close_days(connection: Any) -> None:
        close_due(journal_connection(connection).root(), now=now)

    def seal_days(connection: Any) -> None:
        seal_due(journal_connection(connection).root(), now=now)

    def forget_sessions(connection: Any) -> None:
        drop_ended(connection.root(), now=now)

    # Two commits: the second sees every shard a late writer could still begin.
    house.databases.attempt(close_days, note="days closed")
    house.databases.attempt(seal_days, note="days sealed")
    house.databases.attempt(forget_sessions, note="ended sessions forgotten")
    sweep(house)


class Housekeeping:
    """Keeps house in a thread of the server."""

    def __init__(self, house: House) -> None:
        self._house = house
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
            except Exception as error:
                # The rim of a thread that must not end: it is tried again at the next round.
                log.exception("housekeeping failed")
                self._house.troubles["housekeeping"] = f"{type(error).__name__}: {error}"
            else:
                self._house.troubles.pop("housekeeping", None)
            self._stop.wait(PAUSE)
