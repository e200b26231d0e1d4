"""The search by keys alone: "/" to the box, arrows among suggestions, Enter opens; then kept."""

from __future__ import annotations

import pytest


def test_slash_leads_to_the_box_and_arrows_to_what_is_suggested(browse):
    reader = browse("tccb")
    reader.go("/units")
    page = reader.page
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "finder"

    page.keyboard.type("ngoc thu", delay=10)
    page.wait_for_selector(".suggestions li")
    page.keyboard.press("ArrowDown")
    assert page.get_attribute("#finder", "aria-activedescendant") == "finder-suggestions-0"
    page.keyboard.press("Enter")
    page.wait_for_selector(".folder")

    assert page.locator("h1").inner_text() == "Nguyễn Thị Ngọc Thu"


def test_a_slash_in_a_field_is_a_letter_and_escape_closes_the_suggestions(browse):
    reader = browse("tccb")
    reader.go("/search")
    page = reader.page
    page.fill("#q", "")
    page.focus("#q")
    page.keyboard.type("14/QĐ")
    assert page.input_value("#q") == "14/QĐ"

    page.focus("#finder")
    page.keyboard.type("nguyen", delay=10)
    page.wait_for_selector(".suggestions li")
    page.keyboard.press("Escape")
    assert page.locator(".suggestions").is_hidden()
    page.keyboard.press("Enter")
    page.wait_for_selector(".hits")


@pytest.mark.parametrize(("width", "height"), [(1366, 768), (1920, 1080), (400, 800)])
def test_the_pages_of_the_search_fit(browse, width, height):
    from browsing import OUTLINE

    reader = browse("luutru", viewport={"width": width, "height": height})
    for name, address, status in (
        ("results", "/search?q=nang+luong&section=D", 200),
        ("fault", "/search?q=nang+năm:20x1+lương", 422),
        ("nothing", "/search?q=khongcogi+zzzz&year=2019", 200),
        ("help", "/search/help", 200),
        ("export", "/search/export?q=nang+luong", 200),
        ("saved", "/search/saved", 200),
        ("dossier", "/dossiers/M-0001", 200),
    ):
        assert reader.go(address) == status
        reader.shoot(f"finding-{name}-{width}")
        assert (name, reader.page.evaluate(OUTLINE)) == (name, [])


def test_a_search_is_kept_renamed_and_removed_without_the_mouse(browse):
    reader = browse("tccb")
    reader.go("/search?q=nang+luong")
    page = reader.page
    page.locator("summary", has_text="Lưu tìm kiếm này").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "keep-name"
    page.keyboard.type("Nâng lương")
    page.keyboard.press("Enter")
    page.wait_for_selector("table.saved")
    reader.shoot("finding-kept")

    page.locator("table.saved summary").focus()
    page.keyboard.press("Enter")
    page.locator("button[value=forget]").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("table.saved", state="detached")
