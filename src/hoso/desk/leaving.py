"""Leaving: one act that says it, with a preview of all that it brings about; undoing; its day.

What is written are facts: the standing with its evidence, the leaving with what it ended, the
checklist.  Which period of retention begins is computed from the standing, as ever.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from hoso.access.permissions import Permission
from hoso.definitions import working_days
from hoso.definitions.deployments import Deadline
from hoso.definitions.values import WayOfLeaving
from hoso.desk import account_events, checklists, leaving_effects
from hoso.desk.act import act
from hoso.desk.desk import Desk
from hoso.desk.dossiers import visible_documents
from hoso.desk.keeping import as_seen, decision_of
from hoso.desk.leaving_effects import AccountEnd
from hoso.kernel import ids
from hoso.kernel.clock import civil_day
from hoso.kernel.dates import PartialDate, parse_typed
from hoso.kernel.errors import Fault, Invalid, Missing
from hoso.kernel.text import one_line
from hoso.personnel import leaving as rules
from hoso.personnel.checklist import is_of_today, items_of
from hoso.personnel.model import Careers, Item, Leaving, careers_of
from hoso.records import filing
from hoso.records.events import Moved
from hoso.records.model import Dossier, StatusEvent
from hoso.retention.schedule import Decision

__all__ = [
    "LeavingView",
    "Preview",
    "look",
    "preview",
    "record",
    "take_effect",
    "undo",
]

_LONGEST = 500


@dataclass(frozen=True)
class Preview:
    """Everything that recording a leaving brings about, before it is recorded.

    :ivar before: code of the standing it ends, or "".
    :ivar kept_before: how long the dossier is kept as things are; ``kept_after`` once the leaving
        has taken effect.
    :ivar stops: deadlines that no longer run.
    :ivar late: days by which the record is late against the profile's deadline; 0 in time.
    :ivar due: the day it should have been recorded by; ``None`` where that is not known.
    """

    way: WayOfLeaving
    effective: PartialDate
    before: str
    accounts: tuple[AccountEnd, ...]
    kept_before: Decision
    kept_after: Decision
    items: tuple[Item, ...]
    stops: tuple[Deadline, ...]
    due: date | None
    late: int
    is_ahead: bool


@dataclass(frozen=True)
class LeavingView:
    """A recorded leaving as its dossier's page shows it, with the way it was."""

    leaving: Leaving
    way: WayOfLeaving | None
    may_undo: bool


@dataclass(frozen=True)
class _Stated:
    """What was typed, read and checked."""

    way: WayOfLeaving
    effective: PartialDate
    evidence: str
    decision: str
    reason: str
    form: str


class _AsIf:
    """A dossier with one more standing, to ask what would hold; nothing of it is kept."""

    def __init__(self, dossier: Dossier, event: StatusEvent) -> None:
        self._dossier = dossier
        self.status_events = (*dossier.status_events, event)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._dossier, name)


# Checking ----------------------------------------------------------------------------------


def _stated(desk: Desk, dossier: Dossier, typed: Mapping[str, str]) -> _Stated:
    """Read what was typed; raise :class:`Invalid` with all that is wrong."""
    faults: list[Fault] = []
    way = desk.rulebook.leaving.get(typed.get("kind", ""))
    if way is None:
        faults.append(Fault("kind", "Choose how the person left."))
    kind = desk.rulebook.dossier_types.get(dossier.type)
    if kind is None or not kind.personal:
        faults.append(Fault("kind", "This dossier is about a matter; nobody leaves in it."))
    effective = _day(typed.get("effective", ""), faults)
    evidence = typed.get("evidence", "")
    decision = one_line(typed.get("decision", ""))[:_LONGEST]
    if evidence and not any(d.uid == evidence for d in visible_documents(desk, dossier)):
        faults.append(Fault("evidence", "The decision must be a paper in this dossier."))
    if not evidence and not decision:
        said = "Choose the decision among the papers, or state its number."
        faults.append(Fault("decision", said))
    reason, form = typed.get("reason", ""), typed.get("form", "")
    if way is not None:
        if reason and reason not in way.reasons:
            faults.append(Fault("reason", "This reason does not go with this way of leaving."))
        reason = reason or (way.reasons[0] if len(way.reasons) == 1 else "")
        if not reason:
            faults.append(Fault("reason", "Choose the reason."))
        if form and (not way.forms or form not in desk.rulebook.vocabularies[way.forms].terms):
            faults.append(Fault("form", "This form does not go with this way of leaving."))
        if effective is not None:
            faults.extend(_against(desk, dossier, way, effective))
    if faults or way is None or effective is None:
        raise Invalid(faults)
    return _Stated(way, effective, evidence, decision, reason, form)


