"""Filters by name, typed, become filters by code: what names mean is the caller's business."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from hoso.kernel.errors import Fault, Invalid
from hoso.search.question import FIELD, Narrowing, Query
from hoso.search.ranges import overlap
from hoso.search.values import Filters

__all__ = ["Codes", "settle"]

_CODED = ("type", "form", "section", "unit", "level", "status", "retention", "dossier")

# Turns what was typed after a filter's name into the codes meant; empty where nothing is meant.
Codes = Callable[[str, str], frozenset[int]]


def settle(query: Query, codes: Codes, *, filters: Filters | None = None) -> tuple[Query, Filters]:
    """Move the filters that need codes, and ranges, out of *query* and into *filters*.

    *codes* gets the filter's name (``type``, ``form``, ``section``, ``unit``, ``level``,
    ``status``, ``retention``, ``dossier``) and the value as typed.  Two filters of one name mean
    either; beside what *filters* already holds, both.
    """
    faults: list[Fault] = []
    chosen: dict[str, frozenset[int]] = {}
    settled = filters or Filters()
    without = dict(settled.without)
    ranges = {"year": settled.years, "day": settled.days, "filed": settled.filed}
    rest = []
    for narrowing in query.narrowings:
        name = narrowing.name
        if name in ranges and not narrowing.excluded:
            ranges[name] = overlap(ranges[name], narrowing.ends)
        elif name in _CODED:
            meant = codes(name, narrowing.value)
            if not meant and narrowing.other:
                name = narrowing.other
                meant = codes(name, narrowing.value)
            if not meant:
                faults.append(_unheard_of(narrowing))
            kept = without if narrowing.excluded else chosen
            kept[name] = kept.get(name, frozenset()) | meant
        else:
            rest.append(narrowing)
    if faults:
        raise Invalid(faults)
    both: dict[str, Any] = {
        name: meant if getattr(settled, name) is None else meant & getattr(settled, name)
        for name, meant in chosen.items()
    }
    settled = replace(
        settled,
        years=ranges["year"],
        days=ranges["day"],
        filed=ranges["filed"],
        without=MappingProxyType(without),
        **both,
    )
    return replace(query, narrowings=tuple(rest)), settled


def _unheard_of(narrowing: Narrowing) -> Fault:
    return Fault(
        FIELD,
        "Nothing known as {name} is called {word}. Choose one from the list beside the results.",
        {
            "at": narrowing.at,
            "to": narrowing.to,
            "word": narrowing.value,
            "name": narrowing.name,
        },
    )
