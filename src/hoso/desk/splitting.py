"""Split a scan into the papers it holds, and join them again while none is filed.

The scan stays for ever, as it came: it leaves the tray and the index, and says which parts
were made of it.  What is to be split is written down first (``plan``) and carried out by the
worker, since making files takes its time; a kill between the two loses nothing.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hoso.access.permissions import Permission
from hoso.desk.act import act
from hoso.desk.describing import statement
from hoso.desk.desk import Desk
from hoso.desk.parts import MadePart, counted, dissolve, here_already, levels_of_parts, make_part
from hoso.desk.serials import give_serial, take_serial
from hoso.ingest import queue
from hoso.ingest.model import Reading
from hoso.ingest.splitting.pages import PageFacts
from hoso.ingest.splitting.plan import Plan, faults_of, from_json, to_json
from hoso.ingest.splitting.separators import by_separators
from hoso.kernel import ids
from hoso.kernel.errors import Conflict, Fault, Invalid
from hoso.records import filing
from hoso.records.events import DocumentChanged
from hoso.records.leaves import ORIGINAL, scans_of
from hoso.records.model import Document, Dropped, Reason

__all__ = [
    "MEANWHILE",
    "NOT_MADE",
    "NOT_SPLIT",
    "PartMade",
    "Split",
    "as_read",
    "give_up",
    "join",
    "parts_of",
    "plan",
    "planned",
    "split",
]


#: The code of notes that say why a plan for the pages could not be carried out.
NOT_SPLIT = "not-split"
NOT_MADE = (
    "The parts could not be made of this file. The scan is whole: try again, or split it "
    "another way."
)
MEANWHILE = "The paper was filed or set aside meanwhile; it was not split."


@dataclass(frozen=True)
class PartMade:
    """A part, and whether its bytes were here already."""

    document: Document
    outcome: str


@dataclass(frozen=True)
class Split:
    """What a scan became: its parts in order."""

    scan: Document
    parts: tuple[PartMade, ...]


# What is to be done -----------------------------------------------------------------------


def as_read(desk: Desk, document: Document, reading: Reading, pages: Sequence[PageFacts]) -> bool:
    """Note what the codes on the pages of a paper say; tell whether it is to be split.

    Only the first reading splits by itself: who joins a scan again means it.
    """
    if reading.plan:
        # It was sent to take the place of a page: ``hoso.desk.page_order``.
        return True
    first = not reading.ended_at
    if first and document.dossier is None and document.source is None and not document.leaves:
        found = by_separators(pages, duplex=_is_duplex(desk, document))
        if found is not None:
            _write(reading, found, by=desk.identity.login)
            return True
    serial = next((one for page in pages for one in page.serials), "")
    if serial and document.state != "split":
        give_serial(desk.site, document, serial)
    return False


def _is_duplex(desk: Desk, document: Document) -> bool:
    batch = desk.site.batches.get(document.batch)
    return batch is not None and batch.sides == 2


def _write(reading: Reading, plan: Plan, *, by: str) -> None:
    reading.plan = json.dumps({"split": json.loads(to_json(plan)), "by": by}, ensure_ascii=False)


def planned(desk: Desk, document: Document) -> Plan | None:
    """Return the split that waits to be carried out, if one does."""
    reading = queue.reading_of(desk.root, document)
    said: Mapping[str, Any] = json.loads(reading.plan) if reading and reading.plan else {}
    return from_json(json.dumps(said["split"])) if "split" in said else None


def _asked_by(desk: Desk, document: Document) -> str:
    reading = queue.reading_of(desk.root, document)
    said: Mapping[str, Any] = json.loads(reading.plan) if reading and reading.plan else {}
    return str(said.get("by") or desk.identity.login)


def _splittable(document: Document) -> None:
    if document.dossier is not None:
        raise Conflict(by=document.filed_by, at=document.filed_at)
    if document.state not in {"reading", "waiting"}:
        raise Invalid([Fault("parts", "Only a scan that was read and waits can be split.")])
    if set(scans_of(document)) - {ORIGINAL}:
        message = "Pages of this paper were scanned again; a paper of several scans is not split."
        raise Invalid([Fault("parts", message)])


def _checked(document: Document, plan: Plan) -> None:
    total = scans_of(document).get(ORIGINAL, 0)
    faults = faults_of(plan, total)
    if faults:
        raise Invalid(faults)


@act("intake.split-planned", Permission.INTAKE_WORK)
def plan(desk: Desk, document: Document, *, plan: Plan, revision: int) -> None:
    """Write down how a scan is to be split; the worker makes the parts.

    :raises Invalid: with every page that would be lost, doubled or left without a reason.
    """
    filing.check_revision(document, revision)
    _splittable(document)
    _checked(document, plan)
    reading = queue.enqueue(desk.root, document)
    _write(reading, plan, by=desk.identity.login)
    document.notes = _other_notes(document)
    filing.touch(document, at=desk.now, by=desk.identity.login)
    desk.say(parts=len(plan.parts), apart=len(plan.apart))
    desk.notify([DocumentChanged(document)])


# What is done -----------------------------------------------------------------------------


@act("intake.split", Permission.INTAKE_WORK)
def split(
    desk: Desk,
    document: Document,
    *,
    plan: Plan,
    made: Sequence[MadePart],
    revision: int | None = None,
) -> Split:
    """Make papers of the parts of a scan; every page is in exactly one part, or apart.

    :param made: the file of each part, in the order of the plan.
    :raises Invalid: with all faults, also where a file has not the pages it should.
    """
    filing.check_revision(document, revision)
    _splittable(document)
    _checked(document, plan)
    counted(document, plan, made)
    by = _asked_by(desk, document)
    levels = levels_of_parts(desk, document, plan)
    parts = []
    apart = dict(plan.apart)
    desk.move(document, "split")
    filing.take_from_tray(desk.site, document)
    queue.remove(desk.root, document)
    queue.copy_is_made(desk.root, document)
    for number, (part, file) in enumerate(zip(plan.parts, made, strict=True), 1):
        known = here_already(desk, document, file.spooled.sha256)
        if known is not None:
            # Its pages are in that paper, not in a part of this scan.
            apart.update(dict.fromkeys(part.pages, "already-here"))
            parts.append(PartMade(known, "duplicate"))
            continue
        paper = make_part(desk, document, part, file.spooled, number=number)
        paper.level = max(paper.level, levels[number - 1])
        filing.lay_in_tray(desk.site, paper)
        parts.append(PartMade(paper, "received"))
    document.dropped = tuple(
        Dropped(ORIGINAL, page, why, desk.now, by) for page, why in sorted(apart.items())
    )
    document.parts = tuple(one.document.uid for one in parts if one.outcome == "received")
    document.serial = ""
    reading = queue.reading_of(desk.root, document)
    if reading is not None:
        reading.plan = ""
    filing.touch(document, at=desk.now, by=desk.identity.login)
    desk.say(
        asked=by,
        pages=document.pages,
        parts=", ".join(document.parts),
        already=", ".join(one.document.uid for one in parts if one.outcome == "duplicate"),
        apart=", ".join(f"{page}: {why}" for page, why in sorted(apart.items())),
    )
    fresh = [DocumentChanged(one.document) for one in parts if one.outcome == "received"]
    desk.notify([DocumentChanged(document), *fresh])
    return Split(document, tuple(parts))


@act("intake.split-given-up", Permission.INTAKE_WORK)
def give_up(desk: Desk, document: Document, *, reasons: Sequence[Reason]) -> None:
    """Say why the parts could not be made; the scan waits, whole, as it came."""
    reading = queue.enqueue(desk.root, document)
    reading.plan = ""
    document.notes = (*_other_notes(document), *reasons)
    queue.remove(desk.root, document)
    if document.state == "reading":
        desk.move(document, "waiting")
        queue.ask_for_copy(desk.root, document)
    filing.touch(document, at=desk.now, by=desk.identity.login)
    desk.say(why="; ".join(map(str, reasons)))
    desk.notify([DocumentChanged(document)])


def _other_notes(document: Document) -> tuple[Reason, ...]:
    return tuple(note for note in document.notes if note.code != NOT_SPLIT)


def parts_of(desk: Desk, document: Document) -> list[Document]:
    """Return the parts of a scan that one may see, in order."""
    found = (desk.site.by_id.get(ids.from_text(uid) or 0) for uid in document.parts)
    return [one for one in found if isinstance(one, Document) and desk.sees(one)]


@act("intake.joined", Permission.INTAKE_WORK)
def join(desk: Desk, document: Document, *, why: str, revision: int) -> None:
    """Undo a split while none of its parts is filed: the scan waits again, as it came."""
    filing.check_revision(document, revision)
    faults: list[Fault] = []
    why = statement("why", why, faults, wanting="State why the parts are joined again.")
    if document.state != "split" or document.dossier is not None:
        faults.append(Fault("why", "This scan is not split."))
    uids = dict.fromkeys(document.parts)
    parts = [p for p in map(desk.site.by_id.get, map(ids.from_text, uids)) if p is not None]
    if len(parts) < len(uids):
        faults.append(Fault("why", "A part is not here any more; it cannot be joined again."))
    own = [one for one in parts if one.source is not None and one.source.document == document.uid]
    for one in own:
        if one.dossier is not None or one.state in {"filed", "withdrawn"}:
            faults.append(Fault("why", "A part is filed already; it cannot be joined again."))
        elif one.state == "split" or set(scans_of(one)) - {ORIGINAL}:
            faults.append(
                Fault("why", "A part was split or scanned again itself; undo that first.")
            )
    if any(_holds(one, document) for one in parts):
        faults.append(Fault("why", "This scan is kept with the paper it was scanned again for."))
    if faults:
        raise Invalid(faults)
    held = {one.serial for one in own if desk.site.by_serial.get(one.serial) == one.uid}
    for one in own:
        dissolve(desk, one, why=why)
    document.parts, document.dropped = (), ()
    desk.move(document, "waiting", reason=why)
    for serial in sorted(held, reverse=True):
        take_serial(desk.site, document, serial)
    queue.ask_for_copy(desk.root, document)
    filing.touch(document, at=desk.now, by=desk.identity.login)
    desk.say(why=why, parts=len(own))
    desk.notify([DocumentChanged(document), *map(DocumentChanged, own)])


def _holds(paper: Document, scan: Document) -> bool:
    """Say whether *scan* is kept with *paper* as a second scan of it."""
    others = (one for name, one in paper.renditions.items() if name.startswith("rescan-"))
    return any(one.sha256 == scan.sha256 for one in others)
