"""Two persons: who asks does not agree, who agreed does not carry out; once, as it was asked."""

from __future__ import annotations

from datetime import timedelta

import pytest
from ZODB.POSException import ConflictError

from hoso.access.accounts import tie
from hoso.access.identity import Held
from hoso.desk import granting, holding, permits
from hoso.desk.act import NoPermit
from hoso.kernel import ids
from hoso.kernel.errors import Conflict, Forbidden, Invalid, Missing
from hoso.testing.things import a_dossier

LIFT = holding.lift_hold


@pytest.fixture
def held(as_):
    """A dossier on hold: its id, and the words of the deed that would lift the hold."""
    with as_("officer") as desk:
        dossier = a_dossier(desk)
        hold = holding.place_hold(desk, dossier, reason="Tòa án", authority="12/CV")
        return dossier.id, {"hold": ids.to_text(hold.id), "reason": "Đã kết luận"}


def ask(as_, held, who="officer", why="Tòa đã xử xong"):
    number, words = held
    with as_(who) as desk:
        record = desk.site.by_id[number]
        return permits.ask(desk, record, function=LIFT, words=words, reason=why).uid


def lift(as_, held, who="officer"):
    number, words = held
    with as_(who) as desk:
        LIFT(desk, desk.site.by_id[number], **words)


def test_alone_nobody_lifts_a_hold_and_that_is_journalled(as_, held, entries):
    with pytest.raises(NoPermit, match="second person"):
        lift(as_, held)

    assert [e.outcome for e in entries("retention.hold-lifted")] == ["refused"]


def test_one_asks_another_agrees_the_first_carries_out_and_all_three_are_told(as_, held, entries):
    uid = ask(as_, held)
    with as_("head") as desk:
        assert [view.permit.uid for view in permits.waiting(desk)] == [uid]
        permits.agree(desk, uid)
    with as_("officer") as desk:
        permits.carry_out(desk, uid)

    told = [(e.verb, e.actor) for e in entries() if e.details.get("permit") == uid]
    assert told == [
        ("permit.asked", "officer"),
        ("permit.agreed", "head"),
        ("retention.hold-lifted", "officer"),
    ]


def test_who_asks_does_not_agree_though_he_holds_the_permission(site, as_, held):
    with as_("operator") as desk:
        account = desk.root["accounts"].by_login["officer"]
        account.roles = (*account.roles, Held("unit-head", 0, "", "", "2/QĐ"))
    uid = ask(as_, held)

    with pytest.raises(Forbidden, match="another person"), as_("officer") as desk:
        permits.agree(desk, uid)


@pytest.mark.parametrize("agreed", [False, True])
@pytest.mark.parametrize("deed", ["widen", "prolong"])
def test_what_was_agreed_about_a_hold_ends_when_it_is_widened_or_prolonged(
    as_, entries, deed, agreed
):
    with as_("officer") as desk:
        first, second = a_dossier(desk), a_dossier(desk, code="T-0003")
        hold = holding.place_hold(
            desk, first, reason="Tòa án", authority="12/CV", until="01/04/2099"
        )
        uid, other = ids.to_text(hold.id), second.id
        held = first.id, {"hold": uid, "reason": "Đã kết luận"}
    permit = ask(as_, held)
    if agreed:
        with as_("head") as desk:
            permits.agree(desk, permit)

    with as_("archivist") as desk:
        if deed == "widen":
            holding.widen(desk, desk.site, hold=uid, records=["T-0003"])
        else:
            holding.prolong(desk, desk.site, hold=uid, until="", reason="Kháng cáo")

    with pytest.raises(NoPermit, match="second person"):
        lift(as_, held)
    with as_("officer") as desk:
        assert desk.root["retention-holds"].by_id[ids.from_text(uid)].is_in_force
        assert (other, ids.from_text(uid)) in desk.root["retention-holds"].by_record or (
            deed == "prolong"
        )
        assert permits.look(desk, permit).state == "withdrawn"
    assert [(e.actor, e.details["permit"]) for e in entries("permit.withdrawn")] == [
        ("archivist", permit)
    ]
    # Asked anew, of what it covers now, it is a request like any other.
    ask(as_, held)


def test_two_accounts_of_one_person_are_one_person(as_, held):
    with as_("operator") as desk:
        for login in ("head", "officer"):
            tie(desk.root, desk.root["accounts"].by_login[login], held[0])

    with pytest.raises(Invalid, match="Nobody but you"):
        ask(as_, held)


