"""The journeys of an office, in a real browser.

They want Chromium; where there is none they say so and do not run.  What the browser showed
is kept in ``build/screenshots``.
"""

from __future__ import annotations

import os
import zipfile
from pathlib import Path

import pytest

from hoso.testing.answering import answered
from hoso.testing.passwords import PASSWORD
from hoso.testing.things import a_dossier, a_filed_paper

pytestmark = pytest.mark.browser

SHOTS = Path(__file__).resolve().parents[2] / "build" / "screenshots"
PATIENCE = 90_000  # ms; readers share two processors with everything else

PAPER = """
#set page(paper: "a4", margin: 2cm)
#set text(size: 13pt, lang: "vi")
#grid(columns: (1fr, 1fr), align: center,
  [ỦY BAN NHÂN DÂN TỈNH MẪU \\ *SỞ MẪU* \\ Số: 14/QĐ-SM],
  [*CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM* \\ *Độc lập - Tự do - Hạnh phúc* \\
   _Mẫu, ngày 15 tháng 3 năm 2019_])
#align(center)[*QUYẾT ĐỊNH* \\ *Về việc nâng bậc lương thường xuyên*]
#align(center)[*GIÁM ĐỐC SỞ MẪU*]
*Điều 1.* Nâng bậc lương thường xuyên đối với bà Nguyễn Thị Ngọc Thử, chuyên viên, từ bậc 3,
hệ số 3,00 lên bậc 4, hệ số 3,33 kể từ ngày 01 tháng 4 năm 2019.
"""


@pytest.fixture
def address(site, as_):
    """The site, served on a port of its own."""
    with as_("officer") as desk:
        a_dossier(desk, code="T-0200", name="Nguyễn Thị Ngọc Thử")
    site.follower.catch_up()
    with answered(site) as place:
        yield place


@pytest.fixture
def window(chromium, address):
    """Call it with a login for a window of somebody signed in; errors of the page fail the test."""
    opened, wrong = [], []

    def open_window(login, *, width=1366, scripts=True):
        context = chromium.new_context(
            base_url=address,
            viewport={"width": width, "height": 768},
            java_script_enabled=scripts,
        )
        context.set_default_timeout(PATIENCE)
        page = context.new_page()
        page.on("console", lambda m: wrong.append(m.text) if _matters(m) else None)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        opened.append(context)
        if login:
            page.goto("/sign-in")
            page.fill("[name=login]", login)
            page.fill("[name=password]", PASSWORD)
            page.press("[name=password]", "Enter")
            page.wait_for_selector(".nav")
        return page

    yield open_window
    for context in opened:
        context.close()
    assert wrong == []


def _matters(message):
    # A refused form is a 422, a closed door a 404; the browser calls each an error.
    return message.type == "error" and "status of 4" not in message.text


def shot(page, name):
    """Keep a picture where somebody wants to look (``HOSO_PICTURES=1``)."""
    if os.environ.get("HOSO_PICTURES"):
        SHOTS.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=SHOTS / f"{name}.png")


# webob keeps a large body in a temporary file and leaves closing it to the collector.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_from_a_file_to_a_page_in_the_dossier_and_out_in_a_package(window, site, home, tmp_path):
    """Drop, read, correct, file, find without marks, export."""
    import typst

    from hoso.app.worker import Worker

    scan = tmp_path / "0001.pdf"
    scan.write_bytes(typst.compile(PAPER.encode()))
    broken = tmp_path / "hỏng.pdf"
    broken.write_bytes(b"%PDF-1.4 torn off")
    page = window("officer")

    page.click("text=Tiếp nhận")
    page.set_input_files("#files", [scan, broken])
    page.click("main button.main")
    page.wait_for_selector("text=Đã nhận đủ tất cả các tệp")
    Worker(site).run(until_empty=True)
    page.reload()
    shot(page, "tray")
    assert page.locator("#quarantine").locator("xpath=../..").get_by_text("hỏng.pdf").count() == 1

    page.click("text=0001.pdf")
    page.wait_for_selector("#f-number")
    assert [page.input_value(f"#f-{name}") for name in ("number", "symbol", "date")] == [
        "14",
        "QĐ-SM",
        "15/03/2019",
    ]
    page.focus("#f-number")
    assert page.get_attribute("rect.current", "data-field") == "number"

    page.fill("#f-date", "31/02/2019")
    page.fill("#f-dossier", "ngoc thu")
    page.wait_for_selector("[role=option]")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    assert page.input_value("#f-dossier") == "T-0200"
    page.select_option("#f-type", "D05")
    page.click("button[value=file]")
    page.wait_for_selector("#f-date-fault")
    shot(page, "refused")
    assert page.input_value("#f-date") == "31/02/2019"
    assert page.evaluate("document.activeElement.id") == "f-date"

    page.fill("#f-date", "15/3/2019")
    page.click("button[value=file]")
    page.wait_for_selector("text=Đã lưu tài liệu vào hồ sơ.")
    assert "/dossiers/T-0200/" in page.url
    shot(page, "document")

    site.follower.catch_up()
    page.fill("#finder", "nguyen thi ngoc thu nang luong")
    page.press("#finder", "Enter")
    page.wait_for_selector(".hits mark")
    shot(page, "search")
    page.click(".hits h3 a")
    assert "/dossiers/T-0200/" in page.url

    page.goto("/dossiers/T-0200")
    shot(page, "dossier")
    page.click("#act-export summary")
    with page.expect_download() as download:
        page.click("#act-export button")
    package = tmp_path / "package.zip"
    download.value.save_as(package)
    assert any(name.endswith("bagit.txt") for name in zipfile.ZipFile(package).namelist())


