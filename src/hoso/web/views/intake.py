"""The intake: take in files, see the tray, compare a paper with what was read, file it."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from functools import partial
from typing import Any

from pyramid.httpexceptions import HTTPSeeOther

from hoso.access.permissions import Permission
from hoso.desk import documents, intake, searching, trays, units
from hoso.desk.intake import ItemView, Progress, Tray
from hoso.http.downloads import picture
from hoso.ingest.queue import reading_of
from hoso.kernel.errors import Conflict, Forbidden, HosoError, Invalid, Missing
from hoso.kernel.text import nfc
from hoso.records.model import Document, Unit
from hoso.web import papers
from hoso.web.forms import Choice, Form, revision_of, typed
from hoso.web.layout import done
from hoso.web.places import unit_choices
from hoso.web.shapes import Badge, Crumb, page_number, pages_of
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
        "progress": progress_of(request, unit, found.progress),
        "items": [] if state == "aside" else [line(d) for d in found.documents],
        "aside": [line(d) for d in (found if aside is None else aside).documents]
        if state in {"", "aside"}
        else [],
        "aside_total": found.counts["quarantined"] + found.counts["refused"],
        "aside_url": request.route_path("intake", _query={"unit": unit.key, "state": "aside"}),
        "state": state,
        "waiting": found.counts["waiting"],
        "begin_url": request.route_path("intake-next", _query=_queue(unit, batch))
        if found.counts["waiting"]
        else "",
        "filter": _filter(request, chosen, found),
        "narrowed": len(chosen) > 1,
        "pages": pages_of(
            page=page,
            size=intake.PAGE,
            total=found.total,
            url=lambda n: request.route_path("intake", _query={**chosen, "page": str(n)}),
        ),
    }


def _queue(unit: Unit, batch: str) -> dict[str, str]:
    """Return what an address says of the row of papers that is being worked through."""
    return {"unit": unit.key, **({"batch": batch} if batch else {})}


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
    read = papers.shown(request, papers.proposals_of(reading_of(request.desk.root, document)))
    title, person = read.get("title"), read.get("person")
    return {
        "received": language.moment(document.received_at),
        "name": papers.file_name(document),
        "url": request.resource_path(document, query=_queue(unit, batch)),
        "subject": document.title or (title.value if title else ""),
        "person": document.person or (person.value if person else ""),
        "kind": document.type or (read["type"].given if "type" in read else ""),
        "state": badge(STATES, document.state, language),
        "reason": papers.reasons_of(document, language) or _waits(request, document),
    }


def _waits(request: Any, document: Document) -> str:
    """Say why a paper that is not set aside waits, and what to do."""
    say = request.language.say
    if document.state != "waiting":
        return str(say("Its pages are being read; nothing needs doing."))
    reading = reading_of(request.desk.root, document)
    if reading is not None and reading.problem:
        return str(
            say("Its pages could not be read: {problem}. Describe it by hand, or scan it again.",
                problem=reading.problem)
        )  # fmt: skip
    if any(reason.code.startswith("hard-to-read") for reason in document.notes):
        return str(say("Hard to read: compare every field with the page."))
    return str(say("Compare what was read with the paper, then file it."))


def next_paper(request: Any) -> Any:
    """Open the paper of a tray that has waited longest."""
    unit = _unit(request, request.GET.get("unit", ""))
    batch = request.GET.get("batch", "")
    found = intake.tray(request.desk, unit, states=("waiting",), batch=batch, limit=1)
    queue = _queue(unit, batch)
    if not found.documents:
        return HTTPSeeOther(request.route_path("intake", _query=queue))
    return HTTPSeeOther(request.resource_path(found.documents[0], query=queue))


def progress_of(request: Any, unit: Unit, progress: Progress) -> dict[str, Any]:
    """Return how far the readers are, as a page and its script show it."""
    language = request.language
    left = progress.unread
    total = progress.pages
    done_ = progress.pages_done
    if left:
        said = language.count("{n} paper is being read", "{n} papers are being read", left)
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


def item(document: Document, request: Any) -> Any:
    """Show a paper of the tray beside what was read out of it."""
    return _item(request, document)


def _item(
    request: Any,
    document: Document,
    *,
    form: Form | None = None,
    aside: Form | None = None,
) -> dict[str, Any]:
    view = intake.item(request.desk, document)
    language = request.language
    proposals = papers.named(view.proposals, view.type_proposal)
    title = papers.title_of(document, language)
    held = document.state == "quarantined"
    return {
        "crumbs": (
            Crumb(
                language.say("Intake"),
                request.route_path("intake", _query={"unit": document.unit.key}),
            ),
            Crumb(papers.short(title)),
        ),
        "document": {
            "title": title,
            "file_name": papers.file_name(document),
            "badges": (
                badge(STATES, document.state, language),
                papers.level_badge(request, document.level),
            ),
            "reason": papers.reasons_of(document, language),
            "pages": list(_pages(request, document, view)),
            "boxes": papers.boxes_of(proposals),
            "facts": papers.file_facts(request, document),
            "held": held,
            "waiting": document.state == "waiting",
            "state_said": _waits(request, document),
        },
        "proposals": papers.shown(request, proposals),
        "form": form or _filing(request, document, view, proposals),
        "file_url": request.resource_path(document, "file"),
        "dossiers_suggest_url": request.route_path("intake-dossiers"),
        "likely": [
            {
                "code": dossier.code,
                "name": dossier.name,
                "note": f"{language.date(dossier.birth_date)} · {dossier.unit.name}",
            }
            for dossier in view.suggested
        ],
        "cancel_url": request.route_path("intake", _query={"unit": document.unit.key}),
        "aside_url": "" if held else request.resource_path(document, "set-aside"),
        "release_url": request.resource_path(document, "release") if held else "",
        "aside_form": aside or Form({"revision": str(document.revision)}),
    }


def _pages(request: Any, document: Document, view: ItemView) -> Iterator[dict[str, Any]]:
    say = request.language.say
    for page in view.pages:
        text = "" if page.picture else page.text.strip()
        yield {
            "number": page.number,
            "image": request.resource_path(document, "page", page.picture) if page.picture else "",
            "text": text,
            "note": "",
            "wanting": "" if page.picture or text else say("There is no picture of this page."),
        }


def _filing(
    request: Any, document: Document, view: ItemView, proposals: dict[str, dict[str, Any]]
) -> Form:
    """Return the form with proposals standing where nobody has written yet."""
    proposed = {name: papers.written(request, name, given) for name, given in proposals.items()}
    form = papers.form_of(request, document, proposed=proposed)
    only = view.suggested[0].code if len(view.suggested) == 1 else ""
    return Form({**form.values, "dossier": only}, choices=form.choices)


def file(document: Document, request: Any) -> Any:
    """File a paper into a dossier under its corrected description."""
    values = typed(request, (*papers.FIELDS, "dossier", "likely"))
    # Without scripts, what is ticked among the likely ones does not reach the field.
    values["dossier"] = values["dossier"] or values["likely"]
    form = papers.form_of(request, document)
    try:
        intake.file(
            request.desk,
            document,
            dossier=values["dossier"],
            typed={name: values[name] for name in papers.FIELDS},
            revision=revision_of(request),
        )
    except Invalid as error:
        request.response.status_int = 422
        kept = {**values, "revision": str(revision_of(request))}
        return _item(request, document, form=form.refuse(kept, error, request.language))
    except Conflict as error:
        if document.dossier is not None:
            raise
        request.response.status_int = 409
        overtaken = form.overtaken(values, error, request.language)
        return _item(request, document, form=overtaken)
    return HTTPSeeOther(done(request.resource_path(document), "filed"))


def set_aside(document: Document, request: Any) -> Any:
    """Put a paper into quarantine by hand."""
    return _judged(request, document, intake.set_aside, "set-aside")


def release(document: Document, request: Any) -> Any:
    """Take a paper out of quarantine."""
    return _judged(request, document, intake.release, "released")


def _judged(request: Any, document: Document, act: Any, said: str) -> Any:
    values = typed(request, ("why",))
    try:
        act(request.desk, document, why=values["why"], revision=revision_of(request))
    except Invalid as error:
        request.response.status_int = 422
        kept = {**values, "revision": str(document.revision)}
        return _item(request, document, aside=Form().refuse(kept, error, request.language))
    address = request.route_path("intake", _query={"unit": document.unit.key})
    return HTTPSeeOther(done(address, said))


def page_picture(document: Document, request: Any) -> Any:
    """Send the picture of one page of a paper in the tray."""
    if len(request.subpath) != 1:
        raise Missing
    return picture(documents.preview_in_tray(request.desk, document, name=request.subpath[0]))


def suggest(request: Any) -> Any:
    """Return dossiers to file into; what is taken is the code, which names one only."""
    prefix = nfc(request.GET.get("q", "")).strip()[:100]
    found = searching.suggest(request.desk, request.desk.site, prefix=prefix) if prefix else []
    return [suggestion(request, dossier, value=dossier.code) for dossier in found]


def includeme(config: Any) -> None:
    sheet = {"route_name": "intake", "renderer": "intake/tray.jinja2"}
    config.add_act_view(intake.tray, tray, request_method="GET", **sheet)
    config.add_act_view(intake.receive, receive, request_method="POST", **sheet)
    config.add_act_view(intake.tray, progress, route_name="intake-progress", renderer="json")
    config.add_act_view(intake.tray, next_paper, route_name="intake-next")
    config.add_act_view(searching.suggest, suggest, route_name="intake-dossiers", renderer="json")
    here: dict[str, Any] = {"context": Document, "renderer": "intake/item.jinja2"}
    config.add_act_view(intake.item, item, request_method="GET", **here)
    for name, act, view in (
        ("file", intake.file, file),
        ("set-aside", intake.set_aside, set_aside),
        ("release", intake.release, release),
    ):
        config.add_act_view(act, view, name=name, request_method="POST", **here)
    config.add_act_view(documents.preview_in_tray, page_picture, name="page", context=Document)
