"""A paper whose pages a person put in another order is read and copied in that order."""

from __future__ import annotations

import gzip
import io
import json

import pypdfium2
import pytest
from PIL import Image, ImageDraw

from hoso.app.worker import Worker
from hoso.desk import intake
from hoso.desk.documents import text_of
from hoso.ingest import queue
from hoso.records.model import Dropped, Leaf
from hoso.storage.blobs import file_of, spool_bytes


def scan_of(*marks):
    """A scan of pages with a big black bar each, as wide as its mark."""
    pages = []
    for mark in marks:
        page = Image.new("L", (827, 1169), 255)
        ImageDraw.Draw(page).rectangle((60, 60, 60 + mark, 140), fill=0)
        pages.append(page)
    out = io.BytesIO()
    pages[0].save(out, "PDF", resolution=100, save_all=True, append_images=pages[1:])
    return out.getvalue()


def bar_of(picture):
    """How wide the bar is, as a share of the page, and whether it stands upright."""
    dark = picture.convert("L").point(lambda level: 255 if level < 128 else 0)
    left, top, right, bottom = dark.getbbox()
    upright = bottom - top > right - left
    longest = (bottom - top) / picture.height if upright else (right - left) / picture.width
    return round(longest, 1), upright


@pytest.fixture
def arranged(site, as_):
    """A paper of three scanned pages, read, then shown as its third and its first page turned."""
    content = scan_of(100, 300, 600)
    with as_("archivist") as desk:
        unit = desk.site.unit_by_key["nhanh"]
        spooled = spool_bytes(content, desk.house.spool)
        number = intake.receive(desk, unit, spooled=spooled, name=b"quet.pdf").document.id
    Worker(site).run(until_empty=True)

    def arrange(connection):
        root = connection.root()
        document = root["site"].by_id[number]
        document.leaves = (Leaf("original", 3, 0), Leaf("original", 1, 90))
        document.dropped = (Dropped("original", 2, "blank"),)
        queue.enqueue(root, document)

    site.databases.attempt(arrange, note="arranged")
    Worker(site).run(until_empty=True)
    return number, content


def test_pictures_and_copy_follow_the_order_and_the_turns(site, arranged):
    number, content = arranged

    with site.databases.connection() as connection:
        document = connection.root()["site"].by_id[number]
        held = {}
        for name, rendition in document.renditions.items():
            with file_of(rendition.blob) as stream:
                held[name] = stream.read()
        assert document.pages == 2
        assert len(text_of(document).split("\f")) == 2
    assert held["original"] == content
    assert "page-0003" not in held
    shown = [Image.open(io.BytesIO(held[f"page-000{n}"])) for n in (1, 2)]
    assert [bar_of(picture) for picture in shown] == [(0.7, False), (0.1, True)]
    copy = pypdfium2.PdfDocument(held["copy"])
    drawn = [page.render(scale=1).to_pil() for page in copy]
    copy.close()
    assert [bar_of(picture) for picture in drawn] == [(0.7, False), (0.1, True)]


def test_each_page_says_which_page_of_which_scan_it_is(site, arranged):
    number, _content = arranged

    with site.databases.connection() as connection:
        document = connection.root()["site"].by_id[number]
        with file_of(document.renditions["facts"].blob) as stream:
            pages = json.loads(gzip.decompress(stream.read()))["pages"]

    assert [page["leaf"] for page in pages] == [["original", 3, 0], ["original", 1, 90]]
