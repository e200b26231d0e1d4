"""How long a dossier is kept and why; what is due; holds.

The calendar finds candidates; ``retention.schedule.decide`` is asked again with the facts
of the moment for every line that is shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import chain, islice
from typing import Any

from hoso.access.permissions import Permission
from hoso.desk.act import Second, act
from hoso.desk.desk import Desk
from hoso.desk.interfaces import House
from hoso.kernel import ids
from hoso.kernel.dates import PartialDate
from hoso.kernel.errors import Missing
from hoso.records.events import RecordEvent
from hoso.records.model import Document, Dossier, Site
from hoso.retention import calendar, holds
from hoso.retention.facts import Facts, HoldFact, StatusFact
from hoso.retention.model import Calendar, Hold, Holds
from hoso.retention.schedule import Decision, Law, decide, roll_up
from hoso.search.changes import note_change

__all__ = [
    "DueLine",
    "KeepingView",
    "all_lines",
    "decision_of",
    "due",
    "first_due",
    "holds_on",
    "keeping_of",
    "lift_hold",
    "place_hold",
    "prepare",
    "reschedule",
    "why",
]


@dataclass(frozen=True)
class KeepingView:
    """What holds for a record today, and the holds on it."""

    decision: Decision
    holds: tuple[HoldFact, ...]


@dataclass(frozen=True)
class DueLine:
    """One line of the list: a dossier with the decision asked now."""

    dossier: Dossier
    decision: Decision


def prepare(root: Any) -> None:
    """Make retention's own store in a new database."""
    for key, make in (("retention-calendar", Calendar), ("retention-holds", Holds)):
        if key not in root:
            root[key] = make()


def _date(text: str) -> PartialDate | None:
    return PartialDate.parse(text) if text else None


def holds_on(root: Any, record: Any) -> tuple[HoldFact, ...]:
    """Return the holds that cover a record: on it, on what it is in, on what is in it."""
    kept: Holds = root["retention-holds"]
    if isinstance(record, Document):
        dossier = record.dossier
        around = (record.id, dossier.id) if dossier is not None else (record.id,)
        return holds.in_force(kept, *around)
    inside = [record.id]
    if kept.by_record:
        # A held paper holds the dossier it is in against disposal.
        inside += [document.id for document in record.values()]
    return holds.in_force(kept, *inside)


def _facts(
    record: Dossier, *, retention_class: str, on_hold: tuple[HoldFact, ...], dated: str = ""
) -> Facts:
    ended = _date(record.ended)
    return Facts(
        retention_class=retention_class,
        events=tuple(StatusFact(e.status, _date(e.effective)) for e in record.status_events),
        ended=ended,
        is_open=record.state == "open" and ended is None,
        document_date=_date(dated),
        contract_end=ended,
        born=_date(record.birth_date),
        holds=on_hold,
    )


def _parts(law: Any, dossier: Dossier) -> Iterator[tuple[str, str]]:
    """Yield (retention class, document date) of what the dossier keeps, each pair once."""
    kind = law.dossier_types[dossier.type]
    seen = {(kind.retention, "")}
    yield kind.retention, ""
    for document in dossier.values():
        type_ = law.document_types.get(document.type)
        if type_ is None or document.state == "withdrawn":
            continue
        rules = law.retention_classes[type_.retention].rules
        dated = any(law.retention_rules[rule].trigger == "document-dated" for rule in rules)
        part = (type_.retention, document.date if dated else "")
        if part not in seen:
            seen.add(part)
            yield part


def decision_of(root: Any, rulebook: Any, record: Any, *, on: date) -> Decision:
    """Decide how long a dossier or one of its papers is kept, as known on a day.

    Papers are never split out of a dossier by age, so a paper is kept as long as its
    dossier (facts 3.3: the original dossier stays together).
    """
    law: Law = rulebook
    dossier = record.dossier if isinstance(record, Document) else record
    if dossier is None:
        raise Missing("The paper is not filed; its period is decided when it is.")
    on_hold = holds_on(root, record)
    return roll_up(
        [
            decide(
                law,
                _facts(dossier, retention_class=part, on_hold=on_hold, dated=dated),
                on=on,
            )
            for part, dated in _parts(rulebook, dossier)
        ]
    )


def keeping_of(desk: Desk, record: Any) -> KeepingView:
    """Return what holds for a record today."""
    decision = decision_of(desk.root, desk.rulebook, record, on=desk.today)
    return KeepingView(decision, holds_on(desk.root, record))


