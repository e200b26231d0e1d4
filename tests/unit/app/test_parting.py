"""A scan with our separator sheets becomes its papers, by the machine, and no page is lost."""

from __future__ import annotations

import json

import pikepdf
import pypdfium2
import pytest

from hoso.app.parting import lay_pages
from hoso.app.reading_room import ReadingRoom
from hoso.desk import splitting
from hoso.desk.pages import kept_pages, pages_read
from hoso.ingest import queue
from hoso.ingest.pages.files import finished_page, page_file, write_json
from hoso.ingest.sheets.codes import Label, Separator, payload
from hoso.ingest.splitting.plan import Part, Plan
from hoso.kernel import ids
from hoso.kernel.errors import Conflict, Invalid
from hoso.records import filing
from hoso.records.events import DocumentChanged
from hoso.storage.blobs import spool_bytes
from hoso.testing.things import a_dossier

BLANK = [{"code": "blank", "value": None, "box": None}]
ONE, TWO = Label("AAAAAAAAAA"), Label("BBBBBBBBBB")


@pytest.fixture(scope="module")
def scan_bytes(tmp_path_factory):
    """A PDF of nine pages, each of its own width, so that a page is known again."""
    made = pikepdf.new()
    for number in range(1, 10):
        made.add_blank_page(page_size=(200 + number, 300))
    path = tmp_path_factory.mktemp("scan") / "nine.pdf"
    made.save(path, deterministic_id=True)
    return path.read_bytes()


@pytest.fixture
def room(site):
    made = ReadingRoom(site, workers=1)
    yield made
    made.close()


@pytest.fixture
def scan(site, as_, scan_bytes):
    """Call it with what stands on each page for the id of a scan that was read so far."""

    def lay(pages, *, unit="nhanh", **facts):
        with as_("officer") as desk:
            document = filing.receive(
                desk.site,
                spool_bytes(scan_bytes, desk.house.spool),
                unit=desk.site.unit_by_key[unit],
                given_name="Hộp 1.pdf".encode(),
                at=desk.now,
                by="officer",
            )
            for name, value in facts.items():
                setattr(document, name, value)
            queue.enqueue(desk.root, document)
            desk.notify([DocumentChanged(document)])
            number, folder = document.id, site.path / "work" / document.uid
        folder.mkdir(parents=True)
        for place, page in enumerate(pages, 1):
            coded = [] if page is None or isinstance(page, str) else [payload(page)]
            facts_of_page = finished_page(
                place,
                source="ocr",
                text=page if isinstance(page, str) else "",
                words=[["chữ", 90, [0, 0, 1, 1], 0]],
                aspect=1.4,
                findings=BLANK if page is None else [],
                codes=[{"format": "QRCode", "text": text, "box": [0, 0, 1, 1]} for text in coded],
                print=f"{place:016x}",
            )
            write_json(page_file(folder, place), facts_of_page)
        return number

    return lay


SHEET = Separator("T-0001", "D05", 2)
PILE = ["thư", SHEET, None, "quyết định", ONE, Separator(), TWO, "mặt sau", None]


def widths(path):
    """The pages of a file, told by their widths: 201 is the first of the scan."""
    with pypdfium2.PdfDocument(path) as document:
        return [round(page.get_width()) - 200 for page in document]


def look(site, number):
    """What became of a scan: its state, and (pages, dossier, type, serial, state) of its parts."""
    with site.databases.connection() as connection:
        tree = connection.root()["site"]
        document = tree.by_id[number]
        parts = [tree.by_id[ids.from_text(uid)] for uid in document.parts]
        return document.state, [
            (widths(p.renditions["original"].blob.committed()), p.into, p.type, p.serial, p.state)
            for p in parts
        ]


def test_a_scan_with_separators_becomes_its_papers_as_soon_as_it_is_read(site, room, scan, entries):
    number = scan(PILE, batch="lo-1")

    assert room.read(number) == "split"

    state, parts = look(site, number)
    assert state == "split"
    assert parts == [
        ([1], "", "", "", "received"),
        ([4, 5], "T-0001", "D05", "AAAAAAAAAA", "received"),
        ([7, 8, 9], "T-0001", "", "BBBBBBBBBB", "received"),
    ]
    with site.databases.connection() as connection:
        tree = connection.root()["site"]
        document = tree.by_id[number]
        assert [(d.page, d.why) for d in document.dropped] == [
            (2, "separator"),
            (3, "separator-back"),
            (6, "separator"),
        ]
        tray = tree.trays[document.unit.number]
        assert number not in tray
        assert document.uid in tree.tray
        for uid, pages in zip(document.parts, [(1,), (4, 5), (7, 8, 9)], strict=True):
            part = tree.by_id[ids.from_text(uid)]
            assert part.source == (document.uid, document.sha256, pages)
            assert (part.batch, part.unit, part.received_at) == (
                "lo-1",
                document.unit,
                document.received_at,
            )
            assert tree.by_serial.get(part.serial, part.uid) == part.uid
            assert part.id in tray
        assert queue.reading_of(connection.root(), document).plan == ""
    (told,) = entries("intake.split")
    assert (told.actor, told.details["pages"]) == ("machine:reader", 9)


