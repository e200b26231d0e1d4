"""Secrets where the installation is not approved for them: descriptions; bytes behind a seal."""

from __future__ import annotations

import json
import zipfile
from dataclasses import replace
from types import MappingProxyType

import pytest
from persistent import GHOST

from hoso.app.marks import seal_secrets
from hoso.desk import (
    checking,
    documents,
    exporting,
    intake,
    marking,
    page_order,
    reading,
    searching,
    setting_aside,
    splitting,
    stubs,
)
from hoso.desk.desk import Desk
from hoso.desk.parts import MadePart
from hoso.desk.reading import MACHINE
from hoso.ingest import queue
from hoso.ingest.splitting.plan import Part, Plan
from hoso.kernel.errors import Forbidden, Invalid, Missing
from hoso.records.events import DocumentChanged, Moved
from hoso.records.model import Document, Dossier
from hoso.testing.sites import identity
from hoso.testing.things import a_dossier, a_filed_paper, a_paper, a_waiting_paper, spooled

DESCRIPTION = {"type": "D05", "title": "Về nhân sự", "level": "2"}
DECISION = {"level": "2", "basis": "Mục 3", "determiner": "Giám đốc", "decision": "7/QĐ-M"}
STAMPED = {"level": {"value": "2", "page": 1, "box": [0, 0, 1, 1], "confidence": 0.9}}


def approve(house, approved):
    book = house.rulebook
    settings = {**book.profile.settings, "secrecy": {"approved_for_secrets": approved}}
    profile = replace(book.profile, settings=MappingProxyType(settings))
    house.rulebook = replace(book, profile=profile)


@pytest.fixture
def unapproved(site):
    """The site as nearly all are: not approved for state secrets."""
    approve(site, False)
    return site


def nothing_is_served(desk, uid):
    """Assert that no door gives a byte of a paper."""
    paper = desk.find(uid, Document)
    doors = [
        lambda: documents.original(desk, paper),
        lambda: documents.preservation_copy(desk, paper),
        lambda: documents.preview(desk, paper, name="page-0001"),
        lambda: documents.preview_in_tray(desk, paper, name="page-0001"),
    ]
    for door in doors:
        with pytest.raises((Missing, Forbidden)):
            door()
    assert documents.text_of(paper) == ""
    assert documents.words_of(paper) == []
    if paper.dossier is not None:
        view = documents.look(desk, paper)
        assert (view.pages, view.copy, view.may_download, view.hits) == ((), None, False, ())
    else:
        view = intake.item(desk, paper)
        assert not any(page.picture or page.text for page in view.pages)
        assert (dict(view.proposals), view.type_proposal) == ({}, None)


def test_a_stamp_read_at_intake_seals_the_file_and_sets_the_paper_aside(unapproved, as_):
    with as_("archivist") as desk:
        uid = a_waiting_paper(desk, words="Tuyệt mật nhân sự", proposals=STAMPED).uid
        paper = desk.find(uid, Document)

        assert (paper.state, paper.level, paper.stub) == ("quarantined", 2, True)
        assert "original" in paper.sealed
        assert [reason.code for reason in paper.reasons] == ["secret"]
        assert not queue.waits(desk.root, paper)
        assert not queue.lacks_copy(desk.root, paper)
        nothing_is_served(desk, uid)
    unapproved.follower.catch_up()
    with as_("archivist") as desk:
        assert searching.search(desk, desk.site, text="tuyệt mật nhân sự").total == 0


def test_what_reading_hands_in_late_is_not_kept_in_the_open(unapproved, as_):
    with as_("archivist") as desk:
        paper = a_waiting_paper(desk, proposals=STAMPED)
        machine = Desk(desk.house, desk.connection, MACHINE, via="worker")
        reading.copied(machine, paper, result=reading.Copied(()))
        reading.hand_in(machine, paper, result=None)

        assert (paper.state, len(paper.renditions)) == ("quarantined", 0)


def test_the_archivist_files_the_description_and_the_file_stays_sealed(unapproved, as_, entries):
    with as_("archivist") as desk:
        a_dossier(desk)
        paper = a_waiting_paper(desk, words="Tuyệt mật nhân sự", proposals=STAMPED)
        with pytest.raises(Invalid) as refused:
            intake.file(
                desk, paper, dossier="T-0002", typed={**DESCRIPTION, "level": "1"}, revision=None
            )
        assert [fault.field for fault in refused.value.faults] == ["level"]
        with pytest.raises(Invalid):
            intake.correct(desk, paper, typed={"level": "0"}, revision=paper.revision)
        intake.file(desk, paper, dossier="T-0002", typed=DESCRIPTION, revision=None)
        uid = paper.uid

        assert (paper.state, paper.stub, paper.title) == ("filed", True, "Về nhân sự")
        nothing_is_served(desk, uid)
    unapproved.follower.catch_up()
    with as_("archivist") as desk:
        assert searching.search(desk, desk.site, text="tuyệt mật").total == 0
        assert searching.search(desk, desk.site, text="về nhân sự").total == 1
    assert entries("document.filed")[0].details["stub"] is True


