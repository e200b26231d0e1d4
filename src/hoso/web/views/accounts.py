"""Accounts: who has one, what they hold; issue, give and take roles, re-issue, shut.

Each form carries the revision its administrator saw: the second of two is told who was first.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pyramid.httpexceptions import HTTPSeeOther

from hoso.access.permissions import Permission
from hoso.desk import account_events, account_ways, people, permits, units
from hoso.desk.people import AccountView
from hoso.kernel.errors import Conflict, Invalid
from hoso.web import papers
from hoso.web.forms import Choice, Form, revision_of, typed, whole_number
from hoso.web.layout import done, offers
from hoso.web.places import unit_choices
from hoso.web.shapes import Badge, Crumb, page_number, pages_of
from hoso.web.views.own_account import session_rows
from hoso.web.words import ACCOUNT_KINDS

__all__ = ["includeme"]

_NEW = ("login", "name", "unit", "clearance", "dossier", "kind", "source")
_ROLE = ("role", "unit", "cause", "valid_from", "valid_to")
_SIZE = 50


def listing(request: Any) -> Any:
    """Show the accounts one administers."""
    return _listing(request, _new(request))


def _new(request: Any) -> Form:
    mine = units.choices(request.desk, Permission.ACCOUNT_MANAGE)
    return Form(
        {"clearance": "1", "kind": "management"},
        choices={
            "kind": tuple(
                Choice(key, request.language.say(word.text)) for key, word in ACCOUNT_KINDS.items()
            ),
            "source": (
                Choice("", request.language.say("here")),
                Choice("ldap", request.language.say("in the directory")),
            ),
            "unit": unit_choices(mine),
            "clearance": papers.level_choices(request, any_=False),
        },
    )


def _listing(request: Any, form: Form, handed: Mapping[str, str] | None = None) -> dict[str, Any]:
    words, page = request.GET.get("words", "")[:200], page_number(request)
    site = request.desk.site
    found = people.accounts(request.desk, site, words=words, start=(page - 1) * _SIZE, limit=_SIZE)

    def url(number: int) -> str:
        asked = {"words": words} if words else {}
        return str(request.route_path("accounts", _query={**asked, "page": number}))

    may = offers(request, Permission.ACCOUNT_MANAGE)
    return {
        "crumbs": (Crumb(request.language.say("Accounts")),),
        "accounts": [_shown(request, account) for account in found],
        "pages": pages_of(page=page, size=_SIZE, total=found.total, url=url),
        "total": found.total,
        "words": words,
        "may": may,
        "with_directory": request.house.ways.directory is not None,
        "wanted_url": request.route_path("accounts-wanted") if may else "",
        "waiting": len(account_events.wanted(request.desk, site)) if may else 0,
        "form": form,
        "handed": handed,
    }


def _shown(request: Any, account: AccountView) -> dict[str, Any]:
    language, roles = request.language, request.house.rulebook.roles
    return {
        "login": account.login,
        "name": account.name,
        "kind": language.say(ACCOUNT_KINDS[account.kind].text),
        "personal": account.kind == "personal",
        "person": account.person,
        "others": account.others,
        "locked": account.locked,
        "source": account.source,
        "factor": account.factor,
        "level": account.clearance,
        "ends_on": language.date(account.ends_on),
        "links": account.links,
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
        "ended": [
            {
                "role": language.label(roles.labels.get(each.held.role, each.held.role)),
                "unit": unit or language.say("the whole site"),
                "cause": each.held.cause,
                "given": language.moment(each.given_at),
                "taken": language.moment(each.taken_at),
                "by": each.taken_by,
            }
            for each, unit in account.ended
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
    if account.ends_on:
        return Badge(say("Ends on {day}", day=request.language.date(account.ends_on)), "warn")
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
            kind=values["kind"] or "management",
            source=values["source"],
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
    say, site = request.language.say, request.desk.site
    may = request.desk.may(site, Permission.ACCOUNT_MANAGE)
    mine = account.login == request.identity_here.login
    sessions = mine or not request.desk.may(site, Permission.SESSION_MANAGE)
    provider = request.house.ways.provider
    forms = {name: forms.get(name, Form(_present(account, name))) for name in _FORMS}
    choices = _choices(request)
    return {
        "crumbs": (
            Crumb(say("Accounts"), request.route_path("accounts")),
            Crumb(account.login),
        ),
        "account": _shown(request, account),
        "may": may and not mine,
        "forms": {
            name: Form(form.values, form.faults, form.message, choices)
            for name, form in forms.items()
        },
        "sessions_url": request.route_path("account", login=login),
        "sessions": []
        if sessions
        else session_rows(
            request, tuple(account_ways.sessions_of(request.desk, site, login=login))
        ),
        "provider": provider,
        "handed": handed,
    }


def _present(account: AccountView, form: str) -> dict[str, str]:
    """Return what a form shows before anything is typed: what is so now."""
    if form == "clear":
        return {"clearance": str(account.clearance)}
    if form == "tie":
        return {"dossier": account.person}
    if form == "move" and account.unit is not None:
        return {"unit": account.unit.key}
    return {}


_FORMS = (
    "grant", "revoke", "clear", "reset", "lock", "unlock", "factor", "link", "tie", "move", "keep",
    "end-session",
)  # fmt: skip


def _choices(request: Any) -> dict[str, tuple[Choice, ...]]:
    roles = request.house.rulebook.roles
    machine = request.house.rulebook.vocabularies["role"].terms
    mine = units.choices(request.desk, Permission.ACCOUNT_ROLES)
    return {
        "role": tuple(
            Choice(role, request.language.label(roles.labels.get(role, role)))
            for role in roles.roles
            if role not in machine or machine[role].extra.get("machine") != "1"
        ),
        "unit": unit_choices(mine),
        "clearance": papers.level_choices(request, any_=False),
    }


def _deed(request: Any, name: str, said: str, fields: tuple[str, ...], do: Any) -> Any:
    """Do one thing to the account and come back; what is wrong is said in its own form."""
    values = typed(request, fields)
    try:
        answer = do(values)
    except Invalid as error:
        request.response.status_int = 422
        return _account(request, {name: Form().refuse(values, error, request.language)})
    except Conflict as error:
        request.response.status_int = 409
        return _account(request, {name: Form(values, message=request.language.error(error))})
    login = request.matchdict["login"]
    if name == "reset":
        return _account(request, {}, {"login": login, "password": answer})
    address = request.route_path("account", login=login)
    return HTTPSeeOther(done(address, "second-asked" if answer == "asked" else said))


def _raise(request: Any, act: Any, record: Any, words: Mapping[str, Any], reason: str) -> str:
    """Do what raises somebody's rights, or ask a second person where one must agree."""
    desk = request.desk
    if permits.is_needed(desk, record, function=act, words=words):
        permits.ask(desk, record, function=act, words=words, reason=reason)
        return "asked"
    act(desk, record, revision=revision_of(request), **words)
    return ""


