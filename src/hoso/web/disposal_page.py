"""One list of disposal as a page: its lines, what may be done with it, the forms for that."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from hoso.desk import disposal_papers, disposing_looking
from hoso.desk import disposing_review as review
from hoso.retention.disposing.council import DUTIES
from hoso.retention.disposing.deciding import bin_ends
from hoso.retention.disposing.model import DisposalLine, DisposalList
from hoso.web import disposals
from hoso.web.forms import Choice, Form
from hoso.web.shapes import Crumb, page_number, pages_of

__all__ = ["page_of", "url_of"]

_PAGE = 100


def url_of(request: Any, list_: DisposalList) -> str:
    """Return the address of a list."""
    return str(request.route_path("disposal", number=list_.number))


def page_of(request: Any, list_: DisposalList, forms: Mapping[str, Form]) -> dict[str, Any]:
    """Return what the page of a list shows; *forms* are those that were refused, by deed."""
    desk, language, say = request.desk, request.language, request.language.say
    view = disposing_looking.look(desk, list_)
    page = page_number(request)

    def url(number: int) -> str:
        return f"{url_of(request, list_)}?page={number}"

    shown = view.lines[(page - 1) * _PAGE : page * _PAGE]
    opinion = list_.opinions.get(desk.identity.login)
    mine = {vote.line: vote for vote in (opinion.votes if opinion is not None else ())}
    settings = request.house.rulebook.profile.settings["disposal"]
    today = language.date(desk.today)
    ends = bin_ends(list_.ruling, desk.today, grace=settings["grace_days"])
    may_seat = view.may["council"] and not list_.opinions
    seats = _seats(request, list_) if may_seat else []
    approve = forms.get("approve") or Form({"decided": today, "signer": desk.identity.name})
    agreed = [one.line for one in view.lines if one.line.state == "agreed" or one.line.is_approved]
    leaving = [
        one.line for one in view.lines if one.line.is_approved and one.line.state != "destroyed"
    ]
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
        "grace_days": (ends - desk.today).days,
        "execution_days": settings["execution_days"],
        "to_decide": _counted(agreed),
        "to_go": _counted(leaving),
        "seats": seats,
        "council": _with_duties(
            request, forms.get("council") or _council_form(request, list_), seats
        ),
        "vote": forms.get("vote") or Form({"text": opinion.text if opinion is not None else ""}),
        "add": _with_bases(request, forms.get("add") or Form({"basis": "expired"})),
        "approve": approve,
        "refuse": forms.get("refuse", Form()),
        "execute": forms.get("execute", Form()),
        "close": forms.get("close", Form()),
        "close_review": forms.get("close-review", Form()),
        "row": forms.get("row", Form()),
        "nothing": Form(),
        "here_url": url_of(request, list_),
    }


def _counted(lines: Iterable[DisposalLine]) -> dict[str, int]:
    """Count what lines are about: whole dossiers with their papers, and papers that go alone."""
    known = list(lines)
    whole = [line for line in known if not line.is_paper]
    return {
        "dossiers": len(whole),
        "papers": sum(line.frozen.paper_count for line in whole),
        "single": len(known) - len(whole),
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
