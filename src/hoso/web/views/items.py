"""A paper of the tray beside what was read out of it: corrected, filed, set aside, released.

From one paper to the next: the address says which row of papers is worked through (``unit``,
``batch``), and filing leads to the one behind.  What was filed a moment ago (``filed``) can be
taken back from there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pyramid.httpexceptions import HTTPSeeOther

from hoso.access.permissions import Permission
from hoso.desk import checking, documents, intake, learning, setting_aside, trays
from hoso.desk.intake import ItemView
from hoso.desk.suggesting import Suggested
from hoso.http.downloads import picture
from hoso.ingest.queue import reading_of
from hoso.kernel.errors import Conflict, Invalid, Missing
from hoso.records.model import Document, Unit
from hoso.web import marking, papers, readings
from hoso.web.forms import Form, revision_of, typed
from hoso.web.layout import done
from hoso.web.readings import Proposed
from hoso.web.shapes import Crumb
from hoso.web.slots import filled, slots_of
from hoso.web.words import REASONS, STATES, badge, say

__all__ = ["filed_notice", "includeme", "row", "waits"]

#: What filing asks for.
_REQUIRED = ("dossier", "type", "title")


def row(unit: Unit, batch: str = "", **more: str) -> dict[str, str]:
    """Return what an address says of the row of papers that is being worked through."""
    return {"unit": unit.key, **({"batch": batch} if batch else {}), **more}


def _row_of(request: Any, document: Document) -> tuple[Unit, str]:
    """Return the unit and the batch the address names; the paper's own unit where none."""
    asked = request.desk.site.unit_by_key.get(request.GET.get("unit", ""))
    known = asked is not None and request.desk.may(asked, Permission.INTAKE_WORK)
    return (asked if known else document.unit), request.GET.get("batch", "")


def waits(request: Any, document: Document) -> str:
    """Say why a paper that is not set aside waits, and what to do."""
    language = request.language
    if document.state != "waiting":
        return str(language.say("Its pages are being read; nothing needs doing."))
    reading = reading_of(request.desk.root, document)
    if reading is not None and reading.problem:
        return str(
            language.say(
                "Its pages could not be read: {problem}. Describe it by hand, or scan it again.",
                problem=reading.problem,
            )
        )
    if any(("note", "hard to read") in note.facts for note in document.notes):
        return str(language.say("Hard to read: compare every field with the page."))
    return str(language.say("Compare what was read with the paper, then file it."))


def filed_notice(request: Any, uid: str) -> dict[str, str] | None:
    """Return what was filed a moment ago, to be taken back with one key; none where it cannot."""
    try:
        document = request.desk.find(uid, Document) if uid else None
    except Missing:
        return None
    if document is None or document.dossier is None:
        return None
    dossier, language = document.dossier, request.language
    undo = not checking.why_not_unfiled(request.desk, document)
    return {
        "title": papers.title_of(document, language),
        "url": request.resource_path(document),
        "dossier": f"{dossier.code} – {dossier.name}",
        "undo_url": request.resource_path(document, "unfile", query=dict(request.GET))
        if undo
        else "",
        "revision": str(document.revision),
    }


def item(document: Document, request: Any) -> Any:
    """Show a paper of the tray beside what was read out of it."""
    if document.state == "split":
        # What it became is shown where it was split.
        return HTTPSeeOther(request.resource_path(document, "pages"))
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
    found = {**learning.named(view.proposals, view.type_proposal), **view.learnt}
    proposals = readings.shown(request, found)
    title = papers.title_of(document, language)
    held = document.state == "quarantined"
    unit, batch = _row_of(request, document)
    shown = list(_pages(request, document, view))
    form = form or _filing(request, document, view, proposals)
    boxes = readings.boxes_of(found)
    tray_url = request.route_path("intake", _query=row(unit, batch))
    return {
        "crumbs": (Crumb(language.say("Intake"), tray_url), Crumb(papers.short(title))),
        "document": {
            "title": title,
            "file_name": papers.file_name(document),
            "badges": (
                badge(STATES, document.state, language),
                papers.level_today(request, document),
            ),
            "reason": papers.reasons_of(document, language),
            "pages": shown,
            "boxes": boxes,
            "facts": papers.file_facts(request, document),
            "made": papers.renditions_of(request, document, making=view.making),
            "signed": papers.signed(request, document),
            "held": held,
            "stub": document.stub,
            "stamp": marking.stamp_of(request, document),
            "waiting": document.state == "waiting" or (document.stub and held),
            "state_said": waits(request, document),
            "making": view.making,
        },
        "filed": filed_notice(request, request.GET.get("filed", "")),
        "left": intake.left_behind(request.desk, document, unit=unit, batch=batch),
        "proposals": proposals,
        "slots": slots_of(
            form,
            proposals,
            names=("dossier", *papers.FIELDS),
            required=_REQUIRED,
            places=view.places,
            boxes=boxes,
            images={page["number"]: page["image"] for page in shown},
            # One of several people is never chosen without a person's look.
            glance=("dossier",) if len(view.suggested) > 1 else (),
        ),
        "day_wanted": "date" in view.places and len(form.value("date")) == len("09/2024"),
        "form": form,
        "file_url": request.resource_path(document, "file", query=row(unit, batch)),
        "dossiers_suggest_url": request.route_path("intake-dossiers"),
        "likely": [_likely(request, one) for one in view.suggested],
        "cancel_url": tray_url,
        "aside_url": "" if held else request.resource_path(document, "set-aside"),
        "release_url": request.resource_path(document, "release")
        if held and not document.stub
        else "",
        "mark_url": request.resource_path(document, "mark")
        if request.desk.may(document, Permission.MARK_VIEW)
        else "",
        "aside_form": aside or Form({"revision": str(document.revision)}),
    }


