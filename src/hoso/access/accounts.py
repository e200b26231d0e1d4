"""Accounts: issue, sign in, change and re-issue passwords, lock and unlock.

Passwords are kept as argon2id digests (RFC 9106).  An account whose first password is not
changed within the days the profile states locks itself (S3-19, S3-20) and is opened again
by the unit's administrator (S3-18).  Two accounts tied to one dossier are one person.
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from hoso.access import history
from hoso.access.identity import Held, Identity
from hoso.access.model import MANAGEMENT, PERSONAL, Account, Accounts
from hoso.kernel.clock import civil_date, stamp
from hoso.kernel.errors import Fault, Invalid
from hoso.kernel.text import fold

__all__ = [
    "FIRST_PASSWORD_DAYS",
    "accounts_of",
    "change_password",
    "identity_of",
    "issue",
    "logins_of_person",
    "one_time_password",
    "password_faults",
    "reissue",
    "same_person",
    "tie",
    "verify_password",
    "why_closed",
]

FIRST_PASSWORD_DAYS = 5
SHORTEST = 10
LONGEST = 200

# Two letters for each syllable: read over the telephone without mistakes.
_CONSONANTS = "bcdghklmnprstvx"
_VOWELS = "aeiou"


@cache
def _hasher() -> PasswordHasher:
    # RFC 9106 section 4, second recommended option: 64 MiB, three passes.
    return PasswordHasher(time_cost=3, memory_cost=65536, parallelism=4)


def accounts_of(root: Any) -> Accounts:
    """Return the accounts kept in the main database."""
    found = root.get("accounts")
    if found is None:
        found = root["accounts"] = Accounts()
    accounts: Accounts = found
    return accounts


def one_time_password() -> str:
    """Draw a first password of 60 bits that can be spoken."""
    syllables = [secrets.choice(_CONSONANTS) + secrets.choice(_VOWELS) for _ in range(9)]
    groups = ["".join(syllables[i : i + 3]) for i in range(0, 9, 3)]
    return "-".join([*groups, str(secrets.randbelow(90) + 10)])


def issue(
    root: Any,
    *,
    login: str,
    name: str,
    clearance: int,
    roles: tuple[Held, ...],
    now: datetime,
    by: str,
    password: str | None = None,
    kind: str = MANAGEMENT,
    unit: int = 0,
    dossier: int = 0,
    cause: str = "",
) -> tuple[Account, str]:
    """Make an account; return it with its one-time password.

    :param unit: number of the unit it belongs to, whose administrator looks after it.
    :param dossier: id of the dossier about its person, or 0.
    """
    accounts = accounts_of(root)
    if not login or fold(login) != login or not login.replace("-", "").replace(".", "").isalnum():
        raise Invalid([Fault("login", "Use small letters without marks, digits, dot and dash.")])
    if login in accounts.by_login:
        raise Invalid([Fault("login", "There is an account {login} already.", {"login": login})])
    account = Account(login, name)
    account.kind = kind
    account.clearance = clearance
    account.roles = roles
    account.unit = unit
    account.created_by = by
    first = password or one_time_password()
    account.password = _hasher().hash(first)
    account.issued_at = stamp(now)
    accounts.by_login[login] = account
    tie(root, account, dossier)
    history.changed(account, at=stamp(now), by=by, verb="account.created", cause=cause)
    account.revision = 1
    return account, first


def tie(root: Any, account: Account, dossier: int) -> None:
    """Say which dossier is about the person of *account*; 0 for none."""
    by_dossier = accounts_of(root).by_dossier
    if account.dossier:
        left = tuple(each for each in by_dossier.get(account.dossier, ()) if each != account.login)
        if left:
            by_dossier[account.dossier] = left
        else:
            by_dossier.pop(account.dossier, None)
    account.dossier = dossier
    if dossier:
        others = (each for each in by_dossier.get(dossier, ()) if each != account.login)
        by_dossier[dossier] = (*others, account.login)


def logins_of_person(root: Any, login: str) -> tuple[str, ...]:
    """Return every login of the person who has this one, this one among them."""
    accounts = accounts_of(root)
    account = accounts.by_login.get(login)
    if account is None or not account.dossier:
        return (login,)
    return tuple(sorted({login, *accounts.by_dossier.get(account.dossier, ())}))


def same_person(root: Any, one: str, other: str) -> bool:
    """Say whether two logins are one person's: who asks must not approve under another hat."""
    return other in logins_of_person(root, one)


def reissue(account: Account, *, now: datetime) -> str:
    """Give a new one-time password and open a locked account.

    The caller notes the change (``history.changed``): it knows who asked, and in which letter.
    """
    first = one_time_password()
    account.password = _hasher().hash(first)
    account.must_change = True
    account.issued_at = stamp(now)
    account.locked = ""
    return first


def why_closed(
    account: Account, *, now: datetime, days: int = FIRST_PASSWORD_DAYS, enforce: bool = True
) -> str | None:
    """Say why nobody comes in with *account* now, nor goes on working; ``None`` where one may.

    :param days: how long a first password lasts.
    :param enforce: whether a first password that was not changed in time shuts the account.
    """
    if account.locked:
        return account.locked
    if account.ends_on and account.ends_on <= civil_date(now).isoformat():
        return "The person of this account has left. Ask your unit's administrator."
    if enforce and account.must_change and account.issued_at and not account.source:
        issued = datetime.fromisoformat(account.issued_at)
        if now - issued > timedelta(days=days):
            return "The first password was not changed in time. Ask your unit's administrator."
    return None


def verify_password(account: Account | None, password: str) -> bool:
    """Compare in constant effort, so that an unknown login takes as long as a known one."""
    digest = account.password if account is not None else _nobody()
    if len(password) > LONGEST:
        # Nobody's: hashing megabytes is work for nothing.
        password = ""
    try:
        return _hasher().verify(digest, password) and account is not None
    except (VerificationError, InvalidHashError):
        return False


@cache
def _nobody() -> str:
    return _hasher().hash(secrets.token_hex(16))


def password_faults(account: Account, new: str) -> list[Fault]:
    """Say everything that is wrong with a password a person chose."""
    faults = []
    if len(new) < SHORTEST:
        faults.append(Fault("new", "Use at least {least} characters.", {"least": SHORTEST}))
    if len(new) > LONGEST:
        faults.append(Fault("new", "Use at most {most} characters.", {"most": LONGEST}))
    if fold(account.login) in fold(new):
        faults.append(Fault("new", "The password must not contain the login."))
    if len(set(new)) < 5:
        faults.append(Fault("new", "Use at least five different characters."))
    if verify_password(account, new):
        faults.append(Fault("new", "This is the password you have; choose another."))
    return faults


def change_password(account: Account, new: str, *, now: datetime) -> None:
    """Set a password a person chose; all faults at once."""
    faults = password_faults(account, new)
    if faults:
        raise Invalid(faults)
    account.password = _hasher().hash(new)
    account.must_change = False
    account.changed_at = stamp(now)


def identity_of(account: Account) -> Identity:
    """Return the account as a frozen value."""
    return Identity(
        login=account.login,
        name=account.name,
        clearance=account.clearance,
        roles=() if account.kind == PERSONAL else account.roles,
        own_dossier=account.dossier,
        must_change_password=account.must_change and not account.source,
    )
