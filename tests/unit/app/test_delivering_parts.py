"""A dossier in parts on its way to an archive: one set, from freezing to the last receipt."""

from __future__ import annotations

import shutil
import zipfile
from copy import copy
from dataclasses import replace
from datetime import timedelta
from types import MappingProxyType

import pytest
from archives import answer, seen, signer_for

from hoso.app import reading_through
from hoso.app.delivering import deliver_due, expire, prepare
from hoso.desk import archive_receipts, delivering, exporting
from hoso.desk.archive_receipts import ArchiveAnswers
from hoso.kernel.clock import FrozenClock
from hoso.kernel.errors import Conflict, Invalid
from hoso.preservation.delivery import register
from hoso.preservation.delivery.covering import uncovered
from hoso.preservation.delivery.destinations import Folder
from hoso.preservation.delivery.together import state_of, way_of
from hoso.preservation.formats import tt05
from hoso.preservation.signing import NotStamped
from hoso.records.model import Dossier
from hoso.testing.sites import CODE, NOW, sitting
from hoso.testing.things import a_filed_paper
from hosocheck import check, check_together

EARK = "eark-sip-2.2.0"


def with_limits(house, *, files, octets=4 << 30):
    """A site whose packages hold so much at most."""
    profile = house.rulebook.profile
    packages = {**profile.settings["packages"], "segment_files": files, "segment_bytes": octets}
    said = MappingProxyType({**profile.settings, "packages": packages})
    house.rulebook = replace(house.rulebook, profile=replace(profile, settings=said))


@pytest.fixture
def archive(tmp_path):
    folder = tmp_path / "archive"
    folder.mkdir()
    return folder


@pytest.fixture(scope="module")
def laid(prepared, tmp_path_factory):
    """A site with three papers of two files in its dossier, and a set of them that was frozen.

    Two of the papers fit into one package.  Made once: each test has a copy.
    """
    made = copy(prepared)
    made.folder = tmp_path_factory.mktemp("laid") / "site"
    house = prepared.copy(made.folder, FrozenClock(NOW))
    with_limits(house, files=4)
    with sitting(house, "officer") as desk:
        for words in ("một", "hai", "ba"):
            a_filed_paper(desk, desk.site.dossiers[CODE], words=words, date="2024-09-05")
    with sitting(house, "archivist") as desk:
        dossier = desk.find(CODE, Dossier)
        uid = delivering.freeze(desk, dossier, profile=EARK, reason="Nộp lưu 2026").uid
    assert prepare(house) == 1
    house.close()
    shutil.rmtree(made.folder / "index", ignore_errors=True)
    return made, uid


@pytest.fixture
def house(laid, archive, clock, tmp_path):
    found = laid[0].copy(tmp_path / "site", clock)
    found.settings = replace(found.settings, destinations=(Folder("kho", archive),))
    with_limits(found, files=4)
    yield found
    found.close()


@pytest.fixture
def ask(house):
    def call(deed, **words):
        with sitting(house, "archivist") as desk:
            found = deed(desk, desk.find(CODE, Dossier), **words)
            return getattr(found, "uid", found)

    return call


@pytest.fixture
def master(laid):
    return laid[1]


def together(house, uid, fact):
    """Something of every package of the set, the master first."""
    with house.databases.connection() as connection:
        root = connection.root()
        export = register.export_of(root, uid)
        return [fact(one) for one in register.members(root, export)]


def objections(house):
    with house.databases.connection() as connection:
        root = connection.root()
        found = ArchiveAnswers().objections(root, root["site"].dossiers[CODE], on=None)
        return [one.code for one in found]


def test_one_order_freezes_reads_and_signs_a_master_and_its_parts(house, master):
    told = together(house, master, lambda one: (one.part, one.state, len(one.papers)))

    assert told == [("0/2", "ready", 3), ("1/2", "ready", 2), ("2/2", "ready", 1)]
    assert all(together(house, master, lambda one: bool(one.seal and one.etag)))
    with sitting(house, "archivist") as desk:
        (view,) = delivering.of_dossier(desk, desk.find(CODE, Dossier))
        assert (view.export.uid, len(view.together), view.may_send) == (master, 3, True)
        part = delivering.look(desk, view.dossier, export=view.together[1].uid)
        assert (part.may_take, part.may_send, part.may_cancel) == (True, False, False)


def test_the_parts_arrive_first_and_the_master_when_all_of_them_are_there(
    house, master, ask, archive
):
    ask(delivering.send, export=master, to="kho")
    assert together(house, master, lambda one: one.sendings["kho"].state) == ["waiting"] * 3

    assert deliver_due(house) == 2
    assert sorted(one.stem[-8:] for one in archive.glob("*.zip")) == ["0001-bag", "0002-bag"]
    assert deliver_due(house) == 1

    names = together(house, master, lambda one: one.top)
    assert {one.name for one in archive.glob("*.zip")} == {f"{name}.zip" for name in names}
    verdicts = [check(archive / f"{name}.zip", profile=EARK) for name in names]
    assert [one.wrong for one in verdicts] == [()] * 3
    assert check_together(verdicts) == ()
    with zipfile.ZipFile(archive / f"{names[2]}.zip") as found:
        assert f"{names[2]}/tagmanifest-sha256.txt.p7s" in found.namelist()


