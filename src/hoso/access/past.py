"""What was true on a past day: who could do what to a record, answered from dated facts.

States of accounts come from ``history``, states of records from ``records.former``, marks of
secrecy are dated themselves.  What a role may do is asked of the matrix of today, and whoever
shows an answer says so.  Of the time before facts were kept nothing is known: older sites note
the instant in ``root["access-known-since"]``, and each account has a first state.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

from hoso.access import history
from hoso.access.model import Account
from hoso.access.permissions import Permission
from hoso.access.policy import Decision, Policy, Protected
from hoso.kernel.clock import VIETNAM, civil_day, stamp
from hoso.records import former
from hoso.records.marking import level_on
from hoso.records.model import Document, Dossier, Site
from hoso.records.units import lineage

__all__ = ["Answer", "could", "is_known", "protected_at"]

_OF_PAPERS = {Permission.DOCUMENT_VIEW, Permission.DOCUMENT_READ}
KNOWN_SINCE = "access-known-since"


@dataclass(frozen=True)
class Answer:
    """Whether somebody could, at some time of a day, and why (or why not).

    :ivar known: whether the facts of that day are kept; where not, ``decision`` is ``None``.
    :ivar at: the instant from which on it held, on that day; "" for the whole day.
    """

    known: bool
    decision: Decision | None = None
    at: str = ""


def is_known(root: Any, day: date) -> bool:
    """Say whether the facts about records are kept for a day."""
    since = root.get(KNOWN_SINCE, "")
    return not since or civil_day(since) < day.isoformat()


def _midnight(day: date) -> str:
    return stamp(datetime.combine(day, time(), VIETNAM).astimezone(UTC))


def protected_at(
    site: Site,
    record: Document | Dossier,
    instant: str,
    *,
    on: date,
    closed_to: Callable[[str], tuple[str, ...]],
) -> Protected | None:
    """Return the facts of a record as they stood at an instant; ``None``: there was none."""
    state = former.state_at(record, instant)
    if state is None:
        return None
    marks = [mark for mark in record.marks if mark.at <= instant]
    level = level_on(state.level, marks, on)
    if isinstance(record, Dossier):
        return Protected(
            record.uid,
            level=level,
            lineage=_lineage(site, state.unit),
            grants=state.grants,
            walled=state.walled,
            subject_of=record.id,
        )
    dossier = site.by_id.get(state.dossier) if state.dossier else None
    around = (
        protected_at(site, dossier, instant, on=on, closed_to=closed_to)
        if isinstance(dossier, Dossier)
        else None
    )
    if around is None:
        return Protected(
            record.uid, level=level, lineage=_lineage(site, state.unit), grants=state.grants
        )
    return Protected(
        record.uid,
        level=max(level, around.level),
        lineage=around.lineage,
        grants=(*state.grants, *around.grants),
        walled=around.walled,
        subject_of=around.subject_of,
        closed_to=frozenset(closed_to(state.type)),
    )


def _lineage(site: Site, number: int) -> tuple[int, ...]:
    unit = site.unit_by_number.get(number) if number else None
    return tuple(step.number for step in lineage(unit)) if unit is not None else ()


def _moments(record: Document | Dossier, account: Account, day: date) -> Iterator[str]:
    """Yield the instants of a day between which nothing changed, the first its beginning."""
    wanted = day.isoformat()
    instants = {_midnight(day), *former.changes_on(record, day)}
    if isinstance(record, Document) and record.dossier is not None:
        instants |= set(former.changes_on(record.dossier, day))
    instants |= {one.since for one in account.history if civil_day(one.since) == wanted}
    yield from sorted(instants)


def _made_later(account: Account, day: date) -> bool:
    first = account.history[0] if account.history else None
    return (
        first is not None
        and first.what == "account.created"
        and civil_day(first.since) > day.isoformat()
    )


def could(
    root: Any,
    policy: Policy,
    account: Account,
    record: Document | Dossier,
    permission: Permission,
    *,
    on: date,
    closed_to: Callable[[str], tuple[str, ...]],
) -> Answer:
    """Say whether an account could do something to a record at some time of a day, and why."""
    states = history.states_on(account, on)
    if states is None and _made_later(account, on):
        return Answer(known=True)
    if states is None or not is_known(root, on):
        return Answer(known=False)
    last: Decision | None = None
    for moment in _moments(record, account, on):
        state = next((one for one in reversed(states) if one.since <= moment), None)
        facts = protected_at(root["site"], record, moment, on=on, closed_to=closed_to)
        left = account.ends_on and account.ends_on <= on.isoformat()
        if state is None or facts is None or state.shut or left:
            continue
        identity = history.identity_in(account, state)
        asked = permission
        if isinstance(record, Document) and not facts.subject_of and permission in _OF_PAPERS:
            asked = Permission.INTAKE_WORK  # a paper in the tray is seen by who works there
        last = policy.decide(identity, facts, asked, on=on)
        if last:
            return Answer(known=True, decision=last, at="" if moment == _midnight(on) else moment)
    return Answer(known=True, decision=last)
