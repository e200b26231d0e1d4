"""What retention costs: all dossiers after a change of rules, and the list of what is due.

    bin/py bench/retention.py [--quick] [--dossiers 10000,100000] [--records 10000,1000000]

*A change of rules.*  Sites are built by the functions that file papers, without files: dossiers
of persons in service, retired, contracted, and of matters, each with a few papers of its types.
Then every rule that counts years is made five years longer and a process of its own decides for
every dossier, as the server does in the background: decision with its reasons, calendar, notes
for the index, in commits of 500.  Targets: time by the number of dossiers (within 1.2), memory
that does not grow with it, about a minute for 100,000.  *Rehearsed* is the same change tried
beside the rules in force, with a line for each dossier that moves and nothing written.

*What is due.*  The act behind the page, as an auditor, with the same 100 dossiers due among few
and among many records in the calendar and in the tree of records; with an empty cache and with a
full one, by turns, in milliseconds of processor time.  Target: at most twice.
"""

from __future__ import annotations

import argparse
import dataclasses
import gc
import json
import os
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))

from machine import HOME, environment, machine, table, target

os.environ.setdefault("HOSO_HOME", str(HOME))

from hoso.access.accounts import accounts_of, identity_of
from hoso.app import rescheduling
from hoso.app.house import found_site, open_house
from hoso.app.seeding import seed
from hoso.desk import keeping
from hoso.desk.desk import Desk
from hoso.desk.retention_rehearsing import rehearse
from hoso.kernel import ids
from hoso.records import filing
from hoso.records.model import Document
from hoso.retention import calendar

PAPERS = 3
DUE = 100
ON = date(2026, 12, 31)
MATTERS = ("exam-papers", "pay-raise-batch", "succession-papers", "training-plan", "complaint")
#: How people stand: most in service, some gone under either table, some nobody knows when.
STANDINGS = (
    (("DANG_CT", "2010-09-01"),),
    (("DANG_CT", "1999-09-01"), ("NGHI_HUU", "2019-05-01")),
    (("DANG_CT", "2001-01-15"), ("NGHI_HUU", "2024-08-01")),
    (("DANG_CT", "2005-01-15"), ("THOI_VIEC", "2023-02-15")),
    (("DANG_CT", "1990-01-15"), ("NGHI_HUU", "2015-02-01"), ("TU_TRAN", "2021-03-03")),
    (("THOI_VIEC", ""),),
)


