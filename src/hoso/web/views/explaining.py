"""Why I see this; for an auditor: why somebody does or does not, and who could on a day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from hoso.access.permissions import Permission
from hoso.access.policy import Decision
from hoso.desk import explaining
from hoso.desk.explaining import CouldLine, Explanation, Way
from hoso.kernel.dates import parse_typed
from hoso.kernel.errors import Missing
from hoso.records.model import Document, Dossier
from hoso.web import deeds, papers
from hoso.web.forms import Choice, Form
from hoso.web.permissions import label_of_permission
from hoso.web.shapes import Crumb
from hoso.web.views.granting import record_crumbs

__all__ = ["includeme"]

#: What may be asked about a past day.
_PAST = tuple(dict.fromkeys((*explaining.ON_DOSSIERS, *explaining.ON_PAPERS)))


def of_dossier(dossier: Dossier, request: Any) -> Any:
    """Say why the reader sees a dossier."""
    return _own(request, dossier, explaining.mine_of_dossier(request.desk, dossier))


def of_paper(paper: Document, request: Any) -> Any:
    """Say why the reader sees a paper."""
    return _own(request, paper, explaining.mine_of_paper(request.desk, paper))


def _own(request: Any, record: Any, why: Explanation) -> dict[str, Any]:
    say = request.language.say
    desk = request.desk
    return {
        "crumbs": record_crumbs(request, record, say("Why can I see this?")),
        "title": deeds.record_named(request, record)[0],
        "lines": list(_sentences(request, why)),
        "may": [label_of_permission(request, one) for one in why.may],
        "may_not": [
            {"what": label_of_permission(request, one), "why": _reason(request, decision)}
            for one, decision in why.may_not
        ],
        "grants_url": request.resource_path(record, "access")
        if desk.may(record, Permission.CONSENT_VIEW)
        else "",
        "ask_url": request.route_path("access", _query={"record": record.uid})
        if desk.may(record, Permission.ACCESS_EXPLAIN)
        else "",
    }


def _reason(request: Any, decision: Decision) -> str:
    facts = dict(decision.facts)
    if "permission" in facts:
        facts["permission"] = label_of_permission(request, Permission(facts["permission"]))
    if "roles" in facts:
        facts["roles"] = ", ".join(_role(request, one) for one in str(facts["roles"]).split(", "))
    return str(request.language.say(decision.reason, **facts))


def _role(request: Any, role: str) -> str:
    labels = request.house.rulebook.roles.labels
    return str(request.language.label(labels[role])) if role in labels else role


def _sentences(request: Any, why: Explanation) -> Iterator[str]:
    say, name = request.language.say, why.identity.name or why.identity.login
    level = papers.level_badge(request, why.level).text
    cleared = papers.level_badge(request, why.identity.clearance).text
    if why.is_cleared:
        yield say(
            "The record is at the level “{level}”; {name} is cleared to “{cleared}”, which is "
            "enough.",
            level=level,
            name=name,
            cleared=cleared,
        )
    else:
        yield say(
            "The record is at the level “{level}”; {name} is cleared to “{cleared}” only, and no "
            "role opens it.",
            level=level,
            name=name,
            cleared=cleared,
        )
    if why.walled:
        yield say("There is a wall round the dossier: roles held at units do not count here.")
    if not why.ways:
        yield say("{name} holds no role here, and nothing was opened to this account.", name=name)
    for way in why.ways:
        yield _way(request, way)
        if way.closed:
            yield say("Papers of this kind are closed to that role.")


def _way(request: Any, way: Way) -> str:
    language, say = request.language, request.language.say
    role = _role(request, way.role)
    if way.kind == "own":
        return str(say("It is the person's own dossier."))
    if way.kind == "consent":
        consent = say("A written consent opens it")
        until = language.date(way.valid_to)
        return f"{consent}: {say('until {day}', day=until)}." if until else f"{consent}."
    until = f" ({say('until {day}', day=language.date(way.valid_to))})" if way.valid_to else ""
    cause = way.cause or say("not stated")
    if way.kind == "grant":
        return (
            str(
                say(
                    "The role “{role}” was given on this record by {cause}.", role=role, cause=cause
                )
            )
            + until
        )
    place = way.place or say("the whole site")
    return (
        str(
            say(
                "The role “{role}” is held at {place}, by {cause}.",
                role=role,
                place=place,
                cause=cause,
            )
        )
        + until
    )


# The auditor's questions -----------------------------------------------------------------


def questions(request: Any) -> Any:
    """Answer what an auditor asks about a record, a person, a deed and a day."""
    say, desk = request.language.say, request.desk
    names = ("record", "login", "permission", "on")
    asked = {name: request.GET.get(name, "").strip() for name in names}
    asked["on"] = asked["on"] or request.language.date(desk.today)
    asked["permission"] = asked["permission"] or str(Permission.DOSSIER_VIEW)
    faults: dict[str, tuple[str, ...]] = {}
    record = _record(request, asked["record"], faults)
    day = _day(request, asked["on"], faults)
    permission = next((one for one in _PAST if str(one) == asked["permission"]), None)
    if permission is None:
        faults["permission"] = (say("Choose what is asked about."),)
    why: Explanation | None = None
    answer = None
    if record is not None and day is not None and permission is not None:
        try:
            if asked["login"] and day == desk.today:
                why = explaining.of_somebody(desk, record, login=asked["login"])
            answer = explaining.who_could(
                desk, record, permission=permission, on=day, login=asked["login"]
            )
        except Missing as error:
            if not asked["login"] or error.text == Missing.message:
                raise
            faults["login"] = (request.language.error(error),)
    choices = tuple(Choice(str(one), label_of_permission(request, one)) for one in _PAST)
    return {
        "crumbs": (Crumb(say("Who could see what")),),
        "rehearse_url": request.route_path("rehearse")
        if desk.may(desk.site, Permission.ACCOUNT_VIEW)
        else "",
        "form": Form(asked, faults, choices={"permission": choices}),
        "record": deeds.record_named(request, record) if record is not None else None,
        "on": request.language.date(day) if day is not None else "",
        "lines": list(_sentences(request, why)) if why is not None else None,
        "known": answer.known if answer is not None else True,
        "could": [_could(request, one) for one in answer.could] if answer is not None else None,
        "unknown": [f"{one.name} ({one.login})" for one in answer.unknown] if answer else [],
    }


def _record(request: Any, text: str, faults: dict[str, tuple[str, ...]]) -> Any:
    if not text:
        return None
    try:
        return request.desk.find(text, (Dossier, Document))
    except Missing:
        say = request.language.say
        faults["record"] = (say("There is no such dossier or paper that you may know of."),)
        return None


def _day(request: Any, text: str, faults: dict[str, tuple[str, ...]]) -> date | None:
    try:
        found = parse_typed(text).exact
    except ValueError:
        found = None
    if found is None:
        faults["on"] = (request.language.say("Write the day as 05/09/2024."),)
    return found


def _could(request: Any, line: CouldLine) -> dict[str, Any]:
    language, say, decision = request.language, request.language.say, line.answer.decision
    at = line.answer.at
    return {
        "name": line.name,
        "login": line.login,
        "yes": bool(decision),
        "why": _plain_reason(request, decision),
        "when": say("from {moment}", moment=language.moment(at)) if at else say("the whole day"),
    }


def _plain_reason(request: Any, decision: Decision | None) -> str:
    say = request.language.say
    if decision is None:
        return str(say("There was no such record, or the account was shut or not yet made."))
    facts = decision.facts
    if not decision:
        return _reason(request, decision)
    if "role" not in facts:
        return str(say("It is the person's own dossier."))
    if "unit" in facts:
        unit = request.desk.site.unit_by_number.get(facts["unit"])
        place = unit.name if unit is not None else ""
        return _way(request, Way("unit", facts["role"], place=place, cause=facts["cause"]))
    cause = str(facts["cause"])
    kind = "consent" if cause.startswith("consent:") else "grant"
    return _way(request, Way(kind, facts["role"], cause=cause))


def includeme(config: Any) -> None:
    sheet = {"name": "why-access", "renderer": "access/why.jinja2"}
    config.add_act_view(explaining.mine_of_dossier, of_dossier, context=Dossier, **sheet)
    config.add_act_view(
        explaining.mine_of_paper, of_paper, context=Document, containment=Dossier, **sheet
    )
    config.add_act_view(
        explaining.who_could, questions, route_name="access", renderer="access/questions.jinja2"
    )
