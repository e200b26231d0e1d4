"""Print separator sheets and serial labels."""

from __future__ import annotations

import re
from typing import Any

from pyramid.response import Response

from hoso.desk import serials, sheets
from hoso.ingest.sheets.printing import GRIDS
from hoso.kernel.errors import Invalid, Missing
from hoso.web import papers
from hoso.web.forms import Choice, Form, typed, whole_number
from hoso.web.places import unit_choices
from hoso.web.shapes import Crumb
from hoso.web.sheets import labels_pdf, separators_pdf
from hoso.web.views.intake import my_units

__all__ = ["includeme"]


def show(request: Any) -> Any:
    """Offer sheets and labels to print; a dossier may come with the address."""
    dossier = request.GET.get("dossier", "")[:100]
    return _page(request, sheets_form=Form({"dossiers": dossier, "copies": "1", "sides": "1"}))


def _page(
    request: Any, *, sheets_form: Form | None = None, labels_form: Form | None = None
) -> dict[str, Any]:
    say = request.language.say
    kinds = (Choice("", say("– none –")), *papers.type_choices(request)[1:])
    sides = (Choice("1", say("one side")), Choice("2", say("both sides")))
    layouts = tuple(
        Choice(key, say("{n} labels, {width} × {height} mm", n=grid.places,
                        width=request.language.number(grid.width),
                        height=request.language.number(grid.height)))
        for key, grid in GRIDS.items()
    )  # fmt: skip
    first = sheets_form or Form({"copies": "1", "sides": "1"})
    second = labels_form or Form({"sheets": "1", "kind": "65", "skip": "0"})
    units = unit_choices(my_units(request))
    return {
        "crumbs": (
            Crumb(say("Intake"), request.route_path("intake")),
            Crumb(say("Separator sheets and labels")),
        ),
        "sheets_form": Form(
            first.values, first.faults, first.message, {"type": kinds, "sides": sides}
        ),
        "labels_form": Form(
            second.values, second.faults, second.message, {"kind": layouts, "unit": units}
        ),
        "sheets_url": request.route_path("sheets"),
        "labels_url": request.route_path("serial-labels"),
        "dossiers_suggest_url": request.route_path("intake-dossiers"),
    }


def print_sheets(request: Any) -> Any:
    """Send separator sheets as a PDF."""
    values = typed(request, ("dossiers", "type", "sides", "copies"))
    try:
        wanted = sheets.print_sheets(
            request.desk,
            request.desk.site,
            dossiers=[code for code in re.split(r"[\s,;]+", values["dossiers"]) if code],
            types=[values["type"]] if values["type"] else [],
            sides=whole_number(values["sides"]),
            copies=whole_number(values["copies"]),
        )
    except Invalid as error:
        request.response.status_int = 422
        return _page(request, sheets_form=Form().refuse(values, error, request.language))
    return _pdf(separators_pdf(wanted, request.house.rulebook, request.language), "to-phan-cach")


def print_labels(request: Any) -> Any:
    """Draw new serial codes and send them as sheets of labels."""
    values = typed(request, ("unit", "sheets", "kind", "skip"))
    mine = my_units(request)
    unit = request.desk.unit(values["unit"]) if values["unit"] else next(iter(mine), None)
    if unit is None:
        raise Missing
    skip = whole_number(values["skip"] or "0")
    try:
        drawn = serials.draw(
            request.desk,
            unit,
            sheets=whole_number(values["sheets"]),
            kind=values["kind"],
            skip=skip,
        )
    except Invalid as error:
        request.response.status_int = 422
        return _page(request, labels_form=Form().refuse(values, error, request.language))
    made = labels_pdf(drawn, kind=values["kind"], skip=skip, language=request.language)
    return _pdf(made, "nhan-ma-giay")


def _pdf(content: bytes, name: str) -> Response:
    response = Response(content, content_type="application/pdf")
    response.content_disposition = f'attachment; filename="{name}.pdf"'
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


def includeme(config: Any) -> None:
    page = {"renderer": "splitting/sheets.jinja2"}
    sheet: dict[str, Any] = {"route_name": "sheets", **page}
    config.add_act_view(sheets.print_sheets, show, request_method="GET", **sheet)
    config.add_act_view(sheets.print_sheets, print_sheets, request_method="POST", **sheet)
    label: dict[str, Any] = {"route_name": "serial-labels", "request_method": "POST", **page}
    config.add_act_view(serials.draw, print_labels, **label)
