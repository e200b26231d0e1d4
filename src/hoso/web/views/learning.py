"""What was learnt from corrections: every lesson with what it rests on, to be forgotten here."""

from __future__ import annotations

from typing import Any

from pyramid.httpexceptions import HTTPSeeOther

from hoso.access.permissions import Permission
from hoso.desk import learning
from hoso.desk.learning import Line
from hoso.web import papers
from hoso.web.forms import typed
from hoso.web.layout import done
from hoso.web.shapes import Badge, Crumb
from hoso.web.words import LEARNT_FIELDS, say

__all__ = ["includeme"]


def listing(request: Any) -> Any:
    """Show all lessons of the units the reader works at."""
    desk, language = request.desk, request.language
    found = learning.listing(desk, desk.site)
    return {
        "crumbs": (
            Crumb(language.say("Intake"), request.route_path("intake")),
            Crumb(language.say("What was learnt")),
        ),
        "lines": [_line(request, line) for line in found.lines],
        "units": [
            {"key": unit.key, "name": unit.name, "off": off}
            for unit, off in found.units
            if desk.may(unit, Permission.INTAKE_FILE)
        ],
        "forget_url": request.route_path("learnt-forget"),
        "switch_url": request.route_path("learnt-switch"),
    }


def _line(request: Any, line: Line) -> dict[str, Any]:
    language, lesson = request.language, line.lesson
    proposes = line.proposes
    return {
        "id": lesson.id,
        "unit": line.unit.name,
        "unit_key": line.unit.key,
        "agency": lesson.agency,
        "field": say(LEARNT_FIELDS, lesson.field, language),
        "read": _shown(request, lesson.field, lesson.read),
        "writings": [
            language.say(
                "“{text}” in {papers} papers, last by {by} on {at}",
                text=_shown(request, lesson.field, text) or "–",
                papers=times,
                by=by,
                at=language.moment(at),
            )
            for text, times, by, at in line.writings
        ],
        "state": Badge(language.say("is proposed"), "good")
        if proposes is not None
        else Badge(language.say("not proposed: not certain yet")),
        "may_forget": request.desk.may(line.unit, Permission.INTAKE_FILE),
    }


def _shown(request: Any, field: str, value: str) -> str:
    if field == "type":
        return f"{value} {papers.type_label(request, value)}"
    known = request.house.rulebook.forms.get(value) if field == "form" else None
    return request.language.label(known.label) if known is not None else value


def forget(request: Any) -> Any:
    """Forget a lesson."""
    values = typed(request, ("unit", "lesson"))
    learning.forget(request.desk, request.desk.unit(values["unit"]), lesson=values["lesson"])
    return HTTPSeeOther(done(request.route_path("learnt"), "forgotten"))


def switch(request: Any) -> Any:
    """Switch learning on or off for a unit and what is below it."""
    values = typed(request, ("unit", "to"))
    on = values["to"] == "on"
    learning.switch(request.desk, request.desk.unit(values["unit"]), on=on)
    return HTTPSeeOther(done(request.route_path("learnt"), f"learning-{'on' if on else 'off'}"))


def includeme(config: Any) -> None:
    config.add_act_view(
        learning.listing, listing, route_name="learnt", renderer="learning/learnt.jinja2"
    )
    config.add_act_view(learning.forget, forget, route_name="learnt-forget", request_method="POST")
    config.add_act_view(learning.switch, switch, route_name="learnt-switch", request_method="POST")
