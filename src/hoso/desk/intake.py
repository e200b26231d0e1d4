"""The tray: receive bytes, see what the readers made of them, correct, file.

Bytes are stored first, in a commit of their own; what the readers find comes later and may
fail without harm.  The same bytes twice are one document.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, BinaryIO

from hoso.access.permissions import Permission
from hoso.desk import arrivals, learning, trays
from hoso.desk.act import act
from hoso.desk.describing import description
from hoso.desk.desk import Desk
from hoso.desk.documents import Page, read_pages, words_of
from hoso.desk.on_page import Place, by_hand
from hoso.desk.stubs import level_faults
from hoso.desk.suggesting import Suggested, suggested
from hoso.ingest import queue
from hoso.ingest.model import Reading
from hoso.ingest.signers import note_signer
from hoso.kernel import ids
from hoso.kernel.errors import Conflict, Fault, Invalid, Missing
from hoso.records import filing
from hoso.records.events import DocumentChanged
from hoso.records.marking import level_of
from hoso.records.model import Batch, Document, Unit
from hoso.storage.blobs import Spooled, spool

__all__ = [
    "ItemView",
    "Progress",
    "Received",
    "Tray",
    "correct",
    "file",
    "in_tray",
    "item",
    "left_behind",
    "progress",
    "progress_in",
    "receive",
    "tray",
]

#: Lines of one page of a tray.
PAGE = 50
#: Most of the queue that is looked at to say how far the readers are.
LOOKED_AT = 2000


@dataclass(frozen=True)
class Received:
    """What became of a file that was handed in.

    :ivar outcome: ``received``, ``duplicate`` where the same bytes are here already, or
        ``again`` where the same name and bytes came with this batch before.
    :ivar document: the document; of a duplicate the one that was there.
    """

    outcome: str
    document: Document
    sha256: str


@dataclass(frozen=True)
class Progress:
    """How far the readers are with a unit's papers: counts, and pages of what is open.

    :ivar minutes: about how long all that waits will take, ``None`` where nobody knows.
    """

    unread: int
    pages_done: int
    pages: int
    minutes: int | None = None

    @property
    def still_reading(self) -> bool:
        return self.unread > 0


@dataclass(frozen=True)
class Tray:
    """A page of the papers of one unit (and below) that are not filed.

    :ivar documents: of the states asked for, what wants a person first, the oldest first.
    :ivar total: how many there are of these, filters applied.
    :ivar counts: papers by state, of the whole tray.
    :ivar kinds: papers by the type they are taken for ("" unknown), of the states asked for.
    :ivar batches: papers by the uid of their batch, of the states asked for.
    """

    unit: Unit
    documents: tuple[Document, ...]
    total: int
    counts: Mapping[str, int]
    kinds: Mapping[str, int]
    batches: Mapping[str, int]
    progress: Progress


@dataclass(frozen=True)
class ItemView:
    """One paper in the tray with what was read out of it.

    :ivar learnt: by field of the form, what people made of such a reading before.
    :ivar places: by field, where what is written by hand stands on the page.
    :ivar making: whether its pictures and its copy are still being made.
    """

    document: Document
    reading: Reading | None
    proposals: Mapping[str, Any]
    type_proposal: Mapping[str, Any] | None
    pages: tuple[Page, ...]
    suggested: tuple[Suggested, ...]
    learnt: Mapping[str, Any]
    places: Mapping[str, Place]
    making: bool


def spool_in(desk: Desk, stream: BinaryIO) -> Spooled:
    """Bring bytes safely to disk, outside any transaction's work."""
    return spool(stream, desk.house.spool, limit=desk.house.upload_limit)