def test_a_part_that_does_not_arrive_holds_the_master_back_until_it_is_tried_again(
    house, master, ask, archive, clock
):
    name = together(house, master, lambda one: one.top)[2]
    (archive / f"{name}.zip").write_bytes(b"something else")
    ask(delivering.send, export=master, to="kho")

    deliver_due(house)
    clock.advance(timedelta(days=1))
    deliver_due(house)

    ways = together(house, master, lambda one: one.sendings["kho"].state)
    assert ways == ["waiting", "sent", "stuck"]
    with house.databases.connection() as connection:
        root = connection.root()
        found = register.members(root, register.export_of(root, master))
        assert (state_of(found), way_of(found, "kho")) == ("ready", "stuck")
    (archive / f"{name}.zip").unlink()
    ask(delivering.again, export=master, to="kho")
    deliver_due(house)
    deliver_due(house)
    assert together(house, master, lambda one: one.sendings["kho"].state) == ["sent"] * 3


def test_what_was_stopped_half_way_goes_on_with_what_is_not_there(house, master, ask, archive):
    ask(delivering.send, export=master, to="kho")
    deliver_due(house)
    ask(delivering.stop, export=master, to="kho")
    assert deliver_due(house) == 0
    assert together(house, master, lambda one: one.sendings["kho"].state)[0] == "stopped"

    ask(delivering.send, export=master, to="kho")

    assert deliver_due(house) == 1
    assert together(house, master, lambda one: one.sendings["kho"].state) == ["sent"] * 3


def test_a_changed_byte_in_one_part_blocks_the_whole_dossier(house, ask, master):
    for path in (house.path / "blobs").rglob("*.blob"):
        if b"% ba" in path.read_bytes():
            path.chmod(0o600)
            path.write_bytes(path.read_bytes().replace(b"% ba", b"% be"))
    ask(delivering.send, export=master, to="kho")

    deliver_due(house)

    assert together(house, master, lambda one: one.state) == ["blocked"] * 3
    assert together(house, master, lambda one: one.sendings["kho"].state)[0] == "stopped"


def test_a_part_is_neither_sent_nor_cancelled_by_itself(house, ask, master):
    _, part, _ = together(house, master, lambda one: one.uid)

    with pytest.raises(Conflict, match="part 1 of 2"):
        ask(delivering.send, export=part, to="kho")
    with pytest.raises(Conflict, match="part 1 of 2"):
        ask(delivering.cancel, export=part, reason="Nhầm")
    assert ask(delivering.download, export=part) == part
    ask(delivering.cancel, export=master, reason="Nhầm")
    assert together(house, master, lambda one: (one.state, len(one.lines))) == [
        ("cancelled", 0)
    ] * 3  # fmt: skip


def test_the_dossier_is_taken_over_when_the_last_of_its_packages_was_answered(
    house, ask, master, clock
):
    sign = signer_for(house)
    ask(delivering.send, export=master, to="kho")
    deliver_due(house)
    deliver_due(house)
    clock.advance(timedelta(hours=1))
    members = together(house, master, lambda one: one.uid)

    def left():
        with house.databases.connection() as connection:
            root = connection.root()
            dossier = root["site"].dossiers[CODE]
            return len(uncovered(root, dossier.uid, dossier.values()))

    for number, uid in enumerate(members):
        said = answer(house, uid, outcome="rejected", aip="") if number == 1 else b""
        if said:
            ask(archive_receipts.take, export=uid, content=said, signature=sign(said))
            assert objections(house) == ["archive-rejected"]
        said = answer(house, uid)
        assert left() == 3
        ask(archive_receipts.take, export=uid, content=said, signature=sign(said))
        assert (number == 2) or objections(house) == ["archive-silent"]

    assert objections(house) == []
    assert left() == 0
    assert together(house, master, lambda one: (one.state, len(one.lines))) == [
        ("accepted", 0)
    ] * 3  # fmt: skip
    with house.databases.connection() as connection:
        root = connection.root()
        export, receipt = archive_receipts.receipt_for(root, root["site"].dossiers[CODE].uid)
        assert (export.uid, receipt.outcome) == (master, "accepted")


def test_what_is_half_answered_is_kept_and_what_nobody_fetched_is_over_as_a_whole(
    house, ask, master, clock
):
    sign = signer_for(house)
    other = ask(delivering.freeze, profile=EARK, reason="Khác")
    prepare(house)
    clock.advance(timedelta(hours=1))
    said = answer(house, other)
    ask(archive_receipts.take, export=other, content=said, signature=sign(said))
    clock.advance(timedelta(days=91))

    assert expire(house) == 1

    assert together(house, master, lambda one: one.state) == ["expired"] * 3
    assert together(house, other, lambda one: one.state) == ["answered", "ready", "ready"]


