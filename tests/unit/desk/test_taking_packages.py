"""Packages that come in: one's own comes back byte for byte, of others nothing is lost."""

from __future__ import annotations

import hashlib
import json
import shutil
import sys
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from hoso.desk import exporting, taking_packages
from hoso.kernel.errors import Conflict, Forbidden, Invalid
from hoso.preservation.taking.unpacking import unpacked
from hoso.records.filing import of_bytes
from hoso.testing.sites import identity, sitting
from hoso.testing.things import a_dossier, a_filed_paper

sys.path.insert(0, str(Path(__file__).parents[1] / "hosocheck"))

from trees import an_eark, edited, written

FULL = {
    "title": "Quyết định nâng bậc lương",
    "number": "14",
    "symbol": "QĐ-SNV",
    "date": "2001-05",
    "agency": "Sở Nội vụ",
    "signer": "Trần Văn Mẫu",
    "given_name": "Quyết định số 14.pdf".encode(),
    "checked_at": "2026-03-01T01:00:00.000000Z",
    "checked_by": "clerk",
    "identified": (("siegfried", "1.11.9", "fmt/276"),),
}


@pytest.fixture
def other(prepared, clock, tmp_path):
    """Another site with the same units; the dossier T-0002 is not there."""
    house = prepared.copy(tmp_path / "other", clock)
    yield house
    house.close()


@pytest.fixture
def exported(site, tmp_path):
    """A dossier of two papers as a bag in a zip."""
    with sitting(site, "officer") as desk:
        dossier = a_dossier(desk, name="Trần Thị Mẫu {lạ}", ended="2025")
        a_filed_paper(desk, dossier, words="một", **FULL)
        a_filed_paper(desk, dossier, words="hai", title="", date="")
        uid = dossier.uid
    with sitting(site, "archivist") as desk:
        return exporting.export(
            desk, desk.find(uid), profile="bagit", to=tmp_path / "out", zipped=True
        ).path


def taken(site, path, unit="nhanh", who="archivist"):
    with unpacked(path, site.spool) as package, sitting(site, who) as desk:
        return taking_packages.take(desk, desk.unit(unit), package=package)


def bytes_in(blob):
    with blob.open("r") as stream:
        return stream.read()


def spooled(site):
    return sorted(path.name for path in site.spool.iterdir()) if site.spool.is_dir() else []


def refused(site, path, **more):
    """Take it in in vain; return the faults, after looking that nothing stays behind."""
    with pytest.raises(Invalid) as error:
        taken(site, path, **more)
    with sitting(site, "archivist") as desk:
        assert list(desk.site.dossiers) == ["T-0001"]
        assert list(desk.site.tray) == []
        assert desk.root.get("taken_packages") is None
    assert spooled(site) == []
    return error.value.faults


def test_what_was_exported_taken_in_elsewhere_and_exported_again_has_the_same_bytes(
    exported, other, tmp_path, entries
):
    got = taken(other, exported)

    with sitting(other, "archivist") as desk:
        dossier = desk.find(got.package.dossier)
        again = exporting.export(
            desk, dossier, profile="bagit", to=tmp_path / "again", zipped=True
        ).path
    assert (exported.name, exported.read_bytes()) == (again.name, again.read_bytes())
    assert spooled(other) == []


def test_a_dossier_comes_back_with_its_numbers_its_papers_and_where_it_came_from(exported, other):
    got = taken(other, exported)

    with sitting(other, "archivist") as desk:
        dossier = desk.find("T-0002")
        papers = {paper.title: paper for paper in dossier.values()}
        said = papers["Quyết định nâng bậc lương"]
        register = taking_packages.listing(desk, dossier.unit)
        assert (dossier.name, dossier.ended, dossier.state) == ("Trần Thị Mẫu {lạ}", "2025", "open")
        assert (said.number, said.date, said.given_name) == ("14", "2001-05", FULL["given_name"])
        assert {"", "Quyết định nâng bậc lương"} == set(papers)
        assert bytes_in(said.renditions["original"].blob).startswith(b"%PDF-1.7\n% m")
        assert list(of_bytes(desk.site, said.sha256)) == [said]
        assert [got.package.uid] == [one.uid for one in register]
        assert (register[0].profile, register[0].identifier) == ("bagit", dossier.uid)
        assert {"bagit.txt", "data/metadata/dublin-core.xml"} <= set(register[0].foreign)
        assert got.papers == len(register[0].papers) == 4
    with sitting(other, "clerk") as desk:
        assert desk.find("T-0002").uid == got.package.dossier


