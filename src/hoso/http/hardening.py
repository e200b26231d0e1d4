"""What every answer carries: no inline code, no frames, no guessing of types, no caches.

Refusals (400 and up) have the same headers as answers, so that nothing can be read from
them.
"""

from __future__ import annotations

from typing import Any

from pyramid.events import NewResponse

__all__ = ["POLICY", "includeme"]

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


def includeme(config: Any) -> None:
    config.add_subscriber(_harden, NewResponse)
