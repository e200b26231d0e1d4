"""How pages show a leaving, its preview, its checklist and the age of retirement."""

from __future__ import annotations

from typing import Any

from hoso.access.permissions import Permission
from hoso.desk import checklists, forecasting
from hoso.desk.checklists import ChecklistView
from hoso.desk.forecasting import Line
from hoso.desk.leaving import LeavingView, Preview
from hoso.kernel import ids
from hoso.kernel.errors import NotReady
from hoso.personnel.model import Item, Leaving, standing_leaving
from hoso.records.model import Document, Dossier
from hoso.web import keeping, papers
from hoso.web.shapes import Badge, Fact

__all__ = ["age", "aside", "checklist", "item_due", "preview", "recorded"]


def age(request: Any, line: Line) -> str:
    """Say an age of retirement: years and months."""
    years, months = line.moment.age
    language = request.language
    said = language.count("{n} year", "{n} years", years)
    if not months:
        return str(said)
    return " ".join((said, language.count("{n} month", "{n} months", months)))


def way_label(request: Any, key: str) -> str:
    """Return what a way of leaving is called."""
    known = request.house.rulebook.leaving.get(key)
    return request.language.label(known.label) if known is not None else key


def aside(request: Any, dossier: Dossier) -> dict[str, Any] | None:
    """Return what the dossier's page says of the person's service, or nothing."""
    desk, language = request.desk, request.language
    kind = request.house.rulebook.dossier_types.get(dossier.type)
    if kind is None or not kind.personal:
        return None
    may = desk.may(dossier, Permission.CAREER_RECORD)
    found = standing_leaving(desk.root, dossier)
    facts: list[Fact] = []
    badge = None
    if found is not None:
        facts.append(Fact(way_label(request, found.kind), language.date(found.effective)))
        view = checklists.of_leaving(desk, found, dossier)
        badge = open_badge(request, view)
    elif desk.may(dossier, Permission.CAREER_FORECAST):
        facts.append(_reaches(request, dossier))
    if not facts and not may:
        return None
    return {
        "facts": [fact for fact in facts if fact.text],
        "badge": badge,
        "url": request.resource_path(dossier, "leaving"),
        "may": may,
        "left": found is not None,
    }


def _reaches(request: Any, dossier: Dossier) -> Fact:
    say, language = request.language.say, request.language
    try:
        line = forecasting.of_person(request.desk, dossier)
    except NotReady:
        line = None
    text = language.date(line.moment.day) if line is not None else ""
    return Fact(say("Reaches the age of retirement"), text or say("not known"))


def open_badge(request: Any, view: ChecklistView) -> Badge:
    """Return how many items are wanting, as a badge."""
    language = request.language
    if not view.open:
        return Badge(language.say("Complete"), "good")
    said = language.count("{n} item open", "{n} items open", view.open)
    if view.late:
        late = language.count("{n} late", "{n} late", view.late)
        return Badge(f"{said}, {late}", "bad")
    return Badge(said, "warn")


def item_due(request: Any, item: Item) -> str:
    """Return by when an item is due, with the deadline it stands under."""
    known = request.house.rulebook.deadlines.get(item.deadline)
    source = known.source if known is not None else ""
    day = request.language.date(item.due) or request.language.say("no day: the date is not known")
    return f"{day} ({source})" if source else str(day)


def preview(request: Any, shown: Preview) -> dict[str, Any]:
    """Return everything a leaving would bring about, as the page says it."""
    language, rulebook = request.language, request.house.rulebook
    say, labels = language.say, {paper.key: paper.label for paper in shown.way.papers}
    statuses = rulebook.statuses
    before = statuses.get(shown.before)
    return {
        "heading": say(
            "{way} from {date} on",
            way=language.label(shown.way.label),
            date=language.date(shown.effective),
        ),
        "source": shown.way.source,
        "facts": [
            Fact(
                say("Status before"),
                language.label(before.label) if before is not None else say("none recorded"),
            ),
            Fact(say("Status then"), language.label(statuses[shown.way.status].label)),
            Fact(say("Kept, as things are"), kept(request, shown.kept_before)),
            Fact(say("Kept, after this"), kept(request, shown.kept_after)),
            Fact(
                say("To be recorded by"),
                _by(request, shown),
            ),
        ],
        "why": [keeping.explanation(request, shown.kept_after.explanation)],
        "ahead": shown.is_ahead,
        "exact": shown.effective.exact is not None,
        "day": language.date(shown.effective),
        "accounts": [
            {
                "login": end.login,
                "sessions": end.sessions,
                "grants": end.grants,
                "roles": [_role(request, role, unit) for role, unit in end.roles],
            }
            for end in shown.accounts
        ],
        "items": [
            {"label": language.label(labels[item.key]), "due": item_due(request, item)}
            for item in shown.items
        ],
        "stops": [
            {"label": language.label(one.label), "source": one.source} for one in shown.stops
        ],
    }


