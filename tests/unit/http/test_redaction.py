"""A planted secret never reaches a log, at any level, by any way."""

from __future__ import annotations

import io
import logging

import pytest
from webob.multidict import MultiDict

from hoso.http.redaction import BLOT, Discreet, _answering

SECRET = "Tra-da-vỉa-hè-9"
KEY = "hoso_Zk3Jt0c1pQ7aXw9mR5vB2nLs8dFh4gYu6eKo"


class Asked:
    """A request as the formatter sees it."""

    def __init__(self, cookies=None, headers=None, form=None):
        self.cookies = cookies or {}
        self.headers = headers or {}
        self.environ = {"webob._parsed_post_vars": (MultiDict(form or {}), None)} if form else {}


@pytest.fixture
def written():
    """Call it with a request and a function that logs, for what was written."""

    def run(request, deed):
        out = io.StringIO()
        handler = logging.StreamHandler(out)
        handler.setFormatter(Discreet("%(levelname)s %(message)s"))
        log = logging.getLogger("hoso.test-of-redaction")
        log.propagate = False
        log.setLevel(1)
        log.addHandler(handler)
        before = _answering.set(request)
        try:
            deed(log)
        finally:
            _answering.reset(before)
            log.removeHandler(handler)
        return out.getvalue()

    return run


def accident(log):
    try:
        raise ValueError(f"cannot use {SECRET!s} here")
    except ValueError:
        log.exception("POST /sign-in failed")


WAYS = {
    "the message": lambda log: log.warning("wrong: %s", SECRET),
    "a trace": accident,
    "every level": lambda log: [log.log(level, "x %s", SECRET) for level in (1, 10, 20, 30, 50)],
    "a repr": lambda log: log.error("%r", {"a": SECRET}),
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(
    "asked",
    [
        Asked(cookies={"hoso": SECRET}),
        Asked(headers={"Authorization": f"Bearer {SECRET}"}),
        Asked(headers={"X-CSRF-Token": SECRET}),
        Asked(form={"password": SECRET}),
        Asked(form={"old": SECRET}),
        Asked(form={"new_password": SECRET}),
        Asked(form={"code": SECRET}),
        Asked(form={"csrf_token": SECRET}),
    ],
    ids=lambda one: str(one.cookies or one.headers or next(iter(one.environ.values()))[0])[:40],
)
def test_what_a_request_proves_itself_with_is_blotted_out(written, asked, way):
    said = written(asked, WAYS[way])

    assert SECRET not in said
    assert BLOT in said


def test_what_is_no_secret_stays_readable(written):
    asked = Asked(form={"title": "Nâng bậc lương", "password": SECRET})

    said = written(asked, lambda log: log.error("failed on Nâng bậc lương"))

    assert "Nâng bậc lương" in said


@pytest.mark.parametrize(
    ("line", "secret"),
    [
        (f"GET /api/v1 with {KEY}", KEY[5:]),
        ("Authorization: Bearer abc.def-123456", "abc.def-123456"),
        ("{'Cookie': 'hoso=abcdefgh12345678'}", "abcdefgh12345678"),
        ("POST /sign-in?password=h%C3%A8-9&login=a", "h%C3%A8-9"),
        ("token=eyJhbGciOi&state=1", "eyJhbGciOi"),
        ('{"client_secret": "s3kr1t-s3kr1t"}', "s3kr1t-s3kr1t"),
        ("bind as cn=x bindpw=s3kr1t", "s3kr1t"),
    ],
    ids=["key", "header", "cookie", "query", "token", "json", "ldap"],
)
def test_what_looks_like_a_secret_is_blotted_out_without_a_request(written, line, secret):
    assert secret not in written(None, lambda log: log.error(line))
