"""Search: one box, inside what one may see, asked again on the object before it is shown."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from hoso.access.permissions import Permission
from hoso.access.tokens import tokens_of_identity
from hoso.definitions.rulebook import Rulebook
from hoso.desk.act import act
from hoso.desk.desk import Desk
from hoso.desk.documents import text_of
from hoso.desk.entries import code_of
from hoso.kernel.text import fold, nfc
from hoso.records.model import Document, Dossier, Site, Unit
from hoso.records.units import all_units, subtree
from hoso.search.interfaces import Filters, Permitted
from hoso.search.language import Query, parse, settle
from hoso.search.snippets import pages_of, snippet

__all__ = [
    "Choice",
    "Facet",
    "Listing",
    "Result",
    "Results",
    "dossiers_named",
    "listing",
    "permitted",
    "search",
    "suggest",
]

PAGE = 20
_YEAR = re.compile(r"[0-9]{4}")

#: Facets in the order a page shows them.
FACETS = ("type", "form", "year", "unit", "level", "section")


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


@dataclass(frozen=True)
class Result:
    """One paper found.

    :ivar parts: pieces of its text, with True where a sought word stands.
    :ivar pages: pages (from 1) on which the words were found.
    """

    document: Document
    score: float
    parts: tuple[tuple[str, bool], ...]
    pages: tuple[int, ...]


@dataclass(frozen=True)
class Results:
    """One page of an answer; totals and facets count what one may see."""

    query: str
    total: int
    results: tuple[Result, ...]
    facets: tuple[Facet, ...]
    offset: int
    ms: float
    plan: str = ""
    estimated: bool = False
    chosen: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True)
class Listing:
    """A page of dossiers in the order of names."""

    total: int
    dossiers: tuple[Dossier, ...]
    offset: int


def permitted(desk: Desk, read: Permission) -> Permitted:
    """Return the tokens of what this identity may find."""
    return Permitted(tokens_of_identity(desk.identity, desk.house.policy, read=read, on=desk.today))


def _tables(rulebook: Rulebook) -> dict[str, dict[int, tuple[str, Any]]]:
    """Return for each facet: code to (key, label)."""
    return {
        "type": {code_of(t.key): (t.key, t.label) for t in rulebook.document_types.values()},
        "form": {code_of(c): (c, t.label) for c, t in rulebook.forms.items()},
        "section": {code_of(s.key): (s.key, s.label) for s in rulebook.sections.values()},
        "level": {n: (str(n), level.label) for n, level in rulebook.levels.items()},
    }


def _codes(desk: Desk) -> Any:
    """Return the function that turns a typed filter value into facet codes."""
    tables = _tables(desk.rulebook)

    def codes(name: str, value: str) -> frozenset[int]:
        wanted = fold(nfc(value)).strip()
        if name == "unit":
            found = [
                unit
                for unit in all_units(desk.site)
                if wanted in {fold(unit.key), fold(unit.name)} or wanted in fold(unit.name)
            ]
            return frozenset(below.number for unit in found for below in subtree(unit))
        table = tables.get(name, {})
        exact = {
            code
            for code, (key, label) in table.items()
            if wanted in {fold(key), fold(label.vi), fold(label.en)}
        }
        if exact:
            return frozenset(exact)
        return frozenset(
            code for code, (_key, label) in table.items() if wanted and wanted in fold(label.vi)
        )

    return codes


def _filters(desk: Desk, chosen: Mapping[str, Sequence[str]]) -> Filters:
    """Turn the facets a person ticked into filters; values nobody knows find nothing."""
    given: dict[str, Any] = {"kind": frozenset({"document", "item"})}
    for name in ("type", "form", "section"):
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
        dossiers = [desk.site.dossiers.get(code) for code in chosen["dossier"]]
        given["dossier"] = frozenset(d.id for d in dossiers if d is not None and desk.sees(d))
    return Filters(**given)


@act("search.run", Permission.SEARCH)
def search(
    desk: Desk,
    _site: Site,
    *,
    text: str,
    chosen: Mapping[str, Sequence[str]] = MappingProxyType({}),
    sort: str = "relevance",
    offset: int = 0,
    limit: int = PAGE,
) -> Results:
    """Answer what a person typed, within what one may read.

    :param chosen: facet name to ticked keys; ``dossier`` narrows to dossiers by code.
    :param sort: ``relevance`` or ``date``.
    """
    query, filters = settle(parse(text), _codes(desk), filters=_filters(desk, chosen))
    page = desk.house.engine.search(
        query,
        permitted(desk, Permission.DOCUMENT_READ),
        limit=limit,
        offset=offset,
        sort=sort,
        filters=filters,
    )
    results = []
    for hit in page.hits:
        record = desk.site.by_id.get(hit.id)
        # The object decides: what the index may not know yet is not shown.
        if not isinstance(record, Document) or not _may_find(desk, record):
            continue
        results.append(_result(record, query, hit.score))
    desk.say(query=text[:200], total=page.total, shown=len(results))
    return Results(
        query=text,
        total=page.total,
        results=tuple(results),
        facets=_facets(desk, page.facets, chosen),
        offset=offset,
        ms=page.ms,
        plan=page.plan,
        estimated=page.estimated,
        chosen={name: tuple(keys) for name, keys in chosen.items()},
    )


def _may_find(desk: Desk, document: Document) -> bool:
    if document.state == "refused":
        return False
    if document.dossier is None:
        return desk.may(document, Permission.INTAKE_WORK)
    return desk.may(document, Permission.DOCUMENT_READ)


def _result(document: Document, query: Query, score: float) -> Result:
    text = text_of(document)
    return Result(
        document,
        score,
        tuple(snippet(text.replace("\f", "\n"), query, scanned=document.ocr)),
        tuple(pages_of(text.split("\f"), query, scanned=document.ocr)) if text else (),
    )


def _facets(
    desk: Desk, counted: Mapping[str, Mapping[int, int]], chosen: Mapping[str, Sequence[str]]
) -> tuple[Facet, ...]:
    tables = _tables(desk.rulebook)
    shown = []
    for name in FACETS:
        ticked = set(chosen.get(name, ()))
        choices = []
        for code, count in counted.get(name, {}).items():
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


@act("search.suggested", Permission.DOSSIER_VIEW, told=False)
def suggest(desk: Desk, _site: Site, *, prefix: str, limit: int = 8) -> list[Dossier]:
    """Return dossiers whose person is named as *prefix* begins, or the one of that code."""
    exact = desk.site.dossiers.get(prefix.strip().upper())
    hits = desk.house.engine.suggest(prefix, permitted(desk, Permission.DOSSIER_VIEW), limit=limit)
    first = [exact.id] if isinstance(exact, Dossier) else []
    return _seen(desk, list(dict.fromkeys([*first, *(hit.id for hit in hits)])))


def _seen(desk: Desk, numbers: Sequence[int]) -> list[Dossier]:
    found = (desk.site.by_id.get(number) for number in numbers)
    return [record for record in found if isinstance(record, Dossier) and desk.sees(record)]


def dossiers_named(desk: Desk, name: str, *, limit: int = 5) -> tuple[Dossier, ...]:
    """Return the dossiers of people of a name; several are all returned, none is chosen."""
    hits = desk.house.engine.suggest(name, permitted(desk, Permission.DOSSIER_VIEW), limit=limit)
    wanted = fold(nfc(name)).split()
    return tuple(
        dossier
        for dossier in _seen(desk, [hit.id for hit in hits])
        if fold(dossier.name).split() == wanted
    )


@act("dossier.listed", Permission.DOSSIER_LIST, told=False)
def listing(
    desk: Desk,
    _site: Site,
    *,
    words: str = "",
    unit: str = "",
    status: str = "",
    type_: str = "",
    offset: int = 0,
    limit: int = 50,
) -> Listing:
    """Return a page of the dossiers one may see, in the order of names."""
    given: dict[str, Any] = {}
    if unit:
        top = desk.site.unit_by_key.get(unit)
        given["unit"] = (
            frozenset(u.number for u in subtree(top)) if top is not None else frozenset()
        )
    if status:
        given["status"] = frozenset({code_of(status)})
    if type_:
        given["type"] = frozenset({code_of(type_)})
    total, hits = desk.house.engine.dossiers(
        words,
        permitted(desk, Permission.DOSSIER_VIEW),
        limit=limit,
        offset=offset,
        filters=Filters(**given),
    )
    return Listing(total, tuple(_seen(desk, [hit.id for hit in hits])), offset)