def test_who_agreed_does_not_carry_out(as_, held):
    with as_("operator") as desk:
        account = desk.root["accounts"].by_login["head"]
        account.roles = (*account.roles, Held("archivist", 0, "", "", "2/QĐ"))
    uid = ask(as_, held)
    with as_("head") as desk:
        permits.agree(desk, uid)

    with pytest.raises(Forbidden, match="does not carry it out"), as_("head") as desk:
        permits.carry_out(desk, uid)


def test_another_who_may_do_the_deed_may_carry_it_out(as_, held):
    uid = ask(as_, held)
    with as_("head") as desk:
        permits.agree(desk, uid)

    lift(as_, held, who="archivist")


def test_other_words_are_another_deed(as_, held):
    uid = ask(as_, held)
    with as_("head") as desk:
        permits.agree(desk, uid)

    number, words = held
    with pytest.raises(NoPermit):
        lift(as_, (number, {**words, "reason": "Lý do khác"}))


def test_a_permit_is_good_for_once(as_, held):
    uid = ask(as_, held)
    with as_("head") as desk:
        permits.agree(desk, uid)
    lift(as_, held)

    with pytest.raises(Conflict), as_("officer") as desk:
        permits.carry_out(desk, uid)
    with pytest.raises(NoPermit):
        lift(as_, held)


def test_two_who_carry_it_out_at_once_do_it_once(site, as_, held):
    uid = ask(as_, held)
    with as_("head") as desk:
        permits.agree(desk, uid)

    with pytest.raises(ConflictError), as_("officer") as one, as_("archivist") as other:
        permits.carry_out(one, uid)
        permits.carry_out(other, uid)

    with as_("officer") as desk:
        # The archivist's desk was the first to close; the officer's deed was undone.
        assert permits.look(desk, uid).permit.used_by == "archivist"


def test_what_was_agreed_to_lapses_after_the_days_of_the_profile(as_, held, clock):
    uid = ask(as_, held)
    with as_("head") as desk:
        permits.agree(desk, uid)

    clock.advance(timedelta(days=4))

    with pytest.raises(Conflict, match="lapsed"), as_("officer") as desk:
        permits.carry_out(desk, uid)


def test_on_its_last_day_it_is_still_good(as_, held, clock):
    uid = ask(as_, held)
    with as_("head") as desk:
        permits.agree(desk, uid)

    clock.advance(timedelta(days=3))

    lift(as_, held)


def test_a_request_nobody_answered_lapses_and_may_be_made_again(as_, held, clock):
    uid = ask(as_, held)
    with pytest.raises(Conflict, match="already"):
        ask(as_, held)

    clock.advance(timedelta(days=4))

    with pytest.raises(Conflict, match="in time"), as_("head") as desk:
        permits.agree(desk, uid)
    assert ask(as_, held) != uid


def test_a_refusal_has_a_reason_and_ends_it(as_, held):
    uid = ask(as_, held)
    with pytest.raises(Invalid), as_("head") as desk:
        permits.refuse(desk, uid, note=" ")
    with as_("head") as desk:
        permits.refuse(desk, uid, note="Vụ việc chưa xong")

    with pytest.raises(NoPermit):
        lift(as_, held)
    with as_("officer") as desk:
        assert [view.state for view in permits.mine(desk)] == ["refused"]


def test_what_was_taken_back_is_good_for_nothing(as_, held):
    uid = ask(as_, held)
    with as_("head") as desk:
        permits.agree(desk, uid)
    with as_("officer") as desk:
        permits.withdraw(desk, uid)

    with pytest.raises(NoPermit):
        lift(as_, held)


@pytest.mark.parametrize("other", ["clerk", "employee", "nobody", "admin"])
def test_a_request_does_not_exist_for_those_it_does_not_concern(as_, held, other):
    uid = ask(as_, held)

    with pytest.raises(Missing), as_(other) as desk:
        permits.look(desk, uid)
    with as_(other) as desk:
        assert permits.waiting(desk) == []


def test_who_may_not_do_the_deed_may_not_ask_for_it(as_, held):
    with pytest.raises(Forbidden):
        ask(as_, held, who="clerk")


def test_nothing_is_asked_without_a_reason(as_, held):
    with pytest.raises(Invalid):
        ask(as_, held, why=" ")


def test_nobody_agrees_to_what_is_for_himself(as_, held):
    with as_("operator") as desk:
        account = desk.root["accounts"].by_login["officer"]
        account.roles = (*account.roles, Held("unit-head", 1, "", "", "2/QĐ"))
    words = {"login": "officer", "role": "archivist", "decision": "3/QĐ"}
    with as_("head") as desk:
        record = desk.site.by_id[held[0]]
        uid = permits.ask(desk, record, function=granting.grant, words=words, reason="Cần").uid

    with pytest.raises(Forbidden, match="yourself"), as_("officer") as desk:
        permits.agree(desk, uid)
