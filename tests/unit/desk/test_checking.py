"""A second person compares with the paper; a filing is undone by who did it."""

from __future__ import annotations

from datetime import timedelta
from types import MappingProxyType

import pytest

from hoso.desk import checking, documents, holding, intake
from hoso.kernel.errors import Conflict, HosoError, Invalid
from hoso.testing.service import let_keep, let_stand
from hoso.testing.things import a_dossier, a_filed_paper, a_waiting_paper

TYPED = {"type": "D05", "title": "Về việc nâng bậc lương", "date": "05/09/2024"}


@pytest.fixture
def filed(as_):
    """Id of a paper that the clerk filed today."""
    with as_("clerk") as desk:
        paper = a_waiting_paper(desk, words="1", serial="S-7")
        intake.file(desk, paper, dossier="T-0001", typed=TYPED, revision=None)
        return paper.id


def compare(desk, number):
    paper = desk.site.by_id[number]
    checking.compare(desk, paper, revision=paper.revision)
    return paper


def test_another_person_compares_and_it_stands_with_name_and_day(as_, filed, entries):
    with as_("officer") as desk:
        paper = compare(desk, filed)
        assert (paper.compared_by, paper.compared_at) == ("officer", desk.now)

    told = entries("document.compared")[0]
    assert (told.actor, told.details["filed_by"]) == ("officer", "clerk")


def test_who_filed_it_is_no_second_person(as_, filed):
    with as_("clerk") as desk, pytest.raises(Invalid, match="Somebody else"):
        compare(desk, filed)


def test_who_described_it_anew_is_no_second_person_either(as_, filed):
    with as_("officer") as desk:
        paper = desk.site.by_id[filed]
        documents.edit(desk, paper, typed={**TYPED, "title": "Khác"}, revision=paper.revision)
    with as_("officer") as desk, pytest.raises(Invalid, match="Somebody else"):
        compare(desk, filed)


def test_a_change_of_the_description_lets_the_comparison_fall_and_says_whose(as_, filed, entries):
    with as_("officer") as desk:
        compare(desk, filed)
    with as_("clerk") as desk:
        paper = desk.site.by_id[filed]
        documents.edit(desk, paper, typed={**TYPED, "title": "Khác"}, revision=paper.revision)
        assert paper.compared_at == paper.compared_by == ""

    assert entries("document.described")[-1].details["compared.before"].startswith("officer 2026")


def test_saving_the_same_again_lets_the_comparison_stand(as_, filed):
    with as_("officer") as desk:
        compare(desk, filed)
    with as_("clerk") as desk:
        paper = desk.site.by_id[filed]
        typed = {name: getattr(paper, name) for name in TYPED}
        documents.edit(desk, paper, typed=typed, revision=paper.revision)
        assert paper.compared_by == "officer"


def test_what_waits_to_be_compared_is_listed_for_others_and_leaves_when_it_is(as_, filed):
    with as_("clerk") as desk:
        assert checking.to_compare(desk, desk.unit("nhanh")).documents == ()
    with as_("officer") as desk:
        listed = checking.to_compare(desk, desk.unit("nhanh"))
        assert [paper.id for paper in listed.documents] == [filed]
        compare(desk, filed)
        assert checking.to_compare(desk, desk.unit("nhanh")).documents == ()


def test_the_list_goes_on_where_its_page_ended(as_):
    with as_("clerk") as desk:
        for n in range(5):
            paper = a_waiting_paper(desk, words=str(n))
            intake.file(desk, paper, dossier="T-0001", typed=TYPED, revision=None)

    with as_("officer") as desk:
        seen, after = [], ""
        for expected in (2, 2, 1):
            page = checking.to_compare(desk, desk.unit("nhanh"), after=after, limit=2)
            assert len(page.documents) == expected
            seen, after = [*seen, *page.documents], page.after
        assert len(set(seen)) == 5


def test_a_paper_one_may_not_see_is_not_listed(as_):
    with as_("archivist") as desk:
        secret = a_dossier(desk, level=3)
        a_filed_paper(desk, secret)

    with as_("clerk") as desk:
        assert checking.to_compare(desk, desk.unit("nhanh")).documents == ()


def test_the_list_follows_a_dossier_to_its_new_unit(as_, filed):
    with as_("officer") as desk:
        dossier = desk.site.dossiers["T-0001"]
        let_keep(desk, dossier, "ben")
        assert checking.to_compare(desk, desk.unit("nhanh")).documents == ()
        assert len(checking.to_compare(desk, desk.unit("ben")).documents) == 1


