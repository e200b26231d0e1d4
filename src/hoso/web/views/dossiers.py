"""Dossiers: the list, opening one, and a dossier as a folder."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pyramid.httpexceptions import HTTPSeeOther

from hoso.access.permissions import Permission
from hoso.desk import deadlines, dossiers, searching, units
from hoso.desk.archive_standing import AUTHORITY
from hoso.desk.disposing_certificate import gone_from
from hoso.desk.dossiers import DossierView, SectionView, TypeView
from hoso.kernel.clock import civil_day
from hoso.kernel.errors import Invalid
from hoso.records.completeness import Completeness
from hoso.records.model import Document, Dossier, StatusEvent, Unit
from hoso.records.standing import status_at
from hoso.web import access_links, careers, keeping, marking, paper, papers
from hoso.web import deadlines as shown
from hoso.web.dossier_acts import acts_on, add_acts, is_personal
from hoso.web.forms import Choice, Form, typed
from hoso.web.layout import done, offers
from hoso.web.places import unit_choices
from hoso.web.shapes import Badge, Crumb, Fact, page_number, pages_of
from hoso.web.words import STATES, badge

__all__ = ["folder", "includeme", "page_of_unit", "rows"]

_PAGE = 50
_OPENING = ("name", "birth_date", "gender", "type", "unit", "code")


def status_badge(request: Any, code: str) -> Badge:
    """Return a standing as a badge; those in service stand out."""
    term = request.house.rulebook.statuses.get(code)
    if term is None:
        return Badge(request.language.say("No status recorded"), "warn")
    tone = "good" if term.extra.get("phase") == "in-service" else ""
    return Badge(request.language.label(term.label), tone)


def standing_badge(request: Any, dossier: Dossier) -> Badge:
    """Return how a person stands, or whether the work of a case file goes on."""
    if is_personal(request, dossier):
        standing = status_at(dossier.status_events, request.desk.today)
        return status_badge(request, standing.status if standing else "")
    say = request.language.say
    return Badge(say("Work ended")) if dossier.state == "closed" else Badge(say("Open"), "good")


def type_name(request: Any, key: str) -> str:
    """Return what a type of dossier is called."""
    known = request.house.rulebook.dossier_types.get(key)
    return request.language.label(known.label) if known is not None else key


def rows(request: Any, found: tuple[Dossier, ...]) -> list[dict[str, Any]]:
    """Return dossiers as the lines of a table."""
    return [
        {
            "code": dossier.code,
            "name": dossier.name,
            "url": request.resource_path(dossier),
            "born": request.language.date(dossier.birth_date),
            "unit": dossier.unit.name,
            "kind": type_name(request, dossier.type),
            "status": standing_badge(request, dossier),
            "level": papers.level_today(request, dossier),
        }
        for dossier in found
    ]


def listing(request: Any) -> Any:
    """Show the dossiers the reader may see, filtered."""
    asked = {name: request.GET.get(name, "").strip() for name in ("text", "unit", "status")}
    page = page_number(request)
    found = searching.listing(
        request.desk,
        request.desk.site,
        words=asked["text"],
        unit=asked["unit"],
        status=asked["status"],
        offset=(page - 1) * _PAGE,
        limit=_PAGE,
    )
    query = {name: value for name, value in asked.items() if value}

    def url(number: int) -> str:
        return str(request.route_path("dossiers", _query={**query, "page": number}))

    say = request.language.say
    return {
        "crumbs": (Crumb(say("Dossiers")),),
        "dossiers": rows(request, found.dossiers),
        "pages": pages_of(page=page, size=_PAGE, total=found.total, url=url),
        "filters": _filters(request, asked),
        "clear_url": request.route_path("dossiers") if query else "",
        "open_url": request.route_path("open-dossier")
        if offers(request, Permission.DOSSIER_OPEN)
        else "",
    }


def page_of_unit(request: Any, unit: Unit) -> dict[str, Any]:
    """Return the dossiers of a unit and below as its page shows them."""
    shown: dict[str, Any] = {"dossiers": [], "pages": None, "dossiers_url": ""}
    if not request.desk.may(unit, Permission.DOSSIER_LIST):
        return shown
    page = page_number(request)
    found = searching.listing(
        request.desk, request.desk.site, unit=unit.key, offset=(page - 1) * _PAGE, limit=_PAGE
    )

    def url(number: int) -> str:
        return str(request.resource_path(unit, query={"page": number}))

    return {
        "dossiers": rows(request, found.dossiers),
        "pages": pages_of(page=page, size=_PAGE, total=found.total, url=url),
        "dossiers_url": request.route_path("dossiers", _query={"unit": unit.key}),
    }


def _filters(request: Any, asked: dict[str, str]) -> Form:
    say = request.language.say
    statuses = request.house.rulebook.statuses.values()
    mine = units.choices(request.desk, Permission.DOSSIER_LIST)
    return Form(
        asked,
        choices={
            "unit": unit_choices(mine, any_=say("All units")),
            "status": (
                Choice("", say("Any status")),
                *(Choice(term.code, request.language.label(term.label)) for term in statuses),
            ),
        },
    )


def open_form(request: Any) -> Any:
    """Show the form that opens a dossier."""
    return _open(request, _opening(request))


def _opening(request: Any) -> Form:
    language, rulebook = request.language, request.house.rulebook
    choose = Choice("", language.say("– choose –"))
    genders = rulebook.vocabularies["gender"].terms.values()
    mine = units.choices(request.desk, Permission.DOSSIER_OPEN)
    return Form(
        choices={
            "type": (
                choose,
                *(Choice(t.key, language.label(t.label)) for t in rulebook.dossier_types.values()),
            ),
            "unit": unit_choices(mine),
            "gender": (
                Choice("", language.say("– not stated –")),
                *(Choice(term.code, language.label(term.label)) for term in genders),
            ),
        }
    )


def _open(request: Any, form: Form) -> dict[str, Any]:
    say = request.language.say
    home = request.route_path("dossiers")
    return {
        "crumbs": (Crumb(say("Dossiers"), home), Crumb(say("Open a dossier"))),
        "form": form,
        "cancel_url": home,
    }


def open_(request: Any) -> Any:
    """Open a dossier."""
    values = typed(request, _OPENING)
    try:
        made = dossiers.open_(
            request.desk,
            request.desk.unit(values["unit"]),
            code=values["code"],
            type_=values["type"],
            name=values["name"],
            birth_date=values["birth_date"],
            gender=values["gender"],
        )
    except Invalid as error:
        request.response.status_int = 422
        return _open(request, _opening(request).refuse(values, error, request.language))
    return HTTPSeeOther(done(request.resource_path(made), "opened"))


def look(dossier: Dossier, request: Any) -> Any:
    """Show a dossier as a folder."""
    return folder(request, dossier)


def folder(
    request: Any, dossier: Dossier, *, refused: str = "", form: Form | None = None
) -> dict[str, Any]:
    """Return the page of a dossier; *form* is that of an act that was refused."""
    view = dossiers.look(request.desk, dossier)
    say = request.language.say
    kept = keeping.of_record(request, view.keeping, dossier) if view.keeping else None
    return {
        "crumbs": (
            Crumb(say("Dossiers"), request.route_path("dossiers")),
            Crumb(dossier.code),
        ),
        "form": form or Form(),
        "dossier": {
            "code": dossier.code,
            "name": dossier.name,
            "kind": type_name(request, dossier.type),
            "personal": is_personal(request, dossier),
            "papers": view.count,
            "badges": [
                standing_badge(request, dossier),
                papers.level_today(request, dossier),
                *_highest(request, view),
                *([kept["badge"]] if kept else []),
            ],
            "holds": kept["holds"] if kept else (),
            "secrecy": marking.aside(request, dossier),
            "custody_url": request.route_path("custody-new", _query={"dossier": dossier.code})
            if request.desk.may(dossier, Permission.CUSTODY_SEND)
            else "",
            "service": careers.aside(request, dossier),
            "clocks": _clocks(request, view),
            "stamp": request.house.rulebook.levels[view.highest].stamp,
            "stub_url": request.resource_path(dossier, "stub")
            if view.may["file"] and dossier.state == "open" and request.desk.identity.clearance >= 2
            else "",
            "sections": _sections(request, view),
            "facts": _facts(request, dossier),
            "completeness": _completeness(request, view.completeness),
            "retention": kept,
            "paper": paper.of_record(request, dossier),
            "history": list(_history(request, dossier)),
            "journal_url": request.route_path("journal", _query={"of": dossier.code})
            if view.may["journal"]
            else "",
            "readers_url": request.resource_path(dossier, "readers")
            if request.desk.may(dossier, Permission.READERS_VIEW)
            else "",
            "access": access_links.aside(request, dossier),
            "acts": acts_on(request, view, refused=refused, form=form),
            "revision": dossier.revision,
        },
    }


def _clocks(request: Any, view: DossierView) -> list[dict[str, Any]]:
    """Return the deadlines of a person, from the papers the page shows already."""
    if not is_personal(request, view.dossier):
        return []
    there = [d for section in view.sections for type_ in section.types for d in type_.documents]
    return shown.lines(request, deadlines.of_person(request.desk, view.dossier, papers=there))


def _highest(request: Any, view: DossierView) -> tuple[Badge, ...]:
    """Return the highest mark inside, where it is above the dossier's own."""
    if view.highest <= max(view.level, 1):
        return ()
    badge_ = papers.level_badge(request, view.highest)
    said = request.language.say("The highest level of what is inside")
    return (Badge(request.language.say("inside: {level}", level=badge_.text), badge_.tone, said),)


