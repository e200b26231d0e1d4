"""What is kept of a person beside the dossier goes with it, or is not shown any more."""

from __future__ import annotations

import pytest

from hoso.app.letting_go import let_lists_go
from hoso.desk import handing_over, handover_views, importing
from hoso.desk.disposing_traces import destroy, into_bin
from hoso.ingest.bulk.workplace import Workplace
from hoso.personnel.model import careers_of
from hoso.preservation.taking.model import ForeignFile, TakenPackage, TakenPackages
from hoso.retention.disposing import book
from hoso.storage.blobs import blob_of, spool_bytes
from hoso.storage.shredding import files_of, oid_of
from hoso.testing.service import let_stand
from hoso.testing.things import a_dossier, a_filed_paper
from hoso.web import handovers

CODE = "T-0600"
WORD = "Khuất Thị Mẫu"


@pytest.fixture
def known(as_):
    """A person whose two papers came by a list, with a leaving recorded: the ids of the papers."""
    with as_("officer") as desk:
        dossier = a_dossier(desk, code=CODE, name=WORD)
        papers = [a_filed_paper(desk, dossier, words=name).id for name in ("một", "hai")]
        let_stand(desk, dossier, status="NGHI_HUU", effective="2010-06-30")
        return papers


def gone(as_, code=CODE):
    """Destroy a dossier as the executor does, without the council before it."""
    with as_("operator") as desk:
        dossier = desk.site.dossiers[code]
        into_bin(desk, dossier)
        return destroy(desk, dossier, why="Hủy")


def an_import(site, as_, papers):
    with as_("clerk") as desk:
        unit = desk.unit("nhanh")
        list_ = spool_bytes(f"mã,tên\n{CODE},{WORD}\n".encode(), desk.house.spool)
        job = importing.begin(desk, unit, spooled=list_, name=f"{WORD}.csv".encode(), folder="/x")
        job.state = "running"
        importing.advance(
            desk, unit, uid=job.uid, since=0, row=1, ended={"filed": 2}, report=0, papers=papers
        )
        uid = job.uid
    place = Workplace.of(site.path, uid)
    place.make()
    place.report.write_text(WORD)
    with as_("clerk") as desk:
        job = desk.root["imports"].imports[uid]
        return uid, oid_of(job.list), place


def test_a_list_that_names_what_is_destroyed_is_let_go_of_when_nobody_needs_it(
    site, as_, known, entries
):
    uid, oid, place = an_import(site, as_, known)
    other, *_ = an_import(site, as_, ())
    gone(as_)
    # The import is still under way: its list is needed.
    assert let_lists_go(site) == 0
    with as_("clerk") as desk:
        importing.end(desk, desk.unit("nhanh"), uid=uid)

    assert let_lists_go(site) == 1

    assert files_of(site.databases, [oid]) == []
    assert not place.folder.exists()
    with as_("clerk") as desk:
        jobs = desk.root["imports"].imports
        assert (jobs[uid].list, jobs[uid].list_name) == (None, b"")
        assert (jobs[uid].sha256 != "", dict(jobs[uid].progress.counts)) == (True, {"filed": 2})
        assert jobs[other].list is not None
    assert entries("import.list-let-go")[-1].details["import_"] == uid
    assert let_lists_go(site) == 0


def test_descriptions_of_a_package_go_with_the_dossier_it_became(site, as_, known):
    with as_("operator") as desk:
        dossier = desk.site.dossiers[CODE]
        kept = TakenPackage("1" * 13, name=WORD, unit=dossier.unit, at=desk.now, by="x")
        kept.dossier, kept.findings = dossier.uid, (("CSIP1", WORD, "x"),)
        spooled = spool_bytes(WORD.encode(), desk.house.spool)
        desk.connection.add(kept)
        blob = blob_of(spooled, desk.connection)
        kept.foreign["metadata/dossier.json"] = ForeignFile(blob, size=1, sha256="")
        desk.root["taken_packages"] = TakenPackages()
        desk.root["taken_packages"].by_uid[kept.uid] = kept
    with as_("operator") as desk:
        oid = oid_of(
            desk.root["taken_packages"].by_uid["1" * 13].foreign["metadata/dossier.json"].blob
        )

    assert oid in gone(as_).oids
    with as_("operator") as desk:
        kept = desk.root["taken_packages"].by_uid["1" * 13]
        assert (list(kept.foreign), kept.findings, kept.name) == ([], (), "1" * 13)


def test_what_was_recorded_of_the_service_goes_and_others_stays(as_, known):
    with as_("officer") as desk:
        let_stand(desk, desk.site.dossiers["T-0001"], status="THOI_VIEC", effective="2026-03-01")
        number = desk.site.dossiers[CODE].id
        assert len(careers_of(desk.root).leavings) == 2
    gone(as_)
    with as_("officer") as desk:
        careers = careers_of(desk.root)
        (left,) = careers.leavings.values()
        assert (left.kind, number in careers.of_dossier, len(careers.wanting)) == (
            "resignation", False, 1,
        )  # fmt: skip


def test_a_handover_names_nobody_any_more_whose_dossier_is_destroyed(site, as_, known):
    with as_("officer") as desk:
        number = handing_over.send(
            desk, desk.unit("nhanh"), codes=[CODE], target="goc", decision="7/QĐ", envelope="",
            told=handovers.teller(site), reason=handovers.reason(),
        ).number  # fmt: skip
    with as_("archivist") as desk:
        handing_over.refuse(desk, desk.unit("goc"), handover=number, reason="Sai")
    gone(as_)
    with as_("operator") as desk:
        book.book_of(desk.root).destroyed[numbered(desk)] = None

    with as_("archivist") as desk:
        view = handover_views.look(desk, desk.site, handover=number)
        assert view.destroyed == {CODE}


def numbered(desk):
    """The id of the one dossier that was handed over."""
    (handover,) = careers_of(desk.root).handovers.values()
    return handover.lines[0]
