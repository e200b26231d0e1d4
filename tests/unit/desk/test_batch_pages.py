"""The pages of a batch through all that people and the machine do to a scan: none is ever lost.

One scan of seven pages: separator with its back, two papers of two, a blank page.
"""

from __future__ import annotations

import pytest

from hoso.desk import batches, documents, intake, page_order, splitting
from hoso.desk.arrivals import tally_of
from hoso.desk.parts import MadePart
from hoso.ingest.splitting.plan import Part, Plan
from hoso.records.model import Leaf
from hoso.testing.things import spooled

APART = {1: "separator", 2: "separator-back", 7: "blank"}
TYPED = {"type": "D05", "title": "Nâng bậc lương"}


@pytest.fixture
def scanned(as_):
    """Ids of an open batch and of its one scan, which was read."""
    with as_("officer") as desk:
        batch = batches.open_(desk, desk.unit("nhanh"), typed={"sheets": "7"})
        scan = read(desk, batch, "cả hộp", pages=7)
        return batch.id, scan.id


def read(desk, batch, words, *, pages):
    """Take a file of so many pages in with the batch, as read."""
    got = intake.receive(
        desk, batch.unit, spooled=spooled(desk, words), name=words.encode(), batch=batch
    ).document
    desk.move(got, "reading")
    desk.move(got, "waiting")
    got.pages = pages
    return got


def split(desk, scan, *, words=("một", "hai")):
    plan = Plan((Part((3, 4)), Part((5, 6))), APART)
    made = [MadePart(spooled(desk, one), 2) for one in words]
    return [one.document for one in splitting.split(desk, scan, plan=plan, made=made).parts]


def sums(desk, batch):
    """Return what the equation says: places with pages, pages apart, and whether it adds up."""
    found = tally_of(desk, batch)
    places = {line.place: line.pages for line in found.lines if line.pages}
    apart = {kind: count for kind, count in found.apart.items() if count}
    assert found.adds_up
    assert found.scanned == 7
    return places, apart


def test_a_scan_is_split_filed_withdrawn_and_every_page_stays_counted(as_, scanned):
    apart = {"separator": 2, "blank": 1}
    with as_("officer") as desk:
        batch, scan = (desk.site.by_id[one] for one in scanned)
        assert sums(desk, batch) == ({"waiting": 7}, {})

        one, two = split(desk, scan)
        assert sums(desk, batch) == ({"reading": 4}, apart)
        for part in (one, two):
            desk.move(part, "reading")
            desk.move(part, "waiting")
            part.pages = 2
        assert sums(desk, batch) == ({"waiting": 4}, apart)

        intake.file(desk, one, dossier="T-0001", typed=TYPED, revision=None)
        assert sums(desk, batch) == ({"filed": 2, "waiting": 2}, apart)
        documents.withdraw(desk, one, why="Nhầm", revision=one.revision)
        assert sums(desk, batch) == ({"withdrawn": 2, "waiting": 2}, apart)
        assert tally_of(desk, batch).received == 1


def test_a_split_that_is_undone_counts_as_it_came(as_, scanned):
    with as_("officer") as desk:
        batch, scan = (desk.site.by_id[one] for one in scanned)
        split(desk, scan)

        splitting.join(desk, scan, why="Tách nhầm", revision=scan.revision)

        assert sums(desk, batch) == ({"waiting": 7}, {})


def test_a_part_that_was_here_before_is_counted_as_here_already(as_, scanned):
    with as_("officer") as desk:
        batch, scan = (desk.site.by_id[one] for one in scanned)
        intake.receive(desk, batch.unit, spooled=spooled(desk, "hai"), name=b"x.pdf")

        split(desk, scan)

        assert sums(desk, batch) == (
            {"reading": 2, "already-here": 2},
            {"separator": 2, "blank": 1},
        )


def test_pages_in_another_order_turned_and_dropped_stay_counted(as_, scanned):
    with as_("officer") as desk:
        batch, scan = (desk.site.by_id[one] for one in scanned)
        desk.connection.transaction_manager.commit()
        desk.connection.transaction_manager.begin()
        leaves = tuple(Leaf("original", page, 90) for page in (6, 5, 4, 3, 2, 1))

        page_order.arrange(
            desk,
            scan,
            leaves=leaves,
            dropped={("original", 7): "blank"},
            revision=scan.revision,
        )

        assert sums(desk, batch) == ({"waiting": 6}, {"blank": 1})


def test_a_page_that_is_scanned_again_is_counted_beside_the_one_it_replaces(as_, scanned):
    """Eight pages went through the scanner: seven are shown, one is set apart."""
    with as_("officer") as desk:
        batch, scan = (desk.site.by_id[one] for one in scanned)
        again = read(desk, batch, "trang ba", pages=1)
        desk.connection.transaction_manager.commit()
        desk.connection.transaction_manager.begin()

        page_order.rescan(desk, scan, scan=again, page=3)

        found = tally_of(desk, batch)
        assert (found.received, found.scanned, found.difference) == (2, 8, 1)
        assert (found.at("waiting").pages, found.apart["set-apart"]) == (7, 1)
        assert found.adds_up


def test_a_part_that_another_unit_has_under_another_roof_is_a_paper_here_too(as_, scanned):
    """Nobody of this tray sees the other paper: without one of their own the pages are lost."""
    with as_("officer") as desk:
        batch, scan = (desk.site.by_id[one] for one in scanned)
        intake.receive(desk, desk.unit("ben"), spooled=spooled(desk, "hai"), name=b"x.pdf")

        parts = split(desk, scan)

        assert [one.unit.key for one in parts] == ["nhanh", "nhanh"]
        assert sums(desk, batch) == ({"reading": 4}, {"separator": 2, "blank": 1})