def _sections(request: Any, view: DossierView) -> list[dict[str, Any]]:
    filled = {section.section.key: section for section in view.sections}
    return [
        {
            "letter": section.key,
            "label": request.language.label(section.label),
            "lacking": _lacks(filled.get(section.key)),
            "types": [_type(request, type_) for type_ in _types(filled.get(section.key))],
        }
        for section in request.house.rulebook.sections.values()
    ]


def _types(section: SectionView | None) -> tuple[TypeView, ...]:
    return section.types if section is not None else ()


def _lacks(section: SectionView | None) -> bool:
    return any(type_.missing for type_ in _types(section))


def _type(request: Any, view: TypeView) -> dict[str, Any]:
    source = view.type.source
    return {
        "key": view.type.key,
        "label": request.language.label(view.type.label),
        "papers": [_paper(request, document) for document in view.documents],
        "lacking": source if view.missing else "",
        "missing": view.missing,
    }


def _paper(request: Any, document: Document) -> dict[str, Any]:
    language = request.language
    return {
        "title": papers.title_of(document, language),
        "url": request.resource_path(document),
        "number": papers.number_of(document),
        "date": language.date(document.date),
        "level": papers.level_today(request, document),
        "state": badge(STATES, document.state, language) if document.state != "filed" else None,
        "compared": papers.compared_badge(language, document),
    }


