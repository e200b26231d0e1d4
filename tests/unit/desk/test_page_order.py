"""Pages are turned, ordered, dropped and scanned again; the scans stay, and no page is lost."""

from __future__ import annotations

import gzip
import json

import pytest

from hoso.desk import page_order, page_quality, serials
from hoso.desk.desk import Desk
from hoso.desk.documents import text_of, words_of
from hoso.desk.pages import facts_of, kept_pages
from hoso.desk.reading import MACHINE, HandedIn, Made, hand_in
from hoso.desk.reading import begin as begin_reading
from hoso.ingest import queue
from hoso.ingest.sheets.codes import Label, payload
from hoso.kernel.errors import Conflict, Forbidden, Invalid, Missing
from hoso.records import filing
from hoso.records.leaves import leaves_of, scans_of
from hoso.records.model import Batch, Leaf
from hoso.storage.blobs import file_of, spool_bytes
from hoso.testing.things import a_paper


def read_paper(desk, pages, *, words, file=False, serial="", **facts):
    """A paper of the tray with *pages* pages that were read: page 2 of "a" says "a2"."""
    paper = a_paper(desk, words=words, **facts)
    folder = desk.house.spool
    machine = Desk(desk.house, desk.connection, MACHINE, via="worker")
    begin_reading(machine, paper)
    said = [f"{words}{n}" for n in range(1, pages + 1)]
    codes = [{"format": "QRCode", "text": payload(Label(serial)), "box": None}] if serial else []
    kept = [
        {
            "source": "ocr",
            "turn": 0,
            "aspect": 1.4,
            "print": f"{sum(map(ord, one)) * 0x0123456789ABCD:016x}"[-16:],
            "codes": codes if n == 1 else [],
            "findings": [{"code": "dark", "value": 0.9, "box": None}] if n == 2 else [],
            "leaf": ["original", n, 0],
        }
        for n, one in enumerate(said, 1)
    ]

    def packed(value):
        return spool_bytes(gzip.compress(json.dumps(value).encode()), folder)

    made = [
        *(
            Made(f"page-{n:04d}", spool_bytes(one.encode(), folder), "image/webp", "test")
            for n, one in enumerate(said, 1)
        ),
        Made("text", spool_bytes("\f".join(said).encode(), folder), "text/plain", "test"),
        Made("words", packed([[[one, 90, [0, 0, 1, 1], 0]] for one in said]), "a/b", "test"),
        Made("facts", packed({"pages": kept}), "application/gzip", "test"),
        Made("copy", spool_bytes(b"%PDF", folder), "application/pdf", "test"),
    ]
    result = HandedIn(
        mime="application/pdf", puid="", pages=pages, sources=("ocr",) * pages, renditions=made,
        proposals={}, type_proposal=None, notes=(), reader="test", facts=kept,
    )  # fmt: skip
    hand_in(machine, paper, result=result)
    if file:
        dossier = desk.site.dossiers["T-0001"]
        desk.move(paper, "filed", described=True, placed=True)
        filing.file_document(desk.site, paper, dossier, at=desk.now, by="test")
    return paper


def committed(desk):
    """Bring all of it to disk, where the next deed finds it."""
    desk.connection.transaction_manager.commit()
    desk.connection.transaction_manager.begin()


def pictures_of(paper):
    found = []
    for number in range(1, paper.pages + 1):
        rendition = paper.renditions.get(f"page-{number:04d}")
        if rendition is None:
            found.append(None)
            continue
        with file_of(rendition.blob) as stream:
            found.append(stream.read().decode())
    return found


def arranged(desk, paper, order, *, drop=None, **words):
    leaves = tuple(Leaf("original", page, turn) for page, turn in order)
    dropped = {("original", page): why for page, why in (drop or {}).items()}
    words = {"revision": paper.revision, **words}
    page_order.arrange(desk, paper, leaves=leaves, dropped=dropped, **words)
    committed(desk)