def reschedule(house: House, root: Any, record: Any) -> None:
    """Note in the calendar what now holds for a dossier; listens to events.

    What the index says of the dossier and its papers rests on the calendar.
    """
    dossier = record.dossier if isinstance(record, Document) else record
    if not isinstance(dossier, Dossier):
        return
    kept: Calendar = root["retention-calendar"]
    before = calendar.line_of(kept, dossier.id)
    decision = decision_of(root, house.rulebook, dossier, on=house.clock.today())
    calendar.note(kept, dossier.id, decision=decision, digest=house.rulebook.digest)
    after = calendar.line_of(kept, dossier.id)
    if _kept_differently(before, after):
        note_change(root, [-dossier.id])


def _kept_differently(before: calendar.Line | None, after: calendar.Line | None) -> bool:
    if before is None or after is None:
        return before is not after
    return (before.state, before.expires) != (after.state, after.expires)


def _held_differently(root: Any, record: Any) -> None:
    """Let the index know of a hold placed or lifted: it covers a dossier and all that is in it."""
    dossier = record.dossier if isinstance(record, Document) else record
    if isinstance(dossier, Dossier):
        note_change(root, [-dossier.id])


@act("retention.due-listed", Permission.RETENTION_VIEW)
def due(desk: Desk, _site: Site, *, on: date, unit: str = "") -> list[DueLine]:
    """Return what is due on a day, and what is held or not known and would need a person.

    Costs by what is listed, not by what is kept.
    """
    lines = list(_lines(desk, on=on, unit=unit))
    desk.say(on=on.isoformat(), lines=len(lines))
    return lines


@act("retention.due-glanced", Permission.RETENTION_VIEW, told=False)
def first_due(desk: Desk, _site: Site, *, on: date, limit: int = 50) -> list[DueLine]:
    """Return the first lines of what is due, for a reader's first page."""
    return list(islice(_lines(desk, on=on, unit=""), limit))


def _lines(desk: Desk, *, on: date, unit: str) -> Iterator[DueLine]:
    kept: Calendar = desk.root["retention-calendar"]
    # No record is in two of them: each is due, doubtful or unknown.
    numbers = chain(
        calendar.due_by(kept, on),
        calendar.expired_unverified(kept, on),
        calendar.unknown(kept),
    )
    yield from _decided(desk, numbers, on=on, unit=unit)


def _decided(
    desk: Desk, numbers: Iterable[int], *, on: date, unit: str, every: bool = False
) -> Iterator[DueLine]:
    for number in numbers:
        dossier = desk.site.by_id.get(number)
        if not isinstance(dossier, Dossier) or not desk.may(dossier, Permission.RETENTION_VIEW):
            continue
        if unit and dossier.unit.key != unit:
            continue
        decision = decision_of(desk.root, desk.rulebook, dossier, on=on)
        if every or decision.state in {"due", "held", "unknown"}:
            yield DueLine(dossier, decision)


@act("retention.all-listed", Permission.RETENTION_VIEW)
def all_lines(desk: Desk, _site: Site, *, on: date) -> Iterator[DueLine]:
    """Return the decision for every dossier one may see; a long list, one at a time."""
    numbers = (dossier.id for dossier in desk.site.dossiers.values())
    return _decided(desk, numbers, on=on, unit="", every=True)


@act("retention.why-asked", Permission.RETENTION_VIEW)
def why(desk: Desk, record: Any, *, on: date) -> Decision:
    """Return the decision for one record with its explanation."""
    decision = decision_of(desk.root, desk.rulebook, record, on=on)
    desk.say(state=decision.state, rule=decision.rule)
    return decision


@act("retention.hold-placed", Permission.RETENTION_HOLD)
def place_hold(desk: Desk, record: Any, *, reason: str, authority: str) -> Hold:
    """Forbid the disposal of a record; accepted at any time, and it always wins."""
    hold = holds.place(
        desk.root["retention-holds"],
        reason=reason,
        authority=authority,
        records=[record.id],
        by=desk.identity.login,
        at=desk.now,
    )
    desk.say(hold=ids.to_text(hold.id), reason=reason, authority=authority)
    desk.notify([RecordEvent(record)])
    _held_differently(desk.root, record)
    return hold


@act("retention.hold-lifted", Permission.RETENTION_HOLD, second=Second(Permission.RETENTION_LIFT))
def lift_hold(desk: Desk, record: Any, *, hold: str, reason: str) -> None:
    """Lift a hold that covers *record*, with the reason."""
    number = ids.from_text(hold) or 0
    if number not in {fact.id for fact in holds_on(desk.root, record)}:
        raise Missing
    holds.lift(
        desk.root["retention-holds"],
        number,
        reason=reason,
        by=desk.identity.login,
        at=desk.now,
    )
    desk.say(hold=hold, reason=reason)
    desk.notify([RecordEvent(record)])
    _held_differently(desk.root, record)