def test_the_parts_are_not_read_again_only_proposed_for(site, room, scan, monkeypatch):
    number = scan(PILE)
    room.read(number)
    with site.databases.connection() as connection:
        parts = [ids.from_text(u) for u in connection.root()["site"].by_id[number].parts]

    jobs = []
    run = room._sandbox.run
    monkeypatch.setattr(
        room._sandbox, "run", lambda job, *a, **k: jobs.append(job) or run(job, *a, **k)
    )
    assert [room.read(part) for part in parts] == ["waiting"] * 3

    assert set(jobs) == {"inspect", "propose"}
    with site.databases.connection() as connection:
        second = connection.root()["site"].by_id[parts[1]]
        assert [page.text for page in pages_read(second)] == ["quyết định", ""]
        assert [page.print for page in pages_read(second)] == [f"{n:016x}" for n in (4, 5)]


def test_a_kill_between_reading_and_splitting_loses_nothing(site, room, scan, monkeypatch):
    number = scan(PILE)
    monkeypatch.setattr(room.parting, "carry_out", lambda _number: "")

    assert room.read(number) == "reading"
    monkeypatch.undo()

    # The worker finds it in the queue and goes on where it was.
    with site.databases.connection() as connection:
        assert [n for _, n in queue.pending(connection.root())] == [number]
    assert room.read(number) == "split"
    assert len(look(site, number)[1]) == 3


def test_a_scan_without_separators_waits_whole_and_has_its_code(site, room, scan):
    number = scan(["thư", ONE, None, "b", "c", "d", "e", "f", "g"])

    assert room.read(number) == "waiting"

    with site.databases.connection() as connection:
        tree = connection.root()["site"]
        assert tree.by_id[number].serial == "AAAAAAAAAA"
        assert tree.by_serial["AAAAAAAAAA"] == tree.by_id[number].uid


def test_a_part_that_cannot_be_made_leaves_the_scan_whole(site, room, scan, entries, monkeypatch):
    number = scan(PILE)
    made = room.parting._make

    def breaks(task, part, target):
        file = made(task, part, target)
        return type(file)(file.spooled, file.pages + (part.pages == (4, 5)))

    monkeypatch.setattr(room.parting, "_make", breaks)

    assert room.read(number) == "waiting"
    assert look(site, number) == ("waiting", [])
    assert entries("intake.split") == []
    assert "2" in entries("intake.split-given-up")[0].details["why"]
    assert list(site.spool.iterdir()) == []


# By a person ----------------------------------------------------------------------------

WHOLE = ["a"] * 9
HALVES = Plan((Part((2, 1, 3), "T-0001"), Part((4, 6), type="D04")), dict.fromkeys((5, 7, 8, 9), "blank"))  # fmt: skip


@pytest.fixture
def waiting(site, room, scan):
    number = scan(WHOLE)
    room.read(number)
    return number


def planned(as_, number, plan=HALVES, who="clerk", **words):
    with as_(who) as desk:
        document = desk.site.by_id[number]
        splitting.plan(desk, document, plan=plan, **{"revision": document.revision, **words})


def test_what_a_person_planned_is_carried_out_by_the_worker(site, as_, room, waiting, entries):
    planned(as_, waiting)

    assert room.read(waiting) == "split"

    _, parts = look(site, waiting)
    assert parts == [
        ([2, 1, 3], "T-0001", "", "", "received"),
        ([4, 6], "", "D04", "", "received"),
    ]
    assert entries("intake.split")[0].details["asked"] == "clerk"
    with site.databases.connection() as connection:
        dropped = connection.root()["site"].by_id[waiting].dropped
        assert {(d.page, d.by) for d in dropped} == {(p, "clerk") for p in (5, 7, 8, 9)}


def test_who_plans_anew_while_parts_are_made_is_not_passed_over(
    site, as_, room, waiting, monkeypatch
):
    planned(as_, waiting)
    thirds = Plan((Part((1, 2)), Part((3, 4)), Part((6,))), HALVES.apart)
    made = room.parting._make

    def slow(task, part, target):
        if task.plan == HALVES and part == HALVES.parts[0]:
            planned(as_, waiting, thirds)
        return made(task, part, target)

    monkeypatch.setattr(room.parting, "_make", slow)

    assert room.read(waiting) == "waiting"
    assert room.read(waiting) == "split"

    _, parts = look(site, waiting)
    assert [pages for pages, *_ in parts] == [[1, 2], [3, 4], [6]]


def test_all_pages_that_would_be_lost_are_told_at_once(as_, waiting):
    with pytest.raises(Invalid) as refused:
        planned(as_, waiting, Plan((Part((1, 2)), Part((2, 12)))))

    assert {f.field for f in refused.value.faults} == {
        "page-2", "page-3", "page-4", "page-5", "page-6", "page-7", "page-8", "page-9", "page-12",
    }  # fmt: skip


def test_the_second_of_two_who_plan_is_told(as_, waiting):
    planned(as_, waiting)

    with pytest.raises(Conflict):
        planned(as_, waiting, revision=1)


