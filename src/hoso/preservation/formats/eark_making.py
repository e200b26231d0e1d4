"""What stands in an E-ARK submission package: descriptions made, files at their places.

``rep1`` holds every file as it was received, ``rep2`` what was made of it to be kept (PDF/A) and
its text.  Descriptions stand in METS, PREMIS 3, EAD3, Dublin Core, the fields of TT 05/2025/TT-BNV
and hoso's own JSON; beside them the dossier's extract of the journal with the program that
proves it.  Paths are ASCII; names people gave are in PREMIS ``originalName``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import IO

from hoso.preservation.formats.representations import (
    Lying,
    Representation,
    documents_by_uid,
    numbers_of,
    represented,
)
from hoso.preservation.layout import Entry, made, made_on_disk
from hoso.preservation.metadata.documentation import kept_text, representation_text
from hoso.preservation.metadata.dossier_json import write_dossier_json
from hoso.preservation.metadata.dublin_core import write_simple_dc
from hoso.preservation.metadata.ead3 import Ead3, write_ead3
from hoso.preservation.metadata.formats import format_name, puid_of
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
    Premised,
    write_dossier_premis,
    write_representation_premis,
)
from hoso.preservation.metadata.segments_json import segments_json
from hoso.preservation.metadata.vn_hoso import write_vn_hoso
from hoso.preservation.package import Package, Parties
from hoso.preservation.schemas import Schemas

__all__ = ["Making", "named"]

Writer = Callable[[IO[bytes]], None]

_XML, _TEXT, _JSON = "application/xml", "text/plain", "application/json"
_SCHEMAS = (
    "mets.xsd",
    "xlink.xsd",
    "DILCISExtensionMETS.xsd",
    "DILCISExtensionSIPMETS.xsd",
    "premis-v3-0.xsd",
    "ead3.xsd",
    "dc.xsd",
    "dc-elements.xsd",
    "vn-hoso.xsd",
)
_STYLE = Style(
    profile="https://earksip.dilcis.eu/profile/E-ARK-SIP-v2-2-0.xml",
    # Both vocabularies spell it with an en dash.
    type="Textual works \N{EN DASH} Digital",
    content={
        "CONTENTINFORMATIONTYPE": "OTHER",
        "OTHERCONTENTINFORMATIONTYPE": "hoso-personnel-dossier-1.0",
    },
    kind="SIP",
    schemas={
        "http://www.loc.gov/METS/": "mets.xsd",
        "http://www.w3.org/1999/xlink": "xlink.xsd",
        "https://DILCIS.eu/XML/METS/CSIPExtensionMETS": "DILCISExtensionMETS.xsd",
        "https://DILCIS.eu/XML/METS/SIPExtensionMETS": "DILCISExtensionSIPMETS.xsd",
    },
)


class Making:
    """Makes the descriptions of one package, one after the other."""

    def __init__(self, package: Package, objid: str, schemas: Schemas, scratch: Path) -> None:
        self.package = package
        self.objid = objid
        self.schemas = schemas
        self.scratch = scratch
        self.namespace = namespace_of(objid)
        self.numbers = numbers_of(package)
        self.representations = represented(package, self.numbers)
        #: The newest scan of each document, as PREMIS calls it.
        self.scans = {
            one.file.document: one.path.replace(each.base, f"{each.name}/")
            for each in self.representations
            for one in each.files
            if one.file.is_scan
        }

    def entries(self) -> list[Entry]:
        carried = [made(f"schemas/{one}", self.schemas[one], mime=_XML) for one in _SCHEMAS]
        found = [*carried]
        pointed = []
        for one in self.representations:
            inside, mets = self._representation(one)
            found += [*(lying.entry for lying in one.files), *inside, mets]
            pointed.append((one, mets))
        descriptive = self._descriptive()
        preservation = self._preservation()
        documentation = self._documentation()
        found += [*(one.entry for one in [*descriptive, *preservation]), *documentation]
        root = self._root(descriptive, preservation, documentation, carried, pointed)
        return [*found, self._written("METS.xml", lambda out: write_mets(out, root))]

    # One representation ---------------------------------------------------------------

    def _representation(self, one: Representation) -> tuple[list[Entry], Entry]:
        base = one.base
        premised = [
            Premised(lying.path.removeprefix(base), lying.entry, lying.file, self._source(lying))
            for lying in one.files
        ]
        premis = self._written(
            f"{base}metadata/preservation/premis.xml",
            lambda out: write_representation_premis(
                out, self.package, objid=self.objid, name=one.name, files=premised
            ),
        )
        about = made(
            f"{base}documentation/README.txt",
            representation_text(self.objid, one.name, one.purpose),
            mime=_TEXT,
        )
        described = [Described("metadata/preservation/premis.xml", premis, "PREMIS", version="3.0")]
        held = [Held("documentation/README.txt", about)]
        mets = Mets(
            objid=one.name,
            label=one.purpose,
            namespace=namespace_of(f"{self.objid}/{one.name}"),
            at=self.package.frozen_at,
            style=_STYLE,
            to_schemas="../../schemas/",
            agents=[_software(self.package)],
            preservation=described,
            groups=[
                Grouped("Documentation", held),
                Grouped("Data", [self._held(lying, base) for lying in one.files]),
            ],
        )
        entry = self._written(f"{base}METS.xml", lambda out: write_mets(out, mets))
        return [premis, about], entry

    def _held(self, lying: Lying, base: str) -> Held:
        file = lying.file
        return Held(
            lying.path.removeprefix(base),
            lying.entry,
            created=file.made_at,
            owner_id=file.given_name,
            puid=puid_of(file),
            format=format_name(file),
        )

    def _source(self, lying: Lying) -> str:
        """Return the object a file was made from: the newest scan of its document."""
        if lying.file.is_scan:
            return ""
        scan = self.scans.get(lying.file.document)
        return f"{self.objid}#{scan}" if scan else ""

    # The package ----------------------------------------------------------------------

    def _descriptive(self) -> list[Described]:
        package, files = self.package, documents_by_uid(self.representations)
        finding = Ead3(
            package,
            self.objid,
            {uid: [one.path for one in lying] for uid, lying in files.items()},
            self.numbers,
        )
        triples = {
            uid: [(one.path, one.file.kind, one.entry) for one in lying]
            for uid, lying in files.items()
        }
        placed = [(one.path, one.file) for each in self.representations for one in each.files]
        return [
            self._described(
                "metadata/descriptive/ead3.xml",
                lambda out: write_ead3(out, finding),
                "EAD",
                "",
                "3",
            ),
            self._described(
                "metadata/descriptive/dc.xml", lambda out: write_simple_dc(out, package), "DC"
            ),
            self._described(
                "metadata/descriptive/vn-hoso.xml",
                lambda out: write_vn_hoso(out, package, files=triples, numbers=self.numbers),
                "OTHER",
                "VN-TT05-2025-BNV",
                "1",
            ),
            Described(
                "metadata/other/hoso-dossier.json",
                made_on_disk(
                    "metadata/other/hoso-dossier.json",
                    self.scratch,
                    lambda out: write_dossier_json(out, package, placed),
                    mime=_JSON,
                ),
                "OTHER",
                "HOSO-DOSSIER",
                "1",
            ),
            *self._segments(),
        ]

    def _preservation(self) -> list[Described]:
        names = [one.name for one in self.representations]
        path = "metadata/preservation/premis.xml"
        premis = self._written(
            path,
            lambda out: write_dossier_premis(
                out, self.package, objid=self.objid, representations=names
            ),
        )
        journal = [
            Described(path, made(path, content, mime=_mime(path)), "OTHER", "HOSO-JOURNAL", "1")
            for path, content in sorted(
                (f"metadata/other/journal/{name}", content)
                for name, content in self.package.journal.items()
            )
        ]
        return [Described(path, premis, "PREMIS", version="3.0"), *journal]

    def _documentation(self) -> list[Entry]:
        return [
            made("documentation/retention.txt", kept_text(self.package), mime=_TEXT),
        ]

    def _root(
        self,
        descriptive: Sequence[Described],
        preservation: Sequence[Described],
        documentation: Sequence[Entry],
        carried: Sequence[Entry],
        pointed: Sequence[tuple[Representation, Entry]],
    ) -> Mets:
        package = self.package
        groups = [
            Grouped("Documentation", [Held(one.path, one) for one in documentation]),
            Grouped("Schemas", [Held(one.path, one) for one in carried]),
        ]
        if pointed:
            # CSIP101: one group for all of them; its division stands beside theirs.
            groups.append(Grouped("Representations", [Held(one.path, one) for _, one in pointed]))
        return Mets(
            objid=self.objid,
            label=package.title,
            namespace=self.namespace,
            at=package.frozen_at,
            style=_STYLE,
            status=package.status,
            agents=_agents(package),
            records=[
                ("SUBMISSIONAGREEMENT", package.parties.agreement),
                ("REFERENCECODE", package.dossier.archival.get("fileCode") or package.code),
            ],
            descriptive=descriptive,
            preservation=preservation,
            groups=groups,
            pointers=[
                Pointer(f"Representations/{one.name}", entry.path, "Representations")
                for one, entry in pointed
            ],
            others=package.part.others if package.part is not None else (),
        )

    def _segments(self) -> list[Described]:
        """Return the master's list of the parts; other packages have none."""
        part = self.package.part
        if part is None or not part.segments:
            return []
        path = "metadata/other/hoso-segments.json"
        content = segments_json(self.objid, part.segments)
        return [
            Described(path, made(path, content, mime=_JSON), "OTHER", "HOSO-SEGMENTS", "1"),
        ]

    def _described(
        self, path: str, write: Writer, kind: str, other: str = "", version: str = ""
    ) -> Described:
        return Described(path, self._written(path, write), kind, other, version)

    def _written(self, path: str, write: Writer) -> Entry:
        return made_on_disk(path, self.scratch, write, mime=_XML)


