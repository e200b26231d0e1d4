"""Closing days: when, in what order, and against whom."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import transaction
import ZODB
from ZODB.FileStorage import FileStorage
from ZODB.POSException import ConflictError

from hoso.audit.entry import Entry
from hoso.audit.journal import append, book_of, open_days, read
from hoso.audit.sealing import close_due, seal, seal_due
from hoso.audit.verifying import seals, verify
from hoso.kernel.clock import stamp
from hoso.kernel.errors import Invalid, NotReady

MIDNIGHT = datetime(2026, 3, 3, tzinfo=UTC)


def entry(at: datetime) -> Entry:
    return Entry(at=stamp(at), actor="lan", verb="document.filed", outcome="done")


def close_and_seal(root, *, now):
    close_due(root, now=now)
    root._p_jar.transaction_manager.commit()
    return seal_due(root, now=now)


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


def test_a_day_is_sealed_five_minutes_after_it_ended_and_not_before(root):
    append(root, entry(MIDNIGHT - timedelta(seconds=1)), shard="one")

    too_early = close_and_seal(root, now=MIDNIGHT + timedelta(minutes=4, seconds=59))
    in_time = close_and_seal(root, now=MIDNIGHT + timedelta(minutes=5))

    assert (too_early, [sealed[0] for sealed in in_time]) == ([], ["2026-03-02"])


def test_the_day_of_the_journal_is_that_of_utc(root):
    append(root, entry(MIDNIGHT), shard="one")

    assert open_days(root) == ["2026-03-03"]


def test_what_comes_late_to_a_sealed_day_is_kept_in_the_next(root):
    append(root, entry(MIDNIGHT - timedelta(hours=1)), shard="one")
    close_and_seal(root, now=MIDNIGHT + timedelta(minutes=6))

    written = append(root, entry(MIDNIGHT - timedelta(minutes=1)), shard="one")

    assert (written.day, written.seq) == ("2026-03-03", 0)
    assert verify(root).is_whole


def test_seals_are_chained(root):
    for day in range(3):
        append(root, entry(MIDNIGHT + timedelta(days=day)), shard="one")
    close_and_seal(root, now=MIDNIGHT + timedelta(days=9))

    chain = list(seals(book_of(root)))

    assert ["", chain[0][4], chain[1][4]] == [sealed[1] for sealed in chain]


@pytest.mark.parametrize(
    ("day", "said"),
    [("2026-03-04", "first"), ("2026-03-09", "still takes"), ("2026-03-01", "no entries")],
)
def test_a_day_out_of_turn_is_refused(root, day, said):
    append(root, entry(MIDNIGHT), shard="one")
    append(root, entry(MIDNIGHT + timedelta(days=1)), shard="one")

    close_due(root, now=MIDNIGHT + timedelta(days=2, minutes=6))
    root._p_jar.transaction_manager.commit()

    with pytest.raises(Invalid, match=said):
        seal(root, day, now=MIDNIGHT + timedelta(days=2, minutes=6))


def test_closing_and_sealing_in_one_transaction_is_refused(root):
    append(root, entry(MIDNIGHT - timedelta(hours=1)), shard="one")
    root._p_jar.transaction_manager.commit()
    close_due(root, now=MIDNIGHT + timedelta(minutes=6))

    with pytest.raises(NotReady):
        seal_due(root, now=MIDNIGHT + timedelta(minutes=6))


def test_a_writer_that_begins_a_shard_while_the_day_is_closed_finds_itself_in_the_next(database):
    with database.transaction() as connection:
        append(connection.root(), entry(MIDNIGHT - timedelta(hours=1)), shard="known")
    manager = transaction.TransactionManager()
    writer = database.open(manager)
    append(writer.root(), entry(MIDNIGHT - timedelta(minutes=1)), shard="new")
    with database.transaction() as connection:
        close_due(connection.root(), now=MIDNIGHT + timedelta(hours=1))

    with pytest.raises(ConflictError):
        manager.commit()
    manager.begin()
    written = append(writer.root(), entry(MIDNIGHT - timedelta(minutes=1)), shard="new")
    manager.commit()

    assert written.day == "2026-03-03"
    writer.close()


@pytest.mark.parametrize("first", ["writer", "sealer"])
def test_a_writer_and_the_sealer_of_one_shard_never_both_commit(database, first):
    with database.transaction() as connection:
        append(connection.root(), entry(MIDNIGHT - timedelta(hours=1)), shard="known")
    writing, sealing = transaction.TransactionManager(), transaction.TransactionManager()
    writer, sealer = database.open(writing), database.open(sealing)
    append(writer.root(), entry(MIDNIGHT - timedelta(minutes=1)), shard="known")
    with database.transaction() as connection:
        close_due(connection.root(), now=MIDNIGHT + timedelta(hours=1))
    sealing.begin()
    seal_due(sealer.root(), now=MIDNIGHT + timedelta(hours=1))

    order = [writing, sealing] if first == "writer" else [sealing, writing]
    order[0].commit()
    with pytest.raises(ConflictError):
        order[1].commit()
    order[1].abort()

    writer.sync()
    assert verify(writer.root()).is_whole
    writer.close()
    sealer.close()


def test_sealing_takes_nothing_away_from_readers(root):
    for minute in range(40):
        append(root, entry(MIDNIGHT - timedelta(minutes=minute + 1)), shard=f"s{minute % 3}")
    before = [written.position for written in read(root, actor="lan", limit=100)]

    close_and_seal(root, now=MIDNIGHT + timedelta(hours=1))

    assert before == [written.position for written in read(root, actor="lan", limit=100)]
