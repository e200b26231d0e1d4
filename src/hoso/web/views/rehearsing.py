"""The rehearsal of a change for one person: what would open, what would close; nothing is done."""

from __future__ import annotations

from typing import Any

from hoso.access.permissions import Permission
from hoso.desk import rehearsing
from hoso.desk.rehearsing import Effect, Sight
from hoso.kernel.errors import Invalid, Missing
from hoso.records.units import all_units
from hoso.web import papers
from hoso.web.forms import Choice, Form, whole_number
from hoso.web.permissions import label_of_permission
from hoso.web.places import unit_choices
from hoso.web.shapes import Crumb

__all__ = ["includeme"]

_FIELDS = ("login", "give", "take", "unit", "clearance")


def rehearse(request: Any) -> Any:
    """Show the form and, where something was asked, what it would do."""
    say, desk = request.language.say, request.desk
    asked = {name: request.GET.get(name, "").strip() for name in _FIELDS}
    form, effect = Form(asked), None
    if asked["login"]:
        try:
            effect = rehearsing.of_person(
                desk,
                desk.site,
                login=asked["login"],
                give=asked["give"],
                take=asked["take"],
                unit=asked["unit"],
                clearance=whole_number(asked["clearance"]),
            )
        except Invalid as error:
            form = form.refuse(asked, error, request.language)
        except Missing:
            told = say("There is no account {login} that you keep.", login=asked["login"])
            form = Form(asked, {"login": (told,)})
    return {
        "crumbs": (Crumb(say("Rehearse a change")),),
        "form": Form(form.values, form.faults, form.message, _choices(request)),
        "effect": _shown(request, effect) if effect is not None else None,
    }


def _choices(request: Any) -> dict[str, tuple[Choice, ...]]:
    language, roles = request.language, request.house.rulebook.roles
    named = tuple(
        Choice(role, language.label(roles.labels.get(role, role))) for role in roles.roles
    )
    none = (Choice("", language.say("– none –")),)
    levels = request.house.rulebook.levels
    return {
        "give": none + named,
        "take": none + named,
        "unit": unit_choices(all_units(request.desk.site), any_=language.say("The whole site")),
        "clearance": (
            Choice("", language.say("– as it is –")),
            *(Choice(str(number), language.label(levels[number].label)) for number in levels),
        ),
    }


def _shown(request: Any, effect: Effect) -> dict[str, Any]:
    return {
        "name": effect.name or effect.login,
        "nothing": not effect,
        "gained": [_sight(request, one) for one in effect.gained],
        "lost": [_sight(request, one) for one in effect.lost],
        "may": [_held(request, *one) for one in effect.may],
        "may_not": [_held(request, *one) for one in effect.may_not],
    }


def _sight(request: Any, one: Sight) -> dict[str, Any]:
    say = request.language.say
    return {
        "kind": say("Papers") if one.kind == "documents" else say("Dossiers"),
        "unit": one.unit,
        "level": papers.level_badge(request, one.level),
        "count": one.count,
    }


def _held(request: Any, permission: Permission, unit: str) -> str:
    place = unit or request.language.say("The whole site")
    return f"{label_of_permission(request, permission)} – {place}"


def includeme(config: Any) -> None:
    config.add_act_view(
        rehearsing.of_person,
        rehearse,
        route_name="rehearse",
        request_method="GET",
        renderer="access/rehearse.jinja2",
    )
