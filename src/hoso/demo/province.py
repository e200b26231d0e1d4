"""What the invented province consists of: values only.

A ``Plan`` is the whole of it.  People and case files refer to papers by ``Paper.index``,
papers to people and case files by ``code``; dates are in the stored form of
``hoso.kernel.dates`` ("YYYY", "YYYY-MM", "YYYY-MM-DD", "" where nothing is known).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

__all__ = ["CaseFile", "Office", "Paper", "Person", "Plan", "Rows", "ScanKind", "StatusEvent"]

ScanKind = Literal["pdf", "tiff", "jpeg", "png"]
Rows = tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Office:
    """A unit as its letterhead shows it; ``level`` 1 is the province."""

    key: str
    label: str
    parent: str
    level: int
    abbreviation: str
    head: tuple[str, str]
    capacity: str
    deputy: str
    place: str


@dataclass(frozen=True)
class StatusEvent:
    """A change of standing; ``evidence`` is the index of the paper that proves it."""

    status: str
    date: str
    evidence: int | None


@dataclass(frozen=True)
class Person:
    """One dossier and whom it is about."""

    code: str
    name: str
    birth_date: str
    gender: str
    kind: str
    unit: str
    situation: str
    position: str
    former_units: tuple[str, ...]
    events: tuple[StatusEvent, ...]
    hold: str = ""


@dataclass(frozen=True)
class CaseFile:
    """The papers of one piece of work, not of one person.

    ``closed`` is when the work ended, "" where nobody wrote it down; ``open`` says that it
    has not ended yet.
    """

    code: str
    type: str
    title: str
    unit: str
    begun: str
    closed: str
    open: bool = False
    hold: str = ""


@dataclass(frozen=True)
class Paper:
    """One paper: what is to be read on it, and what it takes to set it in type."""

    index: int
    recipe: str
    type: str
    form: str
    number: str
    symbol: str
    date: str
    agency: str
    subject: str
    signer: str
    person: str | None
    person_name: str
    case: str | None
    level: int
    unit: str
    scanned: bool
    scan_as: ScanKind | None
    file_name: str
    seed: int
    office: str = ""
    facts: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    rows: Mapping[str, Rows] = field(default_factory=lambda: MappingProxyType({}))

    def __reduce__(self) -> tuple[object, ...]:
        # A mapping proxy does not pickle; papers travel to other processes.
        values = dict(self.__dict__, facts=dict(self.facts), rows=dict(self.rows))
        return _paper, (values,)


def _paper(values: dict[str, object]) -> Paper:
    return Paper(**values)  # type: ignore[arg-type]


@dataclass(frozen=True)
class Plan:
    """The whole province, in the order in which it is to be filed."""

    seed: int
    as_of: str
    offices: tuple[Office, ...]
    people: tuple[Person, ...]
    cases: tuple[CaseFile, ...]
    papers: tuple[Paper, ...]