def test_the_journal_says_what_was_taken_and_by_whom(exported, other):
    from hoso.audit.journal import read
    from hoso.storage.databases import journal_connection

    got = taken(other, exported)

    with other.databases.connection() as connection:
        told = [one.entry for one in read(journal_connection(connection).root(), limit=99)]
    (entry,) = (one for one in told if one.verb == "package.taken")
    assert (entry.record, entry.actor) == (got.package.dossier, "archivist")
    assert entry.details["papers"] == 4
    assert entry.details["sha256"] == got.package.digest


def test_the_same_package_is_taken_once_folder_or_zip(exported, other, tmp_path):
    taken(other, exported)
    with zipfile.ZipFile(exported) as archive:
        archive.extractall(tmp_path / "unzipped")

    for path in (exported, tmp_path / "unzipped" / exported.stem):
        with pytest.raises(Conflict, match="was taken in on"):
            taken(other, path)


def test_a_dossier_that_is_here_is_not_taken_over_it(exported, site):
    with pytest.raises(Invalid) as error:
        taken(site, exported)

    assert {"code", "uid"} == {fault.field for fault in error.value.faults}


def test_who_may_not_take_packages_in_is_refused(exported, other):
    for who in ("clerk", "officer", "auditor"):
        with pytest.raises(Forbidden):
            taken(other, exported, who=who)


def remade(path, folder, change):
    """Unpack the bag, change its description, and make every manifest right again."""
    with zipfile.ZipFile(path) as archive:
        archive.extractall(folder)
    bag = next(folder.iterdir())
    description = bag / "data/metadata/dossier.json"
    said = json.loads(description.read_bytes())
    change(said)
    description.write_text(json.dumps(said), encoding="utf-8")
    payload = sorted(p for p in (bag / "data").rglob("*") if p.is_file())
    octets = sum(p.stat().st_size for p in payload)
    (bag / "bag-info.txt").write_text(f"Payload-Oxum: {octets}.{len(payload)}\n")
    for kind in ("manifest", "tagmanifest"):
        for algorithm in ("sha256", "sha512"):
            names = payload
            if kind == "tagmanifest":
                tags = ("bag-info.txt", "bagit.txt", "manifest-sha256.txt", "manifest-sha512.txt")
                names = [bag / name for name in tags]
            lines = [
                f"{hashlib.new(algorithm, p.read_bytes()).hexdigest()}  "
                f"{p.relative_to(bag).as_posix()}\n"
                for p in names
            ]
            (bag / f"{kind}-{algorithm}.txt").write_text("".join(lines))
    return bag


def put(*path):
    *keys, value = path

    def change(said):
        at = said
        for key in keys[:-1]:
            at = at[key]
        at[keys[-1]] = value

    return change


