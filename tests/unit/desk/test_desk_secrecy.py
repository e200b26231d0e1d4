"""What one may not see leaves no trace in what one may."""

from __future__ import annotations

import pytest

from hoso.desk import documents, dossiers, intake, searching
from hoso.kernel.errors import Invalid, Missing
from hoso.records.model import Document
from hoso.testing.things import a_dossier, a_filed_paper, a_waiting_paper


def test_an_open_paper_in_a_closed_dossier_is_as_closed_as_the_dossier(as_, site):
    """Its page and its line among the hits would name the person."""
    with as_("archivist") as desk:
        secret = a_dossier(desk, code="T-0901", level=3)
        uid = a_filed_paper(desk, secret, words="Nâng bậc lương", level=1).uid
    site.follower.catch_up()

    with as_("clerk") as desk:
        with pytest.raises(Missing):
            desk.find(uid, Document)
        found = searching.search(desk, desk.site, text="nâng bậc")
        assert (found.total, found.facets) == (0, ())


def test_what_is_missing_is_said_of_what_one_may_see(as_):
    """A required kind that is neither shown nor missing would tell of a hidden paper."""
    with as_("archivist") as desk:
        a_filed_paper(desk, desk.site.dossiers["T-0001"], type_="B01", level=4)

    said = {}
    for who in ("clerk", "archivist"):
        with as_(who) as desk:
            view = dossiers.look(desk, desk.find("T-0001"))
            said[who] = ("B01" in view.completeness.missing, view.count)

    assert said == {"clerk": (True, 0), "archivist": (False, 1)}


@pytest.mark.parametrize("level", ["1", "2"])
def test_a_paper_that_is_filed_out_of_sight_is_not_counted_any_more(as_, site, level):
    """Before the index has followed: totals and facets must not tell what the rows hide."""
    with as_("archivist") as desk:
        a_dossier(desk, code="T-0900", unit="ben")
        uid = a_waiting_paper(desk, words="Nâng bậc lương").uid
    site.follower.catch_up()
    with as_("clerk") as desk:
        assert searching.search(desk, desk.site, text="nâng bậc").total == 1

    typed = {"type": "D05", "title": "Về việc nâng bậc lương", "level": level}
    with as_("archivist") as desk:
        paper = desk.find(uid, Document)
        intake.file(desk, paper, dossier="T-0900", typed=typed, revision=None)

    with as_("clerk") as desk:
        assert searching.search(desk, desk.site, text="nâng bậc").total == 0


def test_a_reason_longer_than_a_page_is_refused_and_nothing_is_changed(as_):
    with as_("officer") as desk:
        paper = a_filed_paper(desk, desk.site.dossiers["T-0001"])
        with pytest.raises(Invalid) as refused:
            documents.withdraw(desk, paper, why="a" * 1001, revision=paper.revision)

        assert [fault.field for fault in refused.value.faults] == ["why"]
        assert (paper.state, paper.reasons) == ("filed", ())


def test_a_name_longer_than_a_name_is_refused(as_):
    with as_("clerk") as desk, pytest.raises(Invalid) as refused:
        unit = desk.unit("nhanh")
        dossiers.open_(desk, unit, code="T-0005", type_="CC", name="a" * 301)

    assert [fault.field for fault in refused.value.faults] == ["name"]
