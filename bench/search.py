"""Search, measured beside the bare engine: ``bin/py bench/search.py [N] [QUESTIONS]``.

Papers are drawn from nothing but their number, so every run indexes and asks the same.  The
question is the one of the search page: words AND permission AND type AND years, 20 hits in order,
total, six facets.  ``bare`` is tantivy asked the same final query through its own Python binding,
with everything prepared beforehand; what lies between the two is ours.
"""

from __future__ import annotations

import random
import sys
import tempfile
import time
from collections.abc import Iterator
from itertools import accumulate
from pathlib import Path
from typing import Any

import ZODB
from tantivy import Occur
from tantivy import Query as EngineQuery
from ZODB.FileStorage import FileStorage

from hoso.search.engine import _AGGREGATION, Engine
from hoso.search.language import Query, parse
from hoso.search.permitted import Permitted, permitted_query
from hoso.search.place import open_view
from hoso.search.plan import ENOUGH, filter_clauses, lifting, plans
from hoso.search.rebuild import rebuild
from hoso.search.snapshots import snapshot, snapshots
from hoso.search.syllables import _COMPOUNDS
from hoso.search.values import Entry, Filters
from hoso.search.verifying import verify

WORDS = [" ".join(compound.split()) for compound in _COMPOUNDS.split(",")]
WEIGHTS = list(accumulate(1 / (rank + 10) ** 0.9 for rank in range(len(WORDS))))
FAMILY = """
Nguyễn Trần Lê Phạm Hoàng Huỳnh Phan Vũ Võ Đặng Bùi Đỗ Hồ Ngô Dương Lý
"""
FAMILY_WEIGHTS = list(accumulate((38, 12, 10, 7, 4, 3, 5, 3, 2, 2, 2, 1, 1, 1, 1, 1)))
MIDDLE = """
Thị Văn Ngọc Hữu Đức Minh Thanh Quang Xuân Thị-Ngọc Thị-Thu Công Đình Bích
"""
GIVEN = """
An Anh Bình Chi Cường Dung Dũng Đạt Giang Hà Hải Hạnh Hoa Hòa Hương Hùng Khánh Lan Linh
Long Mai Minh Nam Nga Ngân Nhung Phúc Phương Quân Quyên Sơn Tâm Thảo Thành Thu Thư Thủy
Trang Tú Tuấn Vân Vinh Yến
"""
TYPES, UNITS = 30, 2000
TITLES = (
    "Quyết định nâng bậc lương", "Quyết định bổ nhiệm", "Quyết định điều động", "Giấy khai sinh",
    "Sơ yếu lý lịch", "Hợp đồng làm việc", "Bằng tốt nghiệp", "Phiếu đánh giá", "Công văn",
)  # fmt: skip


def lineage(unit: int) -> list[int]:
    """A tree of four levels: 1, then 20, then 200, then the rest below those."""
    above = [unit]
    while unit > 1:
        unit = 1 if unit <= 21 else 2 + unit % 20 if unit <= 221 else 22 + unit % 200
        above.append(unit)
    return above


def paper(number: int) -> Entry:
    """Draw the paper of this number; twenty papers make a dossier."""
    dossier = number // 20
    owner, own = random.Random(dossier), random.Random(f"paper {number}")
    family = owner.choices(FAMILY.split(), cum_weights=FAMILY_WEIGHTS)[0]
    person = (
        f"{family} {owner.choice(MIDDLE.split()).replace('-', ' ')} {owner.choice(GIVEN.split())}"
    )
    unit, level = owner.randrange(222, UNITS), owner.choices(range(5), (60, 25, 10, 4, 1))[0]
    type_ = own.randrange(TYPES)
    day = 9000 + int(11_000 * own.random() ** 0.6)
    body = " ".join(own.choices(WORDS, cum_weights=WEIGHTS, k=own.randint(40, 160)))
    return Entry(
        id=number,
        kind="document",
        acl=tuple(f"u{above}:{k}" for above in lineage(unit) for k in range(level, 5)),
        dossier=dossier + 1,
        type=type_,
        form=own.randrange(29),
        year=1970 + day // 365,
        unit=unit,
        level=level,
        section=type_ % 13,
        status=own.randrange(4),
        day=day,
        number=str(own.randint(1, 5999)),
        symbol=own.choice(["QĐ-UBND", "QĐ-SNV", "QĐ-THLT", "CV-SGDĐT"]),
        person=person,
        agency="Ủy ban nhân dân",
        title=f"{TITLES[type_ % len(TITLES)]} {person}",
        text=f"Ông (bà) {person}. {body}",
        ocr=own.random() < 0.15,
    )


class Papers:
    """The first *count* papers."""

    def __init__(self, count: int) -> None:
        self._count = count

    def read_entry(self, _root: Any, id: int) -> Entry | None:  # noqa: A002
        return paper(id) if 0 < id <= self._count else None

    def all_ids(self, _root: Any) -> Iterator[int]:
        return iter(range(1, self._count + 1))


