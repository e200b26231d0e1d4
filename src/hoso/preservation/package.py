"""The neutral package: files, descriptions, events and rights of one dossier, as values.

A package is frozen: everything in it is as of ``frozen_at``, the last change of the dossier.
What is written from it depends on nothing else, neither on today nor on the machine.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import IO, Any

__all__ = ["Description", "Package", "PackagedFile", "Report"]


@dataclass(frozen=True)
class PackagedFile:
    """Bytes under a logical name, with what was recorded of them when they came in.

    ``name`` is for people: Unicode, with ``/`` between folders, and never used as a path.
    ``document`` is the uid of the document they belong to.
    """

    name: str
    open: Callable[[], IO[bytes]] = field(repr=False, compare=False)
    size: int
    sha256: str
    sha512: str
    mime: str
    document: str = ""


@dataclass(frozen=True)
class Description:
    """What is known of a dossier or a document.

    ``elements`` are those of simple Dublin Core (ISO 15836-1) by name; ``facts`` is
    everything, as texts, whole numbers, booleans, lists and mappings of these.
    """

    uid: str
    elements: Mapping[str, tuple[str, ...]]
    facts: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True)
class Package:
    """One dossier, complete and frozen.

    ``identifier`` is the dossier's uid, ``code`` the number people know it by, ``agency``
    who keeps it, ``frozen_at`` an instant in UTC (ISO 8601), ``software`` what made it.
    """

    identifier: str
    code: str
    title: str
    agency: str
    frozen_at: str
    software: str
    dossier: Description
    documents: tuple[Description, ...] = ()
    files: tuple[PackagedFile, ...] = ()
    events: tuple[Mapping[str, Any], ...] = ()
    rights: tuple[Mapping[str, Any], ...] = ()


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
