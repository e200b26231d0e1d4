"""From the commit of the deed into the journal: nothing twice, nothing lost, nobody met."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import transaction
import ZODB
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ZODB.FileStorage import FileStorage
from ZODB.POSException import ConflictError

from hoso.audit.entry import Entry
from hoso.audit.gathering import gather
from hoso.audit.journal import append, book_of, carry, ledger_of, read
from hoso.audit.outgoing import acknowledge, forget, outgoing_of, waiting_count
from hoso.audit.sealing import close_due, seal_due
from hoso.audit.verifying import verify
from hoso.kernel.clock import stamp

MORNING = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


class Pair:
    """A main and a journal database, as a site has them."""

    def __init__(self, folder):
        self.folder = folder
        self.open()
        with self.at() as (root, _manager):
            book_of(root)
            outgoing_of(root)

    def open(self):
        self.databases = {}
        for name in ("main", "journal"):
            storage = FileStorage(str(self.folder / f"{name}.fs"))
            ZODB.DB(storage, database_name=name, databases=self.databases)

    def close(self):
        for database in self.databases.values():
            database.close()

    def connect(self):
        manager = transaction.TransactionManager()
        return self.databases["main"].open(manager).get_connection("journal").root(), manager

    def at(self):
        from contextlib import contextmanager

        @contextmanager
        def opened():
            root, manager = self.connect()
            yield root, manager
            manager.commit()
            root._p_jar.get_connection("main").close()

        return opened()

    def do(self, step):
        with self.at() as (root, _manager):
            return step(root)

    def read(self):
        return self.do(lambda root: [one.entry.record for one in reversed(read(root, limit=9999))])


@pytest.fixture
def pair(tmp_path):
    pair = Pair(tmp_path)
    yield pair
    pair.close()


def entry(number, *, minutes=0.0):
    at = MORNING + timedelta(minutes=minutes, microseconds=number)
    return Entry(stamp(at), "lan", "document.filed", "done", record=f"r{number}")


def write(pair, numbers, *, shard="one", minutes=0.0):
    for number in numbers:
        said = entry(number, minutes=minutes)
        pair.do(lambda root, said=said: append(root, said, shard=shard))


def carried(pair):
    count = pair.do(carry)
    pair.do(lambda root: acknowledge(outgoing_of(root), ledger_of(root)))
    return count


def test_an_entry_is_read_as_soon_as_its_deed_is_committed_and_after_it_was_carried(pair):
    write(pair, range(20))
    before = pair.read()

    assert carried(pair) == 20
    assert before == pair.read() == [f"r{number}" for number in range(20)]
    assert pair.do(verify).entries == 20


def test_deed_and_entry_are_one_commit_of_one_database(pair):
    """Nothing of the journal's own database takes part in it: no kill comes between the two."""
    root, manager = pair.connect()
    before = pair.databases["journal"].storage.lastTransaction()
    append(root, entry(1), shard="one")
    manager.commit()
    append(root, entry(2), shard="one")
    manager.abort()
    root._p_jar.get_connection("main").close()

    assert pair.read() == ["r1"]
    assert pair.databases["journal"].storage.lastTransaction() == before


def test_carrying_that_was_cut_off_before_it_was_acknowledged_takes_nothing_twice(pair):
    write(pair, range(11))
    assert pair.do(carry) == 11
    write(pair, range(11, 13))

    assert pair.do(carry) == 2
    assert pair.read() == [f"r{number}" for number in range(13)]


def test_a_writer_takes_out_of_his_box_what_was_carried(pair):
    write(pair, range(20))
    carried(pair)

    write(pair, [20])

    box = pair.do(lambda root: outgoing_of(root).boxes["2026-03-02", "one"])
    assert pair.do(lambda root: waiting_count(outgoing_of(root), ledger_of(root))) == 1
    with pair.at() as (root, _):
        box = outgoing_of(root).boxes["2026-03-02", "one"]
        assert (box.first, box.pages, len(box.tail)) == (20, (), 1)


