"""The search page, its facets, and the suggestions under the box."""

from __future__ import annotations

import math
from typing import Any

from hoso.access.permissions import Permission
from hoso.desk import searching
from hoso.desk.facets import Facet
from hoso.desk.searching import Result
from hoso.kernel.errors import Invalid
from hoso.kernel.text import nfc
from hoso.records.model import Dossier
from hoso.web import papers, questions, search_help
from hoso.web.forms import Form
from hoso.web.layout import offers
from hoso.web.shapes import Crumb, page_number, pages_of
from hoso.web.words import FACETS, LOOSENED, ORDERS, STATES, SUGGESTED, badge, say

__all__ = ["hit", "includeme", "suggestion"]

# An index is read from its beginning: pages far behind nobody looks at cost without use.
_FARTHEST = 10_000
_TENTH = 100  # ms
#: Orders a page offers; addresses may state any of ``SORTS``.
_SHOWN_ORDERS = ("relevance", "date", "date-asc", "name", "filed")


def search(request: Any) -> Any:
    """Answer a question, or show how to ask one."""
    question, size = questions.asked(request.GET), questions.size_of(request.GET)
    address = questions.Address(request, question, size=size)
    page = {
        "crumbs": (Crumb(request.language.say("Search")),),
        "finder_text": question.text,
        "finder_keeps": questions.hidden(question, size=size, words=False),
        "form": Form(),
        "pointed": (),
        "result": None,
        "chosen": questions.chips(request, question, address),
        "bare_url": address.bare(),
        "examples": search_help.first_examples(request),
        "help_url": request.route_path("search-help"),
        "saved_url": request.route_path("saved-searches"),
        "export_url": request.route_path("search-export", _query=questions.hidden(question))
        if offers(request, Permission.SEARCH_EXPORT)
        else "",
        "fields": questions.hidden(question),
        "alert": True,
    }
    if question.is_empty:
        return page
    number = min(page_number(request), _FARTHEST // size)
    try:
        found = searching.search(
            request.desk,
            request.desk.site,
            text=question.text,
            chosen=question.chosen,
            sort=question.sort,
            offset=(number - 1) * size,
            limit=size,
        )
    except Invalid as error:
        request.response.status_int = 422
        pointed = questions.pointed_at(question.text, error)
        return {**page, "form": _refused(request, error), "pointed": pointed}
    language = request.language
    return {
        **page,
        "result": {
            "total": found.total,
            "said": language.count(
                "{n} paper, within {ms} ms",
                "{n} papers, within {ms} ms",
                found.total,
                ms=language.number(_within(found.ms)),
            ),
            "loosened": say(LOOSENED, found.plan, language) if found.plan in LOOSENED else "",
            "estimated": found.estimated,
        },
        "hits": [hit(request, result, sought=question.text) for result in found.results],
        "facets": [_facet(request, facet, address) for facet in found.facets],
        "orders": [
            {
                "label": say(ORDERS, key, language),
                "url": address.sorted(key),
                "current": key == question.sort,
            }
            for key in _SHOWN_ORDERS
        ],
        "sizes": [
            {"label": language.number(n), "url": address.sized(n), "current": n == size}
            for n in questions.SIZES
        ],
        "pages": pages_of(
            page=number,
            size=size,
            total=min(found.total, _FARTHEST),
            url=address.page,
        ),
    }


def _within(ms: float) -> int:
    """Return within how many whole tenths of a second, in ms, something was found.

    Written finer it would tell how much there is that one may not see.
    """
    return max(1, math.ceil(ms / _TENTH)) * _TENTH


def _refused(request: Any, error: Invalid) -> Form:
    """Return every fault of a question; they all belong to the one box."""
    form = Form().refuse({}, error, request.language)
    said = tuple(fault for faults in form.faults.values() for fault in faults)
    return Form(faults={"q": said}, message=request.language.say("The question has a fault."))


def _facet(request: Any, facet: Facet, address: questions.Address) -> dict[str, Any]:
    return {
        "name": facet.name,
        "label": say(FACETS, facet.name, request.language),
        "lines": [
            {
                "label": questions.label(request, facet.name, choice.key, known=choice.label),
                "n": choice.count,
                "current": choice.chosen,
                "url": address.without(facet.name, choice.key)
                if choice.chosen
                else address.with_(facet.name, choice.key),
            }
            for choice in facet.choices
        ],
    }


def hit(request: Any, result: Result, *, sought: str) -> dict[str, Any]:
    """Return a paper found as a line of results; its pages are links to the words on them."""
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
    url = request.resource_path(document, query={"q": sought} if dossier and sought else {})
    return {
        "title": papers.title_of(document, language),
        "url": url,
        "line": [part for part in line if part],
        "badges": (papers.level_badge(request, result.level), *state),
        "snippet": [{"text": text, "marked": marked} for text, marked in result.parts],
        "pages": [
            {"number": number, "url": f"{url}#page-{number}" if dossier else url}
            for number in result.pages[:5]
        ],
    }


def help_(request: Any) -> Any:
    """Show the language of the search, by examples that run."""
    say_ = request.language.say
    return {
        "crumbs": (Crumb(say_("Search"), request.route_path("search")), Crumb(say_("How to ask"))),
        "lessons": search_help.lessons(request),
    }


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
    """Return people, numbers and agencies that begin as what was typed."""
    prefix = nfc(request.GET.get("q", "")).strip()[:100]
    if not prefix:
        return []
    found = searching.suggest(request.desk, request.desk.site, prefix=prefix)
    return [
        suggestion(request, one.dossier, value=one.text)
        if one.dossier is not None
        else {
            "value": one.query,
            "label": one.text,
            "note": say(SUGGESTED, one.kind, request.language),
            "url": request.route_path("search", _query={"q": one.query}),
        }
        for one in found
    ]


def includeme(config: Any) -> None:
    config.add_act_view(
        searching.search, search, route_name="search", renderer="searching/search.jinja2"
    )
    config.add_act_view(searching.suggest, suggest, route_name="suggest", renderer="json")
    config.add_member_view(help_, route_name="search-help", renderer="searching/help.jinja2")
