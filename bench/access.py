"""What access costs, and whether it is exact: grants, moves, ten thousand moments.

``bin/py bench/access.py grants [--papers N] [--questions N]``
``bin/py bench/access.py moves [--sites 20000,100000]``
``bin/py bench/access.py exact [--cases N] [--seed N] [--web N]``

*grants*: two clerks of one unit ask the same questions by turns, one of them with 2,000 grants on
papers of other units; whole questions (what is permitted, words, three and more facets, total,
first twenty).  *moves*: a dossier of 5,000 papers is transferred, and opened to one person, in a
small and a large site, while nothing follows the changes; measured is from the begin of the act
to the first right answer, as the least privileged user, then the same question until the index
has followed.  *exact*: sites in random motion; every answer of search is compared with the rule,
the decision, pages and the REST channel (``hoso.testing.exactness``).
"""

from __future__ import annotations

import argparse
import hashlib
import logging
import os
import random
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))

from machine import HOME, machine, p95, table, target

os.environ.setdefault("HOSO_HOME", str(HOME))

from hoso.access import grants as granting
from hoso.access.accounts import accounts_of, identity_of
from hoso.access.identity import Held
from hoso.access.model import Account
from hoso.access.permissions import Permission
from hoso.app.house import House, found_site
from hoso.app.seeding import INSTALLER, seed
from hoso.desk.desk import Desk
from hoso.desk.within import permitted
from hoso.kernel.clock import FrozenClock
from hoso.records import filing
from hoso.records.events import DocumentChanged, Moved
from hoso.records.model import Document, Dossier, Grant
from hoso.search.language import parse
from hoso.testing.exactness import World
from hoso.testing.service import let_keep
from hoso.testing.sites import NOW, Prepared, sitting

PAPERS, LARGE, GRANTS = 50, 5000, 2000
#: Comparisons of one site, and of one moment of it.
CASES, AT_ONCE = 500, 6
WORDS = ("nâng bậc lương", "điều động", "bổ nhiệm", "khen thưởng", "cử đi học", "tiếp nhận")
YEARS = range(2000, 2026)


