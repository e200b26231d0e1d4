"""A bulk import by the pages: sent, settled, checked, run, stopped, and seen by nobody else."""

from __future__ import annotations

import csv
import dataclasses
import io

import pytest
from webtest import Upload

from hoso.app.importer import Importer
from hoso.testing.things import a_dossier, bytes_of

LIST = """Tên tệp,Số hồ sơ,Thành phần,Ngày ban hành,Trích yếu,Cột lạ
1.pdf,T-0002,D05,05/09/2024,Nâng bậc lương,x
2.pdf,T-0002,D05,31/02/2019,Nâng bậc lương,=1+1
3.pdf,T-9999,D05,2019,Nâng bậc lương,
4.pdf,T-0002,,2019,Nâng bậc lương,
"""


@pytest.fixture
def files(site, as_):
    """The folder of the clerk's unit on the server, with four papers."""
    with as_("officer") as desk:
        a_dossier(desk, code="T-0002", name="Trần Thị Mẫu")
    site.follower.catch_up()
    folder = site.path / "import" / "nhanh" / "đợt 1"
    folder.mkdir(parents=True)
    for n in range(1, 5):
        (folder / f"{n}.pdf").write_bytes(bytes_of(f"paper {n}"))
    (site.path / "import" / "ben" / "khác").mkdir(parents=True)
    return folder


@pytest.fixture
def work(site):
    """Do what the serving process's thread does, once."""
    return Importer(site).work_off


@pytest.fixture
def sent(browse, files, work):
    """A browser on the page of an import whose list was opened."""

    def send(content=LIST, login="clerk", name="danh mục.csv"):
        browser = browse(login)
        form = next(f for f in browser.get("/imports").forms.values() if "list" in f.fields)
        form["list"] = Upload(name, content.encode())
        form["folder"] = "nhanh/đợt 1"
        page = form.submit(status=303).follow()
        work()
        return browser, browser.get(page.request.path)

    return send


def press(page, ending):
    return next(f for f in page.forms.values() if f.action.endswith(ending))


def figures(page, name):
    section = page.html.find(id=name).find_parent("section")
    return [int(one.text) for one in section.select(".figures b")]


def test_the_folders_offered_are_those_of_one_s_own_units(browse, files):
    page = browse("clerk").get("/imports")

    form = next(f for f in page.forms.values() if "list" in f.fields)
    assert [value for value, _, _ in form["folder"].options] == ["nhanh/", "nhanh/đợt 1"]


def test_a_list_is_opened_behind_the_page_and_its_columns_proposed(sent):
    _browser, page = sent()

    form = press(page, "/columns")
    assert [form[f"c{n}"].value for n in range(6)] == [
        "file",
        "dossier",
        "type",
        "date",
        "title",
        "",
    ]
    assert form["row"].value == "1"
    assert "05/09/2024" in page


def test_what_is_missing_of_the_form_is_said_at_once(browse, files):
    form = next(f for f in browse("clerk").get("/imports").forms.values() if "list" in f.fields)
    form["folder"].force_value("ben/khác")

    page = form.submit(status=422)

    assert len(page.html.select(".fault")) >= 2


def test_a_dry_run_tells_all_and_writes_no_record(sent, work, site):
    browser, page = sent()

    press(page, "/check").submit(status=303)
    work()
    page = browser.get(page.request.path)

    assert figures(page, "found") == [4, 1, 1, 2]
    rows = page.html.find(id="found").find_parent("section").select("tbody tr")
    said = [[cell.text for cell in row.select("td")][:3] for row in rows]
    assert said == [
        ["", "Cột lạ", ""],
        ["3", "Ngày ban hành", "31/02/2019"],
        ["4", "Số hồ sơ", "T-9999"],
        ["5", "Thành phần", ""],
    ]
    with site.databases.connection() as connection:
        assert len(connection.root()["site"].by_digest) == 0


def test_the_faults_are_taken_away_as_a_table_in_the_reader_s_language(sent, work):
    browser, page = sent()
    press(page, "/check").submit(status=303)
    work()

    answer = browser.get(f"{page.request.path}/faults.csv")

    table = list(csv.reader(io.StringIO(answer.body.decode("utf-8-sig"))))
    assert len(table) == 5
    assert table[2][:3] == ["3", "Ngày ban hành", "31/02/2019"]
    assert "attachment" in answer.headers["Content-Disposition"]


def test_rows_are_taken_and_the_page_says_what_became_of_them(sent, work, as_):
    browser, page = sent()

    press(page, "/start").submit(status=303)
    running = browser.get(page.request.path)
    work()
    page = browser.get(page.request.path)

    assert press(running, "/stop")
    assert figures(page, "ended") == [1, 1, 0, 0, 2]
    left = page.html.find(id="ended").find_parent("section").select("tbody tr")
    assert [row.td.text for row in left] == ["3", "4"]
    report = browser.get(f"{page.request.path}/report.csv").body.decode("utf-8-sig")
    assert len(list(csv.reader(io.StringIO(report)))) == 4
    with as_("clerk") as desk:
        assert [d.title for d in desk.site.dossiers["T-0002"].values()] == ["Nâng bậc lương"]
        assert [d.into for d in desk.site.tray.values()] == ["T-0002"]


