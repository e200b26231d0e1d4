"""How a dossier in parts is shown: one line of all of them, and a table of each on their pages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hoso.desk.delivering import ExportView
from hoso.preservation.delivery.model import Export
from hoso.preservation.delivery.together import state_of, way_of
from hoso.web.shapes import Badge
from hoso.web.words import PACKAGE_STATES, SENDING_STATES, badge

__all__ = ["name_of", "part_lines", "state_badge", "way_badges"]


def state_badge(request: Any, together: Sequence[Export]) -> Badge:
    """Return where packages are that go together."""
    return badge(PACKAGE_STATES, state_of(together), request.language)


def way_badges(request: Any, together: Sequence[Export]) -> list[tuple[str, Badge]]:
    """Return how far they are on the way to each destination."""
    return [
        (name, badge(SENDING_STATES, way_of(together, name), request.language))
        for name in together[0].sendings
    ]


def name_of(request: Any, export: Export) -> str:
    """Return what one of several is called: the master, or which part of how many."""
    number, count = export.place
    if number:
        return str(request.language.say("Part {number} of {count}", number=number, count=count))
    return str(request.language.say("Master of {count} parts", count=count)) if count else ""


def part_lines(request: Any, view: ExportView) -> list[dict[str, Any]]:
    """Return a line for each package of a dossier in parts; none where it is one package."""
    if len(view.together) == 1:
        return []
    language = request.language
    return [
        {
            "url": request.route_path("package", uid=one.uid) if one is not view.export else "",
            "name": name_of(request, one),
            "top": one.top,
            "papers": language.number(len(one.papers)),
            "files": language.number(one.files),
            "size": language.size(one.octets),
            "state": badge(PACKAGE_STATES, one.state, language),
            "ways": way_badges(request, [one]),
            "aip": next((each.aip for each in reversed(one.receipts) if each.aip), ""),
        }
        for one in view.together
    ]
