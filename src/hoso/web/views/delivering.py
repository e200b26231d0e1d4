"""Packages that leave: all of them, those of one dossier, one with its way and its receipts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pyramid.httpexceptions import HTTPSeeOther

from hoso.desk import archive_receipts, archive_standing, delivering, permits
from hoso.desk.delivering import ExportView
from hoso.kernel.errors import Conflict, Forbidden, Invalid
from hoso.preservation.delivery.model import Export, Receipt, Sending
from hoso.preservation.delivery.receipt import LARGEST
from hoso.preservation.delivery.together import way_of
from hoso.records.model import Dossier, Reason
from hoso.web.deeds import person_named
from hoso.web.forms import Choice, Form, typed
from hoso.web.layout import done
from hoso.web.parts_of_packages import name_of, part_lines, state_badge, way_badges
from hoso.web.shapes import Badge, Crumb, Fact
from hoso.web.words import PACKAGE_STATES, SENDING_STATES, badge

__all__ = ["includeme"]


def listing(request: Any) -> Any:
    """List packages, the newest first."""
    desk, before = request.desk, request.GET.get("before", "")
    views = delivering.listing(desk, desk.site, before=before)
    last = views[-1].export.made_at if len(views) == delivering.AT_ONCE else ""
    return {
        "crumbs": (Crumb(request.language.say("Packages")),),
        "lines": [_line(request, view) for view in views],
        "more_url": request.route_path("packages", _query={"before": last}) if last else "",
        "dossier": None,
        "destinations": [{"name": one.name, "where": one.where} for one in desk.house.destinations],
    }


def _line(request: Any, view: ExportView) -> dict[str, Any]:
    export, language = view.export, request.language
    together = view.together
    return {
        "part": name_of(request, export),
        "url": request.route_path("package", uid=export.uid),
        "code": export.code,
        "name": view.dossier.name,
        "dossier_url": request.resource_path(view.dossier, "packages"),
        "profile": export.profile,
        "why": export.why,
        "at": language.moment(export.made_at),
        "by": person_named(request, export.made_by),
        "files": language.number(sum(one.files for one in together)),
        "size": language.size(sum(one.octets for one in together)),
        "state": state_badge(request, together),
        "ways": way_badges(request, together),
    }


def of_dossier(dossier: Dossier, request: Any) -> Any:
    """List the packages of a dossier, with the form for another."""
    return _of_dossier(dossier, request, Form({"profile": "bagit"}))


def _of_dossier(dossier: Dossier, request: Any, form: Form) -> dict[str, Any]:
    desk, language = request.desk, request.language
    choices = {"profile": tuple(Choice(one, one) for one in delivering.profiles(desk))}
    return {
        "crumbs": (
            Crumb(dossier.code, request.resource_path(dossier)),
            Crumb(language.say("Packages")),
        ),
        "lines": [_line(request, view) for view in delivering.of_dossier(desk, dossier)],
        "more_url": "",
        "dossier": {"code": dossier.code, "name": dossier.name},
        "freeze_url": request.resource_path(dossier, "packages"),
        "form": Form(form.values, form.faults, form.message, choices),
        "destinations": [],
    }


def freeze(dossier: Dossier, request: Any) -> Any:
    """Freeze a package of a dossier."""
    values = typed(request, ("profile", "reason"))
    try:
        export = delivering.freeze(request.desk, dossier, **values)
    except Invalid as error:
        request.response.status_int = 422
        # What keeps an archive from taking the dossier has no field of its own here.
        own = [one for one in error.faults if one.field in values]
        others = [one for one in error.faults if one.field not in values]
        form = Form().refuse(values, Invalid(own), request.language)
        said = tuple(request.language.error(one) for one in others)
        faults = {**form.faults, "profile": (*form.faults.get("profile", ()), *said)}
        message = request.language.error(error)
        return _of_dossier(dossier, request, Form(values, faults, message))
    return HTTPSeeOther(done(request.route_path("package", uid=export.uid), "package-frozen"))


# One package ---------------------------------------------------------------------------------


def one(request: Any) -> Any:
    """Show one package."""
    return _one(request, {})


def _one(request: Any, forms: Mapping[str, Form]) -> dict[str, Any]:
    desk, language, say = request.desk, request.language, request.language.say
    export, dossier = delivering.find(desk, request.matchdict["uid"])
    view = delivering.look(desk, dossier, export=export.uid)
    choices = {"to": tuple(Choice(one.name, f"{one.name} – {one.where}") for one in view.open_to)}
    send = forms.get("send", Form())
    return {
        "crumbs": (
            Crumb(say("Packages"), request.route_path("packages")),
            Crumb(f"{export.code} · {export.profile}"),
        ),
        "code": export.code,
        "part": name_of(request, export),
        "parts": part_lines(request, view),
        "state": badge(PACKAGE_STATES, export.state, language),
        "is_settling": export.state == "frozen",
        "facts": _facts(request, view),
        "digests": _digests(request, export),
        "problems": [_sentence(request, problem) for problem in export.problems],
        "file_url": request.route_path("package-file", uid=export.uid) if view.may_take else "",
        "unreadable": view.unreadable,
        "ways": [_way(request, view, one) for one in export.sendings.values()],
        "may_send": view.may_send,
        "destinations": request.house.destinations,
        "send": Form(send.values, send.faults, send.message, choices),
        "second": bool(
            view.open_to
            and permits.is_needed(
                desk,
                dossier,
                function=delivering.send,
                words={"export": export.uid, "to": view.open_to[0].name},
            )
        ),
        "receipts": [_receipt(request, one) for one in reversed(export.receipts)],
        "may_answer": view.may_answer,
        "receipt": forms.get("receipt", Form()),
        "foreseen": _foreseen(request, export, dossier),
        "may_cancel": view.may_cancel,
        "cancel": forms.get("cancel", Form()),
    }


def _foreseen(request: Any, export: Export, dossier: Dossier) -> str:
    """Say what an acceptance would do to the status of the dossier."""
    reason = archive_standing.foreseen(request.desk, dossier, export)
    return _sentence(request, reason) if reason is not None else ""


def _facts(request: Any, view: ExportView) -> list[Fact]:
    export, language, say = view.export, request.language, request.language.say
    found = [
        Fact(
            say("Dossier"),
            f"{export.code} – {view.dossier.name}",
            request.resource_path(view.dossier),
        ),
        Fact(say("Kind of package"), export.profile),
        Fact(say("Made for"), export.why),
        Fact(say("Frozen by"), person_named(request, export.made_by)),
        Fact(say("Frozen at"), language.moment(export.made_at)),
        Fact(say("Papers in the package"), language.number(len(export.papers))),
        Fact(say("Files"), language.number(export.files)),
        Fact(say("Bytes of the files"), language.number(export.octets)),
    ]
    if export.left_out:
        found.append(
            Fact(say("Kept as a description only, not in it"), language.number(export.left_out))
        )
    if export.checked_at:
        found.append(
            Fact(say("Read through and found equal at"), language.moment(export.checked_at))
        )
    if export.ended_at:
        found.append(Fact(say("Ended at"), language.moment(export.ended_at)))
        found.append(Fact(say("Ended by"), person_named(request, export.ended_by)))
    if export.ended_why:
        found.append(Fact(say("Why"), export.ended_why))
    return found


def _digests(request: Any, export: Export) -> list[Fact]:
    say = request.language.say
    return [
        Fact(say("Name of the package"), export.top, code=True),
        Fact(
            say("SHA-512 over everything in it ({file})", file=export.covering),
            export.covering512,
            code=True,
        ),
        Fact(say("Payload (bytes.files)"), f"{export.octets}.{export.files}", code=True),
    ]


def _way(request: Any, view: ExportView, sending: Sending) -> dict[str, Any]:
    language = request.language
    is_part = view.export.is_part
    state = sending.state if is_part else way_of(view.together, sending.destination)
    return {
        "to": sending.destination,
        "state": badge(SENDING_STATES, state, language),
        "by": person_named(request, sending.ordered_by),
        "at": language.moment(sending.ordered_at),
        "next": language.moment(sending.not_before)
        if sending.state == "waiting" and sending.tries
        else "",
        "sha256": sending.sha256,
        "tries": [
            {
                "at": language.moment(one.at),
                "size": language.size(one.offset),
                "resumed": language.size(one.resumed) if one.resumed else "",
                "why": _sentence(request, one.why) if one.why is not None else "",
            }
            for one in reversed(sending.attempts)
        ],
        "may_retry": view.may_send and state in {"stuck", "waiting"},
        "may_stop": not view.export.is_part and state in {"stuck", "waiting", "under-way"},
    }


def _sentence(request: Any, reason: Reason) -> str:
    return str(request.language.say(reason.message, **dict(reason.facts)))


def _receipt(request: Any, receipt: Receipt) -> dict[str, Any]:
    language, say = request.language, request.language.say
    accepted = receipt.outcome == "accepted"
    return {
        "state": Badge(
            say("Taken over") if accepted else say("Not accepted"), "good" if accepted else "bad"
        ),
        "facts": [
            Fact(say("Archive"), receipt.archive),
            Fact(say("Kept there under"), receipt.aip),
            Fact(say("Accession number"), receipt.accession),
            Fact(say("Received there at"), language.moment(receipt.received)),
            Fact(say("Signed by"), receipt.signer),
            Fact(say("Taken in by"), person_named(request, receipt.by)),
            Fact("SHA-256", receipt.sha256, code=True),
        ],
    }


def act(request: Any) -> Any:
    """Do what a button of the page says, and show the page again."""
    desk, uid = request.desk, request.matchdict["uid"]
    _export, dossier = delivering.find(desk, uid)
    name = request.POST.get("do", "")
    values = typed(request, ("to", "reason"))
    said = _DONE[name]
    try:
        if name == "send":
            said = _send(request, dossier, values, said)
        elif name == "again":
            delivering.again(desk, dossier, export=uid, to=values["to"])
        elif name == "stop":
            delivering.stop(desk, dossier, export=uid, to=values["to"])
        elif name == "cancel":
            delivering.cancel(desk, dossier, export=uid, reason=values["reason"])
        else:
            _take(request, dossier)
    except (Invalid, Conflict, Forbidden) as error:
        if isinstance(error, Forbidden) and "entry" in error.facts:
            raise
        return _refused(request, name, values, error)
    return HTTPSeeOther(done(request.route_path("package", uid=uid), said))


_DONE = {
    "send": "package-sent",
    "again": "package-again",
    "stop": "package-stopped",
    "cancel": "package-cancelled",
    "receipt": "package-answered",
}


def _send(request: Any, dossier: Dossier, values: Mapping[str, str], said: str) -> str:
    """Have it sent, or ask the second person where one is needed."""
    desk, words = request.desk, {"export": request.matchdict["uid"], "to": values["to"]}
    if not permits.is_needed(desk, dossier, function=delivering.send, words=words):
        delivering.send(desk, dossier, **words)
        return said
    permits.ask(desk, dossier, function=delivering.send, words=words, reason=values["reason"])
    return "second-asked"


def _take(request: Any, dossier: Dossier) -> None:
    archive_receipts.take(
        request.desk,
        dossier,
        export=request.matchdict["uid"],
        content=_sent(request, "content"),
        signature=_sent(request, "signature"),
    )


def _sent(request: Any, name: str) -> bytes:
    sent = request.POST.get(name)
    if not getattr(sent, "file", None):
        return b""
    sent.file.seek(0)
    content: bytes = sent.file.read(LARGEST + 1)
    return content


def _refused(
    request: Any, name: str, values: Mapping[str, str], error: Invalid | Conflict | Forbidden
) -> Any:
    if isinstance(error, Invalid):
        request.response.status_int = 422
        return _one(request, {name: Form().refuse(values, error, request.language)})
    request.response.status_int = 409 if isinstance(error, Conflict) else 403
    return _one(request, {name: Form(values, message=request.language.error(error))})


def includeme(config: Any) -> None:
    config.add_act_view(
        delivering.listing,
        listing,
        route_name="packages",
        request_method="GET",
        renderer="delivering/list.jinja2",
    )
    here = {"context": Dossier, "name": "packages", "renderer": "delivering/list.jinja2"}
    config.add_act_view(delivering.of_dossier, of_dossier, request_method="GET", **here)
    config.add_act_view(delivering.freeze, freeze, request_method="POST", **here)
    sheet = {"route_name": "package", "renderer": "delivering/package.jinja2"}
    config.add_act_view(delivering.look, one, request_method="GET", **sheet)
    for name, deed in (
        ("send", delivering.send),
        ("again", delivering.again),
        ("stop", delivering.stop),
        ("cancel", delivering.cancel),
        ("receipt", archive_receipts.take),
    ):
        config.add_act_view(deed, act, request_method="POST", request_param=f"do={name}", **sheet)
