"""Search beside the bare engine and PostgreSQL, asked by clerks of one unit, never by an administrator.

    bin/py bench/search.py [--papers 20000 100000 1000000] [--questions 200] [--keep DIR]
                           [--postgres 100000] [--zcatalog 20000] [--quick]

Papers and questions are drawn from nothing but their number (search_corpus.py).  A question is
that of the search page: words, types, days, what one may find, an order, the total, three facets,
20 hits.  *bare* is tantivy asked the same final query through its own binding, everything made
beforehand, on the same index in the same run; what lies between the two is ours.  The index grows
from size to size; ``--keep`` leaves it, and a later run goes on with it.  PostgreSQL 15 runs in a
temporary cluster of its own and is told to be quick (no fsync); its figure is the server's own
execution time.  Products.ZCatalog has an environment of its own (``make peers-zope``).  Milliseconds are of the asking thread's processor time, the best of three, so they
hardly depend on who else is at work.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))

import ZODB
from tantivy import Occur
from tantivy import Query as EngineQuery

from hoso.search.analysis import folded_words
from hoso.search.counting import _asked
from hoso.search.engine import Engine
from hoso.search.language import parse
from hoso.search.narrowing import filter_clauses
from hoso.search.permitted import permitted_query
from hoso.search.place import open_view
from hoso.search.plan import plans, ranked
from hoso.search.snapshots import snapshot, snapshots
from hoso.search.values import Filters
from hoso.search.verifying import verify
from machine import HOME, environment, machine, p95, table, target
from search_corpus import Papers, Question, paper, questions, typed
from search_index import grow, kept, size_of
from search_postgres import Postgres

FACETS = ("type", "year", "unit")
_FACETS_ASKED = {name: _asked(name, None) for name in FACETS}


def best(ask: Callable[[], Any], times: int = 3) -> float:
    """Return the least processor time of this thread, in ms."""
    took = []
    for _ in range(times):
        began = time.thread_time()
        ask()
        took.append((time.thread_time() - began) * 1000)
    return min(took)


def median(values: Sequence[float]) -> float:
    return sorted(values)[len(values) // 2]


def filters_of(question: Question) -> Filters:
    return Filters(type=frozenset(question.types) or None, days=question.days)


def ours(engine: Engine, question: Question) -> Callable[[], Any]:
    """Return what asks *question* as the search page does."""
    who, filters = question.who, filters_of(question)
    return lambda: engine.search(
        parse(question.text), who, filters=filters, sort=question.sort, facets=FACETS
    )


def bare(view: Any, question: Question, plan: str) -> Callable[[], Any]:
    """Return what asks tantivy for the same answer, prepared to the end."""
    query, schema, searcher = parse(question.text), view.document_schema, view.documents
    made = plans(schema, query, searcher, reach=0)
    [chosen] = [p for p in (made.strict, made.loose, *made.last) if p and p.name == plan]
    clauses = [
        (Occur.Must, permitted_query(schema, question.who)),
        *filter_clauses(schema, filters_of(question)),
        *chosen.wanted,
    ]
    counted = EngineQuery.boolean_query(clauses)
    if question.sort == "date" or not query.wanted:
        order, asked = {"order_by_field": "day"}, counted
    else:
        order, asked = {"weight_by_field": "fresh"}, ranked(clauses, chosen.lifts)
    return lambda: (
        searcher.search(asked, 20, True, **order),
        searcher.aggregate(counted, _FACETS_ASKED),
    )


def measure(path: Path, count: int) -> dict[str, float]:
    """Ask the index at *path*; print and return what it cost."""
    papers = kept(path)
    engine, view = Engine(path), open_view(path)[2]
    asked = questions(count, papers)
    mine, theirs, used = [], [], dict.fromkeys(("adjacent", "words", "similar", "most"), 0)
    for question in asked:
        ask = ours(engine, question)
        page = ask()
        used[page.plan] += 1
        mine.append(best(ask))
        theirs.append(best(bare(view, question, page.plan)))
    ahead = [
        best(lambda: engine.suggest(text, owners, papers=whose))  # noqa: B023
        for text, owners, whose in typed(count, papers)
    ]
    rows = [
        ("whole query", f"{median(mine):.2f}", f"{p95(mine):.2f}"),
        ("bare engine", f"{median(theirs):.2f}", f"{p95(theirs):.2f}"),
        ("typing ahead", f"{median(ahead):.2f}", f"{p95(ahead):.2f}"),
    ]
    table(f"{papers:,} papers, {count} questions, ms of processor time", ("", "p50", "p95"), rows)
    target("  p95 of the whole query to the bare engine's", p95(mine) / p95(theirs), 1.5)
    print(f"  answered by: {used}; segments: {view.documents.num_segments}")
    return {"query": p95(mine), "ahead": p95(ahead), "memory": resident(path)}


def resident(path: Path) -> float:
    """Return the MB a fresh process holds after fifty questions."""
    said = subprocess.run(
        [sys.executable, __file__, "--resident", str(path)],
        env=environment(),
        check=True,
        capture_output=True,
        text=True,
    )
    return float(said.stdout)


def _say_resident(path: Path) -> None:
    engine = Engine(path)
    for question in questions(50, kept(path)):
        ours(engine, question)()
    lines = Path("/proc/self/status").read_text().splitlines()
    # Pages of the mapped index are the system's to give and take; what is ours counts.
    [held] = [line for line in lines if line.startswith("RssAnon")]
    print(int(held.split()[1]) / 1024)


def verified(path: Path) -> None:
    """Compare the index with what it was made of; say how fast."""
    papers = kept(path)
    few = min(papers, 20_000)
    with tempfile.TemporaryDirectory(prefix="hoso-bench-") as folder:
        database = ZODB.DB(str(Path(folder) / "Data.fs"))
        source, view = Papers(papers), open_view(path)[2]
        entries = {known: source.read_entry(None, known) for known in range(1, few + 1)}
        for entry in entries.values():
            assert entry is not None and entry.digest  # noqa: PT018 - drawn and hashed before

        class Ready:
            def read_entry(self, _root: Any, known: int) -> Any:
                return entries[known]

        with snapshot(snapshots(database)) as (root, _):
            began = time.process_time()
            difference = verify(view, Ready(), root, only=entries)  # type: ignore[arg-type]
            took = time.process_time() - began
        database.close()
    print(
        f"verify: {few / took:,.0f} papers a processor second besides reading them;"
        f" differences: {len(difference.ids)}"
    )


def with_postgres(path: Path, papers: int, count: int) -> None:
    """Ask PostgreSQL the same questions of as many papers."""
    found = Postgres.found()
    if found is None:
        print("PostgreSQL: NOT RUN, no server of version 15 is on this machine")
        return
    with found as server:
        seconds = server.load(papers)
        asked = questions(count, papers)
        theirs = [server.milliseconds(question) for question in asked]
    print(f"\nPostgreSQL: {papers:,} papers taken in and indexed in {seconds:.0f} s")
    _beside("PostgreSQL 15, GIN", theirs, path, asked)


def with_zcatalog(path: Path, papers: int, count: int) -> None:
    """Ask Products.ZCatalog the same questions of as many papers."""
    python = HOME / "parts" / "peers-zope" / "bin" / "python"
    if not python.exists():
        print("Products.ZCatalog: NOT RUN, make peers-zope fetches it")
        return
    asked = questions(count, papers)
    with tempfile.TemporaryDirectory(prefix="hoso-bench-") as name:
        folder = Path(name)
        with (folder / "papers.jsonl").open("w", encoding="utf-8") as out:
            for number in range(1, papers + 1):
                out.write(f"{json.dumps(_catalogued(number))}\n")
        (folder / "questions.json").write_text(json.dumps([_plain(one) for one in asked]))
        command = [str(python), str(HOME / "bench" / "search_zcatalog.py"), name]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
    said = json.loads(done.stdout)
    print(f"\nProducts.ZCatalog: {papers / said['built']:,.0f} papers a processor second")
    _beside("Products.ZCatalog", said["took"], path, asked)


def _catalogued(number: int) -> dict[str, Any]:
    drawn = paper(number)
    words = folded_words(f"{drawn.title} {drawn.person} {drawn.text}")
    said = {name: getattr(drawn, name) for name in ("id", "type", "year", "unit", "day", "acl")}
    return {**said, "text": " ".join(words)}


def _plain(question: Question) -> dict[str, Any]:
    who = question.who
    return {
        "acl": sorted(who.tokens.union(*(one.tokens for one in who.limited))),
        "types": list(question.types),
        "days": list(question.days) if question.days else None,
        "words": folded_words(question.text),
        "sort": question.sort,
    }


def _beside(peer: str, theirs: list[float], path: Path, asked: list[Question]) -> None:
    engine = Engine(path)
    mine = [best(ours(engine, question)) for question in asked]
    rows = [
        (peer, f"{median(theirs):.2f}", f"{p95(theirs):.2f}"),
        (f"hoso, {kept(path):,} papers", f"{median(mine):.2f}", f"{p95(mine):.2f}"),
        ("times", f"{median(theirs) / median(mine):.1f}", f"{p95(theirs) / p95(mine):.1f}"),
    ]
    table("whole query, ms", ("", "p50", "p95"), rows)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--papers", type=int, nargs="+", default=[20_000, 100_000, 1_000_000])
    parser.add_argument("--questions", type=int, default=200)
    parser.add_argument("--postgres", type=int, default=0, help="so many papers into PostgreSQL")
    parser.add_argument("--zcatalog", type=int, default=0, help="so many into Products.ZCatalog")
    parser.add_argument("--keep", type=Path, help="leave the index here")
    parser.add_argument("--quick", action="store_true", help="2,000 papers, 40 questions")
    parser.add_argument("--resident", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.resident:
        _say_resident(asked.resident)
        return
    if asked.quick:
        asked.papers, asked.questions = [2_000], 40
    with tempfile.TemporaryDirectory(prefix="hoso-bench-") as folder:
        path, found = asked.keep or Path(folder) / "index", []
        for papers in sorted(asked.papers):
            if kept(path) < papers:
                cpu, wall = grow(path, papers)
                print(
                    f"\nindexed to {papers:,}: {1 / cpu:,.0f} papers a processor second,"
                    f" {1 / wall:,.0f} a second; {size_of(path) / papers:,.0f} bytes each"
                )
            found.append(measure(path, asked.questions))
            if papers <= asked.postgres:
                with_postgres(path, papers, asked.questions)
            if papers <= asked.zcatalog:
                with_zcatalog(path, papers, asked.questions)
        verified(path)
        if len(found) > 1:
            print()
            for name, what in (("ahead", "typing ahead"), ("memory", "memory of a process")):
                target(f"{what}, largest to smallest", found[-1][name] / found[0][name], 2.0)
    print(machine())


if __name__ == "__main__":
    main()
