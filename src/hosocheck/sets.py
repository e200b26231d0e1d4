"""Packages that belong together: a dossier too large for one, cut into parts with a master.

The master has the descriptions of everything and a list of the parts, each with the digest over
all of it; every part names its master.  One package is asked what it says of its set, all of them
together whether they are that set: no part missing, none foreign or changed, every document in
just one.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from hosocheck.described import Described
from hosocheck.findings import Expected, Finding, Level, Listed, Member, Verdict
from hosocheck.mets import METS, XLINK, Mets, children
from hosocheck.reading import Reading

__all__ = ["as_described", "check_together", "member_of"]

_LIST = "metadata/other/hoso-segments.json"
_FORMAT = "hoso-segments-1"
_COVER = "tagmanifest-sha256.txt"
_URN = "urn:hoso:"
_COUNT = re.compile(r"([1-9]\d{0,8}) of ([1-9]\d{0,8})")
_OXUM = re.compile(r"(\d{1,18})\.(\d{1,10})")


# One package ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Told:
    """The places in which one package speaks of others."""

    others: tuple[str, ...]
    group: str
    count: str

    @property
    def is_any(self) -> bool:
        return bool(self.others or self.group or self.count)


def member_of(
    reading: Reading,
    base: str,
    root: Mets | None,
    *,
    info: dict[str, str],
    said: Sequence[Described],
    own: bool,
) -> Member | None:
    """Return what a package says of its set, after asking whether it says it everywhere alike.

    Of a package that stands for itself, and of those of others, nothing.
    """
    if not own or root is None:
        return None
    told = _Told(
        tuple(_others(root)), info.get("Bag-Group-Identifier", ""), info.get("Bag-Count", "")
    )
    listed = _listed(reading, f"{base}{_LIST}")
    if not told.is_any and listed is None:
        return None
    objid = root.root.get("OBJID") or ""
    number, count = _numbers(reading, root, told, objid, listed)
    whole = next((one for one in said if one.identifier is not None), Described(""))
    payload = [name for name in reading.sizes if name.startswith("data/")]
    return Member(
        objid=objid,
        master=objid if listed is not None else told.group,
        number=number,
        count=count,
        listed=listed or (),
        dossier=(whole.identifier or "", whole.code or "", whole.title or "", whole.frozen_at),
        documents=dict(whole.uids),
        holding=whole.holding,
        cover=reading.hashes.get(_COVER, ("", ""))[1],
        oxum=(sum(reading.sizes[name] for name in payload), len(payload)),
    )


def _others(root: Mets) -> Iterator[str]:
    """Yield the names of other packages in the second map."""
    for chart in children(root.root, "structMap"):
        if chart.get("LABEL") == "CSIP":
            continue
        for link in chart.iter(f"{METS}mptr"):
            href = link.get(f"{XLINK}href") or ""
            if link.get("LOCTYPE") == "URN" and href.startswith(_URN):
                yield href.removeprefix(_URN)


def _numbers(
    reading: Reading, root: Mets, told: _Told, objid: str, listed: tuple[Listed, ...] | None
) -> tuple[int, int]:
    """Compare map, bag and list; return which part it is (0: the master), and of how many."""
    if listed is not None:
        if told.others != tuple(one.objid for one in listed):
            reading.error("SET-LIST", root.path, "names other parts than the master's list")
        if told.group != objid or told.count:
            reading.error("SET-LIST", "bag-info.txt", "does not speak of the master of a set")
        return 0, len(listed)
    found = _COUNT.fullmatch(told.count)
    number, count = (int(found[1]), int(found[2])) if found else (0, 0)
    if not 1 <= number <= count:
        reading.error("SET-COUNT", "bag-info.txt", f"is no part of a set: {told.count[:40]!r}")
    if told.others != (told.group,) or told.group in {"", objid}:
        reading.error("SET-MASTER", root.path, "does not name the one master that the bag names")
    return number, count


def _listed(reading: Reading, path: str) -> tuple[Listed, ...] | None:
    """Read the master's list; ``None`` where there is none."""
    if path not in reading.sizes:
        return None
    try:
        data = json.loads(reading.text(path, "SET-LIST") or "{}", object_pairs_hook=_once)
        if data["format"] != _FORMAT or not data["segments"]:
            raise ValueError("another format, or no part")
        return tuple(_one(number, one) for number, one in enumerate(data["segments"], start=1))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        reading.error("SET-LIST", path, f"is not a list of parts: {error!r}")
        return ()


def _one(number: int, said: dict[str, object]) -> Listed:
    oxum = _OXUM.fullmatch(str(said["payload-oxum"]))
    documents = said["documents"]
    if said["number"] != number or oxum is None or not isinstance(documents, list):
        raise ValueError(f"the part {number}")
    return Listed(
        str(said["objid"]),
        str(said["tagmanifest-sha512"]),
        (int(oxum[1]), int(oxum[2])),
        tuple(map(str, documents)),
    )


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice in one object")
    return found


