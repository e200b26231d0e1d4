"""What every answer carries, and which requests are none.

Answers: no inline code, no frames, no guessing of types, no caches; what is sent to be saved
never runs in the site's own origin.  Refusals (400 and up) have the same headers as answers, so
that nothing can be read from them.

Requests: a method nobody needs, a name of another site, a form that a page of another site
sent, bytes that are no text and a form without its boundary are told so before anything looks
at them.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from pyramid.events import NewResponse
from pyramid.httpexceptions import HTTPBadRequest, HTTPMethodNotAllowed
from pyramid.tweens import EXCVIEW

from hoso.http.security import is_program

__all__ = ["POLICY", "SHOWN", "includeme", "readable_only"]

POLICY = (
    "default-src 'self'; img-src 'self' data:; style-src 'self'; script-src 'self'; "
    "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
#: The policy of what is saved, and of pictures that could hold code: nothing, in an origin of
#: its own.
SANDBOX = "sandbox; default-src 'none'"
#: Types a browser may show; anything else is sent to be saved.
SHOWN = frozenset(
    {
        "text/html",
        "text/plain",
        "text/css",
        "text/javascript",
        "application/javascript",
        "application/json",
        "application/problem+json",
        "application/pdf",
        "image/jpeg",
        "image/png",
        "image/svg+xml",
        "image/webp",
        "image/x-icon",
        "image/vnd.microsoft.icon",
        "font/woff2",
    }
)
_CODED_PICTURE = "image/svg+xml"
#: What a page of this site never asks a browser for.
_NO_DEVICES = ", ".join(
    f"{feature}=()"
    for feature in (
        "accelerometer", "browsing-topics", "camera", "display-capture", "geolocation",
        "gyroscope", "magnetometer", "microphone", "midi", "payment", "serial", "usb",
    )
)  # fmt: skip
_YEAR = 365 * 24 * 3600

_READING = frozenset({"GET", "HEAD", "OPTIONS"})
_METHODS = _READING | {"POST", "PUT", "PATCH", "DELETE"}
#: Names a machine calls itself by: who asks with them sits at it.
_OURSELVES = frozenset({"localhost", "127.0.0.1", "[::1]"})


def _harden(event: NewResponse) -> None:
    response, headers = event.response, event.response.headers
    kind = response.content_type or ""
    saved = headers.get("Content-Disposition", "").startswith("attachment")
    if kind and kind not in SHOWN and not saved:
        headers["Content-Disposition"] = "attachment"
        saved = True
    is_page = not saved and kind != _CODED_PICTURE
    headers.setdefault("Content-Security-Policy", POLICY if is_page else SANDBOX)
    headers["X-Content-Type-Options"] = "nosniff"
    headers["X-Frame-Options"] = "DENY"
    headers["Referrer-Policy"] = "same-origin"
    headers["Permissions-Policy"] = _NO_DEVICES
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    headers["Cross-Origin-Resource-Policy"] = "same-origin"
    # Papers of people must not stay in a shared browser's cache; static files say otherwise.
    if "Cache-Control" not in headers:
        headers["Cache-Control"] = "no-store"
    if event.request.registry.house.settings.secure_cookies:
        # RFC 6797: once over TLS, never without again.
        headers["Strict-Transport-Security"] = f"max-age={_YEAR}"


# RFC 2046 section 5.1.1: one to seventy characters; parsers take up to two hundred.
_BOUNDARY = re.compile(r"""boundary=("[ -~]{0,199}[!-~]"|[^\s";,]{1,200})""", re.IGNORECASE)


def readable_only(handler: Callable[[Any], Any], registry: Any) -> Callable[[Any], Any]:
    """Refuse what cannot be read as a request, with an error page and not an accident."""
    ours = _names(registry.house.settings)

    def answer(request: Any) -> Any:
        if request.method not in _METHODS:
            raise HTTPMethodNotAllowed
        if ours and _name(request.host) not in ours:
            raise HTTPBadRequest
        if request.method not in _READING and not is_program(request):
            _from_here(request, registry.house.settings.address)
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


def _names(settings: Any) -> frozenset[str]:
    """Return the names this site answers to; none stated: to any."""
    stated = {urlsplit(settings.address).hostname or ""} | set(settings.hosts)
    stated.discard("")
    return frozenset(stated) | _OURSELVES if stated else frozenset()


def _name(host: str) -> str:
    name, _, port = host.rpartition(":")
    return (name if name and port.isdigit() else host).lower()


def _from_here(request: Any, address: str) -> None:
    """Refuse what a page of another site makes a browser send, mark or no mark.

    Browsers say where a form was (Fetch, section 3.2) and how far that is from here (Fetch
    Metadata); programs that say neither have no cookies of anybody's to misuse.
    """
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in {"same-origin", "none"}:
        raise HTTPBadRequest
    origin = request.headers.get("Origin")
    if origin is not None and origin not in {request.host_url, address or request.host_url}:
        raise HTTPBadRequest


def includeme(config: Any) -> None:
    config.add_subscriber(_harden, NewResponse)
    config.add_tween("hoso.http.hardening.readable_only", under=EXCVIEW)
