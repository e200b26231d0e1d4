"""The readers' child processes, kept from one test to the next.

A child takes more than half a second to start and as much again to do each kind of job for
the first time; most tests that read a paper ask it for a tenth of a second of work.  In the
product a child serves hundreds of jobs of many papers (``hoso.ingest.sandbox``), so to hand
one on asks nothing of it that it does not do there.  Only what ends well is handed on: a child
that died, was killed, or is due to be replaced is not, and children of test modules never.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from hoso.ingest import sandbox

__all__ = ["kept_children"]

Kind = tuple[str, tuple[tuple[str, str], ...]]

#: How many of a kind wait for the next test; a test has rarely more.
_KEPT = 2


@contextmanager
def kept_children() -> Iterator[None]:
    """Hand on the children of closed pools while the block runs; end them with it."""
    start: Any = sandbox._Worker  # noqa: SLF001
    pools: Any = sandbox.Sandbox
    close = pools.close
    waiting: dict[Kind, list[Any]] = defaultdict(list)
    lock = threading.Lock()

    def started(jobs: str, environment: Mapping[str, str]) -> Any:
        kind = (jobs, tuple(sorted(environment.items())))
        with lock:
            found, waiting[kind] = waiting[kind], []
            alive = [child for child in found if child.alive]
            waiting[kind] = alive[1:]
        for child in found:
            if not child.alive:
                child.kill()
        if alive:
            return alive[0]
        made = start(jobs, environment)
        made.kind = kind
        return made

    def closed(pool: Any) -> None:
        with pool._lock, lock:  # noqa: SLF001
            kept: list[Any] = []
            for child in pool._idle:  # noqa: SLF001
                place = waiting[child.kind]
                if child.kind[0].startswith("hoso.") and child.alive and len(place) < _KEPT:
                    place.append(child)
                    kept.append(child)
            pool._idle = [child for child in pool._idle if child not in kept]  # noqa: SLF001
        close(pool)

    sandbox._Worker = started  # type: ignore[assignment,misc]  # noqa: SLF001
    pools.close = closed
    try:
        yield
    finally:
        sandbox._Worker = start  # type: ignore[misc]  # noqa: SLF001
        pools.close = close
        for children in waiting.values():
            for child in children:
                child.kill()