@act("intake.received", Permission.INTAKE_WORK)
def receive(
    desk: Desk,
    unit: Unit,
    *,
    spooled: Spooled,
    name: bytes,
    into: str = "",
    batch: Batch | None = None,
    source: str = "upload",
) -> Received:
    """Take spooled bytes into the tray of *unit*, or say that they are here already.

    :param name: the name the file came under, as bytes; kept, never used as a path.
    :param into: code of the dossier it is meant for, if that is known.
    :param batch: the open batch of that unit it comes with: told of it in the same commit.
    :param source: how it came, as ``Arrival`` says.
    """
    desk.say(sha256=spooled.sha256, size=spooled.size)

    def noted(outcome: str, document: Document) -> Received:
        if batch is not None:
            came = "duplicate" if outcome == "again" else outcome
            arrivals.note(
                desk,
                batch,
                name=name,
                source=source,
                outcome=came,
                size=spooled.size,
                sha256=spooled.sha256,
                document=document.uid,
            )
        if outcome != "received":
            spooled.discard()
            desk.say(result=outcome, of=document.uid)
        return Received(outcome, document, spooled.sha256)

    if batch is not None:
        desk.say(batch=batch.number)
        try:
            arrivals.ready_for(desk, batch, unit)
        except Invalid:
            spooled.discard()
            raise
        before = arrivals.arrived(batch, name, sha256=spooled.sha256)
        there = desk.site.by_id.get(ids.from_text(before.document)) if before is not None else None
        # What was destroyed since comes in as if it had never been here.
        if there is not None:
            return noted("again", there)
        into = into or batch.into
    # Only what one may see is told: "here already" of a hidden paper would say that it exists.
    known = next((d for d in filing.of_bytes(desk.site, spooled.sha256) if desk.sees(d)), None)
    if known is not None:
        return noted("duplicate", known)
    if into:
        dossier = desk.site.dossiers.get(into)
        if dossier is None or not desk.may(dossier, Permission.INTAKE_FILE):
            spooled.discard()
            raise Invalid([Fault("into", "There is no dossier {code}.", {"code": into})])
    document = filing.receive(
        desk.site,
        spooled,
        unit=unit,
        given_name=name,
        at=desk.now,
        by=desk.identity.login,
        into=into,
    )
    if batch is not None:
        document.batch = batch.uid
        # The tray lists papers by their batch.
        filing.lay_in_tray(desk.site, document)
    queue.enqueue(desk.root, document)
    desk.about(document)
    desk.notify([DocumentChanged(document)])
    return noted("received", document)


@act("intake.tray", Permission.INTAKE_WORK, told=False)
def tray(
    desk: Desk,
    unit: Unit,
    *,
    states: Sequence[str] = trays.STATES,
    batch: str = "",
    kind: str = "",
    offset: int = 0,
    limit: int = PAGE,
) -> Tray:
    """Return a page of the papers in the trays of *unit* and below; only these are loaded.

    :param batch: uid of the batch they came with, "" any.
    :param kind: the type they are taken for, "" any.
    """
    found = trays.lines(desk, unit)
    asked = [line for line in found if line.state in states]
    chosen = [line for line in asked if batch in {"", line.batch} and kind in {"", line.kind}]
    records = (desk.site.by_id.get(line.id) for line in chosen[offset : offset + limit])
    return Tray(
        unit,
        # The index finds, the object decides.
        tuple(one for one in records if isinstance(one, Document) and desk.sees(one)),
        total=len(chosen),
        counts={**dict.fromkeys(trays.STATES, 0), **Counter(line.state for line in found)},
        kinds=Counter(line.kind for line in asked),
        batches=Counter(line.batch for line in asked if line.batch),
        progress=progress_in(desk, unit),
    )


def progress_in(desk: Desk, unit: Unit) -> Progress:
    """Return how far the readers are with the papers of *unit* and below.

    Asked every few seconds by pages that stay open: it looks at the queue alone, however many
    papers wait for a person.
    """
    mine = {below.number for below in trays.units_of(desk, unit)}
    unread = done = pages = everything = 0
    # What is filed already (an import with descriptions) is read where it lies.
    for _key, number in islice(queue.pending(desk.root), LOOKED_AT):
        document = desk.site.by_id.get(number)
        if not isinstance(document, Document):
            continue
        dossier = document.dossier
        keeper = dossier.unit if dossier is not None else document.unit
        reading = queue.reading_of(desk.root, document)
        read, all_ = (reading.pages_done, reading.pages) if reading is not None else (0, 0)
        # One row for all units: what waits in front of theirs takes its time, too.
        everything += max(all_, 1) - read
        if keeper is None or keeper.number not in mine:
            continue
        unread += 1
        if reading is not None:
            done += read
            pages += max(all_, 1)
    return Progress(unread, done, pages, desk.house.pace.minutes_for(everything))


def left_behind(desk: Desk, document: Document, *, unit: Unit, batch: str = "") -> int:
    """Return how many papers wait in a row beside *document*."""
    return sum(
        1
        for line in trays.lines(desk, unit)
        if line.state == "waiting" and line.id != document.id and batch in {"", line.batch}
    )


def progress(desk: Desk) -> int:
    """Return how many papers of the whole site wait to be read; for one line on a page."""
    return sum(1 for _ in queue.pending(desk.root))


