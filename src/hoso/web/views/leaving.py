"""A person leaves: form, preview, recording, undoing; the checklist; all open checklists."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pyramid.httpexceptions import HTTPSeeOther

from hoso.access.permissions import Permission
from hoso.desk import checklists, forecasting, leaving
from hoso.desk.dossiers import visible_documents
from hoso.desk.leaving import Preview
from hoso.kernel.errors import Conflict, Invalid
from hoso.records.model import Dossier
from hoso.web import careers, papers
from hoso.web.forms import Choice, Form, revision_of, typed
from hoso.web.layout import done
from hoso.web.shapes import Crumb

__all__ = ["includeme"]

_LEAVING = ("kind", "effective", "evidence", "decision", "reason", "form")


def _terms(request: Any, name: str, *, first: str) -> tuple[Choice, ...]:
    terms = request.house.rulebook.vocabularies[name].terms.values()
    return (
        Choice("", first),
        *(Choice(term.code, request.language.label(term.label)) for term in terms),
    )


def _form(request: Any, dossier: Dossier) -> Form:
    language = request.language
    say = language.say
    ways = request.house.rulebook.leaving.values()
    found = [d for d in visible_documents(request.desk, dossier) if d.state == "filed"]
    found.sort(key=lambda paper: paper.date, reverse=True)
    return Form(
        choices={
            "kind": (
                Choice("", say("– choose –")),
                *(Choice(way.key, language.label(way.label)) for way in ways),
            ),
            "reason": _terms(
                request, "leaving-reason", first=say("– as the way of leaving says –")
            ),
            "form": _terms(request, "retirement-form", first=say("– not stated –")),
            "standing": (
                Choice("", say("– the status before –")),
                *(
                    Choice(term.code, language.label(term.label))
                    for term in request.house.rulebook.statuses.values()
                    if term.extra.get("phase") == "in-service"
                ),
            ),
            "evidence": (
                Choice("", say("– no paper in this dossier –")),
                *(Choice(paper.uid, _paper(request, paper)) for paper in found),
            ),
        }
    )


def _paper(request: Any, paper: Any) -> str:
    language = request.language
    parts = (
        papers.number_of(paper),
        language.date(paper.date),
        papers.short(papers.title_of(paper, language)),
    )
    return " · ".join(part for part in parts if part)


def page(dossier: Dossier, request: Any) -> Any:
    """Show how the person left, the checklist, and the form that records a leaving."""
    return _page(request, dossier)


def _page(
    request: Any,
    dossier: Dossier,
    *,
    form: Form | None = None,
    shown: Preview | None = None,
    refused: str = "",
    other: Form | None = None,
) -> dict[str, Any]:
    """Return the page.

    :param form: the leaving as it was typed; ``shown`` what it would bring about.
    :param refused: which of the smaller forms was refused, kept in ``other``.
    """
    desk, say = request.desk, request.language.say
    views = leaving.look(desk, dossier)
    base = _form(request, dossier)
    may = desk.may(dossier, Permission.CAREER_RECORD)
    line = None
    if desk.may(dossier, Permission.CAREER_FORECAST):
        line = forecasting.of_person(desk, dossier)
    return {
        "crumbs": (
            Crumb(say("Dossiers"), request.route_path("dossiers")),
            Crumb(dossier.code, request.resource_path(dossier)),
            Crumb(say("Leaving service")),
        ),
        "title": f"{dossier.code} – {dossier.name}",
        "dossier_url": request.resource_path(dossier),
        "url": request.resource_path(dossier, "leaving"),
        "revision": dossier.revision,
        "may": may,
        "form": form or base,
        "other": Form(other.values, other.faults, other.message, base.choices) if other else base,
        "blank": Form(),
        "refused": refused,
        "shown": careers.preview(request, shown) if shown is not None else None,
        "leavings": [careers.recorded(request, view) for view in views],
        "left": any(view.leaving.stands for view in views),
        "age": _age(request, line),
    }


def _age(request: Any, line: Any) -> dict[str, Any] | None:
    if line is None:
        return None
    language = request.language
    return {
        "day": language.date(line.moment.day),
        "age": careers.age(request, line),
        "assumed": line.moment.assumed,
        "stated": line.stated.reason if line.stated is not None else "",
        "notice_by": language.date(line.notice_by),
        "decision_by": language.date(line.decision_by),
    }


def act(dossier: Dossier, request: Any) -> Any:
    """Preview or record a leaving, as the button says."""
    values = typed(request, _LEAVING)
    words = typed(request, ("do",))["do"]
    form = Form(values, choices=_form(request, dossier).choices)
    try:
        if words != "record":
            shown = leaving.preview(request.desk, dossier, typed=values)
            return _page(request, dossier, form=form, shown=shown)
        leaving.record(request.desk, dossier, typed=values, revision=revision_of(request))
    except Invalid as error:
        request.response.status_int = 422
        return _page(request, dossier, form=form.refuse(values, error, request.language))
    except Conflict as error:
        request.response.status_int = 409
        form = Form(values, message=request.language.error(error), choices=form.choices)
        return _page(request, dossier, form=form)
    return HTTPSeeOther(done(request.resource_path(dossier, "leaving"), "left-recorded"))


def _smaller(name: str, said: str, fields: tuple[str, ...], deed: Any) -> Any:
    """Return the view of one of the smaller forms of the page."""

    def view(dossier: Dossier, request: Any) -> Any:
        values = typed(request, fields)
        try:
            deed(request, dossier, values)
        except Invalid as error:
            request.response.status_int = 422
            other = Form().refuse(values, error, request.language)
            return _page(request, dossier, refused=name, other=other)
        except Conflict as error:
            request.response.status_int = 409
            other = Form(values, message=request.language.error(error))
            return _page(request, dossier, refused=name, other=other)
        return HTTPSeeOther(done(request.resource_path(dossier, "leaving"), said))

    return view


def _undo(request: Any, dossier: Dossier, values: Mapping[str, str]) -> None:
    leaving.undo(request.desk, dossier, revision=revision_of(request), **values)


def _tick(request: Any, dossier: Dossier, values: Mapping[str, str]) -> None:
    checklists.tick(request.desk, dossier, **values)


def _untick(request: Any, dossier: Dossier, values: Mapping[str, str]) -> None:
    checklists.untick(request.desk, dossier, **values)


def _state_age(request: Any, dossier: Dossier, values: Mapping[str, str]) -> None:
    forecasting.state_age(request.desk, dossier, revision=revision_of(request), **values)


def open_lists(request: Any) -> Any:
    """Show the checklists with open items."""
    late = request.GET.get("late", "") == "1"
    language = request.language
    views = checklists.listed(request.desk, request.desk.site, late=late)
    return {
        "crumbs": (Crumb(language.say("Who left: what is wanting")),),
        "late": late,
        "all_url": request.route_path("checklists"),
        "late_url": request.route_path("checklists", _query={"late": "1"}),
        "lines": [
            {
                "name": view.dossier.name,
                "code": view.dossier.code,
                "unit": view.dossier.unit.name,
                "url": request.resource_path(view.dossier, "leaving"),
                "way": careers.way_label(request, view.leaving.kind),
                "day": language.date(view.leaving.effective),
                "state": careers.open_badge(request, view),
                "items": [
                    {"label": line["label"], "due": line["due"], "state": line["state"]}
                    for line in careers.checklist(request, view)
                    if not line["done"]
                ],
            }
            for view in views
        ],
    }


def includeme(config: Any) -> None:
    config.add_act_view(
        checklists.listed, open_lists, route_name="checklists", renderer="leaving/open.jinja2"
    )
    on: dict[str, Any] = {
        "context": Dossier,
        "name": "leaving",
        "renderer": "leaving/leaving.jinja2",
    }
    config.add_act_view(leaving.look, page, request_method="GET", **on)
    for does, button in ((leaving.preview, "preview"), (leaving.record, "record")):
        config.add_act_view(does, act, request_method="POST", request_param=f"do={button}", **on)
    for name, said, fields, asked, deed in (
        ("undo", "left-undone", ("leaving", "reason", "standing"), leaving.undo, _undo),
        ("tick", "item-ticked", ("leaving", "item", "note"), checklists.tick, _tick),
        ("untick", "item-opened", ("leaving", "item"), checklists.untick, _untick),
        (
            "age",
            "age-stated",
            ("form", "months", "reason"),
            forecasting.state_age,
            _state_age,
        ),
    ):
        config.add_act_view(
            asked,
            _smaller(name, said, fields, deed),
            request_method="POST",
            request_param=f"do={name}",
            **on,
        )
