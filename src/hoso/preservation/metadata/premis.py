"""PREMIS 3.0 by the E-ARK specification for preservation metadata: what happened to what, by whom.

One document for the package (dossier, its documents, their events, rights) and one for each
representation (its files, where they come from, what was done to them).  What was done to many
files at once is one event with many links.  Ids are local and the same each time; comments name
the requirement (PM) they meet.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import IO

from hoso.preservation.layout import Entry
from hoso.preservation.metadata.formats import format_name, puid_of
from hoso.preservation.metadata.xml import El, Space, utc, xml_of
from hoso.preservation.package import Package, PackagedFile

__all__ = [
    "Happened",
    "Premised",
    "software_of",
    "write_dossier_premis",
    "write_representation_premis",
]

PREMIS = Space("http://www.loc.gov/premis/v3")
XSI = Space("http://www.w3.org/2001/XMLSchema-instance")
_SPACES: dict[str | None, str] = {
    "premis": PREMIS.address,
    "xlink": "http://www.w3.org/1999/xlink",
    "xsi": XSI.address,
}
_UNKNOWN = "UNKNOWN"
#: Event types of the Library of Congress in Vietnamese, for who reads the file itself.
_SAID = {
    "ingestion": "Tiếp nhận vào hệ thống",
    "accession": "Đưa vào hồ sơ",
    "validation": "Kiểm tra, đối chiếu",
    "migration": "Tạo bản sao bảo quản",
    "fixity check": "Kiểm tra toàn vẹn SHA-256, SHA-512",
    "transfer": "Số hóa, chuyển giao",
    "information package creation": "Tạo gói thông tin",
    "closing": "Kết thúc hồ sơ",
}


@dataclass(frozen=True)
class Premised:
    """A file of a representation: where it lies in it, and the object it was derived from."""

    path: str
    entry: Entry
    file: PackagedFile
    source: str = ""


@dataclass(frozen=True)
class Happened:
    """An event; ``of`` are the ids of the objects it happened to, ``by`` of agents."""

    type: str
    at: str
    by: tuple[str, ...]
    of: tuple[str, ...]
    outcome: str = "success"


@dataclass(frozen=True)
class _Agent:
    id: str
    name: str
    kind: str
    version: str = ""


def write_dossier_premis(
    out: IO[bytes],
    package: Package,
    *,
    objid: str,
    representations: Sequence[str],
    happened: Iterable[Happened] = (),
) -> None:
    """Write the document of the package; *happened* are events beside those of the documents."""
    agents = _Agents(package)
    events = [*_of_documents(package, objid, agents), *happened]
    with xml_of(out, PREMIS("premis"), spaces=_SPACES, attributes={"version": "3.0"}) as xml:
        xml.put(
            _entity(
                objid,
                package.title,
                [_related("structural", "is represented by", f"{objid}#{name}")
                 for name in representations]
                + [_related("structural", "has part", f"{objid}#{one.uid}")
                   for one in package.documents],
            )
        )  # fmt: skip
        for one in package.documents:
            pages = one.facts.get("pages")
            xml.put(
                _entity(
                    f"{objid}#{one.uid}",
                    next(iter(one.elements.get("title", ())), ""),
                    [_related("structural", "is part of", objid)],
                    pages=str(pages) if pages else "",
                )
            )
        for number, event in enumerate(events):
            xml.put(_event(objid, f"dossier:{number}", event))
        for agent in agents.of(events):
            xml.put(_agent(agent))
        xml.put(_rights(package, objid))


def write_representation_premis(
    out: IO[bytes],
    package: Package,
    *,
    objid: str,
    name: str,
    files: Sequence[Premised],
    happened: Iterable[Happened] = (),
) -> None:
    """Write the document of one representation."""
    agents = _Agents(package)
    whole = f"{objid}#{name}"
    checked = Happened("fixity check", package.frozen_at, (agents.software,), (whole,), "pass")
    events = [*_of_files(files, objid, name, agents), *happened, checked]
    with xml_of(out, PREMIS("premis"), spaces=_SPACES, attributes={"version": "3.0"}) as xml:
        xml.put(
            El(
                PREMIS("object"),
                _identifier("object", "local", whole),  # PM14
                # PM21-26: of what it is a representation.
                _related("structural", "represents", objid),
                attributes={XSI("type"): "premis:representation"},
            )
        )
        for file in files:
            xml.put(_file(package, objid, name, file))
        for number, event in enumerate(events):
            xml.put(_event(objid, f"{name}:{number}", event))
        for agent in agents.of(events):
            xml.put(_agent(agent))


def software_of(package: Package) -> str:
    """Return the agent id of the program that makes the package."""
    return f"software:{package.software}"


class _Agents:
    """Who did something, each once."""

    def __init__(self, package: Package) -> None:
        name, _, version = package.software.rpartition(" ")
        self.software = software_of(package)
        self._known = {
            self.software: _Agent(self.software, name or package.software, "software", version)
        }

    def person(self, login: str) -> str:
        """Return the id of a person; where nobody is noted, of the software."""
        if not login:
            return self.software
        return self._note(_Agent(f"person:{login}", login, "person"))

    def tool(self, said: str) -> str:
        """Return the id of a program, as ``name version``."""
        if not said:
            return self.software
        name, _, version = said.rpartition(" ")
        return self._note(_Agent(f"software:{said}", name or said, "software", version))

    def _note(self, agent: _Agent) -> str:
        self._known.setdefault(agent.id, agent)
        return agent.id

    def of(self, events: Iterable[Happened]) -> list[_Agent]:
        named = {one for event in events for one in event.by}
        return [self._known[one] for one in sorted(named | {self.software}) if one in self._known]


def _of_documents(package: Package, objid: str, agents: _Agents) -> list[Happened]:
    """Return the events of documents, those alike as one."""
    grouped: dict[tuple[str, str, str], list[str]] = {}
    for event in package.events:
        what = str(event.get("type") or event.get("verb") or "")
        key = (str(event.get("at", "")), what, str(event.get("by", "")))
        of = f"{objid}#{event['document']}" if event.get("document") else objid
        grouped.setdefault(key, []).append(of)
    found = [
        Happened(what, at, (agents.tool(by) if what == "migration" else agents.person(by),), (*of,))
        for (at, what, by), of in sorted(grouped.items())
    ]
    ended = str(package.dossier.facts.get("ended") or "")
    if ended:
        found.append(Happened("closing", ended, (agents.software,), (objid,)))
    made = Happened("information package creation", package.frozen_at, (agents.software,), (objid,))
    return [*found, made]


def _of_files(files: Sequence[Premised], objid: str, name: str, agents: _Agents) -> list[Happened]:
    grouped: dict[tuple[str, str, str], list[str]] = {}
    for one in files:
        what = "ingestion" if one.file.is_scan else "migration"
        key = (one.file.made_at, what, one.file.made_by)
        grouped.setdefault(key, []).append(f"{objid}#{name}/{one.path}")
    return [
        Happened(what, at, (agents.person(by) if what == "ingestion" else agents.tool(by),), (*of,))
        for (at, what, by), of in sorted(grouped.items())
        if at
    ]


def _identifier(of: str, kind: str, value: str, *, role: str = "") -> El:
    """Return ``objectIdentifier``, ``linkingAgentIdentifier`` and the like."""
    name = f"{role}{of[:1].upper()}{of[1:]}" if role else of
    return El(
        PREMIS(f"{name}Identifier"),
        El(PREMIS(f"{name}IdentifierType"), text=kind),
        El(PREMIS(f"{name}IdentifierValue"), text=value),
    )


def _related(kind: str, sub: str, other: str) -> El:
    # PM58-62
    return El(
        PREMIS("relationship"),
        El(PREMIS("relationshipType"), text=kind),
        El(PREMIS("relationshipSubType"), text=sub),
        _identifier("object", "local", other, role="related"),
    )


def _entity(number: str, title: str, related: Sequence[El], *, pages: str = "") -> El:
    return El(
        PREMIS("object"),
        _identifier("object", "local", number),
        _significant("page count", pages) if pages else None,
        El(PREMIS("originalName"), text=title) if title else None,
        *related,
        attributes={XSI("type"): "premis:intellectualEntity"},
    )


def _significant(kind: str, value: str) -> El:
    # PM18-20
    return El(
        PREMIS("significantProperties"),
        El(PREMIS("significantPropertiesType"), text=kind),
        El(PREMIS("significantPropertiesValue"), text=value),
    )


def _file(package: Package, objid: str, name: str, one: Premised) -> El:
    file, puid = one.file, puid_of(one.file)
    characteristics = El(
        PREMIS("objectCharacteristics"),
        El(PREMIS("compositionLevel"), text="0"),
        _fixity("SHA-256", one.entry.sha256, package),  # PM32-35
        _fixity("SHA-512", one.entry.sha512, package),
        El(PREMIS("size"), text=str(one.entry.size)),
        El(
            PREMIS("format"),
            El(
                PREMIS("formatDesignation"),
                El(PREMIS("formatName"), text=format_name(file)),  # PM39
            ),
            El(
                PREMIS("formatRegistry"),
                El(PREMIS("formatRegistryName"), text="PRONOM"),  # PM42
                El(PREMIS("formatRegistryKey"), text=puid or _UNKNOWN),  # PM43
                El(PREMIS("formatRegistryRole"), text="specification"),
            ),
        ),
    )
    location = El(
        PREMIS("storage"),
        El(
            PREMIS("contentLocation"),
            El(PREMIS("contentLocationType"), text="relative path"),  # PM54
            El(PREMIS("contentLocationValue"), text=one.path),  # PM55
        ),
    )
    level = "bit" if file.is_scan else "logical"
    return El(
        PREMIS("object"),
        _identifier("object", "local", f"{objid}#{name}/{one.path}"),  # PM28-30
        El(PREMIS("preservationLevel"), El(PREMIS("preservationLevelValue"), text=level)),
        characteristics,
        El(PREMIS("originalName"), text=file.given_name or file.name),  # PM51
        location,
        _related("derivation", "has source", one.source) if one.source else None,
        _related("structural", "is part of", f"{objid}#{file.document}") if file.document else None,
        _related("structural", "is included in", f"{objid}#{name}"),
        attributes={XSI("type"): "premis:file"},
    )


def _fixity(algorithm: str, digest: str, package: Package) -> El:
    return El(
        PREMIS("fixity"),
        El(PREMIS("messageDigestAlgorithm"), text=algorithm),
        El(PREMIS("messageDigest"), text=digest),
        El(PREMIS("messageDigestOriginator"), text=package.software),
    )


def _event(objid: str, key: str, event: Happened) -> El:
    namespace = uuid.uuid5(uuid.NAMESPACE_URL, f"urn:hoso:{objid}")
    number = str(uuid.uuid5(namespace, f"event:{key}:{event.type}:{event.at}"))
    # A day that is known to the year only is one too (EDTF level 0).
    at = utc(event.at) if "T" in event.at else event.at
    return El(
        PREMIS("event"),
        _identifier("event", "UUID", number),  # PM81-83
        El(PREMIS("eventType"), text=event.type),  # PM84
        El(PREMIS("eventDateTime"), text=at),  # PM85
        El(
            PREMIS("eventDetailInformation"),
            El(PREMIS("eventDetail"), text=_SAID.get(event.type, event.type)),
        ),
        El(
            PREMIS("eventOutcomeInformation"),
            El(PREMIS("eventOutcome"), text=event.outcome),  # PM86
        ),
        *(_identifier("agent", "local", one, role="linking") for one in event.by),  # PM88-89
        *(_identifier("object", "local", one, role="linking") for one in event.of),  # PM91-92
    )


def _agent(agent: _Agent) -> El:
    return El(
        PREMIS("agent"),
        _identifier("agent", "local", agent.id),  # PM70-72
        El(PREMIS("agentName"), text=agent.name),  # PM73
        El(PREMIS("agentType"), text=agent.kind),  # PM74
        El(PREMIS("agentVersion"), text=agent.version) if agent.version else None,
    )


def _rights(package: Package, objid: str) -> El:
    """Return who may have it and how long it must be kept, and by which law (PM94-123)."""
    level = next((one for one in package.rights if one.get("kind") == "confidentiality"), {})
    statements = [
        _statement(
            objid,
            "access",
            str(level.get("source") or "Luật Lưu trữ 33/2024/QH15"),
            act="disseminate",
            restriction=str(level.get("label") or _UNKNOWN),
        )
    ]
    kept = package.kept
    if kept is not None and kept.instrument:
        term = _term(kept.since or package.frozen_at[:10], kept.until)
        statements.append(
            _statement(
                objid,
                "retention",
                ", ".join(part for part in (kept.instrument, kept.item) if part),
                act="delete",
                restriction=f"disallow ({kept.period})",
                term=term,
            )
        )
    return El(PREMIS("rights"), *statements)


def _term(start: str, end: str) -> El:
    return El(
        PREMIS("termOfRestriction"),
        El(PREMIS("startDate"), text=start),
        El(PREMIS("endDate"), text=end) if end else None,
    )


def _statement(
    objid: str, key: str, citation: str, *, act: str, restriction: str, term: El | None = None
) -> El:
    return El(
        PREMIS("rightsStatement"),
        _identifier("rightsStatement", "local", f"{objid}#rights-{key}"),
        El(PREMIS("rightsBasis"), text="statute"),
        El(
            PREMIS("statuteInformation"),
            El(PREMIS("statuteJurisdiction"), text="VN"),
            El(PREMIS("statuteCitation"), text=citation),
        ),
        El(
            PREMIS("rightsGranted"),
            El(PREMIS("act"), text=act),
            El(PREMIS("restriction"), text=restriction),
            term,
        ),
        _identifier("object", "local", objid, role="linking"),
    )
