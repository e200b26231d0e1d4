"""Who is here now."""

from __future__ import annotations

from typing import Any

from hoso.desk import presence
from hoso.web.shapes import Crumb

__all__ = ["includeme"]


def listing(request: Any) -> dict[str, Any]:
    """Show who of one's units is here."""
    language = request.language
    return {
        "crumbs": (Crumb(language.say("Who is here")),),
        "present": [
            {"name": one.name, "unit": one.unit, "seen": language.moment(one.seen_at)}
            for one in presence.present(request.desk, request.desk.site)
        ],
        "minutes": int(presence.HERE.total_seconds() // 60),
    }


def includeme(config: Any) -> None:
    config.add_act_view(
        presence.present,
        listing,
        route_name="present",
        request_method="GET",
        renderer="people/present.jinja2",
    )
