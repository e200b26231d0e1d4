"""Who may come in, what they are shown, and that nobody else sees anything."""

from __future__ import annotations

import pytest

from hoso.testing.passwords import PASSWORD

TOOLS = ("/dossiers", "/open", "/units", "/intake", "/search", "/due", "/journal", "/accounts")
# Which of the tools each account of the profile ``test`` may open, by the matrix in
# profiles/base/roles.csv, read by hand.
OPEN_TO = {
    "clerk": {"/dossiers", "/open", "/units", "/intake", "/search", "/due"},
    "head": {"/dossiers", "/units", "/search", "/due"},
    "officer": {"/dossiers", "/open", "/units", "/intake", "/search", "/due"},
    "archivist": {"/dossiers", "/units", "/intake", "/search", "/due"},
    "auditor": {"/dossiers", "/units", "/due", "/journal", "/accounts"},
    "employee": {"/search"},
    "admin": {"/units", "/accounts"},
    "nobody": set(),
}


@pytest.mark.parametrize("login", OPEN_TO)
def test_each_role_opens_its_own_tools_and_no_other(browse, follow, login):
    follow()
    browser = browse(login)

    opened = {tool for tool in TOOLS if browser.get(tool, expect_errors=True).status_int == 200}

    assert OPEN_TO[login] == opened


@pytest.mark.parametrize("login", OPEN_TO)
def test_the_menu_offers_only_what_opens(browse, follow, login):
    follow()
    browser = browse(login)

    menu = browser.get("/").html.select(".nav a")

    assert [200] * len(menu) == [
        browser.get(a["href"], expect_errors=True).status_int for a in menu
    ]


@pytest.mark.parametrize("tool", ["/", *TOOLS, "/about", "/password", "/dossiers/T-0001"])
def test_a_stranger_is_sent_to_sign_in(browse, tool):
    answer = browse().get(tool, status=303)

    assert "/sign-in" in answer.location


def test_after_signing_in_one_is_where_one_wanted_to_be(browse, follow):
    follow()
    browser = browse()
    form = browser.get("/dossiers?text=m%E1%BA%ABu").follow().forms[0]
    form["login"], form["password"] = "clerk", PASSWORD

    answer = form.submit(status=303)

    assert answer.location.endswith("/dossiers?text=m%E1%BA%ABu")


@pytest.mark.parametrize("back", ["https://example.org/", "//example.org/", "/\\example.org"])
def test_signing_in_never_leads_to_another_site(browse, back):
    browser = browse()
    form = browser.get("/sign-in", params={"back": back}).forms[0]
    form["login"], form["password"] = "clerk", PASSWORD

    assert form.submit(status=303).location == "http://localhost/"


@pytest.mark.parametrize("login", ["clerk", "khong-co-ai"])
def test_a_wrong_password_and_an_unknown_account_read_the_same(browse, login):
    form = browse().get("/sign-in").forms[0]
    form["login"], form["password"] = login, "sai"

    answer = form.submit(status=401)

    assert "Tên tài khoản hoặc mật khẩu không đúng." in answer
    assert login == answer.forms[0]["login"].value
    assert answer.forms[0]["password"].value == ""


def test_wrong_passwords_are_counted_and_journalled(browse, entries):
    browser = browse()
    for _ in range(2):
        form = browser.get("/sign-in").forms[0]
        form["login"], form["password"] = "clerk", "sai"
        form.submit(status=401)

    assert [entry.outcome for entry in entries("account.sign-in")] == ["refused", "refused"]


def test_signing_out_ends_the_session_on_the_server(browse):
    browser = browse("clerk")
    kept = browser.cookies["hoso"]
    browser.get("/about").forms[0].submit(status=303)

    browser.set_cookie("hoso", kept)

    assert "/sign-in" in browser.get("/", status=303).location


def test_who_has_a_first_password_chooses_another_before_all_else(browse, site):
    with site.databases.connection() as connection:
        connection.root()["accounts"].by_login["clerk"].must_change = True
        connection.transaction_manager.commit()
    browser = browse("clerk")

    form = browser.get("/").follow().forms[0]
    form["old"], form["new"], form["again"] = PASSWORD, "mot cau that dai va de nho", "khac"
    refused = form.submit(status=422)
    form["again"] = "mot cau that dai va de nho"
    form.submit(status=303)

    assert "Hai lần nhập mật khẩu mới không giống nhau." in refused
    assert browser.get("/", status=200).html.select(".nav a") != []


def test_the_language_is_kept_and_the_page_comes_back(browse, follow):
    follow()
    browser = browse("clerk")
    form = next(
        form for form in browser.get("/units").forms.values() if form.action.endswith("/language")
    )

    page = form.submit("language", value="en").follow()

    assert page.html.h1.text == "Units"
    assert page.html.html["lang"] == "en"


def test_a_form_without_its_own_mark_is_refused(browse):
    answer = browse("clerk").post("/sign-out", status=400)

    assert "Yêu cầu này không hiểu được" in answer.html.h1.text


def test_an_employee_sees_the_own_dossier_and_no_other(browse, as_, follow):
    from hoso.testing.things import a_dossier

    with as_("officer") as desk:
        a_dossier(desk, code="T-0002")
    browser = browse("employee")

    own = browser.get("/dossiers/T-0001", status=200)
    browser.get("/dossiers/T-0002", status=404)

    assert own.html.h1.text == "Nguyễn Văn Mẫu"
    assert own.html.select("#acts") == []
    assert "/dossiers/T-0001" in str(browser.get("/").html.main)
