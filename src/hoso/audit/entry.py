"""What the journal keeps of one deed, and the exact bytes its chain is made over.

An entry refers to records, people and units by their texts only, so that it outlives all of
them.  Each has some random characters of its own, its salt: a reader who is given the digest of
an entry that is withheld from him cannot find out by guessing what it says.  Entries written
before there were salts have none.  ``hoso_verify_journal`` makes the same bytes with code of its
own and ``docs/formats.md`` describes them; change nothing here without a new format name there.
"""

from __future__ import annotations

import hashlib
import json
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from hoso.kernel.errors import Fault, Invalid
from hoso.kernel.text import nfc

__all__ = [
    "START",
    "Entry",
    "Scalar",
    "Stored",
    "Written",
    "link",
    "mark_of",
    "restored",
    "stored",
    "text_of",
]

Scalar = str | int | float | bool | None
_Details = tuple[tuple[str, Scalar], ...]
# at, actor, verb, outcome, record, dossier, unit, reason, details as sorted pairs, salt
_Salted = tuple[str, str, str, str, str, str, str, str, _Details, str]
_Plain = tuple[str, str, str, str, str, str, str, str, _Details]  # as written before 0.4
Stored = _Salted | _Plain

OUTCOMES = ("done", "refused", "failed")
START = bytes(32)  # what the first entry of a shard is chained to
_SALT = 12  # random bytes: 96 bits, more than anybody tries
_UNSALTED = 9  # values of an entry without

_STAMP = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{6}Z")
_VERB = re.compile(r"[a-z][a-z0-9-]*(\.[a-z][a-z0-9-]*)+")


@dataclass(frozen=True)
class Entry:
    """One deed, refusal or failure: who, what, when, to which record, with what outcome."""

    at: str
    actor: str
    verb: str
    outcome: str
    record: str = ""
    dossier: str = ""
    unit: str = ""
    reason: str = ""
    details: Mapping[str, Scalar] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True)
class Written:
    """An entry at its place: the day's book, the shard in it, the number in the shard.

    :ivar mark: characters it is known by and that say nothing of it or of its neighbours.
    """

    day: str
    shard: str
    seq: int
    order: str
    entry: Entry
    link: str
    mark: str

    @property
    def position(self) -> str:
        """The place as text, to go on reading from."""
        return f"{self.day}/{self.order}/{self.shard}/{self.seq}"


def stored(entry: Entry) -> Stored:
    """Return the plain values to keep; raise ``Invalid`` with all faults at once."""
    faults = []
    if not _STAMP.fullmatch(entry.at):
        faults.append(
            Fault("at", "Not an instant in UTC with microseconds: {at}", {"at": entry.at})
        )
    if not _VERB.fullmatch(entry.verb):
        faults.append(Fault("verb", "Not a verb like document.filed: {verb}", {"verb": entry.verb}))
    if entry.outcome not in OUTCOMES:
        faults.append(
            Fault(
                "outcome",
                "The outcome {outcome} is not one of {known}.",
                {"outcome": entry.outcome, "known": ", ".join(OUTCOMES)},
            )
        )
    faults += [
        Fault(
            f"details.{key}",
            "Details hold text, numbers, yes and no; this is a {kind}.",
            {"kind": type(value).__name__},
        )
        for key, value in entry.details.items()
        if not isinstance(value, str | int | float | None)
    ]
    if faults:
        raise Invalid(faults, "The journal cannot take this entry.")
    details = tuple(sorted((_clean(key), _scalar(value)) for key, value in entry.details.items()))
    if len({key for key, _ in details}) < len(details):
        raise Invalid([Fault("details", "Two details have the same name.")])
    return (
        entry.at,
        _clean(entry.actor),
        entry.verb,
        entry.outcome,
        _clean(entry.record),
        _clean(entry.dossier),
        _clean(entry.unit),
        _clean(entry.reason),
        details,
        secrets.token_urlsafe(_SALT),
    )


def restored(values: Stored) -> Entry:
    """Return the entry that was stored as *values*."""
    return Entry(*values[:8], details=MappingProxyType(dict(values[8])))


def mark_of(values: Stored, made: bytes) -> str:
    """Return what an entry is known by: its salt; of one without, the beginning of its link."""
    return str(values[_UNSALTED]) if len(values) > _UNSALTED else made.hex()[:16]


def text_of(values: Stored, *, day: str, shard: str, seq: int) -> str:
    """Return the text of an entry at its place, the one that its link is made over."""
    at, actor, verb, outcome, record, dossier, unit, reason, details = values[:9]
    said: dict[str, Any] = {
        "actor": actor,
        "at": at,
        "day": day,
        "details": dict(details),
        "dossier": dossier,
        "outcome": outcome,
        "reason": reason,
        "record": record,
        "seq": seq,
        "shard": shard,
        "unit": unit,
        "verb": verb,
    }
    if len(values) > _UNSALTED:
        said["salt"] = values[_UNSALTED]
    return _CANONICAL.encode(said)


def link(previous: bytes, values: Stored, *, day: str, shard: str, seq: int) -> bytes:
    """Chain an entry to the one before it in its shard."""
    text = text_of(values, day=day, shard=shard, seq=seq)
    return hashlib.sha256(previous + text.encode()).digest()


_CANONICAL = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _clean(text: str) -> str:
    # A name off a file system may hold lone surrogates, which UTF-8 has no bytes for.
    return nfc(text.encode("utf-8", "backslashreplace").decode())


def _scalar(value: Scalar) -> str | int | bool | None:
    if isinstance(value, str):
        return _clean(value)
    # Languages write floats differently; the chain must come out the same in any of them.
    return repr(value) if isinstance(value, float) else value
