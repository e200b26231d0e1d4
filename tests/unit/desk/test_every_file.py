"""Every file there is, whoever holds it, is read again, told of by a name, and mended."""

from __future__ import annotations

import dataclasses
import hashlib
from datetime import timedelta
from pathlib import Path

import pytest
from ZODB.utils import get_pickle_metadata

from hoso.app.fixity import let_go, read_round
from hoso.desk import fixity_risks
from hoso.desk.desk import Desk
from hoso.desk.every_file import every_holder, files_of, holder_of
from hoso.desk.fixity_holders import kind_of
from hoso.desk.importing import imports_of
from hoso.desk.lapsing import KEEPER
from hoso.ingest.bulk.model import Import
from hoso.kernel import ids
from hoso.kernel.errors import Missing
from hoso.personnel.model import Handover, careers_of
from hoso.preservation.delivery import register
from hoso.preservation.delivery.model import Export, Line
from hoso.preservation.fixity.rounds import fixity_of, note
from hoso.preservation.taking.model import ForeignFile, TakenPackage, TakenPackages
from hoso.records.destroying import take_out
from hoso.records.model import Batch, Rendition
from hoso.records.sealing import seal
from hoso.retention.disposing import book
from hoso.retention.disposing.model import DisposalLine, DisposalList
from hoso.storage.blobs import blob_of, spool_bytes
from hoso.storage.shredding import oid_of
from hoso.testing.sites import identity
from hoso.testing.things import a_dossier, a_filed_paper

AT = "2026-03-02T02:00:00.000000Z"
KINDS = {
    "paper", "binned", "batch", "disposal-list", "frozen-package", "handover", "import",
    "taken-package",
}  # fmt: skip


def a_blob(desk, content):
    spooled = spool_bytes(content, desk.house.spool)
    return blob_of(spooled, desk.connection), spooled


def a_rendition(desk, name, content):
    blob, spooled = a_blob(desk, content)
    made = Rendition(name=name, blob=blob, mime="text/plain", made_at=AT, made_by="test")
    made.size, made.sha256, made.sha512 = spooled.size, spooled.sha256, spooled.sha512
    return made


@pytest.fixture
def planted(site, as_, tmp_path):
    """A site with one of everything that holds files, each file with a content of its own."""
    site.settings = dataclasses.replace(site.settings, second_copy=tmp_path / "second")
    with as_("archivist") as desk:
        root, unit = desk.root, desk.unit("nhanh")
        dossier = a_dossier(desk)
        paper = a_filed_paper(desk, dossier, words="một")
        secret = a_filed_paper(desk, dossier, words="kín")
        seal(secret)
        batch = Batch("H-1", unit)
        desk.site.batches.add(batch.uid, batch)
        desk.site.by_id[batch.id] = batch
        batch.renditions["receipt-1"] = a_rendition(desk, "receipt-1", b"receipt")
        _taken(desk, root, unit)
        _imported(desk, root, unit)
        _frozen(desk, root, dossier, paper)
        handover = Handover("BG-1", "nhanh", at=AT, by="officer")
        handover.renditions["list.json"] = a_rendition(desk, "list.json", b"[]")
        careers_of(root).handovers[handover.id] = handover
        _binned(desk, root, unit)
    return site


def _taken(desk, root, unit):
    kept = TakenPackage(ids.to_text(ids.new_id()), name="P1.zip", unit=unit, at=AT, by="test")
    for path in ("metadata/METS.xml", "bagit.txt"):
        blob, spooled = a_blob(desk, path.encode())
        kept.foreign[path] = ForeignFile(blob, size=spooled.size, sha256=spooled.sha256)
    root["taken_packages"] = TakenPackages()
    root["taken_packages"].by_uid[kept.uid] = kept


def _imported(desk, root, unit):
    job = Import(unit=unit, by="clerk", at=AT)
    job.list, spooled = a_blob(desk, b"a;b;c")
    job.list_name, job.sha256, job.size = b"danh-sach.csv", spooled.sha256, spooled.size
    imports_of(root).imports[job.uid] = job


