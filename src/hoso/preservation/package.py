"""The neutral package: files, descriptions, events and rights of one dossier, as values.

A package is frozen: everything in it is as of ``frozen_at``, the last change of the dossier.
What is written from it depends on nothing else, neither on today nor on the machine.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import IO, Any

from hoso.kernel.errors import Fault

__all__ = [
    "Description",
    "Kept",
    "Package",
    "PackagedFile",
    "Part",
    "Parties",
    "Report",
    "Segment",
]


@dataclass(frozen=True)
class PackagedFile:
    """Bytes under a logical name, with what was recorded of them when they came in.

    ``name`` is for people: Unicode, with ``/`` between folders, and never used as a path.
    ``document`` is the uid of the document they belong to, ``kind`` the rendition: bytes as they
    came (``original``, ``rescan-1``, ...), or what was made of them (``copy``, ``text``).
    ``given_name`` is what the file was called when it came, ``puid`` its format in PRONOM,
    ``made_at`` an instant, ``made_by`` who or what made it; "" is not known.  ``crc32`` is for zips
    alone and stands in no description; ``None`` is not known.
    """

    name: str
    open: Callable[[], IO[bytes]] = field(repr=False, compare=False)
    size: int
    sha256: str
    sha512: str
    mime: str
    document: str = ""
    kind: str = "original"
    given_name: str = ""
    puid: str = ""
    made_at: str = ""
    made_by: str = ""
    crc32: int | None = None

    @property
    def is_scan(self) -> bool:
        """Whether these are bytes as they came."""
        return self.kind == "original" or self.kind.startswith("rescan-")


@dataclass(frozen=True)
class Description:
    """What is known of a dossier or a document.

    ``elements`` are those of simple Dublin Core (ISO 15836-1) by name; ``facts`` is
    everything, as texts, whole numbers, booleans, lists and mappings of these; ``archival`` the
    fields of TT 05/2025/TT-BNV by their names there (18 of a dossier, 21 of a document), "" where
    a value is not known, dates as DD/MM/YYYY, to the month or the year where no more is known.
    """

    uid: str
    elements: Mapping[str, tuple[str, ...]]
    facts: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    archival: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True)
class Parties:
    """Who hands over to whom, under what; "" where an installation has not said so.

    :ivar agency_code: the agency's identifier, with which file codes begin; ``fonds`` the code of
        its fonds at the archive.
    :ivar agreement: number of the submission agreement.
    """

    agency_name: str = ""
    agency_code: str = ""
    archive_name: str = ""
    archive_code: str = ""
    fonds: str = ""
    agreement: str = ""


@dataclass(frozen=True)
class Kept:
    """How long the dossier is kept, as decided when it was frozen.

    ``period`` is ``permanent``, an ISO 8601 period, or "" where none is known; ``since`` and
    ``until`` are (partial) dates or ""; ``why`` the reasons, one sentence a line, indented.
    """

    period: str
    instrument: str = ""
    item: str = ""
    since: str = ""
    until: str = ""
    why: str = ""


@dataclass(frozen=True)
class Segment:
    """What the master of a dossier in parts says of one of them.

    ``sha512`` is that of the file that covers all others in it, ``octets`` and ``files`` count its
    payload, ``documents`` are the uids of those whose files it has.
    """

    objid: str
    sha512: str
    octets: int
    files: int
    documents: tuple[str, ...]


@dataclass(frozen=True)
class Part:
    """Which part of a dossier that is too large for one package: ``number`` 0 is the master.

    ``others`` are the OBJIDs of the packages it belongs with: the master's of each part, the
    parts' of the master.  ``ordinals`` are the places its documents have in the whole dossier,
    ``segments`` what the master says of the parts.
    """

    number: int
    count: int
    others: tuple[str, ...] = ()
    ordinals: tuple[int, ...] = ()
    segments: tuple[Segment, ...] = ()


@dataclass(frozen=True)
class Package:
    """One dossier, complete and frozen.

    ``identifier`` is the dossier's uid, ``code`` the number people know it by, ``agency``
    who keeps it, ``frozen_at`` an instant in UTC (ISO 8601), ``software`` what made it.
    ``journal`` are the files of the dossier's extract of the journal by name, with the program
    that proves it; ``lacking`` what keeps it from being handed over by TT 05/2025/TT-BNV, which only
    the formats of that circular mind; ``status`` is NEW, SUPPLEMENT, REPLACEMENT or TEST.
    """

    identifier: str
    code: str
    title: str
    agency: str
    frozen_at: str
    software: str
    dossier: Description
    documents: Sequence[Description] = ()
    files: tuple[PackagedFile, ...] = ()
    events: tuple[Mapping[str, Any], ...] = ()
    rights: tuple[Mapping[str, Any], ...] = ()
    parties: Parties = Parties()
    kept: Kept | None = None
    journal: Mapping[str, bytes] = field(default_factory=lambda: MappingProxyType({}))
    lacking: tuple[Fault, ...] = ()
    status: str = "NEW"
    part: Part | None = None


@dataclass(frozen=True)
class Report:
    """What was written: counts of payload files and bytes, and one digest over everything.

    ``sha256`` is that of the zip, or of the tag manifest, which covers all the rest.
    """

    profile: str
    path: Path
    files: int
    bytes: int
    sha256: str
