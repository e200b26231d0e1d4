"""Whether every file is still what came in: how far reading is, and the list to work off."""

from __future__ import annotations

from typing import Any

from pyramid.httpexceptions import HTTPSeeOther

from hoso.access.permissions import Permission
from hoso.desk import fixity, fixity_risks
from hoso.desk.fixity_holders import Decided
from hoso.desk.fixity_risks import RiskView
from hoso.kernel.errors import Conflict, Invalid, NotReady, Unusable
from hoso.preservation.fixity.rounds import Progress
from hoso.records.model import Document
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
    "gone": Word("Destroyed or given up since"),
}
#: What a file belongs to; ``{name}`` is what that is called.
_HOLDERS = {
    "binned": Word("A paper in the bin of list {name}"),
    "batch": Word("Receipts of the batch {name}"),
    "disposal-list": Word("Destruction file {name}"),
    "frozen-package": Word("Package to hand over: {name}"),
    "handover": Word("Papers of the handover {name}"),
    "import": Word("List of an import: {name}"),
    "taken-package": Word("Package taken in: {name}"),
    "": Word("something that is not there any more"),
}
_UNKNOWN = Word("something that is not open to you")
#: What files are called that many papers have; others go by their own names.
_FILES = {
    "original": Word("Original"),
    "copy": Word("Preservation copy"),
    "text": Word("Text"),
    "words": Word("Words with their places"),
    "list": Word("The list as it came"),
    "list.json": Word("List, for programs"),
    "list.csv": Word("List, as a table"),
    "list.pdf": Word("List, signed"),
    "answer.json": Word("Answer, for programs"),
    "answer.pdf": Word("Answer, signed"),
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
        "lines": [_line(request, one) for one in fixity_risks.risks(desk, desk.site, every=every)],
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
    language, risk, around = request.language, line.risk, line.around
    may = around is not None and request.desk.may(around, Permission.FIXITY_WORK)
    is_open = may and risk.state == "open"
    return {
        "title": _called(request, line),
        "url": paper.record_url(request, around) if isinstance(around, Document) else "",
        "uid": line.uid,
        "rendition": _file_called(request, line.rendition),
        "kind": badge(_KINDS, risk.kind, language),
        "why": risk.why,
        "state": badge(_STATES, risk.state, language),
        "reason": risk.reason,
        "found": language.moment(risk.found_at),
        "settled": language.moment(risk.settled_at) if risk.settled_at else "",
        "settled_by": risk.settled_by,
        "expected": risk.expected,
        "seen": risk.found,
        "read_url": _deed_url(request, "fixity-read", line) if is_open else "",
        "repair_url": _deed_url(request, "fixity-repair", line) if is_open and line.in_copy else "",
        "lost_url": _deed_url(request, "fixity-lost", line) if is_open else "",
    }


def _called(request: Any, line: RiskView) -> str:
    language = request.language
    if line.kind and line.around is None:
        return str(language.say(_UNKNOWN.text))
    if line.kind == "paper":
        return line.title
    return str(language.say(_HOLDERS[line.kind].text, name=line.title))


def _file_called(request: Any, name: str) -> str:
    stem = name.removeprefix("sealed:")
    known = _FILES.get(stem)
    told = request.language.say(known.text) if known is not None else stem
    return request.language.say("{file}, behind a seal", file=told) if stem != name else told


def _deed_url(request: Any, route: str, line: RiskView) -> str:
    """Return the address of a deed; a name with slashes would be taken for more of the path."""
    if "/" not in line.rendition:
        return str(request.route_path(route, uid=line.uid, rendition=line.rendition))
    query = {"file": line.rendition}
    return str(request.route_path(route, uid=line.uid, rendition="file", _query=query))


def _file(request: Any) -> tuple[Decided, dict[str, str]]:
    uid = request.matchdict["uid"]
    name = request.GET.get("file") or request.matchdict["rendition"]
    return fixity_risks.find(request.desk, uid), {"of": uid, "rendition": name}


def _again(request: Any, error: Any) -> dict[str, Any]:
    request.response.status = 409 if isinstance(error, Conflict) else 400
    return listing(request, Form(message=request.language.error(error)))


def read(request: Any) -> Any:
    """Read a file at risk again."""
    record, file = _file(request)
    verdict = fixity_risks.see_again(request.desk, record, **file)
    what = "file-whole" if verdict.is_whole else "file-not-whole"
    return HTTPSeeOther(done(request.route_path("fixity"), what))


def repair(request: Any) -> Any:
    """Mend a file from the second copy."""
    record, file = _file(request)
    try:
        fixity_risks.repair(request.desk, record, **file)
    except (Conflict, NotReady, Unusable) as error:
        return _again(request, error)
    return HTTPSeeOther(done(request.route_path("fixity"), "file-mended"))


def lost(request: Any) -> Any:
    """State that a file is lost."""
    record, file = _file(request)
    values = typed(request, ("reason",))
    try:
        fixity_risks.state_lost(request.desk, record, **file, **values)
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
        (fixity_risks.see_again, read, "fixity-read"),
        (fixity_risks.repair, repair, "fixity-repair"),
        (fixity_risks.state_lost, lost, "fixity-lost"),
    ):
        config.add_act_view(act, view, route_name=route, request_method="POST", renderer=template)