def _day(text: str, faults: list[Fault]) -> PartialDate | None:
    if not text.strip():
        said = "State the day; where only the month or year is known, write 09/2024 or 2024."
        faults.append(Fault("effective", said))
        return None
    try:
        return parse_typed(text)
    except ValueError:
        said = "Write the date as 05/09/2024, or 09/2024, or 2024."
        faults.append(Fault("effective", said))
        return None


def _against(
    desk: Desk, dossier: Dossier, way: WayOfLeaving, effective: PartialDate
) -> list[Fault]:
    statuses = desk.rulebook.statuses
    known = rules.Known(
        today=desk.today,
        born=PartialDate.parse(dossier.birth_date) if dossier.birth_date else None,
        standings=rules.timeline(dossier.status_events, statuses),
    )
    ways = desk.rulebook.leaving
    return rules.faults_of(way, effective, known=known, ways=ways, statuses=statuses)


# Preview -----------------------------------------------------------------------------------


@act("career.leaving-previewed", Permission.CAREER_RECORD, told=False)
def preview(desk: Desk, dossier: Dossier, *, typed: Mapping[str, str]) -> Preview:
    """Say everything that recording this leaving would bring about; change nothing.

    :param typed: kind, effective, evidence, decision, reason, form.
    """
    return _previewed(desk, dossier, _stated(desk, dossier, typed))


def _previewed(desk: Desk, dossier: Dossier, stated: _Stated) -> Preview:
    way, effective = stated.way, stated.effective
    profile = desk.rulebook.profile
    before = rules.standing_on(
        rules.timeline(dossier.status_events, desk.rulebook.statuses), effective.last
    )
    event = StatusEvent(way.status, str(effective), stated.evidence, desk.now, "")
    # As known on the day it holds: a day to come starts no period today.
    on = max(desk.today, effective.last)
    days = working_days.workdays(profile)
    deadline = desk.rulebook.deadlines.get("status-change")
    start = effective.exact
    day = civil_day(dossier.opened_at)
    opened = date.fromisoformat(day) if day else desk.today
    # Of who left before the dossier was kept here, the day of recording says nothing.
    counted = start if is_of_today(effective, opened) else None
    due = working_days.due_day(deadline, counted, days) if deadline and counted else None
    return Preview(
        way=way,
        effective=effective,
        before=before.status if before is not None else "",
        accounts=tuple(leaving_effects.ends_of(desk, dossier, day=start)),
        kept_before=as_seen(
            desk, decision_of(desk.root, desk.rulebook, dossier, on=desk.today), dossier
        ),
        kept_after=as_seen(
            desk, decision_of(desk.root, desk.rulebook, _AsIf(dossier, event), on=on), dossier
        ),
        items=items_of(way, effective, deadlines=desk.rulebook.deadlines, days=days, opened=opened),
        stops=tuple(desk.rulebook.deadlines[key] for key in way.stops),
        due=due,
        late=rules.days_late(due, desk.today) if due is not None else 0,
        is_ahead=effective.first > desk.today,
    )


# Recording ---------------------------------------------------------------------------------


@act("career.left-recorded", Permission.CAREER_RECORD)
def record(
    desk: Desk, dossier: Dossier, *, typed: Mapping[str, str], revision: int | None = None
) -> Leaving:
    """Record that a person left: standing, accounts, roles, checklist, clocks, all at once."""
    filing.check_revision(dossier, revision)
    stated = _stated(desk, dossier, typed)
    shown = _previewed(desk, dossier, stated)
    by, at, effective = desk.identity.login, desk.now, str(stated.effective)
    leaving = Leaving(
        dossier.id,
        kind=stated.way.key,
        status=stated.way.status,
        effective=effective,
        at=at,
        by=by,
    )
    leaving.reason, leaving.form = stated.reason, stated.form
    leaving.evidence, leaving.decision = stated.evidence, stated.decision
    leaving.before, leaving.stopped = shown.before, stated.way.stops
    leaving.items = shown.items
    leaving.logins = tuple(end.login for end in shown.accounts)
    cause = f"leaving:{leaving.uid}"
    day = stated.effective.exact
    granted = 0
    if day is not None:
        leaving.roles = leaving_effects.end_roles(desk, dossier, day=day, cause=cause)
        granted = leaving_effects.cut_grants(desk, dossier, day=day, cause=cause)
    filing.record_status(
        dossier,
        status=leaving.status,
        effective=effective,
        evidence=leaving.evidence,
        at=at,
        by=by,
    )
    _keep(careers_of(desk.root), leaving, is_ahead=shown.is_ahead, at=at)
    checklists.settle(desk.root, leaving, dossier)
    desk.say(
        leaving=leaving.uid,
        kind=leaving.kind,
        status=leaving.status,
        effective=effective,
        evidence=leaving.evidence,
        decision=leaving.decision,
        reason=leaving.reason,
        form=leaving.form,
        roles=len(leaving.roles),
        grants=granted,
        stopped=" ".join(leaving.stopped),
        late=shown.late,
    )
    desk.notify([Moved(dossier, tightens=True)])
    account_events.follow(desk, dossier)
    return leaving


