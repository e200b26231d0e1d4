"""Batches: the list, a new one, its page with the equation and the files, closing it."""

from __future__ import annotations

import json
from typing import Any

from pyramid.httpexceptions import HTTPSeeOther

from hoso.access.permissions import Permission
from hoso.desk import batches, receipts, units
from hoso.desk.batches import DECLARED, BatchView, scanner_of
from hoso.kernel.errors import Conflict, Invalid
from hoso.records.model import Batch, Rendition
from hoso.web import batches as shown
from hoso.web.forms import Choice, Form, revision_of, typed
from hoso.web.language import Language
from hoso.web.layout import done
from hoso.web.places import unit_choices
from hoso.web.shapes import Crumb, page_number, pages_of
from hoso.web.words import badge

__all__ = ["includeme", "page_of"]

_PAGE = 50
_FILES = 100


def listing(request: Any) -> Any:
    """Show the batches of the units the reader works for."""
    unit = request.GET.get("unit", "").strip()
    page = page_number(request)
    found = batches.listing(
        request.desk, request.desk.site, unit=unit, offset=(page - 1) * _PAGE, limit=_PAGE
    )
    query = {"unit": unit} if unit else {}
    say = request.language.say
    mine = units.choices(request.desk, Permission.INTAKE_WORK)
    return {
        "crumbs": (Crumb(say("Batches")),),
        "batches": [_listed(request, batch) for batch in found.batches],
        "filters": Form(
            {"unit": unit}, choices={"unit": unit_choices(mine, any_=say("All units"))}
        ),
        "open_url": request.route_path("open-batch", _query=query),
        "pages": pages_of(
            page=page,
            size=_PAGE,
            total=found.total,
            url=lambda number: str(request.route_path("batches", _query={**query, "page": number})),
        ),
    }


def _listed(request: Any, batch: Batch) -> dict[str, Any]:
    language = request.language
    return {
        "number": batch.number,
        "url": request.resource_path(batch),
        "title": batch.title,
        "unit": batch.unit.name,
        "box": batch.box,
        "sheets": language.number(batch.sheets) if batch.sheets else "",
        "files": language.number(len(batch.arrivals)),
        "opened": language.moment(batch.opened_at),
        "by": batch.operator,
        "state": badge(shown.STATES, batch.state, language),
    }


def open_form(request: Any) -> Any:
    """Show the form that declares a batch."""
    return _open(request, _declaring(request, {"unit": request.GET.get("unit", ""), "sides": "1"}))


def _declaring(request: Any, values: dict[str, str]) -> Form:
    language = request.language
    colours = request.house.rulebook.vocabularies["scan-colour"].terms.values()
    return Form(
        values,
        choices={
            "unit": unit_choices(units.choices(request.desk, Permission.INTAKE_WORK)),
            "sides": (
                Choice("1", language.say("one side of each sheet")),
                Choice("2", language.say("both sides of each sheet")),
            ),
            "colour": (
                Choice("", language.say("– not stated –")),
                *(Choice(term.code, language.label(term.label)) for term in colours),
            ),
            "model": tuple(Choice(one, one) for one in _models(request)),
        },
    )


def _models(request: Any) -> list[str]:
    """Return what scanners were called lately, so that one scanner keeps one name."""
    found = batches.listing(request.desk, request.desk.site, limit=_PAGE)
    return sorted({scanner_of(batch).model for batch in found.batches} - {""})


def _open(request: Any, form: Form) -> dict[str, Any]:
    say = request.language.say
    home = request.route_path("batches")
    return {
        "crumbs": (Crumb(say("Batches"), home), Crumb(say("Open a batch"))),
        "form": form,
        "cancel_url": home,
        "dossiers_suggest_url": request.route_path("intake-dossiers"),
    }


def open_(request: Any) -> Any:
    """Declare a batch."""
    values = typed(request, ("unit", *DECLARED))
    try:
        made = batches.open_(request.desk, request.desk.unit(values["unit"]), typed=values)
    except Invalid as error:
        request.response.status_int = 422
        form = _declaring(request, {}).refuse(values, error, request.language)
        return _open(request, form)
    return HTTPSeeOther(done(request.resource_path(made), "batch-opened"))