def main() -> None:
    """Build, change the rules, list, print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--dossiers", default="10000,100000")
    parser.add_argument("--records", default="10000,1000000")
    parser.add_argument("--quick", action="store_true", help="1,000 and 10,000; 1,000 and 100,000")
    parser.add_argument("--child", nargs=3, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.child:
        work, path, size = asked.child
        print(json.dumps(CHILDREN[work](Path(path), int(size))))
        return
    dossiers = "1000,10000" if asked.quick else asked.dossiers
    records = "1000,100000" if asked.quick else asked.records
    with tempfile.TemporaryDirectory(prefix="hoso-bench-") as name:
        _changes(Path(name), [int(size) for size in dossiers.split(",")])
        _lists(Path(name), [int(size) for size in records.split(",")])
    print(machine())


def _child(work: str, path: Path, size: int) -> dict[str, Any]:
    """Run one piece of work in a process of its own, so that its memory is its own."""
    done = subprocess.run(
        [sys.executable, __file__, "--child", work, str(path), str(size)],
        env=environment(),
        check=True,
        stdout=subprocess.PIPE,
    )
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def _changes(folder: Path, sizes: list[int]) -> None:
    rows, seen = [], {}
    for size in sizes:
        path = folder / f"change-{size}"
        built = _child("build", path, size)
        print(f"{size} dossiers built in {built['seconds']:.0f} s", flush=True)
        tried = _child("rehearse", path, size)
        changed = _child("change", path, size)
        seen[size] = {"rehearsed": tried, "evaluated": changed}
        for what, found in seen[size].items():
            rows.append(
                (
                    f"{size} dossiers, {what}",
                    f"{found['seconds']:.1f}",
                    f"{found['cpu']:.1f}",
                    f"{1e6 * found['cpu'] / size:.0f}",
                    found["moved"],
                    f"{found['before']:.0f}",
                    f"{found['peak']:.0f}",
                    f"{found['written']:.0f}",
                )
            )
    heads = ("", "s", "cpu s", "cpu us each", "moved", "MB before", "MB most", "MB written")
    table("Every period decided anew after a change of rules", heads, rows)
    small, large = min(sizes), max(sizes)
    for what in ("rehearsed", "evaluated"):
        few, many = seen[small][what], seen[large][what]
        ratio = (many["cpu"] / large) / (few["cpu"] / small)
        target(f"{what}: processor time a dossier, {large} to {small}", ratio, 1.2)
        grown = (many["peak"] - many["before"]) - (few["peak"] - few["before"])
        target(f"{what}: MB more than at {small} dossiers, at {large}", grown, 32)
    each = seen[large]["evaluated"]["cpu"] / large
    target("evaluated: processor seconds for 100,000 at that rate", 100_000 * each, 60)


def _lists(folder: Path, sizes: list[int]) -> None:
    rows, cold, warm = [], {}, {}
    for size in sizes:
        laid = _child("lay", folder / f"due-{size}", size)
        print(f"{size} records laid in {laid['seconds']:.0f} s", flush=True)
        found = _child("due", folder / f"due-{size}", size)
        cold[size], warm[size] = found["cold"], found["warm"]
        rows.append(
            (
                f"{size} records",
                found["lines"],
                f"{found['cold']:.1f}",
                f"{found['warm']:.1f}",
                found["loads"],
            )
        )
    heads = ("", "due", "empty cache, ms", "full cache, ms", "objects loaded")
    table(f"What is due before {ON}, {DUE} dossiers of {PAPERS} papers, as an auditor", heads, rows)
    small, large = min(sizes), max(sizes)
    target(f"empty cache, {large} to {small} records", cold[large] / cold[small], 2)
    target(f"full cache, {large} to {small} records", warm[large] / warm[small], 2)


# In processes of their own -------------------------------------------------------------------


def _build(path: Path, size: int) -> dict[str, Any]:
    began = time.perf_counter()
    with found_site(path, "test") as house:
        seed(house, passwords={"auditor": "mat-khau-do-dac-2026"})
        _fill_with_dossiers(house, size)
    return {"seconds": time.perf_counter() - began}


def _fill_with_dossiers(house: Any, size: int) -> None:
    with house.databases.connection() as connection:
        desk = Desk(house, connection, rescheduling.KEEPER, via="bench")
        draw = random.Random(size)
        types = [
            type_.key for type_ in house.rulebook.document_types.values() if type_.section != "K"
        ]
        for number in range(size):
            _dossier(desk, number, types, draw)
            if number % 1000 == 999:
                connection.transaction_manager.commit()
                connection.transaction_manager.begin()
                connection.cacheGC()
        connection.transaction_manager.commit()


def _dossier(
    desk: Desk, number: int, types: list[str], draw: random.Random, *, kind: str = ""
) -> Any:
    """Lay down a dossier of a person, every fourth of a matter that ended; or one of *kind*."""
    if not kind and number % 4 == 3:
        kind = MATTERS[number // 4 % len(MATTERS)]
    site, at = desk.site, desk.now
    dossier = filing.open_dossier(
        site,
        code=f"B-{number:07d}",
        type_=kind or "CC",
        name="Nguyễn Thị Mẫu",
        unit=site.unit_by_key["nhanh"],
        at=at,
        by="bench",
    )
    if kind:
        dossier.ended, dossier.state = f"{draw.randint(2001, 2009)}-05-19", "closed"
    else:
        dossier.birth_date = f"{draw.randint(1950, 1970)}-05-19"
        for status, effective in STANDINGS[number % len(STANDINGS)]:
            filing.record_status(
                dossier, status=status, effective=effective, evidence="", at=at, by="bench"
            )
    for order in range(PAPERS):
        paper = Document()
        paper.type = "K01" if kind else types[(number + order) % len(types)]
        paper.date = f"{2000 + order}-03-04"
        paper.unit, paper.state, paper.filed_at = dossier.unit, "filed", at
        dossier.add(paper.uid, paper)
        site.by_id[paper.id] = paper
    keeping.reschedule(desk.house, desk.root, dossier)
    return dossier


def _longer(rulebook: Any) -> Any:
    """Return the rulebook with five years more wherever years are counted."""
    rules = {
        key: rule if rule.years is None else dataclasses.replace(rule, years=rule.years + 5)
        for key, rule in rulebook.retention_rules.items()
    }
    return dataclasses.replace(rulebook, retention_rules=MappingProxyType(rules), digest="f" * 64)


def _megabytes() -> float:
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


def _measured(path: Path, work: Any) -> dict[str, Any]:
    with open_house(path) as house:
        gc.collect()
        before, size = _megabytes(), (path / "main.fs").stat().st_size
        began, used = time.perf_counter(), time.process_time()
        moved = work(house)
        return {
            "seconds": time.perf_counter() - began,
            "cpu": time.process_time() - used,
            "before": before,
            "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6,
            "written": ((path / "main.fs").stat().st_size - size) / 1e6,
            "moved": moved,
        }


def _change(path: Path, _size: int) -> dict[str, Any]:
    def work(house: Any) -> int:
        house.rulebook = _longer(house.rulebook)
        return rescheduling.work_off(house).changed

    return _measured(path, work)


def _rehearse(path: Path, _size: int) -> dict[str, Any]:
    def work(house: Any) -> int:
        with house.databases.connection() as connection:
            known = identity_of(accounts_of(connection.root()).by_login["auditor"])
            desk = Desk(house, connection, known, via="bench")
            found = rehearse(desk, desk.site, law=_longer(house.rulebook), on=ON)
            return sum(move is not None for _, _, move in found)

    return _measured(path, work)


def _lay(path: Path, size: int) -> dict[str, Any]:
    began = time.perf_counter()
    with found_site(path, "test") as house:
        seed(house, passwords={"auditor": "mat-khau-do-dac-2026"})
        with house.databases.connection() as connection:
            _fill(Desk(house, connection, rescheduling.KEEPER, via="bench"), size)
    return {"seconds": time.perf_counter() - began}


def _due(path: Path, _size: int) -> dict[str, Any]:
    taken: dict[str, list[float]] = {"cold": [], "warm": []}
    loads = lines = 0
    # A process of its own, as the server is one: what laid the records has its heap still full.
    with open_house(path) as house, house.databases.connection() as connection:
        known = identity_of(accounts_of(connection.root()).by_login["auditor"])
        desk = Desk(house, connection, known, via="bench")
        for _ in range(25):
            for kind, times in taken.items():
                if kind == "cold":
                    connection.cacheMinimize()
                    connection.getTransferCounts(clear=True)
                began = time.process_time()
                lines = len(keeping.due(desk, desk.site, on=ON))
                times.append(1000 * (time.process_time() - began))
                if kind == "cold":
                    loads = connection.getTransferCounts(clear=True)[0]
    return {
        "lines": lines,
        "loads": loads,
        **{kind: statistics.median(times) for kind, times in taken.items()},
    }


def _fill(desk: Desk, size: int) -> None:
    """Lay 100 dossiers that are due among *size* records that are not."""
    manager = desk.connection.transaction_manager
    draw = random.Random(7)
    kept = desk.root["retention-calendar"]
    for number in range(DUE):
        # Examination papers are kept for 5 years: long over.
        other = _dossier(desk, number, [], draw, kind="exam-papers")
    line = calendar.line_of(kept, other.id)
    if line is None or line.state != "due":
        raise SystemExit(f"the dossiers that should be due are not: {line}")
    far = date(2090, 1, 1).toordinal()
    said = ("not-due", line.rule, desk.rulebook.digest, far, 0)
    for number in range(size - DUE):
        record = ids.new_id()
        kept.records[record] = said
        kept.due.insert((far + number % 20, record))
        desk.site.by_id[record] = other
        if number % 20_000 == 19_999:
            manager.commit()
            manager.begin()
            desk.connection.cacheGC()
    manager.commit()
    manager.begin()


CHILDREN = {"build": _build, "change": _change, "rehearse": _rehearse, "lay": _lay, "due": _due}


if __name__ == "__main__":
    main()