def _keep(known: Careers, leaving: Leaving, *, is_ahead: bool, at: str) -> None:
    known.leavings[leaving.id] = leaving
    known.of_dossier[leaving.dossier] = (
        *known.of_dossier.get(leaving.dossier, ()),
        leaving.id,
    )
    if is_ahead:
        known.coming.insert((leaving.effective, leaving.id))
    else:
        leaving.begun_at = at


@act("career.left-undone", Permission.CAREER_RECORD)
def undo(
    desk: Desk,
    dossier: Dossier,
    *,
    leaving: str,
    reason: str,
    standing: str = "",
    revision: int | None = None,
) -> Leaving:
    """Undo a leaving that was recorded by mistake: a further fact, with its reason.

    The standing before it holds again from the same date, the accounts open, and the roles it ended
    come back as far as nobody touched them since.  What was opened to the person on single
    records is not given again: somebody decides that anew.

    :param standing: what holds instead; "" is the standing before, where one was recorded.
    """
    filing.check_revision(dossier, revision)
    known = careers_of(desk.root)
    found: Leaving | None = known.leavings.get(ids.from_text(leaving) or 0)
    if found is None or found.dossier != dossier.id:
        raise Missing
    reason = one_line(reason)[:_LONGEST]
    faults = [] if reason else [Fault("reason", "State why this is undone.")]
    if not found.stands:
        faults.append(Fault("leaving", "This leaving is undone already."))
    elif not _is_last(known, found):
        said = "Something was recorded after this leaving. Undo that first."
        faults.append(Fault("leaving", said))
    instead = standing or found.before
    if instead not in desk.rulebook.statuses or instead == found.status:
        said = "Choose the standing that holds instead."
        faults.append(Fault("standing", said))
    if faults:
        raise Invalid(faults)
    by, at = desk.identity.login, desk.now
    found.undone_at, found.undone_by, found.undone_why = at, by, reason
    known.coming.discard((found.effective, found.id))
    known.wanting.discard(found.id)
    cause = f"undone:{found.uid}"
    roles = leaving_effects.give_back_roles(desk, found, cause=cause)
    filing.record_status(
        dossier, status=instead, effective=found.effective, evidence="", at=at, by=by
    )
    desk.say(leaving=found.uid, status=instead, reason=reason, roles=roles)
    desk.notify([Moved(dossier)])
    account_events.follow(desk, dossier)
    return found


def _is_last(known: Careers, leaving: Leaving) -> bool:
    standing = [known.leavings[n] for n in known.of_dossier[leaving.dossier]]
    return [one for one in standing if one.stands][-1] is leaving


# Looking -----------------------------------------------------------------------------------


@act("career.leaving-seen", Permission.DOSSIER_VIEW, told=False)
def look(desk: Desk, dossier: Dossier) -> list[LeavingView]:
    """Return the leavings of a person, the last first, undone ones too."""
    known, ways = careers_of(desk.root), desk.rulebook.leaving
    may = desk.may(dossier, Permission.CAREER_RECORD)
    found = [known.leavings[n] for n in reversed(known.of_dossier.get(dossier.id, ()))]
    return [
        LeavingView(
            one,
            ways.get(one.kind),
            may and one.stands and _is_last(known, one),
        )
        for one in found
    ]


# The day -----------------------------------------------------------------------------------


def take_effect(desk: Desk, *, limit: int = 50) -> int:
    """Do what the day of a leaving brings: sessions end, retention and index learn it; told once.

    :return: how many leavings took effect, at most *limit*.
    """
    known, count = careers_of(desk.root), 0
    for day, number in list(known.coming.keys(max=(desk.today.isoformat(), 1 << 62)))[:limit]:
        known.coming.remove((day, number))
        leaving: Leaving = known.leavings[number]
        dossier = desk.site.by_id.get(leaving.dossier)
        leaving.begun_at = desk.now
        if isinstance(dossier, Dossier):
            leaving_effects.shut_out(desk, dossier)
            desk.notify([Moved(dossier, tightens=True)])
            desk.tell("career.left", dossier, leaving=leaving.uid, day=day, status=leaving.status)
        count += 1
    return count
