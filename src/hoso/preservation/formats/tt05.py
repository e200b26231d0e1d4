"""A dossier as the archives of Vietnam take it: SIP_hoso and AIP_hoso of TT 05/2025/TT-BNV.

They are E-ARK packages (CSIP 2.0.4) with departures of the law's own: no submitting agent (SIP15),
the profile of CSIP (SIP2), a division ``MetadataLink`` that names no folder (CSIP107).  Nothing else
departs.  A SIP has no PREMIS; an AIP has, and the archive's own code.

One file a document: a digitised paper leaves as its two-layer PDF/A copy (TT 05/2025/TT-BNV art. 8),
a born-digital one as it was received.  Only what is kept permanently is deposited.

Read at second hand, not in the Official Gazette: see ``docs/formats.md`` before a first deposit.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from zope.interface import implementer

from hoso.kernel.errors import Fault, Invalid
from hoso.preservation.interfaces import IPackageFormat
from hoso.preservation.layout import Entry, Layout, file_entry, made, made_on_disk, ordered
from hoso.preservation.metadata.mets import (
    Agent,
    Described,
    Grouped,
    Held,
    Mets,
    Pointer,
    Style,
    namespace_of,
    write_mets,
)
from hoso.preservation.metadata.premis import (
    Happened,
    Premised,
    software_of,
    write_dossier_premis,
    write_representation_premis,
)
from hoso.preservation.metadata.vn_hoso import write_simple
from hoso.preservation.metadata.xml import vietnam
from hoso.preservation.package import Description, Package, PackagedFile, Report
from hoso.preservation.schemas import Schemas
from hoso.preservation.writing import scratch_in, write_layout

__all__ = ["TT05"]

_XML = "application/xml"
_PERMANENT = "01"
_DIGITISED = "02"
_CODE = re.compile(r"[A-Za-z0-9.-]+")
_SUFFIX = re.compile(r"\.([A-Za-z0-9]{1,8})$")
#: An AIP lists 19 fields of a document: an ordinal, and these are not among them.
_NOT_IN_AIP = frozenset({"riskRecovery", "riskRecoveryStatus", "process"})
#: Name in the package, and name of the schema with us.
_SCHEMAS = {
    "mets1_12.xsd": "mets.xsd",
    "xlink.xsd": "xlink.xsd",
    "DILCISExtensionMETS.xsd": "DILCISExtensionMETS.xsd",
    "DILCISExtensionSIPMETS.xsd": "DILCISExtensionSIPMETS.xsd",
}
_NAMED = {
    "http://www.loc.gov/METS/": "mets1_12.xsd",
    "http://www.w3.org/1999/xlink": "xlink.xsd",
    "https://DILCIS.eu/XML/METS/CSIPExtensionMETS": "DILCISExtensionMETS.xsd",
    "https://DILCIS.eu/XML/METS/SIPExtensionMETS": "DILCISExtensionSIPMETS.xsd",
}


@dataclass(frozen=True)
class _Paper:
    """A document, the file it leaves as, and where both lie."""

    number: int
    one: Description
    file: PackagedFile
    entry: Entry
    fields: Mapping[str, str]


@implementer(IPackageFormat)
class TT05:
    """Writes packages of one kind, ``SIP`` or ``AIP``.

    :param schemas: the schemas every package carries.
    """

    def __init__(self, schemas: Schemas, *, kind: str = "SIP") -> None:
        self._schemas = schemas
        self._kind = kind
        self.profile = f"tt05-{kind.lower()}-hoso"

    def layout(self, package: Package, scratch: Path) -> Layout:
        faults = list(_faults(package, kind=self._kind))
        if faults:
            raise Invalid(faults)
        making = _Making(package, self._kind, self._schemas, scratch)
        entries = ordered(making.entries())
        # No bag around it and no signature in it: the archive expects this folder and no other.
        return Layout(self.profile, making.top, making.objid, "METS.xml", entries)

    def build(self, package: Package, folder: Path, *, zipped: bool = False) -> Report:
        with scratch_in(folder) as scratch:
            return write_layout(self.layout(package, scratch), folder, zipped=zipped)


def _faults(package: Package, *, kind: str) -> Iterator[Fault]:
    """Yield everything that keeps the archive from taking the dossier."""
    yield from package.lacking
    parties = package.parties
    if not parties.agency_code:
        yield Fault(
            "archive.agency_code",
            "The agency has no identifier, with which file codes begin. Set agency_code in [archive] "
            "of the profile's settings.toml.",
        )
    if kind == "AIP" and not parties.fonds:
        yield Fault(
            "archive.fonds",
            "The fonds has no code. Set fonds in [archive] of the profile's settings.toml.",
        )
    held = package.dossier.archival
    if held.get("maintenance") and held["maintenance"] != _PERMANENT:
        yield Fault(
            "maintenance",
            "Only files that are kept permanently (code 01) are deposited; this one has the code "
            "{code}.",
            {"code": held["maintenance"]},
        )
    code = held.get("fileCode", "")
    if code and not _CODE.fullmatch(code):
        yield Fault(
            "fileCode",
            "The file code {code} may have letters, digits, dots and hyphens only.",
            {"code": code},
        )
    if package.part is not None:
        yield Fault(
            "part",
            "The circular knows no package in parts. Deposit the first papers, and the others later "
            "as a supplement.",
        )
    if not package.documents:
        yield Fault("documents", "The dossier has no paper; there is nothing to deposit.")
    yield from _document_faults(package, code)


def _document_faults(package: Package, code: str) -> Iterator[Fault]:
    files = _by_document(package)
    seen: set[str] = set()
    for number, one in enumerate(package.documents, start=1):
        given = one.archival.get("docCode", "")
        facts = {"number": number, "code": given}
        if code and given and not re.fullmatch(rf"{re.escape(code)}\.\d{{7}}", given):
            yield Fault(
                f"{number}.docCode",
                "Paper {number}: the code {code} is not that of the file and seven digits.",
                facts,
            )
        if given and given in seen:
            yield Fault(
                f"{number}.docCode", "Paper {number}: the code {code} is there twice.", facts
            )
        seen.add(given)
        if _leaving(one, files.get(one.uid, ())) is None:
            yield Fault(
                f"{number}.file",
                "Paper {number} has no file that could be deposited. Wait until it was read.",
                facts,
            )


def _by_document(package: Package) -> dict[str, list[PackagedFile]]:
    found: dict[str, list[PackagedFile]] = {}
    for file in package.files:
        found.setdefault(file.document, []).append(file)
    return found


def _leaving(one: Description, files: Sequence[PackagedFile]) -> PackagedFile | None:
    """Return the file a document is deposited as: of digitised paper the copy, else as it came."""
    copy = next((file for file in files if file.kind == "copy"), None)
    if copy is not None and one.archival.get("confidenceLevel") == _DIGITISED:
        return copy
    scans = sorted((file for file in files if file.is_scan), key=lambda file: file.kind)
    # The last rescan stands for the paper; ``original`` sorts before all of them.
    return scans[-1] if scans else copy


class _Making:
    """Makes the descriptions of one package."""

    def __init__(self, package: Package, kind: str, schemas: Schemas, scratch: Path) -> None:
        self.package = package
        self.kind = kind
        self.schemas = schemas
        self.scratch = scratch
        code = package.dossier.archival["fileCode"]
        number = str(
            uuid.uuid5(uuid.NAMESPACE_URL, f"urn:hoso:{code}:{package.identifier}")
        ).upper()
        bare = f"uuid-{number}"
        self.objid = bare if kind == "SIP" else f"urn:{package.parties.fonds}:{bare}"
        self.top = self.objid.replace(":", "_")
        self.style = Style(
            profile="https://earkcsip.dilcis.eu/profile/E-ARK-CSIP.xml",
            type="Mixed",
            content={"CONTENTINFORMATIONTYPE": "MIXED"},
            kind=kind,
            schemas=_NAMED,
            file_prefix="ID-",
            digest=str.upper,
            time=vietnam,
        )
        self.papers = list(self._papers())

    def _papers(self) -> Iterator[_Paper]:
        files = _by_document(self.package)
        for number, one in enumerate(self.package.documents, start=1):
            file = _leaving(one, files.get(one.uid, ()))
            if file is None:
                raise ValueError(one.uid)  # refused before
            name = one.archival["docId"]
            suffix = _SUFFIX.search(file.name)
            ending = f".{suffix[1].lower()}" if suffix else ".bin"
            entry = file_entry(f"representations/rep1/data/{name}{ending}", file)
            yield _Paper(number, one, file, entry, self._fields_of(number, one))

    def _fields_of(self, number: int, one: Description) -> dict[str, str]:
        if self.kind == "SIP":
            return dict(one.archival)
        kept = {name: value for name, value in one.archival.items() if name not in _NOT_IN_AIP}
        return {"docOrdinal": str(number), **kept}

    def entries(self) -> list[Entry]:
        schemas = self._carried()
        inside, mets = self._representation()
        fields = dict(self.package.dossier.archival)
        if self.kind == "AIP":
            fields = {"arcFileCode": f"{self.package.parties.fonds}.{fields['fileCode']}", **fields}
        ead = self._written("metadata/descriptive/EAD.xml", lambda out: write_simple(out, fields))
        premis = self._dossier_premis()
        root = Mets(
            objid=self.objid,
            label=fields["title"],
            namespace=namespace_of(self.objid),
            at=self.package.frozen_at,
            style=self.style,
            status=self.package.status,
            agents=[_software(self.package)],
            records=[("SUBMISSIONAGREEMENT", self.package.parties.agreement)],
            descriptive=[Described(ead.path, ead, "DC", version="1.0.0")],
            preservation=[Described(one.path, one, "PREMIS", version="3.0") for one in premis],
            empty_administration=True,
            groups=[
                Grouped("Schemas", [Held(one.path, one) for one in schemas], typed=False),
                Grouped("Representations/rep1", [Held(mets.path, mets)], divided=False),
            ],
            pointers=[Pointer("Representations/rep1", mets.path, "Representations/rep1")],
        )
        whole = self._written("METS.xml", lambda out: write_mets(out, root))
        return [*schemas, *inside, mets, ead, *premis, whole]

    def _carried(self) -> list[Entry]:
        named = dict(_SCHEMAS)
        own = {"ead.xsd": "ead.xsd", "ead_doc.xsd": "ead_doc.xsd"}
        if self.kind == "AIP":
            own = {name: f"aip_{name}" for name in own}
            named["premis-v3-0.xsd"] = "premis-v3-0.xsd"
        return [
            made(f"schemas/{name}", self.schemas[ours], mime=_XML)
            for name, ours in sorted({**named, **own}.items())
        ]

    def _representation(self) -> tuple[list[Entry], Entry]:
        base = "representations/rep1/"
        described = []
        found = []
        for paper in self.papers:
            name = f"metadata/descriptive/EAD_DOC_{paper.fields['docId']}.xml"
            entry = self._simple(f"{base}{name}", paper.fields)
            described.append(Described(name, entry, "DC", version="1.0.0"))
            found += [entry, paper.entry]
        held = [
            Held(paper.entry.path.removeprefix(base), paper.entry, created=paper.file.made_at)
            for paper in self.papers
        ]
        premis = self._representation_premis(base)
        parties = self.package.parties
        creator = Agent(
            "CREATOR",
            "ORGANIZATION",
            parties.agency_name or self.package.agency,
            parties.agency_code,
        )
        mets = Mets(
            objid="rep1",
            label="rep1",
            namespace=namespace_of(f"{self.objid}/rep1"),
            at=self.package.frozen_at,
            style=self.style,
            to_schemas="../../schemas/",
            status=self.package.status,
            agents=[creator],
            descriptive=described,
            preservation=[
                Described(one.path.removeprefix(base), one, "PREMIS", version="3.0")
                for one in premis
            ],
            empty_administration=True,
            groups=[Grouped("Data", held, typed=False)],
            links=list(zip(described, held, strict=True)),
            division_type="ORIGINAL",
        )
        entry = self._written(f"{base}METS.xml", lambda out: write_mets(out, mets))
        return [*found, *premis], entry

    def _dossier_premis(self) -> list[Entry]:
        if self.kind == "SIP":
            return []
        return [
            self._written(
                "metadata/preservation/PREMIS.xml",
                lambda out: write_dossier_premis(
                    out, self.package, objid=self.objid, representations=["rep1"]
                ),
            )
        ]

    def _representation_premis(self, base: str) -> list[Entry]:
        if self.kind == "SIP":
            return []
        premised = [
            Premised(paper.entry.path.removeprefix(base), paper.entry, paper.file)
            for paper in self.papers
        ]
        digitised = tuple(
            f"{self.objid}#rep1/{one.path}"
            for one, paper in zip(premised, self.papers, strict=True)
            if paper.one.archival.get("confidenceLevel") == _DIGITISED
        )
        software = (software_of(self.package),)
        moved = [Happened("transfer", self.package.frozen_at, software, digitised)]
        return [
            self._written(
                f"{base}metadata/preservation/PREMIS_rep1.xml",
                lambda out: write_representation_premis(
                    out,
                    self.package,
                    objid=self.objid,
                    name="rep1",
                    files=premised,
                    happened=moved if digitised else (),
                ),
            )
        ]

    def _simple(self, path: str, fields: Mapping[str, str]) -> Entry:
        return self._written(path, lambda out: write_simple(out, fields))

    def _written(self, path: str, write: Callable[[IO[bytes]], None]) -> Entry:
        return made_on_disk(path, self.scratch, write, mime=_XML)


def _software(package: Package) -> Agent:
    name, _, version = package.software.rpartition(" ")
    return Agent("CREATOR", "OTHER", name, version, "SOFTWARE VERSION", "SOFTWARE")
