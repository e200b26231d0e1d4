"""Holds: placed with a reason, lifted with a reason, never forgotten."""

from __future__ import annotations

import pytest

from hoso.kernel.errors import Conflict, Invalid, Missing
from hoso.retention.holds import get, in_force, lift, listed, place, widen
from hoso.retention.model import Holds

MONDAY, TUESDAY = "2026-03-02T01:00:00.000000Z", "2026-03-03T01:00:00.000000Z"


def court(holds, records, at=MONDAY):
    return place(
        holds,
        reason="vụ án 12/2026",
        authority="Tòa án nhân dân tỉnh Mẫu",
        records=records,
        by="lan",
        at=at,
    )


def test_a_hold_covers_the_records_it_names_and_no_others():
    holds = Holds()

    hold = court(holds, [5, 6])

    assert [hold.id] == [fact.id for fact in in_force(holds, 5)]
    assert in_force(holds, 7) == ()


def test_a_held_document_holds_its_dossier_when_both_are_asked_for():
    holds = Holds()
    hold = court(holds, [5])

    assert [hold.id] == [fact.id for fact in in_force(holds, 99, 5)]


def test_several_holds_on_one_record_are_all_said_once_the_oldest_first():
    holds = Holds()
    later, first = court(holds, [5, 6], TUESDAY), court(holds, [5, 6], MONDAY)

    assert [first.id, later.id] == [fact.id for fact in in_force(holds, 5, 6)]


def test_a_lifted_hold_is_out_of_force_and_stays_on_record():
    holds = Holds()
    hold = court(holds, [5, 6])

    lift(holds, hold.id, reason="đình chỉ vụ án", by="minh", at=TUESDAY)

    assert (in_force(holds, 5, 6), listed(holds)) == ((), [])
    kept = get(holds, hold.id)
    assert (
        kept.lifted_by,
        kept.lifted_at,
        kept.lifted_reason,
        list(kept.members),
    ) == ("minh", TUESDAY, "đình chỉ vụ án", [5, 6])
    assert [hold] == listed(holds, only_in_force=False)


def test_lifting_one_of_two_holds_leaves_the_other():
    holds = Holds()
    first, second = court(holds, [5]), court(holds, [5])

    lift(holds, first.id, reason="xong", by="minh", at=TUESDAY)

    assert [second.id] == [fact.id for fact in in_force(holds, 5)]


def test_a_hold_may_cover_more_records_later():
    holds = Holds()
    hold = court(holds, [5])

    widen(holds, hold.id, records=[5, 6], by="lan", at=TUESDAY)

    assert ([hold.id], [5, 6]) == ([fact.id for fact in in_force(holds, 6)], list(hold.members))


@pytest.mark.parametrize(
    "touch",
    [
        lambda holds, hold: lift(holds, hold.id, reason="xong", by="lan", at=TUESDAY),
        lambda holds, hold: widen(holds, hold.id, records=[6], by="lan", at=TUESDAY),
    ],
    ids=["lifted", "widened"],
)
def test_a_lifted_hold_is_not_touched_again(touch):
    holds = Holds()
    hold = court(holds, [5])
    lift(holds, hold.id, reason="xong", by="minh", at=TUESDAY)

    with pytest.raises(Conflict, match="minh"):
        touch(holds, hold)


def test_a_hold_without_reason_authority_or_records_tells_all_three():
    with pytest.raises(Invalid) as refused:
        place(Holds(), reason=" \u200b", authority="", records=[], by="lan", at=MONDAY)

    assert [fault.field for fault in refused.value.faults] == ["reason", "authority", "records"]


def test_a_hold_is_not_lifted_without_reason():
    holds = Holds()
    hold = court(holds, [5])

    with pytest.raises(Invalid):
        lift(holds, hold.id, reason="", by="minh", at=TUESDAY)

    assert hold.is_in_force


def test_an_unknown_hold_is_missing():
    with pytest.raises(Missing):
        get(Holds(), 5)
