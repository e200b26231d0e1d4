"""The tree of units, as far as one may see it."""

from __future__ import annotations

from dataclasses import dataclass

from hoso.access.permissions import Permission
from hoso.desk.act import act
from hoso.desk.desk import Desk
from hoso.kernel.errors import Fault, Invalid
from hoso.kernel.text import one_line
from hoso.records import units as tree_of_units
from hoso.records.model import Site, Unit

__all__ = ["UnitNode", "add", "choices", "tree"]


@dataclass(frozen=True)
class UnitNode:
    """A unit with the units below it that the reader may see."""

    unit: Unit
    depth: int
    below: tuple[UnitNode, ...]


@act("unit.listed", Permission.UNIT_VIEW, told=False)
def tree(desk: Desk, _site: Site) -> tuple[UnitNode, ...]:
    """Return the topmost units one may see, each with what is below it."""
    return tuple(node for unit in desk.site.units.values() for node in _nodes(desk, unit, depth=0))


def _nodes(desk: Desk, unit: Unit, *, depth: int) -> tuple[UnitNode, ...]:
    seen = desk.sees(unit)
    below = tuple(
        node
        for child in unit.values()
        for node in _nodes(desk, child, depth=depth + 1 if seen else depth)
    )
    return (UnitNode(unit, depth, below),) if seen else below


def choices(desk: Desk, permission: Permission) -> list[Unit]:
    """Return the units at which one holds *permission*, parents first."""
    return [unit for unit in tree_of_units.all_units(desk.site) if desk.may(unit, permission)]


@act("unit.added", Permission.UNIT_MANAGE)
def add(desk: Desk, parent: Unit, *, key: str, name: str, kind: str) -> Unit:
    """Add a unit below *parent*."""
    faults = []
    if not one_line(name):
        faults.append(Fault("name", "State the name of the unit."))
    if kind not in desk.rulebook.vocabularies["org-unit-type"].terms:
        faults.append(Fault("kind", "There is no kind of unit {kind}.", {"kind": kind}))
    if faults:
        raise Invalid(faults)
    made = tree_of_units.add_unit(
        desk.site, key=key.strip(), name=one_line(name), kind=kind, parent=parent
    )
    desk.say(key=key, name=name)
    return made
