"""Marks of secrecy: determine, extend, raise, lower, lift; each with its decision.

A mark is a fact with its decision, kept in order on the record; which level that makes today is
computed (``records.marking``).  The level somebody typed or a reader took from a stamp is no
decision: it holds until one is recorded, and goes over into the mark when one is.

Holders of a secret are told of an extension, a change or a lifting; what is still to be told is
kept by day (``desk.mark_register``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from hoso.access.permissions import Permission
from hoso.definitions.values import SecrecyLaw
from hoso.desk.act import act
from hoso.desk.describing import statement
from hoso.desk.desk import Desk
from hoso.desk.determining import Situation, read_decision
from hoso.desk.mark_register import is_owed, settle
from hoso.desk.secrecy_terms import law_of
from hoso.kernel.dates import PartialDate
from hoso.kernel.errors import Fault, Invalid, Missing
from hoso.records import filing
from hoso.records.events import DocumentChanged, Moved, RecordEvent
from hoso.records.marking import has_lapsed, in_force, is_undetermined, level_of
from hoso.records.model import Document, Dossier, Mark
from hoso.retention.facts import last_day

__all__ = [
    "MarkView",
    "Step",
    "determine",
    "extend",
    "lift",
    "lower",
    "notice_sent",
    "possible",
    "raise_",
    "see",
    "view_of",
]


@dataclass(frozen=True)
class Step:
    """One decision of a chain.

    :ivar number: its place in the chain, from 0.
    :ivar notice_by: the day by which holders are to be told, "" where nothing is owed.
    """

    number: int
    mark: Mark
    law: SecrecyLaw | None
    notice_by: str


@dataclass(frozen=True)
class MarkView:
    """The marks of a record as they stand today.

    :ivar level: today's, by itself and by its own mark.
    :ivar undetermined: whether it is secret by what was typed or read, without a decision.
    :ivar lapsed: whether the mark ended by itself.
    :ivar possible: the acts that make sense now, for who may perform them.
    """

    record: Any
    level: int
    mark: Mark | None
    undetermined: bool
    lapsed: bool
    steps: tuple[Step, ...]
    possible: tuple[str, ...]


def possible(record: Any, on: date) -> tuple[str, ...]:
    """Return which acts make sense on a record on a day."""
    mark = in_force(record.marks, on)
    if mark is None:
        bare = is_undetermined(record)
        late = ("extended",) if has_lapsed(record.marks, on) else ()
        return ("determined", *late, *(("lifted",) if bare else ()))
    known = bool(mark.until)
    return (
        *(("extended",) if known else ("determined",)),
        *(("raised",) if mark.level < 4 else ()),
        *(("lowered",) if mark.level > 2 else ()),
        "lifted",
    )


def view_of(desk: Desk, record: Any) -> MarkView | None:
    """Return the marks of a record to who may know of them; ``None`` to others."""
    if not desk.may(record, Permission.MARK_VIEW):
        return None
    today = desk.today
    steps = tuple(
        Step(
            number,
            mark,
            law_of(desk.rulebook, mark.decided, today) if mark.decided else None,
            is_owed(desk.root, record, number),
        )
        for number, mark in enumerate(record.marks)
    )
    may = desk.may(record, Permission.MARK_DETERMINE)
    return MarkView(
        record,
        level_of(record, today),
        in_force(record.marks, today),
        is_undetermined(record),
        has_lapsed(record.marks, today),
        steps,
        possible(record, today) if may else (),
    )


@act("mark.seen", Permission.MARK_VIEW)
def see(desk: Desk, record: Any) -> MarkView:
    """Return the marks of a record with their decisions."""
    found = view_of(desk, record)
    if found is None:
        raise Missing
    desk.say(level=found.level)
    return found


@act("mark.determined", Permission.MARK_DETERMINE)
def determine(desk: Desk, record: Any, *, typed: Mapping[str, Any], revision: int) -> Mark:
    """Record that a state secret was determined (Law 29/2018/QH14 art. 10)."""
    return _decide(desk, record, "determined", typed=typed, revision=revision)


@act("mark.extended", Permission.MARK_DETERMINE)
def extend(desk: Desk, record: Any, *, typed: Mapping[str, Any], revision: int) -> Mark:
    """Record that the term of a secret was extended, decided before it ended (art. 20)."""
    return _decide(desk, record, "extended", typed=typed, revision=revision)


@act("mark.raised", Permission.MARK_DETERMINE)
def raise_(desk: Desk, record: Any, *, typed: Mapping[str, Any], revision: int) -> Mark:
    """Record that the level of a secret was raised (art. 21)."""
    return _decide(desk, record, "raised", typed=typed, revision=revision)


@act("mark.lowered", Permission.MARK_DETERMINE)
def lower(desk: Desk, record: Any, *, typed: Mapping[str, Any], revision: int) -> Mark:
    """Record that the level of a secret was lowered (art. 21)."""
    return _decide(desk, record, "lowered", typed=typed, revision=revision)


@act("mark.lifted", Permission.MARK_DETERMINE)
def lift(desk: Desk, record: Any, *, typed: Mapping[str, Any], revision: int) -> Mark:
    """Record that a mark was lifted by decision (art. 22), or that there never was a secret."""
    return _decide(desk, record, "lifted", typed=typed, revision=revision)


def _decide(desk: Desk, record: Any, act_: str, *, typed: Mapping[str, Any], revision: int) -> Mark:
    filing.check_revision(record, revision)
    before = level_of(record, desk.today)
    situation = Situation(
        record.marks, before, desk.today, desk.identity.clearance, _papers(desk, record)
    )
    found = read_decision(desk.rulebook, act_, typed=typed, now=situation)
    mark = Mark(
        act=act_,
        level=found.level,
        until=found.until,
        basis=found.basis,
        determiner=found.determiner,
        decided=found.decided,
        decision=found.decision,
        document=found.document,
        at=desk.now,
        by=desk.identity.login,
        copies=found.copies,
        recipients=found.recipients,
        copying=found.copying,
        before=record.level,
    )
    was_secret = bool(record.marks)
    record.marks = (*record.marks, mark)
    if act_ != "extended":
        # What was typed or read is decided now: it goes over into the mark.
        record.level = min(record.level, 1)
    filing.touch(record, at=desk.now, by=desk.identity.login)
    after = level_of(record, desk.today)
    if was_secret:
        _owe_notice(desk, record, mark)
    desk.notify(_changed(record, tightens=after > before))
    desk.say(
        before=before,
        after=after,
        until=mark.until,
        basis=mark.basis,
        determiner=mark.determiner,
        decided=mark.decided,
        decision=mark.decision,
        document=mark.document,
        copies=mark.copies,
        recipients=mark.recipients,
        copying=mark.copying,
    )
    return mark


def _changed(record: Any, *, tightens: bool) -> list[RecordEvent]:
    # The level of a dossier is part of what each of its papers says to the index.
    kind = Moved if isinstance(record, Dossier) else DocumentChanged
    return [kind(record, tightens=tightens)]


def _papers(desk: Desk, record: Any) -> frozenset[str]:
    """Return the papers a decision may rest on: those of the dossier that one may know of."""
    dossier = record.dossier if isinstance(record, Document) else record
    if dossier is None:
        return frozenset()
    return frozenset(one.uid for one in dossier.values() if desk.sees(one))


def _owe_notice(desk: Desk, record: Any, mark: Mark) -> None:
    """Note by when the holders are to be told of a decision that changes what they hold."""
    law = law_of(desk.rulebook, mark.decided, desk.today)
    if law is None or not law.notice_days:
        return
    decided = last_day(PartialDate.parse(mark.decided)) if mark.decided else desk.today
    by = min(decided, desk.today) + timedelta(days=law.notice_days)
    settle(desk.root, record, len(record.marks) - 1, owed_by=by.isoformat())


@act("mark.notice-sent", Permission.MARK_DETERMINE)
def notice_sent(desk: Desk, record: Any, *, number: int, how: str) -> None:
    """State that the holders were told of a decision, and how.

    :param number: place of the decision in the chain, from 0.
    """
    faults: list[Fault] = []
    how = statement("how", how, faults, wanting="State the number of the notice, or who was told.")
    if not is_owed(desk.root, record, number):
        faults.append(Fault("how", "Nothing is left to be told of this decision."))
    if faults:
        raise Invalid(faults)
    settle(desk.root, record, number, at=desk.now)
    desk.say(number=number, how=how)