def grant(request: Any) -> Any:
    """Give a role at a unit, with the decision that gives it."""

    def do(values: Mapping[str, str]) -> str:
        words = {name: values[name] for name in ("role", "cause", "valid_from", "valid_to")}
        words["login"] = request.matchdict["login"]
        unit = request.desk.unit(values["unit"])
        people.check_role(request.desk, unit, **words)
        return _raise(request, people.grant_role, unit, words, values["cause"])

    return _deed(request, "grant", "granted", _ROLE, do)


def revoke(request: Any) -> Any:
    """Take back a role that one cause gave."""
    return _deed(
        request,
        "revoke",
        "revoked",
        ("role", "unit", "cause"),
        lambda values: people.revoke_role(
            request.desk,
            request.desk.unit(values["unit"]),
            login=request.matchdict["login"],
            role=values["role"],
            cause=values["cause"],
            revision=revision_of(request),
        ),
    )


def clear(request: Any) -> Any:
    """Clear the person for another level, with the decision."""
    login = request.matchdict["login"]

    def do(values: Mapping[str, str]) -> str:
        level, before = whole_number(values["clearance"]), people.account_named(request.desk, login)
        words = {"login": login, "clearance": level, "decision": values["decision"]}
        record = before.unit if before.unit is not None else request.desk.site
        if level > before.clearance:
            people.check_clearance(request.desk, **words)
            return _raise(request, people.raise_clearance, record, words, values["decision"])
        people.lower_clearance(request.desk, record, revision=revision_of(request), **words)
        return ""

    return _deed(request, "clear", "cleared", ("clearance", "decision"), do)


