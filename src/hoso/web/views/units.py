"""The tree of units, and one unit with the dossiers it keeps."""

from __future__ import annotations

from typing import Any

from hoso.desk import units
from hoso.desk.units import UnitNode
from hoso.records.model import Unit
from hoso.web.places import kind_of, unit_crumbs
from hoso.web.shapes import Fact
from hoso.web.views.dossiers import page_of_unit

__all__ = ["includeme"]


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
