"""Leaving: what stands against it, what it brings about, undoing it, the day it takes effect."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from hoso.access.accounts import accounts_of, why_closed
from hoso.app.housekeeping import begin_day
from hoso.app.taking_effect import gather_births, take_effect
from hoso.desk import (
    account_ways,
    checklists,
    dossiers,
    forecasting,
    keeping,
    leaving,
    searching,
    signing_in,
)
from hoso.desk.keeping import decision_of
from hoso.kernel.errors import Forbidden, Invalid, Missing, NotReady
from hoso.personnel import forecast as people
from hoso.personnel.model import careers_of
from hoso.personnel.retirement_age import Month
from hoso.records.events import DocumentChanged
from hoso.records.standing import status_at
from hoso.testing.passwords import PASSWORD
from hoso.testing.things import a_filed_paper

CODE = "T-0001"
#: Monday 2 March 2026 is today.
RETIRED = {
    "kind": "retirement",
    "effective": "01/03/2026",
    "decision": "12/QĐ-UBND",
    "reason": "HUU",
    "form": "DUNG_TUOI",
}


@pytest.fixture
def serving(as_):
    """The person of T-0001 is in service since 1 September 1990, born on 15 February 1964."""
    with as_("officer") as desk:
        dossier = desk.site.dossiers[CODE]
        dossiers.edit(
            desk, dossier, name=dossier.name, birth_date="15/02/1964", gender="1",
            revision=dossier.revision,
        )  # fmt: skip
        dossiers.change_status(
            desk, dossier, status="DANG_CT", effective="01/09/1990", evidence="",
            revision=dossier.revision,
        )  # fmt: skip


def leave(as_, **typed):
    with as_("officer") as desk:
        dossier = desk.site.dossiers[CODE]
        return leaving.record(desk, dossier, typed={**RETIRED, **typed}).uid


def refused(as_, **typed):
    with pytest.raises(Invalid) as caught, as_("officer") as desk:
        leaving.record(desk, desk.site.dossiers[CODE], typed={**RETIRED, **typed})
    return {(fault.field, fault.message) for fault in caught.value.faults}


@pytest.mark.usefixtures("serving")
class TestWhatStandsAgainstIt:
    def test_all_that_is_wrong_is_told_at_once(self, as_):
        found = refused(as_, kind="", effective="", decision="", reason="")

        assert {field for field, _ in found} == {"kind", "effective", "decision"}

    def test_before_the_birth_and_before_entering_service(self, as_):
        found = refused(as_, effective="1963")

        assert {text[:20] for _, text in found} == {"{date} lies before t"}
        assert len(found) == 2

    def test_the_day_of_entry_and_a_month_that_may_hold_it_are_no_fault(self, as_):
        with as_("officer") as desk:
            for effective in ("01/09/1990", "09/1990", "1990"):
                leaving.preview(
                    desk, desk.site.dossiers[CODE], typed={**RETIRED, "effective": effective}
                )

    @pytest.mark.parametrize(
        ("kind", "reason", "effective"),
        [("death", "TU_TRAN", "03/03/2026"), ("abandonment", "BO_VIEC", "2027")],
    )
    def test_what_can_only_have_happened_is_not_recorded_ahead(self, as_, kind, reason, effective):
        found = refused(as_, kind=kind, reason=reason, effective=effective, form="")

        assert found == {("effective", "{date} has not come yet. Record it when it has happened.")}

    def test_a_retirement_may_be_recorded_ahead_by_its_day_within_four_hundred_days(self, as_):
        assert "more than" in next(iter(refused(as_, effective="07/04/2027")))[1]
        assert "needs its day" in next(iter(refused(as_, effective="04/2026")))[1]
        with as_("officer") as desk:
            shown = leaving.preview(
                desk, desk.site.dossiers[CODE], typed={**RETIRED, "effective": "06/04/2027"}
            )
        assert shown.is_ahead

    def test_nobody_dies_twice_and_nobody_leaves_after_death(self, as_):
        died = {"kind": "death", "reason": "TU_TRAN", "form": ""}
        leave(as_, **died, effective="20/02/2026")

        (again,) = refused(as_, **died, effective="21/02/2026")
        (left,) = refused(as_, effective="01/03/2026")
        assert again == ("kind", "{status} is recorded already, from {date} on.")
        assert left[0] == "kind"
        assert left[1].startswith("The person has left already")

    def test_death_may_follow_retirement_and_a_backdated_retirement_may_precede_it(self, as_):
        leave(as_, effective="01/12/2025")
        leave(as_, kind="death", reason="TU_TRAN", form="", effective="10/02/2026")

        (resigned,) = refused(
            as_, kind="resignation", reason="NGUYEN_VONG", form="", effective="01/10/2025"
        )
        assert resigned[1].startswith("{status} is recorded from {date} on, which is later")

    def test_a_reason_and_a_form_of_another_way_are_refused(self, as_):
        found = refused(as_, kind="resignation", reason="HUU", form="DUNG_TUOI")

        assert {field for field, _ in found} == {"reason", "form"}

    def test_only_who_may_records_it(self, as_):
        for who in ("clerk", "head", "archivist"):
            with pytest.raises(Forbidden), as_(who) as desk:
                leaving.record(desk, desk.site.dossiers[CODE], typed=RETIRED)


@pytest.mark.usefixtures("serving")
def test_the_preview_says_everything_and_changes_nothing(as_, site, entries):
    before = len(entries())
    with as_("officer") as desk:
        dossier = desk.site.dossiers[CODE]
        shown = leaving.preview(desk, dossier, typed={**RETIRED, "effective": "02/02/2026"})
        assert len(dossier.status_events) == 1

    assert (shown.before, shown.way.status) == ("DANG_CT", "NGHI_HUU")
    assert [end.login for end in shown.accounts] == ["employee"]
    assert shown.kept_before.state == "not-due"
    assert shown.kept_before.expires is None
    # The original dossier: 70 years from the end of the year of leaving (TT 10/2022/TT-BNV).
    assert shown.kept_after.expires == date(2097, 1, 1)
    assert [item.key for item in shown.items] == [
        "decision", "benefits", "supplement", "contents", "copies",
    ]  # fmt: skip
    assert [one.key for one in shown.stops] == ["new-dossier", "individual-change"]
    # Fifteen days after 2 February is 17 February, the first day of Tết 2026 (16 to 20, a
    # Friday): the period ends with Monday 23 (Bộ luật Dân sự Đ.148), a week ago today.
    assert (shown.due, shown.late) == (date(2026, 2, 23), 7)
    assert len(entries()) == before


@pytest.mark.usefixtures("serving")
def test_recording_does_what_the_preview_said(as_, site, entries):
    with as_("nobody") as desk:
        assert signing_in.sign_in(desk, login="employee", password=PASSWORD).token
    uid = leave(as_)

    with as_("officer") as desk:
        dossier = desk.site.dossiers[CODE]
        assert status_at(dossier.status_events, desk.today).status == "NGHI_HUU"
        account = accounts_of(desk.root).by_login["employee"]
        assert "has left" in why_closed(account, now=site.clock.now())
        assert not list(accounts_of(desk.root).sessions.values())
        assert keeping.keeping_of(desk, dossier).decision.expires == date(2097, 1, 1)
        (view,) = leaving.look(desk, dossier)
        assert (view.leaving.uid, view.leaving.begun_at[:10]) == (uid, "2026-03-02")
    told = entries("career.left-recorded")[-1].details
    assert (told["kind"], told["status"], told["effective"]) == (
        "retirement", "NGHI_HUU", "2026-03-01",
    )  # fmt: skip


@pytest.mark.usefixtures("serving")
def test_roles_end_with_the_day_before_and_come_back_when_it_was_a_mistake(as_, entries):
    with as_("admin") as desk:
        account_ways.tie_person(
            desk, desk.site, login="clerk", dossier=CODE, cause="QĐ 5", revision=None
        )
    uid = leave(as_, effective="01/04/2026")

    with as_("officer") as desk:
        account = accounts_of(desk.root).by_login["clerk"]
        (held,) = account.roles
        assert (held.valid_to, account.ends_on) == ("2026-03-31", "2026-04-01")
    assert entries("account.role-taken")[-1].details["cause"] == f"leaving:{uid}"

    with as_("officer") as desk:
        dossier = desk.site.dossiers[CODE]
        leaving.undo(desk, dossier, leaving=uid, reason="Nhầm người")
        account = accounts_of(desk.root).by_login["clerk"]
        assert (account.roles[0].valid_to, account.ends_on) == ("", "")
        # Nothing is erased: three standings, and the last of that date counts.
        assert [event.status for event in dossier.status_events] == [
            "DANG_CT", "NGHI_HUU", "DANG_CT",
        ]  # fmt: skip
        assert status_at(dossier.status_events, date(2026, 5, 1)).status == "DANG_CT"
        assert decision_of(desk.root, desk.rulebook, dossier, on=date(2026, 5, 1)).expires is None
        (view,) = leaving.look(desk, dossier)
        assert (view.leaving.stands, view.leaving.undone_why) == (False, "Nhầm người")
    leave(as_, effective="01/04/2026")


@pytest.mark.usefixtures("serving")
def test_an_undoing_needs_a_reason_and_is_done_once(as_):
    uid = leave(as_)
    with pytest.raises(Invalid) as caught, as_("officer") as desk:
        leaving.undo(desk, desk.site.dossiers[CODE], leaving=uid, reason=" ")
    assert [fault.field for fault in caught.value.faults] == ["reason"]
    with as_("officer") as desk:
        leaving.undo(desk, desk.site.dossiers[CODE], leaving=uid, reason="Nhầm")
    with pytest.raises(Invalid), as_("officer") as desk:
        leaving.undo(desk, desk.site.dossiers[CODE], leaving=uid, reason="Nhầm")


@pytest.mark.usefixtures("serving")
def test_what_lies_ahead_takes_effect_on_its_day_and_index_and_retention_learn_it(
    as_, site, clock, entries
):
    uid = leave(as_, effective="05/03/2026")
    assert take_effect(site) == 0
    with as_("nobody") as desk:
        assert signing_in.sign_in(desk, login="employee", password=PASSWORD).token
    with as_("officer") as desk:
        dossier = desk.site.dossiers[CODE]
        assert status_at(dossier.status_events, desk.today).status == "DANG_CT"
    site.catch_up()

    clock.advance(timedelta(days=3))
    begin_day(site)
    assert take_effect(site) == 1
    assert take_effect(site) == 0
    site.catch_up()

    assert entries("career.left")[-1].details["leaving"] == uid
    with as_("officer") as desk:
        assert not list(accounts_of(desk.root).sessions.values())
        found = searching.listing(desk, desk.site, status="NGHI_HUU")
        assert [one.code for one in found.dossiers] == [CODE]
        line = desk.root["retention-calendar"]
        assert keeping.calendar.line_of(line, desk.site.dossiers[CODE].id).expires


@pytest.mark.usefixtures("serving")
def test_who_reaches_the_age_is_forecast_by_month_until_he_has_left(as_):
    """A man of 02/1964 reaches 61 years and 3 months in May 2025 (NĐ 135/2020 Đ.4)."""
    first = Month(2025, 4)
    with as_("head") as desk:
        found = forecasting.listed(desk, desk.site, first=first, months=3)
        assert [(str(month), len(lines)) for month, lines in found.months] == [
            ("2025-04", 0), ("2025-05", 1), ("2025-06", 0),
        ]  # fmt: skip
        (line,) = found.months[1][1]
        assert (line.moment.day, line.notice_by, line.decision_by) == (
            date(2025, 5, 31), date(2024, 11, 30), date(2025, 2, 28),
        )  # fmt: skip
        assert [late.dossier.code for late in found.passed] == [CODE]
    leave(as_)
    with as_("head") as desk:
        assert forecasting.listed(desk, desk.site, first=first, months=3).total == 0


def test_unknown_births_are_listed_and_never_guessed(as_):
    with as_("officer") as desk:
        found = forecasting.glance(desk, desk.site)

    assert [dossier.code for dossier in found.unknown] == [CODE]
    assert found.total == 0


@pytest.mark.usefixtures("serving")
def test_a_stated_reason_moves_the_age_within_what_its_form_allows(as_):
    def state(form, months):
        with as_("officer") as desk:
            forecasting.state_age(
                desk, desk.site.dossiers[CODE], form=form, months=months, reason="QĐ 7"
            )

    for form, months in (("CAO_HON", "61"), ("SOM_NNDH", "0"), ("DUNG_TUOI", "1")):
        with pytest.raises(Invalid):
            state(form, months)
    state("CAO_HON", "24")
    with as_("head") as desk:
        line = forecasting.of_person(desk, desk.site.dossiers[CODE])
    assert str(line.moment.month) == "2027-05"
    state("", "")
    with as_("head") as desk:
        line = forecasting.of_person(desk, desk.site.dossiers[CODE])
    assert str(line.moment.month) == "2025-05"


@pytest.mark.usefixtures("serving")
def test_papers_tick_what_they_are_and_go_with_the_paper_and_hands_tick_with_a_word(as_, site):
    uid = leave(as_)

    def shown(who="officer"):
        with as_(who) as desk:
            (view,) = leaving.look(desk, desk.site.dossiers[CODE])
            found = checklists.of_leaving(desk, view.leaving, desk.site.dossiers[CODE])
            return {line.item.key for line in found.lines if line.tick is not None}

    assert shown() == set()
    with as_("clerk") as desk:
        dossier = desk.site.dossiers[CODE]
        old = a_filed_paper(desk, dossier, type_="A04", words="cũ", date="2020-12-31")
        assert old.state == "filed"
        paper = a_filed_paper(desk, dossier, type_="D08", words="mới", date="2026-02-20")
        secret = a_filed_paper(desk, dossier, type_="H01", words="kín", date="2026", level=4)
        number, hidden = paper.uid, secret.uid
    # What one may not see is wanting to him, and is there all the same.
    assert shown() == {"decision"}
    with as_("archivist") as desk:
        assert desk.find(hidden).uid == hidden
    assert shown("archivist") == {"decision", "benefits"}
    with as_("officer") as desk:
        dossier = desk.site.dossiers[CODE]
        with pytest.raises(Invalid):
            checklists.tick(desk, dossier, leaving=uid, item="copies", note="")
        checklists.tick(desk, dossier, leaving=uid, item="copies", note="Trao 02/03")
        with pytest.raises(Missing):
            checklists.tick(desk, dossier, leaving=uid, item="none", note="x")
        desk.find(number).state = "withdrawn"
        desk.notify([DocumentChanged(desk.find(number))])
    assert shown() == {"copies"}
    with as_("officer") as desk:
        checklists.untick(desk, desk.site.dossiers[CODE], leaving=uid, item="copies")
    assert shown() == set()
    with as_("head") as desk:
        (view,) = checklists.listed(desk, desk.site)
        assert (view.open, view.late) == (5, 0)
        assert checklists.listed(desk, desk.site, late=True) == []


def test_an_older_site_gathers_who_serves_before_it_forecasts(as_, site):
    with as_("officer") as desk:
        known = careers_of(desk.root)
        known.births_known = False
        people.note_birth(known, desk.site.dossiers[CODE].id, "")
    with pytest.raises(NotReady), as_("head") as desk:
        forecasting.glance(desk, desk.site)

    gather_births(site)
    gather_births(site)

    with as_("head") as desk:
        assert [one.code for one in forecasting.glance(desk, desk.site).unknown] == [CODE]
