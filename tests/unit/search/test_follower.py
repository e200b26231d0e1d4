"""The index follows the database, and starts again from where it was."""

from __future__ import annotations

import threading

import pytest
from search_archive import ME, RAISE, Archive, Papers, difference, ids
from ZODB.POSException import POSKeyError, ReadConflictError

from hoso.kernel.errors import NotReady
from hoso.search import changes
from hoso.search.engine import Engine
from hoso.search.follower import Follower
from hoso.search.language import parse
from hoso.search.place import read_pointer


def test_what_is_filed_changed_and_withdrawn_is_followed(archive, find):
    archive.file({1: RAISE, 2: RAISE})
    engine = find()
    archive.file({1: {**RAISE, "title": "Giấy khai sinh"}, 2: None, 3: RAISE})

    assert archive.follower.step() == 1
    assert ids(engine, "khai sinh") == [1]
    assert sorted(ids(engine, "số:14")) == [1, 3]
    assert not difference(archive)


def test_changes_of_one_record_in_one_step_leave_one_entry(archive, find):
    engine = find()
    for n in range(5):
        archive.file({1: {**RAISE, "title": f"lần {n}"}})

    assert archive.follower.step() == 5
    assert engine.search(parse(""), ME).total == 1
    assert not difference(archive)


def test_a_step_has_a_limit_and_says_how_far_it_is(archive, find):
    engine = find()
    last = [archive.file({n: RAISE}) for n in range(1, 8)][-1]

    assert archive.follower.step(limit=3) == 3
    assert not engine.covers(last)
    assert archive.follower.catch_up() == 4
    assert engine.covers(last)


def test_a_step_done_twice_does_no_harm(archive):
    """As after a kill between the database's commit and the index's."""
    archive.file({1: RAISE, 3: RAISE})
    archive.follower.catch_up()
    before = archive.follower.generation
    archive.file({1: {**RAISE, "title": "khác"}, 2: {"kind": "dossier"}, 3: None})
    archive.follower.catch_up()
    archive.follower._generation = before

    assert archive.follower.catch_up() == 1
    assert not difference(archive)


def test_a_second_writer_is_told_to_wait(archive):
    archive.follower.open()
    second = Follower(archive.open_connection, archive.source, archive.path)

    with pytest.raises(NotReady, match="Another process writes"):
        second.open()
    archive.follower.close()
    second.open()
    second.close()


def test_it_goes_on_after_a_restart(archive):
    archive.file({1: RAISE})
    archive.follower.catch_up()
    directory = archive.follower.generation.directory
    archive.follower.close()
    archive.file({2: RAISE})
    again = Follower(archive.open_connection, archive.source, archive.path)

    assert again.catch_up() == 1
    assert again.generation.directory == directory
    assert not difference(archive)
    again.close()


def _other_fingerprint(archive):
    pointer = archive.path / "current"
    pointer.write_text(pointer.read_text().replace('"fingerprint": "', '"fingerprint": "x'))


def _torn_index(archive):
    where = archive.path / read_pointer(archive.path).directory / "documents" / "meta.json"
    where.write_text("{")


def _no_pointer(archive):
    (archive.path / "current").unlink()


def _forgotten(archive):
    with archive.database.transaction() as connection:
        changes.forget(connection.root(), [read_pointer(archive.path).directory])


def _set_back(archive):
    with archive.database.transaction() as connection:
        name = read_pointer(archive.path).directory
        changes.report(connection.root(), name, commits=99, cursor={})


@pytest.mark.parametrize(
    "spoil", [_other_fingerprint, _torn_index, _no_pointer, _forgotten, _set_back]
)
def test_an_index_that_does_not_fit_is_built_anew_aside(archive, spoil):
    archive.file({1: RAISE, 2: {"kind": "dossier", "person": "Mẫu"}})
    archive.follower.catch_up()
    before = archive.follower.generation.directory
    archive.follower.close()
    spoil(archive)

    careful = Follower(archive.open_connection, archive.source, archive.path, may_build=False)
    with pytest.raises(NotReady, match="rebuild"):
        careful.open()
    archive.follower.open()

    assert archive.follower.generation.directory != before
    assert not difference(archive)
    assert [p.name for p in archive.path.glob("index-*")] == [archive.follower.generation.directory]


