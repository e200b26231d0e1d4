"""An officer searches without tone marks, narrows, and opens the right page."""

from __future__ import annotations

QUERY = "nguyen thi ngoc thu nang luong"


def test_words_without_marks_lead_to_the_page_itself(browse, office):
    """The decisions on Thu's pay come first; the page shows the picture and what it says."""
    reader = browse("tccb")
    reader.go("/")
    reader.page.fill("#finder", QUERY)
    reader.page.keyboard.press("Enter")
    reader.page.wait_for_selector(".hits")
    reader.shoot("search")
    hits = reader.page.locator(".hits h3 a")
    assert "nâng bậc lương" in hits.first.inner_text()
    marked = " ".join(reader.texts(".hits > li:first-child mark")).lower()
    assert "nguyễn thị ngọc thu" in marked

    addresses = [link.get_attribute("href").partition("?")[0] for link in hits.all()]
    shown = [address.rstrip("/").rsplit("/", 1)[-1] for address in addresses]
    found = office.hoso("search", QUERY, "--as", "tccb")
    assert shown == [line["id"] for line in found[:-1]]

    hits.first.click()
    reader.page.wait_for_selector(".leaf")
    picture = reader.page.locator(".leaf .paper img").first
    assert picture.evaluate("async (img) => { await img.decode(); return img.naturalWidth }") > 800
    assert "Nguyễn Thị Ngọc Thu" in reader.page.locator(".leaf .read").first.inner_text()
    # The words stand marked on the picture, and "n" leads through them.
    assert reader.page.locator("rect.hit").count() > 1
    reader.page.keyboard.press("n")
    reader.page.keyboard.press("n")
    assert reader.page.locator("rect.hit.current").get_attribute("id") == "hit-2"
    assert found[0]["title"] == reader.page.locator("h1").inner_text()
    reader.shoot("document")


def test_a_facet_narrows_and_can_be_taken_back(browse, office):
    reader = browse("tccb")
    reader.go(f"/search?q={QUERY.replace(' ', '+')}")
    whole = reader.page.locator(".hits > li").count()
    facets = office.hoso("search", QUERY, "--as", "tccb")[-1]["facets"]
    year, count = max(facets["year"].items())

    reader.page.click(f"section:has(#facet-year) a:has-text('{year}')")
    reader.page.wait_for_selector("#narrowed")
    narrowed = reader.page.locator(".hits > li").count()
    dates = reader.texts(".hits > li > p:nth-of-type(1)")
    reader.shoot("search-narrowed")
    reader.page.click("section:has(#narrowed) a")
    reader.page.wait_for_selector("#narrowed", state="detached")

    assert narrowed == count < whole
    assert all(f"/{year}" in line for line in dates)
    assert reader.page.locator(".hits > li").count() == whole


def test_the_finder_offers_the_dossier_while_one_types(browse):
    reader = browse("tccb")
    reader.go("/")
    reader.page.locator("#finder").press_sequentially("ngoc thu", delay=10)
    # What is offered for the first letters is somebody else; the whole of what is typed counts.
    reader.page.wait_for_selector(".suggestions li:first-child:has-text('Nguyễn Thị Ngọc Thu')")
    reader.shoot("suggestions")
    reader.page.keyboard.press("ArrowDown")
    reader.page.keyboard.press("Enter")
    reader.page.wait_for_selector(".folder")

    assert reader.page.url.rstrip("/").endswith("/dossiers/M-0001")
    assert reader.page.locator("h1").inner_text() == "Nguyễn Thị Ngọc Thu"


def test_a_case_file_is_not_shown_as_a_person(browse):
    """It has no birth date, no gender and no standing; its work has ended, and when is said."""
    reader = browse("tccb")
    reader.go("/dossiers/V-2015-01")
    facts = reader.facts("section[aria-labelledby=person]")

    assert facts["Công việc kết thúc"] == "31/08/2015"
    assert "Ngày sinh" not in facts
    assert reader.page.locator("#act-status").count() == 0
    assert "Chưa ghi tình trạng" not in reader.page.locator("main").inner_text()
