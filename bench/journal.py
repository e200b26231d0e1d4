"""What the journal costs, and how fast it is proved.

``python bench/journal.py [--commits N] [--entries N]`` prints two tables:

* commits a second of four processes over ZEO, each commit one small record under a random key,
  without a journal and with an entry of it in the journal's own database in the same two-phase
  commit; also with an entry of the same size put beside the record, in the same database,
  which is the least that any journal in the commit can cost;
* seconds to seal and to verify a journal on FileStorage, and its bytes an entry.

The commit runs of the kinds alternate, so that a busy machine slows all alike; the medians
of the rounds are compared.  Figures are ratios within one run, never limits.
"""

from __future__ import annotations

import argparse
import os
import resource
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import transaction
import ZODB
from BTrees.LOBTree import LOBTree
from ZEO.ClientStorage import ClientStorage
from ZODB.FileStorage import FileStorage
from ZODB.POSException import ConflictError

from hoso.audit import proof, sealing
from hoso.audit.entry import Entry
from hoso.audit.journal import Writers, append, book_of
from hoso.kernel.clock import stamp
from hoso.kernel.ids import new_id, to_text

KINDS = ("none", "beside", "journal")
PROCESSES = 4


def main() -> None:
    """Run what the arguments ask for."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--commits", type=int, default=150, help="commits a process and round")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--entries", type=int, default=100_000, help="entries to seal and verify")
    parser.add_argument("--writer", nargs=4, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.writer:
        kind, main_port, journal_port, commits = arguments.writer
        _write(kind, int(main_port), int(journal_port), int(commits))
        return
    _commits(arguments.commits, arguments.rounds)
    _proof(arguments.entries)


def _entry(number: int, record: str) -> Entry:
    return Entry(
        at=stamp(datetime.now(UTC)),
        actor=f"canbo{number % 40}",
        verb="document.filed",
        outcome="done",
        record=record,
        dossier=to_text(1 + number % 500),
        unit="so-noi-vu",
        details={"type": "D05", "revision": number % 9, "pages": 3},
    )


def _commits(commits: int, rounds: int) -> None:
    rates: dict[str, list[float]] = {kind: [] for kind in KINDS}
    conflicts = {kind: [0, 0] for kind in KINDS}
    with tempfile.TemporaryDirectory() as folder:
        ports = [_free_port(), _free_port()]
        servers = [
            subprocess.Popen(
                [
                    sys.executable,
                    "-m",
                    "ZEO.runzeo",
                    "-a",
                    f"127.0.0.1:{port}",
                    "-f",
                    f"{folder}/{port}.fs",
                ],
                env=_environment(),
                cwd=folder,
                stderr=subprocess.DEVNULL,
            )
            for port in ports
        ]
        try:
            _prepare(*ports)
            for _ in range(rounds):
                for kind in KINDS:
                    rate, met = _round(kind, ports, commits)
                    rates[kind].append(rate)
                    conflicts[kind] = [a + b for a, b in zip(conflicts[kind], met, strict=True)]
        finally:
            for server in servers:
                server.terminate()
                server.wait(30)
    print(f"{PROCESSES} processes over ZEO, {rounds} rounds of {commits} commits each")
    print(f"{'journal':<12}{'commits/s':>12}{'of none':>10}{'conflicts':>12}{'in journal':>12}")
    base = statistics.median(rates["none"])
    for kind in KINDS:
        rate = statistics.median(rates[kind])
        print(
            f"{kind:<12}{rate:>12.0f}{rate / base:>10.2f}{conflicts[kind][0]:>12}{conflicts[kind][1]:>12}"
        )


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def _environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}


def _open(kind: str, main_port: int, journal_port: int) -> ZODB.DB:
    databases: dict[str, ZODB.DB] = {}
    found = ZODB.DB(
        ClientStorage(("127.0.0.1", main_port), wait_timeout=30),
        database_name="main",
        databases=databases,
    )
    if kind == "journal":
        ZODB.DB(
            ClientStorage(("127.0.0.1", journal_port), wait_timeout=30),
            database_name="journal",
            databases=databases,
        )
    return found


def _prepare(main_port: int, journal_port: int) -> None:
    """Fill the tree of records, so that its buckets are those of a site in use."""
    database = _open("journal", main_port, journal_port)
    with database.transaction() as connection:
        connection.root()["records"] = LOBTree({new_id(): number for number in range(100_000)})
        book_of(connection.get_connection("journal").root())
    _close(database)


def _close(database: ZODB.DB) -> None:
    for one in list(database.databases.values()):
        one.close()


def _round(kind: str, ports: list[int], commits: int) -> tuple[float, list[int]]:
    arguments = [sys.executable, __file__, "--writer", kind, *map(str, ports), str(commits)]
    writers = [
        subprocess.Popen(
            arguments,
            env=_environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(PROCESSES)
    ]
    for writer in writers:
        assert writer.stdout
        assert writer.stdout.readline() == "ready\n"
    start = time.perf_counter()
    for writer in writers:
        assert writer.stdin
        writer.stdin.write("go\n")
        writer.stdin.flush()
    met = [0, 0]
    for writer in writers:
        assert writer.stdout
        for place, number in enumerate(writer.stdout.readline().split()):
            met[place] += int(number)
    elapsed = time.perf_counter() - start
    for writer in writers:
        writer.communicate()
    return PROCESSES * commits / elapsed, met


def _write(kind: str, main_port: int, journal_port: int, commits: int) -> None:
    database = _open(kind, main_port, journal_port)
    manager = transaction.TransactionManager()
    connection = database.open(manager)
    shard, met, in_journal = Writers().with_deed(), 0, 0

    def deed(number: int) -> None:
        records: Any = connection.root()["records"]
        key = new_id()
        records[key] = ("Văn bản " * 12, number)
        if kind == "journal":
            append(
                connection.get_connection("journal").root(),
                _entry(number, to_text(key)),
                shard=shard,
            )
        elif kind == "beside":
            records[new_id()] = tuple(vars(_entry(number, to_text(key))).values())[:-1]

    deed(0)
    manager.commit()
    print("ready", flush=True)
    sys.stdin.readline()
    for number in range(commits):
        while True:
            manager.begin()
            deed(number)
            try:
                manager.commit()
                break
            except ConflictError as error:
                met += 1
                in_journal += "hoso.audit" in str(error.class_name) or "OOBTree" in str(
                    error.class_name
                )
                manager.abort()
    print(met, in_journal, flush=True)
    connection.close()
    _close(database)


def _proof(entries: int) -> None:
    start = datetime(2026, 1, 1, tzinfo=UTC)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "journal.fs"
        database = ZODB.DB(FileStorage(str(path)), cache_size=2000)
        begun = time.perf_counter()
        for batch in range(0, entries, 500):
            with database.transaction() as connection:
                for number in range(batch, min(batch + 500, entries)):
                    at = start + timedelta(days=9 * number / entries, microseconds=number)
                    said = _entry(number, to_text(number + 1))
                    append(
                        connection.root(),
                        Entry(**{**vars(said), "at": stamp(at)}),
                        shard=f"shard-{batch // 500 % 8}",
                    )
        written = time.perf_counter() - begun
        now = start + timedelta(days=30)
        begun = time.perf_counter()
        with database.transaction() as connection:
            sealing.close_due(connection.root(), now=now)
        with database.transaction() as connection:
            sealed = sealing.seal_due(connection.root(), now=now)
        sealing_took = time.perf_counter() - begun
        connection = database.open()
        connection.cacheMinimize()
        begun = time.perf_counter()
        found: proof.Proof = sealing.verify(connection.root())
        verifying = time.perf_counter() - begun
        connection.close()
        database.pack()
        size = path.stat().st_size
        database.close()
    assert found.is_whole
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print()
    print(f"{found.entries} entries in {found.seals} sealed days, FileStorage")
    print(f"{'':<26}{'seconds':>10}{'entries/s':>12}")
    for what, seconds in (
        ("append, 500 a commit", written),
        (f"seal {len(sealed)} days", sealing_took),
        ("verify", verifying),
    ):
        print(f"{what:<26}{seconds:>10.1f}{entries / seconds:>12.0f}")
    print(f"{size / entries:.0f} bytes an entry after packing; peak memory {peak:.0f} MB")


if __name__ == "__main__":
    main()