@pytest.mark.parametrize(
    ("change", "field"),
    [
        (put("identifier", "../../x"), "identifier"),
        (put("dossier", "code", "a/../b"), "code"),
        (put("dossier", "type", "no-such"), "dossier.type"),
        (put("dossier", "level", 9), "dossier.level"),
        (put("dossier", "level", True), "dossier.level"),
        (put("dossier", "state", "destroyed"), "dossier.state"),
        (put("dossier", "birth_date", "1980-02-30"), "dossier.birth_date"),
        (put("dossier", "gender", "?"), "dossier.gender"),
        (put("dossier", "standing", [{"status": "KING"}]), "dossier.standing.effective"),
        (
            put(
                "dossier",
                "standing",
                [
                    {
                        "status": "DANG_CT",
                        "effective": "",
                        "evidence": "",
                        "recorded": "on some day in spring",
                    }
                ],
            ),
            "dossier.standing.recorded",
        ),
        (put("dossier", "opened_at", "2026-03-02T01:00:00"), "dossier.opened_at"),
        (put("documents", 0, "checked_at", "yesterday at noon"), "documents[1].checked_at"),
        (put("dossier", "marks", "none"), "dossier.marks"),
        (put("dossier", None), "dossier"),
        (put("documents", 0, "uid", "x"), "documents[1].uid"),
        (put("documents", 0, "type", "ZZ"), "documents[1].type"),
        (put("documents", 0, "state", "received"), "documents[1].state"),
        (put("documents", 0, "date", "31/12/2001"), "documents[1].date"),
        (put("documents", 0, "pages", -1), "documents[1].pages"),
        (put("documents", 0, "title", ["x"]), "documents[1].title"),
        (put("documents", 0, "leaves", [["original", "1", 0]]), "documents[1].leaves"),
        (put("documents", 0, "identified", [1]), "documents[1].identified"),
        (put("documents", 0, "source", 1), "documents[1].source"),
        (put("files", 0, "document", "0000000000000"), "files"),
        (put("files", 0, "sha512", "0" * 128), "files"),
        (put("events", 0, "document", "x"), "events"),
        (put("events", [1]), "events"),
    ],
)
def test_a_description_no_program_of_ours_would_write_is_refused_by_field(
    exported, other, tmp_path, change, field
):
    bag = remade(exported, tmp_path / "bag", change)

    faults = refused(other, bag)

    assert field in {fault.field for fault in faults} or any(
        "OWN-JSON" in fault.facts.values() for fault in faults
    )


def test_what_is_above_the_takers_clearance_is_refused(exported, other, tmp_path):
    low = replace(identity(other, "archivist"), clearance=0)
    bag = remade(exported, tmp_path / "bag", put("documents", 0, "level", 2))

    with pytest.raises(Invalid) as error:
        taken(other, bag, who=low)

    assert "documents[1].level" in {fault.field for fault in error.value.faults}


def test_all_faults_of_a_description_are_told_at_once(exported, other, tmp_path):
    def change(said):
        for one in ("type", "form"):
            said["documents"][0][one] = "no-such"
        said["dossier"]["birth_date"] = "yesterday"

    faults = refused(other, remade(exported, tmp_path / "bag", change))

    assert {"dossier.birth_date", "documents[1].type", "documents[1].form"} == {
        fault.field for fault in faults
    }


@pytest.mark.parametrize(
    "harm",
    ["traversal", "bomb", "digest", "entity", "link", "twice", "cut short", "extra"],
)
def test_a_hostile_package_is_refused_and_nothing_stays_behind(exported, other, tmp_path, harm):
    path = tmp_path / "p.zip"
    shutil.copy(exported, path)
    top = exported.stem
    if harm == "cut short":
        path.write_bytes(path.read_bytes()[:-30])
    elif harm == "digest":
        raw = path.read_bytes()
        at = raw.index(b"%PDF-1.7")
        path.write_bytes(raw[:at] + b"%PDF-1.8" + raw[at + 8 :])
    elif harm == "entity":
        path = written(tmp_path, edited(an_eark(), "METS.xml", "<mets ", "<!DOCTYPE mets><mets "))
    else:
        name, content, mode = {
            "traversal": (f"{top}/../../../etc/cron.d/x", b"x", 0o100644),
            "bomb": (f"{top}/data/bomb", bytes(4 << 20), 0o100644),
            "link": (f"{top}/data/link", b"/etc/passwd", 0o120777),
            "twice": (f"{top}/BAGIT.txt", b"x", 0o100644),
            "extra": (f"{top}/data/extra", b"x", 0o100644),
        }[harm]
        with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
            info = zipfile.ZipInfo(name)
            info.external_attr, info.compress_type = mode << 16, zipfile.ZIP_DEFLATED
            archive.writestr(info, content)

    assert refused(other, path)


