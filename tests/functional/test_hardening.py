"""Requests that are none, answers that give nothing away, and how often one may ask."""

from __future__ import annotations

import dataclasses
import io
import logging
import re
from pathlib import Path

import pytest
from webob import Request
from webtest import TestApp

from hoso.app.wsgi import application
from hoso.http.rates import Rates
from hoso.http.redaction import Discreet
from hoso.testing.passwords import PASSWORD
from hoso.testing.permission_doors import Doors
from hoso.testing.things import a_filed_paper, bytes_of

WEB = Path(__file__).resolve().parents[2] / "src" / "hoso" / "web"


def mark_of(browser, page="/about"):
    return next(f for f in browser.get(page).forms.values() if "csrf_token" in f.fields)[
        "csrf_token"
    ].value


# Answers -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "address", ["/sign-in", "/dossiers/T-0001", "/khong-co", "/static/hoso.css"]
)
def test_every_answer_says_what_a_browser_must_not_do(browse, address):
    headers = browse("clerk").get(address, expect_errors=True).headers

    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    for device in ("camera", "microphone", "geolocation", "usb", "payment"):
        assert f"{device}=()" in headers["Permissions-Policy"]
    assert "Strict-Transport-Security" not in headers


def test_over_tls_a_browser_never_comes_back_without(browse, site):
    site.settings = dataclasses.replace(site.settings, secure_cookies=True)

    headers = browse().get("/sign-in").headers

    # RFC 6797 section 6.1.1: seconds; a year.
    assert headers["Strict-Transport-Security"] == "max-age=31536000"


def test_the_server_does_not_say_what_it_is_made_of(browse):
    headers = browse("clerk").get("/about").headers

    assert not {"server", "x-powered-by"} & {name.lower() for name in headers}


def test_a_table_to_be_saved_has_an_origin_of_its_own(browse, as_):
    with as_("officer") as desk:
        paper = a_filed_paper(desk, desk.site.dossiers["T-0001"])
        uid = paper.uid

    answer = browse("clerk").get(f"/dossiers/T-0001/{uid}/original")

    assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"


def test_a_type_nobody_thought_of_is_sent_to_be_saved(site):
    def odd(_request):
        from pyramid.response import Response

        return Response(b"<script>", content_type="application/x-shockwave-flash")

    def also(config):
        config.add_route("odd", "/odd")
        config.add_public_view(odd, route_name="odd")

    answer = TestApp(application(site, also)).get("/odd")

    assert answer.headers["Content-Disposition"] == "attachment"
    assert answer.headers["Content-Security-Policy"].startswith("sandbox")


INLINE = re.compile(
    r"<script(?![^>]*\bsrc=)|<style|\sstyle\s*=|\son[a-z]+\s*=\s*[\"']|javascript:|\|\s*safe\b"
    r"|autoescape\s+false",
    re.IGNORECASE,
)


def test_no_template_holds_code_style_or_trust_in_a_value():
    found = [
        (path.name, match[0])
        for path in (WEB / "templates").rglob("*.jinja2")
        for match in INLINE.finditer(path.read_text(encoding="utf-8"))
    ]

    assert found == []


def test_no_python_of_the_pages_makes_markup_of_a_value():
    found = [
        path.name
        for path in WEB.rglob("*.py")
        if re.search(r"\bMarkup\(|\.format_html|text_template", path.read_text(encoding="utf-8"))
    ]

    assert found == []


def test_no_script_of_ours_makes_code_or_markup_of_text():
    risky = re.compile(
        r"\beval\(|new Function\(|\.innerHTML\s*=|document\.write|insertAdjacentHTML"
    )
    found = [
        (path.name, match[0])
        for path in (WEB / "static").rglob("*.js")
        for match in risky.finditer(path.read_text(encoding="utf-8"))
    ]

    assert found == []


# Requests ------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["TRACE", "TRACK", "CONNECT", "DEBUG", "PROPFIND", "get"])
def test_methods_nobody_needs_are_not_answered(site, method):
    answer = Request.blank("/sign-in", method=method, headers={"Cookie": "hoso=abc"}).get_response(
        application(site)
    )

    assert 400 <= answer.status_int < 500
    assert "hoso=abc" not in answer.text


