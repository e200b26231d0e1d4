"""The quality gate: accept a page or send it back, see what is to be scanned again, scan it."""

from __future__ import annotations

import os
from typing import Any

from pyramid.httpexceptions import HTTPSeeOther

from hoso.desk import intake, page_order, page_quality, page_view
from hoso.desk.pages import pages_read
from hoso.desk.serials import older_paper
from hoso.kernel.errors import Fault, Forbidden, HosoError, Invalid, Missing
from hoso.kernel.text import nfc
from hoso.records.model import Batch, Document
from hoso.web import papers
from hoso.web.forms import Form, revision_of, typed, whole_number
from hoso.web.layout import done
from hoso.web.page_form import rows_of
from hoso.web.page_marks import Mark, marks_of, said_of
from hoso.web.shapes import Crumb
from hoso.web.views.intake import my_units
from hoso.web.views.splitting import page_of, posted_rows

__all__ = ["includeme"]


def judge(document: Document, request: Any) -> Any:
    """Accept the picture of a page, or send it back."""
    verdict, _, page = nfc(str(request.POST.get("judge", ""))).partition(":")
    number = whole_number(page)
    if verdict == "accept":
        page_quality.accept(request.desk, document, page=number)
    elif verdict == "back":
        code = nfc(str(request.POST.get("code", "")))
        page_quality.send_back(request.desk, document, page=number, code=code)
    else:
        raise Missing
    if request.POST.getall("order"):
        # Pressed among the pages in a row: what is ticked there and not saved yet stays.
        view = page_view.look(request.desk, document)
        return page_of(
            request,
            view,
            posted_rows(request, view),
            form=Form({"revision": str(revision_of(request))}),
        )
    if request.POST.get("back") == "paper":
        return HTTPSeeOther(f"{request.resource_path(document)}#page-{number}")
    return HTTPSeeOther(f"{request.resource_path(document, 'pages')}#leaf-{number}")


def sent_back(request: Any) -> Any:
    """List the pages of a unit, or of a batch, that are to be scanned again."""
    language = request.language
    batch = _batch(request)
    units = my_units(request)
    asked = request.GET.get("unit", "")
    if batch is not None:
        unit = batch.unit
    elif asked:
        unit = request.desk.unit(asked)
    elif units:
        unit = units[0]
    else:
        raise Forbidden(reason=language.say("You work at no tray."))
    found = page_quality.sent_back(request.desk, unit, batch=batch.uid if batch else "")
    alike = page_quality.alike_in_batch(request.desk, batch) if batch is not None else []
    return {
        "crumbs": (
            Crumb(language.say("Intake"), request.route_path("intake")),
            Crumb(language.say("To be scanned again")),
        ),
        "place": language.say("Batch {number}", number=batch.number) if batch else unit.name,
        "lines": [
            {
                "paper": papers.title_of(one.document, language),
                "file": papers.file_name(one.document),
                "url": f"{request.resource_path(one.document, 'pages')}#leaf-{one.page}",
                "page": one.page,
                "why": ", ".join(said_of(code, None, language) for code in one.codes),
                "serial": one.document.serial,
                "at": f"{language.moment(one.at)} · {one.by}",
                "replace_url": request.resource_path(one.document, "replace"),
            }
            for one in found
        ],
        "alike": [
            {
                "one": papers.title_of(pair.one, language),
                "one_page": pair.one_page,
                "one_url": f"{request.resource_path(pair.one, 'pages')}#leaf-{pair.one_page}",
                "other": papers.title_of(pair.other, language),
                "other_page": pair.other_page,
                "other_url": f"{request.resource_path(pair.other, 'pages')}#leaf-{pair.other_page}",
            }
            for pair in alike
        ],
        "has_batch": batch is not None,
    }


def _batch(request: Any) -> Batch | None:
    uid = request.GET.get("batch", "")
    return request.desk.find(uid, Batch) if uid else None


def replace(document: Document, request: Any) -> Any:
    """Take in a new scan of one page; it takes its place as soon as it is read."""
    values = typed(request, ("page",))
    sent = request.POST.get("file")
    page = whole_number(values["page"])
    try:
        if sent is None or not getattr(sent, "file", None):
            raise Invalid([Fault("file", "Choose at least one file.")])
        sent.file.seek(0)
        spooled = intake.spool_in(request.desk, sent.file)
        request.add_finished_callback(lambda _request: spooled.discard())
        unit = document.dossier.unit if document.dossier is not None else document.unit
        name = os.fsencode(str(sent.filename))
        got = intake.receive(request.desk, unit, spooled=spooled, name=name)
        page_order.plan_replacement(request.desk, document, scan=got.document, page=page)
    except HosoError as error:
        if isinstance(error, Forbidden | Missing):
            raise
        # Nothing may stay of a scan that has no page to go to.
        request.response.status_int = 422
        view = page_view.look(request.desk, document)
        said = request.language.error(error)
        if isinstance(error, Invalid) and error.faults:
            said = " ".join(request.language.error(fault) for fault in error.faults)
        refused = Form(values, {"file": (said,)}, said)
        return page_of(request, view, rows_of(view.leaves, view.gone), sending=refused)
    return HTTPSeeOther(done(request.resource_path(document, "pages"), "page-sent"))


def rescan(document: Document, request: Any) -> Any:
    """Take this scan into the paper whose serial code it shows."""
    older = older_paper(request.desk, document)
    if older is None:
        raise Missing
    try:
        page_order.rescan(request.desk, older, scan=document, revision=None)
    except Invalid as error:
        request.response.status_int = 422
        view = page_view.look(request.desk, document)
        refused = Form({"revision": str(revision_of(request))}).refuse({}, error, request.language)
        return page_of(request, view, rows_of(view.leaves, view.gone), form=refused)
    return HTTPSeeOther(done(request.resource_path(older, "pages"), "rescanned"))


def _page_marks(request: Any) -> dict[int, Mark]:
    """Return what was found on the pages of the paper a page is about, for its template."""
    document = getattr(request, "context", None)
    if not isinstance(document, Document) or document.state in {"split", "refused"}:
        return {}
    judged = page_quality.judged_of(request.desk, document)
    return marks_of(pages_read(document), judged, request.language)


def includeme(config: Any) -> None:
    config.add_request_method(_page_marks, "page_marks", reify=True)
    here: dict[str, Any] = {
        "context": Document,
        "renderer": "splitting/pages.jinja2",
        "request_method": "POST",
    }
    config.add_act_view(page_quality.accept, judge, name="judge", **here)
    config.add_act_view(page_order.plan_replacement, replace, name="replace", **here)
    config.add_act_view(page_order.rescan, rescan, name="rescan", **here)
    listing = {"route_name": "sent-back", "renderer": "splitting/sent-back.jinja2"}
    config.add_act_view(page_quality.sent_back, sent_back, request_method="GET", **listing)
