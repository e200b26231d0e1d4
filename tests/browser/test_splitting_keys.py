"""A scan of two papers is split by keys alone, looked at, and joined again."""

from __future__ import annotations

import pytest
import typst
from browsing import OUTLINE

TRAY = "/intake?unit=so-tai-chinh"
PAGE = """#grid(columns: (1fr, 1fr), align: center,
[ỦY BAN NHÂN DÂN \\ TỈNH MẪU \\ Số: {n}/QĐ-UBND],
[CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM \\ Độc lập - Tự do - Hạnh phúc])
#align(center)[QUYẾT ĐỊNH \\ Về việc nâng bậc lương thường xuyên đối với công chức]
"""
REST = (
    "Điều 2. Quyết định này có hiệu lực kể từ ngày ký. Chánh Văn phòng chịu trách nhiệm thi hành."
)


@pytest.fixture(scope="module")
def pile(tmp_path_factory):
    """Two decisions in one file: pages 1 and 2, and page 3."""
    path = tmp_path_factory.mktemp("pile") / "hai quyết định.pdf"
    source = "\n#pagebreak()\n".join([PAGE.format(n=914), REST, PAGE.format(n=915)])
    fonts = typst.Fonts(include_system_fonts=False)
    path.write_bytes(typst.compile(source.encode(), format="pdf", font_paths=fonts))
    return path


@pytest.fixture(scope="module")
def handed_in():
    """The address of the pages, once the file was handed in."""
    return []


@pytest.fixture
def archivist(browse, pile, handed_in):
    """The archivist, at the pages of the scan."""
    reader = browse("luutru")
    if not handed_in:
        reader.go(TRAY)
        reader.page.set_input_files("#files", [pile])
        reader.page.click("main button.main")
        reader.page.locator("[data-sent] a, .notices, #receipt").first.wait_for()
        reader.go(TRAY)
        said = reader.page.locator("[data-said]", has_text="Đã đọc hết tài liệu.")
        said.wait_for(timeout=90_000)
        link = reader.page.get_by_role("link", name=pile.name, exact=True)
        address = link.get_attribute("href").partition("?")[0]
        handed_in.append(f"{address.rstrip('/')}/pages")
    reader.go(handed_in[0])
    return reader


def cards(page):
    return page.eval_on_selector_all(
        ".leaf-card",
        "all => all.map(one => [one.classList.contains('begins'), "
        "one.classList.contains('dropped'), one.querySelector('[data-turn]').value])",
    )


def test_keys_begin_papers_turn_leave_out_and_send_back(archivist):
    page = archivist.page
    assert cards(page) == [[True, False, "0"], [False, False, "0"], [True, False, "0"]]

    page.focus(".leaf-card >> nth=0")
    for key in ("ArrowRight", "r", "s", "ArrowRight", "d"):
        page.keyboard.press(key)
    assert cards(page) == [[True, False, "0"], [True, False, "90"], [False, True, "0"]]

    page.keyboard.press("ArrowLeft")
    with page.expect_navigation():
        page.keyboard.press("x")
    # What was ticked and not saved is still ticked, and the reader is where he was.
    assert cards(page) == [[True, False, "0"], [True, False, "90"], [False, True, "0"]]
    assert page.evaluate("document.activeElement.id") == "leaf-2"
    assert page.locator("#leaf-2 .told").is_visible()
    archivist.go("/intake/sent-back?unit=so-tai-chinh")
    assert page.locator("tbody tr").count() == 1


@pytest.mark.parametrize("size", [(1366, 768), (1920, 1080), (400, 800)])
def test_the_row_of_pages_fits(archivist, size):
    archivist.page.set_viewport_size({"width": size[0], "height": size[1]})
    archivist.shoot(f"{size[0]}-splitting")

    assert archivist.page.evaluate(OUTLINE) == []


def test_the_scan_becomes_its_papers_and_waits_whole_again(archivist):
    page = archivist.page
    archivist.press("Tách thành các tài liệu")
    page.wait_for_selector("#parts", timeout=60_000)
    assert archivist.texts("tbody td:nth-of-type(1)") == ["1, 2", "3"]

    page.click("summary:has-text('Ghép lại')")
    page.fill("[name=why]", "Tách nhầm")
    archivist.press("Ghép lại")

    assert page.locator(".leaf-card").count() == 3
