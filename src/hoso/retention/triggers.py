"""From what is known of a record to the event that starts its period (pure).

A date that cannot be right, in the future or before the person was born, counts as not known:
it is shown with its fault, and nothing ever falls due from it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from hoso.definitions.values import Term, Trigger
from hoso.kernel.dates import PartialDate
from hoso.kernel.errors import Fault
from hoso.retention.explaining import Step
from hoso.retention.facts import Facts, StatusFact, first_day, last_day

__all__ = ["Firing", "firing", "wanting"]

#: What is said where a person must bring a date, or correct one.
_WANTING = frozenset(
    {
        "{event}: nothing is recorded about the person's service.",
        "{event}: {status}, but the date is not known. Record the date.",
        "{event}: not recorded, though the person left ({status}). Record it.",
        "{event}: the date is not known. Record the date.",
    }
)

#: The field ``date`` of a firing hides the type.
Day = date
EMPLOYMENT, CONTRACT, DOCUMENT = "employment-ended", "contract-ended", "document-dated"


@dataclass(frozen=True)
class Firing:
    """Whether the event happened and when; neither date nor ``pending`` is "not known".

    ``again`` is the day from which a recorded date no longer lies in the future.
    """

    step: Step
    date: PartialDate | None = None
    pending: bool = False
    faults: tuple[Fault, ...] = ()
    again: Day | None = None


def wanting(step: Step) -> Step | None:
    """Return the first sentence of an explanation that says which date a person must bring."""
    if step.text in _WANTING:
        return step
    return next((found for found in map(wanting, step.children) if found is not None), None)


def firing(trigger: Trigger, facts: Facts, *, statuses: Mapping[str, Term], on: date) -> Firing:
    """Say whether *trigger* has fired for a record, as known on a day."""
    if trigger.statuses and facts.events and _field(trigger, facts) is None:
        found = _end_of_service(trigger, facts.events, statuses)
    elif trigger.key == EMPLOYMENT:
        found = Firing(
            Step("{event}: nothing is recorded about the person's service.", _named(trigger))
        )
    else:
        found = _from_field(trigger, facts)
    if found.date is None:
        return found
    faults = tuple(_impossible(found.date, facts.born, on))
    if not faults:
        return found
    reasons = tuple(Step(fault.message, dict(fault.facts)) for fault in faults)
    step = Step("The date of the event cannot be right, so it counts as not known.", {}, reasons)
    first = first_day(found.date)
    return Firing(step, faults=faults, again=first if first > on else None)


def _end_of_service(
    trigger: Trigger, events: tuple[StatusFact, ...], statuses: Mapping[str, Term]
) -> Firing:
    """Take the first departure after the last time the person was in service.

    Who retires and dies later left public service on retirement.  Who came back is in
    service.  A transfer hands the dossier on; the service goes on elsewhere.
    """
    left: StatusFact | None = None
    last_seen: StatusFact | None = None
    ordered = _in_order(events)
    if ordered is None:
        return Firing(Step("{event}: the date is not known. Record the date.", _named(trigger)))
    strange = [
        event.status
        for event in events
        if event.status not in statuses and event.status not in trigger.statuses
    ]
    if strange:
        # It may be a coming back: counting past it could end a period too early.
        return Firing(
            Step(
                "{event}: the status {status} is in no list. Declare it, or record another.",
                {**_named(trigger), "status": strange[0]},
            )
        )
    for event in ordered:
        phase = statuses[event.status].extra.get("phase", "") if event.status in statuses else ""
        if event.status in trigger.statuses:
            left = left or event
        elif phase == "in-service":
            left = None
        if phase in {"in-service", "left"}:
            last_seen = event
    if left is None and last_seen is not None:
        return _in_service(trigger, statuses[last_seen.status])
    if left is None:
        return Firing(
            Step("{event}: nothing is recorded about the person's service.", _named(trigger))
        )
    label = statuses[left.status].label if left.status in statuses else left.status
    facts = {**_named(trigger), "status": label, "date": left.date}
    if left.date is None:
        return Firing(Step("{event}: {status}, but the date is not known. Record the date.", facts))
    return Firing(Step("{event}: {status} on {date}.", facts), left.date)


def _in_service(trigger: Trigger, status: Term) -> Firing:
    facts = {**_named(trigger), "status": status.label}
    if status.extra.get("ends") == "custody":
        return Firing(
            Step(
                "{event}: not yet; the person was transferred to another agency, which is no end "
                "of service.",
                facts,
            ),
            pending=True,
        )
    if status.extra.get("phase") == "left":
        return Firing(
            Step("{event}: not recorded, though the person left ({status}). Record it.", facts)
        )
    return Firing(
        Step("{event}: not yet; the person's standing is: {status}.", facts), pending=True
    )


def _in_order(events: tuple[StatusFact, ...]) -> list[StatusFact] | None:
    """Put events by date, as recorded where dates do not say; ``None`` where nobody can say.

    One whose whole date lies before that of another goes before it.  Where one has no date and
    the others were not recorded in their order, nobody knows where it belongs.
    """
    dated = [event for event in events if event.date is not None]
    ordered: list[StatusFact] = []
    for event in dated:
        place = len(ordered)
        while place and _is_before(event, ordered[place - 1]):
            place -= 1
        ordered.insert(place, event)
    if len(dated) == len(events):
        return ordered
    return list(events) if ordered == dated else None


def _is_before(one: StatusFact, other: StatusFact) -> bool:
    return (
        one.date is not None
        and other.date is not None
        and last_day(one.date) < first_day(other.date)
    )


def _field(trigger: Trigger, facts: Facts) -> PartialDate | None:
    """Return the date that a record itself states for the event, where it states one."""
    own = {EMPLOYMENT: None, CONTRACT: facts.contract_end, DOCUMENT: facts.document_date}
    return own.get(trigger.key, facts.ended)


def _from_field(trigger: Trigger, facts: Facts) -> Firing:
    known = _field(trigger, facts) or (facts.ended if trigger.key == CONTRACT else None)
    if known is not None:
        return Firing(Step("{event}: {date}.", {**_named(trigger), "date": known}), known)
    if facts.is_open:
        return Firing(
            Step("{event}: not yet; the work goes on.", _named(trigger)),
            pending=True,
        )
    return Firing(Step("{event}: the date is not known. Record the date.", _named(trigger)))


def _impossible(when: PartialDate, born: PartialDate | None, on: date) -> list[Fault]:
    faults = []
    if first_day(when) > on:
        faults.append(
            Fault(
                "date",
                "{date} lies in the future on {on}. Correct the date, or look again then.",
                {"date": when, "on": on},
            )
        )
    if born is not None and last_day(when) < first_day(born):
        faults.append(
            Fault(
                "date",
                "{date} lies before the person was born, {born}. Correct one of the two.",
                {"date": when, "born": born},
            )
        )
    return faults


def _named(trigger: Trigger) -> dict[str, object]:
    return {"event": trigger.label}
