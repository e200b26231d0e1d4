"""The search page, its facets, and the suggestions under the box."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hoso.desk import searching
from hoso.desk.searching import Facet, Result
from hoso.kernel.errors import Invalid
from hoso.kernel.text import nfc
from hoso.records.model import Dossier
from hoso.web import papers
from hoso.web.forms import Form
from hoso.web.shapes import Crumb, page_number, pages_of
from hoso.web.words import FACETS, ORDERS, STATES, badge, say

__all__ = ["includeme", "suggestion"]

_SORTS = ("relevance", "date")
# An index is read from its beginning: pages far behind nobody looks at cost without use.
_FARTHEST = 500


def search(request: Any) -> Any:
    """Answer a question, or show how to ask one."""
    text = nfc(request.GET.get("q", "")).strip()
    chosen = {name: request.GET.getall(name) for name in FACETS if request.GET.getall(name)}
    sort = request.GET.get("sort", "")
    sort = sort if sort in _SORTS else _SORTS[0]
    page = {
        "crumbs": (Crumb(request.language.say("Search")),),
        "finder_text": text,
        "form": Form(),
        "result": None,
        "examples": _examples(request),
    }
    if not text and not chosen:
        return page
    number = min(page_number(request), _FARTHEST)
    try:
        found = searching.search(
            request.desk,
            request.desk.site,
            text=text,
            chosen=chosen,
            sort=sort,
            offset=(number - 1) * searching.PAGE,
            limit=searching.PAGE,
        )
    except Invalid as error:
        request.response.status_int = 422
        return {**page, "form": _refused(request, error)}
    address = _Address(request, text, chosen, sort)
    language = request.language
    milliseconds = language.number(round(found.ms, 1))
    return {
        **page,
        "result": {
            "said": language.count(
                "{n} paper, {ms} ms", "{n} papers, {ms} ms", found.total, ms=milliseconds
            ),
        },
        "hits": [_hit(request, result, sought=found.query) for result in found.results],
        "facets": [_facet(request, facet, address) for facet in found.facets],
        "chosen": [
            {
                "label": f"{say(FACETS, facet.name, language)}: {language.label(choice.label)}",
                "url": address.without(facet.name, choice.key),
            }
            for facet in found.facets
            for choice in facet.choices
            if choice.chosen
        ],
        "orders": [
            {
                "label": say(ORDERS, key, language),
                "url": address.sorted(key),
                "current": key == sort,
            }
            for key in _SORTS
        ],
        "pages": pages_of(
            page=number,
            size=searching.PAGE,
            total=min(found.total, _FARTHEST * searching.PAGE),
            url=address.page,
        ),
    }


def _refused(request: Any, error: Invalid) -> Form:
    """Return every fault of a question; they all belong to the one box."""
    form = Form().refuse({}, error, request.language)
    said = tuple(fault for faults in form.faults.values() for fault in faults)
    return Form(faults={"q": said}, message=form.message)


class _Address:
    """The address of the same question with something changed."""

    def __init__(self, request: Any, text: str, chosen: Mapping[str, list[str]], sort: str) -> None:
        self._request = request
        self._text = text
        self._chosen = chosen
        self._sort = sort

    def _url(self, chosen: Mapping[str, list[str]], sort: str, **more: Any) -> str:
        query: list[tuple[str, Any]] = [("q", self._text)]
        query += [(name, key) for name, keys in chosen.items() for key in keys]
        query += [("sort", sort)] if sort != _SORTS[0] else []
        return str(self._request.route_path("search", _query=[*query, *more.items()]))

    def page(self, number: int) -> str:
        return self._url(self._chosen, self._sort, page=number)

    def sorted(self, sort: str) -> str:
        return self._url(self._chosen, sort)

    def with_(self, name: str, key: str) -> str:
        return self._url({**self._chosen, name: [*self._chosen.get(name, []), key]}, self._sort)

    def without(self, name: str, key: str) -> str:
        left = [other for other in self._chosen.get(name, []) if other != key]
        return self._url({**self._chosen, name: left}, self._sort)


def _facet(request: Any, facet: Facet, address: _Address) -> dict[str, Any]:
    language = request.language
    return {
        "name": facet.name,
        "label": say(FACETS, facet.name, language),
        "lines": [
            {
                "label": language.label(choice.label),
                "n": choice.count,
                "current": choice.chosen,
                "url": address.without(facet.name, choice.key)
                if choice.chosen
                else address.with_(facet.name, choice.key),
            }
            for choice in facet.choices[:12]
        ],
    }


def _hit(request: Any, result: Result, *, sought: str) -> dict[str, Any]:
    language, document = request.language, result.document
    dossier = document.dossier
    where = f"{dossier.code} – {dossier.name}" if dossier is not None else document.unit.name
    state = () if document.state == "filed" else (badge(STATES, document.state, language),)
    line = (
        papers.type_label(request, document.type),
        papers.number_of(document),
        language.date(document.date),
        where,
    )
    numbers = ", ".join(str(number) for number in result.pages[:5])
    return {
        "title": papers.title_of(document, language),
        "url": request.resource_path(document, query={"q": sought} if dossier else {}),
        "line": [part for part in line if part],
        "badges": (papers.level_badge(request, document.level), *state),
        "snippet": [{"text": text, "marked": marked} for text, marked in result.parts],
        "pages": language.say("page {pages}", pages=numbers) if numbers else "",
    }


def _examples(request: Any) -> list[dict[str, str]]:
    say = request.language.say
    return [
        {"text": text, "means": said, "url": request.route_path("search", _query={"q": text})}
        for text, said in (
            ("nang luong", say("words, with or without tone marks")),
            ('"nâng bậc lương thường xuyên"', say("these words, one after the other")),
            ("14/QĐ", say("a number with the beginning of its symbol")),
            ("bổ nhiệm năm:2019..2021", say("words, and the years of the papers")),
            ("kỷ luật -khiển trách", say("without a word")),
        )
    ]


def suggestion(request: Any, dossier: Dossier, *, value: str) -> dict[str, str]:
    """Return a dossier as one suggestion."""
    born = request.language.date(dossier.birth_date)
    return {
        "value": value,
        "label": dossier.name,
        "note": " · ".join(part for part in (dossier.code, born, dossier.unit.name) if part),
        "url": request.resource_path(dossier),
    }


def suggest(request: Any) -> Any:
    """Return dossiers whose person is named as what was typed begins."""
    prefix = nfc(request.GET.get("q", "")).strip()[:100]
    found = searching.suggest(request.desk, request.desk.site, prefix=prefix) if prefix else []
    return [suggestion(request, dossier, value=dossier.name) for dossier in found]


def includeme(config: Any) -> None:
    config.add_act_view(
        searching.search, search, route_name="search", renderer="searching/search.jinja2"
    )
    config.add_act_view(searching.suggest, suggest, route_name="suggest", renderer="json")
