"""What a browser carries while it is away at an identity provider, sealed by the site.

State, nonce and the PKCE verifier belong to one browser and one sign-in; kept in a cookie,
they cost the site nothing when somebody only begins.
"""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import hmac
import json
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

__all__ = ["LASTS", "Errand", "opened", "sealed"]

LASTS = timedelta(minutes=10)
_LONGEST = 3000


@dataclass(frozen=True)
class Errand:
    """One sign-in under way.

    :ivar back: path to go to afterwards.
    :ivar ends: seconds since 1970.
    """

    state: str
    nonce: str
    verifier: str
    back: str
    ends: int

    @classmethod
    def new(cls, *, back: str, now: datetime) -> Errand:
        """Draw what must not be guessed."""
        return cls(
            state=secrets.token_urlsafe(32),
            nonce=secrets.token_urlsafe(32),
            # RFC 7636 section 4.1: 43 to 128 characters.
            verifier=secrets.token_urlsafe(48),
            back=back[:1000],
            ends=int((now + LASTS).timestamp()),
        )


def sealed(secret: str, errand: Errand) -> str:
    """Write an errand so that only this site can have written it."""
    body = base64.urlsafe_b64encode(json.dumps(dataclasses.astuple(errand)).encode()).decode()
    return f"{body}.{_seal(secret, body)}"


def opened(secret: str, text: str, *, now: datetime) -> Errand | None:
    """Read an errand back; ``None`` where it is not ours, or too old."""
    body, _, seal = text.partition(".")
    if len(text) > _LONGEST or not text.isascii():
        return None
    if not hmac.compare_digest(seal, _seal(secret, body)):
        return None
    errand = Errand(*json.loads(base64.urlsafe_b64decode(body)))
    return errand if now.timestamp() <= errand.ends else None


def _seal(secret: str, body: str) -> str:
    return hmac.new(f"errand {secret}".encode(), body.encode(), hashlib.sha256).hexdigest()
