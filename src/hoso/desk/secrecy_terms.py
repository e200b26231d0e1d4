"""The term of a secret as a decision states it, held against the law of that day (pure).

Nothing is filled in: where a decision states no term, none is known.  A longest term that nobody
has verified is said to be so, and leaving the term empty is then the way out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from hoso.definitions.rulebook import Rulebook
from hoso.definitions.values import SecrecyLaw
from hoso.kernel.dates import PartialDate, parse_typed
from hoso.kernel.errors import Fault
from hoso.records.marking import extended_to, last_day_of_term
from hoso.records.model import Mark
from hoso.retention.facts import first_day, last_day

__all__ = ["last_day_stated", "law_of"]


def law_of(rulebook: Rulebook, decided: str, today: date) -> SecrecyLaw | None:
    """Return the law of the day something was decided; of a day not known, today's.

    Of a month or a year that two laws share it is the later one.
    """
    day = last_day(PartialDate.parse(decided)) if decided else today
    return rulebook.secrecy_law(min(day, today).isoformat())


def last_day_stated(
    rulebook: Rulebook,
    act: str,
    words: Mapping[str, str],
    *,
    level: int,
    decided: PartialDate | None,
    marks: Sequence[Mark],
    today: date,
    faults: list[Fault],
) -> str:
    """Return the last day of the term; "" where it is not known."""
    if act in {"lifted", "denied"}:
        return ""
    years, stated = _years(words["years"], faults), _last(words["until"], faults)
    if years and stated:
        faults.append(Fault("years", "State the years or the last day, not both."))
        return ""
    if act == "extended":
        return _extension(
            rulebook, years, stated, decided=decided, marks=marks, today=today, faults=faults
        )
    exact = decided.exact if decided is not None else None
    if years and exact is None:
        faults.append(
            Fault(
                "years",
                "Years count from the day of the decision. State that day, or the last day of "
                "the term; leave both empty where they are not known.",
            )
        )
        return ""
    if years and exact is not None:
        stated = last_day_of_term(exact, years)
    kept = ""
    if stated is None and act in {"raised", "lowered"} and marks:
        kept = marks[-1].until
        stated = date.fromisoformat(kept) if kept else None
    if stated is None:
        return ""
    if decided is not None and not kept and stated < first_day(decided):
        faults.append(Fault("until", "The term would end before it begins."))
    elif decided is not None and level in {2, 3, 4}:
        _within_law(
            law_of(rulebook, str(decided), today), level, stated,
            field="years" if years else "until", limit_from=last_day(decided), faults=faults,
        )  # fmt: skip
    return stated.isoformat()


def _within_law(
    law: SecrecyLaw | None,
    level: int,
    stated: date,
    *,
    field: str,
    limit_from: date,
    faults: list[Fault],
) -> None:
    if law is None or stated <= last_day_of_term(limit_from, law.years[level]):
        return
    facts = {"years": law.years[level], "law": f"{law.instrument} {law.article}".strip()}
    message = (
        "The longest term of this level is {years} years ({law})."
        if law.is_verified
        else "The longest term of this level is taken to be {years} years; the terms of {law} have "
        "not been verified. Where the decision states more, leave the term empty: the mark then "
        "does not end by itself."
    )
    faults.append(Fault(field, message, facts))


def _extension(
    rulebook: Rulebook,
    years: int,
    stated: date | None,
    *,
    decided: PartialDate | None,
    marks: Sequence[Mark],
    today: date,
    faults: list[Fault],
) -> str:
    """Return the new last day; an extension is decided in time and no longer than a first term."""
    if not marks or marks[-1].act == "lifted":
        return ""
    newest = marks[-1]
    if not newest.until:
        faults.append(
            Fault(
                "until",
                "The end of the term is not known, so the mark does not end by itself. Record "
                "its determination anew, with the term.",
            )
        )
        return ""
    ends = date.fromisoformat(newest.until)
    if decided is not None and decided.exact is None:
        faults.append(
            Fault(
                "decided", "State the full day: an extension counts where it was decided in time."
            )
        )
    elif decided is not None and decided.exact is not None and decided.exact > ends:
        message = "The term ended on {until}; what has ended is not extended."
        faults.append(
            Fault("decided", message, {"until": PartialDate.parse(newest.until).vietnamese})
        )
    if years:
        stated = last_day_of_term(ends, years)
    if stated is None:
        faults.append(Fault("years", "State by how many years, or the new last day."))
        return ""
    field = "years" if years else "until"
    if stated <= ends:
        message = "The term lasts to {until} already."
        faults.append(Fault(field, message, {"until": PartialDate.parse(newest.until).vietnamese}))
    elif stated > (most := _farthest(rulebook, marks, ends, today)):
        message = "One extension is no longer than the first term: at most to {most}."
        faults.append(
            Fault(field, message, {"most": PartialDate.parse(most.isoformat()).vietnamese})
        )
    return stated.isoformat()


def _farthest(rulebook: Rulebook, marks: Sequence[Mark], ends: date, today: date) -> date:
    """Return the last day one extension may reach: a first term more, where that is known."""
    first = _first_term(marks)
    begun = PartialDate.parse(first.decided).exact if first.decided else None
    if begun is not None and first.until:
        return extended_to(begun, date.fromisoformat(first.until), ends)
    law = law_of(rulebook, first.decided, today)
    return last_day_of_term(ends, law.years[marks[-1].level]) if law is not None else date.max


def _first_term(marks: Sequence[Mark]) -> Mark:
    """Return the mark that set the term which later ones extended or kept."""
    first = marks[-1]
    for mark in reversed(marks):
        if mark.act == "lifted":
            break
        first = mark
        if mark.act == "determined":
            break
        place = marks.index(mark)
        if mark.act != "extended" and place and marks[place - 1].until != mark.until:
            break
    return first


def _years(text: str, faults: list[Fault]) -> int:
    if not text:
        return 0
    if text.isascii() and text.isdigit() and 0 < int(text[:4]) < 100:
        return int(text[:4])
    faults.append(Fault("years", "Write the term in whole years."))
    return 0


def _last(text: str, faults: list[Fault]) -> date | None:
    if not text:
        return None
    try:
        day = parse_typed(text).exact
    except ValueError:
        day = None
    if day is None:
        faults.append(Fault("until", "Write the last day as 05/09/2034."))
    return day
