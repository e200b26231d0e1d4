"""The lending desk: what is out and late, handing a paper out, taking it back, the slip."""

from __future__ import annotations

from typing import Any

from pyramid.httpexceptions import HTTPSeeOther

from hoso.desk import lending
from hoso.desk.lending import LoanView
from hoso.kernel.errors import Conflict, Invalid
from hoso.web import paper, papers
from hoso.web.forms import Form, revision_of, typed
from hoso.web.layout import done
from hoso.web.shapes import Crumb, Fact
from hoso.web.views.whereabouts import paper_page, record_of, refused_form

__all__ = ["includeme"]

_LENT = ("borrower", "organisation", "purpose", "authority", "due", "handed_on")


def listing(request: Any) -> Any:
    """Show what is lent out now; a label that is read leads to its paper."""
    asked = request.GET.get("text", "").strip()
    form = Form()
    if asked:
        try:
            found = lending.find_paper(request.desk, asked)
        except Invalid as error:
            form = Form().refuse({"text": asked}, error, request.language)
        else:
            return HTTPSeeOther(paper.record_url(request, found))
    late = request.GET.get("late", "") == "1"
    act = lending.overdue if late else lending.listed
    views = act(request.desk, request.desk.site)
    say = request.language.say
    return {
        "crumbs": (
            Crumb(say("Paper store"), request.route_path("paper")),
            Crumb(say("Lending desk")),
        ),
        "find": form,
        "late": late,
        "on": request.language.date(request.desk.today),
        "all_url": request.route_path("paper-loans"),
        "late_url": request.route_path("paper-loans", _query={"late": "1"}),
        "lines": [_line(request, view) for view in views],
    }


def _line(request: Any, view: LoanView) -> dict[str, Any]:
    language, loan = request.language, view.loan
    name, second = paper.name_of(view.record, language)
    return {
        "name": name,
        "second": second,
        "url": paper.record_url(request, view.record),
        "slip_url": request.route_path("paper-loan", uid=view.record.uid, loan=loan.uid),
        "borrower": loan.borrower,
        "organisation": loan.organisation,
        "purpose": loan.purpose,
        "authority": loan.authority,
        "handed_on": language.date(loan.handed_on),
        "due": language.date(loan.due),
        "state": paper.due_badge(request, loan, view.late),
    }


def lend(request: Any) -> Any:
    """Hand a record's paper out and show the slip to sign."""
    record, values = record_of(request), typed(request, _LENT)
    try:
        loan = lending.lend(request.desk, record, revision=revision_of(request), **values)
    except (Invalid, Conflict) as error:
        form = refused_form(request, Form(), values, error)
        return paper_page(request, record, {"lend": form})
    address = request.route_path("paper-loan", uid=record.uid, loan=loan.uid)
    return HTTPSeeOther(done(address, "lent"))


def give_back(request: Any) -> Any:
    """Take a record's paper back."""
    record = record_of(request)
    values = typed(request, ("loan", "condition", "returned_on"))
    try:
        lending.give_back(request.desk, record, **values)
    except (Invalid, Conflict) as error:
        form = refused_form(request, Form(), values, error)
        return paper_page(request, record, {"return": form})
    return HTTPSeeOther(done(paper.record_url(request, record), "returned"))


def extend(request: Any) -> Any:
    """Let a loan last longer."""
    record = record_of(request)
    values = typed(request, ("loan", "due", "authority"))
    try:
        loan = lending.extend(request.desk, record, revision=revision_of(request), **values)
    except (Invalid, Conflict) as error:
        form = refused_form(request, Form(), values, error)
        return paper_page(request, record, {"extend": form})
    address = request.route_path("paper-loan", uid=record.uid, loan=loan.uid)
    return HTTPSeeOther(done(address, "extended"))


def slip(request: Any) -> Any:
    """Show one loan as the slip both sign."""
    record = record_of(request)
    view = lending.look(request.desk, record, loan=request.matchdict["loan"])
    language, say, loan = request.language, request.language.say, view.loan
    name, second = paper.name_of(record, language)
    back = (
        (
            Fact(say("Came back"), language.date(loan.returned_on)),
            Fact(say("Condition"), loan.condition),
            Fact(say("Taken back by"), loan.returned_by),
        )
        if not loan.is_out
        else ()
    )
    return {
        "crumbs": (
            Crumb(say("Paper store"), request.route_path("paper")),
            Crumb(say("Lending desk"), request.route_path("paper-loans")),
            Crumb(papers.short(name), paper.record_url(request, record)),
            Crumb(say("Slip")),
        ),
        "name": name,
        "second": second,
        "state": paper.due_badge(request, loan, view.late),
        "is_out": loan.is_out,
        "facts": (
            Fact(say("Borrower"), loan.borrower),
            Fact(say("Unit or body"), loan.organisation),
            Fact(say("Purpose"), loan.purpose),
            Fact(say("Authority"), loan.authority),
            Fact(say("Handed over"), language.date(loan.handed_on)),
            Fact(say("Due back"), language.date(loan.due)),
            *(
                Fact(say("Longer from"), f"{language.date(e.before)} – {e.authority} – {e.by}")
                for e in loan.extensions
            ),
            Fact(say("Handed over by"), loan.lent_by),
            Fact(
                say("Taken from"),
                " › ".join(crumb.label for crumb in paper.way(request, view.way)),
            ),
            Fact(say("Position"), language.number(loan.position) if loan.position else ""),
            *back,
        ),
        "without": [paper.name_of(one, language)[0] for one in view.without],
        "record_url": paper.record_url(request, record),
        "may_lend": view.may_lend,
    }


def includeme(config: Any) -> None:
    config.add_act_view(
        lending.listed, listing, route_name="paper-loans", renderer="shelving/loans.jinja2"
    )
    kept = {"route_name": "paper-record", "renderer": "shelving/paper.jinja2"}
    for name, act, view in (
        ("lend", lending.lend, lend),
        ("return", lending.give_back, give_back),
        ("extend", lending.extend, extend),
    ):
        config.add_act_view(act, view, request_method="POST", request_param=f"do={name}", **kept)
    config.add_act_view(
        lending.look, slip, route_name="paper-loan", renderer="shelving/slip.jinja2"
    )
