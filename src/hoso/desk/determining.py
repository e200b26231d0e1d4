"""What a decision on secrecy says: read from a form, checked all at once (pure).

Five acts (Law 29/2018/QH14 art. 10, 19 to 22): a secret is determined, its term extended, its
level raised or lowered, the mark lifted.  No term is filled in by this program: where nobody
stated one it is not known, and the mark does not end by itself.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from hoso.definitions.rulebook import Rulebook
from hoso.definitions.values import SecrecyLaw
from hoso.desk.describing import statement
from hoso.kernel.dates import PartialDate, parse_typed
from hoso.kernel.errors import Fault, Invalid
from hoso.kernel.text import one_line
from hoso.records.marking import SECRET, extended_to, has_lapsed, in_force, last_day_of_term
from hoso.records.model import Mark
from hoso.retention.facts import first_day, last_day

__all__ = ["ACTS", "FIELDS", "Decided", "Situation", "law_of", "read_decision"]

#: What may be done to a mark.
ACTS = ("determined", "extended", "raised", "lowered", "lifted")
#: What a decision states, in the order of the form.
FIELDS = (
    "level", "basis", "determiner", "decision", "decided", "years", "until", "document",
    "copies", "recipients", "copying",
)  # fmt: skip
_MOST_COPIES = 9999
_LONGEST = 1000


@dataclass(frozen=True)
class Situation:
    """How a record stands when something is decided on it.

    :ivar level: the level it has today, by itself or by a mark.
    :ivar clearance: of who records the decision.
    :ivar papers: uids of papers the decision may rest on.
    """

    marks: Sequence[Mark]
    level: int
    today: date
    clearance: int
    papers: Collection[str]


@dataclass(frozen=True)
class Decided:
    """What a decision says, as it is kept in a ``Mark``."""

    level: int
    until: str
    basis: str
    determiner: str
    decided: str
    decision: str
    document: str
    copies: int
    recipients: str
    copying: str


def law_of(rulebook: Rulebook, decided: str, today: date) -> SecrecyLaw | None:
    """Return the law of the day something was decided; of a day not known, today's.

    Of a month or a year that two laws share it is the later one.
    """
    day = last_day(PartialDate.parse(decided)) if decided else today
    return rulebook.secrecy_law(min(day, today).isoformat())


def read_decision(
    rulebook: Rulebook, act: str, *, typed: Mapping[str, Any], now: Situation
) -> Decided:
    """Turn typed text into a decision; raise ``Invalid`` with every fault."""
    faults: list[Fault] = []
    words = {name: one_line(str(typed.get(name, ""))) for name in FIELDS}
    mark = in_force(now.marks, now.today)
    newest = now.marks[-1] if now.marks else None
    level = _level(act, words["level"], now, faults)
    if act == "lifted" and mark is None and now.level >= SECRET:
        # A level that nobody determined is denied, not lifted: there is no decision to name.
        act = "denied"
    standing = newest if newest is not None and newest.act != "lifted" else None
    if act not in {"determined", "denied"} and standing is None:
        faults.append(Fault("level", "This record bears no mark of secrecy; determine it first."))
    if act in {"raised", "lowered", "lifted"} and has_lapsed(now.marks, now.today):
        faults.append(Fault("level", "The mark ended by itself; nothing is left to change."))
    basis = _basis(act, words["basis"], newest, faults)
    determiner = statement("determiner", words["determiner"], faults, wanting="State who decided.")
    decision = words["decision"]
    if act != "denied":
        decision = statement(
            "decision", decision, faults, wanting="State the number of the decision."
        )
    decided = _decided(act, words["decided"], now, faults)
    until = _until(rulebook, act, words, level=level, decided=decided, now=now, faults=faults)
    if words["document"] and words["document"] not in now.papers:
        faults.append(Fault("document", "The decision must be a paper in this dossier."))
    copies = _copies(words["copies"], faults)
    faults += [
        Fault(name, "Use at most {most} characters.", {"most": _LONGEST})
        for name in ("recipients", "copying")
        if len(words[name]) > _LONGEST
    ]
    if faults:
        raise Invalid(faults)
    return Decided(
        level, until, basis, determiner, str(decided or ""), decision, words["document"],
        copies, words["recipients"], words["copying"],
    )  # fmt: skip


def _level(act: str, text: str, now: Situation, faults: list[Fault]) -> int:
    """Return the level that holds from the decision on."""
    mark = in_force(now.marks, now.today)
    newest = now.marks[-1] if now.marks else None
    if act in {"lifted", "denied"}:
        return 1
    if act == "extended":
        if newest is not None and newest.level > now.clearance:
            faults.append(_not_cleared(now))
        return newest.level if newest is not None else 0
    level = int(text) if text in {"2", "3", "4"} else 0
    if not level:
        faults.append(Fault("level", "Choose a level of secrecy, 2 to 4."))
    elif level > now.clearance:
        faults.append(_not_cleared(now))
    elif act == "determined" and mark is not None and mark.until:
        faults.append(
            Fault("level", "This record bears a mark; extend, raise, lower or lift that one.")
        )
    elif act == "raised" and mark is not None and level <= mark.level:
        faults.append(Fault("level", "Raising leads above level {level}.", {"level": mark.level}))
    elif act == "lowered" and mark is not None and level >= mark.level:
        faults.append(
            Fault(
                "level",
                "Lowering leads below level {level}; a mark that ends altogether is lifted.",
                {"level": mark.level},
            )
        )
    return level


def _not_cleared(now: Situation) -> Fault:
    message = "You are cleared to level {clearance}; hand this paper to who is cleared for it."
    return Fault("level", message, {"clearance": now.clearance})


def _basis(
    act: str,
    text: str,
    newest: Mark | None,
    faults: list[Fault],
) -> str:
    if act == "denied":
        wanting = "State why this is no state secret."
        return statement("basis", text, faults, wanting=wanting)
    if act in {"determined", "raised"}:
        wanting = "State the item of the list of state secrets this rests on."
        return statement("basis", text, faults, wanting=wanting)
    if len(text) > _LONGEST:
        faults.append(Fault("basis", "Use at most {most} characters.", {"most": _LONGEST}))
    return text or (newest.basis if newest is not None else "")


def _decided(
    act: str,
    text: str,
    now: Situation,
    faults: list[Fault],
) -> PartialDate | None:
    """Return the day of the decision, as far as it is known."""
    try:
        decided = parse_typed(text) if text else None
    except ValueError:
        message = (
            "Write the date as 05/09/2024, or 09/2024, or 2024; leave it empty "
            "where it is not known."
        )
        faults.append(Fault("decided", message))
        return None
    if decided is None:
        if act not in {"determined", "denied"}:
            faults.append(Fault("decided", "State the day of the decision."))
        return None
    if first_day(decided) > now.today:
        faults.append(Fault("decided", "The day of the decision lies in the future."))
    newest = now.marks[-1] if now.marks else None
    if newest is not None and newest.decided and newest.act != "lifted":
        before = PartialDate.parse(newest.decided)
        if act != "determined" and last_day(decided) < first_day(before):
            message = "This lies before the decision it follows, {before}."
            faults.append(Fault("decided", message, {"before": before.vietnamese}))
    return decided


def _until(
    rulebook: Rulebook,
    act: str,
    words: Mapping[str, str],
    *,
    level: int,
    decided: PartialDate | None,
    now: Situation,
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
        return _extension(rulebook, years, stated, decided=decided, now=now, faults=faults)
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
    if stated is None and act in {"raised", "lowered"} and now.marks:
        kept = now.marks[-1].until
        stated = date.fromisoformat(kept) if kept else None
    if stated is None:
        return ""
    if decided is not None and not kept and stated < first_day(decided):
        faults.append(Fault("until", "The term would end before it begins."))
    elif decided is not None and level in {2, 3, 4}:
        _within_law(
            law_of(rulebook, str(decided), now.today), level, stated,
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
    now: Situation,
    faults: list[Fault],
) -> str:
    """Return the new last day; an extension is decided in time and no longer than a first term."""
    if not now.marks or now.marks[-1].act == "lifted":
        return ""
    newest = now.marks[-1]
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
    elif stated > (most := _farthest(rulebook, now.marks, ends, now.today)):
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


def _copies(text: str, faults: list[Fault]) -> int:
    if not text:
        return 0
    if text.isascii() and text.isdigit() and len(text) < 10 and int(text) <= _MOST_COPIES:
        return int(text)
    faults.append(
        Fault("copies", "Write how many copies there are, at most {most}.", {"most": _MOST_COPIES})
    )
    return 0
