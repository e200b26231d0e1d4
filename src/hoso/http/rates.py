"""How often: what is dear to answer may be asked only so often by one person.

A bucket of tokens for each person (RFC 2697 describes such meters): full, it holds what may be
asked in a minute; it fills evenly.  Who finds it empty is told 429 and when to come back.  The
buckets live in the process and are gone with it; two processes have two.  They go by a clock
that nobody sets, so that a changed time of day neither opens nor shuts anything.

The work of an archivist with a box is not limited: taking in, looking, filing.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from hoso.kernel.errors import TooMany

__all__ = ["DEAR", "Buckets", "Rates", "includeme"]

#: Which meter an act is on.
DEAR: Mapping[str, str] = {
    "search.run": "searches",
    "search.suggested": "searches",
    "consent.asked": "searches",
    "access.change-rehearsed": "makings",
    "access.table-rehearsed": "makings",
    "access.who-asked": "makings",
    "dossier.exported": "makings",
    "search.exported": "makings",
    "journal.exported": "makings",
    "journal.head-printed": "makings",
    "journal.verified": "makings",
    "dossier.readers-exported": "makings",
    "access.level-rehearsed": "makings",
    "batch.receipt-made": "makings",
    "paper.labels-printed": "makings",
    "serials.printed": "makings",
    "sheets.printed": "makings",
}
#: Asking where nothing is, for who is signed in.
MISSES = "misses"
#: Buckets that are kept; full ones are let go first, and they are the same as none.
_MOST = 10_000


class Buckets:
    """One meter: *most* a minute for each name; 0 is no limit."""

    def __init__(self, most: int, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._most = most
        self._clock = clock
        self._lock = threading.Lock()
        # name: (tokens, at which moment)
        self._kept: dict[str, tuple[float, float]] = {}

    def take(self, name: str) -> int:
        """Take a token; return 0, or in how many seconds there will be one."""
        if not self._most:
            return 0
        now, rate = self._clock(), self._most / 60
        with self._lock:
            tokens, then = self._kept.get(name, (float(self._most), now))
            tokens = min(float(self._most), tokens + max(0.0, now - then) * rate)
            enough = tokens >= 1
            if len(self._kept) >= _MOST and name not in self._kept:
                self._let_go(now, rate)
            self._kept[name] = (tokens - 1 if enough else tokens, now)
        return 0 if enough else math.ceil((1 - tokens) / rate)

    def _let_go(self, now: float, rate: float) -> None:
        whole = [
            n for n, (had, then) in self._kept.items() if had + (now - then) * rate >= self._most
        ]
        # Nobody has ten thousand people at once: what is left then is somebody's invention.
        for name in whole or list(self._kept):
            del self._kept[name]


@dataclass(frozen=True)
class Rates:
    """The meters of one process."""

    meters: Mapping[str, Buckets]

    @classmethod
    def of(cls, *, searches: int, makings: int, misses: int) -> Rates:
        """Return meters that let so many through a minute; 0 is no limit."""
        most = {"searches": searches, "makings": makings, MISSES: misses}
        return cls({name: Buckets(number) for name, number in most.items()})

    @classmethod
    def stated(cls, settings: Any) -> Rates:
        """Return the meters a site's settings ask for."""
        return cls.of(
            searches=settings.searches_a_minute,
            makings=settings.makings_a_minute,
            misses=settings.misses_a_minute,
        )

    def take(self, meter: str, name: str) -> None:
        """Let *name* through, or raise :class:`TooMany`."""
        seconds = self.meters[meter].take(name)
        if seconds:
            raise TooMany(seconds=seconds)


def _rated(view: Any, info: Any) -> Any:
    """Put a view on the meter of its act; who may not have it is refused before."""
    verb = str(info.options.get("permission") or "").removeprefix("act:")
    meter = DEAR.get(verb)
    if meter is None:
        return view

    def answer(context: Any, request: Any) -> Any:
        request.registry.rates.take(meter, request.identity.login)
        return view(context, request)

    return answer


_rated.options = ()  # type: ignore[attr-defined]


def includeme(config: Any) -> None:
    config.registry.rates = Rates.stated(config.registry.house.settings)
    config.add_view_deriver(_rated, name="rated")
