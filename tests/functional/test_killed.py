"""``kill -9`` of the server, twenty times during intake: what was acknowledged is there."""

from __future__ import annotations

import hashlib
import os
import random
import threading
from collections import Counter
from dataclasses import dataclass

import pytest

from hoso.testing.passwords import PASSWORD
from hoso.testing.served import GONE, Served, Visitor, a_pdf, lost

KILLS = 20
SENDERS = 2


class Sender(threading.Thread):
    """Sends files one after the other; what got no answer is sent again, as people do."""

    def __init__(self, visitor: Visitor, mark: str, office: Office) -> None:
        super().__init__(name=mark, daemon=True)
        self.acknowledged: set[str] = set()
        self.broken = 0
        self._visitor, self._mark, self._office = visitor, mark, office

    def run(self):
        number = 0
        while not self._office.closed.is_set():
            number += 1
            content = a_pdf(f"Quyet dinh so {number}/QD-{self._mark}")
            while not self._office.closed.is_set():
                self._office.open.wait(60)
                try:
                    # Either answer acknowledges: "received", or "these bytes are here already".
                    self._visitor.upload(f"{self._mark}-{number}.pdf", content)
                except GONE:
                    self.broken += 1
                else:
                    self.acknowledged.add(hashlib.sha256(content).hexdigest())
                    self._office.one_more.release()
                    break


class Office:
    """Whether the server is there, and how many files it has acknowledged."""

    def __init__(self) -> None:
        self.open, self.closed = threading.Event(), threading.Event()
        self.one_more = threading.Semaphore(0)


@pytest.fixture
def site_folder(site):
    """The folder of a site that nobody has open."""
    site.close()
    return site.path


def hoso(folder, *words):
    from hoso.cli.main import main

    return main([f"--site={folder}", *words])


def test_what_was_acknowledged_survives_twenty_kills(site_folder, home, monkeypatch):
    monkeypatch.setenv("HOSO_HOME", str(home))
    draw = random.Random(os.environ.get("HOSO_SEED", "20"))
    office, served = Office(), Served(site_folder)
    senders: list[Sender] = []
    try:
        for kill in range(KILLS):
            served.start()
            if kill and draw.random() < 0.2:
                # Some die before they listen: while the databases are opened.
                threading.Event().wait(draw.uniform(0, 0.3))
            else:
                served.wait_open()
                if not senders:
                    visitor = Visitor(served.listen)
                    visitor.sign_in("clerk", PASSWORD)
                    senders = [Sender(visitor.twin(), f"s{n}", office) for n in range(SENDERS)]
                    for sender in senders:
                        sender.start()
                office.open.set()
                for _ in range(draw.randint(0, 3)):
                    office.one_more.acquire(timeout=3)
                threading.Event().wait(draw.uniform(0, 0.15))
            served.kill()
            office.open.clear()
        office.closed.set()
        office.open.set()
        for sender in senders:
            sender.join(60)
    finally:
        served.close()
    acknowledged = set().union(*(sender.acknowledged for sender in senders))

    assert acknowledged
    assert sum(sender.broken for sender in senders), "no kill met an upload: the test proves less"
    assert [] == lost(site_folder, acknowledged)
    for words in (("check",), ("index", "verify"), ("journal", "verify")):
        assert (words, 0) == (words, hoso(site_folder, *words))

    assert 0 == hoso(site_folder, "worker", "--until-empty")

    papers, queued, entries = _what_is_there(site_folder)
    assert {"waiting"} == {paper.state for paper in papers}
    assert 0 == queued
    assert {1} == set(Counter(paper.sha256 for paper in papers).values()), "a paper is there twice"
    told = Counter(entry.record for entry in entries)
    assert {paper.uid for paper in papers} <= set(told), "a deed without its entry"
    assert {1} == set(told.values())
    # One commit of one database holds both: no kill comes between a deed and its entry.
    assert {paper.uid for paper in papers} == set(told), "an entry without its deed"
    for words in (("check",), ("index", "verify"), ("journal", "verify")):
        assert (words, 0) == (words, hoso(site_folder, *words))


@dataclass(frozen=True)
class Paper:
    uid: str
    state: str
    sha256: str


def _what_is_there(folder):
    from hoso.app.house import open_house
    from hoso.audit.journal import read
    from hoso.ingest import queue
    from hoso.records.model import Document
    from hoso.storage.databases import journal_connection

    with open_house(folder) as house, house.databases.connection() as connection:
        root = connection.root()
        papers = [one for one in root["site"].by_id.values() if isinstance(one, Document)]
        written = [one.entry for one in read(journal_connection(connection).root(), limit=100_000)]
        return (
            [Paper(paper.uid, paper.state, paper.sha256) for paper in papers],
            sum(1 for _ in queue.pending(root)),
            [
                entry
                for entry in written
                if (entry.verb, entry.outcome) == ("intake.received", "done")
                and entry.details.get("result") != "duplicate"
            ],
        )
