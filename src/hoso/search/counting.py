"""Facets: how many papers of an answer have each value; inside what is permitted, as the answer."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from types import MappingProxyType
from typing import Any

from tantivy import Occur, Query

from hoso.search.narrowing import field_of
from hoso.search.place import View
from hoso.search.values import KEEPING, RETENTION

__all__ = ["apart", "counts"]

# So many values of a facet are counted, the most frequent ones.
_SIZE = {
    "type": 100,
    "form": 50,
    "year": 150,
    "unit": 50,
    "level": 10,
    "section": 50,
    "status": 20,
    "standing": 40,
    "agency": 30,
    "person": 30,
}
# Units there may be at most, for a count that leaves none out.
_UNITS = 10_000
_OVER, _RUNS = "over", "runs"
_Counts = Mapping[str, Mapping[int, int]]


def counts(
    view: View,
    clauses: list[tuple[Any, Any]],
    names: Collection[str],
    *,
    total: int,
    sampled: int,
    today: int | None,
) -> _Counts:
    """Count what *clauses* find by the facets *names*, in one pass.

    :param total: how many there are; of none nothing is counted.
    :param sampled: 0, or how many times fewer papers are looked at.
    :param today: the day of retention states, which are not counted without.
    """
    asked = {
        name: _asked(name, today) for name in names if name != "retention" or today is not None
    }
    if not asked or not total:
        return MappingProxyType(dict.fromkeys(asked, MappingProxyType({})))
    if sampled:
        clauses = [(Occur.Must, Query.term_query(view.document_schema, "smp", 0)), *clauses]
    answer = view.documents.aggregate(Query.boolean_query(clauses), asked)
    times = sampled or 1
    return MappingProxyType(
        {name: MappingProxyType(_read(name, answer[name]["buckets"], times)) for name in asked}
    )


def _asked(name: str, today: int | None) -> dict[str, Any]:
    if name != "retention":
        return {"terms": {"field": field_of(name), "size": _SIZE[name]}}
    if today is None:
        raise TypeError("a state of retention holds for a day: state it")
    ranges = [{"key": _OVER, "to": today + 1}, {"key": _RUNS, "from": today + 1}]
    return {
        "terms": {"field": "keep", "size": len(KEEPING) + 1},
        "aggs": {"until": {"range": {"field": "until", "ranges": ranges}}},
    }


def _read(name: str, buckets: list[dict[str, Any]], times: int) -> dict[int, int]:
    if name != "retention":
        return {int(one["key"]): one["doc_count"] * times for one in buckets}
    kept = {int(one["key"]): one for one in buckets}

    def by_date(name: str, when: str) -> int:
        inside = kept.get(KEEPING[name], {}).get("until", {}).get("buckets", [])
        return sum(one["doc_count"] for one in inside if one["key"] == when)

    def all_of(name: str) -> int:
        return int(kept.get(KEEPING[name], {}).get("doc_count", 0))

    states = {
        "permanent": all_of("permanent"),
        "running": all_of("open") + by_date("dated", _RUNS) + by_date("doubtful", _RUNS),
        "due": by_date("dated", _OVER),
        "held": all_of("held") + by_date("doubtful-held", _RUNS),
        "unknown": all_of("unknown") + by_date("doubtful", _OVER) + by_date("doubtful-held", _OVER),
    }
    return {RETENTION[state]: count * times for state, count in states.items() if count}


def apart(searcher: Any, clauses: list[tuple[Any, Any]]) -> dict[tuple[int, int], int]:
    """Count what *clauses* find by unit and level: every paper, none estimated."""
    asked = {
        "leaf": {
            "terms": {"field": "leaf", "size": _UNITS},
            "aggs": {"level": {"terms": {"field": "level", "size": 8}}},
        }
    }
    answer = searcher.aggregate(Query.boolean_query(clauses), asked)
    return {
        (int(unit["key"]), int(level["key"])): int(level["doc_count"])
        for unit in answer["leaf"]["buckets"]
        for level in unit["level"]["buckets"]
    }
