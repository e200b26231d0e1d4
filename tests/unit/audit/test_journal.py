"""The journal as its readers and writers meet it, on a FileStorage."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta

import pytest
import transaction
import ZODB
from ZODB.FileStorage import FileStorage
from ZODB.POSException import ConflictError

from hoso.audit.entry import Entry
from hoso.audit.journal import Writers, append, book_of, read
from hoso.audit.sealing import close_due, seal, seal_due
from hoso.audit.verifying import verify
from hoso.kernel.clock import stamp
from hoso.kernel.errors import Invalid

MORNING = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


def entry(minutes: float = 0, **said) -> Entry:
    said = {"actor": "lan", "verb": "document.filed", "outcome": "done", **said}
    return Entry(at=stamp(MORNING + timedelta(minutes=minutes)), **said)


@pytest.fixture
def database(tmp_path):
    database = ZODB.DB(FileStorage(str(tmp_path / "journal.fs")))
    with database.transaction() as connection:
        book_of(connection.root())
    yield database
    database.close()


@pytest.fixture
def root(database):
    manager = transaction.TransactionManager()
    connection = database.open(manager)
    yield connection.root()
    manager.abort()
    connection.close()


def test_an_entry_is_read_back_as_it_was_written(root):
    said = entry(
        actor="lan",
        outcome="refused",
        record="r1",
        dossier="d1",
        unit="u1",
        reason="Không có quyền",
        details={"level": 3, "page": None, "typed": 'a"\\\n', "whole": True},
    )

    append(root, said, shard="one")

    assert [written.entry for written in read(root)] == [said]


def test_text_is_kept_composed_and_a_float_as_its_digits(root):
    append(root, entry(reason="Ho\u0300a", details={"ms": 0.1}), shard="one")

    kept = read(root)[0].entry
    assert (kept.reason, dict(kept.details)) == ("Hòa", {"ms": "0.1"})


def test_a_name_with_bytes_that_are_no_text_does_not_stop_the_journal(root):
    append(root, entry(details={"name": os.fsdecode(b"b\xe1o.pdf")}), shard="one")

    assert verify(root).is_whole


def test_all_faults_of_an_entry_are_told_at_once(root):
    wrong = Entry(at="yesterday", actor="lan", verb="Filed", outcome="maybe", details={"x": []})

    with pytest.raises(Invalid) as refused:
        append(root, wrong, shard="one")

    assert [f.field for f in refused.value.faults] == ["at", "verb", "outcome", "details.x"]


def test_reading_is_newest_first_over_all_shards(root):
    for minute, shard in enumerate("abcacbbca"):
        append(root, entry(minute), shard=shard)

    stamps = [written.entry.at for written in read(root)]

    assert stamps == [entry(minute).at for minute in reversed(range(9))]


def test_pages_follow_one_another_without_gap_or_repeat(root):
    for minute in range(100):
        append(root, entry(minute, actor=f"a{minute % 2}"), shard=f"s{minute % 3}")
    append(root, entry(60 * 30), shard="next-day")

    pages, after = [], None
    while page := read(root, after=after, limit=7):
        pages += [written.entry.at for written in page]
        after = page[-1].position

    assert pages == sorted((written.entry.at for written in read(root, limit=1000)), reverse=True)
    assert len(pages) == 101


def test_pages_hold_although_the_clock_was_set_back(root):
    for minute in [*range(20), *range(5, 40)]:
        append(root, entry(minute, record="r"), shard="one")

    seen, after = [], None
    while page := read(root, record="r", after=after, limit=4):
        seen += [written.seq for written in page]
        after = page[-1].position

    assert seen == list(reversed(range(55)))


def test_a_place_that_is_none_is_refused(root):
    with pytest.raises(Invalid, match="first page"):
        read(root, after="nowhere")


def _life_of_three_days(root):
    for day in range(3):
        for minute in range(50):
            append(
                root,
                entry(
                    day * 1440 + minute,
                    actor=f"actor{minute % 5}",
                    record=f"r{minute % 7}",
                    dossier=f"d{minute % 2}",
                ),
                shard=f"s{minute % 3}",
            )


@pytest.mark.parametrize("sealed", [0, 1, 3], ids=["open", "partly sealed", "sealed"])
@pytest.mark.parametrize(
    ("asked", "wanted"),
    [
        ({"record": "r3"}, lambda e: e.record == "r3"),
        ({"record": "d1"}, lambda e: e.dossier == "d1"),
        ({"actor": "actor4"}, lambda e: e.actor == "actor4"),
        ({"record": "r3", "actor": "actor4"}, lambda e: e.record == "r3" and e.actor == "actor4"),
        ({"day": "2026-03-03"}, lambda e: e.at.startswith("2026-03-03")),
        ({"day": "2026-03-03", "record": "r0"}, lambda e: e.at[9] == "3" and e.record == "r0"),
        ({"record": "nobody"}, lambda e: False),
    ],
    ids=["record", "dossier", "actor", "both", "day", "record of a day", "unknown"],
)
def test_a_narrowed_reading_equals_the_whole_one_sifted(root, asked, wanted, sealed):
    _life_of_three_days(root)
    close_due(root, now=MORNING + timedelta(days=sealed))
    root._p_jar.transaction_manager.commit()
    for day in ["2026-03-02", "2026-03-03", "2026-03-04"][:sealed]:
        seal(root, day, now=MORNING + timedelta(days=9))
    everything = [written.entry for written in read(root, limit=1000)]
    assert len(everything) == 150

    narrowed, after = [], None
    while page := read(root, **asked, after=after, limit=4):
        narrowed += [written.entry for written in page]
        after = page[-1].position

    assert narrowed == [one for one in everything if wanted(one)]


def test_what_was_done_to_one_record_is_found_without_loading_the_rest(database):
    with database.transaction() as connection:
        for minute in range(1000):
            append(connection.root(), entry(minute, record=f"r{minute}"), shard="s")
        for day in range(1, 60):
            append(connection.root(), entry(day * 1440, record="late"), shard=f"s{day}")
    with database.transaction() as connection:
        close_due(connection.root(), now=MORNING + timedelta(days=59))
    with database.transaction() as connection:
        seal_due(connection.root(), now=MORNING + timedelta(days=59))
    loaded = []
    connection = database.open()
    connection.cacheMinimize()
    load = connection.setstate
    connection.setstate = lambda obj: (loaded.append(obj), load(obj))

    found = read(connection.root(), record="r77")

    connection.close()
    assert [written.entry.record for written in found] == ["r77"]
    # Of some 200 objects: the way down a few trees, one shard, one page of it, and the open day.
    assert len(loaded) < 20, loaded


def test_an_aborted_deed_leaves_no_entry(database):
    with database.transaction() as connection:
        append(connection.root(), entry(), shard="one")
    manager = transaction.TransactionManager()
    connection = database.open(manager)
    append(connection.root(), entry(1), shard="one")
    manager.abort()

    assert len(read(connection.root())) == 1
    connection.close()


def test_an_entry_apart_commits_while_the_deed_of_the_same_thread_is_open(database):
    writers = Writers()
    deed, apart = transaction.TransactionManager(), transaction.TransactionManager()
    first, second = database.open(deed), database.open(apart)
    append(first.root(), entry(), shard=writers.with_deed())

    append(second.root(), entry(1, outcome="refused"), shard=writers.apart())
    apart.commit()
    deed.commit()

    second.sync()
    assert [written.entry.outcome for written in read(second.root())] == ["refused", "done"]
    first.close()
    second.close()


def test_two_writers_of_one_shard_cannot_both_commit(database):
    managers = [transaction.TransactionManager() for _ in range(2)]
    connections = [database.open(manager) for manager in managers]
    for connection in connections:
        append(connection.root(), entry(), shard="same")

    managers[0].commit()
    with pytest.raises(ConflictError):
        managers[1].commit()
    managers[1].abort()
    for connection in connections:
        connection.close()


def test_four_threads_that_begin_a_day_together_never_conflict(database):
    writers, together, conflicts = Writers(), threading.Barrier(4, timeout=30), []

    def work() -> None:
        manager = transaction.TransactionManager()
        connection = database.open(manager)
        for number in range(60):
            manager.begin()
            together.wait()
            append(connection.root(), entry(number), shard=writers.with_deed())
            together.wait()  # all four have read before any commits
            try:
                manager.commit()
            except ConflictError as error:
                conflicts.append(error)
                manager.abort()
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    connection = database.open()
    assert (
        conflicts,
        verify(connection.root()).entries,
        verify(connection.root()).difference,
    ) == ([], 240, None)
    connection.close()


_WRITER = """
import json, sys, time
import transaction, ZODB
from ZEO.ClientStorage import ClientStorage
from ZODB.POSException import ConflictError
from hoso.audit.entry import Entry
from hoso.audit.journal import Writers, append
host, port, begin, commits = sys.argv[1], *map(int, sys.argv[2:])
database = ZODB.DB(ClientStorage((host, port), wait_timeout=30))
manager = transaction.TransactionManager()
connection = database.open(manager)
shard, conflicts = Writers().with_deed(), 0
print("ready", flush=True)
sys.stdin.readline()
for number in range(commits):
    manager.begin()
    append(connection.root(), Entry(at=f"2026-03-02T01:00:00.{number:06d}Z", actor="lan",
           verb="document.filed", outcome="done", record=f"{shard}-{number}"), shard=shard)
    try:
        manager.commit()
    except ConflictError:
        conflicts += 1
        manager.abort()
print(conflicts, flush=True)
connection.close()
database.close()
"""


def test_four_processes_over_zeo_never_conflict(tmp_path):
    import ZEO

    address, stop = ZEO.server(str(tmp_path / "journal.fs"))
    database = ZEO.DB(address)
    with database.transaction() as connection:
        book_of(connection.root())
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    children = [
        subprocess.Popen(
            [sys.executable, "-c", _WRITER, address[0], str(address[1]), "0", "50"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment,
            text=True,
        )
        for _ in range(4)
    ]
    ready = [child.stdout.readline().strip() for child in children]
    conflicts = [child.communicate("go\n", timeout=120)[0].strip() for child in children]
    with database.transaction() as connection:
        proved = verify(connection.root())
    database.close()
    stop()

    assert ready == ["ready"] * 4
    assert conflicts == ["0"] * 4
    assert (proved.entries, proved.difference) == (200, None)