def look(batch: Batch, request: Any) -> Any:
    """Show a batch: declaration, equation, files."""
    return page_of(request, batch)


def page_of(
    request: Any,
    batch: Batch,
    *,
    received: tuple[dict[str, Any], ...] = (),
    sending: Form | None = None,
    judged: Form | None = None,
    corrected: Form | None = None,
) -> dict[str, Any]:
    view = batches.look(request.desk, batch)
    language, tally = request.language, view.tally
    say, number = language.say, language.number
    show = request.GET.get("show", "")
    page = page_number(request)
    counted = [] if show == "again" else shown.chosen(tally, show)
    again = list(tally.repeated) if show in {"", "again"} else []
    keys: list[Any] = [*counted, *again]
    window = keys[(page - 1) * _FILES : page * _FILES]
    arrivals = dict(view.arrivals)
    home = request.resource_path(batch)
    query = {"show": show} if show else {}
    return {
        "crumbs": (
            Crumb(say("Batches"), request.route_path("batches")),
            Crumb(batch.number),
        ),
        "number": batch.number,
        "title_": batch.title,
        "state": badge(shown.STATES, batch.state, language),
        "open": batch.state == "open",
        "facts": shown.facts_of(request, batch),
        "now": shown.answer_of(request, view),
        "now_url": request.resource_path(batch, "now"),
        "page_url": request.path_qs if request.method == "GET" else home,
        "equation": {
            "declared": "–" if tally.declared.pages is None else number(tally.declared.pages),
            "scanned": number(tally.scanned),
            "stored": number(tally.stored),
            "received": number(tally.received),
            "unknown": number(tally.unknown),
            "again": number(tally.again),
            "difference": shown.difference(tally, language),
            "adds_up": tally.adds_up,
            "rows": shown.rows_of(request, view, show=show),
            "parts": number(sum(line.parts for line in tally.lines)),
            "all_url": f"{home}#list",
            "unknown_url": f"{home}?show=unknown#list" if tally.unknown else "",
            "again_url": f"{home}?show=again#list" if tally.again else "",
        },
        "files": list(
            shown.lines_of(
                request,
                view,
                [one for one in window if not isinstance(one, int)],
                {one: arrivals[one] for one in window if isinstance(one, int)},
            )
        ),
        "shown": shown.show_said(request, show),
        "all_url": f"{home}#list",
        "pages": pages_of(
            page=page,
            size=_FILES,
            total=len(keys),
            url=lambda n: request.resource_path(batch, query={**query, "page": n}) + "#list",
        ),
        "received": received,
        "sending": sending or Form(),
        "send_url": request.resource_path(batch, "files"),
        "uploads_url": request.route_path("uploads"),
        "uid": batch.uid,
        "sending_words": json.dumps(_sending_words(language), ensure_ascii=False),
        "judging": judged or Form({"revision": str(batch.revision)}),
        "may_close": view.may_close,
        "wants_a_word": tally.wants_a_word,
        "close_url": request.resource_path(batch, "close"),
        "reopen_url": request.resource_path(batch, "reopen"),
        "form": corrected or _correcting(request, batch),
        "correct_url": request.resource_path(batch, "correct"),
        "dossiers_suggest_url": request.route_path("intake-dossiers"),
        "work_url": _work_url(request, view),
        "receipt_url": request.resource_path(batch, "receipt"),
        "receipts": [_receipt(request, batch, one) for one in receipts.receipts_of(batch)],
    }


def _sending_words(language: Language) -> dict[str, str]:
    """Return what the script says while it sends files."""
    say = language.say
    return {
        "waits": say("waits its turn"),
        "sending": say("sending…"),
        "broken": say("The line is broken; it goes on by itself."),
        "failed": say("Not received. Check the connection and send this file again."),
        "signedOut": say("You are signed out. Sign in and choose the same files again."),
        "sum": say("{done} of {n} files: {good} received, {told} to look at below"),
        "left": say("{n} files were not sent to their end. Choose them again; they go on."),
    }


