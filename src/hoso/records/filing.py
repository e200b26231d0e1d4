"""Open a dossier; receive, file, describe and withdraw a document.

These functions change the tree and nothing else: whether one may, and the journal, are the
desk's; the index and retention listen to events.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from BTrees.LOBTree import LOBTree

from hoso.kernel.errors import Conflict, Fault, Invalid
from hoso.kernel.text import nfc, one_line
from hoso.records.former import remember
from hoso.records.model import Document, Dossier, Lying, Rendition, Site, StatusEvent, Unit
from hoso.storage.blobs import Spooled, blob_of

__all__ = [
    "DESCRIPTION",
    "add_rendition",
    "check_revision",
    "describe",
    "file_document",
    "forget_bytes",
    "is_scan",
    "lay_in_tray",
    "of_bytes",
    "open_dossier",
    "receive",
    "record_status",
    "remember_bytes",
    "stub",
    "take_back",
    "take_from_tray",
    "touch",
    "transfer",
    "uncompare",
]

#: What a person may write on a document.
DESCRIPTION = (
    "type",
    "form",
    "title",
    "number",
    "symbol",
    "date",
    "agency",
    "signer",
    "person",
    "level",
)


def touch(record: Any, *, at: str, by: str) -> None:
    """Say that *record* changed: one revision further."""
    record.revision += 1
    record.changed_at = at
    record.changed_by = by


def check_revision(record: Any, revision: int | None) -> None:
    """Refuse a writer who saw an older state; ``None`` is a machine that read just now."""
    if revision is not None and revision != record.revision:
        raise Conflict(by=record.changed_by or "?", at=record.changed_at or "?")


def open_dossier(
    site: Site, *, code: str, type_: str, name: str, unit: Unit, at: str, by: str
) -> Dossier:
    """Open a dossier under a code that is free for ever after."""
    code = one_line(code)
    if code in site.dossiers:
        raise Invalid([Fault("code", "There is a dossier {code} already.", {"code": code})])
    dossier = Dossier(code, type_, one_line(name), unit)
    dossier.opened_at = dossier.changed_at = at
    dossier.changed_by = by
    site.dossiers.add(code, dossier)
    site.by_id[dossier.id] = dossier
    return dossier


def receive(
    site: Site,
    spooled: Spooled,
    *,
    unit: Unit,
    given_name: bytes,
    at: str,
    by: str,
    into: str = "",
) -> Document:
    """Take bytes in: a document in the tray with its original, nothing understood yet."""
    document = Document()
    # Known to the database from the start: its original's bytes go where blobs are kept.
    site._p_jar.add(document)  # noqa: SLF001 - ZODB's protocol
    document.unit = unit
    document.given_name = given_name
    document.into = into
    document.size = spooled.size
    document.sha256 = spooled.sha256
    document.sha512 = spooled.sha512
    document.received_at = document.changed_at = at
    document.received_by = document.changed_by = by
    add_rendition(document, "original", spooled, mime="application/octet-stream", at=at, tool=by)
    site.tray.add(document.uid, document)
    lay_in_tray(site, document)
    site.by_id[document.id] = document
    site.by_digest[_digest_key(site, document)] = document.id
    return document


def stub(site: Site, dossier: Dossier, *, at: str, by: str) -> Document:
    """File the description of a sheet that no file was made of; fields are written by others."""
    document = Document()
    document.stub = True
    document.state = "filed"
    document.unit = dossier.unit
    document.received_at = document.filed_at = at
    document.received_by = document.filed_by = by
    touch(document, at=at, by=by)
    site.by_id[document.id] = document
    dossier.add(document.uid, document)
    return document


def lay_in_tray(site: Site, document: Document, *, kind: str | None = None) -> None:
    """Note a paper in the tray of its unit, so that nobody need load it to count and list.

    By id, which is drawn at random: two scanners that feed one tray do not meet.  A scan that
    was split leaves the tray: its parts lie there.  So does a part that was joined again.

    :param kind: the type it is taken for; ``None`` leaves what is noted.
    """
    joined = any(reason.code == "joined" for reason in document.reasons)
    if document.state == "split" or joined:
        take_from_tray(site, document)
        return
    number = document.unit.number
    tray = site.trays.get(number)
    if tray is None:
        # Its first line is nobody's: two who take the last papers out of a tray in one moment
        # could not be reconciled if that left it empty.
        tray = site.trays[number] = LOBTree({0: None})
    before: Lying | None = tray.get(document.id)
    if kind is None:
        kind = document.type or (before.kind if before is not None else "")
    mark = document.marks[-1] if document.marks else None
    bears = mark is not None and mark.act != "lifted"
    now = Lying(
        document.state,
        document.received_at,
        max(document.level, mark.level) if mark is not None and bears else document.level,
        document.batch,
        kind,
        mark.until if mark is not None and bears else "",
        document.level,
    )
    if now != before:
        tray[document.id] = now


def take_from_tray(site: Site, document: Document) -> None:
    """Let a paper leave the tray of its unit; it need not be there."""
    tray = site.trays.get(document.unit.number)
    if tray is not None and document.id in tray:
        del tray[document.id]


def _digest_key(site: Site, document: Document) -> str:
    # Bytes that are here already, where their owner may not know, come under a key behind.
    taken = document.sha256 in site.by_digest
    return f"{document.sha256}:{document.uid}" if taken else document.sha256


def of_bytes(site: Site, sha256: str) -> Iterator[Document]:
    """Yield the documents that came in as these very bytes, the first one first."""
    for number in site.by_digest.values(sha256, f"{sha256};", excludemax=True):
        yield site.by_id[number]


def forget_bytes(site: Site, document: Document) -> None:
    """Let the bytes of a refused document come in anew."""
    keys = site.by_digest.keys(document.sha256, f"{document.sha256};", excludemax=True)
    for key in [key for key in keys if site.by_digest[key] == document.id]:
        del site.by_digest[key]


def remember_bytes(site: Site, document: Document) -> None:
    """Let the bytes of a document that comes back be known as its own again."""
    kept = site.by_digest.values(document.sha256, f"{document.sha256};", excludemax=True)
    if document.id not in kept:
        site.by_digest[_digest_key(site, document)] = document.id


def is_scan(name: str) -> bool:
    """Say whether a rendition holds bytes as they came, which nobody writes again."""
    return name == "original" or name.startswith("rescan-")


def add_rendition(
    document: Document, name: str, spooled: Spooled, *, mime: str, at: str, tool: str
) -> Rendition:
    """Attach bytes as a rendition; an original is attached once and never again."""
    if is_scan(name) and name in document.renditions:
        raise ValueError("originals are never rewritten")
    blob = blob_of(spooled, document._p_jar)  # noqa: SLF001 - ZODB's protocol
    rendition = Rendition(name=name, blob=blob, mime=mime, made_at=at, made_by=tool)
    rendition.size = spooled.size
    rendition.sha256 = spooled.sha256
    rendition.sha512 = spooled.sha512
    rendition.crc32 = spooled.crc32
    document.renditions[name] = rendition
    return rendition


def describe(document: Document, fields: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    """Write the given fields; return what changed as field to (before, after)."""
    changed: dict[str, tuple[Any, Any]] = {}
    for name, value in fields.items():
        if name not in DESCRIPTION:
            raise ValueError(name)
        new = nfc(value) if isinstance(value, str) else value
        old = getattr(document, name)
        if new != old:
            changed[name] = (old, new)
            setattr(document, name, new)
    return changed


def file_document(site: Site, document: Document, dossier: Dossier, *, at: str, by: str) -> None:
    """Move the document from the tray into the dossier; its id and address part stay."""
    site.tray.remove(document.uid)
    take_from_tray(site, document)
    dossier.add(document.uid, document)
    document.filed_at = at
    document.filed_by = by
    touch(document, at=at, by=by)
    # Not ``touch(dossier)``: filing many papers into one dossier must not meet in one object.


def take_back(site: Site, document: Document, *, at: str, by: str) -> None:
    """Move the document from its dossier back into the tray; id and address part stay."""
    dossier = document.dossier
    if dossier is None:
        raise ValueError("only a filed paper is taken back")
    remember(document, at=at, by=by)
    dossier.remove(document.uid)
    site.tray.add(document.uid, document)
    document.filed_at = document.filed_by = ""
    document.checked_at = document.checked_by = ""
    lay_in_tray(site, document)
    touch(document, at=at, by=by)


def uncompare(document: Document) -> str:
    """Let a comparison with the paper fall, since what was compared is no more; say whose."""
    if not document.compared_at:
        return ""
    whose = f"{document.compared_by} {document.compared_at}"
    document.compared_at = document.compared_by = ""
    return whose


def record_status(
    dossier: Dossier,
    *,
    status: str,
    effective: str,
    evidence: str,
    at: str,
    by: str,
    authority: str = "",
) -> StatusEvent:
    """Add a change of standing; what was recorded before stays."""
    event = StatusEvent(status, effective, evidence, at, by, authority)
    dossier.status_events = (*dossier.status_events, event)
    touch(dossier, at=at, by=by)
    return event


def transfer(dossier: Dossier, unit: Unit, *, at: str, by: str) -> Unit:
    """Hand the dossier to another unit; return the one that kept it."""
    before: Unit = dossier.unit
    remember(dossier, at=at, by=by)
    dossier.unit = unit
    touch(dossier, at=at, by=by)
    return before
