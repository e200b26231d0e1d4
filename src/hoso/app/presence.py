"""Write down once a minute when sessions were last used: what pages only noted in memory."""

from __future__ import annotations

import logging
import threading
from typing import Any

from hoso.access.sessions import write_seen
from hoso.app.house import House

__all__ = ["PresenceKeeper", "write_presence"]

log = logging.getLogger(__name__)

PAUSE = 60.0


def write_presence(house: House) -> int:
    """Write what is noted; return how many sessions were written."""
    taken = house.seen.take()
    if not taken:
        return 0

    def work(connection: Any) -> int:
        return write_seen(connection.root(), taken)

    try:
        written: int = house.databases.attempt(work, note="sessions seen")
    except Exception:
        house.seen.give_back(taken)
        raise
    return written


class PresenceKeeper:
    """Keeps the time of last use in a thread of the server."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="presence", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def close(self) -> None:
        self._stop.set()
        self._thread.join(timeout=30)
        self._once()

    def _run(self) -> None:
        while not self._stop.wait(PAUSE):
            self._once()

    def _once(self) -> None:
        try:
            write_presence(self._house)
        except Exception as error:
            # The rim of a thread that must not end: it is tried again at the next round.
            log.exception("writing down who is here failed")
            self._house.troubles["presence"] = f"{type(error).__name__}: {error}"
        else:
            self._house.troubles.pop("presence", None)