def _receipt(request: Any, batch: Batch, one: Rendition) -> dict[str, str]:
    language = request.language
    return {
        "url": request.resource_path(batch, "receipt", one.name),
        "at": language.moment(one.made_at),
        "by": one.made_by,
        "size": language.size(one.size),
    }


def _work_url(request: Any, view: BatchView) -> str:
    """Return the way to the papers of this batch that wait for a person."""
    if not view.tally.at("waiting").files + view.tally.at("waiting").parts:
        return ""
    query = {"unit": view.batch.unit.key, "batch": view.batch.uid, "state": "waiting"}
    return str(request.route_path("intake", _query=query))


def _correcting(request: Any, batch: Batch) -> Form:
    set_up = scanner_of(batch)
    values = {
        "title": batch.title,
        "sheets": str(batch.sheets or ""),
        "sides": str(batch.sides),
        "into": batch.into,
        "box": batch.box,
        "operator": batch.operator,
        "dpi": str(set_up.dpi or ""),
        "colour": set_up.colour,
        "model": set_up.model,
        "revision": str(batch.revision),
    }
    return _declaring(request, values)


def now(batch: Batch, request: Any) -> Any:
    """Tell a page that stays open whether anything changed."""
    return shown.answer_of(request, batches.look(request.desk, batch))


def correct(batch: Batch, request: Any) -> Any:
    """Correct what was declared."""
    values = typed(request, DECLARED)
    form = _correcting(request, batch)
    try:
        batches.correct(request.desk, batch, typed=values, revision=revision_of(request))
    except Invalid as error:
        request.response.status_int = 422
        refused = form.refuse(
            {**values, "revision": str(revision_of(request))}, error, request.language
        )
        return page_of(request, batch, corrected=refused)
    except Conflict as error:
        request.response.status_int = 409
        return page_of(request, batch, corrected=form.overtaken(values, error, request.language))
    return HTTPSeeOther(done(request.resource_path(batch), "saved"))


def close(batch: Batch, request: Any) -> Any:
    """Close a batch."""
    values = typed(request, ("because",))
    return _judged(request, batch, values, "batch-closed")


def reopen(batch: Batch, request: Any) -> Any:
    """Open a batch again."""
    values = typed(request, ("why",))
    return _judged(request, batch, values, "batch-reopened")


def _judged(request: Any, batch: Batch, values: dict[str, str], said: str) -> Any:
    act: Any = batches.close if "because" in values else batches.reopen
    kept = {**values, "revision": str(batch.revision)}
    try:
        act(request.desk, batch, revision=revision_of(request), **values)
    except Invalid as error:
        request.response.status_int = 422
        return page_of(request, batch, judged=Form().refuse(kept, error, request.language))
    except Conflict as error:
        request.response.status_int = 409
        message = request.language.error(error)
        return page_of(request, batch, judged=Form(kept, message=message))
    return HTTPSeeOther(done(request.resource_path(batch), said))


def includeme(config: Any) -> None:
    sheet = {"route_name": "batches", "renderer": "batches/list.jinja2"}
    config.add_act_view(batches.listing, listing, request_method="GET", **sheet)
    new = {"route_name": "open-batch", "renderer": "batches/open.jinja2"}
    config.add_act_view(batches.open_, open_form, request_method="GET", **new)
    config.add_act_view(batches.open_, open_, request_method="POST", **new)
    here: dict[str, Any] = {"context": Batch, "renderer": "batches/batch.jinja2"}
    config.add_act_view(batches.look, look, request_method="GET", **here)
    config.add_act_view(batches.look, now, name="now", context=Batch, renderer="json")
    for name, act, view in (
        ("correct", batches.correct, correct),
        ("close", batches.close, close),
        ("reopen", batches.reopen, reopen),
    ):
        config.add_act_view(act, view, name=name, request_method="POST", **here)
