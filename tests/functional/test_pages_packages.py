"""Packages on pages: frozen, read through, saved in ranges, sent, cancelled; who sees none of it."""

from __future__ import annotations

import hashlib
import io
import zipfile
from dataclasses import replace
from types import MappingProxyType

import pytest

from hoso.app.delivering import deliver_due, prepare
from hoso.desk.desk import Desk
from hoso.desk.reading import MACHINE
from hoso.preservation.delivery.destinations import Folder
from hoso.preservation.virtual_zip import Damaged
from hoso.testing.sites import CODE
from hoso.testing.things import a_filed_paper


def form_with(answer, field, *, without=""):
    """The form of a page that has a field, and has not another."""
    return next(
        one
        for one in {id(form): form for form in answer.forms.values()}.values()
        if field in one.fields and without not in one.fields
    )


@pytest.fixture
def archive(tmp_path):
    folder = tmp_path / "archive"
    folder.mkdir()
    return folder


@pytest.fixture
def house(site, archive):
    site.settings = replace(site.settings, destinations=(Folder("kho", archive),))
    with site.databases.connection() as connection:
        desk = Desk(site, connection, MACHINE, via="test")
        a_filed_paper(desk, desk.site.dossiers[CODE], words="một", date="2024-09-05")
        connection.transaction_manager.commit()
    return site


@pytest.fixture
def page(house, browse):
    """The page of a package that was frozen and read through."""
    browser = browse("archivist")
    form = form_with(browser.get(f"/dossiers/{CODE}/packages"), "profile")
    form["reason"] = "Nộp lưu 2026"
    browser.address = form.submit().follow().request.path
    prepare(house)
    return browser


def file_of(browser):
    (link,) = browser.get(browser.address).html.select("a[download]")
    return link["href"]


def test_a_package_is_saved_whole_and_in_ranges(page):
    """A range of another package is answered with the whole; one behind the end is refused."""
    address = file_of(page)

    whole = page.get(address)

    assert whole.headers["Accept-Ranges"] == "bytes"
    assert whole.content_length == len(whole.body)
    with zipfile.ZipFile(io.BytesIO(whole.body)) as found:
        assert found.testzip() is None
    half = len(whole.body) // 2
    rest = page.get(address, headers={"Range": f"bytes={half}-", "If-Range": whole.headers["ETag"]})
    assert rest.status_int == 206
    assert rest.headers["Content-Range"] == f"bytes {half}-{len(whole.body) - 1}/{len(whole.body)}"
    assert rest.body == whole.body[half:]
    other = page.get(address, headers={"Range": "bytes=10-", "If-Range": '"another"'})
    beyond = page.get(address, headers={"Range": "bytes=99999999-"}, status=416)

    assert (other.status_int, other.body) == (200, whole.body)
    assert beyond.headers["Content-Range"] == f"bytes */{len(whole.body)}"


def test_it_is_sent_and_the_page_says_that_it_arrived(house, page, archive):
    form = form_with(page.get(page.address), "to")
    form.submit("do", value="send").follow()

    deliver_due(house)

    shown = page.get(page.address)
    assert "kho" in shown.text
    (sent,) = archive.glob("*.zip")
    assert hashlib.sha256(sent.read_bytes()).hexdigest() in shown.text


def test_a_damaged_file_ends_the_answer_and_blocks_the_package(house, page):
    address = file_of(page)
    (path,) = [
        one
        for one in (house.path / "blobs").rglob("*.blob")
        if "% một".encode() in one.read_bytes()
    ]
    path.chmod(0o600)
    path.write_bytes(path.read_bytes()[:-3] + b"xyz")

    with pytest.raises(Damaged):
        page.get(address)

    page.get(address, status=409)


def test_a_receipt_that_is_none_is_refused_with_everything_that_is_wrong(page):
    form = form_with(page.get(page.address), "signature")

    answer = form.submit("do", value="receipt", status=422)

    assert answer.html.select("#f-content-fault")


def test_a_package_that_is_cancelled_is_given_to_nobody(page):
    address = file_of(page)
    form = form_with(page.get(page.address), "reason", without="to")
    form["reason"] = "Nhầm"
    form.submit("do", value="cancel").follow()

    page.get(address, status=409)


def test_an_order_without_a_reason_is_shown_again(house, browse):
    form = form_with(browse("archivist").get(f"/dossiers/{CODE}/packages"), "profile")

    answer = form.submit(status=422)

    assert answer.html.select("#f-reason-fault")


def test_nobody_else_finds_a_package(page, browse):
    address = file_of(page)

    for who in ("clerk", "head", "auditor", "employee"):
        other = browse(who)
        for one in (address, page.address):
            assert other.get(one, expect_errors=True).status_int in {403, 404}


def test_a_dossier_in_parts_is_one_line_and_its_page_has_every_package(house, browse, archive):
    profile = house.rulebook.profile
    packages = {**profile.settings["packages"], "segment_files": 2}
    said = MappingProxyType({**profile.settings, "packages": packages})
    house.rulebook = replace(house.rulebook, profile=replace(profile, settings=said))
    with house.databases.connection() as connection:
        desk = Desk(house, connection, MACHINE, via="test")
        a_filed_paper(desk, desk.site.dossiers[CODE], words="hai", date="2024-09-06")
        connection.transaction_manager.commit()
    browser = browse("archivist")
    form = form_with(browser.get(f"/dossiers/{CODE}/packages"), "profile")
    form["profile"], form["reason"] = "eark-sip-2.2.0", "Nộp lưu 2026"
    address = form.submit().follow().request.path
    prepare(house)

    listed = browser.get("/packages").html.select("main table tbody tr")
    page = browser.get(address)

    assert ["Gói chính của 2 phần" in one.get_text(" ") for one in listed] == [True]
    rows = [
        one.get_text(" ", strip=True) for one in page.html.select("#parts ~ * tr, table.cards tr")
    ]
    assert [any(name in row for row in rows) for name in ("Phần 1/2", "Phần 2/2")] == [True] * 2
    form_with(page, "to").submit("do", value="send").follow()
    assert (deliver_due(house), deliver_due(house)) == (2, 1)
    assert len(list(archive.glob("*.zip"))) == 3
    link = next(a["href"] for a in page.html.select("table.cards a") if "1/2" in a.get_text())
    part = browser.get(link)
    assert part.html.select("a[download]")
    fields = {name for form in part.forms.values() for name in form.fields}
    assert "to" not in fields
    assert "signature" in fields
    assert browser.get("/packages").html.select("main table tbody .badge")
