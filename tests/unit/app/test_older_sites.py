"""A site made by version 0.1 is brought to today's shape, however often the steps are run."""

from __future__ import annotations

import pytest

from hoso.app.evolution import STEPS
from hoso.ingest import queue
from hoso.storage import evolution
from hoso.testing.things import a_paper, a_waiting_paper


@pytest.fixture
def older(site, as_):
    """A site whose records lack what came later, with one read and one unread paper."""
    with as_("archivist") as desk:
        read = a_waiting_paper(desk, words="một").id
        unread = a_paper(desk, words="hai").id

    def age(connection):
        root = connection.root()
        for name in ("batches", "trays", "by_serial"):
            delattr(root["site"], name)
        del queue.intake_of(root).making
        del root["evolved"], root["stacks"]

    site.databases.attempt(age, note="aged")
    return site, read, unread


def test_the_trays_and_both_queues_are_there_afterwards(older, clock):
    site, read, unread = older

    evolution.run(site.databases, STEPS, clock)

    with site.databases.connection() as connection:
        root = connection.root()
        found = root["site"]
        number = found.by_id[read].unit.number
        states = {id_: lying.state for id_, lying in found.trays[number].items(min=1)}
        assert states == {read: "waiting", unread: "received"}
        assert list(queue.copies_pending(root)) == [read]
        assert list(found.batches.values()) == list(found.by_serial) == []
        assert found["batches"].__parent__ is found
        assert list(root["stacks"].places) == []
        assert evolution.undone(root, STEPS) == []


def test_a_step_that_is_run_again_changes_nothing(older, clock):
    site, read, _unread = older
    evolution.run(site.databases, STEPS, clock)
    site.databases.attempt(lambda c: c.root().pop("evolved"), note="forgotten")

    evolution.run(site.databases, STEPS, clock)

    with site.databases.connection() as connection:
        assert list(queue.copies_pending(connection.root())) == [read]
