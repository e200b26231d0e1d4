"""What the first page says of requests: consents to decide, consents of one's own, second persons."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from hoso.access.permissions import Permission
from hoso.desk import checklists, consent, consenting, deadlines, handover_views, permits
from hoso.desk.consent_views import ConsentView
from hoso.kernel.errors import NotReady
from hoso.web import words
from hoso.web.consents import state_badge
from hoso.web.layout import offers

__all__ = ["figures", "lists"]

_LINES = 8


def _pending(request: Any) -> list[ConsentView]:
    if not offers(request, Permission.CONSENT_DECIDE):
        return []
    try:
        return consenting.pending(request.desk, request.desk.site)
    except NotReady:
        return []


def figures(request: Any) -> Iterator[dict[str, Any]]:
    """Yield what waits for this reader, where something does."""
    yield from _of_service(request)
    say = request.language.say
    asked = len(_pending(request))
    if asked:
        url = request.route_path("consents")
        yield {"n": asked, "label": say("requests to read a dossier"), "url": url, "tone": "warn"}
    second = len(permits.waiting(request.desk))
    if second:
        url = request.route_path("permits")
        yield {"n": second, "label": say("wait for a second person"), "url": url, "tone": "warn"}


def _of_service(request: Any) -> Iterator[dict[str, Any]]:
    """Yield checklists that are late, and handovers that wait for this reader."""
    say, desk = request.language.say, request.desk
    if offers(request, Permission.CAREER_FORECAST) and offers(request, Permission.DOSSIER_VIEW):
        late = len(checklists.listed(desk, desk.site, late=True))
        if late:
            url = request.route_path("checklists", _query={"late": "1"})
            label = say("dossiers of who left want papers that are late")
            yield {"n": late, "label": label, "url": url, "tone": "bad"}
    if offers(request, Permission.DOSSIER_LIST):
        mine = deadlines.glance(desk, desk.site)
        if mine:
            over = any(one.state == "overdue" for one in mine)
            yield {
                "n": len(mine),
                "label": say("deadlines of yours run out or are over"),
                "url": request.route_path("deadlines", _query={"mine": "1"}),
                "tone": "bad" if over else "warn",
            }
    if offers(request, Permission.CUSTODY_RECEIVE):
        waiting = len(handover_views.glance(desk, desk.site))
        if waiting:
            url = request.route_path("custody")
            yield {"n": waiting, "label": say("handovers wait for you"), "url": url, "tone": "warn"}


def lists(request: Any) -> Iterator[dict[str, Any]]:
    """Yield one's own requests that somebody answered or that are in force."""
    if not offers(request, Permission.CONSENT_ASK):
        return
    found = [
        view
        for view in consent.mine(request.desk, request.desk.site)
        if view.state in {"asked", "coming", "in-force", "refused", "ended"}
    ][:_LINES]
    asked = [view for view in permits.mine(request.desk) if view.state in {"asked", "agreed"}]
    language = request.language
    if found:
        yield {
            "title": language.say("Your requests to read"),
            "url": request.route_path("consents"),
            "empty": "",
            "lines": [
                {
                    "title": f"{view.consent.number} – {view.consent.what}",
                    "url": request.route_path("consent", uid=view.consent.uid),
                    "note": _until(request, view),
                    "badge": state_badge(request, view),
                }
                for view in found
            ],
        }
    if asked:
        yield {
            "title": language.say("What you asked a second person"),
            "url": request.route_path("permits"),
            "empty": "",
            "lines": [
                {
                    "title": words.say(words.VERBS, view.permit.verb, language),
                    "url": request.route_path("permit", uid=view.permit.uid),
                    "note": view.permit.reason,
                    "badge": words.badge(words.PERMIT_STATES, view.state, language),
                }
                for view in asked[:_LINES]
            ],
        }


def _until(request: Any, view: ConsentView) -> str:
    decided = view.consent.decided
    if decided is None:
        return ""
    return str(request.language.say("until {day}", day=request.language.date(decided.valid_to)))
