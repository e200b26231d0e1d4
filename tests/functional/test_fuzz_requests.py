"""Requests nobody would write: whatever comes, an answer, and nothing is done by it.

Drawn by hypothesis from what has broken servers: combining and invisible signs, both directions
of writing, halves of characters, headers and cookies of any bytes, JSON that is none.
``bench/fuzz_requests.py`` draws longer, led by coverage.
"""

from __future__ import annotations

import gc
import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from webob import Request

from hoso.access import keys, sessions
from hoso.app.wsgi import application
from hoso.http.rates import Rates
from hoso.testing.fuzz_requests import ADDRESSES, a_request

pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")

QUICK = settings(
    max_examples=60,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@pytest.fixture
def served(site, follow):
    """The application, with a session and a key of an officer."""
    follow()
    app = application(site)
    app.registry.rates = Rates.of(searches=0, makings=0, misses=0)
    made = {}

    def work(connection):
        now = site.clock.now()
        made["session"] = sessions.begin(connection.root(), "officer", now=now)
        made["key"] = keys.issue(connection.root(), "officer", label="x", days=2, now=now)

    site.databases.attempt(work)
    yield app, made
    gc.collect()


def deeds(entries):
    looks = (".seen", "-listed", ".run", "-read", "-asked", ".shown", ".unknown", "-noted")
    return [e.verb for e in entries if e.outcome == "done" and not e.verb.endswith(looks)]


@QUICK
@given(drawn=st.binary(min_size=8, max_size=400))
def test_no_request_breaks_a_page_or_does_anything(served, entries, drawn):
    app, made = served
    request = a_request(drawn, session=made["session"], key=made["key"])

    answer = request.get_response(app)

    assert answer.status_int < 500, (request.method, request.path_qs)
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert not any("\r" in v or "\n" in v for _n, v in answer.headerlist)


def test_after_all_that_nothing_was_done(served, entries):
    app, made = served
    before = deeds(entries())
    for at in range(100):
        drawn = bytes((at * 37 + n * 11) % 256 for n in range(80))
        a_request(drawn, session=made["session"], key=made["key"]).get_response(app)

    assert deeds(entries()) == before


ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=40),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=5)
    ),
    max_leaves=12,
)
FIELDS = ("unit", "title", "sheets", "sides", "into", "box", "operator", "scanner")


@QUICK
@given(body=ANY_JSON | st.fixed_dictionaries({}, optional=dict.fromkeys(FIELDS, ANY_JSON)))
def test_json_of_any_shape_is_answered_with_what_is_wrong(served, body):
    app, made = served
    request = Request.blank(
        "/api/v1/batches",
        method="POST",
        body=json.dumps(body).encode(),
        headers={"Authorization": f"Bearer {made['key']}", "Content-Type": "application/json"},
    )

    answer = request.get_response(app)

    assert answer.status_int < 500, body
    if answer.status_int >= 400:
        assert answer.content_type == "application/problem+json"


@QUICK
@given(token=st.text(max_size=120) | st.binary(max_size=60).map(lambda b: b.decode("latin-1")))
def test_no_invented_token_is_anybody(served, token):
    app, _made = served
    header = "".join(c for c in token if c not in "\r\n\0")
    for headers in (
        {"Cookie": f"hoso={header}".encode().decode("latin-1")},
        {"Authorization": f"Bearer {header}".encode().decode("latin-1")},
    ):
        for address in ("/dossiers/T-0001", "/api/v1"):
            answer = Request.blank(address, headers=headers).get_response(app)

            assert answer.status_int in {303, 400, 401}


def test_the_fuzzer_reaches_every_kind_of_address():
    assert {address.split("/")[1] for address in ADDRESSES} >= {"dossiers", "tray", "api", "search"}