def _facts(request: Any, dossier: Dossier) -> tuple[Fact, ...]:
    language = request.language
    say = language.say
    unit = dossier.unit
    if is_personal(request, dossier):
        gender = request.house.rulebook.vocabularies["gender"].terms.get(dossier.gender)
        about: tuple[Fact, ...] = (
            Fact(say("Full name"), dossier.name),
            Fact(say("Date of birth"), language.date(dossier.birth_date)),
            Fact(say("Gender"), language.label(gender.label) if gender is not None else ""),
        )
    else:
        about = (
            Fact(say("Subject"), dossier.name),
            Fact(say("Work ended"), language.date(dossier.ended)),
        )
    return (
        *about,
        Fact(
            say("Kept by"),
            unit.name,
            request.resource_path(unit) if request.desk.sees(unit) else "",
        ),
        Fact(say("Opened"), language.moment(dossier.opened_at)),
        Fact(say("Last changed"), language.moment(dossier.changed_at)),
        Fact(say("Id"), dossier.uid, code=True),
        *(
            Fact(
                say("Paper destroyed on {date}", date=language.date(civil_day(one.destroyed_at))),
                one.title,
                request.route_path("destroyed", uid=one.uid),
            )
            for one in gone_from(request.desk, dossier)
        ),
    )


def _completeness(request: Any, whole: Completeness) -> dict[str, Any] | None:
    total = len(whole.required)
    if not total:
        return None
    present = total - len(whole.missing)
    language = request.language
    return {
        "total": total,
        "present": present,
        "said": language.say("{present} of {total}", present=present, total=total),
        "missing": len(whole.missing),
    }


def _history(request: Any, dossier: Dossier) -> Any:
    language = request.language
    for event in reversed(dossier.status_events):
        yield {
            "date": language.date(event.effective) or language.say("date unknown"),
            "text": status_badge(request, event.status).text,
            "note": " ".join(_recorded(request, event)),
        }


def _recorded(request: Any, event: StatusEvent) -> Iterator[str]:
    say = request.language.say
    yield say("Recorded {at} by {by}", at=event.recorded, by=event.by or "–")
    if event.authority.startswith(AUTHORITY):
        package = event.authority.removeprefix(AUTHORITY)
        yield say("It rests on the archive's receipt for the package {package}.", package=package)


def includeme(config: Any) -> None:
    config.add_act_view(
        searching.listing, listing, route_name="dossiers", renderer="dossiers/list.jinja2"
    )
    form = {"route_name": "open-dossier", "renderer": "dossiers/open.jinja2"}
    config.add_act_view(dossiers.open_, open_form, request_method="GET", **form)
    config.add_act_view(dossiers.open_, open_, request_method="POST", **form)
    config.add_act_view(dossiers.look, look, context=Dossier, renderer="dossiers/dossier.jinja2")
    add_acts(config, folder)
