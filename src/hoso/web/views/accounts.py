"""Accounts: who has one, what they hold; issue, give and take roles, re-issue, shut."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pyramid.httpexceptions import HTTPSeeOther

from hoso.access.permissions import Permission
from hoso.desk import people, units
from hoso.desk.people import AccountView
from hoso.kernel.errors import Conflict, Invalid
from hoso.web import papers
from hoso.web.forms import Choice, Form, revision_of, typed, whole_number
from hoso.web.layout import done
from hoso.web.places import unit_choices
from hoso.web.shapes import Badge, Crumb

__all__ = ["includeme"]

_NEW = ("login", "name", "unit", "clearance", "dossier")
_ROLE = ("role", "unit", "cause", "valid_from", "valid_to")


def listing(request: Any) -> Any:
    """Show the accounts one administers."""
    return _listing(request, _new(request))


def _new(request: Any) -> Form:
    mine = units.choices(request.desk, Permission.ACCOUNT_MANAGE)
    return Form(
        {"clearance": "1"},
        choices={
            "unit": unit_choices(mine),
            "clearance": papers.level_choices(request, any_=False),
        },
    )


def _listing(request: Any, form: Form, handed: Mapping[str, str] | None = None) -> dict[str, Any]:
    found = people.accounts(request.desk, request.desk.site)
    return {
        "crumbs": (Crumb(request.language.say("Accounts")),),
        "accounts": [_shown(request, account) for account in found],
        "form": form,
        "handed": handed,
    }


def _shown(request: Any, account: AccountView) -> dict[str, Any]:
    language, roles = request.language, request.house.rulebook.roles
    return {
        "login": account.login,
        "name": account.name,
        "url": request.route_path("account", login=account.login),
        "unit": account.unit.name if account.unit is not None else "",
        "clearance": papers.level_badge(request, account.clearance),
        "state": _state(request, account),
        "shut": language.say(account.shut),
        "last_sign_in": language.moment(account.last_sign_in) or language.say("never"),
        "revision": account.revision,
        "held": [
            {
                "role": language.label(roles.labels.get(held.role, held.role)),
                "role_key": held.role,
                "unit": unit or language.say("the whole site"),
                "unit_key": _unit_key(request, held.unit),
                "cause": held.cause,
                "term": _term(request, held.valid_from, held.valid_to),
            }
            for held, unit in account.roles
        ],
    }


def _unit_key(request: Any, number: int) -> str:
    unit = request.desk.site.unit_by_number.get(number)
    return unit.key if unit is not None else ""


def _term(request: Any, since: str, until: str) -> str:
    language = request.language
    if not since and not until:
        return ""
    return str(
        language.say(
            "{since} to {until}",
            since=language.date(since) or "…",
            until=language.date(until) or "…",
        )
    )


def _state(request: Any, account: AccountView) -> Badge:
    say = request.language.say
    if account.shut:
        return Badge(say("Shut"), "bad", say(account.shut))
    if account.must_change:
        return Badge(say("First password"), "warn")
    return Badge(say("In use"), "good")


def create(request: Any) -> Any:
    """Issue an account; its one-time password is shown in this answer and nowhere else."""
    values = typed(request, _NEW)
    clearance = whole_number(values["clearance"])
    try:
        password = people.create_account(
            request.desk,
            request.desk.unit(values["unit"]),
            login=values["login"],
            name=values["name"],
            clearance=clearance,
            dossier=values["dossier"],
        )
    except Invalid as error:
        request.response.status_int = 422
        return _listing(request, _new(request).refuse(values, error, request.language))
    return _listing(request, _new(request), {"login": values["login"], "password": password})


def look(request: Any) -> Any:
    """Show one account."""
    return _account(request, {})


def _account(
    request: Any, forms: Mapping[str, Form], handed: Mapping[str, str] | None = None
) -> dict[str, Any]:
    login = request.matchdict["login"]
    account = people.account_named(request.desk, login)
    say = request.language.say
    form = forms.get("grant", Form())
    return {
        "crumbs": (
            Crumb(say("Accounts"), request.route_path("accounts")),
            Crumb(account.login),
        ),
        "account": _shown(request, account),
        "grant_form": Form(form.values, form.faults, form.message, _role_choices(request)),
        "reset_form": forms.get("reset", Form()),
        "lock_form": forms.get("lock", Form()),
        "revoke_form": forms.get("revoke", Form()),
        "handed": handed,
    }


def _role_choices(request: Any) -> dict[str, tuple[Choice, ...]]:
    roles = request.house.rulebook.roles
    mine = units.choices(request.desk, Permission.ACCOUNT_ROLES)
    return {
        "role": tuple(
            Choice(role, request.language.label(roles.labels.get(role, role)))
            for role in roles.roles
        ),
        "unit": unit_choices(mine),
    }


def grant(request: Any) -> Any:
    """Give a role at a unit, with the decision that gives it."""
    values = typed(request, _ROLE)
    try:
        people.grant_role(
            request.desk,
            request.desk.unit(values["unit"]),
            login=request.matchdict["login"],
            role=values["role"],
            cause=values["cause"],
            valid_from=values["valid_from"],
            valid_to=values["valid_to"],
        )
    except Invalid as error:
        return _refused(request, "grant", values, error)
    return _back(request, "granted")


def revoke(request: Any) -> Any:
    """Take back a role that one cause gave."""
    values = typed(request, ("role", "unit", "cause"))
    try:
        people.revoke_role(
            request.desk,
            request.desk.unit(values["unit"]),
            login=request.matchdict["login"],
            role=values["role"],
            cause=values["cause"],
        )
    except Invalid as error:
        return _refused(request, "revoke", values, error)
    return _back(request, "revoked")


def reset(request: Any) -> Any:
    """Give a new one-time password on a written request; it is shown in this answer only."""
    values = typed(request, ("request",))
    login = request.matchdict["login"]
    try:
        password = people.reset_password(
            request.desk,
            request.desk.site,
            login=login,
            request=values["request"],
            revision=revision_of(request),
        )
    except Invalid as error:
        return _refused(request, "reset", values, error)
    except Conflict as error:
        request.response.status_int = 409
        return _account(request, {"reset": Form(values, message=request.language.error(error))})
    return _account(request, {}, {"login": login, "password": password})


def lock(request: Any) -> Any:
    """Shut an account at once."""
    values = typed(request, ("reason",))
    try:
        people.lock(
            request.desk,
            request.desk.site,
            login=request.matchdict["login"],
            reason=values["reason"],
        )
    except Invalid as error:
        return _refused(request, "lock", values, error)
    return _back(request, "locked")


def _refused(request: Any, name: str, values: Mapping[str, str], error: Invalid) -> Any:
    request.response.status_int = 422
    return _account(request, {name: Form().refuse(values, error, request.language)})


def _back(request: Any, said: str) -> HTTPSeeOther:
    address = request.route_path("account", login=request.matchdict["login"])
    return HTTPSeeOther(done(address, said))


def includeme(config: Any) -> None:
    many = {"route_name": "accounts", "renderer": "people/accounts.jinja2"}
    config.add_act_view(people.accounts, listing, request_method="GET", **many)
    config.add_act_view(people.create_account, create, request_method="POST", **many)
    one = {"route_name": "account", "renderer": "people/account.jinja2"}
    config.add_act_view(people.accounts, look, request_method="GET", **one)
    for name, act, view in (
        ("grant", people.grant_role, grant),
        ("revoke", people.revoke_role, revoke),
        ("reset", people.reset_password, reset),
        ("lock", people.lock, lock),
    ):
        config.add_act_view(act, view, request_method="POST", request_param=f"do={name}", **one)
