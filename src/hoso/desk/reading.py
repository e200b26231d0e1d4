"""What the readers do to a paper: begin, tell how far, hand in what was read.

Performed by a machine identity with the role ``reader-machine``; there is no path around the
role matrix.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hoso.access.identity import Held, Identity
from hoso.access.permissions import Permission
from hoso.desk.act import act
from hoso.desk.desk import Desk
from hoso.desk.keeping import holds_on
from hoso.desk.splitting import as_read
from hoso.ingest import queue
from hoso.ingest.splitting.pages import page_facts
from hoso.records import filing
from hoso.records.events import DocumentChanged, DossierChanged
from hoso.records.model import Document, Dossier, Reason
from hoso.storage.blobs import Spooled

__all__ = [
    "MACHINE",
    "Copied",
    "HandedIn",
    "Made",
    "begin",
    "copied",
    "fail",
    "hand_in",
    "progress",
    "quarantine",
]

#: The identity under which the readers work: cleared for all, allowed what that role is.
MACHINE = Identity(
    login="machine:reader",
    name="hoso",
    clearance=4,
    roles=(Held("reader-machine", 0, "", "", "installation"),),
)


@dataclass(frozen=True)
class Made:
    """A rendition that was made: its name, bytes on the spool, media type and tool."""

    name: str
    spooled: Spooled
    mime: str
    tool: str


@dataclass(frozen=True)
class HandedIn:
    """Everything one reading gave.

    :ivar sources: for each page where its text came from.
    :ivar facts: for each page what was found on it (``splitting.pages.KEPT``).
    :ivar identified: (tool, version, answer) of who said what the bytes are.
    """

    mime: str
    puid: str
    pages: int
    sources: tuple[str, ...]
    renditions: Sequence[Made]
    proposals: Mapping[str, Any]
    type_proposal: Mapping[str, Any] | None
    notes: tuple[Reason, ...]
    reader: str
    facts: Sequence[Mapping[str, Any]] = ()
    identified: tuple[tuple[str, str, str], ...] = ()


@dataclass(frozen=True)
class Copied:
    """What was made of a paper after it was read.

    :ivar renditions: the preservation copy and the pictures of pages that had none.
    :ivar signatures: the state of each signature in the original.
    :ivar identified: what a second tool says the bytes are; ``puid`` its identifier in PRONOM.
    :ivar notes: what could not be made, and why; told to people with the other notes.
    """

    renditions: Sequence[Made]
    signatures: tuple[Reason, ...] = ()
    identified: tuple[tuple[str, str, str], ...] = ()
    puid: str = ""
    notes: tuple[Reason, ...] = ()


@act("reading.begun", Permission.INTAKE_WORK, told=False)
def begin(desk: Desk, document: Document) -> None:
    """Say that a reader has taken the paper up."""
    reading = queue.enqueue(desk.root, document)
    reading.began_at = desk.now
    reading.problem = ""
    if document.state == "received":
        desk.move(document, "reading")
        desk.notify([DocumentChanged(document)])


@act("reading.progress", Permission.INTAKE_WORK, told=False)
def progress(desk: Desk, document: Document, *, done: int, pages: int) -> None:
    """Say how many pages are read."""
    reading = queue.reading_of(desk.root, document)
    if reading is not None:
        reading.pages_done, reading.pages = done, pages


def _is_beyond(name: str, pages: int) -> bool:
    return name.startswith("page-") and int(name.removeprefix("page-")) > pages


def _is_of(document: Document, facts: Sequence[Mapping[str, Any]]) -> bool:
    """Say whether what was read is of the pages as they are shown now."""
    if not document.leaves or not all(page.get("leaf") for page in facts):
        return True
    read = [(*page["leaf"][:2], (page["leaf"][2] - int(page["turn"] or 0)) % 360) for page in facts]
    return read == [tuple(leaf) for leaf in document.leaves]


@act("document.read", Permission.INTAKE_WORK)
def hand_in(desk: Desk, document: Document, *, result: HandedIn) -> None:
    """Attach what was read; a paper of the tray now waits for a person, or to be split."""
    if document.state in {"split", "refused"} or document.stub:
        # Somebody was faster: what is read now belongs to its parts, or to nobody, or is sealed.
        queue.remove(desk.root, document)
        return
    if not _is_of(document, result.facts):
        # Its pages were put in another order meanwhile: it is read once more.
        return
    document.mime, document.puid, document.pages = result.mime, result.puid, result.pages
    document.ocr = "ocr" in result.sources
    document.identified = result.identified
    document.notes = result.notes
    original = document.renditions.get("original")
    if original is not None:
        original.mime = result.mime
    for made in result.renditions:
        filing.add_rendition(
            document, made.name, made.spooled, mime=made.mime, at=desk.now, tool=made.tool
        )
    # A paper that was arranged anew may have fewer pages than it had.
    for name in [n for n in document.renditions if _is_beyond(n, result.pages)]:
        del document.renditions[name]
    reading = queue.enqueue(desk.root, document)
    to_split = as_read(desk, document, reading, page_facts(result.facts))
    reading.pages_done = reading.pages = result.pages
    reading.sources = result.sources
    reading.proposals = json.dumps(result.proposals, ensure_ascii=False, sort_keys=True)
    reading.type_proposal = (
        json.dumps(result.type_proposal, ensure_ascii=False) if result.type_proposal else ""
    )
    reading.ended_at = desk.now
    reading.reader = result.reader
    if not to_split:
        queue.remove(desk.root, document)
        queue.ask_for_copy(desk.root, document)
    before = document.level
    if document.dossier is None:
        if not to_split and document.state != "waiting":
            desk.move(document, "waiting")
        level = result.proposals.get("level")
        if level and not document.marks:
            # Until a person decides, a stamp read on the paper closes it, never opens it.
            document.level = max(document.level, int(level["value"]))
    filing.touch(document, at=desk.now, by=desk.identity.login)
    desk.say(pages=result.pages, ocr=document.ocr, reader=result.reader)
    desk.notify([DocumentChanged(document, tightens=document.level > before)])
    desk.say(sealed=document.stub)


@act("document.copied", Permission.INTAKE_WORK)
def copied(desk: Desk, document: Document, *, result: Copied) -> None:
    """Attach the preservation copy and the pictures of pages; the original stays as it came."""
    queue.copy_is_made(desk.root, document)
    for made in result.renditions:
        filing.add_rendition(
            document, made.name, made.spooled, mime=made.mime, at=desk.now, tool=made.tool
        )
    document.signatures = result.signatures
    # Each tool is believed in its last word.
    said = {tool: (tool, version, answer) for tool, version, answer in document.identified}
    said |= {tool: (tool, version, answer) for tool, version, answer in result.identified}
    document.identified = tuple(said.values())
    document.puid = result.puid or document.puid
    document.notes = (*document.notes, *result.notes)
    desk.say(
        made=", ".join(made.name for made in result.renditions if not made.name.startswith("page")),
        pictures=sum(made.name.startswith("page-") for made in result.renditions),
        why="; ".join(map(str, result.notes)),
    )
    desk.notify([DocumentChanged(document)])


@act("document.quarantined", Permission.INTAKE_WORK)
def quarantine(
    desk: Desk, document: Document, *, reasons: tuple[Reason, ...], mime: str, puid: str
) -> None:
    """Keep the paper aside with the reasons; its original stays, and a person decides."""
    dossier = document.dossier
    if dossier is not None and _was_filed_unread(desk, document):
        _take_out(desk, document, dossier)
    document.reasons = reasons
    document.mime, document.puid = mime, puid
    if document.dossier is None:
        desk.move(document, "quarantined")
    queue.remove(desk.root, document)
    filing.touch(document, at=desk.now, by=desk.identity.login)
    desk.say(why="; ".join(map(str, reasons)))
    desk.notify([DocumentChanged(document)])


def _was_filed_unread(desk: Desk, document: Document) -> bool:
    """Say whether a list filed the paper before anybody, man or machine, had looked into it."""
    known = queue.reading_of(desk.root, document)
    seen = document.checked_at or document.compared_at or (known is not None and known.ended_at)
    return (
        document.state == "filed" and not seen and not holds_on(desk.root, document, on=desk.today)
    )


def _take_out(desk: Desk, document: Document, dossier: Dossier) -> None:
    """Bring a paper back into its tray, meant for the dossier it lay in: nobody opens it there."""
    desk.say(out_of=dossier.code)
    desk.move(document, "waiting", reason="unfit")
    filing.take_back(desk.site, document, at=desk.now, by=desk.identity.login)
    document.into = dossier.code
    desk.notify([DocumentChanged(document, tightens=True), DossierChanged(dossier)])


@act("reading.failed", Permission.INTAKE_WORK)
def fail(desk: Desk, document: Document, *, problem: str) -> None:
    """Say that the readers could not finish; the paper waits, with its original whole."""
    reading = queue.enqueue(desk.root, document)
    reading.problem, reading.ended_at = problem, desk.now
    queue.remove(desk.root, document)
    if document.state in {"received", "reading"}:
        desk.move(document, "waiting")
    filing.touch(document, at=desk.now, by=desk.identity.login)
    desk.say(why=problem)
    desk.notify([DocumentChanged(document)])
