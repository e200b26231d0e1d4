"""What the journal costs, and how fast it is sealed and proved.

``python bench/journal.py [--commits N] [--rounds N] [--entries N]`` prints two tables:

* commits a second of four processes over one ZEO server with both databases, each commit one
  small record under a random key, without a journal and with an entry in the same commit; beside
  them, while the second kind runs, a fifth process carries and gathers every five seconds, three times
  as often as a server does;
* seconds to seal a journal, to prove it inside the database, to export it and to prove the export
  with the file that leaves with it, and the memory each takes.

The commit runs of the two kinds alternate, so that a busy machine slows both alike; the ratio is
that of the medians, and the spread of the ratios of single rounds stands beside it.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import threading
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

from hoso.audit import hoso_verify_journal as proof
from hoso.audit import sealing, verifying
from hoso.audit.entry import Entry
from hoso.audit.export import Wanted, write
from hoso.audit.gathering import gather
from hoso.audit.journal import Writers, append, book_of, carry, ledger_of
from hoso.audit.outgoing import acknowledge, outgoing_of
from hoso.kernel.clock import stamp
from hoso.kernel.ids import new_id, to_text

KINDS = ("none", "journal")
PROCESSES = 4


def main() -> None:
    """Run what the arguments ask for."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--commits", type=int, default=150, help="commits a process and round")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--entries", type=int, default=100_000, help="entries to seal and verify")
    parser.add_argument("--writer", nargs=3, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.writer:
        kind, socket, commits = arguments.writer
        if kind == "carrier":
            _carry(socket)
        else:
            _write(kind, socket, int(commits))
        return
    if arguments.rounds:
        _commits(arguments.commits, arguments.rounds)
    if arguments.entries:
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
        conf = Path(folder) / "zeo.conf"
        socket = f"{folder}/zeo.sock"
        conf.write_text(
            f"<zeo>\n address {socket}\n</zeo>\n"
            f"<filestorage main>\n path {folder}/main.fs\n</filestorage>\n"
            f"<filestorage journal>\n path {folder}/journal.fs\n</filestorage>\n"
        )
        server = subprocess.Popen(
            [sys.executable, "-m", "ZEO.runzeo", "-C", str(conf)],
            env=_environment(),
            cwd=folder,
            stderr=subprocess.DEVNULL,
        )
        try:
            _prepare(socket)
            for _ in range(rounds):
                for kind in KINDS:
                    rate, met = _round(kind, socket, commits)
                    rates[kind].append(rate)
                    conflicts[kind] = [a + b for a, b in zip(conflicts[kind], met, strict=True)]
            whole = _all_here(socket, rounds * PROCESSES * (commits + 1))
        finally:
            server.terminate()
            server.wait(30)
    print(f"{PROCESSES} processes over ZEO, {rounds} rounds of {commits} commits each")
    print(f"{'journal':<12}{'commits/s':>12}{'of none':>10}{'conflicts':>12}{'in journal':>12}")
    base = statistics.median(rates["none"])
    for kind in KINDS:
        rate = statistics.median(rates[kind])
        met = conflicts[kind]
        print(f"{kind:<12}{rate:>12.0f}{rate / base:>10.2f}{met[0]:>12}{met[1]:>12}")
    single = sorted(b / a for a, b in zip(rates["none"], rates["journal"], strict=True))
    print("of none, round by round: " + " ".join(f"{one:.2f}" for one in single))
    print(f"afterwards every entry is in the journal, and it is whole: {whole}")


def _all_here(socket: str, expected: int) -> bool:
    database = _open(socket)
    connection = database.open()
    root = connection.get_connection("journal").root()
    while carry(root):
        connection.transaction_manager.commit()
    gather(root, now=datetime.now(UTC))
    connection.transaction_manager.commit()
    found = verifying.verify(root)
    connection.close()
    _close(database)
    return found.is_whole and found.entries == expected and found.loose == 0


def _environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}


def _open(socket: str) -> ZODB.DB:
    databases: dict[str, ZODB.DB] = {}
    for name in ("main", "journal"):
        ZODB.DB(
            ClientStorage(socket, storage=name, wait_timeout=30),
            database_name=name,
            databases=databases,
        )
    return databases["main"]


def _prepare(socket: str) -> None:
    """Fill the tree of records, so that its buckets are those of a site in use."""
    database = _open(socket)
    with database.transaction() as connection:
        connection.root()["records"] = LOBTree({new_id(): number for number in range(100_000)})
        journal = connection.get_connection("journal").root()
        book_of(journal)
        outgoing_of(journal)
    _close(database)


def _close(database: ZODB.DB) -> None:
    for one in list(database.databases.values()):
        one.close()


