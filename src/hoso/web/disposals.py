"""Lists of disposal in words: states, lines, the council, the days that are left."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from hoso.desk.disposal_wording import facts_said
from hoso.desk.disposing_looking import LineView, ListView
from hoso.desk.disposing_sweep import Candidate
from hoso.records.model import Reason
from hoso.retention.disposing.deciding import days_left
from hoso.retention.disposing.freezing import thawed
from hoso.retention.disposing.model import DisposalLine, DisposalList, Frozen
from hoso.web import keeping
from hoso.web.deeds import person_named
from hoso.web.language import Language
from hoso.web.shapes import Badge, Fact
from hoso.web.words import Word, badge

__all__ = [
    "BASES",
    "DUTIES",
    "LINE_STATES",
    "LIST_STATES",
    "VOTES",
    "candidate_of",
    "countdown",
    "decision_named",
    "facts_of",
    "figures_of",
    "line_of",
    "list_badge",
    "members_of",
    "row_of",
    "said",
]

LIST_STATES = {
    "proposed": Word("Proposed"),
    "under-review": Word("The council reviews", "warn"),
    "reviewed": Word("Waits for the decision", "warn"),
    "approved": Word("To be carried out", "warn"),
    "refused": Word("Refused: all is kept"),
    "executing": Word("Being carried out", "warn"),
    "binned": Word("In the bin", "bad"),
    "closed": Word("Closed", "good"),
}
LINE_STATES = {
    "proposed": Word("Proposed"),
    "dropped": Word("Taken off the list"),
    "kept": Word("Kept", "good"),
    "agreed": Word("The council agrees", "warn"),
    "approved": Word("To be destroyed", "bad"),
    "blocked": Word("Blocked", "warn"),
    "binned": Word("In the bin", "bad"),
    "restored": Word("Restored", "good"),
    "destroyed": Word("Destroyed", "bad"),
}
BASES = {
    "expired": Word("Period over, found by the sweep"),
    "worthless": Word("Period over, of no more value"),
    "duplicate": Word("Duplicate: the same papers are kept elsewhere"),
}
DUTIES = {
    "chair": Word("Chair"),
    "secretary": Word("Secretary (archives officer)"),
    "unit": Word("For the unit that has the records"),
    "expert": Word("Knows the field"),
}
_SUGGESTED = {
    "destroy": Word("Nothing stands against it", "good"),
    "look": Word("Look closer", "warn"),
}
VOTES = {"destroy": Word("Destroy"), "keep": Word("Keep")}


def said(request: Any, reasons: Iterable[Reason]) -> list[str]:
    """Return reasons as sentences."""
    language = request.language
    return [language.say(one.message, **facts_said(one, language.say)) for one in reasons]


def list_badge(language: Language, list_: DisposalList) -> Badge:
    """Return where a list stands, as a badge."""
    return badge(LIST_STATES, list_.state, language)


def countdown(language: Language, list_: DisposalList, left: int | None) -> Badge | None:
    """Return how many days are left to carry a decision out; ``None`` where none run."""
    if left is None or list_.state not in {"approved", "executing"}:
        return None
    if left < 0:
        return Badge(language.say("The days of the decision are over"), "bad")
    if left == 0:
        return Badge(language.say("Today is the last day"), "bad")
    return Badge(language.count("{n} day left", "{n} days left", left), "warn")


def row_of(language: Language, list_: DisposalList, url: str, *, today: date) -> dict[str, Any]:
    """Return a list as a row of the table of lists."""
    lines = list(list_.lines.values())
    return {
        "url": url,
        "number": list_.number,
        "title": list_.title,
        "unit": list_.unit.name,
        "lines": len(lines),
        "gone": sum(line.state == "destroyed" for line in lines),
        "state": list_badge(language, list_),
        "countdown": countdown(language, list_, days_left(list_.ruling, today)),
        "by": list_.proposed_name or list_.proposed_by,
        "at": language.moment(list_.proposed_at),
    }


def figures_of(language: Language, view: ListView) -> list[dict[str, Any]]:
    """Return how many lines are in which state, in the order of a line's life."""
    return [
        {
            "n": view.counts[state],
            "label": language.say(word.text),
            "tone": word.tone,
        }
        for state, word in LINE_STATES.items()
        if state in view.counts
    ]


def candidate_of(request: Any, one: Candidate, *, ticked: bool) -> dict[str, Any]:
    """Return a dossier or paper whose period is over, as a line to choose."""
    decision, language = one.decision, request.language
    return {
        "code": one.code,
        "title": _titled(request, one.title, one.record.type),
        "is_paper": one.is_paper,
        "whole": one.dossier.name,
        "url": request.resource_path(one.record),
        "why_url": request.resource_path(one.record, "why"),
        "unit": one.dossier.unit.name,
        "rule": keeping.rule_label(request, decision.rule),
        "instrument": keeping.instrument(request, decision.rule),
        "period": keeping.period(request, decision.period),
        "due": language.date((decision.without_holds or decision).due),
        "hints": said(request, one.hints),
        "against": said(request, one.against),
        "ticked": ticked and not one.against,
    }