def test_a_page_of_another_site_can_post_nothing_even_with_the_right_mark(browse, site):
    clerk = browse("clerk")
    mark = mark_of(clerk)
    form = {"csrf_token": mark, "name": "Khác", "revision": "1"}

    for headers in (
        {"Origin": "https://ke-gian.example"},
        {"Origin": "null"},
        {"Origin": "http://localhost.ke-gian.example"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site", "Origin": "http://localhost"},
    ):
        clerk.post("/dossiers/T-0001/edit", form, headers=headers, status=400)

    with site.databases.connection() as connection:
        assert connection.root()["site"].dossiers["T-0001"].name == "Nguyễn Văn Mẫu"


def test_a_form_of_this_site_is_taken_also_where_the_browser_says_so(browse):
    clerk = browse("clerk")
    form = {"csrf_token": mark_of(clerk), "language": "en"}

    clerk.post(
        "/language",
        form,
        headers={"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"},
        status=303,
    )


def test_every_address_that_is_posted_to_wants_the_mark_of_the_form(site):
    """Programs bring a key that no browser sends by itself; all others bring the mark."""
    introspector = application(site).registry.introspector
    without = {
        view["route_name"]
        for one in introspector.get_category("views")
        for view in [one["introspectable"]]
        if view.get("require_csrf") is False and view["route_name"]
    }

    assert {name for name in without if not name.startswith("api")} == set()


def test_every_changing_address_is_closed_to_who_brings_no_mark(site):
    """Asked of each: signed in, everything right but the mark."""
    doors = Doors(site, drawn=True)
    doors.sign_in("officer", "archivist", "admin")
    taken = []
    for door in doors.all():
        if door.method in {"GET", "HEAD", "OPTIONS"} or door.place.startswith("/api/"):
            continue
        address = re.sub(r"\{\w+\}", "x", door.place) if door.is_route else "/dossiers/T-0001/"
        for login in ("officer", "admin"):
            answer = doors.ask(door, address, login=login, headers={"X-CSRF-Token": "guessed"})
            if answer.status_int < 400:
                taken.append((door.title, answer.status))

    assert taken == []


@pytest.fixture
def named(site):
    """The application of a site that knows its names."""
    site.settings = dataclasses.replace(site.settings, hosts=("hoso.example.vn",))
    return TestApp(application(site))


@pytest.mark.parametrize("name", ["ke-gian.example", "hoso.example.vn.ke-gian.example"])
def test_a_name_that_is_not_ours_is_answered_nothing(named, name):
    answer = named.get("/sign-in", headers={"Host": name}, expect_errors=True)

    assert answer.status_int == 400
    assert "ke-gian" not in answer.text


@pytest.mark.parametrize("name", ["hoso.example.vn", "HOSO.example.vn:8443", "localhost:6543"])
def test_our_names_are_answered_with_any_port(named, name):
    named.get("/sign-in", headers={"Host": name}, status=200)


# How often -----------------------------------------------------------------------------------


@pytest.fixture
def hurried(site):
    """A browser of the clerk on a site with narrow limits."""
    served = application(site)
    served.registry.rates = Rates.of(searches=3, makings=1, misses=4)
    browser = TestApp(served)
    form = browser.get("/sign-in").forms[0]
    form["login"], form["password"] = "clerk", PASSWORD
    form.submit(status=303)
    return browser


def test_who_searches_too_often_is_told_when_to_come_back(hurried, follow):
    """RFC 6585 section 4."""
    follow()
    for _ in range(3):
        hurried.get("/search?q=luong", status=200)

    told = hurried.get("/search?q=luong", status=429)

    assert told.headers["Retry-After"] == "20"
    assert "20" in told.text
    hurried.get("/dossiers/T-0001", status=200)


def test_who_guesses_addresses_is_slowed_down(hurried):
    for number in range(4):
        hurried.get(f"/dossiers/T-9{number}", status=404)

    assert hurried.get("/dossiers/T-99", status=429).headers["Retry-After"] == "15"
    hurried.get("/dossiers/T-0001", status=200)


def test_being_slowed_down_does_not_tell_what_is_there(hurried, as_):
    from hoso.testing.things import a_dossier

    with as_("archivist") as desk:
        a_dossier(desk, code="T-0900", unit="ben")
    for number in range(4):
        hurried.get(f"/dossiers/T-9{number}", status=404)

    hurried.get("/dossiers/T-0900", status=429)
    hurried.get("/dossiers/T-0999", status=429)


# Logs ----------------------------------------------------------------------------------------


def test_no_secret_is_in_the_log_when_a_page_breaks_down(site):
    """At every level, also in the trace of an accident that quotes the request."""
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    handler.setFormatter(Discreet("%(message)s"))
    root = logging.getLogger()
    before = root.level
    root.addHandler(handler)
    root.setLevel(1)

    def also(config):
        config.add_route("broken", "/broken")
        config.add_public_view(_broken, route_name="broken", request_method="POST")

    try:
        browser = TestApp(application(site, also))
        form = browser.get("/sign-in").forms[0]
        form["login"], form["password"] = "clerk", PASSWORD
        form.submit(status=303)
        mark = mark_of(browser)
        session = browser.cookies["hoso"]
        browser.post(
            "/broken",
            {"csrf_token": mark, "password": "bi-mat-rieng-1"},
            headers={"Authorization": "Bearer hoso_abcdefghijklmnopqrstuvwxyz"},
            status=500,
        )
    finally:
        root.removeHandler(handler)
        root.setLevel(before)

    said = out.getvalue()
    assert "/broken failed" in said
    assert "ValueError" in said
    for secret in (session, mark, PASSWORD, "bi-mat-rieng-1", "abcdefghijklmnopqrstuvwxyz"):
        assert secret not in said


def _broken(request):
    raise ValueError(f"{request.POST} {request.cookies} {request.headers['Authorization']}")


# Names of files ------------------------------------------------------------------------------

EVIL = (
    "../../../mau.pdf",
    "/etc/passwd",
    "..\\..\\mau.pdf",
    "a\x00b.pdf",
    ".",
    "..",
    "-rf",
    "a" * 400,
)


def test_the_name_of_a_file_is_never_a_path(browse, site):
    def everything():
        return {path for path in site.path.parent.rglob("*") if path.is_file()}

    clerk = browse("clerk")
    page = clerk.get("/intake")
    mark = page.forms[0]["csrf_token"].value if page.forms else mark_of(clerk)
    unit = "nhanh"
    before = everything()
    for number, name in enumerate(EVIL):
        clerk.post(
            "/intake",
            {"csrf_token": mark, "unit": unit},
            upload_files=[("files", name, bytes_of(f"evil {number}"))],
            expect_errors=True,
        )

    new = {path.relative_to(site.path).parts[0] for path in everything() - before}
    assert new <= {"blobs", "spool", "index", "main.fs.lock", "journal.fs.lock", "work"}
    assert not [p for p in everything() - before if "mau" in p.name or "passwd" in p.name]
