"""Make all the papers of a plan, on several processors, in the order of the plan.

Children are spawned, not forked (the caller may hold threads and databases).  Memory is
bounded: at most a few papers wait for the caller, who may stop whenever he likes.  Spawning
hands the children this process's ``sys.path``, which is all that buildout's scripts set up.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from itertools import islice
from multiprocessing import get_context
from pathlib import Path

from hoso.demo.papers import Press
from hoso.demo.province import Paper, Plan
from hoso.demo.scans import scan
from hoso.demo.stock import load_stock

__all__ = ["make", "produce"]

_BATCH = 6
# Batches under way for each worker: one at work, one waiting.
_AHEAD = 2

_press: Press | None = None


def make(press: Press, paper: Paper) -> bytes:
    """Return the file of one paper: typeset, and through the scanner where the plan says so."""
    pdf = press.render(paper)
    return scan(pdf, kind=paper.scan_as, seed=paper.seed) if paper.scan_as else pdf


def produce(plan: Plan, *, profile: Path, workers: int = 2) -> Iterator[tuple[Paper, bytes]]:
    """Yield every paper with its file; *profile* is the folder ``profiles/demo``."""
    if workers < 1:
        raise ValueError(workers)
    waiting: deque[tuple[tuple[Paper, ...], Future[list[bytes]]]] = deque()
    batches = _batches(plan.papers)
    with ProcessPoolExecutor(
        workers, mp_context=get_context("spawn"), initializer=_begin, initargs=(str(profile),)
    ) as pool:
        try:
            for batch in islice(batches, workers * _AHEAD):
                waiting.append((batch, pool.submit(_make_all, batch)))
            while waiting:
                papers, future = waiting.popleft()
                files = future.result()
                for batch in islice(batches, 1):
                    waiting.append((batch, pool.submit(_make_all, batch)))
                yield from zip(papers, files, strict=True)
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def _batches(papers: Iterable[Paper]) -> Iterator[tuple[Paper, ...]]:
    rest = iter(papers)
    while batch := tuple(islice(rest, _BATCH)):
        yield batch


def _begin(profile: str) -> None:
    global _press  # noqa: PLW0603 - a worker has one press, made when it starts
    _press = Press(load_stock(Path(profile)))


def _make_all(papers: tuple[Paper, ...]) -> list[bytes]:
    if _press is None:
        raise RuntimeError("worker not begun")
    return [make(_press, paper) for paper in papers]
