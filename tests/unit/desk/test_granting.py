"""Grants and walls as acts; why one sees what one sees; who could see it on a past day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from hoso.access import history
from hoso.access.accounts import accounts_of, identity_of
from hoso.access.grants import given_to
from hoso.access.permissions import Permission
from hoso.desk import documents, explaining, granting, intake, permits
from hoso.kernel.errors import Forbidden, Invalid, Missing
from hoso.records.model import Dossier
from hoso.testing.service import let_keep
from hoso.testing.things import a_dossier, a_filed_paper, a_waiting_paper

VIEW = Permission.DOSSIER_VIEW


@pytest.fixture
def kept(as_):
    """A dossier at ``nhanh`` with a paper: ids."""
    with as_("officer") as desk:
        dossier = a_dossier(desk, code="T-0050", name="Phạm Thị Mẫu")
        return dossier.id, a_filed_paper(desk, dossier).id


@pytest.fixture
def second_head(as_):
    """The officer is head of the whole site too: somebody who can agree with the head."""
    from hoso.access.identity import Held

    with as_("operator") as desk:
        account = accounts_of(desk.root).by_login["officer"]
        account.roles = (*account.roles, Held("unit-head", 1, "", "", "9/QĐ"))
        history.changed(account, at=desk.now, by="test", verb="account.role-given")


def grant(as_, number, login="nobody", role="clerk", decision="14/QĐ", **words):
    """Give a grant as two persons do."""
    said = {"login": login, "role": role, "decision": decision, **words}
    with as_("head") as desk:
        uid = permits.ask(
            desk, desk.site.by_id[number], function=granting.grant, words=said, reason="Cần xem"
        ).uid
    with as_("officer") as desk:
        permits.agree(desk, uid)
    with as_("head") as desk:
        permits.carry_out(desk, uid)


def sees(as_, login, number):
    with as_(login) as desk:
        return desk.sees(desk.site.by_id[number])


def cleared(as_, login, level=1):
    with as_("operator") as desk:
        account = accounts_of(desk.root).by_login[login]
        account.clearance = level
        history.changed(account, at=desk.now, by="test", verb="account.clearance-raised")


def test_a_grant_opens_one_record_to_one_person_until_its_last_day(as_, kept, second_head, clock):
    cleared(as_, "nobody")
    grant(as_, kept[1], valid_to="05/03/2026")

    assert sees(as_, "nobody", kept[1])
    assert not sees(as_, "nobody", kept[0])
    assert not sees(as_, "admin", kept[1])
    clock.advance(timedelta(days=3))
    assert sees(as_, "nobody", kept[1])
    clock.advance(timedelta(days=1))
    assert not sees(as_, "nobody", kept[1])


def test_taking_back_what_one_decision_gave_leaves_what_another_did(as_, kept, second_head):
    cleared(as_, "nobody")
    grant(as_, kept[0], decision="14/QĐ")
    grant(as_, kept[0], decision="15/QĐ")

    with as_("head") as desk:
        granting.take(desk, desk.site.by_id[kept[0]], login="nobody", decision="14/QĐ", why="Xong")

    assert sees(as_, "nobody", kept[0])
    with as_("head") as desk:
        assert [g.cause for _id, g in given_to(desk.root, "nobody")] == ["15/QĐ"]
        granting.take(desk, desk.site.by_id[kept[0]], login="nobody", decision="15/QĐ", why="Xong")
    assert not sees(as_, "nobody", kept[0])


def test_what_is_wrong_with_a_grant_is_told_at_once(as_, kept):
    with pytest.raises(Invalid) as refused, as_("officer") as desk:
        from hoso.access.identity import Held

        account = accounts_of(desk.root).by_login["officer"]
        account.roles = (*account.roles, Held("unit-head", 1, "", "", "9/QĐ"))
        desk.identity = desk.identity.__class__(
            **{**vars(desk.identity), "roles": account.roles, "login": "machine:test"}
        )
        granting.grant(
            desk,
            desk.site.by_id[kept[0]],
            login="không có",
            role="account-admin",
            decision=" ",
            valid_from="x",
            valid_to="01/01/2020",
        )

    assert {fault.field for fault in refused.value.faults} == {
        "login", "role", "decision", "valid_from", "valid_to",
    }  # fmt: skip


def test_nobody_opens_a_record_to_himself(as_, kept, second_head):
    with pytest.raises(Invalid, match="himself"):
        grant(as_, kept[0], login="head")


def test_behind_a_wall_only_its_keepers_are(as_, kept):
    with as_("head") as desk:
        granting.wall(desk, desk.site.by_id[kept[0]], keepers="head, archivist", decision="1/TT")

    assert [who for who in ("head", "archivist", "clerk", "officer", "auditor")
            if sees(as_, who, kept[0])] == ["head", "archivist"]  # fmt: skip
    with pytest.raises(Missing), as_("clerk") as desk:
        desk.find("T-0050", Dossier)

    with as_("archivist") as desk:
        granting.unwall(desk, desk.site.by_id[kept[0]], decision="2/TT")
    assert sees(as_, "clerk", kept[0])


def test_a_wall_is_never_left_without_a_keeper(as_, kept):
    with pytest.raises(Invalid), as_("head") as desk:
        granting.wall(desk, desk.site.by_id[kept[0]], keepers=" ", decision="1/TT")
    with as_("head") as desk:
        granting.wall(desk, desk.site.by_id[kept[0]], keepers="head", decision="1/TT")

    with pytest.raises(Invalid, match="Nobody would be left"), as_("head") as desk:
        granting.take(desk, desk.site.by_id[kept[0]], login="head", decision="1/TT", why="Thôi")


# Why -------------------------------------------------------------------------------------


def test_why_names_every_way_that_leads_to_a_record(as_, kept, second_head):
    cleared(as_, "nobody", 2)
    grant(as_, kept[0], valid_to="31/03/2026")
    with as_("nobody") as desk:
        why = explaining.mine_of_dossier(desk, desk.site.by_id[kept[0]])
    assert [(w.kind, w.role, w.cause, w.valid_to) for w in why.ways] == [
        ("grant", "clerk", "14/QĐ", "2026-03-31")
    ]
    with as_("clerk") as desk:
        why = explaining.mine_of_dossier(desk, desk.site.by_id[kept[0]])
    assert [(w.kind, w.role, w.place) for w in why.ways] == [("unit", "clerk", "Đơn vị Mẫu Nhánh")]
    assert VIEW in why.may
    assert Permission.CONSENT_DECIDE in {permission for permission, _why in why.may_not}


def test_why_tells_of_nothing_one_does_not_see(as_, kept):
    with pytest.raises(Missing), as_("nobody") as desk:
        explaining.mine_of_dossier(desk, desk.site.by_id[kept[0]])


def test_an_auditor_is_told_why_somebody_does_not_see(as_, kept):
    with as_("auditor") as desk:
        why = explaining.of_somebody(desk, desk.site.by_id[kept[0]], login="nobody")
    assert (why.ways, why.may, why.is_cleared) == ((), (), False)
    with pytest.raises(Forbidden), as_("clerk") as desk:
        explaining.of_somebody(desk, desk.site.by_id[kept[0]], login="nobody")


# Who could, on a day -----------------------------------------------------------------------


def who(as_, number, day, permission=VIEW):
    with as_("auditor") as desk:
        answer = explaining.who_could(desk, desk.site.by_id[number], permission=permission, on=day)
        return {line.login for line in answer.could}, {line.login for line in answer.unknown}


def test_who_could_see_follows_the_dossier_through_its_transfers(as_, kept, clock):
    clock.advance(timedelta(days=5))  # 7 March
    with as_("officer") as desk:
        dossier = desk.site.by_id[kept[0]]
        let_keep(desk, dossier, "ben")
    clock.advance(timedelta(days=5))

    everywhere = {"officer", "archivist", "auditor"}
    assert who(as_, kept[0], date(2026, 3, 6))[0] == everywhere | {"clerk", "head"}
    assert who(as_, kept[0], date(2026, 3, 7))[0] == everywhere | {"clerk", "head"}
    assert who(as_, kept[0], date(2026, 3, 8))[0] == everywhere


def test_who_could_see_follows_grants_given_and_taken(as_, kept, second_head, clock):
    cleared(as_, "employee")
    clock.advance(timedelta(days=5))  # 7 March
    grant(as_, kept[0], login="employee", decision="14/QĐ")
    clock.advance(timedelta(days=5))  # 12 March
    with as_("head") as desk:
        record = desk.site.by_id[kept[0]]
        granting.take(desk, record, login="employee", decision="14/QĐ", why="Xong")
    clock.advance(timedelta(days=5))

    seen = [day for day in range(3, 17) if "employee" in who(as_, kept[0], date(2026, 3, day))[0]]
    assert seen == list(range(7, 13))


def test_who_could_see_follows_a_wall(as_, kept, clock):
    clock.advance(timedelta(days=5))
    with as_("head") as desk:
        granting.wall(desk, desk.site.by_id[kept[0]], keepers="head", decision="1/TT")
    with as_("head") as desk:
        clock.advance(timedelta(days=5))
        granting.unwall(desk, desk.site.by_id[kept[0]], decision="2/TT")
    clock.advance(timedelta(days=5))

    assert "clerk" in who(as_, kept[0], date(2026, 3, 6))[0]
    assert who(as_, kept[0], date(2026, 3, 9))[0] == {"head"}
    assert "clerk" in who(as_, kept[0], date(2026, 3, 15))[0]


def test_before_there_was_a_record_nobody_could_see_it_and_of_unknown_days_nothing_is_said(
    as_, kept
):
    could, _unknown = who(as_, kept[0], date(2025, 1, 1))
    assert could == set()

    with as_("operator") as desk:
        desk.root["access-known-since"] = "2026-03-02T01:00:00+00:00"
    could, unknown = who(as_, kept[0], date(2026, 3, 2))
    assert "clerk" in unknown
    assert could == set()


def test_before_it_was_filed_a_paper_was_seen_by_who_works_at_the_tray(as_, kept, clock):
    with as_("officer") as desk:
        waiting = a_waiting_paper(desk, words="chờ")
        number = waiting.id
    clock.advance(timedelta(days=2))  # 4 March
    with as_("clerk") as desk:
        typed = {"type": "D05", "title": "Nâng bậc lương", "date": "05/09/2024"}
        paper = desk.site.by_id[number]
        intake.file(desk, paper, dossier="T-0050", typed=typed, revision=paper.revision)
    clock.advance(timedelta(days=2))

    view = Permission.DOCUMENT_VIEW
    assert who(as_, number, date(2026, 3, 3), view)[0] == {"clerk", "officer", "archivist"}
    assert {"head", "auditor"} <= who(as_, number, date(2026, 3, 4), view)[0]


def test_who_could_see_follows_the_level_of_the_day(as_, kept, clock):
    clock.advance(timedelta(days=5))
    with as_("archivist") as desk:
        paper = desk.site.by_id[kept[1]]
        typed = {"type": "D05", "title": "Nâng bậc", "date": "05/09/2024", "level": "3"}
        documents.edit(desk, paper, typed=typed, revision=paper.revision)
    cleared(as_, "auditor", 4)
    clock.advance(timedelta(days=5))

    view = Permission.DOCUMENT_VIEW
    assert "clerk" in who(as_, kept[1], date(2026, 3, 6), view)[0]
    assert who(as_, kept[1], date(2026, 3, 9), view)[0] == {"archivist", "auditor"}


def test_of_today_the_facts_say_what_the_decision_says(as_, kept, second_head, clock):
    cleared(as_, "nobody")
    grant(as_, kept[1], valid_to="05/03/2026")
    with as_("officer") as desk:
        dossier = desk.site.by_id[kept[0]]
        let_keep(desk, dossier, "la")
    clock.advance(timedelta(days=1))

    for number, permissions in (
        (kept[0], explaining.ON_DOSSIERS),
        (kept[1], explaining.ON_PAPERS),
    ):
        for permission in permissions:
            with as_("auditor") as desk:
                record, policy = desk.site.by_id[number], desk.house.policy
                may = {
                    login
                    for login, account in accounts_of(desk.root).by_login.items()
                    if policy.decide(
                        identity_of(account), desk.facts(record), permission, on=desk.today
                    )
                }
            assert who(as_, number, date(2026, 3, 3), permission) == (may, set()), permission