def test_an_import_is_stopped_and_goes_on(sent, work):
    browser, page = sent()
    press(page, "/start").submit(status=303)

    press(browser.get(page.request.path), "/stop").submit(status=303)
    stopped = browser.get(page.request.path)
    work()
    press(stopped, "/start").submit(status=303)
    work()
    page = browser.get(page.request.path)

    assert (
        not stopped.html.find(id="ended").find_parent("section")
        if stopped.html.find(id="ended")
        else True
    )
    assert sum(figures(page, "ended")) == 4


def test_an_import_goes_on_when_the_process_is_started_again(sent, work, site):
    browser, page = sent(LIST + "".join(f"{n}.pdf,T-0002,D05,2019,x,\n" for n in range(10, 60)))
    press(page, "/start").submit(status=303)
    first = Importer(site)
    first.stop.set()

    (wanted,) = first._asked_for()
    first._one(first._wanted(wanted))
    halfway = browser.get(f"{page.request.path}/progress").json
    work()
    after = browser.get(f"{page.request.path}/progress").json

    assert (halfway["done"], halfway["left"]) == (16, 38)
    assert (after["done"], after["left"]) == (54, 0)


def test_while_the_virus_scanner_is_away_nothing_is_taken_and_the_page_says_so(
    sent, work, site, as_
):
    browser, page = sent()
    site.settings = dataclasses.replace(site.settings, clamd="tcp:127.0.0.1:1")  # nobody listens

    press(page, "/start").submit(status=303)
    work()
    page = browser.get(page.request.path)

    assert "Trình quét vi-rút không trả lời" in page.text
    assert press(page, "/start")
    with as_("clerk") as desk:
        assert list(desk.site.dossiers["T-0002"].values()) == []
        assert list(desk.site.tray.values()) == []


def test_columns_are_corrected_and_kept_for_the_next_list(sent, browse, files, work):
    odd = "Một,Hai,Ba,Bốn\n1.pdf,T-0002,D05,Nâng lương\n"
    browser, page = sent(odd)
    form = press(page, "/columns")
    for name, key in zip(("c0", "c1", "c2"), ("file", "dossier", "type"), strict=True):
        form[name] = key
    form["keep"] = "Sổ cũ"
    page = form.submit(status=303).follow()
    assert press(page, "/columns")["c0"].value == "file"

    form = next(f for f in browser.get("/imports").forms.values() if "list" in f.fields)
    form["list"] = Upload("khác.csv", odd.encode())
    form["folder"], form["mapping"] = "nhanh/đợt 1", "nhanh/Sổ cũ"
    page = form.submit(status=303).follow()
    work()

    assert press(browser.get(page.request.path), "/columns")["c1"].value == "dossier"


def test_columns_with_faults_are_refused_and_what_was_chosen_is_kept(sent):
    _browser, page = sent()
    form = press(page, "/columns")
    form["c0"], form["c5"] = "", "date"

    page = form.submit(status=422)

    assert page.html.find(role="alert")
    assert press(page, "/columns")["c5"].value == "date"


def test_another_row_of_headings_is_looked_at_anew(sent):
    _browser, page = sent("DANH MỤC,\n" + LIST)
    form = press(page, "/columns")
    assert form["row"].value == "2"
    form["row"] = "1"

    page = form.submit(status=303).follow()

    assert "DANH MỤC" in page.html.find(id="columns").find_parent("section").text


def test_a_list_that_cannot_be_read_says_why(sent):
    _browser, page = sent('a,b\n1,"x\n')

    assert "Dòng 2" in page.html.find(role="alert").text


def test_an_import_is_nobody_else_s(sent, browse):
    _browser, page = sent()

    for login in ("officer", "archivist", "head", "auditor"):
        other = browse(login)
        for path in ("", "/faults.csv", "/report.csv", "/progress"):
            assert other.get(page.request.path + path, status="*").status_int in {403, 404}
        listed = other.get("/imports", status="*")
        assert "danh mục.csv" not in listed.text


def test_a_role_that_is_taken_away_ends_the_import(sent, work, as_, site):
    from hoso.access.accounts import accounts_of

    _browser, page = sent()
    press(page, "/start").submit(status=303)
    with as_("admin") as desk:
        accounts_of(desk.root).by_login["clerk"].roles = ()

    work()

    with site.databases.connection() as connection:
        (job,) = connection.root()["imports"].imports.values()
        assert (job.state, job.progress.done) == ("stopped", 0)
        assert len(connection.root()["site"].by_digest) == 0


def test_how_far_it_is_is_told_to_a_page_that_stays_open(sent, work):
    browser, page = sent()
    press(page, "/start").submit(status=303)

    before = browser.get(f"{page.request.path}/progress").json
    work()
    after = browser.get(f"{page.request.path}/progress").json

    assert (before["done"], before["left"] > 0) == (0, True)
    assert (after["done"], after["left"]) == (4, 0)
