"""What cannot be done, as ``application/problem+json`` (RFC 9457).

``type`` names the kind of error for ever; ``detail`` tells a person what to do next; ``faults``
lists everything that is wrong with what was sent, field by field, at once.
"""

from __future__ import annotations

import logging
from typing import Any

from pyramid.httpexceptions import HTTPException, HTTPForbidden
from pyramid.response import Response
from transaction.interfaces import TransientError

from hoso.access.identity import NOBODY, Identity
from hoso.http.errors import STATUS, missed_too_often, tell_broken, tell_refused
from hoso.kernel.errors import HosoError, Invalid, Missing, TooMany

__all__ = ["includeme", "problem"]

log = logging.getLogger(__name__)

_TITLES = {
    400: "The request cannot be understood",
    401: "No access key that is in force",
    403: "You may not do this",
    404: "Nothing is here for you",
    405: "This address does not answer that method",
    409: "Somebody else was faster, or the state does not allow it",
    413: "Too much at once",
    422: "What was sent needs correction",
    429: "Too much at once",
    500: "Something went wrong; nothing was changed",
    503: "Not ready yet; try again",
}


def problem(
    status: int, kind: str, *, detail: str = "", faults: list[dict[str, Any]] | None = None
) -> Response:
    """Return one problem as an answer."""
    body: dict[str, Any] = {
        "type": f"urn:hoso:problem:{kind}",
        "title": _TITLES.get(status, _TITLES[500]),
        "status": status,
    }
    if detail:
        body["detail"] = detail
    if faults:
        body["faults"] = faults
    answer = Response(json_body=body, status=status, content_type="application/problem+json")
    if status == 401:
        answer.headers["WWW-Authenticate"] = 'Bearer realm="hoso"'
    return answer


def _refused(error: HosoError, request: Any) -> Response:
    tell_refused(request, error)
    error = missed_too_often(request, error)
    faults = (
        [
            {"field": fault.field, "message": _plain(fault), **_place(fault)}
            for fault in error.faults
        ]
        if isinstance(error, Invalid)
        else []
    )
    detail = "; ".join(each["message"] for each in faults) or str(error)
    answer = problem(STATUS[error.kind], error.kind, detail=detail, faults=faults)
    if isinstance(error, TooMany):
        answer.headers["Retry-After"] = str(error.facts["seconds"])
    return answer


def _place(fault: Any) -> dict[str, Any]:
    """Return where in what was sent the fault is, where that is known: from letter to letter."""
    return {name: fault.facts[name] for name in ("at", "to") if name in fault.facts}


def _plain(fault: Any) -> str:
    return str(fault).partition(": ")[2]


def _is_somebody(request: Any) -> bool:
    # As looked up when the request began; an answer to an error never looks again.
    identity: Identity = request.__dict__.get("identity_here", NOBODY)
    return identity.is_somebody


def _no_key(_error: Exception, request: Any) -> Response:
    if not _is_somebody(request):
        return problem(401, "no-key", detail="Send an access key: Authorization: Bearer …")
    return problem(403, "forbidden", detail="Choose your own password first.")


def _http(error: HTTPException, _request: Any) -> Response:
    if error.status_int == 401:
        return problem(401, "no-key", detail="Send an access key: Authorization: Bearer …")
    return problem(error.status_int, f"http-{error.status_int}")


def _not_here(_error: Any, request: Any) -> Response:
    if not _is_somebody(request):
        return problem(401, "no-key", detail="Send an access key: Authorization: Bearer …")
    return _refused(Missing(), request)


def _busy(error: Exception, request: Any) -> Response:
    log.info("%s %s met other writers: %s", request.method, request.path, error)
    return problem(503, "not-ready", detail="Others wrote at the same moment. Try again.")


def _failed(error: Exception, request: Any) -> Response:
    log.error("%s %s failed", request.method, request.path, exc_info=error)
    tell_broken(request, error)
    return problem(
        500, "internal", detail="Try again; if it happens again, tell the administrator."
    )


def includeme(config: Any) -> None:
    ours = {"path_info": r"^/api/"}
    config.add_exception_view(_refused, context=HosoError, **ours)
    config.add_exception_view(_no_key, context=HTTPForbidden, **ours)
    config.add_exception_view(_http, context=HTTPException, **ours)
    config.add_exception_view(_busy, context=TransientError, **ours)
    config.add_exception_view(_failed, context=Exception, **ours)
    config.add_notfound_view(_not_here, **ours)
