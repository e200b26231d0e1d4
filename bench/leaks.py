"""How long an answer takes where something is hidden, and where nothing is; as a clerk.

``bin/py bench/leaks.py [--rounds N] [--quick]``

The two addresses are asked in turn, so that load falls on both.  Printed are medians and 95th
percentiles in milliseconds and how well the time tells the two apart: the share of pairs in
which the hidden one took longer (0.5 is chance).
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from machine import HOME, machine, table

os.environ.setdefault("HOSO_HOME", str(HOME))


def main() -> int:
    """Ask in turn; print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=1000)
    parser.add_argument("--quick", action="store_true", help="a hundred rounds")
    asked = parser.parse_args()
    rounds = 100 if asked.quick else asked.rounds
    from hoso.kernel.clock import FrozenClock
    from hoso.testing.permission_addresses import Addresses
    from hoso.testing.permission_doors import Doors
    from hoso.testing.permission_stage import set_stage
    from hoso.testing.sites import NOW, Prepared, sitting

    rows = []
    with tempfile.TemporaryDirectory(prefix="hoso-leaks-") as name:
        house = Prepared(Path(name) / "prepared").copy(Path(name) / "site", FrozenClock(NOW))
        with sitting(house, "officer") as desk:
            stage = set_stage(desk)
            desk.connection.transaction_manager.commit()
            desk.connection.transaction_manager.begin()
            doors = Doors(house, drawn=True)
            doors.sign_in("of-clerk")
            addresses = Addresses(stage, ("unit beside", "unknown"))
            for door in doors.all():
                if door.title not in _ASKED:
                    continue
                found = dict(addresses.of(door))
                kind = next(said.rpartition(", ")[0] for said in found)
                prefix = f"{kind}, " if kind else ""
                hidden, nothing = found[f"{prefix}unit beside"], found[f"{prefix}unknown"]
                rows.append(
                    _row(
                        f"{door.title} ({kind})" if kind else door.title,
                        lambda at, door=door: doors.ask(door, at, login="of-clerk"),  # type: ignore[misc]
                        (hidden, nothing),
                        rounds=rounds,
                    )
                )
        house.close()
    table(
        "Hidden, and nothing there: milliseconds to the 404",
        ("address", "hidden p50", "nothing p50", "hidden p95", "nothing p95", "told apart"),
        rows,
    )
    print(machine())
    return 0


_ASKED = {"GET Dossier/", "GET Document/", "GET Batch/", "GET /paper/records/{uid}"}


def _row(
    title: str, ask: Callable[[str], object], addresses: tuple[str, str], *, rounds: int
) -> tuple[str, ...]:
    times: tuple[list[float], list[float]] = ([], [])
    for at in range(rounds):
        for which in (0, 1) if at % 2 else (1, 0):
            began = time.perf_counter()
            ask(addresses[which])
            times[which].append((time.perf_counter() - began) * 1000)
    longer = sum(h > n for h, n in zip(*times, strict=True)) / rounds
    halves = [f"{statistics.median(one):.2f}" for one in times]
    tails = [f"{statistics.quantiles(one, n=20)[-1]:.2f}" for one in times]
    return (title, *halves, *tails, f"{longer:.2f}")


if __name__ == "__main__":
    sys.exit(main())
