"""Under which account a command acts."""

from __future__ import annotations

from typing import Any

from hoso.access.accounts import accounts_of, identity_of, why_closed
from hoso.access.identity import Identity
from hoso.access.permissions import Permission
from hoso.app.seeding import INSTALLER
from hoso.kernel.errors import Fault, Forbidden, Invalid, Missing

__all__ = ["identity_for", "unit_for"]


def identity_for(house: Any, login: str) -> Identity:
    """Return the account named by ``--as``; without it, the operator of this machine.

    Whoever can run this command on the site's folder can read its files; ``--as`` narrows,
    it does not protect.  The journal names the account either way.
    """
    if not login:
        return INSTALLER
    with house.databases.connection() as connection:
        account = accounts_of(connection.root()).by_login.get(login)
        if account is None:
            raise Missing("There is no account {login}.", login=login)
        shut = why_closed(account, now=house.clock.now(), enforce=False)
        if shut:
            raise Forbidden(reason=shut)
        return identity_of(account)


def unit_for(house: Any, identity: Identity, key: str) -> str:
    """Return the key of the unit whose tray takes papers in."""
    with house.databases.connection() as connection:
        site = connection.root()["site"]
        if key:
            if key not in site.unit_by_key:
                raise Invalid([Fault("unit", "There is no unit {key}.", {"key": key})])
            return key
        held = house.policy.units_of(identity, Permission.INTAKE_WORK, on=house.clock.today())
        for number in sorted(held):
            if number:
                return str(site.unit_by_number[number].key)
        if 0 in held:
            for unit in site.units.values():
                return str(unit.key)
    raise Forbidden(reason="You take papers in at no unit.")