def as_described(
    reading: Reading, said: Sequence[Described], member: Member | None
) -> list[Described]:
    """Count the documents of a part: the fields of the dossier count those of the whole."""
    if member is None or member.number == 0:
        return list(said)
    found = []
    for one in said:
        if one.fielded is None:
            found.append(one)
            continue
        if one.documents is None or one.documents < one.fielded:
            reading.error("OWN-COUNT", one.path, "describes more documents than the dossier has")
        found.append(replace(one, documents=one.fielded))
    return found


# All together --------------------------------------------------------------------------------


class _Findings:
    def __init__(self) -> None:
        self.found: list[Finding] = []

    def add(self, rule: str, path: str, what: str) -> None:
        self.found.append(Finding(rule, Level.ERROR, path, what))


def check_together(
    verdicts: Iterable[Verdict], *, expected: Expected | None = None
) -> tuple[Finding, ...]:
    """Return everything in which packages are not one whole set; each was judged by itself before.

    :param expected: what the catalogue says of the whole dossier.
    """
    findings, members = _Findings(), []
    for verdict in verdicts:
        if verdict.member is None:
            findings.add("SET-FOREIGN", verdict.identifier, "belongs to no set")
        else:
            members.append(verdict.member)
    masters = [one for one in members if one.listed]
    if len(masters) != 1:
        findings.add("SET-MASTER", "", f"there are {len(masters)} masters; there must be one")
        return tuple(findings.found)
    master = masters[0]
    parts = [one for one in members if one is not master]
    _whole(findings, master, parts)
    known = {one.objid: one for one in parts}
    for number, listed in enumerate(master.listed, start=1):
        part = known.get(listed.objid)
        if part is not None:
            _part(findings, master, part, number, listed)
    _documents(findings, master, parts)
    if expected is not None:
        wanted = {paper.uid for paper in expected.papers if paper.files}
        _differ(findings, "", wanted, {uid for one in parts for uid in one.holding})
    return tuple(findings.found)


def _whole(findings: _Findings, master: Member, parts: Sequence[Member]) -> None:
    """The parts that are there are those the master names, once each."""
    names = Counter(one.objid for one in parts)
    listed = [one.objid for one in master.listed]
    for name in listed:
        if name not in names:
            findings.add("SET-MISSING", name, f"is named by {master.objid} and is not there")
    for name, times in names.items():
        if times > 1:
            findings.add("SET-TWICE", name, f"is there {times} times")
        if name not in listed:
            findings.add("SET-FOREIGN", name, f"is no part that {master.objid} names")
    if len(set(listed)) != len(listed):
        findings.add("SET-TWICE", master.objid, "names a part twice")


def _part(findings: _Findings, master: Member, part: Member, number: int, listed: Listed) -> None:
    name = part.objid
    if part.master != master.objid:
        findings.add("SET-MASTER", name, f"belongs to {part.master}, not to {master.objid}")
    if (part.number, part.count) != (number, len(master.listed)):
        findings.add(
            "SET-COUNT",
            name,
            f"calls itself {part.number} of {part.count}; it is {number} of {len(master.listed)}",
        )
    if part.cover != listed.cover or not part.cover:
        findings.add("SET-DIGEST", name, "does not have the digest that its master says")
    if part.oxum != listed.oxum:
        findings.add("SET-DIGEST", name, "does not have the files and bytes that its master says")
    if part.dossier != master.dossier:
        findings.add("SET-SAME", name, "is not of the dossier of its master as it was then")
    _differ(findings, name, set(listed.documents), set(part.documents))
    for uid, said in part.documents.items():
        if master.documents.get(uid, said) != said:
            findings.add("SET-SAME", name, f"says otherwise of {uid} than its master")


def _documents(findings: _Findings, master: Member, parts: Sequence[Member]) -> None:
    """No document is in two parts, and none that the master does not describe."""
    times = Counter(uid for one in parts for uid in one.documents)
    for uid, count in times.items():
        if count > 1:
            findings.add("SET-TWICE", "", f"the document {uid} is in {count} parts")
        if uid not in master.documents:
            findings.add("SET-DOCUMENT", "", f"the document {uid} is not known to the master")
    if master.holding:
        findings.add("SET-DOCUMENT", master.objid, "is a master and holds files of documents")
    for one in parts:
        for uid in sorted(set(one.documents) - one.holding):
            findings.add("SET-DOCUMENT", one.objid, f"has no file of the document {uid}")


def _differ(findings: _Findings, name: str, wanted: set[str], there: set[str]) -> None:
    for uid in sorted(wanted - there):
        findings.add("SET-DOCUMENT", name, f"lacks the document {uid}")
    for uid in sorted(there - wanted):
        findings.add("SET-DOCUMENT", name, f"has the document {uid}, which belongs elsewhere")
