"""Who may: what is opened on a record to single people, and the wall round a dossier."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from pyramid.httpexceptions import HTTPSeeOther

from hoso.access.permissions import Permission
from hoso.desk import granting, permits
from hoso.desk.granting import GrantLine
from hoso.kernel.errors import Conflict, Invalid
from hoso.records.model import Document, Dossier
from hoso.web import deeds
from hoso.web.forms import Choice, Form, typed
from hoso.web.layout import done
from hoso.web.shapes import Badge, Crumb

__all__ = ["includeme", "record_crumbs"]

_GRANT = ("login", "role", "decision", "valid_from", "valid_to")


def record_crumbs(request: Any, record: Any, last: str) -> tuple[Crumb, ...]:
    """Return the way to a page about a dossier or a paper."""
    say = request.language.say
    dossier = record if isinstance(record, Dossier) else record.dossier
    crumbs = [Crumb(say("Dossiers"), request.route_path("dossiers"))]
    if request.desk.sees(dossier):
        crumbs.append(Crumb(dossier.code, request.resource_path(dossier)))
    if isinstance(record, Document):
        crumbs.append(Crumb(*deeds.record_named(request, record)))
    return (*crumbs, Crumb(last))


def listing(record: Any, request: Any) -> Any:
    """Show what is opened on a record, with the forms that open and close."""
    return _page(request, record, {})


def _page(request: Any, record: Any, forms: Mapping[str, Form]) -> dict[str, Any]:
    desk, language = request.desk, request.language
    labels = request.house.rulebook.roles.labels
    roles = [
        Choice(role, language.label(labels[role]) if role in labels else role)
        for role in granting.grantable_roles(desk)
    ]
    form = forms.get("grant", Form())
    choose = Choice("", language.say("– choose –"))
    return {
        "crumbs": record_crumbs(request, record, language.say("Opened to single people")),
        "title": deeds.record_named(request, record)[0],
        "why_url": request.resource_path(record, "why-access"),
        "lines": [_line(request, line) for line in granting.listed(desk, record)],
        "may": desk.may(record, Permission.CONSENT_DECIDE),
        "is_dossier": isinstance(record, Dossier),
        "walled": (record if isinstance(record, Dossier) else record.dossier).walled,
        "grant": Form(form.values, form.faults, form.message, {"role": (choose, *roles)}),
        "take": forms.get("take", Form()),
        "wall": forms.get("wall", Form()),
        "unwall": forms.get("unwall", Form()),
    }


def _line(request: Any, line: GrantLine) -> dict[str, Any]:
    language, given = request.language, line.grant
    labels = request.house.rulebook.roles.labels
    say = language.say
    consent = request.route_path("consent", uid=line.by_consent) if line.by_consent else ""
    return {
        "login": line.login,
        "name": line.name,
        "role": language.label(labels[given.role]) if given.role in labels else given.role,
        "cause": say("Written consent") if consent else given.cause,
        "decision": given.cause,
        "consent_url": consent,
        "from": language.date(given.valid_from),
        "to": language.date(given.valid_to),
        "on_dossier": line.on_dossier,
        "state": Badge(say("In force"), "good") if line.holds else Badge(say("Not in force")),
    }


def _grant(desk: Any, record: Any, values: dict[str, str]) -> str:
    granting.check(desk, **values)
    if permits.is_needed(desk, record, function=granting.grant, words=values):
        permits.ask(desk, record, function=granting.grant, words=values, reason=values["decision"])
        return "second-asked"
    granting.grant(desk, record, **values)
    return "access-granted"


def _take(desk: Any, record: Any, values: dict[str, str]) -> str:
    granting.take(desk, record, **values)
    return "access-taken"


def _wall(desk: Any, record: Any, values: dict[str, str]) -> str:
    granting.wall(desk, record, **values)
    return "walled"


def _unwall(desk: Any, record: Any, values: dict[str, str]) -> str:
    granting.unwall(desk, record, **values)
    return "unwalled"


Deed = Callable[[Any, Any, dict[str, str]], str]


def _view(name: str, fields: tuple[str, ...], deed: Deed) -> Any:
    def perform(record: Any, request: Any) -> Any:
        values = typed(request, fields)
        try:
            said = deed(request.desk, record, values)
        except Invalid as error:
            request.response.status_int = 422
            return _page(request, record, {name: Form().refuse(values, error, request.language)})
        except Conflict as error:
            request.response.status_int = 409
            form = Form(values, message=request.language.error(error))
            return _page(request, record, {name: form})
        # Behind a wall the page may be gone for who put it up.
        seen = request.desk.may(record, Permission.CONSENT_VIEW)
        where = request.resource_path(record, "access") if seen else request.route_path("home")
        return HTTPSeeOther(done(where, said))

    return perform


#: What can be done here: its name, the act, what is typed, the deed; the last two to dossiers.
_DEEDS: tuple[tuple[str, Any, tuple[str, ...], Deed], ...] = (
    ("grant", granting.grant, _GRANT, _grant),
    ("take", granting.take, ("login", "decision", "why"), _take),
    ("wall", granting.wall, ("keepers", "decision"), _wall),
    ("unwall", granting.unwall, ("decision",), _unwall),
)


def includeme(config: Any) -> None:
    sheet = {"name": "access", "renderer": "access/grants.jinja2"}
    dossier: dict[str, Any] = {"context": Dossier, **sheet}
    paper: dict[str, Any] = {"context": Document, "containment": Dossier, **sheet}
    for place, deeds_ in ((dossier, _DEEDS), (paper, _DEEDS[:2])):
        config.add_act_view(granting.listed, listing, request_method="GET", **place)
        for name, act, fields, deed in deeds_:
            config.add_act_view(
                act,
                _view(name, fields, deed),
                request_method="POST",
                request_param=f"do={name}",
                **place,
            )
