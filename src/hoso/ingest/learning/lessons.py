"""What a correction teaches, and what lessons propose for a new reading (pure).

A lesson is a reading of one field in the papers of one agency, and what people wrote instead.
It proposes something only after two papers in which the same was written, and none in which
the reading stood or something else was written.  A proposal that rests on a lesson says so in its
rule, and keeps the reading beside it: it is shown, never slipped in.

Learnt are fields that repeat from paper to paper: kind, form, symbol, agency, signer, and how a
subject begins.  Person, number, date and level are never learnt.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from hoso.kernel.text import fold, nfc, one_line

__all__ = [
    "FIELDS",
    "Correction",
    "Known",
    "agency_key",
    "asked",
    "corrections",
    "key_of",
    "suggest",
]

#: Fields by their name in the form of a paper; ``title`` for its beginning alone.
FIELDS = ("type", "form", "symbol", "agency", "signer", "title")
#: Papers in which the same must have been written.
LEAST = 2
# What a subject begins with, however it was read; only this of a subject is ever learnt, since
# what follows may name a person.
_BEGINS = re.compile(r"\s*(v\W{0,2}v|[vxy]\w{0,2}\s+vi\w{1,2}|trich\s+yeu)\W*\s+")
_BEGINNINGS = ("V/v", "Về việc", "Về", "")


@dataclass(frozen=True)
class Correction:
    """What was read and what a person wrote; the same where the reading stood."""

    field: str
    read: str
    written: str


@dataclass(frozen=True)
class Known:
    """What is known of one reading: what was written how often, the reading included.

    :ivar writings: what was written, and in how many papers.
    """

    id: str
    agency: str
    field: str
    read: str
    writings: Mapping[str, int]

    @property
    def proposes(self) -> str | None:
        """What is proposed instead of the reading; ``None`` where nothing is certain yet."""
        if len(self.writings) != 1:
            return None
        ((written, times),) = self.writings.items()
        return written if times >= LEAST and written != self.read else None

    @property
    def times(self) -> int:
        """In how many papers the reading was seen."""
        return sum(self.writings.values())


def agency_key(agency: str) -> str:
    """Return an agency as lessons compare it: without marks, case and punctuation."""
    return " ".join(re.findall(r"[^\W_]+", fold(nfc(agency))))


def key_of(unit: int, field: str, *, read: str, agency: str) -> str:
    """Return what a lesson is found by; the spelling of an agency is asked of no agency."""
    place = "" if field == "agency" else agency_key(agency)
    return f"{unit}\x1f{place}\x1f{field}\x1f{read}"


def corrections(read: Mapping[str, str], written: Mapping[str, str]) -> Iterator[Correction]:
    """Yield what the filing of one paper teaches, field by field.

    A field that was emptied, or where nothing was read, teaches nothing.

    :param read: what the machine read, as the form's controls hold it.
    :param written: what stands on the record now.
    """
    for field in FIELDS:
        before, after = one_line(read.get(field, "")), one_line(written.get(field, ""))
        if not before or not after:
            continue
        if field == "title":
            beginnings = _beginnings(before, after)
            if beginnings is not None:
                yield Correction(field, *beginnings)
        else:
            yield Correction(field, before, after)


def asked(read: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield (field, reading) by which lessons are asked; of a subject only how it begins."""
    for field in FIELDS:
        value = one_line(read.get(field, ""))
        begun = _BEGINS.match(fold(value)) if field == "title" else None
        if begun is not None:
            yield field, value[: begun.end()].strip()
        elif value and field != "title":
            yield field, value


def _beginnings(read: str, written: str) -> tuple[str, str] | None:
    """Return how the subject began as read and as written, if the rest is the same."""
    begun = _BEGINS.match(fold(read))
    if begun is None:
        return None
    rest = read[begun.end() :]
    if not rest or not fold(written).endswith(fold(rest)):
        return None
    after = written[: len(written) - len(rest)].strip()
    return (read[: begun.end()].strip(), after) if after in _BEGINNINGS else None


def suggest(
    known: Iterable[Known], proposals: Mapping[str, Mapping[str, Any]]
) -> dict[str, dict[str, Any]]:
    """Return proposals that people's corrections make of readings; of the other fields nothing.

    :param known: lessons that may be asked for this paper, the nearest unit's first.
    :param proposals: readings by field, values as the form's controls hold them.
    """
    lessons: dict[tuple[str, str, str], Known] = {}
    for lesson in known:
        lessons.setdefault((lesson.field, lesson.agency, lesson.read), lesson)
    found: dict[str, dict[str, Any]] = {}
    agency = _value(proposals, "agency")
    spelt = lessons.get(("agency", "", agency))
    if spelt is not None and spelt.proposes is not None:
        found["agency"] = _made(proposals["agency"], spelt, spelt.proposes)
        agency = spelt.proposes
    place = agency_key(agency)
    for field, read in asked({name: _value(proposals, name) for name in proposals}):
        known_as = lessons.get((field, place, read))
        if field == "agency" or known_as is None or known_as.proposes is None:
            continue
        written = known_as.proposes
        if field == "title":
            written = f"{written} {_value(proposals, field)[len(read) :].strip()}".strip()
        found[field] = _made(proposals[field], known_as, written)
    return found


def _value(proposals: Mapping[str, Mapping[str, Any]], field: str) -> str:
    return one_line(str((proposals.get(field) or {}).get("value") or ""))


def _made(proposal: Mapping[str, Any], lesson: Known, written: str) -> dict[str, Any]:
    return {
        **proposal,
        "value": written,
        "rule": f"learnt:{lesson.id}",
        "read": str(proposal["value"]),
        "times": lesson.times,
    }
