"""Secrecy is decided: determined, extended, raised, lowered, lifted; faults all at once."""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hoso.app.marks import sweep_marks
from hoso.definitions import load
from hoso.desk import determining, documents, dossiers, marking, searching
from hoso.desk.mark_register import listed
from hoso.kernel.errors import Forbidden, Invalid, Missing
from hoso.records.marking import level_of, level_on
from hoso.records.model import Document, Dossier, Mark
from hoso.testing.things import a_dossier, a_filed_paper, a_waiting_paper

#: Before Law 117/2025/QH15: the terms of Law 29/2018/QH14 art. 19 hold.
DECISION = {
    "level": "2",
    "basis": "Danh mục 2500/QĐ-TTg, mục 3",
    "determiner": "Giám đốc Sở Mẫu",
    "decision": "7/QĐ-M",
    "decided": "02/03/2021",
    "years": "10",
    "copies": "2",
    "recipients": "Sở Nội vụ Mẫu",
    "copying": "Không được sao",
}


DAY = date(2026, 3, 2)


@cache
def rulebook(home):
    """The rulebook of the tests, read once."""
    return load(home, "test")


@pytest.fixture
def paper(as_):
    """A filed paper, by its uid; connections close."""
    with as_("officer") as desk:
        return a_filed_paper(desk, desk.site.dossiers["T-0001"]).uid


def go_to(clock, *moment):
    """Move the clock to a moment in UTC, seven hours behind Vietnam."""
    clock.advance(datetime(*moment, tzinfo=UTC) - clock.now())


def found(desk, uid):
    return desk.find(uid, Document)


def decide(desk, uid, how, **words):
    record = found(desk, uid)
    return how(desk, record, typed={**DECISION, **words}, revision=record.revision)


def faults_of(refused):
    return [fault.field for fault in refused.value.faults]


def test_a_secret_is_determined_with_all_that_its_decision_says(as_, paper, entries):
    with as_("officer") as desk:
        mark = decide(desk, paper, marking.determine)

        assert (mark.act, mark.level, mark.until) == ("determined", 2, "2031-03-02")
        assert (mark.decided, mark.decision, mark.copies) == ("2021-03-02", "7/QĐ-M", 2)
        assert level_of(found(desk, paper), desk.today) == 2

    told = entries("mark.determined")[0]
    assert (told.record, told.details["before"], told.details["after"]) == (paper, 1, 2)
    assert told.details["determiner"] == "Giám đốc Sở Mẫu"


def test_every_fault_is_told_at_once(as_, paper):
    with as_("officer") as desk, pytest.raises(Invalid) as refused:
        decide(desk, paper, marking.determine, level="3", basis="", determiner=" ", decision="",
               decided="03/03/2026", copies="viele", document="nirgends")  # fmt: skip

    assert sorted(faults_of(refused)) == [
        "basis", "copies", "decided", "decision", "determiner", "document", "level",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("level", "decided", "years", "refused"),
    [
        ("2", "28/02/2026", "10", False),
        ("2", "28/02/2026", "11", True),
        ("3", "28/02/2026", "20", False),
        ("3", "28/02/2026", "21", True),
        ("4", "28/02/2026", "30", False),
        ("4", "28/02/2026", "31", True),
        ("2", "01/03/2026", "11", True),
        ("2", "01/06/2010", "40", False),
    ],
    ids=[
        "10",
        "over 10",
        "20",
        "over 20",
        "30",
        "over 30",
        "of 2025, not verified",
        "no law known",
    ],
)
def test_no_term_is_longer_than_the_law_of_the_day(site, as_, level, decided, years, refused):
    with as_("officer") as desk:
        uid = a_filed_paper(desk, desk.site.dossiers["T-0001"]).uid
    identity = cleared(site, "officer")
    with as_(identity) as desk:
        if not refused:
            assert decide(desk, uid, marking.determine, level=level, decided=decided, years=years)
            return
        with pytest.raises(Invalid) as told:
            decide(desk, uid, marking.determine, level=level, decided=decided, years=years)
        assert faults_of(told) == ["years"]


def cleared(site, login, clearance=4):
    from dataclasses import replace

    from hoso.testing.sites import identity

    return replace(identity(site, login), clearance=clearance)


@pytest.mark.parametrize("decided", ["", "2021", "03/2021"], ids=["unknown", "year", "month"])
def test_of_a_day_that_is_not_known_no_end_is_made_up(as_, paper, decided):
    with as_("officer") as desk:
        with pytest.raises(Invalid) as refused:
            decide(desk, paper, marking.determine, decided=decided)
        assert faults_of(refused) == ["years"]
        mark = decide(desk, paper, marking.determine, decided=decided, years="")

        assert mark.until == ""
        assert marking.possible(found(desk, paper), desk.today)[0] == "determined"


