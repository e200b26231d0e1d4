"""Whether every file is still what came in: how far reading is, and the list to work off."""

from __future__ import annotations

from typing import Any

from pyramid.httpexceptions import HTTPSeeOther

from hoso.access.permissions import Permission
from hoso.desk import fixity
from hoso.desk.fixity import Holder, RiskView
from hoso.kernel.errors import Conflict, Invalid, NotReady, Unusable
from hoso.preservation.fixity.rounds import Progress
from hoso.records.model import Batch, Document
from hoso.web import paper
from hoso.web.forms import Form, typed
from hoso.web.layout import done
from hoso.web.shapes import Crumb, Fact
from hoso.web.words import Word, badge

__all__ = ["includeme"]

_KINDS = {
    "changed": Word("Changed", "bad"),
    "cut": Word("Shorter than it was", "bad"),
    "missing": Word("Missing", "bad"),
    "unreadable": Word("Cannot be read", "bad"),
    "undigested": Word("No digest to compare with", "warn"),
}
_STATES = {
    "open": Word("To be seen to", "warn"),
    "repaired": Word("Mended from the second copy", "good"),
    "whole": Word("Found whole again", "good"),
    "lost": Word("Lost", "bad"),
}


def listing(request: Any, form: Form | None = None) -> dict[str, Any]:
    """Show how far reading is, and the files at risk."""
    language, desk = request.language, request.desk
    every = request.GET.get("all", "") == "1"
    stands = fixity.status(desk, desk.site)
    period = int(desk.rulebook.profile.settings["fixity"]["period_days"])
    return {
        "crumbs": (Crumb(language.say("Whole files")),),
        "refused": form or Form(),
        "state": _state(request, stands),
        "facts": tuple(_facts(request, stands, period)),
        "lines": [_line(request, one) for one in fixity.risks(desk, desk.site, every=every)],
        "every": every,
        "all_url": request.route_path("fixity", _query={"all": "1"}),
        "open_url": request.route_path("fixity"),
    }


def _state(request: Any, stands: Progress) -> Any:
    language = request.language
    if stands.failing:
        word = Word("Reading failed", "bad")
    elif stands.open_risks:
        word = Word("Files are at risk", "bad")
    elif stands.overdue:
        word = Word("A full round is overdue", "bad")
    elif stands.last is None:
        word = Word("Not every file was read yet", "warn")
    else:
        word = Word("Every file was what came in", "good")
    return badge({"": word}, "", language)


def _facts(request: Any, stands: Progress, period: int) -> list[Fact]:
    language, say, last = request.language, request.language.say, stands.last
    facts = []
    if stands.failing:
        facts.append(Fact(say("Failed at"), language.moment(stands.failed_at)))
        facts.append(Fact(say("Why"), stands.failing))
    if last is not None:
        told = say(
            "from {began} to {ended}: {files} files, {size}; {wrong} wrong, {unread} not read",
            began=language.moment(last.began),
            ended=language.moment(last.ended),
            files=language.number(last.files),
            size=language.size(last.size),
            wrong=last.wrong,
            unread=last.unread,
        )
        facts.append(Fact(say("Last full round"), told))
    if stands.began:
        told = say(
            "since {began}: {files} files, {size}; {wrong} wrong, {unread} not read",
            began=language.moment(stands.began),
            files=language.number(stands.files),
            size=language.size(stands.size),
            wrong=stands.wrong,
            unread=stands.unread,
        )
        facts.append(Fact(say("Round under way"), told))
    facts.append(Fact(say("Every file within"), say("{days} days", days=period)))
    return facts


def _line(request: Any, line: RiskView) -> dict[str, Any]:
    language, risk, document = request.language, line.risk, line.document
    may = document is not None and request.desk.may(document, Permission.FIXITY_WORK)
    is_open = risk.state == "open"
    at = {"uid": line.uid, "rendition": line.rendition}
    return {
        "title": line.title or language.say("a paper that is not open to you"),
        "url": paper.record_url(request, document) if isinstance(document, Document) else "",
        "uid": line.uid,
        "rendition": line.rendition,
        "kind": badge(_KINDS, risk.kind, language),
        "why": risk.why,
        "state": badge(_STATES, risk.state, language),
        "reason": risk.reason,
        "found": language.moment(risk.found_at),
        "settled": language.moment(risk.settled_at) if risk.settled_at else "",
        "settled_by": risk.settled_by,
        "expected": risk.expected,
        "seen": risk.found,
        "read_url": request.route_path("fixity-read", **at) if may and is_open else "",
        "repair_url": request.route_path("fixity-repair", **at)
        if may and is_open and line.in_copy
        else "",
        "lost_url": request.route_path("fixity-lost", **at) if may and is_open else "",
    }


def _paper(request: Any) -> tuple[Holder, str]:
    document = request.desk.find(request.matchdict["uid"], (Document, Batch))
    return document, request.matchdict["rendition"]


def _again(request: Any, error: Any) -> dict[str, Any]:
    request.response.status = 409 if isinstance(error, Conflict) else 400
    return listing(request, Form(message=request.language.error(error)))


def read(request: Any) -> Any:
    """Read a file at risk again."""
    document, rendition = _paper(request)
    verdict = fixity.see_again(request.desk, document, rendition=rendition)
    what = "file-whole" if verdict.is_whole else "file-not-whole"
    return HTTPSeeOther(done(request.route_path("fixity"), what))


def repair(request: Any) -> Any:
    """Mend a file from the second copy."""
    document, rendition = _paper(request)
    try:
        fixity.repair(request.desk, document, rendition=rendition)
    except (Conflict, NotReady, Unusable) as error:
        return _again(request, error)
    return HTTPSeeOther(done(request.route_path("fixity"), "file-mended"))


def lost(request: Any) -> Any:
    """State that a file is lost."""
    document, rendition = _paper(request)
    values = typed(request, ("reason",))
    try:
        fixity.state_lost(request.desk, document, rendition=rendition, **values)
    except Invalid as error:
        return _again(request, error.faults[0])
    except Conflict as error:
        return _again(request, error)
    return HTTPSeeOther(done(request.route_path("fixity"), "file-lost"))


def includeme(config: Any) -> None:
    template = "fixity/fixity.jinja2"
    config.add_act_view(
        fixity.status, listing, route_name="fixity", request_method="GET", renderer=template
    )
    for act, view, route in (
        (fixity.see_again, read, "fixity-read"),
        (fixity.repair, repair, "fixity-repair"),
        (fixity.state_lost, lost, "fixity-lost"),
    ):
        config.add_act_view(act, view, route_name=route, request_method="POST", renderer=template)