def questions(count: int, papers: int) -> Iterator[tuple[Query, Permitted, Filters, str]]:
    """Draw what people ask: words of some paper, where they sit, what they narrow to."""
    draw = random.Random(7)
    for _ in range(count):
        asked = paper(draw.randint(1, papers))
        words = asked.text.split()
        start = draw.randrange(max(1, len(words) - 5))
        text = draw.choice(
            [asked.person, asked.title, " ".join(words[start : start + draw.randint(2, 4)])]
        )
        unit = draw.choice(lineage(asked.unit))
        level = draw.randint(asked.level, 4)
        tokens = Permitted(frozenset({f"u{unit}:{level}", f"plan{unit}:{level}"}))
        filters = Filters(
            type=frozenset(draw.sample(range(TYPES), 5)) if draw.random() < 0.5 else None,
            years=(1998, 2018) if draw.random() < 0.3 else None,
        )
        yield parse(text), tokens, filters, draw.choice(["relevance", "date"])


def bare(view: Any, question: tuple[Query, Permitted, Filters, str], plan: str) -> Any:
    """Prepare the final query of *plan* for tantivy itself; return what asks it."""
    query, permitted, filters, sort = question
    schema, searcher = view.document_schema, view.documents

    clauses = [(Occur.Must, permitted_query(schema, permitted)), *filter_clauses(schema, filters)]
    clauses += next(tried for name, _, tried in plans(schema, query, searcher) if name == plan)
    counted = EngineQuery.boolean_query(clauses)
    if sort == "date":
        return lambda: (
            searcher.search(counted, 20, True, order_by_field="day"),
            searcher.aggregate(counted, _AGGREGATION),
        )
    ranked = EngineQuery.boolean_query([*clauses, *lifting(schema, query)])
    return lambda: (
        searcher.search(ranked, 20, True),
        searcher.aggregate(counted, _AGGREGATION),
    )


def best(what: Any, times: int = 3) -> float:
    """Return the best wall time in ms; the machine is shared."""
    took = []
    for _ in range(times):
        started = time.perf_counter()
        what()
        took.append((time.perf_counter() - started) * 1000)
    return min(took)


def share(values: list[float], part: float) -> float:
    return sorted(values)[min(len(values) - 1, int(part * len(values)))]


def main(count: int = 20_000, asked: int = 200) -> None:
    with tempfile.TemporaryDirectory(prefix="hoso-bench-") as folder:
        measure(Path(folder), count, asked)


def measure(folder: Path, count: int, asked: int) -> None:
    database = ZODB.DB(FileStorage(str(folder / "Data.fs")))
    papers, path = Papers(count), folder / "index"
    started = time.process_time()
    for number in range(1, count + 1, 10):
        paper(number)
    drawing = (time.process_time() - started) * 10

    started, wall = time.process_time(), time.perf_counter()
    rebuild(path, snapshots(database), papers)
    cpu, wall = time.process_time() - started, time.perf_counter() - wall
    size = sum(file.stat().st_size for file in path.rglob("*") if file.is_file())
    print(f"papers {count}, questions {asked}, load {Path('/proc/loadavg').read_text().split()[0]}")
    print(
        f"index    {count / max(cpu - drawing, 0.001):8.0f} papers per CPU-second"
        f" ({cpu - drawing:.1f} s CPU besides drawing, {wall:.1f} s wall), {size / count:.0f} bytes each"
    )

    engine, view = Engine(path), open_view(path)[2]
    ours, theirs, first, used = (
        [],
        [],
        [],
        dict.fromkeys(("adjacent", "words", "repaired", "similar", "most"), 0),
    )
    for question in questions(asked, count):
        query, permitted, filters, sort = question

        def ask() -> Any:
            return engine.search(query, permitted, filters=filters, sort=sort)  # noqa: B023

        page = ask()
        used[page.plan] += 1
        ours.append(best(ask))
        theirs.append(best(bare(view, question, page.plan)))
        if page.plan == "adjacent":
            first.append(ours[-1] / theirs[-1])
    for name, values in (("hoso", ours), ("bare", theirs)):
        print(
            f"search   {name:5} p50 {share(values, 0.5):7.2f} ms   p95 {share(values, 0.95):7.2f} ms"
        )
    print(
        f"search   ratio p50 {share(ours, 0.5) / share(theirs, 0.5):7.2f}      p95"
        f" {share(ours, 0.95) / share(theirs, 0.95):7.2f}      (fewer than {ENOUGH} hits: looser"
        f" plans are tried: {used})"
    )

    print(f"search   ratio p50 {share(first, 0.5):7.2f}      where the first plan found enough")
    started, wall = time.process_time(), time.perf_counter()
    with snapshot(snapshots(database)) as (root, _):
        difference = verify(view, papers, root)
    cpu = time.process_time() - started
    print(
        f"verify   {count / max(cpu - drawing, 0.001):8.0f} papers per CPU-second besides reading"
        f" them, {time.perf_counter() - wall:.1f} s wall; difference: {bool(difference)}"
    )
    database.close()


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
