"""What an archive's acceptance does to a dossier's status, told before and done at the receipt.

An accepted receipt is a fact with an authority of its own: the dossier is in the historical
archive from the day on which the archive says it received the package.  That is recorded where
the packages it accepted have every paper that is there, as it is; only a further status undoes
it.  What goes to another agency in a handover is a matter of custody and no deposit.
"""

from __future__ import annotations

from datetime import date

from hoso.desk import account_events
from hoso.desk.desk import Desk
from hoso.kernel.clock import civil_day
from hoso.personnel.model import careers_of
from hoso.preservation.delivery.covering import uncovered
from hoso.preservation.delivery.model import Export, Receipt
from hoso.preservation.delivery.register import OVER, members
from hoso.records import filing
from hoso.records.events import Moved
from hoso.records.model import Dossier, Reason, StatusEvent
from hoso.records.standing import status_at

__all__ = ["AUTHORITY", "foreseen", "record"]

#: What the authority of such a status begins with; behind it stands the uid of the package.
AUTHORITY = "receipt:"


def _status(desk: Desk) -> str:
    return str(desk.rulebook.profile.settings["archive"]["accepted_status"])


def _has_it(desk: Desk, dossier: Dossier) -> bool:
    standing = status_at(dossier.status_events, date.max)
    return standing is not None and standing.status == _status(desk)


def _in_handover(desk: Desk, dossier: Dossier) -> bool:
    return desk.root.get("personnel") is not None and (
        dossier.id in careers_of(desk.root).under_way
    )


def foreseen(desk: Desk, dossier: Dossier, export: Export) -> Reason | None:
    """Say what becomes of the status when an archive accepts a package, and all that go with it.

    :return: ``None`` where there is nothing to say.
    """
    if export.state in OVER:
        return None
    status = _status(desk)
    if not status or _has_it(desk, dossier) or _in_handover(desk, dossier):
        return None
    label = desk.rulebook.statuses[status].label.in_("vi")
    together = members(desk.root, export)
    missing = uncovered(desk.root, dossier.uid, dossier.values(), also=together)
    if missing:
        return Reason(
            "status-stays",
            "When the archive accepts, the status does not become “{status}”: {count} of its papers "
            "are not in the package, or were changed since it was frozen.",
            (("status", label), ("count", len(missing))),
        )
    return Reason(
        "status-changes",
        "When the archive accepts, the status of the dossier becomes “{status}” from the day on "
        "which the archive says it received it. Only a further status undoes that.",
        (("status", label),),
    )


def record(desk: Desk, dossier: Dossier, *, export: Export, receipt: Receipt) -> StatusEvent | None:
    """Record the status that an accepted receipt brings, in the transaction that takes it in.

    :return: the fact; ``None`` where the dossier is not all with the archive, or has it already.
    """
    status = _status(desk)
    if not status or _has_it(desk, dossier) or _in_handover(desk, dossier):
        return None
    missing = uncovered(desk.root, dossier.uid, dossier.values())
    if missing:
        desk.say(uncovered=len(missing))
        return None
    event = filing.record_status(
        dossier,
        status=status,
        effective=civil_day(receipt.received),
        evidence="",
        authority=f"{AUTHORITY}{export.uid}",
        at=desk.now,
        by=desk.identity.login,
    )
    desk.say(status=event.status, effective=event.effective)
    desk.notify([Moved(dossier)])
    account_events.follow(desk, dossier)
    return event
