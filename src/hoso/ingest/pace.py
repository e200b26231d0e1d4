"""How quickly pages are read just now, and so how long the rest will take."""

from __future__ import annotations

import math
import threading
import time
from collections import deque
from collections.abc import Callable

__all__ = ["Pace"]

#: Seconds that are looked back on: long enough for slow pages, short enough to follow a change.
WINDOW = 180.0
#: Fewer pages say nothing.
ENOUGH = 3


class Pace:
    """Pages as they are finished in this process; safe from any thread.

    :param clock: seconds that only go forward.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._finished: deque[float] = deque(maxlen=2000)

    def note(self) -> None:
        """Say that a page is finished."""
        with self._lock:
            self._finished.append(self._clock())

    def minutes_for(self, pages: int) -> int | None:
        """Return the whole minutes *pages* will take, at least one; ``None`` where nobody knows."""
        now = self._clock()
        with self._lock:
            lately = [at for at in self._finished if now - at <= WINDOW]
        if len(lately) < ENOUGH:
            return None
        took = max(now - lately[0], 1.0)
        return max(1, math.ceil(pages * took / len(lately) / 60))
