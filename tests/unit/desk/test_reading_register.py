"""Who read a dossier: complete for the auditor, without others' secrets for the person."""

from __future__ import annotations

import pytest

from hoso.desk import documents, dossiers, reading_register
from hoso.kernel.errors import HosoError
from hoso.testing.sites import CODE
from hoso.testing.things import a_filed_paper


@pytest.fixture
def read(as_):
    """The clerk reads the person's own dossier and a paper, the archivist a secret one."""
    with as_("officer") as desk:
        dossier = desk.find(CODE)
        paper = a_filed_paper(desk, dossier, title="Về việc nâng bậc lương").uid
    with as_("archivist") as desk:
        secret = a_filed_paper(desk, desk.find(CODE), title="Kín", level=3).uid
        documents.look(desk, desk.find(secret))
    with as_("clerk") as desk:
        dossiers.look(desk, desk.find(CODE))
        documents.look(desk, desk.find(paper))
        documents.original(desk, desk.find(paper))


def lines(as_, who, **how):
    with as_(who) as desk:
        page = reading_register.readers(desk, desk.find(CODE), **how)
        return [(line.verb, line.login) for line in page.lines], page.after


def test_the_person_sees_who_looked_and_what_was_read(as_, read):
    found, after = lines(as_, "employee")

    assert ("document.downloaded", "clerk") in found
    assert ("document.seen", "clerk") in found
    assert ("dossier.seen", "clerk") in found
    assert after == ""


def test_what_the_person_may_not_know_of_has_no_line(as_, read):
    assert "archivist" not in {login for _, login in lines(as_, "employee")[0]}


def test_every_line_says_what_its_reader_was_called_then(as_, read):
    with as_("auditor") as desk:
        page = reading_register.readers(desk, desk.find(CODE))

    assert {bool(line.name) for line in page.lines} == {True}


def test_pages_are_full_and_follow_one_another(as_, read):
    whole, _ = lines(as_, "auditor", limit=100)
    first, after = lines(as_, "auditor", limit=2)
    second, _ = lines(as_, "auditor", limit=100, after=after)

    assert len(first) == 2
    assert first + second == whole[: len(first + second)]


@pytest.mark.parametrize("who", ["clerk", "officer", "archivist", "operator"])
def test_who_reads_dossiers_does_not_read_who_else_does(as_, read, who):
    with pytest.raises(HosoError), as_(who) as desk:
        reading_register.readers(desk, desk.site.dossiers[CODE])


def test_the_register_can_be_taken_away_and_that_is_told(as_, read, entries):
    with as_("employee") as desk:
        taken = reading_register.exported(desk, desk.find(CODE))

    (told,) = entries("dossier.readers-exported")
    assert told.details["lines"] == len(taken) > 0
