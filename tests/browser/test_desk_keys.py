"""The archivist's measure: from proposal to filed in at most four keystrokes, without a mouse.

Papers of the demo: two decisions of M-0047 and two of M-0013, the only people of their names.
"""

from __future__ import annotations

import pytest
from browsing import OUTLINE

#: Most keystrokes from a right proposal to the filed paper.
MOST = 4
#: One tray for the row that is filed, another for the paper that is looked at.
TRAY, OTHER_TRAY = "/intake?unit=benh-vien", "/intake?unit=so-tai-chinh"
COUNT = """
() => {
  window.strokes = Number(sessionStorage.getItem("strokes") || 0);
  document.addEventListener("keydown", ({ key }) => {
    if (["Control", "Shift", "Alt", "Meta"].includes(key)) return;
    sessionStorage.setItem("strokes", ++window.strokes);
  }, { capture: true });
}
"""


#: Numbers in the demo's plan, and the dossier of each.
PAPERS = {457: "M-0047", 459: "M-0047", 139: "M-0013"}
#: One that stays in the tray, to be looked at.
LEFT = 143


@pytest.fixture(scope="module")
def sent(office, tmp_path_factory):
    """Paths of the papers, with the dossier of each."""
    folder = tmp_path_factory.mktemp("keys")
    return {office.maker.send(number, folder): code for number, code in PAPERS.items()}


@pytest.fixture(scope="module")
def left(office, tmp_path_factory):
    return office.maker.send(LEFT, tmp_path_factory.mktemp("left"))


@pytest.fixture(scope="module")
def handed_in():
    """What was handed in already."""
    return set()


@pytest.fixture
def archivist(browse):
    reader = browse("luutru")
    reader.page.add_init_script(f"({COUNT})()")
    return reader


def hand_in(reader, paths, handed_in, *, tray):
    """Hand files in once, and wait until they are read."""
    if handed_in >= set(paths):
        return
    handed_in |= set(paths)
    reader.go(tray)
    reader.page.set_input_files("#files", list(paths))
    reader.page.click("main button.main")
    reader.page.locator("[data-sent] a, .notices, #receipt").first.wait_for()
    reader.go(tray)
    said = reader.page.locator("[data-said]", has_text="Đã đọc hết tài liệu.")
    said.wait_for(timeout=90_000)


def strokes(page):
    return int(page.evaluate("() => sessionStorage.getItem('strokes') || 0"))


def press(page, key):
    page.keyboard.press(key)


def ready(page):
    """Wait until the script has put the cursor where a person goes on."""
    page.wait_for_selector("[data-desk]")
    page.wait_for_function("() => document.activeElement.form?.dataset.desk === ''")


def open_item(reader, path):
    reader.go(OTHER_TRAY)
    reader.page.get_by_role("link", name=path.name, exact=True).click()
    ready(reader.page)


def test_escape_undoes_a_change_and_the_field_in_hand_shows_its_strip(archivist, left, handed_in):
    hand_in(archivist, [left], handed_in, tray=OTHER_TRAY)
    open_item(archivist, left)
    page = archivist.page
    page.focus("[name=signer]")
    before = page.input_value("[name=signer]")
    page.fill("[name=signer]", "Người Khác")
    press(page, "Tab")
    press(page, "Escape")
    assert page.input_value("[name=signer]") == before
    # Its picture may still be made behind the page.
    page.wait_for_selector(".paper img", timeout=60_000)
    page.reload()
    page.focus("[name=symbol]")
    strip = page.locator("[data-proposed=symbol] .strip")
    strip.wait_for()
    drawn = page.locator("rect.current[data-field=symbol]").bounding_box()
    assert strip.bounding_box()["width"] > 1.2 * drawn["width"]
    press(page, "F9")
    press(page, "F9")
    assert "150%" in page.locator("[data-zoomed]").inner_text()
    press(page, "Control+/")
    assert page.locator("[data-keys] dl").is_visible()


@pytest.mark.parametrize("size", [(1366, 768), (1920, 1080), (400, 800)])
def test_the_desk_fits(archivist, left, handed_in, size):
    hand_in(archivist, [left], handed_in, tray=OTHER_TRAY)
    open_item(archivist, left)
    archivist.page.set_viewport_size({"width": size[0], "height": size[1]})
    archivist.shoot(f"{size[0]}-desk")

    assert archivist.page.evaluate(OUTLINE) == []


def test_without_scripts_every_strip_and_field_is_there(browse, archivist, left, handed_in):
    hand_in(archivist, [left], handed_in, tray=OTHER_TRAY)
    plain = browse("luutru", java_script_enabled=False)
    plain.go(OTHER_TRAY)
    plain.page.get_by_role("link", name=left.name, exact=True).click()
    plain.page.focus("[name=symbol]")

    assert plain.page.locator("button[value=next]").is_visible()
    assert plain.page.locator("[data-keys] summary").is_visible()
    assert plain.page.locator("[data-proposed=symbol] .strip").is_visible()


def test_right_proposals_are_filed_in_four_keystrokes_and_the_next_paper_is_open(
    archivist, office, sent, handed_in
):
    """From the tray: one key opens the first, then each takes at most four, by Enter alone."""
    hand_in(archivist, sent, handed_in, tray=TRAY)
    page = archivist.page
    archivist.go(TRAY)
    page.get_by_role("link", name="Kiểm tra lần lượt").focus()
    press(page, "Enter")
    taken = {}
    for _ in sent:
        ready(page)
        name = page.locator(".titleline .below > span").first.inner_text()
        path = next(path for path in sent if path.name == name)
        assert page.input_value("[name=dossier]") == sent[path]
        archivist.shoot(f"keys-{path.name[:3]}")
        before, address = strokes(page), page.url
        # What wants a glance is accepted by Enter, field by field; the last key files.
        on_button = "() => document.activeElement?.matches('[data-main]')"
        while strokes(page) - before < MOST - 1 and not page.evaluate(on_button):
            press(page, "Enter")
        press(page, "Enter" if page.evaluate(on_button) else "Control+Enter")
        page.wait_for_url(lambda url, here=address: url != here)
        page.wait_for_selector(".filed")
        page.wait_for_load_state()
        taken[path] = strokes(page) - before

    assert set(taken) == set(sent)
    assert max(taken.values()) <= MOST
    filed = [
        line["number"]
        for code in set(sent.values())
        for line in office.hoso("dossier", "show", code, "--as", "luutru")[0]["documents"]
    ]
    # As the demo's plan numbers these decisions.
    assert {"71", "147", "149"} <= set(filed)


def test_ctrl_enter_files_at_once_and_two_keys_take_it_back(archivist, left, handed_in):
    """Escape goes to the undo of the last filing, Enter presses it."""
    hand_in(archivist, [left], handed_in, tray=OTHER_TRAY)
    open_item(archivist, left)
    page = archivist.page
    address = page.url.partition("?")[0]
    before = strokes(page)
    press(page, "Control+Enter")
    page.wait_for_selector(".filed")
    page.wait_for_load_state()
    assert strokes(page) - before == 1

    press(page, "Escape")
    page.wait_for_function("() => document.activeElement.matches('[data-undo-filing]')")
    press(page, "Enter")
    page.wait_for_url(f"{address}**")

    assert "Đã hoàn tác việc lưu" in archivist.texts("[role=status]")[0]
    assert page.input_value("[name=type]")
