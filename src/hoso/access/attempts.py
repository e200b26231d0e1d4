"""Guessing at passwords: whoever goes on must wait longer, and nobody shuts out another.

Wrong passwords are counted by (login, address), by login alone, more loosely, and by address.
A browser that has signed in with this login before shows a device cookie
(``hoso.access.devices``) and is counted for itself alone, as OWASP advises ("Slow down online
guessing attacks with device cookies"): strangers who guess cannot keep it out.

A login nobody has is counted like any other, so that no answer tells one from the other.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address
from math import ceil
from typing import Any

from hoso.access.accounts import accounts_of
from hoso.access.model import Attempts
from hoso.kernel.clock import stamp

__all__ = ["Guess", "drop_old", "note_right", "note_wrong", "seconds_to_wait"]

#: A count nobody added to for so long is forgotten.
MEMORY = timedelta(days=1)
LONGEST = timedelta(minutes=15)
#: Whole offices share an address: so many wrong ones at once, then one in ten seconds.
ADDRESS_BURST = 100
ADDRESS_LEAK = 10.0


@dataclass(frozen=True)
class Guess:
    """One try: the login as typed, where from, and the device that was known, or ""."""

    login: str
    address: str = ""
    device: str = ""


@dataclass(frozen=True)
class _Growing:
    """So many free tries, then a pause that doubles with each wrong one."""

    free: int
    first: float

    def pause(self, seen: Attempts) -> timedelta:
        over = seen.wrong - self.free
        if over < 0:
            return timedelta()
        # Beyond the eighth doubling the longest pause is reached in any case.
        return min(LONGEST, timedelta(seconds=self.first * 2 ** min(over, 12)))


_RULES = {
    "device": _Growing(free=5, first=5.0),
    "pair": _Growing(free=5, first=5.0),
    "login": _Growing(free=20, first=30.0),
    "factor": _Growing(free=10, first=30.0),
}


def seconds_to_wait(root: Any, guess: Guess, *, now: datetime, of: str = "") -> int:
    """Return for how many seconds no password is tried; 0 where one may be.

    :param of: ``factor`` for codes of the second factor; "" for passwords.
    """
    attempts = accounts_of(root).attempts
    longest = 0.0
    for kind, key in _keys(root, guess, of):
        seen = attempts.get(key)
        if seen is None:
            continue
        passed = (now - datetime.fromisoformat(seen.last)).total_seconds()
        if kind == "address":
            left = (seen.wrong - passed / ADDRESS_LEAK - ADDRESS_BURST + 1) * ADDRESS_LEAK
        elif passed >= MEMORY.total_seconds():
            continue
        else:
            # A clock set back must not make anybody wait for years.
            left = _RULES[kind].pause(seen).total_seconds() - max(passed, 0.0)
        longest = max(longest, left)
    return ceil(min(longest, LONGEST.total_seconds()))


def note_wrong(root: Any, guess: Guess, *, now: datetime, of: str = "") -> None:
    """Count a wrong password or code."""
    attempts = accounts_of(root).attempts
    for kind, key in _keys(root, guess, of):
        seen = attempts.get(key, Attempts(0, stamp(now)))
        passed = max((now - datetime.fromisoformat(seen.last)).total_seconds(), 0.0)
        count = seen.wrong
        if kind == "address":
            count = max(0, ceil(count - passed / ADDRESS_LEAK))
        elif passed >= MEMORY.total_seconds():
            count = 0
        attempts[key] = Attempts(count + 1, stamp(now))


def note_right(root: Any, guess: Guess, *, of: str = "") -> None:
    """Forget the wrong ones before a right one; those of the address stay."""
    attempts = accounts_of(root).attempts
    for kind, key in _keys(root, guess, of):
        if kind != "address":
            attempts.pop(key, None)


def drop_old(root: Any, *, now: datetime) -> int:
    """Forget counts that no longer count; return how many."""
    attempts = accounts_of(root).attempts
    oldest = stamp(now - MEMORY)
    over = [key for key, seen in attempts.items() if seen.last < oldest]
    for key in over:
        del attempts[key]
    return len(over)


def _keys(root: Any, guess: Guess, of: str) -> Iterator[tuple[str, str]]:
    login = guess.login.strip().lower()
    if of:
        yield of, f"{of}:{_hidden(root, login)}"
        return
    if guess.device:
        yield "device", f"device:{guess.device}"
        return
    address = _network(guess.address)
    yield "pair", f"pair:{_hidden(root, login, address)}"
    yield "login", f"login:{_hidden(root, login)}"
    if address:
        yield "address", f"address:{address}"


def _hidden(root: Any, *parts: str) -> str:
    # What is no login may be a password typed into the wrong field: it is not kept.
    key = str(root.get("secret", "")).encode()
    return hmac.new(key, "\n".join(parts).encode(), hashlib.sha256).hexdigest()[:32]


def _network(address: str) -> str:
    """Return the address, of IPv6 the /64: one subscriber has all of it (RFC 6177)."""
    try:
        found = ip_address(address)
    except ValueError:
        return ""
    if isinstance(found, IPv6Address):
        return f"{IPv6Address(int(found) >> 64 << 64)}/64"
    return str(found)
