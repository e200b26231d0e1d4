"""What a reader sees when something cannot be done: which, why, and what to do next.

Not signed in leads to the sign-in page.  A refusal is journalled here, at the rim, in a
transaction of its own, since the deed's was aborted.
"""

from __future__ import annotations

import logging
from typing import Any

from pyramid.httpexceptions import (
    HTTPBadRequest,
    HTTPException,
    HTTPForbidden,
    HTTPSeeOther,
)

from hoso.http.errors import STATUS, journal_refusal
from hoso.kernel.errors import HosoError, Invalid
from hoso.web.layout import reader_of

__all__ = ["includeme"]

log = logging.getLogger(__name__)

_TITLES = {
    400: "This request cannot be understood",
    403: "You may not do this",
    404: "Nothing is here for you",
    409: "Somebody else was faster",
    413: "Too much at once",
    422: "Some fields need correction",
    500: "Something went wrong",
    503: "Not ready yet",
}
_NEXT = {
    400: "Go back, load the page again and repeat the last step.",
    403: "If your work needs it, ask the person who keeps the accounts of your body.",
    404: "The address may be mistyped, or what it names is not open to you.",
    409: "Go back, load the page again, look at what stands there now and decide again.",
    413: "Send fewer or smaller files at a time.",
    422: "Go back and correct what is said above.",
    500: "Nothing was changed. Try again; if it happens again, tell your administrator the time.",
    503: "Wait a moment and load the page again.",
}


def _page(request: Any, status: int, *, said: str = "", details: tuple[str, ...] = ()) -> Any:
    say = request.language.say
    request.response.status_int = status
    title = _TITLES.get(status, _TITLES[500])
    return {
        "title": say(title),
        "said": said,
        "details": details,
        "next": say(_NEXT.get(status, _NEXT[500])),
        "number": status,
        "back_url": "",
        "back_label": "",
    }


def refused(error: HosoError, request: Any) -> Any:
    """Show an error of the desk."""
    journal_refusal(request.registry.house, error)
    language = request.language
    details = (
        tuple(language.error(fault) for fault in error.faults) if isinstance(error, Invalid) else ()
    )
    return _page(request, STATUS[error.kind], said=language.error(error), details=details)


def not_here(_error: Any, request: Any) -> Any:
    """Answer for every address that names nothing."""
    return _page(request, 404, said=request.language.say("Not found."))


def denied(_error: Any, request: Any) -> Any:
    """Send who is not signed in to sign in, and back here afterwards."""
    if reader_of(request).is_somebody:
        return _page(request, 403)
    back = {"back": request.path_qs} if request.method == "GET" and request.path != "/" else {}
    return HTTPSeeOther(request.route_path("sign-in", _query=back))


def bad_request(error: HTTPException, request: Any) -> Any:
    """Answer a request that is broken, too large, or lacks the form's own mark."""
    status = error.status_int if error.status_int in _TITLES else 400
    return _page(request, status)


def failed(error: Exception, request: Any) -> Any:
    """Own up to a fault of ours; the log has the trace, the reader has the way on."""
    log.error("%s %s failed", request.method, request.path, exc_info=error)
    return _page(request, 500)


def includeme(config: Any) -> None:
    template = "errors/error.jinja2"
    config.add_exception_view(refused, context=HosoError, renderer=template)
    config.add_exception_view(denied, context=HTTPForbidden, renderer=template)
    config.add_exception_view(bad_request, context=HTTPBadRequest, renderer=template)
    config.add_exception_view(bad_request, context=HTTPException, renderer=template)
    config.add_exception_view(failed, context=Exception, renderer=template)
    config.add_notfound_view(not_here, renderer=template)
