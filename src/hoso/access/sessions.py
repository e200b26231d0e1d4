"""Sessions: a random token in the browser, its digest and the facts on the server."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Any

from hoso.access.accounts import FIRST_PASSWORD_DAYS, accounts_of, identity_of, why_closed
from hoso.access.identity import Identity
from hoso.access.model import Session
from hoso.kernel.clock import stamp

__all__ = ["LIFETIME", "begin", "drop_ended", "end", "end_all", "identity_behind"]

#: One working day.
LIFETIME = timedelta(hours=10)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def begin(root: Any, login: str, *, now: datetime) -> str:
    """Open a session and return its token, which is nowhere kept."""
    token = secrets.token_urlsafe(32)
    session = Session(login, begun_at=stamp(now), ends_at=stamp(now + LIFETIME))
    accounts_of(root).sessions[_digest(token)] = session
    return token


def identity_behind(
    root: Any, token: str, *, now: datetime, days: int = FIRST_PASSWORD_DAYS
) -> Identity | None:
    """Return who is signed in with *token*; ``None`` where nobody is.

    :param days: how long a first password lasts, also for who came in with it in time.
    """
    accounts = accounts_of(root)
    session = accounts.sessions.get(_digest(token))
    if session is None or session.ends_at < stamp(now):
        return None
    account = accounts.by_login.get(session.login)
    # A lock ends the work at once; wrong passwords tried by others do not.
    if account is None or why_closed(account, now=now, days=days):
        return None
    return identity_of(account)


def end(root: Any, token: str) -> None:
    """Close the session."""
    accounts_of(root).sessions.pop(_digest(token), None)


def end_all(root: Any, login: str, *, but: str = "") -> None:
    """Close the sessions of an account, save the one behind the token *but*."""
    kept = accounts_of(root).sessions
    spared = _digest(but) if but else ""
    for key in [key for key, session in kept.items() if session.login == login and key != spared]:
        del kept[key]


def drop_ended(root: Any, *, now: datetime) -> int:
    """Forget sessions that are over; return how many."""
    sessions = accounts_of(root).sessions
    over = [key for key, session in sessions.items() if session.ends_at < stamp(now)]
    for key in over:
        del sessions[key]
    return len(over)
