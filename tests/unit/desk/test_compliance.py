"""The auditor's desk: what fails is counted among what he may know, and samples are drawn again."""

from __future__ import annotations

import hashlib
from datetime import timedelta

import pytest

from hoso.app.lacking import look_through
from hoso.desk import compliance
from hoso.kernel.errors import Forbidden, Invalid
from hoso.records.events import DossierChanged
from hoso.testing.things import a_dossier, a_filed_paper


def overview(as_, login="auditor"):
    with as_(login) as desk:
        found = compliance.overview(desk, desk.site)
    return {one.check: one.count for one in found.figures}, found


def listed(as_, check):
    with as_("auditor") as desk:
        return [one.dossier.code for one in compliance.lines(desk, desk.site, check=check)]


@pytest.fixture
def ended(as_):
    """A case file of ten years that ended in 2012: over since 1 January 2023, before any doubt."""
    with as_("officer") as desk:
        dossier = a_dossier(desk, code="L-1", type_="training-course", name="Lớp mẫu")
        dossier.state, dossier.ended = "closed", "2012"
        desk.notify([DossierChanged(dossier)])
        return dossier.uid


def test_what_is_over_is_counted_and_listed(as_, ended):
    before, _ = overview(as_)

    assert before["overdue"] == 1
    assert listed(as_, "overdue") == ["L-1"]


def test_a_dossier_of_another_unit_s_auditor_is_counted_for_nobody_else(as_, ended):
    with as_("officer") as desk:
        dossier = desk.find(ended)
        dossier.walled = True
        desk.notify([DossierChanged(dossier)])

    counts, _ = overview(as_)

    assert counts["overdue"] == 0
    assert listed(as_, "overdue") == []


def test_what_a_dossier_must_hold_and_lacks_is_found_by_the_look_of_the_day(site, as_, clock):
    assert overview(as_)[1].looked_through == ""

    assert not look_through(site)

    counts, found = overview(as_)
    assert found.looked_through == "2026-03-02"
    # T-0001 of the profile is a civil servant's dossier without a single paper.
    assert counts["incomplete"] == 1
    with as_("auditor") as desk:
        [line] = compliance.lines(desk, desk.site, check="incomplete")
        types = desk.rulebook.document_types
        assert line.missing
        assert all(key in types for key in line.missing)


def test_a_line_is_judged_anew_when_it_is_shown(site, as_):
    look_through(site)
    with as_("auditor") as desk:
        [line] = compliance.lines(desk, desk.site, check="incomplete")
    with as_("officer") as desk:
        dossier = desk.find("T-0001")
        for key in line.missing:
            a_filed_paper(desk, dossier, words=f"Tờ {key}", type_=key)

    assert listed(as_, "incomplete") == []


def test_the_look_goes_on_where_it_was_cut_off(site, as_, monkeypatch):
    with as_("officer") as desk:
        for number in range(5):
            a_dossier(desk, code=f"T-1{number}")
    monkeypatch.setattr("hoso.app.lacking._AT_ONCE", 2)

    assert look_through(site, rounds=1)
    assert overview(as_)[1].under_way == 2
    assert not look_through(site)

    counts, found = overview(as_)
    assert (found.under_way, counts["incomplete"]) == (0, 6)


def test_a_new_day_is_a_new_look(site, as_, clock):
    look_through(site)
    clock.advance(timedelta(days=1))

    assert not look_through(site)
    assert overview(as_)[1].looked_through == "2026-03-03"


def test_anybody_draws_the_same_sample_from_the_seed(as_):
    with as_("officer") as desk:
        codes = [a_dossier(desk, code=f"T-1{number}").code for number in range(8)]
    by_hand = sorted(
        [*codes, "T-0001"],
        key=lambda code: hashlib.sha256(f"2026-03-02/417\n{code}".encode()).hexdigest(),
    )

    with as_("auditor") as desk:
        found = compliance.sample(desk, desk.site, seed="2026-03-02/417", size=3)

    assert [one.dossier.code for one in found] == by_hand[:3]


def test_a_hidden_dossier_leaves_no_gap_in_a_sample(as_):
    with as_("officer") as desk:
        codes = [a_dossier(desk, code=f"T-1{number}").code for number in range(4)]
        for code in codes[1:]:
            dossier = desk.find(code)
            dossier.walled = True
            desk.notify([DossierChanged(dossier)])

    with as_("auditor") as desk:
        found = compliance.sample(desk, desk.site, seed="s", size=2)

    assert {one.dossier.code for one in found} == {"T-0001", codes[0]}


@pytest.mark.parametrize(("seed", "size"), [("", 3), ("s", 0), ("s", 501)])
def test_a_sample_wants_a_seed_and_a_size(as_, seed, size):
    with as_("auditor") as desk, pytest.raises(Invalid):
        compliance.sample(desk, desk.site, seed=seed, size=size)


def test_who_is_no_auditor_has_no_such_desk(as_):
    with as_("archivist") as desk, pytest.raises(Forbidden):
        compliance.overview(desk, desk.site)
