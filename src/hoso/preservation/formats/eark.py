"""A dossier as an E-ARK submission package (CSIP and SIP 2.2.0) inside a bag, or as several.

What is too large for one deposit leaves as a master, which has the descriptions of everything and no
files, and one package for each part (CSIP 2.2.0, handling of large packages): the master names
the parts, each part its master, in a second map of its METS and in ``bag-info.txt``.  The
master's list has the digest of each part, so its own digest covers every byte of the dossier.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from zope.interface import implementer

from hoso.kernel.clock import civil_date
from hoso.kernel.errors import Fault, Invalid
from hoso.preservation.formats.bagging import COVERING, SIGNATURE, bagged
from hoso.preservation.formats.eark_making import Making, named
from hoso.preservation.interfaces import IDividedFormat
from hoso.preservation.layout import Entry, Layout
from hoso.preservation.names import package_name
from hoso.preservation.package import Package, Part, Report, Segment
from hoso.preservation.schemas import Schemas
from hoso.preservation.segments import segments_of
from hoso.preservation.writing import scratch_in, write_layout

__all__ = ["PROFILE_IDENTIFIER", "EarkSip", "objid_of"]

#: The profile our bags of E-ARK packages keep (``docs/formats.md``).
PROFILE_IDENTIFIER = "urn:hoso:bagit-profile:eark-sip:1"


def objid_of(package: Package) -> str:
    """Return the OBJID, which is the name of the package's folder: ASCII, known to people."""
    name = f"hoso-{package_name(package.code, package.identifier)}"
    if package.part is not None and package.part.number:
        return f"{name}-{package.part.number:04d}"
    return name


@implementer(IDividedFormat)
class EarkSip:
    """Writes submission packages.

    :param schemas: the schemas every package carries (CSIPSTR15).
    """

    profile = "eark-sip-2.2.0"

    def __init__(self, schemas: Schemas) -> None:
        self._schemas = schemas

    def layout(self, package: Package, scratch: Path) -> Layout:
        _refuse(package)
        objid = objid_of(package)
        inside = Making(package, objid, self._schemas, scratch).entries()
        payload = [_moved(entry, f"data/{objid}/{entry.path}") for entry in inside]
        entries = bagged(payload, _info(package, objid), scratch=scratch)
        return Layout(self.profile, f"{objid}-bag", objid, COVERING, entries, SIGNATURE)

    def divided(
        self, package: Package, scratch: Path, *, most_files: int, most_octets: int
    ) -> Iterator[tuple[Package, Layout]]:
        segments = segments_of(package, most_files=most_files, most_octets=most_octets)
        if len(segments) == 1:
            yield package, self.layout(package, scratch)
            return
        _refuse(package)
        master, told = objid_of(package), []
        for segment in segments:
            whole = segment.part or Part(0, len(segments))
            one = replace(segment, part=replace(whole, others=(master,)))
            inside = scratch / f"{whole.number:04d}"
            inside.mkdir()
            layout = self.layout(one, inside)
            told.append(_told(one, layout))
            yield one, layout
            shutil.rmtree(inside)
        part = Part(
            0,
            len(told),
            others=tuple(one.objid for one in told),
            ordinals=tuple(range(1, len(package.documents) + 1)),
            segments=tuple(told),
        )
        one = replace(package, files=(), part=part)
        yield one, self.layout(one, scratch)

    def build(self, package: Package, folder: Path, *, zipped: bool = False) -> Report:
        with scratch_in(folder) as scratch:
            return write_layout(self.layout(package, scratch), folder, zipped=zipped)


def _refuse(package: Package) -> None:
    """Refuse what no archive could take."""
    faults = []
    if not package.files and package.part is None:
        faults.append(
            Fault(
                "documents",
                (
                    "The dossier has no paper with a file that you may read; there is nothing to hand over."
                ),
            )
        )
    known = {one.uid for one in package.documents}
    faults += [
        Fault(
            "files",
            "The file {name} belongs to no document of the package.",
            {"name": file.name},
        )
        for file in package.files
        if file.document not in known
    ]
    if faults:
        raise Invalid(faults)


def _moved(entry: Entry, path: str) -> Entry:
    return replace(entry, path=path)


def _told(segment: Package, layout: Layout) -> Segment:
    """Return what the master says of a part."""
    payload = layout.payload
    return Segment(
        layout.identifier,
        layout[layout.covering].sha512,
        octets=sum(entry.size for entry in payload),
        files=len(payload),
        documents=tuple(one.uid for one in segment.documents),
    )


def _info(package: Package, objid: str) -> dict[str, str]:
    parties = named(package)
    info = {
        "BagIt-Profile-Identifier": PROFILE_IDENTIFIER,
        "Bag-Software-Agent": package.software,
        # The day of the freeze, never today: the same dossier gives the same bytes.
        "Bagging-Date": civil_date(datetime.fromisoformat(package.frozen_at)).isoformat(),
        "External-Description": package.title,
        "External-Identifier": objid,
        "Internal-Sender-Identifier": package.code,
        "Source-Organization": parties.agency_name,
    }
    part = package.part
    if part is not None:
        # Of a master the group is its own; only the parts are counted.
        info["Bag-Group-Identifier"] = part.others[0] if part.number and part.others else objid
        if part.number:
            info["Bag-Count"] = f"{part.number} of {part.count}"
    return info
