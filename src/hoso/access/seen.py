"""When each session was last seen: kept in memory, written down once a minute at most.

A request only notes its session here.  Whoever keeps house takes what is due and writes it,
so that reading a page never writes to the database.  Where several processes serve, each
writes its own; a process that is killed forgets a minute.
"""

from __future__ import annotations

import threading

__all__ = ["Seen"]


class Seen:
    """Instants by digest of the session's token; safe for all threads of a process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._last: dict[str, str] = {}

    def note(self, session: str, at: str) -> None:
        """Say that *session* was used at an instant."""
        with self._lock:
            self._last[session] = max(at, self._last.get(session, ""))

    def last(self, session: str) -> str:
        """Return when *session* was last used, as far as is not written down yet; else ""."""
        return self._last.get(session, "")

    def take(self) -> dict[str, str]:
        """Return what is to be written down, and forget it."""
        with self._lock:
            taken, self._last = self._last, {}
        return taken

    def give_back(self, taken: dict[str, str]) -> None:
        """Keep what could not be written."""
        for session, at in taken.items():
            self.note(session, at)
