"""The archive's answer to a package: how it is written, and whether it answers this one (pure).

JSON or XML with the same words (``docs/formats.md``, "Receipt"): what was received, when, what
each rule came to, under which number it is kept, or why it is not.  Every fault is told at once;
a receipt with one counts for nothing.  Who signed it is asked elsewhere (``delivery.signed``).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from lxml import etree

from hoso.kernel.errors import Fault, Invalid
from hoso.kernel.text import nfc, one_line
from hoso.records.model import Reason

__all__ = ["FORMAT", "LARGEST", "NAMESPACE", "Answer", "Said", "faults_of", "read_answer"]

#: Most bytes of a receipt: a rule each for ten thousand files would be less.
LARGEST = 4 << 20
FORMAT = "hoso-receipt-1"
NAMESPACE = "urn:hoso:receipt:1"

_TEXTS = ("objid", "received", "outcome", "aip", "accession", "archive", "signer")
_REQUIRED = ("objid", "received", "outcome", "archive", "signer")
_DIGEST = "tagmanifest-sha512"
_OXUM = "payload-oxum"
_OUTCOMES = ("accepted", "rejected")
_RULES = ("pass", "fail", "warning")
_SHA512 = re.compile(r"[0-9a-f]{128}")
_OXUM_FORM = re.compile(r"\d{1,18}\.\d{1,10}")
_LONGEST = 500
#: How far two clocks may stand apart.
_APART = timedelta(minutes=10)
# What PREMIS calls the two ends (vocabulary "eventType" of the Library of Congress).
_EVENT_OF = {"accepted": "ingestion", "rejected": "rejection"}


@dataclass(frozen=True)
class Said:
    """What one rule of the archive came to: ``pass``, ``warning`` or ``fail``."""

    rule: str
    outcome: str
    message: str = ""


@dataclass(frozen=True)
class Answer:
    """A receipt as it was written; ``received`` is an instant (ISO 8601 with a zone)."""

    objid: str
    sha512: str
    oxum: str
    received: str
    outcome: str
    archive: str
    signer: str
    aip: str = ""
    accession: str = ""
    rules: tuple[Said, ...] = ()
    events: tuple[str, ...] = ()


def read_answer(content: bytes) -> Answer:
    """Read a receipt, JSON or XML; raise ``Invalid`` with everything that is wrong with it."""
    if len(content) > LARGEST:
        raise _unreadable("It is larger than a receipt can be.")
    raw = content.removeprefix(b"\xef\xbb\xbf").lstrip()
    said = _from_xml(raw) if raw.startswith(b"<") else _from_json(raw)
    faults: list[Fault] = []
    texts = {name: _text(said, name, faults) for name in _TEXTS}
    digest = _text(said, _DIGEST, faults).lower()
    oxum = _text(said, _OXUM, faults)
    faults += [
        Fault("receipt", "{name} is missing in it.", {"name": name})
        for name in _REQUIRED
        if not texts[name]
    ]
    if not _SHA512.fullmatch(digest):
        faults.append(Fault("receipt", "{name} is no SHA-512.", {"name": _DIGEST}))
    if not _OXUM_FORM.fullmatch(oxum):
        faults.append(Fault("receipt", "{name} is not BYTES.FILES.", {"name": _OXUM}))
    if texts["outcome"] and texts["outcome"] not in _OUTCOMES:
        faults.append(
            Fault(
                "receipt",
                "Its outcome is neither accepted nor rejected: {said}",
                {"said": texts["outcome"]},
            )
        )
    if texts["received"] and _instant(texts["received"]) is None:
        faults.append(Fault("receipt", "Its time of receipt is no instant with a time zone."))
    rules = tuple(_rules(said, faults))
    if faults:
        raise Invalid(faults)
    events = tuple(_named(one, "type") for one in _many(said, "events", faults))
    return Answer(sha512=digest, oxum=oxum, rules=rules, events=events, **texts)


def faults_of(
    answer: Answer, *, identifier: str, sha512: str, oxum: str, made_at: str, now: datetime
) -> Iterator[Reason]:
    """Yield everything in which a receipt does not answer a package.

    :param identifier: what the package calls itself; ``sha512`` the digest over all of it, ``oxum``
        its bytes and files, ``made_at`` when it was frozen.
    """
    for name, theirs, ours in (
        ("objid", answer.objid, identifier),
        (_DIGEST, answer.sha512, sha512.lower()),
        (_OXUM, answer.oxum, oxum),
    ):
        if theirs != ours:
            yield Reason(
                "receipt-other",
                "It is for another package: {name} is {theirs}, of this one it is {ours}.",
                (("name", name), ("theirs", theirs), ("ours", ours)),
            )
    received = _instant(answer.received)
    made = _instant(made_at)
    if received is not None and made is not None and received < made - _APART:
        yield Reason("receipt-early", "It says the package was received before it was made.")
    if received is not None and received > now + _APART:
        yield Reason("receipt-future", "It says the package was received in the future.")
    failed = [one.rule for one in answer.rules if one.outcome == "fail"]
    if answer.outcome == "accepted" and failed:
        yield Reason(
            "receipt-failed",
            "It accepts the package, but says that rules failed: {rules}.",
            (("rules", ", ".join(failed[:10])),),
        )
    if answer.outcome == "accepted" and not answer.aip:
        yield Reason("receipt-no-aip", "It does not say under which number the archive keeps it.")
    wanted = _EVENT_OF[answer.outcome]
    if answer.events and wanted not in answer.events:
        yield Reason(
            "receipt-event",
            "It says {outcome}, but tells of no {event}.",
            (("outcome", answer.outcome), ("event", wanted)),
        )


# Reading -------------------------------------------------------------------------------------


def _from_json(raw: bytes) -> dict[str, Any]:
    try:
        said = json.loads(raw, object_pairs_hook=_once)
    except (ValueError, RecursionError) as error:
        raise _unreadable(str(error)) from error
    if not isinstance(said, dict) or said.get("format") != FORMAT:
        raise _unreadable(f"its format is not {FORMAT}")
    return said


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name is there twice")
    return found


def _from_xml(raw: bytes) -> dict[str, Any]:
    # Nothing is fetched, no entity is made, nothing grows.
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    try:
        root = etree.fromstring(raw, parser)
    except etree.XMLSyntaxError as error:
        raise _unreadable(str(error)) from error
    if root.getroottree().docinfo.doctype or root.tag != f"{{{NAMESPACE}}}receipt":
        raise _unreadable(f"it is no <receipt> of {NAMESPACE}")
    said: dict[str, Any] = {}
    for element in root:
        name = etree.QName(element).localname if isinstance(element.tag, str) else ""
        if not name:
            continue
        if name in said:
            raise _unreadable(f"{name} is there twice")
        if len(element):
            said[name] = [
                {**dict(one.attrib), "message": one.text or ""}
                for one in element
                if isinstance(one.tag, str)
            ]
        else:
            said[name] = [] if name in {"rules", "events"} else element.text or ""
    return said


def _unreadable(why: str) -> Invalid:
    return Invalid([Fault("receipt", "It cannot be read as a receipt: {why}", {"why": why[:200]})])


def _text(said: dict[str, Any], name: str, faults: list[Fault]) -> str:
    value = said.get(name, "")
    if not isinstance(value, str) or len(value) > _LONGEST:
        faults.append(Fault("receipt", "{name} is no text, or too long.", {"name": name}))
        return ""
    return one_line(nfc(value))


def _many(said: dict[str, Any], name: str, faults: list[Fault]) -> list[dict[str, Any]]:
    value = said.get(name, [])
    if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
        faults.append(Fault("receipt", "{name} is no list.", {"name": name}))
        return []
    return value


def _rules(said: dict[str, Any], faults: list[Fault]) -> Iterator[Said]:
    for one in _many(said, "rules", faults):
        rule, outcome = _named(one, "id"), _named(one, "outcome")
        if not rule or outcome not in _RULES:
            faults.append(
                Fault(
                    "receipt",
                    "A rule in it has no id, or an unknown outcome: {rule}",
                    {"rule": rule},
                )
            )
        else:
            yield Said(rule, outcome, _named(one, "message"))


def _named(one: dict[str, Any], name: str) -> str:
    value = one.get(name, "")
    return one_line(nfc(value))[:_LONGEST] if isinstance(value, str) else ""


def _instant(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo is not None else None
