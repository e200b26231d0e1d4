"""Evolution steps of accounts; each yields where it may commit."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from BTrees.LOBTree import LOBTree
from BTrees.OOBTree import OOBTree

from hoso.access import days, grants, history, past
from hoso.access.accounts import accounts_of, tie
from hoso.kernel.clock import SystemClock, stamp

__all__ = ["add_agreed", "add_days", "add_keys", "add_ways_in"]

#: Records looked at between two commits.
_BATCH = 1000
_TREES = {
    "by_dossier": LOBTree,
    "by_passkey": OOBTree,
    "by_link": OOBTree,
    "attempts": OOBTree,
    "spent": OOBTree,
    "wanted": LOBTree,
}


def add_keys(root: Any) -> Iterator[None]:
    """Give the accounts of version 0.1 a place for access keys."""
    accounts = accounts_of(root)
    if "keys" not in accounts.__dict__:
        accounts.keys = OOBTree()
    yield


def add_ways_in(root: Any) -> Iterator[None]:
    """Give accounts their persons, passkeys and links, and a first state to their history.

    What an account was allowed before this day is not known and is not made up.
    """
    accounts = accounts_of(root)
    for name, tree in _TREES.items():
        if name not in accounts.__dict__:
            setattr(accounts, name, tree())
    yield
    # The state is that of the moment it is written down, whatever clock the site runs on.
    at = stamp(datetime.now(UTC))
    for account in accounts.by_login.values():
        tie(root, account, account.dossier)
        if not account.history:
            history.changed(account, at=at, by="machine:evolution", verb="account.found")
    yield


def add_days(root: Any) -> Iterator[None]:
    """Note on which days records open or close by themselves, and the day the index is of."""
    days.prepare(root, today=SystemClock().today())
    yield from days.keep_days_of_all(root)


def add_agreed(root: Any) -> Iterator[None]:
    """Find the grants there are by their person; note from when on facts of access are kept.

    Who could see what before this moment is not known: a transfer left no trace of where a
    dossier had been.
    """
    root.setdefault(past.KNOWN_SINCE, stamp(datetime.now(UTC)))
    yield
    for count, record in enumerate(root["site"].by_id.values(), start=1):
        if getattr(record, "grants", ()):
            grants.index(root, record)
        if count % _BATCH == 0:
            yield
    yield
