"""Serial codes: they belong to the sheet of paper, not to a row in a table.

A code stays with the first paper it was seen on: when that is withdrawn, split, or scanned
again.  Another paper with the same code may be a second scan of it, and a person decides.
"""

from __future__ import annotations

from collections.abc import Sequence

from hoso.access.permissions import Permission
from hoso.desk.act import act
from hoso.desk.desk import Desk
from hoso.ingest.sheets.codes import new_serial
from hoso.ingest.sheets.printing import GRIDS, MOST
from hoso.kernel import ids
from hoso.kernel.errors import Fault, Invalid
from hoso.records.model import Document, Site, Unit

__all__ = ["draw", "give_serial", "holder_of", "older_paper", "take_serial"]


def holder_of(site: Site, serial: str) -> Document | None:
    """Return the paper a serial code belongs to; none where it was only printed."""
    number = ids.from_text(site.by_serial.get(serial, "")) if serial else None
    found = site.by_id.get(number) if number else None
    return found if isinstance(found, Document) else None


def give_serial(site: Site, document: Document, serial: str) -> bool:
    """Note the code that was read on a paper; tell whether the code is this paper's.

    A paper keeps the code it shows even where another had it first; a scan that was split
    and bytes that were refused have no use for it.
    """
    if not serial:
        return False
    document.serial = serial
    holder = holder_of(site, serial)
    if holder is None or holder is document or holder.state in {"split", "refused"}:
        if site.by_serial.get(serial) != document.uid:
            site.by_serial[serial] = document.uid
        return True
    return False


def take_serial(site: Site, document: Document, serial: str) -> None:
    """Let *document* have the code, whoever had it: its pages came back to it."""
    if serial:
        document.serial = serial
        site.by_serial[serial] = document.uid


def older_paper(desk: Desk, document: Document) -> Document | None:
    """Return the paper whose code *document* shows too, if one may see it.

    It may be withdrawn: the code stays taken, and that is told.
    """
    holder = holder_of(desk.site, document.serial)
    if holder is None or holder is document or not desk.sees(holder):
        return None
    return holder


@act("serials.printed", Permission.INTAKE_WORK)
def draw(desk: Desk, unit: Unit, *, sheets: int, kind: str, skip: int = 0) -> Sequence[str]:
    """Draw serial codes for *sheets* sheets of labels of a *kind*; none was ever drawn before.

    :param skip: stickers that are gone already from the first sheet.
    """
    faults: list[Fault] = []
    if not 1 <= sheets <= MOST:
        faults.append(Fault("sheets", "Print between 1 and {most} sheets.", {"most": MOST}))
    grid = GRIDS.get(kind)
    if grid is None:
        faults.append(Fault("kind", "There are no label sheets of that kind."))
    elif not 0 <= skip < grid.places:
        most = {"most": grid.places - 1}
        faults.append(Fault("skip", "A sheet has at most {most} stickers to leave out.", most))
    if faults or grid is None:
        raise Invalid(faults)
    drawn: list[str] = []
    while len(drawn) < sheets * grid.places - skip:
        serial = new_serial()
        if serial not in desk.site.by_serial:
            # Printed, and on no paper yet.
            desk.site.by_serial[serial] = ""
            drawn.append(serial)
    desk.say(unit=unit.key, labels=len(drawn))
    return drawn
