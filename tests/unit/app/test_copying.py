"""After a paper is read its pictures and its preservation copy are made; nothing waits for them."""

from __future__ import annotations

import hashlib
import io

import pikepdf
import pypdfium2
import pytest
import typst
from PIL import Image

from hoso.app.reading_room import ReadingRoom
from hoso.app.worker import Worker
from hoso.desk import intake, page_order
from hoso.ingest import queue
from hoso.records.model import Leaf
from hoso.storage.blobs import file_of, spool_bytes

SAID = "Quyết định về việc nâng bậc lương thường xuyên cho ông Lê Văn Mẫu"


def typed_pdf(pages=2):
    source = '#set text(font: "Libertinus Serif", lang: "vi")\n' + "\n#pagebreak()\n".join(
        f"{SAID}, tờ {number}." for number in range(1, pages + 1)
    )
    return typst.compile(source.encode(), format="pdf", timestamp=86400)


def blank_scan():
    out = io.BytesIO()
    Image.new("L", (826, 1169), 250).save(out, "PNG", dpi=(100, 100))
    return out.getvalue()


@pytest.fixture
def taken_in(as_):
    def take(content, name=b"giay.pdf"):
        with as_("archivist") as desk:
            unit = desk.site.unit_by_key["nhanh"]
            spooled = spool_bytes(content, desk.house.spool)
            return intake.receive(desk, unit, spooled=spooled, name=name).document.id

    return take


@pytest.fixture
def paper(site):
    """Call it with an id for a look at the paper: renditions' bytes by name, and the record."""

    def look(number):
        with site.databases.connection() as connection:
            document = connection.root()["site"].by_id[number]
            held = {}
            for name, rendition in document.renditions.items():
                with file_of(rendition.blob) as stream:
                    held[name] = stream.read()
            return (
                held,
                document.state,
                document.notes,
                queue.lacks_copy(connection.root(), document),
            )

    return look


def test_a_paper_has_its_pictures_and_its_copy_when_the_worker_is_done(site, taken_in, paper):
    content = typed_pdf()
    number = taken_in(content)

    Worker(site).run(until_empty=True)

    held, state, _notes, lacking = paper(number)
    assert (state, lacking) == ("waiting", False)
    assert held["original"] == content
    assert {"page-0001", "page-0002", "copy"} <= held.keys()
    assert Image.open(io.BytesIO(held["page-0002"])).format == "WEBP"


def test_the_copy_says_what_the_paper_says_and_claims_to_be_pdfa(site, taken_in, paper):
    number = taken_in(typed_pdf())

    Worker(site).run(until_empty=True)

    copy = paper(number)[0]["copy"]
    document = pypdfium2.PdfDocument(copy)
    said = [document[at].get_textpage().get_text_bounded() for at in range(len(document))]
    document.close()
    assert [f"tờ {n}" in " ".join(page.split()) for n, page in enumerate(said, 1)] == [True, True]
    with pikepdf.open(io.BytesIO(copy)) as pdf, pdf.open_metadata() as about:
        assert (about["pdfaid:part"], about["pdfaid:conformance"]) == ("2", "B")


def test_a_copy_that_was_cut_off_is_made_when_a_hand_is_free(site, taken_in, paper):
    number = taken_in(typed_pdf())
    room = ReadingRoom(site, workers=1)
    room.read(number)
    room.close()
    before, _state, _notes, lacking = paper(number)
    assert lacking
    assert "copy" not in before

    Worker(site).run(until_empty=True)

    held, _state, _notes, lacking = paper(number)
    assert not lacking
    assert "copy" in held


def test_what_was_made_of_pages_that_stand_in_another_order_now_is_not_kept(
    site, as_, taken_in, paper, monkeypatch
):
    number = taken_in(typed_pdf())
    room = ReadingRoom(site, workers=1)
    room.read(number)
    spool = room.copying._copied

    def meanwhile(*made):
        copied = spool(*made)
        with as_("archivist") as desk:
            document = desk.site.by_id[number]
            turned = (Leaf("original", 2), Leaf("original", 1))
            page_order.arrange(
                desk, document, leaves=turned, dropped={}, revision=document.revision
            )
        return copied

    monkeypatch.setattr(room.copying, "_copied", meanwhile)
    room.copying.make(number)
    room.close()
    before = paper(number)[0]
    Worker(site).run(until_empty=True)

    assert not {"copy", "page-0001", "page-0002"} & before.keys()
    document = pypdfium2.PdfDocument(paper(number)[0]["copy"])
    said = document[0].get_textpage().get_text_bounded()
    document.close()
    assert "tờ 2" in " ".join(said.split())


def test_a_blank_scan_has_a_copy_too_and_its_original_stays(site, taken_in, paper):
    content = blank_scan()
    number = taken_in(content, b"trang.png")

    Worker(site).run(until_empty=True)

    held, _state, _notes, _lacking = paper(number)
    assert hashlib.sha256(held["original"]).digest() == hashlib.sha256(content).digest()
    assert held["copy"].startswith(b"%PDF-")


def test_what_was_made_is_told_once_in_the_journal(site, taken_in, entries):
    taken_in(typed_pdf())

    Worker(site).run(until_empty=True)
    Worker(site).run(until_empty=True)

    (entry,) = entries("document.copied")
    assert (entry.actor, entry.details["made"], entry.details["pictures"]) == (
        "machine:reader",
        "copy",
        2,
    )


def test_a_copy_that_cannot_be_made_leaves_a_note_and_the_queue(site, taken_in, paper, monkeypatch):
    number = taken_in(typed_pdf())
    monkeypatch.setattr("hoso.app.worker.PAUSE", 0.01)

    def broken(*_args, **_more):
        raise RuntimeError("no room")

    monkeypatch.setattr("hoso.ingest.renditions.maker.Maker.make", broken)

    Worker(site).run(until_empty=True)

    _held, state, notes, lacking = paper(number)
    assert (state, lacking) == ("waiting", False)
    assert any("no room" in str(note) for note in notes)
