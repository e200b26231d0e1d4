"""Where a virus scanner is set up nothing passes without it: what it finds stays out, and while it is away papers wait."""

from __future__ import annotations

import dataclasses
import socketserver
import threading

import pytest

from hoso.app.machine import AWAY
from hoso.app.reading_room import ReadingRoom
from hoso.desk import intake, trays
from hoso.ingest import queue
from hoso.storage.blobs import spool_bytes
from hoso.testing.things import a_dossier

# The test string of EICAR, put together so that no file of ours contains it.
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}" + b"$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


class Clamd(socketserver.StreamRequestHandler):
    """Answers INSTREAM as clamd does: a length before each chunk, nought at the end."""

    def handle(self):
        if self.rfile.read(10) != b"zINSTREAM\0":
            return
        seen = b""
        while length := int.from_bytes(self.rfile.read(4)):
            seen += self.rfile.read(length)
        found = b"Eicar-Signature FOUND" if EICAR in seen else b"OK"
        self.wfile.write(b"stream: " + found + b"\0")


@pytest.fixture
def scanner(site):
    """A scanner that answers; its address is in the settings."""
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Clamd) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        set_up(site, server.server_address[1])
        yield server
        server.shutdown()
        thread.join()


def set_up(site, port):
    site.settings = dataclasses.replace(site.settings, clamd=f"tcp:127.0.0.1:{port}", readers=1)


def take_in(as_, content):
    with as_("archivist") as desk:
        unit = desk.site.unit_by_key["nhanh"]
        spooled = spool_bytes(content, desk.house.spool)
        return intake.receive(desk, unit, spooled=spooled, name=b"giay.txt").document.id


def read(site, number):
    room = ReadingRoom(site)
    try:
        return room.read(number)
    finally:
        room.close()


TEXT = "Quyết định về việc cử công chức đi học.\n".encode() * 3


def test_a_clean_file_passes(site, as_, scanner):
    assert read(site, take_in(as_, TEXT)) == "waiting"


def test_what_the_scanner_finds_does_not_pass(site, as_, scanner):
    number = take_in(as_, TEXT + EICAR)

    state = read(site, number)

    assert state in {"quarantined", "refused"}
    with site.databases.connection() as connection:
        reasons = connection.root()["site"].by_id[number].reasons
    assert any("Eicar-Signature" in str(reason) for reason in reasons)


def test_while_the_scanner_is_away_papers_wait_and_the_administrator_is_told(site, as_):
    set_up(site, 1)  # nobody listens there
    number = take_in(as_, TEXT)

    assert read(site, number) == AWAY

    assert "does not answer" in site.troubles["viruses"]
    with site.databases.connection() as connection:
        root = connection.root()
        assert queue.waits(root, root["site"].by_id[number])
        assert "original" in root["site"].by_id[number].renditions


def test_what_a_list_filed_unread_is_taken_out_of_its_dossier_again(site, as_, scanner):
    """Nobody had looked into it when it was filed, and nobody shall open it there."""
    with as_("officer") as desk:
        a_dossier(desk)
        unit = desk.site.unit_by_key["nhanh"]
        spooled = spool_bytes(TEXT + EICAR, desk.house.spool)
        paper = intake.receive(desk, unit, spooled=spooled, name=b"giay.txt").document
        typed = {"type": "D05", "title": "Nâng bậc lương"}
        intake.file(
            desk, paper, dossier="T-0001", typed=typed, revision=None, checked=False, unread=True
        )
        number = paper.id

    assert read(site, number) == "quarantined"

    with as_("officer") as desk:
        paper = desk.site.by_id[number]
        assert (paper.dossier, paper.into) == (None, "T-0001")
        assert list(desk.site.dossiers["T-0001"].values()) == []
        assert [line.id for line in trays.lines(desk, paper.unit)] == [number]
