"""The worker goes on: past papers that cannot be read, and over a database that went away."""

from __future__ import annotations

import threading

import pytest

from hoso.app.worker import Worker
from hoso.ingest import queue
from hoso.testing.things import a_paper


class Copies:
    """Where no copy is ever wanting."""

    def make(self, _number, *, stop):
        return True

    def pending(self):
        return []


class Rooms:
    """A reading room where every reading fails, until it is mended."""

    def __init__(self) -> None:
        self.tried: list[int] = []
        self.mended = False
        self.copying = Copies()

    def __call__(self, _house):
        return self

    def read(self, number, *, stop):
        self.tried.append(number)
        if not self.mended:
            raise RuntimeError("the reader broke down")
        return "waiting"

    def warm(self):
        """Nothing to start."""

    def close(self):
        """Nothing to end."""


@pytest.fixture
def rooms(monkeypatch):
    rooms = Rooms()
    monkeypatch.setattr("hoso.app.reading_room.ReadingRoom", rooms)
    monkeypatch.setattr("hoso.app.worker.PAUSE", 0.01)
    return rooms


def test_a_paper_that_breaks_the_reader_is_given_up_after_three_tries(
    site, as_, rooms, entries, caplog
):
    with as_("clerk") as desk:
        number = a_paper(desk).id

    Worker(site).run(until_empty=True)

    assert rooms.tried == [number] * 3
    assert [e.details["why"] for e in entries("reading.failed")] == [
        "RuntimeError: the reader broke down"
    ]
    with site.databases.connection() as connection:
        assert list(queue.pending(connection.root())) == []


def test_a_database_that_goes_away_ends_no_worker(site, as_, rooms, monkeypatch, caplog):
    worker, away = Worker(site), threading.Event()
    rooms.mended = True
    real = worker._waiting

    def waiting(busy):
        if not away.is_set():
            away.set()
            raise ConnectionError("the server is restarted")
        assert "ConnectionError" in site.troubles["worker"]
        worker.stop.set()
        return real(busy)

    monkeypatch.setattr(worker, "_waiting", waiting)

    worker.run()

    assert away.is_set()
    assert site.troubles == {}
