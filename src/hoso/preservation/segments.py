"""Cut a package that is too large for one deposit into several (pure).

Whole documents, in the order they have in the package, as many as fit: where the cuts are
follows from the frozen dossier alone, so whoever builds the package again cuts it in the same
places.  The limits are those of the E-ARK section on large packages as archives here take them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import groupby

from hoso.preservation.package import Package, PackagedFile

__all__ = ["Weight", "cuts", "segments_of", "weights"]


@dataclass(frozen=True)
class Weight:
    """What one document adds to a package: its files and their bytes."""

    document: str
    files: int
    octets: int


def weights(files: Iterable[PackagedFile]) -> Iterator[Weight]:
    """Yield what each document weighs, in the order in which they come."""
    for document, its in groupby(files, key=lambda file: file.document):
        sizes = [file.size for file in its]
        yield Weight(document, len(sizes), sum(sizes))


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
    """
    parts = cuts(weights(package.files), most_files=most_files, most_octets=most_octets)
    if len(parts) < 2:
        return (package,)
    return tuple(_part(package, set(documents), last=documents == parts[-1]) for documents in parts)


def _part(package: Package, documents: set[str], *, last: bool) -> Package:
    # A document without files, whose paper alone is kept, is told of in the last part.
    with_files = {file.document for file in package.files}
    inside = documents | (
        {one.uid for one in package.documents if one.uid not in with_files} if last else set()
    )
    return replace(
        package,
        documents=tuple(one for one in package.documents if one.uid in inside),
        files=tuple(file for file in package.files if file.document in inside),
        events=tuple(one for one in package.events if one.get("document", "") in {"", *inside}),
    )