@act("intake.seen", Permission.INTAKE_WORK)
def item(desk: Desk, document: Document) -> ItemView:
    """Return a paper of the tray with its proposals and the dossiers it may belong to."""
    if document.dossier is not None:
        raise Missing
    reading = queue.reading_of(desk.root, document)
    proposals = json.loads(reading.proposals) if reading is not None and reading.proposals else {}
    kind = (
        json.loads(reading.type_proposal) if reading is not None and reading.type_proposal else None
    )
    pages = () if document.stub else read_pages(document, reading)
    return ItemView(
        document,
        reading,
        proposals,
        kind,
        pages,
        suggested(desk, document, proposals),
        learnt=learning.suggestions(desk, document),
        places=by_hand(proposals, words_of(document)),
        making=queue.lacks_copy(desk.root, document),
    )


def in_tray(document: Document, revision: int | None) -> None:
    """Refuse a writer whose paper was filed, or changed, since he saw it."""
    if document.dossier is not None:
        raise Conflict(by=document.filed_by, at=document.filed_at)
    filing.check_revision(document, revision)


@act("intake.corrected", Permission.INTAKE_WORK)
def correct(desk: Desk, document: Document, *, typed: Mapping[str, Any], revision: int) -> None:
    """Keep what a person wrote so far, without filing."""
    in_tray(document, revision)
    faults = [*level_faults(desk, document, typed)]
    if faults:
        raise Invalid(faults)
    values = description(
        desk.rulebook,
        typed,
        clearance=desk.identity.clearance,
        complete=False,
        decided=bool(document.marks),
    )
    if document.marks and values.get("level") == level_of(document, desk.today):
        del values["level"]
    changed = filing.describe(document, values)
    filing.touch(document, at=desk.now, by=desk.identity.login)
    desk.say(changed=", ".join(sorted(changed)))
    desk.notify([DocumentChanged(document)])


@act("document.filed", Permission.INTAKE_FILE)
def file(
    desk: Desk,
    document: Document,
    *,
    dossier: str,
    typed: Mapping[str, Any],
    revision: int | None,
    checked: bool = True,
    unread: bool = False,
) -> Document:
    """File a paper into a dossier under a description; say all faults at once.

    :param dossier: code of the dossier.
    :param checked: whether a person compared the description with the paper.
    :param unread: file although it is not read yet, since its description came with it (a
        list beside the files); the readers take it up where it lies.
    """
    in_tray(document, revision)
    as_stub = document.stub and document.state == "quarantined"
    if document.state != "waiting" and not ((unread and document.state == "received") or as_stub):
        raise Invalid([Fault("dossier", _WHY_NOT.get(document.state, _WHY_NOT["received"]))])
    faults: list[Fault] = [*level_faults(desk, document, typed)]
    target = desk.site.dossiers.get(dossier.strip())
    if target is None or not desk.may(target, Permission.INTAKE_FILE):
        target = None
        faults.append(
            Fault("dossier", "There is no dossier {code} you may file into.", {"code": dossier})
        )
    elif target.state != "open":
        faults.append(Fault("dossier", "The dossier {code} is closed.", {"code": dossier}))
    values: dict[str, Any] = {}
    try:
        values = description(
            desk.rulebook,
            typed,
            clearance=desk.identity.clearance,
            complete=True,
            dossier_type=target.type if target is not None else "",
            level=max(
                level_of(document, desk.today), min(target.level, 1) if target is not None else 0
            ),
            decided=bool(document.marks),
        )
    except Invalid as error:
        faults = [*error.faults, *faults]
    if faults or target is None:
        raise Invalid(faults)
    before = level_of(document, desk.today)
    tightens = target.unit is not document.unit or values["level"] > before
    if document.marks and values["level"] == before:
        # What a mark makes of it is not typed over: it would outlast the mark.
        values["level"] = document.level
    filing.describe(document, values)
    desk.move(document, "filed", described=True, placed=True)
    filing.file_document(desk.site, document, target, at=desk.now, by=desk.identity.login)
    note_signer(desk.root, document.signer)
    if checked:
        # One instant: what is checked later than it was filed was described anew.
        document.checked_at, document.checked_by = document.filed_at, document.filed_by
        learning.learn(desk, document)
    if not unread:
        queue.remove(desk.root, document)
    desk.say(into=target.code, type=document.type, checked=checked)
    desk.notify([DocumentChanged(document, tightens=tightens)])
    desk.say(stub=document.stub)
    return document


_WHY_NOT = {
    "received": "The paper is still being read. Wait until its pages are shown.",
    "reading": "The paper is still being read. Wait until its pages are shown.",
    "quarantined": "The paper is in quarantine. Release it first, or set it aside.",
    "refused": "The file was refused; there is nothing to file.",
}