@pytest.mark.parametrize("file", [False, True])
def test_another_order_is_shown_at_once_and_the_original_stays(as_, entries, file):
    with as_("clerk") as desk:
        paper = read_paper(desk, 3, words="a", file=file)
        committed(desk)
        digest = paper.renditions["original"].sha256

        arranged(desk, paper, [(3, 0), (1, 0)], drop={2: "blank"})

        assert text_of(paper) == "a3\fa1"
        assert [page[0][0] for page in words_of(paper)] == ["a3", "a1"]
        assert pictures_of(paper) == ["a3", "a1"]
        assert [one["leaf"] for one in facts_of(paper)] == [["original", 3, 0], ["original", 1, 0]]
        assert (paper.pages, scans_of(paper)) == (2, {"original": 3})
        assert [(d.page, d.why, d.by) for d in paper.dropped] == [(2, "blank", "clerk")]
        assert paper.renditions["original"].sha256 == paper.sha256 == digest
        # Proposals and the copy are made anew.
        assert "copy" not in paper.renditions
        assert queue.waits(desk.root, paper)

    (told,) = entries("document.arranged")
    assert (told.details["before"], told.details["after"]) == ("1, 2, 3", "3, 1")


def test_a_page_that_is_turned_is_read_again_the_others_are_not(as_):
    with as_("clerk") as desk:
        paper = read_paper(desk, 3, words="a")

        arranged(desk, paper, [(1, 0), (2, 90), (3, 0)])

        assert pictures_of(paper) == ["a1", None, "a3"]
        assert [bool(page.finished.get("leaf")) for page in kept_pages(paper)] == [
            True,
            False,
            True,
        ]


def test_what_was_dropped_is_shown_again(as_):
    with as_("clerk") as desk:
        paper = read_paper(desk, 2, words="a")
        arranged(desk, paper, [(1, 0)], drop={2: "dropped"})
        arranged(desk, paper, [(1, 0), (2, 0)])

        assert (paper.dropped, paper.pages, text_of(paper)) == ((), 2, "a1\f")


def test_what_is_read_of_an_order_that_holds_no_more_is_not_attached(as_):
    with as_("clerk") as desk:
        paper = read_paper(desk, 2, words="a")
        arranged(desk, paper, [(2, 0), (1, 0)])
        late = [{"leaf": ["original", n, 0], "turn": 0} for n in (1, 2)]
        result = HandedIn(
            mime="application/pdf", puid="", pages=2, sources=("ocr",) * 2, renditions=(),
            proposals={"number": {"value": "9"}}, type_proposal=None, notes=(), reader="late", facts=late,
        )  # fmt: skip

        hand_in(Desk(desk.house, desk.connection, MACHINE, via="worker"), paper, result=result)

        assert queue.reading_of(desk.root, paper).reader != "late"
        assert queue.waits(desk.root, paper)


def test_what_a_reading_that_was_cut_off_left_is_of_no_use_for_another_order(site, as_):
    with as_("clerk") as desk:
        paper = read_paper(desk, 2, words="a")
        committed(desk)
        left = site.path / "work" / paper.uid
        left.mkdir(parents=True)
        (left / "page-0001.json").write_text("{}")

        arranged(desk, paper, [(2, 0), (1, 0)])

        assert not left.exists()


@pytest.mark.parametrize(
    ("order", "drop", "count"),
    [
        ([(1, 0)], {}, 2),
        ([(1, 0), (1, 0), (2, 0), (3, 0)], {}, 1),
        ([(1, 45), (2, 0), (3, 0)], {}, 1),
        ([(1, 0), (2, 0), (3, 0)], {3: "blank"}, 1),
        ([(1, 0), (2, 0)], {3: ""}, 1),
        ([], {1: "blank", 2: "blank", 3: "blank"}, 1),
        ([(1, 0), (2, 0), (3, 0)], {}, 1),  # as it is
    ],
)
def test_an_order_that_loses_a_page_is_refused_with_all_that_is_wrong(as_, order, drop, count):
    with as_("clerk") as desk:
        paper = read_paper(desk, 3, words="a")
        committed(desk)

        with pytest.raises(Invalid) as wrong:
            arranged(desk, paper, order, drop=drop)

        assert len(wrong.value.faults) == count


def test_the_second_of_two_who_arrange_is_told(as_):
    with as_("clerk") as desk:
        paper = read_paper(desk, 2, words="a")
        seen = paper.revision
        arranged(desk, paper, [(2, 0), (1, 0)])

        with pytest.raises(Conflict):
            arranged(desk, paper, [(1, 0), (2, 0)], revision=seen)


def test_who_may_not_describe_a_filed_paper_arranges_none(site, as_):
    with as_("clerk") as desk:
        paper = read_paper(desk, 2, words="a", file=True)
        number, revision = paper.id, paper.revision

    with pytest.raises(Forbidden), as_("head") as desk:
        arranged(desk, desk.site.by_id[number], [(2, 0), (1, 0)], revision=revision)
    # The readers may work at the tray, and describe nothing.
    with pytest.raises(Missing), as_(MACHINE) as desk:
        arranged(desk, desk.site.by_id[number], [(2, 0), (1, 0)], revision=revision)


