"""Lists of disposal: all there are, a new one, and what stays of them to be taken away."""

from __future__ import annotations

from typing import Any

from pyramid.httpexceptions import HTTPSeeOther
from pyramid.response import Response

from hoso.access.permissions import Permission
from hoso.desk import (
    disposal_papers,
    disposing,
    disposing_certificate,
    disposing_sweep,
    units,
)
from hoso.http.downloads import attachment
from hoso.kernel.errors import Invalid
from hoso.web import disposals
from hoso.web.certificates import certificate_of
from hoso.web.disposal_page import url_of
from hoso.web.forms import Choice, Form, typed
from hoso.web.layout import done, offers
from hoso.web.places import unit_choices
from hoso.web.shapes import Crumb, page_number, pages_of

__all__ = ["includeme"]

_PAGE = 100
_NEW = ("unit", "title", "explanation", "codes", "basis")


# All lists -------------------------------------------------------------------------------


def listing(request: Any) -> Any:
    """Show the lists one may see, the newest first."""
    desk, language, say = request.desk, request.language, request.language.say
    asked = {name: request.GET.get(name, "").strip() for name in ("unit", "state")}
    found = disposing.listing(desk, desk.site, **asked)
    page = page_number(request)
    query = {name: value for name, value in asked.items() if value}

    def url(number: int) -> str:
        return str(request.route_path("disposals", _query={**query, "page": number}))

    states = [Choice(key, say(word.text)) for key, word in disposals.LIST_STATES.items()]
    mine = units.choices(desk, Permission.DISPOSAL_VIEW)
    choices = {
        "unit": unit_choices(mine, any_=say("All units")),
        "state": (Choice("", say("All states")), *states),
    }
    shown = found[(page - 1) * _PAGE : page * _PAGE]
    return {
        "crumbs": (
            Crumb(say("Due for disposal"), request.route_path("due")),
            Crumb(say("Disposal lists")),
        ),
        "filters": Form(asked, choices=choices),
        "lists": [
            disposals.row_of(language, one, url_of(request, one), today=desk.today) for one in shown
        ],
        "pages": pages_of(page=page, size=_PAGE, total=len(found), url=url),
        "new_url": request.route_path("disposal-new")
        if offers(request, Permission.DISPOSAL_PROPOSE)
        else "",
    }


# A new list ------------------------------------------------------------------------------


def new(request: Any) -> Any:
    """Show what may be proposed in a unit: the sweep, and fields to do it by hand."""
    return _new(request, Form({"unit": request.GET.get("unit", "").strip(), "basis": "expired"}))


def _new(request: Any, form: Form, ticked: tuple[str, ...] | None = None) -> dict[str, Any]:
    desk, say = request.desk, request.language.say
    mine = units.choices(desk, Permission.DISPOSAL_PROPOSE)
    key = form.value("unit") or (mine[0].key if len(mine) == 1 else "")
    unit = next((one for one in mine if one.key == key), None)
    found = disposing_sweep.candidates(desk, unit) if unit is not None else []
    choices = {
        "unit": unit_choices(mine, any_="" if len(mine) == 1 else say("– choose –")),
        "basis": tuple(Choice(one, say(word.text)) for one, word in disposals.BASES.items()),
    }
    return {
        "crumbs": (
            Crumb(say("Due for disposal"), request.route_path("due")),
            Crumb(say("Disposal lists"), request.route_path("disposals")),
            Crumb(say("A new list")),
        ),
        "form": Form({**form.values, "unit": key}, form.faults, form.message, choices),
        "unit": unit.name if unit is not None else "",
        "candidates": [
            disposals.candidate_of(request, one, ticked=ticked is None or one.code in ticked)
            for one in found
        ],
        "dossiers": sum(not one.is_paper for one in found),
        "single": sum(one.is_paper for one in found),
        "record_faults": _record_faults(form),
    }


def _record_faults(form: Form) -> list[str]:
    """Return what is wrong with single dossiers, and with the choice of them."""
    named = [
        one for name, told in form.faults.items() if name.startswith("records") for one in told
    ]
    return list(dict.fromkeys(named))


def propose(request: Any) -> Any:
    """Put the dossiers that were ticked or typed onto a new list."""
    desk, values = request.desk, typed(request, _NEW)
    ticked = tuple(one for one in request.POST.getall("records") if isinstance(one, str))
    codes = [*ticked, *values["codes"].replace(",", " ").replace(";", " ").split()]
    try:
        unit = desk.unit(values["unit"])
        made = disposing.propose(
            desk,
            unit,
            title=values["title"],
            explanation=values["explanation"],
            codes=codes,
            basis=values["basis"],
        )
    except Invalid as error:
        request.response.status_int = 422
        return _new(request, Form().refuse(values, error, request.language), ticked)
    return HTTPSeeOther(done(url_of(request, made), "disposal-proposed"))


# What stays ------------------------------------------------------------------------------


def take_paper(request: Any) -> Any:
    """Send one paper of the destruction file."""
    list_ = disposing.find(request.desk, request.matchdict["number"])
    found = disposal_papers.take_paper(request.desk, list_, name=request.matchdict["name"])
    return attachment(found, name=f"{list_.number} {found.name}")


def take_file(request: Any) -> Any:
    """Send the destruction file as one bag in a zip."""
    name, content = disposal_papers.take_file(
        request.desk, disposing.find(request.desk, request.matchdict["number"])
    )
    answer = Response(content, content_type="application/zip")
    answer.content_disposition = f'attachment; filename="{name}"'
    return answer


def destroyed(request: Any) -> Any:
    """Show what stays of a destroyed dossier: its certificate."""
    found = disposing_certificate.find_destroyed(request.desk, request.matchdict["uid"])
    disposing_certificate.certificate(request.desk, found)
    say = request.language.say
    return {
        "crumbs": (
            Crumb(say("Disposal lists"), request.route_path("disposals")),
            Crumb(found.list_number, request.route_path("disposal", number=found.list_number)),
            Crumb(found.code),
        ),
        **certificate_of(request, found),
    }


def includeme(config: Any) -> None:
    all_ = {"route_name": "disposals", "renderer": "disposing/list.jinja2"}
    config.add_act_view(disposing.listing, listing, request_method="GET", **all_)
    fresh = {"route_name": "disposal-new", "renderer": "disposing/new.jinja2"}
    config.add_act_view(disposing_sweep.candidates, new, request_method="GET", **fresh)
    config.add_act_view(disposing.propose, propose, request_method="POST", **fresh)
    config.add_act_view(disposal_papers.take_paper, take_paper, route_name="disposal-paper")
    config.add_act_view(disposal_papers.take_file, take_file, route_name="disposal-file")
    config.add_act_view(
        disposing_certificate.certificate,
        destroyed,
        route_name="destroyed",
        renderer="disposing/destroyed.jinja2",
    )
