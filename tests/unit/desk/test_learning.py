"""Corrections are learnt in the unit, taken back with the filing, forgotten and switched off."""

from __future__ import annotations

import pytest

from hoso.desk import checking, documents, intake, learning
from hoso.kernel.errors import Missing
from hoso.testing.things import a_waiting_paper

READ = {
    "symbol": {"value": "QD-M", "confidence": 0.95, "page": 1, "box": None, "rule": "n"},
    "agency": {"value": "SỞ MẪU", "confidence": 0.95, "page": 1, "box": None, "rule": "a"},
    "signer": {"value": "Nguyen Van Mau", "confidence": 0.95, "page": 1, "box": None, "rule": "s"},
    "type": {"value": "Quyết định", "confidence": 0.95, "page": 1, "box": None, "rule": "t"},
}
TYPED = {
    "type": "D05",
    "title": "Về việc nâng bậc lương",
    "symbol": "QĐ-M",
    "agency": "Sở Mẫu",
    "signer": "Nguyễn Văn Mẫu",
    "form": "QĐ",
}


def waiting(desk, words, unit="nhanh"):
    return a_waiting_paper(desk, words=words, unit=unit, proposals=READ)


def file(desk, words, **typed):
    paper = waiting(desk, words)
    return intake.file(desk, paper, dossier="T-0001", typed={**TYPED, **typed}, revision=None)


def shown(desk, unit="nhanh"):
    paper = waiting(desk, f"mới {unit}", unit)
    return {name: one["value"] for name, one in learning.suggestions(desk, paper).items()}


def test_two_papers_corrected_alike_teach_the_third(as_):
    with as_("clerk") as desk:
        file(desk, "1")
        assert shown(desk) == {}
        file(desk, "2")

        paper = waiting(desk, "3")
        learnt = intake.item(desk, paper).learnt

    assert {name: (one["read"], one["value"], one["times"]) for name, one in learnt.items()} == {
        "symbol": ("QD-M", "QĐ-M", 2),
        "signer": ("Nguyen Van Mau", "Nguyễn Văn Mẫu", 2),
        "agency": ("SỞ MẪU", "Sở Mẫu", 2),
    }


def test_one_who_lets_the_reading_stand_ends_the_proposal(as_):
    with as_("clerk") as desk:
        file(desk, "1")
        file(desk, "2")
        file(desk, "3", symbol="QD-M")

        assert "symbol" not in shown(desk)


def test_a_filing_that_is_undone_has_taught_nothing(as_):
    with as_("clerk") as desk:
        file(desk, "1")
        second = file(desk, "2")
        checking.unfile(desk, second, revision=second.revision)
        assert shown(desk) == {}
        intake.file(desk, second, dossier="T-0001", typed=TYPED, revision=None)
        assert set(shown(desk)) == {"symbol", "signer", "agency"}


def test_a_paper_that_is_described_anew_teaches_what_it_says_then(as_):
    with as_("clerk") as desk:
        file(desk, "1")
        second = file(desk, "2")
        typed = {**TYPED, "symbol": "QĐ-MM"}
        documents.edit(desk, second, typed=typed, revision=second.revision)

        assert "symbol" not in shown(desk)
        documents.edit(desk, second, typed=TYPED, revision=second.revision)
        assert shown(desk)["symbol"] == "QĐ-M"


def test_lessons_hold_for_the_unit_and_below_and_nowhere_else(as_):
    with as_("officer") as desk:
        for words in ("1", "2"):
            paper = waiting(desk, words, "goc")
            intake.file(desk, paper, dossier="T-0001", typed=TYPED, revision=None)
        assert "symbol" in shown(desk, "nhanh")
        for words in ("3", "4"):
            paper = waiting(desk, words, "nhanh")
            typed = {**TYPED, "symbol": "QĐ-NHÁNH"}
            intake.file(desk, paper, dossier="T-0001", typed=typed, revision=None)
        assert shown(desk, "nhanh")["symbol"] == "QĐ-NHÁNH"
        assert shown(desk, "ben")["symbol"] == "QĐ-M"


def test_a_description_from_a_list_teaches_nothing(as_):
    with as_("clerk") as desk:
        for words in ("1", "2"):
            paper = waiting(desk, words)
            intake.file(desk, paper, dossier="T-0001", typed=TYPED, revision=None, checked=False)
        assert shown(desk) == {}


def test_lessons_are_listed_to_who_works_there_and_forgotten(as_, entries):
    with as_("clerk") as desk:
        file(desk, "1")
        file(desk, "2")
        listed = learning.listing(desk, desk.site)
        line = next(one for one in listed.lines if one.lesson.field == "symbol")
        assert (line.lesson.read, line.proposes, line.writings[0][:3]) == (
            "QD-M",
            "QĐ-M",
            ("QĐ-M", 2, "clerk"),
        )
        learning.forget(desk, line.unit, lesson=line.lesson.id)
        assert "symbol" not in shown(desk)
        with pytest.raises(Missing):
            learning.forget(desk, line.unit, lesson=line.lesson.id)

    assert entries("learnt.forgotten")[0].details["read"] == "QD-M"


def test_lessons_of_a_unit_one_does_not_work_at_are_not_there(as_):
    with as_("officer") as desk:
        for words in ("1", "2"):
            paper = waiting(desk, words, "ben")
            intake.file(desk, paper, dossier="T-0001", typed=TYPED, revision=None)
        line = learning.listing(desk, desk.site).lines[0]
        lesson = line.lesson.id
    with as_("clerk") as desk:
        assert learning.listing(desk, desk.site).lines == ()
        with pytest.raises(Missing):
            learning.forget(desk, desk.unit("nhanh"), lesson=lesson)


def test_a_unit_that_wants_no_lessons_is_shown_none_and_learns_none(as_):
    with as_("officer") as desk:
        file(desk, "1")
        file(desk, "2")
        learning.switch(desk, desk.unit("goc"), on=False)
        assert shown(desk) == {}
        file(desk, "3", symbol="QD-M")
        learning.switch(desk, desk.unit("goc"), on=True)
        assert shown(desk)["symbol"] == "QĐ-M"


def test_a_lesson_keeps_no_person_but_the_signer(as_):
    with as_("clerk") as desk:
        file(desk, "1", person="Trần Thị Kín", title="Về việc bà Trần Thị Kín")

        kept = [
            text
            for line in learning.listing(desk, desk.site).lines
            for text in (line.lesson.read, *(w[0] for w in line.writings))
        ]
    assert not any("Kín" in text for text in kept)


def test_a_secret_paper_teaches_nothing(as_):
    """Lessons are read by everybody at the tray, whatever he is cleared to."""
    with as_("officer") as desk:
        for words in ("1", "2"):
            file(desk, words, level="2")

        assert learning.listing(desk, desk.site).lines == ()
        assert shown(desk) == {}
