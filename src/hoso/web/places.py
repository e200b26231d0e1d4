"""Units as pages name them: their kind, a list to choose from, the way that leads there."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from hoso.records.model import Unit
from hoso.web.forms import Choice
from hoso.web.shapes import Crumb

__all__ = ["kind_of", "unit_choices", "unit_crumbs"]


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
