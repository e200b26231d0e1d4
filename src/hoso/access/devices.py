"""Device cookies: a browser shows that somebody signed in with this login there before.

Nobody is let in by one.  It only says which browser is not a stranger, so that strangers'
wrong passwords do not count against it (``hoso.access.attempts``).
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Iterable

__all__ = ["device_name", "known_device", "remember"]

#: Logins one browser is known for: a shared desk has a few.
MOST = 5
_BETWEEN = "~"


def known_device(secret: str, cookie: str, login: str) -> str:
    """Return the device's own number where *cookie* is known for *login*; "" where not."""
    for nonce, seal in _parts(cookie):
        if hmac.compare_digest(seal, _seal(secret, nonce, login)):
            return nonce
    return ""


def remember(secret: str, cookie: str, login: str) -> str:
    """Return the cookie that *cookie* becomes once *login* has signed in."""
    known = known_device(secret, cookie, login)
    kept = [(nonce, seal) for nonce, seal in _parts(cookie) if nonce != known]
    nonce = known or secrets.token_urlsafe(12)
    newest = [(nonce, _seal(secret, nonce, login)), *kept][:MOST]
    return _BETWEEN.join(f"{nonce}.{seal}" for nonce, seal in newest)


#: What a browser's and a system's name look like in its header; the first that fits counts.
_BROWSERS = (
    ("Edg", "Edge"), ("OPR", "Opera"), ("coc_coc", "Cốc Cốc"), ("Firefox", "Firefox"),
    ("Chrome", "Chrome"), ("Safari", "Safari"), ("curl", "curl"),
)  # fmt: skip
_SYSTEMS = (
    ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"),
    ("Mac OS", "macOS"), ("Linux", "Linux"),
)  # fmt: skip


def device_name(user_agent: str) -> str:
    """Return what a person would call the browser: "Firefox · Windows"; "" where unknown."""
    browser = next((name for sign, name in _BROWSERS if sign in user_agent), "")
    system = next((name for sign, name in _SYSTEMS if sign in user_agent), "")
    return " · ".join(part for part in (browser, system) if part)


def _parts(cookie: str) -> Iterable[tuple[str, str]]:
    if len(cookie) > 400 or not cookie.isascii():
        return
    for part in cookie.split(_BETWEEN)[:MOST]:
        nonce, dot, seal = part.partition(".")
        if dot and nonce:
            yield nonce, seal


def _seal(secret: str, nonce: str, login: str) -> str:
    said = f"device\n{nonce}\n{login.strip().lower()}".encode()
    return hmac.new(secret.encode(), said, hashlib.sha256).hexdigest()[:40]
