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
from hoso.retention.schedule import Decision
from hoso.retention.triggers import wanting
from hoso.web import keeping, papers
from hoso.web.forms import Choice, Form
from hoso.web.places import unit_choices
from hoso.web.shapes import Crumb, page_number, pages_of
from hoso.web.words import RETENTION_LISTS

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
    lists = tuple(
        Choice(key, request.language.say(word.text)) for key, word in RETENTION_LISTS.items()
    )
    choices = {
        "unit": unit_choices(mine, any_=request.language.say("All units")),
        "list": lists,
    }
    return day, Form(form, faults, choices=choices)


def due(request: Any) -> Any:
    """Show what is due on a day."""
    asked = {name: request.GET.get(name, "").strip() for name in ("on", "unit", "list")}
    day, form = _day(request, asked)
    which = asked["list"] if asked["list"] in desk_keeping.LISTS else ""
    found = _found(request, which, day, asked["unit"])
    page = page_number(request)
    query = {name: value for name, value in asked.items() if value}

    def url(number: int) -> str:
        return str(request.route_path("due", _query={**query, "page": number}))

    on = request.language.date(day)
    return {
        "crumbs": (Crumb(request.language.say("Due for disposal")),),
        "on": on,
        "filters": form,
        "catching_up": keeping.catching_up(request),
        "is_due_list": which in {"", "due"},
        "holds_url": request.route_path("holds"),
        "schedules_url": request.route_path("schedules")
        if request.desk.may(request.desk.site, Permission.RETENTION_REHEARSE)
        else "",
        "lines": [_line(request, line, on) for line in found[(page - 1) * _PAGE : page * _PAGE]],
        "pages": pages_of(page=page, size=_PAGE, total=len(found), url=url),
    }


def _found(request: Any, which: str, day: date, unit: str) -> list[DueLine]:
    desk = request.desk
    if which:
        return desk_keeping.listed(desk, desk.site, which=which, on=day, unit=unit)
    return desk_keeping.due(desk, desk.site, on=day, unit=unit)


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
        "told": _what_to_do(request, line.decision),
        "why_url": request.resource_path(dossier, "why", query={"on": on}),
    }


def _what_to_do(request: Any, decision: Decision) -> str:
    """Return what a person has to bring where a period cannot be counted; "" elsewhere."""
    if decision.faults:
        return " ".join(request.language.error(fault) for fault in decision.faults)
    without = decision.without_holds or decision
    if without.state != "unknown" or without.expires is not None:
        return ""
    step = wanting(without.explanation)
    return str(request.language.say(step.text, **dict(step.facts))) if step is not None else ""


def why(record: Any, request: Any) -> Any:
    """Show the explanation of one record's date."""
    day, _form = _day(request, {"on": request.GET.get("on", "").strip(), "unit": ""})
    decision = desk_keeping.why(request.desk, record, on=day)
    under = desk_keeping.decided_under(request.desk, record, on=day)
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
        "under": keeping.under_facts(request, under),
        "then": [keeping.explanation(request, under.then.explanation)] if under.then else [],
        "is_today": under.is_today,
    }


def includeme(config: Any) -> None:
    config.add_act_view(desk_keeping.due, due, route_name="due", renderer="retaining/due.jinja2")
    sheet = {"name": "why", "renderer": "retaining/why.jinja2"}
    config.add_act_view(desk_keeping.why, why, context=Dossier, **sheet)
    config.add_act_view(desk_keeping.why, why, context=Document, containment=Dossier, **sheet)
