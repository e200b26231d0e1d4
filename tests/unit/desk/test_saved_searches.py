"""Saved searches: private, bounded, and new is what was not there when one last looked."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from hoso.access.accounts import accounts_of
from hoso.access.identity import Held
from hoso.desk import saved_searches
from hoso.desk.questions import Question
from hoso.kernel.errors import Invalid, Missing
from hoso.testing.things import a_dossier, a_filed_paper

LUONG = Question("lương")


@pytest.fixture
def filed(site, as_, clock):
    """Call it to file papers of these words, and let the index follow."""

    def file(*words, code="T-0001", **facts):
        clock.advance(timedelta(minutes=1))
        with as_("officer") as desk:
            for each in words:
                a_filed_paper(desk, desk.site.dossiers[code], words=each, title=each, **facts)
        site.follower.catch_up()

    return file


@pytest.fixture
def keep(site, as_):
    """Call it with a login to keep a search; returns its key."""
    site.follower.catch_up()

    def keep_(login="clerk", *, name="Lương", question=LUONG, **more):
        with as_(login) as desk:
            return saved_searches.keep(desk, desk.site, name=name, question=question, **more).key

    return keep_


def new(as_, login="clerk"):
    with as_(login) as desk:
        return [line.new for line in saved_searches.saved(desk, desk.site)]


def titles(as_, key, login="clerk"):
    with as_(login) as desk:
        found = saved_searches.news(desk, desk.site, key=key)
        return [result.document.title for result in found.results]


def test_what_is_there_when_a_search_is_kept_is_not_new(as_, filed, keep):
    filed("Lương tháng 1")
    keep()

    assert new(as_) == [0]


def test_what_is_filed_afterwards_is_new_the_latest_first(as_, filed, keep, clock):
    filed("Lương tháng 1")
    key = keep()
    filed("Lương tháng 2")
    clock.advance(timedelta(days=1))
    filed("Lương tháng 3", "Khen thưởng")

    assert new(as_) == [2]
    assert titles(as_, key) == ["Lương tháng 3", "Lương tháng 2"]


def test_it_stays_new_until_its_owner_says_that_he_has_seen_it(as_, filed, keep):
    key = keep()
    filed("Lương tháng 2")

    assert (titles(as_, key), titles(as_, key)) == (["Lương tháng 2"],) * 2
    with as_("clerk") as desk:
        saved_searches.catch_up(desk, desk.site, key=key)
    assert new(as_) == [0]


def test_new_is_counted_inside_what_its_owner_may_read(as_, filed, keep):
    """The clerk works at ``nhanh``, the officer at all units."""
    with as_("officer") as desk:
        a_dossier(desk, code="T-0900", unit="ben")
        a_dossier(desk, code="T-0901", level=3)
    keep("clerk")
    keep("officer")
    filed("Lương ở bên", code="T-0900")
    filed("Lương mật", code="T-0901")

    assert new(as_, "clerk") == [0]
    assert new(as_, "officer") == [1]


def test_a_role_that_ends_takes_its_news_along(site, as_, filed, keep):
    key = keep("officer")
    filed("Lương tháng 2")
    assert new(as_, "officer") == [1]

    with as_("admin") as desk:
        account = accounts_of(desk.root).by_login["officer"]
        account.roles = (Held("auditor", account.roles[0].unit, "2026-01-01", "", "test"),)
    with pytest.raises(Exception, match="not"), as_("officer") as desk:
        saved_searches.news(desk, desk.site, key=key)


def test_what_a_new_role_opens_is_new_though_it_was_filed_long_ago(site, as_, filed, keep):
    with as_("officer") as desk:
        a_dossier(desk, code="T-0900", unit="ben")
    filed("Lương ở bên", code="T-0900")
    key = keep("clerk")
    assert new(as_) == [0]

    with as_("admin") as desk:
        account = accounts_of(desk.root).by_login["clerk"]
        ben = desk.site.unit_by_key["ben"].number
        account.roles = (*account.roles, Held("clerk", ben, "2026-01-01", "", "test"))
    assert titles(as_, key) == ["Lương ở bên"]


def test_of_many_papers_the_latest_are_remembered_and_older_ones_are_not_new(
    as_, filed, keep, clock, monkeypatch
):
    """Three are remembered of five; a paper of the day of the third is new only if filed later."""
    monkeypatch.setattr(saved_searches, "_SEEN", 3)
    filed("Lương 1", "Lương 2")
    clock.advance(timedelta(days=1))
    filed("Lương 3", "Lương 4", "Lương 5")
    key = keep()
    assert new(as_) == [0]

    filed("Lương 6")
    clock.advance(timedelta(days=1))
    filed("Lương 7")

    assert titles(as_, key) == ["Lương 7", "Lương 6"]


def test_many_new_papers_are_counted_up_to_a_number(as_, filed, keep, monkeypatch):
    monkeypatch.setattr(saved_searches, "MOST_NEW", 2)
    keep()
    filed("Lương 1", "Lương 2", "Lương 3")

    assert new(as_) == [2]


def test_papers_that_wait_in_the_tray_are_not_news(as_, site, keep):
    from hoso.testing.things import a_waiting_paper

    keep()
    with as_("officer") as desk:
        a_waiting_paper(desk, words="Lương chờ kiểm tra")
    site.follower.catch_up()

    assert new(as_) == [0]


def test_news_nobody_wants_are_not_counted(as_, filed, keep):
    keep(alert=False)
    filed("Lương tháng 2")

    assert new(as_) == [0]
    with as_("clerk") as desk:
        assert saved_searches.alerts(desk, desk.site) == ()


def test_a_search_that_cannot_be_asked_any_more_says_why_and_stops_no_other(as_, filed, keep):
    """A unit loses the name that was typed: a fault, told beside that search alone."""
    keep("officer", name="a", question=Question('đơn vị:"Đơn vị Mẫu Bên"'))
    keep("officer", name="b")
    with as_("officer") as desk:
        desk.site.unit_by_key["ben"].name = "Đơn vị Khác"
    filed("Lương tháng 2")

    with as_("officer") as desk:
        first, second = saved_searches.saved(desk, desk.site)
        told = [line.new for line in saved_searches.alerts(desk, desk.site)]
    assert isinstance(first.fault, Invalid)
    assert (second.fault, second.new, told) == (None, 1, [1])


@pytest.mark.parametrize(
    ("words", "field"),
    [
        ({"name": "  "}, "name"),
        ({"name": "x" * 101}, "name"),
        ({"name": "LUONG"}, "name"),
        ({"question": Question()}, "query"),
        ({"question": Question('"lương')}, "query"),
        ({"question": Question("đơn vị:không-có")}, "query"),
    ],
    ids=["no name", "long", "taken but for marks", "nothing asked", "open quote", "no such unit"],
)
def test_what_cannot_be_kept_is_told_by_field(keep, words, field):
    keep()

    with pytest.raises(Invalid) as refused:
        keep(**{"name": "Khác", **words})

    assert [fault.field for fault in refused.value.faults] == [field]


def test_a_person_keeps_so_many_and_no_more(site, keep):
    profile = site.rulebook.profile
    search = {**profile.settings["search"], "saved_most": 2}
    profile = replace(profile, settings={**profile.settings, "search": search})
    site.rulebook = replace(site.rulebook, profile=profile)
    keep(name="a")
    keep(name="b")

    with pytest.raises(Invalid) as refused:
        keep(name="c")

    assert refused.value.faults[0].facts["most"] == 2


def test_another_persons_search_is_as_one_that_never_was(as_, keep):
    key = keep("clerk")

    for deed in (saved_searches.news, saved_searches.forget, saved_searches.catch_up):
        with pytest.raises(Missing), as_("officer") as desk:
            deed(desk, desk.site, key=key)


def test_who_comes_after_under_a_login_does_not_find_the_searches_of_before(site, as_, keep):
    keep("clerk")

    with site.databases.connection() as connection:
        saved_searches.drop_all(connection.root(), "clerk")
        connection.transaction_manager.commit()

    assert new(as_) == []


def test_the_journal_has_what_was_kept_looked_at_renamed_and_removed(as_, keep, entries):
    key = keep()
    with as_("clerk") as desk:
        saved_searches.news(desk, desk.site, key=key)
        saved_searches.rename(desk, desk.site, key=key, name="Mới", alert=False)
        saved_searches.forget(desk, desk.site, key=key)

    told = [entry for entry in entries() if entry.actor == "clerk"]
    assert {entry.verb for entry in told} == {
        "search.kept",
        "search.news-seen",
        "search.renamed",
        "search.forgotten",
    }
    assert {e.details["query"] for e in told if "query" in e.details} == {"lương"}
