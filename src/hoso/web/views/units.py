"""The tree of units, and one unit with the dossiers it keeps."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from hoso.desk import units
from hoso.desk.units import UnitNode
from hoso.records.model import Unit
from hoso.web.forms import Choice
from hoso.web.shapes import Crumb, Fact

__all__ = ["includeme", "kind_of", "unit_choices", "unit_crumbs"]


def kind_of(request: Any, unit: Unit) -> str:
    """Return what kind of unit it is, in words."""
    term = request.house.rulebook.vocabularies["org-unit-type"].terms.get(unit.kind)
    return request.language.label(term.label) if term is not None else unit.kind


def unit_choices(found: Iterable[Unit], *, any_: str = "", key: str = "key") -> tuple[Choice, ...]:
    """Return units as lines of a list, each under its parent."""
    lines = [Choice(getattr(unit, key), f"{'– ' * _depth(unit)}{unit.name}") for unit in found]
    return (*((Choice("", any_),) if any_ else ()), *lines)


def _depth(unit: Unit) -> int:
    depth, above = 0, unit.__parent__
    while isinstance(above, Unit):
        depth, above = depth + 1, above.__parent__
    return depth


def unit_crumbs(request: Any, unit: Unit) -> tuple[Crumb, ...]:
    """Return the way from the tree to a unit, through those the reader may see."""
    line = []
    above = unit
    while isinstance(above, Unit):
        if request.desk.sees(above):
            line.append(Crumb(above.name, request.resource_path(above)))
        above = above.__parent__
    return (Crumb(request.language.say("Units"), request.route_path("units")), *reversed(line))


def tree(request: Any) -> Any:
    """Show the units as far as the reader may see them."""
    nodes = units.tree(request.desk, request.desk.site)
    return {"units": [_node(request, node) for node in nodes]}


def _node(request: Any, node: UnitNode) -> dict[str, Any]:
    return {
        "name": node.unit.name,
        "kind": kind_of(request, node.unit),
        "url": request.resource_path(node.unit),
        "note": "",
        "children": [_node(request, below) for below in node.below],
    }


def look(unit: Unit, request: Any) -> Any:
    """Show one unit, the units below it and the dossiers kept there."""
    from hoso.web.views.dossiers import page_of_unit

    say = request.language.say
    below = [child for child in unit.values() if request.desk.sees(child)]
    return {
        **page_of_unit(request, unit),
        "crumbs": unit_crumbs(request, unit),
        "unit": {"name": unit.name, "kind": kind_of(request, unit)},
        "facts": (
            Fact(say("Kind of unit"), kind_of(request, unit)),
            Fact(say("Key"), unit.key, code=True),
        ),
        "children": [{"name": child.name, "url": request.resource_path(child)} for child in below],
    }


def includeme(config: Any) -> None:
    config.add_act_view(units.tree, look, context=Unit, renderer="units/unit.jinja2")
    config.add_act_view(units.tree, tree, route_name="units", renderer="units/tree.jinja2")
