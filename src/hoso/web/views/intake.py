"""The intake: take in files, see the tray, compare a paper with what was read, file it."""

from __future__ import annotations

import os
from collections.abc import Iterable
from functools import partial
from typing import Any

from pyramid.httpexceptions import HTTPSeeOther

from hoso.access.permissions import Permission
from hoso.desk import intake, searching, trays, units
from hoso.desk.intake import Progress, Tray
from hoso.ingest.queue import reading_of
from hoso.kernel.errors import Forbidden, HosoError, Invalid, Missing
from hoso.kernel.text import nfc
from hoso.records.model import Document, Unit
from hoso.web import papers, readings
from hoso.web.forms import Choice, Form
from hoso.web.places import unit_choices
from hoso.web.shapes import Badge, Crumb, page_number, pages_of
from hoso.web.views.items import filed_notice, row, waits
from hoso.web.views.searching import suggestion
from hoso.web.words import OUTCOMES, STATES, badge

__all__ = ["includeme", "my_units", "progress_of"]


#: What the list of a tray may be narrowed to, by the word in its address.
_CHOSEN: dict[str, tuple[str, ...]] = {
    "": trays.OPEN,
    "waiting": ("waiting",),
    "reading": ("reading", "received"),
    "aside": trays.ASIDE,
}
# Lines of quarantine under the first page of a tray.
_ASIDE_LINES = 20


def my_units(request: Any) -> list[Unit]:
    """Return the units whose trays the reader works at, parents first."""
    return units.choices(request.desk, Permission.INTAKE_WORK)


def _unit(request: Any, asked: str) -> Unit:
    """Return the unit asked for, or the reader's first."""
    if asked:
        return request.desk.unit(asked)  # type: ignore[no-any-return]
    mine = my_units(request)
    if not mine:
        raise Forbidden(reason=request.language.say("You work at no tray."))
    return mine[0]


def tray(request: Any) -> Any:
    """Show the tray of a unit and below."""
    return _tray(request, _unit(request, request.GET.get("unit", "")))


def _tray(
    request: Any,
    unit: Unit,
    *,
    received: Iterable[dict[str, Any]] = (),
    form: Form | None = None,
) -> dict[str, Any]:
    say, desk = request.language.say, request.desk
    state = request.GET.get("state", "")
    state = state if state in _CHOSEN else ""
    batch, kind = request.GET.get("batch", ""), request.GET.get("kind", "")
    page = page_number(request)
    found = intake.tray(
        desk,
        unit,
        states=_CHOSEN[state],
        batch=batch,
        kind=kind,
        offset=(page - 1) * intake.PAGE,
        limit=intake.PAGE,
    )
    chosen = {"unit": unit.key, "state": state, "batch": batch, "kind": kind}
    chosen = {name: value for name, value in chosen.items() if value}
    line = partial(_line, request, unit, batch)
    aside = intake.tray(desk, unit, states=trays.ASIDE, limit=_ASIDE_LINES) if not state else None
    choices = {"unit": unit_choices(my_units(request))}
    shown = form or Form({"unit": unit.key})
    return {
        "crumbs": (Crumb(say("Intake")), Crumb(unit.name)),
        "unit": unit.name,
        "form": Form(shown.values, shown.faults, shown.message, choices),
        "receive_url": request.route_path("intake"),
        "tray_url": request.route_path("intake", _query={"unit": unit.key}),
        "received": list(received),
        "filed": filed_notice(request, request.GET.get("filed", "")),
        "progress": progress_of(request, unit, found.progress),
        "items": [] if state == "aside" else [line(d) for d in found.documents],
        "aside": [line(d) for d in (found if aside is None else aside).documents]
        if state in {"", "aside"}
        else [],
        "aside_total": found.counts["quarantined"] + found.counts["refused"],
        "aside_url": request.route_path("intake", _query={"unit": unit.key, "state": "aside"}),
        "state": state,
        "waiting": found.counts["waiting"],
        "begin_url": request.route_path("intake-next", _query=row(unit, batch))
        if found.counts["waiting"]
        else "",
        "filter": _filter(request, chosen, found),
        "learnt_url": request.route_path("learnt"),
        "compare_url": request.route_path("comparing", _query={"unit": unit.key})
        if desk.may(unit, Permission.DOCUMENT_EDIT)
        else "",
        "narrowed": len(chosen) > 1,
        "pages": pages_of(
            page=page,
            size=intake.PAGE,
            total=found.total,
            url=lambda n: request.route_path("intake", _query={**chosen, "page": str(n)}),
        ),
    }


