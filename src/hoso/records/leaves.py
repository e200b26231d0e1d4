"""Which pages of which scans a paper shows, in what order, and that none is lost.

A scan is bytes as they came: the original, and what was scanned again later.  A paper shows
its pages in an order and a turn that people may change; the scans never change.
"""

from __future__ import annotations

from collections.abc import Mapping

from hoso.kernel.errors import Fault
from hoso.records.model import Document, Dropped, Leaf

__all__ = [
    "ORIGINAL",
    "TURNS",
    "arrangement_faults",
    "is_arranged",
    "leaves_of",
    "next_scan",
    "scans_of",
]

ORIGINAL = "original"
TURNS = (0, 90, 180, 270)


def leaves_of(document: Document) -> tuple[Leaf, ...]:
    """Return the pages of a paper as they are shown; none where it was never read."""
    if document.leaves:
        return document.leaves
    gone = {one.page for one in document.dropped if one.scan == ORIGINAL}
    pages = range(1, document.pages + 1)
    return tuple(Leaf(ORIGINAL, page) for page in pages if page not in gone)


def is_arranged(document: Document) -> bool:
    """Say whether what is shown differs from the original as it came."""
    plain = tuple(Leaf(ORIGINAL, page) for page in range(1, len(document.leaves) + 1))
    return bool(document.dropped) or document.leaves not in ((), plain)


def scans_of(document: Document) -> dict[str, int]:
    """Return the scans of a paper with the number of their pages.

    Counted by what is shown and what is dropped: every page of every scan is one or the other.
    """
    pages = [(leaf.scan, leaf.page) for leaf in leaves_of(document)]
    pages += [(gone.scan, gone.page) for gone in document.dropped]
    counted: dict[str, int] = {}
    for scan, page in pages:
        counted[scan] = max(counted.get(scan, 0), page)
    return counted


def next_scan(document: Document) -> str:
    """Return the name under which the next scan of a paper is kept."""
    taken = [int(n.removeprefix("rescan-")) for n in document.renditions if n.startswith("rescan-")]
    return f"rescan-{max(taken, default=0) + 1}"


def arrangement_faults(
    leaves: tuple[Leaf, ...], dropped: tuple[Dropped, ...], scans: Mapping[str, int]
) -> list[Fault]:
    """Return all that is wrong with showing *leaves* and leaving out *dropped*.

    :param scans: the scans of the paper with the number of their pages.
    """
    faults: list[Fault] = []
    seen: set[tuple[str, int]] = set()
    if not leaves:
        faults.append(Fault("pages", "A paper keeps at least one page. Withdraw it instead."))
    placed = [(leaf.scan, leaf.page) for leaf in leaves]
    for scan, page in (*placed, *((gone.scan, gone.page) for gone in dropped)):
        if not 1 <= page <= scans.get(scan, 0):
            message = "There is no page {page} in that scan."
            faults.append(Fault("pages", message, {"page": page}))
        elif (scan, page) in seen:
            faults.append(Fault("pages", "Page {page} would be in two places.", {"page": page}))
        seen.add((scan, page))
    if not {leaf.turn for leaf in leaves} <= set(TURNS):
        faults.append(Fault("pages", "Pages are turned by 90, 180 or 270 degrees."))
    faults += [
        Fault("pages", "State why page {page} is dropped.", {"page": one.page})
        for one in dropped
        if not one.why
    ]
    for scan, total in scans.items():
        faults += [
            Fault("pages", "Page {page} would be lost: show it, or drop it.", {"page": page})
            for page in range(1, total + 1)
            if (scan, page) not in seen
        ]
    return faults