def test_whether_it_is_many_files_is_asked_of_all_parts_at_once(house, master):
    """Each package has 20 to 30 files, schemas and descriptions counted; the limit is one more."""
    files = together(house, master, lambda one: one.files)
    is_bulk = delivering.send.act.second.when

    def asked(most):
        profile = house.rulebook.profile
        packages = {**profile.settings["packages"], "files_alone": most}
        said = MappingProxyType({**profile.settings, "packages": packages})
        house.rulebook = replace(house.rulebook, profile=replace(profile, settings=said))
        with sitting(house, "archivist") as desk:
            return is_bulk(desk, desk.find(CODE, Dossier), export=master, to="kho")

    assert asked(max(files) + 1)
    assert asked(sum(files) - 1)
    assert not asked(sum(files))


def test_what_the_circular_knows_no_parts_for_is_refused_with_what_to_do(house, monkeypatch):
    """Three papers, one file each leaves; what else the circular needs is not asked here."""
    monkeypatch.setattr(tt05, "_faults", lambda _package, kind: iter(()))
    with_limits(house, files=2)

    for profile in ("tt05-sip-hoso", "tt05-aip-hoso"):
        with pytest.raises(Invalid) as told, sitting(house, "archivist") as desk:
            delivering.freeze(desk, desk.find(CODE, Dossier), profile=profile, reason="Nộp lưu")
        (fault,) = told.value.faults
        assert fault.field == "profile"
        assert (fault.facts["files"], fault.facts["most_files"]) == (3, 2)
        said = house.in_vietnamese(fault.message)
        assert "Thông tư 05/2025/TT-BNV" in said
        assert "eark-sip-2.2.0" in said


def test_a_bag_has_no_limit(house, ask):
    uid = ask(delivering.freeze, profile="bagit", reason="Mang đi")
    prepare(house)

    assert seen(house, uid, lambda one: (one.part, one.group, one.state)) == ("", "", "ready")


def test_a_reading_that_broke_off_goes_on_with_what_was_not_read(house, ask, monkeypatch):
    master = ask(delivering.freeze, profile=EARK, reason="Nộp lưu")
    real, read = reading_through.read_through, []

    def once(entries, **more):
        if len(read) == 1:
            raise SystemExit
        read.append(entries)
        return real(entries, **more)

    monkeypatch.setattr(reading_through, "read_through", once)
    with pytest.raises(SystemExit):
        prepare(house)
    assert together(house, master, lambda one: (one.state, bool(one.seal))) == [
        ("frozen", True), ("frozen", False), ("frozen", False),
    ]  # fmt: skip
    with pytest.raises(Conflict, match="being read"):
        ask(delivering.download, export=master)

    seals = together(house, master, lambda one: one.seal)
    monkeypatch.undo()
    assert prepare(house) == 1
    assert together(house, master, lambda one: one.state) == ["ready"] * 3
    assert together(house, master, lambda one: one.seal)[0] == seals[0]


def test_an_export_at_once_is_not_more_than_an_archive_takes(house, tmp_path):
    for to, streamed in ((tmp_path / "a", False), (tmp_path / "b", True)):
        to.mkdir()
        with pytest.raises(Invalid) as told, sitting(house, "archivist") as desk:
            dossier = desk.find(CODE, Dossier)
            exporting.export(desk, dossier, profile=EARK, to=to, streamed=streamed)
        (fault,) = told.value.faults
        assert (fault.field, fault.facts["files"]) == ("profile", 6)
        assert "Freeze a package" in fault.message
    assert list((tmp_path / "a").iterdir()) == []
    with_limits(house, files=6)
    with sitting(house, "archivist") as desk:
        dossier = desk.find(CODE, Dossier)
        assert exporting.export(desk, dossier, profile=EARK, to=tmp_path / "a").path.is_dir()


def test_a_set_of_which_one_has_no_time_stamp_waits_as_a_whole_and_says_so(house, ask, monkeypatch):
    uid = ask(delivering.freeze, profile=EARK, reason="Nộp lưu")
    real, made = reading_through.signer_here, []

    def away(desk):
        def sign(content):
            made.append(content)
            if len(made) > 1:
                raise NotStamped(url="http://127.0.0.1:1/", why="away")
            return real(desk)(content)

        return sign

    monkeypatch.setattr(reading_through, "signer_here", away)
    with pytest.raises(NotStamped):
        prepare(house)
    told = together(house, uid, lambda one: (one.state, [why.code for why in one.problems]))
    assert told == [("frozen", ["not-stamped"])] * 3

    monkeypatch.undo()
    prepare(house)
    assert together(house, uid, lambda one: (one.state, one.problems)) == [("ready", ())] * 3
