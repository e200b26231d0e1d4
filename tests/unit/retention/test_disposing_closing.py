"""How a list ends of which some lines cannot go: by a person, by the house, with its papers."""

from __future__ import annotations

from datetime import timedelta

import pytest

from hoso.app import executing as job
from hoso.desk import (
    disposal_papers,
    disposing,
    disposing_closing,
    disposing_executing,
    disposing_looking,
    disposing_review,
    disposing_sweep,
)
from hoso.desk.holding import place_hold
from hoso.kernel.errors import Conflict, Forbidden, Invalid
from hoso.records.model import Rendition
from hoso.retention import holds
from hoso.retention.disposing import book
from hoso.testing.disposals import (
    DECISION,
    a_due_dossier,
    a_second_head,
    approved_list,
    carried_out,
)


@pytest.fixture(autouse=True)
def written(monkeypatch):
    """Which papers were written, in order; they are read in test_disposal_papers."""
    found = []

    def write(desk, list_, *kinds, gone=()):
        found.append((*kinds, len(gone)))
        for kind in kinds:
            list_.renditions[f"07-{kind}"] = Rendition(
                name=kind, blob=None, mime="application/pdf", made_at=desk.now, made_by="test"
            )
        return {}

    monkeypatch.setattr(disposal_papers, "write", write)
    return found


@pytest.fixture
def due(as_):
    with as_("archivist") as desk:
        a_second_head(desk)
        for code in ("H-1", "H-2", "H-3"):
            a_due_dossier(desk, code)
    return ("H-1", "H-2", "H-3")


def a_hold(as_, *codes):
    with as_("archivist") as desk:
        for code in codes:
            record = desk.site.dossiers[code]
            place_hold(desk, record, reason="Tòa án yêu cầu", authority="12/CV-TA")


def closed(as_, number, *, who="officer", why="Tòa còn thụ lý"):
    with as_(who) as desk:
        disposing_closing.close(desk, disposing.find(desk, number), why=why, revision=None)


def seen(as_, number):
    with as_("archivist") as desk:
        list_ = disposing.find(desk, number)
        return list_.state, [line.state for line in list_.lines.values()]


def candidates(as_):
    with as_("archivist") as desk:
        return {
            one.code for one in disposing_sweep.candidates(desk, desk.site.unit_by_key["nhanh"])
        }


def test_a_person_closes_what_cannot_go_and_it_returns_to_the_sweep(
    as_, site, clock, due, written, entries
):
    number = approved_list(site, due)
    a_hold(as_, "H-2")
    carried_out(site, number)
    with pytest.raises(Conflict):
        closed(as_, number)
    clock.advance(timedelta(days=10))
    assert job.destroy_due(site) == 2
    # In its days the line that was stopped may still be tried again.
    assert seen(as_, number) == ("approved", ["destroyed", "blocked", "destroyed"])
    assert candidates(as_) == set()
    with as_("officer") as desk:
        assert disposing_looking.look(desk, disposing.find(desk, number)).may["close"]
    with pytest.raises(Invalid):
        closed(as_, number, why=" ")
    with pytest.raises(Forbidden):
        closed(as_, number, who="auditor")

    closed(as_, number)

    assert seen(as_, number) == ("closed", ["destroyed", "blocked", "destroyed"])
    assert candidates(as_) == {"H-2"}
    with as_("archivist") as desk:
        line = disposing.find(desk, number).lines[2]
        assert "12/CV-TA" in str(line.reasons[0])
    # Minutes and certificate when the two went; further minutes of what stayed.
    assert written[-2:] == [("destruction", "certificate", 2), ("destruction", 2)]
    told = [one for one in entries() if (one.verb, one.outcome) == ("disposal.closed", "done")]
    assert [(one.actor, one.details["why"], one.details["stayed"]) for one in told] == [
        ("officer", "Tòa còn thụ lý", 1)
    ]