@pytest.mark.parametrize("first", ["writer", "carrier"])
def test_writer_and_carrier_of_one_box_both_commit(pair, first):
    write(pair, range(5))
    pair.do(carry)
    writer, writing = pair.connect()
    carrier, carrying = pair.connect()
    append(writer, entry(5), shard="one")
    carry(carrier)
    acknowledge(outgoing_of(carrier), ledger_of(carrier))

    for manager in [writing, carrying] if first == "writer" else [carrying, writing]:
        manager.commit()
    for root in (writer, carrier):
        root._p_jar.get_connection("main").close()

    carried(pair)
    assert pair.read() == [f"r{number}" for number in range(6)]


def test_two_carriers_never_both_commit(pair):
    write(pair, range(5))
    (first, one), (second, other) = pair.connect(), pair.connect()
    carry(first)
    carry(second)

    one.commit()
    with pytest.raises(ConflictError):
        other.commit()
    other.abort()
    for root in (first, second):
        root._p_jar.get_connection("main").close()
    assert pair.read() == [f"r{number}" for number in range(5)]


def _seal(pair, now):
    carried(pair)
    pair.do(lambda root: close_due(root, now=now))
    pair.do(lambda root: seal_due(root, now=now))
    pair.do(
        lambda root: forget(outgoing_of(root), ledger_of(root), sealed_to=book_of(root).last_sealed)
    )


def test_what_is_written_late_into_a_sealed_day_stands_in_the_next_and_empty_boxes_go(pair):
    write(pair, range(3))
    _seal(pair, MORNING + timedelta(days=1))
    assert pair.do(lambda root: list(outgoing_of(root).boxes)) == []

    write(pair, [3], minutes=1)
    carried(pair)

    assert (
        pair.do(lambda root: [one.day for one in read(root)]) == ["2026-03-03"] + ["2026-03-02"] * 3
    )
    assert pair.do(verify).is_whole


def test_a_writer_at_work_on_a_box_that_is_forgotten_is_told_to_begin_again(pair):
    write(pair, range(3))
    root, manager = pair.connect()
    append(root, entry(3), shard="one")
    _seal(pair, MORNING + timedelta(days=1))

    with pytest.raises(ConflictError):
        manager.commit()
    manager.begin()
    append(root, entry(3), shard="one")
    manager.commit()
    root._p_jar.get_connection("main").close()

    carried(pair)
    assert sorted(pair.read()) == ["r0", "r1", "r2", "r3"]


STEPS = st.sampled_from(
    ["write", "write", "write", "undo", "carry", "tell", "gather", "day", "cut"]
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.tuples(STEPS, st.sampled_from("abc")), max_size=60))
def test_whatever_is_done_in_whatever_order_what_was_committed_is_read_once(
    steps, tmp_path_factory
):
    pair = Pair(tmp_path_factory.mktemp("pair"))
    written, minutes = [], 0.0
    for number, (step, shard) in enumerate(steps):
        now = MORNING + timedelta(minutes=minutes)
        if step == "write":
            write(pair, [number], shard=shard, minutes=minutes)
            written.append(f"r{number}")
        elif step == "undo":
            root, manager = pair.connect()
            append(root, entry(number, minutes=minutes), shard=shard)
            manager.abort()
            root._p_jar.get_connection("main").close()
        elif step == "carry":
            pair.do(carry)
        elif step == "tell":
            pair.do(lambda root: acknowledge(outgoing_of(root), ledger_of(root)))
        elif step == "gather":
            pair.do(lambda root, now=now: gather(root, now=now))
        elif step == "day":
            minutes += 600
            _seal(pair, now)
        else:
            pair.close()
            pair.open()
    assert sorted(pair.read()) == sorted(written)
    carried(pair)
    found = pair.do(verify)
    assert (found.entries, found.findings) == (len(written), [])
    assert sorted(pair.read()) == sorted(written)
    pair.close()