def main() -> int:
    """Run what is asked for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    subparsers = parser.add_subparsers(dest="what", required=True)
    one = subparsers.add_parser("grants")
    one.add_argument("--papers", type=int, default=50_000)
    one.add_argument("--questions", type=int, default=200)
    one = subparsers.add_parser("moves")
    one.add_argument("--sites", default="20000,100000", help="papers of each site")
    one = subparsers.add_parser("exact")
    one.add_argument("--cases", type=int, default=10_000)
    one.add_argument("--seed", type=int, default=1)
    one.add_argument("--web", type=int, default=1, help="addresses knocked at each time")
    asked = parser.parse_args()
    logging.disable(logging.WARNING)
    with tempfile.TemporaryDirectory(prefix="hoso-bench-") as name:
        if asked.what == "exact":
            return _exact(Path(name), asked.cases, asked.seed, asked.web)
        if asked.what == "grants":
            _grants(Path(name), asked.papers, asked.questions)
        else:
            _moves(Path(name), [int(size) for size in asked.sites.split(",")])
    return 0


# Ten thousand moments ---------------------------------------------------------------------


def _exact(folder: Path, cases: int, seed: int, web: int) -> int:
    prepared = Prepared(folder / "prepared")
    done = found = worlds = 0
    began, used = time.monotonic(), time.process_time()
    while done < cases:
        worlds += 1
        clock = FrozenClock(NOW)
        house = prepared.copy(folder / f"site-{worlds}", clock)
        try:
            world = World(house, clock, seed=seed + worlds, web=web)
            while done < min(cases, worlds * CASES):
                world.move(4)
                found += sum(world.compare() for _ in range(AT_ONCE))
                done += AT_ONCE
            world.settle()
        except AssertionError as error:
            print(f"WRONG after {done} cases, seed {seed + worlds}: {error}")
            return 1
        finally:
            house.close()
            shutil.rmtree(folder / f"site-{worlds}", ignore_errors=True)
        print(f"{done} cases, {found} records found", flush=True)
    rows = [
        ("sites", worlds),
        ("moments and people compared", done),
        ("records found in them", found),
        ("differences", 0),
        ("wall, processor, s", f"{time.monotonic() - began:.0f}  {time.process_time() - used:.0f}"),
    ]
    table("Search, rule, decision, pages, REST", ("", ""), rows)
    print(machine())
    return 0


# Sites without files ----------------------------------------------------------------------


def _site(path: Path, papers: int) -> House:
    """Build a site of that many papers in dossiers of fifty, and its index."""
    house = found_site(path, "test")
    seed(house, passwords={"clerk": "mat-khau-do-dac-2026"})
    draw = random.Random(papers)
    with house.databases.connection() as connection:
        desk = Desk(house, connection, INSTALLER, via="bench")
        for login in ("none", "many", "receiver", "guest"):
            account = Account(login, login)
            account.must_change, account.clearance = False, 1
            accounts_of(desk.root).by_login[login] = account
        number = desk.site.unit_by_key["nhanh"].number
        role = (Held("clerk", number, "", "", "bench"),)
        accounts_of(desk.root).by_login["none"].roles = role
        accounts_of(desk.root).by_login["many"].roles = role
        number = desk.site.unit_by_key["la"].number
        accounts_of(desk.root).by_login["receiver"].roles = (
            Held("clerk", number, "", "", "bench"),
        )
        for count in range(papers // PAPERS):
            _dossier(desk, f"B-{count:05d}", "nhanh" if count % 2 else "ben", PAPERS, draw)
            connection.transaction_manager.commit()
            connection.transaction_manager.begin()
            connection.cacheGC()
        _dossier(desk, "B-LARGE", "ben", LARGE, draw)
        connection.transaction_manager.commit()
    return house


def _dossier(desk: Desk, code: str, unit: str, papers: int, draw: random.Random) -> Dossier:
    site, at = desk.site, desk.now
    dossier = filing.open_dossier(
        site,
        code=code,
        type_="CC",
        name="Nguyễn Thị Mẫu",
        unit=site.unit_by_key[unit],
        at=at,
        by="bench",
    )
    for order in range(papers):
        paper = Document()
        year = draw.choice(YEARS)
        filing.describe(
            paper,
            {
                "type": draw.choice(("D05", "D06", "D01", "A01")),
                "title": f"Về việc {draw.choice(WORDS)} năm {year} của cán bộ số {draw.randrange(500)}",
                "number": str(order + 1),
                "symbol": "QĐ-M",
                "date": f"{year}-0{1 + order % 9}-1{order % 10}",
                "agency": "Sở Nội vụ tỉnh Mẫu",
            },
        )
        paper.unit, paper.state, paper.level = dossier.unit, "filed", 1
        paper.sha256 = hashlib.sha256(f"{code}/{order}".encode()).hexdigest()
        # Compared already, as papers of years ago are.
        paper.filed_at = paper.received_at = paper.changed_at = paper.compared_at = at
        dossier.add(paper.uid, paper)
        site.by_id[paper.id] = paper
    return dossier


def _ask(house: House, connection: Any, login: str, typed: str) -> Any:
    """Ask one whole question as *login* and return the page."""
    identity = identity_of(accounts_of(connection.root()).by_login[login])
    desk = Desk(house, connection, identity, via="bench")
    return house.engine.search(parse(typed), permitted(desk, Permission.DOCUMENT_READ))


# Two thousand grants ----------------------------------------------------------------------


def _grants(folder: Path, papers: int, questions: int) -> None:
    house = _site(folder / "site", papers)
    draw = random.Random(1)
    with house.databases.connection() as connection:
        desk = Desk(house, connection, INSTALLER, via="bench")
        others = [
            d for d in desk.site.dossiers.values() if d.unit.key == "ben" and d.code[2:] != "LARGE"
        ]
        for count in range(GRANTS):
            paper = draw.choice(list(others[count % len(others)].values()))
            given = Grant("user:many", "consented", "2020-01-01", f"20{30 + count % 60}-12-31", "x")
            granting.give(desk.root, paper, given, at=desk.now, by="bench")
            desk.notify([DocumentChanged(paper)])
        connection.transaction_manager.commit()
    house.catch_up()
    taken: dict[str, list[float]] = {"none": [], "many": []}
    totals = {"none": 0, "many": 0}
    typed = [
        f"{draw.choice(WORDS)} {draw.choice(YEARS)}" if n % 4 else "" for n in range(questions)
    ]
    with house.databases.connection() as connection:
        for login in taken:
            _ask(house, connection, login, "nâng lương")
        for number, words in enumerate(typed):
            for login in ("none", "many") if number % 2 else ("many", "none"):
                began = time.process_time()
                page = _ask(house, connection, login, words)
                taken[login].append((time.process_time() - began) * 1000)
                totals[login] += page.total
    rows = [
        (
            name,
            f"{statistics.median(taken[login]):.2f}",
            f"{p95(taken[login]):.2f}",
            f"{statistics.fmean(taken[login]):.2f}",
            totals[login] // questions,
        )
        for login, name in (("none", "no grant"), ("many", f"{GRANTS} grants"))
    ]
    table(
        f"{questions} questions over {papers + LARGE} papers, as a clerk of one unit",
        ("", "median cpu ms", "p95", "mean", "found, mean"),
        rows,
    )
    for name, of in (("median", statistics.median), ("p95", p95), ("mean", statistics.fmean)):
        target(f"{GRANTS} grants to none, {name}", of(taken["many"]) / of(taken["none"]), 1.2)
    print(machine())
    house.close()


# A dossier of five thousand papers --------------------------------------------------------


def _moves(folder: Path, sizes: list[int]) -> None:
    rows = []
    for size in sizes:
        began = time.monotonic()
        house = _site(folder / str(size), size)
        house.catch_up()
        print(
            f"site of {size + LARGE} papers built in {time.monotonic() - began:.0f} s", flush=True
        )
        for name, login, deed in (
            ("transfer", "receiver", _transfer),
            ("grant", "guest", _grant),
            ("grant taken back", "guest", _take),
        ):
            rows.append((f"{name}, {size + LARGE:,} papers", *_visible(house, login, deed)))
        house.close()
    table(
        f"A dossier of {LARGE} papers, as the least privileged user",
        (
            "",
            "act s",
            "act cpu s",
            "first right answer s",
            "asked late ms",
            "asked after ms",
            "index followed s",
        ),
        rows,
    )
    print(machine())


def _visible(house: House, login: str, deed: Callable[[House], int]) -> list[str]:
    """Do *deed* and ask at once; return what took how long."""
    used, began = time.process_time(), time.perf_counter()
    expected = deed(house)
    acted, worked = time.perf_counter() - began, time.process_time() - used
    with house.databases.connection() as connection:
        page = _ask(house, connection, login, "")
        seen = time.perf_counter() - began
        if page.total != expected or sum(page.facets["type"].values()) != expected:
            raise SystemExit(f"{login} finds {page.total} of {expected}")
        late = _asked(house, connection, login)
    began = time.perf_counter()
    house.follower.catch_up()
    followed = time.perf_counter() - began
    with house.databases.connection() as connection:
        if _ask(house, connection, login, "").total != expected:
            raise SystemExit("the index says something else")
        after = _asked(house, connection, login)
    return [
        f"{acted:.2f}",
        f"{worked:.2f}",
        f"{seen:.2f}",
        f"{late:.1f}",
        f"{after:.1f}",
        f"{followed:.1f}",
    ]


def _asked(house: House, connection: Any, login: str) -> float:
    taken = []
    for number in range(40):
        began = time.perf_counter()
        _ask(house, connection, login, f"{WORDS[number % len(WORDS)]}")
        taken.append((time.perf_counter() - began) * 1000)
    return statistics.median(taken)


def _transfer(house: House) -> int:
    with sitting(house, "officer") as desk:
        dossier = desk.site.dossiers["B-LARGE"]
        let_keep(desk, dossier, "la")
    return LARGE


def _grant(house: House) -> int:
    with sitting(house, "head") as desk:
        dossier = desk.site.dossiers["B-LARGE"]
        given = Grant("user:guest", "consented", "", "", "22/QĐ-M")
        granting.give(desk.root, dossier, given, at=desk.now, by="head")
        desk.notify([Moved(dossier)])
        desk.tell("access.granted", dossier, to="guest")
    return LARGE


def _take(house: House) -> int:
    with sitting(house, "head") as desk:
        dossier = desk.site.dossiers["B-LARGE"]
        granting.take(
            desk.root, dossier, principal="user:guest", cause="22/QĐ-M", at=desk.now, by="head"
        )
        desk.notify([Moved(dossier, tightens=True)])
        desk.tell("access.taken", dossier, to="guest")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
