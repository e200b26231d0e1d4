"""What runs out when: counted by hand from the tables of the profile ``test``, on a frozen day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from hoso.app.taking_effect import gather_births
from hoso.definitions import working_days
from hoso.desk import deadlines, dossiers, handing_over, leaving
from hoso.kernel.errors import Missing
from hoso.personnel.deadlines import days_left, state_of
from hoso.testing.disposals import a_due_dossier, a_second_head, approved_list
from hoso.testing.service import let_stand
from hoso.testing.things import a_dossier, a_filed_paper
from hoso.web import handovers

CODE = "T-0001"
#: Monday 2 March 2026 is today.  Leaving on it, by way of retirement.
RETIRED = {
    "kind": "retirement", "effective": "02/03/2026", "decision": "12/QĐ", "reason": "HUU",
    "form": "DUNG_TUOI",
}  # fmt: skip


def stand(as_, status, effective, code=CODE):
    with as_("officer") as desk:
        let_stand(desk, desk.site.dossiers[code], status=status, effective=effective)


def clocks(as_, who="officer", code=CODE):
    """The deadlines of a person: what is asked, by when, how it stands."""
    with as_(who) as desk:
        found = deadlines.of_person(desk, desk.site.dossiers[code])
        return [
            (
                one.deadline.key if one.deadline is not None else one.what,
                one.due.isoformat() if one.due is not None else "",
                one.state,
            )
            for one in found
        ]


def test_who_is_new_must_have_a_dossier_in_fifteen_working_days(as_):
    """The profile ``test`` says 15 working days; the day of the event is not counted."""
    stand(as_, "TAP_SU", "02/03/2026")

    assert clocks(as_) == [("new-dossier", "2026-03-23", "running")]
    with as_("officer") as desk:
        (one,) = deadlines.of_person(desk, desk.site.dossiers[CODE])
        # As the type of dossier asks for them at recruitment (TT 11/2012/TT-BNV Đ.9, Đ.10).
        assert one.types == ("A01", "A02", "B01", "B03", "C01", "D01", "M01")
        assert (one.left, one.responsible, one.mine) == (15, "clerk", False)
        for type_ in one.types:
            a_filed_paper(desk, desk.site.dossiers[CODE], type_=type_, words=type_)
    assert clocks(as_) == []


def test_a_dossier_taken_over_from_paper_lacks_papers_and_is_not_late(as_):
    stand(as_, "DANG_CT", "01/09/1990")

    # What he declares every year (QĐ 14/QĐ-THLT Đ.8.2b) is asked of him all the same.
    assert clocks(as_) == [("individual-change", "2026-12-31", "running")]


def test_of_whom_nothing_is_recorded_nothing_is_guessed(as_):
    assert clocks(as_) == []
    # Known to the year: asked, without a day.
    stand(as_, "TAP_SU", "2026")
    assert clocks(as_) == [("new-dossier", "", "unknown")]


def test_the_declaration_of_the_year_is_done_when_it_is_filed_and_asked_anew_the_next(as_, clock):
    stand(as_, "DANG_CT", "01/09/1990")
    with as_("clerk") as desk:
        dossier = desk.site.dossiers[CODE]
        a_filed_paper(desk, dossier, type_="A04", date="2025-12-20", words="năm ngoái")
        assert len(deadlines.of_person(desk, dossier)) == 1
        a_filed_paper(desk, dossier, type_="A04", date="2026-02-20", words="năm nay")
    assert clocks(as_) == []

    clock.advance(timedelta(days=310))  # 6 January 2027
    assert clocks(as_) == [("individual-change", "2027-12-31", "running")]


def test_leaving_stops_the_clocks_its_way_names_and_undone_they_run_again(as_):
    stand(as_, "DANG_CT", "01/09/1990")
    with as_("officer") as desk:
        uid = leaving.record(desk, desk.site.dossiers[CODE], typed=RETIRED).uid
    assert ("individual-change", "2026-12-31", "stopped") in clocks(as_)
    with as_("officer") as desk:
        stopped = deadlines.of_person(desk, desk.site.dossiers[CODE])[-1].stopped
        assert (stopped.since, stopped.way, stopped.leaving) == ("2026-03-02", "retirement", uid)
        leaving.undo(desk, desk.site.dossiers[CODE], leaving=uid, reason="Ghi nhầm người")

    assert clocks(as_) == [("individual-change", "2026-12-31", "running")]


def test_a_leaving_to_come_stops_nothing_yet_and_who_comes_back_declares_again(as_, clock):
    stand(as_, "DANG_CT", "01/09/1990")
    stand(as_, "THOI_VIEC", "10/03/2026")
    assert ("individual-change", "2026-12-31", "running") in clocks(as_)
    clock.advance(timedelta(days=8))
    assert ("individual-change", "2026-12-31", "stopped") in clocks(as_)

    clock.advance(timedelta(days=22))
    stand(as_, "DANG_CT", "01/04/2026")
    assert ("individual-change", "2026-12-31", "running") in clocks(as_)


def test_what_a_leaving_wants_is_on_the_list_of_whose_task_it_is(as_, clock):
    """``own-decision`` and ``other-decision`` are 15 days, of the clerk; so is ``status-change``."""
    stand(as_, "DANG_CT", "01/09/1990")
    stand(as_, "NGHI_HUU", "02/03/2026")
    with as_("clerk") as desk:
        assert deadlines.glance(desk, desk.site) == []
    clock.advance(timedelta(days=15))  # 17 March
    with as_("clerk") as desk:
        mine = deadlines.glance(desk, desk.site)
        assert [(one.due, one.left, one.state) for one in mine] == [
            (date(2026, 3, 17), 0, "soon")
        ] * 2
    clock.advance(timedelta(days=1))
    with as_("clerk") as desk:
        mine = deadlines.glance(desk, desk.site)
        assert [(one.left, one.state, one.what) for one in mine] == [(-1, "overdue", "item")] * 2
        everything = deadlines.listed(desk, desk.site).clocks
        assert len([one for one in everything if one.what == "item"]) == 5
        assert {one.state for one in everything} == {"overdue", "stopped"}
        # Of another unit, nothing; of one that is not there, not even that.
        assert deadlines.listed(desk, desk.site, mine=True).clocks == tuple(mine)
        with pytest.raises(Missing):
            deadlines.listed(desk, desk.site, unit="x")
    with as_("officer") as desk:
        # Its people are told when the index is built; what needs none is told at once.
        board = deadlines.listed(desk, desk.site, unit="ben")
        assert (board.clocks, board.waiting) == ((), True)
        assert len(deadlines.listed(desk, desk.site, unit="nhanh").clocks) == 6


def test_a_unit_shows_the_deadlines_of_each_of_its_people(site, as_):
    stand(as_, "DANG_CT", "01/09/1990")
    with as_("officer") as desk:
        a_dossier(desk, code="T-0300", unit="ben")
    stand(as_, "TAP_SU", "02/03/2026", code="T-0300")
    site.catch_up()
    with as_("officer") as desk:
        all_ = deadlines.listed(desk, desk.site, unit="goc")
        assert [(one.dossier.code, one.what) for one in all_.clocks] == [
            ("T-0300", "papers"), (CODE, "papers"),
        ]  # fmt: skip
        assert (all_.looked_at, all_.more) == (2, False)
        below = deadlines.listed(desk, desk.site, unit="nhanh")
        assert [one.dossier.code for one in below.clocks] == [CODE]
    # A head sees his own people alone.
    with as_("head") as desk, pytest.raises(Missing):
        deadlines.listed(desk, desk.site, unit="ben")


def test_a_handover_is_the_task_of_who_signs_and_in_dispute_of_who_sent_it(site, as_, clock):
    with as_("officer") as desk:
        number = handing_over.send(
            desk, desk.unit("nhanh"), codes=[CODE], target="goc", decision="7/QĐ", envelope="",
            told=handovers.teller(site), reason=handovers.reason(),
        ).number  # fmt: skip
    clock.advance(timedelta(days=7))  # Monday 9 March; ten working days end on the 16th

    def of_handovers(who):
        with as_(who) as desk:
            found = deadlines.listed(desk, desk.site).clocks
            return [(one.due, one.left, one.state, one.mine) for one in found if one.number]

    assert of_handovers("archivist") == [(date(2026, 3, 16), 5, "soon", True)]
    assert of_handovers("officer") == [(date(2026, 3, 16), 5, "soon", False)]
    with as_("archivist") as desk:
        handing_over.dispute(desk, desk.unit("goc"), handover=number, reason="Thiếu")
    assert of_handovers("officer") == [(date(2026, 3, 16), 5, "soon", True)]


def test_an_approved_destruction_runs_fifteen_days(site, as_):
    """TT 06/2025/TT-BNV: within 15 days of the decision, which is dated today."""
    with as_("operator") as desk:
        a_second_head(desk)
        a_due_dossier(desk, "T-0400")
    number = approved_list(site, ["T-0400"])

    with as_("archivist") as desk:
        (one,) = (c for c in deadlines.listed(desk, desk.site).clocks if c.what == "disposal")
        assert (one.number, one.due, one.left) == (number, date(2026, 3, 17), 15)


def test_of_who_left_before_the_dossier_was_kept_here_nothing_is_late(as_, clock):
    """Whether the paper file was completed in time in 2009 nobody here knows."""
    stand(as_, "DANG_CT", "01/09/1990")
    stand(as_, "NGHI_HUU", "01/06/2009")

    found = clocks(as_)
    assert {state for _, _, state in found} == {"unknown", "stopped"}
    assert [due for _, due, state in found if state == "unknown"] == [""] * 5
    with as_("clerk") as desk:
        assert deadlines.glance(desk, desk.site) == []
        assert len(deadlines.listed(desk, desk.site).clocks) == 5


def test_the_list_is_of_what_one_may_see(as_):
    stand(as_, "DANG_CT", "01/09/1990")
    stand(as_, "NGHI_HUU", "02/03/2026")
    with as_("officer") as desk:
        desk.site.dossiers[CODE].level = 3
    with as_("clerk") as desk:
        assert deadlines.listed(desk, desk.site).clocks == ()


@pytest.mark.parametrize(
    ("due", "unit", "left"),
    [
        # Friday 13 to Monday 16 March: one working day, three days.
        (date(2026, 3, 16), "working-day", 1),
        (date(2026, 3, 16), "day", 3),
        (date(2026, 3, 13), "working-day", 0),
        (date(2026, 3, 12), "working-day", -1),
        # 9 to 13 March are five, of which the 9th itself is not counted.
        (date(2026, 3, 9), "working-day", -4),
        (date(2026, 3, 9), "day", -4),
        # Giỗ Tổ falls on a Sunday in 2026: Monday 27 April is off, 30 April and 1 May are.
        (date(2026, 5, 4), "working-day", 33),
    ],
)  # fmt: skip
def test_days_left_are_counted_as_the_deadline_was(site, due, unit, left):
    days = working_days.workdays(site.rulebook.profile)

    assert days_left(due, date(2026, 3, 13), unit=unit, days=days) == left


def test_soon_is_ten_days_and_its_own_day_is_in_time():
    today = date(2026, 3, 2)

    def state(due, **more):
        return state_of(due, today, soon=10, stopped=False, **more)

    assert [state(today + timedelta(days=n)) for n in (-1, 0, 10, 11)] == [
        "overdue", "soon", "soon", "running",
    ]  # fmt: skip
    assert state(None) == "unknown"


def test_notice_and_decision_of_a_retirement_are_the_records_officers_task(site, as_, clock):
    """A man born in May 1965 reaches 61 years 6 months in November 2026 (NĐ 135/2020/NĐ-CP, phụ lục
    I: October 1964 to June 1965); the notice is due six months before, the decision three."""
    with as_("officer") as desk:
        dossier = desk.site.dossiers[CODE]
        dossiers.edit(
            desk, dossier, name=dossier.name, birth_date="15/05/1965", gender="1",
            revision=dossier.revision,
        )  # fmt: skip
    stand(as_, "DANG_CT", "01/09/1990")
    gather_births(site)

    with as_("officer") as desk:
        mine = [
            (one.what, one.due, one.mine)
            for one in deadlines.of_person(desk, desk.site.dossiers[CODE])
        ]
        assert ("notice", date(2026, 5, 31), True) in mine
        assert ("decision", date(2026, 8, 31), True) in mine
        assert deadlines.glance(desk, desk.site) == []
    clock.advance(timedelta(days=83))  # 24 May
    with as_("officer") as desk:
        assert [(one.what, one.left) for one in deadlines.glance(desk, desk.site)] == [
            ("notice", 7)
        ]
    with as_("clerk") as desk:
        assert deadlines.glance(desk, desk.site) == []
    # The standing that says that the notice was given ends its clock.
    stand(as_, "CHO_HUU", "20/05/2026")
    assert "notice" not in {key for key, _, _ in clocks(as_)}