def test_a_last_day_may_be_stated_where_only_the_year_is_known(as_, paper):
    with as_("officer") as desk:
        mark = decide(desk, paper, marking.determine, decided="2021", years="", until="30/06/2030")

        assert (mark.decided, mark.until) == ("2021", "2030-06-30")


def test_a_term_is_extended_once_and_again_by_no_more_than_its_first(as_, paper):
    with as_("officer") as desk:
        decide(desk, paper, marking.determine)
        with pytest.raises(Invalid) as refused:
            decide(desk, paper, marking.extend, decided="01/03/2026", years="11")
        assert faults_of(refused) == ["years"]
        first = decide(desk, paper, marking.extend, decided="01/03/2026", years="10")
        second = decide(desk, paper, marking.extend, decided="02/03/2026", years="10")

        assert (first.until, second.until) == ("2041-03-02", "2051-03-02")
        assert [mark.act for mark in found(desk, paper).marks] == [
            "determined",
            "extended",
            "extended",
        ]


def test_what_has_ended_is_extended_only_by_a_decision_made_in_time(as_, paper):
    """Recorded late, but decided on the last day, it holds; decided a day later, it does not."""
    with as_("officer") as desk:
        decide(desk, paper, marking.determine, decided="01/03/2016")
        assert level_of(found(desk, paper), desk.today) == 1
        with pytest.raises(Invalid) as refused:
            decide(desk, paper, marking.extend, decided="02/03/2026")
        assert faults_of(refused) == ["decided"]
        with pytest.raises(Invalid) as unclear:
            decide(desk, paper, marking.extend, decided="03/2026")
        assert faults_of(unclear) == ["decided"]
        decide(desk, paper, marking.extend, decided="01/03/2026")

        assert level_of(found(desk, paper), desk.today) == 2


def test_a_level_is_raised_above_and_lowered_below(site, as_, paper):
    officer = cleared(site, "officer")
    with as_(officer) as desk:
        decide(desk, paper, marking.determine, level="3", years="20")
        for how, level in ((marking.raise_, "3"), (marking.lower, "3")):
            with pytest.raises(Invalid) as refused:
                decide(desk, paper, how, level=level, decided="02/03/2026", years="")
            assert faults_of(refused) == ["level"]
        with pytest.raises(Invalid) as too_long:
            decide(desk, paper, marking.lower, level="2", decided="02/03/2026", years="")
        assert faults_of(too_long) == ["until"]
        lowered = decide(desk, paper, marking.lower, level="2", decided="02/03/2026", years="5")

        assert (lowered.level, lowered.until) == (2, "2031-03-02")
        assert level_of(found(desk, paper), desk.today) == 2


def test_nobody_sets_or_changes_a_level_above_his_clearance(site, as_, paper):
    with as_("officer") as desk, pytest.raises(Invalid) as refused:
        decide(desk, paper, marking.determine, level="3")
    assert faults_of(refused) == ["level"]
    with as_(cleared(site, "officer")) as desk:
        decide(desk, paper, marking.determine, level="3")

    with as_("officer") as desk, pytest.raises(Missing):
        found(desk, paper)


def test_a_lifted_secret_is_what_it_was_and_says_who_lifted_it(as_, paper):
    with as_("officer") as desk:
        decide(desk, paper, marking.determine)
        with pytest.raises(Invalid) as wanting:
            decide(desk, paper, marking.lift, decision="", decided="")
        assert sorted(faults_of(wanting)) == ["decided", "decision"]
        decide(desk, paper, marking.lift, decided="02/03/2026", decision="9/QĐ-M")

        assert level_of(found(desk, paper), desk.today) == 1


def test_a_level_nobody_decided_goes_over_into_the_mark_and_ends_with_it(as_, clock):
    with as_("officer") as desk:
        uid = a_filed_paper(desk, desk.site.dossiers["T-0001"], type_="G03", level=2).uid
        view = marking.view_of(desk, found(desk, uid))
        assert (view.undetermined, view.possible) == (True, ("determined", "lifted"))
        decide(desk, uid, marking.determine)
        assert not marking.view_of(desk, found(desk, uid)).undetermined

    go_to(clock, 2031, 3, 3, 2, 0)
    with as_("officer") as desk:
        assert level_of(found(desk, uid), desk.today) == 1