def _by(request: Any, shown: Preview) -> str:
    language = request.language
    if shown.due is None:
        return str(language.say("not known"))
    late = language.count("{n} day late", "{n} days late", shown.late) if shown.late else ""
    return " – ".join(part for part in (language.date(shown.due), late) if part)


def kept(request: Any, decision: Any) -> str:
    """Say in a line how long a dossier is kept."""
    language, until = request.language, decision.expires or decision.due
    period = keeping.period(request, decision.period)
    if until is not None:
        said = language.say(
            "{period}, until before {date}", period=period, date=language.date(until)
        )
    elif decision.period == "permanent":
        said = period
    else:
        said = keeping.state_badge(request, decision).text
    rule = keeping.rule_label(request, decision.rule)
    return f"{said} – {rule}" if rule else str(said)


def _role(request: Any, role: str, unit: int) -> str:
    language, known = request.language, request.desk.site.unit_by_number.get(unit)
    label = language.label(request.house.rulebook.roles.labels.get(role, role))
    where = known.name if known is not None else language.say("the whole site")
    return f"{label} – {where}"


def recorded(request: Any, view: LeavingView) -> dict[str, Any]:
    """Return a recorded leaving with its checklist."""
    language, one = request.language, view.leaving
    say = language.say
    found = checklists.of_leaving(request.desk, one, _dossier(request, one))
    reasons = request.house.rulebook.vocabularies["leaving-reason"].terms
    reason = reasons.get(one.reason)
    return {
        "uid": one.uid,
        "title": way_label(request, one.kind),
        "badge": Badge(say("Undone")) if not one.stands else open_badge(request, found),
        "stands": one.stands,
        "may_undo": view.may_undo,
        "facts": [
            fact
            for fact in (
                Fact(say("In force from"), language.date(one.effective)),
                Fact(say("Reason"), language.label(reason.label) if reason is not None else ""),
                _evidence(request, one),
                Fact(say("Number of the decision"), one.decision),
                Fact(
                    say("Recorded"),
                    say("{at} by {by}", at=language.moment(one.recorded_at), by=one.recorded_by),
                ),
                Fact(
                    say("Took effect"),
                    language.moment(one.begun_at) or say("its day is to come"),
                ),
                Fact(say("Accounts closed"), ", ".join(one.logins)),
                Fact(say("Roles ended"), language.number(len(one.roles)) if one.roles else ""),
                Fact(say("Undone"), language.moment(one.undone_at)),
                Fact(say("Why undone"), one.undone_why),
            )
            if fact.text
        ],
        "checklist": checklist(request, found) if one.stands else None,
    }


def _dossier(request: Any, one: Leaving) -> Any:
    return request.desk.site.by_id.get(one.dossier)


def _evidence(request: Any, one: Leaving) -> Fact:
    language = request.language
    paper = _paper(request, one.evidence)
    if paper is None:
        return Fact("")
    return Fact(
        language.say("By the decision"),
        papers.title_of(paper, language),
        request.resource_path(paper),
    )


def _paper(request: Any, uid: str) -> Document | None:
    found = request.desk.site.by_id.get(ids.from_text(uid) or 0) if uid else None
    return found if isinstance(found, Document) and request.desk.sees(found) else None


def checklist(request: Any, view: ChecklistView) -> list[dict[str, Any]]:
    """Return the lines of a checklist."""
    language = request.language
    lines = []
    for line in view.lines:
        tick = line.tick
        paper = _paper(request, tick.document) if tick is not None else None
        lines.append(
            {
                "key": line.item.key,
                "label": language.label(line.label),
                "due": item_due(request, line.item),
                "types": ", ".join(line.item.types),
                "done": tick is not None,
                "by_hand": tick is not None and not tick.document,
                "note": tick.note if tick is not None else "",
                "paper": papers.title_of(paper, language) if paper is not None else "",
                "paper_url": request.resource_path(paper) if paper is not None else "",
                "at": language.moment(tick.at) if tick is not None else "",
                "state": _state(request, line),
            }
        )
    return lines


def _state(request: Any, line: Any) -> Badge:
    language = request.language
    if line.tick is not None:
        return Badge(language.say("There"), "good")
    if line.late:
        return Badge(language.count("{n} day late", "{n} days late", line.late), "bad")
    return Badge(language.say("Wanting"), "warn")
