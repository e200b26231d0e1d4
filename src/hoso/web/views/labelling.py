"""Labels to print, as a PDF."""

from __future__ import annotations

from typing import Any

from pyramid.response import Response

from hoso.desk import labelling, shelving
from hoso.kernel.errors import Invalid
from hoso.stacks.labels import LAYOUTS
from hoso.web import paper
from hoso.web.forms import Choice, Form, whole_number
from hoso.web.shapes import Crumb

__all__ = ["includeme", "label_form"]


def label_form(request: Any, of: str, *, place: bool) -> Form:
    """Return the form that asks for labels of a thing."""
    say = request.language.say
    what = (
        ("own", say("of this place")),
        ("places", say("of all places in it")),
        ("papers", say("of all papers in it")),
        ("all", say("of everything")),
    )
    layouts = (
        ("large", say("large, 8 on a sheet (105 × 74 mm)")),
        ("middle", say("middle, 14 on a sheet (105 × 42 mm)")),
        ("small", say("small, 24 on a sheet (70 × 37 mm)")),
    )
    if {key for key, _said in layouts} != set(LAYOUTS):
        raise ValueError("the page offers other labels than there are")
    return Form(
        {"of": of, "start": "1", "layout": "large" if place else "small", "what": "own"},
        choices={
            "layout": tuple(Choice(*one) for one in layouts),
            "what": tuple(Choice(*one) for one in what) if place else (),
        },
    )


def labels(request: Any) -> Any:
    """Send labels as a PDF; what is wrong with the wish is shown on a page of its own."""
    asked = {name: request.GET.get(name, "").strip() for name in ("of", "what", "layout", "start")}
    thing = shelving.thing_named(request.desk, asked["of"])
    try:
        made = labelling.print_labels(
            request.desk,
            thing,
            layout=asked["layout"],
            what=asked["what"] or "own",
            start=whole_number(asked["start"] or "1"),
            say=request.language.say,
        )
    except Invalid as error:
        request.response.status_int = 422
        form = label_form(request, asked["of"], place=paper.is_place(thing))
        say = request.language.say
        return {
            "crumbs": (
                Crumb(say("Paper store"), request.route_path("paper")),
                Crumb(say("Labels")),
            ),
            "labels": form.refuse(asked, error, request.language),
            "labels_url": request.route_path("paper-labels"),
        }
    response = Response(made.pdf, content_type="application/pdf")
    response.content_disposition = 'inline; filename="labels.pdf"'
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


def includeme(config: Any) -> None:
    config.add_act_view(
        labelling.print_labels,
        labels,
        route_name="paper-labels",
        renderer="shelving/labels.jinja2",
        request_method="GET",
    )