def test_a_misread_stamp_is_lifted_by_who_may_without_a_decision_number(as_):
    with as_("officer") as desk:
        uid = a_waiting_paper(desk, level=2).uid
        denied = decide(desk, uid, marking.lift, decision="", decided="",
                        basis="Chữ MẬT trong 'bảo mật thông tin' đọc nhầm")  # fmt: skip

        assert (denied.level, denied.before) == (1, 2)
        assert level_of(found(desk, uid), desk.today) == 1


def test_a_described_paper_keeps_its_mark_and_no_more(as_, paper, clock):
    """The form shows today's level; saving it must not make that last for ever."""
    typed = {"type": "D05", "title": "Mới", "level": "2"}
    with as_("officer") as desk:
        decide(desk, paper, marking.determine)
        documents.edit(desk, found(desk, paper), typed=typed, revision=found(desk, paper).revision)
        assert level_of(found(desk, paper), desk.today) == 2
        with pytest.raises(Invalid) as refused:
            documents.edit(desk, found(desk, paper), typed={**typed, "level": "1"},
                           revision=found(desk, paper).revision)  # fmt: skip
        assert faults_of(refused) == ["level"]

    go_to(clock, 2031, 3, 3, 2, 0)
    with as_("officer") as desk:
        assert level_of(found(desk, paper), desk.today) == 1


def test_who_may_not_determine_is_refused_and_who_may_not_see_learns_nothing(as_, paper):
    with as_("clerk") as desk, pytest.raises(Forbidden):
        decide(desk, paper, marking.determine)
    with as_("nobody") as desk, pytest.raises(Missing):
        marking.determine(desk, desk.site.by_id[next(iter(desk.site.by_id))], typed={}, revision=1)


def test_a_marked_dossier_closes_its_papers_and_shows_its_highest_inside(site, as_, paper):
    officer = cleared(site, "officer")
    with as_(officer) as desk:
        decide(desk, paper, marking.determine, level="4", years="30")
        view = dossiers.look(desk, desk.find("T-0001"))
        assert (view.level, view.highest) == (1, 4)
    with as_("clerk") as desk:
        view = dossiers.look(desk, desk.find("T-0001"))
        assert (view.level, view.highest, view.count) == (1, 1, 0)

    with as_(officer) as desk:
        dossier = desk.find("T-0001", Dossier)
        marking.determine(desk, dossier, typed={**DECISION, "level": "3", "years": "20"},
                          revision=dossier.revision)  # fmt: skip
    with as_("clerk") as desk, pytest.raises(Missing):
        desk.find("T-0001")


def test_holders_are_told_of_what_changes_within_fifteen_days(as_, paper):
    with as_("officer") as desk:
        decide(desk, paper, marking.determine)
        assert not listed(desk, desk.site).owed
        decide(desk, paper, marking.extend, decided="01/03/2026", years="10")
        line = listed(desk, desk.site).owed[0]
        assert (line.record.uid, line.day, line.number) == (paper, "2026-03-16", 1)
        with pytest.raises(Invalid):
            marking.notice_sent(desk, line.record, number=1, how="")
        marking.notice_sent(desk, line.record, number=1, how="Công văn 3/CV-M")
        assert not listed(desk, desk.site).owed


def test_lists_say_what_ends_soon_what_nobody_decided_and_what_has_no_end(site, as_):
    with as_("officer") as desk:
        here = desk.site.dossiers["T-0001"]
        soon, late, bare, endless = (
            a_filed_paper(desk, here, words=word, level=2 if word == "bare" else 1).uid
            for word in ("soon", "late", "bare", "endless")
        )
        decide(desk, soon, marking.determine, years="", until="31/05/2026")
        decide(desk, late, marking.determine, years="", until="01/06/2026")
        decide(desk, endless, marking.determine, years="")
        found_ = listed(desk, desk.site, days=90)

        assert [line.record.uid for line in found_.ending] == [soon]
        assert [line.record.uid for line in found_.bare] == [bare]
        assert [line.record.uid for line in found_.endless] == [endless]
    with as_(cleared(site, "officer", 1)) as desk:
        assert listed(desk, desk.site) == type(found_)((), (), (), (), ())


def test_the_journal_hears_once_that_a_mark_ended(site, as_, paper, clock, entries):
    with as_("officer") as desk:
        decide(desk, paper, marking.determine, years="", until="10/03/2026")
    site.follower.catch_up()

    go_to(clock, 2026, 3, 10, 16, 59)
    assert sweep_marks(site) == 0
    go_to(clock, 2026, 3, 10, 17, 1)
    assert (sweep_marks(site), sweep_marks(site)) == (1, 0)
    go_to(clock, 2026, 3, 5, 2, 0)
    assert sweep_marks(site) == 0
    go_to(clock, 2026, 3, 12, 2, 0)
    assert sweep_marks(site) == 0

    told = entries("mark.ended")
    assert [(one.actor, one.record, one.details["until"]) for one in told] == [
        ("machine:keeper", paper, "2026-03-10")
    ]
    with as_("officer") as desk:
        lists = listed(desk, desk.site)
        assert [line.record.uid for line in lists.ended] == [paper]
        assert [line.day for line in lists.owed] == ["2026-03-26"]


