"""Facets: ways to narrow a search, what their values are called, and who may use them.

A value is a key that stands in addresses and saved searches (a code of the catalogs, a unit's
key, a dossier's number, a year); the index knows it by its code.  What one may not see has no
key here: an address with one that is unknown or hidden finds nothing, a typed one is a fault.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hoso.definitions.rulebook import Rulebook
from hoso.desk.desk import Desk
from hoso.desk.entries import code_of
from hoso.kernel.text import fold, nfc
from hoso.records.model import Dossier, Unit
from hoso.records.units import all_units, subtree
from hoso.search.interfaces import Filters

__all__ = [
    "FACETS",
    "NARROWING",
    "Choice",
    "Facet",
    "codes_typed",
    "counted",
    "filters_of",
    "label_of",
]

#: Facets that are counted, in the order a page shows them.
FACETS = ("type", "form", "year", "unit", "level", "section", "status")
#: All a search can be narrowed by beside its words.
NARROWING = (*FACETS, "dossier")
_CODED = ("type", "form", "section", "status")
_YEAR = re.compile(r"[0-9]{4}")


@dataclass(frozen=True)
class Choice:
    """One value of a facet: its key, its label, how many it leaves.

    :ivar label: a ``Text`` where the catalogs name it, else plain (a year, a unit's name).
    """

    key: str
    label: Any
    count: int
    chosen: bool


@dataclass(frozen=True)
class Facet:
    """A way to narrow the result."""

    name: str
    choices: tuple[Choice, ...]


def _tables(rulebook: Rulebook) -> dict[str, dict[int, tuple[str, Any]]]:
    """Return for each facet of the catalogs: code to (key, label)."""
    states = rulebook.workflows["document"].states.values()
    return {
        "type": {code_of(t.key): (t.key, t.label) for t in rulebook.document_types.values()},
        "form": {code_of(c): (c, t.label) for c, t in rulebook.forms.items()},
        "section": {code_of(s.key): (s.key, s.label) for s in rulebook.sections.values()},
        "level": {n: (str(n), level.label) for n, level in rulebook.levels.items()},
        "status": {code_of(s.key): (s.key, s.label) for s in states},
    }


def codes_typed(desk: Desk) -> Callable[[str, str], frozenset[int]]:
    """Return the function that turns the value of a typed filter into codes; none is a fault."""
    tables = _tables(desk.rulebook)

    def codes(name: str, value: str) -> frozenset[int]:
        wanted = fold(nfc(value)).strip()
        if not wanted:
            return frozenset()
        if name == "unit":
            return _units_named(desk, wanted)
        if name == "dossier":
            return _dossiers(desk, [value.strip(), value.strip().upper()])
        table = tables.get(name, {})
        exact = {
            code
            for code, (key, label) in table.items()
            if wanted in {fold(key), fold(label.vi), fold(label.en)}
        }
        if exact:
            return frozenset(exact)
        return frozenset(code for code, (_key, label) in table.items() if wanted in fold(label.vi))

    return codes


def _units_named(desk: Desk, wanted: str) -> frozenset[int]:
    seen = [unit for unit in all_units(desk.site) if desk.sees(unit)]
    exact = [unit for unit in seen if wanted in {fold(unit.key), fold(unit.name)}]
    found = exact or [unit for unit in seen if wanted in fold(unit.name)]
    return frozenset(below.number for unit in found for below in subtree(unit))


def _dossiers(desk: Desk, codes: Sequence[str]) -> frozenset[int]:
    found = (desk.site.dossiers.get(code) for code in codes)
    return frozenset(d.id for d in found if isinstance(d, Dossier) and desk.sees(d))


def filters_of(desk: Desk, chosen: Mapping[str, Sequence[str]]) -> Filters:
    """Turn what a person ticked into filters; values nobody knows find nothing."""
    given: dict[str, Any] = {"kind": frozenset({"document", "item"})}
    for name in _CODED:
        if chosen.get(name):
            given[name] = frozenset(code_of(key) for key in chosen[name])
    if chosen.get("level"):
        given["level"] = frozenset(n for n in desk.rulebook.levels if str(n) in chosen["level"])
    if chosen.get("unit"):
        units = [desk.site.unit_by_key.get(key) for key in chosen["unit"]]
        given["unit"] = frozenset(
            below.number for unit in units if isinstance(unit, Unit) for below in subtree(unit)
        )
    years = [int(year) for year in chosen.get("year", ()) if _YEAR.fullmatch(year)]
    if years:
        given["years"] = (min(years), max(years))
    if chosen.get("dossier"):
        given["dossier"] = _dossiers(desk, chosen["dossier"])
    return Filters(**given)


def counted(
    desk: Desk, counts: Mapping[str, Mapping[int, int]], chosen: Mapping[str, Sequence[str]]
) -> tuple[Facet, ...]:
    """Return what the engine counted, with keys and labels, the most frequent first."""
    tables = _tables(desk.rulebook)
    shown = []
    for name in FACETS:
        ticked = set(chosen.get(name, ()))
        choices = []
        for code, count in counts.get(name, {}).items():
            if not code and name != "level":
                continue
            key, label = _labelled(desk, tables, name, code)
            choices.append(Choice(key, label, count, key in ticked))
        if name == "year":
            choices.sort(key=lambda choice: -int(choice.key))
        else:
            choices.sort(key=lambda choice: (-choice.count, choice.key))
        if choices:
            shown.append(Facet(name, tuple(choices)))
    return tuple(shown)


def _labelled(
    desk: Desk, tables: Mapping[str, Mapping[int, tuple[str, Any]]], name: str, code: int
) -> tuple[str, Any]:
    if name == "year":
        return str(code), str(code)
    if name == "unit":
        unit = desk.site.unit_by_number.get(code)
        return (unit.key, unit.name) if unit is not None else (str(code), str(code))
    return tables[name].get(code, (str(code), str(code)))


def label_of(desk: Desk, name: str, key: str) -> Any:
    """Return what a ticked value is called; the key itself where it says nothing here."""
    if name == "unit":
        unit = desk.site.unit_by_key.get(key)
        return unit.name if unit is not None and desk.sees(unit) else key
    if name == "dossier":
        dossier = desk.site.dossiers.get(key)
        seen = isinstance(dossier, Dossier) and desk.sees(dossier)
        return f"{dossier.code} – {dossier.name}" if seen else key
    return next(
        (label for k, label in _tables(desk.rulebook).get(name, {}).values() if k == key), key
    )
