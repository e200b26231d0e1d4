"""The pages of a scan in a row: where papers begin, in what order and turn, which are left out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from pyramid.httpexceptions import HTTPSeeOther

from hoso.desk import page_order, page_view, splitting
from hoso.desk.page_view import PagesView
from hoso.ingest.splitting.cuts import proposed_cuts
from hoso.kernel.errors import Invalid
from hoso.kernel.text import nfc
from hoso.records.leaves import is_arranged
from hoso.records.model import Document
from hoso.web import marking, papers
from hoso.web.forms import Choice, Form, revision_of, typed
from hoso.web.layout import done
from hoso.web.page_form import Row, arrangement, done_to, plan_of, posted, rows_of, started
from hoso.web.page_marks import REASONS, marks_of
from hoso.web.shapes import Crumb
from hoso.web.words import STATES, badge, say

__all__ = ["includeme", "page_of", "posted_rows"]

_BY_HAND = ("blank", "separator", "dropped")
_MOVES = ("left", "right", "half", "earlier", "later")


def look(document: Document, request: Any) -> Any:
    """Show the pages of a paper, with papers beginning where they seem to."""
    view = page_view.look(request.desk, document)
    return page_of(request, view, _first_rows(view))


def _first_rows(view: PagesView) -> list[Row]:
    rows = rows_of(view.leaves, view.gone)
    return started(rows, view.cuts, view.pages) if view.may_split else rows


def page_of(
    request: Any,
    view: PagesView,
    rows: Sequence[Row],
    *,
    form: Form | None = None,
    join: Form | None = None,
    sending: Form | None = None,
) -> dict[str, Any]:
    """Return what the page shows, with *rows* as they stand in the form."""
    language, document = request.language, view.document
    if view.pending or (view.being_read and document.state != "split"):
        # Looked at again by itself; what is being made takes a second or two.
        request.response.headers["Refresh"] = "3"
    shown = form or Form({"revision": str(document.revision)})
    return {
        "crumbs": _crumbs(request, document),
        "title_": papers.title_of(document, language),
        "badges": (
            badge(STATES, document.state, language),
            papers.level_today(request, document),
        ),
        "stamp": marking.stamp_of(request, document),
        "form": shown,
        "rows": list(_shown(request, view, rows)),
        "drops": [
            Choice("", language.say("keep")),
            *(Choice(why, say(REASONS, why, language)) for why in _BY_HAND),
        ],
        "pages_url": request.resource_path(document, "pages"),
        "judge_url": request.resource_path(document, "judge"),
        "replace_url": request.resource_path(document, "replace"),
        "rescan_url": request.resource_path(document, "rescan"),
        "join_url": request.resource_path(document, "join"),
        "paper_url": request.resource_path(document),
        "may_split": view.may_split,
        "may_arrange": view.may_arrange,
        "pending": view.pending,
        "being_read": view.being_read and not view.pending,
        "problems": [language.say(one.message, **dict(one.facts)) for one in view.problems],
        "is_split": document.state == "split",
        "arranged": is_arranged(document),
        "parts": [_paper(request, one) for one in view.parts],
        "apart": [
            language.say("Page {n}: {why}", n=one.page, why=say(REASONS, one.why, language))
            for one in document.dropped
        ],
        "scan": _paper(request, view.scan) if view.scan is not None else None,
        "scan_pages": ", ".join(map(str, document.source.pages)) if document.source else "",
        "older": _paper(request, view.older) if view.older is not None else None,
        "older_withdrawn": view.older is not None and view.older.state == "withdrawn",
        "may_take": view.older is not None
        and view.older.state in {"waiting", "filed"}
        and document.state == "waiting"
        and document.dossier is None,
        "serial": document.serial,
        "may_join": document.state == "split" and bool(view.parts or document.dropped),
        "join": join or Form({"revision": str(document.revision)}),
        "sending": sending or Form(),
    }


def _crumbs(request: Any, document: Document) -> tuple[Crumb, ...]:
    say_ = request.language.say
    title = papers.short(papers.title_of(document, request.language))
    dossier = document.dossier
    if dossier is not None:
        first: tuple[Crumb, ...] = (
            Crumb(say_("Dossiers"), request.route_path("dossiers")),
            Crumb(f"{dossier.code} – {dossier.name}", request.resource_path(dossier)),
        )
    else:
        tray = request.route_path("intake", _query={"unit": document.unit.key})
        first = (Crumb(say_("Intake"), tray),)
    return (*first, Crumb(title, request.resource_path(document)), Crumb(say_("Pages")))


def _shown(request: Any, view: PagesView, rows: Sequence[Row]) -> Iterator[dict[str, Any]]:
    language, document = request.language, view.document
    marks = marks_of(view.pages, view.judged, language)
    cuts = {cut.page: cut for cut in view.cuts}
    parts = 0
    fresh = True
    for place, row in enumerate(rows):
        fresh = fresh or row.start
        begins = fresh and not row.drop
        if begins:
            parts, fresh = parts + 1, False
        name = f"page-{row.shown:04d}"
        there = row.shown and name in document.renditions
        stands = view.leaves[row.shown - 1].turn if row.shown else 0
        cut = cuts.get(row.shown)
        yield {
            "key": row.key,
            "place": place + 1,
            "number": row.shown or row.page,
            "shown": row.shown,
            "scan": "" if row.scan == "original" else row.scan,
            "page": row.page,
            "image": request.resource_path(document, "page", name) if there else "",
            "text": view.pages[row.shown - 1].text[:200]
            if 0 < row.shown <= len(view.pages)
            else "",
            "turn": row.turn,
            "turned": (row.turn - stands) % 360,
            "start": row.start,
            "begins": parts if begins else 0,
            "why": _why(language, cut) if cut is not None else "",
            "drop": row.drop,
            "drop_said": say(REASONS, row.drop, language) if row.drop else "",
            "mark": marks.get(row.shown),
        }


def _why(language: Any, cut: Any) -> str:
    sentences = {
        "separator": language.say("behind a separator sheet"),
        "serial": language.say("another serial code: {value}", value=cut.value),
        "head": language.say("another head, number {value}", value=cut.value),
        "title": language.say("another head: {value}", value=cut.value),
        "blank": language.say("behind an empty page"),
    }
    return str(sentences[cut.kind])


def _paper(request: Any, document: Document) -> dict[str, Any]:
    language = request.language
    return {
        "title": papers.title_of(document, language),
        "url": request.resource_path(document),
        "state": badge(STATES, document.state, language),
        "pages": ", ".join(map(str, document.source.pages)) if document.source else "",
        "into": document.into,
        "kind": papers.type_label(request, document.type) if document.type else "",
        "serial": document.serial,
    }


def posted_rows(request: Any, view: PagesView) -> list[Row]:
    """Return the pages as they stand in the form that was sent."""
    values = {key: value for key, value in request.POST.items() if isinstance(value, str)}
    return posted(values, request.POST.getall("order"), rows_of(view.leaves, view.gone))


def change(document: Document, request: Any) -> Any:
    """Do what the button says: change the form, save the order, or split."""
    view = page_view.look(request.desk, document)
    rows = posted_rows(request, view)
    what, _, key = nfc(str(request.POST.get("do", ""))).partition(":")
    form = Form({"revision": str(revision_of(request))})
    if what in _MOVES:
        return page_of(request, view, done_to(rows, what, key), form=form)
    if what in {"propose", "by-blank", "whole"} and view.may_split:
        cuts = proposed_cuts(view.pages, blank=what == "by-blank") if what != "whole" else ()
        return page_of(
            request, view, started(rows, cuts, view.pages, blank=what == "by-blank"), form=form
        )
    try:
        if what == "split":
            plan = plan_of(rows, view.pages)
            splitting.plan(request.desk, document, plan=plan, revision=revision_of(request))
            return HTTPSeeOther(done(request.resource_path(document, "pages"), "split-planned"))
        leaves, dropped = arrangement(rows)
        page_order.arrange(
            request.desk, document, leaves=leaves, dropped=dropped, revision=revision_of(request)
        )
    except Invalid as error:
        request.response.status_int = 422
        refused = form.refuse({}, error, request.language)
        return page_of(request, view, rows, form=refused)
    return HTTPSeeOther(done(request.resource_path(document, "pages"), "arranged"))


def join(document: Document, request: Any) -> Any:
    """Join the parts of a scan again."""
    values = typed(request, ("why",))
    try:
        splitting.join(request.desk, document, why=values["why"], revision=revision_of(request))
    except Invalid as error:
        request.response.status_int = 422
        view = page_view.look(request.desk, document)
        kept = {**values, "revision": str(document.revision)}
        refused = Form().refuse(kept, error, request.language)
        return page_of(request, view, _first_rows(view), join=refused)
    return HTTPSeeOther(done(request.resource_path(document, "pages"), "joined"))


def includeme(config: Any) -> None:
    here: dict[str, Any] = {"context": Document, "renderer": "splitting/pages.jinja2"}
    config.add_act_view(page_view.look, look, name="pages", request_method="GET", **here)
    config.add_act_view(page_view.look, change, name="pages", request_method="POST", **here)
    config.add_act_view(splitting.join, join, name="join", request_method="POST", **here)
