"""Parts of an answer: which plan it is of, in which order, which page, which hits."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from tantivy import Order

from hoso.kernel.errors import Fault, Invalid
from hoso.search.permitted import Permitted
from hoso.search.plan import ENOUGH, Plan, Plans
from hoso.search.values import KINDS, SORTS, Hit

__all__ = ["check_page", "enough", "hits_of", "order_of", "reach_of"]

_KIND_OF = {number: kind for kind, number in KINDS.items()}
_ORDER = {
    "date": ("day", Order.Desc),
    "date-asc": ("day", Order.Asc),
    "name": ("name_order", Order.Asc),
    "name-desc": ("name_order", Order.Desc),
    "filed": ("filed", Order.Desc),
    "filed-asc": ("filed", Order.Asc),
}
# The engine keeps the best offset + limit in memory.
_DEEPEST = 10_000
_LARGEST_PAGE = 1_000


def enough(asked: Plans, ask: Callable[[Plan], Any]) -> tuple[Plan, Any]:
    """Return the plan that is the answer, and what it finds; never asks one that need not be.

    The answer is that of the strict plan where it finds enough, else that of the loose one, and
    of a last one where that finds nothing; in whichever order they are asked.
    """
    strict, loose = asked.strict, asked.loose
    if loose is None:
        if strict is None:
            raise TypeError("a question has at least one plan")
        return strict, ask(strict)
    if strict is not None and asked.likely:
        found = ask(strict)
        if found.count >= ENOUGH:
            return strict, found
        strict = None
    plan, found = loose, ask(loose)
    if strict is not None and found.count >= ENOUGH:
        closer = ask(strict)
        if closer.count >= ENOUGH:
            return strict, closer
    for last in asked.last:
        if found.count:
            break
        plan, found = last, ask(last)
    return plan, found


def reach_of(searcher: Any, permitted: Permitted) -> int:
    """Return about how many papers somebody finds: an upper bound, cheap."""
    tokens = permitted.tokens.union(*(one.tokens for one in permitted.limited))
    return sum(searcher.doc_freq("acl", token) for token in tokens)


def order_of(sort: str) -> dict[str, Any]:
    if sort == "relevance":
        return {"weight_by_field": "fresh"}
    field, order = _ORDER[sort]
    return {"order_by_field": field, "order": order}


def check_page(*, limit: int, offset: int, sort: str = SORTS[0]) -> None:
    faults = []
    if sort not in SORTS:
        faults.append(Fault("sort", "Choose an order: {known}.", {"known": ", ".join(SORTS)}))
    if not 1 <= limit <= _LARGEST_PAGE:
        faults.append(
            Fault("limit", "Ask for 1 to {most} results at a time.", {"most": _LARGEST_PAGE})
        )
    if not 0 <= offset <= _DEEPEST:
        faults.append(
            Fault(
                "offset",
                "Only the first {most} results can be leafed through. Narrow the question.",
                {"most": _DEEPEST},
            )
        )
    if faults:
        raise Invalid(faults)


def hits_of(searcher: Any, found: Any) -> Iterable[Hit]:
    if found is None or not found.hits:
        return
    places = [place for _, place in found.hits]
    ids = searcher.fast_field_values("id", places)
    kinds = searcher.fast_field_values("kind", places)
    for (score, _), known, kind in zip(found.hits, ids, kinds, strict=True):
        yield Hit(known, score if isinstance(score, float) else 0.0, _KIND_OF[kind])
