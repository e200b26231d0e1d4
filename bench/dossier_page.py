"""What the page of a dossier of 100 papers costs, in a small site and in a large one.

``bin/py bench/dossier_page.py [--quick] [--views N] [--sites 1000,100000]``

Sites are built by the functions that file papers, without files: dossiers of 100 papers each,
in the profile ``test``.  A clerk opens dossiers drawn at random, through the whole application
(sign-in, session, access, journal, template); the sites take turns, so that a busy machine
slows both alike.  *Served* views find the object cache as the views before left it.  *Cold*
ones begin with an empty cache, so every object they need is loaded, and counted by the
connections; *warm* ones come again to the same dossier.  Target: as many loads in both sites,
and p95 in the large one at most 1.5 times that of the small one.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))

from machine import HOME, machine, p95, table, target

os.environ.setdefault("HOSO_HOME", str(HOME))

from webtest import TestApp

from hoso.app.house import House, found_site
from hoso.app.seeding import INSTALLER, seed
from hoso.app.wsgi import application
from hoso.desk.desk import Desk
from hoso.desk.keeping import reschedule
from hoso.records import filing
from hoso.records.model import Document

PAPERS = 100
LOGIN, PASSWORD = "clerk", "mat-khau-do-dac-2026"
GIVEN = ("An", "Bình", "Châu", "Dung", "Hà", "Khánh", "Lan", "Minh", "Ngọc", "Thu")


@dataclass(frozen=True)
class Views:
    """What one kind of view took: seconds, objects of main, objects of journal."""

    seconds: list[float]
    main: list[int]
    journal: list[int]


def main() -> None:
    """Build the sites, view, print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--views", type=int, default=200)
    parser.add_argument("--sites", default="1000,100000", help="papers of each site")
    parser.add_argument("--quick", action="store_true", help="40 views of 1,000 and 10,000")
    asked = parser.parse_args()
    views = 40 if asked.quick else asked.views
    sizes = [1000, 10_000] if asked.quick else [int(size) for size in asked.sites.split(",")]
    with tempfile.TemporaryDirectory(prefix="hoso-bench-") as name, ExitStack() as open_:
        sites = {}
        for size in sizes:
            began = time.monotonic()
            path = Path(name) / str(size)
            sites[size] = _Site(open_.enter_context(_built(path, size)), size)
            took, held = time.monotonic() - began, (path / "main.fs").stat().st_size
            print(f"site of {size} papers built in {took:.0f} s, {held >> 20} MB", flush=True)
        for kind in ("served", "cold"):
            for _ in range(views):
                for site in sites.values():
                    site.view(kind)
        _print({size: site.taken for size, site in sites.items()}, views)


