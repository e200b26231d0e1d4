"""A filed paper: its pages beside their text, its file, its description, withdrawal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pyramid.httpexceptions import HTTPSeeOther

from hoso.desk import checking, documents
from hoso.desk.documents import DocumentView, Page
from hoso.http.downloads import attachment, picture
from hoso.kernel.errors import Conflict, Invalid, Missing
from hoso.records.model import Document
from hoso.web import access_links, marking, paper, papers, readings
from hoso.web.forms import Form, revision_of, typed
from hoso.web.layout import done
from hoso.web.shapes import Crumb
from hoso.web.slots import slots_of
from hoso.web.words import SOURCES, STATES, badge, say

__all__ = ["includeme"]


def look(document: Document, request: Any) -> Any:
    """Show a filed paper; with ``?q=`` the words sought are drawn on its pages."""
    sought = request.GET.get("q", "")[:500]
    view = documents.look(request.desk, document, sought=sought)
    language = request.language
    boxes = readings.boxes_of_hits(view.hits)
    row = request.GET.get("compare", "")
    compared = papers.compared_badge(language, document)
    undo = not checking.why_not_unfiled(request.desk, document)
    return {
        "crumbs": _crumbs(request, document),
        "document": {
            "title": papers.title_of(document, language),
            "kind": papers.type_label(request, document.type),
            "badges": (
                badge(STATES, document.state, language),
                papers.level_today(request, document),
                *((compared,) if compared is not None else ()),
            ),
            "pages": [_page(request, document, page, making=view.making) for page in view.pages],
            "boxes": boxes,
            "sought": sought,
            "making": view.making,
            "facts": papers.facts_of(request, document),
            "file": papers.file_facts(request, document),
            "made": papers.renditions_of(request, document, making=view.making),
            "signed": papers.signed(request, document),
            "original_url": request.resource_path(document, "original")
            if view.may_download
            else "",
            "copy_url": request.resource_path(document, "copy")
            if view.may_download and view.copy is not None
            else "",
            "compare_url": request.resource_path(
                document, "compared", query={"compare": row} if row else {}
            )
            if checking.may_compare(request.desk, document)
            else "",
            "undo_url": request.resource_path(document, "unfile") if undo else "",
            "revision": str(document.revision),
            "retention": None,
            "paper": paper.of_record(request, document),
            "links": list(_links(request, document, view)),
            "access": access_links.aside(request, document),
            "may_read": view.may_read,
            "stamp": marking.stamp_of(request, document),
            "secrecy": marking.aside(request, document),
            "seal": marking.seal_of(request, document),
        },
    }


def _crumbs(request: Any, document: Document, *, last: str = "") -> tuple[Crumb, ...]:
    dossier = document.dossier
    if dossier is None:
        raise Missing
    title = papers.title_of(document, request.language)
    way = (
        Crumb(request.language.say("Dossiers"), request.route_path("dossiers")),
        # Who was let in to this paper alone is not led to what he does not find.
        Crumb(
            f"{dossier.code} – {dossier.name}",
            request.resource_path(dossier) if request.desk.sees(dossier) else "",
        ),
    )
    if not last:
        return (*way, Crumb(papers.short(title)))
    return (*way, Crumb(papers.short(title), request.resource_path(document)), Crumb(last))


def _page(request: Any, document: Document, page: Page, *, making: bool = False) -> dict[str, Any]:
    typed = bool(page.text.strip()) and not page.picture
    return {
        "number": page.number,
        "image": request.resource_path(document, "page", page.picture) if page.picture else "",
        "text": page.text.strip(),
        "note": request.language.say("The picture of this page is being made.")
        if making and not page.picture
        else say(SOURCES, page.source, request.language),
        # A paper of plain text has no pictures: its text is the page.
        "typed": typed,
        "wanting": "" if typed else request.language.say("There is no picture of this page."),
    }


def _links(request: Any, document: Document, view: DocumentView) -> Iterator[dict[str, str]]:
    speak = request.language
    if view.may_edit:
        yield {
            "label": speak.say("Correct the description"),
            "url": request.resource_path(document, "edit"),
        }
        if not document.stub:
            yield {
                "label": speak.say("Put its pages in order"),
                "url": request.resource_path(document, "pages"),
            }
    if view.may_withdraw and document.state == "filed":
        yield {
            "label": speak.say("Withdraw the paper"),
            "url": request.resource_path(document, "withdraw"),
        }


def page_picture(document: Document, request: Any) -> Any:
    """Send the picture of one page."""
    if len(request.subpath) != 1:
        raise Missing
    return picture(documents.preview(request.desk, document, name=request.subpath[0]))


def original(document: Document, request: Any) -> Any:
    """Send the original, as it was handed in."""
    rendition = documents.original(request.desk, document)
    return attachment(rendition, name=papers.title_of(document, request.language))


def copy(document: Document, request: Any) -> Any:
    """Send the preservation copy."""
    rendition = documents.preservation_copy(request.desk, document)
    return attachment(rendition, name=f"{papers.title_of(document, request.language)} (PDF-A)")


def edit_form(document: Document, request: Any) -> Any:
    """Show the description of a filed paper for correction."""
    return _edit(request, document, papers.form_of(request, document))


def _edit(request: Any, document: Document, form: Form) -> dict[str, Any]:
    view = documents.look(request.desk, document)
    proposals = readings.proposals_of(view.reading)
    shown = readings.shown(request, proposals)
    pages = [_page(request, document, page) for page in view.pages]
    return {
        "crumbs": _crumbs(request, document, last=request.language.say("Correct the description")),
        "document": {
            "title": papers.title_of(document, request.language),
            "pages": pages,
            "boxes": readings.boxes_of(proposals),
            "making": False,
            "stamp": marking.stamp_of(request, document),
            "compared": _falls(request, document),
        },
        "proposals": shown,
        "slots": slots_of(
            form,
            shown,
            names=papers.FIELDS,
            required=("type", "title"),
            places={},
            boxes=readings.boxes_of(proposals),
            images={page["number"]: page["image"] for page in pages},
        ),
        "day_wanted": False,
        "form": form,
        "cancel_url": request.resource_path(document),
    }


def _falls(request: Any, document: Document) -> str:
    """Say that a comparison with the paper does not outlive a change."""
    if not document.compared_at:
        return ""
    language = request.language
    return str(
        language.say(
            "Compared with the paper on {at} by {by}. If you change the description, it must be "
            "compared again.",
            at=language.moment(document.compared_at),
            by=document.compared_by,
        )
    )


def edit(document: Document, request: Any) -> Any:
    """Save a corrected description, unless somebody was faster."""
    values = typed(request, papers.FIELDS)
    form = papers.form_of(request, document)
    try:
        documents.edit(request.desk, document, typed=values, revision=revision_of(request))
    except Invalid as error:
        request.response.status_int = 422
        kept: Mapping[str, str] = {**values, "revision": str(revision_of(request))}
        return _edit(request, document, form.refuse(kept, error, request.language))
    except Conflict as error:
        request.response.status_int = 409
        return _edit(request, document, form.overtaken(values, error, request.language))
    return HTTPSeeOther(done(request.resource_path(document), "saved"))


def withdraw_form(document: Document, request: Any) -> Any:
    """Ask why a paper is withdrawn."""
    return _withdraw(request, document, Form({"revision": str(document.revision)}))


def _withdraw(request: Any, document: Document, form: Form) -> dict[str, Any]:
    return {
        "crumbs": _crumbs(request, document, last=request.language.say("Withdraw the paper")),
        "document": {"title": papers.title_of(document, request.language)},
        "form": form,
        "cancel_url": request.resource_path(document),
    }


def withdraw(document: Document, request: Any) -> Any:
    """Withdraw a paper from its dossier's list."""
    values = typed(request, ("why",))
    form = Form({"revision": str(document.revision)})
    try:
        documents.withdraw(request.desk, document, why=values["why"], revision=revision_of(request))
    except Invalid as error:
        request.response.status_int = 422
        return _withdraw(request, document, form.refuse(values, error, request.language))
    return HTTPSeeOther(done(request.resource_path(document.dossier), "withdrawn"))


def includeme(config: Any) -> None:
    config.add_act_view(documents.look, look, renderer="documents/document.jinja2", **papers.FILED)
    config.add_act_view(documents.preview, page_picture, name="page", **papers.FILED)
    config.add_act_view(documents.original, original, name="original", **papers.FILED)
    config.add_act_view(documents.preservation_copy, copy, name="copy", **papers.FILED)
    form = {"name": "edit", "renderer": "documents/edit.jinja2", **papers.FILED}
    config.add_act_view(documents.edit, edit_form, request_method="GET", **form)
    config.add_act_view(documents.edit, edit, request_method="POST", **form)
    form = {"name": "withdraw", "renderer": "documents/withdraw.jinja2", **papers.FILED}
    config.add_act_view(documents.withdraw, withdraw_form, request_method="GET", **form)
    config.add_act_view(documents.withdraw, withdraw, request_method="POST", **form)
