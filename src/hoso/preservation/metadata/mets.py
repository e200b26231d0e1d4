"""METS 1.12 as E-ARK CSIP 2.2.0 and SIP 2.2.0 want it: what a package holds and where.

One writer for every profile; what profiles write differently (ids, digests, times, attributes) is
a ``Style``.  Files are written as a stream, so their number does not matter.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import IO

from hoso.preservation.layout import Entry
from hoso.preservation.metadata.xml import El, Space, Xml, utc, xml_of

__all__ = [
    "Agent",
    "Described",
    "Grouped",
    "Held",
    "Mets",
    "Pointer",
    "Style",
    "namespace_of",
    "write_mets",
]

METS = Space("http://www.loc.gov/METS/")
XLINK = Space("http://www.w3.org/1999/xlink")
XSI = Space("http://www.w3.org/2001/XMLSchema-instance")
CSIP = Space("https://DILCIS.eu/XML/METS/CSIPExtensionMETS")
SIP = Space("https://DILCIS.eu/XML/METS/SIPExtensionMETS")


@dataclass(frozen=True)
class Style:
    """What one profile writes otherwise than another.

    :ivar profile: address of the profile; ``type`` and ``content`` what the package is of, on the
        root and on groups of files.
    :ivar file_prefix: what ids of files begin with.
    :ivar kind: ``csip:OAISPACKAGETYPE``.
    :ivar schemas: file name of each schema by namespace.
    """

    profile: str
    type: str
    content: Mapping[str, str]
    kind: str
    schemas: Mapping[str, str]
    file_prefix: str = "uuid-"
    digest: Callable[[str], str] = str
    time: Callable[[str], str] = utc


@dataclass(frozen=True)
class Agent:
    """Somebody named in the header; a note without a text is not written."""

    role: str
    kind: str
    name: str
    note: str = ""
    note_type: str = "IDENTIFICATIONCODE"
    other_kind: str = ""


@dataclass(frozen=True)
class Described:
    """A description in a file of its own: ``path`` as seen from the METS."""

    path: str
    entry: Entry
    type: str
    other: str = ""
    version: str = ""


@dataclass(frozen=True)
class Held:
    """A file of a group, its path as seen from the METS; what is not known is ""."""

    path: str
    entry: Entry
    created: str = ""
    owner_id: str = ""
    puid: str = ""
    format: str = ""


@dataclass(frozen=True)
class Grouped:
    """Files of one use; whether it has a division of its own and says what it is of."""

    use: str
    files: Sequence[Held]
    divided: bool = True
    typed: bool = True


@dataclass(frozen=True)
class Pointer:
    """A METS of a representation, which ``group`` holds."""

    label: str
    path: str
    group: str


@dataclass(frozen=True)
class Mets:
    """One METS file.

    :ivar objid: of the package or the representation; ``namespace`` what its ids are made in.
    :ivar at: the instant of the freeze.
    :ivar to_schemas: the way from this file to the folder with the schemas.
    :ivar links: pairs of description and file that belong together (TT 05/2025/TT-BNV).
    :ivar others: OBJIDs of packages this one belongs with.
    """

    objid: str
    label: str
    namespace: uuid.UUID
    at: str
    style: Style
    to_schemas: str = "schemas/"
    status: str = ""
    agents: Sequence[Agent] = ()
    records: Sequence[tuple[str, str]] = ()
    descriptive: Sequence[Described] = ()
    preservation: Sequence[Described] = ()
    empty_administration: bool = False
    groups: Sequence[Grouped] = ()
    pointers: Sequence[Pointer] = ()
    links: Sequence[tuple[Described, Held]] = ()
    division_type: str = ""
    others: Sequence[str] = ()

    def id(self, key: str) -> str:
        """Return the id of a part, the same each time (RFC 4122 section 4.3)."""
        return f"uuid-{str(uuid.uuid5(self.namespace, key)).upper()}"

    def file_id(self, path: str) -> str:
        """Return the id of a file, which one profile begins otherwise."""
        return self.style.file_prefix + self.id(f"file:{path}")[len("uuid-") :]


def namespace_of(objid: str) -> uuid.UUID:
    """Return the namespace of all ids of one package."""
    return uuid.uuid5(uuid.NAMESPACE_URL, f"urn:hoso:{objid}")


def write_mets(out: IO[bytes], mets: Mets) -> None:
    """Write one METS document."""
    style = mets.style
    places = " ".join(f"{name} {mets.to_schemas}{file}" for name, file in style.schemas.items())
    attributes = {
        "OBJID": mets.objid,
        "LABEL": mets.label,
        "TYPE": style.type,
        "PROFILE": style.profile,
        **_content(style),
        XSI("schemaLocation"): places,
    }
    spaces = {
        None: METS.address,
        "csip": CSIP.address,
        "sip": SIP.address,
        "xlink": XLINK.address,
        "xsi": XSI.address,
    }
    with xml_of(out, METS("mets"), spaces=spaces, attributes=attributes) as xml:
        xml.put(_header(mets))
        for one in mets.descriptive:
            xml.put(_described(mets, "dmdSec", one))
        _administration(xml, mets)
        with xml.inside(METS("fileSec"), {"ID": mets.id("fileSec")}):
            for group in mets.groups:
                _group(xml, mets, group)
        _map(xml, mets)
        if mets.others:
            xml.put(_belonging(mets))


def _content(style: Style) -> dict[str, str]:
    return {CSIP(name): value for name, value in style.content.items()}


def _header(mets: Mets) -> El:
    at = mets.style.time(mets.at)
    return El(
        METS("metsHdr"),
        *(_agent(one) for one in mets.agents),
        *(
            El(METS("altRecordID"), text=value, attributes={"TYPE": kind})
            for kind, value in mets.records
            if value
        ),
        attributes={
            "CREATEDATE": at,
            "LASTMODDATE": at,
            "RECORDSTATUS": mets.status,
            CSIP("OAISPACKAGETYPE"): mets.style.kind,
        },
    )


def _agent(agent: Agent) -> El:
    # Neither validator knows a note without a type (CSIP16; commons-ip's copy of the schema).
    note = El(METS("note"), text=agent.note, attributes={CSIP("NOTETYPE"): agent.note_type})
    attributes = {"ROLE": agent.role, "TYPE": agent.kind, "OTHERTYPE": agent.other_kind}
    return El(
        METS("agent"),
        El(METS("name"), text=agent.name),
        note if agent.note else None,
        attributes=attributes,
    )


def _described(mets: Mets, section: str, one: Described) -> El:
    created = mets.style.time(mets.at)
    reference = El(
        METS("mdRef"),
        attributes={
            "ID": mets.id(f"ref:{one.path}"),
            "LOCTYPE": "URL",
            "MDTYPE": one.type,
            "OTHERMDTYPE": one.other,
            "MDTYPEVERSION": one.version,
            "MIMETYPE": one.entry.mime,
            "SIZE": one.entry.size,
            "CREATED": created,
            "CHECKSUM": mets.style.digest(one.entry.sha256),
            "CHECKSUMTYPE": "SHA-256",
            XLINK("type"): "simple",
            XLINK("href"): one.path,
        },
    )
    attributes = {"ID": mets.id(f"{section}:{one.path}"), "CREATED": created, "STATUS": "CURRENT"}
    return El(METS(section), reference, attributes=attributes)


def _administration(xml: Xml, mets: Mets) -> None:
    if mets.preservation:
        with xml.inside(METS("amdSec"), {"ID": mets.id("amdSec")}):
            for one in mets.preservation:
                xml.put(_described(mets, "digiprovMD", one))
    elif mets.empty_administration:
        xml.put(El(METS("amdSec"), attributes={"ID": mets.id("amdSec")}))


def _group(xml: Xml, mets: Mets, group: Grouped) -> None:
    content = _content(mets.style) if group.typed else {}
    with xml.inside(
        METS("fileGrp"), {"ID": mets.id(f"group:{group.use}"), "USE": group.use, **content}
    ):
        for file in group.files:
            xml.put(_file(mets, file))


def _file(mets: Mets, file: Held) -> El:
    registry = {
        SIP("FILEFORMATNAME"): file.format,
        SIP("FORMATREGISTRY"): "PRONOM" if file.puid else "",
        SIP("FORMATREGISTRYKEY"): file.puid,
    }
    location = {"LOCTYPE": "URL", XLINK("type"): "simple", XLINK("href"): file.path}
    return El(
        METS("file"),
        El(METS("FLocat"), attributes=location),
        attributes={
            "ID": mets.file_id(file.path),
            "OWNERID": file.owner_id,
            "MIMETYPE": file.entry.mime,
            "SIZE": file.entry.size,
            "CREATED": mets.style.time(file.created or mets.at),
            "CHECKSUM": mets.style.digest(file.entry.sha256),
            "CHECKSUMTYPE": "SHA-256",
            **(registry if file.puid or file.format else {}),
        },
    )


def _map(xml: Xml, mets: Mets) -> None:
    """Write the one structural map of the profile; its divisions name folders (CSIP80-CSIP118)."""
    attributes = {"ID": mets.id("structMap"), "TYPE": "PHYSICAL", "LABEL": "CSIP"}
    top = {"ID": mets.id("div"), "LABEL": mets.objid, "TYPE": mets.division_type}
    with xml.inside(METS("structMap"), attributes), xml.inside(METS("div"), top):
        xml.put(
            _division(
                mets,
                "Metadata",
                DMDID=" ".join(mets.id(f"dmdSec:{one.path}") for one in mets.descriptive),
                ADMID=" ".join(mets.id(f"digiprovMD:{one.path}") for one in mets.preservation),
            )
        )
        for group in mets.groups:
            if group.divided:
                xml.put(_division(mets, group.use, _points(mets, group.use)))
        for pointer in mets.pointers:
            target = El(
                METS("mptr"),
                attributes={
                    "LOCTYPE": "URL",
                    XLINK("type"): "simple",
                    XLINK("href"): pointer.path,
                    XLINK("title"): mets.id(f"group:{pointer.group}"),
                },
            )
            xml.put(_division(mets, pointer.label, target))
        if mets.links:
            _linked(xml, mets)


def _points(mets: Mets, use: str) -> El:
    return El(METS("fptr"), attributes={"FILEID": mets.id(f"group:{use}")})


def _division(mets: Mets, label: str, *children: El, **more: str) -> El:
    attributes = {"ID": mets.id(f"div:{label}"), "LABEL": label, **more}
    return El(METS("div"), *children, attributes=attributes)


def _linked(xml: Xml, mets: Mets) -> None:
    # Thông tư 05/2025/TT-BNV, Phụ lục III: which description is of which file.
    label = "MetadataLink"
    with xml.inside(METS("div"), {"ID": mets.id(f"div:{label}"), "LABEL": label}):
        for described, file in mets.links:
            number = mets.file_id(file.path)
            attributes = {
                "ID": mets.id(f"link:{file.path}"),
                "LABEL": f"{label}/File",
                "DMDID": mets.id(f"dmdSec:{described.path}"),
            }
            pointer = El(METS("fptr"), attributes={"FILEID": number})
            xml.put(El(METS("div"), pointer, attributes=attributes))


def _belonging(mets: Mets) -> El:
    """A second map: the packages this one belongs with (CSIP, large packages)."""

    def one(objid: str) -> El:
        target = {"LOCTYPE": "URN", XLINK("type"): "simple", XLINK("href"): f"urn:hoso:{objid}"}
        attributes = {"ID": mets.id(f"other:{objid}"), "LABEL": objid}
        return El(METS("div"), El(METS("mptr"), attributes=target), attributes=attributes)

    attributes = {"ID": mets.id("div:belonging"), "LABEL": "Segments"}
    top = El(METS("div"), *map(one, mets.others), attributes=attributes)
    about = {"ID": mets.id("structMap:belonging"), "TYPE": "LOGICAL", "LABEL": "Segments"}
    return El(METS("structMap"), top, attributes=about)
