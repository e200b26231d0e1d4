"""What goes into the index and what comes out: plain values, no engine, no database."""

from __future__ import annotations

import json
from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from functools import cached_property
from hashlib import blake2b
from types import MappingProxyType

from hoso.kernel.dates import PartialDate

__all__ = [
    "FACETS",
    "KEEPING",
    "KINDS",
    "RETENTION",
    "SORTS",
    "SUGGESTED",
    "Change",
    "Entry",
    "Filters",
    "Generation",
    "Hit",
    "ResultPage",
    "Suggestion",
    "day_number",
    "days_of",
]

# The numbers are on disk, in every index: add, never renumber.
KINDS: Mapping[str, int] = MappingProxyType({"document": 1, "item": 2, "dossier": 3})

#: What is stored of how long a record is kept; what it comes to on a day is RETENTION.
#: ``dated`` and ``doubtful`` have the first day after the period; the period of a doubtful one
#: is not verified, and nothing falls due by it.  ``open``: the period has not begun to run.
KEEPING: Mapping[str, int] = MappingProxyType(
    {
        "permanent": 1,
        "dated": 2,
        "open": 3,
        "held": 4,
        "doubtful": 5,
        "unknown": 6,
        "doubtful-held": 7,
    }
)
#: The state of a record's retention on a day, as filters and facets name it.
RETENTION: Mapping[str, int] = MappingProxyType(
    {"permanent": 1, "running": 2, "due": 3, "held": 4, "unknown": 5}
)

#: ``unit`` counts the units records lie in, ``person`` dossiers by id, ``agency`` codes that
#: ``Engine.bearers`` finds a paper for; ``retention`` is counted where a day is stated.
FACETS = (
    "type",
    "form",
    "year",
    "unit",
    "level",
    "section",
    "status",
    "standing",
    "agency",
    "person",
    "retention",
)

#: Orders of an answer; what has no date (or name) comes last in every one.
SORTS = ("relevance", "date", "date-asc", "name", "name-desc", "filed", "filed-asc")

#: Kinds of what is suggested while somebody types.
SUGGESTED = ("person", "number", "agency")


_EPOCH = date(1970, 1, 1).toordinal()


def day_number(day: date) -> int:
    """Return a day as the index counts days: since 1970-01-01."""
    return day.toordinal() - _EPOCH


def days_of(known: PartialDate) -> tuple[int, int]:
    """Return the first and the last day that a date may be: one day, a month, a year."""
    first = date(known.year, known.month or 1, known.day or 1)
    if known.day:
        return day_number(first), day_number(first)
    month = known.month or 12
    return day_number(first), day_number(date(known.year, month, monthrange(known.year, month)[1]))


@dataclass(frozen=True, kw_only=True)
class Entry:
    """All that one record says to the index; numbers of facets are the caller's codes.

    ``acl`` holds the tokens of those who may find it: none, and nobody does.  ``day`` counts
    from 1970-01-01, as do ``last``, ``filed`` and ``until``; ``year`` 0 is "not known".

    :ivar day: first day of what is known of the date; ``last`` the last one, the same where
        the day itself is known.
    :ivar status: code of the state of a paper; ``standing`` of that of the dossier's person.
    :ivar filed: the day a paper came into its dossier.
    :ivar keep: one of ``KEEPING``, or ""; ``until`` the first day after the period.
    """

    id: int
    kind: str
    acl: tuple[str, ...]
    dossier: int = 0
    type: int = 0
    form: int = 0
    year: int = 0
    unit: int = 0
    level: int = 0
    section: int = 0
    status: int = 0
    standing: int = 0
    day: int | None = None
    last: int | None = None
    filed: int | None = None
    keep: str = ""
    until: int | None = None
    number: str = ""
    symbol: str = ""
    person: str = ""
    agency: str = ""
    title: str = ""
    text: str = ""
    ocr: bool = False

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"{self.kind!r} is not one of {', '.join(KINDS)}")
        if self.keep and self.keep not in KEEPING:
            raise ValueError(f"{self.keep!r} is not one of {', '.join(KEEPING)}")
        if not 0 < self.id < 1 << 63:
            raise ValueError(f"not the id of a record: {self.id}")

    @cached_property
    def digest(self) -> str:
        """The hash over everything above: equal digests, equal entries."""
        said = [getattr(self, name) for name in _HASHED] + [sorted(set(self.acl))]
        written = json.dumps(said, ensure_ascii=False, separators=(",", ":"))
        return blake2b(written.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


_HASHED = tuple(f.name for f in fields(Entry) if f.name != "acl")


@dataclass(frozen=True, kw_only=True)
class Filters:
    """What the answer is narrowed to; ``None`` is "not narrowed", an empty set finds nothing.

    ``years``, ``days`` and ``filed`` are ranges with both ends in, ``None`` being open; a
    paper whose date is known to the month is within ``days`` where its whole month is.
    ``without`` takes codes away, by the name of the facet.

    :ivar status: states of papers and standings of persons alike: either one suffices.
    :ivar agency: codes, as ``analysis.name_code`` makes them of a name.
    :ivar retention: numbers of ``RETENTION``; they hold for the day the question states.
    """

    kind: frozenset[str] | None = None
    dossier: frozenset[int] | None = None
    type: frozenset[int] | None = None
    form: frozenset[int] | None = None
    unit: frozenset[int] | None = None
    level: frozenset[int] | None = None
    section: frozenset[int] | None = None
    status: frozenset[int] | None = None
    standing: frozenset[int] | None = None
    agency: frozenset[int] | None = None
    retention: frozenset[int] | None = None
    years: tuple[int | None, int | None] | None = None
    days: tuple[int | None, int | None] | None = None
    filed: tuple[int | None, int | None] | None = None
    without: Mapping[str, frozenset[int]] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class Hit:
    """One record found, and how well it fits; nothing outside the permitted set is in that."""

    id: int
    score: float
    kind: str


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Something to go on with: one of ``SUGGESTED``, and the record to read its name from.

    ``id`` is a dossier for a person, for a number or an agency a paper that bears it.
    ``key`` is what was matched: folded words.
    """

    what: str
    id: int
    key: str


@dataclass(frozen=True)
class Change:
    """A place in the change journal: shard and sequence number."""

    shard: str
    seq: int


@dataclass(frozen=True)
class Generation:
    """Which state of the database an index shows.

    ``cursor`` is exact: the last change taken in, for each shard.  ``tid`` is the newest
    transaction known to be covered; later ones may be in as well.
    """

    directory: str
    commits: int
    tid: int
    cursor: Mapping[str, int]
    unread: frozenset[int] = frozenset()

    def covers(self, change: Change) -> bool:
        """Say whether *change* has been taken in."""
        return self.cursor.get(change.shard, 0) >= change.seq

    def __str__(self) -> str:
        return f"{self.directory}.{self.commits}"


@dataclass(frozen=True, kw_only=True)
class ResultPage:
    """One page of an answer; total and facets count permitted records only.

    ``plan`` says how far the words were loosened to find enough (plan.py); ``estimated``,
    that the facets were counted on a sample.
    """

    total: int
    hits: tuple[Hit, ...]
    facets: Mapping[str, Mapping[int, int]]
    plan: str
    estimated: bool
    ms: float
    generation: Generation
