"""What every answer carries, how the session is kept, what a form must bring along."""

from __future__ import annotations

import pytest

from hoso.testing.passwords import PASSWORD
from hoso.testing.things import a_filed_paper

TOOLS = ["/", "/sign-in", "/dossiers", "/units", "/search?q=luong", "/intake", "/khong-co-gi"]


def policy_of(response):
    parts = (part.split() for part in response.headers["Content-Security-Policy"].split(";"))
    return {words[0]: set(words[1:]) for words in parts}


@pytest.mark.parametrize("address", [*TOOLS, "/dossiers/T-0999", "/static/hoso.css"])
@pytest.mark.parametrize("login", ["", "clerk"])
def test_every_answer_forbids_what_no_page_needs(browse, follow, login, address):
    """Refusals, redirects and static files too."""
    follow()

    response = browse(login).get(address, expect_errors=True)

    policy = policy_of(response)
    assert policy["default-src"] <= {"'self'", "'none'"}
    assert policy["frame-ancestors"] == policy["object-src"] == policy["base-uri"] == {"'none'"}
    assert not {"'unsafe-inline'", "'unsafe-eval'", "*"} & set().union(*policy.values())
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["X-Frame-Options"] == "DENY"
    assert response.headers["Referrer-Policy"] == "same-origin"


def test_pages_of_people_stay_in_no_cache(browse):
    assert browse("clerk").get("/dossiers/T-0001").headers["Cache-Control"] == "no-store"


def test_a_picture_that_was_kept_is_shown_again_only_after_asking(browse, as_):
    """Whoever signs in next at the same machine, or nobody, has the same browser cache."""
    with as_("officer") as desk:
        paper = a_filed_paper(desk, desk.site.dossiers["T-0001"])
        address = f"/dossiers/T-0001/{paper.uid}/page/page-0001"
    browser = browse("clerk")
    shown = browser.get(address)
    kept = {"If-None-Match": shown.headers["ETag"]}

    again = browser.get(address, headers=kept, status=304)
    form = next(f for f in browser.get("/about").forms.values() if f.action.endswith("/sign-out"))
    out = form.submit(status=303)

    assert shown.headers["Cache-Control"] == again.headers["Cache-Control"] == "private, no-cache"
    assert out.headers["Clear-Site-Data"] == '"cache"'
    assert "/sign-in" in browser.get(address, headers=kept, status=303).location


def cookies_of(response):
    return {
        header.split("=", 1)[0]: {part.strip().lower() for part in header.split(";")[1:]}
        for header in response.headers.getall("Set-Cookie")
    }


def sign_in(browser, login="clerk", password=PASSWORD):
    form = browser.get("/sign-in").forms[0]
    form["login"], form["password"] = login, password
    return form.submit(expect_errors=True)


def test_the_session_cookie_is_out_of_reach_of_scripts_and_other_sites(browse):
    flags = cookies_of(sign_in(browse()))["hoso"]

    assert {"httponly", "samesite=lax", "path=/"} <= flags
    assert "max-age=36000" in flags


def test_over_https_the_cookie_goes_nowhere_else(browse, site):
    import dataclasses

    site.settings = dataclasses.replace(site.settings, secure_cookies=True)

    cookies = cookies_of(sign_in(browse()))
    # RFC 6265bis 4.1.3: a browser takes neither name without what it promises.
    assert {"__Host-hoso", "__Secure-hoso_device"} <= set(cookies)
    assert {"secure", "path=/"} <= cookies["__Host-hoso"]
    assert {"secure", "path=/sign-in", "httponly"} <= cookies["__Secure-hoso_device"]


def test_each_sign_in_has_a_session_of_its_own(browse):
    """A token planted before signing in is worth nothing afterwards (session fixation)."""
    browser = browse()
    browser.set_cookie("hoso", "planted")

    sign_in(browser)

    assert browser.cookies["hoso"] != "planted"


def test_a_session_is_over_after_ten_hours(browse, clock):
    from datetime import timedelta

    browser = browse("clerk")
    browser.get("/dossiers/T-0001")

    clock.advance(timedelta(hours=10, seconds=1))

    assert "/sign-in" in browser.get("/dossiers/T-0001", status=303).location


