"""Passkeys (WebAuthn): add one, and sign in with one in place of password and code.

The device asks for finger, face or PIN each time (user verification), so that a passkey is
two factors in one.  A challenge is signed by the site and lasts two minutes; it is written
down only when it was answered, so that asking for challenges costs no disk.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import webauthn
from webauthn.helpers import base64url_to_bytes
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from hoso.access.accounts import accounts_of
from hoso.access.model import Account, Passkey
from hoso.kernel.clock import stamp
from hoso.kernel.errors import Fault, Invalid

__all__ = [
    "MOST",
    "Place",
    "account_behind",
    "add",
    "name_of",
    "options_to_add",
    "options_to_use",
    "take_away",
]

#: Passkeys one account may have.
MOST = 10
LASTS = timedelta(minutes=2)
_SEAL = 32
_NAME = 12
#: Longest answer of a browser that is looked at.
_LONGEST = 20_000
_NOT_GOOD = "This passkey could not be checked. Try again; if it happens again, use your password."


class Place(NamedTuple):
    """Where the keys are good: the site's host, its whole origin, and its name for people."""

    host: str
    origin: str
    name: str


def options_to_add(root: Any, account: Account, place: Place, *, now: datetime) -> str:
    """Return as JSON what the browser needs to make a passkey for *account*."""
    if not account.handle:
        # Stands for the account towards the device; the login would tell who it is.
        account.handle = secrets.token_bytes(32)
    options = webauthn.generate_registration_options(
        rp_id=place.host,
        rp_name=place.name,
        user_name=account.login,
        user_display_name=account.name,
        user_id=account.handle,
        challenge=_challenge(root, f"add {account.login}", now=now),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=[PublicKeyCredentialDescriptor(id=key.id) for key in account.passkeys],
    )
    said: str = webauthn.options_to_json(options)
    return said


def add(
    root: Any, account: Account, answer: str, *, place: Place, label: str, now: datetime
) -> Passkey:
    """Take in the passkey a browser made; all faults as :class:`Invalid`."""
    accounts = accounts_of(root)
    if len(account.passkeys) >= MOST:
        raise Invalid(
            [Fault("label", "You have {most} passkeys; remove one first.", {"most": MOST})]
        )
    challenge = _answered(root, answer, f"add {account.login}", now=now)
    try:
        made = webauthn.verify_registration_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=place.host,
            expected_origin=place.origin,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError) as error:
        raise Invalid([Fault("passkey", _NOT_GOOD)]) from error
    if made.credential_id in accounts.by_passkey:
        raise Invalid([Fault("passkey", "This device has a passkey for this site already.")])
    key = Passkey(
        made.credential_id, made.credential_public_key, made.sign_count, label, stamp(now), ""
    )
    _spend(root, challenge, now=now)
    account.passkeys = (*account.passkeys, key)
    accounts.by_passkey[key.id] = account.login
    return key


def options_to_use(
    root: Any, place: Place, *, now: datetime, account: Account | None = None
) -> str:
    """Return as JSON what the browser needs to show a passkey.

    :param account: whose passkeys are wanted, where the password was shown; else any.
    """
    known = account.passkeys if account is not None else ()
    options = webauthn.generate_authentication_options(
        rp_id=place.host,
        challenge=_challenge(root, "use", now=now),
        allow_credentials=[PublicKeyCredentialDescriptor(id=key.id) for key in known],
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    said: str = webauthn.options_to_json(options)
    return said


def account_behind(root: Any, answer: str, *, place: Place, now: datetime) -> Account:
    """Return whose passkey was shown; :class:`Invalid` where it is nobody's, or not fresh."""
    accounts = accounts_of(root)
    challenge = _answered(root, answer, "use", now=now)
    try:
        id_ = base64url_to_bytes(json.loads(answer)["rawId"])
    except (ValueError, KeyError, TypeError) as error:
        raise Invalid([Fault("passkey", _NOT_GOOD)]) from error
    account: Account | None = accounts.by_login.get(accounts.by_passkey.get(id_, ""))
    known = next((key for key in account.passkeys if key.id == id_), None) if account else None
    if account is None or known is None:
        raise Invalid([Fault("passkey", _NOT_GOOD)])
    try:
        used = webauthn.verify_authentication_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=place.host,
            expected_origin=place.origin,
            credential_public_key=known.public,
            credential_current_sign_count=known.uses,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError) as error:
        raise Invalid([Fault("passkey", _NOT_GOOD)]) from error
    _spend(root, challenge, now=now)
    now_used = known._replace(uses=used.new_sign_count, used_at=stamp(now))
    account.passkeys = tuple(now_used if key.id == id_ else key for key in account.passkeys)
    return account


def name_of(key: Passkey) -> str:
    """Return the name under which a passkey is listed."""
    return hashlib.sha256(key.id).hexdigest()[:_NAME]


def take_away(root: Any, account: Account, name: str = "") -> int:
    """Remove the passkey of a name, or all where none is said; return how many went."""
    gone = [key for key in account.passkeys if not name or name_of(key) == name]
    for key in gone:
        accounts_of(root).by_passkey.pop(key.id, None)
    account.passkeys = tuple(key for key in account.passkeys if key not in gone)
    return len(gone)


def _challenge(root: Any, purpose: str, *, now: datetime) -> bytes:
    body = secrets.token_bytes(16) + int((now + LASTS).timestamp()).to_bytes(8, "big")
    return body + _sealed(root, body, purpose)


def _answered(root: Any, answer: str, purpose: str, *, now: datetime) -> bytes:
    """Return the challenge an answer speaks of, if it is ours, fresh and unspent."""
    try:
        if len(answer) > _LONGEST:
            raise ValueError
        said = json.loads(base64url_to_bytes(json.loads(answer)["response"]["clientDataJSON"]))
        challenge = base64url_to_bytes(said["challenge"])
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise Invalid([Fault("passkey", _NOT_GOOD)]) from error
    body, seal = challenge[:-_SEAL], challenge[-_SEAL:]
    ours = len(body) == 24 and hmac.compare_digest(seal, _sealed(root, body, purpose))
    if not ours or int.from_bytes(body[16:], "big") < now.timestamp():
        raise Invalid([Fault("passkey", "This took too long. Try again.")])
    if body[:16].hex() in accounts_of(root).spent:
        raise Invalid([Fault("passkey", _NOT_GOOD)])
    return challenge


def _spend(root: Any, challenge: bytes, *, now: datetime) -> None:
    accounts_of(root).spent[challenge[:16].hex()] = stamp(now + LASTS)


def _sealed(root: Any, body: bytes, purpose: str) -> bytes:
    key = f"passkey {root['secret']}".encode()
    return hmac.new(key, body + purpose.encode(), hashlib.sha256).digest()
