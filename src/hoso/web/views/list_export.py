"""The list of a search as a file to be saved; many lines only with a second person."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pyramid.httpexceptions import HTTPSeeOther
from pyramid.response import FileIter, Response

from hoso.access.permissions import Permission
from hoso.desk import list_export, permits, units
from hoso.desk.act import NoPermit
from hoso.desk.list_files import KINDS
from hoso.desk.permits import PermitView
from hoso.desk.questions import Question
from hoso.desk.refusals import journal_refusal
from hoso.kernel.clock import civil_day
from hoso.kernel.errors import Conflict, Invalid, Missing
from hoso.records.model import Unit
from hoso.web import questions
from hoso.web.forms import Choice, Form, typed
from hoso.web.layout import done
from hoso.web.places import unit_choices
from hoso.web.shapes import Crumb
from hoso.web.words import LIST_HEADINGS, LIST_KINDS, PERMIT_STATES, badge, say

__all__ = ["includeme"]

_FIELDS = ("unit", "purpose", "kind", "note")
_TYPES = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def form(request: Any) -> Any:
    """Show what a list is made of, and ask what it is for."""
    question = questions.asked(request.GET)
    if question.is_empty:
        return HTTPSeeOther(request.route_path("search"))
    values = {name: str(request.GET.get(name, "")).strip() for name in _FIELDS}
    return _page(request, question, _form(request, values))


def _form(request: Any, values: dict[str, str]) -> Form:
    language = request.language
    mine = units.choices(request.desk, Permission.SEARCH_EXPORT)
    values = {**values, "unit": values["unit"] or _top(request)}
    purposes = list_export.purposes(request.house.rulebook).values()
    return Form(
        {**values, "kind": values["kind"] or KINDS[0]},
        choices={
            "unit": unit_choices(mine),
            "kind": tuple(Choice(kind, say(LIST_KINDS, kind, language)) for kind in KINDS),
            "purpose": (
                Choice("", language.say("– choose –")),
                *(Choice(term.code, language.label(term.label)) for term in purposes),
            ),
        },
    )


def _top(request: Any) -> str:
    """Return the key of the first unit one may take lists of; that of the whole body, mostly."""
    found = list_export.units_of(request.desk)
    if not found:
        raise Missing
    return found[0].key


def _page(request: Any, question: Question, form: Form) -> dict[str, Any]:
    say_ = request.language.say
    unit = request.desk.unit(form.value("unit"))
    address = questions.Address(request, question)
    words = _words(question, form.values)
    rows, fault = 0, ""
    try:
        rows = list_export.lines_of(request.desk, unit, query=words["query"])
        many = permits.is_needed(request.desk, unit, function=list_export.export, words=words)
    except Invalid as error:
        many, fault = False, "; ".join(map(request.language.error, error.faults))
    second = list_export.export.act.second  # type: ignore[attr-defined]
    return {
        "crumbs": (Crumb(say_("Search"), address.url), Crumb(say_("Take the list out"))),
        "form": form,
        "fault": fault,
        "asked": question.text,
        "chips": [chip["label"] for chip in questions.chips(request, question, address)],
        "fields": questions.hidden(question),
        "rows": rows,
        "many": many,
        "who": permits.who_may_agree(request.desk, unit, second.permission) if many else [],
        "back_url": address.url,
        "permits": list(_permits(request)),
    }


def _words(question: Question, values: Any) -> dict[str, str]:
    """Return the words of the act, as a second person agrees to them."""
    return {
        "query": list_export.as_text(question),
        **{name: values.get(name, "") for name in ("kind", "purpose", "note")},
    }


def _permits(request: Any) -> Iterator[dict[str, Any]]:
    """Yield the lists one asked a second person for and has not taken out yet."""
    language = request.language
    for view in permits.mine(request.desk):
        words = dict(view.permit.words)
        if view.permit.verb != "search.exported" or view.state not in {"asked", "agreed"}:
            continue
        if not isinstance(view.record, Unit):
            continue
        question = list_export.from_text(str(words["query"]))
        yield {
            "asked": question.text or language.say("every paper"),
            "at": language.moment(view.permit.asked_at),
            "by": view.permit.decided_by,
            "badge": badge(PERMIT_STATES, view.state, language),
            "may_use": view.may_use,
            "fields": [*questions.hidden(question), *_hidden(view, words)],
        }


def _hidden(view: PermitView, words: dict[str, Any]) -> Iterator[tuple[str, str]]:
    yield "unit", view.record.key
    for name in ("kind", "purpose", "note"):
        yield name, str(words[name])


def take(request: Any) -> Any:
    """Write the list and send it; or ask a second person for it."""
    question, values = questions.asked(request.POST), typed(request, _FIELDS)
    unit = request.desk.unit(values["unit"])
    words = _words(question, values)
    try:
        if request.POST.get("do") == "ask":
            permits.ask(
                request.desk,
                unit,
                function=list_export.export,
                words=words,
                reason=values["note"],
            )
            again = [*questions.hidden(question), *((n, values[n]) for n in _FIELDS)]
            url = request.route_path("search-export", _query=again)
            return HTTPSeeOther(done(url, "permit-asked"))
        return _send(request, unit, words)
    except NoPermit as error:
        # The page is shown again with the way to ask; a refusal is a refusal all the same.
        journal_refusal(request.house, error)
        request.response.status_int = 403
        refused = Form(message=request.language.error(error))
    except Conflict as error:
        request.response.status_int = 409
        refused = Form(message=request.language.error(error))
    except Invalid as error:
        request.response.status_int = 422
        refused = Form().refuse(values, error, request.language)
    filled = _form(request, values)
    return _page(
        request, question, Form(filled.values, refused.faults, refused.message, filled.choices)
    )


def _send(request: Any, unit: Unit, words: dict[str, str]) -> Response:
    language = request.language
    request.house.spool.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="list-", dir=request.house.spool))
    try:
        table = list_export.export(
            request.desk,
            unit,
            **words,
            to=folder,
            language=language.code,
            headings={name: language.say(word.text) for name, word in LIST_HEADINGS.items()},
        )
        # Open before the folder goes: the bytes live as long as the answer needs them.
        stream = table.path.open("rb")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    response = Response(content_type=_TYPES[table.kind])
    response.app_iter = FileIter(stream)
    response.content_length = table.size
    name = f"hoso-{civil_day(request.desk.now)}.{table.kind}"
    response.content_disposition = f'attachment; filename="{name}"'
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


def includeme(config: Any) -> None:
    page = {"route_name": "search-export", "renderer": "searching/export.jinja2"}
    config.add_act_view(list_export.export, form, request_method="GET", **page)
    config.add_act_view(list_export.export, take, request_method="POST", **page)