def test_a_changed_password_ends_the_sessions_elsewhere(browse):
    here, elsewhere = browse("clerk"), browse("clerk")
    form = next(f for f in here.get("/password").forms.values() if "old" in f.fields)
    form["old"] = PASSWORD
    form["new"] = form["again"] = "mot-cau-dai-va-rieng"

    form.submit(status=303)

    here.get("/dossiers/T-0001", status=200)
    elsewhere.get("/dossiers/T-0001", status=303)


def test_a_first_password_opens_nothing_but_the_way_to_ones_own(browse, site):
    from hoso.access.accounts import accounts_of

    site.databases.attempt(
        lambda c: setattr(accounts_of(c.root()).by_login["clerk"], "must_change", True)
    )
    browser = browse("clerk")

    assert browser.get("/dossiers/T-0001", status=303).location.endswith("/password")
    browser.get("/password", status=200)


def test_a_post_without_the_mark_of_its_form_does_nothing(browse, site):
    clerk = browse("clerk")

    clerk.post("/dossiers/T-0001/edit", {"name": "Khác", "revision": "1"}, status=400)

    with site.databases.connection() as connection:
        assert connection.root()["site"].dossiers["T-0001"].name == "Nguyễn Văn Mẫu"


def test_the_mark_of_another_browser_is_not_taken(browse):
    other = browse("officer").get("/dossiers/T-0001")
    token = next(f for f in other.forms.values() if "csrf_token" in f.fields)["csrf_token"].value

    browse("clerk").post(
        "/dossiers/T-0001/edit", {"name": "Khác", "revision": "1", "csrf_token": token}, status=400
    )


@pytest.mark.parametrize(
    "mime",
    ["text/html", "image/svg+xml", "application/xhtml+xml", "text/xml", "application/javascript"],
)
def test_what_could_run_is_handed_out_as_bytes_to_be_saved(browse, as_, mime):
    with as_("clerk") as desk:
        paper = a_filed_paper(desk, desk.site.dossiers["T-0001"], title='<b>"x"</b>\r\nX: y')
        paper.renditions["original"].mime = mime
        uid = paper.uid

    response = browse("clerk").get(f"/dossiers/T-0001/{uid}/original")

    assert response.content_type == "application/octet-stream"
    assert response.headers["Content-Disposition"].startswith("attachment;")
    assert "\n" not in response.headers["Content-Disposition"]
    assert policy_of(response)["default-src"] == {"'none'"}
    assert "sandbox" in policy_of(response)
    assert "X" not in response.headers


@pytest.mark.parametrize("mime", ["text/html", "image/svg+xml"])
def test_a_page_picture_that_is_none_is_not_shown(browse, as_, mime):
    with as_("clerk") as desk:
        paper = a_filed_paper(desk, desk.site.dossiers["T-0001"])
        paper.renditions["page-0001"].mime = mime
        uid = paper.uid

    response = browse("clerk").get(f"/dossiers/T-0001/{uid}/page/page-0001")

    assert response.content_type == "application/octet-stream"


def test_a_download_is_the_bytes_that_came_in_in_whole_or_in_part(browse, as_):
    """RFC 9110 section 14: ranges."""
    with as_("clerk") as desk:
        paper = a_filed_paper(desk, desk.site.dossiers["T-0001"], words="nguyên văn")
        uid, digest = paper.uid, paper.sha256
    clerk = browse("clerk")

    whole = clerk.get(f"/dossiers/T-0001/{uid}/original")
    part = clerk.get(f"/dossiers/T-0001/{uid}/original", headers={"Range": "bytes=0-7"}, status=206)

    import hashlib

    assert hashlib.sha256(whole.body).hexdigest() == digest
    assert part.body == b"%PDF-1.7"


def test_five_wrong_passwords_shut_the_door_and_say_no_more(browse, entries):
    browser = browse()
    answers = [sign_in(browser, password="sai") for _ in range(5)]

    last = sign_in(browser)

    assert {answer.status_int for answer in answers} == {401}
    # RFC 6585: too many requests; what is not tried is no entry.
    assert (last.status_int, last.headers["Retry-After"]) == (429, "5")
    assert [e.outcome for e in entries("account.sign-in")] == ["refused"] * 5


def test_an_account_locked_now_is_out_now(browse, as_):
    from hoso.desk import people

    clerk = browse("clerk")
    with as_("admin") as desk:
        people.lock(desk, desk.site, login="clerk", reason="Nghỉ việc")

    clerk.get("/dossiers/T-0001", status=303)
