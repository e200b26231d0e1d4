"""Which files of a dossier go where in a package of representations, under which plain names.

``rep1`` is what was received, ``rep2`` what was made of it.  A file is ``NNNN_vM.ext``: the number
of its document in the package and, of scans, which one of them it is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import count

from hoso.preservation.layout import Entry, file_entry
from hoso.preservation.package import Package, PackagedFile

__all__ = ["Lying", "Representation", "documents_by_uid", "numbers_of", "represented"]

_SUFFIX = re.compile(r"\.([A-Za-z0-9]{1,8})$")
_PURPOSES = {
    "rep1": "Original files as received",
    "rep2": "Preservation copies (PDF/A) and text",
}


@dataclass(frozen=True, slots=True)
class Lying:
    """A file at its place."""

    path: str
    file: PackagedFile
    entry: Entry


@dataclass(frozen=True)
class Representation:
    """Files of one purpose, in order of their paths."""

    name: str
    purpose: str
    files: Sequence[Lying]

    @property
    def base(self) -> str:
        return f"representations/{self.name}/"


def numbers_of(package: Package) -> dict[str, str]:
    """Return the id of each document inside the package, by uid: ``doc0001``, ``doc0002``.

    In a part of a large dossier a document has the number it has in the whole.
    """
    part = package.part
    numbers = part.ordinals if part is not None and part.ordinals else count(1)
    return {
        one.uid: f"doc{number:04d}" for one, number in zip(package.documents, numbers, strict=False)
    }


def represented(package: Package, numbers: Mapping[str, str]) -> list[Representation]:
    """Return the representations that have files."""
    found: dict[str, list[Lying]] = {"rep1": [], "rep2": []}
    taken: set[str] = set()
    for file in sorted(package.files, key=lambda one: (numbers[one.document], _order(one))):
        name = "rep1" if file.is_scan else "rep2"
        path = _free(f"representations/{name}/data/{_named(file, numbers)}", taken)
        found[name].append(Lying(path, file, file_entry(path, file)))
    return [
        Representation(name, _PURPOSES[name], sorted(files, key=lambda one: one.path))
        for name, files in found.items()
        if files
    ]


def documents_by_uid(representations: Sequence[Representation]) -> dict[str, list[Lying]]:
    """Return the files of each document, originals first."""
    found: dict[str, list[Lying]] = {}
    for representation in representations:
        for lying in representation.files:
            found.setdefault(lying.file.document, []).append(lying)
    return found


def _order(file: PackagedFile) -> tuple[int, str, str]:
    kind, _, number = file.kind.partition("-")
    return (int(number) if number.isdecimal() else 0), kind, file.name


def _named(file: PackagedFile, numbers: Mapping[str, str]) -> str:
    suffix = _SUFFIX.search(file.name)
    ending = f".{suffix[1].lower()}" if suffix else ".bin"
    number = numbers[file.document].removeprefix("doc")
    if not file.is_scan:
        return f"{number}{ending}"
    rescan = file.kind.removeprefix("rescan-")
    return f"{number}_v{int(rescan) + 1 if rescan.isdecimal() else 1}{ending}"


def _free(path: str, taken: set[str]) -> str:
    stem, dot, ending = path.rpartition(".")
    found, number = path, 1
    while found in taken:
        number += 1
        found = f"{stem}-{number}{dot}{ending}"
    taken.add(found)
    return found
