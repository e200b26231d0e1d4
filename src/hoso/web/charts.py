"""The pictures of the auditor's desk in words: what each bar is called, and the table beside.

The same for the page and for the report that leaves with the evidence.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from hoso.desk.compliance import Overview
from hoso.desk.compliance_charts import Counts
from hoso.desk.evidence_report import Told
from hoso.reports.charts import Bar, Chart, svg
from hoso.web.language import Language
from hoso.web.words import Word

__all__ = ["CHECKS", "Shown", "charts", "shown", "teller"]

#: What fails, and how grave it is.
CHECKS = {
    "overdue": Word("dossiers whose period is over", "warn"),
    "unverified": Word("dossiers whose period would be over, were it verified", "warn"),
    "no-rule": Word("dossiers without a rule", "bad"),
    "no-end": Word("dossiers without a date to count from", "warn"),
    "incomplete": Word("dossiers that lack a component", "warn"),
}
_SHORT = {
    "overdue": Word("Period over"),
    "unverified": Word("Over, not verified"),
    "no-rule": Word("No rule"),
    "no-end": Word("No date to count from"),
    "incomplete": Word("Lacks a component"),
}
_OLDEST = {
    "overdue": Word("A dossier whose period is over, since {on}"),
    "unverified": Word("A dossier that would be over, were it verified, since {on}"),
    "risk": Word("A file at risk, since {on}"),
    "handover": Word("A handover nobody has signed for, since {on}"),
}
#: Units in one picture; the table has all.
_UNITS = 12


class Picture(str):
    """Marks drawn by :func:`hoso.reports.charts.svg`, which escapes every word it is given."""

    __slots__ = ()

    def __html__(self) -> str:
        return str(self)


@dataclass(frozen=True)
class Shown:
    """One picture and the table beside it: heads, and rows of a label and numbers."""

    chart: Chart
    picture: Picture
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def shown(chart: Chart, heads: tuple[str, ...], rows: Any) -> Shown:
    """Return a picture with its table."""
    return Shown(chart, Picture(svg(chart)), heads, tuple(tuple(row) for row in rows))


def charts(language: Language, told: Overview, counts: Counts) -> list[Shown]:
    """Return the pictures that have something to show."""
    made = (
        _due(language, counts),
        _units(language, told),
        _oldest(language, counts),
        _reading(language, told),
        _rounds(language, counts),
        _destroyed(language, counts),
    )
    return [one for one in made if one is not None]


def _more(language: Language, count: int, *, capped: bool) -> str:
    return language.number(count) + ("+" if capped else "")


def _due(language: Language, counts: Counts) -> Shown | None:
    if not any(one.count for one in counts.due):
        return None
    say = language.say
    first, *years = counts.due
    bars = [
        Bar(
            say("{year} and before", year=str(first.year)) if one is first else str(one.year),
            (one.count,),
            _more(language, one.count, capped=one.capped),
        )
        for one in (first, *years)
    ]
    chart = Chart(
        "due",
        say("What falls due, by year"),
        say("Dossiers by the year in which their period is over; holds are left out of account."),
        tuple(bars),
    )
    rows = ((bar.label, bar.shown) for bar in bars)
    return shown(chart, (say("Year"), say("Dossiers")), rows)


def _units(language: Language, told: Overview) -> Shown | None:
    if not told.units:
        return None
    say = language.say
    checks = tuple(say(_SHORT[one.check].text) for one in told.figures)
    bars = tuple(
        Bar(one.unit, one.counts, language.number(sum(one.counts))) for one in told.units[:_UNITS]
    )
    chart = Chart(
        "units",
        say("What fails, by unit"),
        say("How many times a dossier of a unit fails a check; the units with most come first."),
        bars,
        checks,
    )
    rows = ((one.unit, *map(language.number, one.counts)) for one in told.units)
    return shown(chart, (say("Unit"), *checks), rows)


def _oldest(language: Language, counts: Counts) -> Shown | None:
    if not counts.oldest:
        return None
    say = language.say
    bars = tuple(
        Bar(
            say(_OLDEST[one.kind].text, on=language.date(one.since)),
            (one.days,),
            say("{days} days", days=language.number(one.days)),
        )
        for one in counts.oldest
    )
    chart = Chart(
        "oldest",
        say("What waits longest"),
        say("For each kind of task the age of the oldest that nobody has seen to."),
        bars,
    )
    return shown(chart, (say("What"), say("Age")), ((bar.label, bar.shown) for bar in bars))


def _reading(language: Language, told: Overview) -> Shown | None:
    now, say = told.fixity, language.say
    if not now.began or now.last is None or not now.last.files:
        # How many files there are is known from a round that went through all of them.
        return None
    part = min(100 * now.files // now.last.files, 100)
    files = say(
        "{n} of about {all} files",
        n=language.number(now.files),
        all=language.number(now.last.files),
    )
    chart = Chart(
        "reading",
        say("How far the round of reading is"),
        say("Files read in this round, against all of the round before."),
        (Bar(files, (part,), f"{part} %"),),
        full=100,
    )
    return shown(chart, (say("Files"), say("Part")), [(files, f"{part} %")])


def _rounds(language: Language, counts: Counts) -> Shown | None:
    if not any(one.wrong or one.unread for one in counts.rounds):
        return None
    say = language.say
    parts = (say("Not what came in"), say("Not read"))
    bars = tuple(
        Bar(
            say("Round up to {on}", on=language.moment(one.ended)),
            (one.wrong, one.unread),
            language.number(one.wrong + one.unread),
        )
        for one in counts.rounds
    )
    chart = Chart(
        "rounds",
        say("What rounds of reading found"),
        say("Files of each round that are not what came in, and files that could not be read."),
        bars,
        parts,
    )
    rows = (
        (bar.label, *map(language.number, bar.parts), language.number(one.files))
        for bar, one in zip(bars, counts.rounds, strict=True)
    )
    return shown(chart, (say("Round"), *parts, say("Files")), rows)


def _destroyed(language: Language, counts: Counts) -> Shown | None:
    if not counts.destroyed:
        return None
    say = language.say
    bars = tuple(
        Bar(
            f"{one.year} · {one.rule}",
            (one.count,),
            _more(language, one.count, capped=counts.more_destroyed),
        )
        for one in counts.destroyed
    )
    chart = Chart(
        "destroyed",
        say("What was destroyed, by year and rule"),
        say("Dossiers and papers that are gone with a certificate, by year and rule."),
        bars,
    )
    rows = (
        (str(one.year), one.rule, _more(language, one.count, capped=counts.more_destroyed))
        for one in counts.destroyed
    )
    return shown(chart, (say("Year"), say("Rule"), say("Destroyed")), rows)


def teller() -> Told:
    """Return what says the report of the evidence: in Vietnamese, as papers of an office are."""
    language = Language("vi")

    def told(overview: Overview, counts: Counts, *, on: date) -> dict[str, Any]:
        return _report(language, overview, counts, on=on)

    return told


def _report(language: Language, overview: Overview, counts: Counts, *, on: date) -> dict[str, Any]:
    say = language.say
    return {
        "title": say("How rules are kept"),
        "on": say("As of {on}, among what its maker may know of", on=language.date(on)),
        "head_of_figures": [say("What fails"), say("Dossiers")],
        "figures": [
            [say(CHECKS[one.check].text), _more(language, one.count, capped=one.capped)]
            for one in overview.figures
        ],
        "charts": [
            {
                "title": one.chart.title,
                "says": one.chart.says,
                "parts": list(one.chart.parts),
                "heads": list(one.heads),
                "rows": [list(row) for row in one.rows],
                "picture": svg(one.chart, width=460),
            }
            for one in charts(language, overview, counts)
        ],
    }
