"""The tree of organisational units, of any depth."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from hoso.kernel.errors import Fault, Invalid
from hoso.records.model import Site, Unit

__all__ = ["add_unit", "all_units", "lineage", "path_of", "subtree"]


def add_unit(site: Site, *, key: str, name: str, kind: str, parent: Unit | None) -> Unit:
    """Hang a new unit under *parent* (``None``: at the top); its key must be free."""
    if key in site.unit_by_key:
        fault = Fault("key", "There is a unit {key} already.", {"key": key})
        raise Invalid([fault])
    # Units are few and made by one administrator: the next number is safe to take.
    number = (site.unit_by_number.maxKey() + 1) if site.unit_by_number else 1
    unit = Unit(key, name, kind, number)
    (site.units if parent is None else parent).add(key, unit)
    site.unit_by_key[key] = unit
    site.unit_by_number[number] = unit
    site.by_id[unit.id] = unit
    return unit


def lineage(unit: Unit) -> list[Unit]:
    """Return the unit, its parent, and so on to the top one."""
    line = []
    place: Any = unit
    while isinstance(place, Unit):
        line.append(place)
        place = place.__parent__
    return line


def subtree(unit: Unit) -> Iterator[Unit]:
    """Yield the unit and all below it, parents first, by name of key."""
    yield unit
    for child in unit.values():
        yield from subtree(child)


def all_units(site: Site) -> Iterator[Unit]:
    """Yield every unit, parents first."""
    for unit in site.units.values():
        yield from subtree(unit)


def path_of(unit: Unit) -> tuple[str, ...]:
    """Return the names from the top unit to this one."""
    return tuple(step.name for step in reversed(lineage(unit)))
