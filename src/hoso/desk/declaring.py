"""What a person declares of a batch: read from a form, checked all at once."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from hoso.access.permissions import Permission
from hoso.desk.desk import Desk
from hoso.kernel.errors import Fault, Invalid
from hoso.kernel.text import nfc, one_line
from hoso.records.model import Batch

__all__ = ["DECLARED", "Scanner", "declared", "scanner_of"]

#: What a person declares, by the names of the form.
DECLARED = ("title", "sheets", "sides", "into", "box", "operator", "dpi", "colour", "model")
#: More sheets are not one box but a day's work of several people.
MOST_SHEETS = 100_000
#: Dots an inch: coarser is no scan, finer no scanner of paper.
_DPI = range(72, 2401)
_LONGEST = {"title": 300, "box": 60, "operator": 100, "model": 100}


@dataclass(frozen=True)
class Scanner:
    """How the scanner was set.

    :ivar dpi: dots an inch, 0 where nobody said.
    :ivar colour: code of the value list ``scan-colour``, or "".
    :ivar model: what the scanner is called.
    """

    dpi: int = 0
    colour: str = ""
    model: str = ""


def scanner_of(batch: Batch) -> Scanner:
    """Return how the scanner was set for a batch."""
    return Scanner(**json.loads(batch.scanner)) if batch.scanner else Scanner()


def declared(desk: Desk, typed: Mapping[str, str]) -> dict[str, Any]:
    """Return the values of a batch; raise with every fault.

    :param typed: ``DECLARED`` as a person wrote them; what is left out is not declared.
    """
    faults: list[Fault] = []
    texts = {name: one_line(nfc(typed.get(name, ""))) for name in DECLARED}
    for name, most in _LONGEST.items():
        if len(texts[name]) > most:
            faults.append(Fault(name, "Use at most {most} characters.", {"most": most}))
    sheets = _whole(texts["sheets"] or "0", range(MOST_SHEETS + 1))
    if sheets is None:
        faults.append(
            Fault("sheets", "State the number of sheets, up to {most}.", {"most": MOST_SHEETS})
        )
    sides = _whole(texts["sides"] or "1", range(1, 3))
    if sides is None:
        faults.append(Fault("sides", "State 1 or 2: how many sides of a sheet are scanned."))
    dpi = _whole(texts["dpi"], _DPI) if texts["dpi"] not in {"", "0"} else 0
    if dpi is None:
        faults.append(
            Fault(
                "dpi",
                "State the resolution in dots an inch, {least} to {most}.",
                {"least": _DPI.start, "most": _DPI.stop - 1},
            )
        )
    if texts["colour"] and texts["colour"] not in desk.rulebook.vocabularies["scan-colour"].terms:
        faults.append(
            Fault("colour", "There is no colour setting {code}.", {"code": texts["colour"]})
        )
    dossier = desk.site.dossiers.get(texts["into"]) if texts["into"] else None
    if texts["into"] and (dossier is None or not desk.may(dossier, Permission.INTAKE_FILE)):
        fault = Fault(
            "into", "There is no dossier {code} you may file into.", {"code": texts["into"]}
        )
        faults.append(fault)
    elif dossier is not None and dossier.state != "open":
        faults.append(Fault("into", "The dossier {code} is closed.", {"code": texts["into"]}))
    if faults:
        raise Invalid(faults)
    set_up = {"colour": texts["colour"], "dpi": dpi, "model": texts["model"]}
    return {
        "title": texts["title"],
        "sheets": sheets,
        "sides": sides,
        "into": texts["into"],
        "box": texts["box"],
        "operator": texts["operator"] or desk.identity.name or desk.identity.login,
        "scanner": json.dumps(set_up, ensure_ascii=False, sort_keys=True),
    }


def _whole(text: str, allowed: range) -> int | None:
    plain = text.isascii() and text.isdigit() and len(text) < 10
    return int(text) if plain and int(text) in allowed else None
