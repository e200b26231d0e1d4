"""Accounts follow the person: what opening, leaving and moving do to them, by the day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from hoso.access import history
from hoso.access.accounts import accounts_of, identity_of, same_person, why_closed
from hoso.desk import account_events, dossiers, people, signing_in
from hoso.kernel.errors import Invalid, Missing
from hoso.testing.passwords import PASSWORD
from hoso.testing.service import let_keep, let_stand


@pytest.fixture
def stand(as_):
    """Call it with a standing and the day it counts from, for the person of ``employee``."""

    def change(status, effective):
        with as_("officer") as desk:
            dossier = desk.site.dossiers["T-0001"]
            let_stand(desk, dossier, status=status, effective=effective)

    return change


@pytest.fixture
def account(site):
    """Call it with a login for the facts of the account."""

    def look(login):
        with site.databases.connection() as connection:
            found = accounts_of(connection.root()).by_login[login]
            found.login  # noqa: B018 - read from the database before the connection closes
            return found

    return look


def test_who_retires_in_june_comes_in_until_then_and_not_from_then_on(stand, account, clock):
    stand("NGHI_HUU", "01/06/2026")
    employee = account("employee")

    assert employee.ends_on == "2026-06-01"
    # Midnight in Vietnam is five in the afternoon of the day before in UTC.
    assert why_closed(employee, now=clock.now() + timedelta(days=90, hours=14)) is None
    assert "has left" in why_closed(employee, now=clock.now() + timedelta(days=90, hours=15))


@pytest.mark.parametrize("status", ["THOI_VIEC", "TU_TRAN", "CHUYEN_DI"])
def test_leaving_today_ends_the_work_at_once_and_is_journalled(as_, site, stand, status, entries):
    with as_("nobody") as desk:
        inside = signing_in.sign_in(desk, login="employee", password=PASSWORD).token
    stand(status, "02/03/2026")

    with site.databases.connection() as connection:
        assert not list(accounts_of(connection.root()).sessions.values())
    with as_("nobody") as desk:
        assert not signing_in.sign_in(desk, login="employee", password=PASSWORD).token
    assert inside
    told = entries("account.ends")[-1]
    assert (told.actor, told.details["login"], told.details["day"]) == (
        "officer", "employee", "2026-03-02",
    )  # fmt: skip


def test_a_day_that_is_not_known_closes_nothing_and_is_listed(as_, stand, account):
    """Unknown is shown and never guessed: 2026 is no day."""
    stand("THOI_VIEC", "2026")

    assert account("employee").ends_on == ""
    with as_("admin") as desk:
        (line,) = account_events.wanted(desk, desk.site)
        assert (line.wanted.why, line.wanted.day, line.logins) == ("left", "", ("employee",))


def test_who_comes_back_is_let_in_again(stand, account):
    stand("BIET_PHAI", "01/02/2026")
    stand("THOI_VIEC", "15/02/2026")
    assert account("employee").ends_on == "2026-02-15"

    stand("DANG_CT", "01/03/2026")

    assert account("employee").ends_on == ""


def test_a_decision_keeps_an_account_open_and_says_which(as_, stand, account, entries):
    stand("NGHI_HUU", "02/03/2026")
    with as_("admin") as desk, pytest.raises(Invalid):
        account_events.keep_open(desk, desk.site, login="employee", reason=" ")
    with as_("admin") as desk:
        account_events.keep_open(desk, desk.site, login="employee", reason="9/QĐ-M")

    assert account("employee").ends_on == ""
    assert entries("account.goes-on")[-1].details["why"] == "9/QĐ-M"


def test_a_dossier_that_is_opened_asks_for_an_account_and_offers_a_login(as_):
    with as_("clerk") as desk:
        dossiers.open_(desk, desk.unit("nhanh"), code="T-0300", type_="CC", name="Trần Thị Đào Mẫu")

    with as_("admin") as desk:
        (line,) = account_events.wanted(desk, desk.site)
        assert (line.dossier.code, line.wanted.why) == ("T-0300", "issue")
        # Given name, then the first letters of the rest: đ is written d.
        assert line.suggested == "mau.ttd"
        people.create_account(
            desk, desk.unit("nhanh"), login=line.suggested, name=line.dossier.name,
            clearance=1, dossier="T-0300", kind="personal",
        )  # fmt: skip
        assert account_events.wanted(desk, desk.site) == []
        with pytest.raises(Invalid, match=r"has the personal account mau\.ttd"):
            people.create_account(
                desk, desk.unit("nhanh"), login="khac", name="x", clearance=1,
                dossier="T-0300", kind="personal",
            )  # fmt: skip


def test_a_dossier_of_a_matter_asks_for_no_account(as_):
    with as_("officer") as desk:
        matters = [k for k, t in desk.rulebook.dossier_types.items() if not t.personal]
        dossiers.open_(desk, desk.unit("nhanh"), code="V-0300", type_=matters[0], name="Vụ việc")

    with as_("admin") as desk:
        assert account_events.wanted(desk, desk.site) == []


def test_a_move_takes_the_personal_account_along(as_, account):
    with as_("officer") as desk:
        dossier = desk.site.dossiers["T-0001"]
        let_keep(desk, dossier, "ben")
        there = desk.site.unit_by_key["ben"].number

    assert account("employee").unit == there


def test_who_may_not_make_accounts_for_a_unit_is_told_nothing_of_its_people(as_, site):
    from hoso.access.identity import Held

    with as_("officer") as desk:
        dossiers.open_(desk, desk.unit("ben"), code="T-0301", type_="CC", name="Người Khác")
        number = desk.site.unit_by_key["nhanh"].number
        admin = accounts_of(desk.root).by_login["admin"]
        admin.roles = (Held("account-admin", number, "", "", "1/QĐ"),)

    with as_("admin") as desk:
        assert account_events.wanted(desk, desk.site) == []
        with pytest.raises(Missing):
            account_events.keep_open(desk, desk.site, login="archivist", reason="x")


# What was so on a past day ------------------------------------------------------------------


def test_what_an_account_was_allowed_on_a_past_day_is_known_from_its_states(as_, site, clock):
    day = date(2026, 3, 2)
    clock.advance(timedelta(days=1))
    with as_("admin") as desk:
        people.grant_role(desk, desk.unit("nhanh"), login="head", role="auditor", cause="14/QĐ")
    clock.advance(timedelta(days=1))
    with as_("admin") as desk:
        people.revoke_role(desk, desk.unit("nhanh"), login="head", role="auditor", cause="14/QĐ")

        head = accounts_of(desk.root).by_login["head"]
        held = [
            {
                role.role
                for state in history.states_on(head, day + timedelta(days=later))
                for role in history.identity_in(head, state).roles
            }
            for later in range(4)
        ]
        assert held == [
            {"unit-head"}, {"unit-head", "auditor"}, {"unit-head", "auditor"}, {"unit-head"},
        ]  # fmt: skip
        (ended,) = history.ended_roles(head)
        assert (ended.held.role, ended.taken_by, ended.why) == ("auditor", "admin", "14/QĐ")


def test_before_the_first_fact_nothing_is_known(site):
    with site.databases.connection() as connection:
        head = accounts_of(connection.root()).by_login["head"]

        assert history.states_on(head, date(2026, 3, 1)) is None
        assert history.states_on(head, date(2026, 3, 2))
        head.history = (head.history[0]._replace(what="account.found"),)
        # Found on that day: of the hours before nothing is known.
        assert history.states_on(head, date(2026, 3, 2)) is None


def test_two_accounts_of_one_dossier_are_one_person(as_):
    with as_("admin") as desk:
        people.create_account(
            desk, desk.unit("nhanh"), login="quan-ly", name="Nguyễn Văn Mẫu", clearance=1,
            dossier="T-0001",
        )  # fmt: skip
        root = desk.root
        assert same_person(root, "quan-ly", "employee")
        assert not same_person(root, "quan-ly", "clerk")
        kept = accounts_of(root).by_login
        assert [identity_of(kept[login]).roles for login in ("quan-ly", "employee")] == [(), ()]
        assert people.account_named(desk, "quan-ly").others == ("employee",)
