"""A records officer records a retirement: everything is said before, then done, then undone."""

from __future__ import annotations

import pytest

#: Serves, and does again at the end.
CODE = "M-0009"
LOGIN = "nguoi.nghi"


@pytest.fixture
def account(browse):
    """The person has an account, issued by the administrator."""
    admin = browse("quantri")
    admin.go("/accounts")
    page = admin.page
    form = page.locator("form", has=page.locator("[name=login]")).first
    form.locator("[name=login]").fill(LOGIN)
    form.locator("[name=name]").fill("Người sắp nghỉ")
    form.locator("[name=unit]").select_option(index=1)
    form.locator("[name=dossier]").fill(CODE)
    form.locator("[name=kind]").select_option("personal")
    form.locator("button").last.click()
    page.wait_for_load_state()
    return admin


def test_a_retirement_is_seen_before_it_is_recorded_and_closes_what_it_said(
    browse, office, account
):
    officer = browse("tccb")
    page = officer.page
    officer.go(f"/dossiers/{CODE}/")
    page.get_by_role("link", name="Ghi nhận thôi làm việc").click()
    officer.shoot("leaving-form")
    page.select_option("#f-kind", "retirement")
    page.fill("#f-effective", "01/06/2026")
    page.fill("#f-decision", "12/QĐ-UBND")
    page.select_option("#f-form", "DUNG_TUOI")
    page.get_by_role("button", name="Xem trước").click()

    page.wait_for_selector("#preview")
    officer.shoot("leaving-preview")
    said = page.locator("section", has=page.locator("#preview")).inner_text()
    # Seventy years from the end of 2026 (TT 10/2022/TT-BNV).
    for words in (LOGIN, "Nghỉ hưu", "01/06/2026", "01/01/2097", "Phiếu bổ sung lý lịch"):
        assert words in said
    page.get_by_role("button", name="Ghi nhận", exact=True).click()

    page.wait_for_selector(".notice.good")
    officer.shoot("leaving-recorded")
    assert page.locator("table .badge", has_text="trễ").count() == 5
    page.locator("tr", has_text="bản sao").locator("summary").click()
    note = page.locator("tr", has_text="bản sao").locator("[name=note]")
    note.fill("Đã trao ngày 02/06/2026")
    note.press("Enter")
    page.wait_for_selector("tr:has-text('Đã trao ngày')")
    account.go(f"/accounts/{LOGIN}")
    account.shoot("leaving-account")
    assert "01/06/2026" in account.page.locator("main").inner_text()

    officer.go(f"/dossiers/{CODE}/why")
    told = page.locator("ul.why").first.inner_text()
    assert "Rời công vụ hoặc từ trần" in told
    assert "01/06/2026" in told
    head = browse("thutruong")
    head.go("/left?late=1")
    head.shoot("leaving-late")
    for width in (400, 1920):
        small = browse("tccb", viewport={"width": width, "height": 900})
        small.go(f"/dossiers/{CODE}/leaving")
        small.shoot(f"leaving-{width}")
        assert small.page.evaluate("document.documentElement.scrollWidth") <= width

    officer.go(f"/dossiers/{CODE}/leaving")
    page.get_by_text("Ghi nhầm: hủy ghi nhận").click()
    page.fill("#undo-reason", "Nhầm người")
    page.get_by_role("button", name="Hủy ghi nhận").click()
    page.wait_for_selector(".notice.good")
    officer.shoot("leaving-undone")
    assert "Nhầm người" in page.locator("main").inner_text()
    account.go(f"/accounts/{LOGIN}")
    assert "01/06/2026" not in account.page.locator("main").inner_text()


def test_the_forecast_and_a_handover_read_well(browse, office):
    head = browse("tccb")
    head.go("/forecast?first=01/2040&months=12")
    head.shoot("forecast")
    asked = ("career", "forecast", "--first", "2040-01", "--months", 12, "--as", "tccb")
    lines = office.hoso(*asked)
    assert lines
    assert head.page.locator("main tbody tr").count() == len(lines)
    head.go(f"/custody/new?dossier={CODE}")
    head.shoot("handover-new")
    page = head.page
    page.select_option("#f-target", index=2)
    page.fill("#f-decision", "7/QĐ-UBND")
    page.fill("#f-envelope", "PB-01")
    page.get_by_role("button", name="Ký danh mục").click()
    page.wait_for_selector(".notice.good, .notice.bad")
    head.shoot("handover-sent")
    other = browse("luutru")
    other.go(page.url.removeprefix(other.url).partition("?")[0])
    other.shoot("handover-receive")
    other.page.locator("summary", has_text="Không thống nhất").click()
    other.page.fill("#dispute-reason", "Thiếu một tờ")
    other.page.locator("button[value=dispute]").click()
    other.page.wait_for_selector(".notice.good")
    head.go("/custody")
    head.shoot("handovers")
    page.locator("tbody a").first.click()
    page.get_by_text("Thu hồi", exact=True).first.click()
    page.fill("#recall-reason", "Gửi lại sau")
    page.locator("button[value=recall]").click()
    page.wait_for_selector(".notice.good")
