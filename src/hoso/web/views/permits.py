"""Waiting for a second person: what I may agree to, what I asked for, one request."""

from __future__ import annotations

from typing import Any

from pyramid.httpexceptions import HTTPSeeOther

from hoso.access.permissions import Permission
from hoso.desk import permits
from hoso.desk.permits import PermitView
from hoso.kernel.errors import Conflict, Forbidden, Invalid
from hoso.web import deeds, words
from hoso.web.forms import Form, typed
from hoso.web.layout import done
from hoso.web.shapes import Badge, Crumb, Fact

__all__ = ["includeme"]


def listing(request: Any) -> Any:
    """Show what waits for the reader, and what the reader asked for."""
    return {
        "crumbs": (Crumb(request.language.say("Waiting for a second person")),),
        "waiting": [_line(request, view) for view in permits.waiting(request.desk)],
        "mine": [_line(request, view) for view in permits.mine(request.desk)],
    }


def _line(request: Any, view: PermitView) -> dict[str, Any]:
    permit, language = view.permit, request.language
    name, url = deeds.record_named(request, view.record)
    return {
        "act": words.say(words.VERBS, permit.verb, language),
        "url": request.route_path("permit", uid=permit.uid),
        "record": name,
        "record_url": url,
        "by": deeds.person_named(request, permit.asked_by),
        "at": language.moment(permit.asked_at),
        "reason": permit.reason,
        "state": _badge(request, view),
    }


def _badge(request: Any, view: PermitView) -> Badge:
    language = request.language
    text, tone = {
        "asked": (language.say("Waits for an answer"), "warn"),
        "agreed": (language.say("Agreed"), "good"),
        "refused": (language.say("Refused"), "bad"),
        "withdrawn": (language.say("Taken back"), ""),
        "used": (language.say("Done"), ""),
        "lapsed": (language.say("Lapsed"), ""),
    }[view.state]
    return Badge(text, tone)


def one(request: Any) -> Any:
    """Show one request."""
    return _one(request, Form())


def _one(request: Any, form: Form) -> dict[str, Any]:
    view = permits.look(request.desk, request.matchdict["uid"])
    permit, language, say = view.permit, request.language, request.language.say
    name, url = deeds.record_named(request, view.record)
    facts = [
        Fact(say("What is to be done"), words.say(words.VERBS, permit.verb, language)),
        Fact(say("Concerns"), name, url),
        *deeds.words_shown(request, permit),
        Fact(say("Why"), permit.reason),
        Fact(say("Asked by"), deeds.person_named(request, permit.asked_by)),
        Fact(say("Asked at"), language.moment(permit.asked_at)),
    ]
    if permit.decided_by:
        word = say("Refused by") if permit.state == "refused" else say("Agreed to by")
        facts.append(Fact(word, deeds.person_named(request, permit.decided_by)))
        facts.append(Fact(say("Decided at"), language.moment(permit.decided_at)))
        if permit.note:
            facts.append(Fact(say("Remark"), permit.note))
    if permit.state == "agreed":
        facts.append(Fact(say("To be done by"), language.date(permit.good_until)))
    if permit.used_by:
        facts.append(Fact(say("Done by"), deeds.person_named(request, permit.used_by)))
        facts.append(Fact(say("Done at"), language.moment(permit.used_at)))
    whom: list[str] = []
    if view.state == "asked" and view.may_withdraw and view.record is not None:
        whom = permits.who_may_agree(request.desk, view.record, Permission(permit.permission))
    return {
        "crumbs": (
            Crumb(say("Waiting for a second person"), request.route_path("permits")),
            Crumb(words.say(words.VERBS, permit.verb, language)),
        ),
        "act": words.say(words.VERBS, permit.verb, language),
        "state": _badge(request, view),
        "facts": facts,
        "view": view,
        "whom": whom,
        "form": form,
    }


def agree(request: Any) -> Any:
    """Agree to a request."""
    return _decide(request, "agreed")


def refuse(request: Any) -> Any:
    """Refuse a request, with the reason."""
    return _decide(request, "refused")


def _decide(request: Any, how: str) -> Any:
    values, uid = typed(request, ("note",)), request.matchdict["uid"]
    deed = permits.agree if how == "agreed" else permits.refuse
    try:
        deed(request.desk, uid, note=values["note"])
    except Invalid as error:
        request.response.status_int = 422
        return _one(request, Form().refuse(values, error, request.language))
    except Conflict as error:
        request.response.status_int = 409
        return _one(request, Form(values, message=request.language.error(error)))
    return HTTPSeeOther(done(request.route_path("permits"), f"second-{how}"))


def withdraw(request: Any) -> Any:
    """Take one's own request back."""
    try:
        permits.withdraw(request.desk, request.matchdict["uid"])
    except Conflict as error:
        request.response.status_int = 409
        return _one(request, Form(message=request.language.error(error)))
    return HTTPSeeOther(done(request.route_path("permits"), "second-withdrawn"))


def carry_out(request: Any) -> Any:
    """Do what was agreed to."""
    uid = request.matchdict["uid"]
    page = deeds.page_of(request, permits.look(request.desk, uid))
    if page:
        return HTTPSeeOther(page)
    try:
        answer = permits.carry_out(request.desk, uid)
    except (Invalid, Conflict, Forbidden) as error:
        if isinstance(error, Forbidden) and "entry" in error.facts:
            raise
        request.response.status_int = 409
        return _one(request, Form(message=request.language.error(error)))
    return deeds.after(request, permits.look(request.desk, uid), answer)


def includeme(config: Any) -> None:
    config.add_member_view(
        listing, route_name="permits", request_method="GET", renderer="permits/list.jinja2"
    )
    sheet = {"route_name": "permit", "renderer": "permits/permit.jinja2"}
    config.add_member_view(one, request_method="GET", **sheet)
    for name, view in (
        ("agree", agree),
        ("refuse", refuse),
        ("withdraw", withdraw),
        ("carry-out", carry_out),
    ):
        config.add_member_view(view, request_method="POST", request_param=f"do={name}", **sheet)
