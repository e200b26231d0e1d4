"""The change journal: nothing lost, nobody in the way of another."""

from __future__ import annotations

import os
import threading

import pytest
import transaction
from BTrees.LOBTree import LOBTree
from ZODB.POSException import ConflictError

from hoso.search import changes
from hoso.search.changes import note_change, unseen

PER_THREAD = 60


def noted(root, cursor=None):
    return [(change, ids) for change, ids in unseen(root, cursor or {})]


def test_writers_never_conflict(archive):
    """Four threads, each with records of its own: the journal must not make them meet."""
    with archive.database.transaction() as connection:
        # Grown trees, as a site has them: random keys spread over many buckets.
        connection.root()["papers"].update({n * 4099: {} for n in range(1, 2000)})
    conflicts = []
    start = threading.Barrier(4)

    def write(worker):
        manager = transaction.TransactionManager()
        connection = archive.database.open(manager)
        start.wait()
        for n in range(PER_THREAD):
            manager.begin()
            note_change(connection.root(), [worker * 1000 + n])
            try:
                manager.commit()
            except ConflictError as error:
                conflicts.append(error)
                manager.abort()
        connection.close()

    threads = [threading.Thread(target=write, args=(worker,)) for worker in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert conflicts == []
    with archive.database.transaction() as connection:
        ids = [known for _, ids in noted(connection.root()) for known in ids]
    assert sorted(ids) == [w * 1000 + n for w in range(4) for n in range(PER_THREAD)]


def test_an_undone_deed_leaves_no_change(archive):
    manager = transaction.TransactionManager()
    connection = archive.database.open(manager)
    note_change(connection.root(), [1])
    manager.abort()
    connection.close()
    change = archive.file({2: {}})

    with archive.database.transaction() as connection:
        assert noted(connection.root()) == [(change, (2,))]


def test_a_cursor_has_seen_what_is_not_past_it(archive):
    first, second = archive.file({1: {}}), archive.file({2: {}})

    with archive.database.transaction() as connection:
        root = connection.root()
        assert noted(root, {first.shard: first.seq}) == [(second, (2,))]
        assert changes.pending(root, {}) == 2
        assert changes.pending(root, changes.newest(root)) == 0


def test_a_forked_child_takes_a_shard_of_its_own(archive):
    mine = archive.file({1: {}}).shard
    read, write = os.pipe()
    child = os.fork()
    if not child:
        manager = transaction.TransactionManager()
        root = {"changes": {mine: "the parent's"}, "index-followers": {}}
        os.write(write, note_change(root, [2]).shard.encode())
        manager.abort()
        os._exit(0)
    os.waitpid(child, 0)

    assert os.read(read, 100).decode() != mine
    os.close(read)
    os.close(write)


def test_a_full_shard_is_followed_by_another(archive, monkeypatch):
    monkeypatch.setattr(changes, "_FULL", 3)

    shards = [archive.file({n: {}}).shard for n in range(1, 8)]

    assert [shards.count(shard) for shard in dict.fromkeys(shards)] == [3, 3, 1]


def test_only_what_every_index_has_passed_is_dropped(archive):
    change = archive.file({1: {}})
    with archive.database.transaction() as connection:
        root = connection.root()
        changes.enrol(root, "here")
        changes.enrol(root, "there")
        changes.report(root, "here", commits=1, cursor={change.shard: change.seq})
        kept = changes.drop_passed_shards(root)
        changes.report(root, "there", commits=1, cursor={change.shard: change.seq})
        dropped = changes.drop_passed_shards(root)
        assert (kept, dropped, noted(root)) == (0, 1, [])

    again = archive.file({2: {}})

    assert again.shard != change.shard
    with archive.database.transaction() as connection:
        assert noted(connection.root()) == [(again, (2,))]


def test_nothing_is_dropped_while_no_index_is_enrolled(archive):
    archive.file({1: {}})

    with archive.database.transaction() as connection:
        assert changes.drop_passed_shards(connection.root()) == 0


def test_a_note_that_meets_the_dropping_of_its_shard_is_tried_again_not_lost(archive):
    change = archive.file({1: {}})
    writer, janitor = (transaction.TransactionManager() for _ in range(2))
    writing, tidying = archive.database.open(writer), archive.database.open(janitor)
    writer.begin()
    assert note_change(writing.root(), [2]).shard == change.shard
    janitor.begin()
    changes.enrol(tidying.root(), "here")
    changes.report(tidying.root(), "here", commits=1, cursor={change.shard: change.seq})
    assert changes.drop_passed_shards(tidying.root()) == 1
    janitor.commit()

    with pytest.raises(ConflictError):
        writer.commit()
    writer.abort()
    writer.begin()
    retried = note_change(writing.root(), [2])
    writer.commit()

    assert retried.shard != change.shard
    writing.close()
    tidying.close()
    with archive.database.transaction() as connection:
        assert noted(connection.root()) == [(retried, (2,))]


def test_the_journal_makes_itself_in_an_old_database():
    root = {"papers": LOBTree()}

    change = note_change(root, [3, 1, 3])

    assert noted(root) == [(change, (1, 3))]
