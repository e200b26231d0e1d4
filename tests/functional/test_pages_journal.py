"""The journal in a browser: sifted, its days, its export taken up again, who read a dossier."""

from __future__ import annotations

import io
import zipfile
from datetime import timedelta

import pytest

from hoso.app.sealing import seal_journal
from hoso.audit import hoso_verify_journal as proof


@pytest.fixture
def sealed(site, browse, clock):
    """The clerk has looked at a dossier, the day is over and closed."""
    browse("clerk").get("/dossiers/T-0001/")
    clock.advance(timedelta(days=1))
    seal_journal(site)


def test_a_period_is_sifted_by_person_and_deed(browse, sealed):
    page = browse("auditor").get(
        "/journal?day=02/03/2026&until=03/03/2026&actor=clerk&verb=dossier.seen"
    )

    rows = page.html.select("tbody tr")
    assert len(rows) == 1
    assert "clerk" in rows[0].text


@pytest.mark.parametrize(
    "query",
    ["day=31/02/2026", "day=02/03/2026&until=01/03/2026", "day=01/01/2020&until=01/01/2026"],
)
def test_a_period_that_is_none_is_told_beside_its_field(browse, query):
    page = browse("auditor").get(f"/journal?{query}")

    assert page.html.select(".fault")


def test_a_refusal_is_told_in_the_language_of_who_reads_it(browse, sealed):
    browse("clerk").get("/journal/days", status=403)

    page = browse("auditor").get("/journal?day=03/03/2026&outcome=refused")

    assert "does not include" not in page.text
    assert "{roles}" not in page.text


def test_days_that_are_closed_are_listed_and_printed(browse, sealed):
    browser = browse("auditor")
    page = browser.get("/journal/days")
    (row,) = page.html.select("tbody tr")

    sheet = browser.get(row.select_one("a")["href"])

    assert "02/03/2026" in row.text
    assert sheet.content_type == "application/pdf"
    assert sheet.body.startswith(b"%PDF")
    assert browser.get("/journal/days/2020-01-01.pdf", status=404)


def test_a_package_is_made_fetched_and_taken_up_again(browse, sealed):
    browser = browse("auditor")
    page = browser.get("/journal/export")
    form = next(f for f in page.forms.values() if "first" in f.fields)
    form["first"], form["last"] = "02/03/2026", "02/03/2026"
    made = form.submit()
    address = made.html.select_one(".notice a")["href"]

    whole = browser.get(address).body
    rest = browser.get(address, headers={"Range": "bytes=1000-"}, status=206).body

    assert whole[1000:] == rest
    assert zipfile.ZipFile(io.BytesIO(whole)).testzip() is None
    browse("officer").get(address, status=403)


def test_a_package_saved_by_a_browser_proves_itself(browse, sealed, tmp_path):
    browser = browse("auditor")
    page = browser.get("/journal/export")
    form = next(f for f in page.forms.values() if "first" in f.fields)
    form["first"] = "02/03/2026"
    made = form.submit()
    (tmp_path / "saved.zip").write_bytes(
        browser.get(made.html.select_one(".notice a")["href"]).body
    )

    assert proof.check_package(tmp_path / "saved.zip")[0].is_whole


def test_what_differs_is_named_on_the_page(browse, sealed, site):
    def tamper(connection):
        from hoso.audit.journal import book_of
        from hoso.storage.databases import journal_connection

        book = book_of(journal_connection(connection).root())
        shard = next(iter(book.shards.values()))
        (values, made), *rest = shard.tail
        shard.tail = (((*values[:1], "somebody", *values[2:]), made), *rest)

    site.databases.attempt(tamper)
    browser = browse("auditor")
    page = browser.get("/journal")
    verify = next(f for f in page.forms.values() if f.action.endswith("/journal/verify"))

    found = verify.submit()

    assert "không nối tiếp" in found.text
    assert "2026-03-02/" in found.text


def test_the_person_sees_who_read_the_own_dossier_and_takes_it_away(browse, sealed):
    browser = browse("employee")
    page = browser.get("/dossiers/T-0001/")
    register = browser.get(page.html.select_one('a[href$="/readers"]')["href"])

    assert "clerk" in register.html.select_one("tbody").text
    table = browser.get(register.html.select_one('a[href$="readers.csv"]')["href"])
    assert table.content_type == "text/csv"
    assert "clerk" in table.text
    browse("clerk").get("/dossiers/T-0001/readers", status=403)
