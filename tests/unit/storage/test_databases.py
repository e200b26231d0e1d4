"""Two databases, one commit; what is said when a site cannot be opened."""

from __future__ import annotations

import re
import subprocess
import sys
import threading

import pytest
from BTrees.OOBTree import OOBTree
from ZODB.POSException import ConflictError

from hoso.kernel.errors import Conflict, NotReady
from hoso.storage.databases import Databases, journal_connection

MESSAGE = "in use by another process"


@pytest.fixture
def databases(home, tmp_path):
    opened = Databases(home / "etc" / "zodb.conf", tmp_path / "site")
    yield opened
    opened.close()


def both(databases):
    with databases.connection() as connection:
        return _loaded(connection), _loaded(journal_connection(connection))


def _loaded(connection):
    return {key: set(v) if isinstance(v, OOBTree) else v for key, v in connection.root().items()}


def test_what_is_written_to_both_is_in_both(databases):
    def write(connection):
        connection.root()["deed"] = 1
        journal_connection(connection).root()["entry"] = 1

    databases.attempt(write)

    assert both(databases) == ({"deed": 1}, {"entry": 1})


def test_an_error_leaves_neither(databases):
    def write(connection):
        connection.root()["deed"] = 1
        journal_connection(connection).root()["entry"] = 1
        raise Conflict(by="lan", at="now")

    with pytest.raises(Conflict):
        databases.attempt(write)

    assert both(databases) == ({}, {})


@pytest.mark.parametrize("where", ["main", "journal"])
def test_a_conflict_in_either_database_aborts_both(databases, where):
    def bump(connection):
        root = connection.root() if where == "main" else journal_connection(connection).root()
        root["counter"] = root.get("counter", 0) + 1

    def write(connection):
        connection.root()["deed"] = 1
        journal_connection(connection).root()["entry"] = 1
        bump(connection)
        databases.attempt(bump)

    with pytest.raises(ConflictError):
        databases.attempt(write, tries=1)

    main, journal = both(databases)
    assert "deed" not in main
    assert "entry" not in journal


def test_a_commit_that_the_journal_cannot_take_leaves_main_untouched(databases):
    """The second database fails to pickle its part, after the first had its own ready."""

    def write(connection):
        connection.root()["deed"] = 1
        journal_connection(connection).root()["entry"] = lambda: None

    with pytest.raises(Exception, match="pickle"):
        databases.attempt(write)

    assert both(databases) == ({}, {})


def test_writers_that_met_are_tried_again_until_both_have_written(databases):
    databases.attempt(lambda connection: connection.root().update(count=0))
    start = threading.Barrier(2)

    def add(connection):
        connection.root()["count"] += 1

    def writer():
        start.wait(10)
        for _ in range(10):
            databases.attempt(add, tries=50)

    threads = [threading.Thread(target=writer) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert both(databases)[0]["count"] == 20


def test_an_error_of_ours_is_not_tried_again(databases):
    tries = []

    def write(_connection):
        tries.append(1)
        raise ValueError

    with pytest.raises(ValueError):
        databases.attempt(write)

    assert len(tries) == 1


def test_a_connection_left_without_commit_has_changed_nothing(databases):
    with databases.connection() as connection:
        connection.root()["deed"] = 1

    assert both(databases) == ({}, {})


def test_different_keys_of_one_tree_do_not_meet(databases):
    """BTrees merge what two writers put under different keys."""
    tree = dict.fromkeys(range(0, 100, 2), "")
    databases.attempt(lambda connection: connection.root().update(tree=OOBTree(tree)))

    def write(connection):
        connection.root()["tree"][1] = "one"
        databases.attempt(lambda other: other.root()["tree"].update({3: "other"}))

    databases.attempt(write, tries=1)

    assert both(databases)[0]["tree"] >= {1, 3}


def test_a_second_process_is_told_that_the_site_is_in_use(databases, home, tmp_path):
    code = (
        "import sys; sys.path[:] = sys.argv[3:]\n"
        "from pathlib import Path\n"
        "from hoso.kernel.errors import NotReady\n"
        "from hoso.storage.databases import Databases\n"
        "try: Databases(Path(sys.argv[1]), Path(sys.argv[2]))\n"
        "except NotReady as error: print(error)\n"
    )
    conf = str(home / "etc" / "zodb.conf")
    said = subprocess.run(
        [sys.executable, "-c", code, conf, str(tmp_path / "site"), *sys.path],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    ).stdout

    assert MESSAGE in said
    assert str(tmp_path / "site") in said
    assert re.search(r"--config etc/hoso-zeo\.ini", said)


def test_what_was_said_to_help_exists(home):
    """The message of a locked site names these two files."""
    assert (home / "etc" / "zeo.conf").is_file()
    assert (home / "etc" / "hoso-zeo.ini").is_file()


def test_the_lock_is_free_once_closed(home, tmp_path):
    conf = home / "etc" / "zodb.conf"
    Databases(conf, tmp_path / "site").close()

    Databases(conf, tmp_path / "site").close()


def test_a_conf_without_a_journal_is_refused_with_what_it_names(tmp_path):
    conf = tmp_path / "half.conf"
    conf.write_text("<zodb main>\n<filestorage>\npath $SITE/main.fs\n</filestorage>\n</zodb>\n")

    with pytest.raises(NotReady, match="it names main"):
        Databases(conf, tmp_path / "site")


def test_a_refused_conf_leaves_no_lock(tmp_path, home):
    conf = tmp_path / "half.conf"
    conf.write_text("<zodb main>\n<filestorage>\npath $SITE/main.fs\n</filestorage>\n</zodb>\n")
    with pytest.raises(NotReady):
        Databases(conf, tmp_path / "site")

    Databases(home / "etc" / "zodb.conf", tmp_path / "site").close()


def test_only_the_owner_may_enter_the_site(databases, tmp_path):
    assert (tmp_path / "site").stat().st_mode & 0o777 == 0o700