def test_the_auditor_asks_why(window, as_):
    """Due for disposal, and the rule, the law, the event and the dates behind it."""
    from hoso.desk import dossiers

    with as_("officer") as desk:
        exam = a_dossier(desk, code="T-0500", name="Thi nâng ngạch", type_="exam-papers")
        dossiers.close(desk, exam, ended="30/06/2012", revision=exam.revision)
    page = window("auditor")

    page.click("text=Đến hạn xét hủy")
    shot(page, "due")
    page.click("text=Vì sao? >> nth=0")
    page.wait_for_selector(".why")

    said = page.inner_text("main")
    assert [fact for fact in ("09-049b", "TT 09/2011", "31/12/2012") if fact not in said] == []
    shot(page, "why")


def test_an_employee_sees_the_own_dossier_and_nothing_else(window):
    page = window("employee")

    page.click("main >> text=T-0001")

    assert page.inner_text("h1") == "Nguyễn Văn Mẫu"
    assert page.goto("/dossiers/T-0200").status == 404
    shot(page, "not-here")


def test_everything_works_without_scripts(window, as_, tmp_path):
    """Send two files in one form; correct a dossier; answer a search."""
    for name in ("a.pdf", "b.pdf"):
        (tmp_path / name).write_bytes(f"%PDF-1.7 {name}".encode())
    page = window("officer", scripts=False)

    page.goto("/intake")
    page.set_input_files("#files", [tmp_path / "a.pdf", tmp_path / "b.pdf"])
    page.click("main button.main")
    assert page.locator("#receipt >> xpath=../.. >> tbody tr").count() == 2

    page.goto("/dossiers/T-0200")
    page.click("#act-edit summary")
    page.fill("#act-edit-birth_date", "5/1980")
    page.click("#act-edit button")
    assert "05/1980" in page.inner_text("main")


def test_the_keyboard_reaches_the_content_first(window):
    page = window("officer")

    page.goto("/dossiers/T-0200")
    page.keyboard.press("Tab")
    skip = page.evaluate("document.activeElement.className")
    page.keyboard.press("Enter")

    assert skip == "skip"
    assert page.evaluate("document.activeElement.id") == "content"


@pytest.mark.parametrize("width", [400, 1366, 1920])
def test_no_page_is_wider_than_the_window(window, as_, site, width):
    with as_("officer") as desk:
        dossier = desk.site.dossiers["T-0200"]
        title = "Về việc nâng bậc lương thường xuyên đối với công chức, viên chức " * 3
        paper = a_filed_paper(desk, dossier, title=title, number="14", symbol="QĐ-UBNDTINHMAU")
        filed = f"/dossiers/T-0200/{paper.uid}/"
    site.follower.catch_up()
    page = window("officer", width=width)

    wide = []
    paths = {
        "home": "/", "dossiers": "/dossiers", "dossier": "/dossiers/T-0200",
        "why": "/dossiers/T-0200/why", "document": filed, "edit": f"{filed}edit",
        "intake": "/intake", "search": "/search?q=luong", "due": "/due", "units": "/units",
        "open": "/open", "about": "/about",
    }  # fmt: skip
    for name, path in paths.items():
        page.goto(path)
        over = page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        wide += [(path, over)] if over > 0 else []
        shot(page, f"{width}-{name}")

    assert wide == []
