"""Everything without a mouse: sign in, search, open a paper, file another."""

from __future__ import annotations


def tab_to(page, selector, most=80):
    """Press Tab until the element has the focus, which must be seen."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("(s) => document.activeElement.matches(s)", selector):
            seen = page.evaluate(
                "() => { const s = getComputedStyle(document.activeElement);"
                " return s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 2 }"
            )
            assert seen, f"the focus on {selector} is not seen"
            return
    raise AssertionError(f"{selector} is not reached by Tab")


def test_sign_in_search_and_open_by_keyboard(browse):
    reader = browse()
    page = reader.page
    reader.go("/sign-in")
    # The account name has the focus from the start.
    page.keyboard.type("tccb")
    page.keyboard.press("Tab")
    page.keyboard.type("ho-so-mau-2026")
    page.keyboard.press("Enter")
    page.wait_for_selector(".figures")

    # The first Tab offers the way past the menu.
    page.keyboard.press("Tab")
    assert page.evaluate("() => document.activeElement.matches('.skip')")
    reader.shoot("skip-link")
    page.keyboard.press("Enter")
    assert page.evaluate("() => document.activeElement.id") == "content"

    reader.go("/search")
    page.keyboard.type("bồi dưỡng lãnh đạo")
    page.keyboard.press("Enter")
    page.wait_for_selector(".hits")
    tab_to(page, ".hits h3 a")
    page.keyboard.press("Enter")
    page.wait_for_selector(".leaf")
    assert "/dossiers/M-0001/" in page.url


def test_a_paper_is_filed_by_keyboard(browse, office, tmp_path):
    """An appointment of M-0009, the demo plan's paper 105, handed in and filed."""
    path = office.maker.send(105, tmp_path)
    reader = browse("tccb")
    page = reader.page
    reader.go("/intake?unit=so-noi-vu")
    # Which file is chosen is the browser's own window; the rest is keys.
    page.set_input_files("#files", path)
    page.focus("#files")
    tab_to(page, "button.main")
    page.keyboard.press("Enter")
    receipt = page.locator("section[aria-labelledby=receipt] a")
    uid = receipt.get_attribute("href").rstrip("/").rsplit("/", 1)[-1]
    page.locator("[data-said]", has_text="Đã đọc hết tài liệu.").wait_for(timeout=60_000)
    tab_to(page, f"section[aria-labelledby=queue] a[href*='{uid}']")
    page.keyboard.press("Enter")
    page.wait_for_selector("[name=dossier]")
    tab_to(page, "[name=dossier]")
    page.keyboard.press("Control+A")
    page.keyboard.type("M-0009", delay=10)
    page.wait_for_selector(".suggestions li")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    tab_to(page, "[name=type]")
    page.keyboard.type("D04")
    tab_to(page, "button[value=file]")
    page.keyboard.press("Enter")
    page.wait_for_url("**/dossiers/M-0009/**")

    filed = office.hoso("dossier", "show", "M-0009", "--as", "tccb")[0]["documents"]
    assert ("D04", "filed") in {(paper["type"], paper["state"]) for paper in filed}
