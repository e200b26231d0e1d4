"""Programs hand papers in by access key: what they may, what they may not, how faults are told."""

from __future__ import annotations

import base64
import hashlib
from datetime import timedelta

import pytest
from webtest import TestApp

from hoso.app.wsgi import application
from hoso.desk import keys, signing_in
from hoso.testing.passwords import PASSWORD

PDF = b"%PDF-1.7\n% mot to giay\n%%EOF\n"


@pytest.fixture
def rest(site):
    return TestApp(application(site))


@pytest.fixture
def key(as_):
    """Call it with a login for the headers of a program that works for it."""

    def issue(login="archivist", *, days=30):
        with as_(login) as desk:
            token = keys.issue_key(desk, label="máy quét tầng 2", days=days, password=PASSWORD)
        return {"Authorization": f"Bearer {token}"}

    return issue


def form_with(page, field):
    return next(form for form in page.forms.values() if field in form.fields)


def send(rest, headers, body=PDF, *, name="giay.pdf", status=201, **more):
    return rest.post(
        f"/api/v1/units/nhanh/files?name={name}",
        body,
        headers={**headers, "Content-Type": "application/octet-stream", **more},
        status=status,
    )


def test_a_file_comes_in_and_is_told_where_it_is(rest, key, entries):
    answer = send(rest, key())

    assert answer.json["outcome"] == "received"
    assert answer.json["sha256"] == hashlib.sha256(PDF).hexdigest()
    assert answer.headers["Location"].endswith(answer.json["url"])
    (entry,) = entries("intake.received")
    assert (entry.actor, entry.details["via"]) == ("archivist", "rest")


def test_the_same_bytes_again_are_the_same_paper(rest, key):
    headers = key()
    first = send(rest, headers).json

    second = send(rest, headers, name="khac.pdf", status=200).json

    assert (second["outcome"], second["document"]) == ("duplicate", first["document"])


def test_what_became_of_it_can_be_asked(rest, key):
    headers = key()
    sent = send(rest, headers).json

    found = rest.get(sent["url"], headers=headers).json

    assert (found["state"], found["name"], found["size"]) == ("received", "giay.pdf", len(PDF))


def test_bytes_that_differ_from_their_stated_digest_are_not_taken(rest, key, site):
    wrong = base64.b64encode(hashlib.sha256(b"other").digest()).decode()

    answer = send(rest, key(), status=422, **{"Content-Digest": f"sha-256=:{wrong}:"})

    assert answer.content_type == "application/problem+json"
    assert [fault["field"] for fault in answer.json["faults"]] == ["body"]
    with site.databases.connection() as connection:
        assert list(connection.root()["site"].tray.values()) == []


def test_bytes_with_their_true_digest_are_taken(rest, key):
    right = base64.b64encode(hashlib.sha256(PDF).digest()).decode()

    send(rest, key(), **{"Content-Digest": f"sha-256=:{right}:"})


@pytest.mark.parametrize(
    ("name", "body", "field"), [("", PDF, "name"), ("a.pdf", b"", "body")], ids=["name", "body"]
)
def test_what_is_missing_is_said_by_field(rest, key, name, body, field):
    answer = send(rest, key(), body, name=name, status=422)

    assert [fault["field"] for fault in answer.json["faults"]] == [field]


@pytest.mark.parametrize(
    "headers",
    [{}, {"Authorization": "Bearer hoso_wrong"}, {"Authorization": "Basic YTpi"}],
    ids=["none", "wrong", "password"],
)
@pytest.mark.parametrize("path", ["/api/v1", "/api/v1/documents/0000000000000", "/api/v1/none"])
def test_without_a_key_nothing_is_told(rest, headers, path):
    answer = rest.get(path, headers=headers, status=401)

    assert answer.content_type == "application/problem+json"
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_a_browsers_session_opens_nothing_here(browse):
    browser = browse("archivist")

    browser.get("/api/v1", status=401)


def test_a_key_opens_no_page(rest, key):
    assert rest.get("/intake", headers=key()).status_int == 303


def test_a_key_ends_on_its_day(rest, key, clock):
    headers = key(days=2)
    rest.get("/api/v1", headers=headers)

    clock.advance(timedelta(days=2, seconds=1))

    rest.get("/api/v1", headers=headers, status=401)


def test_a_key_ends_with_the_password_it_was_made_under(rest, key, as_):
    headers = key()
    with as_("archivist") as desk:
        signing_in.change_own_password(
            desk, old=PASSWORD, new="một câu dài khác hẳn", again="một câu dài khác hẳn"
        )

    rest.get("/api/v1", headers=headers, status=401)


def test_a_key_that_is_taken_back_opens_nothing(rest, key, as_):
    headers = key()
    with as_("archivist") as desk:
        (made,) = keys.own_keys(desk)
        keys.take_back_key(desk, name=made.name)

    rest.get("/api/v1", headers=headers, status=401)


def test_a_key_gives_no_more_than_its_account(rest, key, entries):
    answer = send(rest, key("auditor"), status=403)

    assert answer.json["type"] == "urn:hoso:problem:forbidden"
    assert [e.outcome for e in entries("intake.received")] == ["refused"]


def test_unknown_and_hidden_are_one_answer(rest, key):
    headers = key("employee")
    sent = send(rest, key()).json

    hidden = rest.get(sent["url"], headers=headers, status=404)
    unknown = rest.get("/api/v1/documents/0000000000001", headers=headers, status=404)

    assert hidden.json == unknown.json


def test_a_key_wants_a_label_a_term_and_the_password(browse):
    browser = browse("archivist")
    form = form_with(browser.get("/keys"), "label")
    form["label"], form["days"], form["password"] = "", "999", "wrong"

    page = form.submit(status=422)

    assert {"label", "days", "password"} <= {
        field["name"] for field in page.html.select("[aria-invalid=true]")
    }


def test_a_key_is_shown_once(browse):
    browser = browse("archivist")
    form = form_with(browser.get("/keys"), "label")
    form["label"], form["days"], form["password"] = "máy quét", "30", PASSWORD

    token = form.submit().html.select_one("code.token").text

    assert token.startswith("hoso_")
    assert token not in browser.get("/keys").text
