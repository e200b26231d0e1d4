"""What goes into the index and what comes out: plain values, no engine, no database."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from functools import cached_property
from hashlib import blake2b
from types import MappingProxyType

__all__ = ["FACETS", "KINDS", "Change", "Entry", "Filters", "Generation", "Hit", "ResultPage"]

# The numbers are on disk, in every index: add, never renumber.
KINDS: Mapping[str, int] = MappingProxyType({"document": 1, "item": 2, "dossier": 3})

FACETS = ("type", "form", "year", "unit", "level", "section")


@dataclass(frozen=True, kw_only=True)
class Entry:
    """All that one record says to the index; numbers of facets are the caller's codes.

    ``acl`` holds the tokens of those who may find it: none, and nobody does.  ``day`` counts
    from 1970-01-01; ``year`` 0 is "not known".
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
    day: int | None = None
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

    ``years`` and ``days`` are ranges with both ends in, ``None`` being open.  ``without``
    takes codes away, by the name of the facet.
    """

    kind: frozenset[str] | None = None
    dossier: frozenset[int] | None = None
    type: frozenset[int] | None = None
    form: frozenset[int] | None = None
    unit: frozenset[int] | None = None
    level: frozenset[int] | None = None
    section: frozenset[int] | None = None
    status: frozenset[int] | None = None
    years: tuple[int | None, int | None] | None = None
    days: tuple[int | None, int | None] | None = None
    without: Mapping[str, frozenset[int]] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class Hit:
    """One record found.  The score orders, but is never shown: it rests on all documents."""

    id: int
    score: float
    kind: str


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
