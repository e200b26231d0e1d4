"""Holds: orders that nothing they cover be disposed of, placed at any time, and they always win.

A hold is an object of its own, with a reason, an authority, members and, where one was stated, a
last day.  Placing and prolonging one takes one person; letting anything go takes two.  A hold is
seen by whoever may see the retention of something it names; what else it names is counted for
nobody else.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from hoso.access import permits
from hoso.access.permissions import Permission
from hoso.desk.act import Second, act
from hoso.desk.desk import Desk
from hoso.kernel import ids
from hoso.kernel.errors import Fault, Forbidden, Invalid, Missing
from hoso.records.events import RecordEvent
from hoso.records.model import Document, Dossier, Site
from hoso.retention import holds
from hoso.retention.model import Hold, HoldAct, Holds
from hoso.search.changes import note_change

__all__ = [
    "MOST",
    "HoldView",
    "lift_hold",
    "listed",
    "look",
    "note_members",
    "place_hold",
    "place_on_several",
    "prolong",
    "release",
    "widen",
]

#: Most records one act names; a larger order is widened in several.
MOST = 1000
#: Most members a page shows.
SHOWN = 200
#: Acts by which a hold lets something go: two persons do them.
_LETTING_GO = frozenset({"retention.hold-lifted", "retention.hold-released"})


@dataclass(frozen=True)
class HoldView:
    """A hold as one reader sees it.

    ``members`` are those open to the reader, ``SHOWN`` at most, ``more`` says that there are
    others among those; ``may_hold`` whether it may be prolonged and widened here.
    """

    hold: Hold
    members: tuple[Any, ...]
    more: bool
    history: tuple[HoldAct, ...]
    may_hold: bool

    @property
    def uid(self) -> str:
        return ids.to_text(self.hold.id)


def _kept(desk: Desk) -> Holds:
    found: Holds = desk.root["retention-holds"]
    return found


def _lying(records: Iterable[Any]) -> dict[int, int]:
    """Return the dossier each paper lies in, so that it knows of the hold without being read."""
    found = {}
    for record in records:
        dossier = getattr(record, "dossier", None)
        if dossier is not None:
            found[record.id] = dossier.id
    return found


def _tell_index(desk: Desk, records: Iterable[Any]) -> None:
    """Let index and listeners know: a hold covers a dossier and all that is in it."""
    for record in records:
        desk.notify([RecordEvent(record)])
        dossier = record.dossier if isinstance(record, Document) else record
        if isinstance(dossier, Dossier):
            note_change(desk.root, [-dossier.id])


def note_members(root: Any, hold: Hold) -> None:
    """Let the index look again at everything a hold names; it ended by itself."""
    for number in hold.members:
        record = root["site"].by_id.get(number)
        dossier = record.dossier if isinstance(record, Document) else record
        if isinstance(dossier, Dossier):
            note_change(root, [number, -dossier.id])


def _named(desk: Desk, records: Sequence[str]) -> list[Any]:
    """Return the records that were named by code or uid; all faults at once."""
    found: dict[int, Any] = {}
    faults = []
    names = list(dict.fromkeys(name.strip() for name in records if name.strip()))
    if len(names) > MOST:
        faults.append(
            Fault("records", "Name at most {most} records; add the others later.", {"most": MOST})
        )
    for name in names[:MOST]:
        try:
            record = desk.find(name, (Dossier, Document))
        except Missing:
            faults.append(
                Fault(
                    "records",
                    "There is no record {name}, or it is not open to you.",
                    {"name": name},
                )
            )
            continue
        if not desk.may(record, Permission.RETENTION_HOLD):
            faults.append(Fault("records", "You may not place a hold on {name}.", {"name": name}))
            continue
        found[record.id] = record
    if faults:
        raise Invalid(faults)
    return list(found.values())


@act("retention.hold-placed", Permission.RETENTION_HOLD)
def place_hold(desk: Desk, record: Any, *, reason: str, authority: str, until: str = "") -> Hold:
    """Forbid the disposal of a record; accepted at any time, and it always wins.

    :param until: the last day as typed; "" until it is lifted.
    """
    hold = holds.place(
        _kept(desk),
        reason=reason,
        authority=authority,
        records=[record.id],
        lying=_lying([record]),
        by=desk.identity.login,
        at=desk.now,
        until=until,
        today=desk.today,
    )
    desk.say(hold=ids.to_text(hold.id), reason=hold.reason, authority=hold.authority)
    if hold.until:
        desk.say(until=hold.until)
    _tell_index(desk, [record])
    return hold


@act("retention.holds-placed", Permission.RETENTION_HOLD)
def place_on_several(
    desk: Desk,
    _site: Site,
    *,
    records: Sequence[str],
    reason: str,
    authority: str,
    until: str = "",
) -> Hold:
    """Place one hold on several dossiers and papers, named by code or uid.

    The journal tells of it under each of them.
    """
    faults: list[Fault] = []
    found: list[Any] = []
    try:
        found = _named(desk, records)
    except Invalid as error:
        faults += error.faults
    try:
        hold = holds.place(
            _kept(desk),
            reason=reason,
            authority=authority,
            records=[record.id for record in found],
            lying=_lying(found),
            by=desk.identity.login,
            at=desk.now,
            until=until,
            today=desk.today,
        )
    except Invalid as error:
        faults += [one for one in error.faults if one.field != "records" or not faults]
    if faults:
        raise Invalid(faults)
    said = {"hold": ids.to_text(hold.id), "reason": hold.reason, "authority": hold.authority}
    if hold.until:
        said["until"] = hold.until
    desk.say(**said, records=len(found))
    _tell_index(desk, found)
    for record in found:
        desk.tell("retention.hold-placed", record, **said)
    return hold


@act("retention.hold-widened", Permission.RETENTION_HOLD)
def widen(desk: Desk, _site: Site, *, hold: str, records: Sequence[str]) -> Hold:
    """Let a hold cover more dossiers and papers, named by code or uid."""
    number = _seen(desk, hold).id
    found = _named(desk, records)
    if not found:
        raise Invalid([Fault("records", "Choose at least one record to hold.")])
    kept = holds.widen(
        _kept(desk),
        number,
        records=[record.id for record in found],
        lying=_lying(found),
        by=desk.identity.login,
        at=desk.now,
    )
    desk.say(hold=hold, records=len(found))
    _must_be_asked_anew(desk, kept)
    _tell_index(desk, found)
    for record in found:
        desk.tell(
            "retention.hold-placed",
            record,
            hold=hold,
            reason=kept.reason,
            authority=kept.authority,
        )
    return kept


@act("retention.hold-prolonged", Permission.RETENTION_HOLD)
def prolong(desk: Desk, _site: Site, *, hold: str, until: str, reason: str) -> Hold:
    """Let a hold stand to a later day, or ("") until it is lifted."""
    found = _seen(desk, hold)
    if not _may_hold(desk, found):
        raise Forbidden(reason="You hold nothing that this hold covers.")
    had_ended = bool(found.ended_at)
    kept = holds.prolong(
        _kept(desk),
        found.id,
        until=until,
        reason=reason,
        by=desk.identity.login,
        at=desk.now,
        today=desk.today,
    )
    desk.say(hold=hold, until=kept.until, reason=reason)
    _must_be_asked_anew(desk, kept)
    if had_ended:
        note_members(desk.root, kept)
    return kept


def _must_be_asked_anew(desk: Desk, hold: Hold) -> None:
    """Close what somebody agreed to before a hold was widened or prolonged.

    Who agreed to let it go knew nothing of what it covers now, nor why it stands longer.
    """
    for permit in list(permits.open_permits(desk.root)):
        if permit.verb not in _LETTING_GO:
            continue
        if ids.from_text(str(dict(permit.words).get("hold"))) != hold.id:
            continue
        permits.overtake(desk.root, permit, at=desk.now)
        record = desk.site.by_id.get(ids.from_text(permit.record) or 0)
        about = record if record is not None else desk.site
        desk.tell(
            "permit.withdrawn", about, permit=permit.uid, act=permit.verb, hold=ids.to_text(hold.id)
        )


@act("retention.hold-released", Permission.RETENTION_HOLD, second=Second(Permission.RETENTION_LIFT))
def release(desk: Desk, record: Any, *, hold: str, reason: str) -> None:
    """Let one record go out of a hold that covers others too."""
    number = ids.from_text(hold) or 0
    if (record.id, number) not in _kept(desk).by_record:
        raise Missing
    holds.release(
        _kept(desk),
        number,
        record=record.id,
        reason=reason,
        by=desk.identity.login,
        at=desk.now,
    )
    desk.say(hold=hold, reason=reason)
    _tell_index(desk, [record])


@act("retention.hold-lifted", Permission.RETENTION_HOLD, second=Second(Permission.RETENTION_LIFT))
def lift_hold(desk: Desk, record: Any, *, hold: str, reason: str) -> None:
    """Lift a hold that covers *record*, with the reason.

    A hold that covers what is not this person's to let go is not lifted as a whole.
    """
    number = ids.from_text(hold) or 0
    found = _kept(desk).by_id.get(number)
    if found is None or not _covers(desk, found, record):
        raise Missing
    members = list(_records(desk, found.members))
    if not all(desk.may(member, Permission.RETENTION_HOLD) for member in members):
        raise Forbidden(
            reason="This hold is not wholly yours to lift. Let the records that are go out of it."
        )
    holds.lift(_kept(desk), number, reason=reason, by=desk.identity.login, at=desk.now)
    desk.say(hold=hold, reason=reason)
    _tell_index(desk, members)


def _covers(desk: Desk, hold: Hold, record: Any) -> bool:
    """Say whether a hold that was not lifted is on a record, on what it is in or what is in it."""
    if hold.lifted_at:
        return False
    if record.id in hold.members:
        return True
    if isinstance(record, Document):
        return record.dossier is not None and record.dossier.id in hold.members
    held = _kept(desk).inside.keys((record.id, hold.id), (record.id, hold.id + 1))
    return any(paper in hold.members for _, _, paper in held)


def _records(desk: Desk, numbers: Iterable[int]) -> Iterator[Any]:
    for number in numbers:
        record = desk.site.by_id.get(number)
        if isinstance(record, Dossier | Document):
            yield record


def _open_members(desk: Desk, hold: Hold) -> Iterator[Any]:
    for record in _records(desk, hold.members):
        if desk.sees(record) and desk.may(record, Permission.RETENTION_VIEW):
            yield record


def _may_hold(desk: Desk, hold: Hold) -> bool:
    return any(desk.may(record, Permission.RETENTION_HOLD) for record in _open_members(desk, hold))


def _is_seen(desk: Desk, hold: Hold) -> bool:
    return hold.placed_by == desk.identity.login or any(True for _ in _open_members(desk, hold))


def _seen(desk: Desk, uid: str) -> Hold:
    """Return a hold this reader may know of; ``Missing`` for every other."""
    found: Hold | None = _kept(desk).by_id.get(ids.from_text(uid) or 0)
    if found is None or not _is_seen(desk, found):
        raise Missing("There is no such hold.")
    return found


def _view(desk: Desk, hold: Hold) -> HoldView:
    members = tuple(islice(_open_members(desk, hold), SHOWN + 1))
    return HoldView(
        hold,
        members[:SHOWN],
        more=len(members) > SHOWN,
        history=tuple(holds.history(hold)),
        may_hold=not hold.lifted_at and _may_hold(desk, hold),
    )


@act("retention.holds-listed", Permission.RETENTION_VIEW, told=False)
def listed(desk: Desk, _site: Site, *, lifted: bool = False) -> list[HoldView]:
    """Return the holds one may know of, the newest first.

    :param lifted: also those that were lifted or are over.
    """
    found = holds.listed(_kept(desk), only_in_force=not lifted)
    return [_view(desk, hold) for hold in found if _is_seen(desk, hold)]


@act("retention.hold-shown", Permission.RETENTION_VIEW, told=False)
def look(desk: Desk, _site: Site, *, hold: str) -> HoldView:
    """Return one hold with its members and its history."""
    return _view(desk, _seen(desk, hold))
