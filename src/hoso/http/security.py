"""From a request to an identity, and from a decision to Pyramid's answer.

The session token travels in a cookie that scripts cannot read and other sites cannot send;
its digest is looked up in the accounts.  No database object leaves this module.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from pyramid.csrf import CookieCSRFStoragePolicy
from pyramid.interfaces import ISecurityPolicy
from pyramid.security import Allowed, Denied
from zope.interface import implementer

from hoso.access import keys
from hoso.access.devices import device_name, remember
from hoso.access.grants import granted_roles
from hoso.access.identity import NOBODY, Identity
from hoso.access.passkeys import Place
from hoso.access.rules import Rules
from hoso.access.sessions import identity_behind
from hoso.desk.act import ACTS, refused
from hoso.desk.signing_in import From

__all__ = [
    "COOKIE",
    "SecurityPolicy",
    "address_of",
    "came_from",
    "cookie_name",
    "drop_session",
    "forget_cookie",
    "includeme",
    "is_program",
    "keep_device",
    "keep_session",
    "place_of",
    "rules_of",
    "token_of",
]

COOKIE = "hoso"
#: Says which browser somebody signed in from before; opens nothing (``hoso.access.devices``).
DEVICE = "hoso_device"
_DEVICE_LASTS = 365 * 24 * 3600
#: The permission of pages anybody may open: sign-in, what the product is.
PUBLIC = "public"
#: The permission of pages every signed-in account may open.
SIGNED_IN = "signed-in"
#: The permission of pages about one's own ways in: open also while something must come first.
OWN = "own"


@implementer(ISecurityPolicy)
class SecurityPolicy:
    """Asks the desk; knows of itself only what every page needs."""

    def identity(self, request: Any) -> Identity:
        found: Identity = request.identity_here
        return found

    def authenticated_userid(self, request: Any) -> str | None:
        return request.identity_here.login or None

    def permits(self, request: Any, context: Any, permission: str) -> Any:
        """Answer for ``public``, ``own``, ``signed-in`` and ``act:<verb>``.

        A refused act is raised as the desk's own error, which carries its journal entry
        and tells "forbidden" from "not here" as the desk does.
        """
        if permission == PUBLIC:
            return Allowed(permission)
        identity = request.identity_here
        if not identity.is_somebody:
            return Denied(permission)
        if permission == OWN:
            return Allowed(permission)
        if identity.must_first:
            # S3-19: a first password is for choosing one's own, nothing else; so is a session
            # that lacks the second factor its roles ask for.
            return Denied(permission)
        if permission == SIGNED_IN:
            return Allowed(permission)
        verb = permission.removeprefix("act:")
        known = ACTS[verb]
        record = getattr(context, "record", context)
        record = request.desk.site if record is None else record
        decision = request.desk.decide(record, known.permission)
        if decision:
            return Allowed(permission)
        raise refused(request.desk, verb, record, decision)

    def remember(self, _request: Any, _userid: str, **_options: Any) -> list[tuple[str, str]]:
        return []

    def forget(self, _request: Any, **_options: Any) -> list[tuple[str, str]]:
        return []


def cookie_name(settings: Any, name: str, *, path: str = "/") -> str:
    """Return the name a cookie has: over TLS browsers themselves keep what it promises.

    ``__Host-`` takes no cookie that a neighbouring host planted (RFC 6265bis, 4.1.3.2).
    """
    if not settings.secure_cookies:
        return name
    return f"__Host-{name}" if path == "/" else f"__Secure-{name}"


def token_of(request: Any) -> str:
    """Return the session token the browser sent, or ""."""
    token: str = request.cookies.get(cookie_name(request.house.settings, COOKIE), "")
    return token


def is_program(request: Any) -> bool:
    """Say whether the address belongs to the REST channel, where keys count and cookies do not.

    So no page of another site can make a browser do anything there.
    """
    return bool(request.environ.get("PATH_INFO", "").startswith("/api/"))


def key_of(request: Any) -> str:
    """Return the access key a program sent (RFC 6750, section 2.1), or ""."""
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    return str(token.strip()) if kind.lower() == "bearer" else ""


def _identity_here(request: Any) -> Identity:
    program = is_program(request)
    token = key_of(request) if program else token_of(request)
    if not token or len(token) > 100:
        return NOBODY
    house = request.house
    look_up = keys.identity_behind if program else identity_behind
    # A page that asks how far things are, by itself, is no sign of a person.
    seen = None if request.path.endswith("/progress") else house.seen
    found = look_up(
        request.connection.root(), token, now=house.clock.now(), rules=rules_of(request), seen=seen
    )
    if found is None:
        return NOBODY
    granted = granted_roles(request.connection.root(), found.login, house.clock.today())
    return replace(found, granted=granted)


def rules_of(request: Any) -> Rules:
    """Return what the profile says of accounts."""
    return Rules.of(request.house.rulebook.profile.settings)


def address_of(request: Any) -> str:
    """Return the address of the client; behind a proxy that is trusted, the one it names."""
    # Never request.client_addr: that believes a header anybody can send.
    return request.remote_addr or ""


def _device_cookie(request: Any) -> str:
    return cookie_name(request.house.settings, DEVICE, path="/sign-in")


def came_from(request: Any) -> From:
    """Return where a sign-in comes from."""
    return From(
        address=address_of(request),
        device=device_name(request.headers.get("User-Agent", "")),
        cookie=request.cookies.get(_device_cookie(request), ""),
    )


def place_of(request: Any) -> Place:
    """Return where passkeys are good: the address people open."""
    origin = request.house.settings.address or str(request.host_url)
    name = request.house.rulebook.profile.title.vi
    return Place(urlsplit(origin).hostname or "", origin, f"hoso – {name}")


def keep_device(request: Any, response: Any, login: str) -> None:
    """Let the browser be known for *login*, so that strangers' guesses do not count against it."""
    secret = request.connection.root()["secret"]
    name = _device_cookie(request)
    response.set_cookie(
        name,
        remember(secret, request.cookies.get(name, ""), login),
        max_age=_DEVICE_LASTS,
        httponly=True,
        samesite="Lax",
        secure=request.house.settings.secure_cookies,
        path="/sign-in",
    )


def keep_session(request: Any, response: Any, token: str) -> None:
    """Give the browser its session token."""
    response.set_cookie(
        cookie_name(request.house.settings, COOKIE),
        token,
        max_age=int(rules_of(request).session.total_seconds()),
        httponly=True,
        samesite="Lax",
        secure=request.house.settings.secure_cookies,
        path="/",
    )


def drop_session(request: Any, response: Any) -> None:
    """Take the session token from the browser."""
    forget_cookie(request, response, COOKIE)


def forget_cookie(request: Any, response: Any, name: str, *, path: str = "/") -> None:
    """Take a cookie from the browser, which heeds only who could have set it."""
    settings = request.house.settings
    response.set_cookie(
        cookie_name(settings, name, path=path),
        "",
        max_age=0,
        httponly=True,
        samesite="Lax",
        secure=settings.secure_cookies,
        path=path,
    )


def includeme(config: Any) -> None:
    config.set_security_policy(SecurityPolicy())
    config.add_request_method(_identity_here, "identity_here", reify=True)
    settings = config.registry.house.settings
    config.set_csrf_storage_policy(
        CookieCSRFStoragePolicy(
            cookie_name=cookie_name(settings, "hoso_form"),
            httponly=True,
            samesite="Lax",
            secure=settings.secure_cookies,
        )
    )
    config.set_default_csrf_options(require_csrf=True)
