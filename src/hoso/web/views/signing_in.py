"""The door: password, then a code where the account has one; or a passkey; or a provider."""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from typing import Any

from pyramid.httpexceptions import HTTPSeeOther
from pyramid.response import Response

from hoso.access import passkeys
from hoso.access.sources.errand import LASTS, Errand, opened, sealed
from hoso.desk import signing_in
from hoso.desk.signing_in import SignIn
from hoso.http.security import (
    came_from,
    cookie_name,
    drop_session,
    forget_cookie,
    keep_device,
    keep_session,
    place_of,
    token_of,
)
from hoso.kernel.errors import Forbidden, Invalid, Missing, NotReady
from hoso.web.forms import Form, text_of, typed
from hoso.web.layout import done, reader_of

__all__ = ["includeme", "own_address"]

log = logging.getLogger(__name__)

_OWN_ADDRESS = re.compile(r"/(?![/\\])[^\\\x00-\x20\x7f]*")
_ERRAND = "hoso_errand"


def own_address(text: str, otherwise: str) -> str:
    """Return a path of this site; anything that might lead elsewhere becomes *otherwise*."""
    # Browsers read "//host" and "/\host" as other sites, and leave out tabs and line ends.
    return text if _OWN_ADDRESS.fullmatch(text) else otherwise


def sign_in_form(request: Any) -> Any:
    """Show the sign-in page; who is signed in already goes on."""
    if reader_of(request).is_somebody:
        return HTTPSeeOther(request.route_path("home"))
    return _sign_in(request, Form({"back": request.GET.get("back", "")}))


def _sign_in(request: Any, form: Form) -> dict[str, Any]:
    provider = request.house.ways.provider
    back = {"back": form.value("back")} if form.value("back") else {}
    return {
        "form": form,
        "action": request.route_path("sign-in"),
        "passkey_url": request.route_path("sign-in-passkey"),
        "passkey_options": request.route_path("sign-in-passkey-options"),
        "provider": provider.name if provider is not None else "",
        "provider_url": request.route_path("sign-in-provider", _query=back),
    }


def sign_in(request: Any) -> Any:
    """Try login and password; a wrong pair is told and counted, in one commit."""
    values = typed(request, ("login", "back"))
    password, whence = text_of(request, "password"), came_from(request)
    before = signing_in.ahead(request.desk, login=values["login"], whence=whence)
    fits = None
    if before.source and not before.seconds:
        try:
            fits = _asked(request, values["login"], password)
        except NotReady as error:
            log.warning("the directory does not answer: %s", error.__cause__)
            request.response.status_int = 503
            return _sign_in(request, Form(values, message=request.language.error(error)))
    answer = signing_in.sign_in(
        request.desk, login=values["login"], password=password, whence=whence, fits=fits
    )
    if not answer.token:
        return _sign_in(request, Form(values, message=_refused(request, answer)))
    return _further(request, answer, values["back"])


def _asked(request: Any, login: str, password: str) -> bool:
    """Ask the directory, outside of any transaction: it may take its time."""
    directory = request.house.ways.directory
    if directory is None:
        raise NotReady("The directory that keeps your password is not set up here.")
    request.tm.abort()
    try:
        return bool(directory.fits(login.strip().lower(), password))
    finally:
        request.tm.begin()


def _refused(request: Any, answer: SignIn) -> str:
    """Set the answer up as a refusal that is kept, and return what is said."""
    request.response.status_int = 429 if answer.seconds else 401
    if answer.seconds:
        request.response.headers["Retry-After"] = str(answer.seconds)
    request.environ["hoso.commit"] = True
    return str(
        request.language.say(
            answer.reason,
            seconds=answer.seconds,
            provider=answer.provider,
            subject=answer.subject,
        )
    )


def _further(request: Any, answer: SignIn, back: str) -> HTTPSeeOther:
    """Lead on to the code, to what must come first, or to where the person wanted to go."""
    if answer.second:
        query = {"back": back} if back else {}
        response = HTTPSeeOther(request.route_path("sign-in-code", _query=query))
    else:
        response = HTTPSeeOther(_first(request, answer, back))
        keep_device(request, response, answer.identity.login if answer.identity else "")
    keep_session(request, response, answer.token)
    return response


def _first(request: Any, answer: SignIn, back: str) -> str:
    identity = answer.identity
    if identity is not None and identity.must_change_password:
        return str(request.route_path("password"))
    if identity is not None and identity.must_add_factor:
        return str(request.route_path("own-account"))
    if answer.left >= 0:
        return done(request.route_path("own-account"), "recovery-code-used")
    return own_address(back, request.route_path("home"))


# The second step ---------------------------------------------------------------------------


def code_form(request: Any) -> Any:
    """Ask for the code, or a passkey."""
    return _code(request, Form({"back": request.GET.get("back", "")}))


def _code(request: Any, form: Form) -> Any:
    account = signing_in.waiting_for(request.desk, token=token_of(request))
    if account is None:
        return HTTPSeeOther(request.route_path("sign-in"))
    return {
        "form": form,
        "generator": bool(account.totp),
        "passkey_url": request.route_path("sign-in-passkey") if account.passkeys else "",
        "passkey_options": request.route_path("sign-in-passkey-options"),
    }


