"""How pages show deadlines: what is asked, by when, how it stands, whose task it is."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from hoso.desk.deadlines import Clock
from hoso.web import papers
from hoso.web.careers import way_label
from hoso.web.shapes import Badge
from hoso.web.words import Word

__all__ = ["line", "lines", "state"]

_WHAT = {
    "notice": Word("Notice of retirement to the person"),
    "decision": Word("Decision to retire"),
}


def lines(request: Any, clocks: Iterable[Clock]) -> list[dict[str, Any]]:
    """Return deadlines as the lines of a table."""
    return [line(request, one) for one in clocks]


def line(request: Any, one: Clock) -> dict[str, Any]:
    """Return one deadline as a line."""
    language, rulebook = request.language, request.house.rulebook
    say = language.say
    label = say(_WHAT[one.what].text) if one.what in _WHAT else language.label(one.label)
    wanted = [papers.type_label(request, key) for key in one.types]
    return {
        "what": label,
        "wanted": ", ".join(wanted),
        "source": one.deadline.source if one.deadline is not None else "",
        "name": one.dossier.name if one.dossier is not None else one.number,
        "code": one.dossier.code if one.dossier is not None else "",
        "url": _address(request, one),
        "unit": one.unit.name if one.unit is not None else "",
        "due": language.date(one.due) if one.due is not None else "",
        "state": state(request, one),
        "why": _why(request, one),
        "whose": language.label(rulebook.roles.labels[one.responsible])
        if one.responsible in rulebook.roles.labels
        else "",
        "mine": one.mine,
    }


def _address(request: Any, one: Clock) -> str:
    if one.what == "handover":
        return str(request.route_path("handover", number=one.number))
    if one.what == "disposal":
        return str(request.route_path("disposal", number=one.number))
    page = () if one.what == "papers" else ("leaving",)
    return str(request.resource_path(one.dossier, *page))


def state(request: Any, one: Clock) -> Badge:
    """Return how a deadline stands: how many days are left, or how many it is late."""
    language = request.language
    say, count = language.say, language.count
    worked = one.deadline is not None and one.deadline.unit == "working-day"
    if one.state == "stopped":
        return Badge(say("Stopped"))
    if one.state == "unknown":
        return Badge(say("No day: the date is not known"), "warn")
    if one.state == "overdue" and worked:
        late = count("{n} working day late", "{n} working days late", -one.left)
        return Badge(late if one.left else say("Late"), "bad")
    if one.state == "overdue":
        return Badge(count("{n} day late", "{n} days late", -one.left), "bad")
    if not one.left:
        return Badge(say("Today"), "warn")
    tone = "warn" if one.state == "soon" else ""
    if worked:
        return Badge(count("{n} working day left", "{n} working days left", one.left), tone)
    return Badge(count("{n} day left", "{n} days left", one.left), tone)


def _why(request: Any, one: Clock) -> str:
    """Say since when and why a deadline stands still."""
    if one.stopped is None:
        return ""
    return str(
        request.language.say(
            "stopped since {date}: {way}",
            date=request.language.date(one.stopped.since),
            way=way_label(request, one.stopped.way),
        )
    )
