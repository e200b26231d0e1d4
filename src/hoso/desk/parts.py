"""The papers that a scan is split into: counted, made, and let go of again."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePath

from hoso.desk.desk import Desk
from hoso.desk.serials import give_serial
from hoso.ingest import queue
from hoso.ingest.splitting.plan import Part, Plan
from hoso.kernel.errors import Fault, Invalid
from hoso.records import filing
from hoso.records.leaves import ORIGINAL, scans_of
from hoso.records.marking import level_of
from hoso.records.model import Document, Leaf, Reason, Source
from hoso.storage.blobs import Spooled

__all__ = ["MadePart", "counted", "dissolve", "here_already", "levels_of_parts", "make_part"]


@dataclass(frozen=True)
class MadePart:
    """The file of one part as it was made: its bytes, and the pages counted in it."""

    spooled: Spooled
    pages: int


def counted(document: Document, plan: Plan, made: Sequence[MadePart]) -> None:
    """Refuse files whose pages, counted in them, are not those of the scan."""
    faults = []
    if len(made) != len(plan.parts):
        faults.append(Fault("parts", "A part has no file; nothing was split. Try again."))
    for number, (part, file) in enumerate(zip(plan.parts, made, strict=False), 1):
        if len(part.pages) != file.pages:
            facts = {"part": number, "wanted": len(part.pages), "found": file.pages}
            message = (
                "Part {part} should have {wanted} pages, its file has {found}. Nothing was split."
            )
            faults.append(Fault("parts", message, facts))
    counted = sum(file.pages for file in made) + len(plan.apart)
    total = scans_of(document).get(ORIGINAL, 0)
    if not faults and counted != total:
        facts = {"wanted": total, "found": counted}
        message = "The scan has {wanted} pages, its parts {found}. Nothing was split."
        faults.append(Fault("parts", message, facts))
    if faults:
        raise Invalid(faults)


def levels_of_parts(desk: Desk, document: Document, plan: Plan) -> list[int]:
    """Return the level each part begins at: no part is more open than what was read on it.

    A stamp closes the paper it stands on; what a person closed stays closed in all parts.
    """
    reading = queue.reading_of(desk.root, document)
    proposals = json.loads(reading.proposals) if reading is not None and reading.proposals else {}
    stamped = proposals.get("level")
    level = level_of(document, desk.today)
    if not stamped or int(stamped["value"]) != level or not stamped.get("page"):
        return [level] * len(plan.parts)
    return [level if int(stamped["page"]) in part.pages else Document.level for part in plan.parts]


def here_already(desk: Desk, scan: Document, sha256: str) -> Document | None:
    """Return the paper that came in as the bytes of a part, where who sees the scan sees it too.

    The machine that splits sees every paper; the people of the tray would miss these pages.
    """
    here = desk.facts(scan)
    for known in filing.of_bytes(desk.site, sha256):
        if known is scan or known.state == "refused" or not desk.sees(known):
            continue
        there = desk.facts(known)
        hidden = there.level > here.level or there.walled or there.closed_to
        if there.lineage == here.lineage and not hidden:
            return known
    return None


def make_part(desk: Desk, scan: Document, part: Part, spooled: Spooled, *, number: int) -> Document:
    """Lay a part into the tray as a paper of its own, to be proposed for anew."""
    paper = filing.receive(
        desk.site,
        spooled,
        unit=scan.unit,
        given_name=_name(scan.given_name, number),
        at=scan.received_at,
        by=scan.received_by,
        into=part.dossier or scan.into,
    )
    paper.batch = scan.batch
    paper.released = scan.released
    paper.source = Source(scan.uid, scan.sha256, part.pages)
    if part.type in desk.rulebook.document_types:
        paper.type = part.type
    if any(part.turns):
        paper.pages = len(part.pages)
        paper.leaves = tuple(
            Leaf(ORIGINAL, place + 1, part.turn_of(place)) for place in range(len(part.pages))
        )
    give_serial(desk.site, paper, part.serial)
    queue.enqueue(desk.root, paper)
    return paper


def _name(given: bytes, number: int) -> bytes:
    """Return the name of a part: that of the scan, with the number before its ending."""
    path = PurePath(given.decode("utf-8", "surrogateescape"))
    return f"{path.stem} ({number}){path.suffix}".encode("utf-8", "surrogateescape")


def dissolve(desk: Desk, part: Document, *, why: str) -> None:
    """Let go of a part whose pages are all in the scan it was made of."""
    desk.move(part, "refused", reason=why)
    part.reasons = (
        Reason("joined", "Joined again with the scan it was part of: {why}", (("why", why),)),
    )
    for name in list(part.renditions):
        del part.renditions[name]
    filing.forget_bytes(desk.site, part)
    filing.take_from_tray(desk.site, part)
    queue.remove(desk.root, part)
    queue.copy_is_made(desk.root, part)
    part.batch = ""
    filing.touch(part, at=desk.now, by=desk.identity.login)
