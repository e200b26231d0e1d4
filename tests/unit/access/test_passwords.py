"""Passwords: how they are kept, who is shut out, and for how long."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

import pytest
from argon2 import extract_parameters
from argon2.low_level import Type

from hoso.access import accounts
from hoso.access.accounts import (
    accounts_of,
    change_password,
    issue,
    one_time_password,
    reissue,
    verify_password,
    why_closed,
)
from hoso.access.model import Account
from hoso.kernel.errors import Invalid

NOW = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
PRODUCT_HASHER = accounts._hasher


@pytest.fixture
def root(_cheap_passwords):
    return {}


@pytest.fixture
def account(root):
    made, _ = issue(
        root,
        login="lan",
        name="Lan",
        clearance=1,
        roles=(),
        now=NOW,
        by="test",
        password="mot-hai-ba",
    )
    return made


def test_the_product_hashes_as_rfc_9106_recommends():
    """Section 4, second option: argon2id, 64 MiB, three passes, four lanes, 16-byte salt."""
    kept = extract_parameters(PRODUCT_HASHER().hash("mot-hai-ba"))

    assert (kept.type, kept.memory_cost, kept.time_cost, kept.parallelism) == (Type.ID, 65536, 3, 4)
    assert (kept.salt_len, kept.hash_len) >= (16, 32)


def test_the_password_itself_is_nowhere_kept(account):
    assert account.password.startswith("$argon2id$")
    assert "mot-hai-ba" not in repr(vars(account))


def test_only_the_right_password_fits(account):
    assert verify_password(account, "mot-hai-ba")
    assert not verify_password(account, "mot-hai-bA")
    assert not verify_password(account, "")


def test_an_unknown_login_fits_no_password(root):
    assert not verify_password(None, "nobody has this password")


def test_an_unknown_login_takes_as_long_as_a_known_one(monkeypatch):
    """With the product's own cost: neither is ten times as quick as the other."""
    monkeypatch.setattr(accounts, "_hasher", PRODUCT_HASHER)
    known = Account("lan", "Lan")
    known.password = PRODUCT_HASHER().hash("mot-hai-ba")
    unknown = PRODUCT_HASHER().hash("x")
    monkeypatch.setattr(accounts, "_nobody", lambda: unknown)

    def cost(who):
        began = time.perf_counter()
        verify_password(who, "wrong")
        return time.perf_counter() - began

    assert 0.1 < cost(known) / cost(None) < 10


def test_a_damaged_digest_fits_no_password(account):
    account.password = "$argon2id$v=19$broken"

    assert not verify_password(account, "mot-hai-ba")


def test_first_passwords_are_long_and_never_twice_the_same():
    drawn = {one_time_password() for _ in range(200)}

    assert len(drawn) == 200
    assert all(len(password) == 23 for password in drawn)


@pytest.mark.parametrize(
    "login", ["", "Lan", "lân", "đạt", "lan anh", "lan@hue", "../x", "-", "lan\n", "l\u0323an"]
)
def test_logins_are_small_letters_digits_dot_and_dash(root, login):
    with pytest.raises(Invalid):
        issue(root, login=login, name="x", clearance=0, roles=(), now=NOW, by="test")


def test_a_login_is_given_once(root, account):
    with pytest.raises(Invalid, match="account lan already"):
        issue(root, login="lan", name="x", clearance=0, roles=(), now=NOW, by="test")

    assert accounts_of(root).by_login["lan"] is account


@pytest.mark.parametrize(
    ("new", "faults"),
    [
        ("ngan", 2),  # short, and four different letters only
        ("aaaaaaaaaaaa", 1),
        ("xin-chao-LAN-2026", 1),  # holds the login, capitals or not
        ("mot-hai-ba", 1),  # the one there is
        ("lan", 3),
    ],
)
def test_a_poor_password_is_refused_with_every_fault(account, new, faults):
    before = account.password

    with pytest.raises(Invalid) as refused:
        change_password(account, new, now=NOW)

    assert len(refused.value.faults) == faults
    assert account.password == before


def test_a_changed_password_is_the_only_one_that_fits(account):
    change_password(account, "bon-nam-sau-bay", now=NOW)

    assert verify_password(account, "bon-nam-sau-bay")
    assert not verify_password(account, "mot-hai-ba")
    assert not account.must_change


@pytest.mark.parametrize(("days", "shut"), [(0, False), (5, False), (5.001, True), (30, True)])
def test_a_first_password_lasts_five_days(account, days, shut):
    """S3-19, S3-20: the account locks itself where it is not changed in time."""
    assert bool(why_closed(account, now=NOW + timedelta(days=days))) is shut


def test_a_password_of_ones_own_lasts(account):
    change_password(account, "bon-nam-sau-bay", now=NOW)

    assert why_closed(account, now=NOW + timedelta(days=3000)) is None


def test_a_locked_account_says_why_for_ever(account):
    account.locked = "Nghỉ việc"

    assert why_closed(account, now=NOW + timedelta(days=900), enforce=False) == "Nghỉ việc"


def test_a_new_first_password_opens_a_lock_and_starts_the_days_again(account):
    account.locked = "x"
    later = NOW + timedelta(days=100)

    password = reissue(account, now=later)

    assert why_closed(account, now=later + timedelta(days=4)) is None
    assert verify_password(account, password)
    assert account.must_change