def test_an_index_ahead_of_a_restored_database_is_built_anew(tmp_path):
    """The database comes back from a copy; the index has papers that are not there."""
    old = tmp_path / "old"
    old.mkdir()
    archive = Archive(old)
    archive.file({1: RAISE})
    archive.follower.catch_up()
    copy = (old / "Data.fs").read_bytes()
    archive.file({2: RAISE})
    archive.follower.catch_up()
    archive.close()
    for left in old.glob("Data.fs*"):
        left.unlink()
    (old / "Data.fs").write_bytes(copy)

    restored = Archive(old)
    restored.follower.catch_up()

    assert not difference(restored)
    assert ids(Engine(restored.path), "lương") == [1]
    restored.close()


class Brittle(Papers):
    """A source that fails for one record, as told."""

    error: BaseException | None = None

    def read_entry(self, root, id):  # noqa: A002
        if self.error is not None and id == 2:
            raise self.error
        return super().read_entry(root, id)


@pytest.mark.parametrize("error", [KeyError("level"), POSKeyError(b"\0" * 8)])
def test_one_unreadable_record_holds_up_nobody_and_is_not_found(tmp_path, error):
    archive = Archive(tmp_path, Brittle())
    archive.file({1: RAISE, 2: RAISE})
    archive.follower.catch_up()
    archive.source.error = error
    archive.file({2: RAISE, 3: RAISE})
    archive.follower.catch_up()

    assert sorted(ids(Engine(archive.path), "lương")) == [1, 3]
    assert archive.follower.generation.unread == {2}
    assert difference(archive).unread == [2]
    archive.source.error = None
    archive.file({2: RAISE})
    archive.follower.catch_up()
    assert archive.follower.generation.unread == frozenset()
    assert not difference(archive)
    archive.close()


def test_a_storage_that_fails_undoes_the_step(tmp_path):
    archive = Archive(tmp_path, Brittle())
    archive.file({1: RAISE})
    archive.follower.catch_up()
    archive.source.error = ReadConflictError()
    archive.file({1: None, 2: RAISE})

    with pytest.raises(ReadConflictError):
        archive.follower.step()
    assert ids(Engine(archive.path), "lương") == [1]
    archive.source.error = None
    archive.follower.catch_up()
    assert ids(Engine(archive.path), "lương") == [2]
    assert not difference(archive)
    archive.close()


def test_it_follows_in_a_thread_of_its_own(archive):
    archive.follower.open()
    engine = Engine(archive.path)
    archive.follower.start()
    change = archive.file({1: RAISE})
    archive.follower.wake()

    assert engine.wait_for(change, seconds=10)
    last = archive.file({2: RAISE})
    archive.follower.stop()
    assert engine.covers(last)
    archive.follower.stop()


def test_the_thread_waits_for_the_lock_and_then_takes_over(archive):
    archive.follower.open()
    second = Follower(archive.open_connection, archive.source, archive.path)
    second.start()
    archive.follower.close()
    change = archive.file({1: RAISE})
    engine = Engine(archive.path)

    assert engine.wait_for(change, seconds=20)
    second.stop()


def test_an_idle_site_writes_nothing(archive):
    archive.file({1: RAISE})
    archive.follower.catch_up()
    for _ in range(3):
        archive.follower.tidy()
    before = archive.database.lastTransaction()
    archive.follower.tidy()
    archive.follower.catch_up()

    assert archive.database.lastTransaction() == before


def test_tidying_drops_old_shards_and_loses_nothing(archive):
    archive.file({1: RAISE})
    archive.follower.catch_up()
    archive.follower.tidy()
    archive.follower.tidy()
    with archive.database.transaction() as connection:
        assert changes.newest(connection.root()) == {}

    done = threading.Event()
    threading.Thread(target=lambda: (archive.file({2: RAISE}), done.set())).start()
    done.wait(10)
    archive.file({3: RAISE})
    archive.follower.catch_up()

    assert sorted(ids(Engine(archive.path), "lương")) == [1, 2, 3]
    assert not difference(archive)
