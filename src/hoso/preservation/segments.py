"""Cut a package that is too large for one deposit into several (pure).

Whole documents, in the order they have in the package, as many as fit: where the cuts are
follows from the frozen dossier alone, so whoever builds the package again cuts it in the same
places.  The limits are those of the E-ARK section on large packages as archives here take them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from hoso.preservation.package import Package, Part

__all__ = ["Weight", "cuts", "segments_of", "weights"]


@dataclass(frozen=True)
class Weight:
    """What one document adds to a package: its files and their bytes."""

    document: str
    files: int
    octets: int


def weights(package: Package) -> list[Weight]:
    """Return what each document with files weighs, in the order the documents have."""
    sizes: dict[str, list[int]] = {one.uid: [] for one in package.documents}
    for file in package.files:
        sizes.setdefault(file.document, []).append(file.size)
    return [Weight(uid, len(its), sum(its)) for uid, its in sizes.items() if its]


def cuts(
    documents: Iterable[Weight], *, most_files: int, most_octets: int
) -> tuple[tuple[str, ...], ...]:
    """Return the documents of each segment, greedily.

    A document that is larger than the limits by itself is a segment of its own: a document is
    never divided.
    """
    found: list[tuple[str, ...]] = []
    inside: list[str] = []
    files = octets = 0
    for one in documents:
        over = files + one.files > most_files or octets + one.octets > most_octets
        if inside and over:
            found.append(tuple(inside))
            inside, files, octets = [], 0, 0
        inside.append(one.document)
        files, octets = files + one.files, octets + one.octets
    if inside:
        found.append(tuple(inside))
    return tuple(found)


def segments_of(package: Package, *, most_files: int, most_octets: int) -> tuple[Package, ...]:
    """Return the packages a large one is sent as; only itself where it fits into one.

    Each holds the dossier's own description and the documents, files and events of its part.
    What is told of the dossier as a whole (its journal, documents whose paper alone is kept) is
    left to the master.
    """
    parts = cuts(weights(package), most_files=most_files, most_octets=most_octets)
    if len(parts) < 2:
        return (package,)
    places = {one.uid: number for number, one in enumerate(package.documents, start=1)}
    return tuple(
        _part(package, documents, part=Part(number, len(parts)), places=places)
        for number, documents in enumerate(parts, start=1)
    )


def _part(
    package: Package, documents: Sequence[str], *, part: Part, places: dict[str, int]
) -> Package:
    inside = frozenset(documents)
    kept = tuple(one for one in package.documents if one.uid in inside)
    return replace(
        package,
        documents=kept,
        files=tuple(file for file in package.files if file.document in inside),
        events=tuple(one for one in package.events if one.get("document", "") in inside),
        journal={},
        part=replace(part, ordinals=tuple(places[one.uid] for one in kept)),
    )
