"""What a profile says, as frozen values: roles, deadlines, workflows, first units and accounts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from hoso.definitions.places import NOWHERE, Place
from hoso.definitions.values import Text

__all__ = [
    "AccountSeed",
    "Deadline",
    "Profile",
    "RoleGrant",
    "RoleMatrix",
    "State",
    "Transition",
    "UnitSeed",
    "Workflow",
]


def _nothing() -> Mapping[str, Any]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True)
class State:
    """A state of a workflow; from a final one nothing leads away."""

    key: str
    label: Text
    final: bool = False


@dataclass(frozen=True, slots=True)
class Transition:
    """A step between states: what it takes, whose step it is, what must hold."""

    key: str
    label: Text
    from_: tuple[str, ...]
    to: str
    permission: str
    by: tuple[str, ...]
    guards: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Workflow:
    """States and the steps between them."""

    key: str
    label: Text
    initial: str
    states: Mapping[str, State]
    transitions: tuple[Transition, ...]
    place: Place = field(default=NOWHERE, compare=False, repr=False)

    def leading_from(self, state: str) -> tuple[Transition, ...]:
        """Return the steps that may be taken in a state."""
        return tuple(step for step in self.transitions if state in step.from_)


@dataclass(frozen=True, slots=True)
class RoleMatrix:
    """Which role may do what; default deny."""

    roles: tuple[str, ...]
    labels: Mapping[str, Text]
    permissions: tuple[str, ...]
    grants: Mapping[str, frozenset[str]]

    def permissions_of(self, role: str) -> frozenset[str]:
        """Return what a role may do; nothing for one that is not in the matrix."""
        return self.grants.get(role, frozenset())

    def holders_of(self, permission: str) -> tuple[str, ...]:
        """Return the roles that hold a permission, in the matrix's order."""
        return tuple(role for role in self.roles if permission in self.grants[role])


@dataclass(frozen=True, slots=True)
class Deadline:
    """Within how long something must be done, counted from what, and by whom."""

    key: str
    label: Text
    amount: str
    unit: str
    counted_from: str
    responsible: str
    source: str
    confidence: str
    place: Place = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class UnitSeed:
    """An organisational unit that a new site starts with."""

    key: str
    name: str
    type: str
    parent: str | None
    place: Place = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class RoleGrant:
    """A role held at a unit; ``None`` is the whole site."""

    role: str
    unit: str | None


@dataclass(frozen=True, slots=True)
class AccountSeed:
    """An account that a new site starts with; its password is drawn then."""

    login: str
    name: str
    roles: tuple[RoleGrant, ...]
    clearance: int
    person: str | None
    place: Place = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Profile:
    """A deployment: its chain runs from the base to the profile itself."""

    key: str
    title: Text
    chain: tuple[str, ...]
    settings: Mapping[str, Any] = field(default_factory=_nothing)
    units: tuple[UnitSeed, ...] = ()
    accounts: tuple[AccountSeed, ...] = ()
