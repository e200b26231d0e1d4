"""Ways in as people live them: codes, recovery, sessions, a directory, a provider, two hats."""

from __future__ import annotations

import dataclasses
import hashlib
import re
from datetime import timedelta
from types import MappingProxyType
from urllib.parse import urlsplit

import pyotp
import pytest
import requests
import zxingcpp

from hoso.access.accounts import accounts_of
from hoso.access.sources import Ways
from hoso.access.sources.provider import Provider
from hoso.desk import account_ways, people
from hoso.kernel.errors import NotReady
from hoso.testing.passwords import PASSWORD
from hoso.testing.provider import CLIENT, SECRET, serving


def sign_in(browser, login="clerk", password=PASSWORD):
    form = browser.get("/sign-in").forms[0]
    form["login"], form["password"] = login, password
    return form.submit(expect_errors=True)


def post(browser, page, deed, **fields):
    """Send the form of *page* whose button says *deed*."""
    form = next(
        form
        for form in page.forms.values()
        if any(button.value_if_submitted() == deed for button in form.fields.get("do", []))
    )
    for name, value in fields.items():
        form[name] = value
    return form.submit("do", value=deed, expect_errors=True)


def enrol(browser):
    """Add a code generator; return it with the recovery codes and the page's answer."""
    page = post(browser, browser.get("/account"), "begin")
    secret = page.html.find("code", class_="token").text.replace(" ", "")
    generator = pyotp.TOTP(secret)
    return generator, page


@pytest.fixture
def at(clock):
    return clock.now


def finish(browser, page, generator, at):
    answer = post(browser, page, "confirm", code=generator.at(at()))
    return [item.text for item in answer.html.find("ol", class_="codes").find_all("code")]


@pytest.fixture
def enrolled(browse, at):
    """The clerk with a generator: the generator and the recovery codes."""
    browser = browse("clerk")
    generator, page = enrol(browser)
    return generator, finish(browser, page, generator, at)


def accounts(site, login):
    with site.databases.connection() as connection:
        return vars(accounts_of(connection.root()).by_login[login]).copy()


# The second step ---------------------------------------------------------------------------


def test_a_generator_is_taken_into_use_only_when_it_shows_the_right_code(browse, at, site):
    browser = browse("clerk")
    generator, page = enrol(browser)

    wrong = post(browser, page, "confirm", code="000000")
    assert wrong.status_int == 422
    assert not accounts(site, "clerk").get("totp")

    codes = finish(browser, wrong, generator, at)
    assert len(codes) == 10
    assert accounts(site, "clerk")["totp"] == generator.secret


def test_the_qr_code_says_what_can_be_typed(browse):
    """Read back by a reader of its own, from the picture as the browser gets it."""
    import io
    import xml.etree.ElementTree as ET

    from PIL import Image, ImageDraw

    browser = browse("clerk")
    generator, _page = enrol(browser)
    answer = browser.get("/account/generator/code.svg")

    assert answer.content_type == "image/svg+xml"
    assert answer.headers["Cache-Control"] == "no-store"
    root = ET.fromstring(answer.text)
    width = int(float(root.attrib["width"]))
    picture = Image.new("L", (width, width), 255)
    draw = ImageDraw.Draw(picture)
    path = next(e for e in root.iter() if e.tag.endswith("path")).attrib["d"]
    for x, y, w, h in re.findall(r"M(\d+) (\d+)h(\d+)v(\d+)h-\d+", path):
        draw.rectangle((int(x), int(y), int(x) + int(w) - 1, int(y) + int(h) - 1), fill=0)
    out = io.BytesIO()
    picture.resize((width * 4, width * 4), Image.Resampling.NEAREST).save(out, "PNG")
    read = zxingcpp.read_barcodes(Image.open(out))
    assert f"secret={generator.secret}" in read[0].text


def test_with_a_generator_the_password_alone_opens_nothing(browse, enrolled):
    browser = browse()

    assert urlsplit(sign_in(browser).location).path == "/sign-in/code"
    assert "/sign-in" in browser.get("/dossiers/T-0001", status=303).location


def test_the_code_opens_once_and_under_another_token(browse, enrolled, at, clock, entries):
    generator, _codes = enrolled
    clock.advance(timedelta(seconds=60))
    code = generator.at(at())
    browser = browse()
    sign_in(browser)
    before = browser.cookies["hoso"]
    form = browser.get("/sign-in/code").forms[0]
    form["code"] = code
    form.submit(status=303)

    assert browser.cookies["hoso"] != before
    browser.get("/dossiers/T-0001", status=200)
    assert entries("account.sign-in")[-1].details["how"] == "password+code"

    again = browse()
    sign_in(again)
    form = again.get("/sign-in/code").forms[0]
    form["code"] = code
    assert form.submit(status=401).forms[0]["code"].value == ""