def _on_site(
    name: str, said: str, act: Any, fields: tuple[str, ...], *, revised: bool = True
) -> Any:
    """Return a view that does *act* with what was typed in *fields*."""

    def view(request: Any) -> Any:
        def do(values: Mapping[str, str]) -> Any:
            words: dict[str, Any] = {**values, "login": request.matchdict["login"]}
            if revised:
                words["revision"] = revision_of(request)
            return act(request.desk, request.desk.site, **words)

        return _deed(request, name, said, fields, do)

    view.__doc__ = act.__doc__
    return view


def move(request: Any) -> Any:
    """Let the account belong to another unit."""
    return _deed(
        request,
        "move",
        "moved-account",
        ("unit", "decision"),
        lambda values: account_ways.move(
            request.desk,
            request.desk.unit(values["unit"]),
            login=request.matchdict["login"],
            decision=values["decision"],
            revision=revision_of(request),
        ),
    )


def wanted(request: Any) -> dict[str, Any]:
    """Show what personnel events ask of accounts, with what to do about each."""
    language = request.language
    return {
        "crumbs": (
            Crumb(language.say("Accounts"), request.route_path("accounts")),
            Crumb(language.say("Personnel events")),
        ),
        "lines": [
            {
                "name": line.dossier.name,
                "code": line.dossier.code,
                "unit": line.dossier.unit.name,
                "unit_key": line.dossier.unit.key,
                "why": line.wanted.why,
                "day": language.date(line.wanted.day),
                "at": language.moment(line.wanted.at),
                "suggested": line.suggested,
                "logins": [
                    {"login": login, "url": request.route_path("account", login=login)}
                    for login in line.logins
                ],
            }
            for line in account_events.wanted(request.desk, request.desk.site)
        ],
        "accounts_url": request.route_path("accounts"),
    }


def includeme(config: Any) -> None:
    many = {"route_name": "accounts", "renderer": "people/accounts.jinja2"}
    config.add_act_view(people.accounts, listing, request_method="GET", **many)
    config.add_act_view(people.create_account, create, request_method="POST", **many)
    config.add_act_view(
        account_events.wanted,
        wanted,
        route_name="accounts-wanted",
        request_method="GET",
        renderer="people/wanted.jinja2",
    )
    one = {"route_name": "account", "renderer": "people/account.jinja2"}
    config.add_act_view(people.accounts, look, request_method="GET", **one)
    deed: Any
    for name, deed, view in (
        ("grant", people.grant_role, grant),
        ("revoke", people.revoke_role, revoke),
        ("clear", people.raise_clearance, clear),
        ("move", account_ways.move, move),
    ):
        config.add_act_view(deed, view, request_method="POST", request_param=f"do={name}", **one)
    ways = account_ways
    for name, said, deed, fields, revised in (
        ("reset", "", people.reset_password, ("request", "dated", "head"), True),
        ("lock", "locked", people.lock, ("reason",), True),
        ("unlock", "unlocked", people.unlock, ("reason",), True),
        ("factor", "factor-reset", ways.reset_second_factor, ("request",), True),
        ("link", "linked", ways.link, ("issuer", "subject"), True),
        ("unlink", "unlinked", ways.unlink, ("issuer", "subject"), True),
        ("tie", "tied", ways.tie_person, ("dossier", "cause"), True),
        ("keep", "account-kept", account_events.keep_open, ("reason",), False),
        ("end-session", "sessions-ended", ways.end_sessions, ("name",), False),
    ):
        view = _on_site(name, said, deed, fields, revised=revised)
        config.add_act_view(deed, view, request_method="POST", request_param=f"do={name}", **one)
