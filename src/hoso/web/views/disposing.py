"""Disposal on the screen: what is proposed, the council, the decision, the days that are left."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pyramid.httpexceptions import HTTPSeeOther
from pyramid.response import Response

from hoso.access.permissions import Permission
from hoso.desk import disposal_papers, disposing, disposing_certificate, units
from hoso.desk import disposing_executing as executing
from hoso.desk import disposing_review as review
from hoso.http.downloads import attachment
from hoso.kernel.errors import Conflict, Fault, Forbidden, Invalid, NotReady
from hoso.retention.disposing.council import DUTIES
from hoso.retention.disposing.model import DisposalList
from hoso.web import disposals
from hoso.web.forms import Choice, Form, revision_of, typed, whole_number
from hoso.web.layout import done, offers
from hoso.web.places import unit_choices
from hoso.web.shapes import Crumb, page_number, pages_of

__all__ = ["includeme"]

_PAGE = 100
_NEW = ("unit", "title", "explanation", "codes", "basis")
_APPROVED = ("number", "decided", "signer", "note")


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
            disposals.row_of(language, one, _url(request, one), today=desk.today) for one in shown
        ],
        "pages": pages_of(page=page, size=_PAGE, total=len(found), url=url),
        "new_url": request.route_path("disposal-new")
        if offers(request, Permission.DISPOSAL_PROPOSE)
        else "",
    }


def _url(request: Any, list_: DisposalList) -> str:
    return str(request.route_path("disposal", number=list_.number))


# A new list ------------------------------------------------------------------------------


def new(request: Any) -> Any:
    """Show what may be proposed in a unit: the sweep, and fields to do it by hand."""
    return _new(request, Form({"unit": request.GET.get("unit", "").strip(), "basis": "expired"}))


def _new(request: Any, form: Form, ticked: tuple[str, ...] | None = None) -> dict[str, Any]:
    desk, say = request.desk, request.language.say
    mine = units.choices(desk, Permission.DISPOSAL_PROPOSE)
    key = form.value("unit") or (mine[0].key if len(mine) == 1 else "")
    unit = next((one for one in mine if one.key == key), None)
    found = disposing.candidates(desk, unit) if unit is not None else []
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
            disposals.candidate_of(
                request, one, ticked=ticked is None or one.dossier.code in ticked
            )
            for one in found
        ],
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
    return HTTPSeeOther(done(_url(request, made), "disposal-proposed"))


# One list --------------------------------------------------------------------------------


def one(request: Any) -> Any:
    """Show a list: its lines, the council, the decision, what was carried out."""
    return _page(request, _list(request), {})


def _list(request: Any) -> DisposalList:
    return disposing.find(request.desk, request.matchdict["number"])


def _page(request: Any, list_: DisposalList, forms: Mapping[str, Form]) -> dict[str, Any]:
    desk, language, say = request.desk, request.language, request.language.say
    view = disposing.look(desk, list_)
    page = page_number(request)

    def url(number: int) -> str:
        return f"{_url(request, list_)}?page={number}"

    shown = view.lines[(page - 1) * _PAGE : page * _PAGE]
    opinion = list_.opinions.get(desk.identity.login)
    mine = {vote.line: vote for vote in (opinion.votes if opinion is not None else ())}
    settings = request.house.rulebook.profile.settings["disposal"]
    today = language.date(desk.today)
    may_seat = view.may["council"] and not list_.opinions
    seats = _seats(request, list_) if may_seat else []
    approve = forms.get("approve") or Form({"decided": today, "signer": desk.identity.name})
    agreed = [one.line for one in view.lines if one.line.state == "agreed" or one.line.is_approved]
    to_decide = {"dossiers": len(agreed), "papers": sum(one.frozen.paper_count for one in agreed)}
    gone = sum(line.line.is_approved and line.line.state != "destroyed" for line in view.lines)
    return {
        "crumbs": (
            Crumb(say("Due for disposal"), request.route_path("due")),
            Crumb(say("Disposal lists"), request.route_path("disposals")),
            Crumb(list_.number),
        ),
        "list": {
            "number": list_.number,
            "title": list_.title,
            "state_key": list_.state,
            "explanation": list_.explanation,
            "revision": list_.revision,
            "decision": list_.ruling.number if list_.ruling is not None else "",
            "stopped": disposals.said(request, list_.stopped),
        },
        "state": disposals.list_badge(language, list_),
        "countdown": disposals.countdown(language, list_, view.days_left),
        "figures": disposals.figures_of(language, view),
        "may": view.may,
        "lines": [
            disposals.line_of(request, line, list_, mine=mine.get(line.line.number))
            for line in shown
        ],
        "pages": pages_of(page=page, size=_PAGE, total=len(view.lines), url=url),
        "facts": list(disposals.facts_of(request, list_)),
        "members": disposals.members_of(request, list_),
        "earlier": len(list_.earlier),
        "papers": [
            {
                "name": called,
                "url": request.route_path("disposal-paper", number=list_.number, name=paper.name),
                "size": language.size(paper.size),
                "at": language.moment(paper.made_at),
                "sha256": paper.sha256,
            }
            for called, paper in disposal_papers.papers_of(list_)
        ],
        "file_url": request.route_path("disposal-file", number=list_.number)
        if list_.renditions
        else "",
        "grace_days": settings["grace_days"],
        "execution_days": settings["execution_days"],
        "to_decide": to_decide,
        "to_go": gone,
        "to_go_papers": sum(
            line.line.frozen.paper_count
            for line in view.lines
            if line.line.is_approved and line.line.state != "destroyed"
        ),
        "seats": seats,
        "council": _with_duties(
            request, forms.get("council") or _council_form(request, list_), seats
        ),
        "vote": forms.get("vote") or Form({"text": opinion.text if opinion is not None else ""}),
        "add": _with_bases(request, forms.get("add") or Form({"basis": "expired"})),
        "approve": approve,
        "refuse": forms.get("refuse", Form()),
        "execute": forms.get("execute", Form()),
        "close_review": forms.get("close-review", Form()),
        "row": forms.get("row", Form()),
        "nothing": Form(),
        "here_url": _url(request, list_),
    }


def _with_bases(request: Any, form: Form) -> Form:
    say = request.language.say
    bases = tuple(Choice(one, say(word.text)) for one, word in disposals.BASES.items())
    return Form(form.values, form.faults, form.message, {"basis": bases})


def _council_form(request: Any, list_: DisposalList) -> Form:
    council = list_.council
    if council is None:
        return Form({"decided": request.language.date(request.desk.today)})
    values = {f"duty-{member.login}": member.duty for member in council.members}
    return Form(
        {**values, "number": council.number, "decided": request.language.date(council.decided)}
    )


def _seats(request: Any, list_: DisposalList) -> list[dict[str, str]]:
    """Return who may sit on the council."""
    return [
        {"name": f"duty-{account.login}", "label": f"{account.name} ({account.login})"}
        for account in review.who_may_sit(request.desk, list_)
    ]


def _with_duties(request: Any, form: Form, seats: list[dict[str, str]]) -> Form:
    say = request.language.say
    duties = (Choice("", "–"), *(Choice(one, say(disposals.DUTIES[one].text)) for one in DUTIES))
    choices = {seat["name"]: duties for seat in seats}
    return Form(form.values, form.faults, form.message, choices)


def _back(request: Any, list_: DisposalList, said: str) -> HTTPSeeOther:
    return HTTPSeeOther(done(_url(request, list_), said))


def _refused(
    request: Any,
    list_: DisposalList,
    name: str,
    values: Mapping[str, str],
    error: Invalid | Conflict | Forbidden | NotReady,
) -> Any:
    if "entry" in error.facts and not isinstance(error, Invalid):
        # What the journal must hear of is drawn at the rim, in a transaction of its own.
        raise error
    if isinstance(error, Invalid):
        request.response.status_int = 422
        return _page(request, list_, {name: Form().refuse(values, error, request.language)})
    request.response.status_int = 409 if isinstance(error, Conflict) else 403
    return _page(request, list_, {name: Form(values, message=request.language.error(error))})


_ERRORS = (Invalid, Conflict, Forbidden, NotReady)


def add(request: Any) -> Any:
    """Put more dossiers onto the list."""
    list_, values = _list(request), typed(request, ("codes", "basis"))
    codes = values["codes"].replace(",", " ").replace(";", " ").split()
    try:
        disposing.add_lines(
            request.desk, list_, codes=codes, basis=values["basis"], revision=revision_of(request)
        )
    except _ERRORS as error:
        return _refused(request, list_, "add", values, error)
    return _back(request, list_, "saved")


def drop(request: Any) -> Any:
    """Take a dossier off the list."""
    list_, values = _list(request), typed(request, ("line", "why"))
    try:
        disposing.drop_line(
            request.desk,
            list_,
            number=whole_number(values["line"]),
            why=values["why"],
            revision=revision_of(request),
        )
    except _ERRORS as error:
        return _refused(request, list_, "row", values, error)
    return _back(request, list_, "disposal-dropped")


def council(request: Any) -> Any:
    """Name the council."""
    list_, desk = _list(request), request.desk
    names = [name for name in request.POST if name.startswith("duty-")]
    values = typed(request, ("number", "decided", *names))
    members = [(name.removeprefix("duty-"), values[name]) for name in names if values[name]]
    try:
        review.name_council(
            desk,
            list_,
            number=values["number"],
            decided=values["decided"],
            members=members,
            revision=revision_of(request),
        )
    except Invalid as error:
        # The desk counts the members; the form knows them by login.
        faults = [
            Fault(_seat(fault.field, members), fault.message, fault.facts) for fault in error.faults
        ]
        return _refused(request, list_, "council", values, Invalid(faults))
    except _ERRORS as error:
        return _refused(request, list_, "council", values, error)
    return _back(request, list_, "disposal-council")


def _seat(field: str, members: list[tuple[str, str]]) -> str:
    place = whole_number(field.removeprefix("members."))
    return f"duty-{members[place][0]}" if 0 <= place < len(members) else field


def vote(request: Any) -> Any:
    """Give one's opinion and votes as a member of the council."""
    list_ = _list(request)
    fields = [name for name in request.POST if name.startswith(("vote-", "why-"))]
    values = typed(request, ("text", *fields))
    votes = {
        whole_number(name.removeprefix("vote-")): (
            values[name],
            values.get(f"why-{name.removeprefix('vote-')}", ""),
        )
        for name in fields
        if name.startswith("vote-") and values[name]
    }
    try:
        review.give_opinion(request.desk, list_, text=values["text"], votes=votes)
    except _ERRORS as error:
        return _refused(request, list_, "vote", values, error)
    return _back(request, list_, "disposal-voted")


