"""Several processes on one machine: the same follower over a ZEO server."""

from __future__ import annotations

import pytest
import transaction
import ZEO
import ZODB
from BTrees.LOBTree import LOBTree
from search_archive import EVERYBODY, Papers
from ZEO.ClientStorage import ClientStorage

from hoso.search.changes import note_change
from hoso.search.engine import Engine
from hoso.search.follower import Follower
from hoso.search.language import parse
from hoso.search.permitted import Permitted
from hoso.search.place import open_view
from hoso.search.snapshots import snapshot, snapshots
from hoso.search.verifying import verify


@pytest.fixture
def clients(tmp_path):
    """Two clients of one server, as two processes have them."""
    address, stop = ZEO.server(str(tmp_path / "Data.fs"))
    databases = [ZODB.DB(ClientStorage(address, wait_timeout=20)) for _ in range(2)]
    yield databases
    for database in databases:
        database.close()
    stop()


def test_what_one_process_writes_another_follows(tmp_path, clients):
    web, worker = clients
    with web.transaction() as connection:
        connection.root()["papers"] = LOBTree()
    follower = Follower(snapshots(worker), Papers(), tmp_path / "index")
    follower.open()
    manager = transaction.TransactionManager()
    connection = web.open(manager)
    for known in range(1, 21):
        manager.begin()
        connection.root()["papers"][known] = {"text": "nâng lương"}
        change = note_change(connection.root(), [known])
        manager.commit()
    connection.close()

    taken = 0
    while taken < 20:  # the server tells the other client in its own time
        taken += follower.step()

    engine = Engine(tmp_path / "index")
    assert engine.covers(change)
    assert engine.search(parse("nâng lương"), Permitted(frozenset(EVERYBODY))).total == 20
    with snapshot(snapshots(worker)) as (root, tid):
        assert not verify(open_view(tmp_path / "index")[2], Papers(), root)
        assert follower.generation.tid <= tid
    follower.close()
