"""What a split is to be: every page of the scan in exactly one part, or apart with a reason.

Checked before anything is made, and the files made are counted against it afterwards: today's
tools lose pages silently.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from hoso.kernel.errors import Fault

__all__ = ["APART", "MOST_PARTS", "TURNS", "Part", "Plan", "faults_of", "from_json", "to_json"]

#: Why a page is in no part.
APART = ("separator", "separator-back", "blank", "dropped")
TURNS = (0, 90, 180, 270)
MOST_PARTS = 500


@dataclass(frozen=True)
class Part:
    """One paper of the scan: its pages in order, and what the separator said of it.

    ``turns`` are degrees clockwise, one for each page; none stated: as they lie.
    """

    pages: tuple[int, ...]
    dossier: str = ""
    type: str = ""
    serial: str = ""
    turns: tuple[int, ...] = ()

    def turn_of(self, place: int) -> int:
        """Return how far the page at *place* (from 0) is turned."""
        return self.turns[place] if place < len(self.turns) else 0


@dataclass(frozen=True)
class Plan:
    """All parts of a scan, and the pages that are in none, with the reason (``APART``)."""

    parts: tuple[Part, ...]
    apart: Mapping[int, str] = field(default_factory=lambda: MappingProxyType({}))


def faults_of(plan: Plan, total: int) -> list[Fault]:
    """Return all that is wrong with *plan* for a scan of *total* pages."""
    faults = list(_places(plan, total))
    for number, part in enumerate(plan.parts, 1):
        if not part.pages:
            faults.append(Fault("parts", "Part {part} has no page.", {"part": number}))
        if not set(part.turns) <= set(TURNS):
            faults.append(Fault("parts", "Pages are turned by 90, 180 or 270 degrees."))
    for page, why in plan.apart.items():
        if why not in APART:
            faults.append(
                Fault(f"page-{page}", "State why page {page} is dropped.", {"page": page})
            )
    if len(plan.parts) > MOST_PARTS:
        message = "These are more than {most} parts. Scan smaller piles."
        faults.append(Fault("parts", message, {"most": MOST_PARTS}))
    if len(plan.parts) == 1 and not plan.apart and not faults:
        faults.append(
            Fault("parts", "There is nothing to split: mark the pages where a new paper begins.")
        )
    return faults


def _places(plan: Plan, total: int) -> Iterable[Fault]:
    placed = Counter(page for part in plan.parts for page in part.pages)
    placed.update(plan.apart.keys())
    for page, times in sorted(placed.items()):
        facts = {"page": page, "total": total}
        if not 1 <= page <= total:
            yield Fault(f"page-{page}", "There is no page {page}; the scan has {total}.", facts)
        elif times > 1:
            yield Fault(f"page-{page}", "Page {page} would be in two places.", facts)
    for page in range(1, total + 1):
        if page not in placed:
            message = "Page {page} would be lost: put it into a part, or drop it with a reason."
            yield Fault(f"page-{page}", message, {"page": page})


def to_json(plan: Plan) -> str:
    """Write a plan as text, to be carried out by whoever comes next."""
    parts = [
        {
            "pages": list(part.pages),
            "dossier": part.dossier,
            "type": part.type,
            "serial": part.serial,
            "turns": list(part.turns),
        }
        for part in plan.parts
    ]
    return json.dumps({"parts": parts, "apart": sorted(plan.apart.items())}, ensure_ascii=False)


def from_json(text: str) -> Plan:
    """Read back what ``to_json`` wrote."""
    said: dict[str, Any] = json.loads(text)
    parts = tuple(
        Part(tuple(one["pages"]), one["dossier"], one["type"], one["serial"], tuple(one["turns"]))
        for one in said["parts"]
    )
    return Plan(parts, dict(map(tuple, said["apart"])))
