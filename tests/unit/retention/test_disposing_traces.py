"""Nothing of a destroyed dossier stays anywhere but its certificate: bytes, words, lists, scans."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from hoso.access.grants import given_to
from hoso.access.grants import index as index_grants
from hoso.app import executing as job
from hoso.app.fixity import read_round
from hoso.app.seeding import INSTALLER
from hoso.desk import disposal_papers, disposing, disposing_certificate, disposing_executing
from hoso.ingest import queue
from hoso.preservation.fixity.second_copy import SecondCopy
from hoso.records.model import Document, Grant, Source
from hoso.records.sealing import seal
from hoso.retention.disposing import book
from hoso.stacks import places
from hoso.storage.shredding import files_of, oid_of
from hoso.testing.disposals import (
    a_due_dossier,
    a_second_head,
    approved_list,
    carried_out,
)
from hoso.testing.things import a_dossier, a_filed_paper, a_paper

#: Stands in the papers that go, and nowhere else.
WORD = "qzxvbnmwrt"


@pytest.fixture(autouse=True)
def _no_typesetting(monkeypatch):
    """The papers of a disposal are tested in test_disposal_papers; here they would take most time."""
    monkeypatch.setattr(disposal_papers, "write", lambda *_args, **_words: {})


@pytest.fixture
def desk_of(as_):
    with as_("archivist") as desk:
        a_second_head(desk)
    return as_


def gone(site, clock, codes=("H-1",)):
    number = approved_list(site, codes)
    carried_out(site, number)
    clock.advance(timedelta(days=10))
    assert job.destroy_due(site) == len(codes)
    return number


def holding(folder, word):
    """The files of a site in which a word stands."""
    return {
        str(path.relative_to(folder))
        for path in folder.rglob("*")
        if path.is_file() and word.encode() in path.read_bytes()
    }


def test_no_file_of_the_site_holds_a_word_of_what_is_destroyed(desk_of, site, clock):
    with desk_of("archivist") as desk:
        dossier = a_due_dossier(desk, "H-1", papers=0)
        paper = a_filed_paper(desk, dossier, words=f"Bài thi {WORD}", type_="K01", title=WORD)
        # Said of it in the course of work, and said otherwise since.
        paper.title = "Bài thi"
        work = site.path / "work" / paper.uid
    work.mkdir(parents=True)
    (work / "page.txt").write_text(WORD)
    site.catch_up()
    assert {name.partition("/")[0] for name in holding(site.path, WORD)} >= {"blobs", "work"}

    gone(site, clock)
    assert not {name for name in holding(site.path, WORD) if not name.startswith(("index", "main"))}
    site.follower.close()
    job.pack(site, INSTALLER)

    assert holding(site.path, WORD) == set()
    assert not (site.path / "blobs.old").exists()
    assert not (site.path / "main.fs.old").exists()
    with desk_of("auditor") as desk:
        assert disposing_certificate.find_destroyed(desk, "H-1").bytes_gone_at
        assert book.book_of(desk.root).packed_at


def test_what_is_sealed_goes_as_well(desk_of, site, clock):
    with desk_of("archivist") as desk:
        dossier = a_due_dossier(desk, "H-1", papers=1)
        paper = next(iter(dossier.values()))
        seal(paper)
        oids = [oid_of(kept.blob) for kept in paper.sealed.values()]
    assert len(files_of(site.databases, oids)) == len(oids) > 0

    gone(site, clock)

    assert files_of(site.databases, oids) == []


def test_the_second_copy_lets_go_of_it_and_keeps_what_others_have(desk_of, site, clock, tmp_path):
    site.settings = replace(site.settings, second_copy=tmp_path / "second")
    with desk_of("archivist") as desk:
        a_due_dossier(desk, "H-1", papers=1)
        other = a_dossier(desk, code="T-9", unit="goc")
        own = next(iter(desk.find("H-1").values())).renditions["original"].sha256
        a_filed_paper(desk, other, words="Của người khác")
        kept = next(iter(other.values())).renditions["original"].sha256
    list(read_round(site))
    copy = SecondCopy(tmp_path / "second")
    assert copy.path_of(own).exists()

    gone(site, clock)

    assert not copy.path_of(own).exists()
    assert copy.path_of(kept).exists()


def test_a_second_copy_that_is_away_keeps_the_destruction_open(desk_of, site, clock, tmp_path):
    site.settings = replace(site.settings, second_copy=tmp_path / "second")
    with desk_of("archivist") as desk:
        a_due_dossier(desk, "H-1", papers=1)
    list(read_round(site))
    (tmp_path / "second").rename(tmp_path / "unplugged")

    with pytest.raises(OSError, match="away"):
        gone(site, clock)
    with desk_of("auditor") as desk:
        assert not disposing_certificate.find_destroyed(desk, "H-1").bytes_gone_at

    (tmp_path / "unplugged").rename(tmp_path / "second")
    assert job.remove_files(site) == 1
    with desk_of("auditor") as desk:
        assert disposing_certificate.find_destroyed(desk, "H-1").bytes_gone_at


def test_a_scan_goes_with_the_last_of_its_papers_and_is_named_until_then(desk_of, site, clock):
    with desk_of("archivist") as desk:
        scan = a_paper(desk, words="Cả xấp")
        parts = []
        for code in ("H-1", "H-2"):
            dossier = a_due_dossier(desk, code, papers=0)
            part = a_filed_paper(desk, dossier, words=f"Tờ của {code}", type_="K01")
            part.source = Source(scan.uid, scan.sha256, (1,))
            parts.append(part.uid)
        scan.state, scan.parts = "split", tuple(parts)
        queue.remove(desk.root, scan)
        oids, uid, number = [oid_of(scan.renditions["original"].blob)], scan.uid, scan.id

    gone(site, clock, ("H-1",))
    assert len(files_of(site.databases, oids)) == 1
    with desk_of("auditor") as desk:
        assert disposing_certificate.find_destroyed(desk, "H-1").scans_kept == (uid,)
    gone(site, clock, ("H-2",))

    assert files_of(site.databases, oids) == []
    with desk_of("auditor") as desk:
        made = disposing_certificate.find_destroyed(desk, "H-2")
        assert (made.scans, made.scans_kept) == ((uid,), ())
        assert number not in desk.site.by_id
        assert uid not in desk.site.tray


def test_equal_bytes_in_another_dossier_stay_and_are_counted(desk_of, site, clock):
    with desk_of("archivist") as desk:
        a_due_dossier(desk, "H-1", papers=1)
        other = a_due_dossier(desk, "H-2", papers=0)
        twin = a_filed_paper(desk, other, words="Bài thi H-1 1", type_="K01")
        oids, number = [oid_of(twin.renditions["original"].blob)], twin.id

    gone(site, clock)

    assert len(files_of(site.databases, oids)) == 1
    with desk_of("auditor") as desk:
        assert disposing_certificate.find_destroyed(desk, "H-1").copies == 1
        assert isinstance(desk.site.by_id[number], Document)


def test_the_second_copy_lets_go_of_it_too_and_is_looked_through_again(
    desk_of, site, clock, tmp_path, monkeypatch
):
    from hoso.preservation.fixity.second_copy import SecondCopy

    copy = SecondCopy(tmp_path / "second")
    monkeypatch.setattr(type(site), "second_copy", tmp_path / "second")
    with desk_of("archivist") as desk:
        dossier = a_due_dossier(desk, "H-1", papers=2)
        other = a_filed_paper(
            desk, a_due_dossier(desk, "H-2", papers=0), words="Bài thi H-1 1", type_="K01"
        )
        shared = other.sha256
        digests = {kept.sha256 for paper in dossier.values() for kept in paper.renditions.values()}
    for sha256 in digests:
        copy.path_of(sha256).parent.mkdir(parents=True, exist_ok=True)
        copy.path_of(sha256).write_bytes(b"a copy")
    assert shared in digests

    gone(site, clock)

    left = {path.name for path in (tmp_path / "second").rglob("*") if path.is_file()}
    assert left == {shared}
    late = copy.path_of((digests - {shared}).pop())
    late.write_bytes(b"written behind us")
    assert job.look_again(site) == 0
    clock.advance(timedelta(days=1))
    assert job.look_again(site) == 1
    assert not late.exists()
    assert job.look_again(site) == 0


def test_lists_and_the_paper_store_let_go_of_it(desk_of, site, clock):
    with desk_of("archivist") as desk:
        dossier = a_due_dossier(desk, "H-1", papers=1)
        paper = next(iter(dossier.values()))
        dossier.grants = (Grant("user:clerk", "archivist", "", "", "14/QĐ-M"),)
        index_grants(desk.root, dossier)
        stacks, unit = places.stacks_of(desk.root), dossier.unit
        said = {"at": desk.now, "by": "test", "faults": []}
        store = places.add_place(
            stacks, code="K1", kind="store", label="Kho", parent=None, unit=unit, **said
        )
        box = places.add_place(
            stacks, code="H1", kind="box", label="Hộp", parent=store, unit=unit, **said
        )
        places.put(stacks, dossier.id, box, position=1, why="", **said)
        numbers = (dossier.id, paper.id)
        assert [record for record, _ in given_to(desk.root, "clerk")] == [dossier.id]
        assert paper.id in desk.root["comparing"].unit_of

    number = gone(site, clock)

    with desk_of("archivist") as desk:
        stacks = places.stacks_of(desk.root)
        assert not stacks.places["H1"].contents
        shift = places.holding_of(stacks, numbers[0]).shifts[-1]
        assert (shift.before, shift.after) == ("H1", "")
        assert number in shift.why
        assert [*given_to(desk.root, "clerk")] == []
        assert numbers[1] not in desk.root["comparing"].unit_of
        assert numbers[1] not in queue.intake_of(desk.root).readings
        assert not set(numbers) & set(desk.root["retention-calendar"].records)
        assert not set(numbers) & set(desk.site.by_id)


def test_grants_and_lists_come_back_with_what_is_restored(desk_of, site):
    with desk_of("archivist") as desk:
        dossier = a_due_dossier(desk, "H-1", papers=1)
        paper = next(iter(dossier))
        dossier.grants = (Grant("user:clerk", "archivist", "", "", "14/QĐ-M"),)
        index_grants(desk.root, dossier)
    number = approved_list(site, ["H-1"])
    carried_out(site, number)
    with desk_of("officer") as desk:
        dossier = disposing_executing.restore(
            desk, disposing.find(desk, number), number=1, why="Còn cần"
        )
        assert [record for record, _ in given_to(desk.root, "clerk")] == [dossier.id]
        assert dossier[paper].id in desk.root["comparing"].unit_of
        assert dossier[paper].sha256 in desk.site.by_digest
        assert queue.lacks_copy(desk.root, dossier[paper])


def test_a_file_that_cannot_be_removed_is_no_success(desk_of, site, clock, monkeypatch):
    with desk_of("archivist") as desk:
        a_due_dossier(desk, "H-1", papers=1)
    number = approved_list(site, ["H-1"])
    carried_out(site, number)
    clock.advance(timedelta(days=10))
    monkeypatch.setattr(job, "shred", lambda _databases, _oids: 0)

    with pytest.raises(OSError, match="cannot be removed"):
        job.destroy_due(site)

    with desk_of("auditor") as desk:
        assert disposing_certificate.find_destroyed(desk, "H-1").bytes_gone_at == ""
    monkeypatch.undo()
    assert job.remove_files(site) == 1
    with desk_of("auditor") as desk:
        assert disposing_certificate.find_destroyed(desk, "H-1").bytes_gone_at


def test_the_command_does_it_all_and_says_it_as_json(desk_of, site, capsys, clock):
    """The same steps by command; each opens the site anew."""
    import json

    from hoso.cli.main import _parser
    from hoso.cli.output import Output

    with desk_of("archivist") as desk:
        for code in ("H-1", "H-2"):
            a_due_dossier(desk, code, papers=1)

    parser = _parser()

    def hoso(login, *words):
        args = parser.parse_args(["disposal", *words, "--json", "--as", login])
        status = args.with_site(args, site, Output(as_json=True))
        return status, [json.loads(line) for line in capsys.readouterr().out.splitlines()]

    _, found = hoso("archivist", "candidates", "--unit", "nhanh")
    assert {one["code"] for one in found} == {"H-1", "H-2"}
    words = ("--unit", "nhanh", "--title", "Hết hạn", "--explanation", "Rà soát")
    _, [made] = hoso("archivist", "propose", *words)
    number = made["number"]
    members = [f"--member={one}" for one in (
        "boss:chair", "archivist:secretary", "head:unit", "officer:expert")]  # fmt: skip
    hoso("archivist", "council", number, "--number=5/QĐ", "--decided=02/03/2026", *members)
    for login in ("boss", "archivist", "head"):
        hoso(login, "vote", number, "--destroy=1", "--keep=2", "--why=Còn cần")
    hoso("boss", "close-review", number)
    hoso("boss", "approve", number, "--number=9/QĐ", "--decided=02/03/2026", "--signer=Chủ Mẫu")
    status, [head, one, two] = hoso("officer", "execute", number, "--number=9/QĐ")
    assert (status, head["state"], one["state"], two["state"]) == (0, "binned", "binned", "kept")
    clock.advance(timedelta(days=10))
    assert hoso("officer", "purge", number)[1] == [{"destroyed": 1, "closed": 0, "packed": False}]
    _, [certificate] = hoso("auditor", "show", one["code"])
    assert certificate["uid"] == one["uid"]
