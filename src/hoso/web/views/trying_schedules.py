"""Another retention schedule beside the one in force: send it, see what would move, take it out."""

from __future__ import annotations

from typing import Any

from pyramid.httpexceptions import HTTPSeeOther
from pyramid.response import Response

from hoso.desk import retention_rehearsing as trying
from hoso.desk.retention_rehearsing import Tried
from hoso.kernel.dates import parse_typed
from hoso.kernel.errors import Conflict, Fault, Invalid
from hoso.retention.rehearsing import KINDS
from hoso.web.forms import Form, typed
from hoso.web.layout import done
from hoso.web.shapes import Crumb, Fact
from hoso.web.words import MOVES, badge

__all__ = ["includeme"]

#: Bytes of one file that is looked at; a schedule is some tables of some hundred lines.
_LARGEST = 1_000_000


def listing(request: Any, form: Form | None = None) -> dict[str, Any]:
    """Show the schedules one has on trial, and the form to send one."""
    language, desk = request.language, request.desk
    return {
        "crumbs": (
            Crumb(language.say("Due for disposal"), request.route_path("due")),
            Crumb(language.say("Try another schedule")),
        ),
        "form": form or Form({"on": language.date(desk.today)}),
        "lines": [_line(request, one) for one in trying.listed(desk, desk.site)],
        "url": request.route_path("schedules"),
        "rulebook": desk.rulebook.digest,
    }


def _line(request: Any, tried: Tried) -> dict[str, Any]:
    language = request.language
    return {
        "url": request.route_path("schedule", uid=tried.uid),
        "at": language.moment(tried.at),
        "files": ", ".join(tried.files),
        "on": language.date(tried.on),
        "far": _far(request, tried),
        "remove_url": request.route_path("schedule-remove", uid=tried.uid),
    }


def _far(request: Any, tried: Tried) -> str:
    language = request.language
    if tried.error:
        return str(language.say("Given up"))
    if tried.is_done:
        return str(language.say("Done: {n} dossiers", n=language.number(tried.done)))
    # How many dossiers there are is not for everybody: a part of them says how long it takes.
    part = 100 * tried.done // tried.total if tried.total else 0
    return str(language.say("{part} % of the dossiers", part=language.number(min(part, 99))))


def begin(request: Any) -> Any:
    """Take the files of a schedule, check them as at a start, and let them be tried."""
    values = typed(request, ("on",))
    desk = request.desk
    try:
        uid = trying.begin(desk, desk.site, files=_files(request), on=_day(request, values["on"]))
    except Invalid as error:
        request.response.status_int = 422
        return listing(request, _refused(request, values, error))
    except Conflict as error:
        request.response.status_int = 409
        return listing(request, Form(values, message=request.language.error(error)))
    return HTTPSeeOther(done(request.route_path("schedule", uid=uid), "schedule-laid"))


def _refused(request: Any, values: dict[str, str], error: Invalid) -> Form:
    """Return the form with the day's fault beside it and every fault of the files under them."""
    files, others = [], {}
    for fault in error.faults:
        said = request.language.error(fault)
        if fault.field == "on":
            others["on"] = (said,)
        else:
            files.append(said if fault.field == "with" else f"{fault.field}: {said}")
    faults = {**others, **({"files": tuple(files)} if files else {})}
    return Form(values, faults, request.language.error(error))


def _day(request: Any, text: str) -> Any:
    try:
        day = parse_typed(text).exact if text else request.desk.today
    except ValueError:
        day = None
    if day is None:
        raise Invalid([Fault("on", "Write the day as 05/09/2024.")])
    return day


def _files(request: Any) -> dict[str, str]:
    faults, found = [], {}
    for sent in request.POST.getall("files"):
        if not getattr(sent, "filename", ""):
            continue
        raw = sent.file.read(_LARGEST + 1)
        try:
            if len(raw) > _LARGEST:
                raise ValueError
            found[str(sent.filename)] = raw.decode("utf-8")
        except ValueError:
            name = str(sent.filename)
            faults.append(Fault("with", "{name} is no UTF-8 text of a schedule.", {"name": name}))
    if faults:
        raise Invalid(faults)
    return found


def look(request: Any) -> dict[str, Any]:
    """Show how far a trial is and what would move, class by class."""
    language, desk = request.language, request.desk
    tried = trying.look(desk, desk.site, rehearsal=request.matchdict["uid"])
    say, sums = language.say, tried.sums
    stays = sum(many for (_, kind), many in tried.counts.items() if not kind)
    return {
        "crumbs": (
            Crumb(say("Due for disposal"), request.route_path("due")),
            Crumb(say("Try another schedule"), request.route_path("schedules")),
            Crumb(language.moment(tried.at)),
        ),
        "facts": (
            Fact(say("The files"), ", ".join(tried.files)),
            Fact(say("On the date"), language.date(tried.on)),
            Fact(say("How far"), _far(request, tried)),
            Fact(say("Rulebook in force"), desk.rulebook.digest[:16], code=True),
            Fact(say("Rulebook with it"), tried.digest[:16], code=True),
        ),
        "error": tried.error,
        "is_done": tried.is_done,
        "sums": [
            {"kind": badge(MOVES, kind, language), "many": sums[kind]}
            for kind in KINDS
            if sums[kind]
        ],
        "stays": stays,
        "classes": list(_classes(request, tried)),
        "list_url": request.route_path("schedule-list", uid=tried.uid),
        "remove_url": request.route_path("schedule-remove", uid=tried.uid),
    }


def _classes(request: Any, tried: Tried) -> Any:
    known = request.house.rulebook.retention_classes
    for class_ in sorted({key for key, _ in tried.counts}):
        label = request.language.label(known[class_].label) if class_ in known else class_
        for kind in (*KINDS, ""):
            many = tried.counts.get((class_, kind), 0)
            if many:
                move = badge(MOVES, kind, request.language)
                yield {"label": label, "kind": move, "many": many}


def take_out(request: Any) -> Any:
    """Send the list of what would move."""
    desk = request.desk
    pieces = trying.take_out(desk, desk.site, rehearsal=request.matchdict["uid"])
    response = Response(content_type="text/csv", charset="utf-8")
    # With a byte order mark, so that spreadsheets read Vietnamese as it is written.
    response.text = "\ufeff" + "".join(pieces)
    response.content_disposition = 'attachment; filename="moves.csv"'
    return response


def remove(request: Any) -> Any:
    """Put a schedule on trial away."""
    desk = request.desk
    trying.forget(desk, desk.site, rehearsal=request.matchdict["uid"])
    return HTTPSeeOther(done(request.route_path("schedules"), "schedule-removed"))


def includeme(config: Any) -> None:
    listed = "retaining/schedules.jinja2"
    for act, view, route, method, renderer in (
        (trying.listed, listing, "schedules", "GET", listed),
        (trying.begin, begin, "schedules", "POST", listed),
        (trying.look, look, "schedule", "GET", "retaining/schedule.jinja2"),
        (trying.take_out, take_out, "schedule-list", "GET", None),
        (trying.forget, remove, "schedule-remove", "POST", None),
    ):
        shown = {"renderer": renderer} if renderer else {}
        config.add_act_view(act, view, route_name=route, request_method=method, **shown)
