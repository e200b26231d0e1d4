"""Building anew, beside what is in use."""

from __future__ import annotations

import stat

import pytest
from search_archive import RAISE, Papers, difference, ids

from hoso.kernel.errors import NotReady
from hoso.search.engine import Engine
from hoso.search.rebuild import rebuild


def test_readers_go_on_and_then_see_the_new_one(archive, find):
    archive.file({1: RAISE})
    engine = find()
    archive.write_unnoted(2, RAISE)
    archive.follower.close()
    before = engine.generation.directory

    assert ids(engine, "lương") == [1]
    built = rebuild(archive.path, archive.open_connection, archive.source)
    assert sorted(ids(engine, "lương")) == [1, 2]
    assert engine.generation.directory == built.directory != before
    assert not difference(archive)


def test_what_changes_during_the_building_is_not_lost(archive):
    class Busy(Papers):
        def all_ids(self, root):
            yield from super().all_ids(root)
            archive.file({1: None, 2: RAISE})

    archive.file({1: RAISE})
    rebuild(archive.path, archive.open_connection, Busy())

    assert archive.follower.catch_up() == 1
    assert ids(Engine(archive.path), "lương") == [2]
    assert not difference(archive)


def test_it_refuses_while_another_writes(archive):
    archive.follower.open()

    with pytest.raises(NotReady, match="Another process"):
        rebuild(archive.path, archive.open_connection, archive.source)


def test_a_building_that_fails_leaves_the_old_one_in_use(archive, find):
    class Broken(Papers):
        def all_ids(self, root):
            raise OSError("disk")

    archive.file({1: RAISE})
    engine = find()
    archive.follower.close()

    with pytest.raises(OSError, match="disk"):
        rebuild(archive.path, archive.open_connection, Broken())
    assert ids(engine, "lương") == [1]
    archive.follower.open()
    assert len(list(archive.path.glob("index-*"))) == 1


def test_only_the_owner_may_enter(archive):
    archive.follower.open()

    for folder in (archive.path, *archive.path.glob("index-*")):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