def _frozen(desk, root, dossier, paper):
    export = Export(
        dossier=dossier.uid, code=dossier.code, title="", profile="bagit", top="P", identifier="P",
        frozen_at=AT, software="test", papers=(paper.uid,), left_out=0, files=3, octets=9, why="",
        by="archivist", at=AT,
    )  # fmt: skip
    export.made, _ = a_blob(desk, b"<mets/><premis/>")
    own, spooled = a_blob(desk, b"an older make of a copy")
    original = paper.renditions["original"]
    digests = [hashlib.sha256(one).digest() for one in (b"<mets/>", b"<premis/>")]
    export.lines[0] = Line("METS.xml", 7, digests[0], at=0)
    export.lines[1] = Line("data/premis.xml", 9, digests[1], at=7)
    export.lines[2] = Line("data/1.pdf", original.size, bytes.fromhex(original.sha256),
                           original.blob)  # fmt: skip
    export.lines[3] = Line("data/2.pdf", spooled.size, bytes.fromhex(spooled.sha256), own)
    export.lines[4] = Line("signature.p7s", 3, hashlib.sha256(b"abc").digest(), at=-1)
    register.put(root, export)


def _binned(desk, root, unit):
    dossier = a_dossier(desk, code="T-0009")
    a_filed_paper(desk, dossier, words="bỏ")
    list_ = DisposalList("H/2026/1", unit, title="", at=AT, by="archivist", name="")
    list_.renditions["01-listing"] = a_rendition(desk, "01-listing", b"listing")
    known = book.book_of(root)
    known.lists[list_.id] = list_
    line = DisposalLine(1, dossier, basis="expired", frozen=None)
    list_.lines[1] = line
    known.on_list[dossier.id] = list_.id
    take_out(desk.site, dossier)
    known.bin[dossier.id] = dossier


def blobs_on_disk(site):
    """The ids of all the blobs there are, as the storage has them."""
    found = set()
    for transaction in site.databases.main.storage.iterator():
        for record in transaction:
            if record.data and get_pickle_metadata(record.data) == ("ZODB.blob", "Blob"):
                found.add(record.oid)
    return found


def every_file(site):
    """(kind, holder's uid, name, path of the blob, digest) of every file that is enumerated."""
    with site.databases.connection() as connection:
        desk = Desk(site, connection, KEEPER, via="test")
        return [
            (kind_of(desk, one), one.uid, name, Path(file.blob.committed()), file.sha256)
            for _, holders in every_holder(desk.root, after=0)
            for one in holders
            for name, file in files_of(desk.root, one)
        ]


def test_no_blob_is_forgotten(planted):
    with planted.databases.connection() as connection:
        root = connection.root()
        known = {
            oid_of(file.blob)
            for _, holders in every_holder(root, after=0)
            for one in holders
            for _, file in files_of(root, one)
        }

    assert known == blobs_on_disk(planted)
    assert {kind for kind, *_ in every_file(planted)} == KINDS


def test_a_round_goes_on_behind_any_holder(planted):
    with planted.databases.connection() as connection:
        root = connection.root()
        order = [number for number, _ in every_holder(root, after=0)]

        assert order == sorted(order)
        for place, number in enumerate(order):
            assert [one for one, _ in every_holder(root, after=number)] == order[place + 1 :]


def test_every_holder_is_found_by_its_id(planted):
    with planted.databases.connection() as connection:
        root = connection.root()
        for _, holders in every_holder(root, after=0):
            for one in holders:
                assert holder_of(root, ids.from_text(one.uid)) is one


def test_each_file_that_is_damaged_is_told_of_and_mended(planted, as_, clock):
    """Of each holder one file; what lies behind a seal has no second copy."""
    list(read_round(planted))
    files = [one for one in every_file(planted) if not one[2].startswith("sealed:")]
    chosen = {kind: (uid, name, path) for kind, uid, name, path, _ in files}
    whole = {path: path.read_bytes() for _, _, path in chosen.values()}
    for path, content in whole.items():
        path.chmod(0o600)
        path.write_bytes(bytes([content[0] ^ 1]) + content[1:])
    clock.advance(timedelta(days=100))
    list(read_round(planted))

    with as_("archivist") as desk:
        found = {line.kind: line for line in fixity_risks.risks(desk, desk.site)}
        assert set(found) == KINDS
        assert found["taken-package"].title == "P1.zip"
        assert found["import"].title == "danh-sach.csv"
        for line in found.values():
            record = fixity_risks.find(desk, line.uid)
            fixity_risks.repair(desk, record, of=line.uid, rendition=line.rendition)
    with as_("archivist") as desk:
        assert fixity_risks.risks(desk, desk.site) == []
    now = {(kind, uid, name): path for kind, uid, name, path, _ in every_file(planted)}
    for kind, (uid, name, path) in chosen.items():
        assert now[kind, uid, name].read_bytes() == whole[path]


