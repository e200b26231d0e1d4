"""Handovers: what goes out and comes in, the list, checking and signing for it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from pyramid.httpexceptions import HTTPSeeOther

from hoso.access.permissions import Permission
from hoso.desk import handing_over, handover_views, units
from hoso.desk.handover_views import HandoverView
from hoso.http.downloads import attachment
from hoso.kernel.errors import Conflict, Forbidden, Invalid
from hoso.records.units import all_units
from hoso.web import handovers
from hoso.web.forms import Choice, Form, revision_of, typed
from hoso.web.layout import done, offers
from hoso.web.places import unit_choices
from hoso.web.shapes import Badge, Crumb, Fact
from hoso.web.words import Word, badge

__all__ = ["includeme"]

_SENT = ("unit", "codes", "target", "agency", "decision", "envelope")
_CODES = re.compile(r"[\s,;]+")
_CHANGES = {
    "gone": Word("The dossier is gone, or another unit keeps it."),
    "missing": Word("A paper of the list is no longer filed."),
    "added": Word("A paper was filed since."),
    "changed": Word("The file of a paper is another."),
}
_SHOWS = (("", Word("Under way")), ("late", Word("Overdue")), ("closed", Word("Closed")))


def listing(request: Any) -> Any:
    """Show the handovers of the reader's units."""
    which = request.GET.get("show", "")
    views = handover_views.listed(
        request.desk, request.desk.site, late=which == "late", closed=which == "closed"
    )
    say = request.language.say

    def url(show: str) -> str:
        return str(request.route_path("custody", _query={"show": show} if show else {}))

    return {
        "crumbs": (Crumb(say("Handovers")),),
        "which": which,
        "shows": [
            {"label": say(label.text), "url": url(show), "current": show == which}
            for show, label in _SHOWS
        ],
        "lines": [_line(request, view) for view in views],
        "new_url": request.route_path("custody-new")
        if offers(request, Permission.CUSTODY_SEND)
        else "",
    }


def _line(request: Any, view: HandoverView) -> dict[str, Any]:
    language, one = request.language, view.handover
    return {
        "number": one.number,
        "url": request.route_path("handover", number=one.number),
        "source": view.source.name if view.source is not None else one.source,
        "target": one.agency or (view.target.name if view.target is not None else one.target),
        "dossiers": language.number(len(one.lines)),
        "sent": language.moment(one.sent_at),
        "due": language.date(one.due),
        "state": state_badges(request, view),
    }


def state_badges(request: Any, view: HandoverView) -> list[Badge]:
    """Return how a handover stands, and how late it is."""
    language = request.language
    found = [badge(handovers.STATES, view.handover.state, language)]
    if view.late:
        late = language.count("{n} day late", "{n} days late", view.late)
        found.append(Badge(late, "bad"))
    return found


def new(request: Any) -> Any:
    """Show the form that sends dossiers."""
    return _new(request, Form({"codes": request.GET.get("dossier", "").strip()[:60]}))


def _new(request: Any, form: Form) -> dict[str, Any]:
    say = request.language.say
    mine = units.choices(request.desk, Permission.CUSTODY_SEND)
    values = dict(form.values)
    asked = request.desk.site.dossiers.get(values.get("codes", ""))
    if "unit" not in values and asked is not None and request.desk.sees(asked):
        values["unit"] = asked.unit.key
    return {
        "crumbs": (
            Crumb(say("Handovers"), request.route_path("custody")),
            Crumb(say("Hand dossiers over")),
        ),
        "form": Form(
            values,
            form.faults,
            form.message,
            {
                "unit": unit_choices(mine),
                "target": (
                    Choice("", say("– another agency, named below –")),
                    *unit_choices(all_units(request.desk.site)),
                ),
            },
        ),
        "cancel_url": request.route_path("custody"),
    }


def send(request: Any) -> Any:
    """Freeze, sign and send the list."""
    values = typed(request, _SENT)
    try:
        made = handing_over.send(
            request.desk,
            request.desk.unit(values["unit"]),
            codes=_CODES.split(values["codes"]),
            target=values["target"],
            agency=values["agency"],
            decision=values["decision"],
            envelope=values["envelope"],
            told=handovers.teller(request.house),
            reason=handovers.reason(),
        )
    except Invalid as error:
        request.response.status_int = 422
        return _new(request, Form().refuse(values, error, request.language))
    address = request.route_path("handover", number=made.number)
    return HTTPSeeOther(done(address, "custody-sent"))


def look(request: Any) -> Any:
    """Show one handover: its list, what was answered, what may be done."""
    return _page(request)


