"""The auditor's desk: figures that lead to their lists, a sample, a package to take away."""

from __future__ import annotations

from itertools import islice
from typing import Any

from pyramid.response import FileIter, Response

from hoso.access.permissions import Permission
from hoso.desk import compliance, compliance_charts, evidence
from hoso.desk.compliance import Checked, Drawn
from hoso.kernel.dates import parse_typed
from hoso.kernel.errors import Fault, Invalid, Missing
from hoso.web import charts, keeping, paper
from hoso.web.charts import CHECKS
from hoso.web.forms import Form, typed
from hoso.web.layout import offers
from hoso.web.shapes import Crumb, Fact, page_number
from hoso.web.words import say as said

__all__ = ["includeme"]

_PAGE = 100
_DESK, _LIST = "compliance/compliance.jinja2", "compliance/list.jinja2"


def overview(request: Any) -> dict[str, Any]:
    """Show how rules are kept, each figure with the way to its list."""
    language, desk = request.language, request.desk
    told = compliance.overview(desk, desk.site)
    figures = [
        {
            "n": language.number(one.count) + ("+" if one.capped else ""),
            "label": said(CHECKS, one.check, language),
            "url": request.route_path("compliance-list", check=one.check),
            "tone": CHECKS[one.check].tone if one.count else "",
        }
        for one in told.figures
    ]
    return {
        "crumbs": (Crumb(language.say("Compliance")),),
        "figures": figures,
        "charts": charts.charts(language, told, compliance_charts.charted(desk, desk.site)),
        "facts": tuple(_facts(request, told)),
        "sample": Form({"seed": "", "size": "10"}),
        "sample_url": request.route_path("compliance-sample"),
        "evidence": Form({"first": language.date(desk.today), "last": language.date(desk.today)}),
        "evidence_url": request.route_path("compliance-evidence")
        if offers(request, Permission.EVIDENCE_BUILD)
        else "",
        "made": None,
        "made_facts": (),
        "package_url": "",
    }


def _facts(request: Any, told: compliance.Overview) -> list[Fact]:
    language, say = request.language, request.language.say
    looked = (
        language.date(told.looked_through) if told.looked_through else say("not yet looked through")
    )
    if told.under_way:
        looked = say("{before}; {n} dossiers looked at today", before=looked, n=told.under_way)
    last = told.fixity.last
    read = (
        say("{wrong} wrong, {unread} not read, up to {on}", wrong=last.wrong, unread=last.unread,
             on=language.moment(last.ended))
        if last is not None
        else say("not every file was read yet")
    )  # fmt: skip
    return [
        Fact(say("Components looked through on"), looked),
        Fact(say("Files read again"), read),
        Fact(say("Files at risk"), language.number(told.fixity.open_risks)),
        Fact(
            say("Journal sealed up to"),
            language.date(told.sealed_to) if told.sealed_to else say("no day yet"),
        ),
        Fact(say("Rulebook"), request.desk.rulebook.digest[:16], code=True),
    ]


def listing(request: Any) -> dict[str, Any]:
    """Show the dossiers that fail one check."""
    language, check = request.language, request.matchdict["check"]
    if check not in compliance.CHECKS:
        raise Missing
    page = page_number(request)
    rows = compliance.lines(request.desk, request.desk.site, check=check)
    some = list(islice(rows, (page - 1) * _PAGE, page * _PAGE + 1))
    at = {"check": check}
    return {
        "crumbs": (
            Crumb(language.say("Compliance"), request.route_path("compliance")),
            Crumb(said(CHECKS, check, language)),
        ),
        "title": said(CHECKS, check, language),
        "lines": [_line(request, one) for one in some[:_PAGE]],
        "with_lot": False,
        "seed": "",
        "before_url": request.route_path("compliance-list", **at, _query={"page": page - 1})
        if page > 1
        else "",
        "more_url": request.route_path("compliance-list", **at, _query={"page": page + 1})
        if len(some) > _PAGE
        else "",
    }


