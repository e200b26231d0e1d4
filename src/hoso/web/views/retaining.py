"""What is due for disposal on a day, and why a record is kept as long as it is."""

from __future__ import annotations

from datetime import date
from typing import Any

from hoso.access.permissions import Permission
from hoso.desk import keeping as desk_keeping
from hoso.desk import units
from hoso.desk.keeping import DueLine
from hoso.kernel.dates import parse_typed
from hoso.records.model import Document, Dossier
from hoso.web import keeping, papers
from hoso.web.forms import Form
from hoso.web.places import unit_choices
from hoso.web.shapes import Crumb, page_number, pages_of

__all__ = ["includeme"]

_PAGE = 100


def _day(request: Any, form: dict[str, str]) -> tuple[date, Form]:
    """Return the day asked for, and the form; today where none is."""
    today: date = request.desk.today
    asked = form["on"]
    faults: dict[str, tuple[str, ...]] = {}
    day = today
    if asked:
        try:
            day = parse_typed(asked).exact or today
        except ValueError:
            faults["on"] = (request.language.say("Write the day as 05/09/2024."),)
    else:
        form = {**form, "on": request.language.date(today)}
    mine = units.choices(request.desk, Permission.RETENTION_VIEW)
    choices = {"unit": unit_choices(mine, any_=request.language.say("All units"))}
    return day, Form(form, faults, choices=choices)


def due(request: Any) -> Any:
    """Show what is due on a day."""
    asked = {name: request.GET.get(name, "").strip() for name in ("on", "unit")}
    day, form = _day(request, asked)
    found = desk_keeping.due(request.desk, request.desk.site, on=day, unit=asked["unit"])
    page = page_number(request)
    query = {name: value for name, value in asked.items() if value}

    def url(number: int) -> str:
        return str(request.route_path("due", _query={**query, "page": number}))

    on = request.language.date(day)
    return {
        "crumbs": (Crumb(request.language.say("Due for disposal")),),
        "on": on,
        "filters": form,
        "lines": [_line(request, line, on) for line in found[(page - 1) * _PAGE : page * _PAGE]],
        "pages": pages_of(page=page, size=_PAGE, total=len(found), url=url),
    }


def _line(request: Any, line: DueLine, on: str) -> dict[str, Any]:
    language, decision, dossier = request.language, line.decision, line.dossier
    return {
        "title": dossier.name,
        "note": dossier.code,
        "url": request.resource_path(dossier),
        "unit": dossier.unit.name,
        "rule": keeping.rule_label(request, decision.rule),
        "instrument": keeping.instrument(request, decision.rule),
        "start": language.date(decision.from_),
        "period": keeping.period(request, decision.period),
        "due": language.date(decision.due),
        "state": keeping.state_badge(request, decision),
        "why_url": request.resource_path(dossier, "why", query={"on": on}),
    }


def why(record: Any, request: Any) -> Any:
    """Show the explanation of one record's date."""
    day, _form = _day(request, {"on": request.GET.get("on", "").strip(), "unit": ""})
    decision = desk_keeping.why(request.desk, record, on=day)
    say = request.language.say
    is_dossier = isinstance(record, Dossier)
    dossier = record if is_dossier else record.dossier
    title = (
        f"{dossier.code} – {dossier.name}"
        if is_dossier
        else papers.title_of(record, request.language)
    )
    return {
        "crumbs": (
            Crumb(say("Dossiers"), request.route_path("dossiers")),
            Crumb(dossier.code, request.resource_path(dossier)),
            Crumb(say("Why this date?")),
        ),
        "title": title,
        "record_url": request.resource_path(record),
        "on": request.language.date(day),
        "state": keeping.state_badge(request, decision),
        "explanation": [keeping.explanation(request, decision.explanation)],
        "facts": keeping.facts_of(request, decision),
    }


def includeme(config: Any) -> None:
    config.add_act_view(desk_keeping.due, due, route_name="due", renderer="retaining/due.jinja2")
    sheet = {"name": "why", "renderer": "retaining/why.jinja2"}
    config.add_act_view(desk_keeping.why, why, context=Dossier, **sheet)
    config.add_act_view(desk_keeping.why, why, context=Document, containment=Dossier, **sheet)
