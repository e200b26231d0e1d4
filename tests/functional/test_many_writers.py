"""Several people at work in one moment: nobody loses anything, hardly anybody waits."""

from __future__ import annotations

import logging
import threading
from functools import partial

import pytest

from hoso.desk import intake
from hoso.desk.desk import Desk
from hoso.testing.sites import identity
from hoso.testing.things import a_waiting_paper, bytes_of, spooled

WRITERS, PAPERS = 4, 12


def at_once(work):
    """Run ``work(number)`` in so many threads, all let go in one moment; raise what they raise."""
    gate, failed = threading.Barrier(WRITERS), []

    def run(number):
        try:
            gate.wait(timeout=30)
            work(number)
        except BaseException as error:  # noqa: BLE001 - raised again in the test's own thread
            failed.append(error)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(WRITERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    if failed:
        raise failed[0]


@pytest.fixture
def met(caplog):
    """Call it for how often two writers met."""
    caplog.set_level(logging.INFO, "hoso.storage.databases")
    return lambda: sum("two writers met" in record.message for record in caplog.records)


def test_four_people_take_papers_in_and_file_them_at_once(site, as_, met):
    """Into one dossier, 96 commits; a young tree is one bucket, where they still meet most."""
    clerk = identity(site, "clerk")
    with as_("clerk") as desk:
        waiting = [a_waiting_paper(desk, words=f"có sẵn {n}").id for n in range(WRITERS * PAPERS)]
    typed = {"type": "D05", "title": "Về việc nâng bậc lương"}

    def receive(words, connection):
        desk = Desk(site, connection, clerk, via="test")
        sent = spooled(desk, words)
        try:
            intake.receive(desk, desk.unit("nhanh"), spooled=sent, name=b"a.pdf")
        finally:
            sent.discard()

    def file(number, connection):
        desk = Desk(site, connection, clerk, via="test")
        document = desk.site.by_id[number]
        intake.file(desk, document, dossier="T-0001", typed=typed, revision=None)

    def work(writer):
        for paper in range(PAPERS):
            number = writer * PAPERS + paper
            site.databases.attempt(partial(receive, str(number)), note="received")
            site.databases.attempt(partial(file, waiting[number]), note="filed")

    at_once(work)

    with site.databases.connection() as connection:
        found = connection.root()["site"]
        assert len(found.dossiers["T-0001"]._children) == WRITERS * PAPERS
        assert len(found.tray._children) == WRITERS * PAPERS
    assert list(site.spool.iterdir()) == []
    assert met() <= WRITERS * PAPERS


def test_the_same_bytes_from_four_people_at_once_are_one_paper(site, met):
    clerk, outcomes = identity(site, "clerk"), []

    def work(_writer):
        def receive(connection):
            desk = Desk(site, connection, clerk, via="test")
            return intake.receive(
                desk, desk.unit("nhanh"), spooled=spooled(desk, "một"), name=b"a.pdf"
            ).outcome

        outcomes.append(site.databases.attempt(receive, note="received"))

    at_once(work)

    assert sorted(outcomes) == ["duplicate"] * 3 + ["received"]


def test_an_upload_that_meets_another_writer_leaves_nothing_on_the_spool(browse, site, monkeypatch):
    """The request is tried again from its beginning, with its bytes whole."""
    from ZODB.POSException import ConflictError

    real, tries = intake.receive, []

    def meets_another(*args, **kwargs):
        answer = real(*args, **kwargs)
        tries.append(1)
        if len(tries) < 3:
            raise ConflictError
        return answer

    monkeypatch.setattr(intake, "receive", meets_another)
    browser = browse("clerk")
    mark = next(f for f in browser.get("/intake").forms.values() if "files" in f.fields)
    typed = {"csrf_token": mark["csrf_token"].value, "unit": "nhanh"}

    page = browser.post("/intake", typed, upload_files=[("files", "a.pdf", bytes_of("nguyên vẹn"))])

    assert len(tries) == 3
    assert "Đã nhận" in page
    with site.databases.connection() as connection:
        (paper,) = connection.root()["site"].tray.values()
        with paper.renditions["original"].blob.open("r") as stream:
            assert stream.read() == bytes_of("nguyên vẹn")
    assert list(site.spool.iterdir()) == []


def test_who_meets_others_again_and_again_is_asked_to_wait(browse, site, monkeypatch):
    from ZODB.POSException import ConflictError

    def meets_another(*_args, **_kwargs):
        raise ConflictError

    monkeypatch.setattr(intake, "receive", meets_another)
    browser = browse("clerk")
    mark = next(f for f in browser.get("/intake").forms.values() if "files" in f.fields)
    typed = {"csrf_token": mark["csrf_token"].value, "unit": "nhanh"}

    answer = browser.post(
        "/intake", typed, upload_files=[("files", "a.pdf", b"a")], expect_errors=True
    )

    assert answer.status_int == 503
    assert list(site.spool.iterdir()) == []
