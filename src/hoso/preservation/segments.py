"""Cut a package that is too large for one deposit into several (pure).

Whole documents, in the order they have in the package, as many as fit: where the cuts are
follows from the frozen dossier alone, so whoever builds the package again cuts it in the same
places.  The limits are those of the E-ARK section on large packages as archives here take them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

from hoso.preservation.package import Package, Part

__all__ = ["Weight", "cuts", "segments_of", "weights"]

T = TypeVar("T")


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
    home = {uid: number for number, uids in enumerate(parts) for uid in uids}
    documents = _sorted(enumerate(package.documents, start=1), home, lambda one: one[1].uid)
    files = _sorted(package.files, home, lambda one: one.document)
    events = _sorted(package.events, home, lambda one: one.get("document", ""))
    return tuple(
        replace(
            package,
            documents=tuple(one for _ordinal, one in documents[number]),
            files=tuple(files[number]),
            events=tuple(events[number]),
            journal={},
            part=Part(
                number + 1, len(parts), ordinals=tuple(ordinal for ordinal, _ in documents[number])
            ),
        )
        for number in range(len(parts))
    )


def _sorted(
    ones: Iterable[T], home: Mapping[str, int], of: Callable[[T], str]
) -> dict[int, list[T]]:
    """Return what belongs to each part, in its order; what belongs to none is left out."""
    found: dict[int, list[T]] = defaultdict(list)
    for one in ones:
        number = home.get(of(one))
        if number is not None:
            found[number].append(one)
    return found
