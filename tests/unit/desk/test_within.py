"""What one may find is of this moment: before the index has followed, and as days pass."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from hoso.access import days
from hoso.access.accounts import accounts_of
from hoso.access.grants import give, take
from hoso.access.identity import Held, Identity
from hoso.access.permissions import Permission
from hoso.app.evolution import STEPS
from hoso.app.housekeeping import begin_day
from hoso.desk import searching
from hoso.desk.desk import Desk
from hoso.desk.reading import MACHINE
from hoso.desk.within import permitted
from hoso.kernel.errors import Forbidden
from hoso.records.events import DocumentChanged, DossierChanged
from hoso.records.model import Grant, Mark
from hoso.search.changes import newest, unseen
from hoso.search.language import parse
from hoso.search.permitted import Permitted
from hoso.storage import evolution
from hoso.testing.things import a_dossier, a_filed_paper, a_waiting_paper

READ = Permission.DOCUMENT_READ
PAPERS = 4


@pytest.fixture
def filed(site, as_):
    """A dossier at ``ben``, where no clerk works, with four papers; all of it in the index."""
    with as_("officer") as desk:
        accounts_of(desk.root).by_login["nobody"].clearance = 1
        dossier = a_dossier(desk, code="T-0900", unit="ben")
        for number in range(PAPERS):
            a_filed_paper(desk, dossier, words=f"Quyết định {number}")
    site.follower.catch_up()
    return "T-0900"


def total(site, as_, who):
    """Return how many papers somebody finds, and what the facets say of them together."""
    with as_(who) as desk:
        page = site.engine.search(parse(""), permitted(desk, READ), limit=50)
        assert {page.total} == {len(page.hits), sum(page.facets["type"].values())}
        return page.total


def change(as_, code, deed):
    with as_("officer") as desk:
        dossier = desk.site.dossiers[code]
        deed(desk, dossier)
        desk.notify([DossierChanged(dossier)])


def granted(since="", until="", to="nobody"):
    def deed(desk, dossier):
        made = Grant(f"user:{to}", "consented", since, until, "15/QĐ-M")
        give(desk.root, dossier, made, at=desk.now, by="test")

    return deed


def test_a_transfer_is_found_before_the_index_has_followed(site, as_, filed):
    before = total(site, as_, "clerk")

    def hand_over(desk, dossier):
        dossier.unit = desk.site.unit_by_key["la"]

    change(as_, filed, hand_over)

    assert (before, total(site, as_, "clerk")) == (0, PAPERS)


def test_what_is_taken_back_is_gone_from_totals_and_facets_at_once(site, as_, filed):
    change(as_, filed, granted())
    site.follower.catch_up()
    before = total(site, as_, "nobody")
    change(
        as_,
        filed,
        lambda desk, dossier: take(
            desk.root,
            dossier,
            principal="user:nobody",
            cause="15/QĐ-M",
            at=desk.now,
            by="test",
        ),
    )

    assert (before, total(site, as_, "nobody")) == (PAPERS, 0)


@pytest.mark.parametrize("deed", [granted(), lambda _desk, d: setattr(d, "walled", True)])
def test_a_note_of_a_dossier_costs_the_same_whatever_lies_in_it(site, as_, filed, deed):
    with site.databases.connection() as connection:
        cursor = newest(connection.root())
    change(as_, filed, deed)

    with as_("officer") as desk:
        noted = [ids for _change, ids in unseen(desk.root, cursor)]
        number = desk.site.dossiers[filed].id
    assert sum(map(len, noted)) <= 2
    assert -number in noted[0]


def test_filing_a_paper_notes_the_paper_and_not_its_neighbours(site, as_, filed):
    with site.databases.connection() as connection:
        cursor = newest(connection.root())
    with as_("officer") as desk:
        dossier = desk.site.dossiers[filed]
        paper = a_filed_paper(desk, dossier, words="Một tờ nữa")
        desk.notify([DocumentChanged(paper), DossierChanged(dossier)])
        noted = {known for _change, ids in unseen(desk.root, cursor) for known in ids}

    assert not [known for known in noted if known < 0]


def test_a_grant_begins_and_ends_by_itself(site, as_, filed, clock):
    change(as_, filed, granted("2026-03-04", "2026-03-05"))
    site.follower.catch_up()
    found = {}
    for _ in range(5):
        found[clock.today().isoformat()] = total(site, as_, "nobody")
        clock.advance(timedelta(days=1))

    assert found == {
        "2026-03-02": 0,
        "2026-03-03": 0,
        "2026-03-04": PAPERS,
        "2026-03-05": PAPERS,
        "2026-03-06": 0,
    }


def test_a_mark_that_lapses_opens_the_dossier_on_the_next_day(site, as_, filed, clock):
    mark = Mark("determined", 4, "2026-03-02", "mục 1", "UBND", "2016-03-02", "1/QĐ", "", "", "t")
    change(as_, filed, lambda _desk, dossier: setattr(dossier, "marks", (mark,)))
    site.follower.catch_up()
    secret = total(site, as_, "officer")
    clock.advance(timedelta(days=1))

    assert (secret, total(site, as_, "officer")) == (0, PAPERS)


def test_the_level_a_paper_had_until_yesterday_is_in_no_facet(site, as_, filed, clock):
    mark = Mark("determined", 4, "2026-03-02", "mục 1", "UBND", "2016-03-02", "1/QĐ", "", "", "t")
    with as_("archivist") as desk:
        paper = next(desk.site.dossiers[filed].values())
        paper.marks = (mark,)
        desk.notify([DocumentChanged(paper)])
    site.follower.catch_up()
    clock.advance(timedelta(days=1))

    with as_("officer") as desk:
        found = searching.search(desk, desk.site, text="")
        (levels,) = [facet for facet in found.facets if facet.name == "level"]
    assert found.total == PAPERS
    assert {choice.key for choice in levels.choices} <= {"0", "1", "2"}


def test_the_day_begun_leaves_nothing_to_be_judged_anew(site, as_, filed, clock):
    change(as_, filed, granted("2026-03-04"))
    site.follower.catch_up()
    clock.advance(timedelta(days=2))

    assert begin_day(site) == 1
    assert begin_day(site) == 0
    site.follower.catch_up()

    with as_("nobody") as desk:
        assert days.day_of(desk.root) == date(2026, 3, 4)
        may = permitted(desk, READ)
        assert not may.late(site.engine.generation)
        plain = Permitted(may.tokens, may.limited)
        assert site.engine.search(parse(""), plain).total == PAPERS


def test_a_clock_set_back_closes_what_is_not_open_yet(site, as_, filed, clock):
    change(as_, filed, granted("2026-03-04"))
    clock.advance(timedelta(days=3))
    begin_day(site)
    site.follower.catch_up()
    opened = total(site, as_, "nobody")
    clock.advance(timedelta(days=-2))

    assert (opened, total(site, as_, "nobody")) == (PAPERS, 0)
    assert begin_day(site) == 1
    assert total(site, as_, "nobody") == 0


def test_who_has_but_a_grant_may_search(site, as_, filed):
    with as_("nobody") as desk, pytest.raises(Forbidden):
        searching.search(desk, desk.site, text="")
    change(as_, filed, granted())

    with as_("nobody") as desk:
        assert searching.search(desk, desk.site, text="").total == PAPERS


def test_a_piece_of_work_is_of_the_day_it_began_and_the_next_is_refused(site, as_, filed, clock):
    change(as_, filed, granted("", "2026-03-02"))
    with as_("nobody") as desk:
        clock.advance(timedelta(days=1))
        dossier = desk.site.dossiers[filed]

        assert desk.may(dossier, Permission.DOSSIER_VIEW)
        assert desk.today == date(2026, 3, 2)
    with as_("nobody") as desk:
        assert not desk.may(desk.site.dossiers[filed], Permission.DOSSIER_VIEW)
        assert not desk.may(desk.site, Permission.SEARCH)


def test_the_readers_work_behind_a_wall_and_people_with_the_same_role_do_not(site, as_, filed):
    def wall(_desk, dossier):
        dossier.walled = True

    change(as_, filed, wall)
    person = Identity("chi", clearance=4, roles=MACHINE.roles)
    with site.databases.connection() as connection:
        root = connection.root()["site"]
        dossier = root.dossiers[filed]
        paper = next(dossier.values())

        assert Desk(site, connection, MACHINE, via="worker").may(paper, Permission.INTAKE_WORK)
        assert not Desk(site, connection, MACHINE, via="worker").may(paper, READ)
        assert not Desk(site, connection, person, via="test").may(paper, Permission.INTAKE_WORK)


def test_no_account_can_have_the_login_of_a_machine(site, as_):
    with as_("officer") as desk:
        assert not [login for login in accounts_of(desk.root).by_login if ":" in login]
    assert MACHINE.is_machine
    assert not Identity("machine").is_machine


def test_papers_in_a_tray_are_found_by_who_works_there_alone(site, as_):
    with as_("officer") as desk:
        a_waiting_paper(desk, unit="ben", words="Đơn xin nghỉ")
        accounts_of(desk.root).by_login["nobody"].roles = (
            Held("clerk", desk.site.unit_by_key["ben"].number, "", "", "14/QĐ-M"),
        )
    site.follower.catch_up()

    assert (total(site, as_, "nobody"), total(site, as_, "head")) == (0, 0)
    with as_("officer") as desk:
        accounts_of(desk.root).by_login["nobody"].clearance = 1
    assert total(site, as_, "nobody") == 1


def test_both_kinds_together_are_the_two_kinds(site, as_, filed):
    with as_("officer") as desk:
        page = site.engine.search(parse(""), permitted(desk), limit=50)
        kinds = {hit.kind for hit in page.hits}
        dossiers = len(list(desk.site.dossiers.values()))

    assert kinds == {"document", "dossier"}
    assert page.total == PAPERS + dossiers


def test_an_older_site_learns_on_which_days_its_records_change(site, as_, filed, clock):
    change(as_, filed, granted("2026-03-04", "2026-03-05"))

    def age(connection):
        root = connection.root()
        del root["access-day"], root["access-days"]
        del root["evolved"]["access-days"]

    site.databases.attempt(age, note="aged")
    evolution.run(site.databases, STEPS, clock)

    with as_("officer") as desk:
        number = desk.site.dossiers[filed].id
        found = {day for day, kept in desk.root["access-days"].items() if -number in kept}
        assert {"2026-03-04", "2026-03-06"} <= found
        assert days.day_of(desk.root).year >= 2026
