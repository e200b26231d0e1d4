"""An employee sees the own dossier only; an account without roles, and a stranger, nothing."""

from __future__ import annotations

import re

import pytest


@pytest.fixture
def addresses(office):
    """Every dossier, paper and tray paper of others, and every unit."""
    found = []
    for dossier in office.hoso("dossier", "list", site=office.copy(office.live)):
        if dossier["code"] != "M-0001":
            found.append(f"/dossiers/{dossier['code']}")
            shown = (
                office.hoso("dossier", "show", dossier["code"])[0]
                if dossier["code"] == "M-0013"
                else {}
            )
            found += [f"/dossiers/M-0013/{paper['id']}" for paper in shown.get("documents", ())]
    return [*found, "/units/tinh-mau", "/units/tinh-mau/so-noi-vu"]


def body(answer):
    """The page without what differs by address and form."""
    return re.sub(r'(value|href|action)="[^"]*"', "", answer.text())


def test_an_employee_opens_the_own_dossier_and_no_other(browse, office, addresses):
    reader = browse("nhanvien")
    reader.go("/")
    reader.shoot("home-employee")
    reader.page.locator("main").get_by_role(
        "link", name=re.compile("M-0001|Nguyễn Thị Ngọc Thu")
    ).first.click()
    reader.page.wait_for_selector(".folder")
    assert reader.page.locator("h1").inner_text() == "Nguyễn Thị Ngọc Thu"
    reader.page.locator(".papers .title a").first.click()
    reader.page.wait_for_selector(".leaf img")
    reader.shoot("document-own")

    ask = reader.context.request
    unknown = ask.get(f"{office.url}/dossiers/M-7777")
    assert unknown.status == 404
    for address in addresses:
        hidden = ask.get(office.url + address)
        assert (address, 404, body(unknown)) == (address, hidden.status, body(hidden))
    for tool in ("/intake", "/due", "/journal", "/accounts", "/units", "/open"):
        assert ask.get(office.url + tool, max_redirects=0).status in {403, 404}, tool

    mine = office.hoso("dossier", "list", "--as", "nhanvien", status=1)
    assert mine == []
    own = office.hoso("dossier", "show", "M-0001", "--as", "nhanvien")[0]
    everything = office.hoso("dossier", "show", "M-0001")[0]
    assert own["documents"] == everything["documents"]
    office.hoso("dossier", "show", "M-0013", "--as", "nhanvien", status=1)


def test_an_employee_finds_only_the_own_papers(browse, office):
    reader = browse("nhanvien")
    reader.go("/search?q=quyết+định")
    codes = reader.texts(".hits > li > p:nth-of-type(1)")
    lines = office.hoso("search", "quyết định", "--as", "nhanvien")[:-1]

    assert codes
    assert all("M-0001" in line for line in codes)
    assert {"M-0001"} == {line["dossier"] for line in lines}
    assert len(lines) == len(codes)


def test_an_account_without_roles_sees_nothing(browse, office, addresses):
    reader = browse("khach")
    reader.go("/")
    reader.shoot("home-nobody")

    assert "chưa được giao vai trò" in reader.page.locator("main").inner_text()
    ask = reader.context.request
    for address in [*addresses, "/dossiers/M-0001"]:
        assert ask.get(office.url + address).status == 404, address
    for tool in ("/intake", "/due", "/journal", "/accounts", "/search?q=thu"):
        answer = ask.get(office.url + tool)
        assert answer.status in {403, 404}, tool
        assert "Ngọc Thu" not in answer.text()
    office.hoso("search", "thu", "--as", "khach", status=1)


def test_a_stranger_is_led_to_sign_in_and_then_back(browse, office):
    reader = browse()
    reader.go("/dossiers/M-0001")
    assert reader.page.url.startswith(f"{office.url}/sign-in")
    reader.shoot("sign-in")
    reader.page.fill("[name=login]", "tccb")
    reader.page.fill("[name=password]", "sai")
    reader.page.click("button.main")
    reader.page.wait_for_selector("#refusal")
    reader.shoot("sign-in-refused")
    reader.page.fill("[name=password]", "ho-so-mau-2026")
    reader.page.click("button.main")
    reader.page.wait_for_selector(".folder")

    assert reader.page.url.rstrip("/") == f"{office.url}/dossiers/M-0001"
