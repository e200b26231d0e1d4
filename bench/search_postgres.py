"""PostgreSQL full text as the peer of bench/search.py: a cluster of its own, thrown away after.

Words without marks stand in a tsvector with their places, under GIN; units in a column for each
level of the tree.  The whole question is one statement; what counts is the server's own time.
"""

from __future__ import annotations

import os
import pwd
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Self

from hoso.search.analysis import folded_words
from machine import free_port
from search_corpus import Question, lineage, paper

__all__ = ["Postgres"]

_HOME = Path("/usr/lib/postgresql/15/bin")
_TABLE = """
create unlogged table paper (id bigint, type bigint, day int, year int, unit int, level int,
 u1 int, u2 int, u3 int, words tsvector);
"""
_INDEXES = """
set maintenance_work_mem = '256MB';
create index on paper using gin (words) with (fastupdate = off);
create index on paper (unit, level); create index on paper (u1, level);
create index on paper (u2, level); create index on paper (u3, level); create index on paper (day);
vacuum analyze paper;
"""
_TOOK = re.compile(r"Execution Time: ([0-9.]+) ms")


class Postgres:
    """A server in a temporary folder, as long as the context lasts."""

    def __init__(self, tools: Path) -> None:
        self._tools = tools
        self._folder = Path(tempfile.mkdtemp(prefix="hoso-postgres-"))
        self._port = free_port()

    @classmethod
    def found(cls) -> Postgres | None:
        """Return one, where a server is on this machine."""
        initdb = shutil.which("initdb")
        tools = Path(initdb).resolve().parent if initdb else _HOME
        return cls(tools) if (tools / "initdb").exists() else None

    def __enter__(self) -> Self:
        if os.geteuid() == 0:  # the server refuses to be run by root
            known = pwd.getpwnam("postgres")
            os.chown(self._folder, known.pw_uid, known.pw_gid)
        data = str(self._folder / "data")
        self._run("initdb", "-D", data, "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-N")
        settings = (
            f"-p {self._port} -k {self._folder} -c listen_addresses= -c shared_buffers=1GB"
            " -c fsync=off -c full_page_writes=off -c max_wal_size=4GB -c work_mem=64MB -c jit=off"
            " -c max_parallel_workers_per_gather=0 -c random_page_cost=1.1"
        )
        log = str(self._folder / "log")
        self._run("pg_ctl", "-D", data, "-l", log, "-w", "-o", settings, "start")
        return self

    def __exit__(self, *_: object) -> None:
        self._run("pg_ctl", "-D", str(self._folder / "data"), "-m", "immediate", "stop")
        shutil.rmtree(self._folder, ignore_errors=True)

    def _run(self, tool: str, *arguments: str, given: str | None = None) -> str:
        command: Sequence[str] = [str(self._tools / tool), *arguments]
        if os.geteuid() == 0:
            command = [
                "setpriv",
                "--reuid=postgres",
                "--regid=postgres",
                "--clear-groups",
                *command,
            ]
        kept = None if tool != "pg_ctl" else subprocess.DEVNULL
        done = subprocess.run(
            command, input=given, check=True, text=True, cwd="/",
            stdout=kept or subprocess.PIPE, stderr=kept,
        )  # fmt: skip
        return done.stdout or ""

    def _sql(self, text: str) -> str:
        where = ("-h", str(self._folder), "-p", str(self._port), "-d", "postgres")
        return self._run("psql", *where, "-qAt", "-v", "ON_ERROR_STOP=1", given=text)

    def load(self, count: int) -> float:
        """Take in so many papers; return the seconds it took, drawing them included."""
        began = time.perf_counter()
        rows = self._folder / "rows"
        with rows.open("w", encoding="utf-8") as out:
            for number in range(1, count + 1):
                out.write(_row(number))
        rows.chmod(0o644)
        self._sql(f"{_TABLE} copy paper from '{rows}'; {_INDEXES}")
        rows.unlink()
        return time.perf_counter() - began

    def milliseconds(self, question: Question) -> float:
        """Return the least of three execution times of the whole question."""
        asked = f"explain (analyze, timing off) {_statement(question)};"
        return min(float(found) for found in _TOOK.findall(self._sql(asked * 3)))


def _row(number: int) -> str:
    drawn = paper(number)
    places: dict[str, list[str]] = {}
    for place, word in enumerate(folded_words(f"{drawn.title} {drawn.person} {drawn.text}"), 1):
        places.setdefault(word, []).append(str(place))
    words = " ".join(f"{word}:{','.join(where)}" for word, where in places.items())
    above = lineage(drawn.unit)[1:]
    fields = (drawn.id, drawn.type, drawn.day, drawn.year, drawn.unit, drawn.level, *above, words)
    return "\t".join(map(str, fields)) + "\n"


def _statement(question: Question) -> str:
    depth = len(lineage(question.unit))
    column = {4: "unit", 3: "u1", 2: "u2", 1: "u3"}[depth]
    where = [f"{column} = {question.unit}", f"level <= {question.level}"]
    if question.types:
        where.append(f"type in ({','.join(map(str, question.types))})")
    if question.days:
        where.append(f"day between {question.days[0]} and {question.days[1]}")
    order = "day"
    words = " & ".join(folded_words(question.text))
    if words:
        where.append(f"words @@ '{words}'::tsquery")
        if question.sort == "relevance":
            order = f"ts_rank(words, '{words}'::tsquery)"
    return f"""with found as materialized
 (select id, type, year, unit, {order} as ranked from paper where {" and ".join(where)})
 select (select count(*) from found),
 array(select id from found order by ranked desc limit 20),
 (select json_agg(facet) from (select type, year, unit, count(*) from found
  group by grouping sets ((type), (year), (unit)) order by 4 desc limit 100) facet)"""
