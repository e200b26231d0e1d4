"""Print separator sheets: for a dossier, a kind of paper, both, or just "the next paper"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from hoso.access.permissions import Permission
from hoso.desk.act import act
from hoso.desk.desk import Desk
from hoso.ingest.sheets.codes import Separator
from hoso.ingest.sheets.printing import MOST
from hoso.kernel.errors import Fault, Invalid
from hoso.records.model import Dossier, Site

__all__ = ["Wanted", "print_sheets"]


@dataclass(frozen=True)
class Wanted:
    """One separator sheet: its code, and the dossier and kind it names, to be written out."""

    code: Separator
    dossier: Dossier | None
    type: str


@act("sheets.printed", Permission.INTAKE_WORK)
def print_sheets(
    desk: Desk,
    _site: Site,
    *,
    dossiers: Sequence[str] = (),
    types: Sequence[str] = (),
    sides: int = 1,
    copies: int = 1,
) -> list[Wanted]:
    """Return the sheets for every dossier with every kind of paper named, each *copies* times.

    :param sides: 2 where both sides of each sheet are scanned.
    :raises Invalid: with every dossier one may not see and every kind there is not.
    """
    faults: list[Fault] = []
    found: list[Dossier | None] = []
    for code in dict.fromkeys(dossiers):
        dossier = desk.site.dossiers.get(code)
        if dossier is None or not desk.sees(dossier):
            faults.append(Fault("dossiers", "There is no dossier {code}.", {"code": code}))
        else:
            found.append(dossier)
    kinds = list(dict.fromkeys(types))
    faults += [
        Fault("type", "There is no kind of paper {type}.", {"type": kind})
        for kind in kinds
        if kind not in desk.rulebook.document_types
    ]
    if sides not in {1, 2}:
        faults.append(Fault("sides", "A sheet has one side or two."))
    count = max(1, len(dict.fromkeys(dossiers))) * max(1, len(kinds)) * copies
    if not 1 <= count <= MOST:
        faults.append(Fault("copies", "Print between 1 and {most} sheets.", {"most": MOST}))
    if faults:
        raise Invalid(faults)
    desk.say(dossiers=", ".join(dossiers), types=", ".join(kinds), sides=sides, sheets=count)
    return [
        Wanted(Separator(dossier.code if dossier else "", kind, sides), dossier, kind)
        for dossier in found or [None]
        for kind in kinds or [""]
        for _ in range(copies)
    ]
