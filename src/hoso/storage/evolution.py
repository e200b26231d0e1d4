"""Named, ordered steps that bring an older database to the shape of today's code.

A step is a generator in ``<package>/evolve.py``: it yields after each batch, the runner
commits at each yield, and what it did is recorded by name, so it can be interrupted and
resumed.  Order comes from ``after``, not from numbers.  A fresh site marks all as done;
serving refuses to start with a step undone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from BTrees.OOBTree import OOBTree

from hoso.kernel.clock import IClock, stamp

__all__ = ["Step", "mark_all_done", "ordered", "run", "undone"]

_KEY = "evolved"


@dataclass(frozen=True)
class Step:
    """One change of shape: its name for ever, the work, and what must come before."""

    name: str
    work: Callable[[Any], Iterator[None]]
    after: tuple[str, ...] = ()


def ordered(steps: Iterable[Step]) -> list[Step]:
    """Sort *steps* so that each comes behind those it names; by name where free to choose."""
    waiting = {step.name: step for step in sorted(steps, key=lambda step: step.name)}
    unknown = {name for step in waiting.values() for name in step.after} - set(waiting)
    if unknown:
        raise ValueError(f"evolution steps named in after= but not registered: {unknown}")
    done: list[Step] = []
    while waiting:
        ready = [s for s in waiting.values() if not any(name in waiting for name in s.after)]
        if not ready:
            raise ValueError(f"evolution steps wait for each other: {sorted(waiting)}")
        done.extend(ready)
        for step in ready:
            del waiting[step.name]
    return done


def undone(root: Any, steps: Iterable[Step]) -> list[Step]:
    """Return the steps this database has not seen, in order."""
    seen = root.get(_KEY, ())
    return [step for step in ordered(steps) if step.name not in seen]


def mark_all_done(root: Any, steps: Iterable[Step], clock: IClock) -> None:
    """Say of a fresh database that it has today's shape."""
    seen = root.setdefault(_KEY, OOBTree())
    for step in steps:
        seen[step.name] = stamp(clock.now())


def run(databases: Any, steps: Iterable[Step], clock: IClock, *, dry: bool = False) -> list[str]:
    """Run what is undone, committing at each yield; return the names, in order.

    :param dry: run to the end of each step and abort.
    """
    names: list[str] = []
    with databases.connection() as connection:
        manager = connection.transaction_manager
        for step in undone(connection.root(), steps):
            for _batch in step.work(connection.root()):
                if not dry:
                    manager.commit()
                    manager.begin()
            if dry:
                manager.abort()
                manager.begin()
            else:
                connection.root().setdefault(_KEY, OOBTree())[step.name] = stamp(clock.now())
                manager.commit()
                manager.begin()
            names.append(step.name)
    return names
