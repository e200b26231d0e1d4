"""Whatever is typed, sent or asked, a page answers; it never breaks down."""

from __future__ import annotations

import gc
from urllib.parse import quote

import pytest
from webob import Request

from hoso.testing.things import a_filed_paper, a_waiting_paper

ODD = (
    "",
    "%",
    "'\"><script>",
    "\x00",
    "a\r\nSet-Cookie: a=b",
    "../../etc/passwd",
    "-1",
    "9" * 30,
    "9" * 5000,
    "１２",
    "²",
    "٣",
    "\ud7ff\uffff\U0010ffff",
    "e\u0301" * 40,
    "31/02/2019",
    "31/12/9999",
    "01/01/0001",
    "0000",
    "9999",
    "2019-02-31",
    "{0} {reason} %s",
    "2026-03-02/zz/00d/9",
    "a" * 3000,
    "a b " * 10_000,
    '"' * 99,
    "đơn vị:x năm:99999 mức:9 -",
)
FIELDS = {
    "/": ("done",),
    "/sign-in": ("back", "done"),
    "/dossiers": ("text", "unit", "status", "page"),
    "/units/goc/nhanh": ("page",),
    "/intake": ("unit",),
    "/intake/progress": ("unit",),
    "/intake/dossiers": ("q",),
    "/search": ("q", "type", "form", "year", "unit", "level", "section", "dossier", "sort", "page"),
    "/search/suggest": ("q",),
    "/due": ("on", "unit", "page"),
    "/journal": ("day", "of", "after"),
    "/dossiers/T-0001": ("done",),
    "/dossiers/T-0001/why": ("on",),
}
PLACES = ("/{}", "/dossiers/{}", "/dossiers/T-0001/{}", "/tray/{}", "/units/{}", "/accounts/{}")
READERS = ("officer", "auditor")


@pytest.fixture(autouse=True)
def _temporary_files_go_with_their_test():
    yield
    gc.collect()
    # What outlived it stays: the next look need not go through it.
    gc.freeze()


# Long bodies go through a temporary file that WebOb leaves to the garbage collector.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")


@pytest.fixture
def office(as_, follow):
    """Two papers, filed and waiting; their addresses."""
    with as_("officer") as desk:
        filed = a_filed_paper(desk, desk.site.dossiers["T-0001"], words="Nâng bậc lương")
        waiting = a_waiting_paper(desk, words="Giấy khác")
        places = (f"/dossiers/T-0001/{filed.uid}/", f"/tray/{waiting.uid}/")
    follow()
    return places


@pytest.mark.parametrize("login", READERS)
def test_nothing_typed_behind_the_question_mark_breaks_a_page(browse, office, login):
    browser = browse(login)

    broken = []
    for address, names in FIELDS.items():
        # A first fault hides the others: search is asked by each field alone.
        for some in [(name,) for name in names] if address == "/search" else [names]:
            for value in ODD:
                answer = browser.get(address, dict.fromkeys(some, value), expect_errors=True)
                if answer.status_int >= 500:
                    broken.append((address, some, value[:40]))

    assert broken == []


@pytest.mark.parametrize("login", ["", "officer"])
def test_no_odd_address_breaks_a_page(browse, office, login):
    browser = browse(login)

    broken = []
    for place in (*PLACES, *(f"{filed}page/{{}}" for filed in office)):
        for value in ODD:
            address = place.format(quote(value[:2000].encode("utf-8", "surrogatepass"), safe=""))
            answer = browser.get(address, expect_errors=True)
            if answer.status_int >= 500:
                broken.append(address[:80])

    assert broken == []


@pytest.mark.parametrize("query", ["q=%ff", "q=%ed%a0%80", "done=%fe", "page=%ff&q=a"])
def test_a_question_whose_bytes_are_no_text_is_a_bad_request(site, browse, query):
    browser = browse("officer")

    for address in ("/search", "/", "/sign-in", "/dossiers"):
        answer = browser.get(f"{address}?{query}", expect_errors=True)

        assert answer.status_int in {200, 303, 400, 404}


def _posts(browser, page):
    """The forms of a page that change something, by address, with their fields."""
    for form in browser.get(page).forms.values():
        if form.method.lower() == "post" and not form.action.endswith(("/sign-out", "/language")):
            names = [n for n in form.fields if n and n not in {"csrf_token", "revision"}]
            yield form.action, names, form["csrf_token"].value


@pytest.mark.parametrize(
    ("login", "pages"),
    [
        ("officer", ("/open", "/dossiers/T-0001", "{0}", "{0}edit", "{0}withdraw", "{1}")),
        ("clerk", ("/intake", "/password")),
        ("admin", ("/accounts", "/accounts/clerk")),
        ("", ("/sign-in",)),
    ],
    ids=["officer", "clerk", "admin", "stranger"],
)
def test_nothing_typed_into_a_form_breaks_a_page(browse, office, login, pages):
    browser = browse(login)

    broken = []
    for page in pages:
        for action, names, mark in _posts(browser, page.format(*office)):
            address = action or page.format(*office)
            for value in ODD:
                typed = {**dict.fromkeys(names, value), "csrf_token": mark, "revision": value}
                answer = browser.post(address, typed, expect_errors=True)
                if answer.status_int >= 500:
                    broken.append((action, value[:40]))
    assert broken == []


@pytest.mark.parametrize(
    ("login", "page"),
    [("officer", "/dossiers/T-0001"), ("admin", "/accounts/clerk"), ("", "/sign-in"),
     ("clerk", "/password"), ("clerk", "/intake"), ("officer", "/open")],
)  # fmt: skip
def test_a_file_sent_where_text_belongs_is_told_not_broken(browse, office, login, page):
    browser = browse(login)

    for action, names, mark in list(_posts(browser, page)):
        files = [(name, "a.txt", b"a") for name in names]
        answer = browser.post(
            action or page, {"csrf_token": mark}, upload_files=files, expect_errors=True
        )

        assert answer.status_int < 500, action


@pytest.mark.parametrize(
    "body",
    [
        b"\xff\xfe",
        b"login=%ff&password=%ff",
        b"--x\r\nContent-Disposition: form-data\r\n\r\n",
        b"a",
    ],
)
@pytest.mark.parametrize(
    "kind",
    ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "multipart/form-data",
     "application/json", "text/plain; charset=utf-7", "text/plain; charset=none", ""],
)  # fmt: skip
def test_a_body_that_is_no_form_is_a_bad_request(browse, body, kind):
    browser = browse()
    mark = browser.get("/sign-in").forms[0]["csrf_token"].value

    answer = browser.post(
        "/sign-in", body, headers={"Content-Type": kind, "X-CSRF-Token": mark}, expect_errors=True
    )

    assert answer.status_int in {400, 401, 415}


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "HEAD", "TRACE"])
def test_no_other_verb_of_http_breaks_a_page_or_changes_anything(browse, office, entries, method):
    browser = browse("officer")
    mark = browser.get("/open").forms[0]["csrf_token"].value
    before = _deeds(entries())

    for page in ("/", "/open", "/dossiers/T-0001", "/dossiers/T-0001/close", office[0], office[1]):
        request = Request.blank(page, method=method, headers={"X-CSRF-Token": mark})
        answer = browser.do_request(request, expect_errors=True)

        assert answer.status_int < 500

    # The clock stands still, so that entries have no order to tell new ones by.
    new = _deeds(entries())
    for entry in before:
        new.remove(entry)
    assert new == []


def _deeds(entries):
    looks = (".seen", "-listed")
    return [e for e in entries if not e.verb.endswith(looks) and e.verb != "address.unknown"]
