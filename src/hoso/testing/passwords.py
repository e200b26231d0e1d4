"""Passwords that cost little to check, for tests only.

The product hashes with 64 MiB and three passes (RFC 9106) and has no setting to do less; a
test run that signs in a thousand times swaps the hasher from outside.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from argon2 import PasswordHasher

from hoso.access import accounts

__all__ = ["PASSWORD", "cheap_passwords"]

#: The password of every account of a prepared site.
PASSWORD = "mat-khau-thu-nghiem-2026"  # noqa: S105 - of invented people


@cache
def _cheap() -> PasswordHasher:
    return PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@contextmanager
def cheap_passwords() -> Iterator[None]:
    """Hash with next to no cost while the block runs."""
    kept = accounts._hasher, accounts._nobody  # noqa: SLF001
    unknown = _cheap().hash("nobody has this password")
    accounts._hasher = _cheap  # noqa: SLF001
    accounts._nobody = cache(lambda: unknown)  # noqa: SLF001
    try:
        yield
    finally:
        accounts._hasher, accounts._nobody = kept  # noqa: SLF001
