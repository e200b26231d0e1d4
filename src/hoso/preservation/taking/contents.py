"""What is in a package that came in: papers with what is said of them, and all the rest.

Trusted in this order: our own full description, the fields of TT 05/2025, then nothing: a
paper of an unknown package comes with its name alone, and a person describes it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from lxml import etree

from hoso.kernel.dates import parse_typed
from hoso.kernel.text import nfc, one_line
from hoso.preservation.taking.unpacking import Unpacked
from hoso.storage.blobs import Spooled

__all__ = ["Contents", "Incoming", "contents_of"]

_OWN = re.compile(
    r"(data/[^/]+/metadata/other/hoso-dossier|(data/)?metadata/(other/hoso-)?dossier).json"
)
_DATA = re.compile(r"(data/[^/]+/)?representations/[^/]+/data/.+")
_PLAIN = re.compile(r"data/.+")
_FIELDS = re.compile(r"(.*/)?EAD_DOC_([^/]+)\.xml")
_LARGEST = 64 << 20


@dataclass(frozen=True)
class Incoming:
    """One paper of a package: where its bytes stood, and what its description says."""

    path: str
    name: str
    fields: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True)
class Contents:
    """What a package holds.

    :ivar own: our own description, read but not yet believed; ``None`` in a foreign package.
    :ivar base: what the paths in it are relative to.
    """

    papers: tuple[Incoming, ...]
    own: Mapping[str, Any] | None = None
    base: str = ""


def contents_of(package: Unpacked) -> Contents:
    """Sort the files of a sound package into papers and the rest."""
    own = next((name for name in sorted(package.files) if _OWN.fullmatch(name)), None)
    if own is not None:
        said = _json(package.files[own])
        if isinstance(said, dict) and str(said.get("format", "")).startswith("hoso-dossier-"):
            return Contents((), said, own.partition("metadata/")[0])
    of_eark = [name for name in sorted(package.files) if _DATA.fullmatch(name)]
    found = of_eark or [name for name in sorted(package.files) if _PLAIN.fullmatch(name)]
    described = _described(package)
    return Contents(
        tuple(
            Incoming(name, name.rpartition("/")[2], described.get(_stem(name), {}))
            for name in found
        )
    )


def _stem(path: str) -> str:
    return path.rpartition("/")[2].partition(".")[0]


def _json(file: Spooled) -> Any:
    if file.size > _LARGEST:
        return None
    try:
        return json.loads(file.path.read_bytes())
    except (ValueError, RecursionError):
        return None


def _described(package: Unpacked) -> dict[str, Mapping[str, str]]:
    """Read the fields of TT 05 of each document, by the name its file has without the ending."""
    found: dict[str, Mapping[str, str]] = {}
    for path, file in package.files.items():
        named = _FIELDS.fullmatch(path)
        if named is None or file.size > _LARGEST:
            continue
        said = _fields(file.path.read_bytes())
        found[named[2]] = {
            "title": one_line(nfc(said.get("subject", "")))[:500],
            "number": one_line(said.get("codeNumber", ""))[:40],
            "symbol": one_line(nfc(said.get("codeNotation", "")))[:60],
            "agency": one_line(nfc(said.get("organName", "")))[:200],
            "date": _day(said.get("issuedDate", "")),
        }
    return found


def _fields(data: bytes) -> dict[str, str]:
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True
    )
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError:
        return {}
    return {
        one.tag.rpartition("}")[2]: "".join(one.itertext()).strip()
        for one in root
        if isinstance(one.tag, str)
    }


def _day(text: str) -> str:
    try:
        return str(parse_typed(text)) if text else ""
    except ValueError:
        return ""
