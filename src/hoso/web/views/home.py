"""The first page: what waits for this reader, by what they may do."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pyramid.httpexceptions import HTTPSeeOther

from hoso.access.permissions import Permission
from hoso.desk import deadlines, intake, keeping, lending, mark_register, saved_searches, searching
from hoso.desk.intake import Tray
from hoso.desk.keeping import DueLine
from hoso.kernel.errors import NotReady
from hoso.web import awaited, papers
from hoso.web import deadlines as shown_deadlines
from hoso.web import keeping as shown_keeping
from hoso.web.layout import offers, reader_of
from hoso.web.shapes import Badge
from hoso.web.views.intake import my_units, progress_of
from hoso.web.words import STATES, badge

__all__ = ["includeme"]

_LINES = 8


def home(request: Any) -> Any:
    """Show what waits for the reader; who has a first password changes it first."""
    if reader_of(request).must_change_password:
        return HTTPSeeOther(request.route_path("password"))
    if reader_of(request).must_add_factor:
        return HTTPSeeOther(request.route_path("own-account"))
    trays = _trays(request)
    lines = _due_lines(request)
    figures = [
        *_tray_figures(request, trays),
        *_due_figures(request, lines),
        *_late_figures(request),
        *_mark_figures(request),
        *awaited.figures(request),
        *_dossier_figures(request),
        *_news_figures(request),
    ]
    lists = [
        *_waiting(request, trays),
        *_due(request, lines),
        *awaited.lists(request),
        *_own(request),
    ]
    reading = next((t for t in trays if t.progress.still_reading), None)
    return {
        "today": request.language.date(request.desk.today),
        "figures": figures,
        "lists": lists,
        "progress": progress_of(request, reading.unit, reading.progress)
        if reading is not None
        else None,
    }


def _trays(request: Any) -> list[Tray]:
    """Return the trays of the topmost units the reader works at; each covers what is below."""
    if not offers(request, Permission.INTAKE_WORK):
        return []
    mine = my_units(request)
    tops = [unit for unit in mine if unit.__parent__ not in mine]
    return [intake.tray(request.desk, unit, limit=_LINES) for unit in tops]


def _tray_figures(request: Any, trays: list[Tray]) -> Iterator[dict[str, Any]]:
    if not trays:
        return
    say, url = request.language.say, request.route_path("intake")
    waiting = sum(tray.counts["waiting"] for tray in trays)
    aside = sum(tray.counts["quarantined"] for tray in trays)
    yield {"n": waiting, "label": say("papers wait for checking"), "url": url, "tone": ""}
    if aside:
        yield {
            "n": aside,
            "label": say("files in quarantine"),
            "url": f"{url}#quarantine",
            "tone": "bad",
        }


def _due_lines(request: Any) -> list[DueLine] | None:
    """Return what is due today; ``None`` where that is not the reader's business."""
    if not offers(request, Permission.RETENTION_VIEW):
        return None
    return keeping.first_due(request.desk, request.desk.site, on=request.desk.today)


def _due_figures(request: Any, lines: list[DueLine] | None) -> Iterator[dict[str, Any]]:
    if lines is not None:
        due = sum(line.decision.state == "due" for line in lines)
        yield {
            "n": due,
            "label": request.language.say("dossiers due for disposal"),
            "url": request.route_path("due"),
            "tone": "warn" if due else "",
        }


def _late_figures(request: Any) -> Iterator[dict[str, Any]]:
    """Tell of papers that should have come back; nothing where none is late."""
    if not offers(request, Permission.PAPER_VIEW):
        return
    late = len(lending.listed(request.desk, request.desk.site, late=True))
    if late:
        yield {
            "n": late,
            "label": request.language.say("lent papers are overdue"),
            "url": request.route_path("paper-loans", _query={"late": "1"}),
            "tone": "warn",
        }


