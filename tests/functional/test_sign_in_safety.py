"""The door: nothing is learnt by guessing, nothing secret is written down, nothing lasts too long."""

from __future__ import annotations

import gc
from datetime import timedelta

import pytest

from hoso.access.accounts import accounts_of
from hoso.testing.passwords import PASSWORD


def sign_in(browser, login="clerk", password=PASSWORD):
    form = browser.get("/sign-in").forms[0]
    form["login"], form["password"] = login, password
    return form.submit(expect_errors=True)


def said(answer):
    """What the page says of the attempt."""
    return answer.html.find(role="alert") or answer.html.main.text


@pytest.fixture
def account(site):
    """Call it with facts to set on the account ``clerk``."""

    def change(**facts):
        def work(connection):
            for fact, value in facts.items():
                setattr(accounts_of(connection.root()).by_login["clerk"], fact, value)

        site.databases.attempt(work)

    return change


def test_while_an_account_rests_the_right_password_reads_as_a_wrong_one(browse):
    """Else five guesses, and then as many as one likes until the answer changes."""
    browser = browse()
    for _ in range(5):
        sign_in(browser, password="sai")

    right, wrong = sign_in(browser), sign_in(browser, password="sai")

    assert right.status_int == wrong.status_int == 429
    assert str(said(right)) == str(said(wrong))
    assert "5 giây" in right.text


def test_guesses_at_a_locked_account_are_counted_too(browse, account):
    account(locked="Nghỉ việc")
    browser = browse()
    told = sign_in(browser)
    for _ in range(5):
        sign_in(browser, password="sai")

    rested = sign_in(browser)

    assert "Nghỉ việc" in told.text
    assert "Nghỉ việc" not in rested.text


def test_a_password_typed_as_the_login_is_not_kept_in_the_journal(browse, entries):
    sign_in(browse(), login="mat-khau-cua-toi-2026", password="x")
    sign_in(browse(), login="clerk", password="sai")

    kept = [entry.details["login"] for entry in entries("account.sign-in")]
    assert kept == ["", "clerk"]
    assert "mat-khau-cua-toi" not in repr(entries())


def test_no_password_is_ever_written_to_the_journal_or_the_log(browse, entries, caplog, account):
    caplog.set_level("DEBUG")
    account(must_change=True)
    browser = browse("clerk")
    form = browser.get("/password").forms[0]
    form["old"], form["new"], form["again"] = PASSWORD, "mot cau that dai va de nho", "khac han"
    form.submit(status=422)
    form["again"] = "mot cau that dai va de nho"
    form.submit(status=303)

    written = repr(entries()) + caplog.text
    assert not [word for word in (PASSWORD, "that dai", "khac han") if word in written]


def test_a_first_password_ends_after_five_days_also_for_who_came_in_with_it(browse, account, clock):
    account(must_change=True)
    clock.advance(timedelta(days=4, hours=23))
    browser = browse("clerk")
    browser.get("/password", status=200)

    clock.advance(timedelta(hours=2))

    assert "/sign-in" in browser.get("/password", status=303).location


@pytest.mark.parametrize(
    "back", ["/\t/example.org/", "/\n/example.org", "/%5c\\example.org", "/ /a", "/\r\nX: y"]
)
def test_signing_in_never_leads_elsewhere_by_what_browsers_leave_out(browse, back):
    browser = browse()
    mark = browser.get("/sign-in").forms[0]["csrf_token"].value
    typed = {"csrf_token": mark, "login": "clerk", "password": PASSWORD, "back": back}

    answer = browser.post("/sign-in", typed, status=303)

    assert answer.location == "http://localhost/"


# Long bodies go through a temporary file that WebOb leaves to the garbage collector.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_password_of_a_million_letters_costs_no_more_than_another(browse):
    browser = browse()

    assert sign_in(browser, password="a" * 1_000_000).status_int == 401
    gc.collect()
