"""The paper store: its tree, a place, where a record's paper is, labels to print."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from pyramid.httpexceptions import HTTPSeeOther
from pyramid.response import Response

from hoso.access.permissions import Permission
from hoso.desk import arranging, labelling, shelving, units
from hoso.desk.arranging import PlaceNode, PlaceView
from hoso.desk.lending import find_paper
from hoso.desk.shelving import PaperView
from hoso.kernel.errors import Conflict, Invalid
from hoso.records.model import Document, Dossier
from hoso.stacks import lending as loans
from hoso.stacks.labels import LAYOUTS
from hoso.stacks.model import Place, Shift
from hoso.stacks.places import KINDS
from hoso.web import paper, papers
from hoso.web.forms import Choice, Form, revision_of, typed, whole_number
from hoso.web.layout import done, offers
from hoso.web.paper import place_url, record_url
from hoso.web.places import unit_choices
from hoso.web.shapes import Crumb, Fact

__all__ = ["includeme", "paper_page", "refused_form"]

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
            "history": list(_history(request, here.shifts)),
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
        "level": papers.level_badge(request, record.level),
        "lent": paper.said_loan(request, kept.loan),
        "due": paper.due_badge(request, kept.loan, loans.days_late(kept.loan, request.desk.today))
        if kept.loan is not None
        else None,
    }


def _history(request: Any, shifts: Iterable[Shift]) -> Iterable[dict[str, str]]:
    for shift in reversed(list(shifts)):
        yield {
            "at": request.language.moment(shift.at),
            "by": shift.by,
            "before": shift.before or "–",
            "after": shift.after or "–",
            "position": request.language.number(shift.position) if shift.position else "",
            "why": shift.why,
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


# A record's paper --------------------------------------------------------------------------


def _record(request: Any) -> Dossier | Document:
    found: Dossier | Document = request.desk.find(request.matchdict["uid"], (Dossier, Document))
    return found


def record(request: Any) -> Any:
    """Show where a record's paper is, how it came there, and its loans."""
    return paper_page(request, _record(request), {})


def paper_page(request: Any, record: Dossier | Document, forms: dict[str, Form]) -> dict[str, Any]:
    """Return the page of a record's paper, with the form of an act that was refused."""
    view = shelving.see(request.desk, record)
    language, say = request.language, request.language.say
    name, second = paper.name_of(record, language)
    late = loans.days_late(view.loan, request.desk.today) if view.loan is not None else 0
    return {
        "crumbs": (
            Crumb(say("Paper store"), request.route_path("paper")),
            Crumb(papers.short(name)),
        ),
        "paper": {
            "name": name,
            "second": second,
            "record_url": request.resource_path(record),
            "is_dossier": isinstance(record, Dossier),
            "way": paper.way(request, view.way),
            "position": view.position,
            "own": view.own,
            "revision": view.revision,
            "level": papers.level_badge(request, record.level),
            "lent": paper.said_loan(request, view.loan),
            "due": paper.due_badge(request, view.loan, late) if view.loan is not None else None,
            "loan": view.loan.uid if view.loan is not None and _is_own(view) else "",
            "history": list(_history(request, view.holding.shifts if view.holding else ())),
            "loans": [_loan(request, record, loan) for loan in view.loans],
        },
        "may_move": view.may_move and view.loan is None,
        "may_lend": view.may_lend,
        "refused": next((key for key, form in forms.items() if form.refused), ""),
        "move": forms.get("move", Form()),
        "lend": forms.get("lend", _lend_form(request)),
        "give_back": forms.get("return", Form()),
        "labels": label_form(request, shelving.canonical(record), place=False),
        "labels_url": request.route_path("paper-labels"),
    }


def _is_own(view: PaperView) -> bool:
    return view.loan is not None and view.loan.record == view.record.id


def _lend_form(request: Any) -> Form:
    return Form({"handed_on": request.language.date(request.desk.today)})


def _loan(request: Any, record: Dossier | Document, loan: Any) -> dict[str, Any]:
    language = request.language
    late = loans.days_late(loan, request.desk.today)
    return {
        "url": request.route_path("paper-loan", uid=record.uid, loan=loan.uid),
        "borrower": loan.borrower,
        "organisation": loan.organisation,
        "handed_on": language.date(loan.handed_on),
        "due": language.date(loan.due),
        "returned_on": language.date(loan.returned_on),
        "condition": loan.condition,
        "state": paper.due_badge(request, loan, late),
    }


def move(request: Any) -> Any:
    """Lay a record's paper into a place."""
    kept, values = _record(request), typed(request, ("place", "position", "why"))
    try:
        shelving.move(
            request.desk,
            kept,
            place=values["place"],
            position=values["position"],
            why=values["why"],
            revision=revision_of(request),
        )
    except (Invalid, Conflict) as error:
        return paper_page(request, kept, {"move": refused_form(request, Form(), values, error)})
    return HTTPSeeOther(done(record_url(request, kept), "paper-moved"))


def refused_form(
    request: Any, form: Form, values: dict[str, str], error: Invalid | Conflict
) -> Form:
    """Return a form that was refused, all typed kept; the answer says so in its status."""
    if isinstance(error, Conflict):
        request.response.status_int = 409
        return Form(values, message=request.language.error(error), choices=form.choices)
    request.response.status_int = 422
    return form.refuse(values, error, request.language)


# Labels ------------------------------------------------------------------------------------


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
    kept = {"route_name": "paper-record", "renderer": "shelving/paper.jinja2"}
    config.add_act_view(shelving.see, record, request_method="GET", **kept)
    config.add_act_view(shelving.move, move, request_method="POST", request_param="do=move", **kept)
    config.add_act_view(
        labelling.print_labels,
        labels,
        route_name="paper-labels",
        renderer="shelving/labels.jinja2",
        request_method="GET",
    )
