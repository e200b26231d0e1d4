"""A filed paper: look at it, read its pages, download it, describe it anew, withdraw it."""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from hoso.access.permissions import Permission
from hoso.desk import learning
from hoso.desk.act import act
from hoso.desk.describing import description, statement
from hoso.desk.desk import Desk
from hoso.desk.hits import Hit, hits_in
from hoso.desk.keeping import holds_on
from hoso.ingest import queue
from hoso.ingest.model import Reading
from hoso.kernel.errors import Fault, Invalid, Missing
from hoso.records import filing
from hoso.records.events import DocumentChanged
from hoso.records.former import remember
from hoso.records.marking import level_of
from hoso.records.model import Document, Reason, Rendition
from hoso.storage.blobs import file_of

__all__ = [
    "DocumentView",
    "Page",
    "edit",
    "look",
    "original",
    "preservation_copy",
    "preview",
    "preview_in_tray",
    "read_pages",
    "text_of",
    "withdraw",
]

#: What a description says that decides who sees the paper.
_OPENS = ("level", "type")


@dataclass(frozen=True)
class Page:
    """One page: its number from 1, the name of its picture ("" where there is none), text."""

    number: int
    picture: str
    text: str
    source: str


@dataclass(frozen=True)
class DocumentView:
    """A filed paper with what one may do to it.

    ``pages`` is empty where one may know of the paper but not read it.

    :ivar hits: where the words stand that were sought.
    :ivar copy: the preservation copy, where it is made.
    :ivar making: whether pictures and copy are still being made.
    """

    document: Document
    reading: Reading | None
    pages: tuple[Page, ...]
    may_read: bool
    may_download: bool
    may_edit: bool
    may_withdraw: bool
    hits: tuple[Hit, ...] = ()
    copy: Rendition | None = None
    making: bool = False


def text_of(document: Document) -> str:
    """Return the extracted text, pages apart by form feeds; "" where there is none."""
    rendition = document.renditions.get("text")
    if rendition is None:
        return ""
    with file_of(rendition.blob) as stream:
        return stream.read().decode("utf-8")


def read_pages(document: Document, reading: Reading | None) -> tuple[Page, ...]:
    """Pair the pictures of a document with the text of each page."""
    texts = text_of(document).split("\f") if document.pages else []
    sources = reading.sources if reading is not None else ()
    count = max(document.pages, len(texts))
    pages = []
    for number in range(1, count + 1):
        name = f"page-{number:04d}"
        pages.append(
            Page(
                number,
                name if name in document.renditions else "",
                texts[number - 1] if number <= len(texts) else "",
                sources[number - 1] if number <= len(sources) else "",
            )
        )
    return tuple(pages)


@act("document.seen", Permission.DOCUMENT_VIEW)
def look(desk: Desk, document: Document, *, sought: str = "") -> DocumentView:
    """Return a filed paper; its pages and text for those who may read it.

    :param sought: a question whose words are shown where they stand.
    """
    if document.dossier is None:
        raise Missing
    may_read = desk.may(document, Permission.DOCUMENT_READ)
    reading = queue.reading_of(desk.root, document)
    desk.say(read=may_read, level=level_of(document, desk.today))
    return DocumentView(
        document=document,
        reading=reading,
        pages=read_pages(document, reading) if may_read and not document.stub else (),
        may_read=may_read,
        may_download=not document.stub and desk.may(document, Permission.DOCUMENT_DOWNLOAD),
        may_edit=desk.may(document, Permission.DOCUMENT_EDIT),
        may_withdraw=desk.may(document, Permission.DOCUMENT_WITHDRAW),
        hits=hits_in(words_of(document), sought, scanned=document.ocr)
        if may_read and sought
        else (),
        copy=document.renditions.get("copy"),
        making=queue.lacks_copy(desk.root, document),
    )


def _rendition(document: Document, name: str) -> Rendition:
    rendition: Rendition | None = document.renditions.get(name)
    if rendition is None:
        raise Missing
    return rendition


# Pictures come many to a page view, which is journalled as ``document.seen``.
@act("document.page-shown", Permission.DOCUMENT_READ, told=False)
def preview(_desk: Desk, document: Document, *, name: str) -> Rendition:
    """Return the picture of one page of a filed paper."""
    if document.dossier is None or not name.startswith("page-"):
        raise Missing
    return _rendition(document, name)