def _line(request: Any, one: Checked | Drawn) -> dict[str, Any]:
    language, dossier = request.language, one.dossier
    types = request.desk.rulebook.document_types
    return {
        "lot": getattr(one, "lot", "")[:16],
        "code": dossier.code,
        "title": dossier.name,
        "url": paper.record_url(request, dossier),
        "unit": dossier.unit.name,
        "why": keeping.explanation(request, one.decision.explanation)["text"],
        "why_url": request.resource_path(dossier, "why"),
        "missing": [language.label(types[key].label) for key in one.missing if key in types],
    }


def sample(request: Any) -> dict[str, Any]:
    """Draw a sample and show it with its seed."""
    language, desk = request.language, request.desk
    asked = typed(request, ("seed", "size"))
    try:
        found = compliance.sample(desk, desk.site, seed=asked["seed"], size=_whole(asked["size"]))
    except Invalid as error:
        return _refused(request, "sample", asked, error)
    return {
        "crumbs": (
            Crumb(language.say("Compliance"), request.route_path("compliance")),
            Crumb(language.say("Sample")),
        ),
        "title": language.say("Sample drawn by the seed {seed}", seed=asked["seed"]),
        "lines": [_line(request, one) for one in found],
        "with_lot": True,
        "seed": asked["seed"],
        "before_url": "",
        "more_url": "",
    }


def _whole(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0


def build(request: Any) -> dict[str, Any]:
    """Build the evidence package and offer it."""
    language, desk = request.language, request.desk
    asked = typed(request, ("first", "last", "seed", "size"))
    try:
        first, last = (_day(asked, name) for name in ("first", "last"))
        size = _whole(asked["size"]) if asked["seed"] else 0
        made = evidence.build(
            desk,
            desk.site,
            first=first,
            last=last,
            told=charts.teller(),
            seed=asked["seed"],
            size=size,
        )
    except Invalid as error:
        return _refused(request, "evidence", asked, error)
    return {
        **overview(request),
        "evidence": Form(asked),
        "made": made,
        "package_url": request.route_path("evidence-package", name=made.name),
        "made_facts": (
            Fact(language.say("File name"), made.name, code=True),
            Fact(language.say("Files"), language.number(made.files)),
            Fact(language.say("Size"), language.size(made.size)),
            Fact(language.say("SHA-256 of the file"), made.sha256, code=True),
        ),
    }


def _day(asked: dict[str, str], name: str) -> Any:
    try:
        day = parse_typed(asked[name]).exact
    except ValueError:
        day = None
    if day is None:
        raise Invalid([Fault(name, "Write the day as 05/09/2024.")])
    return day


def _refused(request: Any, which: str, asked: dict[str, str], error: Invalid) -> dict[str, Any]:
    request.response.status_int = 422
    request.override_renderer = _DESK
    return {**overview(request), which: Form(asked).refuse(asked, error, request.language)}


def package(request: Any) -> Response:
    """Send a package; where it was cut off, it goes on (RFC 9110 section 14)."""
    path = evidence.fetch(request.desk, request.desk.site, name=request.matchdict["name"])
    response = Response(content_type="application/zip", conditional_response=True)
    response.app_iter = FileIter(path.open("rb"))
    response.content_length = path.stat().st_size
    response.accept_ranges = "bytes"
    response.etag = path.stem
    response.content_disposition = f'attachment; filename="{path.name}"'
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


def includeme(config: Any) -> None:
    for act, view, route, method, renderer in (
        (compliance.overview, overview, "compliance", "GET", _DESK),
        (compliance.lines, listing, "compliance-list", "GET", _LIST),
        (compliance.sample, sample, "compliance-sample", "POST", _LIST),
        (evidence.build, build, "compliance-evidence", "POST", _DESK),
        (evidence.fetch, package, "evidence-package", "GET", None),
    ):
        config.add_act_view(act, view, route_name=route, request_method=method, renderer=renderer)