def test_a_filed_paper_that_becomes_a_secret_is_sealed_in_the_same_commit(unapproved, as_):
    with as_("officer") as desk:
        here = desk.site.dossiers["T-0001"]
        marked = a_filed_paper(desk, here, words="một").uid
        typed = a_filed_paper(desk, here, words="hai").uid
        paper = desk.find(marked, Document)
        marking.determine(desk, paper, typed=DECISION, revision=paper.revision)
        paper = desk.find(typed, Document)
        documents.edit(desk, paper, typed=DESCRIPTION, revision=paper.revision)
        for uid in (marked, typed):
            nothing_is_served(desk, uid)


def test_a_dossier_that_becomes_a_secret_seals_all_that_is_in_it(unapproved, as_):
    with as_("officer") as desk:
        dossier = desk.site.dossiers["T-0001"]
        uid = a_filed_paper(desk, dossier).uid
        marking.determine(desk, dossier, typed=DECISION, revision=dossier.revision)
        nothing_is_served(desk, uid)


def test_nobody_releases_or_rearranges_what_is_sealed(unapproved, as_):
    with as_("archivist") as desk:
        paper = a_waiting_paper(desk, proposals=STAMPED)
        with pytest.raises(Invalid):
            setting_aside.release(desk, paper, why="Đã xem", revision=paper.revision)
        filed = a_filed_paper(desk, desk.site.dossiers["T-0001"], words="ba", level=2)
        with pytest.raises(Invalid):
            page_order.arrange(desk, filed, leaves=(), dropped={}, revision=filed.revision)


def test_a_filing_of_a_stub_that_is_undone_lies_in_quarantine_again(unapproved, as_):
    with as_("archivist") as desk:
        a_dossier(desk)
        paper = a_waiting_paper(desk, proposals=STAMPED)
        intake.file(desk, paper, dossier="T-0002", typed=DESCRIPTION, revision=None)
        checking.unfile(desk, paper, revision=paper.revision)

        assert (paper.state, paper.stub, paper.dossier) == ("quarantined", True, None)


def test_only_who_may_determine_secrets_opens_the_seal_and_not_while_it_is_one(
    unapproved, as_, entries
):
    with as_("officer") as desk:
        uid = a_filed_paper(desk, desk.site.dossiers["T-0001"], words="bốn", level=2).uid
        paper = desk.find(uid, Document)
        with pytest.raises(Invalid) as refused:
            stubs.open_seal(desk, paper, why="Cần xem", revision=paper.revision)
        assert [fault.field for fault in refused.value.faults] == ["why"]
        marking.lift(desk, paper, typed={"basis": "Đọc nhầm dấu", "determiner": "Giám đốc"},
                     revision=paper.revision)  # fmt: skip
        nothing_is_served(desk, uid)
    with as_("archivist") as desk, pytest.raises(Forbidden):
        paper = desk.find(uid, Document)
        stubs.open_seal(desk, paper, why="Cần xem", revision=paper.revision)
    with as_("officer") as desk:
        paper = desk.find(uid, Document)
        stubs.open_seal(desk, paper, why="Không phải bí mật", revision=paper.revision)

        assert documents.text_of(paper) == "bốn"
        assert documents.original(desk, paper).sha256 == paper.sha256
        assert (paper.stub, queue.waits(desk.root, paper)) == (False, True)
    assert entries("stub.opened")[0].details["why"] == "Không phải bí mật"


def test_a_stamp_that_was_misread_is_not_read_again_once_that_was_decided(unapproved, as_):
    with as_("officer") as desk:
        paper = a_waiting_paper(desk, proposals=STAMPED)
        marking.lift(desk, paper, typed={"basis": "Đọc nhầm dấu", "determiner": "Giám đốc"},
                     revision=paper.revision)  # fmt: skip
        stubs.open_seal(desk, paper, why="Không có dấu mật", revision=paper.revision)
        assert (paper.state, queue.waits(desk.root, paper)) == ("received", True)
        machine = Desk(desk.house, desk.connection, MACHINE, via="worker")
        reading.begin(machine, paper)
        result = reading.HandedIn("application/pdf", "", 1, ("layer",), (), STAMPED, None, (), "t")
        reading.hand_in(machine, paper, result=result)

        assert (paper.state, paper.level, paper.stub) == ("waiting", 1, False)


