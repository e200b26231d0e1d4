"""Errors to HTTP: a status for each kind; what the journal hears of them."""

from __future__ import annotations

import logging
from typing import Any

from hoso.access.identity import NOBODY, Identity
from hoso.desk.act import refusal_of
from hoso.desk.refusals import journal_nothing_there, journal_refusal
from hoso.http.rates import MISSES
from hoso.http.security import is_program
from hoso.kernel.errors import HosoError, TooMany

__all__ = ["STATUS", "missed_too_often", "tell_broken", "tell_refused"]

log = logging.getLogger(__name__)

STATUS = {
    "internal": 500,
    "invalid": 422,
    "missing": 404,
    "forbidden": 403,
    "conflict": 409,
    "not-ready": 503,
    "too-many": 429,
    "unusable": 422,
}


def tell_refused(request: Any, error: HosoError) -> None:
    """Let the journal hear of a refusal, and of a record that is not there alike."""
    if refusal_of(error) is None and STATUS[error.kind] == 404:
        _tell_nothing_there(request)
    else:
        journal_refusal(request.registry.house, error)


def tell_broken(request: Any, error: Exception) -> None:
    """Let the journal hear of a deed that an error of ours stopped."""
    try:
        journal_refusal(request.registry.house, error)
    except Exception:
        # What stopped the deed may stop the journal too; the reader gets an answer all the same.
        log.exception("that it failed could not be written down")


def missed_too_often(request: Any, error: HosoError) -> HosoError:
    """Return *error*, or :class:`TooMany` where this person keeps asking for what is not there."""
    who = _who(request)
    if STATUS[error.kind] != 404 or not who.is_somebody:
        return error
    try:
        request.registry.rates.take(MISSES, who.login)
    except TooMany as too_many:
        return too_many
    return error


def _who(request: Any) -> Identity:
    # As looked up when the request began; an answer to an error never looks again.
    found: Identity = request.__dict__.get("identity_here", NOBODY)
    return found


def _tell_nothing_there(request: Any) -> None:
    """Let the journal hear that somebody asked where nothing is.

    Only below what holds records: where nothing can be hidden, nothing is given away.
    """
    who = _who(request)
    route = getattr(request, "matched_route", None)
    is_static = route is not None and route.name.startswith("__")
    if not who.is_somebody or is_static or not (route or getattr(request, "traversed", ())):
        return
    via = "rest" if is_program(request) else "web"
    path = request.environ.get("PATH_INFO", "").encode("latin-1", "replace")
    journal_nothing_there(
        request.registry.house, who, via=via, asked=path.decode("utf-8", "replace")
    )
