"""Sessions: a random token in the browser, its digest and the facts on the server.

A session ends by its hour, by rest, by its owner, by the administrator, with a lock or a new
password.  Each rise of rights (password, second factor) gets a token of its own.
"""

from __future__ import annotations

import dataclasses
import hashlib
import secrets
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from hoso.access.accounts import accounts_of, identity_of, why_closed
from hoso.access.identity import Identity
from hoso.access.model import Account, Session
from hoso.access.rules import Rules
from hoso.access.second_factor import has_factor
from hoso.access.seen import Seen
from hoso.kernel.clock import civil_date, stamp

__all__ = [
    "SECOND_FACTOR",
    "Open",
    "begin",
    "drop_ended",
    "end",
    "end_all",
    "end_named",
    "identity_behind",
    "name_of",
    "narrowed",
    "of",
    "open_now",
    "session_behind",
    "waiting_behind",
    "write_seen",
]

#: What a session waits for between password and code.
SECOND_FACTOR = "second-factor"
#: How long a person may look for the telephone.
PATIENCE = timedelta(minutes=5)
#: A session whose second factor was shown to the identity provider.
_VOUCHED = "provider+factor"
_NAME = 12
#: A session that begins in the future is none: the clock was set back. Clocks of several
#: machines may differ by this much.
SKEW = timedelta(minutes=5)


class Open(NamedTuple):
    """A session as its owner and the administrator see it: the name of it, never the token."""

    name: str
    login: str
    device: str
    address: str
    channel: str
    how: str
    begun_at: str
    seen_at: str
    ends_at: str


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def name_of(token: str) -> str:
    """Return the name under which the session behind *token* is listed; "" for no token."""
    return _digest(token)[:_NAME] if token else ""


def begin(
    root: Any,
    login: str,
    *,
    now: datetime,
    rules: Rules | None = None,
    address: str = "",
    device: str = "",
    how: str = "password",
    waits_for: str = "",
) -> str:
    """Open a session and return its token, which is nowhere kept.

    :param waits_for: ``second-factor`` where the password alone was shown.
    """
    lasts = PATIENCE if waits_for else (rules or Rules()).session
    token = secrets.token_urlsafe(32)
    session = Session(login, begun_at=stamp(now), ends_at=stamp(now + lasts))
    session.address, session.device, session.how = address, device, how
    session.waits_for = waits_for
    accounts_of(root).sessions[_digest(token)] = session
    return token


def identity_behind(
    root: Any, token: str, *, now: datetime, rules: Rules | None = None, seen: Seen | None = None
) -> Identity | None:
    """Return who is signed in with *token*; ``None`` where nobody is.

    :param rules: how long things last, also for who came in in time.
    :param seen: what is known of last use besides the database; the use is noted there.
    """
    rules = rules or Rules()
    session = session_behind(root, token, now=now, rules=rules, seen=seen)
    if session is None or session.waits_for:
        return None
    account = accounts_of(root).by_login.get(session.login)
    # A lock ends the work at once; wrong passwords tried by others do not.
    if account is None or why_closed(account, now=now, days=rules.first_password_days):
        return None
    if seen is not None:
        seen.note(_digest(token), stamp(now))
    identity = identity_of(account)
    if session.how == _VOUCHED:
        return identity
    return narrowed(identity, account, rules=rules, now=now)


def narrowed(identity: Identity, account: Account, *, rules: Rules, now: datetime) -> Identity:
    """Return the identity without any right, while a second factor is asked for and not there."""
    wanted = rules.want_second_factor(identity.roles, civil_date(now))
    if not wanted or has_factor(account):
        return identity
    return dataclasses.replace(
        identity,
        roles=(),
        own_dossier=0,
        clearance=0,
        granted=frozenset(),
        must_add_factor=True,
    )


def session_behind(
    root: Any, token: str, *, now: datetime, rules: Rules | None = None, seen: Seen | None = None
) -> Session | None:
    """Return the session behind *token* that is neither over nor at rest for too long."""
    digest = _digest(token)
    session: Session | None = accounts_of(root).sessions.get(digest)
    if session is None or session.ends_at < stamp(now) or session.begun_at > stamp(now + SKEW):
        return None
    rested = max(session.begun_at, session.seen_at, seen.last(digest) if seen is not None else "")
    if rested < stamp(now - (rules or Rules()).idle):
        return None
    return session


def waiting_behind(root: Any, token: str, *, now: datetime) -> Session | None:
    """Return the session behind *token* if it waits for a second factor."""
    session = session_behind(root, token, now=now)
    return session if session is not None and session.waits_for == SECOND_FACTOR else None


def end(root: Any, token: str) -> None:
    """Close the session."""
    accounts_of(root).sessions.pop(_digest(token), None)


def end_named(root: Any, login: str, name: str) -> bool:
    """Close one session of *login* by its name; say whether there was one."""
    kept = accounts_of(root).sessions
    if len(name) != _NAME:
        return False
    for digest in list(kept.keys(min=name, max=name + "g")):
        if digest.startswith(name) and kept[digest].login == login:
            del kept[digest]
            return True
    return False


def end_all(root: Any, login: str, *, but: str = "") -> int:
    """Close the sessions of an account, save the one behind the token *but*; return how many."""
    kept = accounts_of(root).sessions
    spared = _digest(but) if but else ""
    over = [key for key, session in kept.items() if session.login == login and key != spared]
    for key in over:
        del kept[key]
    return len(over)


def open_now(root: Any, *, now: datetime, rules: Rules, seen: Seen | None = None) -> Iterator[Open]:
    """Yield every session somebody can go on with."""
    oldest = stamp(now - rules.idle)
    for digest, session in accounts_of(root).sessions.items():
        used = max(session.begun_at, session.seen_at, seen.last(digest) if seen else "")
        if session.waits_for or session.ends_at < stamp(now) or used < oldest:
            continue
        yield Open(
            name=digest[:_NAME],
            login=session.login,
            device=session.device,
            address=session.address,
            channel=session.channel,
            how=session.how,
            begun_at=session.begun_at,
            seen_at=used,
            ends_at=session.ends_at,
        )


def of(
    root: Any, login: str, *, now: datetime, rules: Rules, seen: Seen | None = None
) -> list[Open]:
    """Return the sessions of an account, the last used first."""
    mine = [each for each in open_now(root, now=now, rules=rules, seen=seen) if each.login == login]
    return sorted(mine, key=lambda each: each.seen_at, reverse=True)


def write_seen(root: Any, seen: dict[str, str]) -> int:
    """Write down when sessions were last used; return how many were written."""
    kept = accounts_of(root).sessions
    written = 0
    for digest, at in seen.items():
        session = kept.get(digest)
        if session is not None and session.seen_at < at:
            session.seen_at = at
            written += 1
    return written


def drop_ended(root: Any, *, now: datetime) -> int:
    """Forget sessions and spent challenges that are over; return how many sessions."""
    accounts = accounts_of(root)
    over = [key for key, session in accounts.sessions.items() if session.ends_at < stamp(now)]
    for key in over:
        del accounts.sessions[key]
    for key in [key for key, ends in accounts.spent.items() if ends < stamp(now)]:
        del accounts.spent[key]
    return len(over)
