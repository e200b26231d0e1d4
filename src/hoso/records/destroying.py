"""Take a dossier or a paper out of the tree, put it back, name its bytes: the one that destroys.

Two steps.  In the bin a dossier and its papers hang nowhere: no address, no id, no digest leads
to them, and nothing that shows, searches or copies papers meets them; but they are whole and can
be put back.  So does a single paper, which only remembers the dossier it lay in.  What is destroyed afterwards is dropped by whoever keeps the bin; the files of its
bytes are named here and removed by ``storage.shredding``.

Nothing else in the house takes a record out of ``Site.by_id`` (``tests/contract``).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from hoso.kernel import ids
from hoso.records import filing
from hoso.records.model import Document, Dossier, Site

__all__ = ["blobs_of", "digests_of", "drop_scan", "put_back", "scans_behind", "take_out"]


def take_out(site: Site, record: Dossier | Document) -> list[Document]:
    """Take a dossier with all its papers, or one paper, out of the tree; return the papers."""
    if isinstance(record, Document):
        dossier = record.dossier
        if dossier is None:
            raise ValueError("only a filed paper is taken out")
        dossier.remove(record.uid)
        # Who may do what with it, and what holds it, is that of its dossier still.
        record.__parent__ = dossier
        papers = [record]
    else:
        papers = list(record.values())
        site.dossiers.remove(record.code)
        del site.by_id[record.id]
    for paper in papers:
        del site.by_id[paper.id]
        filing.forget_bytes(site, paper)
        if paper.serial and site.by_serial.get(paper.serial) == paper.uid:
            del site.by_serial[paper.serial]
    return papers


def put_back(site: Site, record: Dossier | Document) -> list[Document]:
    """Put what was taken out back where it was; return its papers."""
    if isinstance(record, Document):
        dossier = record.dossier
        if dossier is None:
            raise ValueError("it was never taken out of a dossier")
        dossier.add(record.uid, record)
        papers = [record]
    else:
        papers = list(record.values())
        site.dossiers.add(record.code, record)
        site.by_id[record.id] = record
    for paper in papers:
        site.by_id[paper.id] = paper
        if paper.sha256:
            filing.remember_bytes(site, paper)
        if paper.serial and paper.serial not in site.by_serial:
            site.by_serial[paper.serial] = paper.uid
    return papers


def blobs_of(document: Document) -> Iterator[Any]:
    """Yield every blob of a paper: as it came, made of it, and behind a seal."""
    for kept in (document.renditions, document.sealed or {}):
        for rendition in kept.values():
            yield rendition.blob


def digests_of(document: Document) -> Iterator[str]:
    """Yield the SHA-256 of every file of a paper, of the same as :func:`blobs_of`."""
    for kept in (document.renditions, document.sealed or {}):
        for rendition in kept.values():
            if rendition.sha256:
                yield rendition.sha256


def scans_behind(site: Site, document: Document) -> Iterator[Document]:
    """Yield the scans that hold pages of a paper beside itself: split off from, scanned again.

    A paper that was split off a scan has its pages in that scan as well, and so on upwards; one
    that was scanned again has them in the scan that left the tray for it.
    """
    source = document.source
    while source is not None:
        scan = site.by_id.get(ids.from_text(source.document) or 0)
        if not isinstance(scan, Document):
            break
        yield scan
        source = scan.source
    for name, rendition in document.renditions.items():
        if name.startswith("rescan-"):
            for scan in filing.of_bytes(site, rendition.sha256):
                if scan.state == "split" and document.uid in scan.parts:
                    yield scan


def drop_scan(site: Site, scan: Document) -> None:
    """Take a split scan out of the tree, none of whose papers is left."""
    site.tray.remove(scan.uid)
    filing.take_from_tray(site, scan)
    del site.by_id[scan.id]
    filing.forget_bytes(site, scan)
    if scan.serial and site.by_serial.get(scan.serial) == scan.uid:
        del site.by_serial[scan.serial]
