"""An archivist drops files on the intake, corrects what was read, files, looks into quarantine."""

from __future__ import annotations

import io
import re
import shutil
from datetime import date

import pikepdf
import pytest
from browsing import drop

#: A pay decision of M-0044 as a PDF; one of M-0013 as a TIFF, an appointment of M-0043 as a
#: PDF, both from a scanner.  Number and date are the demo plan's.
RAISE, SCAN, OTHER_SCAN = 438, 141, 427


PROPOSED = ("number", "symbol", "date", "signer", "person")
#: Where the page goes when every file was taken in.
DONE = re.compile(r"[?&]done=received")


@pytest.fixture(scope="module")
def files(office, tmp_path_factory):
    """Five files: a paper, its copy, one with a script in it, two scans."""
    folder = tmp_path_factory.mktemp("sent")
    paper, scan, other = (office.maker.send(n, folder) for n in (RAISE, SCAN, OTHER_SCAN))
    copy = folder / "ban-sao.pdf"
    shutil.copy(paper, copy)
    return {
        "paper": paper,
        "copy": copy,
        "script": with_script(office.maker.send(304, folder)),
        "scan": scan,
        "other": other,
    }


def with_script(path):
    """Make a PDF that runs a script when it is opened."""
    with pikepdf.open(io.BytesIO(path.read_bytes())) as document:
        action = {"/S": pikepdf.Name.JavaScript, "/JS": pikepdf.String("app.alert(1)")}
        document.Root.OpenAction = document.make_indirect(pikepdf.Dictionary(action))
        document.save(path.with_name("co-ma-lenh.pdf"))
    path.unlink()
    return path.with_name("co-ma-lenh.pdf")


@pytest.fixture(scope="module")
def sent():
    """What the page said of each file when it was handed in."""
    return {}


@pytest.fixture(scope="module")
def by_command(office, files):
    """The lines of the same files taken in by command, on a copy; one straight into M-0043."""
    site = office.copy(office.base)
    tray = [path for key, path in files.items() if key != "other"]
    words = ("--as", "luutru")
    lines = office.hoso("intake", *tray, *words, site=site, status=1)
    lines += office.hoso("intake", files["other"], "--into", "M-0043", *words, site=site)
    return {line["path"].rsplit("/", 1)[-1]: line for line in lines}


@pytest.fixture
def archivist(browse, files, sent):
    """The archivist, with the five files handed in and read."""
    reader = browse("luutru")
    if not sent:
        sent[""] = ""  # once, even if it fails
        sent.update(_hand_in(reader, files))
    return reader


def _hand_in(reader, files):
    page = reader.page
    reader.go("/intake")
    page.set_input_files("#files", [files["paper"], files["copy"], files["script"]])
    page.click("main button.main")
    # One of the three is here already, so the page stays and says so.
    page.wait_for_selector("[data-sent] a")
    reader.shoot("intake-sent")
    said = dict(
        line.split("\n", 1)
        for line in page.locator("[data-sent] li:not(:has(a))").all_inner_texts()
    )
    with page.expect_navigation():
        page.click("[data-sent] a")
    drop(page, [files["scan"], files["other"]])
    page.wait_for_url(DONE)
    reader.shoot("intake-reading")
    read_to_the_end(reader)
    reader.shoot("intake-read")
    return said


def read_to_the_end(reader):
    """Wait, without touching the page, until it says that all is read and its list follows."""
    said = reader.page.locator("[data-said]", has_text="Đã đọc hết tài liệu.")
    said.wait_for(timeout=90_000)
    reading = reader.page.locator("section[aria-labelledby=queue] .badge", has_text="Đang đọc")
    reading.first.wait_for(state="detached")


def rows(reader, part):
    """Return file name and badge of each line of a list of the tray."""
    here = f"section[aria-labelledby={part}] tbody tr"
    return dict(zip(reader.texts(f"{here} th"), reader.texts(f"{here} .badge"), strict=True))


def open_item(reader, path):
    reader.go("/intake")
    reader.page.get_by_role("link", name=path.name, exact=True).click()
    reader.page.wait_for_selector("main h1")


def fields(reader, *names):
    return [reader.page.locator(f"main form [name={name}]").first.input_value() for name in names]


def test_each_file_ends_as_the_command_line_ends_it(archivist, by_command, files, sent):
    """Two scans and a paper wait, the script is in quarantine, the copy is one paper."""
    archivist.go("/intake")
    waiting, aside = rows(archivist, "queue"), rows(archivist, "quarantine")
    ended = {key: by_command[path.name]["outcome"] for key, path in files.items()}
    # Files are taken in by twos: whichever of paper and copy is first, the other is its copy.
    assert ["duplicate", "waiting"] == sorted((ended.pop("copy"), ended.pop("paper")))
    assert {"script": "quarantined", "scan": "waiting", "other": "filed"} == ended
    assert {files[key].name for key in ("paper", "scan", "other")} <= set(waiting)
    assert {waiting[files[key].name] for key in ("paper", "scan", "other")} == {"Chờ kiểm tra"}
    assert aside[files["script"].name] == "Bị cách ly"
    assert sent[files["copy"].name].startswith("Đã có sẵn")
    assert sent[files["paper"].name] == sent[files["script"].name] == "Đã nhận"

    for key in ("paper", "other", "scan"):
        open_item(archivist, files[key])
        proposed = (
            by_command[files[key].name]["proposals"] or by_command["ban-sao.pdf"]["proposals"]
        )
        read = {name: (proposed[name] or {}).get("value", "") for name in PROPOSED}
        assert read["date"]
        read["date"] = date.fromisoformat(read["date"]).strftime("%d/%m/%Y")
        assert list(read.values()) == fields(archivist, *PROPOSED)


