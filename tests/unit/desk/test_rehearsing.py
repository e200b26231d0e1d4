"""A rehearsal says what a change would do, by counting; and it changes nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hoso.access.permissions import Permission
from hoso.app.seeding import INSTALLER
from hoso.desk import rehearsing
from hoso.kernel.errors import Forbidden, Invalid, Missing
from hoso.records.model import Dossier
from hoso.testing.sites import sitting
from hoso.testing.things import a_dossier, a_filed_paper


@pytest.fixture
def filled(site, as_):
    """At ``ben`` a dossier with two papers at levels 1 and 2, at ``la`` one with one paper."""
    with as_("officer") as desk:
        beside = a_dossier(desk, code="T-0060", unit="ben")
        a_filed_paper(desk, beside, words="một")
        a_filed_paper(desk, beside, words="hai", level=2)
        below = a_dossier(desk, code="T-0061", unit="la")
        a_filed_paper(desk, below, words="ba")
    site.follower.catch_up()
    return site


def rehearse(site, **words):
    with sitting(site, INSTALLER) as desk:
        return rehearsing.of_person(desk, desk.site, **words)


def table(sights):
    return {(one.kind, one.unit, one.level): one.count for one in sights}


def test_a_role_more_is_counted_by_unit_and_level(filled):
    effect = rehearse(filled, login="clerk", give="clerk", unit="ben")

    assert table(effect.gained) == {
        ("documents", "Đơn vị Mẫu Bên", 1): 1,
        ("documents", "Đơn vị Mẫu Bên", 2): 1,
        ("dossiers", "Đơn vị Mẫu Bên", 1): 1,
    }
    assert effect.lost == ()
    assert (Permission.DOCUMENT_READ, "Đơn vị Mẫu Bên") in effect.may


def test_a_role_less_loses_what_nothing_else_opens(filled):
    effect = rehearse(filled, login="clerk", take="clerk", unit="nhanh")

    lost = table(effect.lost)
    assert lost["documents", "Đơn vị Mẫu Lá", 1] == 1
    assert ("documents", "Đơn vị Mẫu Bên", 1) not in lost
    assert effect.gained == ()


def test_a_lower_clearance_loses_the_levels_above_it(filled):
    effect = rehearse(filled, login="officer", clearance=1)

    assert table(effect.lost) == {("documents", "Đơn vị Mẫu Bên", 2): 1}
    assert effect.clearance == (2, 1)


def test_the_counts_are_those_of_the_asker_and_tell_him_nothing_more(filled):
    with sitting(filled, "admin") as desk:
        effect = rehearsing.of_person(desk, desk.site, login="clerk", give="clerk", unit="ben")

    assert effect.gained == ()
    assert (Permission.DOCUMENT_READ, "Đơn vị Mẫu Bên") in effect.may


def test_nothing_is_written(filled, entries):
    with filled.databases.connection() as connection:
        before = connection.root()["accounts"].by_login["clerk"].roles
    rehearse(filled, login="clerk", give="clerk", unit="ben")

    with filled.databases.connection() as connection:
        assert connection.root()["accounts"].by_login["clerk"].roles == before
    assert [e.outcome for e in entries("access.change-rehearsed")] == ["done"]


def test_an_edited_role_table_is_rehearsed_for_everybody(filled):
    roles = filled.rulebook.roles
    grants = {**roles.grants, "clerk": roles.grants["clerk"] - {"document:read"}}
    edited = replace(filled.rulebook, roles=replace(roles, grants=grants))

    with sitting(filled, INSTALLER) as desk:
        effects = {one.login: one for one in rehearsing.of_table(desk, desk.site, rulebook=edited)}

    assert set(effects) == {"clerk"}
    assert table(effects["clerk"].lost)["documents", "Đơn vị Mẫu Lá", 1] == 1
    assert effects["clerk"].may_not == ((Permission.DOCUMENT_READ, "Đơn vị Mẫu Nhánh"),)


def test_a_level_is_rehearsed_for_everybody(filled):
    with sitting(filled, "auditor") as desk:
        effects = rehearsing.of_level(desk, desk.find("T-0060", Dossier), level=3)

    assert {one.login: (one.dossier, one.papers) for one in effects} == {
        "officer": (-1, -2),
        "auditor": (-1, -2),
    }


def test_faults_are_told_at_once_and_what_is_out_of_scope_is_not_there(filled):
    with pytest.raises(Invalid) as refused:
        rehearse(filled, login="clerk", give="x", unit="y", clearance=9)
    assert {fault.field for fault in refused.value.faults} == {"give", "unit", "clearance"}
    with pytest.raises(Missing):
        rehearse(filled, login="khong", give="clerk")
    with pytest.raises(Forbidden), sitting(filled, "clerk") as desk:
        rehearsing.of_person(desk, desk.site, login="head", give="clerk")
