"""Sealed papers: kept as a description, with their bytes where nothing looks for them.

A paper at levels 2 to 4 is kept as metadata unless the installation is approved for secrets
(Law 29/2018/QH14 art. 12).  Its bytes may have come in before anybody could know that; they
are not destroyed, they are put aside whole.  Everything that shows, searches, copies or packs
a paper goes through ``Document.renditions``, so what is not there cannot be forgotten about.
"""

from __future__ import annotations

from BTrees.OOBTree import OOBTree

from hoso.records.model import Document

__all__ = ["has_sealed_bytes", "seal", "unseal"]


def seal(document: Document) -> bool:
    """Keep a paper as a stub and put its bytes aside; say whether anything changed."""
    moved = len(document.renditions) > 0
    if document.stub and not moved:
        return False
    document.stub = True
    if document.sealed is None:
        document.sealed = OOBTree()
    # What was made while the seal was being put on joins what is behind it; no scan is ever
    # made twice, so nothing that came in is written over.
    document.sealed.update(document.renditions)
    document.renditions = OOBTree()
    return True


def unseal(document: Document) -> bool:
    """Put the bytes of a stub back where papers have theirs; say whether there were any."""
    found = document.sealed
    document.stub, document.sealed = False, None
    if not found:
        return False
    document.renditions.update(found)
    return True


def has_sealed_bytes(document: Document) -> bool:
    """Say whether a file lies behind the seal; a stub may have been made of a paper alone."""
    return bool(document.sealed)
