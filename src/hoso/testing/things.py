"""Builders: things as they lie in the tree, made without asking who may.

They tell the listeners as the acts do, so index and retention know of what they make; only
the readers' handing-in is journalled.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hoso.desk import reading
from hoso.desk.desk import Desk
from hoso.desk.reading import MACHINE, HandedIn, Made
from hoso.ingest import queue
from hoso.records import filing
from hoso.records.events import DocumentChanged, DossierChanged
from hoso.records.model import Document, Dossier
from hoso.storage.blobs import Spooled, spool_bytes

__all__ = ["a_dossier", "a_filed_paper", "a_paper", "a_waiting_paper", "bytes_of", "spooled"]

_PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108000000003a7e9b550000000a49444154789c63"
    "f80f00010101005bb1eb8e0000000049454e44ae426082"
)


def bytes_of(words: str) -> bytes:
    """Return bytes that stand for a paper with these words; equal words, equal bytes."""
    return b"%PDF-1.7\n% " + words.encode() + b"\n%%EOF\n"


def spooled(desk: Desk, words: str = "Quyết định số 14/QĐ-M") -> Spooled:
    """Return bytes on the spool, as a channel has them before it calls ``receive``."""
    return spool_bytes(bytes_of(words), desk.house.spool)


def a_dossier(
    desk: Desk,
    *,
    code: str = "T-0002",
    unit: str = "nhanh",
    name: str = "Trần Thị Mẫu",
    type_: str = "CC",
    birth_date: str = "1980-05",
    **facts: Any,
) -> Dossier:
    """Open a dossier and set further facts (``level``, ``walled``, ``grants``…) on it."""
    dossier = filing.open_dossier(
        desk.site,
        code=code,
        type_=type_,
        name=name,
        unit=desk.site.unit_by_key[unit],
        at=desk.now,
        by="test",
    )
    dossier.birth_date = birth_date
    for fact, value in facts.items():
        setattr(dossier, fact, value)
    desk.notify([DossierChanged(dossier)])
    return dossier


def a_paper(
    desk: Desk, *, unit: str = "nhanh", words: str = "Quyết định số 14/QĐ-M", **facts: Any
) -> Document:
    """Put a paper into the tray of a unit, not read yet."""
    document = filing.receive(
        desk.site,
        spooled(desk, words),
        unit=desk.site.unit_by_key[unit],
        given_name=b"mau.pdf",
        at=desk.now,
        by="test",
    )
    queue.enqueue(desk.root, document)
    for fact, value in facts.items():
        setattr(document, fact, value)
    desk.notify([DocumentChanged(document)])
    return document


def a_waiting_paper(
    desk: Desk,
    *,
    unit: str = "nhanh",
    words: str = "Quyết định số 14/QĐ-M",
    proposals: Mapping[str, Any] | None = None,
    **facts: Any,
) -> Document:
    """Put a paper into the tray that the readers have read: one page, its words as text."""
    document = a_paper(desk, unit=unit, words=words)
    folder = desk.house.spool
    made = (
        Made("page-0001", spool_bytes(_PIXEL, folder), "image/png", "test"),
        Made("text", spool_bytes(words.encode(), folder), "text/plain", "test"),
    )
    result = HandedIn(
        mime="application/pdf",
        puid="fmt/276",
        pages=1,
        sources=("layer",),
        renditions=made,
        proposals=proposals or {},
        type_proposal=None,
        notes=(),
        reader="test",
    )
    machine = Desk(desk.house, desk.connection, MACHINE, via="worker")
    reading.begin(machine, document)
    reading.hand_in(machine, document, result=result)
    for fact, value in facts.items():
        setattr(document, fact, value)
    desk.notify([DocumentChanged(document)])
    return document


def a_filed_paper(
    desk: Desk,
    dossier: Dossier,
    *,
    words: str = "Quyết định số 14/QĐ-M",
    type_: str = "D05",
    title: str = "Về việc nâng bậc lương",
    **facts: Any,
) -> Document:
    """File a paper that was read into *dossier*."""
    document = a_waiting_paper(desk, unit=dossier.unit.key, words=words)
    filing.describe(document, {"type": type_, "title": title})
    desk.move(document, "filed", described=True, placed=True)
    filing.file_document(desk.site, document, dossier, at=desk.now, by="test")
    queue.remove(desk.root, document)
    for fact, value in facts.items():
        setattr(document, fact, value)
    desk.notify([DocumentChanged(document)])
    return document
