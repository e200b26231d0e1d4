"""Disposal on the screen: what is proposed, the council, the decision, the days that are left."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pyramid.httpexceptions import HTTPSeeOther

from hoso.desk import disposing, disposing_looking
from hoso.desk import disposing_closing as closing
from hoso.desk import disposing_executing as executing
from hoso.desk import disposing_review as review
from hoso.kernel.errors import Conflict, Fault, Forbidden, Invalid, NotReady
from hoso.retention.disposing.model import DisposalList
from hoso.web.disposal_page import page_of, url_of
from hoso.web.forms import Form, revision_of, typed, whole_number
from hoso.web.layout import done

__all__ = ["includeme"]

_APPROVED = ("number", "decided", "signer", "note")


# One list --------------------------------------------------------------------------------


def one(request: Any) -> Any:
    """Show a list: its lines, the council, the decision, what was carried out."""
    return page_of(request, _list(request), {})


def _list(request: Any) -> DisposalList:
    return disposing.find(request.desk, request.matchdict["number"])


def _back(request: Any, list_: DisposalList, said: str) -> HTTPSeeOther:
    return HTTPSeeOther(done(url_of(request, list_), said))


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
        return page_of(request, list_, {name: Form().refuse(values, error, request.language)})
    request.response.status_int = 409 if isinstance(error, Conflict) else 403
    return page_of(request, list_, {name: Form(values, message=request.language.error(error))})


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


def close(request: Any) -> Any:
    """Close a list of which nothing more can go."""
    list_, values = _list(request), typed(request, ("why",))
    try:
        closing.close(request.desk, list_, why=values["why"], revision=revision_of(request))
    except _ERRORS as error:
        return _refused(request, list_, "close", values, error)
    return _back(request, list_, "disposal-closed")


def includeme(config: Any) -> None:
    sheet = {"route_name": "disposal", "renderer": "disposing/disposal.jinja2"}
    config.add_act_view(disposing_looking.look, one, request_method="GET", **sheet)
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
        ("close", closing.close, close),
    ):
        config.add_act_view(act, view, request_method="POST", request_param=f"do={name}", **sheet)
