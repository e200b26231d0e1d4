"""Broken, odd and hostile files through the command line and the page: each gets its answer,
the server goes on, nothing is lost."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import threading

import pytest

from hoso.app.house import open_house
from hoso.app.reading_room import ReadingRoom
from hoso.app.taking_in import TakingIn
from hoso.app.worker import Worker
from hoso.audit.journal import read
from hoso.ingest import queue
from hoso.records.model import Document
from hoso.storage.blobs import file_of
from hoso.storage.databases import journal_connection
from hoso.testing.command_line import found, take_in
from hoso.testing.served import a_pdf
from hoso.testing.sites import identity

#: The zoo's words for what a line says.
ANSWERS = {"waiting": "accept", "quarantined": "quarantine", "refused": "refuse"}
#: Most of the time goes to these, by OCR; one of the two ways in shows what the readers say.
DEAR = {
    "ok_skew.pdf",
    "ok_g3.tif",
    "ok_ccitt.pdf",
    "ok_cmyk_image.pdf",
    "layout_30000_scattered_glyphs.pdf",
}


@pytest.fixture
def zoo(shared):
    """Each hostile file with the answers that are right, the best one first."""
    folder = shared / "zoo"
    expected = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
    return {folder / "files" / one["file"]: one["right"] for one in expected}


def papers_in(house):
    with house.databases.connection() as connection:
        everything = connection.root()["site"].by_id.values()
        return {
            one.given_name: (one.state, bytes_of(one), [str(why) for why in one.reasons])
            for one in everything
            if isinstance(one, Document)
        }


def bytes_of(document):
    original = document.renditions.get("original")
    if original is None:
        return None
    with file_of(original.blob) as stream:
        return stream.read()


def refusals_in(house):
    with house.databases.connection() as connection:
        written = read(journal_connection(connection).root(), limit=100_000)
        entries = [one.entry for one in written if one.entry.verb == "intake.refused"]
    return {entry.details["name"]: entry.details for entry in entries}


def nothing_is_lost(house, zoo):
    """Kept files are kept to the byte with their reasons; refused ones are logged in full."""
    papers, refusals = papers_in(house), refusals_in(house)
    for path, right in zoo.items():
        content = path.read_bytes()
        state, kept, reasons = papers[path.name.encode()]
        assert ANSWERS[state] in right, (path.name, state, reasons)
        assert bool(reasons) == (state != "waiting")
        if state != "refused":
            assert kept == content, path.name
            continue
        said = refusals[path.name]
        assert kept is None
        assert (hashlib.sha256(content).hexdigest(), len(content)) == (said["sha256"], said["size"])
        assert said["why"]
    assert [] == [path.name for path in house.spool.glob("*") if path.is_file()]


def test_every_hostile_file_gets_its_answer_at_the_command_line(site, zoo):
    site.close()

    lines = take_in(site.path, list(zoo), login="archivist")

    assert len(zoo) == len(lines)
    for path, line in zip(zoo, lines, strict=True):
        assert line["path"] == str(path)
        assert line["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
        assert bool(line["reason"]) == (line["outcome"] != "waiting"), line
        if line["outcome"] != "refused":
            assert line["document"] in found(site.path, path.name, login="archivist"), path.name
    with open_house(site.path) as house:
        nothing_is_lost(house, zoo)


def test_every_hostile_file_gets_its_answer_through_the_page(site, zoo, browse, as_):
    browser = browse("archivist")
    sending = next(f for f in browser.get("/intake").forms.values() if "files" in f.fields)
    files = [("files", path.name, path.read_bytes()) for path in zoo]

    answer = browser.post(
        "/intake",
        {"csrf_token": sending["csrf_token"].value, "unit": "goc"},
        upload_files=files,
        headers={"Accept": "application/json"},
        # Else WebOb copies the body to a file that it leaves to the garbage collector to close.
        extra_environ={"webob.is_body_seekable": True},
    )
    with as_("archivist") as desk:
        waiting = [desk.site.by_id[number] for _, number in queue.pending(desk.root)]
        for paper in waiting:
            if paper.given_name.decode() in DEAR:
                queue.remove(desk.root, paper)
    Worker(site).run(until_empty=True)
    tray = browser.get("/intake")

    assert len(zoo) == len(answer.json)
    assert len(zoo) - 1 <= sum(line["good"] for line in answer.json)
    nothing_is_lost(site, {path: zoo[path] for path in zoo if path.name not in DEAR})
    papers = papers_in(site)
    for path in zoo:
        if path.name in DEAR:
            assert papers[path.name.encode()] == ("received", path.read_bytes(), [])
    for path, right in zoo.items():
        if right == ["quarantine"]:
            row = next(row for row in tray.html.select("tr") if path.name in row.text)
            address = row.select_one("a")["href"]
            assert browser.get(address).html.select_one(".notice.warn").text.strip()


NAMES = {
    "bytes that are no UTF-8": b"quy\xeat_dinh.pdf",
    "marks apart from their letters": "quye\u0302\u0301t đi\u0323nh.pdf".encode(),
    "255 bytes": b"a" * 251 + b".pdf",
    "turned by a control sign": "quyết \u202efdp.exe".encode(),
    "a line break": b"quyet\ndinh.pdf",
    "a tab and a bell": b"quyet\t\x07dinh.pdf",
    "like a path of another system": b"..\\..\\a.pdf",
    "a device": b"CON.pdf",
    "dots and spaces at its end": b"quyet dinh. . ",
    "like an option": b"--into=T-0001",
    "markup": b"<script>alert(1)<&quot;.pdf",
}


def test_whatever_a_file_is_called_its_content_counts_and_its_name_is_kept(site, browse, tmp_path):
    folder = tmp_path / "inbox"
    folder.mkdir()
    for number, name in enumerate(NAMES.values()):
        (folder / os.fsdecode(name)).write_bytes(a_pdf(f"Quyet dinh so {number}"))

    taking = TakingIn(site, None, identity(site, "archivist"), unit="goc")
    outcomes = {taking.take(path)["outcome"] for path in folder.iterdir()}
    Worker(site).run(until_empty=True)

    papers = papers_in(site)
    assert {"waiting"} == outcomes
    assert set(NAMES.values()) == set(papers)
    assert {"waiting"} == {state for state, _, _ in papers.values()}
    no_name_does_harm(site, browse)


def test_names_sent_through_the_page_are_kept_as_they_were_sent(site, browse):
    browser = browse("archivist")
    names = {**NAMES, "a zero byte": b"quyet\0dinh.pdf"}

    for number, name in enumerate(names.values()):
        (line,) = upload(browser, name, a_pdf(f"Quyet dinh so {number}")).json
        assert line["good"], name
    Worker(site).run(until_empty=True)

    # Browsers write UTF-8; of other bytes WebOb keeps that they were none.
    sent = {as_sent(name).decode("utf-8", "replace").encode() for name in names.values()}
    papers = papers_in(site)
    assert sent == set(papers)
    assert {"waiting"} == {state for state, _, _ in papers.values()}
    no_name_does_harm(site, browse)


def no_name_does_harm(site, browse):
    tray = browse("archivist").get("/intake").text
    assert "<script>alert" not in tray
    assert "\u202e" not in tray
    assert "\\u202e" in tray
    assert not (site.path.parent / "a.pdf").exists()


def as_sent(name):
    """Write a name as browsers do: these three signs are escaped, the rest goes as it is (WHATWG)."""
    return name.replace(b"\n", b"%0A").replace(b"\r", b"%0D").replace(b'"', b"%22")


def upload(browser, name, content):
    """Send a file as a browser does that writes names as they are (WHATWG: only "\\r\\n are escaped)."""
    form = next(f for f in browser.get("/intake").forms.values() if "files" in f.fields)
    edge = b"edge-of-the-parts"
    body = b"".join(
        b'--%s\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n' % (edge, key, value)
        for key, value in ((b"csrf_token", form["csrf_token"].value.encode()), (b"unit", b"goc"))
    )
    body += b'--%s\r\nContent-Disposition: form-data; name="files"; filename="%s"\r\n\r\n' % (
        edge,
        as_sent(name),
    )
    body += content + b"\r\n--%s--\r\n" % edge
    return browser.request(
        "/intake",
        method="POST",
        body=body,
        headers={
            "Content-Type": f"multipart/form-data; boundary={edge.decode()}",
            "Accept": "application/json",
        },
    )


def test_the_test_virus_does_no_harm(site, browse, tmp_path):
    """EICAR, put together here so that no scanner takes this file away."""
    virus = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
    attached = a_pdf("Quyet dinh").replace(
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Catalog/Pages 2 0 R/Names<</EmbeddedFiles<</Names[(v.com)<</Type/Filespec/F(v.com)"
        b"/EF<</F<</Length %d>>>>>>]>>>>>>%%%s" % (len(virus), virus),
    )
    for name, content in (("virus.com", virus), ("attached.pdf", attached)):
        (tmp_path / name).write_bytes(content)
    room = ReadingRoom(site)
    try:
        taking = TakingIn(site, room, identity(site, "archivist"), unit="goc")
        lines = [taking.take(tmp_path / name) for name in ("virus.com", "attached.pdf")]
    finally:
        room.close()

    # Sixty-eight letters are plain text to whoever has no scanner; an attachment waits for a person.
    assert ["waiting", "quarantined"] == [line["outcome"] for line in lines]
    assert browse("archivist").get("/intake").status_int == 200
    assert virus == papers_in(site)[b"virus.com"][1]


def test_a_file_that_vanished_is_said_to_and_leaves_nothing(site, tmp_path):
    taking = TakingIn(site, None, identity(site, "archivist"), unit="goc")

    line = taking.take(tmp_path / "gone.pdf")

    assert ("refused", None) == (line["outcome"], line["document"])
    assert "cannot be read" in line["reason"]
    assert {} == papers_in(site)


def test_a_file_that_grows_while_it_is_read_is_left_for_later(site, tmp_path):
    path = tmp_path / "scanner.pdf"
    # Long enough to read that the scanner comes to its turn meanwhile, where memory is the disk.
    path.write_bytes(b"%PDF-1.7\n" + bytes(8 << 20))
    begun, ended = threading.Event(), threading.Event()

    def scan():
        with path.open("ab") as scanner:
            while not ended.is_set():
                scanner.write(b"x")
                scanner.flush()
                begun.set()

    scanning = threading.Thread(target=scan)
    scanning.start()
    begun.wait(30)
    try:
        taking = TakingIn(site, None, identity(site, "archivist"), unit="goc")
        line = taking.take(path)
    finally:
        ended.set()
        scanning.join()

    assert ("refused", None) == (line["outcome"], line["document"])
    assert "changed while it was read" in line["reason"]
    assert {} == papers_in(site)
    assert [] == list(site.spool.glob("*"))
    assert "waiting" == taking.take(path)["outcome"]


def test_pipes_folders_and_devices_are_no_files(site, tmp_path):
    os.mkfifo(tmp_path / "pipe.pdf")
    taking = TakingIn(site, None, identity(site, "archivist"), unit="goc")

    for path in (tmp_path / "pipe.pdf", tmp_path, type(tmp_path)("/dev/zero")):
        line = taking.take(path)
        assert line["outcome"] == "refused"
        assert line["reason"]
    assert {} == papers_in(site)


def test_a_file_of_600_megabytes_is_refused_before_it_is_copied(site, tmp_path):
    path = tmp_path / "sparse.pdf"
    with path.open("wb") as file:
        file.truncate(600 << 20)
    taking = TakingIn(site, None, identity(site, "archivist"), unit="goc")

    line = taking.take(path)

    assert ("refused", None) == (line["outcome"], line["sha256"])
    assert "500 MB" in line["reason"]
    assert [] == list(site.spool.glob("*"))


def test_a_disk_that_is_full_refuses_and_keeps_no_half_file(site, tmp_path):
    """A limit on the size of files stands for the full disk; both end a write in the middle."""
    import resource

    path = tmp_path / "large.pdf"
    path.write_bytes(bytes(3 << 20))
    taking = TakingIn(site, None, identity(site, "archivist"), unit="goc")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)

    with contextlib.ExitStack() as stack:
        stack.callback(resource.setrlimit, resource.RLIMIT_FSIZE, before)
        resource.setrlimit(resource.RLIMIT_FSIZE, (2 << 20, before[1]))
        line = taking.take(path)

    assert "refused" == line["outcome"]
    assert "no room left" in line["reason"]
    assert [] == list(site.spool.glob("*"))
    assert {} == papers_in(site)
