"""The auditor's desk and the list of files at risk in a browser, with every form sent."""

from __future__ import annotations

import dataclasses
import io
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest

from hoso.app.fixity import read_round
from hoso.app.lacking import look_through
from hoso.kernel import ids
from hoso.preservation.taking.model import ForeignFile, TakenPackage, TakenPackages
from hoso.storage.blobs import blob_of, spool_bytes
from hoso.testing.things import a_filed_paper


@pytest.fixture
def damaged(site, as_):
    """A paper of T-0001 with a bit flipped, found by a round of reading; its uid."""
    with as_("officer") as desk:
        uid = a_filed_paper(desk, desk.find("T-0001")).uid
    with site.databases.connection() as connection:
        paper = connection.root()["site"].by_id[ids.from_text(uid)]
        path = Path(paper.renditions["original"].blob.committed())
    content = bytearray(path.read_bytes())
    content[20] ^= 1
    path.chmod(0o600)
    path.write_bytes(content)
    list(read_round(site))
    return uid


def test_a_figure_leads_to_its_dossiers_and_their_reasons(site, browse):
    look_through(site)
    browser = browse("auditor")
    page = browser.get("/compliance")

    [figure] = [a for a in page.html.select("nav.figures a") if "thiếu" in a.text]
    listed = browser.get(figure["href"])

    assert figure.b.text == "1"
    [row] = listed.html.select("tbody tr")
    assert "T-0001" in row.text
    assert browser.get(row.select("a")[1]["href"]).status_int == 200


def test_a_sample_shows_its_seed_and_its_lots(browse):
    page = browse("auditor").get("/compliance")
    form = page.forms[next(n for n, f in page.forms.items() if "size" in f.fields)]
    form["seed"], form["size"] = "02/03/2026 số 417", "3"

    drawn = form.submit()

    assert "02/03/2026 số 417" in drawn.html.h1.text
    assert len(drawn.html.select("tbody tr code")) == 1


@pytest.mark.parametrize(("seed", "size"), [("", "3"), ("s", "vài"), ("s", "9999")])
def test_a_sample_that_cannot_be_drawn_keeps_what_was_typed(browse, seed, size):
    page = browse("auditor").get("/compliance")
    form = page.forms[next(n for n, f in page.forms.items() if "size" in f.fields)]
    form["seed"], form["size"] = seed, size

    refused = form.submit(status=422)

    assert refused.html.select(".fault")
    assert refused.html.select_one("#sample-size")["value"] == size


def test_the_evidence_is_made_and_saved(browse):
    browser = browse("auditor")
    page = browser.get("/compliance")
    form = next(f for f in page.forms.values() if "first" in f.fields)

    ready = form.submit()
    saved = browser.get(ready.html.select_one("a.button")["href"])

    assert saved.headers["Content-Disposition"].startswith("attachment")
    assert "sandbox" in saved.headers["Content-Security-Policy"]
    names = zipfile.ZipFile(io.BytesIO(saved.body)).namelist()
    assert any(name.endswith("/data/overview.json") for name in names)


def test_an_evidence_without_a_day_is_told_at_its_field(browse):
    page = browse("auditor").get("/compliance")
    form = next(f for f in page.forms.values() if "first" in f.fields)
    form["first"] = "31/02/2026"

    assert form.submit(status=422).html.select(".fault")


def test_a_file_at_risk_is_read_again_mended_or_lost(browse, damaged):
    browser = browse("archivist")
    page = browser.get("/fixity")
    [row] = page.html.select("tbody tr")
    assert "Bản gốc" in row.text

    [read] = [f for f in page.forms.values() if f.action.endswith("/read")]
    again = read.submit().follow()
    assert len(again.html.select("tbody tr")) == 1

    [lost] = [f for f in again.forms.values() if f.action.endswith("/lost")]
    lost["reason"] = "Cháy kho"
    done = lost.submit().follow()

    assert not done.html.select("tbody tr")
    assert "Cháy kho" in browser.get("/fixity?all=1").text


def test_a_mending_without_a_second_copy_says_what_to_set(browse, damaged):
    browser = browse("archivist")
    token = browser.get("/fixity").forms[0]["csrf_token"].value

    refused = browser.post(f"/fixity/{damaged}/original/repair", {"csrf_token": token}, status=400)

    assert "second-copy" in refused.text


def test_the_auditor_sees_what_is_at_risk_and_mends_nothing(browse, damaged):
    page = browse("auditor").get("/fixity")

    assert len(page.html.select("tbody tr")) == 1
    assert not [f for f in page.forms.values() if f.action.endswith("/read")]


@pytest.fixture
def a_taken_package(site, as_, tmp_path):
    """A package that was taken in, with a file whose name has slashes, damaged and found."""
    site.settings = dataclasses.replace(site.settings, second_copy=tmp_path / "second")
    with as_("archivist") as desk:
        kept = TakenPackage(
            ids.to_text(ids.new_id()), name="P1.zip", unit=desk.unit("nhanh"), at="", by="test"
        )
        spooled = spool_bytes(b"<mets/>", site.spool)
        blob = blob_of(spooled, desk.connection)
        kept.foreign["metadata/METS.xml"] = ForeignFile(blob, size=7, sha256=spooled.sha256)
        desk.root["taken_packages"] = TakenPackages()
        desk.root["taken_packages"].by_uid[kept.uid] = kept
    list(read_round(site))
    with site.databases.connection() as connection:
        kept = connection.root()["taken_packages"].by_uid[kept.uid]
        path = Path(kept.foreign["metadata/METS.xml"].blob.committed())
    path.chmod(0o600)
    path.write_bytes(b"<mots/>")


def test_a_file_of_a_package_taken_in_is_called_by_its_name_and_mended(
    site, browse, a_taken_package, clock
):
    clock.advance(timedelta(days=100))
    list(read_round(site))
    browser = browse("archivist")
    page = browser.get("/fixity")

    [row] = page.html.select("tbody tr")
    assert "Gói đã tiếp nhận: P1.zip" in row.text
    assert "metadata/METS.xml" in row.text
    [mend] = [form for form in page.forms.values() if "/repair?" in form.action]
    assert not mend.submit().follow().html.select("tbody tr")


def test_a_picture_has_a_name_a_table_and_no_style_of_its_own(site, browse):
    look_through(site)
    page = browse("auditor").get("/compliance")

    pictures = page.html.select("figure svg")
    assert pictures
    for one in pictures:
        named = one["aria-labelledby"].split()
        assert all(one.find(id=name).text for name in named)
        assert one.find_parent("figure").select("details table tbody tr")
    assert not page.html.select("svg [style], svg script, svg style, figure [style]")


def test_an_authority_that_is_away_is_told_and_no_evidence_lies_there(site, browse):
    site.settings = dataclasses.replace(site.settings, timestamp_url="http://127.0.0.1:1/")
    page = browse("auditor").get("/compliance")
    form = next(f for f in page.forms.values() if "first" in f.fields)

    told = form.submit(status=503)

    assert "dấu thời gian" in told.text
    assert not [path for path in (site.path / "exports").rglob("*") if path.is_file()]


@pytest.mark.parametrize("path", ["/compliance", "/compliance/list/overdue", "/fixity"])
def test_who_has_no_business_there_is_told_so(browse, path):
    browse("clerk").get(path, status=403)
    browse("").get(path, status=303)
