"""Papers whose own period is over go before their dossier, and everything that keeps them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from hoso.app import executing as job
from hoso.desk import (
    disposal_papers,
    disposing,
    disposing_certificate,
    disposing_executing,
    disposing_sweep,
    keeping,
    searching,
)
from hoso.desk.holding import place_hold
from hoso.kernel.errors import Invalid, Missing
from hoso.records.model import Document, Dossier
from hoso.retention.disposing import book
from hoso.storage.shredding import files_of, oid_of
from hoso.testing.disposals import (
    DECISION,
    a_due_dossier,
    a_second_head,
    approved_list,
    carried_out,
)
from hoso.testing.things import a_dossier, a_filed_paper


@pytest.fixture(autouse=True)
def _no_typesetting(monkeypatch):
    """The papers of a disposal are tested in test_disposal_papers; here they would take most time."""
    monkeypatch.setattr(disposal_papers, "write", lambda *_args, **_words: {})


@pytest.fixture
def exam(as_):
    """The file of an examination that ended in 2012: a pass list, and two papers of candidates.

    TT 09/2011/TT-BNV item 49: a) results 20 years, so until 31/12/2032; b) papers 5, until 2017.
    """
    with as_("archivist") as desk:
        a_second_head(desk)
        return an_exam(desk, "E-1")


def an_exam(desk, code):
    facts = {"type_": "exam-results", "state": "closed", "ended": "2012-06-30", "birth_date": ""}
    dossier = a_dossier(desk, code=code, name=f"Kỳ thi {code}", **facts)
    a_filed_paper(desk, dossier, words=f"Trúng tuyển {code}", type_="K02", title="Trúng tuyển")
    return [
        a_filed_paper(desk, dossier, words=f"Bài thi {code} {n}", type_="K01", title=f"Bài {n}").uid
        for n in (1, 2)
    ]


def refusals(as_, *codes, **words):
    """What is said against proposing these."""
    with as_("archivist") as desk, pytest.raises(Invalid) as said:
        disposing.propose(
            desk,
            desk.site.unit_by_key["nhanh"],
            title="Bài thi",
            explanation="Rà soát",
            codes=codes,
            **words,
        )
    return " ".join(str(fault) for fault in said.value.faults)


def line_of(as_, number, line=1):
    with as_("archivist") as desk:
        found = disposing.find(desk, number).lines[line]
        return found.state, {reason.code for reason in found.reasons}


def test_the_sweep_finds_papers_before_their_dossier_and_only_those(as_, exam, site):
    with as_("archivist") as desk:
        a_due_dossier(desk, "H-1")
        found = disposing_sweep.candidates(desk, desk.site.unit_by_key["goc"])
        said = {one.code: str(one.decision.due) for one in found}
        whole = keeping.decision_of(
            desk.root, desk.rulebook, desk.site.dossiers["E-1"], on=desk.today
        )

    # Of a dossier that is due as a whole no paper is offered beside it.
    assert said == {"H-1": "2018-01-01", **{f"E-1/{uid}": "2018-01-01" for uid in exam}}
    assert (whole.state, str(whole.expires)) == ("not-due", "2033-01-01")


def test_a_paper_goes_with_its_certificate_and_the_dossier_stays(as_, exam, site, clock, entries):
    first, second = exam
    with as_("archivist") as desk:
        paper = desk.find(first, Document)
        oids = [oid_of(one.blob) for one in paper.renditions.values()]
        others = [
            oid_of(one.blob)
            for other in paper.dossier.values()
            if other is not paper
            for one in other.renditions.values()
        ]
        sha256, revision = paper.sha256, paper.dossier.revision
    number = approved_list(site, [f"E-1/{first}"])
    carried_out(site, number)

    assert line_of(as_, number) == ("binned", set())
    with as_("archivist") as desk:
        dossier = desk.find("E-1", Dossier)
        assert first not in dossier
        assert second in dossier
        assert dossier.revision > revision
        with pytest.raises(Missing):
            desk.find(first, Document)
        assert sha256 not in desk.site.by_digest
        assert book.parts_of(book.book_of(desk.root), dossier.id)
    assert job.destroy_due(site) == 0

    clock.advance(timedelta(days=10))
    assert job.destroy_due(site) == 1

    assert files_of(site.databases, oids) == []
    assert len(files_of(site.databases, others)) == len(others) > 0
    assert line_of(as_, number) == ("destroyed", set())
    with as_("auditor") as desk:
        made = disposing_certificate.find_destroyed(desk, f"E-1/{first}")
        assert disposing_certificate.find_destroyed(desk, first) is made
        said = disposing_certificate.certificate(desk, made)
        assert said["dossier"] == desk.site.dossiers["E-1"].uid
        assert not book.parts_of(book.book_of(desk.root), desk.site.dossiers["E-1"].id)
    assert [one["sha256"] for one in said["papers"]] == [sha256]
    assert (said["rule"], said["expires"]) == ("09-049b", "2018-01-01")
    assert said["bytes_gone_at"]
    with as_("clerk") as desk, pytest.raises(Missing):
        disposing_certificate.find_destroyed(desk, first)
    told = [one for one in entries() if one.verb == "disposal.line-destroyed"]
    assert [(one.record, one.dossier) for one in told] == [(first, said["dossier"])]


def test_what_is_in_the_bin_is_found_nowhere_and_comes_back_as_it_was(as_, exam, site):
    first, _ = exam

    def found():
        site.catch_up()
        with as_("archivist") as desk:
            results = searching.search(desk, desk.site, text='"Bài thi E-1 1"').results
            kept = desk.root["retention-contents"].papers
            return (
                {one.document.uid for one in results},
                len(kept),
                len(desk.root["comparing"].unit_of),
            )

    before = found()
    assert before[0] == {first}
    number = approved_list(site, [first])
    carried_out(site, number)
    assert found() == (set(), before[1] - 1, before[2] - 1)
    with as_("officer") as desk:
        list_ = disposing.find(desk, number)
        disposing_executing.restore(desk, list_, number=1, why="Còn cần")

    assert found() == before
    with as_("archivist") as desk:
        assert desk.find(first, Document).dossier is desk.site.dossiers["E-1"]
        unit = desk.site.unit_by_key["nhanh"]
        assert {one.code for one in disposing_sweep.candidates(desk, unit)} == {
            f"E-1/{u}" for u in exam
        }


@pytest.mark.parametrize(
    ("held", "state"),
    [("paper", "blocked"), ("dossier", "blocked"), ("other paper", "binned")],
)
def test_a_hold_on_the_paper_or_around_it_wins_and_one_beside_it_does_not(
    as_, exam, site, held, state
):
    number = approved_list(site, exam[:1])
    with as_("archivist") as desk:
        dossier = desk.site.dossiers["E-1"]
        record = {"paper": dossier[exam[0]], "dossier": dossier, "other paper": dossier[exam[1]]}
        place_hold(desk, record[held], reason="Tòa án yêu cầu", authority="12/CV-TA")

    carried_out(site, number)

    assert line_of(as_, number) == (state, {"held"} if state == "blocked" else set())


def test_a_hold_on_a_paper_in_the_bin_keeps_it_from_being_destroyed(as_, exam, site, clock):
    number = approved_list(site, exam[:1])
    carried_out(site, number)
    with as_("archivist") as desk:
        disposing_executing.hold_line(
            desk, disposing.find(desk, number), number=1, reason="Vụ án", authority="12/CV-TA"
        )
    clock.advance(timedelta(days=10))

    assert job.destroy_due(site) == 0
    assert line_of(as_, number) == ("binned", {"held"})


@pytest.mark.parametrize(
    ("what", "said"),
    [
        ("described anew", {"no-own-period", "other-paper", "not-due"}),
        ("withdrawn", {"other-paper"}),
        ("reopened", {"reopened", "not-due"}),
        ("walled", {"not-allowed", "walled"}),
        ("ended later", {"other-standing", "not-due"}),
        ("rested on", {"rested-on", "other-standing"}),
        ("permanent around it", {"not-due"}),
    ],
)
def test_what_changed_after_the_approval_stops_the_line(as_, exam, site, what, said):
    number = approved_list(site, exam[:1])
    with as_("archivist") as desk:
        dossier = desk.site.dossiers["E-1"]
        paper = dossier[exam[0]]
        if what == "described anew":
            paper.type = "K02"
        elif what == "withdrawn":
            paper.state = "withdrawn"
        elif what == "reopened":
            dossier.state, dossier.ended = "open", ""
        elif what == "walled":
            dossier.walled = True
        elif what == "ended later":
            dossier.ended = "2022-06-30"
        elif what == "rested on":
            from hoso.records.filing import record_status

            record_status(
                dossier,
                status="DANG_CT",
                effective="2012",
                evidence=paper.uid,
                at=desk.now,
                by="test",
            )
        else:
            # Item 45 is permanent, and permanent wins over all that lies with it.
            a_filed_paper(desk, dossier, words="Chỉ tiêu", type_="K14")

    carried_out(site, number)

    state, reasons = line_of(as_, number)
    assert state == "blocked"
    assert said <= reasons


def test_a_paper_without_a_period_of_its_own_stays_with_its_dossier(as_, exam):
    with as_("archivist") as desk:
        retired = a_dossier(desk, code="P-1")
        original = a_filed_paper(desk, retired, words="Quyết định", type_="A01").uid
        result = next(one.uid for one in desk.site.dossiers["E-1"].values() if one.type == "K02")

    assert "no period of its own" in refusals(as_, f"P-1/{original}")
    assert "no period of its own" in refusals(as_, result)
    assert "goes by its own period only" in refusals(as_, exam[0], basis="duplicate")
    assert "no filed paper" in refusals(as_, f"P-1/{exam[0]}")


def test_a_dossier_and_its_paper_are_never_on_two_lists_nor_both_on_one(as_, exam, site, clock):
    clock.advance(timedelta(days=366 * 7))
    assert "with its dossier, which is on this list" in refusals(as_, "E-1", exam[0])
    number = approved_list(site, exam[:1])
    assert "1 of its papers" in refusals(as_, "E-1")
    carried_out(site, number)
    assert "or in the bin" in refusals(as_, "E-1")
    clock.advance(timedelta(days=10))
    assert job.destroy_due(site) == 1

    whole = approved_list(site, ["E-1"])

    assert "is on the list" in refusals(as_, exam[1])
    with as_("archivist") as desk:
        assert not [
            one
            for one in disposing_sweep.candidates(desk, desk.site.unit_by_key["goc"])
            if one.is_paper
        ]
    carried_out(site, whole)
    assert line_of(as_, whole) == ("binned", set())


def test_a_paper_filed_in_two_dossiers_is_told_and_its_twin_stays(as_, exam, site, clock):
    with as_("archivist") as desk:
        other = an_exam(desk, "E-2")
        twin = a_filed_paper(desk, desk.site.dossiers["E-2"], words="Bài thi E-1 1", type_="K01")
        oids = [oid_of(one.blob) for one in twin.renditions.values()]
        twin = twin.uid
    number = approved_list(site, exam[:1])
    with as_("archivist") as desk:
        line = disposing.find(desk, number).lines[1]
        assert (line.suggestion, [one.code for one in line.hints if one.code == "elsewhere"]) == (
            "look",
            ["elsewhere"],
        )
    carried_out(site, number)
    clock.advance(timedelta(days=10))
    assert job.destroy_due(site) == 1

    with as_("auditor") as desk:
        assert disposing_certificate.find_destroyed(desk, exam[0]).copies == 1
    with as_("archivist") as desk:
        assert desk.find(twin, Document).dossier.code == "E-2"
        assert set(other) < set(desk.site.dossiers["E-2"])
    assert len(files_of(site.databases, oids)) == len(oids)


def test_lists_of_before_papers_went_alone_are_carried_out_as_they_were(as_, exam, site):
    """A book and lines as an older release wrote them lack what is said of papers."""
    with as_("archivist") as desk:
        a_due_dossier(desk, "H-1")
    number = approved_list(site, ["H-1"])
    with as_("archivist") as desk:
        kept = book.book_of(desk.root)
        assert "parts" not in vars(kept)
        line = disposing.find(desk, number).lines[1]
        assert "of_dossier" not in vars(line)
        line.frozen = type(line.frozen)(*tuple(line.frozen)[:16])
    with as_("officer") as desk:
        disposing_executing.execute(
            desk, disposing.find(desk, number), number=DECISION, revision=None
        )

    job.carry_out(site)

    assert line_of(as_, number) == ("binned", set())
