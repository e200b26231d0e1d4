"""A disposal from the proposal to the certificate, and everything that stands against it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from hoso.access.accounts import accounts_of
from hoso.access.identity import Held
from hoso.app import executing as job
from hoso.desk import (
    disposal_papers,
    disposing,
    disposing_certificate,
    disposing_executing,
    disposing_review,
    disposing_sweep,
)
from hoso.desk.holding import place_hold
from hoso.kernel.errors import Conflict, Forbidden, Invalid, Missing, NotReady
from hoso.records.model import Dossier
from hoso.storage.shredding import files_of, oid_of
from hoso.testing.disposals import COUNCIL, a_due_dossier, a_second_head
from hoso.testing.things import a_dossier, a_filed_paper


@pytest.fixture(autouse=True)
def _no_typesetting(monkeypatch):
    """The papers of a disposal are tested in test_disposal_papers; here they would take most time."""
    monkeypatch.setattr(disposal_papers, "write", lambda *_args, **_words: {})


@pytest.fixture
def office(as_):
    """A second head above, so that chair, secretary, unit and expert are four persons."""
    with as_("archivist") as desk:
        a_second_head(desk)


@pytest.fixture
def due(as_, office):
    """Three dossiers of exam papers whose period is over since years, two papers in each."""
    with as_("archivist") as desk:
        for code in ("H-1", "H-2", "H-3"):
            a_due_dossier(desk, code)
    return ("H-1", "H-2", "H-3")


def proposed(as_, codes, **words):
    with as_("archivist") as desk:
        said = {"title": "Hồ sơ thi hết hạn", "explanation": "Rà soát 2026"} | words
        list_ = disposing.propose(desk, desk.site.unit_by_key["nhanh"], codes=codes, **said)
        return list_.number


def reviewed(as_, number, *, keep=()):
    with as_("archivist") as desk:
        list_ = disposing.find(desk, number)
        disposing_review.name_council(
            desk, list_, number="5/QĐ", decided="01/03/2026", members=COUNCIL, revision=None
        )
        lines = list(list_.lines)
    for login, _ in COUNCIL:
        with as_(login) as desk:
            votes = {n: ("keep", "Còn cần") if n in keep else ("destroy", "") for n in lines}
            disposing_review.give_opinion(desk, disposing.find(desk, number), votes=votes)
    with as_("archivist") as desk:
        disposing_review.close_review(desk, disposing.find(desk, number), revision=None)


def approved(as_, number, *, decided="02/03/2026", decision="9/QĐ"):
    with as_("boss") as desk:
        disposing_review.approve(
            desk,
            disposing.find(desk, number),
            number=decision,
            decided=decided,
            signer="Chủ Mẫu",
            revision=None,
        )


def begun(as_, number, *, who="officer", decision="9/QĐ"):
    with as_(who) as desk:
        return disposing_executing.execute(
            desk, disposing.find(desk, number), number=decision, revision=None
        )


def states(as_, number):
    with as_("archivist") as desk:
        list_ = disposing.find(desk, number)
        return list_.state, [line.state for line in list_.lines.values()]


def dossier_of(desk, code):
    return desk.site.dossiers[code]


def test_a_disposal_goes_through_four_hands_to_its_certificate(as_, site, clock, due, entries):
    number = proposed(as_, due)
    assert states(as_, number) == ("proposed", ["proposed"] * 3)
    reviewed(as_, number, keep=(3,))
    assert states(as_, number) == ("reviewed", ["agreed", "agreed", "kept"])
    approved(as_, number)
    with as_("archivist") as desk:
        oids = [
            oid_of(rendition.blob)
            for code in ("H-1", "H-2")
            for paper in dossier_of(desk, code).values()
            for rendition in paper.renditions.values()
        ]
        uids = [dossier_of(desk, code).uid for code in ("H-1", "H-2")]
        digests = [paper.sha256 for paper in dossier_of(desk, "H-1").values()]
    assert len(files_of(site.databases, oids)) == len(oids) > 0

    assert begun(as_, number) == 2
    assert job.carry_out(site) == 2
    assert states(as_, number) == ("binned", ["binned", "binned", "kept"])
    with as_("archivist") as desk:
        with pytest.raises(Missing):
            desk.find("H-1", Dossier)
        assert "H-3" in desk.site.dossiers
    assert len(files_of(site.databases, oids)) == len(oids)
    assert job.destroy_due(site) == 0

    clock.advance(timedelta(days=10))
    assert job.destroy_due(site) == 2
    assert job.remove_files(site) == 0
    assert files_of(site.databases, oids) == []
    assert states(as_, number) == ("closed", ["destroyed", "destroyed", "kept"])
    with as_("auditor") as desk:
        made = disposing_certificate.find_destroyed(desk, "H-1")
        said = disposing_certificate.certificate(desk, made)
    assert said["uid"] == uids[0]
    assert sorted(digests) == sorted(paper["sha256"] for paper in said["papers"])
    assert (said["proposed"]["by"], said["decision"]["by"], said["destroyed"]["by"]) == (
        "archivist",
        "boss",
        "officer",
    )
    # 12 March 2026 and ninety days; twenty years, to the end of the year.
    assert (said["backups_until"], said["keep_until"]) == ("2026-06-10", "2046-12-31")
    assert said["bytes_gone_at"]
    assert [vote["says"] for vote in said["council"]["votes"]] == ["destroy"] * 4
    with as_("clerk") as desk, pytest.raises(Missing):
        disposing_certificate.find_destroyed(desk, "H-1")
    told = [entry.verb for entry in entries() if entry.verb.startswith("disposal.")]
    assert told.count("disposal.line-destroyed") == 2
    assert told.count("disposal.bytes-removed") == 2


def a_hold(as_, code="H-2"):
    with as_("archivist") as desk:
        place_hold(desk, dossier_of(desk, code), reason="Tòa án yêu cầu", authority="12/CV-TA")


def codes_of(reasons):
    return {reason.code for reason in reasons}


def test_a_court_hold_between_approval_and_execution_stops_that_line_and_only_that(as_, site, due):
    number = proposed(as_, due)
    reviewed(as_, number)
    approved(as_, number)
    a_hold(as_)

    begun(as_, number)
    job.carry_out(site)

    assert states(as_, number) == ("binned", ["binned", "blocked", "binned"])
    with as_("archivist") as desk:
        line = disposing.find(desk, number).lines[2]
        assert codes_of(line.reasons) == {"held"}
        assert "12/CV-TA" in str(line.reasons[0])
        assert "H-2" in desk.site.dossiers


def test_a_hold_that_comes_while_it_lies_in_the_bin_keeps_it_there(as_, site, clock, due, entries):
    number = proposed(as_, due[:2])
    reviewed(as_, number)
    approved(as_, number)
    begun(as_, number)
    job.carry_out(site)
    with as_("archivist") as desk:
        disposing_executing.hold_line(
            desk, disposing.find(desk, number), number=1, reason="Tòa án", authority="13/CV-TA"
        )
    clock.advance(timedelta(days=11))

    assert job.destroy_due(site) == 1
    assert job.destroy_due(site) == 0

    assert states(as_, number) == ("binned", ["binned", "destroyed"])
    # Asked once a day, not in every round: the journal does not fill.
    assert sum(entry.verb == "disposal.line-destroyed" for entry in entries()) == 2
    with as_("officer") as desk:
        list_ = disposing.find(desk, number)
        assert codes_of(list_.lines[1].reasons) == {"held"}
        disposing_executing.restore(desk, list_, number=1, why="Tòa án yêu cầu giữ")
    with as_("archivist") as desk:
        assert desk.find("H-1", Dossier).code == "H-1"
    assert states(as_, number) == ("closed", ["restored", "destroyed"])


def changed(what):
    def change(desk, dossier):
        papers = list(dossier.values())
        if what == "reopened":
            dossier.state = "open"
        elif what == "walled":
            dossier.walled = True
        elif what == "moved":
            dossier.unit = desk.site.unit_by_key["ben"]
        elif what == "papers":
            a_filed_paper(desk, dossier, words="Bài thi mới", type_="K01")
        elif what == "withdrawn":
            papers[0].state = "withdrawn"
        elif what == "ended":
            dossier.ended = "2025-06-30"
        elif what == "handed over":
            from hoso.personnel.model import Handover, careers_of

            known, handover = careers_of(desk.root), Handover("2026-0001", "nhanh", at="", by="")
            known.handovers[handover.id] = handover
            known.under_way[dossier.id] = handover.id
        elif what == "lent":
            from hoso.stacks.lending import Terms, lend
            from hoso.stacks.places import stacks_of

            terms = Terms("Ông Mượn", "Phòng X", "Tra cứu", "1/PM", desk.today, desk.today)
            lend(
                stacks_of(desk.root),
                papers[0].id,
                terms,
                without=(),
                today=desk.today,
                at=desk.now,
                by="test",
                faults=[],
            )

    return change


@pytest.mark.parametrize(
    ("what", "said"),
    [
        ("reopened", {"reopened"}),
        ("walled", {"not-allowed", "walled"}),
        ("moved", {"moved"}),
        ("papers", {"other-papers"}),
        ("withdrawn", {"other-papers"}),
        ("ended", {"other-standing", "not-due"}),
        ("lent", {"lent"}),
        ("handed over", {"handed-over"}),
    ],
)
def test_what_changed_after_the_approval_stops_the_line(as_, site, due, what, said):
    number = proposed(as_, due[:2])
    reviewed(as_, number)
    approved(as_, number)
    with as_("archivist") as desk:
        changed(what)(desk, dossier_of(desk, "H-1"))

    begun(as_, number)
    job.carry_out(site)

    with as_("archivist") as desk:
        lines = disposing.find(desk, number).lines
        assert (lines[1].state, lines[2].state) == ("blocked", "binned")
        assert said <= codes_of(lines[1].reasons)


def test_an_executor_who_lost_the_role_destroys_nothing(as_, site, due):
    number = proposed(as_, due[:1])
    reviewed(as_, number)
    approved(as_, number)
    begun(as_, number)
    with as_("archivist") as desk:
        accounts_of(desk.root).by_login["officer"].roles = ()

    job.carry_out(site)

    state, lines = states(as_, number)
    assert (state, lines) == ("approved", ["approved"])
    with as_("archivist") as desk:
        assert disposing.find(desk, number).stopped
        assert "H-1" in desk.site.dossiers


def test_what_stopped_a_line_may_be_over_before_the_days_are(as_, site, clock, due):
    number = proposed(as_, due[:2])
    reviewed(as_, number)
    approved(as_, number)
    with as_("archivist") as desk:
        dossier_of(desk, "H-1").walled = True
    begun(as_, number)
    job.carry_out(site)
    with as_("archivist") as desk:
        dossier_of(desk, "H-1").walled = False

    assert begun(as_, number) == 1
    job.carry_out(site)

    assert states(as_, number) == ("binned", ["binned", "binned"])


def test_fifteen_days_after_the_decision_it_may_be_done_and_on_the_sixteenth_not(
    as_, site, clock, due
):
    """TT 06/2025/TT-BNV: within 15 days; the day of the decision is not counted."""
    number = proposed(as_, due[:2])
    reviewed(as_, number)
    approved(as_, number)
    clock.advance(timedelta(days=15))
    assert begun(as_, number) == 2
    clock.advance(timedelta(days=1))

    job.carry_out(site)

    with as_("officer") as desk:
        assert disposing.find(desk, number).stopped
    with pytest.raises((NotReady, Conflict)):
        begun(as_, number)
    assert states(as_, number)[1] == ["approved", "approved"]


def test_after_the_days_the_head_decides_anew(as_, site, clock, due):
    number = proposed(as_, due[:1])
    reviewed(as_, number)
    approved(as_, number)
    with pytest.raises(Conflict):
        approved(as_, number, decision="10/QĐ")
    clock.advance(timedelta(days=16))
    with pytest.raises(NotReady):
        begun(as_, number)
    with pytest.raises(Invalid, match="over already"):
        approved(as_, number, decision="10/QĐ", decided="02/03/2026")
    with pytest.raises(Invalid, match="used for the list before"):
        approved(as_, number, decision="9/QĐ", decided="18/03/2026")

    approved(as_, number, decision="10/QĐ", decided="18/03/2026")

    assert begun(as_, number, decision="10/QĐ") == 1
    job.carry_out(site)
    assert states(as_, number) == ("binned", ["binned"])


def test_three_persons_never_one(as_, site, due):
    number = proposed(as_, due[:1])
    reviewed(as_, number)
    with as_("archivist") as desk:
        # Whoever proposed may hold the head's role too: he still does not decide.
        account = accounts_of(desk.root).by_login["archivist"]
        account.roles = (*account.roles, Held("unit-head", account.roles[0].unit, "", "", "2/QĐ"))
        officer = accounts_of(desk.root).by_login["officer"]
        officer.roles = (*officer.roles, Held("unit-head", officer.roles[0].unit, "", "", "2/QĐ"))
    with as_("archivist") as desk, pytest.raises(Forbidden):
        disposing_review.approve(
            desk,
            disposing.find(desk, number),
            number="9/QĐ",
            decided="02/03/2026",
            signer="X",
            revision=None,
        )
    with as_("officer") as desk:
        disposing_review.approve(
            desk,
            disposing.find(desk, number),
            number="9/QĐ",
            decided="02/03/2026",
            signer="X",
            revision=None,
        )
    for who in ("archivist", "officer"):
        with pytest.raises(Forbidden):
            begun(as_, number, who=who)
    assert states(as_, number) == ("approved", ["approved"])


def test_refused_everything_is_kept_and_may_be_proposed_again(as_, due):
    number = proposed(as_, due)
    reviewed(as_, number)
    with as_("boss") as desk:
        list_ = disposing.find(desk, number)
        with pytest.raises(Invalid):
            disposing_review.refuse(desk, list_, note=" ", revision=None)
        disposing_review.refuse(desk, list_, note="Chưa đủ căn cứ", revision=None)

    assert states(as_, number) == ("refused", ["kept"] * 3)
    assert proposed(as_, due) == "XH-2026-nhanh-02"


def test_who_carries_out_types_the_number_of_the_decision_again(as_, due):
    number = proposed(as_, due[:1])
    reviewed(as_, number)
    approved(as_, number)

    with pytest.raises(Invalid, match="not the number"):
        begun(as_, number, decision="8/QĐ")


def test_what_is_not_due_not_there_or_not_ours_is_not_proposed_all_faults_at_once(as_, due):
    with as_("archivist") as desk:
        a_dossier(desk, code="N-1", type_="exam-papers", state="closed", ended="2024-01-05")
        a_dossier(desk, code="N-2", type_="exam-papers", state="closed", ended="")
        a_dossier(desk, code="N-3", type_="exam-papers", unit="ben", state="closed", ended="2012")
    proposed(as_, due[:1])

    with pytest.raises(Invalid) as said:
        proposed(as_, ("N-1", "N-2", "N-3", "N-4", *due), title=" ", explanation="")

    faults = {fault.field for fault in said.value.faults}
    assert faults == {
        "title",
        "explanation",
        "records.N-1",
        "records.N-2",
        "records.N-3",
        "records.N-4",
        "records.H-1",
    }


def test_a_duplicate_goes_before_its_time_only_while_its_twin_stays(as_, site, due):
    with as_("archivist") as desk:
        for code in ("D-1", "D-2"):
            dossier = a_dossier(desk, code=code, type_="exam-papers", state="open", ended="")
            a_filed_paper(desk, dossier, words="Cùng một tờ", type_="K01")
        lonely = a_dossier(desk, code="D-3", type_="exam-papers", state="open", ended="")
        a_filed_paper(desk, lonely, words="Chỉ một tờ", type_="K01")
    with pytest.raises(Invalid, match="no duplicate"):
        proposed(as_, ("D-3",), basis="duplicate")
    number = proposed(as_, ("D-1", "D-2"), basis="duplicate")
    reviewed(as_, number)
    approved(as_, number)
    begun(as_, number)

    job.carry_out(site)

    assert states(as_, number) == ("binned", ["binned", "blocked"])


def test_a_council_lacks_members_and_all_is_said_at_once(as_, due):
    number = proposed(as_, due)
    with as_("archivist") as desk, pytest.raises(Invalid) as said:
        disposing_review.name_council(
            desk,
            disposing.find(desk, number),
            number="",
            decided="03/03/2026",
            revision=None,
            members=[
                ("clerk", "chair"),
                ("officer", "secretary"),
                ("boss", "unit"),
                ("boss", "expert"),
                ("nobody-here", "expert"),
            ],
        )

    assert sorted(
        (fault.field, str(fault.facts.get("name", ""))) for fault in said.value.faults
    ) == [
        ("decided", ""),
        ("members.0", "Cán Mẫu"),
        ("members.1", "Tổ Mẫu"),
        ("members.2", "Chủ Mẫu"),
        ("members.3", "Chủ Mẫu"),
        ("members.4", ""),
        ("number", ""),
    ]


def test_silence_never_destroys_and_half_is_no_majority(as_, due):
    number = proposed(as_, due[:2])
    with as_("archivist") as desk:
        disposing_review.name_council(
            desk,
            disposing.find(desk, number),
            number="5/QĐ",
            decided="01/03/2026",
            members=COUNCIL,
            revision=None,
        )
    for login, votes in (
        ("boss", {1: ("destroy", ""), 2: ("destroy", "")}),
        ("head", {1: ("destroy", ""), 2: ("destroy", "")}),
        ("officer", {1: ("destroy", ""), 2: ("keep", "Còn giá trị lịch sử")}),
    ):
        with as_(login) as desk:
            disposing_review.give_opinion(desk, disposing.find(desk, number), votes=votes)
    with as_("clerk") as desk, pytest.raises(Missing):
        disposing.find(desk, number)
    with as_("head") as desk, pytest.raises(Forbidden):
        disposing_review.close_review(desk, disposing.find(desk, number), revision=None)
    with as_("boss") as desk:
        disposing_review.close_review(desk, disposing.find(desk, number), revision=None)

    assert states(as_, number) == ("reviewed", ["agreed", "kept"])
    with as_("auditor") as desk:
        opinions = disposing.find(desk, number).opinions
        assert "Còn giá trị lịch sử" in {vote.why for vote in opinions["officer"].votes}


def test_what_one_said_before_stays_on_record(as_, due):
    number = proposed(as_, due[:1])
    reviewed_by = [("boss", "destroy"), ("boss", "keep")]
    with as_("archivist") as desk:
        disposing_review.name_council(
            desk,
            disposing.find(desk, number),
            number="5/QĐ",
            decided="01/03/2026",
            members=COUNCIL,
            revision=None,
        )
    for login, says in reviewed_by:
        with as_(login) as desk:
            disposing_review.give_opinion(
                desk, disposing.find(desk, number), votes={1: (says, "Xem lại")}
            )
    with as_("head") as desk, pytest.raises(Invalid) as said:
        disposing_review.give_opinion(
            desk, disposing.find(desk, number), votes={7: ("destroy", ""), 1: ("keep", "")}
        )

    assert {fault.field for fault in said.value.faults} == {"votes.7", "votes.1"}
    with as_("boss") as desk:
        list_ = disposing.find(desk, number)
        assert [vote.says for vote in list_.opinions["boss"].votes] == ["keep"]
        assert [one.votes[0].says for one in list_.earlier] == ["destroy"]


def test_the_frozen_reason_can_be_read_when_rules_and_dossier_are_gone(as_, due):
    from hoso.retention.disposing.freezing import explanation, steps_of, thawed

    number = proposed(as_, due[:1])
    with as_("archivist") as desk:
        frozen = disposing.find(desk, number).lines[1].frozen
        from hoso.desk.keeping import decision_of

        today = decision_of(
            desk.root, desk.rulebook, dossier_of(desk, "H-1"), on=desk.today
        ).explanation

    assert (frozen.rule, frozen.expires, frozen.period) == ("09-049b", "2018-01-01", "P5Y")
    assert tuple(steps_of(thawed(frozen.steps))) == frozen.steps == tuple(steps_of(today))
    assert explanation(frozen, language="en", translate=str)[0] == (
        0,
        "Due for disposal since 01/01/2018.",
    )


def test_a_line_is_taken_off_with_its_reason_and_an_empty_list_is_closed(as_, due):
    number = proposed(as_, due[:1])
    with as_("archivist") as desk:
        list_ = disposing.find(desk, number)
        disposing.drop_line(desk, list_, number=1, why="Nhầm", revision=list_.revision)

    assert states(as_, number) == ("closed", ["dropped"])
    with as_("archivist") as desk:
        found = disposing_sweep.candidates(desk, desk.site.unit_by_key["goc"])
        assert {one.dossier.code for one in found} == {"H-1", "H-2", "H-3"}


def test_a_code_is_given_once_also_when_its_dossier_is_gone(as_, site, clock, due):
    from hoso.desk import dossiers

    number = proposed(as_, due[:1])
    reviewed(as_, number)
    approved(as_, number)
    begun(as_, number)
    job.carry_out(site)

    for days in (0, 11):
        clock.advance(timedelta(days=days))
        job.destroy_due(site)
        with as_("officer") as desk, pytest.raises(Invalid, match="already"):
            dossiers.open_(
                desk, desk.site.unit_by_key["nhanh"], code="H-1", type_="exam-papers", name="X"
            )


def test_what_is_in_the_bin_is_found_nowhere_and_comes_back_as_it_was(as_, site, due):
    from hoso.desk import searching

    number = proposed(as_, due[:1])
    reviewed(as_, number)
    approved(as_, number)
    with as_("archivist") as desk:
        dossier = dossier_of(desk, "H-1")
        papers, sha256 = sorted(dossier), next(iter(dossier.values())).sha256
        line = desk.root["retention-calendar"].records[dossier.id]

    def found():
        site.catch_up()
        with as_("archivist") as desk:
            texts = searching.search(desk, desk.site, text="Bài thi").results
            codes = "H-1" in desk.site.dossiers, sha256 in desk.site.by_digest
            return {one.document.uid for one in texts} & set(papers), codes

    before = found()
    assert before[0] == set(papers)
    begun(as_, number)
    job.carry_out(site)
    assert found() == (set(), (False, False))
    with as_("officer") as desk:
        disposing_executing.restore(desk, disposing.find(desk, number), number=1, why="Giữ lại")

    assert found() == before
    with as_("archivist") as desk:
        dossier = desk.find("H-1", Dossier)
        assert sorted(dossier) == papers
        assert desk.root["retention-calendar"].records[dossier.id] == line
    assert states(as_, number) == ("closed", ["restored"])