def test_a_secret_sheet_that_is_not_scanned_has_a_description_and_a_place(unapproved, as_):
    with as_("officer") as desk:
        dossier = desk.site.dossiers["T-0001"]
        with pytest.raises(Invalid) as refused:
            stubs.make(desk, dossier, typed={"level": "1", "title": ""})
        assert sorted(fault.field for fault in refused.value.faults) == ["title", "type"]
        with pytest.raises(Invalid) as open_one:
            stubs.make(desk, dossier, typed={**DESCRIPTION, "level": "1"})
        assert [fault.field for fault in open_one.value.faults] == ["level"]
        uid = stubs.make(desk, dossier, typed=DESCRIPTION).uid
    with as_("officer") as desk:
        paper = desk.find(uid, Document)
        assert (paper.dossier.code, paper.stub, paper.sha256) == ("T-0001", True, "")
        nothing_is_served(desk, uid)
        assert "never scanned" in stubs.why_not_opened(desk, paper)


def test_no_package_holds_a_sealed_paper(unapproved, as_, tmp_path, entries):
    with as_("officer") as desk:
        dossier = a_dossier(desk)
        a_filed_paper(desk, dossier, words="một", title="Giấy thường")
        a_filed_paper(desk, dossier, words="hai", title="Giấy kín", level=2)
        report = exporting.export(desk, dossier, profile="bagit", to=tmp_path / "out", zipped=True)
        with zipfile.ZipFile(report.path) as package:
            everything = b"".join(package.read(name) for name in package.namelist())
            names = " ".join(package.namelist())

    assert "Giấy thường".encode() in everything
    assert "Giấy kín".encode() not in everything
    assert "Giấy kín" not in names
    assert entries("dossier.exported")[0].details["stubs"] == 1


def test_secrets_that_lie_open_when_a_profile_changes_are_sealed_and_told(site, as_, entries):
    with as_("officer") as desk:
        uid = a_filed_paper(desk, desk.site.dossiers["T-0001"], level=2).uid
        assert not desk.find(uid, Document).stub
    approve(site, False)

    assert (seal_secrets(site), seal_secrets(site)) == (1, 0)
    with as_("officer") as desk:
        nothing_is_served(desk, uid)
    assert [entry.record for entry in entries("stub.sealed")] == [uid]


def test_an_approved_installation_keeps_its_secrets_whole(site, as_):
    with as_("officer") as desk:
        paper = a_filed_paper(desk, desk.site.dossiers["T-0001"], level=2)

        assert (paper.stub, "original" in paper.renditions) == (False, True)


def test_a_dossier_of_secrets_does_not_exist_for_who_is_not_cleared(unapproved, as_):
    with as_("officer") as desk:
        dossier = desk.site.dossiers["T-0001"]
        uid = stubs.make(desk, dossier, typed=DESCRIPTION).uid
    low = replace(identity(unapproved, "clerk"), clearance=1)
    unapproved.follower.catch_up()
    with as_(low) as desk:
        with pytest.raises(Missing):
            desk.find(uid, Document)
        assert searching.search(desk, desk.site, text="về nhân sự").total == 0
        assert isinstance(desk.find("T-0001"), Dossier)


def test_of_a_scan_that_is_split_only_the_stamped_part_is_sealed_and_the_scan_itself(
    unapproved, as_
):
    """Until it is split it must be readable; the whole scan shows the secret page, too."""
    with as_("archivist") as desk:
        scan = a_paper(desk, words="cả hộp")
        desk.move(scan, "reading")
        scan.pages, scan.level = 4, 2
        known = queue.enqueue(desk.root, scan)
        known.plan, known.proposals = "{}", json.dumps({"level": {**STAMPED["level"], "page": 3}})
        desk.notify([DocumentChanged(scan)])
        assert not scan.stub
        plan = Plan((Part((1, 2)), Part((3, 4))), {})
        made = [MadePart(spooled(desk, words), 2) for words in ("một", "hai")]
        parts = [one.document for one in splitting.split(desk, scan, plan=plan, made=made).parts]

        assert [(one.level, one.stub, one.state) for one in parts] == [
            (1, False, "received"),
            (2, True, "quarantined"),
        ]
        assert (scan.state, scan.stub, len(scan.renditions)) == ("split", True, 0)
        assert [queue.waits(desk.root, one) for one in parts] == [True, False]


