"""Where a record's paper is, how it came there, its loans; moving it."""

from __future__ import annotations

from typing import Any

from pyramid.httpexceptions import HTTPSeeOther

from hoso.desk import shelving
from hoso.desk.shelving import PaperView
from hoso.kernel.errors import Conflict, Invalid
from hoso.records.model import Document, Dossier
from hoso.stacks import lending as loans
from hoso.stacks.model import Loan
from hoso.web import paper, papers
from hoso.web.forms import Form, revision_of, typed
from hoso.web.layout import done
from hoso.web.paper import record_url
from hoso.web.shapes import Crumb
from hoso.web.views.labelling import label_form

__all__ = ["includeme", "paper_page", "record_of", "refused_form"]


def record_of(request: Any) -> Dossier | Document:
    """Return the record an address names, if this reader may see it."""
    found: Dossier | Document = request.desk.find(request.matchdict["uid"], (Dossier, Document))
    return found


def record(request: Any) -> Any:
    """Show where a record's paper is, how it came there, and its loans."""
    return paper_page(request, record_of(request), {})


def paper_page(request: Any, record: Dossier | Document, forms: dict[str, Form]) -> dict[str, Any]:
    """Return the page of a record's paper, with the form of an act that was refused."""
    view = shelving.see(request.desk, record)
    language, say = request.language, request.language.say
    name, second = paper.name_of(record, language)
    late = loans.days_late(view.loan, request.desk.today) if view.loan is not None else 0
    return {
        "crumbs": (
            Crumb(say("Paper store"), request.route_path("paper")),
            Crumb(papers.short(name)),
        ),
        "paper": {
            "name": name,
            "second": second,
            "record_url": request.resource_path(record),
            "is_dossier": isinstance(record, Dossier),
            "way": paper.way(request, view.way),
            "position": view.position,
            "own": view.own,
            "revision": view.revision,
            "level": papers.level_today(request, record),
            "lent": paper.said_loan(request, view.loan),
            "due": paper.due_badge(request, view.loan, late) if view.loan is not None else None,
            "loan": view.loan.uid if view.loan is not None and _is_own(view) else "",
            "history": list(paper.history(request, view.holding.shifts if view.holding else ())),
            "loans": [_loan(request, record, loan) for loan in view.loans],
        },
        "may_move": view.may_move and view.loan is None,
        "may_lend": view.may_lend,
        "refused": next((key for key, form in forms.items() if form.refused), ""),
        "move": forms.get("move", Form()),
        "lend": forms.get("lend", _lend_form(request)),
        "give_back": forms.get("return", Form()),
        "extend": forms.get("extend", Form()),
        "labels": label_form(request, shelving.canonical(record), place=False),
        "labels_url": request.route_path("paper-labels"),
    }


def _is_own(view: PaperView) -> bool:
    return view.loan is not None and view.loan.record == view.record.id


def _lend_form(request: Any) -> Form:
    return Form({"handed_on": request.language.date(request.desk.today)})


def _loan(request: Any, record: Dossier | Document, loan: Loan) -> dict[str, Any]:
    language = request.language
    late = loans.days_late(loan, request.desk.today)
    return {
        "url": request.route_path("paper-loan", uid=record.uid, loan=loan.uid),
        "borrower": loan.borrower,
        "organisation": loan.organisation,
        "handed_on": language.date(loan.handed_on),
        "due": language.date(loan.due),
        "returned_on": language.date(loan.returned_on),
        "condition": loan.condition,
        "state": paper.due_badge(request, loan, late),
    }


def move(request: Any) -> Any:
    """Lay a record's paper into a place."""
    kept, values = record_of(request), typed(request, ("place", "position", "why"))
    try:
        shelving.move(
            request.desk,
            kept,
            place=values["place"],
            position=values["position"],
            why=values["why"],
            revision=revision_of(request),
        )
    except (Invalid, Conflict) as error:
        return paper_page(request, kept, {"move": refused_form(request, Form(), values, error)})
    return HTTPSeeOther(done(record_url(request, kept), "paper-moved"))


def refused_form(
    request: Any, form: Form, values: dict[str, str], error: Invalid | Conflict
) -> Form:
    """Return a form that was refused, all typed kept; the answer says so in its status."""
    if isinstance(error, Conflict):
        request.response.status_int = 409
        return Form(values, message=request.language.error(error), choices=form.choices)
    request.response.status_int = 422
    return form.refuse(values, error, request.language)


def includeme(config: Any) -> None:
    kept = {"route_name": "paper-record", "renderer": "shelving/paper.jinja2"}
    config.add_act_view(shelving.see, record, request_method="GET", **kept)
    config.add_act_view(shelving.move, move, request_method="POST", request_param="do=move", **kept)