def _titled(request: Any, title: str, type_: str) -> str:
    """Return what a record is called; a paper without a title by what it is."""
    known = request.house.rulebook.document_types.get(type_)
    return str(request.language.label(known.label)) if known and title == type_ else title


def _tree(request: Any, frozen: Frozen) -> list[dict[str, Any]]:
    return [keeping.explanation(request, thawed(frozen.steps))] if frozen.steps else []


def line_of(request: Any, view: LineView, list_: DisposalList, *, mine: Any) -> dict[str, Any]:
    """Return a line as the page of its list shows it.

    :param mine: the vote of the reader on this line, or ``None``.
    """
    line, language, frozen = view.line, request.language, view.line.frozen
    last = line.history[-1] if line.history else None
    why = line.reasons or (last.why if last is not None else ())
    suggestion = badge(_SUGGESTED, line.suggestion, language)
    return {
        "number": line.number,
        "code": line.code,
        "title": _titled(request, line.title, line.type),
        "is_paper": line.is_paper,
        "whole": line.of_title,
        "url": request.resource_path(view.record) if view.record is not None else "",
        "unit": line.unit.name,
        "papers": frozen.paper_count,
        "basis": language.say(BASES[line.basis].text),
        "rule": keeping.rule_label(request, frozen.rule),
        "instrument": keeping.instrument(request, frozen.rule),
        "period": keeping.period(request, frozen.period),
        "due": language.date(frozen.expires),
        "note": line.note,
        "suggestion": suggestion,
        "hints": said(request, line.hints),
        "against": said(request, view.against) if line.state != "blocked" else [],
        "state_key": line.state,
        "state": badge(LINE_STATES, line.state, language),
        "why": said(request, why),
        "tree": _tree(request, frozen),
        "digest": frozen.digest,
        "destroy": view.tally.destroy,
        "keep": view.tally.keep,
        "silent": view.tally.silent,
        "votes": list(_votes(request, list_, line)),
        "mine": mine.says if mine is not None else "",
        "mine_why": mine.why if mine is not None else "",
        "history": [
            {
                "state": language.say(LINE_STATES[step.state].text),
                "at": language.moment(step.at),
                "by": step.name or step.by,
                "why": said(request, step.why),
            }
            for step in line.history
        ],
        "purge_from": language.date(line.purge_from),
        "may_purge": line.state == "binned"
        and bool(line.purge_from)
        and line.purge_from <= request.desk.today.isoformat(),
        "certificate_url": request.route_path("destroyed", uid=line.uid)
        if view.destroyed is not None
        else "",
    }


def _votes(request: Any, list_: DisposalList, line: DisposalLine) -> Iterator[dict[str, str]]:
    for opinion in list_.opinions.values():
        for vote in opinion.votes:
            if vote.line == line.number:
                word = request.language.say(VOTES[vote.says].text)
                yield {"name": opinion.name, "says": word, "why": vote.why}


def members_of(request: Any, list_: DisposalList) -> list[dict[str, Any]]:
    """Return the members of the council, with how far they have voted."""
    language, council = request.language, list_.council
    found = []
    for member in council.members if council is not None else ():
        opinion = list_.opinions.get(member.login)
        found.append(
            {
                "name": person_named(request, member.login),
                "duty": language.say(DUTIES[member.duty].text),
                "voted": len(opinion.votes) if opinion is not None else 0,
                "text": opinion.text if opinion is not None else "",
                "at": language.moment(opinion.at) if opinion is not None else "",
            }
        )
    return found


def facts_of(request: Any, list_: DisposalList) -> Iterator[Fact]:
    """Yield who did what with a list, and by which decisions."""
    language, say = request.language, request.language.say
    yield Fact(say("Unit"), list_.unit.name)
    yield Fact(
        say("Proposed by"),
        f"{person_named(request, list_.proposed_by)}, {language.moment(list_.proposed_at)}",
    )
    council, ruling = list_.council, list_.ruling
    if council is not None:
        yield Fact(
            say("Council set up by"), decision_named(request, council.number, council.decided)
        )
    if list_.reviewed_at:
        yield Fact(
            say("Review closed by"),
            f"{person_named(request, list_.reviewed_by)}, {language.moment(list_.reviewed_at)}",
        )
    if ruling is not None:
        destroy, keep = say("Decision to destroy"), say("Decision to keep")
        if ruling.number:
            outcome = destroy if ruling.outcome == "approved" else keep
            yield Fact(outcome, decision_named(request, ruling.number, ruling.decided))
        yield Fact(
            say("Decided by"), f"{person_named(request, ruling.by)}, {language.moment(ruling.at)}"
        )
        if ruling.signer:
            yield Fact(say("Signed by"), ruling.signer)
        if ruling.until:
            yield Fact(say("To be carried out by"), language.date(ruling.until))
        if ruling.note:
            yield Fact(say("Remark"), ruling.note)
    if list_.executor:
        yield Fact(
            say("Carried out by"),
            f"{person_named(request, list_.executor)}, {language.moment(list_.execution_began_at)}",
        )
    if list_.closed_at:
        yield Fact(say("Closed"), language.moment(list_.closed_at))


def decision_named(request: Any, number: str, day: str) -> str:
    """Return a decision by its number and day."""
    language = request.language
    return str(language.say("No. {number} of {date}", number=number, date=language.date(day)))
