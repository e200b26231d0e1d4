"""Filters as clauses of the engine: what is narrowed takes no part in the order."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from tantivy import FieldType, Occur, Query, Schema

from hoso.search.values import KEEPING, KINDS, RETENTION, Filters

__all__ = ["field_of", "filter_clauses", "retention_on", "within_range"]

_Ends = tuple[int | None, int | None]
_Weighted = tuple[Any, Any]

_CODED = (
    *("dossier", "type", "form", "unit", "level", "section"),
    *("status", "standing", "agency", "retention"),
)
_FIELDS = {"unit": "leaf", "agency": "issuer", "person": "dossier"}


def field_of(name: str) -> str:
    """Return the field of the index that holds the codes of a filter or facet."""
    return _FIELDS.get(name, name)


def filter_clauses(
    schema: Schema, filters: Filters, *, today: int | None = None
) -> list[_Weighted]:
    """Return *filters* as clauses.

    :param today: the day, since 1970, for which a state of retention is asked; a question
        that asks for one and states no day is a ``TypeError``.
    """
    found: list[_Weighted] = []
    if filters.kind is not None:
        codes = [KINDS[kind] for kind in sorted(filters.kind)]
        found.append((Occur.Must, _one_of(schema, "kind", codes)))
    for name in _CODED:
        chosen = getattr(filters, name)
        if chosen is not None:
            found.append((Occur.Must, _among(schema, name, chosen, today=today)))
    for name, codes_out in filters.without.items():
        if codes_out:
            found.append((Occur.MustNot, _among(schema, name, codes_out, today=today)))
    for name, ends in (("year", filters.years), ("day", filters.days), ("filed", filters.filed)):
        if ends is not None:
            found.append((Occur.Must, within_range(schema, name, ends)))
    return found


def _among(schema: Schema, name: str, codes: Iterable[int], *, today: int | None) -> Any:
    wanted = sorted(codes)
    if name == "retention":
        if today is None:
            raise TypeError("a state of retention holds for a day: state it")
        return _either(retention_on(schema, state, today=today) for state in wanted)
    if name == "status":
        return _either(_one_of(schema, field, wanted) for field in ("status", "standing"))
    return _one_of(schema, field_of(name), wanted)


def _one_of(schema: Schema, field: str, codes: list[int]) -> Any:
    if not codes:
        return Query.empty_query()
    if len(codes) == 1:
        return Query.term_query(schema, field, codes[0], index_option="basic")
    return Query.term_set_query(schema, field, codes)


def _either(queries: Iterable[Any]) -> Any:
    return Query.boolean_query([(Occur.Should, query) for query in queries])


def within_range(schema: Schema, name: str, ends: _Ends) -> Any:
    """Build the query for *ends*, both in; what has no date is in no range, open or not."""
    low, high = ends
    if name == "year":
        # Year 0 is "not known".
        return Query.range_query(schema, name, FieldType.Unsigned, max(low or 1, 1), high)
    if low is None and high is None:
        return Query.exists_query(name)
    if name != "day":
        return Query.range_query(schema, name, FieldType.Integer, low, high)
    # A paper known to the month is within a range that holds its first day and its last.
    both = []
    if low is not None:
        both.append(Query.range_query(schema, "day", FieldType.Integer, low, None))
    if high is not None:
        both.append(Query.range_query(schema, "last", FieldType.Integer, None, high))
    return Query.boolean_query([(Occur.Must, query) for query in both])


def retention_on(schema: Schema, state: int, *, today: int) -> Any:
    """Build the query for one state of ``RETENTION`` on a day; other numbers find nothing."""
    over = Query.range_query(schema, "until", FieldType.Integer, None, today)
    runs = Query.range_query(schema, "until", FieldType.Integer, today + 1, None)

    def kept(*names: str) -> Any:
        return _one_of(schema, "keep", sorted(KEEPING[name] for name in names))

    def both(one: Any, other: Any) -> Any:
        return Query.boolean_query([(Occur.Must, one), (Occur.Must, other)])

    if state == RETENTION["permanent"]:
        return kept("permanent")
    if state == RETENTION["due"]:
        return both(kept("dated"), over)
    if state == RETENTION["running"]:
        return _either([kept("open"), both(kept("dated", "doubtful"), runs)])
    if state == RETENTION["held"]:
        return _either([kept("held"), both(kept("doubtful-held"), runs)])
    if state == RETENTION["unknown"]:
        return _either([kept("unknown"), both(kept("doubtful", "doubtful-held"), over)])
    return Query.empty_query()