# Scanned again --------------------------------------------------------------------------


def test_a_second_scan_is_taken_into_the_paper_and_both_scans_stay(as_, entries):
    with as_("clerk") as desk:
        old = read_paper(desk, 3, words="a", file=True)
        new = read_paper(desk, 2, words="b", level=1)
        committed(desk)

        page_order.rescan(desk, old, scan=new, revision=old.revision)
        committed(desk)

        assert leaves_of(old) == (Leaf("rescan-1", 1), Leaf("rescan-1", 2))
        assert [(d.scan, d.page, d.why) for d in old.dropped] == [
            ("original", n, "rescanned") for n in (1, 2, 3)
        ]
        assert (text_of(old), pictures_of(old)) == ("b1\fb2", ["b1", "b2"])
        assert old.renditions["rescan-1"].sha256 == new.sha256
        assert old.renditions["original"].sha256 == old.sha256
        assert (new.state, new.parts) == ("split", (old.uid,))
        assert new.id not in desk.site.trays[new.unit.number]
        assert scans_of(old) == {"original": 3, "rescan-1": 2}
        # What was read of the new scan is not read again.
        assert [p.finished["leaf"] for p in kept_pages(old)] == [
            ["rescan-1", 1, 0],
            ["rescan-1", 2, 0],
        ]

    (told,) = entries("document.rescanned")
    assert told.details["kept"] == "rescan-1"


def test_one_page_is_scanned_again(as_):
    with as_("clerk") as desk:
        old, new = read_paper(desk, 3, words="a"), read_paper(desk, 1, words="b")

        page_order.rescan(desk, old, scan=new, page=2, revision=old.revision)
        committed(desk)
        third = read_paper(desk, 1, words="c")
        page_order.rescan(desk, old, scan=third, page=2, revision=old.revision)
        committed(desk)

        assert text_of(old) == "a1\fc1\fa3"
        assert [(d.scan, d.page) for d in old.dropped] == [("original", 2), ("rescan-1", 1)]
        # And the first scan of it can be shown again.
        arranged_leaves = (Leaf("original", 1), Leaf("original", 2), Leaf("original", 3))
        page_order.arrange(
            desk,
            old,
            leaves=arranged_leaves,
            dropped={("rescan-1", 1): "rescanned", ("rescan-2", 1): "rescanned"},
            revision=old.revision,
        )
        assert leaves_of(old) == arranged_leaves


def test_a_secret_scan_makes_the_paper_secret_never_open(as_):
    with as_("archivist") as desk:
        old, new = read_paper(desk, 1, words="a"), read_paper(desk, 1, words="b", level=3)

        page_order.rescan(desk, old, scan=new, revision=old.revision)

        assert old.level == 3


def test_what_one_may_not_see_cannot_be_taken_in(as_):
    with as_("archivist") as desk:
        old, new = read_paper(desk, 1, words="a"), read_paper(desk, 1, words="b", level=4)
        numbers = old.id, new.id

    with pytest.raises(Missing), as_("clerk") as desk:
        old, new = (desk.site.by_id[n] for n in numbers)
        page_order.rescan(desk, old, scan=new, revision=old.revision)


def test_a_page_that_was_sent_takes_its_place_when_it_is_read(as_):
    with as_("clerk") as desk:
        old = read_paper(desk, 2, words="a")
        new = a_paper(desk, words="b")
        page_order.plan_replacement(desk, old, scan=new, page=2)
        reading = queue.reading_of(desk.root, new)
        assert page_order.planned_replacement(reading) == (old.uid, Leaf("original", 2))
        with pytest.raises(Invalid):
            page_order.plan_replacement(desk, old, scan=new, page=3)
        # Meanwhile the pages change their order: the page is known by its scan.
        arranged(desk, old, [(2, 0), (1, 0)])
        new.state, new.pages = "reading", 1

        machine = Desk(desk.house, desk.connection, MACHINE, via="worker")
        page_order.replace_page(machine, old, scan=new)

        assert leaves_of(old) == (Leaf("rescan-1", 1), Leaf("original", 1))
        assert new.parts == (old.uid,)


# Serial codes ---------------------------------------------------------------------------

CODE = "AAAAAAAAAA"


