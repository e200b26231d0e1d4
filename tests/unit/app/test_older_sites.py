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


def test_accounts_of_an_older_site_get_their_persons_and_a_first_state(site, clock):
    """What they were allowed before that moment is not known, and is not made up."""
    from datetime import UTC, date, datetime, timedelta

    from hoso.access import history
    from hoso.access.accounts import accounts_of, logins_of_person

    def age(connection):
        kept = accounts_of(connection.root())
        for name in ("by_dossier", "by_passkey", "by_link", "attempts", "spent", "wanted"):
            delattr(kept, name)
        for account in kept.by_login.values():
            account._p_activate()
            for name in ("history", "kind", "touched_at", "touched_by"):
                account.__dict__.pop(name, None)
            account._p_changed = True
        del connection.root()["evolved"]

    site.databases.attempt(age, note="aged")
    evolution.run(site.databases, STEPS, clock)
    evolution.run(site.databases, STEPS, clock)

    with site.databases.connection() as connection:
        root = connection.root()
        kept = accounts_of(root)
        employee = kept.by_login["employee"]
        assert [list(kept.by_dossier[employee.dossier])] == [["employee"]]
        assert logins_of_person(root, "employee") == ("employee",)
        assert [state.what for state in employee.history] == ["account.found"]
        today = datetime.now(UTC).date()
        assert history.states_on(employee, date(2026, 3, 1)) is None
        assert history.states_on(employee, today + timedelta(days=2))
        assert (list(kept.attempts), list(kept.wanted)) == ([], [])
