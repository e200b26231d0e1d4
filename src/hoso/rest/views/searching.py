"""Search and suggestions for programs: the answers of the page, in JSON."""

from __future__ import annotations

from typing import Any

from hoso.desk import searching
from hoso.desk.facets import NARROWING
from hoso.desk.questions import SORTS
from hoso.desk.searching import PAGE, Result
from hoso.kernel.errors import Fault, Invalid
from hoso.kernel.text import nfc, shown_name

__all__ = ["includeme"]

_MOST = 100
_KNOWN = {"q", "sort", "limit", "offset", *NARROWING}


def search(request: Any) -> Any:
    """Answer a question: papers, total, facets."""
    values = request.GET
    faults = [Fault(name, "There is no such parameter.") for name in set(values) - _KNOWN]
    limit = _number(values, "limit", PAGE, least=1, most=_MOST, faults=faults)
    offset = _number(values, "offset", 0, least=0, most=10_000, faults=faults)
    sort = values.get("sort", SORTS[0])
    if sort not in SORTS:
        faults.append(Fault("sort", "Choose one of: {known}.", {"known": ", ".join(SORTS)}))
    if faults:
        raise Invalid(faults)
    found = searching.search(
        request.desk,
        request.context.record,
        text=values.get("q", ""),
        chosen={name: values.getall(name) for name in NARROWING if values.getall(name)},
        sort=sort,
        offset=offset,
        limit=limit,
    )
    return {
        "query": found.query,
        "sort": sort,
        "total": found.total,
        "offset": offset,
        "limit": limit,
        "loosened": found.plan,
        "estimated": found.estimated,
        "results": [_result(request, result) for result in found.results],
        "facets": {
            facet.name: [
                {"key": one.key, "label": _label(one.label), "count": one.count}
                for one in facet.choices
            ]
            for facet in found.facets
        },
    }


def _number(
    values: Any, name: str, usual: int, *, least: int, most: int, faults: list[Fault]
) -> int:
    text = values.get(name, "")
    if not text:
        return usual
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 8 else -1
    if not least <= number <= most:
        fault = Fault(name, "Send a number from {least} to {most}.", {"least": least, "most": most})
        faults.append(fault)
        return usual
    return number


def _label(label: Any) -> str:
    return label if isinstance(label, str) else str(label.vi)


def _result(request: Any, result: Result) -> dict[str, Any]:
    """Return one paper found; ``snippet`` holds pieces of its text, with the words sought apart."""
    document = result.document
    dossier = document.dossier
    unit = dossier.unit if dossier is not None else document.unit
    return {
        "document": document.uid,
        "url": request.route_path("api-document", document=document.uid),
        "title": document.title or shown_name(document.given_name),
        "type": document.type or None,
        "form": document.form or None,
        "number": document.number or None,
        "symbol": document.symbol or None,
        "date": document.date or None,
        "agency": document.agency or None,
        "dossier": dossier.code if dossier is not None else None,
        "person": dossier.name if dossier is not None else document.person or None,
        "unit": unit.key if unit is not None else None,
        "level": result.level,
        "state": document.state,
        "pages": list(result.pages),
        "snippet": [{"text": text, "sought": sought} for text, sought in result.parts],
    }


def suggest(request: Any) -> Any:
    """Tell what begins as was typed: persons, numbers, agencies."""
    prefix = nfc(request.GET.get("q", "")).strip()[:100]
    found = searching.suggest(request.desk, request.context.record, prefix=prefix)
    return {
        "suggestions": [
            {
                "kind": one.kind,
                "text": one.text,
                "dossier": one.dossier.code if one.dossier is not None else None,
                "query": one.query or None,
            }
            for one in found
        ]
    }


def includeme(config: Any) -> None:
    for act, view, route in (
        (searching.search, search, "api-search"),
        (searching.suggest, suggest, "api-suggest"),
    ):
        config.add_act_view(act, view, route_name=route, request_method="GET", renderer="json")
