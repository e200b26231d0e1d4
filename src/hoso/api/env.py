"""Which site a script works on, and as whom."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hoso.access.accounts import accounts_of, identity_of, why_closed
from hoso.access.identity import Identity
from hoso.api.exc import MissingParameterError, UserNotFoundError
from hoso.api.here import here, seated
from hoso.app.house import House, open_house
from hoso.app.seeding import INSTALLER
from hoso.desk.desk import Desk
from hoso.desk.refusals import journal_refusal
from hoso.kernel.errors import Forbidden, HosoError
from hoso.records.model import Site

__all__ = ["adopt_user", "at_site", "open_site"]


@contextmanager
def open_site(
    path: str | os.PathLike[str], *, username: str = "", config: Path | None = None
) -> Iterator[Site]:
    """Open the site in the folder *path*, work in it as *username*, commit at the end.

    Not in plone.api, where a running Zope has the site open.  Without *username* the script is
    the operator of this machine, as a command without ``--as`` is.
    """
    with open_house(Path(path), config=config) as house, at_site(house, username=username) as site:
        yield site


@contextmanager
def at_site(house: House, *, username: str = "") -> Iterator[Site]:
    """Do the same in a site that is open already; each block is a transaction of its own."""
    try:
        with house.databases.connection() as connection:
            desk = Desk(house, connection, INSTALLER, via="api")
            if username:
                desk.identity = _identity(desk, username)
            with seated(desk):
                yield desk.site
            connection.transaction_manager.commit()
    except HosoError as error:
        journal_refusal(house, error)
        raise


@contextmanager
def adopt_user(username: str | None = None, user: Identity | None = None) -> Iterator[Identity]:
    """Act as another account while the block runs.

    Whoever can run a script on the site's folder can read its files, so adopting narrows and
    does not protect; the journal names the adopted account, and who adopted it.
    """
    desk = here()
    if user is None:
        if not username:
            raise MissingParameterError(names="username, user")
        user = _identity(desk, username)
    via = f"api, adopted by {desk.identity.login}"
    with seated(Desk(desk.house, desk.connection, user, via=via)):
        yield user


def _identity(desk: Desk, login: str) -> Identity:
    account = accounts_of(desk.root).by_login.get(login)
    if account is None:
        raise UserNotFoundError(login=login)
    shut = why_closed(account, now=desk.house.clock.now(), enforce=False)
    if shut:
        raise Forbidden(reason=shut)
    return identity_of(account)
