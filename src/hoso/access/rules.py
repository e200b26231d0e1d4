"""What the profile says of accounts: days, hours and roles, as one value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from hoso.access.accounts import FIRST_PASSWORD_DAYS
from hoso.access.identity import Held

__all__ = ["Rules"]


@dataclass(frozen=True)
class Rules:
    """The section ``[accounts]`` of a profile's settings.

    :ivar first_password_days: how long an issued password lasts (S3-19: five days).
    :ivar session: how long a person stays signed in at most.
    :ivar idle: how long without asking for anything.
    :ivar second_factor_for: roles nobody works under without a second factor.
    """

    first_password_days: int = FIRST_PASSWORD_DAYS
    session: timedelta = timedelta(hours=10)
    idle: timedelta = timedelta(minutes=60)
    second_factor_for: frozenset[str] = frozenset()

    @classmethod
    def of(cls, settings: Mapping[str, Any]) -> Rules:
        """Read the rules out of a profile's settings."""
        said = settings.get("accounts", {})
        return cls(
            first_password_days=int(said.get("first_password_days", FIRST_PASSWORD_DAYS)),
            session=timedelta(hours=float(said.get("session_hours", 10))),
            idle=timedelta(minutes=float(said.get("idle_minutes", 60))),
            second_factor_for=frozenset(said.get("second_factor_for", ())),
        )

    def want_second_factor(self, roles: tuple[Held, ...], on: date) -> bool:
        """Say whether one of the roles held on a day asks for a second factor."""
        return any(held.role in self.second_factor_for and held.in_force(on) for held in roles)
