"""One's own account: where one is signed in, the second factor, passkeys."""

from __future__ import annotations

from typing import Any

from pyramid.httpexceptions import HTTPSeeOther
from pyramid.response import Response

from hoso.access import passkeys
from hoso.access.sessions import Open
from hoso.desk import own_account
from hoso.http.security import came_from, keep_session, place_of, token_of
from hoso.kernel.errors import Invalid
from hoso.kernel.typesetting import qr_code
from hoso.web.forms import Form, text_of, typed
from hoso.web.layout import done, reader_of
from hoso.web.words import ACCOUNT_KINDS, WAYS_IN

__all__ = ["includeme", "session_rows"]


def page(request: Any) -> Any:
    """Show one's own account."""
    return _page(request)


def _page(
    request: Any,
    *,
    form: Form | None = None,
    codes: list[str] | None = None,
    secret: str = "",
) -> dict[str, Any]:
    say = request.language.say
    found = own_account.own_account(request.desk, token=token_of(request))
    return {
        "account": found,
        "kind": say(ACCOUNT_KINDS[found.kind].text),
        "first": reader_of(request).must_add_factor,
        "sessions": session_rows(request, found.sessions, here=found.here),
        "passkeys": [
            {
                "name": passkeys.name_of(key),
                "label": key.label,
                "added": request.language.moment(key.added_at),
                "used": request.language.moment(key.used_at) or say("never"),
            }
            for key in found.passkeys
        ],
        "form": form or Form(),
        "codes": codes or [],
        "secret": " ".join(secret[i : i + 4] for i in range(0, len(secret), 4)),
        "code_picture": request.route_path("own-generator-code"),
        "generator_url": request.route_path("own-generator"),
        "passkeys_url": request.route_path("own-passkeys"),
        "passkey_options": request.route_path("own-passkey-options"),
        "sessions_url": request.route_path("own-sessions"),
        "password_url": request.route_path("password"),
        "keys_url": request.route_path("keys"),
    }


def session_rows(
    request: Any, sessions: tuple[Open, ...], *, here: str = ""
) -> list[dict[str, Any]]:
    """Return sessions as a table shows them."""
    language = request.language
    return [
        {
            "name": each.name,
            "device": each.device or language.say("unknown browser"),
            "address": each.address,
            "begun": language.moment(each.begun_at),
            "seen": language.moment(each.seen_at),
            "how": language.say(WAYS_IN[each.how].text),
            "here": each.name == here,
        }
        for each in sessions
    ]


def generator(request: Any) -> Any:
    """Begin, confirm or remove the code generator; draw new recovery codes."""
    token, deed = token_of(request), text_of(request, "do")
    if deed == "begin":
        secret = own_account.offer_generator(request.desk, token=token)
        return _page(request, secret=secret)
    if deed == "confirm":
        return _confirm(request, token)
    if deed == "codes":
        return _page(request, codes=own_account.make_recovery_codes(request.desk, token=token))
    own_account.remove_generator(request.desk, token=token)
    return _back(request, "factor-removed")


def _confirm(request: Any, token: str) -> Any:
    try:
        risen, codes = own_account.add_generator(
            request.desk, token=token, code=text_of(request, "code"), whence=came_from(request)
        )
    except Invalid as error:
        request.response.status_int = 422
        secret = own_account.offer_generator(request.desk, token=token)
        return _page(request, form=Form().refuse({}, error, request.language), secret=secret)
    keep_session(request, request.response, risen)
    request.override_renderer = "people/recovery-codes.jinja2"
    return {"codes": codes, "account_url": request.route_path("own-account")}


def generator_code(request: Any) -> Response:
    """Draw the QR code of the secret that is offered; it is in no address and in no cache."""
    said = own_account.offered(request.desk, token=token_of(request), site=place_of(request).name)
    return Response(qr_code(said, level="M"), content_type="image/svg+xml", charset="utf-8")


def passkey_options(request: Any) -> Response:
    """Return what the browser needs to make a passkey."""
    said = own_account.passkey_options(
        request.desk, token=token_of(request), place=place_of(request)
    )
    return Response(said, content_type="application/json", charset="utf-8")


def passkey(request: Any) -> Any:
    """Take in a passkey, or remove one."""
    token, values = token_of(request), typed(request, ("label", "name", "do"))
    if values["do"] == "remove":
        own_account.remove_passkey(request.desk, token=token, name=values["name"])
        return _back(request, "passkey-removed")
    try:
        risen = own_account.add_passkey(
            request.desk,
            token=token,
            answer=text_of(request, "answer"),
            label=values["label"],
            place=place_of(request),
            whence=came_from(request),
        )
    except Invalid as error:
        request.response.status_int = 422
        said = " ".join(request.language.error(fault) for fault in error.faults)
        return _page(request, form=Form(values, message=said))
    response = _back(request, "passkey-added")
    keep_session(request, response, risen)
    return response


def sessions(request: Any) -> Any:
    """End one session, or all but this one."""
    name = text_of(request, "name")
    if name:
        own_account.end_own_session(request.desk, name=name)
    else:
        own_account.end_own_sessions(request.desk, but=token_of(request))
    return _back(request, "sessions-ended")


def _back(request: Any, said: str) -> HTTPSeeOther:
    return HTTPSeeOther(done(request.route_path("own-account"), said))


def includeme(config: Any) -> None:
    sheet = "people/own.jinja2"
    config.add_own_view(page, route_name="own-account", request_method="GET", renderer=sheet)
    config.add_own_view(
        generator, route_name="own-generator", request_method="POST", renderer=sheet
    )
    config.add_own_view(generator_code, route_name="own-generator-code", request_method="GET")
    config.add_own_view(passkey_options, route_name="own-passkey-options", request_method="POST")
    config.add_own_view(passkey, route_name="own-passkeys", request_method="POST", renderer=sheet)
    config.add_own_view(sessions, route_name="own-sessions", request_method="POST")
