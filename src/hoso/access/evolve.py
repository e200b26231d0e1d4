"""Evolution steps of accounts; each yields where it may commit."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from BTrees.OOBTree import OOBTree

from hoso.access.accounts import accounts_of

__all__ = ["add_keys"]


def add_keys(root: Any) -> Iterator[None]:
    """Give the accounts of version 0.1 a place for access keys."""
    accounts = accounts_of(root)
    if "keys" not in accounts.__dict__:
        accounts.keys = OOBTree()
    yield