def _mime(path: str) -> str:
    ending = path.rpartition(".")[2]
    # A program is a text here: commons-ip takes registered media types only (CSIP40).
    return {"jsonl": _JSON, "json": _JSON}.get(ending, _TEXT)


def _software(package: Package) -> Agent:
    name, _, version = package.software.rpartition(" ")
    return Agent("CREATOR", "OTHER", name, version, "SOFTWARE VERSION", "SOFTWARE")


def _agents(package: Package) -> list[Agent]:
    """Return who is named: software, archivist, submitter (one only: SIP15), archive."""
    parties = named(package)
    agents = [
        _software(package),
        Agent("ARCHIVIST", "ORGANIZATION", parties.agency_name, parties.agency_code),
        Agent("CREATOR", "ORGANIZATION", parties.agency_name, parties.agency_code),
    ]
    if parties.archive_name:
        agents.append(
            Agent("PRESERVATION", "ORGANIZATION", parties.archive_name, parties.archive_code)
        )
    return agents


def named(package: Package) -> Parties:
    """Return the parties; where an installation names no agency, who keeps the dossier is it."""
    said = package.parties
    name = said.agency_name or package.agency.partition(" / ")[0] or package.code
    return replace(said, agency_name=name, agency_code=said.agency_code or "UNKNOWN")
