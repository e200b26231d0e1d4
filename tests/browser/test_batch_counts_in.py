"""A box is counted in: declared by keyboard, sent over a line that breaks, closed, receipted."""

from __future__ import annotations

import re

import pytest
from browsing import OUTLINE

from hoso.testing.served import a_pdf

SIZES = ((1366, 768), (1920, 1080), (400, 800))
FILES = 5


@pytest.fixture(scope="module")
def box(tmp_path_factory):
    """Five papers of a page, the first of them also under another name."""
    folder = tmp_path_factory.mktemp("box")
    paths = [folder / f"tờ {n}.pdf" for n in range(FILES)]
    for n, path in enumerate(paths):
        path.write_bytes(a_pdf(f"Batch {n}"))
    twin = folder / "trùng.pdf"
    twin.write_bytes(paths[0].read_bytes())
    return [*map(str, paths), str(twin)]


def look(reader, name):
    wrong = []
    for width, height in SIZES:
        reader.page.set_viewport_size({"width": width, "height": height})
        reader.shoot(f"batch-{name}-{width}")
        wrong += [f"{width}: {fault}" for fault in reader.page.evaluate(OUTLINE)]
    reader.page.set_viewport_size({"width": 1366, "height": 768})
    assert wrong == []


def bad_line(page):
    """Let the first file come, lose the answer of the second one, break with all others.

    What was asked for is in the list that is returned.
    """
    asked, places = [], []

    def carry(route):
        asked.append((route.request.method, route.request.url))
        if route.request.url not in places:
            places.append(route.request.url)
        if route.request.url == places[0]:
            route.continue_()
        elif places.index(route.request.url) == 1 and route.request.method == "PATCH":
            route.fetch()
            route.abort()
        else:
            route.abort()

    page.route("**/uploads/*", carry)
    return asked


def cells(reader, label):
    row = reader.page.locator(".ledger tr", has=reader.page.get_by_role("rowheader", name=label))
    return [text.strip() for text in row.locator("td").all_inner_texts()]


def test_a_box_is_counted_in_over_a_line_that_breaks(browse, box):
    reader = browse("canbo")
    page = reader.page
    page.on("dialog", lambda dialog: dialog.accept())

    # Declared by keyboard.
    reader.go("/batches/new")
    page.locator("[name=title]").focus()
    page.keyboard.type("Hộp 7: quyết định năm 2019")
    page.keyboard.press("Tab")
    page.keyboard.type("7")
    look(reader, "new")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/batches/[a-z0-9]{13}/"))
    address = page.url.partition("?")[0]
    assert reader.texts(".verdict b") == ["thiếu 7 trang"]

    # The line breaks: one file is told as received, of one the answer is lost, the rest does
    # not come. The page is loaded anew, the same files are chosen again.
    sent = bad_line(page)
    page.set_input_files("#files", box)
    page.locator("[data-summary]", has_text="Xong 1/6 tệp: 1 đã nhận").wait_for()
    page.locator("[data-sent] li", has_text="Mất kết nối").first.wait_for()
    look(reader, "broken")
    page.goto(address)
    page.locator("[data-summary]", has_text="tệp gửi dở").wait_for()
    page.unroute("**/uploads/*")
    asked = []
    page.on("request", lambda request: asked.append((request.method, request.url)))
    page.set_input_files("#files", box)
    page.locator("[data-summary]", has_text="Xong 6/6 tệp: 5 đã nhận, 1 cần xem").wait_for()

    # Files are gone on with where they stopped, and nothing came twice.
    places = {url for method, url in sent if method == "PATCH"}
    assert len(places) == 4
    assert {("HEAD", url) for url in places} <= set(asked)
    assert "Đã có sẵn" in "".join(reader.texts("[data-sent] li"))
    # All that came may be read before the last file comes.
    whole = page.locator("[data-fresh=equation]", has=page.locator("tfoot td", has_text="6"))
    whole.filter(has_text="Đã đọc hết").wait_for(timeout=120_000)
    assert cells(reader, "Chờ kiểm tra") == ["5", "0", "5"]
    assert cells(reader, "Cộng, theo số đã nhận") == ["6", "0", "6"]
    assert page.locator("[data-fresh=equation] tr.aside").count() == 0
    assert reader.texts(".verdict b") == ["thiếu 1 trang"]
    look(reader, "read")

    # Every number leads to its papers.
    page.get_by_role("rowheader", name="Đã có sẵn").get_by_role("link").click()
    assert len(reader.texts("#list tbody tr")) == 1
    page.goto(address)

    # Closed with its explanation, receipted, saved.
    page.get_by_text("Đóng đợt", exact=True).first.click()
    page.fill("[name=because]", "Một tờ là bìa hồ sơ")
    reader.press("Đóng đợt")
    reader.press("Lập biên nhận")
    with page.expect_download() as saved:
        page.get_by_role("link", name=re.compile("Biên nhận lập lúc")).click()
    assert re.fullmatch(r"Biên nhận 2026-[a-z0-9-]+\.pdf", saved.value.suggested_filename)
    with saved.value.path().open("rb") as content:
        assert content.read(8) == b"%PDF-1.7"
    look(reader, "closed")
    reader.go("/batches")
    look(reader, "list")


def test_the_same_without_scripts(browse, box):
    reader = browse("canbo", java_script_enabled=False)
    reader.go("/batches/new")
    reader.page.fill("[name=sheets]", "1")
    reader.press("Mở đợt")

    reader.page.set_input_files("#files", box[1:3])
    reader.press("Tiếp nhận")

    rows = reader.texts("section:has(#sent) tbody tr")
    assert len(rows) == 2
    assert all("Đã có sẵn" in row for row in rows)
    assert cells(reader, "Đã có sẵn")[0] == "2"
