"""The paper store: its tree, and a place with what stands and lies in it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pyramid.httpexceptions import HTTPSeeOther

from hoso.access.permissions import Permission
from hoso.desk import arranging, shelving, units
from hoso.desk.arranging import PlaceNode, PlaceView
from hoso.desk.lending import find_paper
from hoso.kernel.errors import Conflict, Invalid
from hoso.stacks import lending as loans
from hoso.stacks.model import Place
from hoso.stacks.places import KINDS
from hoso.web import paper, papers
from hoso.web.forms import Choice, Form, revision_of, typed
from hoso.web.layout import done, offers
from hoso.web.paper import place_url, record_url
from hoso.web.places import unit_choices
from hoso.web.shapes import Crumb, Fact
from hoso.web.views.labelling import label_form

__all__ = ["includeme"]

_NEW = ("code", "kind", "label", "parent", "unit")


# The tree ----------------------------------------------------------------------------------


def tree(request: Any) -> Any:
    """Show the stores and shelves; a scanned label leads to its place or paper."""
    asked = request.GET.get("text", "").strip()
    form = Form({"text": asked})
    if asked:
        found = shelving.resolve(request.desk, asked)
        if found is not None:
            to = place_url if paper.is_place(found) else record_url
            return HTTPSeeOther(to(request, found))
        said = request.language.say(
            "Nothing goes by {text}, among what is open to you.", text=asked
        )
        form = Form({"text": asked}, {"text": (said,)})
    return _tree(request, find=form)


def _tree(request: Any, *, find: Form | None = None, new: Form | None = None) -> dict[str, Any]:
    say = request.language.say
    may_add = offers(request, Permission.PAPER_MOVE)
    return {
        "crumbs": (Crumb(say("Paper store")),),
        "places": [
            _node(request, node) for node in arranging.tree(request.desk, request.desk.site)
        ],
        "find": find or Form(),
        "form": (new or _new_form(request, kind=KINDS[0])) if may_add else None,
        "loans_url": request.route_path("paper-loans"),
        "late_url": request.route_path("paper-loans", _query={"late": "1"}),
        "counts_url": request.route_path("paper-counts"),
    }


def _node(request: Any, node: PlaceNode) -> dict[str, Any]:
    return {
        "code": node.place.code,
        "name": node.place.label,
        "kind": paper.kind_of(node.place, request.language),
        "unit": node.place.unit.name,
        "url": place_url(request, node.place),
        "children": [_node(request, below) for below in node.below],
    }


def _new_form(request: Any, *, kind: str, parent: str = "", unit: str = "") -> Form:
    language = request.language
    mine = units.choices(request.desk, Permission.PAPER_MOVE)
    kinds = tuple(Choice(key, language.say(paper.KINDS[key].text)) for key in KINDS)
    return Form(
        {"kind": kind, "parent": parent, "unit": unit},
        choices={"kind": kinds, "unit": unit_choices(mine)},
    )


def _add(request: Any, values: dict[str, str]) -> Place:
    return arranging.add(
        request.desk,
        request.desk.unit(values["unit"]),
        code=values["code"],
        kind=values["kind"],
        label=values["label"],
        parent=values["parent"],
    )


def add(request: Any) -> Any:
    """Add a place, from the page of the store."""
    values = typed(request, _NEW)
    try:
        made = _add(request, values)
    except Invalid as error:
        request.response.status_int = 422
        form = _new_form(request, kind=values["kind"])
        return _tree(request, new=form.refuse(values, error, request.language))
    return HTTPSeeOther(done(place_url(request, made), "place-added"))


# A place -----------------------------------------------------------------------------------


def _place(request: Any) -> Place:
    return shelving.place_named(request.desk, request.matchdict["code"])


def place(request: Any) -> Any:
    """Show a place with what stands and lies in it."""
    return _place_page(request, _place(request), {})


def _place_page(request: Any, here: Place, forms: dict[str, Form]) -> dict[str, Any]:
    view = arranging.look(request.desk, here)
    language, say = request.language, request.language.say
    smaller = KINDS[min(KINDS.index(here.kind) + 1, len(KINDS) - 1)]
    mine = units.choices(request.desk, Permission.PAPER_MOVE)
    own = Form(
        {"label": here.label, "unit": here.unit.key},
        choices={"unit": unit_choices(mine)},
    )
    return {
        "crumbs": paper.place_crumbs(request, view.way),
        "place": {
            "code": here.code,
            "label": here.label,
            "kind": paper.kind_of(here, language),
            "used": here.is_used,
            "holds": here.kind != KINDS[0],
            "inner": here.kind != KINDS[-1],
            "revision": here.revision,
            "facts": _facts(request, view),
            "below": [
                {
                    "code": child.code,
                    "label": child.label,
                    "kind": paper.kind_of(child, language),
                    "unit": child.unit.name,
                    "url": place_url(request, child),
                }
                for child in view.below
            ],
            "contents": [_kept(request, kept) for kept in view.contents],
            "next": view.next_position,
            "history": list(paper.history(request, here.shifts)),
        },
        "may_move": view.may_move and here.is_used,
        "may_count": view.may_count and here.is_used,
        "count_url": request.route_path("paper-count", uid=view.count) if view.count else "",
        "counts_url": request.route_path("paper-counts"),
        "refused": next((name for name, form in forms.items() if form.refused), ""),
        "put": forms.get("put", Form()),
        "new": forms.get(
            "add", _new_form(request, kind=smaller, parent=here.code, unit=here.unit.key)
        ),
        "own": forms.get("describe", own),
        "relocate": forms.get("relocate", Form()),
        "end": forms.get("end", Form()),
        "labels": label_form(request, shelving.canonical(here), place=True),
        "labels_url": request.route_path("paper-labels"),
        "may_relocate": here.kind != KINDS[0],
        "hint": say("Read the label of a dossier with the scanner, or type its number; Enter."),
    }


def _facts(request: Any, view: PlaceView) -> tuple[Fact, ...]:
    say, here = request.language.say, view.place
    return (
        Fact(say("Code"), here.code, code=True),
        Fact(say("Kind of place"), paper.kind_of(here, request.language)),
        Fact(
            say("Stands in"), " › ".join(crumb.label for crumb in paper.way(request, view.way[:-1]))
        ),
        Fact(say("Papers of"), here.unit.name),
        *(
            (Fact(say("Not used since"), request.language.moment(here.ended_at)),)
            if not here.is_used
            else ()
        ),
    )


def _kept(request: Any, kept: arranging.Kept) -> dict[str, Any]:
    record = kept.record
    name, second = paper.name_of(record, request.language)
    return {
        "position": kept.position,
        "name": name,
        "second": second,
        "url": record_url(request, record),
        "level": papers.level_today(request, record),
        "lent": paper.said_loan(request, kept.loan),
        "due": paper.due_badge(request, kept.loan, loans.days_late(kept.loan, request.desk.today))
        if kept.loan is not None
        else None,
    }


def _place_act(
    name: str, fields: tuple[str, ...], deed: Callable[..., Any], said: str
) -> Callable[[Any], Any]:
    def perform(request: Any) -> Any:
        here = _place(request)
        values = typed(request, fields)
        try:
            to = deed(request, here, values)
        except Invalid as error:
            request.response.status_int = 422
            if name == "put":
                error = paper.renamed(error, {"place": "text"})
            shown = _place_page(request, here, {})
            base = {"add": shown["new"], "describe": shown["own"]}.get(name, Form())
            form = base.refuse(values, error, request.language)
        except Conflict as error:
            request.response.status_int = 409
            form = Form(values, message=request.language.error(error))
        else:
            return HTTPSeeOther(done(place_url(request, to or here), said))
        return _place_page(request, here, {name: form})

    return perform


def _put(request: Any, here: Place, values: dict[str, str]) -> None:
    record = find_paper(request.desk, values["text"])
    shelving.move(request.desk, record, place=here.code, position=values["position"])


def _describe(request: Any, here: Place, values: dict[str, str]) -> None:
    arranging.describe(
        request.desk,
        here,
        label=values["label"],
        unit=values["unit"],
        revision=revision_of(request),
    )


def _relocate(request: Any, here: Place, values: dict[str, str]) -> None:
    arranging.relocate(
        request.desk,
        here,
        parent=values["parent"],
        why=values["why"],
        revision=revision_of(request),
    )


def _end(request: Any, here: Place, _values: dict[str, str]) -> None:
    arranging.end(request.desk, here, revision=revision_of(request))


def _add_inside(request: Any, here: Place, values: dict[str, str]) -> Place:
    return _add(request, {**values, "parent": here.code})


def includeme(config: Any) -> None:
    top = {"route_name": "paper", "renderer": "shelving/tree.jinja2"}
    config.add_act_view(arranging.tree, tree, request_method="GET", **top)
    config.add_act_view(arranging.add, add, request_method="POST", **top)
    one = {"route_name": "paper-place", "renderer": "shelving/place.jinja2"}
    config.add_act_view(arranging.look, place, request_method="GET", **one)
    for name, act, fields, deed, said in (
        ("put", shelving.move, ("text", "position"), _put, "paper-moved"),
        ("add", arranging.add, _NEW, _add_inside, "place-added"),
        ("describe", arranging.describe, ("label", "unit"), _describe, "saved"),
        ("relocate", arranging.relocate, ("parent", "why"), _relocate, "place-moved"),
        ("end", arranging.end, (), _end, "place-ended"),
    ):
        config.add_act_view(
            act,
            _place_act(name, fields, deed, said),
            request_method="POST",
            request_param=f"do={name}",
            **one,
        )