def test_a_foreign_package_waits_in_the_tray_and_nothing_of_it_is_dropped(site, tmp_path):
    files = an_eark(papers=[("Quyết-định.pdf", b"%PDF-1.7 one"), ("empty.pdf", b"")])
    path = written(tmp_path, files)

    got = taken(site, path)

    with sitting(site, "archivist") as desk:
        package = desk.root["taken_packages"].by_uid[got.package.uid]
        waiting = list(desk.site.tray.values())
        assert ["Quyết-định.pdf".encode()] == [one.given_name for one in waiting]
        assert set(files) == {*package.papers, *package.foreign}
        assert (package.dossier, got.dossier, got.papers) == ("", None, 1)
        kept = package.foreign["metadata/preservation/premis.xml"]
        assert bytes_in(kept.blob) == files["metadata/preservation/premis.xml"]
        assert hashlib.sha256(bytes_in(kept.blob)).hexdigest() == kept.sha256


def test_a_foreign_package_that_breaks_rules_of_form_is_taken_with_remarks(site, tmp_path):
    files = edited(an_eark(), "METS.xml", 'OAISPACKAGETYPE="SIP"', 'OAISPACKAGETYPE="ZIP"')

    got = taken(site, written(tmp_path, files))

    assert "CSIP9" in {rule for rule, _, _ in got.package.findings}


def test_a_plain_bag_of_anybody_is_taken_paper_by_paper(site, tmp_path):
    import bagit

    folder = tmp_path / "bag"
    folder.mkdir()
    (folder / "Đơn xin nghỉ.pdf").write_bytes(b"%PDF-1.7 don")
    (folder / "b.pdf").write_bytes(b"%PDF-1.7 b")
    bagit.make_bag(str(folder), {"Contact-Name": "Mẫu"}, checksums=["sha512"])

    got = taken(site, folder)

    assert (got.papers, got.foreign, got.package.profile) == (2, 4, "bag")
    with sitting(site, "archivist") as desk:
        names = sorted(one.given_name.decode() for one in desk.site.tray.values())
    assert names == ["b.pdf", "Đơn xin nghỉ.pdf"]


def test_fields_of_the_circular_describe_the_papers_that_wait(site, tmp_path):
    files = an_eark(papers=[("D1.pdf", b"%PDF-1.7 one")])
    path = "representations/rep1/metadata/descriptive/EAD_DOC_D1.xml"
    files[path] = (
        "<simpledc><docId>D1</docId><codeNumber>14</codeNumber><codeNotation>QĐ-M</codeNotation>"
        "<issuedDate>05/09/2001</issuedDate><organName>Sở Nội vụ</organName>"
        "<subject>Nâng bậc lương</subject></simpledc>"
    ).encode()

    taken(site, written(tmp_path, files))

    with sitting(site, "archivist") as desk:
        (paper,) = desk.site.tray.values()
        assert ("Nâng bậc lương", "14", "QĐ-M", "2001-09-05", "Sở Nội vụ") == (
            paper.title,
            paper.number,
            paper.symbol,
            paper.date,
            paper.agency,
        )


def test_a_package_without_papers_is_refused(site, tmp_path):
    path = tmp_path / "p.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(
            "top/bagit.txt", "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
        )
        archive.writestr("top/manifest-sha256.txt", "")

    assert refused(site, path)


@pytest.mark.parametrize("when", ["write", "settle"])
def test_a_full_disk_takes_nothing_in_and_says_so(exported, other, monkeypatch, when):
    from hoso.kernel.errors import NotReady
    from hoso.preservation.taking import unpacking

    def full(*_given):
        raise OSError(28, "No space left on device")

    # Some file systems say it when the bytes are written, some when they are to be on the disk.
    monkeypatch.setattr(unpacking.os if when == "write" else unpacking, when, full)

    with pytest.raises(NotReady, match="no room left"):
        taken(other, exported)

    monkeypatch.undo()
    assert spooled(other) == []
