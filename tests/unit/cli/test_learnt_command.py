"""``hoso learnt``: lessons are listed and forgotten; ``dossier show`` says what was compared."""

from __future__ import annotations

import pytest

from hoso.desk import checking, intake
from hoso.testing.command_line import hoso
from hoso.testing.things import a_waiting_paper

READ = {"symbol": {"value": "QD-M", "confidence": 0.9, "page": 1, "box": None, "rule": "n"}}
TYPED = {"type": "D05", "title": "Về việc nâng bậc lương", "symbol": "QĐ-M", "agency": "Sở Mẫu"}


@pytest.fixture
def taught(site, as_):
    """A closed site in which one symbol was corrected twice, one of the papers compared."""
    with as_("clerk") as desk:
        papers = [a_waiting_paper(desk, words=w, proposals=READ) for w in ("1", "2")]
        for paper in papers:
            intake.file(desk, paper, dossier="T-0001", typed=TYPED, revision=None)
        number = papers[0].id
    with as_("officer") as desk:
        paper = desk.site.by_id[number]
        checking.compare(desk, paper, revision=paper.revision)
    site.close()
    return site.path


def test_a_lesson_is_listed_and_forgotten_once(taught):
    status, (line,) = hoso(taught, "learnt", "list", "--as", "clerk")
    assert (status, line["field"], line["read"], line["proposes"]) == (0, "symbol", "QD-M", "QĐ-M")
    assert (line["unit"], line["agency"]) == ("nhanh", "so mau")
    assert [(w["written"], w["papers"], w["by"]) for w in line["writings"]] == [
        ("QĐ-M", 2, "clerk")
    ]

    status, told = hoso(taught, "learnt", "forget", line["id"], "--as", "clerk")
    assert (status, told) == (0, [{"forgotten": line["id"]}])
    assert hoso(taught, "learnt", "forget", line["id"], "--as", "clerk")[0] != 0
    assert hoso(taught, "learnt", "list", "--as", "clerk") == (0, [])


def test_who_may_not_work_at_a_tray_sees_no_lessons(taught):
    assert hoso(taught, "learnt", "list", "--as", "auditor")[0] != 0


def test_dossier_show_says_who_compared_a_paper_and_when(taught):
    _, (line,) = hoso(taught, "dossier", "show", "T-0001", "--as", "clerk")

    said = {(paper["compared_by"], bool(paper["compared_at"])) for paper in line["documents"]}
    assert said == {("officer", True), (None, False)}