def _built(path: Path, papers: int) -> House:
    house = found_site(path, "test")
    seed(house, passwords={LOGIN: PASSWORD})
    with house.databases.connection() as connection:
        desk = Desk(house, connection, INSTALLER, via="bench")
        types = [
            type_.key
            for type_ in house.rulebook.document_types.values()
            if type_.section != "K" and type_.level <= 1
        ]
        draw = random.Random(papers)
        for number in range(papers // PAPERS):
            _dossier(desk, number, types, draw)
            # As many records a commit as one batch of the intake may have.
            connection.transaction_manager.commit()
            connection.transaction_manager.begin()
            connection.cacheGC()
    return house


def _dossier(desk: Desk, number: int, types: list[str], draw: random.Random) -> None:
    site, at = desk.site, desk.now
    dossier = filing.open_dossier(
        site,
        code=_code(number),
        type_="CC",
        name=f"Nguyễn Thị Mẫu {draw.choice(GIVEN)}",
        unit=site.unit_by_key["nhanh"],
        at=at,
        by="bench",
    )
    dossier.birth_date = f"{draw.randint(1960, 2000)}-05-19"
    filing.record_status(
        dossier, status="DANG_CT", effective="2010-09-01", evidence="", at=at, by="bench"
    )
    for order in range(PAPERS):
        paper = Document()
        filing.describe(
            paper,
            {
                "type": types[order % len(types)],
                "title": f"Về việc nâng bậc lương thường xuyên năm {2000 + order % 25}",
                "number": str(order + 1),
                "symbol": "QĐ-M",
                "date": f"{2000 + order % 25}-0{1 + order % 9}-1{order % 10}",
                "agency": "Sở Nội vụ tỉnh Mẫu",
                "signer": "Trần Văn Mẫu",
                "person": dossier.name,
                "level": 1,
            },
        )
        paper.unit, paper.state = dossier.unit, "filed"
        paper.sha256 = hashlib.sha256(f"{number}/{order}".encode()).hexdigest()
        paper.filed_at = paper.received_at = paper.changed_at = at
        dossier.add(paper.uid, paper)
        site.by_id[paper.id] = paper
        site.by_digest[paper.sha256] = paper.id
    reschedule(desk.house, desk.root, dossier)


def _code(number: int) -> str:
    return f"B-{number:05d}"


class _Site:
    """A site with a clerk before it."""

    def __init__(self, house: House, papers: int) -> None:
        self._house = house
        self._draw = random.Random(7)
        self._dossiers = papers // PAPERS
        self.taken = {kind: Views([], [], []) for kind in ("served", "cold", "warm")}
        self._browser = TestApp(application(house))
        form = self._browser.get("/sign-in").forms[0]
        form["login"], form["password"] = LOGIN, PASSWORD
        form.submit(status=303)
        shown = self._browser.get(self._address()).text.count("Về việc nâng bậc lương")
        if shown < PAPERS:
            raise SystemExit(f"the page shows {shown} of {PAPERS} papers")

    def _address(self) -> str:
        return f"/dossiers/{_code(self._draw.randrange(self._dossiers))}"

    def view(self, kind: str) -> None:
        """Open a dossier drawn at random; a cold view is followed by a warm one."""
        address = self._address()
        if kind == "cold":
            self._house.databases.main.cacheMinimize()
            self._house.databases.journal.cacheMinimize()
        self._timed(address, self.taken[kind])
        if kind == "cold":
            self._timed(address, self.taken["warm"])

    def _timed(self, address: str, taken: Views) -> None:
        _counted(self._house)
        began = time.perf_counter()
        self._browser.get(address, status=200)
        taken.seconds.append(time.perf_counter() - began)
        main_loads, journal_loads = _counted(self._house)
        taken.main.append(main_loads)
        taken.journal.append(journal_loads)


def _counted(house: House) -> tuple[int, int]:
    """Return how many objects were loaded since this was last asked, by database."""
    counts = []
    for database in (house.databases.main, house.databases.journal):
        loads: list[int] = []
        database._connectionMap(_adder(loads))  # noqa: SLF001 - the only way to all connections
        counts.append(sum(loads))
    return counts[0], counts[1]


def _adder(loads: list[int]) -> Callable[[Any], None]:
    return lambda connection: loads.append(connection.getTransferCounts(clear=True)[0])


def _print(found: dict[int, dict[str, Views]], views: int) -> None:
    rows = []
    for size, taken in found.items():
        for kind, seen in taken.items():
            ms = [1000 * second for second in seen.seconds]
            rows.append(
                (
                    f"{size} papers, {kind}",
                    f"{statistics.median(ms):.1f}",
                    f"{p95(ms):.1f}",
                    f"{statistics.median(seen.main):.0f}",
                    max(seen.main),
                    f"{statistics.median(seen.journal):.0f}",
                )
            )
    heads = ("", "median ms", "p95 ms", "loads median", "loads most", "of journal")
    table(f"Page of a dossier of {PAPERS} papers, as a clerk, {views} views each", heads, rows)
    small, large = min(found), max(found)
    for kind in found[small]:
        ratio = p95(found[large][kind].seconds) / p95(found[small][kind].seconds)
        target(f"p95, {large} to {small} papers, {kind}", ratio, 1.5)
    loads = [statistics.median(found[size]["cold"].main) for size in (small, large)]
    print(f"objects a cold view loads: {loads[0]:.0f} of {small}, {loads[1]:.0f} of {large} papers")
    print(machine())


if __name__ == "__main__":
    main()