def test_a_code_belongs_to_the_first_paper_it_was_seen_on(as_):
    with as_("clerk") as desk:
        first = read_paper(desk, 1, words="a", serial=CODE, file=True)
        second = read_paper(desk, 1, words="b", serial=CODE)

        assert desk.site.by_serial[CODE] == first.uid
        # Both show the code; the second is offered as a scan of the first.
        assert second.serial == CODE
        assert serials.older_paper(desk, second) is first
        assert serials.older_paper(desk, first) is None

        first.state = "withdrawn"
        assert serials.older_paper(desk, second) is first


def test_a_paper_one_may_not_see_is_not_told_by_its_code(as_):
    with as_("archivist") as desk:
        read_paper(desk, 1, words="a", serial=CODE).level = 4
        second = read_paper(desk, 1, words="b", serial=CODE).id

    with as_("clerk") as desk:
        assert serials.older_paper(desk, desk.site.by_id[second]) is None


def test_printed_codes_are_new_and_wait_for_their_paper(as_, entries):
    with as_("clerk") as desk:
        drawn = serials.draw(desk, desk.unit("nhanh"), sheets=2, kind="24", skip=4)
        assert len(drawn) == len(set(drawn)) == 44
        assert {desk.site.by_serial[one] for one in drawn} == {""}
        paper = read_paper(desk, 1, words="a", serial=drawn[0])
        assert desk.site.by_serial[drawn[0]] == paper.uid

    assert entries("serials.printed")[0].details["labels"] == 44


def test_all_that_is_wrong_with_an_order_of_labels_is_told(as_):
    with as_("clerk") as desk, pytest.raises(Invalid) as wrong:
        serials.draw(desk, desk.unit("nhanh"), sheets=0, kind="24", skip=24)

    assert {fault.field for fault in wrong.value.faults} == {"sheets", "skip"}


# The quality of pages -------------------------------------------------------------------


def test_a_page_is_sent_back_listed_scanned_again_and_off_the_list(as_, entries):
    with as_("clerk") as desk:
        unit = desk.unit("nhanh")
        old = read_paper(desk, 3, words="a")
        page_quality.send_back(desk, old, page=2)
        page_quality.send_back(desk, old, page=3, code="cut-edge")

        listed = page_quality.sent_back(desk, unit)
        assert [(s.document, s.page, s.codes) for s in listed] == [
            (old, 2, ("dark",)),
            (old, 3, ("cut-edge",)),
        ]
        page_quality.accept(desk, old, page=3)
        new = read_paper(desk, 1, words="b")
        page_order.rescan(desk, old, scan=new, page=2, revision=old.revision)

        assert page_quality.sent_back(desk, unit) == []
        assert page_quality.judged_of(desk, old)[3].verdict == "accepted"

    assert [e.details["code"] for e in entries("page.sent-back")] == ["dark", "cut-edge"]


def test_what_is_judged_must_be_there(as_):
    with as_("clerk") as desk:
        paper = read_paper(desk, 1, words="a")
        for wrong in ({"page": 2}, {"page": 0}, {"page": 1, "code": "ugly"}):
            with pytest.raises(Invalid):
                page_quality.send_back(desk, paper, **wrong)


def test_sent_back_pages_of_another_unit_are_not_listed(as_):
    with as_("archivist") as desk:
        for unit in ("nhanh", "ben"):
            paper = read_paper(desk, 1, words=unit, unit=unit)
            page_quality.send_back(desk, paper, page=1)

    with as_("clerk") as desk:
        listed = page_quality.sent_back(desk, desk.unit("nhanh"))
        assert [one.document.unit.key for one in listed] == ["nhanh"]


def test_pages_of_a_batch_that_look_the_same_are_told_until_one_is_accepted(as_):
    from hoso.records.model import Arrival

    with as_("clerk") as desk:
        unit = desk.unit("nhanh")
        batch = Batch("2026-nhanh-1", unit)
        batch.__parent__ = desk.site
        papers = [read_paper(desk, 2, words=words) for words in ("ab", "ba")]
        for key, paper in enumerate(papers):
            batch.arrivals[key] = Arrival(
                desk.now, "clerk", "upload", b"x", 1, "", "received", paper.uid
            )

        alike = page_quality.alike_in_batch(desk, batch)
        assert [(a.one, a.one_page, a.other, a.other_page) for a in alike] == [
            (papers[0], 1, papers[1], 1),
            (papers[0], 2, papers[1], 2),
        ]
        page_quality.accept(desk, papers[1], page=1)
        assert len(page_quality.alike_in_batch(desk, batch)) == 1
