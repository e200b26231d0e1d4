"""Logs without secrets: what a request carries to prove who sends it is never written down.

A log is read by people who may read no paper and know no password.  Whatever a line says, the
session, the key, the mark of the form and the passwords of the request that is being answered
are blotted out of it, also out of the trace of an accident; so is what looks like one of them.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from typing import Any

__all__ = ["BLOT", "Discreet", "includeme"]

BLOT = "[…]"
#: Shorter values are no secrets, and blotting them out would leave nothing to read.
_SHORTEST = 4
#: Fields of forms whose content proves something, by parts of their names.
_SECRET_FIELD = re.compile(
    r"pass|token|secret|answer|recovery|\b(?:old|new|again|code|otp|key)\b", re.IGNORECASE
)
_PATTERNS: tuple[tuple[re.Pattern[str], str], ...] = (
    # An access key (hoso.access.keys).
    (re.compile(r"\bhoso_[A-Za-z0-9_-]{16,}"), f"hoso_{BLOT}"),
    (
        re.compile(
            r"(?i)\b((?:proxy-)?authorization|(?:set-)?cookie|x-csrf-token)(['\"]?\s*[:=]\s*)[^\n]+"
        ),
        rf"\1\2{BLOT}",
    ),
    (
        re.compile(
            r"(?i)\b(\w*(?:password|passwd|token|secret|bindpw)|otp|nonce)(=|['\"]?:\s*['\"]?)"
            r"[^&\s'\",}]+"
        ),
        rf"\1\2{BLOT}",
    ),
)

_answering: ContextVar[Any] = ContextVar("answering", default=None)


class Discreet(logging.Formatter):
    """Formats as any formatter does, and then blots out what is secret."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line, and the trace below it, without secrets."""
        text = super().format(record)
        request = _answering.get()
        if request is not None:
            # Long ones first: a short one may be part of them.
            for secret in sorted(set(_secrets_of(request)), key=len, reverse=True):
                text = text.replace(secret, BLOT)
        for pattern, instead in _PATTERNS:
            text = pattern.sub(instead, text)
        return text


def _secrets_of(request: Any) -> Iterator[str]:
    values = [*request.cookies.values()]
    values.append(request.headers.get("Authorization", "").partition(" ")[2])
    values.append(request.headers.get("X-CSRF-Token", ""))
    # Only of a form that was read already: a log line must not read the body of an upload.
    parsed = request.environ.get("webob._parsed_post_vars", ({},))[0]
    values += [
        value
        for name, value in parsed.items()
        if isinstance(value, str) and _SECRET_FIELD.search(name.replace("_", " "))
    ]
    return (value for value in values if len(value) >= _SHORTEST)


def knowing(handler: Callable[[Any], Any], _registry: Any) -> Callable[[Any], Any]:
    """Let the formatter know which request this thread is answering."""

    def answer(request: Any) -> Any:
        before = _answering.set(request)
        try:
            return handler(request)
        finally:
            _answering.reset(before)

    return answer


def includeme(config: Any) -> None:
    config.add_tween("hoso.http.redaction.knowing")
