"""What a profile wants in a new site: its units and first accounts.

Definitions are never imported, they are read at every start; only what is seeded here is
written.  Seeding twice changes nothing: what is there is left as it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from hoso.access import history
from hoso.access.accounts import accounts_of, issue, tie
from hoso.access.identity import Held, Identity
from hoso.access.model import PERSONAL
from hoso.app.house import House
from hoso.desk.desk import Desk
from hoso.kernel.clock import stamp
from hoso.records.units import add_unit

__all__ = ["INSTALLER", "Made", "seed", "tie_accounts"]

#: Who runs commands on the machine without naming an account; the journal names it.
#: Whoever can do that can read the site's files, so it holds these roles everywhere; still
#: the matrix says what they may do, and no command goes around it.
INSTALLER = Identity(
    login="machine:operator",
    name="hoso",
    clearance=4,
    roles=tuple(
        Held(role, 0, "", "", "installation")
        for role in ("operator", "records-officer", "archivist", "auditor", "account-admin")
    ),
)


@dataclass(frozen=True)
class Made:
    """An account that was made, with its one-time password, said once."""

    login: str
    name: str
    roles: tuple[str, ...]
    password: str


def seed(house: House, *, passwords: dict[str, str] | None = None) -> list[Made]:
    """Write the units and accounts of the profile; return the accounts made.

    :param passwords: first passwords by login, for a demo that prints them; others are drawn.
    """

    def work(connection: Any) -> list[Made]:
        desk = Desk(house, connection, INSTALLER, via="cli")
        _units(desk)
        made = _accounts(desk, passwords or {})
        desk.tell("site.seeded", None, profile=house.rulebook.profile.key, accounts=len(made))
        return made

    made: list[Made] = house.databases.attempt(work, note="site seeded")
    return made


def _units(desk: Desk) -> None:
    for wanted in desk.rulebook.profile.units:
        if wanted.key in desk.site.unit_by_key:
            continue
        parent = desk.site.unit_by_key[wanted.parent] if wanted.parent else None
        add_unit(desk.site, key=wanted.key, name=wanted.name, kind=wanted.type, parent=parent)


def _accounts(desk: Desk, passwords: dict[str, str]) -> list[Made]:
    made = []
    known = accounts_of(desk.root).by_login
    for wanted in desk.rulebook.profile.accounts:
        if wanted.login in known:
            continue
        roles = []
        unit_number = 0
        for grant in wanted.roles:
            number = desk.site.unit_by_key[grant.unit].number if grant.unit else 0
            roles.append(Held(grant.role, number, "", "", "profile"))
            unit_number = unit_number or number
        account, password = issue(
            desk.root,
            login=wanted.login,
            name=wanted.name,
            clearance=wanted.clearance,
            roles=tuple(roles),
            now=desk.house.clock.now(),
            by=desk.identity.login,
            password=passwords.get(wanted.login),
            unit=unit_number,
            cause="profile",
        )
        if wanted.login in passwords:
            # A demo's printed password is for trying the product, not for keeping.
            account.must_change = False
        names = tuple(grant.role for grant in wanted.roles)
        made.append(Made(wanted.login, wanted.name, names, password))
    return made


def tie_accounts(house: House) -> None:
    """Tie accounts to the dossiers of their persons, once these are there."""

    def work(connection: Any) -> None:
        site = connection.root()["site"]
        known = accounts_of(connection.root()).by_login
        for wanted in house.rulebook.profile.accounts:
            dossier = site.dossiers.get(wanted.person) if wanted.person else None
            account = known.get(wanted.login)
            if dossier is None or account is None or account.dossier == dossier.id:
                continue
            tie(connection.root(), account, dossier.id)
            # Without a role it belonged to no unit, and to no administrator (S3-7).
            account.unit = account.unit or dossier.unit.number
            if not account.roles:
                account.kind = PERSONAL
            at = stamp(house.clock.now())
            history.changed(account, at=at, by=INSTALLER.login, verb="account.tied")

    house.databases.attempt(work, note="accounts tied to dossiers")
