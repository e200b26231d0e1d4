"""Consents in words: where one stands, what was asked for, what was decided."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from hoso.desk import consent as desk_consent
from hoso.desk.consent_views import ConsentView
from hoso.kernel.errors import Missing
from hoso.records.model import Document
from hoso.web import papers
from hoso.web.deeds import person_named
from hoso.web.shapes import Badge, Fact

__all__ = ["answer_of", "asked_of", "line_of", "sections_of", "state_badge"]


def state_badge(request: Any, view: ConsentView) -> Badge:
    """Return where a consent stands today, as a badge."""
    say = request.language.say
    text, tone = {
        "asked": (say("Waits for a decision"), "warn"),
        "refused": (say("Refused"), "bad"),
        "withdrawn": (say("Taken back"), ""),
        "lapsed": (say("Lapsed without a decision"), ""),
        "coming": (say("Given, begins later"), "good"),
        "in-force": (say("In force"), "good"),
        "over": (say("Over"), ""),
        "ended": (say("Ended early"), "bad"),
    }[view.state]
    return Badge(text, tone)


def sections_of(request: Any, ticked: tuple[str, ...]) -> list[dict[str, Any]]:
    label = request.language.label
    return [
        {"letter": one.key, "label": label(one.label), "ticked": one.key in ticked}
        for one in request.house.rulebook.sections.values()
    ]


def line_of(request: Any, view: ConsentView) -> dict[str, Any]:
    consent, language = view.consent, request.language
    found = [f"{one.code} – {one.name}" for one in view.matches]
    return {
        "number": consent.number,
        "url": request.route_path("consent", uid=consent.uid),
        "what": consent.what,
        "purpose": purpose_of(request, consent.purpose),
        "by": person_named(request, consent.asked_by),
        "at": language.moment(consent.asked_at),
        "from": language.date((consent.decided or consent).valid_from),
        "to": language.date((consent.decided or consent).valid_to),
        "matches": found,
        "document": consent.decided.number if consent.decided is not None else "",
        "state": state_badge(request, view),
    }


def purpose_of(request: Any, code: str) -> str:
    term = request.house.rulebook.vocabularies[desk_consent.PURPOSES].terms.get(code)
    return request.language.label(term.label) if term is not None else code


def asked_of(request: Any, view: ConsentView) -> Iterator[Fact]:
    consent, language, say = view.consent, request.language, request.language.say
    labels = {one["letter"]: one["label"] for one in sections_of(request, ())}
    yield Fact(say("Whose dossier, as it was asked"), consent.what)
    scope = ", ".join(f"{letter} {labels.get(letter, '')}" for letter in consent.sections)
    yield Fact(say("How much of it"), scope or say("The whole dossier"))
    if consent.papers:
        yield Fact(say("Papers named"), consent.papers)
    yield Fact(say("Purpose"), purpose_of(request, consent.purpose))
    yield Fact(say("Needed for"), consent.reason)
    yield Fact(say("Request or letter of introduction"), consent.authority)
    if consent.unit:
        unit = request.desk.site.unit_by_number.get(consent.unit)
        yield Fact(say("Addressed to"), unit.name if unit is not None else "")
    yield Fact(
        say("Period asked for"),
        f"{language.date(consent.valid_from)} – {language.date(consent.valid_to)}",
    )
    yield Fact(say("Asked by"), person_named(request, consent.asked_by))
    yield Fact(say("Asked at"), language.moment(consent.asked_at))


def answer_of(request: Any, view: ConsentView) -> Iterator[Fact]:
    consent, language, say = view.consent, request.language, request.language.say
    if consent.decided_by:
        yield Fact(say("Decided by"), person_named(request, consent.decided_by))
        yield Fact(say("Decided at"), language.moment(consent.decided_at))
    if consent.note:
        yield Fact(say("Reason or remark"), consent.note)
    decided = consent.decided
    if decided is None:
        return
    yield Fact(
        say("Consent document"),
        say("No. {number} of {date}", number=decided.number, date=language.date(decided.date)),
    )
    yield _scan(request, decided.scan)
    if view.dossier is not None:
        shown = f"{view.dossier.code} – {view.dossier.name}"
        yield Fact(say("Dossier"), shown, request.resource_path(view.dossier))
    if decided.papers:
        yield Fact(say("Opens"), language.count("{n} paper", "{n} papers", len(decided.papers)))
        for paper in view.papers:
            yield Fact("", papers.title_of(paper, language), request.resource_path(paper))
    else:
        yield Fact(say("Opens"), say("The whole dossier, as far as the reader's clearance goes"))
    yield Fact(
        say("In force"),
        f"{language.date(decided.valid_from)} – {language.date(decided.valid_to)}",
    )
    if consent.ended_by:
        yield Fact(say("Ended early by"), person_named(request, consent.ended_by))
        yield Fact(say("Ended at"), language.moment(consent.ended_at))
        yield Fact(say("Why"), consent.ended_why)


def _scan(request: Any, uid: str) -> Fact:
    say = request.language.say
    if not uid:
        return Fact(say("Its scan"), badge=Badge(say("Still missing"), "warn"))
    try:
        paper = request.desk.find(uid, Document)
    except Missing:
        return Fact(say("Its scan"), uid, code=True)
    title = papers.title_of(paper, request.language)
    return Fact(say("Its scan"), title, request.resource_path(paper))
