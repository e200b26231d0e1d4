"""Give and take grants on records; the grants of one person without a search.

A grant is a fact of the record it is on (``record.grants``); what is kept here beside it is
the way back, from a person to the records.  Whoever changes one changes both, so all go
through :func:`give` and :func:`take`.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from BTrees.OOBTree import OOTreeSet

from hoso.access.agreed.model import Grants
from hoso.access.identity import in_force
from hoso.records.former import remember
from hoso.records.model import Grant

__all__ = ["forget", "give", "given_to", "granted_roles", "index", "principal_of", "take"]

KEY = "grants"
_FOREVER = "9999-12-31"
_LAST = "\U0010ffff"


def principal_of(login: str) -> str:
    """Return the name under which grants are given to an account."""
    return f"user:{login}"


def _login_of(principal: str) -> str:
    return principal.removeprefix("user:")


def _key(record: Any, grant: Grant) -> tuple[str, str, str, int, str]:
    return grant.role, grant.valid_to or _FOREVER, grant.valid_from, record.id, grant.cause


def give(root: Any, record: Any, grant: Grant, *, at: str, by: str) -> None:
    """Add *grant* to a record, once, at an instant, by a login."""
    if grant not in record.grants:
        remember(record, at=at, by=by)
        record.grants = (*record.grants, grant)
    index(root, record)


def take(
    root: Any, record: Any, *, principal: str, cause: str, at: str, by: str
) -> tuple[Grant, ...]:
    """Take from *principal* what one cause gave on a record; return what was taken.

    What another cause gave stays, be it the same role.
    """
    gone = tuple(g for g in record.grants if (g.principal, g.cause) == (principal, cause))
    if not gone:
        return ()
    remember(record, at=at, by=by)
    record.grants = tuple(grant for grant in record.grants if grant not in gone)
    of_login = root[KEY].by_login.get(_login_of(principal)) if KEY in root else None
    for grant in gone:
        key = _key(record, grant)
        if of_login is not None and key in of_login:
            of_login.remove(key)
    return gone


def index(root: Any, record: Any) -> None:
    """Note the grants on a record under the people they are given to."""
    if not record.grants:
        return
    kept = root.get(KEY)
    if kept is None:
        kept = root[KEY] = Grants()
    for grant in record.grants:
        login = _login_of(grant.principal)
        of_login = kept.by_login.get(login)
        if of_login is None:
            of_login = kept.by_login[login] = OOTreeSet()
        of_login.insert(_key(record, grant))


def forget(root: Any, record: Any) -> None:
    """Let nobody hear of the grants on a record that is no more; the record keeps them."""
    kept = root.get(KEY)
    for grant in record.grants if kept is not None else ():
        of_login = kept.by_login.get(_login_of(grant.principal))
        key = _key(record, grant)
        if of_login is not None and key in of_login:
            of_login.remove(key)


def given_to(root: Any, login: str) -> Iterator[tuple[int, Grant]]:
    """Yield (record id, grant) of all that is given to an account, over or not."""
    kept = root.get(KEY)
    found = kept.by_login.get(login) if kept is not None else None
    for role, last, first, record, cause in found or ():
        yield (
            record,
            Grant(principal_of(login), role, first, "" if last == _FOREVER else last, cause),
        )


def granted_roles(root: Any, login: str, on: date) -> frozenset[str]:
    """Return the roles that some grant in force on a day gives to an account.

    The cost is by role, not by grant: of each role the first that holds settles it.
    """
    kept = root.get(KEY)
    found = kept.by_login.get(login) if kept is not None and login else None
    if not found:
        return frozenset()
    day = on.isoformat()
    roles: set[str] = set()
    role = ""
    while True:
        # The first grant of the next role in the order of names.
        start = next(iter(found.keys((role, _LAST), None)), None) if role else found.minKey()
        if start is None:
            return frozenset(roles)
        role = start[0]
        for _role, last, first, _record, _cause in found.keys((role, day), (role, _LAST)):
            if in_force(first, last, on):
                roles.add(role)
                break
