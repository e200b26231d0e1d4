"""Packages from freezing to the archive's receipt, on a site: states, refusals, what is kept."""

from __future__ import annotations

import hashlib
import io
import zipfile
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import bagit
import pytest
from archives import answer, content_of, seen, signer_for

from hoso.app.delivering import Deliverer, deliver_due, expire, prepare
from hoso.desk import archive_receipts, delivering
from hoso.desk.archive_receipts import ArchiveAnswers, FrozenCopies
from hoso.kernel.errors import Conflict, Forbidden, Invalid, Missing
from hoso.preservation.delivery.destinations import Folder
from hoso.records.model import Document, Dossier
from hoso.testing.sites import CODE
from hoso.testing.things import a_filed_paper

WHO = "archivist"


@pytest.fixture
def archive(tmp_path):
    folder = tmp_path / "archive"
    folder.mkdir()
    return folder


@pytest.fixture
def house(site, archive):
    """A site with two papers in its dossier, and one destination."""
    site.settings = replace(site.settings, destinations=(Folder("kho", archive),))
    with site.databases.connection() as connection:
        from hoso.desk.desk import Desk
        from hoso.desk.reading import MACHINE

        desk = Desk(site, connection, MACHINE, via="test")
        dossier = desk.site.dossiers[CODE]
        a_filed_paper(desk, dossier, words="một", date="2024-09-05")
        a_filed_paper(desk, dossier, words="hai", title="Quyết định khác")
        connection.transaction_manager.commit()
    return site


@pytest.fixture
def ask(house, as_):
    """Call an act at the desk of the archivist, on the dossier; it answers with what it answered."""

    def call(deed, *, who=WHO, **words):
        with as_(who) as desk:
            answer = deed(desk, desk.find(CODE, Dossier), **words)
            return getattr(answer, "uid", answer)

    return call


@pytest.fixture
def frozen(ask):
    return ask(delivering.freeze, profile="bagit", reason="Nộp lưu 2026")


@pytest.fixture
def ready(house, frozen):
    assert prepare(house) == 1
    return frozen


def blob_files(house, words):
    """The files on disk of the papers that hold these words."""
    return [
        path
        for path in (house.path / "blobs").rglob("*.blob")
        if words.encode() in path.read_bytes()
    ]


def test_a_frozen_package_is_a_bag_that_another_program_calls_valid(house, ready, tmp_path):
    with zipfile.ZipFile(io.BytesIO(content_of(house, ready))) as found:
        found.extractall(tmp_path / "out")

    (folder,) = (tmp_path / "out").iterdir()
    assert bagit.Bag(str(folder)).validate()
    assert seen(house, ready, lambda one: (one.state, len(one.papers))) == ("ready", 2)


def test_the_same_dossier_gives_the_same_bytes_but_for_the_signature(house, ask, ready):
    again = ask(delivering.freeze, profile="bagit", reason="Lần nữa")
    prepare(house)

    def without_signature(uid):
        with zipfile.ZipFile(io.BytesIO(content_of(house, uid))) as found:
            return [
                (info.filename, found.read(info))
                for info in found.infolist()
                if not info.filename.endswith(".p7s")
            ]

    assert without_signature(again) == without_signature(ready)


def test_what_is_frozen_stays_whatever_becomes_of_the_dossier(house, as_, ready):
    before = content_of(house, ready)
    with as_("officer") as desk:
        dossier = desk.find(CODE, Dossier)
        dossier.name = "Tên khác"
        a_filed_paper(desk, dossier, words="ba", title="Thêm")
    house.databases.main.pack()

    assert content_of(house, ready) == before


def test_nothing_is_written_beside(house, ask):
    before = {path.name for path in house.spool.rglob("*")} if house.spool.exists() else set()

    ask(delivering.freeze, profile="bagit", reason="Nộp lưu")
    prepare(house)

    assert {path.name for path in house.spool.rglob("*")} == before


