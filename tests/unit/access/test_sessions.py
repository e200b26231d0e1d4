"""Sessions: the browser has a token, the server its digest."""

from __future__ import annotations

import hashlib
from datetime import timedelta

import pytest

from hoso.access import sessions
from hoso.access.accounts import accounts_of
from hoso.access.rules import Rules
from hoso.access.seen import Seen
from hoso.kernel.clock import stamp

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
    rules = Rules(idle=24 * HOUR)
    token = sessions.begin(root, "clerk", now=clock.now(), rules=rules)

    end = clock.now() + 10 * HOUR
    assert sessions.identity_behind(root, token, now=end, rules=rules)
    assert not sessions.identity_behind(root, token, now=end + HOUR / 3600, rules=rules)


def test_a_session_nobody_uses_ends_after_an_hour_and_one_in_use_goes_on(root, clock):
    """Rest is counted from what was noted in memory, though nothing was written down."""
    seen = Seen()
    used = sessions.begin(root, "clerk", now=clock.now())
    left = sessions.begin(root, "clerk", now=clock.now())

    for minutes in (50, 100):
        now = clock.now() + HOUR * minutes / 60
        assert sessions.identity_behind(root, used, now=now, seen=seen)

    assert not sessions.identity_behind(root, left, now=now, seen=seen)


def test_what_was_seen_is_written_down_once_for_many_pages(root, clock):
    seen = Seen()
    token = sessions.begin(root, "clerk", now=clock.now())
    for minute in range(5):
        sessions.identity_behind(root, token, now=clock.now() + HOUR * minute / 60, seen=seen)

    assert sessions.write_seen(root, seen.take()) == 1
    assert sessions.write_seen(root, seen.take()) == 0
    open_ = sessions.of(root, "clerk", now=clock.now(), rules=Rules())
    assert [each.seen_at for each in open_] == [stamp(clock.now() + HOUR * 4 / 60)]


def test_a_session_is_ended_by_its_name_and_only_by_its_owner(root, clock):
    token = sessions.begin(root, "clerk", now=clock.now())
    name = sessions.name_of(token)

    assert not sessions.end_named(root, "head", name)
    assert not sessions.end_named(root, "clerk", "")
    assert sessions.end_named(root, "clerk", name)
    assert sessions.identity_behind(root, token, now=clock.now()) is None


def test_between_password_and_code_nobody_is_signed_in(root, clock):
    token = sessions.begin(root, "clerk", now=clock.now(), waits_for=sessions.SECOND_FACTOR)

    assert sessions.identity_behind(root, token, now=clock.now()) is None
    assert sessions.waiting_behind(root, token, now=clock.now()).login == "clerk"
    assert not sessions.waiting_behind(root, token, now=clock.now() + HOUR / 10)


def test_who_lacks_the_second_factor_of_a_role_may_nothing(root, clock):
    rules = Rules(second_factor_for=frozenset({"clerk"}))
    token = sessions.begin(root, "clerk", now=clock.now())

    found = sessions.identity_behind(root, token, now=clock.now(), rules=rules)
    assert (found.login, found.roles, found.own_dossier, found.clearance) == ("clerk", (), 0, 0)
    assert found.must_first

    accounts_of(root).by_login["clerk"].totp = "A"
    found = sessions.identity_behind(root, token, now=clock.now(), rules=rules)
    assert found.roles
    assert not found.must_first


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
    young = sessions.begin(root, "clerk", now=clock.now() + 10.5 * HOUR)

    assert sessions.drop_ended(root, now=clock.now() + 11 * HOUR) == 1
    assert sessions.identity_behind(root, young, now=clock.now() + 11 * HOUR)
