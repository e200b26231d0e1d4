"""CSIP1 to CSIP16 and CSIP117, SIP1 to SIP31: the root element, its header and its agents."""

from __future__ import annotations

from collections.abc import Sequence

from hosocheck.mets import CSIP, METS, SIP, Mets, children, is_later, is_time
from hosocheck.profiles import Profile
from hosocheck.reading import Reading
from hosocheck.safe_xml import Element, text_of
from hosocheck.vocabularies import (
    PACKAGE_TYPES,
    RECORD_STATUSES,
    is_category,
    is_content_information_type,
)

__all__ = ["check_header", "check_submission"]

_ALTERNATIVES = {
    "SUBMISSIONAGREEMENT": "SIP5",
    "PREVIOUSSUBMISSIONAGREEMENT": "SIP6",
    "REFERENCECODE": "SIP7",
    "PREVIOUSREFERENCECODE": "SIP8",
}
_FORMATS = {
    f"{SIP}FILEFORMATNAME": "SIP32",
    f"{SIP}FILEFORMATVERSION": "SIP33",
    f"{SIP}FILEFORMATREGISTRY": "SIP34",
    f"{SIP}FILEFORMATKEY": "SIP35",
}
_BODIES = {"ORGANIZATION", "INDIVIDUAL"}


def check_header(reading: Reading, mets: Mets, profile: Profile) -> None:
    """Check what every METS of a package must say of itself.

    The circular has the agency, not the program, as the agent of a representation; who made the
    package is said once, at its root.
    """
    root, path = mets.root, mets.path
    identifier = root.get("OBJID") or ""
    if not identifier.strip():
        reading.error("CSIP1", path, "has no OBJID")
    elif identifier.replace(":", "_") != mets.name and identifier != mets.name:
        reading.error("CSIP1", path, f"calls itself {identifier}; its folder is {mets.name}")
    _category(reading, path, root)
    _content_type(reading, mets, root, ("CSIP4", "CSIP5"), wanted=mets.is_root)
    if not (root.get("PROFILE") or "").strip():
        reading.error("CSIP6", path, "has no PROFILE")
    headers = list(children(root, "metsHdr"))
    if len(headers) != 1:
        reading.error("CSIP117", path, f"has {len(headers)} metsHdr; there must be one")
    for header in headers[:1]:
        _dates(reading, mets, header)
        agents = list(children(header, "agent"))
        if mets.is_root or not profile.tt05:
            _software(reading, mets, agents)
        elif not any(text_of(agent, "name") for agent in agents):
            reading.error("CSIP10", mets.path, "names no agent")


def _category(reading: Reading, path: str, root: Element) -> None:
    kind, other = root.get("TYPE"), root.get(f"{CSIP}OTHERTYPE")
    if not kind:
        reading.error("CSIP2", path, "has no TYPE")
    elif not is_category(kind):
        reading.error("CSIP2", path, f"has a TYPE that no vocabulary has: {kind[:80]}")
    is_other = (kind or "").upper() == "OTHER"
    if is_other and not (other or "").strip():
        for rule in ("CSIP2", "CSIP3"):
            reading.error(rule, path, "has the TYPE Other and does not say which (csip:OTHERTYPE)")
    elif is_other and is_category(other or ""):
        reading.error("CSIP3", path, f"has as OTHERTYPE a word that is a TYPE: {other}")
    elif kind and not is_other and other is not None:
        reading.error("CSIP3", path, "has an OTHERTYPE although its TYPE is not Other")


def _content_type(
    reading: Reading, mets: Mets, element: Element, rules: tuple[str, str], *, wanted: bool
) -> None:
    said = element.get(f"{CSIP}CONTENTINFORMATIONTYPE")
    other = element.get(f"{CSIP}OTHERCONTENTINFORMATIONTYPE")
    if said is None:
        if wanted:
            reading.warn(rules[0], mets.path, "has no csip:CONTENTINFORMATIONTYPE")
    elif not is_content_information_type(said):
        reading.error(rules[0], mets.path, f"has a content type no vocabulary has: {said[:80]!r}")
    elif said == "OTHER" and not (other or "").strip():
        # The corpus files this under the type, the specification under the other type.
        for rule in rules:
            reading.error(rule, mets.path, "has the content type OTHER and does not say which")
    elif said == "OTHER" and is_content_information_type(other or ""):
        reading.error(rules[1], mets.path, f"names as another type one that is known: {other}")
    if other is not None and said != "OTHER":
        reading.error(rules[1], mets.path, "names another content type, and has not said OTHER")


def _dates(reading: Reading, mets: Mets, header: Element) -> None:
    made, changed = header.get("CREATEDATE"), header.get("LASTMODDATE")
    if not is_time(made):
        reading.error("CSIP7", mets.path, "does not say when it was made (CREATEDATE)")
    elif is_later(made or "", reading.now):
        reading.error("CSIP7", mets.path, f"was made in the future: {made}")
    if changed is None:
        reading.warn("CSIP8", mets.path, "does not say when it was changed (LASTMODDATE)")
    elif not is_time(changed):
        reading.error("CSIP8", mets.path, "does not say when it was changed (LASTMODDATE)")
    elif is_later(changed, reading.now):
        reading.error("CSIP8", mets.path, f"was changed in the future: {changed}")
    elif is_time(made) and made and made[-1] == changed[-1] == "Z" and changed < made:
        reading.error("CSIP8", mets.path, "was changed before it was made")
    kind = header.get(f"{CSIP}OAISPACKAGETYPE")
    if kind not in PACKAGE_TYPES:
        reading.error("CSIP9", mets.path, "does not say what kind of package it is")