def test_it_arrives_in_the_folder_of_the_archive(house, ask, archive, ready, entries):
    ask(delivering.send, export=ready, to="kho")

    assert deliver_due(house) == 1

    name = seen(house, ready, lambda one: one.top)
    content = (archive / f"{name}.zip").read_bytes()
    assert content == content_of(house, ready)
    line = (archive / f"{name}.zip.sha256").read_text()
    assert line == f"{hashlib.sha256(content).hexdigest()}  {name}.zip\n"
    assert seen(house, ready, lambda one: one.sendings["kho"].state) == "sent"
    assert {"package.frozen", "package.read-through", "package.sent", "package.arrived"} <= {
        entry.verb for entry in entries()
    }


def test_a_destination_that_is_away_is_tried_with_growing_pauses_then_waits_for_a_person(
    house, ask, archive, ready, clock
):
    archive.rmdir()
    ask(delivering.send, export=ready, to="kho")
    pauses = []
    for _ in range(12):
        assert deliver_due(house) == 1
        state, due = seen(
            house, ready, lambda one: (one.sendings["kho"].state, one.sendings["kho"].not_before)
        )
        if state == "stuck":
            break
        wait = _instant(due) - clock.now()
        pauses.append(int(wait.total_seconds() // 60))
        assert deliver_due(house) == 0
        clock.advance(wait + timedelta(seconds=1))

    # base: from 1 minute, doubled, at most 6 hours, 12 tries.
    assert pauses == [1, 2, 4, 8, 16, 32, 64, 128, 256, 360, 360]
    assert state == "stuck"
    archive.mkdir()
    ask(delivering.again, export=ready, to="kho")
    deliver_due(house)
    assert seen(house, ready, lambda one: one.sendings["kho"].state) == "sent"


def _instant(text):
    from datetime import datetime

    return datetime.fromisoformat(text)


def test_a_changed_byte_blocks_the_package_and_stands_on_the_list_of_risks(house, ask, ready):
    (path,) = blob_files(house, "% một")
    path.chmod(0o600)
    path.write_bytes(path.read_bytes().replace("một".encode(), b"mot!!"[: len("một".encode())]))
    ask(delivering.send, export=ready, to="kho")

    deliver_due(house)

    assert seen(house, ready, lambda one: one.state) == "blocked"
    assert list(Path(house.settings.destinations[0].path).glob("*.zip")) == []
    with pytest.raises(Conflict, match="goes nowhere"):
        ask(delivering.download, export=ready)


def test_damage_before_the_first_reading_names_the_file(house, ask, frozen):
    (path,) = blob_files(house, "% một")
    path.chmod(0o600)
    path.write_bytes(path.read_bytes()[:-1])

    prepare(house)

    (problem,) = seen(house, frozen, lambda one: one.problems)
    assert problem.code == "damaged"
    with house.databases.connection() as connection:
        (risk,) = connection.root()["fixity"].risks.values()
        assert risk.state == "open"


def test_a_changed_byte_before_the_first_reading_names_the_file_too(house, ask, frozen):
    """Its length and all that is recorded fit: only who hashes it sees it."""
    (path,) = blob_files(house, "% một")
    path.chmod(0o600)
    path.write_bytes(path.read_bytes()[:-1] + b"?")

    prepare(house)

    (problem,) = seen(house, frozen, lambda one: one.problems)
    assert (problem.code, seen(house, frozen, lambda one: one.state)) == ("damaged", "blocked")
    with house.databases.connection() as connection:
        (risk,) = connection.root()["fixity"].risks.values()
        assert risk.state == "open"


def crcs_of_papers(as_, change):
    """Write another CRC-32 on every file of the dossier's papers."""
    with as_(WHO) as desk:
        for paper in desk.find(CODE, Dossier).values():
            for kept in paper.renditions.values():
                kept.crc32 = change(kept.crc32)


def test_papers_of_before_which_kept_no_crc_are_read_for_it_and_give_the_same_zip(
    house, ask, as_, ready
):
    def told(uid):
        with zipfile.ZipFile(io.BytesIO(content_of(house, uid))) as found:
            whole = [i for i in found.infolist() if not i.filename.endswith(".p7s")]
            assert found.testzip() is None
            return [(info.filename, info.CRC) for info in whole]

    crcs_of_papers(as_, lambda _kept: None)
    older = ask(delivering.freeze, profile="bagit", reason="Từ trước")
    prepare(house)

    assert seen(house, older, lambda one: one.state) == "ready"
    assert told(older) == told(ready)


def test_a_crc_that_is_not_that_of_the_bytes_leaves_in_no_package(house, ask, as_):
    crcs_of_papers(as_, lambda kept: kept ^ 1)
    wrong = ask(delivering.freeze, profile="bagit", reason="Nộp lưu")

    prepare(house)

    state, problems = seen(house, wrong, lambda one: (one.state, one.problems))
    assert (state, {problem.code for problem in problems}) == ("blocked", {"second-reader"})
    assert any("CRC-32" in str(problem) for problem in problems)


def test_who_may_not_read_a_paper_today_does_not_take_it_in_a_package(ask, as_, ready):
    """The officer is cleared to level 2; somebody raised the level after the freeze."""
    with as_("archivist") as desk:
        next(iter(desk.find(CODE, Dossier).values())).level = 3

    with pytest.raises(Forbidden):
        ask(delivering.download, who="officer", export=ready)
    assert ask(delivering.download, export=ready) == ready


@pytest.mark.parametrize("who", ["clerk", "head", "auditor"])
def test_who_builds_no_packages_knows_of_none(ask, ready, who):
    with pytest.raises((Forbidden, Missing)):
        ask(delivering.of_dossier, who=who)
    with pytest.raises((Forbidden, Missing)):
        ask(delivering.download, who=who, export=ready)


def test_the_officer_builds_and_does_not_send(ask, ready):
    assert ask(delivering.download, who="officer", export=ready) == ready
    with pytest.raises(Forbidden):
        ask(delivering.send, who="officer", export=ready, to="kho")


def test_a_paper_that_became_a_secret_goes_nowhere(house, ask, as_, ready):
    ask(delivering.send, export=ready, to="kho")
    with as_("officer") as desk:
        next(iter(desk.find(CODE, Dossier).values())).stub = True

    deliver_due(house)

    assert seen(house, ready, lambda one: one.state) == "blocked"


def test_what_is_cancelled_gives_up_its_bytes_and_keeps_who_and_why(house, ask, ready):
    ask(delivering.cancel, export=ready, reason="Nhầm hồ sơ")

    with pytest.raises(Conflict):
        ask(delivering.download, export=ready)
    with pytest.raises(Conflict):
        ask(delivering.cancel, export=ready, reason="Lần nữa")
    assert seen(house, ready, lambda one: (len(one.lines), one.made, one.ended_why)) == (
        0, None, "Nhầm hồ sơ",
    )  # fmt: skip


def test_what_nobody_fetched_in_its_days_is_over_and_what_arrived_is_not(house, ask, ready, clock):
    other = ask(delivering.freeze, profile="bagit", reason="Khác")
    prepare(house)
    ask(delivering.send, export=other, to="kho")
    deliver_due(house)
    clock.advance(timedelta(days=89))
    assert expire(house) == 0
    clock.advance(timedelta(days=2))

    assert expire(house) == 1

    assert seen(house, ready, lambda one: one.state) == "expired"
    assert seen(house, other, lambda one: one.state) == "ready"


def test_what_is_wrong_with_an_order_is_said_at_once(ask):
    with pytest.raises(Invalid) as told:
        ask(delivering.freeze, profile="zip", reason=" ")

    assert {"reason", "profile"} == {fault.field for fault in told.value.faults}


# Receipts ------------------------------------------------------------------------------------


@pytest.fixture
def signer(house):
    return signer_for(house)


def objections(house):
    with house.databases.connection() as connection:
        root = connection.root()
        found = ArchiveAnswers().objections(
            root, root["site"].dossiers[CODE], on=house.clock.today()
        )
        return [one.code for one in found]


def test_a_good_receipt_ends_the_package_and_lifts_the_objection(house, ask, clock, ready, signer):
    assert objections(house) == []
    ask(delivering.send, export=ready, to="kho")
    deliver_due(house)
    assert objections(house) == ["archive-silent"]
    clock.advance(timedelta(hours=1))
    content = answer(house, ready)

    ask(archive_receipts.take, export=ready, content=content, signature=signer(content))

    assert objections(house) == []
    with house.databases.connection() as connection:
        root = connection.root()
        export, receipt = archive_receipts.receipt_for(root, root["site"].dossiers[CODE].uid)
        assert (export.state, receipt.aip) == ("accepted", "H49.64.33.2001.160")
        assert len(export.lines) == 0
        # All of the dossier is with the archive, from the day on which that received it.
        status = root["site"].dossiers[CODE].status_events[-1]
        assert (status.status, status.effective) == ("NOP_LS", "2026-03-02")
        assert status.authority == f"receipt:{export.uid}"


def test_a_rejection_keeps_everything_and_objects(house, ask, clock, ready, signer):
    clock.advance(timedelta(hours=1))
    content = answer(
        house, ready, outcome="rejected", aip="", rules=[{"id": "CSIP71", "outcome": "fail"}]
    )

    ask(archive_receipts.take, export=ready, content=content, signature=signer(content))

    assert objections(house) == ["archive-rejected"]
    assert content_of(house, ready)
    with house.databases.connection() as connection:
        events = connection.root()["site"].dossiers[CODE].status_events
        assert "NOP_LS" not in {event.status for event in events}


def test_a_receipt_that_is_not_for_this_package_or_not_signed_changes_nothing(
    house, ask, clock, ready, signer
):
    clock.advance(timedelta(hours=1))
    content = answer(house, ready, **{"payload-oxum": "1.1"})

    with pytest.raises(Invalid) as told:
        ask(archive_receipts.take, export=ready, content=content, signature=b"")

    assert [fault.field for fault in told.value.faults] == ["receipt", "signature"]
    assert seen(house, ready, lambda one: (one.state, one.receipts)) == ("ready", ())


def test_destroying_a_dossier_takes_what_its_packages_keep_of_it(house, ready):
    with house.databases.connection() as connection:
        root = connection.root()
        dossier = root["site"].dossiers[CODE]
        papers = [one for one in dossier.values() if isinstance(one, Document)]

        dropped = list(FrozenCopies().forget(root, dossier, papers))
        connection.transaction_manager.commit()

    # The papers' own files are their own matter; what was made for the package is given back.
    assert len(dropped) == 1
    assert seen(house, ready, lambda one: (one.title, len(one.lines), one.state)) == (
        "", 0, "cancelled",
    )  # fmt: skip


def test_an_authority_that_is_away_is_told_on_the_package_and_what_is_ready_goes_out(
    house, ask, ready, archive
):
    ask(delivering.send, export=ready, to="kho")
    settings = house.settings
    house.settings = replace(settings, timestamp_url="http://127.0.0.1:1/")
    waiting = ask(delivering.freeze, profile="bagit", reason="Lần nữa")

    deliverer = Deliverer(house)
    deliverer.once()

    assert "127.0.0.1:1" in house.troubles["packages"]
    told = seen(house, waiting, lambda one: (one.state, [why.code for why in one.problems]))
    assert told == ("frozen", ["not-stamped"])
    assert len(list(archive.glob("*.zip"))) == 1
    # It is left alone for a minute; then it signs, and the word goes.
    deliverer.once()
    assert seen(house, waiting, lambda one: one.state) == "frozen"
    house.settings = settings
    Deliverer(house).once()
    assert seen(house, waiting, lambda one: (one.state, one.problems)) == ("ready", ())
    assert "packages" not in house.troubles
