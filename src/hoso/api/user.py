"""Accounts: who acts, who others are, what they may.

A user is an :class:`~hoso.access.identity.Identity`, a frozen value, not a member object.
There are no groups here: roles are held by accounts at units.
"""

from __future__ import annotations

from typing import Any

from hoso.access.accounts import accounts_of, identity_of
from hoso.access.identity import Identity
from hoso.access.permissions import Permission
from hoso.access.policy import SUBJECT
from hoso.api.exc import InvalidParameterError, MissingParameterError, UserNotFoundError
from hoso.api.here import acting, here
from hoso.desk import people
from hoso.desk.desk import Desk

__all__ = ["get", "get_current", "get_roles", "has_permission", "is_anonymous"]


def get_current() -> Identity:
    """Return who acts."""
    return here().identity


def is_anonymous() -> bool:
    """Say whether nobody is named."""
    return not here().identity.is_somebody


def get(userid: str | None = None, username: str | None = None) -> Identity | None:
    """Return an account, oneself or one in the units one administers; ``None`` otherwise.

    An account has one name, so *userid* and *username* are the same.
    """
    login = userid or username
    if not login:
        raise MissingParameterError(names="userid, username")
    desk = here()
    if login == desk.identity.login:
        return desk.identity
    if not desk.may(desk.site, Permission.ACCOUNT_VIEW):
        return None
    with acting():
        shown = {account.login for account in people.accounts(desk, desk.site)}
    return identity_of(accounts_of(desk.root).by_login[login]) if login in shown else None


def get_roles(username: str | None = None, user: Identity | None = None) -> list[str]:
    """Return the roles somebody holds today at any unit.

    There is no *obj*: which roles count on a record, under its level, walls and closed types,
    is the decision's to say.  Ask :func:`has_permission`.
    """
    of = _somebody(username, user)
    today = here().today
    roles = {held.role for held in of.roles if held.in_force(today)}
    if of.own_dossier:
        roles.add(SUBJECT)
    return sorted(roles)


def has_permission(
    permission: str | None = None,
    username: str | None = None,
    user: Identity | None = None,
    obj: Any = None,
) -> bool:
    """Say whether somebody may do *permission* (``document:read``) to *obj*, or anywhere."""
    if not permission:
        raise MissingParameterError(names="permission")
    if permission not in set(Permission):
        raise InvalidParameterError(value=permission, known=", ".join(Permission))
    desk = here()
    other = Desk(desk.house, desk.connection, _somebody(username, user), via=desk.via)
    return other.may(desk.site if obj is None else obj, Permission(permission))


def _somebody(username: str | None, user: Identity | None) -> Identity:
    if user is not None:
        return user
    if username is None:
        return here().identity
    found = get(username=username)
    if found is None:
        raise UserNotFoundError(login=username)
    return found
