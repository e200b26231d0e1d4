"""How pages show secrecy: the level of the day, the mark with its decisions, the seal.

Used by the pages of dossiers and papers and by the page of a mark; no view of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from hoso.desk import marking, stubs
from hoso.desk.dossiers import visible_documents
from hoso.desk.marking import MarkView, Step
from hoso.kernel.dates import PartialDate
from hoso.records.marking import SECRET, level_of
from hoso.records.model import Document, Dossier, Mark
from hoso.retention.facts import last_day
from hoso.web import papers
from hoso.web.forms import Choice, Form
from hoso.web.shapes import Fact
from hoso.web.words import Word
from hoso.web.words import say as say_word

__all__ = [
    "FORMS",
    "aside",
    "extend_by",
    "form_for",
    "note_of",
    "seal_of",
    "stamp_of",
    "steps_of",
    "summary",
    "terms_said",
]

#: What was done to a mark, as a line of its chain says it.
_DONE = {
    "determined": Word("Determined"),
    "extended": Word("Term extended"),
    "raised": Word("Level raised"),
    "lowered": Word("Level lowered"),
    "lifted": Word("Lifted"),
    "denied": Word("No state secret"),
}
#: What may be done to a mark: label of the act, and its fields in order.
FORMS: Mapping[str, tuple[Word, tuple[str, ...]]] = {
    "determined": (
        Word("Record the determination of a state secret"),
        (
            "level", "basis", "determiner", "decision", "decided", "years", "until",
            "document", "copies", "recipients", "copying",
        ),
    ),
    "extended": (
        Word("Record an extension of the term"),
        ("determiner", "decision", "decided", "years", "until", "basis", "document"),
    ),
    "raised": (
        Word("Record that the level was raised"),
        (
            "level", "basis", "determiner", "decision", "decided", "years", "until",
            "document", "copies", "recipients", "copying",
        ),
    ),
    "lowered": (
        Word("Record that the level was lowered"),
        (
            "level", "determiner", "decision", "decided", "years", "until", "basis",
            "document", "copies", "recipients", "copying",
        ),
    ),
    "lifted": (
        Word("Record that the mark was lifted"),
        ("determiner", "decision", "decided", "basis", "document"),
    ),
    "denied": (
        Word("Record that this is no state secret"),
        ("basis", "determiner", "decision", "decided", "document"),
    ),
}  # fmt: skip


def stamp_of(request: Any, record: Any) -> str:
    """Return the stamp of today's level, "" where it has none: drawn on each page shown."""
    level = level_of(record, request.desk.today)
    if isinstance(record, Document) and record.dossier is not None:
        level = max(level, level_of(record.dossier, request.desk.today))
    return str(request.house.rulebook.levels[level].stamp)


def aside(request: Any, record: Dossier | Document) -> dict[str, Any] | None:
    """Return what the page of a record says of its secrecy; ``None`` to who may not know."""
    view = marking.view_of(request.desk, record)
    if view is None or not (view.steps or view.undetermined or view.possible):
        return None
    return {
        "badge": papers.level_badge(request, view.level),
        "facts": summary(request, view),
        "note": note_of(request, view),
        "remark": _remark(request, view),
        "url": request.resource_path(record, "mark"),
        "may": bool(view.possible),
    }


def note_of(request: Any, view: MarkView) -> str:
    """Say in a sentence what is particular about a mark."""
    say = request.language.say
    if view.undetermined:
        return str(
            say(
                "This level was typed, or read from a stamp; no decision is recorded. It holds "
                "until one is."
            )
        )
    if view.mark is not None and not view.mark.until:
        return str(say("The end of the term is not known; the mark does not end by itself."))
    return ""


def _remark(request: Any, view: MarkView) -> str:
    """Return the remark of a record whose secrecy has ended (Law 29/2018/QH14 art. 22)."""
    ended = view.mark is None and bool(view.steps) and not view.undetermined
    real = any(step.mark.act != "lifted" for step in view.steps)
    return str(request.language.say("DECLASSIFIED")) if ended and real else ""


def summary(request: Any, view: MarkView) -> tuple[Fact, ...]:
    """Return the mark that holds, or how the last one ended."""
    language = request.language
    say = language.say
    if not view.steps:
        return ()
    newest = view.steps[-1].mark
    facts = [Fact(say("Basis"), newest.basis)] if newest.basis else []
    facts.append(Fact(say("Decided by"), _who(request, newest)))
    if newest.act == "lifted":
        return tuple(facts)
    if newest.until:
        label = say("Ended on") if view.lapsed else say("Secret until")
        facts.append(Fact(label, language.date(newest.until)))
    else:
        facts.append(Fact(say("Secret until"), say("not known")))
    return tuple(facts)


def _who(request: Any, mark: Mark) -> str:
    language = request.language
    return ", ".join(
        part for part in (mark.determiner, mark.decision, language.date(mark.decided)) if part
    )


def steps_of(request: Any, view: MarkView) -> list[dict[str, Any]]:
    """Return the decisions of a chain, the newest first, each with all it said."""
    return [_step(request, view, step) for step in reversed(view.steps)]