@pytest.mark.parametrize(("share", "least", "most"), [(0.0, 0, 0), (0.5, 25, 75), (1.0, 100, 100)])
def test_a_share_of_the_papers_is_drawn(site, monkeypatch, share, least, most):
    """Of a hundred ids drawn at random, half gives 25 to 75 but once in two million times."""
    from hoso.records.model import Document

    settings = {**site.rulebook.profile.settings, "checking": {"second_person_share": share}}
    house = type("House", (), {})()
    house.rulebook = type("R", (), {"profile": type("P", (), {"settings": settings})})

    drawn = sum(checking._drawn(house, Document()) for _ in range(100))

    assert least <= drawn <= most


def test_settings_of_the_base_ask_for_every_paper(site):
    settings = site.rulebook.profile.settings["checking"]

    assert settings == MappingProxyType({"second_person_share": 1.0})


# Undo ------------------------------------------------------------------------------------


def test_on_a_clock_that_runs_a_filing_is_undone_too(as_, monkeypatch):
    """What is read from a clock twice is two instants."""
    from datetime import UTC, datetime
    from itertools import count

    from hoso.kernel.clock import FrozenClock

    ticks = (datetime(2026, 3, 2, 2, 0, second, tzinfo=UTC) for second in count())
    monkeypatch.setattr(FrozenClock, "now", lambda _self: next(ticks))
    with as_("clerk") as desk:
        paper = a_waiting_paper(desk, words="1")
        intake.file(desk, paper, dossier="T-0001", typed=TYPED, revision=None)

        assert unfile(desk, paper.id).state == "waiting"


def unfile(desk, number):
    paper = desk.site.by_id[number]
    checking.unfile(desk, paper, revision=paper.revision)
    return paper


def test_a_filing_is_undone_and_the_paper_lies_in_the_tray_as_described(as_, filed, entries):
    with as_("clerk") as desk:
        uid = desk.site.by_id[filed].uid
        paper = unfile(desk, filed)

        assert (paper.uid, paper.serial, paper.title) == (uid, "S-7", TYPED["title"])
        assert (paper.state, paper.dossier, paper.filed_by) == ("waiting", None, "")
        assert intake.tray(desk, desk.unit("nhanh")).documents == (paper,)
        assert uid not in desk.site.dossiers["T-0001"]
        intake.file(desk, paper, dossier="T-0001", typed=TYPED, revision=paper.revision)

    assert entries("document.unfiled")[0].details["out_of"] == "T-0001"


def test_a_filing_of_somebody_else_is_not_undone(as_, filed):
    with as_("officer") as desk, pytest.raises(Invalid, match="Only who filed"):
        unfile(desk, filed)


def test_a_filing_of_yesterday_is_not_undone(as_, filed, clock):
    clock.advance(timedelta(hours=15))  # from nine in the morning past midnight in Vietnam

    with as_("clerk") as desk, pytest.raises(Invalid, match="on the same day only"):
        unfile(desk, filed)


def test_the_same_evening_it_still_is(as_, filed, clock):
    clock.advance(timedelta(hours=14, minutes=59))

    with as_("clerk") as desk:
        assert unfile(desk, filed).state == "waiting"


def test_a_paper_that_was_touched_since_stays(as_, filed, clock):
    clock.advance(timedelta(minutes=1))
    with as_("officer") as desk:
        compare(desk, filed)

    with as_("clerk") as desk, pytest.raises(Invalid, match="was changed since"):
        unfile(desk, filed)


def test_a_paper_that_a_status_rests_on_stays(as_, filed):
    with as_("officer") as desk:
        dossier = desk.site.dossiers["T-0001"]
        evidence = desk.site.by_id[filed].uid
        let_stand(desk, dossier, status="NGHI_HUU", effective="01/01/2025", evidence=evidence)

    with as_("clerk") as desk, pytest.raises(Invalid, match="status of the person rests"):
        unfile(desk, filed)


def test_a_held_paper_stays(as_, filed):
    with as_("officer") as desk:
        holding.place_hold(desk, desk.site.by_id[filed], reason="Tòa án hỏi", authority="12/CV")

    with as_("clerk") as desk, pytest.raises(Invalid, match="on hold"):
        unfile(desk, filed)


def test_who_saw_an_older_state_is_told(as_, filed):
    with as_("clerk") as desk, pytest.raises(Conflict):
        checking.unfile(desk, desk.site.by_id[filed], revision=99)


def test_who_may_not_file_may_not_undo(as_, filed):
    with as_("head") as desk, pytest.raises(HosoError):
        unfile(desk, filed)
