"""Decide how long a record is kept: rules, facts and a day in, a decision with reasons out (pure).

The period is counted from 31 December of the year in which the work ends (TT 10/2022/TT-BNV,
as TT 09/2011/TT-BNV before), so a file closed on any day of 2018 with a period of 5 years may
be disposed of from 1 January 2024.  The rule is the one in force on the day the work ended;
an older file keeps the longer period of its own table.

What is not certain never makes a record fall due.  A trigger date that is not known, a date
that may fall under two tables, a period that nobody has checked against the law: each keeps
the record and says why.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal

from hoso.definitions.values import RetentionRule
from hoso.kernel.clock import civil_day
from hoso.kernel.dates import PartialDate
from hoso.kernel.errors import Fault
from hoso.retention.counting import (
    Law,
    choice_steps,
    counting_steps,
    eve,
    expiry,
    rule_step,
    rules_in_force,
    rules_of,
)
from hoso.retention.explaining import Step
from hoso.retention.facts import Facts, HoldFact
from hoso.retention.triggers import Firing, firing

__all__ = ["Decision", "Law", "State", "decide", "roll_up", "with_holds", "without_rule"]

State = Literal["due", "not-due", "permanent", "unknown", "held"]

UNVERIFIED = "?"


@dataclass(frozen=True)
class Decision:
    """What holds for a record on a day, and why.

    ``due`` is the first day of disposal, ``None`` where there is none or where it rests on
    a period nobody has checked; ``expires`` is the first day after the period either way.
    ``state`` is ``held`` where a hold stands against a date that is or would come due.
    ``again`` is the day on which an event that is recorded for a day to come has come, and the
    decision becomes another.
    """

    state: State
    rule: str | None
    instrument: str | None
    trigger: str | None
    from_: PartialDate | None
    period: str | None
    due: date | None
    explanation: Step
    expires: date | None = None
    holds: tuple[HoldFact, ...] = ()
    faults: tuple[Fault, ...] = ()
    without_holds: Decision | None = None
    again: date | None = None


def decide(law: Law, facts: Facts, *, on: date) -> Decision:
    """Return what holds for a record on a day."""
    rules = rules_of(law, facts.retention_class)
    if not rules:
        none = without_rule(law.retention_classes[facts.retention_class].label)
        return with_holds(none, facts.holds)
    fired = {
        key: firing(law.triggers[key], facts, statuses=law.statuses, on=on)
        for key in dict.fromkeys(rule.trigger for rule in rules)
    }
    in_force = rules_in_force(rules, fired)
    if in_force is None:
        decision = _without_date(rules, fired)
        days = [one.again for one in fired.values() if one.again is not None]
        if days:
            decision = replace(decision, again=min(days))
    else:
        decision = _dated(law, in_force, fired, on=on)
    return with_holds(decision, facts.holds)


def without_rule(name: object) -> Decision:
    """Return what holds for a record of a kind that no rule is declared for: nobody knows.

    :param name: what the kind is called; "" of a record whose kind nobody stated.
    """
    fault = Fault(
        "retention_class",
        "No rule is declared for {name}. Add one to the retention classes.",
        {"name": name or UNVERIFIED},
    )
    return _undated("unknown", None, Step(fault.message, dict(fault.facts)), faults=(fault,))


def roll_up(decisions: Sequence[Decision]) -> Decision:
    """Return what holds for a dossier, from its own decision and those of its papers.

    A file that mixes papers of several periods takes the longest (TT 09/2011/TT-BNV art. 3).
    """
    if not decisions:
        raise ValueError("a dossier has at least its own decision")
    if len(decisions) == 1:
        return decisions[0]
    holds = tuple({hold.id: hold for one in decisions for hold in one.holds}.values())
    parts = [one.without_holds or one for one in decisions]
    longest = max(parts, key=_length)
    together = Step(
        "Of records kept together the longest period counts (TT 09/2011/TT-BNV, art. 3).",
        {},
        tuple(_alike(parts)),
    )
    step = replace(longest.explanation, children=(together,))
    faults: list[Fault] = []
    faults += [fault for one in parts for fault in one.faults if fault not in faults]
    days = sorted(one.again for one in parts if one.again is not None)
    again = days[0] if days else None
    whole = replace(longest, explanation=step, faults=tuple(faults), again=again)
    return with_holds(whole, holds)


def _alike(parts: Sequence[Decision]) -> Iterator[Step]:
    """Yield one step for records whose decisions read the same."""
    counted: list[tuple[Decision, int]] = []
    for one in parts:
        known = next((n for n, (other, _) in enumerate(counted) if other == one), None)
        if known is None:
            counted.append((one, 1))
        else:
            counted[known] = (one, counted[known][1] + 1)
    for one, count in counted:
        what = one.explanation
        yield what if count == 1 else Step("{count} records alike.", {"count": count}, (what,))


def _length(decision: Decision) -> tuple[int, date]:
    """Order decisions by how long they keep a record.

    Permanent before all; then what is not known, since it may be longer than anything that
    is; then what has not begun to run; then the date.
    """
    never = date.max
    if decision.state == "permanent":
        return 3, never
    if decision.state == "unknown":
        return 2, never
    if decision.expires is None:
        return 1, never
    return 0, decision.expires


def _without_date(rules: Sequence[RetentionRule], fired: Mapping[str, Firing]) -> Decision:
    firings = list(fired.values())
    reasons = tuple(one.step for one in firings)
    faults = tuple(fault for one in firings for fault in one.faults)
    only = rules[0] if len(rules) == 1 else None
    if all(rule.permanent for rule in rules):
        told = tuple(rule_step(rule) for rule in rules)
        step = Step("Kept permanently.", {}, (*told, *reasons))
        return _undated("permanent", only or rules[-1], step, faults=faults)
    told = tuple(rule_step(rule) for rule in rules)
    if all(one.date is not None or one.pending for one in firings):
        step = Step("Not due: the period has not begun to run.", {}, (*reasons, *told))
        return _undated("not-due", only, step, trigger=rules[-1].trigger)
    step = Step(
        "Not known: without the date of the event no period can be counted; nothing is due.",
        {},
        (*reasons, *told),
    )
    return _undated("unknown", only, step, trigger=rules[-1].trigger, faults=faults)


def _dated(
    law: Law, in_force: Sequence[RetentionRule], fired: Mapping[str, Firing], *, on: date
) -> Decision:
    if not in_force:
        fault = Fault("date", "No rule was in force on the date of the event. Add it to the class.")
        reasons = tuple(one.step for one in fired.values())
        return _undated("unknown", None, Step(fault.message, {}, reasons), faults=(fault,))
    counted = [(expiry(law, rule, fired), rule) for rule in in_force]
    # Where two tables may govern, the one that keeps longer does.
    expires, rule = max(counted, key=lambda one: (one[1].permanent, one[0]))
    happened = fired[rule.trigger]
    steps = [rule_step(rule), happened.step, *choice_steps(rule, in_force)]
    base: dict[str, Any] = {
        "rule": rule.key,
        "instrument": rule.instrument,
        "trigger": rule.trigger,
        "from_": happened.date,
        "period": rule.period,
    }
    if rule.permanent:
        return Decision(
            "permanent", **base, due=None, explanation=Step("Kept permanently.", {}, tuple(steps))
        )
    steps += counting_steps(law, rule, happened, expires)
    unverified = [one for one in in_force if one.confidence == UNVERIFIED]
    if unverified:
        doubt = Step(
            "The period of rule {rule} has not been checked against the text of {instrument}; "
            "until it is, nothing falls due under it.",
            {"rule": unverified[0].key, "instrument": unverified[0].instrument},
        )
        over = on >= expires
        conclusion = (
            "Not known: the period would be over since {expires}, but it is not verified."
            if over
            else "Not due: the period, which is not verified, would run until {last}."
        )
        facts = {"expires": expires, "last": eve(expires)}
        return Decision(
            "unknown" if over else "not-due",
            **base,
            due=None,
            expires=expires,
            explanation=Step(conclusion, facts, (*steps, doubt)),
        )
    if on >= expires:
        said = Step("Due for disposal since {due}.", {"due": expires}, tuple(steps))
        return Decision("due", **base, due=expires, expires=expires, explanation=said)
    said = Step("Not due: to be kept until {last}.", {"last": eve(expires)}, tuple(steps))
    return Decision("not-due", **base, due=expires, expires=expires, explanation=said)


def with_holds(decision: Decision, holds: tuple[HoldFact, ...]) -> Decision:
    """Holds win over dates; what is permanent or not known stays so, and the hold is said."""
    if not holds:
        return decision
    step, said = decision.explanation, _hold_steps(holds)
    if decision.state in {"permanent", "unknown"}:
        step = replace(step, children=(*step.children, *said))
        return replace(decision, holds=holds, explanation=step, without_holds=decision)
    without = Step("Without the hold the following would apply.", {}, (step,))
    step = Step("On hold: nothing may be disposed of, whatever its period.", {}, (*said, without))
    return replace(decision, state="held", holds=holds, explanation=step, without_holds=decision)


def _hold_steps(holds: tuple[HoldFact, ...]) -> tuple[Step, ...]:
    return tuple(
        Step(
            "Held by {authority}: {reason}; since {since}, until {until}."
            if hold.until
            else "Held by {authority}: {reason}; since {since}.",
            {
                "authority": hold.authority,
                "reason": hold.reason,
                "since": PartialDate.parse(civil_day(hold.placed_at)),
                "until": hold.until and PartialDate.parse(hold.until),
            },
        )
        for hold in holds
    )


def _undated(
    state: State,
    rule: RetentionRule | None,
    step: Step,
    *,
    trigger: str | None = None,
    faults: tuple[Fault, ...] = (),
) -> Decision:
    return Decision(
        state,
        rule=rule.key if rule else None,
        instrument=rule.instrument if rule else None,
        trigger=rule.trigger if rule else trigger,
        from_=None,
        period=rule.period if rule else None,
        due=None,
        explanation=step,
        faults=faults,
    )
