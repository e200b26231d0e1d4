"""What the catalogs say, as frozen values; those of a profile are in ``deployments``.

These are the shapes that everything above relies on.  They carry no behaviour beyond
looking something up in themselves; how they are read is in ``catalogs`` and ``profiles``,
whether they agree with each other in ``crosscheck``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from hoso.definitions.places import NOWHERE, Place

__all__ = [
    "DocumentType",
    "DossierType",
    "FieldSpec",
    "IndexDefinition",
    "Level",
    "RetentionClass",
    "RetentionRule",
    "SecrecyLaw",
    "Section",
    "Separation",
    "Stage",
    "Term",
    "Text",
    "Trigger",
    "Vocabulary",
]


@dataclass(frozen=True, slots=True)
class Text:
    """A label in Vietnamese and English; the Vietnamese one is never empty."""

    vi: str
    en: str = ""

    def in_(self, language: str) -> str:
        """Return the label in a language; Vietnamese where there is no other."""
        return self.en if language == "en" and self.en else self.vi


@dataclass(frozen=True, slots=True)
class Term:
    """One row of a value list; ``None`` as a validity date means "always"."""

    code: str
    label: Text
    valid_from: str | None
    valid_to: str | None
    source: str
    confidence: str
    extra: Mapping[str, str]
    line: int = field(default=0, compare=False)

    def valid_on(self, day: str) -> bool:
        """Say whether the term could be chosen on an ISO date."""
        return (self.valid_from or "") <= day and (
            self.valid_to is None or day[: len(self.valid_to)] <= self.valid_to
        )


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """A value list: its terms by code, in the order of the file."""

    key: str
    label: Text
    group: str
    terms: Mapping[str, Term]
    references: Mapping[str, str]
    file: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Level:
    """A step of confidentiality; 2 to 4 are state secrets (Law 29/2018/QH14 art. 8)."""

    number: int
    key: str
    label: Text
    stamp: str
    source: str = ""
    place: Place = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class SecrecyLaw:
    """What a law on state secrets says of terms, for secrets determined while it was in force.

    :ivar years: longest term by level, 2 to 4.
    :ivar confidence: how sure the terms are; ``procedure_confidence`` how sure the days.
    :ivar decide_before_days: an extension is decided so many days before the term ends.
    :ivar notice_days: holders are told of an act within so many days.
    """

    key: str
    label: Text
    instrument: str
    article: str
    valid_from: str
    valid_to: str | None
    years: Mapping[int, int]
    confidence: str
    decide_before_days: int
    notice_days: int
    procedure_confidence: str
    place: Place = field(default=NOWHERE, compare=False, repr=False)

    @property
    def is_verified(self) -> bool:
        """Whether somebody has read the terms in the law itself."""
        return self.confidence != "?"

    def in_force_on(self, day: str) -> bool:
        """Say whether the law governs what is determined on an ISO date."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the folder, A to M."""

    key: str
    label: Text
    place: Place = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """A fact that a paper of some type states, beside those every paper states."""

    name: str
    label: Text
    type: str
    required: bool = False
    vocabulary: str | None = None


@dataclass(frozen=True, slots=True)
class DocumentType:
    """A kind of paper: a statutory component A01 to M04, or a paper of a case file, K.."""

    key: str
    label: Text
    section: str
    kinds: tuple[str, ...]
    repeatable: bool
    form: str
    level: int
    retention: str
    closed_to: tuple[str, ...]
    phrases: tuple[str, ...]
    symbols: tuple[str, ...]
    fields: tuple[FieldSpec, ...]
    source: str = ""
    confidence: str = "V"
    place: Place = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Stage:
    """What a dossier must hold at a stage, and the deadline that runs for it."""

    key: str
    required: tuple[str, ...]
    deadline: str | None = None


@dataclass(frozen=True, slots=True)
class DossierType:
    """A kind of dossier: of a person (CC, VC, NLD) or of a matter."""

    key: str
    label: Text
    personal: bool
    retention: str
    level: int
    stages: Mapping[str, Stage]
    source: str = ""
    place: Place = field(default=NOWHERE, compare=False, repr=False)

    @property
    def required(self) -> Mapping[str, tuple[str, ...]]:
        """Document types by stage: ``recruitment`` is the original dossier."""
        return MappingProxyType({key: stage.required for key, stage in self.stages.items()})


@dataclass(frozen=True, slots=True)
class RetentionRule:
    """One item of a retention table; ``years`` is ``None`` where it is permanent."""

    key: str
    label: Text
    instrument: str
    item: str
    years: int | None
    trigger: str
    valid_from: str | None
    valid_to: str | None
    confidence: str
    article: str = ""
    repeats: str | None = None
    place: Place = field(default=NOWHERE, compare=False, repr=False)

    @property
    def permanent(self) -> bool:
        return self.years is None

    @property
    def period(self) -> str:
        """The period as ISO 8601, or ``permanent``."""
        return "permanent" if self.years is None else f"P{self.years}Y"

    def in_force_on(self, day: str) -> bool:
        """Say whether the rule governs work that ended on an ISO date."""
        return (self.valid_from or "") <= day and (self.valid_to is None or day <= self.valid_to)


@dataclass(frozen=True, slots=True)
class RetentionClass:
    """Records that take one item in every table; its rules, oldest first, leave no gap.

    ``part_of`` names classes of dossiers these papers are a part of with a period of its own,
    given by the item itself: such a paper may go before its dossier.  ``transfer_first`` says
    that nothing of the class is destroyed before an archive has taken it over.
    """

    key: str
    label: Text
    rules: tuple[str, ...]
    part_of: tuple[str, ...] = ()
    transfer_first: bool = False
    place: Place = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Trigger:
    """The event from which a period is counted, and the standings that fire it."""

    key: str
    label: Text
    statuses: tuple[str, ...]
    counts_from: str
    source: str = ""
    place: Place = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class IndexDefinition:
    """One field of the search index."""

    name: str
    label: Text
    kind: str
    on: tuple[str, ...]
    facet: bool
    when: str
    value: str
    place: Place = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class WantedPaper:
    """What a dossier must still receive when somebody leaves: which types, by which deadline."""

    key: str
    label: Text
    types: tuple[str, ...]
    deadline: str


@dataclass(frozen=True, slots=True)
class WayOfLeaving:
    """One way to leave: its standing, what it may follow, what it stops and what it asks for.

    :ivar forms: value list of its forms, or "".
    :ivar ahead: most days by which it may be recorded before it takes effect.
    :ivar after: standings of people who left already, on which it may follow.
    :ivar stops: deadlines of the profile that no longer run.
    """

    key: str
    label: Text
    status: str
    reasons: tuple[str, ...]
    forms: str
    ahead: int
    after: tuple[str, ...]
    stops: tuple[str, ...]
    papers: tuple[WantedPaper, ...]
    source: str
    confidence: str
    place: Place = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Separation:
    """A duty kept apart: what a role never holds, or what no one role holds together."""

    key: str
    why: Text
    role: str | None
    never: tuple[str, ...]
    apart: tuple[str, ...]
    place: Place = field(default=NOWHERE, compare=False, repr=False)
