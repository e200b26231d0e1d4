"""The hands of a disposal stay apart also where one person holds two offices, or acts in between."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import transaction
from ZODB.POSException import ConflictError

from hoso.access.accounts import accounts_of
from hoso.access.identity import Held
from hoso.app import executing as job
from hoso.desk import (
    disposal_papers,
    disposing,
    disposing_executing,
    disposing_review,
    disposing_sweep,
)
from hoso.desk.desk import Desk
from hoso.kernel.errors import Forbidden
from hoso.retention import holds
from hoso.testing.disposals import COUNCIL, DECISION, a_due_dossier, a_second_head
from hoso.testing.sites import identity


@pytest.fixture(autouse=True)
def _no_typesetting(monkeypatch):
    monkeypatch.setattr(disposal_papers, "write", lambda *_args, **_words: {})


@pytest.fixture
def number(as_):
    """A list of the archivist, to which the head above, an archivist too, adds a dossier."""
    with as_("archivist") as desk:
        boss = a_second_head(desk)
        top = desk.site.unit_by_key["goc"].number
        for account in (boss, accounts_of(desk.root).by_login["officer"]):
            account.roles = (*account.roles, Held("archivist", top, "", "", "2/QĐ"))
        a_due_dossier(desk, "H-1")
        a_due_dossier(desk, "H-2")
        list_ = disposing.propose(
            desk, desk.site.unit_by_key["nhanh"], codes=["H-1"], title="Thi", explanation="Rà soát"
        )
        return list_.number


def add(as_, login, number):
    with as_(login) as desk:
        disposing.add_lines(desk, disposing.find(desk, number), codes=["H-2"], revision=None)


def council(as_, number):
    with as_("archivist") as desk:
        list_ = disposing.find(desk, number)
        disposing_review.name_council(
            desk, list_, number="5/QĐ", decided="01/03/2026", members=COUNCIL, revision=None
        )


def vote(desk, number, says="destroy"):
    list_ = disposing.find(desk, number)
    votes = dict.fromkeys(list_.lines, (says, "" if says == "destroy" else "Còn cần"))
    disposing_review.give_opinion(desk, list_, votes=votes)


def review(as_, number):
    council(as_, number)
    for login, _ in COUNCIL:
        with as_(login) as desk:
            vote(desk, number)
    with as_("archivist") as desk:
        disposing_review.close_review(desk, disposing.find(desk, number), revision=None)


def approve(as_, login, number):
    with as_(login) as desk:
        disposing_review.approve(
            desk,
            disposing.find(desk, number),
            number=DECISION,
            decided="02/03/2026",
            signer="Chủ Mẫu",
            revision=None,
        )


def test_who_added_a_line_to_the_list_of_another_does_not_decide_on_it(as_, number):
    add(as_, "boss", number)
    review(as_, number)

    with pytest.raises(Forbidden, match="Who proposes a destruction does not decide on it"):
        approve(as_, "boss", number)


def test_who_added_a_line_to_the_list_of_another_does_not_carry_it_out(as_, number):
    add(as_, "officer", number)
    review(as_, number)
    approve(as_, "boss", number)

    with as_("officer") as desk, pytest.raises(Forbidden, match="a third person must"):
        disposing_executing.execute(
            desk, disposing.find(desk, number), number=DECISION, revision=None
        )


def test_a_vote_that_is_committed_while_the_review_is_closed_is_counted(as_, site, number):
    council(as_, number)
    for login in ("boss", "archivist", "head"):
        with as_(login) as desk:
            vote(desk, number)
    manager = transaction.TransactionManager(explicit=True)
    with site.databases.connection(manager) as connection:
        closing = Desk(site, connection, identity(site, "archivist"), via="web")
        disposing_review.close_review(closing, disposing.find(closing, number), revision=None)

        def keep():
            with as_("officer") as desk:
                vote(desk, number, "keep")

        # Of another thread, as in the server: each writes the journal into a box of its own.
        with ThreadPoolExecutor(1) as other:
            other.submit(keep).result()
        with pytest.raises(ConflictError):
            manager.commit()


def test_what_an_order_kept_in_the_bin_for_a_year_is_not_destroyed_by_the_old_decision(
    as_, site, clock, number
):
    review(as_, number)
    approve(as_, "boss", number)
    with as_("officer") as desk:
        list_ = disposing.find(desk, number)
        disposing_executing.execute(desk, list_, number=DECISION, revision=None)
    job.carry_out(site)
    with as_("archivist") as desk:
        hold = disposing_executing.hold_line(
            desk, disposing.find(desk, number), number=1, reason="Tòa án", authority="13/CV-TA"
        )
    clock.advance(timedelta(days=400))

    def lift(connection):
        kept = connection.root()["retention-holds"]
        holds.lift(kept, hold, reason="Xong", by="officer", at="2027-04-06T00:00:00.000000Z")

    site.databases.attempt(lift)
    assert job.destroy_due(site) == 0

    with as_("officer") as desk:
        list_ = disposing.find(desk, number)
        line = list_.lines[1]
        assert (line.state, [reason.code for reason in line.reasons]) == ("binned", ["stale"])
        disposing_executing.restore(desk, list_, number=1, why="Quyết định cũ hết hiệu lực")
    with as_("archivist") as desk:
        assert "H-1" in {one.code for one in disposing_sweep.candidates(desk, desk.unit("nhanh"))}


@pytest.mark.parametrize(
    ("into_the_bin", "gone"),
    [
        # Decided on 2 March: by TT 06/2025/TT-BNV all is destroyed within fifteen days, the 17th.
        (3, 13),  # ten days of grace
        (7, 17),
        (8, 17),  # nine
        (16, 17),  # one
        (17, 17),  # none
    ],
)
def test_all_is_destroyed_within_the_days_of_the_decision(
    as_, site, clock, number, into_the_bin, gone
):
    review(as_, number)
    approve(as_, "boss", number)
    clock.advance(timedelta(days=into_the_bin - 2))
    with as_("officer") as desk:
        list_ = disposing.find(desk, number)
        disposing_executing.execute(desk, list_, number=DECISION, revision=None)
    job.carry_out(site)
    if gone > into_the_bin:
        clock.advance(timedelta(days=gone - into_the_bin - 1))
        assert job.destroy_due(site) == 0
        clock.advance(timedelta(days=1))

    assert job.destroy_due(site) == 1