def test_what_was_made_for_a_package_is_mended_where_it_is_gone_altogether(planted, as_):
    list(read_round(planted))
    [(uid, path)] = {
        (uid, path) for _, uid, name, path, _ in every_file(planted) if name == "METS.xml"
    }
    path.unlink()
    with planted.databases.connection() as connection:
        desk = Desk(planted, connection, KEEPER, via="test")
        note(fixity_of(desk.root), ids.from_text(uid), "METS.xml", kind="missing",
             expected=hashlib.sha256(b"<mets/>").hexdigest(), found="", why="", at=AT)  # fmt: skip
        connection.transaction_manager.commit()
    with as_("archivist") as desk:
        fixity_risks.repair(desk, fixity_risks.find(desk, uid), of=uid, rendition="METS.xml")
    with planted.databases.connection() as connection:
        made = holder_of(connection.root(), ids.from_text(uid)).made
        with made.open("r") as stream:
            assert stream.read() == b"<mets/><premis/>"


def test_a_package_that_has_ended_has_nothing_in_the_second_copy(planted, as_, tmp_path):
    list(read_round(planted))
    digest = hashlib.sha256(b"<premis/>").hexdigest()
    assert (tmp_path / "second" / digest[:2] / digest).exists()
    with as_("archivist") as desk:
        [export] = register.newest(desk.root)
        register.end(desk.root, export, "cancelled", at=AT, by="archivist", why="")

    assert let_go(planted) == 3
    assert not (tmp_path / "second" / digest[:2] / digest).exists()
    assert let_go(planted) == 0


def test_who_may_not_know_of_a_holder_is_told_no_name_and_does_nothing(planted, as_):
    for *_, path, _ in every_file(planted):
        path.chmod(0o600)
        path.write_bytes(b"")
    list(read_round(planted))

    with as_(dataclasses.replace(identity(planted, "archivist"), clearance=0)) as desk:
        lines = {line.kind: line for line in fixity_risks.risks(desk, desk.site)}
        for kind in ("paper", "frozen-package", "handover"):
            assert (lines[kind].title, lines[kind].around) == ("", None)
            with pytest.raises(Missing):
                fixity_risks.find(desk, lines[kind].uid)
        # Who may do something about a box may not do it about a dossier's papers by its name.
        around = fixity_risks.find(desk, lines["taken-package"].uid)
        with pytest.raises(Missing):
            fixity_risks.see_again(desk, around, of=lines["paper"].uid, rendition="original")


def test_what_is_given_up_is_at_risk_no_longer_and_in_no_second_copy(planted, as_, tmp_path):
    list(read_round(planted))
    digest = hashlib.sha256(b"a;b;c").hexdigest()
    assert (tmp_path / "second" / digest[:2] / digest).exists()
    with as_("archivist") as desk:
        [job] = desk.root["imports"].imports.values()
        kept = fixity_of(desk.root)
        note(kept, job.id, "list", kind="cut", expected=digest, found="", why="", at=AT)
        [taken] = desk.root["taken_packages"].by_uid.values()
        job.list = None
        taken.foreign.clear()

    assert let_go(planted) == 3
    assert not (tmp_path / "second" / digest[:2] / digest).exists()
    with as_("archivist") as desk:
        assert fixity_risks.risks(desk, desk.site) == []
        assert [one.risk.state for one in fixity_risks.risks(desk, desk.site, every=True)] == [
            "gone"
        ]


def test_nothing_is_forgotten_while_the_disk_of_the_second_copy_is_away(planted, as_, tmp_path):
    list(read_round(planted))
    with as_("archivist") as desk:
        [job] = desk.root["imports"].imports.values()
        job.list = None
    (tmp_path / "second").rename(tmp_path / "away")

    with pytest.raises(OSError, match="away"):
        let_go(planted)

    (tmp_path / "away").rename(tmp_path / "second")
    assert let_go(planted) == 1