def _step(request: Any, view: MarkView, step: Step) -> dict[str, Any]:
    language, mark = request.language, step.mark
    say = language.say
    what = "denied" if mark.act == "lifted" and not _follows_mark(view, step) else mark.act
    paper = _paper(request, view.record, mark.document)
    law = f"{step.law.instrument} {step.law.article}".strip() if step.law is not None else ""
    if step.law is not None and not step.law.is_verified:
        law = say("{law} (its terms are not verified)", law=law)
    facts = [
        Fact(say("Basis"), mark.basis),
        Fact(say("Decided by"), mark.determiner),
        Fact(say("Decision"), mark.decision, paper),
        Fact(say("Day of the decision"), language.date(mark.decided) or say("not known")),
        *(
            (Fact(say("Last day of the term"), language.date(mark.until) or say("not known")),)
            if mark.act != "lifted"
            else ()
        ),
        *((Fact(say("Law of that day"), law),) if law else ()),
        *((Fact(say("Copies"), language.number(mark.copies)),) if mark.copies else ()),
        *((Fact(say("Recipients"), mark.recipients),) if mark.recipients else ()),
        *((Fact(say("Copying"), mark.copying),) if mark.copying else ()),
        Fact(say("Recorded"), papers.by(language, mark.at, mark.by)),
    ]
    return {
        "number": step.number,
        "done": say_word(_DONE, what, language),
        "badge": papers.level_badge(request, mark.level) if mark.act != "lifted" else None,
        "facts": facts,
        "notice": say("Holders are to be told by {day}.", day=language.date(step.notice_by))
        if step.notice_by
        else "",
    }


def _follows_mark(view: MarkView, step: Step) -> bool:
    before = view.steps[step.number - 1].mark if step.number else None
    return before is not None and before.act != "lifted"


def _paper(request: Any, record: Any, uid: str) -> str:
    dossier = record.dossier if isinstance(record, Document) else record
    found = dossier.get(uid) if uid and dossier is not None else None
    return request.resource_path(found) if found is not None and request.desk.sees(found) else ""


def form_for(request: Any, view: MarkView, act: str) -> Form:
    """Return the empty form of an act; what the last decision said stands where it goes on."""
    record = view.record
    newest = view.steps[-1].mark if view.steps else None
    level = {
        "determined": max(view.level, SECRET),
        "raised": view.level + 1,
        "lowered": view.level - 1,
    }
    values = {"revision": str(record.revision), "level": str(level.get(act, view.level))}
    if newest is not None and act in {"raised", "lowered"}:
        values |= {
            "basis": newest.basis,
            "copies": str(newest.copies or ""),
            "recipients": newest.recipients,
            "copying": newest.copying,
        }
    language = request.language
    levels = tuple(
        Choice(str(one.number), language.label(one.label))
        for one in request.house.rulebook.levels.values()
        if SECRET <= one.number <= request.desk.identity.clearance
    )
    return Form(values, choices={"level": levels, "document": _papers(request, record)})


def _papers(request: Any, record: Any) -> tuple[Choice, ...]:
    language = request.language
    dossier = record.dossier if isinstance(record, Document) else record
    found = visible_documents(request.desk, dossier) if dossier is not None else []
    lines = []
    for one in found:
        parts = (papers.number_of(one), language.date(one.date), papers.title_of(one, language))
        lines.append(Choice(one.uid, papers.short(" · ".join(filter(None, parts)))))
    return (Choice("", language.say("– no paper in this dossier –")), *lines)


def terms_said(request: Any) -> str:
    """Say the longest terms of today's law, and how sure that is."""
    law = request.house.rulebook.secrecy_law(request.desk.today.isoformat())
    if law is None:
        return ""
    levels, language = request.house.rulebook.levels, request.language
    terms = ", ".join(f"{levels[n].stamp} {years}" for n, years in law.years.items())
    name = f"{law.instrument} {law.article}".strip()
    if law.is_verified:
        return str(
            language.say("The longest terms in years: {terms} ({law}).", terms=terms, law=name)
        )
    return str(
        language.say(
            "The longest terms in years are taken to be {terms}; those of {law} have not been "
            "verified. No term is filled in: state what the decision says.",
            terms=terms,
            law=name,
        )
    )


def extend_by(request: Any, until: str) -> tuple[str, bool]:
    """Return by when an extension should be decided, and whether the law's days are verified."""
    law = request.house.rulebook.secrecy_law(until)
    if law is None:
        return "", False
    day = last_day(PartialDate.parse(until)) - timedelta(days=law.decide_before_days)
    return request.language.date(day), law.procedure_confidence == "V"


def seal_of(request: Any, document: Document) -> dict[str, Any] | None:
    """Return what a page says of a paper that is kept as its description; ``None`` of others."""
    if not document.stub:
        return None
    why_not = stubs.why_not_opened(request.desk, document)
    may = request.desk.may(document, marking.determine.act.permission)  # type: ignore[attr-defined]
    return {
        "said": request.language.say(
            "This paper is kept as a description only. Its file is sealed: nobody is shown it, it "
            "is not searched and in no package. Nothing is deleted."
        )
        if document.sealed
        else request.language.say(
            "This paper is kept as a description only; the sheet itself was never scanned."
        ),
        "open_url": request.resource_path(document, "open-seal") if may and not why_not else "",
        "why_not": request.language.say(why_not) if may and why_not and document.sealed else "",
    }