def _mark_figures(request: Any) -> Iterator[dict[str, Any]]:
    """Tell who may decide of marks of secrecy whose term ends soon; nothing where none does."""
    if not offers(request, Permission.MARK_DETERMINE):
        return
    ending = mark_register.ending(request.desk, request.desk.site)
    if ending:
        yield {
            "n": len(ending),
            "label": request.language.say("terms of secrecy end within 60 days"),
            "url": request.route_path("marks", _query={"days": "60"}),
            "tone": "warn",
        }


def _dossier_figures(request: Any) -> Iterator[dict[str, Any]]:
    if not offers(request, Permission.DOSSIER_LIST):
        return
    try:
        found = searching.listing(request.desk, request.desk.site, limit=1)
    except NotReady:
        return
    yield {
        "n": found.total,
        "label": request.language.say("dossiers open to you"),
        "url": request.route_path("dossiers"),
        "tone": "",
    }


def _news_figures(request: Any) -> Iterator[dict[str, Any]]:
    """Tell of what is new in the reader's saved searches; nothing where nothing is."""
    if not offers(request, Permission.SEARCH):
        return
    try:
        new = sum(line.new for line in saved_searches.alerts(request.desk, request.desk.site))
    except NotReady:
        return
    if new:
        yield {
            "n": new,
            "label": request.language.say("new papers in your saved searches"),
            "url": request.route_path("saved-searches"),
            "tone": "warn",
        }


def _waiting(request: Any, trays: list[Tray]) -> Iterator[dict[str, Any]]:
    for tray in trays:
        language = request.language
        yield {
            "title": language.say("Intake: {unit}", unit=tray.unit.name),
            "url": request.route_path("intake", _query={"unit": tray.unit.key}),
            "empty": language.say("The tray is empty."),
            "lines": [
                {
                    "title": papers.title_of(document, language),
                    "url": request.resource_path(document),
                    "note": " · ".join(
                        part
                        for part in (
                            papers.type_label(request, document.type),
                            document.person,
                            language.moment(document.received_at),
                        )
                        if part
                    ),
                    "badge": badge(STATES, document.state, language),
                }
                for document in tray.documents
            ],
        }


def _due(request: Any, lines: list[DueLine] | None) -> Iterator[dict[str, Any]]:
    if lines is None:
        return
    yield {
        "title": request.language.say("Retention: due, held or not known"),
        "url": request.route_path("due"),
        "empty": request.language.say("Nothing is due today."),
        "lines": [
            {
                "title": f"{line.dossier.code} – {line.dossier.name}",
                "url": request.resource_path(line.dossier, "why"),
                "note": shown_keeping.rule_label(request, line.decision.rule),
                "badge": shown_keeping.state_badge(request, line.decision),
            }
            for line in lines[:_LINES]
        ],
    }


def _own(request: Any) -> Iterator[dict[str, Any]]:
    """Yield the reader's own dossier, where there is one."""
    number = reader_of(request).own_dossier
    dossier = request.desk.site.by_id.get(number) if number else None
    if dossier is None or not request.desk.sees(dossier):
        return
    yield {
        "title": request.language.say("Your own dossier"),
        "url": "",
        "empty": "",
        "lines": [
            {
                "title": f"{dossier.code} – {dossier.name}",
                "url": request.resource_path(dossier),
                "note": dossier.unit.name,
                "badge": Badge(request.language.say("Yours"), "good"),
            },
            *_own_tasks(request, dossier),
        ],
    }


def _own_tasks(request: Any, dossier: Any) -> Iterator[dict[str, Any]]:
    """Yield what the person himself must do by a day, such as the yearly declaration."""
    for clock in deadlines.of_person(request.desk, dossier):
        if clock.mine and clock.responsible == "subject" and clock.state != "stopped":
            line = shown_deadlines.line(request, clock)
            note = " · ".join(part for part in (line["wanted"], line["due"]) if part)
            yield {
                "title": line["what"],
                "url": line["url"],
                "note": note,
                "badge": line["state"],
            }


def includeme(config: Any) -> None:
    config.add_member_view(home, route_name="home", renderer="home.jinja2")
