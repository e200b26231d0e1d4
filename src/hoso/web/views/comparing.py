"""Filed papers that wait for a second person, and that person's word: compared with the paper."""

from __future__ import annotations

from typing import Any

from pyramid.httpexceptions import HTTPSeeOther

from hoso.access.permissions import Permission
from hoso.desk import checking, units
from hoso.kernel.errors import Forbidden
from hoso.records.model import Document, Unit
from hoso.web import papers
from hoso.web.forms import Form, revision_of
from hoso.web.layout import done
from hoso.web.places import unit_choices
from hoso.web.shapes import Crumb

__all__ = ["includeme"]


def _unit(request: Any) -> Unit:
    asked = request.GET.get("unit", "")
    if asked:
        return request.desk.unit(asked)  # type: ignore[no-any-return]
    mine = units.choices(request.desk, Permission.DOCUMENT_EDIT)
    if not mine:
        raise Forbidden(reason=request.language.say("You compare papers of no unit."))
    return mine[0]


def listing(request: Any) -> Any:
    """Show what waits to be compared in a unit and below."""
    desk, language = request.desk, request.language
    unit = _unit(request)
    found = checking.to_compare(desk, unit, after=request.GET.get("after", ""))
    mine = units.choices(desk, Permission.DOCUMENT_EDIT)
    query = {"unit": unit.key}
    return {
        "crumbs": (
            Crumb(language.say("Intake"), request.route_path("intake")),
            Crumb(language.say("To be compared")),
        ),
        "unit": unit.name,
        "form": Form(query, choices={"unit": unit_choices(mine)}),
        "lines": [
            {
                "title": papers.title_of(document, language),
                "url": request.resource_path(document, query={"compare": unit.key}),
                "dossier": f"{document.dossier.code} – {document.dossier.name}",
                "kind": document.type,
                "number": papers.number_of(document),
                "date": language.date(document.date),
                "filed": papers.by(language, document.filed_at, document.filed_by),
            }
            for document in found.documents
            if document.dossier is not None
        ],
        "more_url": request.route_path("comparing", _query={**query, "after": found.after})
        if found.after
        else "",
    }


def compared(document: Document, request: Any) -> Any:
    """Note that a paper was compared; go on to the next of the list it was opened from."""
    desk = request.desk
    checking.compare(desk, document, revision=revision_of(request))
    row = desk.site.unit_by_key.get(request.GET.get("compare", ""))
    if row is None or not desk.may(row, Permission.DOCUMENT_EDIT):
        return HTTPSeeOther(done(request.resource_path(document), "compared"))
    following = checking.to_compare(desk, row, limit=1).documents
    query = {"compare": row.key}
    address = (
        request.resource_path(following[0], query=query)
        if following
        else request.route_path("comparing", _query={"unit": row.key})
    )
    return HTTPSeeOther(done(address, "compared"))


def includeme(config: Any) -> None:
    config.add_act_view(
        checking.to_compare, listing, route_name="comparing", renderer="documents/comparing.jinja2"
    )
    config.add_act_view(
        checking.compare, compared, name="compared", request_method="POST", **papers.FILED
    )
