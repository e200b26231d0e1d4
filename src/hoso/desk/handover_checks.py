"""What stands against handing dossiers over, and against signing for them: all of it at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from hoso.access.permissions import Permission
from hoso.desk.desk import Desk
from hoso.desk.handover_papers import now_in, papers_there
from hoso.kernel.errors import Fault
from hoso.kernel.text import one_line
from hoso.personnel.handover import DossierLine, differences
from hoso.personnel.model import Handover, careers_of
from hoso.records.model import Dossier, Unit
from hoso.records.standing import status_at

__all__ = ["count_faults", "of_who_serves", "to_hand_over"]

#: Most dossiers of one list; a longer one is sent as several.
MOST = 500


def to_hand_over(
    desk: Desk, unit: Unit, codes: Sequence[str], faults: list[Fault]
) -> list[Dossier]:
    """Return the dossiers that may go onto a list; note a fault for each that may not."""
    under_way, found = careers_of(desk.root).under_way, []
    wanted = list(dict.fromkeys(code.strip() for code in codes if code.strip()))
    if not wanted:
        faults.append(Fault("codes", "Name the dossiers that are handed over."))
    if len(wanted) > MOST:
        faults.append(Fault("codes", "Name at most {most} dossiers in one list.", {"most": MOST}))
        return []
    for code in wanted:
        dossier = desk.site.dossiers.get(code)
        if dossier is None or not desk.sees(dossier):
            faults.append(Fault("codes", "There is no dossier {code}.", {"code": code}))
        elif dossier.unit is not unit:
            said = "{code} is not kept by this unit."
            faults.append(Fault("codes", said, {"code": code}))
        elif dossier.id in under_way:
            said = "{code} is in another handover that is not closed."
            faults.append(Fault("codes", said, {"code": code}))
        elif not desk.may(dossier, Permission.CUSTODY_SEND) or not papers_there(desk, dossier):
            said = "{code} is handed over by somebody who may see all of it."
            faults.append(Fault("codes", said, {"code": code}))
        else:
            found.append(dossier)
    return found


def of_who_serves(desk: Desk, dossiers: Sequence[Dossier]) -> Iterator[Fault]:
    """Yield a fault for each person of whom it is not recorded that he left."""
    types, statuses = desk.rulebook.dossier_types, desk.rulebook.statuses
    for dossier in dossiers:
        kind = types.get(dossier.type)
        last = status_at(dossier.status_events, date.max)
        term = statuses.get(last.status) if last is not None else None
        left = term is not None and term.extra.get("phase") in {"left", "archive"}
        if kind is not None and kind.personal and not left:
            said = "{code}: record first under “Leaving service” that the person goes elsewhere."
            yield Fault("codes", said, {"code": dossier.code})


def count_faults(
    desk: Desk,
    handover: Handover,
    frozen: Sequence[DossierLine],
    envelope: str,
    counted: Mapping[str, str],
) -> list[Fault]:
    """Return everything in which what was counted, or what lies there now, is not the list."""
    faults = []
    if one_line(envelope) != handover.envelope:
        said = "The list names another envelope. Read it again; if it differs, dispute the list."
        faults.append(Fault("envelope", said))
    for line in frozen:
        text = counted.get(line.code, "").strip()
        if not text.isascii() or not text.isdigit() or len(text) > 6:
            said = "{code}: state how many papers you counted."
            faults.append(Fault(f"count-{line.code}", said, {"code": line.code}))
        elif int(text) != len(line.papers):
            said = "{code}: the list has another number of papers. Count again, or dispute it."
            faults.append(Fault(f"count-{line.code}", said, {"code": line.code}))
    if changes := differences(frozen, now_in(desk, handover)):
        codes = ", ".join(dict.fromkeys(code for code, _, _ in changes))
        said = "Changed since the list was signed: {codes}. Dispute it, or have it sent anew."
        faults.append(Fault("handover", said, {"codes": codes}))
    return faults
