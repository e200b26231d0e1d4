"""Handing dossiers over in two phases: nothing moves until the receiver has signed for it."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from datetime import date, timedelta

import pytest

from hoso.desk import handing_over, handover_views
from hoso.kernel.errors import Conflict, Forbidden, Invalid, Missing
from hoso.personnel.handover import DossierLine, PaperLine, differences
from hoso.testing.service import let_keep, let_stand
from hoso.testing.things import a_dossier, a_filed_paper
from hoso.web import handovers

CODE = "T-0001"
CODE_OF_MATTER = "V-0001"


@pytest.fixture
def two_papers(as_):
    """T-0001, kept by the branch ``nhanh``, has two papers."""
    with as_("clerk") as desk:
        for name in ("mot", "hai"):
            a_filed_paper(desk, desk.site.dossiers[CODE], words=name)


def read(desk, number, name):
    rendition = handover_views.take(desk, desk.site, handover=number, name=name)
    with rendition.blob.open() as file:
        return file.read()


@pytest.fixture
def send(site, as_):
    """Call it to send T-0001 from ``nhanh``; returns the number."""

    def sent(who="officer", **words):
        with as_(who) as desk:
            unit = desk.site.unit_by_key["nhanh"]
            words = {
                "codes": [CODE], "target": "goc", "decision": "7/QĐ", "envelope": "PB-01", **words,
            }  # fmt: skip
            made = handing_over.send(
                desk, unit, told=handovers.teller(site), reason=handovers.reason(), **words
            )
            return made.number

    return sent


def answer(
    site, as_, number, *, who="archivist", unit="goc", papers="2", envelope="PB-01", **words
):
    with as_(who) as desk:
        return handing_over.receive(
            desk, desk.site.unit_by_key[unit], handover=number, envelope=envelope,
            counted={CODE: papers}, notes={}, told=handovers.teller(site),
            reason=handovers.reason(), **words,
        ).answer  # fmt: skip


@pytest.mark.usefixtures("two_papers")
def test_sending_freezes_a_list_with_every_digest_and_moves_nothing(as_, send, entries):
    number = send()

    with as_("archivist") as desk:
        view = handover_views.look(desk, desk.site, handover=number)
        assert desk.site.dossiers[CODE].unit.key == "nhanh"
        kept = {name: read(desk, number, name) for name in ("list.json", "list.csv", "list.pdf")}
        filed = {paper.uid: paper.sha256 for paper in desk.site.dossiers[CODE].values()}
    stated = json.loads(kept["list.json"])
    assert {p["uid"]: p["sha256"] for p in stated["dossiers"][0]["papers"]} == filed
    assert view.handover.manifest == hashlib.sha256(kept["list.json"]).hexdigest()
    rows = list(csv.DictReader(io.StringIO(kept["list.csv"].decode("utf-8-sig"))))
    assert sorted(row["sha256"] for row in rows) == sorted(filed.values())
    assert kept["list.pdf"].startswith(b"%PDF-1.7")
    assert b"/ETSI.CAdES.detached" in kept["list.pdf"]
    assert entries("custody.sent")[-1].details["manifest"] == view.handover.manifest
    # Ten working days after Monday 2 March 2026 is Monday 16 March.
    assert view.handover.due == "2026-03-16"


@pytest.mark.usefixtures("two_papers")
def test_custody_moves_with_the_receiver_s_signature_and_both_sides_name_the_other(
    site, as_, send, entries
):
    number = send()
    with pytest.raises(Forbidden, match="Who sent it"):
        answer(site, as_, number, who="officer")
    digest = answer(site, as_, number)

    with as_("archivist") as desk:
        assert desk.site.dossiers[CODE].unit.key == "goc"
        view = handover_views.look(desk, desk.site, handover=number)
        assert [one.step for one in view.handover.steps] == ["sent", "received"]
        assert handover_views.listed(desk, desk.site) == []
    received, told = entries("custody.received")[-1], entries("custody.countersigned")[-1]
    assert received.details["manifest"] == view.handover.manifest
    assert (told.details["answer"], received.details["answer"]) == (digest, digest)
    moved = entries("custody.moved")[-1].details
    assert (moved["before"], moved["after"]) == ("nhanh", "goc")


@pytest.mark.usefixtures("two_papers")
def test_what_was_counted_otherwise_or_changed_since_is_not_signed_for(site, as_, send):
    number = send()
    with pytest.raises(Invalid) as caught:
        answer(site, as_, number, papers="1", envelope="PB-02")
    assert {fault.field for fault in caught.value.faults} == {f"count-{CODE}", "envelope"}

    with as_("clerk") as desk:
        a_filed_paper(desk, desk.site.dossiers[CODE], words="ba")
    with pytest.raises(Invalid) as caught:
        answer(site, as_, number)
    assert [fault.field for fault in caught.value.faults] == ["handover"]
    with as_("archivist") as desk:
        view = handover_views.look(desk, desk.site, handover=number)
        assert [(code, what) for code, _, what in view.changes] == [(CODE, "added")]


def test_a_dispute_is_answered_before_anything_moves_and_a_refusal_gives_it_back(site, as_, send):
    number = send()
    with as_("archivist") as desk:
        goc = desk.site.unit_by_key["goc"]
        with pytest.raises(Invalid, match=r"reason|state|faults|wrong|correct") as caught:
            handing_over.dispute(desk, goc, handover=number, reason=" ")
        assert [fault.field for fault in caught.value.faults] == ["reason"]
        handing_over.dispute(desk, goc, handover=number, reason="Thiếu bì")
    with pytest.raises(Invalid):
        answer(site, as_, number, papers="0")
    with as_("officer") as desk:
        nhanh = desk.site.unit_by_key["nhanh"]
        handing_over.answer_dispute(desk, nhanh, handover=number, reason="Đã gửi bì PB-01")
    with as_("archivist") as desk:
        goc = desk.site.unit_by_key["goc"]
        with pytest.raises(Conflict):
            handing_over.refuse(desk, goc, handover=number, reason="Sai", revision=1)
        handing_over.refuse(desk, goc, handover=number, reason="Sai người")
        assert desk.site.dossiers[CODE].unit.key == "nhanh"
    # It may be listed anew.
    assert send() == "2026-0002"


def test_of_another_agency_the_sender_records_what_came_back_and_the_person_has_gone(
    site, as_, send
):
    # It is not the handover that says that somebody has gone.
    with pytest.raises(Invalid) as caught:
        send(target="", agency="Sở Y tế tỉnh Mẫu")
    assert ["T-0001"] == [fault.facts["code"] for fault in caught.value.faults]
    with as_("officer") as desk:
        dossier = desk.site.dossiers[CODE]
        let_stand(desk, dossier, status="CHUYEN_DI", effective="01/03/2026")

    number = send(target="", agency="Sở Y tế tỉnh Mẫu")
    with pytest.raises(Invalid) as caught:
        answer(site, as_, number, who="officer", unit="nhanh", papers="0")
    assert [fault.field for fault in caught.value.faults] == ["signed_by"]
    answer(
        site, as_, number, who="officer", unit="nhanh", papers="0", signed_by="Trần Mẫu, BB 3/SYT"
    )

    with as_("officer") as desk:
        dossier = desk.site.dossiers[CODE]
        assert (dossier.unit.key, dossier.status_events[-1].status) == ("nhanh", "CHUYEN_DI")
        assert [event.effective for event in dossier.status_events] == ["2026-03-01"]


def test_a_dossier_of_a_matter_goes_to_another_agency_and_has_no_standing(site, as_, send):
    with as_("officer") as desk:
        matter = next(k for k, t in desk.rulebook.dossier_types.items() if not t.personal)
        a_dossier(desk, code=CODE_OF_MATTER, type_=matter)

    number = send(target="", agency="Sở Y tế tỉnh Mẫu", codes=[CODE_OF_MATTER])
    with as_("officer") as desk:
        handing_over.receive(
            desk, desk.site.unit_by_key["nhanh"], handover=number, envelope="PB-01",
            counted={CODE_OF_MATTER: "0"}, notes={}, told=handovers.teller(site),
            reason=handovers.reason(), signed_by="Trần Mẫu, BB 3/SYT",
        )  # fmt: skip
        assert desk.site.dossiers[CODE_OF_MATTER].status_events == ()


def test_what_cannot_be_sent_is_said_at_once(as_, send):
    for words, fields in (
        ({"codes": [], "target": "nhanh", "decision": ""}, {"target", "decision", "codes"}),
        ({"codes": ["X-9", CODE], "agency": "Sở"}, {"target", "codes"}),
    ):
        with pytest.raises(Invalid) as caught:
            send(**words)
        assert {fault.field for fault in caught.value.faults} == fields
    send()
    with pytest.raises(Invalid) as caught:
        send()
    assert "another handover" in caught.value.faults[0].message
    with pytest.raises(Forbidden):
        send(who="clerk")


def test_what_is_not_signed_for_in_ten_working_days_is_overdue(as_, send, clock):
    number = send()
    clock.advance(timedelta(days=14))
    with as_("archivist") as desk:
        assert handover_views.listed(desk, desk.site, late=True) == []
    clock.advance(timedelta(days=1))
    with as_("archivist") as desk:
        (view,) = handover_views.listed(desk, desk.site, late=True)
        assert (view.handover.number, view.late, view.side) == (number, 1, "out")
        assert [one.handover.number for one in handover_views.glance(desk, desk.site)] == [number]


def test_who_is_of_neither_side_knows_of_no_handover(as_, send):
    number = send()
    with pytest.raises(Forbidden), as_("head") as desk:
        handover_views.look(desk, desk.site, handover=number)
    with pytest.raises(Missing), as_("archivist") as desk:
        handover_views.look(desk, desk.site, handover="2026-0099")


def test_what_another_unit_has_taken_meanwhile_is_not_signed_for(site, as_, send):
    number = send()
    with as_("officer") as desk:
        dossier = desk.site.dossiers[CODE]
        let_keep(desk, dossier, "goc")

    with pytest.raises(Invalid) as caught:
        answer(site, as_, number, papers="0")
    assert [fault.field for fault in caught.value.faults] == ["handover"]


def test_differences_name_what_is_gone_missing_added_and_changed():
    paper = PaperLine("a", "D05", "1/QĐ", "2020", "", 1, "11", 5, "")
    other = PaperLine("b", "D05", "2/QĐ", "2020", "", 1, "22", 5, "")
    lines = [DossierLine(code, code, "N", "VC", 1, "", (paper, other)) for code in ("X", "Y")]

    assert differences(lines, {"X": {"a": "99", "c": "33"}}) == [
        ("X", "a", "changed"), ("X", "b", "missing"), ("X", "c", "added"), ("Y", "", "gone"),
    ]  # fmt: skip
    assert date(2026, 3, 16).weekday() == 0
