"""What a reader sees when something cannot be done: which, why, and what to do next.

Not signed in leads to the sign-in page.  A refusal is journalled here, at the rim, in a
transaction of its own, since the deed's was aborted; so is asking for what is not there.
"""

from __future__ import annotations

import logging
from typing import Any

from pyramid.exceptions import URLDecodeError
from pyramid.httpexceptions import (
    HTTPBadRequest,
    HTTPException,
    HTTPForbidden,
    HTTPSeeOther,
)
from transaction.interfaces import TransientError

from hoso.http.errors import STATUS, missed_too_often, tell_broken, tell_refused
from hoso.kernel.errors import HosoError, Invalid, Missing, TooMany
from hoso.web.layout import reader_of
from hoso.web.words import Word

__all__ = ["includeme"]

log = logging.getLogger(__name__)

_TITLES = {
    400: Word("This request cannot be understood"),
    403: Word("You may not do this"),
    404: Word("Nothing is here for you"),
    409: Word("Somebody else was faster"),
    413: Word("Too much at once"),
    422: Word("Some fields need correction"),
    429: Word("Too much at once"),
    500: Word("Something went wrong"),
    503: Word("Not ready yet"),
}
_NEXT = {
    400: Word("Go back, load the page again and repeat the last step."),
    403: Word("If your work needs it, ask the person who keeps the accounts of your body."),
    404: Word("The address may be mistyped, or what it names is not open to you."),
    409: Word("Go back, load the page again, look at what stands there now and decide again."),
    413: Word("Send fewer or smaller files at a time."),
    422: Word("Go back and correct what is said above."),
    429: Word("Nothing is lost. Wait as long as is said above and load the page again."),
    500: Word(
        "Nothing was changed. Try again; if it happens again, tell your administrator the time."
    ),
    503: Word("Wait a moment and load the page again."),
}


def _page(request: Any, status: int, *, said: str = "", details: tuple[str, ...] = ()) -> Any:
    say = request.language.say
    request.response.status_int = status
    title = _TITLES.get(status, _TITLES[500])
    return {
        "title": say(title.text),
        "said": said,
        "details": details,
        "next": say(_NEXT.get(status, _NEXT[500]).text),
        "number": status,
        "back_url": "",
        "back_label": "",
    }


def refused(error: HosoError, request: Any) -> Any:
    """Show an error of the desk."""
    tell_refused(request, error)
    error = missed_too_often(request, error)
    if isinstance(error, TooMany):
        request.response.headers["Retry-After"] = str(error.facts["seconds"])
    language = request.language
    details = (
        tuple(language.error(fault) for fault in error.faults) if isinstance(error, Invalid) else ()
    )
    return _page(request, STATUS[error.kind], said=language.error(error), details=details)


def not_here(_error: Any, request: Any) -> Any:
    """Answer for every address that names nothing.

    Below the tree of records a stranger is sent to sign in, as where there is a record.
    """
    if getattr(request, "traversed", ()) and not reader_of(request).is_somebody:
        return denied(_error, request)
    return refused(Missing(), request)


def denied(_error: Any, request: Any) -> Any:
    """Send who is not signed in to sign in, and back here afterwards."""
    reader = reader_of(request)
    if reader.must_change_password:
        return HTTPSeeOther(request.route_path("password"))
    if reader.must_add_factor:
        return HTTPSeeOther(request.route_path("own-account"))
    if reader.is_somebody:
        return _page(request, 403)
    back = {"back": request.path_qs} if request.method == "GET" and request.path != "/" else {}
    return HTTPSeeOther(request.route_path("sign-in", _query=back))


def bad_request(error: HTTPException, request: Any) -> Any:
    """Answer a request that is broken, too large, or lacks the form's own mark."""
    status = error.status_int if error.status_int in _TITLES else 400
    return _page(request, status)


def no_address(_error: UnicodeDecodeError, request: Any) -> Any:
    """Answer an address whose bytes are no UTF-8."""
    return _page(request, 400)


def no_text(error: UnicodeDecodeError, request: Any) -> Any:
    """Answer a form whose bytes are no text; where the form is good, the fault is ours."""
    try:
        _ = request.POST
    except (UnicodeDecodeError, LookupError):
        return _page(request, 400)
    return failed(error, request)


def busy(error: Exception, request: Any) -> Any:
    """Say that others wrote at the same moment; shown where trying again did not help."""
    log.info("%s %s met other writers: %s", request.method, request.path, error)
    return _page(request, 503)


def failed(error: Exception, request: Any) -> Any:
    """Own up to a fault of ours; the log has the trace, the reader has the way on."""
    log.error("%s %s failed", request.method, request.path, exc_info=error)
    tell_broken(request, error)
    return _page(request, 500)


def includeme(config: Any) -> None:
    template = "errors/error.jinja2"
    config.add_exception_view(refused, context=HosoError, renderer=template)
    config.add_exception_view(denied, context=HTTPForbidden, renderer=template)
    config.add_exception_view(bad_request, context=HTTPBadRequest, renderer=template)
    config.add_exception_view(bad_request, context=HTTPException, renderer=template)
    config.add_exception_view(no_address, context=URLDecodeError, renderer=template)
    config.add_exception_view(no_text, context=UnicodeDecodeError, renderer=template)
    config.add_exception_view(busy, context=TransientError, renderer=template)
    config.add_exception_view(failed, context=Exception, renderer=template)
    config.add_notfound_view(not_here, renderer=template)
