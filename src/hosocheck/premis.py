"""PREMIS 3.0: identifiers, fixity, formats, events and their links, against the files themselves.

The rules bear the names of the semantic units of the data dictionary; PM1 is that of the E-ARK
specification for preservation metadata.  Objects are read one at a time: ten thousand of them
are many megabytes.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from hosocheck.mets import is_time
from hosocheck.reading import Reading
from hosocheck.safe_xml import Element, local, streamed, text_of

__all__ = ["check_premis", "instant"]

_PREMIS = "{http://www.loc.gov/premis/v3}"
_XSI = "{http://www.w3.org/2001/XMLSchema-instance}"
# Of an event long ago no more may be known than its day, month or year (PREMIS 3: EDTF).
_PARTIAL = re.compile(r"\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?")
_DIGITS = {"SHA-256": 64, "SHA-512": 128, "SHA256": 64, "SHA512": 128}


@dataclass
class _Known:
    """Identifiers of all PREMIS files of a package, and the links between them."""

    objects: Counter[tuple[str, str]] = field(default_factory=Counter)
    events: Counter[tuple[str, str]] = field(default_factory=Counter)
    agents: set[tuple[str, str]] = field(default_factory=set)
    links: dict[tuple[str, tuple[str, str]], str] = field(default_factory=dict)


def check_premis(
    reading: Reading, base: str, paths: Iterable[str], *, frozen: str, own: bool
) -> None:
    """Check every PREMIS file of the package whose folder is *base*.

    :param frozen: when the package says it was made; no event is later (ISO 8601 or empty).
    """
    known = _Known()
    for path in sorted(paths):
        files = _one(reading, path, known, frozen)
        home = path.rpartition("metadata/preservation/")[0]
        if own and home != base and home:
            _against_files(reading, path, f"{home}data/", files)
    for kind, counted in (("object", known.objects), ("event", known.events)):
        for identifier, times in counted.items():
            if times > 1:
                reading.error(
                    f"{kind}Identifier", base, f"{kind} {identifier[1]} is described {times} times"
                )
    for (kind, identifier), path in known.links.items():
        there = {
            "object": known.objects.keys(),
            "event": known.events.keys(),
            "agent": known.agents,
        }[kind]
        if identifier not in there:
            reading.error(
                "PREMIS-LINK", path, f"refers to the {kind} {identifier[1]}, which is nowhere"
            )


def _one(reading: Reading, path: str, known: _Known, frozen: str) -> Counter[tuple[str, int]]:
    files: Counter[tuple[str, int]] = Counter()
    first = True
    for element in streamed(reading, path, "PREMIS"):
        if first:
            first = False
            if element.tag != f"{_PREMIS}premis":
                reading.error("PREMIS", path, "is not PREMIS 3")
                return files
            if element.get("version") != "3.0":
                reading.error("PM1", path, "does not say that it is PREMIS 3.0")
            continue
        kind = local(element)
        identifier = _identifier(reading, path, element, kind)
        if kind == "object":
            known.objects[identifier] += 1
            _object(reading, path, element, files)
        elif kind == "event":
            known.events[identifier] += 1
            _event(reading, path, element, frozen)
        elif kind == "agent":
            known.agents.add(identifier)
            if not text_of(element, "agentName"):
                reading.error("agentName", path, f"has an agent without a name: {identifier[1]}")
            if not text_of(element, "agentType"):
                reading.error("agentType", path, f"has an agent of no type: {identifier[1]}")
        elif kind == "rights":
            _rights(reading, path, element)
        _links(element, path, known)
    return files


def _identifier(reading: Reading, path: str, element: Element, kind: str) -> tuple[str, str]:
    if kind == "rights":
        return ("", "")
    name = f"{kind}Identifier"
    found = (text_of(element, f"{name}/{name}Type"), text_of(element, f"{name}/{name}Value"))
    if not all(found):
        reading.error(name, path, f"has a {kind} without an identifier")
    return found


def _object(reading: Reading, path: str, element: Element, files: Counter[tuple[str, int]]) -> None:
    kind = (element.get(f"{_XSI}type") or "").rpartition(":")[2]
    if kind not in {"file", "representation", "intellectualEntity", "bitstream"}:
        reading.error("objectCategory", path, f"has an object of the kind {kind!r}")
    if kind != "file":
        return
    name = text_of(element, "originalName") or text_of(
        element, "objectIdentifier/objectIdentifierValue"
    )
    digests: dict[str, str] = {}
    for traits in (child for child in element if local(child) == "objectCharacteristics"):
        for fixity in (child for child in traits if local(child) == "fixity"):
            algorithm = text_of(fixity, "messageDigestAlgorithm")
            digest = text_of(fixity, "messageDigest").lower()
            if algorithm in _DIGITS and len(digest) != _DIGITS[algorithm]:
                reading.error("fixity", path, f"has a digest of {name} that is no {algorithm}")
            digests[algorithm.replace("SHA-", "SHA")] = digest
        if not text_of(traits, "format/formatDesignation/formatName"):
            reading.error("formatName", path, f"does not say what format {name} has")
        if not text_of(traits, "format/formatRegistry/formatRegistryKey"):
            reading.warn("formatRegistry", path, f"does not say what PRONOM calls {name}")
    size = text_of(element, "objectCharacteristics/size")
    if not digests:
        reading.error("fixity", path, f"has no digest of {name}")
    if not size.isdecimal():
        reading.error("size", path, f"does not say how large {name} is")
    if "SHA256" in digests and size.isdecimal():
        files[digests["SHA256"], int(size)] += 1


def _against_files(
    reading: Reading, path: str, folder: str, files: Counter[tuple[str, int]]
) -> None:
    """Every file of a representation has one object with its digest and size."""
    there = Counter(
        (reading.hashes[name][0], size)
        for name, size in reading.sizes.items()
        if name.startswith(folder)
    )
    for digest, size in sorted((there - files).elements()):
        reading.error("PREMIS-FILE", path, f"has no object for the {size} bytes of {digest}")
    for digest, size in sorted((files - there).elements()):
        reading.error("PREMIS-FILE", path, f"has an object of {size} bytes, {digest}, and no file")


def _event(reading: Reading, path: str, element: Element, frozen: str) -> None:
    kind, at = text_of(element, "eventType"), text_of(element, "eventDateTime")
    if not kind:
        reading.error("eventType", path, "has an event of no type")
    if not (is_time(at) or _PARTIAL.fullmatch(at)):
        reading.error("eventDateTime", path, f"does not say when {kind or 'an event'} was")
    elif frozen and _later(at, frozen):
        reading.error("OWN-TIME", path, f"has an event ({kind}) after the package was made: {at}")
    if not text_of(element, "eventOutcomeInformation/eventOutcome"):
        reading.warn("eventOutcome", path, f"does not say how {kind} came out")


def _later(one: str, other: str) -> bool:
    first, second = instant(one), instant(other)
    return first is not None and second is not None and first > second


def instant(text: str) -> datetime | None:
    """Read a time of ISO 8601; without a zone it is of UTC, a bare day its beginning."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _rights(reading: Reading, path: str, element: Element) -> None:
    for statement in (one for one in element if local(one) == "rightsStatement"):
        if not text_of(statement, "rightsStatementIdentifier/rightsStatementIdentifierValue"):
            reading.error("rightsStatementIdentifier", path, "has rights without an identifier")
        basis = text_of(statement, "rightsBasis")
        if not basis:
            reading.error("rightsBasis", path, "has rights that rest on nothing")
        if basis == "statute" and not text_of(statement, "statuteInformation/statuteCitation"):
            reading.error("statuteCitation", path, "has rights by a statute that is not named")


def _links(element: Element, path: str, known: _Known) -> None:
    for link in element.iter():
        name = local(link)
        for kind, prefix in (
            ("object", "linkingObjectIdentifier"),
            ("agent", "linkingAgentIdentifier"),
            ("event", "linkingEventIdentifier"),
            ("object", "relatedObjectIdentifier"),
            ("event", "relatedEventIdentifier"),
        ):
            if name == prefix:
                identifier = (text_of(link, f"{prefix}Type"), text_of(link, f"{prefix}Value"))
                known.links.setdefault((kind, identifier), path)
