"""``catalogs/`` and ``profiles/`` read into one immutable rulebook.

Definitions are never imported into the database: they are read at every start and are the
truth.  A new kind of paper, a retention rule or a deployment is a file, not code;
``catalogs/README.md`` shows the formats by example.
"""

from __future__ import annotations

from hoso.definitions.deployments import (
    AccountSeed,
    Deadline,
    Profile,
    RoleGrant,
    RoleMatrix,
    State,
    Transition,
    UnitSeed,
    Workflow,
)
from hoso.definitions.faults import DefinitionFaults, Finding
from hoso.definitions.rulebook import Rulebook, check, load
from hoso.definitions.values import (
    DocumentType,
    DossierType,
    FieldSpec,
    IndexDefinition,
    Level,
    RetentionClass,
    RetentionRule,
    Section,
    Stage,
    Term,
    Text,
    Trigger,
    Vocabulary,
)

__all__ = [
    "AccountSeed",
    "Deadline",
    "DefinitionFaults",
    "DocumentType",
    "DossierType",
    "FieldSpec",
    "Finding",
    "IndexDefinition",
    "Level",
    "Profile",
    "RetentionClass",
    "RetentionRule",
    "RoleGrant",
    "RoleMatrix",
    "Rulebook",
    "Section",
    "Stage",
    "State",
    "Term",
    "Text",
    "Transition",
    "Trigger",
    "UnitSeed",
    "Vocabulary",
    "Workflow",
    "check",
    "load",
]
