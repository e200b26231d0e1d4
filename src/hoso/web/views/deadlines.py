"""What runs out when: the list of deadlines, of one's own tasks or of a unit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hoso.access.permissions import Permission
from hoso.desk import deadlines, units
from hoso.records.model import Unit
from hoso.web import deadlines as shown
from hoso.web.forms import Choice, Form
from hoso.web.places import unit_choices
from hoso.web.shapes import Badge, Crumb

__all__ = ["includeme"]


def listing(request: Any) -> Any:
    """Show the deadlines, those that are over first."""
    desk, say = request.desk, request.language.say
    choices = units.choices(desk, Permission.DOSSIER_LIST)
    mine = request.GET.get("mine", "") == "1"
    unit = request.GET.get("unit", "").strip()
    if "unit" not in request.GET and not mine:
        unit = _own_unit(choices)
    page: dict[str, Any] = {
        "crumbs": (Crumb(say("What runs out when")),),
        "filters": Form(
            {"unit": unit, "mine": "1" if mine else ""},
            choices={
                "unit": unit_choices(choices, any_=say("All units")),
                "mine": (Choice("", say("Anybody's")), Choice("1", say("My own"))),
            },
        ),
        "mine_badge": Badge(say("Yours"), "good"),
    }
    board = deadlines.listed(desk, desk.site, unit=unit, mine=mine)
    return {**page, "lines": shown.lines(request, board.clocks), "said": _said(request, board)}


def _own_unit(choices: Sequence[Unit]) -> str:
    """Return the one unit somebody works at, who wants to see its people; "" for the whole house."""
    tops = [one for one in choices if one.__parent__ not in choices]
    return tops[0].key if len(tops) == 1 and isinstance(tops[0].__parent__, Unit) else ""


def _said(request: Any, board: deadlines.Board) -> str:
    language = request.language
    if board.waiting:
        return str(language.say("The list of dossiers is being built. Look again in a minute."))
    if board.more:
        return str(
            language.say(
                "Of this unit the first {n} dossiers were looked at one by one; choose a unit "
                "below it to see the rest.",
                n=language.number(board.looked_at),
            )
        )
    if not board.looked_at:
        return str(
            language.say(
                "Choose a unit to see the deadlines of each of its people as well: the new "
                "dossier, the yearly declaration."
            )
        )
    return ""


def includeme(config: Any) -> None:
    config.add_act_view(
        deadlines.listed, listing, route_name="deadlines", renderer="deadlines/list.jinja2"
    )
