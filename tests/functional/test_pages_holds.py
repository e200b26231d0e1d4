"""Pages of holds, of lists that want a person, and of schedules on trial."""

from __future__ import annotations

import pytest
from webtest import Upload

from hoso.desk import holding
from hoso.kernel import ids
from hoso.retention.holds import in_force
from hoso.testing.things import a_dossier, a_filed_paper

TABLE = "tt-10-2022-tt-bnv.toml"


@pytest.fixture
def two(as_):
    """Codes and ids of two dossiers of one unit, and a paper in the second."""
    with as_("officer") as desk:
        first, second = (a_dossier(desk, code=code) for code in ("T-0002", "T-0003"))
        paper = a_filed_paper(desk, second)
        return first.id, second.id, paper.id


def test_one_hold_is_placed_on_two_dossiers_and_a_paper_and_shown(browse, two, site):
    page = browse("officer").get("/holds")
    form = page.forms["place"]
    form["records"] = "T-0002\n" + ids.to_text(two[2])
    form["reason"], form["authority"] = "Vụ án 12/2026", "Tòa án nhân dân tỉnh Mẫu"
    form["until"] = "31/12/2026"

    shown = form.submit().follow()

    assert "Vụ án 12/2026" in shown.text
    assert "T-0002" in shown.text
    with site.databases.connection() as connection:
        kept = connection.root()["retention-holds"]
        assert [len(in_force(kept, number)) for number in two] == [1, 0, 1]


def test_all_that_is_wrong_with_an_order_is_said_at_once_and_what_was_typed_stays(browse):
    form = browse("officer").get("/holds").forms["place"]
    form["records"], form["until"] = "T-0001, T-9999", "hôm qua"

    page = form.submit(status=422)

    assert page.text.count('class="fault"') == 4
    assert "T-9999" in page.forms["place"]["records"].value


def test_a_hold_on_what_one_may_not_see_is_not_there(browse, as_):
    with as_("archivist") as desk:
        beside = a_dossier(desk, code="B-0001", unit="ben")
        hold = holding.place_hold(desk, beside, reason="Tòa án hỏi", authority="12/CV")
    address = f"/holds/{ids.to_text(hold.id)}"

    browse("archivist").get(address, status=200)
    clerk = browse("clerk")
    clerk.get(address, status=404)
    assert "Tòa án hỏi" not in clerk.get("/holds?all=1").text
    browse("admin").get(address, status=403)


def test_letting_a_record_go_waits_for_a_second_person(browse, two, as_, site):
    with as_("officer") as desk:
        hold = holding.place_on_several(
            desk, desk.site, records=["T-0002", "T-0003"], reason="Tòa án hỏi", authority="12/CV"
        )
    page = browse("officer").get(f"/holds/{ids.to_text(hold.id)}")
    form = page.forms[f"release-{ids.to_text(two[0])}"]
    form["reason"] = "Không liên quan"

    form.submit().follow()

    with site.databases.connection() as connection:
        assert len(in_force(connection.root()["retention-holds"], two[0])) == 1
        assert len(list(connection.root()["permits"].by_id)) == 1


def test_the_lists_of_what_wants_a_person_say_what_to_do(browse, as_):
    with as_("officer") as desk:
        a_dossier(desk, code="T-0007")

    page = browse("auditor").get("/due?list=no-end")

    assert "T-0007" in page.text
    assert "T-0007" not in browse("auditor").get("/due?list=no-rule").text


def test_a_schedule_that_contradicts_itself_is_refused_with_every_fault(browse, home):
    text = (home / "catalogs/retention" / TABLE).read_text(encoding="utf-8")
    wrong = text.replace('period = "P5Y"', 'period = "P5M"', 1)
    wrong = wrong.replace('valid_from = "2023-02-15"', 'valid_from = "2024-02-15"', 1)

    form = browse("archivist").get("/schedules").forms["try"]
    form["files"] = [Upload(TABLE, wrong.encode())]
    page = form.submit(status=422)

    assert page.text.count("catalogs/retention") >= 2


def test_a_schedule_is_tried_in_the_background_and_taken_out(browse, site, as_, home):
    from hoso.app.rescheduling import try_schedules

    with as_("officer") as desk:
        dossier = a_dossier(
            desk, code="P-1", type_="succession-papers", ended="2024-05-05", state="closed"
        )
        assert dossier.ended
    text = (home / "catalogs/retention" / TABLE).read_text(encoding="utf-8")
    longer = text.replace('period = "P10Y"', 'period = "P15Y"', 1)
    archivist = browse("archivist")
    form = archivist.get("/schedules").forms["try"]

    form["files"] = [Upload(TABLE, longer.encode())]
    page = form.submit().follow()
    assert try_schedules(site) >= 1

    page = archivist.get(page.request.path)
    table = archivist.get(page.request.path + "/moves.csv").text.lstrip("\ufeff").splitlines()
    # 10 years from the end of 2024, then 15.
    assert table[1].startswith("P-1,")
    assert table[1].endswith(",not-due,10-QHb,2035-01-01,not-due,10-QHb,2040-01-01")
    assert len(table) == 2
    browse("officer").get(page.request.path, status=404)
