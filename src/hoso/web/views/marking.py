"""The page of a mark of secrecy, what is decided on it, stubs, and the list of marks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from pyramid.httpexceptions import HTTPSeeOther

from hoso.desk import mark_register, marking, stubs
from hoso.desk.mark_register import HORIZONS, MarkLine
from hoso.desk.marking import MarkView
from hoso.kernel.errors import Conflict, Invalid
from hoso.records.model import Document, Dossier
from hoso.web import marking as shown
from hoso.web import paper, papers
from hoso.web.forms import Form, revision_of, typed, whole_number
from hoso.web.layout import done
from hoso.web.shapes import Crumb

__all__ = ["includeme"]

_NAMES = ("determined", "extended", "raised", "lowered", "lifted")
_ACTS: dict[str, Callable[..., Any]] = {
    "determined": marking.determine,
    "extended": marking.extend,
    "raised": marking.raise_,
    "lowered": marking.lower,
    "lifted": marking.lift,
}
_FIELDS = (
    "level", "basis", "determiner", "decision", "decided", "years", "until", "document",
    "copies", "recipients", "copying",
)  # fmt: skip


def see(record: Any, request: Any) -> Any:
    """Show the mark of a record with its decisions, and what may be decided."""
    return _page(request, record)


def _page(
    request: Any, record: Any, *, refused: str = "", form: Form | None = None
) -> dict[str, Any]:
    view = marking.see(request.desk, record)
    language = request.language
    title, second = paper.name_of(record, language)
    return {
        "crumbs": (*_way(request, record), Crumb(language.say("Secrecy"))),
        "title": title,
        "second": second,
        "record_url": request.resource_path(record),
        "badge": papers.level_badge(request, view.level),
        "note": shown.note_of(request, view),
        "lapsed": language.say(
            "The mark ended by itself on {day}.", day=language.date(view.steps[-1].mark.until)
        )
        if view.lapsed
        else "",
        "steps": shown.steps_of(request, view),
        "acts": list(_acts(request, view, refused=refused, form=form)),
        "notice": form if refused == "notice" and form is not None else Form(),
        "notice_url": request.resource_path(record, "mark-notice") if view.possible else "",
        "terms": shown.terms_said(request),
        "sealed": len(stubs.openable(request.desk, record)) if isinstance(record, Dossier) else 0,
        "seals": form if refused == "seals" and form is not None else Form(),
        "seals_url": request.resource_path(record, "open-seals"),
        "seal": shown.seal_of(request, record) if isinstance(record, Document) else None,
        "revision": record.revision,
    }


def _way(request: Any, record: Any) -> Iterator[Crumb]:
    say = request.language.say
    dossier = record if isinstance(record, Dossier) else record.dossier
    if dossier is None:
        yield Crumb(say("Intake"), request.route_path("intake"))
    else:
        yield Crumb(say("Dossiers"), request.route_path("dossiers"))
        yield Crumb(f"{dossier.code} – {dossier.name}", request.resource_path(dossier))
    if record is not dossier:
        title = papers.short(papers.title_of(record, request.language))
        yield Crumb(title, request.resource_path(record))


def _acts(
    request: Any, view: MarkView, *, refused: str, form: Form | None
) -> Iterator[dict[str, Any]]:
    for name in view.possible:
        denied = name == "lifted" and view.mark is None
        label, fields = shown.FORMS["denied" if denied else name]
        empty = shown.form_for(request, view, name)
        mine = refused == name and form is not None
        yield {
            "name": name,
            "denied": denied,
            "label": request.language.say(label.text),
            "url": request.resource_path(view.record, f"mark-{name}"),
            "fields": fields,
            "form": Form({**empty.values, **form.values}, form.faults, form.message, empty.choices)
            if mine and form is not None
            else empty,
            "open": mine,
        }


def _decide(name: str) -> Callable[[Any, Any], Any]:
    act = _ACTS[name]

    def view(record: Any, request: Any) -> Any:
        values = typed(request, _FIELDS)
        try:
            act(request.desk, record, typed=values, revision=revision_of(request))
        except Invalid as error:
            request.response.status_int = 422
            kept = {**values, "revision": str(record.revision)}
            refused = Form().refuse(kept, error, request.language)
        except Conflict as error:
            request.response.status_int = 409
            kept = {**values, "revision": str(record.revision)}
            refused = Form(kept, message=request.language.error(error))
        else:
            return HTTPSeeOther(done(_after(request, record), f"mark-{name}"))
        return _page(request, record, refused=name, form=refused)

    return view


def _after(request: Any, record: Any) -> str:
    """Return where to go on: who has just closed a record to himself is not sent back to it."""
    if request.desk.sees(record):
        return str(request.resource_path(record, "mark"))
    return str(request.route_path("marks"))


def notice(record: Any, request: Any) -> Any:
    """Note that the holders were told of a decision."""
    values = typed(request, ("number", "how"))
    number = whole_number(values["number"])
    try:
        marking.notice_sent(request.desk, record, number=number, how=values["how"])
    except Invalid as error:
        request.response.status_int = 422
        form = Form().refuse(values, error, request.language)
        return _page(request, record, refused="notice", form=form)
    return HTTPSeeOther(done(request.resource_path(record, "mark"), "notice-sent"))


def open_form(document: Document, request: Any) -> Any:
    """Ask why the seal of a paper is opened."""
    return _open(request, document, Form({"revision": str(document.revision)}))


def _open(request: Any, document: Document, form: Form) -> dict[str, Any]:
    say = request.language.say
    return {
        "crumbs": (*_way(request, document), Crumb(say("Open the seal"))),
        "title": papers.title_of(document, request.language),
        "form": form,
        "cancel_url": request.resource_path(document),
    }


def open_seal(document: Document, request: Any) -> Any:
    """Put the file of a stub back where papers have theirs."""
    values = typed(request, ("why",))
    form = Form({"revision": str(document.revision)})
    try:
        stubs.open_seal(request.desk, document, why=values["why"], revision=revision_of(request))
    except Invalid as error:
        request.response.status_int = 422
        return _open(request, document, form.refuse(values, error, request.language))
    return HTTPSeeOther(done(request.resource_path(document), "seal-opened"))


def open_seals(dossier: Dossier, request: Any) -> Any:
    """Open the seals of all papers of a dossier that are no secret any more."""
    values = typed(request, ("why",))
    try:
        stubs.open_all(request.desk, dossier, why=values["why"])
    except Invalid as error:
        request.response.status_int = 422
        form = Form().refuse(values, error, request.language)
        return _page(request, dossier, refused="seals", form=form)
    return HTTPSeeOther(done(request.resource_path(dossier), "seals-opened"))


def stub_form(dossier: Dossier, request: Any) -> Any:
    """Show the form that describes a secret sheet which is not scanned."""
    return _stub(request, dossier, Form({"level": "2"}))


def _stub(request: Any, dossier: Dossier, form: Form) -> dict[str, Any]:
    say = request.language.say
    clearance = request.desk.identity.clearance
    choices = {
        "type": papers.type_choices(request),
        "form": papers.form_choices(request),
        "level": tuple(
            one
            for one in papers.level_choices(request, any_=False)
            if 2 <= int(one.value) <= max(clearance, 2)
        ),
    }
    return {
        "crumbs": (*_way(request, dossier), Crumb(say("Describe a secret paper"))),
        "dossier": {"code": dossier.code, "name": dossier.name},
        "form": Form(form.values, form.faults, form.message, choices),
        # Nothing was read: the fields stand alone.
        "slots": {},
        "proposals": {},
        "day_wanted": False,
        "cancel_url": request.resource_path(dossier),
    }


def make_stub(dossier: Dossier, request: Any) -> Any:
    """Describe a secret sheet; then say where it lies."""
    values = typed(request, papers.FIELDS)
    try:
        made = stubs.make(request.desk, dossier, typed=values)
    except Invalid as error:
        request.response.status_int = 422
        return _stub(request, dossier, Form().refuse(values, error, request.language))
    return HTTPSeeOther(done(request.resource_path(made), "stub-made"))


def listing(request: Any) -> Any:
    """Show what wants a look: ends of terms, notices owed, levels nobody determined."""
    asked = whole_number(request.GET.get("days", ""))
    days = asked if asked in HORIZONS else max(HORIZONS)
    found = mark_register.listed(request.desk, request.desk.site, days=days)
    language = request.language
    say = language.say
    return {
        "crumbs": (Crumb(say("Secrecy")),),
        "days": days,
        "horizons": [
            {"days": n, "url": request.route_path("marks", _query={"days": n}), "here": n == days}
            for n in HORIZONS
        ],
        "lists": [
            {
                "id": "ending",
                "title": say("Terms that end within {n} days", n=days),
                "about": say(
                    "What is to stay secret is extended before its term ends; what is not extended "
                    "is open on the day after."
                ),
                "day": say("Last day"),
                "lines": [_ending(request, line) for line in found.ending],
            },
            {
                "id": "owed",
                "title": say("Holders to be told"),
                "about": say("Of an extension, a change or an end, within 15 days (not verified)."),
                "day": say("To be told by"),
                "lines": [_line(request, line) for line in found.owed],
            },
            {
                "id": "bare",
                "title": say("Marks without determination"),
                "about": say("The level was typed, or read from a stamp; no decision is recorded."),
                "day": "",
                "lines": [_line(request, line) for line in found.bare],
            },
            {
                "id": "endless",
                "title": say("Marks whose term is not known"),
                "about": say("They do not end by themselves."),
                "day": "",
                "lines": [_line(request, line) for line in found.endless],
            },
            {
                "id": "ended",
                "title": say("Ended by themselves in the last 90 days"),
                "about": "",
                "day": say("Last day"),
                "lines": [_line(request, line) for line in found.ended],
            },
        ],
    }


def _line(request: Any, line: MarkLine) -> dict[str, Any]:
    language = request.language
    name, second = paper.name_of(line.record, language)
    level = line.mark.level if line.mark is not None and line.mark.act != "lifted" else 0
    return {
        "title": name,
        "note": second,
        "url": request.resource_path(line.record, "mark"),
        "badge": papers.level_badge(request, max(level, line.record.level)),
        "decision": line.mark.decision if line.mark is not None else "",
        "day": language.date(line.day),
        "late": "",
    }


def _ending(request: Any, line: MarkLine) -> dict[str, Any]:
    by, verified = shown.extend_by(request, line.day)
    say = request.language.say
    said = (
        say("Decide by {day}", day=by)
        if verified
        else say("Decide by {day} (not verified)", day=by)
    )
    return {**_line(request, line), "late": said if by else ""}


def includeme(config: Any) -> None:
    for context in (Document, Dossier):
        page = {"context": context, "renderer": "marking/mark.jinja2"}
        config.add_act_view(marking.see, see, name="mark", request_method="GET", **page)
        for name in _NAMES:
            config.add_act_view(
                _ACTS[name], _decide(name), name=f"mark-{name}", request_method="POST", **page
            )
        config.add_act_view(
            marking.notice_sent, notice, name="mark-notice", request_method="POST", **page
        )
    seal = {"context": Document, "name": "open-seal", "renderer": "marking/open.jinja2"}
    config.add_act_view(stubs.open_seal, open_form, request_method="GET", **seal)
    config.add_act_view(stubs.open_seal, open_seal, request_method="POST", **seal)
    config.add_act_view(
        stubs.open_all,
        open_seals,
        context=Dossier,
        name="open-seals",
        request_method="POST",
        renderer="marking/mark.jinja2",
    )
    stub = {"context": Dossier, "name": "stub", "renderer": "marking/stub.jinja2"}
    config.add_act_view(stubs.make, stub_form, request_method="GET", **stub)
    config.add_act_view(stubs.make, make_stub, request_method="POST", **stub)
    config.add_act_view(
        mark_register.listed, listing, route_name="marks", renderer="marking/marks.jinja2"
    )
