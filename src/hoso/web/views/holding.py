"""Holds: the list, a form for several records at once, one hold with its members and history."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from pyramid.httpexceptions import HTTPSeeOther

from hoso.access.permissions import Permission
from hoso.desk import holding, permits
from hoso.desk.holding import HoldView
from hoso.kernel import ids
from hoso.kernel.errors import Conflict, Invalid, Missing
from hoso.records.model import Document, Dossier
from hoso.retention.model import Hold, HoldAct
from hoso.web import deeds
from hoso.web.forms import Form, typed
from hoso.web.layout import done
from hoso.web.shapes import Badge, Crumb, Fact, page_number, pages_of
from hoso.web.words import HOLD_ACTS, HOLDS, badge

__all__ = ["includeme"]

_SEPARATORS = re.compile(r"[\s,;]+")
_PAGE = 50
_PLACED = ("records", "reason", "authority", "until")


def names_of(text: str) -> list[str]:
    """Return the codes and uids that were typed, one a line or with commas between."""
    return [name for name in _SEPARATORS.split(text) if name]


def _state(request: Any, hold: Hold) -> Badge:
    state = "lifted" if hold.lifted_at else "over" if hold.ended_at else "standing"
    return badge(HOLDS, state, request.language)


def _until(request: Any, hold: Hold) -> str:
    if hold.until:
        return str(request.language.say("until {date}", date=request.language.date(hold.until)))
    return str(request.language.say("until it is lifted"))


def listing(request: Any, form: Form | None = None) -> dict[str, Any]:
    """Show the holds one may know of, and the form for a new one."""
    language, desk = request.language, request.desk
    every = request.GET.get("all", "") == "1"
    found = holding.listed(desk, desk.site, lifted=every)
    page = page_number(request)
    query = {"all": "1"} if every else {}

    def url(number: int) -> str:
        return str(request.route_path("holds", _query={**query, "page": number}))

    prefilled = form or Form({"records": "\n".join(request.GET.getall("record"))})
    return {
        "crumbs": (Crumb(language.say("Holds")),),
        "lines": [_line(request, one) for one in found[(page - 1) * _PAGE : page * _PAGE]],
        "pages": pages_of(page=page, size=_PAGE, total=len(found), url=url),
        "every": every,
        "all_url": request.route_path("holds", _query={"all": "1"}),
        "open_url": request.route_path("holds"),
        "may_place": desk.may(desk.site, Permission.RETENTION_HOLD),
        "form": prefilled,
        "open": prefilled.refused or bool(prefilled.value("records")),
        "place_url": request.route_path("holds"),
    }


def _line(request: Any, view: HoldView) -> dict[str, Any]:
    hold, language = view.hold, request.language
    shown = language.number(len(view.members))
    return {
        "url": request.route_path("hold", uid=view.uid),
        "reason": hold.reason,
        "authority": hold.authority,
        "placed": language.moment(hold.placed_at),
        "by": deeds.person_named(request, hold.placed_by),
        "until": _until(request, hold),
        "members": language.say("{n} or more", n=shown) if view.more else shown,
        "state": _state(request, hold),
    }


def place(request: Any) -> Any:
    """Place a hold on the records that were named."""
    values = typed(request, _PLACED)
    try:
        hold = holding.place_on_several(
            request.desk,
            request.desk.site,
            records=names_of(values["records"]),
            reason=values["reason"],
            authority=values["authority"],
            until=values["until"],
        )
    except Invalid as error:
        request.response.status_int = 422
        return listing(request, Form().refuse(values, error, request.language))
    address = request.route_path("hold", uid=ids.to_text(hold.id))
    return HTTPSeeOther(done(address, "held"))


def look(request: Any, refused: str = "", form: Form | None = None) -> dict[str, Any]:
    """Show one hold."""
    language, desk = request.language, request.desk
    view = holding.look(desk, desk.site, hold=request.matchdict["uid"])
    hold = view.hold
    may_lift = view.may_hold and bool(view.members)
    shown = form or Form()
    return {
        "crumbs": (
            Crumb(language.say("Holds"), request.route_path("holds")),
            Crumb(hold.reason),
        ),
        "hold": {"reason": hold.reason, "state": _state(request, hold)},
        "facts": (
            Fact(language.say("Ordered by"), hold.authority),
            Fact(language.say("Placed"), language.moment(hold.placed_at)),
            Fact(language.say("Placed by"), deeds.person_named(request, hold.placed_by)),
            Fact(language.say("Stands"), _until(request, hold)),
        ),
        "members": [_member(request, view, record) for record in view.members],
        "more": view.more,
        "history": [_told(request, act) for act in view.history],
        "may_hold": view.may_hold,
        "may_lift": may_lift,
        "refused": refused,
        "forms": {
            name: shown if refused == name else Form()
            for name in ("widen", "prolong", "lift", "release")
        },
        "urls": {
            name: request.route_path(f"hold-{name}", uid=view.uid)
            for name in ("widen", "prolong", "lift", "release")
        },
    }


def _member(request: Any, view: HoldView, record: Any) -> dict[str, Any]:
    name, url = deeds.record_named(request, record)
    dossier = record.dossier if isinstance(record, Document) else None
    return {
        "uid": record.uid,
        "name": name,
        "url": url,
        "inside": dossier.code if dossier is not None else "",
        "may_release": view.may_hold and request.desk.may(record, Permission.RETENTION_HOLD),
    }


def _told(request: Any, act: HoldAct) -> dict[str, Any]:
    language = request.language
    record = request.desk.site.by_id.get(act.record) if act.record else None
    seen = isinstance(record, Dossier | Document) and request.desk.sees(record)
    return {
        "what": badge(HOLD_ACTS, act.what, language).text,
        "at": language.moment(act.at),
        "by": deeds.person_named(request, act.by),
        "reason": act.reason,
        "until": language.date(act.until) if act.until else "",
        "record": deeds.record_named(request, record)[0] if seen else "",
    }


def _one(
    name: str, fields: tuple[str, ...], deed: Callable[[Any, dict[str, str]], str]
) -> Callable[[Any], Any]:
    """Return the view that changes one hold and, refused, shows its page again."""

    def perform(request: Any) -> Any:
        values = typed(request, fields)
        try:
            said = deed(request, values)
        except Invalid as error:
            request.response.status_int = 422
            return look(request, name, Form().refuse(values, error, request.language))
        except Conflict as error:
            request.response.status_int = 409
            return look(request, name, Form(values, message=request.language.error(error)))
        address = request.route_path("hold", uid=request.matchdict["uid"])
        if name in {"lift", "release"} and not _still_seen(request):
            address = request.route_path("holds")
        return HTTPSeeOther(done(address, said))

    return perform


def _still_seen(request: Any) -> bool:
    try:
        holding.look(request.desk, request.desk.site, hold=request.matchdict["uid"])
    except Missing:
        return False
    return True


def _widen(request: Any, values: dict[str, str]) -> str:
    desk = request.desk
    records = names_of(values["records"])
    holding.widen(desk, desk.site, hold=request.matchdict["uid"], records=records)
    return "held"


def _prolong(request: Any, values: dict[str, str]) -> str:
    desk = request.desk
    holding.prolong(desk, desk.site, hold=request.matchdict["uid"], **values)
    return "hold-prolonged"


def _release(request: Any, values: dict[str, str]) -> str:
    record = request.desk.find(values["record"], (Dossier, Document))
    return _with_second(request, holding.release, record, values["reason"], said="hold-released")


def _lift(request: Any, values: dict[str, str]) -> str:
    desk = request.desk
    view = holding.look(desk, desk.site, hold=request.matchdict["uid"])
    if not view.members:
        raise Missing
    return _with_second(
        request, holding.lift_hold, view.members[0], values["reason"], said="lifted"
    )


def _with_second(request: Any, act: Any, record: Any, reason: str, *, said: str) -> str:
    """Do what lets something go, or ask the second person who must agree first."""
    words = {"hold": request.matchdict["uid"], "reason": reason}
    if permits.is_needed(request.desk, record, function=act, words=words):
        permits.ask(request.desk, record, function=act, words=words, reason=reason)
        return "second-asked"
    act(request.desk, record, **words)
    return said


def includeme(config: Any) -> None:
    listed, one = "retaining/holds.jinja2", "retaining/hold.jinja2"
    config.add_act_view(
        holding.listed, listing, route_name="holds", request_method="GET", renderer=listed
    )
    config.add_act_view(
        holding.place_on_several, place, route_name="holds", request_method="POST", renderer=listed
    )
    config.add_act_view(holding.look, look, route_name="hold", request_method="GET", renderer=one)
    for act, name, fields, deed in (
        (holding.widen, "widen", ("records",), _widen),
        (holding.prolong, "prolong", ("until", "reason"), _prolong),
        (holding.release, "release", ("record", "reason"), _release),
        (holding.lift_hold, "lift", ("reason",), _lift),
    ):
        config.add_act_view(
            act,
            _one(name, fields, deed),
            route_name=f"hold-{name}",
            request_method="POST",
            renderer=one,
        )