def test_while_lines_can_go_a_list_is_not_closed(as_, site, due):
    number = approved_list(site, due[:1])

    with pytest.raises(Conflict, match="can still be carried out"):
        closed(as_, number)


def test_after_the_days_the_house_closes_what_was_tried_and_stopped(
    as_, site, clock, due, written, entries
):
    number = approved_list(site, due[:2])
    a_hold(as_, *due[:2])
    carried_out(site, number)
    assert seen(as_, number) == ("approved", ["blocked", "blocked"])
    clock.advance(timedelta(days=15))
    assert job.close_spent(site) == 0
    clock.advance(timedelta(days=1))

    assert job.close_spent(site) == 1
    assert job.close_spent(site) == 0

    assert seen(as_, number) == ("closed", ["blocked", "blocked"])
    assert candidates(as_) == set(due)
    assert written[-1] == ("destruction", 0)
    told = [one for one in entries() if (one.verb, one.outcome) == ("disposal.closed", "done")]
    assert [(one.actor, one.details["stayed"]) for one in told] == [("machine:keeper", 2)]


def test_what_nobody_tried_in_its_days_waits_for_the_head_or_is_closed_by_a_person(
    as_, site, clock, due
):
    first, second = approved_list(site, due[:1]), approved_list(site, due[1:2])
    clock.advance(timedelta(days=16))
    assert job.close_spent(site) == 0
    with as_("boss") as desk:
        disposing_review.approve(
            desk,
            disposing.find(desk, first),
            number="10/QĐ",
            decided=f"{desk.today:%d/%m/%Y}",
            signer="Chủ Mẫu",
            revision=None,
        )
    assert seen(as_, first) == ("approved", ["approved"])

    closed(as_, second, why="Không thực hiện")

    assert seen(as_, second) == ("closed", ["kept"])
    assert candidates(as_) == {"H-2", "H-3"}


def test_a_list_whose_days_ran_out_half_way_keeps_its_untried_lines_for_the_head(
    as_, site, clock, due
):
    number = approved_list(site, due[:2])
    with as_("officer") as desk:
        list_ = disposing.find(desk, number)
        disposing_executing.execute(desk, list_, number=DECISION, revision=None)
    clock.advance(timedelta(days=16))

    job.carry_out(site)

    assert seen(as_, number) == ("approved", ["approved", "approved"])
    assert job.close_spent(site) == 0


def test_what_was_stopped_is_let_go_while_other_lines_lie_in_the_bin(as_, site, clock, due):
    number = approved_list(site, due[:2])
    a_hold(as_, "H-2")
    carried_out(site, number)
    a_hold_in_bin(as_, number)
    clock.advance(timedelta(days=16))
    job.destroy_due(site)
    assert job.close_spent(site) == 0
    assert seen(as_, number) == ("binned", ["binned", "blocked"])
    assert candidates(as_) == {"H-2", "H-3"}
    with as_("archivist") as desk:
        kept = desk.root["retention-holds"]
        for hold in list(kept.by_id.values()):
            if desk.site.dossiers["H-2"].id in hold.members:
                holds.lift(kept, hold.id, reason="Xong", by="x", at=desk.now)
    other = approved_list(site, ["H-2"])

    with as_("officer") as desk:
        list_ = disposing.find(desk, number)
        disposing_executing.restore(desk, list_, number=1, why="Tòa yêu cầu")

    # The old list ends, and does not take the line of the new one along.
    assert seen(as_, number) == ("closed", ["restored", "blocked"])
    with as_("archivist") as desk:
        on_list = book.book_of(desk.root).on_list
        assert on_list[desk.site.dossiers["H-2"].id] == disposing.find(desk, other).id


def a_hold_in_bin(as_, number):
    with as_("archivist") as desk:
        disposing_executing.hold_line(
            desk, disposing.find(desk, number), number=1, reason="Vụ án", authority="13/CV-TA"
        )
