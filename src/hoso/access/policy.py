"""The one access decision, with its reason.

Two gates.  The mandatory one first: clearance must reach the record's level, and no role
overrides that.  Then roles: those held at the record's unit or above it, those granted on
the record itself, and ``subject`` on one's own dossier; what a role may do stands in the
profile's matrix.  Default deny.  Grants only add; what subtracts is a wall round a
dossier, which stops inheritance from units (then only grants on it count), and types of
paper that are closed to a role.  A filter of index tokens can say the same (``tokens``).

A wall is against people.  The house's own machines, whose identities no account can have,
read a paper behind one: what they may do there stands in the matrix as everywhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Any

from hoso.access.identity import Identity, in_force
from hoso.access.permissions import Permission
from hoso.records.model import Grant

__all__ = ["Decision", "Granted", "Policy", "Protected", "Refused"]

SUBJECT = "subject"


@dataclass(frozen=True)
class Protected:
    """What the decision needs to know of a record.

    :ivar lineage: numbers of the units it is under, nearest first; 0, the site, is implied.
    :ivar subject_of: id of the dossier it belongs to, for the person it is about; 0 none.
    :ivar closed_to: roles that never see this type of paper.
    """

    uid: str
    level: int = 0
    lineage: tuple[int, ...] = ()
    grants: tuple[Grant, ...] = ()
    walled: bool = False
    subject_of: int = 0
    closed_to: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Decision:
    """An answer with its reason: an English msgid and the facts it names."""

    reason: str
    facts: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))

    allowed = False

    def __bool__(self) -> bool:
        return self.allowed

    def __str__(self) -> str:
        return self.reason.format_map(self.facts)


class Granted(Decision):
    """Yes, because."""

    allowed = True


class Refused(Decision):
    """No, because."""


class Policy:
    """The decision function of one site, over the role matrix of its profile."""

    def __init__(
        self, permissions_of: Callable[[str], frozenset[str]], roles: Iterable[str] = ()
    ) -> None:
        self.permissions_of = permissions_of
        self.roles = tuple(roles)

    def roles_with(self, permission: Permission) -> tuple[str, ...]:
        """Return the roles of the matrix that hold a permission."""
        return tuple(role for role in self.roles if permission in self.permissions_of(role))

    def roles_on(self, identity: Identity, record: Protected, *, on: date) -> tuple[str, ...]:
        """Return the roles *identity* has on a record, whatever its level and type."""
        if not identity.is_somebody:
            return ()
        found = (role for role, _why, _facts in self._roles(identity, record, on))
        return tuple(dict.fromkeys(found))

    def decide(
        self, identity: Identity, record: Protected, permission: Permission, *, on: date
    ) -> Decision:
        """Say whether *identity* may do *permission* to *record* on a date, and why."""
        if not identity.is_somebody:
            return Refused("Nobody is signed in.")
        if record.level > identity.clearance:
            return Refused(
                "The record is at level {level}; you are cleared to level {clearance}.",
                {"level": record.level, "clearance": identity.clearance},
            )
        held_otherwise: list[str] = []
        for role, why, facts in self._roles(identity, record, on):
            if role in record.closed_to:
                continue
            if permission in self.permissions_of(role):
                return Granted(why, facts)
            held_otherwise.append(role)
        if held_otherwise:
            return Refused(
                "Your role here ({roles}) does not include {permission}.",
                {"roles": ", ".join(dict.fromkeys(held_otherwise)), "permission": str(permission)},
            )
        return Refused("You hold no role at the unit that keeps this record.")

    def _roles(
        self, identity: Identity, record: Protected, on: date
    ) -> list[tuple[str, str, dict[str, Any]]]:
        found: list[tuple[str, str, dict[str, Any]]] = []
        if not record.walled or identity.is_machine:
            here = {*record.lineage, 0}
            for held in identity.roles:
                if held.unit in here and held.in_force(on):
                    facts = {"role": held.role, "unit": held.unit, "cause": held.cause}
                    found.append((held.role, "Role {role} held at unit {unit} ({cause}).", facts))
        for grant in record.grants:
            if grant.principal != identity.principal:
                continue
            if not in_force(grant.valid_from, grant.valid_to, on):
                continue
            facts = {"role": grant.role, "cause": grant.cause}
            found.append((grant.role, "Role {role} granted on this record ({cause}).", facts))
        if record.subject_of and record.subject_of == identity.own_dossier:
            found.append((SUBJECT, "This is your own dossier.", {}))
        return found

    def anywhere(
        self,
        identity: Identity,
        permission: Permission,
        *,
        on: date,
        granted: Iterable[str] = (),
    ) -> bool:
        """Say whether *identity* holds *permission* at any unit: what menus go by.

        :param granted: roles that grants on records give this person now.
        """
        roles = [held.role for held in identity.roles if held.in_force(on)]
        if identity.own_dossier:
            roles.append(SUBJECT)
        return any(permission in self.permissions_of(role) for role in (*roles, *granted))

    def units_of(self, identity: Identity, permission: Permission, *, on: date) -> frozenset[int]:
        """Return the numbers of the units at which the permission is held (0: the site)."""
        return frozenset(
            held.unit
            for held in identity.roles
            if held.in_force(on) and permission in self.permissions_of(held.role)
        )