@act("intake.page-shown", Permission.INTAKE_WORK, told=False)
def preview_in_tray(_desk: Desk, document: Document, *, name: str) -> Rendition:
    """Return the picture of one page of a paper in the tray."""
    if document.dossier is not None or not name.startswith("page-"):
        raise Missing
    return _rendition(document, name)


def words_of(document: Document) -> list[list[Any]]:
    """Return the words of each page: [text, confidence, [x0, y0, x1, y1], line]."""
    rendition = document.renditions.get("words")
    if rendition is None:
        return []
    with file_of(rendition.blob) as stream:
        pages: list[list[Any]] = json.loads(gzip.decompress(stream.read()))
    return pages


@act("document.downloaded", Permission.DOCUMENT_DOWNLOAD)
def original(desk: Desk, document: Document) -> Rendition:
    """Return the original of a filed paper, as it was handed in."""
    if document.dossier is None:
        raise Missing
    desk.say(sha256=document.sha256)
    return _rendition(document, "original")


@act("document.copy-downloaded", Permission.DOCUMENT_DOWNLOAD)
def preservation_copy(desk: Desk, document: Document) -> Rendition:
    """Return the PDF/A copy of a filed paper; the original is another file and stays."""
    if document.dossier is None:
        raise Missing
    copy = _rendition(document, "copy")
    desk.say(sha256=copy.sha256)
    return copy


@act("document.described", Permission.DOCUMENT_EDIT)
def edit(desk: Desk, document: Document, *, typed: Mapping[str, Any], revision: int) -> None:
    """Describe a filed paper anew; what stood before is in the journal."""
    dossier = document.dossier
    if dossier is None:
        raise Missing
    filing.check_revision(document, revision)
    faults: list[Fault] = []
    level = level_of(document, desk.today)
    if str(typed.get("level", "")).strip() in {str(n) for n in range(level)}:
        faults.append(Fault("level", "A level is lowered by an act of its own, with its decision."))
    try:
        values = description(
            desk.rulebook,
            typed,
            clearance=desk.identity.clearance,
            complete=True,
            dossier_type=dossier.type,
            level=level,
            decided=bool(document.marks),
        )
    except Invalid as error:
        said = {fault.field for fault in faults}
        faults += [fault for fault in error.faults if fault.field not in said]
    if faults:
        raise Invalid(faults)
    if values["level"] == level:
        # What a mark makes of it is not typed over: it would outlast the mark.
        values["level"] = document.level
    learning.unlearn(desk, document)
    if any(values.get(name, getattr(document, name)) != getattr(document, name) for name in _OPENS):
        remember(document, at=desk.now, by=desk.identity.login)
    changed = filing.describe(document, values)
    learning.learn(desk, document)
    filing.touch(document, at=desk.now, by=desk.identity.login)
    document.checked_at, document.checked_by = desk.now, desk.identity.login
    if changed and (whose := filing.uncompare(document)):
        desk.say(**{"compared.before": whose})
    desk.say(**{f"{name}.before": before for name, (before, _after) in changed.items()})
    desk.say(**{f"{name}.after": after for name, (_before, after) in changed.items()})
    desk.notify([DocumentChanged(document, tightens="level" in changed)])


@act("document.withdrawn", Permission.DOCUMENT_WITHDRAW)
def withdraw(desk: Desk, document: Document, *, why: str, revision: int) -> None:
    """Take a paper out of use: it stays where it is, marked, with the reason."""
    if document.dossier is None:
        raise Missing
    filing.check_revision(document, revision)
    faults: list[Fault] = []
    why = statement("why", why, faults, wanting="State why the paper is withdrawn.")
    if faults:
        raise Invalid(faults)
    if document.state != "filed":
        raise Invalid([Fault("why", "This paper is not filed.")])
    desk.move(document, "withdrawn", reason=why, holds=holds_on(desk.root, document, on=desk.today))
    document.reasons = (
        *document.reasons,
        Reason("withdrawn", "Withdrawn: {why}", (("why", why),)),
    )
    filing.touch(document, at=desk.now, by=desk.identity.login)
    desk.say(why=why)
    desk.notify([DocumentChanged(document)])
