"""The packages of one dossier in parts, read as the one package they would be.

The master describes everything and has no files; each part says where its own lie.  What is made
of them is one description whose files lie in several packages.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hoso.kernel.errors import Fault
from hoso.preservation.check import check_together
from hoso.preservation.taking.contents import Contents, contents_of
from hoso.preservation.taking.unpacking import Unpacked
from hoso.storage.blobs import Spooled

__all__ = ["Whole", "faults_between", "is_of_several", "whole_of"]


@dataclass(frozen=True)
class Whole:
    """Packages that go together, the master first, and the one description of them.

    :ivar contents: what each holds by itself.
    :ivar said: the whole description; its files have the keys of ``files`` as their paths.
    """

    packages: tuple[Unpacked, ...]
    contents: tuple[Contents, ...]
    said: Mapping[str, Any]
    files: Mapping[str, Spooled]


def is_of_several(packages: Sequence[Unpacked]) -> bool:
    """Say whether any of these is the master or a part of a dossier in several packages."""
    return len(packages) > 1 or any(one.verdict.member is not None for one in packages)


def faults_between(packages: Sequence[Unpacked]) -> Iterator[Fault]:
    """Yield everything in which packages, each sound by itself, are not one whole dossier."""
    for one in check_together([package.verdict for package in packages]):
        yield Fault(
            one.path or packages[0].name, "{rule}: {what}", {"rule": one.rule, "what": one.what}
        )


def whole_of(packages: Sequence[Unpacked]) -> Whole:
    """Put packages together between which there is no fault."""
    ordered = tuple(sorted(packages, key=_place))
    contents = tuple(contents_of(one) for one in ordered)
    master = contents[0].own or {}
    files = {
        f"{number}/{path}": file
        for number, one in enumerate(ordered)
        for path, file in one.files.items()
    }
    placed = [
        {**file, "path": f"{number}/{one.base}{file['path']}"}
        for number, one in enumerate(contents)
        for file in (one.own or {}).get("files", ())
    ]
    return Whole(ordered, contents, {**master, "files": placed}, files)


def _place(package: Unpacked) -> int:
    member = package.verdict.member
    return member.number if member is not None else 0
