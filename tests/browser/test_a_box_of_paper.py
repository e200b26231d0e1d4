"""A box of three hundred pages goes through the page as one batch, and everything adds up.

What must come out was counted by hand: see ``hoso.testing.box``.
"""

from __future__ import annotations

import re

import pikepdf
import pypdfium2
import pytest

from hoso.testing.box import COUNTS, fill

#: As long as an office is ready to wait for three hundred pages, in milliseconds.
PATIENCE = 400_000
#: True when the row "being read" of the equation counts neither files nor papers.
ALL_READ = """() => [...document.querySelectorAll("table.ledger tbody tr")].some((row) =>
  row.querySelector("th").innerText.trim() === "Đang đọc"
  && [...row.querySelectorAll("td")].every((cell) => !/[1-9]/.test(cell.innerText)))"""


@pytest.fixture(scope="module")
def box(tmp_path_factory):
    return fill(tmp_path_factory.mktemp("box"), dossier="M-0001")


def number(text):
    """The number a cell shows; dots part thousands in Vietnamese."""
    found = re.search(r"\d[\d.]*", text)
    return int(found[0].replace(".", "")) if found else 0


def equation(reader):
    """The equation as the page shows it: the figures on top, and each row by its place."""
    figures = [number(text) for text in reader.texts(".figures b")[:4]]
    rows = {}
    for row in reader.page.locator("table.ledger tbody tr").all():
        place = " ".join(row.locator("th").inner_text().split())
        rows[place] = tuple(number(cell.inner_text()) for cell in row.locator("td").all())
    return figures, rows


def findings_on(reader, name):
    """Follow a file of the batch to its pages; return all that is said there."""
    reader.page.get_by_role("link", name=name, exact=True).first.click()
    reader.page.wait_for_load_state()
    return reader.page.locator("main").inner_text()


@pytest.fixture(scope="module")
def batch():
    """The address of the batch, once it is there."""
    return {}


def test_every_file_and_page_of_the_box_has_its_place(browse, box, batch):
    reader = browse("luutru")
    page = reader.page
    reader.go("/batches")
    page.locator(".titleline a.button.main").click()
    page.fill("[name=sheets]", str(COUNTS.pages // 2))
    page.select_option("[name=sides]", "2")
    page.fill("[name=box]", "Hộp 12")
    page.locator("main form button.main").last.click()
    page.wait_for_selector("#files")
    batch["address"] = page.url.split("?")[0].removeprefix(reader.url)

    page.set_input_files("#files", [str(path) for path in box])
    page.wait_for_selector("form[data-upload][aria-busy=false]", timeout=PATIENCE)
    page.wait_for_function(ALL_READ, timeout=PATIENCE)

    reader.go(batch["address"])
    reader.shoot("dot-so-hoa")
    figures, rows = equation(reader)
    assert figures == [COUNTS.pages, COUNTS.pages, COUNTS.pages, COUNTS.files]
    split_off = COUNTS.papers_waiting - COUNTS.parts, COUNTS.parts, COUNTS.pages_in_papers
    assert rows["Chờ kiểm tra"] == split_off
    assert rows["Bị cách ly"][0] == COUNTS.quarantined
    assert rows["Bị từ chối"][0] == COUNTS.refused
    assert rows["Đã có sẵn"][0::2] == (COUNTS.duplicates, COUNTS.pages_duplicate)
    assert rows["Đã tách thành tài liệu"][0] == COUNTS.scans_split
    assert rows["Tờ phân cách"][2] == COUNTS.pages_separators


def test_the_command_line_says_the_same(office, batch):
    (number_of,) = [one["number"] for one in office.hoso("batch", "list")]

    told = office.hoso("batch", "show", number_of)

    assert [line for line in told if line.get("adds_up") is True]


def test_the_page_that_lay_upside_down_stands_upright_and_is_told(browse, batch):
    reader = browse("luutru")
    reader.go(batch["address"])

    said = findings_on(reader, "scan-01 (2).pdf")

    reader.shoot("trang-lat-nguoc")
    assert "180" in said


def test_a_closed_batch_gives_a_receipt_that_adds_up(browse, batch, tmp_path):
    reader = browse("luutru")
    page = reader.page
    reader.go(batch["address"])
    page.get_by_text("Đóng đợt", exact=True).first.click()
    page.locator("form[action$=close] button.main").click()
    page.wait_for_load_state()
    page.locator("form[action$=receipt] button").click()
    page.wait_for_load_state()

    with page.expect_download() as saving:
        page.locator("section[aria-labelledby=receipt] a").first.click()
    path = tmp_path / "bien-nhan.pdf"
    saving.value.save_as(path)

    document = pypdfium2.PdfDocument(path)
    said = "\n".join(sheet.get_textpage().get_text_bounded() for sheet in document)
    document.close()
    for count in (COUNTS.pages, COUNTS.files, COUNTS.pages_in_papers, COUNTS.pages_separators):
        assert re.search(rf"\b{count}\b", said), count
    with pikepdf.open(path) as pdf:
        assert pdf.Root.AcroForm.Fields[0].FT == "/Sig"
