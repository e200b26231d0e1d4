"""Who goes from watched folder to watched folder, as a thread of the server or a process."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from hoso.app.house import House
from hoso.app.watching import Line, Watching
from hoso.kernel.errors import HosoError

__all__ = ["Watchman"]

log = logging.getLogger(__name__)

PAUSE = 2.0


class Watchman:
    """Goes from watched folder to watched folder, as a thread or as a process.

    :param on_line: told what became of each file.
    """

    def __init__(self, house: House, *, on_line: Callable[[Line], None] | None = None) -> None:
        self.house = house
        self.stop = threading.Event()
        self._on_line = on_line
        self._folders = [Watching(house, one) for one in house.settings.watched]
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin in a thread of its own, where there is a folder to watch."""
        if self._folders:
            self._thread = threading.Thread(target=self.run, name="watchman", daemon=True)
            self._thread.start()

    def close(self) -> None:
        """Stop behind the file in hand."""
        self.stop.set()
        if self._thread is not None:
            self._thread.join(timeout=60)

    def run(self) -> None:
        """Look until stopped; a folder that is away is looked for again."""
        while not self.stop.is_set():
            self.once()
            self.stop.wait(PAUSE)

    def once(self) -> int:
        """Look into each folder once; return how many files were dealt with."""
        count = 0
        for folder in self._folders:
            trouble = f"watch {folder.watched.name}"
            try:
                for line in folder.look():
                    count += 1
                    if self._on_line is not None:
                        self._on_line(line)
                    if self.stop.is_set():
                        break
            except HosoError as error:
                self._say(trouble, str(error))
            except Exception as error:
                # The rim of a thread that must not end: the other folders are looked into.
                log.exception("a watched folder cannot be looked into")
                self._say(trouble, f"{type(error).__name__}: {error}")
            else:
                self.house.troubles.pop(trouble, None)
        return count

    def _say(self, trouble: str, why: str) -> None:
        if self.house.troubles.get(trouble) != why:
            log.warning("%s: %s", trouble, why)
        self.house.troubles[trouble] = why
