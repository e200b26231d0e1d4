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
from hoso.desk.describing import statement
from hoso.desk.secrecy_terms import last_day_stated
from hoso.kernel.dates import PartialDate, parse_typed
from hoso.kernel.errors import Fault, Invalid
from hoso.kernel.text import one_line
from hoso.records.marking import SECRET, has_lapsed, in_force
from hoso.records.model import Mark
from hoso.retention.facts import first_day, last_day

__all__ = ["ACTS", "FIELDS", "Decided", "Situation", "read_decision"]

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
    until = last_day_stated(
        rulebook,
        act,
        words,
        level=level,
        decided=decided,
        marks=now.marks,
        today=now.today,
        faults=faults,
    )
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


def _copies(text: str, faults: list[Fault]) -> int:
    if not text:
        return 0
    if text.isascii() and text.isdigit() and len(text) < 10 and int(text) <= _MOST_COPIES:
        return int(text)
    faults.append(
        Fault("copies", "Write how many copies there are, at most {most}.", {"most": _MOST_COPIES})
    )
    return 0