def _software(reading: Reading, mets: Mets, agents: Sequence[Element]) -> None:
    """Find the one agent that is the software; no mixture of several will do."""
    path = mets.path
    if not agents:
        reading.error("CSIP10", path, "names no agent")
        return
    creators = [one for one in agents if one.get("ROLE") == "CREATOR"]
    others = [one for one in creators if one.get("TYPE") == "OTHER"]
    programs = [one for one in others if one.get("OTHERTYPE") == "SOFTWARE"]
    software = [one for one in agents if one.get("OTHERTYPE") == "SOFTWARE"]
    apart = [one for one in software if one.get("ROLE") != "CREATOR"]
    # Among several that are called software, the one that lacks nothing but the role is meant.
    misses_role = any(one.get("TYPE") == "OTHER" for one in apart) or (apart and apart == software)
    if not creators or (not programs and misses_role):
        reading.error("CSIP11", path, "has no agent that is the software with the role CREATOR")
    if creators and not others:
        reading.error("CSIP12", path, "has no CREATOR of the type OTHER")
    if others and not programs:
        reading.error("CSIP13", path, "has no CREATOR of the other type SOFTWARE")
    for agent in programs or others or creators or list(agents)[:1]:
        if not text_of(agent, "name"):
            reading.error("CSIP14", path, "has an agent without a name")
    for agent in programs:
        notes = list(children(agent, "note"))
        if len(notes) != 1 or not text_of(notes[0]):
            reading.error("CSIP15", path, "must have one note with the version of the software")
        elif notes[0].get(f"{CSIP}NOTETYPE") != "SOFTWARE VERSION":
            reading.error("CSIP16", path, "has a note that is not marked as the SOFTWARE VERSION")


def check_submission(reading: Reading, mets: Mets, profile: Profile) -> None:
    """Check what a submission adds (E-ARK SIP 2.2.0); only its root METS is asked."""
    path, root = mets.path, mets.root
    address = root.get("PROFILE") or ""
    if profile.address and address != profile.address:
        reading.error("SIP2", path, f"has the PROFILE {address[:80]!r}, not {profile.address}")
    elif not profile.address and "earksip.dilcis.eu/profile/" not in address.lower():
        reading.error("SIP2", path, "does not have a PROFILE of E-ARK SIP")
    if root.get("LABEL") is not None and not (root.get("LABEL") or "").strip():
        reading.warn("SIP1", path, "announces a LABEL and does not give it")
    for name, rule in _FORMATS.items():
        if any(not one.get(name, "named").strip() for one in root.iter(f"{METS}file")):
            words = name.partition("}")[2]
            reading.warn(rule, path, f"has a file that announces its {words} and does not give it")
    header = next(children(root, "metsHdr"), None)
    if header is None:
        return
    status = header.get("RECORDSTATUS")
    if status is not None and status not in RECORD_STATUSES:
        reading.error("SIP3", path, f"has a RECORDSTATUS no vocabulary has: {status[:40]!r}")
    if header.get(f"{CSIP}OAISPACKAGETYPE") != "SIP":
        reading.error("SIP4", path, "is not declared as a SIP")
    named = [one.get("TYPE") for one in children(header, "altRecordID")]
    for kind, rule in (("SUBMISSIONAGREEMENT", "SIP5"), ("REFERENCECODE", "SIP7")):
        if named.count(kind) > 1:
            reading.error(rule, path, f"names its {kind} {named.count(kind)} times")
    for one in children(header, "altRecordID"):
        rule = _ALTERNATIVES.get(one.get("TYPE") or "", "")
        if rule and not text_of(one):
            reading.warn(rule, path, f"announces its {one.get('TYPE')} and does not give it")
    _agents(reading, path, list(children(header, "agent")))


def _agents(reading: Reading, path: str, agents: Sequence[Element]) -> None:
    archivists = [one for one in agents if one.get("ROLE") == "ARCHIVIST"]
    submitters = [
        one for one in agents if one.get("ROLE") == "CREATOR" and one.get("OTHERTYPE") != "SOFTWARE"
    ]
    keepers = [one for one in agents if one.get("ROLE") == "PRESERVATION"]
    if len(archivists) > 1:
        reading.error("SIP9", path, "names more than one archival creator")
    for one in archivists:
        _body(reading, path, one, ("SIP11", "SIP12", "SIP14"), _BODIES)
    # A contact person (SIP21) is a CREATOR too, and an INDIVIDUAL.
    bodies = [one for one in submitters if one.get("TYPE") in _BODIES]
    if not bodies or sum(one.get("TYPE") == "ORGANIZATION" for one in bodies) > 1:
        reading.error("SIP15", path, "must name one submitting agent")
    for one in submitters:
        _body(reading, path, one, ("SIP17", "SIP18", "SIP20"), _BODIES)
    if len(keepers) > 1:
        reading.error("SIP26", path, "names more than one agent that preserves")
    for one in keepers:
        _body(reading, path, one, ("SIP28", "SIP29", "SIP31"), {"ORGANIZATION"})


def _body(
    reading: Reading, path: str, agent: Element, rules: tuple[str, str, str], kinds: set[str]
) -> None:
    if agent.get("TYPE") not in kinds:
        reading.error(rules[0], path, f"has an agent of the type {agent.get('TYPE')!r}")
    if not text_of(agent, "name"):
        reading.error(rules[1], path, "has an agent without a name")
    for note in children(agent, "note"):
        if note.get(f"{CSIP}NOTETYPE") not in {"IDENTIFICATIONCODE", None}:
            reading.error(rules[2], path, "has a note of an agent that is no IDENTIFICATIONCODE")