def code(request: Any) -> Any:
    """Take the code."""
    values = typed(request, ("code", "back"))
    answer = signing_in.sign_in_second(
        request.desk, token=token_of(request), code=values["code"], whence=came_from(request)
    )
    if answer.token:
        return _further(request, answer, values["back"])
    said = _refused(request, answer)
    if answer.second:
        return _code(request, Form({"back": values["back"]}, message=said))
    request.override_renderer = "people/sign-in.jinja2"
    return _sign_in(request, Form({"back": values["back"]}, message=said))


def passkey_options(request: Any) -> Response:
    """Return what the browser needs to ask for a passkey; nothing is written."""
    desk = request.desk
    awaited = signing_in.waiting_for(desk, token=token_of(request)) if token_of(request) else None
    said = passkeys.options_to_use(
        desk.root, place_of(request), now=request.house.clock.now(), account=awaited
    )
    return Response(said, content_type="application/json", charset="utf-8")


def passkey(request: Any) -> Any:
    """Sign in with the passkey the browser shows."""
    values = typed(request, ("back",))
    try:
        answer = signing_in.sign_in_with_passkey(
            request.desk,
            answer=text_of(request, "answer"),
            place=place_of(request),
            token=token_of(request),
            whence=came_from(request),
        )
    except Invalid as error:
        request.response.status_int = 401
        said = " ".join(request.language.error(fault) for fault in error.faults)
        return _sign_in(request, Form(values, message=said))
    if not answer.token:
        return _sign_in(request, Form(values, message=_refused(request, answer)))
    return _further(request, answer, values["back"])


# The provider ------------------------------------------------------------------------------


def _provider(request: Any) -> Any:
    provider = request.house.ways.provider
    if provider is None:
        raise Missing
    return provider


def _errand_cookie(request: Any) -> str:
    return cookie_name(request.house.settings, _ERRAND, path="/sign-in/provider")


def _back_here(request: Any) -> str:
    return place_of(request).origin + str(request.route_path("sign-in-provider-back"))


def provider_begin(request: Any) -> Any:
    """Send the browser to the identity provider."""
    provider = _provider(request)
    secret = request.connection.root()["secret"]
    errand = Errand.new(back=request.GET.get("back", ""), now=request.house.clock.now())
    request.tm.abort()
    try:
        address = provider.address(errand, back=_back_here(request))
    except NotReady as error:
        request.response.status_int = 503
        return _sign_in(request, Form(message=request.language.error(error)))
    finally:
        request.tm.begin()
    response = HTTPSeeOther(address)
    response.set_cookie(
        _errand_cookie(request),
        sealed(secret, errand),
        max_age=int(LASTS.total_seconds()),
        httponly=True,
        # The provider sends the browser back with a link of its own: Strict would lose it.
        samesite="Lax",
        secure=request.house.settings.secure_cookies,
        path="/sign-in/provider",
    )
    return response


def provider_back(request: Any) -> Any:
    """Take in whom the provider vouches for."""
    provider, now = _provider(request), request.house.clock.now()
    secret = request.connection.root()["secret"]
    errand = opened(secret, request.cookies.get(_errand_cookie(request), ""), now=now)
    answer: Mapping[str, str] = dict(request.GET)
    request.tm.abort()
    try:
        if errand is None:
            raise Forbidden("Begin again: this sign-in took too long, or began in another browser.")
        vouched = provider.vouched(errand, answer, back=_back_here(request), now=now)
    except (Forbidden, NotReady) as error:
        log.warning("sign-in at %s failed: %r", provider, error.__cause__)
        request.response.status_int = 503 if isinstance(error, NotReady) else 401
        return _sign_in(request, Form(message=request.language.error(error)))
    finally:
        request.tm.begin()
    found = signing_in.sign_in_linked(
        request.desk,
        issuer=vouched.issuer,
        subject=vouched.subject,
        provider=provider.name,
        factor_shown=vouched.factor_shown,
        whence=came_from(request),
    )
    if not found.token:
        return _sign_in(request, Form(message=_refused(request, found)))
    response = _further(request, found, errand.back)
    forget_cookie(request, response, _ERRAND, path="/sign-in/provider")
    return response


def sign_out(request: Any) -> Any:
    """End the session."""
    signing_in.sign_out(request.desk, token=token_of(request))
    response = HTTPSeeOther(done(request.route_path("sign-in"), "signed-out"))
    drop_session(request, response)
    # Pictures of pages that were kept go from a shared machine with who looked at them.
    response.headers["Clear-Site-Data"] = '"cache"'
    return response


def includeme(config: Any) -> None:
    sheet = "people/sign-in.jinja2"
    config.add_public_view(sign_in_form, route_name="sign-in", request_method="GET", renderer=sheet)
    config.add_public_view(sign_in, route_name="sign-in", request_method="POST", renderer=sheet)
    code_sheet = "people/code.jinja2"
    config.add_public_view(
        code_form, route_name="sign-in-code", request_method="GET", renderer=code_sheet
    )
    config.add_public_view(
        code, route_name="sign-in-code", request_method="POST", renderer=code_sheet
    )
    config.add_public_view(
        passkey_options, route_name="sign-in-passkey-options", request_method="POST"
    )
    config.add_public_view(
        passkey, route_name="sign-in-passkey", request_method="POST", renderer=sheet
    )
    config.add_public_view(
        provider_begin, route_name="sign-in-provider", request_method="GET", renderer=sheet
    )
    config.add_public_view(
        provider_back, route_name="sign-in-provider-back", request_method="GET", renderer=sheet
    )
    config.add_own_view(sign_out, route_name="sign-out", request_method="POST")
