"""Access keys: how a scanner or a program shows who it works for, without a password.

A key is a random token that its owner sees once; the site keeps its digest.  It carries the
roles of its account as they stand at each request, opens the REST channel and nothing else,
and ends on a stated day, with the account, or when it is taken back.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from hoso.access.accounts import accounts_of, identity_of, why_closed
from hoso.access.identity import Identity
from hoso.access.model import AccessKey
from hoso.access.rules import Rules
from hoso.access.seen import Seen
from hoso.access.sessions import narrowed
from hoso.kernel.clock import stamp

__all__ = ["LONGEST_DAYS", "Issued", "end_all", "identity_behind", "issue", "of", "take_back"]

#: Most days a key may last: a year, so that forgotten ones end by themselves.
LONGEST_DAYS = 366
#: What every key begins with, so that one found in a file is known for what it is.
PREFIX = "hoso_"
_NAME = 12


class Issued(NamedTuple):
    """A key as its owner may see it: the name of it, never the token."""

    name: str
    label: str
    begun_at: str
    ends_at: str


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def issue(root: Any, login: str, *, label: str, days: int, now: datetime) -> str:
    """Make a key for *login* that lasts *days*; return its token, which is nowhere kept."""
    token = PREFIX + secrets.token_urlsafe(32)
    ends = stamp(now + timedelta(days=days))
    accounts_of(root).keys[_digest(token)] = AccessKey(
        login, label, begun_at=stamp(now), ends_at=ends
    )
    return token


def identity_behind(
    root: Any, token: str, *, now: datetime, rules: Rules | None = None, seen: Seen | None = None
) -> Identity | None:
    """Return for whom the program works that shows *token*; ``None`` where for nobody.

    :param seen: of sessions only; a key has no rest to be ended by.
    """
    del seen
    rules = rules or Rules()
    accounts = accounts_of(root)
    key = accounts.keys.get(_digest(token))
    if key is None or key.ends_at < stamp(now):
        return None
    account = accounts.by_login.get(key.login)
    if (
        account is None
        or account.must_change
        or why_closed(account, now=now, days=rules.first_password_days)
    ):
        return None
    return narrowed(identity_of(account), account, rules=rules, now=now)


def of(root: Any, login: str) -> list[Issued]:
    """Return the keys of an account, the newest first."""
    found = [
        Issued(digest[:_NAME], key.label, key.begun_at, key.ends_at)
        for digest, key in accounts_of(root).keys.items()
        if key.login == login
    ]
    return sorted(found, key=lambda each: each.begun_at, reverse=True)


def take_back(root: Any, login: str, name: str) -> bool:
    """End one key of *login* by its name; say whether there was one."""
    keys = accounts_of(root).keys
    for digest in list(keys.keys(min=name, max=name + "g")):
        if digest.startswith(name) and len(name) == _NAME and keys[digest].login == login:
            del keys[digest]
            return True
    return False


def end_all(root: Any, login: str) -> None:
    """End every key of an account."""
    keys = accounts_of(root).keys
    for digest in [digest for digest, key in keys.items() if key.login == login]:
        del keys[digest]
