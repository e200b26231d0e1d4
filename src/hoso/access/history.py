"""What an account was allowed on a past day: facts, written behind each change.

Every change of kind, clearance, unit, roles, person or lock goes through :func:`changed`,
which writes the state that holds from then on.  Of the time before the first state nothing
is known, and that is what is said.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from hoso.access.identity import Held, Identity
from hoso.access.model import PERSONAL, Account, AccountState
from hoso.kernel.clock import civil_day

__all__ = [
    "EndedRole",
    "changed",
    "ended_roles",
    "identity_in",
    "known_since",
    "states_on",
    "touch",
]


@dataclass(frozen=True)
class EndedRole:
    """A role that an account held once: from when to when it was written there, and by whom."""

    held: Held
    given_at: str
    taken_at: str
    taken_by: str
    why: str


def changed(account: Account, *, at: str, by: str, verb: str, cause: str = "") -> None:
    """Note the state of *account* as it now is, and that it was touched.

    :param verb: that of the act, as in the journal.
    :param cause: number of the decision or request behind it.
    """
    state = AccountState(
        since=at,
        by=by,
        what=verb,
        cause=cause,
        kind=account.kind,
        clearance=account.clearance,
        unit=account.unit,
        dossier=account.dossier,
        roles=account.roles,
        shut=account.locked,
    )
    account.history = (*account.history, state)
    touch(account, at=at, by=by)


def touch(account: Account, *, at: str, by: str) -> None:
    """Say who changed the account last, where what it is allowed stays the same."""
    account.revision += 1
    account.touched_at, account.touched_by = at, by


def known_since(account: Account) -> str:
    """Return the instant from which on states are known; "" where none is."""
    return account.history[0].since if account.history else ""


def states_on(account: Account, day: date) -> tuple[AccountState, ...] | None:
    """Return every state that held at some time of a civil day in Vietnam, in order.

    ``None`` means not known: the day, or a part of it, lies before the first state.
    """
    wanted = day.isoformat()
    before = [state for state in account.history if civil_day(state.since) < wanted]
    during = [state for state in account.history if civil_day(state.since) == wanted]
    made = account.history[:1]
    if not before and not (during and made[0].what == "account.created"):
        return None
    return (*before[-1:], *during)


def identity_in(account: Account, state: AccountState) -> Identity:
    """Return who acted under *account* while *state* held; nobody could where it was shut."""
    return Identity(
        login=account.login,
        name=account.name,
        clearance=state.clearance,
        roles=() if state.kind == PERSONAL else state.roles,
        own_dossier=state.dossier,
    )


def ended_roles(account: Account) -> list[EndedRole]:
    """Return the roles that were taken back, the last first."""
    ended: list[EndedRole] = []
    given: dict[Held, str] = {}
    for earlier, later in zip(account.history, account.history[1:], strict=False):
        for held in earlier.roles:
            given.setdefault(held, earlier.since)
            if held not in later.roles:
                begun = given.pop(held)
                ended.append(EndedRole(held, begun, later.since, later.by, later.cause))
    return ended[::-1]
