"""The register of packages: which there are, which wait for something, how each may end.

Facts only.  Who may do what is the desk's; here is what no channel may bend: a package is frozen
once, ends once, and gives up its bytes when it has ended.  A dossier in parts is several packages
that go one way: the parts first, their master when all of them have arrived.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from hoso.kernel import ids
from hoso.kernel.errors import Conflict, Missing
from hoso.preservation.delivery.model import Attempt, Export, Exports, Receipt, Sending
from hoso.records.model import Reason

__all__ = [
    "GIVEN",
    "OVER",
    "accepted_of",
    "add_receipt",
    "due",
    "end",
    "export_of",
    "found_sound",
    "found_wanting",
    "let_go",
    "members",
    "newest",
    "of_dossier",
    "order_sending",
    "put",
    "put_together",
    "queue_again",
    "stop_sending",
    "tried",
    "under_way",
    "unread",
]

KEY = "exports"
_LAST = "\U0010ffff"
_ATTEMPTS_KEPT = 20

#: States in which the bytes of a package may be given out.
GIVEN = frozenset({"ready", "rejected", "answered"})
#: States in which nothing more is done with a package, and its bytes are given up.
OVER = frozenset({"accepted", "cancelled", "expired"})


def _kept(root: Any) -> Exports | None:
    found: Exports | None = root.get(KEY)
    return found


def put(root: Any, export: Export) -> Export:
    """Keep a package that was just frozen."""
    kept = _kept(root)
    if kept is None:
        kept = root[KEY] = Exports()
    while export.id in kept.by_id:
        export.id = ids.new_id()
    kept.by_id[export.id] = export
    kept.by_dossier.insert((export.dossier, export.made_at, export.id))
    kept.by_time.insert((export.made_at, export.id))
    if not export.is_part:
        kept.unread.insert(export.id)
    return export


def put_together(root: Any, exports: Sequence[Export]) -> Export:
    """Keep the packages of one dossier that were just frozen, the master last; return that.

    The parts are read through with their master.
    """
    *parts, master = exports
    for number, part in enumerate(parts, start=1):
        part.part = f"{number}/{len(parts)}"
    master.part = f"0/{len(parts)}" if parts else ""
    for export in exports:
        put(root, export)
    for export in exports if parts else ():
        export.group = master.uid
    return master


def members(root: Any, export: Export) -> list[Export]:
    """Return the packages a package goes with, the master first; itself where it stands alone."""
    if not export.group:
        return [export]
    found = (one for one in of_dossier(root, export.dossier) if one.group == export.group)
    return sorted(found, key=lambda one: one.place)


def export_of(root: Any, uid: str) -> Export:
    """Return a package by uid; raise ``Missing`` where there is none."""
    kept, number = _kept(root), ids.from_text(uid)
    found: Export | None = kept.by_id.get(number) if kept is not None and number else None
    if found is None:
        raise Missing
    return found


def of_dossier(root: Any, dossier: str) -> list[Export]:
    """Return the packages of a dossier (its uid), the newest first."""
    kept = _kept(root)
    if kept is None:
        return []
    found = list(kept.by_dossier.keys((dossier, ""), (dossier, _LAST)))
    return [kept.by_id[number] for _dossier, _at, number in reversed(found)]


def newest(root: Any, *, before: str = "") -> Iterator[Export]:
    """Yield all packages, the newest first, made before an instant where one is said."""
    kept = _kept(root)
    if kept is None:
        return
    bound = (before, -1) if before else (_LAST, 0)
    while True:
        try:
            at, number = kept.by_time.maxKey(bound)
        except ValueError:  # nothing at or below
            return
        yield kept.by_id[number]
        bound = (at, number - 1)


def unread(root: Any) -> list[int]:
    """Return ids of packages that nobody has read through yet, in no order."""
    kept = _kept(root)
    return list(kept.unread) if kept is not None else []


def due(root: Any, now: str) -> list[tuple[int, str]]:
    """Return what is to go out now: id and destination, what waits longest first."""
    kept = _kept(root)
    if kept is None:
        return []
    return [(number, name) for _at, number, name in kept.queue.keys(max=(now, 1 << 62, _LAST))]


# Sending -------------------------------------------------------------------------------------


def order_sending(root: Any, export: Export, destination: str, *, by: str, at: str) -> Sending:
    """Put a package on its way to a destination; raise ``Conflict`` where it is already.

    With a master go its parts, and it waits for them.
    """
    sending = _ordered(export, destination, by=by, at=at)
    parts = members(root, export)[1:]
    for one in parts:
        known = one.sendings.get(destination)
        if known is None or known.state != "sent":
            _queue(root, one, _ordered(one, destination, by=by, at=at), at)
    if _arrived(root, export, destination):
        _queue(root, export, sending, at)
    return sending


def _ordered(export: Export, destination: str, *, by: str, at: str) -> Sending:
    known = export.sendings.get(destination)
    if known is not None and known.state != "stopped":
        raise Conflict(
            "It is on its way to {destination} already, or has arrived there: {by} had it sent "
            "at {at}.",
            destination=destination,
            by=known.ordered_by,
            at=known.ordered_at,
        )
    sending = Sending(destination, by=by, at=at)
    if known is not None:
        sending.attempts = known.attempts
    export.sendings[destination] = sending
    return sending


def _queue(root: Any, export: Export, sending: Sending, not_before: str) -> None:
    _unqueue(root, export, sending)
    sending.state, sending.not_before = "waiting", not_before
    root[KEY].queue.insert((not_before, export.id, sending.destination))


def _unqueue(root: Any, export: Export, sending: Sending) -> None:
    key = (sending.not_before, export.id, sending.destination)
    if key in root[KEY].queue:
        root[KEY].queue.remove(key)


def _arrived(root: Any, export: Export, destination: str) -> bool:
    """Say whether the parts are there for which a master waits; one that stands alone has none."""
    return all(
        destination in one.sendings and one.sendings[destination].state == "sent"
        for one in members(root, export)
        if one.is_part
    )


def queue_again(root: Any, export: Export, sending: Sending, *, at: str) -> None:
    """Try again now, and count tries anew: a person has looked.

    With a master those of its parts that wait or are stuck.
    """
    destination = sending.destination
    ways = [(one, one.sendings.get(destination)) for one in members(root, export)]
    waiting = [(one, way) for one, way in ways if way and way.state in {"stuck", "waiting"}]
    if not waiting:
        raise Conflict(
            "There is nothing to try again: it is {state}.", state=sending.state.replace("-", " ")
        )
    for one, way in waiting:
        way.tries = 0
        if one.is_part or _arrived(root, one, destination):
            _queue(root, one, way, at)


def under_way(root: Any, export: Export, sending: Sending, *, again_at: str) -> None:
    """Note that a try begins; where the machine ends in the middle, the next is at *again_at*."""
    _queue(root, export, sending, again_at)
    sending.state = "under-way"


def tried(
    root: Any,
    export: Export,
    sending: Sending,
    attempt: Attempt,
    *,
    again_at: str = "",
    sha256: str = "",
) -> None:
    """Note how a try ended: arrived, to be tried again at an instant, or stuck."""
    sending.attempts = (*sending.attempts, attempt)[-_ATTEMPTS_KEPT:]
    if sending.state == "stopped":
        return
    sending.tries += 1
    if attempt.why is None:
        _unqueue(root, export, sending)
        sending.state, sending.sha256, sending.sent_at = "sent", sha256, attempt.until
        _let_master_go(root, export, sending)
    elif again_at:
        _queue(root, export, sending, again_at)
    else:
        _unqueue(root, export, sending)
        sending.state = "stuck"


def _let_master_go(root: Any, export: Export, sending: Sending) -> None:
    """Put a master on its way when the last of its parts has arrived."""
    if not export.is_part or not _arrived(root, export, sending.destination):
        return
    master = members(root, export)[0]
    way = master.sendings.get(sending.destination)
    if way is not None and way.state == "waiting":
        _queue(root, master, way, sending.sent_at)


def stop_sending(root: Any, export: Export, sending: Sending) -> None:
    """Try no more; what lies at the destination stays there.  With a master its parts."""
    if sending.state in {"sent", "stopped"}:
        raise Conflict("It cannot be stopped: it is {state}.", state=sending.state)
    for one in members(root, export):
        way = one.sendings.get(sending.destination)
        if way is not None and way.state != "sent":
            _unqueue(root, one, way)
            way.state = "stopped"


# Ends ----------------------------------------------------------------------------------------


def found_wanting(root: Any, export: Export, problems: tuple[Reason, ...]) -> None:
    """Block a package: it goes nowhere any more, and says why."""
    export.state, export.problems = "blocked", problems
    _read(root, export)
    for sending in export.sendings.values():
        if sending.state in {"waiting", "under-way"}:
            _unqueue(root, export, sending)
            sending.state = "stopped"


def found_sound(root: Any, export: Export, *, size: int, etag: str, at: str) -> None:
    """Note that a package was read through and is what the catalogue says."""
    export.size, export.etag = size, etag
    export.state, export.checked_at, export.problems = "ready", at, ()
    _read(root, export)


def _read(root: Any, export: Export) -> None:
    if export.id in root[KEY].unread:
        root[KEY].unread.remove(export.id)


def end(root: Any, export: Export, state: str, *, at: str, by: str, why: str) -> None:
    """End a package and give up its bytes."""
    if export.state in OVER:
        raise Conflict(by=export.ended_by, at=export.ended_at)
    export.state = state
    export.ended_at, export.ended_by, export.ended_why = at, by, why
    for sending in export.sendings.values():
        if sending.state in {"waiting", "under-way", "stuck"}:
            _unqueue(root, export, sending)
            sending.state = "stopped"
    let_go(root, export)


def let_go(root: Any, export: Export) -> None:
    """Give up the bytes of a package; digests and who did what stay."""
    _read(root, export)
    export.lines.clear()
    export.made = None
    export.expected = export.crcs = b""


def add_receipt(export: Export, receipt: Receipt) -> None:
    """Keep an answer of the archive."""
    export.receipts = (*export.receipts, receipt)


def accepted_of(root: Any, dossier: str) -> tuple[Export, Receipt] | None:
    """Return the newest package of a dossier that an archive took over, with its receipt.

    Of a dossier in parts that is the master, where the archive took over every one of them.
    """
    for export in of_dossier(root, dossier):
        if export.group and (export.is_part or export.state != "accepted"):
            continue
        for receipt in reversed(export.receipts):
            if receipt.outcome == "accepted":
                return export, receipt
    return None