def test_a_dossier_that_was_marked_by_mistake_is_opened_at_once_but_for_what_is_secret_by_itself(
    unapproved, as_, entries
):
    with as_("officer") as desk:
        dossier = desk.site.dossiers["T-0001"]
        one, two = (a_filed_paper(desk, dossier, words=words) for words in ("một", "hai"))
        secret = a_filed_paper(desk, dossier, words="ba", level=2)
        marking.determine(desk, dossier, typed=DECISION, revision=dossier.revision)
        with pytest.raises(Invalid):
            stubs.open_all(desk, dossier, why="Chưa giải mật")
        lifting = {"determiner": "Giám đốc", "decision": "9/QĐ-M", "decided": "02/03/2026"}
        marking.lift(desk, dossier, typed=lifting, revision=dossier.revision)
        with pytest.raises(Invalid):
            stubs.open_all(desk, dossier, why="")
        assert stubs.open_all(desk, dossier, why="Xác định nhầm hồ sơ") == 2

        assert [paper.stub for paper in (one, two, secret)] == [False, False, True]
        assert documents.text_of(one) == "một"
        opened = {one.uid, two.uid}
    assert {entry.record for entry in entries("stub.opened")} == opened
    assert entries("stub.all-opened")[0].details["papers"] == 2


def loaded(connection):
    """How many papers a connection has read from the database, by number."""
    return {
        one.id
        for _, one in connection._cache.lru_items()
        if isinstance(one, Document) and one._p_state != GHOST
    }


def test_a_transfer_reads_the_papers_that_are_secret_and_no_others(unapproved, as_):
    with as_("officer") as desk:
        dossier = desk.site.dossiers["T-0001"]
        for number in range(40):
            a_filed_paper(desk, dossier, words=f"tờ {number}")
        secret = a_filed_paper(desk, dossier, words="kín", level=2)
        approve(unapproved, True)
        late = a_filed_paper(desk, dossier, words="kín nữa", level=2)
        approve(unapproved, False)
        papers = (secret.id, late.id)
    with unapproved.databases.connection() as connection:
        root = connection.root()
        connection.cacheMinimize()
        stubs.keep_apart(unapproved, root, Moved(root["site"].dossiers["T-0001"]))

        # The first is behind its seal already; the other was let lie open.
        assert loaded(connection) == {papers[1]}
        assert root["site"].by_id[papers[1]].stub


def test_a_secret_dossier_that_goes_elsewhere_is_not_read_again(unapproved, as_):
    with as_("officer") as desk:
        dossier = desk.site.dossiers["T-0001"]
        for number in range(40):
            a_filed_paper(desk, dossier, words=f"tờ {number}")
        marking.determine(desk, dossier, typed=DECISION, revision=dossier.revision)
        assert all(paper.stub for paper in dossier.values())
    with unapproved.databases.connection() as connection:
        root = connection.root()
        connection.cacheMinimize()
        stubs.keep_apart(unapproved, root, Moved(root["site"].dossiers["T-0001"]))

        assert loaded(connection) == set()


def test_a_register_of_before_looks_at_every_paper_of_a_secret_dossier_once(unapproved, as_):
    with as_("officer") as desk:
        dossier = desk.site.dossiers["T-0001"]
        uid = a_filed_paper(desk, dossier, words="một").uid
        marking.determine(desk, dossier, typed=DECISION, revision=dossier.revision)
        desk.root["marks"].sealed = None
        stubs.keep_apart(unapproved, desk.root, Moved(dossier))
        assert list(desk.root["marks"].sealed) == [desk.find(uid, Document).id]


def test_a_seal_that_was_opened_is_put_on_again_when_the_dossier_becomes_a_secret(unapproved, as_):
    with as_("officer") as desk:
        dossier = desk.site.dossiers["T-0001"]
        paper = a_filed_paper(desk, dossier, words="bốn", level=2)
        marking.lift(desk, paper, typed={"basis": "Đọc nhầm dấu", "determiner": "Giám đốc"},
                     revision=paper.revision)  # fmt: skip
        stubs.open_seal(desk, paper, why="Không phải bí mật", revision=paper.revision)
        assert not paper.stub
        marking.determine(desk, dossier, typed=DECISION, revision=dossier.revision)

        nothing_is_served(desk, paper.uid)