def _start(*arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, __file__, "--writer", *arguments],
        env=_environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def _round(kind: str, socket: str, commits: int) -> tuple[float, list[int]]:
    writers = [_start(kind, socket, str(commits)) for _ in range(PROCESSES)]
    carrier = _start("carrier", socket, "0") if kind == "journal" else None
    everybody = [*writers, carrier] if carrier else writers
    for one in everybody:
        assert one.stdout
        assert one.stdout.readline() == "ready\n"
    start = time.perf_counter()
    for one in everybody:
        assert one.stdin
        one.stdin.write("go\n")
        one.stdin.flush()
    met = [0, 0]
    for writer in writers:
        assert writer.stdout
        for place, number in enumerate(writer.stdout.readline().split()):
            met[place] += int(number)
    elapsed = time.perf_counter() - start
    for one in everybody:
        one.communicate()
    return PROCESSES * commits / elapsed, met


def _carry(socket: str) -> None:
    """Carry and gather every second until our standard input ends."""
    database = _open(socket)
    connection = database.open()
    root = connection.get_connection("journal").root()
    print("ready", flush=True)
    sys.stdin.readline()
    ended = threading.Event()
    threading.Thread(target=lambda: (sys.stdin.read(), ended.set()), daemon=True).start()
    while not ended.wait(5):
        connection.transaction_manager.begin()
        carry(root)
        gather(root, now=datetime.now(UTC))
        connection.transaction_manager.commit()
        acknowledge(outgoing_of(root), ledger_of(root))
        connection.transaction_manager.commit()
    connection.close()
    _close(database)


def _write(kind: str, socket: str, commits: int) -> None:
    database = _open(socket)
    manager = transaction.TransactionManager()
    connection = database.open(manager)
    shard, met, in_journal = Writers().with_deed(), 0, 0

    def deed(number: int) -> None:
        records: Any = connection.root()["records"]
        key = new_id()
        records[key] = ("Văn bản " * 12, number)
        if kind == "journal":
            journal = connection.get_connection("journal").root()
            append(journal, _entry(number, to_text(key)), shard=shard)

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
                manager.abort()
                manager.begin()
                # The tree of records is made of LOBTrees, what the journal adds is not.
                in_journal += "LOB" not in type(connection.get(error.oid)).__name__
                manager.abort()
    print(met, in_journal, flush=True)
    connection.close()
    _close(database)


#: Runs the verifier and says the most memory it held; what is asked of the system for a child
#: begins with the size of its parent.
_OFFLINE = """
import runpy, sys
sys.argv = sys.argv[1:]
try:
    runpy.run_path(sys.argv[0], run_name="__main__")
except SystemExit as end:
    if end.code:
        raise
print([line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM")][0])
"""


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
        took = {"append, 500 a commit": time.perf_counter() - begun}
        now = start + timedelta(days=30)
        begun = time.perf_counter()
        for step in (gather, sealing.close_due, sealing.seal_due):
            with database.transaction() as connection:
                step(connection.root(), now=now)
        took["gather and seal"] = time.perf_counter() - begun
        connection = database.open()
        connection.cacheMinimize()
        begun = time.perf_counter()
        found = verifying.verify(connection.root())
        took["verify in the database"] = time.perf_counter() - begun
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        package = Path(folder) / "journal.zip"
        begun = time.perf_counter()
        wanted = Wanted("2026-01-01", "2026-01-31")
        made = write(
            connection.root(), package, wanted=wanted, made=stamp(now), may_show=lambda _: True
        )
        took["export"] = time.perf_counter() - begun
        connection.close()
        database.pack()
        size = path.stat().st_size
        database.close()
        begun = time.perf_counter()
        verifier = Path(proof.__file__)
        offline = [sys.executable, "-I", "-c", _OFFLINE, str(verifier), str(package)]
        said = subprocess.run(offline, check=True, stdout=subprocess.PIPE, text=True).stdout
        took["verify the export offline"] = time.perf_counter() - begun
        outside = int(said.split()[-1]) / 1024
    assert found.is_whole
    print()
    print(
        f"{found.entries} entries, {found.bundles} bundles, {found.heads} sealed days, FileStorage"
    )
    print(f"{'':<28}{'seconds':>10}{'entries/s':>12}")
    for what, seconds in took.items():
        print(f"{what:<28}{seconds:>10.1f}{entries / seconds:>12.0f}")
    print(f"{size / entries:.0f} bytes an entry after packing, {made.size / entries:.0f} exported")
    print(f"peak memory {peak:.0f} MB inside, {outside:.0f} MB offline")


if __name__ == "__main__":
    main()