def test_who_is_not_cleared_finds_the_paper_from_the_day_its_mark_ended(site, as_, clock):
    low = cleared(site, "clerk", 1)
    with as_("officer") as desk:
        uid = a_filed_paper(desk, desk.site.dossiers["T-0001"], words="Nâng bậc lương").uid
        decide(desk, uid, marking.determine, years="", until="10/03/2026")
    site.follower.catch_up()
    with as_(low) as desk:
        hidden = searching.search(desk, desk.site, text="nâng bậc")
        assert (hidden.total, hidden.facets) == (0, ())

    go_to(clock, 2026, 3, 11, 2, 0)
    sweep_marks(site)
    site.follower.catch_up()
    with as_(low) as desk:
        assert searching.search(desk, desk.site, text="nâng bậc").total == 1


def test_a_tray_counts_no_paper_that_is_marked_above_its_reader(site, as_, clock):
    from hoso.desk import intake

    low = cleared(site, "clerk", 1)
    with as_("officer") as desk:
        uid = a_waiting_paper(desk).uid
        decide(desk, uid, marking.determine, years="", until="10/03/2026")
    counted = []
    for day in (10, 11):
        go_to(clock, 2026, 3, day, 2, 0)
        with as_(low) as desk:
            tray = intake.tray(desk, desk.unit("nhanh"))
            counted.append((tray.total, tray.counts["waiting"], len(tray.documents)))

    assert counted == [(0, 0, 0), (1, 1, 1)]


def test_two_who_decide_at_once_do_not_write_over_each_other(as_, paper):
    from hoso.kernel.errors import Conflict

    with as_("officer") as desk:
        record = found(desk, paper)
        marking.determine(desk, record, typed=DECISION, revision=record.revision)
        with pytest.raises(Conflict):
            marking.lift(desk, record, typed=DECISION, revision=record.revision - 1)


def test_a_decision_rests_on_a_paper_of_the_dossier(as_, paper):
    with as_("officer") as desk:
        other = a_filed_paper(desk, a_dossier(desk), words="QĐ").uid
        with pytest.raises(Invalid) as refused:
            decide(desk, paper, marking.determine, document=other)
        assert faults_of(refused) == ["document"]
        own = a_filed_paper(desk, desk.site.dossiers["T-0001"], words="QĐ hai").uid

        assert decide(desk, paper, marking.determine, document=own).document == own


TYPED = st.dictionaries(
    st.sampled_from(determining.FIELDS),
    st.one_of(
        st.text(max_size=40),
        st.sampled_from(
            [
                "2",
                "3",
                "4",
                "9999",
                "01/03/2021",
                "31/02/2021",
                "2021",
                "31/12/9999",
                "0",
                "٢",
                "\u202e4",
            ]
        ),
    ),
)
CHAIN = st.lists(
    st.builds(
        Mark,
        act=st.sampled_from(determining.ACTS),
        level=st.integers(2, 4),
        until=st.sampled_from(["", "0001-01-01", "2026-03-02", "9999-12-31"]),
        basis=st.just("x"),
        determiner=st.just("x"),
        decided=st.sampled_from(["", "0001", "2021-03", "2021-03-02", "9999-12-31"]),
        decision=st.just("x"),
        document=st.just(""),
        at=st.just("2026-03-02T02:00:00Z"),
        by=st.just("x"),
    ),
    max_size=3,
).map(tuple)


@given(st.sampled_from(determining.ACTS), TYPED, CHAIN, st.integers(0, 4))
def test_whatever_is_typed_is_a_decision_within_ones_clearance_or_faults_at_fields(
    home, act, typed, chain, clearance
):
    book = rulebook(home)
    now = determining.Situation(chain, level_on(1, chain, DAY), DAY, clearance, frozenset())
    try:
        found = determining.read_decision(book, act, typed=typed, now=now)
    except Invalid as error:
        assert {fault.field for fault in error.faults} <= set(determining.FIELDS)
        return

    assert act == "lifted" or found.level <= clearance
    assert found.decided == "" or found.decided <= "2026-03-02"
    assert not found.until or found.until == str(date.fromisoformat(found.until))
