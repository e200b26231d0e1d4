"""Which rule governs, and until when: the arithmetic of retention and its reasons (pure)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import MAXYEAR, date, timedelta
from typing import Protocol

from hoso.definitions.values import RetentionClass, RetentionRule, Term, Trigger
from hoso.kernel.dates import PartialDate
from hoso.kernel.errors import Missing
from hoso.retention.explaining import Step
from hoso.retention.facts import first_day, last_day
from hoso.retention.triggers import Firing

__all__ = [
    "Law",
    "choice_steps",
    "counting_steps",
    "eve",
    "expiry",
    "rule_step",
    "rules_in_force",
    "rules_of",
]


class Law(Protocol):
    """The part of the rulebook that retention reads."""

    @property
    def retention_rules(self) -> Mapping[str, RetentionRule]: ...
    @property
    def retention_classes(self) -> Mapping[str, RetentionClass]: ...
    @property
    def triggers(self) -> Mapping[str, Trigger]: ...
    @property
    def statuses(self) -> Mapping[str, Term]: ...


def rules_of(law: Law, retention_class: str) -> list[RetentionRule]:
    try:
        found = law.retention_classes[retention_class]
    except KeyError:
        raise Missing(
            "There is no retention class {name!r}; there are: {known}.",
            name=retention_class,
            known=", ".join(sorted(law.retention_classes)),
        ) from None
    return [law.retention_rules[key] for key in found.rules]


def rules_in_force(
    rules: Sequence[RetentionRule], fired: Mapping[str, Firing]
) -> list[RetentionRule] | None:
    """Return the rules that may govern; ``None`` while any event is open or not known.

    More than one comes back where the date is known to the month or year only and the tables
    changed within it.  Work that ended before every table takes the oldest.
    """
    if any(one.date is None for one in fired.values()):
        return None
    found = []
    for rule in rules:
        when = fired[rule.trigger].date
        if when is not None and _overlaps(rule, when):
            found.append(rule)
    if found:
        return found
    oldest = min(rules, key=lambda rule: rule.valid_from or "")
    when = fired[oldest.trigger].date
    if when is not None and last_day(when).isoformat() < (oldest.valid_from or ""):
        return [oldest]
    return []


def _overlaps(rule: RetentionRule, when: PartialDate) -> bool:
    return (rule.valid_from or "") <= last_day(when).isoformat() and (
        rule.valid_to is None or first_day(when).isoformat() <= rule.valid_to
    )


def expiry(law: Law, rule: RetentionRule, fired: Mapping[str, Firing]) -> date:
    """Return the first day after the period."""
    when = fired[rule.trigger].date
    if when is None or rule.years is None or when.year + rule.years >= MAXYEAR:
        return date.max
    if law.triggers[rule.trigger].counts_from == "end-of-year":
        return date(when.year + rule.years + 1, 1, 1)
    last = last_day(when)
    if (last.month, last.day) == (2, 29):
        # A year without 29 February: the period ends with the month (BLDS 2015 art. 148.3).
        return date(last.year + rule.years, 3, 1)
    return last.replace(year=last.year + rule.years) + timedelta(days=1)


def counting_steps(law: Law, rule: RetentionRule, happened: Firing, expires: date) -> list[Step]:
    when = happened.date
    if when is None:
        return []
    if law.triggers[rule.trigger].counts_from == "end-of-year":
        start = Step(
            "The period is counted from the end of the year in which the work ended: {start} "
            "(TT 10/2022/TT-BNV, as TT 09/2011/TT-BNV before).",
            {"start": date(when.year, 12, 31)},
        )
    else:
        start = Step(
            "The period is counted from the day of the event: {start}.", {"start": last_day(when)}
        )
    end = Step(
        "{years} years end on {last}; the first day of disposal is {first}.",
        {"years": rule.years, "last": eve(expires), "first": expires},
    )
    return [start, end]


def rule_step(rule: RetentionRule) -> Step:
    facts = {
        "rule": rule.key,
        "label": rule.label,
        "instrument": rule.instrument,
        "item": rule.item,
        "years": rule.years,
    }
    if rule.permanent:
        return Step(
            "Rule {rule}: {label}; {instrument}, item {item}: to be kept permanently.", facts
        )
    return Step("Rule {rule}: {label}; {instrument}, item {item}: {years} years.", facts)


def choice_steps(rule: RetentionRule, in_force: Sequence[RetentionRule]) -> list[Step]:
    """Say why this rule and not one of another table."""
    facts = {
        "from": rule.valid_from and PartialDate.parse(rule.valid_from),
        "to": rule.valid_to and PartialDate.parse(rule.valid_to),
        "other": ", ".join(one.key for one in in_force if one is not rule),
        "rule": rule.key,
    }
    if len(in_force) > 1:
        return [
            Step(
                "The date may fall under {other} as well; the longer period counts until the "
                "exact date is recorded.",
                facts,
            )
        ]
    if rule.valid_to:
        return [Step("Rule {rule} governs work that ended up to {to}.", facts)]
    if rule.valid_from:
        return [Step("Rule {rule} governs work that ended from {from} on.", facts)]
    return []


def eve(day: date) -> date:
    return day - timedelta(days=1)
