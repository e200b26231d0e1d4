"""The second factor: codes as the RFC has them, each of them good once."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta

import pytest

from hoso.access.model import Account
from hoso.access.second_factor import (
    has_factor,
    new_recovery_codes,
    new_secret,
    provisioning_uri,
    step_of,
    use_recovery_code,
)

#: RFC 6238, appendix B: the secret of the SHA-1 vectors; the last six of its eight digits.
SECRET = base64.b32encode(b"12345678901234567890").decode()
VECTORS = [
    (59, "287082"),
    (1111111109, "081804"),
    (1111111111, "050471"),
    (1234567890, "005924"),
    (2000000000, "279037"),
    (20000000000, "353130"),
]


def at(seconds):
    return datetime.fromtimestamp(seconds, UTC)


@pytest.mark.parametrize(("seconds", "code"), VECTORS)
def test_codes_are_those_of_rfc_6238(seconds, code):
    assert step_of(SECRET, code, now=at(seconds)) == seconds // 30


@pytest.mark.parametrize(("late", "good"), [(-60, False), (-30, True), (30, True), (60, False)])
def test_a_code_may_be_one_step_early_or_late(late, good):
    now = at(1111111111) + timedelta(seconds=late)

    assert (step_of(SECRET, "050471", now=now) is not None) is good


def test_a_code_counts_once_and_none_before_it_any_more():
    step = step_of(SECRET, "050471", now=at(1111111111))

    assert step_of(SECRET, "050471", now=at(1111111111), last=step) is None
    assert step_of(SECRET, "081804", now=at(1111111111), last=step) is None


@pytest.mark.parametrize(
    "code", ["", "05047", "0504711", "05047a", "٠٥٠٤٧١", "050471\x00", "050 472", "-50471"]
)
def test_what_is_no_code_fits_nothing(code):
    assert step_of(SECRET, code, now=at(1111111111)) is None


def test_a_code_may_be_typed_in_groups():
    assert step_of(SECRET, " 050 471 ", now=at(1111111111)) is not None


def test_secrets_are_160_bits_and_the_generator_is_told_whose_they_are():
    secret = new_secret()

    assert len(base64.b32decode(secret)) == 20
    assert new_secret() != secret
    said = provisioning_uri(secret, "lan.nguyen", "hoso – Tỉnh Mẫu")
    assert said.startswith("otpauth://totp/hoso%20")
    assert f"secret={secret}" in said


def test_a_recovery_code_opens_once_however_it_is_typed():
    account = Account("lan", "Lan")
    codes, account.recovery = new_recovery_codes()

    assert len(set(codes)) == 10
    assert use_recovery_code(account, codes[3].upper().replace("-", " "))
    assert not use_recovery_code(account, codes[3])
    assert len(account.recovery) == 9
    assert not use_recovery_code(account, "")


def test_recovery_codes_themselves_are_nowhere_kept():
    account = Account("lan", "Lan")
    codes, account.recovery = new_recovery_codes()

    assert not [code for code in codes if code in repr(vars(account))]


def test_an_account_without_generator_and_passkey_has_no_second_factor():
    account = Account("lan", "Lan")
    assert not has_factor(account)

    account.totp = SECRET
    assert has_factor(account)
