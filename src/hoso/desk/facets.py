"""Facets: ways to narrow a search, what their values are called, and who may use them.

A value is a key that stands in addresses and saved searches (a code of the catalogs, a unit's
key, a dossier's number, a year); the index knows it by its code.  What one may not see has no
key here: an address with one that is unknown or hidden finds nothing, a typed one is a fault.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

from hoso.access.permissions import Permission
from hoso.definitions.rulebook import Rulebook
from hoso.definitions.values import Text
from hoso.desk.desk import Desk
from hoso.desk.entries import code_of
from hoso.desk.retention_scope import knows_all_retention, knows_retention
from hoso.desk.within import finds, permitted
from hoso.kernel.text import fold, nfc
from hoso.records.model import Document, Dossier, Unit
from hoso.records.units import all_units, subtree
from hoso.search.analysis import name_code
from hoso.search.interfaces import Filters
from hoso.search.values import RETENTION

__all__ = [
    "FACETS",
    "NARROWING",
    "Choice",
    "Facet",
    "codes_typed",
    "counted",
    "filters_of",
    "label_of",
    "to_count",
]

#: Facets in the order a page shows them.
FACETS = (
    *("type", "section", "form", "year", "agency", "unit", "dossier", "level", "status"),
    "retention",
)
#: All a search can be narrowed by beside its words.
NARROWING = (*FACETS, "standing")
#: The same where the index has other names.
_IN_INDEX = {"dossier": "person"}
_CODED = ("type", "form", "section", "status", "standing")
_YEAR = re.compile(r"[0-9]{4}")
#: Values of a facet that are named from records: no more than a page shows.
_NAMED = 10
#: States of retention on a day; the words a person may type for each, without marks.
_RETENTION = {
    "permanent": Text("Vĩnh viễn", "Permanent"),
    "running": Text("Còn thời hạn", "Kept"),
    "due": Text("Đến hạn", "Due"),
    "held": Text("Tạm giữ", "On hold"),
    "unknown": Text("Chưa rõ", "Unknown"),
}


@dataclass(frozen=True)
class Choice:
    """One value of a facet: its key, its label, how many it leaves.

    :ivar label: a ``Text`` where the catalogs name it, else plain (a year, a unit's name).
    :ivar count: ``None`` where a number would tell of papers whose value one may not know.
    """

    key: str
    label: Any
    count: int | None
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
        "standing": {code_of(c): (c, t.label) for c, t in rulebook.statuses.items()},
        "retention": {RETENTION[key]: (key, label) for key, label in _RETENTION.items()},
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
        if name == "retention" and not knows_retention(desk):
            return frozenset()
        table = tables.get(name, {})
        if name == "status":
            # The state of the paper or the standing of the person: either is meant.
            table = {**table, **tables["standing"]}
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


def filters_of(
    desk: Desk, chosen: Mapping[str, Sequence[str]], *, kinds: frozenset[str]
) -> Filters:
    """Turn what a person ticked into filters; values nobody knows find nothing."""
    given: dict[str, Any] = {"kind": kinds}
    for name in _CODED:
        if chosen.get(name):
            given[name] = frozenset(code_of(key) for key in chosen[name])
    if chosen.get("agency"):
        given["agency"] = frozenset(name_code(name) for name in chosen["agency"]) - {0}
    if chosen.get("retention"):
        codes = frozenset(RETENTION.get(key, 0) for key in chosen["retention"]) - {0}
        given["retention"] = codes if knows_retention(desk) else frozenset()
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


def to_count(desk: Desk) -> tuple[str, ...]:
    """Return the facets the index shall count, by its names, for this identity."""
    names = FACETS if knows_all_retention(desk) else FACETS[:-1]
    return tuple(_IN_INDEX.get(name, name) for name in names)


def counted(
    desk: Desk, counts: Mapping[str, Mapping[int, int]], chosen: Mapping[str, Sequence[str]]
) -> tuple[Facet, ...]:
    """Return what the engine counted, with keys and labels, the most frequent first."""
    tables = _tables(desk.rulebook)
    shown = []
    for name in FACETS:
        ticked = frozenset(chosen.get(name, ()))
        found = dict(counts.get(_IN_INDEX.get(name, name), {}))
        if name == "level":
            # Of a paper whose mark has just ended the index may still say the level it had.
            found = {code: n for code, n in found.items() if code <= desk.identity.clearance}
        choices = [
            Choice(key, label, count, key in ticked)
            for key, label, count in _named(desk, tables, name, found)
        ]
        asked = knows_retention(desk) and not knows_all_retention(desk)
        if name == "retention" and asked:
            # Not counted: of some of what was found it is not his to know.
            lines = tables[name].values()
            choices = [Choice(key, label, None, key in ticked) for key, label in lines]
        if name == "year":
            choices.sort(key=lambda choice: -int(choice.key))
        elif name not in ("level", "retention"):
            choices.sort(key=lambda choice: (-(choice.count or 0), choice.key))
        if choices:
            shown.append(Facet(name, tuple(choices)))
    return tuple(shown)


def _named(
    desk: Desk,
    tables: Mapping[str, Mapping[int, tuple[str, Any]]],
    name: str,
    found: Mapping[int, int],
) -> Iterator[tuple[str, Any, int]]:
    """Yield key, label and count of each value that has a name for this reader."""
    most = sorted(found.items(), key=lambda one: (-one[1], one[0]))
    if name == "agency":
        yield from _agencies(desk, dict(most[:_NAMED]))
    elif name == "dossier":
        for number, count in most[:_NAMED]:
            dossier = desk.site.by_id.get(number)
            if isinstance(dossier, Dossier) and desk.sees(dossier):
                yield dossier.code, f"{dossier.code} – {dossier.name}", count
    else:
        for code, count in sorted(found.items()):
            if code or name == "level":
                key, label = _labelled(desk, tables, name, code)
                yield key, label, count


#: For each site a paper that bears an agency's name, by the code of the name.  Whoever asks must
#: be able to find that paper himself, else the index looks for another one.
_BEARERS: WeakKeyDictionary[Any, dict[int, int]] = WeakKeyDictionary()
_MOST_BEARERS = 20_000


def _agencies(desk: Desk, found: Mapping[int, int]) -> Iterator[tuple[str, str, int]]:
    known = _BEARERS.setdefault(desk.house, {})
    names = {code: _borne(desk, code, known.get(code, 0)) for code in found if code}
    wanting = [code for code, name in names.items() if not name]
    if wanting:
        if len(known) > _MOST_BEARERS:
            known.clear()
        within = permitted(desk, Permission.DOCUMENT_READ)
        borne = desk.house.engine.bearers("agency", wanting, within)
        known.update(borne)
        names.update({code: _borne(desk, code, number) for code, number in borne.items()})
    for code, count in found.items():
        if names.get(code):
            yield names[code], names[code], count


def _borne(desk: Desk, code: int, number: int) -> str:
    """Return the agency's name as the paper of that id has it, if this identity may find it."""
    record = desk.site.by_id.get(number) if number else None
    if not isinstance(record, Document) or name_code(record.agency) != code:
        return ""
    return record.agency if finds(desk, record) else ""


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