def close_review(request: Any) -> Any:
    """Close the review of the council."""
    list_ = _list(request)
    try:
        review.close_review(request.desk, list_, revision=revision_of(request))
    except _ERRORS as error:
        return _refused(request, list_, "close-review", {}, error)
    return _back(request, list_, "disposal-reviewed")


def approve(request: Any) -> Any:
    """Decide that the dossiers are destroyed."""
    list_, values = _list(request), typed(request, _APPROVED)
    try:
        review.approve(request.desk, list_, **values, revision=revision_of(request))
    except _ERRORS as error:
        return _refused(request, list_, "approve", values, error)
    return _back(request, list_, "disposal-approved")


def refuse(request: Any) -> Any:
    """Decide that everything is kept."""
    list_, values = _list(request), typed(request, ("number", "note"))
    try:
        review.refuse(request.desk, list_, **values, revision=revision_of(request))
    except _ERRORS as error:
        return _refused(request, list_, "refuse", values, error)
    return _back(request, list_, "disposal-refused")


def execute(request: Any) -> Any:
    """Begin to carry the decision out."""
    list_, values = _list(request), typed(request, ("number",))
    try:
        executing.execute(
            request.desk, list_, number=values["number"], revision=revision_of(request)
        )
    except _ERRORS as error:
        return _refused(request, list_, "execute", values, error)
    return _back(request, list_, "disposal-begun")


