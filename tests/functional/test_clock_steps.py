"""The clock of the machine is set forward, back, or wrong for a day: nothing opens by it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from hoso.access import keys
from hoso.testing.things import a_dossier, a_filed_paper

DAY = timedelta(days=1)


@pytest.mark.parametrize("step", [timedelta(hours=-1), -DAY, -365 * DAY, 365 * 40 * DAY])
def test_no_page_breaks_down_when_the_clock_steps(browse, clock, follow, as_, step):
    with as_("officer") as desk:
        paper = a_filed_paper(desk, desk.site.dossiers["T-0001"])
        place = f"/dossiers/T-0001/{paper.uid}"
    follow()
    clerk = browse("clerk")

    clock.advance(step)

    for address in ("/", "/dossiers/T-0001", place, "/search?q=luong", "/due", "/intake"):
        assert clerk.get(address, expect_errors=True).status_int < 500, address
    again = browse("clerk")
    for address in ("/", "/dossiers/T-0001", place, "/due", "/intake"):
        assert again.get(address, expect_errors=True).status_int < 500, address


def test_a_session_from_the_future_is_none(browse, clock):
    """Begun while the clock was a day ahead, it would last a day longer than anybody meant."""
    clock.advance(DAY)
    clerk = browse("clerk")
    clerk.get("/dossiers/T-0001", status=200)

    clock.advance(-DAY)

    assert "/sign-in" in clerk.get("/dossiers/T-0001", status=303).location


def test_who_signed_out_is_not_let_in_again_by_an_earlier_clock(browse, clock):
    clerk = browse("clerk")
    token = clerk.cookies["hoso"]
    form = next(f for f in clerk.get("/about").forms.values() if f.action.endswith("/sign-out"))
    form.submit(status=303)

    clock.advance(timedelta(minutes=-1))
    clerk.set_cookie("hoso", token)

    clerk.get("/dossiers/T-0001", status=303)


def test_a_key_that_was_taken_back_stays_so(site, clock):
    made = []
    site.databases.attempt(
        lambda c: made.append(keys.issue(c.root(), "clerk", label="x", days=2, now=clock.now()))
    )
    clock.advance(3 * DAY)

    with site.databases.connection() as connection:
        assert keys.identity_behind(connection.root(), made[0], now=clock.now()) is None


def test_a_deed_of_an_earlier_clock_is_journalled_and_the_journal_is_proved(as_, clock, entries):
    from hoso.desk import dossiers, journal

    with as_("clerk") as desk:
        dossiers.look(desk, desk.find("T-0001"))
    clock.advance(-2 * DAY)
    with as_("clerk") as desk:
        dossiers.look(desk, desk.find("T-0001"))
    clock.advance(5 * DAY)
    with as_("officer") as desk:
        a_dossier(desk, code="T-0800")
        dossiers.look(desk, desk.find("T-0800"))

    assert len(entries("dossier.seen")) == 3
    with as_("auditor") as desk:
        journal.verify(desk, desk.site)


def test_slowing_down_goes_by_no_clock_that_somebody_sets(site, clock):
    """The meters have their own: a jump of a year fills no bucket."""
    from hoso.http.rates import Rates
    from hoso.kernel.errors import TooMany

    rates = Rates.of(searches=1, makings=1, misses=1)
    rates.take("searches", "clerk")
    clock.advance(365 * DAY)

    with pytest.raises(TooMany):
        rates.take("searches", "clerk")
