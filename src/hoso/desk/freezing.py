"""Make the packages of a dossier as it is now, each pinned to what stands in it.

One, or, where the dossier is too large and the profile's standard says how, several: the parts
and their master.  What a profile cannot take in one deposit is refused with what to do instead.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

from hoso.desk.desk import Desk
from hoso.desk.packaging import package_of, papers_of
from hoso.kernel.errors import Fault, Invalid
from hoso.preservation.check import expected_of
from hoso.preservation.delivery.covering import note_papers
from hoso.preservation.delivery.model import Export
from hoso.preservation.freeze import fill, spool_made
from hoso.preservation.interfaces import IDividedFormat, IPackageFormat
from hoso.preservation.layout import Layout
from hoso.preservation.package import Package
from hoso.preservation.writing import scratch_in
from hoso.records.model import Document, Dossier

__all__ = ["fits_into_one", "frozen"]

#: Profiles that go to no archive's deposit, and so have no limit.
_WITHOUT_LIMIT = frozenset({"bagit"})


def frozen(desk: Desk, dossier: Dossier, *, profile: str, why: str) -> list[Export]:
    """Return the packages of a dossier with the papers one may read, the master last.

    :raises Invalid: where the profile cannot take the dossier, with every fault.
    """
    papers, stubs = papers_of(desk, dossier)
    package = package_of(desk, dossier, papers, profile=profile)
    with scratch_in(desk.house.spool) as scratch:
        return [
            _pinned(desk, dossier, one, layout, papers=papers, stubs=stubs, why=why)
            for one, layout in _layouts(desk, package, profile, scratch)
        ]


def _layouts(
    desk: Desk, package: Package, profile: str, scratch: Path
) -> Iterator[tuple[Package, Layout]]:
    files, octets = _limits(desk)
    format_ = desk.house.plugins.get(IPackageFormat, profile)
    if IDividedFormat.providedBy(format_):
        yield from format_.divided(package, scratch, most_files=files, most_octets=octets)
        return
    layout = format_.layout(package, scratch)
    fits_into_one(desk, layout)
    yield package, layout


def _limits(desk: Desk) -> tuple[int, int]:
    settings = desk.rulebook.profile.settings["packages"]
    return int(settings["segment_files"]), int(settings["segment_bytes"])


def fits_into_one(desk: Desk, layout: Layout) -> None:
    """Refuse a package that is more than an archive takes in one deposit, and say what to do.

    A plain bag goes to no archive's deposit; a single paper cannot be divided.
    """
    most_files, most_octets = _limits(desk)
    inside = [entry for entry in layout.entries if not entry.made]
    octets = sum(entry.size for entry in inside)
    fits = len(inside) <= most_files and octets <= most_octets
    if fits or layout.profile in _WITHOUT_LIMIT or len({one.document for one in inside}) < 2:
        return
    facts = {
        "files": len(inside),
        "size": _megabytes(octets),
        "most_files": most_files,
        "most_size": _megabytes(most_octets),
    }
    of_the_circular = layout.profile.startswith("tt05-")
    raise Invalid([Fault("profile", _NO_PARTS if of_the_circular else _IN_PARTS, facts)])


_NO_PARTS = (
    "The dossier has {files} files with {size} MB; one deposit takes {most_files} files and "
    "{most_size} MB at most, and Circular 05/2025/TT-BNV knows no package in parts. Agree with the "
    "archive on eark-sip-2.2.0, which is cut into parts by itself, or on a plain bag (bagit)."
)
_IN_PARTS = (
    "The dossier has {files} files with {size} MB; one deposit takes {most_files} files and "
    "{most_size} MB at most. Freeze a package of it on its page: that is cut into parts by itself."
)


def _megabytes(octets: int) -> int:
    return -(-octets >> 20)


def _pinned(
    desk: Desk,
    dossier: Dossier,
    package: Package,
    layout: Layout,
    *,
    papers: Sequence[Document],
    stubs: int,
    why: str,
) -> Export:
    """Return one package that keeps hold of everything in it."""
    is_part = package.part is not None and package.part.number > 0
    described = {one.uid for one in package.documents}
    inside = [paper for paper in papers if paper.uid in described]
    payload = layout.payload
    export = Export(
        dossier=dossier.uid,
        code=dossier.code,
        title=package.title,
        profile=layout.profile,
        top=layout.top,
        identifier=layout.identifier,
        frozen_at=package.frozen_at,
        software=package.software,
        papers=tuple(paper.uid for paper in inside),
        left_out=0 if is_part else stubs,
        files=len(payload),
        octets=sum(entry.size for entry in payload),
        why=why,
        by=desk.identity.login,
        at=desk.now,
    )
    export.expected = json.dumps(expected_of(dossier, inside).as_data()).encode()
    made = spool_made(layout, desk.house.spool)
    fill(export, layout, made, papers=inside, connection=desk.connection)
    note_papers(export, inside)
    return export