def _filter(request: Any, chosen: dict[str, str], found: Tray) -> Form:
    """Return the ways to narrow the list, each with how many papers it leaves."""
    say, number = request.language.say, request.language.number
    mine = my_units(request)
    counts = {name: sum(found.counts[one] for one in states) for name, states in _CHOSEN.items()}
    words = {
        "": say("What is on its way"),
        "waiting": say("Waits for checking"),
        "reading": say("Being read"),
        "aside": say("In quarantine or refused"),
    }
    states = [Choice(name, f"{word} ({number(counts[name])})") for name, word in words.items()]
    kinds = sorted(found.kinds.items(), key=lambda each: (not each[0], -each[1], each[0]))
    batches = [(_batch(request, uid), uid, n) for uid, n in found.batches.items()]
    return Form(
        chosen,
        choices={
            "unit": unit_choices(mine) if len(mine) > 1 else (),
            "state": tuple(states),
            "kind": (
                Choice("", say("All kinds")),
                *(
                    Choice(key, f"{key} {papers.type_label(request, key)} ({number(n)})")
                    for key, n in kinds
                    if key
                ),
            ),
            "batch": (
                Choice("", say("All batches")),
                *(
                    Choice(uid, f"{label} ({number(n)})")
                    for label, uid, n in sorted(batches, reverse=True)
                ),
            )
            if batches
            else (),
        },
    )


def _batch(request: Any, uid: str) -> str:
    """Return the number of a batch, with its title."""
    record = request.desk.site.batches.get(uid)
    return " – ".join(filter(None, (record.number, record.title))) if record is not None else uid


def _line(request: Any, unit: Unit, batch: str, document: Document) -> dict[str, Any]:
    language = request.language
    read = readings.shown(request, readings.proposals_of(reading_of(request.desk.root, document)))
    title, person = read.get("title"), read.get("person")
    return {
        "received": language.moment(document.received_at),
        "name": papers.file_name(document),
        "url": request.resource_path(document, query=row(unit, batch)),
        "subject": document.title or (title.value if title else ""),
        "person": document.person or (person.value if person else ""),
        "kind": document.type or (read["type"].given if "type" in read else ""),
        "state": badge(STATES, document.state, language),
        "reason": papers.reasons_of(document, language) or waits(request, document),
    }


def next_paper(request: Any) -> Any:
    """Open the paper of a tray that has waited longest."""
    unit = _unit(request, request.GET.get("unit", ""))
    batch = request.GET.get("batch", "")
    found = intake.tray(request.desk, unit, states=("waiting",), batch=batch, limit=1)
    if not found.documents:
        return HTTPSeeOther(request.route_path("intake", _query=row(unit, batch)))
    return HTTPSeeOther(request.resource_path(found.documents[0], query=row(unit, batch)))


def progress_of(request: Any, unit: Unit, progress: Progress) -> dict[str, Any]:
    """Return how far the readers are, as a page and its script show it."""
    language = request.language
    left = progress.unread
    total = progress.pages
    done_ = progress.pages_done
    if left:
        said = language.count("{n} paper is being read", "{n} papers are being read", left)
        if progress.minutes is not None:
            ahead = language.count(
                "about {n} minute to go", "about {n} minutes to go", progress.minutes
            )
            said = f"{said}; {ahead}"
    else:
        said = language.say("All papers are read.")
    return {
        "left": left,
        "total": total,
        "done": done_,
        "said": said,
        "url": request.route_path("intake-progress", _query={"unit": unit.key}),
    }


