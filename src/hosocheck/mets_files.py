"""CSIP17 to CSIP79: metadata and files a METS points to, each with size, digest and kind."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from hosocheck.media_types import is_media_type
from hosocheck.mets import CSIP, METS, XLINK, Mets, Reference, children, is_time
from hosocheck.reading import Reading
from hosocheck.safe_xml import Element, local
from hosocheck.vocabularies import CHECKSUM_TYPES, DIGESTS, MD_TYPES, is_content_information_type

__all__ = ["check_files"]


@dataclass(frozen=True)
class _Rules:
    """The ids of one set of rules over a link and what is said of its target."""

    loctype: str
    linktype: str
    href: str
    mdtype: str
    mime: str
    size: str
    created: str
    checksum: str
    algorithm: str


def _rules(first: int) -> _Rules:
    return _Rules(*(f"CSIP{number}" for number in range(first, first + 9)))


_FILE = _Rules("CSIP77", "CSIP78", "CSIP79", "", "CSIP68", "CSIP69", "CSIP70", "CSIP71", "CSIP72")


def check_files(reading: Reading, mets: Mets) -> None:
    """Check every section that refers to files, and note the references in *mets*."""
    _descriptive(reading, mets)
    _administrative(reading, mets)
    _file_section(reading, mets)


def _descriptive(reading: Reading, mets: Mets) -> None:
    sections = list(children(mets.root, "dmdSec"))
    there = _lies_in(reading, f"{mets.base}metadata/descriptive/")
    if not sections:
        if there:
            reading.error("CSIP17", mets.path, "does not name the files in metadata/descriptive")
        elif mets.is_root:
            reading.warn("CSIP17", mets.path, "has no descriptive metadata")
    elif not there and any(True for section in sections for _ in children(section, "mdRef")):
        reading.warn("CSIP17", mets.path, "has descriptive metadata; metadata/descriptive is empty")
    for section in sections:
        _identified(reading, mets, section, "CSIP18")
        if not is_time(section.get("CREATED")):
            reading.error("CSIP19", mets.path, "has a dmdSec that does not say when it was made")
        _status(reading, mets, section, "CSIP20")
        _metadata(reading, mets, section, "CSIP21", _rules(22))


def _administrative(reading: Reading, mets: Mets) -> None:
    sections = list(children(mets.root, "amdSec"))
    there = _lies_in(reading, f"{mets.base}metadata/preservation/")
    kept = there or _lies_beside_descriptions(reading, mets.base)
    if not sections:
        if there:
            reading.error("CSIP31", mets.path, "does not name the files in metadata/preservation")
        elif mets.is_root:
            reading.warn("CSIP31", mets.path, "has no administrative metadata")
    elif not kept:
        reading.warn("CSIP31", mets.path, "has preservation metadata; its folder is empty")
    provenance = [one for section in sections for one in children(section, "digiprovMD")]
    if sections and there and not provenance:
        reading.error("CSIP32", mets.path, "does not name the files in metadata/preservation")
    elif sections and not provenance:
        reading.warn("CSIP32", mets.path, "has no preservation metadata (digiprovMD)")
    elif provenance and not kept:
        reading.warn("CSIP32", mets.path, "has a digiprovMD; metadata/preservation is empty")
    for one in provenance:
        _identified(reading, mets, one, "CSIP33")
        _status(reading, mets, one, "CSIP34")
        _metadata(reading, mets, one, "CSIP35", _rules(36))
    for section in sections:
        for one in children(section, "rightsMD"):
            _identified(reading, mets, one, "CSIP46")
            _status(reading, mets, one, "CSIP47")
            _metadata(reading, mets, one, "CSIP48", _rules(49))


def _lies_in(reading: Reading, folder: str) -> bool:
    return any(name.startswith(folder) for name in reading.sizes)


def _lies_beside_descriptions(reading: Reading, base: str) -> bool:
    # Preservation metadata may lie in a folder of its own name below metadata.
    metadata, described = f"{base}metadata/", f"{base}metadata/descriptive/"
    return any(
        name.startswith(metadata) and not name.startswith(described) for name in reading.sizes
    )


def _identified(reading: Reading, mets: Mets, element: Element, rule: str) -> None:
    if not element.get("ID"):
        reading.error(rule, mets.path, f"has a {local(element)} without an ID")


def _status(reading: Reading, mets: Mets, element: Element, rule: str) -> None:
    said = element.get("STATUS")
    if said is None:
        reading.warn(rule, mets.path, f"has a {local(element)} without a STATUS")
    elif said not in {"CURRENT", "SUPERSEDED"}:
        reading.error(rule, mets.path, f"has a STATUS no vocabulary has: {said[:40]!r}")


def _metadata(reading: Reading, mets: Mets, section: Element, rule: str, rules: _Rules) -> None:
    links = list(children(section, "mdRef"))
    if len(links) > 1:
        reading.error(rule, mets.path, f"has a {local(section)} with {len(links)} mdRef")
    if not links:
        reading.warn(rule, mets.path, f"has a {local(section)} that refers to no file (mdRef)")
    for link in links:
        kind = link.get("MDTYPE")
        if kind not in MD_TYPES:
            reading.error(rules.mdtype, mets.path, f"has metadata of no known type: {kind!r}")
        elif kind == "OTHER" and not link.get("OTHERMDTYPE"):
            reading.warn(
                rules.mdtype, mets.path, "has metadata of the type OTHER, and no name for it"
            )
        path = _link(reading, mets, link, rules)
        _said(reading, mets, link, path, rules)
        mets.references.append(Reference(path, link, local(section)))


def _file_section(reading: Reading, mets: Mets) -> None:
    sections = list(children(mets.root, "fileSec"))
    if not sections:
        reading.warn("CSIP58", mets.path, "has no fileSec")
    if len(sections) > 1:
        reading.error("CSIP58", mets.path, f"has {len(sections)} fileSec")
    groups: list[Element] = []
    for section in sections:
        _identified(reading, mets, section, "CSIP59")
        groups += section.iter(f"{METS}fileGrp")
    if mets.is_root:
        _wanted(
            reading, mets, [group.get("USE") or "" for group in groups], has_section=bool(sections)
        )
    for group in groups:
        _group(reading, mets, group)


def _wanted(reading: Reading, mets: Mets, uses: Sequence[str], *, has_section: bool) -> None:
    """Ask for the three groups of a root METS; what lies there and is not named is a fault."""
    for use, rule in (
        ("Documentation", "CSIP60"),
        ("Schemas", "CSIP113"),
        ("Representations", "CSIP114"),
    ):
        if any(one == use or one.startswith(f"{use}/") for one in uses):
            continue
        if _lies_in(reading, f"{mets.base}{use.lower()}/"):
            reading.error(rule, mets.path, f"has no group of files for {use}, which are there")
        elif has_section:
            reading.warn(rule, mets.path, f"has no group of files for {use}")
    twice = sorted({use for use in uses if use and uses.count(use) > 1})
    for use in twice:
        if use.startswith("Representations"):
            reading.error("CSIP114", mets.path, f"has two groups of files for {use}")


def _group(reading: Reading, mets: Mets, group: Element) -> None:
    use = group.get("USE") or ""
    if not use.strip():
        reading.error("CSIP64", mets.path, "has a group of files without a USE")
    _identified(reading, mets, group, "CSIP65")
    said = group.get(f"{CSIP}CONTENTINFORMATIONTYPE")
    if said is None:
        if use.startswith("Representations"):
            reading.warn("CSIP62", mets.path, f"does not say what kind of content {use} is")
    elif not is_content_information_type(said):
        reading.error("CSIP62", mets.path, f"has a content type no vocabulary has: {said[:60]!r}")
    elif said == "OTHER" and not group.get(f"{CSIP}OTHERCONTENTINFORMATIONTYPE"):
        reading.error("CSIP63", mets.path, f"{use} has the content type OTHER, and no name for it")
    other = group.get(f"{CSIP}OTHERCONTENTINFORMATIONTYPE")
    if other is not None and said != "OTHER":
        reading.error("CSIP63", mets.path, f"{use} names another content type, and is not OTHER")
    elif other is not None and is_content_information_type(other):
        reading.error(
            "CSIP63", mets.path, f"{use} names as another type one that is known: {other}"
        )
    files = list(children(group, "file"))
    if not files and not list(children(group, "fileGrp")):
        reading.error("CSIP66", mets.path, f"has no file in the group {use}")
    for file in files:
        _identified(reading, mets, file, "CSIP67")
        links = list(children(file, "FLocat"))
        if len(links) != 1:
            reading.error("CSIP76", mets.path, f"has a file with {len(links)} places (FLocat)")
        path = _link(reading, mets, links[0], _FILE) if links else ""
        _said(reading, mets, file, path, _FILE)
        if path:
            mets.references.append(Reference(path, file, use))


def _link(reading: Reading, mets: Mets, link: Element, rules: _Rules) -> str:
    """Check how a link is written; return the file it means when it is there."""
    if link.get("LOCTYPE") != "URL":
        reading.error(rules.loctype, mets.path, f"has a link of the type {link.get('LOCTYPE')!r}")
    if link.get(f"{XLINK}type") != "simple":
        reading.error(rules.linktype, mets.path, "has a link that is not marked as simple")
    href = link.get(f"{XLINK}href") or ""
    path = mets.within(href)
    if not href.strip():
        reading.error(rules.href, mets.path, "has a link that leads nowhere")
    elif not path:
        reading.error(rules.href, mets.path, f"has a link out of the package: {href[:120]}")
    elif path not in reading.sizes:
        reading.error(rules.href, path, f"is named in {mets.path} and is not there")
        return ""
    return path


def _said(reading: Reading, mets: Mets, element: Element, path: str, rules: _Rules) -> None:
    """Compare what is said of a file with the file."""
    where = path or mets.path
    mime, size, created = element.get("MIMETYPE"), element.get("SIZE"), element.get("CREATED")
    if not is_media_type(mime or ""):
        reading.error(rules.mime, where, f"has a MIMETYPE that IANA does not know: {mime!r}")
    if size is None or not size.isdecimal():
        reading.error(rules.size, where, f"has no SIZE in {mets.path}")
    elif path and int(size) != reading.sizes[path]:
        found = reading.sizes[path]
        reading.error(rules.size, path, f"has {found} bytes; {mets.path} says {size}")
    if not is_time(created):
        reading.error(rules.created, where, f"does not say when it was made in {mets.path}")
    said, algorithm = element.get("CHECKSUM") or "", element.get("CHECKSUMTYPE")
    if algorithm not in CHECKSUM_TYPES:
        reading.error(
            rules.algorithm, where, f"has a CHECKSUMTYPE METS does not know: {algorithm!r}"
        )
        algorithm = None
    if not said:
        reading.error(rules.checksum, where, f"has no CHECKSUM in {mets.path}")
        return
    wanted = DIGESTS.get(algorithm or "")
    if wanted is not None and len(said) != wanted:
        reading.error(rules.checksum, where, f"has a CHECKSUM that is no {algorithm}")
    elif path and algorithm and not _is_digest(reading, path, algorithm, said.lower()):
        reading.error(rules.checksum, path, f"does not have the {algorithm} that {mets.path} says")


def _is_digest(reading: Reading, path: str, algorithm: str, said: str) -> bool:
    sha256, sha512 = reading.hashes[path]
    if algorithm == "SHA-256":
        return sha256 == said
    if algorithm == "SHA-512":
        return sha512 == said
    names = {"MD5": "md5", "SHA-1": "sha1", "SHA-384": "sha384"}
    if algorithm not in names:
        reading.warn("OWN-DIGEST", path, f"has a checksum that is not read here ({algorithm})")
        return True
    return reading.digest(path, names[algorithm]) == said
