"""The index of the trays: what waits is counted, ordered and paged without loading papers."""

from __future__ import annotations

import pytest

from hoso.desk import intake, trays
from hoso.records.model import Document
from hoso.testing.things import a_filed_paper, a_paper, a_waiting_paper


@pytest.fixture
def loaded(monkeypatch):
    """Names of the persistent objects whose state was read from the database."""
    seen = []
    original = Document.__setstate__

    def noting(self, state):
        seen.append(self)
        original(self, state)

    monkeypatch.setattr(Document, "__setstate__", noting)
    return seen


def waiting(desk, count):
    for number in range(count):
        a_waiting_paper(desk, words=f"tờ {number}", received_at=f"2026-03-02T0{number}:00:00Z")


def test_only_the_papers_of_the_page_are_loaded(as_, loaded):
    with as_("officer") as desk:
        waiting(desk, 7)
    with as_("clerk") as desk:
        desk.connection.cacheMinimize()
        loaded.clear()
        seen = intake.tray(desk, desk.unit("nhanh"), offset=2, limit=3)

    assert seen.total == 7
    assert [d.received_at[11:13] for d in seen.documents] == ["02", "03", "04"]
    assert len(loaded) == 3


def test_a_poll_of_the_reading_loads_no_paper_that_waits(as_, loaded):
    with as_("officer") as desk:
        waiting(desk, 5)
        a_paper(desk, words="mới")
    with as_("clerk") as desk:
        desk.connection.cacheMinimize()
        loaded.clear()
        told = intake.progress_in(desk, desk.unit("nhanh"))

    assert told.unread == 1
    assert len(loaded) == 1


def test_papers_one_may_not_see_are_not_counted(as_):
    """A stamp read on a paper closes it; its number must tell nothing (ADR 19)."""
    stamp = {"level": {"value": 3, "confidence": 0.9, "page": 1, "box": None, "rule": "stamp"}}
    with as_("officer") as desk:
        a_waiting_paper(desk, words="1")
        a_waiting_paper(desk, words="2", proposals=stamp)

    with as_("clerk") as desk:
        assert intake.tray(desk, desk.unit("nhanh")).counts["waiting"] == 1
    with as_("archivist") as desk:
        assert intake.tray(desk, desk.unit("nhanh")).counts["waiting"] == 2


def test_papers_are_narrowed_by_batch_kind_and_state(as_):
    with as_("officer") as desk:
        a_waiting_paper(desk, words="1", batch="B1", type="D05")
        a_waiting_paper(desk, words="2", batch="B1")
        a_waiting_paper(desk, words="3", state="quarantined")
        unit = desk.unit("nhanh")

        assert intake.tray(desk, unit, batch="B1").total == 2
        assert intake.tray(desk, unit, kind="D05").total == 1
        assert intake.tray(desk, unit, states=trays.ASIDE).total == 1
        seen = intake.tray(desk, unit)
        assert (seen.batches, seen.kinds) == ({"B1": 2}, {"": 2, "D05": 1})


def test_a_filed_paper_and_a_split_scan_leave_the_tray(as_):
    with as_("officer") as desk:
        a_filed_paper(desk, desk.site.dossiers["T-0001"], words="1")
        scan = a_waiting_paper(desk, words="2")
        desk.move(scan, "split")

        assert intake.tray(desk, desk.unit("nhanh")).total == 0
        desk.move(scan, "waiting", reason="nhầm")
        assert intake.tray(desk, desk.unit("nhanh")).total == 1


def test_the_next_paper_is_the_one_behind_and_the_first_after_the_last(as_):
    with as_("officer") as desk:
        waiting(desk, 3)
        first, second, third = intake.tray(desk, desk.unit("nhanh")).documents
        assert trays.after(desk, first) is second
        assert trays.after(desk, third) is first
        second.state = "quarantined"
        trays.keep_tray(desk.root, second)
        assert trays.after(desk, first) is third


def test_of_the_last_paper_there_is_no_next_one(as_):
    with as_("officer") as desk:
        waiting(desk, 1)
        (only,) = intake.tray(desk, desk.unit("nhanh")).documents
        assert trays.after(desk, only) is None
