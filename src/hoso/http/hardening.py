"""What every answer carries: no inline code, no frames, no guessing of types, no caches.

Refusals (400 and up) have the same headers as answers, so that nothing can be read from
them.  What is no request at all (bytes that are no text, a form without its boundary) is
told so before anything looks at it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from pyramid.events import NewResponse
from pyramid.httpexceptions import HTTPBadRequest
from pyramid.tweens import EXCVIEW

__all__ = ["POLICY", "includeme", "readable_only"]

POLICY = (
    "default-src 'self'; img-src 'self' data:; style-src 'self'; script-src 'self'; "
    "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)


def _harden(event: NewResponse) -> None:
    headers = event.response.headers
    headers.setdefault("Content-Security-Policy", POLICY)
    headers["X-Content-Type-Options"] = "nosniff"
    headers["X-Frame-Options"] = "DENY"
    headers["Referrer-Policy"] = "same-origin"
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    headers["Cross-Origin-Resource-Policy"] = "same-origin"
    # Papers of people must not stay in a shared browser's cache; static files say otherwise.
    if "Cache-Control" not in headers:
        headers["Cache-Control"] = "no-store"


# RFC 2046 section 5.1.1: one to seventy characters; parsers take up to two hundred.
_BOUNDARY = re.compile(r"""boundary=("[ -~]{0,199}[!-~]"|[^\s";,]{1,200})""", re.IGNORECASE)


def readable_only(handler: Callable[[Any], Any], _registry: Any) -> Callable[[Any], Any]:
    """Refuse what cannot be read as a request, with an error page and not an accident."""

    def answer(request: Any) -> Any:
        try:
            _ = request.GET
        except UnicodeDecodeError:
            # The error page is drawn round the same request.
            request.environ["QUERY_STRING"] = ""
            raise HTTPBadRequest from None
        kind = request.headers.get("Content-Type", "")
        if kind.lower().startswith("multipart/") and not _BOUNDARY.search(kind):
            raise HTTPBadRequest
        return handler(request)

    return answer


def includeme(config: Any) -> None:
    config.add_subscriber(_harden, NewResponse)
    config.add_tween("hoso.http.hardening.readable_only", under=EXCVIEW)