def _page(request: Any, *, form: Form | None = None, refused: str = "") -> dict[str, Any]:
    number = request.matchdict["number"]
    view = handover_views.look(request.desk, request.desk.site, handover=number)
    language, one = request.language, view.handover
    say = language.say
    return {
        "crumbs": (
            Crumb(say("Handovers"), request.route_path("custody")),
            Crumb(one.number),
        ),
        "number": one.number,
        "badges": state_badges(request, view),
        "facts": [fact for fact in _facts(request, view) if fact.text],
        "lines": [
            {
                "code": line.code,
                "name": say("(destroyed since)") if line.code in view.destroyed else line.name,
                "papers": language.number(len(line.papers)),
                "count": str(len(line.papers)),
                "pages": language.number(line.pages),
                "place": line.place,
                "list": [
                    {
                        "type": paper.type,
                        "number": paper.number,
                        "date": language.date(paper.date),
                        "title": paper.title,
                        "pages": language.number(paper.pages),
                        "sha256": paper.sha256,
                    }
                    for paper in (() if line.code in view.destroyed else line.papers)
                ],
            }
            for line in view.lines
        ],
        "changes": [f"{code}: {say(_CHANGES[what].text)}" for code, _, what in view.changes],
        "papers": [
            {
                "name": name,
                "url": request.route_path("handover-paper", number=one.number, name=name),
                "size": language.size(rendition.size),
            }
            for name, rendition in one.renditions.items()
        ],
        "steps": [
            {
                "label": badge(handovers.STEPS, step.step, language).text,
                "at": language.moment(step.at),
                "by": step.by,
                "text": step.text,
                "digest": step.digest,
            }
            for step in one.steps
        ],
        "state": one.state,
        "outside": bool(one.agency),
        "may_send": view.may_send,
        "may_receive": view.may_receive,
        "revision": one.revision,
        "form": form or Form(),
        "refused": refused,
        "blank": Form(),
    }


def _facts(request: Any, view: HandoverView) -> tuple[Fact, ...]:
    language, one = request.language, view.handover
    say = language.say
    return (
        Fact(say("Sending unit"), view.source.name if view.source is not None else one.source),
        Fact(
            say("Handed over to"),
            one.agency or (view.target.name if view.target is not None else one.target),
        ),
        Fact(say("Number of the decision"), one.decision),
        Fact(say("Number of the sealed envelope"), one.envelope),
        Fact(say("Sent"), language.moment(one.sent_at)),
        Fact(say("To be signed for by"), language.date(one.due)),
        Fact(say("SHA-256 of the list"), one.manifest, code=True),
        Fact(say("SHA-256 of the answer"), one.answer, code=True),
    )


def _deed(name: str, said: str, do: Any) -> Any:
    """Return the view of one deed on a handover; refused, the page is shown with its form."""

    def view(request: Any) -> Any:
        values = {key: value for key, value in request.POST.items() if isinstance(value, str)}
        values = typed(request, values)
        try:
            do(request, values)
        except Invalid as error:
            request.response.status_int = 422
            form = Form().refuse(values, error, request.language)
            return _page(request, form=form, refused=name)
        except Conflict as error:
            request.response.status_int = 409
            form = Form(values, message=request.language.error(error))
            return _page(request, form=form, refused=name)
        number = request.matchdict["number"]
        return HTTPSeeOther(done(request.route_path("handover", number=number), said))

    return view


def _unit(request: Any, *, answering: bool) -> Any:
    """Return the unit at which the reader does something to a handover."""
    number = request.matchdict["number"]
    view = handover_views.look(request.desk, request.desk.site, handover=number)
    found = view.target if answering and view.handover.target else view.source
    if found is None:
        raise Forbidden
    return found


def _receive(request: Any, values: Mapping[str, str]) -> None:
    def of(prefix: str) -> dict[str, str]:
        found = values.items()
        return {k.removeprefix(prefix): v for k, v in found if k.startswith(prefix)}

    handing_over.receive(
        request.desk,
        _unit(request, answering=True),
        handover=request.matchdict["number"],
        envelope=values.get("envelope", ""),
        counted=of("count-"),
        notes=of("note-"),
        told=handovers.teller(request.house),
        reason=handovers.reason(),
        signed_by=values.get("signed_by", ""),
        revision=revision_of(request),
    )


def _answer(act: Any, *, answering: bool) -> Any:
    def do(request: Any, values: Mapping[str, str]) -> None:
        act(
            request.desk,
            _unit(request, answering=answering),
            handover=request.matchdict["number"],
            reason=values.get("reason", ""),
            revision=revision_of(request),
        )

    return do


def take(request: Any) -> Any:
    """Send a paper of a handover to be saved."""
    number, name = request.matchdict["number"], request.matchdict["name"]
    found = handover_views.take(request.desk, request.desk.site, handover=number, name=name)
    stem = request.language.say("Handover")
    return attachment(found, name=f"{stem} {number} {name.rpartition('.')[0]}")


def includeme(config: Any) -> None:
    config.add_act_view(
        handover_views.listed, listing, route_name="custody", renderer="handing-over/list.jinja2"
    )
    form = {"route_name": "custody-new", "renderer": "handing-over/new.jinja2"}
    config.add_act_view(handing_over.send, new, request_method="GET", **form)
    config.add_act_view(handing_over.send, send, request_method="POST", **form)
    one = {"route_name": "handover", "renderer": "handing-over/handover.jinja2"}
    config.add_act_view(handover_views.look, look, request_method="GET", **one)
    config.add_act_view(
        handover_views.take, take, route_name="handover-paper", request_method="GET"
    )
    acts = handing_over
    for name, said, act, do in (
        ("receive", "custody-received", acts.receive, _receive),
        ("refuse", "custody-refused", acts.refuse, _answer(acts.refuse, answering=True)),
        ("dispute", "custody-disputed", acts.dispute, _answer(acts.dispute, answering=True)),
        (
            "answer",
            "custody-answered",
            acts.answer_dispute,
            _answer(acts.answer_dispute, answering=False),
        ),
        ("recall", "custody-recalled", acts.recall, _answer(acts.recall, answering=False)),
    ):
        config.add_act_view(
            act,
            _deed(name, said, do),
            request_method="POST",
            request_param=f"do={name}",
            **one,
        )
