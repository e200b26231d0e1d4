"""How pages show how long a record is kept, and why."""

from __future__ import annotations

import re
from typing import Any

from hoso.desk.keeping import KeepingView, Under, standing
from hoso.kernel import ids
from hoso.retention.explaining import Step
from hoso.retention.schedule import Decision
from hoso.web.shapes import Badge, Fact
from hoso.web.words import DUE, badge

__all__ = [
    "catching_up",
    "explanation",
    "facts_of",
    "of_record",
    "period",
    "rule_label",
    "state_badge",
    "under_facts",
]

_YEARS = re.compile(r"P(\d+)Y")


def period(request: Any, written: str | None) -> str:
    """Write a period, ``P5Y`` or ``permanent``, in words."""
    found = _YEARS.fullmatch(written or "")
    if found is not None:
        return str(request.language.count("{n} year", "{n} years", int(found.group(1))))
    return request.language.say("Permanent") if written == "permanent" else written or ""


def rule_label(request: Any, key: str | None) -> str:
    """Return a rule's key and what it is about."""
    known = request.house.rulebook.retention_rules.get(key or "")
    return f"{known.key} {request.language.label(known.label)}" if known is not None else key or ""


def instrument(request: Any, key: str | None) -> str:
    """Return the instrument and the item a rule stands in."""
    known = request.house.rulebook.retention_rules.get(key or "")
    if known is None:
        return ""
    return str(request.language.say("{law}, item {item}", law=known.instrument, item=known.item))


def trigger_label(request: Any, key: str | None) -> str:
    """Return the event a period is counted from."""
    known = request.house.rulebook.triggers.get(key or "")
    return request.language.label(known.label) if known is not None else ""


def state_badge(request: Any, decision: Decision) -> Badge:
    """Return the state of a decision, with its date where it has one."""
    shown = badge(DUE, decision.state, request.language)
    if decision.state == "not-due" and decision.due is not None:
        until = request.language.date(decision.due)
        return Badge(request.language.say("Kept until before {date}", date=until), shown.tone)
    return shown


def facts_of(request: Any, decision: Decision) -> tuple[Fact, ...]:
    """Return the rule, where it stands, what it counts from and to."""
    language = request.language
    say = language.say
    return (
        Fact(say("Rule"), rule_label(request, decision.rule)),
        Fact(say("Instrument"), instrument(request, decision.rule)),
        Fact(say("Event"), trigger_label(request, decision.trigger)),
        Fact(say("Counted from"), language.date(decision.from_)),
        Fact(say("Period"), period(request, decision.period)),
        Fact(say("May be disposed of from"), language.date(decision.due)),
    )


def under_facts(request: Any, under: Under) -> tuple[Fact, ...]:
    """Return under which rulebook a date was decided, and today's where it is another."""
    say = request.language.say
    facts = [
        Fact(say("Decided under the rulebook"), (under.decided or under.today)[:16], code=True)
    ]
    if not under.is_today:
        facts.append(Fact(say("In force today"), under.today[:16], code=True))
    return tuple(facts)


def catching_up(request: Any) -> str:
    """Return what a list must say while not every dossier was decided under today's rules."""
    language = request.language
    stands = standing(request.desk.root, request.house.rulebook)
    if stands.is_done:
        return ""
    return str(
        language.say(
            "The rules have changed. {part} % of the dossiers were decided anew so far; until all "
            "are, this list may lack some.",
            part=language.number(min(99, 100 * stands.done // stands.total))
            if stands.total
            else "?",
        )
    )


def explanation(request: Any, step: Step) -> dict[str, Any]:
    """Return an explanation as the tree a page shows; its root is the conclusion."""
    return {
        "text": request.language.say(step.text, **dict(step.facts)),
        "outcome": bool(step.children),
        "source": "",
        "children": [explanation(request, child) for child in step.children],
    }


def of_record(request: Any, view: KeepingView, record: Any) -> dict[str, Any]:
    """Return what a record's page says of its retention."""
    language = request.language
    return {
        "badge": state_badge(request, view.decision),
        "facts": [fact for fact in facts_of(request, view.decision) if fact.text],
        "url": request.resource_path(record, "why"),
        "holds": [
            {
                "key": ids.to_text(hold.id),
                "reason": hold.reason,
                "said": language.say(
                    "{authority}, since {at}", authority=hold.authority, at=hold.placed_at
                ),
                "url": request.route_path("hold", uid=ids.to_text(hold.id)),
                "until": language.date(hold.until) if hold.until else "",
                "lift_url": request.resource_path(record, "lift"),
            }
            for hold in view.holds
        ],
    }