def restore(request: Any) -> Any:
    """Take a dossier out of the bin."""
    list_, values = _list(request), typed(request, ("line", "why"))
    try:
        executing.restore(
            request.desk, list_, number=whole_number(values["line"]), why=values["why"]
        )
    except _ERRORS as error:
        return _refused(request, list_, "row", values, error)
    return _back(request, list_, "disposal-restored")


# What stays ------------------------------------------------------------------------------


def take_paper(request: Any) -> Any:
    """Send one paper of the destruction file."""
    list_ = _list(request)
    found = disposal_papers.take_paper(request.desk, list_, name=request.matchdict["name"])
    return attachment(found, name=f"{list_.number} {found.name}")


def take_file(request: Any) -> Any:
    """Send the destruction file as one bag in a zip."""
    name, content = disposal_papers.take_file(request.desk, _list(request))
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
        **disposals.certificate_of(request, found),
    }


def includeme(config: Any) -> None:
    all_ = {"route_name": "disposals", "renderer": "disposing/list.jinja2"}
    config.add_act_view(disposing.listing, listing, request_method="GET", **all_)
    fresh = {"route_name": "disposal-new", "renderer": "disposing/new.jinja2"}
    config.add_act_view(disposing.candidates, new, request_method="GET", **fresh)
    config.add_act_view(disposing.propose, propose, request_method="POST", **fresh)
    sheet = {"route_name": "disposal", "renderer": "disposing/disposal.jinja2"}
    config.add_act_view(disposing.look, one, request_method="GET", **sheet)
    for name, act, view in (
        ("add", disposing.add_lines, add),
        ("drop", disposing.drop_line, drop),
        ("council", review.name_council, council),
        ("vote", review.give_opinion, vote),
        ("close-review", review.close_review, close_review),
        ("approve", review.approve, approve),
        ("refuse", review.refuse, refuse),
        ("execute", executing.execute, execute),
        ("restore", executing.restore, restore),
    ):
        config.add_act_view(act, view, request_method="POST", request_param=f"do={name}", **sheet)
    config.add_act_view(disposal_papers.take_paper, take_paper, route_name="disposal-paper")
    config.add_act_view(disposal_papers.take_file, take_file, route_name="disposal-file")
    config.add_act_view(
        disposing_certificate.certificate,
        destroyed,
        route_name="destroyed",
        renderer="disposing/destroyed.jinja2",
    )