def test_faults_are_told_at_once_and_the_paper_is_filed_by_typing_a_name(archivist, office, files):
    """A wrong dossier, no kind, no subject, no such day; then the right ones."""
    open_item(archivist, files["paper"])
    page = archivist.page
    address = page.url
    picture = page.locator(".paper img").first
    assert picture.evaluate("async (img) => { await img.decode(); return img.naturalWidth }") > 800
    # Number, symbol and date of the demo's plan, paper 438.
    assert fields(archivist, "number", "symbol", "date") == ["100", "QĐ-SYT", "08/04/2014"]
    page.focus("[name=number]")
    box = page.locator("rect.current[data-field=number]")
    assert box.count() == 1
    assert 0 < float(box.get_attribute("y")) < 0.4
    archivist.shoot("item")

    page.fill("[name=dossier]", "M-9999")
    page.select_option("[name=type]", "")
    page.fill("[name=title]", "")
    page.fill("[name=date]", "31/02/2014")
    page.fill("[name=signer]", "Người Ký Thử")
    archivist.press("Lưu tài liệu")
    page.wait_for_selector("#refusal")
    archivist.shoot("item-refused")

    wrong = page.locator("[aria-invalid=true]")
    assert {"dossier", "type", "title", "date"} == {
        field.get_attribute("name") for field in wrong.all()
    }
    assert fields(archivist, "dossier", "date", "signer", "number") == [
        "M-9999", "31/02/2014", "Người Ký Thử", "100",
    ]  # fmt: skip
    assert page.locator(":focus").get_attribute("name") == "dossier"

    page.fill("[name=dossier]", "")
    page.locator("[name=dossier]").press_sequentially("le thi mau ha", delay=10)
    page.wait_for_selector(".suggestions li:nth-child(2)")
    archivist.shoot("item-typeahead")
    # Two people of one name: what stands below the name tells them apart.
    assert len(archivist.texts(".suggestions li")) == 2
    page.locator(".suggestions li", has_text="M-0044").dispatch_event("mousedown")
    assert fields(archivist, "dossier") == ["M-0044"]
    page.select_option("[name=type]", "D05")
    page.fill("[name=title]", "Về việc nâng bậc lương thường xuyên")
    page.fill("[name=date]", "08/04/2014")
    archivist.press("Lưu tài liệu")
    page.wait_for_url("**/dossiers/M-0044/**")

    assert "Đã lưu tài liệu vào hồ sơ." in archivist.texts("[role=status]")[0]
    archivist.shoot("item-filed")
    uid = address.partition("?")[0].rstrip("/").rsplit("/", 1)[-1]
    listed = office.hoso("dossier", "show", "M-0044", "--as", "luutru")[0]
    line = next(paper for paper in listed["documents"] if paper["id"] == uid)
    assert {"type": "D05", "number": "100", "date": "2014-04-08", "signer": "Người Ký Thử"} == {
        key: line[key] for key in ("type", "number", "date", "signer")
    }


def test_a_scan_is_filed_without_scripts(browse, archivist, by_command, office, files):
    plain = browse("luutru", java_script_enabled=False)
    open_item(plain, files["other"])
    plain.shoot("item-without-scripts")
    plain.page.fill("[name=dossier]", "M-0043")
    plain.page.select_option("[name=type]", "D04")
    # What recognition left to a person, as the paper says.
    plain.page.fill("[name=number]", "78")
    plain.page.fill("[name=symbol]", "QĐ-SYT")
    plain.page.fill("[name=date]", "04/03/2010")
    plain.page.fill("[name=title]", "Về việc bổ nhiệm vào ngạch viên chức")
    plain.press("Lưu tài liệu")
    plain.page.wait_for_url("**/dossiers/M-0043/**")

    line = by_command[files["other"].name]
    listed = office.hoso("dossier", "show", "M-0043", "--as", "luutru")[0]["documents"]
    assert ("filed", "M-0043") == (line["outcome"], line["dossier"])
    # As the demo's plan has it: number 78, of 4 March 2010.
    assert [("78", "QĐ-SYT", "2010-03-04")] == [
        (paper["number"], paper["symbol"], paper["date"])
        for paper in listed
        if paper["sha256"] == line["sha256"]
    ]


def test_quarantine_says_why_and_is_left_with_a_reason(archivist, office, files):
    open_item(archivist, files["script"])
    page = archivist.page
    why = archivist.texts(".notice.warn")[0]
    archivist.shoot("quarantine")
    assert "chạy lệnh khi mở" in why
    archivist.press("Cho tiếp nhận")
    page.wait_for_selector("[aria-invalid=true]")
    page.fill("#release-why", "Đã kiểm tra nguồn gửi")
    archivist.press("Cho tiếp nhận")
    page.wait_for_url("**/intake**")
    read_to_the_end(archivist)

    assert rows(archivist, "queue")[files["script"].name] == "Chờ kiểm tra"
    assert files["script"].name not in rows(archivist, "quarantine")
    uid = (
        page.get_by_role("link", name=files["script"].name, exact=True)
        .get_attribute("href")
        .partition("?")[0]
        .rstrip("/")
        .rsplit("/", 1)[-1]
    )
    told = {line["verb"]: line for line in office.hoso("journal", "show", uid)}
    assert told["intake.released"]["details"]["why"] == "Đã kiểm tra nguồn gửi"