def test_five_wrong_codes_begin_again_with_the_password(browse, enrolled):
    browser = browse()
    sign_in(browser)
    page = browser.get("/sign-in/code")
    for _ in range(4):
        form = page.forms[0]
        form["code"] = "000000"
        page = form.submit(status=401)
    form = page.forms[0]
    form["code"] = "000000"

    assert "login" in form.submit(status=401).forms[0].fields
    assert browser.get("/sign-in/code", status=303).location.endswith("/sign-in")


def test_a_recovery_code_opens_once(browse, enrolled):
    _generator, codes = enrolled
    for status in (303, 401):
        browser = browse()
        sign_in(browser)
        form = browser.get("/sign-in/code").forms[0]
        form["code"] = codes[0]
        form.submit(status=status)


def test_without_the_second_factor_of_his_role_a_person_reaches_nothing(browse, site, at):
    ask(site, second_factor_for=("clerk",))
    browser = browse("clerk")

    for path in ("/", "/dossiers/T-0001", "/search?q=mau", "/keys", "/about"):
        assert urlsplit(browser.get(path, status=303).location).path == "/account"
    generator, page = enrol(browser)
    finish(browser, page, generator, at)
    browser.get("/dossiers/T-0001", status=200)
    assert post(browser, browser.get("/account"), "remove").status_int == 403


def ask(site, **settings):
    """Change what the profile of this site says of accounts."""
    profile = site.rulebook.profile
    said = {**profile.settings, "accounts": {**profile.settings["accounts"], **settings}}
    changed = dataclasses.replace(profile, settings=MappingProxyType(said))
    site.rulebook = dataclasses.replace(site.rulebook, profile=changed)


def test_the_way_in_is_changed_soon_after_signing_in_or_not_at_all(browse, clock, site):
    browser = browse("clerk")
    page = browser.get("/account")
    clock.advance(timedelta(minutes=16))

    assert post(browser, page, "begin").status_int == 403
    assert not accounts(site, "clerk").get("totp")


def test_a_lost_telephone_is_reset_on_a_written_request(browse, enrolled, as_, entries):
    with as_("admin") as desk:
        account_ways.reset_second_factor(desk, desk.site, login="clerk", request="12/ĐN-M")

    browser = browse()
    assert urlsplit(sign_in(browser).location).path == "/"
    assert entries("account.second-factor-reset")[-1].details["request"] == "12/ĐN-M"


# Sessions ----------------------------------------------------------------------------------


def test_one_ends_ones_own_session_elsewhere(browse):
    here, elsewhere = browse("clerk"), browse("clerk")
    page = here.get("/account")

    assert len(page.html.find(id="sessions").find_parent("section").find_all("tr")) == 3
    post(here, page, "end-session").follow(status=200)
    elsewhere.get("/dossiers/T-0001", status=303)
    here.get("/dossiers/T-0001", status=200)


def test_nobody_ends_the_session_of_another_by_its_name(browse):
    mine, theirs = browse("clerk"), browse("head")
    name = hashlib.sha256(theirs.cookies["hoso"].encode()).hexdigest()[:12]
    mark = mine.get("/account").forms[0]["csrf_token"].value

    for tried in (name, "0" * 12):
        mine.post("/account/sessions", {"csrf_token": mark, "name": tried}, status=404)
    theirs.get("/dossiers/T-0001", status=200)


def test_the_administrator_sees_and_ends_sessions_of_his_scope(browse):
    clerk, admin = browse("clerk"), browse("admin")
    page = admin.get("/accounts/clerk")

    post(admin, page, "end-session").follow(status=200)

    clerk.get("/dossiers/T-0001", status=303)


def test_who_is_here_is_told_to_who_works_there(browse, clock):
    browse("clerk")
    head = browse("head")

    assert "Cán Mẫu" in head.get("/present").text
    clock.advance(timedelta(minutes=11))
    assert "Cán Mẫu" not in head.get("/present").text


# Two administrators, two hats --------------------------------------------------------------


def test_the_second_of_two_administrators_is_told_who_was_first_and_when(browse, as_):
    admin = browse("admin")
    page = admin.get("/accounts/clerk")
    with as_("officer") as desk:
        account = people.account(desk, "clerk")
        people.changed(desk, account, "account.moved", "1/QĐ")

    answer = post(admin, page, "lock", reason="Nghỉ việc")

    assert answer.status_int == 409
    assert "officer" in answer.text


def test_a_role_is_given_by_two_where_the_profile_says_so(browse, site):
    profile = site.rulebook.profile
    two = {**profile.settings["two-persons"], "acts": ["account.role-given"]}
    said = MappingProxyType({**profile.settings, "two-persons": two})
    changed = dataclasses.replace(profile, settings=said)
    site.rulebook = dataclasses.replace(site.rulebook, profile=changed)
    admin, head = browse("admin"), browse("head")

    asked = post(
        admin, admin.get("/accounts/clerk"), "grant", role="auditor", unit="nhanh", cause="14/QĐ"
    )
    assert "done=second-asked" in asked.location
    assert [held.role for held in accounts(site, "clerk")["roles"]] == ["clerk"]

    for who, deed in ((head, "agree"), (admin, "carry-out")):
        listed = who.get("/second")
        link = listed.html.find("main").find("a", href=re.compile(r"/second/."))["href"]
        assert post(who, who.get(link), deed).status_int == 303
    assert [held.role for held in accounts(site, "clerk")["roles"]] == ["clerk", "auditor"]


