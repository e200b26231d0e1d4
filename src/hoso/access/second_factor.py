"""The second factor: codes of a generator (TOTP, RFC 6238) and codes for the day it is lost.

A code counts once: the time step it belongs to is kept, and no earlier one is taken again
(RFC 6238, section 5.2).  Recovery codes are kept as digests and count once as well.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import datetime

import pyotp

from hoso.access.model import Account

__all__ = [
    "RECOVERY_CODES",
    "has_factor",
    "new_recovery_codes",
    "new_secret",
    "provisioning_uri",
    "step_of",
    "use_recovery_code",
]

#: Seconds one code stands (RFC 6238, section 5.2 recommends 30).
STEP = 30
#: Steps a code may be early or late: clocks differ, and people type slowly.
DRIFT = 1
RECOVERY_CODES = 10
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


def has_factor(account: Account) -> bool:
    """Say whether the account has a generator or a passkey."""
    return bool(account.totp or account.passkeys)


def new_secret() -> str:
    """Draw a shared secret of 160 bits, in base32 (RFC 4226, section 4, R6)."""
    secret: str = pyotp.random_base32(length=32)
    return secret


def provisioning_uri(secret: str, login: str, site: str) -> str:
    """Return what the QR code says to the generator."""
    uri: str = pyotp.TOTP(secret).provisioning_uri(name=login, issuer_name=site)
    return uri


def step_of(secret: str, code: str, *, now: datetime, last: int = 0) -> int | None:
    """Return the time step *code* belongs to; ``None`` where it is wrong, old or was used.

    :param last: the last step that was used; nothing up to it counts again.
    """
    digits = "".join(code.split())
    if len(digits) != 6 or not (digits.isascii() and digits.isdigit()):
        return None
    present = int(now.timestamp()) // STEP
    generator = pyotp.HOTP(secret)
    found = None
    # All are compared, so that the time taken says nothing.
    for step in range(present - DRIFT, present + DRIFT + 1):
        if hmac.compare_digest(generator.at(step), digits) and step > last:
            found = step
    return found


def new_recovery_codes() -> tuple[list[str], tuple[str, ...]]:
    """Draw codes of 79 bits for paper; return them with the digests to keep."""
    codes = [_grouped("".join(secrets.choice(_LETTERS) for _ in range(16))) for _ in range(10)]
    return codes, tuple(_digest(code) for code in codes)


def use_recovery_code(account: Account, code: str) -> bool:
    """Spend a recovery code; say whether it was one."""
    digest = _digest(code)
    left = tuple(kept for kept in account.recovery if not hmac.compare_digest(kept, digest))
    if len(left) == len(account.recovery):
        return False
    account.recovery = left
    return True


def _grouped(letters: str) -> str:
    return "-".join(letters[i : i + 4] for i in range(0, len(letters), 4))


def _digest(code: str) -> str:
    bare = "".join(letter for letter in code.lower() if letter.isalnum())
    return hashlib.sha256(bare.encode()).hexdigest()
