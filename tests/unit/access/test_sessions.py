"""Sessions: the browser has a token, the server its digest."""

from __future__ import annotations

import hashlib
from datetime import timedelta

import pytest

from hoso.access import sessions
from hoso.access.accounts import accounts_of

HOUR = timedelta(hours=1)


@pytest.fixture
def root(site):
    with site.databases.connection() as connection:
        yield connection.root()


def test_a_token_leads_to_who_signed_in(root, clock):
    token = sessions.begin(root, "clerk", now=clock.now())

    assert sessions.identity_behind(root, token, now=clock.now()).login == "clerk"


def test_only_the_digest_of_a_token_is_kept(root, clock):
    token = sessions.begin(root, "clerk", now=clock.now())

    assert list(accounts_of(root).sessions) == [hashlib.sha256(token.encode()).hexdigest()]


def test_tokens_are_256_bits_and_never_the_same(root, clock):
    """RFC 4648: 32 bytes are 43 characters of base64url."""
    tokens = {sessions.begin(root, "clerk", now=clock.now()) for _ in range(50)}

    assert {len(token) for token in tokens} == {43}
    assert len(tokens) == 50


@pytest.mark.parametrize("token", ["", "x", "x" * 43, "\u0110"])
def test_another_token_leads_to_nobody(root, clock, token):
    sessions.begin(root, "clerk", now=clock.now())

    assert sessions.identity_behind(root, token, now=clock.now()) is None


def test_a_session_ends_after_a_working_day(root, clock):
    token = sessions.begin(root, "clerk", now=clock.now())

    assert sessions.identity_behind(root, token, now=clock.now() + 10 * HOUR)
    assert not sessions.identity_behind(root, token, now=clock.now() + 10 * HOUR + HOUR / 3600)


def test_signing_out_ends_it_at_once(root, clock):
    token = sessions.begin(root, "clerk", now=clock.now())

    sessions.end(root, token)

    assert sessions.identity_behind(root, token, now=clock.now()) is None


def test_a_locked_account_has_no_session(root, clock):
    token = sessions.begin(root, "clerk", now=clock.now())

    accounts_of(root).by_login["clerk"].locked = "Nghỉ việc"

    assert sessions.identity_behind(root, token, now=clock.now()) is None


def test_sessions_that_are_over_are_forgotten(root, clock):
    sessions.begin(root, "clerk", now=clock.now())
    young = sessions.begin(root, "clerk", now=clock.now() + 9 * HOUR)

    assert sessions.drop_ended(root, now=clock.now() + 11 * HOUR) == 1
    assert sessions.identity_behind(root, young, now=clock.now() + 11 * HOUR)