def _likely(request: Any, one: Suggested) -> dict[str, str]:
    """Return a dossier that may be meant: who, born when, kept where, and why."""
    language, dossier = request.language, one.dossier
    why = [say(REASONS, reason, language) for reason in one.reasons if reason in REASONS]
    note = " · ".join(filter(None, (language.date(dossier.birth_date), dossier.unit.name)))
    return {
        "code": dossier.code,
        "name": dossier.name,
        "note": note,
        "why": ", ".join(why),
        "tone": "bad" if "other-birth" in one.reasons else "",
    }


def _pages(request: Any, document: Document, view: ItemView) -> Iterator[dict[str, Any]]:
    language = request.language
    for page in view.pages:
        text = "" if page.picture else page.text.strip()
        wanting = language.say("The picture of this page is being made.") if view.making else ""
        yield {
            "number": page.number,
            "image": request.resource_path(document, "page", page.picture) if page.picture else "",
            "text": text,
            "note": wanting if text and not page.picture else "",
            "wanting": ""
            if page.picture or text
            else wanting or language.say("There is no picture of this page."),
        }


def _filing(
    request: Any, document: Document, view: ItemView, proposals: Mapping[str, Proposed]
) -> Form:
    """Return the form with what was surely enough read, where nobody has written yet.

    Of a date written by hand stand month and year, which are printed; the day is asked for.
    """
    # A paper whose filing was undone has been described: empty is then what a person meant.
    described = bool(document.type and document.title)
    stand = {} if described else filled(proposals)
    place = view.places.get("date")
    if place is not None and place.known and not described:
        stand.setdefault("date", request.language.date(place.known))
    form = papers.form_of(request, document, proposed=stand)
    certain = [one.dossier.code for one in view.suggested if one.certain]
    only = certain[0] if len(certain) == 1 else ""
    return Form({**form.values, "dossier": only}, choices=form.choices)


def file(document: Document, request: Any) -> Any:
    """File a paper into a dossier under its corrected description; go on to the next."""
    values = typed(request, (*papers.FIELDS, "dossier", "likely", "day"))
    # Without scripts, what is ticked among the likely ones does not reach the field.
    values["dossier"] = values["dossier"] or values["likely"]
    if values["day"] and values["date"].count("/") == 1:
        values["date"] = f"{values['day']}/{values['date']}"
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
    if request.POST.get("do") == "next":
        return HTTPSeeOther(_behind(request, document))
    return HTTPSeeOther(done(request.resource_path(document), "filed"))


def _behind(request: Any, document: Document) -> str:
    """Return the address of the paper to go on with, else of the tray that is now done."""
    unit, batch = _row_of(request, document)
    query = row(unit, batch, filed=document.uid)
    following = trays.after(request.desk, document, unit=unit, batch=batch)
    if following is None:
        return str(request.route_path("intake", _query=query))
    return str(request.resource_path(following, query=query))


def unfile(document: Document, request: Any) -> Any:
    """Undo a filing; the paper lies open on the desk again."""
    unit, batch = _row_of(request, document)
    checking.unfile(request.desk, document, revision=revision_of(request))
    address = request.resource_path(document, query=row(unit, batch))
    return HTTPSeeOther(done(address, "unfiled"))


def set_aside(document: Document, request: Any) -> Any:
    """Put a paper into quarantine by hand."""
    return _judged(request, document, setting_aside.set_aside, "set-aside")


def release(document: Document, request: Any) -> Any:
    """Take a paper out of quarantine."""
    return _judged(request, document, setting_aside.release, "released")


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


def includeme(config: Any) -> None:
    here: dict[str, Any] = {"context": Document, "renderer": "intake/item.jinja2"}
    config.add_act_view(intake.item, item, request_method="GET", **here)
    for name, act, view in (
        ("file", intake.file, file),
        ("set-aside", setting_aside.set_aside, set_aside),
        ("release", setting_aside.release, release),
    ):
        config.add_act_view(act, view, name=name, request_method="POST", **here)
    config.add_act_view(
        checking.unfile, unfile, name="unfile", request_method="POST", **papers.FILED
    )
    config.add_act_view(documents.preview_in_tray, page_picture, name="page", context=Document)
