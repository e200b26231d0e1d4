"""One's own saved searches: keep one, see what is new, rename, remove."""

from __future__ import annotations

from typing import Any

from pyramid.httpexceptions import HTTPSeeOther

from hoso.desk import saved_searches
from hoso.desk.saved_searches import MOST_NEW, Line
from hoso.kernel.errors import Invalid
from hoso.web import questions
from hoso.web.forms import Form, typed
from hoso.web.layout import done
from hoso.web.shapes import Crumb
from hoso.web.views.searching import hit

__all__ = ["includeme"]


def listing(request: Any) -> Any:
    """Show one's own saved searches."""
    return _page(request)


def _page(request: Any, *, forms: dict[str, Form] | None = None) -> dict[str, Any]:
    language = request.language
    lines = saved_searches.saved(request.desk, request.desk.site)
    return {
        "crumbs": _crumbs(request),
        "searches": [_line(request, line, (forms or {}).get(line.search.key)) for line in lines],
        "search_page": request.route_path("search"),
        "most_new": language.number(MOST_NEW),
    }


def _crumbs(request: Any, *last: str) -> tuple[Crumb, ...]:
    say = request.language.say
    way = (Crumb(say("Search"), request.route_path("search")),)
    if not last:
        return (*way, Crumb(say("Saved searches")))
    return (*way, Crumb(say("Saved searches"), request.route_path("saved-searches")), Crumb(*last))


def _line(request: Any, line: Line, form: Form | None = None) -> dict[str, Any]:
    language, search = request.language, line.search
    address = questions.Address(request, line.question)
    return {
        "key": search.key,
        "name": search.name,
        "text": search.text,
        "filters": [chip["label"] for chip in questions.chips(request, line.question, address)],
        "url": address.url,
        "url_of": request.route_path("saved-search", key=search.key),
        "new": _new(language, line.new) if line.new else "",
        "looked_at": language.moment(search.looked_at),
        "alert": search.alert,
        "fault": language.error(line.fault.faults[0]) if line.fault is not None else "",
        "form": form or Form({"name": search.name}),
    }


def _new(language: Any, number: int) -> str:
    if number < MOST_NEW:
        return str(language.count("{n} new", "{n} new", number))
    return str(language.say("{n} new or more", n=number))


def keep(request: Any) -> Any:
    """Keep a question under a name."""
    question = questions.asked(request.POST)
    values = typed(request, ("name",))
    try:
        saved_searches.keep(
            request.desk,
            request.desk.site,
            name=values["name"],
            question=question,
            alert=bool(request.POST.get("alert")),
        )
    except Invalid as error:
        request.response.status_int = 422
        return {
            "crumbs": _crumbs(request, request.language.say("Save this search")),
            "form": Form().refuse(values, error, request.language),
            "alert": bool(request.POST.get("alert")),
            "fields": questions.hidden(question),
            "asked": question.text,
            "back_url": questions.Address(request, question).url,
        }
    return HTTPSeeOther(done(request.route_path("saved-searches"), "search-kept"))


def one(request: Any) -> Any:
    """Show what is new in a saved search."""
    news = saved_searches.news(request.desk, request.desk.site, key=request.matchdict["key"])
    line = _line(request, news.line)
    sought = news.line.question.text
    return {
        "crumbs": _crumbs(request, line["name"]),
        "search": line,
        "hits": [hit(request, result, sought=sought) for result in news.results],
    }


def noted(request: Any) -> Any:
    """Note that the news were seen."""
    saved_searches.catch_up(request.desk, request.desk.site, key=request.matchdict["key"])
    return HTTPSeeOther(done(request.route_path("saved-searches"), "news-noted"))


def rename(request: Any) -> Any:
    """Rename a saved search, or switch its news on or off."""
    key, values = request.matchdict["key"], typed(request, ("name",))
    try:
        saved_searches.rename(
            request.desk,
            request.desk.site,
            key=key,
            name=values["name"],
            alert=bool(request.POST.get("alert")),
        )
    except Invalid as error:
        request.response.status_int = 422
        return _page(request, forms={key: Form().refuse(values, error, request.language)})
    return HTTPSeeOther(done(request.route_path("saved-searches"), "saved"))


def forget(request: Any) -> Any:
    """Remove a saved search."""
    saved_searches.forget(request.desk, request.desk.site, key=request.matchdict["key"])
    return HTTPSeeOther(done(request.route_path("saved-searches"), "search-forgotten"))


def includeme(config: Any) -> None:
    page = {"route_name": "saved-searches", "renderer": "searching/saved.jinja2"}
    config.add_act_view(saved_searches.saved, listing, request_method="GET", **page)
    config.add_act_view(
        saved_searches.keep,
        keep,
        route_name="saved-searches",
        renderer="searching/keep.jinja2",
        request_method="POST",
    )
    news = {"route_name": "saved-search", "renderer": "searching/news.jinja2"}
    config.add_act_view(saved_searches.news, one, request_method="GET", **news)
    for name, act, view in (
        ("noted", saved_searches.catch_up, noted),
        ("rename", saved_searches.rename, rename),
        ("forget", saved_searches.forget, forget),
    ):
        config.add_act_view(
            act,
            view,
            route_name="saved-search",
            renderer="searching/saved.jinja2",
            request_method="POST",
            request_param=f"do={name}",
        )