def test_a_split_is_undone_while_nothing_is_filed_and_gives_the_same_parts_again(
    site, as_, room, waiting
):
    planned(as_, waiting)
    room.read(waiting)
    with site.databases.connection() as connection:
        tree = connection.root()["site"]
        first = [tree.by_id[ids.from_text(u)] for u in tree.by_id[waiting].parts]
        before, digests = [one.id for one in first], [one.sha256 for one in first]

    with as_("clerk") as desk:
        document = desk.site.by_id[waiting]
        splitting.join(desk, document, why="Tách nhầm", revision=document.revision)
        assert (document.state, document.parts, document.dropped) == ("waiting", (), ())
        assert [desk.site.by_id[n].state for n in before] == ["refused", "refused"]
        assert not set(before) & set(desk.site.trays[document.unit.number])

    planned(as_, waiting)
    room.read(waiting)

    with site.databases.connection() as connection:
        tree = connection.root()["site"]
        again = [tree.by_id[ids.from_text(u)] for u in tree.by_id[waiting].parts]
        assert [one.sha256 for one in again] == digests
        assert not {one.id for one in again} & set(before)


def test_parts_that_are_here_already_are_not_taken_in_twice(site, as_, room, scan, waiting):
    planned(as_, waiting)
    room.read(waiting)
    twin = scan(WHOLE)
    room.read(twin)
    planned(as_, twin)

    room.read(twin)

    with site.databases.connection() as connection:
        tree = connection.root()["site"]
        assert tree.by_id[twin].parts == ()
        assert {d.page: d.why for d in tree.by_id[twin].dropped} == {
            **dict.fromkeys((1, 2, 3, 4, 6), "already-here"),
            **dict.fromkeys((5, 7, 8, 9), "blank"),
        }
    with as_("clerk") as desk:  # and it can be undone as any other
        document = desk.site.by_id[twin]
        splitting.join(desk, document, why="Nhầm", revision=document.revision)
        assert len(splitting.parts_of(desk, desk.site.by_id[waiting])) == 2


def test_a_split_with_a_filed_part_is_not_undone(site, as_, room, waiting):
    planned(as_, waiting)
    room.read(waiting)
    with as_("officer") as desk:
        dossier = a_dossier(desk)
        scan_ = desk.site.by_id[waiting]
        part = desk.site.by_id[ids.from_text(scan_.parts[0])]
        part.state = "filed"
        filing.file_document(desk.site, part, dossier, at=desk.now, by="test")

    with pytest.raises(Invalid, match="filed already"), as_("clerk") as desk:
        scan_ = desk.site.by_id[waiting]
        splitting.join(desk, scan_, why="Nhầm", revision=scan_.revision)


def test_what_was_filed_meanwhile_stays_whole(site, as_, room, waiting):
    planned(as_, waiting)
    with as_("officer") as desk:
        document = desk.site.by_id[waiting]
        document.state = "filed"
        filing.file_document(desk.site, document, a_dossier(desk), at=desk.now, by="test")

    room.read(waiting)

    assert look(site, waiting) == ("filed", [])


def test_a_stamp_closes_the_part_it_stands_on_and_what_a_person_closed_stays_closed(
    site, as_, room, waiting
):
    level = {"value": 2, "confidence": 1, "page": 4, "box": None, "rule": "stamp"}
    with as_("officer") as desk:
        document = desk.site.by_id[waiting]
        reading = queue.reading_of(desk.root, document)
        reading.proposals = json.dumps({"level": level})
        document.level = 2
    with as_("archivist") as desk:
        document = desk.site.by_id[waiting]
        splitting.plan(desk, document, plan=HALVES, revision=document.revision)
    room.read(waiting)

    with site.databases.connection() as connection:
        tree = connection.root()["site"]
        parts = [tree.by_id[ids.from_text(u)] for u in tree.by_id[waiting].parts]
        assert [one.level for one in parts] == [1, 2]


def test_a_split_scan_is_found_by_nobody_but_lies_there_for_who_works_at_the_tray(
    site, as_, room, waiting
):
    planned(as_, waiting)
    room.read(waiting)

    with site.databases.connection() as connection:
        assert site.entries.read_entry(connection.root(), waiting) is None
    with as_("clerk") as desk:
        assert desk.find(ids.to_text(waiting)).state == "split"


def test_what_was_read_can_be_laid_when_the_transaction_is_over(site, as_, room, waiting, tmp_path):
    """A worker reads in one transaction and writes between two; the cache may be empty by then."""
    with as_("clerk") as desk:
        document = desk.site.by_id[waiting]
        picture = spool_bytes(b"RIFF", desk.house.spool)
        filing.add_rendition(
            document, "page-0002", picture, mime="image/webp", at=desk.now, tool="test"
        )
    with site.databases.connection() as connection:
        pages = kept_pages(connection.root()["site"].by_id[waiting])
        connection.cacheMinimize()

    lay_pages(tmp_path / "laid", pages, Part((2, 3)))

    assert (tmp_path / "laid" / "page-0001.webp").read_bytes() == b"RIFF"
    assert json.loads(page_file(tmp_path / "laid", 2).read_text())["text"] == "a"
