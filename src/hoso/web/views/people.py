"""One's own password, the language, and what this site is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pyramid.httpexceptions import HTTPSeeOther

from hoso.access.accounts import SHORTEST
from hoso.access.permissions import Permission
from hoso.desk import signing_in
from hoso.desk.health import health
from hoso.http.security import came_from, keep_session, token_of
from hoso.kernel.errors import Invalid
from hoso.web.forms import Form, text_of, typed
from hoso.web.language import COOKIE, LANGUAGES
from hoso.web.layout import done, offers, reader_of
from hoso.web.permissions import PERMISSIONS
from hoso.web.shapes import Fact
from hoso.web.views.signing_in import own_address

__all__ = ["includeme"]

_A_YEAR = 365 * 24 * 3600


def _password(request: Any, form: Form) -> dict[str, Any]:
    reader = reader_of(request)
    return {
        "form": form,
        "first": reader.must_change_password,
        "login": reader.login,
        "least": SHORTEST,
    }


def password_form(request: Any) -> Any:
    """Show the form to change one's password."""
    return _password(request, Form())


def password(request: Any) -> Any:
    """Change one's password."""
    given = {name: text_of(request, name) for name in ("old", "new", "again")}
    try:
        token = signing_in.change_own_password(
            request.desk, **given, token=token_of(request), whence=came_from(request)
        )
    except Invalid as error:
        request.response.status_int = 422
        return _password(request, Form().refuse({}, error, request.language))
    response = HTTPSeeOther(done(request.route_path("home"), "password"))
    keep_session(request, response, token)
    return response


def language(request: Any) -> Any:
    """Keep the reader's choice of language in a cookie, and go back."""
    values = typed(request, ("language", "back"))
    response = HTTPSeeOther(own_address(values["back"], request.route_path("home")))
    if values["language"] in LANGUAGES:
        response.set_cookie(
            COOKIE,
            values["language"],
            max_age=_A_YEAR,
            httponly=True,
            samesite="Lax",
            secure=request.house.settings.secure_cookies,
            path="/",
        )
    return response


def about(request: Any) -> Any:
    """Say what this site is and what the reader may do in it."""
    speak = request.language
    say, house, reader = speak.say, request.house, reader_of(request)
    rulebook = house.rulebook
    may = [say(word) for key, word in PERMISSIONS.items() if _may(request, key)]
    return {
        "crumbs": (),
        "parts": (
            {
                "title": say("You"),
                "facts": (
                    Fact(say("Account"), reader.login),
                    Fact(say("Name"), reader.name),
                    Fact(
                        say("Cleared up to"), speak.label(rulebook.levels[reader.clearance].label)
                    ),
                    Fact(say("You may"), ", ".join(may)),
                ),
            },
            {
                "title": say("This site"),
                "facts": (
                    Fact(say("Profile"), speak.label(rulebook.profile.title)),
                    Fact(say("Kinds of paper"), speak.number(len(rulebook.document_types))),
                    Fact(say("Retention rules"), speak.number(len(rulebook.retention_rules))),
                    Fact(say("Fingerprint of the rules"), rulebook.digest[:16], code=True),
                ),
            },
            *_services(request),
        ),
    }


def _services(request: Any) -> Iterator[dict[str, Any]]:
    """Yield how the services stand, for who runs the site."""
    if not _may(request, Permission.SITE_ADMIN):
        return
    speak, state = request.language, health(request.desk)
    say = speak.say
    behind = speak.number(state.behind) if state.behind is not None else say("cannot be read")
    yield {
        "title": say("Services"),
        "facts": (
            Fact(say("Papers that wait to be read"), speak.number(state.unread)),
            Fact(say("Changes not in the index yet"), behind),
            Fact(say("Journal sealed up to"), speak.date(state.sealed_to) or say("never")),
            *(
                Fact(say("Trouble: {service}", service=service), said)
                for service, said in sorted(state.troubles.items())
            ),
        ),
    }


def _may(request: Any, key: str) -> bool:
    return offers(request, Permission(key))


def includeme(config: Any) -> None:
    config.add_public_view(language, route_name="language", request_method="POST")
    sheet = "people/password.jinja2"
    config.add_own_view(password_form, route_name="password", request_method="GET", renderer=sheet)
    config.add_own_view(password, route_name="password", request_method="POST", renderer=sheet)
    config.add_member_view(about, route_name="about", renderer="about.jinja2")