def progress(request: Any) -> Any:
    """Tell a page that stays open how far the readers are; no waiting paper is looked at."""
    unit = _unit(request, request.GET.get("unit", ""))
    return progress_of(request, unit, intake.progress_in(request.desk, unit))


def receive(request: Any) -> Any:
    """Take in files, each by itself: one that is refused does not stop the others."""
    asked = nfc(str(request.POST.get("unit", "")))
    unit = _unit(request, asked)
    files = [one for one in request.POST.getall("files") if getattr(one, "file", None)]
    lines = [_receive(request, unit, one) for one in files]
    request.add_response_callback(lambda asked, _answer: _close(asked, files))
    offers = request.accept.acceptable_offers(["text/html", "application/json"])
    if offers and offers[0][0] == "application/json":
        request.override_renderer = "json"
        return [
            {
                "outcome": line["outcome"].text,
                "tone": line["outcome"].tone,
                "reason": line["reason"],
                "good": line["good"],
                "url": line["url"],
            }
            for line in lines
        ]
    if not lines:
        request.response.status_int = 422
        fault = request.language.say("Choose at least one file.")
        return _tray(request, unit, form=Form({"unit": asked}, {"files": (fault,)}, fault))
    return _tray(request, unit, received=lines, form=Form({"unit": unit.key}))


def _close(request: Any, files: list[Any]) -> None:
    """Give the uploaded files back, unless the request met another writer and comes again."""
    if request.exception is None:
        for sent in files:
            sent.file.close()


def _receive(request: Any, unit: Unit, sent: Any) -> dict[str, Any]:
    language = request.language
    name = str(sent.filename)
    try:
        # A request that met another writer comes again with what is left of its body.
        sent.file.seek(0)
        spooled = intake.spool_in(request.desk, sent.file)
        # What was committed has a link of its own; nothing else may stay behind.
        request.add_finished_callback(lambda _request: spooled.discard())
        # Names come as the browser wrote them; bytes that are no UTF-8 stay bytes.
        outcome = intake.receive(request.desk, unit, spooled=spooled, name=os.fsencode(name))
    except (Invalid, HosoError) as error:
        if isinstance(error, Forbidden | Missing):
            raise
        return _receipt(name, badge(OUTCOMES, "refused", language), language.error(error))
    document = outcome.document
    url = request.resource_path(document)
    reason = _same(request, document) if outcome.outcome == "duplicate" else ""
    shown = badge(OUTCOMES, outcome.outcome, language)
    return _receipt(name, shown, reason, url=url, good=outcome.outcome == "received")


def _receipt(
    name: str, outcome: Badge, reason: str, *, url: str = "", good: bool = False
) -> dict[str, Any]:
    return {"name": name, "outcome": outcome, "reason": reason, "url": url, "good": good}


def _same(request: Any, document: Document) -> str:
    language = request.language
    title = papers.title_of(document, language)
    return str(language.say("The same bytes are here already: {title}", title=title))


def suggest(request: Any) -> Any:
    """Return dossiers to file into; what is taken is the code, which names one only."""
    prefix = nfc(request.GET.get("q", "")).strip()[:100]
    found = (
        searching.suggest(request.desk, request.desk.site, prefix=prefix, kinds=("person",))
        if prefix
        else []
    )
    dossiers = [one.dossier for one in found if one.dossier is not None]
    return [suggestion(request, dossier, value=dossier.code) for dossier in dossiers]


def includeme(config: Any) -> None:
    sheet = {"route_name": "intake", "renderer": "intake/tray.jinja2"}
    config.add_act_view(intake.tray, tray, request_method="GET", **sheet)
    config.add_act_view(intake.receive, receive, request_method="POST", **sheet)
    config.add_act_view(intake.tray, progress, route_name="intake-progress", renderer="json")
    config.add_act_view(intake.tray, next_paper, route_name="intake-next")
    config.add_act_view(searching.suggest, suggest, route_name="intake-dossiers", renderer="json")
    for name in ("items", "comparing", "learning"):
        config.include(f"hoso.web.views.{name}")
