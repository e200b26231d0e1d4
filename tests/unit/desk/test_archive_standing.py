"""What an archive's acceptance does: the status it brings, and which disposals it lets proceed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from types import MappingProxyType

import pytest

from hoso.access.accounts import accounts_of, tie
from hoso.app import executing as job
from hoso.app.delivering import prepare
from hoso.desk import (
    account_events,
    archive_standing,
    delivering,
    disposal_papers,
    disposing,
    disposing_sweep,
)
from hoso.desk.disposing_asking import against
from hoso.kernel import ids
from hoso.kernel.errors import Invalid
from hoso.personnel.model import careers_of
from hoso.preservation.delivery import register
from hoso.preservation.delivery.model import Receipt
from hoso.records.filing import record_status, touch
from hoso.records.model import Document, Dossier
from hoso.records.standing import status_at
from hoso.retention.disposing import book
from hoso.storage.shredding import files_of, oid_of
from hoso.testing.disposals import a_due_dossier, a_second_head, approved_list, carried_out
from hoso.testing.sites import CODE
from hoso.testing.things import a_dossier, a_filed_paper


@pytest.fixture(autouse=True)
def _no_typesetting(monkeypatch):
    """The papers of a disposal are tested in test_disposal_papers; here they would take most time."""
    monkeypatch.setattr(disposal_papers, "write", lambda *_args, **_words: {})


@pytest.fixture
def office(as_):
    with as_("archivist") as desk:
        a_second_head(desk)
        desk.site.dossiers[CODE].unit = desk.site.unit_by_key["nhanh"]
        a_filed_paper(desk, desk.site.dossiers[CODE], words="một", type_="A01")


@pytest.fixture
def archive_first(site):
    """A catalogue that sends examination papers to the archive before they are destroyed."""
    classes = site.rulebook.retention_classes
    first = replace(classes["exam-papers"], transfer_first=True)
    site.rulebook = replace(
        site.rulebook, retention_classes=MappingProxyType({**classes, "exam-papers": first})
    )


def frozen(desk, code):
    return delivering.freeze(desk, desk.find(code, Dossier), profile="bagit", reason="Nộp lưu")


def accepted(desk, export, *, received="2026-03-02T23:30:00+00:00"):
    """Let the archive accept a package, as the receipt does once it was judged."""
    receipt = Receipt(
        outcome="accepted", content=b"{}", signature=b"", sha256="0" * 64, received=received,
        archive="Lưu trữ lịch sử", aip="H49.1", accession="", signer="Lê Thị Mẫu",
        at=desk.now, by=desk.identity.login,
    )  # fmt: skip
    register.add_receipt(export, receipt)
    register.end(desk.root, export, "accepted", at=desk.now, by=desk.identity.login, why="")
    dossier = desk.find(export.dossier, Dossier)
    return archive_standing.record(desk, dossier, export=export, receipt=receipt)


def status_of(desk, code=CODE, on=date(2026, 3, 4)):
    found = status_at(desk.site.dossiers[code].status_events, on)
    return found.status if found is not None else ""


def codes(reasons):
    return {reason.code for reason in reasons}


# The status ------------------------------------------------------------------------------------


def test_an_accepted_receipt_makes_a_status_that_rests_on_it_and_says_so_before(as_, office):
    with as_("archivist") as desk:
        export = frozen(desk, CODE)
        dossier = desk.site.dossiers[CODE]
        before = archive_standing.foreseen(desk, dossier, export)
        event = accepted(desk, export)

        assert before.code == "status-changes"
        assert "Đã nộp vào lưu trữ lịch sử" in str(before)
        # Half past eleven at night in London is the next morning in Hà Nội.
        assert (event.status, event.effective) == ("NOP_LS", "2026-03-03")
        assert event.authority == f"receipt:{export.uid}"
        assert dossier.status_events[-1] == event
        assert archive_standing.foreseen(desk, dossier, export) is None
        # A second package of the same papers is no second fact.
        assert accepted(desk, frozen(desk, CODE)) is None


def test_it_is_undone_by_a_further_fact_only(as_, office):
    with as_("archivist") as desk:
        accepted(desk, frozen(desk, CODE))
        dossier = desk.site.dossiers[CODE]
        facts = dossier.status_events
        record_status(
            dossier, status="LUU_TRU", effective="2026-03-04", evidence="", at=desk.now, by="x"
        )

        assert dossier.status_events[:-1] == facts
        assert status_of(desk) == "LUU_TRU"


@pytest.mark.parametrize("what", ["added", "changed", "left out", "handed over"])
def test_what_is_not_all_with_the_archive_keeps_its_status(as_, office, what):
    with as_("archivist") as desk:
        dossier = desk.site.dossiers[CODE]
        if what == "left out":
            paper = a_filed_paper(desk, dossier, words="mật", type_="A01")
            paper.stub = True
        export = frozen(desk, CODE)
        if what == "added":
            a_filed_paper(desk, dossier, words="hai", type_="A01")
        elif what == "changed":
            touch(next(iter(dossier.values())), at=desk.now, by="x")
        elif what == "handed over":
            careers_of(desk.root).under_way[dossier.id] = 1
        before = archive_standing.foreseen(desk, dossier, export)

        assert accepted(desk, export) is None
        assert status_of(desk) == ""
        assert (before.code if before else "") == ("" if what == "handed over" else "status-stays")


def test_the_account_of_who_retired_stays_shut_when_the_dossier_goes_to_the_archive(as_, office):
    with as_("archivist") as desk:
        dossier = desk.site.dossiers[CODE]
        account = accounts_of(desk.root).by_login["clerk"]
        tie(desk.root, account, dossier.id)
        record_status(
            dossier, status="NGHI_HUU", effective="2026-01-01", evidence="", at=desk.now, by="x"
        )
        account_events.follow(desk, dossier)
        assert account.ends_on == "2026-01-01"

        accepted(desk, frozen(desk, CODE))

        assert status_of(desk) == "NOP_LS"
        assert (account.ends_on, account.ends_why) == ("2026-01-01", "NGHI_HUU")


# Disposal --------------------------------------------------------------------------------------


def said_against(desk, record, **words):
    unit = desk.site.unit_by_key["nhanh"]
    return {
        one.code: str(one) for one in against(desk, record, basis="expired", unit=unit, **words)
    }


def test_nothing_of_such_a_class_is_proposed_before_the_archive_signed_for_it(
    as_, office, archive_first
):
    with as_("archivist") as desk:
        dossier = a_due_dossier(desk, "H-1")
        assert "no archive has signed" in said_against(desk, dossier)["not-taken-over"]
        found = disposing_sweep.candidates(desk, desk.site.unit_by_key["nhanh"])
        assert [codes(one.against) for one in found] == [{"not-taken-over"}]
        with pytest.raises(Invalid, match="no archive has signed"):
            disposing.propose(
                desk, dossier.unit, title="Hết hạn", explanation="Rà soát", codes=["H-1"]
            )
        export = frozen(desk, "H-1")
        assert said_against(desk, dossier)
        accepted(desk, export)

        assert said_against(desk, dossier) == {}
        a_filed_paper(desk, dossier, words="Bài thi mới", type_="K01")
        assert "1 of its papers" in said_against(desk, dossier)["not-taken-over"]
        # A second package for what came after: together they are all of it.
        accepted(desk, frozen(desk, "H-1"))
        assert said_against(desk, dossier) == {}


def test_the_receipt_is_asked_for_again_when_the_list_is_carried_out(
    as_, office, site, archive_first
):
    with as_("archivist") as desk:
        for code in ("H-1", "H-2"):
            a_due_dossier(desk, code)
            accepted(desk, frozen(desk, code))
    number = approved_list(site, ["H-1", "H-2"])
    with as_("archivist") as desk:
        # Described anew after the archive took it over: what it has is not what is here.
        touch(next(iter(desk.site.dossiers["H-1"].values())), at=desk.now, by="clerk")

    carried_out(site, number)

    with as_("archivist") as desk:
        lines = disposing.find(desk, number).lines
        assert [line.state for line in lines.values()] == ["blocked", "binned"]
        assert codes(lines[1].reasons) == {"not-taken-over"}


def test_a_catalogue_that_asks_no_more_does_not_free_what_was_proposed_under_it(
    as_, office, site, archive_first
):
    with as_("archivist") as desk:
        dossier = a_due_dossier(desk, "H-1")
        accepted(desk, frozen(desk, "H-1"))
    number = approved_list(site, ["H-1"])
    classes = dict(site.rulebook.retention_classes)
    classes["exam-papers"] = replace(classes["exam-papers"], transfer_first=False)
    site.rulebook = replace(site.rulebook, retention_classes=MappingProxyType(classes))
    with as_("archivist") as desk:
        dossier = desk.site.dossiers["H-1"]
        assert said_against(desk, dossier) == {}
        touch(next(iter(dossier.values())), at=desk.now, by="clerk")
        frozen_then = disposing.find(desk, number).lines[1].frozen

        assert set(said_against(desk, dossier, frozen=frozen_then)) == {"not-taken-over"}
        assert said_against(desk, dossier) == {}


def test_a_duplicate_of_what_is_permanent_waits_for_the_archive_too(as_, office):
    with as_("archivist") as desk:
        for code in ("B-1", "B-2"):
            facts = {"type_": "headcount", "state": "closed", "ended": "2012", "birth_date": ""}
            dossier = a_dossier(desk, code=code, **facts)
            a_filed_paper(desk, dossier, words="Chỉ tiêu biên chế 2012", type_="K14")
        unit = desk.site.unit_by_key["nhanh"]

        assert codes(against(desk, dossier, basis="duplicate", unit=unit)) == {"not-taken-over"}
        accepted(desk, frozen(desk, "B-2"))
        assert codes(against(desk, dossier, basis="duplicate", unit=unit)) == set()


def test_a_paper_that_goes_alone_takes_its_packages_along_and_no_file_of_another(
    as_, office, site, clock
):
    with as_("archivist") as desk:
        facts = {"type_": "exam-results", "state": "closed", "ended": "2012", "birth_date": ""}
        dossier = a_dossier(desk, code="E-1", **facts)
        stays = a_filed_paper(desk, dossier, words="Trúng tuyển", type_="K02")
        goes = a_filed_paper(desk, dossier, words="Bài thi", type_="K01")
        export = frozen(desk, "E-1").uid
        oids = [oid_of(one.blob) for one in stays.renditions.values()]
        made = oid_of(register.export_of(desk.root, export).made)
        uid = goes.uid
    prepare(site)
    number = approved_list(site, [uid])
    carried_out(site, number)
    clock.advance(timedelta(days=10))

    assert job.destroy_due(site) == 1

    assert len(files_of(site.databases, oids)) == len(oids) > 0
    assert files_of(site.databases, [made]) == []
    with as_("archivist") as desk:
        found = register.export_of(desk.root, export)
        assert (found.state, len(found.lines), found.made) == ("cancelled", 0, None)
        assert found.title


def test_a_paper_that_was_moved_since_keeps_its_file_when_the_dossier_goes(
    as_, office, site, clock
):
    """A package held its blob under the dossier it lay in then."""
    with as_("archivist") as desk:
        dossier = a_due_dossier(desk, "H-1")
        paper = next(iter(dossier.values()))
        export = frozen(desk, "H-1").uid
        uid = paper.uid
        oids = [oid_of(one.blob) for one in paper.renditions.values()]
        # Filed wrongly, and put right on the same day.
        dossier.remove(uid)
        desk.site.dossiers[CODE].add(uid, paper)
        assert uid in register.export_of(desk.root, export).papers
    number = approved_list(site, ["H-1"])
    carried_out(site, number)
    clock.advance(timedelta(days=10))

    assert job.destroy_due(site) == 1

    assert len(files_of(site.databases, oids)) == len(oids) > 0
    with as_("archivist") as desk:
        assert desk.find(uid, Document).dossier.code == CODE
        assert book.destroyed_of(desk.root, ids.from_text(uid)) is None
