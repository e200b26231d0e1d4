"""Identity: who acts, as a frozen value; no database object inside."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

__all__ = ["NOBODY", "Held", "Identity", "in_force"]


def in_force(valid_from: str, valid_to: str, on: date) -> bool:
    """Say whether a day lies between two ISO dates, both ends in; "" is an open end.

    The one rule for roles and grants, for the decision and for its index tokens alike.
    """
    day = on.isoformat()
    return (not valid_from or valid_from <= day) and (not valid_to or day <= valid_to)


class Held(NamedTuple):
    """A role held at a unit (by its number; 0 is the whole site), with dates and cause.

    Empty dates are open ends.  Revoking one cause removes only what it gave.
    """

    role: str
    unit: int
    valid_from: str
    valid_to: str
    cause: str

    def in_force(self, on: date) -> bool:
        """Say whether the role is held on a date, both ends inclusive."""
        return in_force(self.valid_from, self.valid_to, on)


@dataclass(frozen=True)
class Identity:
    """An account as it stood when the act began.

    :ivar own_dossier: id of the dossier that is about this person, or 0.
    :ivar granted: roles that grants on records gave it when the request began: menus go by them.
    :ivar clearance: highest confidentiality level (0 to 4) this person is cleared for.
    :ivar must_change_password: the password was issued, not chosen: nothing else may be done.
    :ivar must_add_factor: a role asks for a second factor and there is none; roles, dossier and
        clearance are left out then.
    """

    login: str
    name: str = ""
    clearance: int = 0
    roles: tuple[Held, ...] = ()
    own_dossier: int = 0
    must_change_password: bool = False
    granted: frozenset[str] = frozenset()
    must_add_factor: bool = False

    @property
    def is_somebody(self) -> bool:
        return bool(self.login)

    @property
    def must_first(self) -> bool:
        """Whether something about the account itself comes before all work."""
        return self.must_change_password or self.must_add_factor

    @property
    def is_machine(self) -> bool:
        """Whether this is a part of the house; no account can have a login with a colon."""
        return self.login.startswith("machine:")

    @property
    def principal(self) -> str:
        """The name under which grants are given to this account."""
        return f"user:{self.login}"

    def holds(self, role: str, on: date) -> bool:
        """Say whether the role is held anywhere on a date."""
        return any(held.role == role and held.in_force(on) for held in self.roles)


NOBODY = Identity(login="")