def test_nobody_administers_himself_under_whichever_hat(site, as_, browse):
    from hoso.access.accounts import tie
    from hoso.kernel.errors import Forbidden

    with as_("officer") as desk:
        root = desk.root
        dossier = desk.site.dossiers["T-0001"]
        tie(root, accounts_of(root).by_login["admin"], dossier.id)

    with as_("admin") as desk, pytest.raises(Forbidden, match="own account"):
        people.lock(desk, desk.site, login="employee", reason="x")


def test_a_personal_account_holds_no_role(as_):
    from hoso.kernel.errors import Invalid

    with as_("admin") as desk, pytest.raises(Invalid, match="personal account"):
        people.grant_role(desk, desk.unit("nhanh"), login="employee", role="clerk", cause="1/QĐ")


def test_no_person_is_given_a_role_of_machines(as_):
    from hoso.kernel.errors import Invalid

    with as_("admin") as desk, pytest.raises(Invalid, match="machines"):
        people.grant_role(
            desk, desk.unit("nhanh"), login="clerk", role="reader-machine", cause="1/QĐ"
        )


# Elsewhere ---------------------------------------------------------------------------------


class Answers:
    """A directory that says what it is told to."""

    def __init__(self, answer):
        self.answer, self.asked = answer, []

    def fits(self, login, password):
        self.asked.append((login, password))
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


@pytest.fixture
def directory(site):
    """Call it with what the directory says; the clerk's password is kept there."""

    def say(answer):
        site.databases.attempt(
            lambda c: setattr(accounts_of(c.root()).by_login["clerk"], "source", "ldap")
        )
        kept = Answers(answer)
        site.ways = Ways(kept, None)
        return kept

    return say


def test_a_password_kept_in_the_directory_is_asked_there(browse, directory):
    asked = directory(True)
    browser = browse()

    assert sign_in(browser, password="của danh bạ").status_int == 303
    assert asked.asked == [("clerk", "của danh bạ")]


def test_the_password_kept_here_before_opens_no_more(browse, directory):
    directory(False)

    assert sign_in(browse()).status_int == 401


def test_a_directory_that_is_away_stops_nobody_else(browse, directory):
    from hoso.access.sources.directory import AWAY

    directory(NotReady(AWAY))

    assert sign_in(browse()).status_int == 503
    assert sign_in(browse(), login="head").status_int == 303


def test_during_a_pause_the_directory_is_not_asked(browse, directory):
    asked = directory(False)
    browser = browse()
    for _ in range(7):
        sign_in(browser)

    assert len(asked.asked) == 5


@pytest.fixture
def provider(site, clock):
    with serving() as idp:
        idp.now = lambda: clock.now().timestamp()
        site.ways = Ways(
            None, Provider(issuer=idp.issuer, client_id=CLIENT, client_secret=SECRET, name="IdP")
        )
        yield idp


def through(browser, back=""):
    """Go to the provider and come back, as a browser does."""
    away = browser.get(f"/sign-in/provider?back={back}", status=303).location
    with requests.Session() as session:
        session.trust_env = False
        answer = session.get(away, allow_redirects=False, timeout=5)
    split = urlsplit(answer.headers["Location"])
    return browser.get(f"{split.path}?{split.query}", expect_errors=True)


def test_whom_the_provider_knows_is_let_in_only_when_an_administrator_tied_it(
    browse, provider, as_, entries
):
    unknown = through(browse())
    assert unknown.status_int == 401
    assert "lan@idp" in unknown.text
    with as_("admin") as desk:
        account_ways.link(desk, desk.site, login="clerk", issuer=provider.issuer, subject="lan@idp")

    browser = browse()
    assert urlsplit(through(browser, "/dossiers/T-0001").location).path == "/dossiers/T-0001"
    browser.get("/dossiers/T-0001", status=200)
    # What the provider says of groups gives nothing.
    browser.get("/accounts", status=403)
    assert entries("account.sign-in")[-1].details["how"] == "provider"


def test_what_comes_back_to_another_browser_opens_nothing(browse, provider):
    mine, theirs = browse(), browse()
    away = mine.get("/sign-in/provider", status=303).location
    with requests.Session() as session:
        session.trust_env = False
        answer = session.get(away, allow_redirects=False, timeout=5)
    split = urlsplit(answer.headers["Location"])

    refused = theirs.get(f"{split.path}?{split.query}", expect_errors=True)

    assert refused.status_int == 401
    assert "hoso" not in theirs.cookies


def test_a_site_without_a_provider_has_no_such_door(browse):
    browse().get("/sign-in/provider", status=404)
    browse().get("/sign-in/provider/back?code=x&state=y", status=404)
