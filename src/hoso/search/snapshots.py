"""One state of the database, opened for reading or for one small write."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import transaction
from ZODB.POSException import ConflictError

from hoso.search.interfaces import OpenConnection

__all__ = ["change_root", "snapshot", "snapshots"]

_ATTEMPTS = 8


def snapshots(database: Any) -> OpenConnection:
    """Return a function that opens *database*, each time at its newest state."""

    def open_connection() -> Any:
        manager = transaction.TransactionManager(explicit=True)
        manager.begin()
        return database.open(transaction_manager=manager)

    return open_connection


@contextmanager
def snapshot(open_connection: OpenConnection) -> Iterator[tuple[Any, int]]:
    """Give the root of one state of the database, and the newest transaction it holds."""
    connection = open_connection()
    try:
        yield connection.root(), _newest_tid(connection)
    finally:
        connection.transaction_manager.abort()
        connection.close()


def _newest_tid(connection: Any) -> int:
    storage = connection._storage  # noqa: SLF001 - there is no public name for it
    # MVCCAdapter keeps the first transaction the snapshot does not show.
    bound = getattr(storage, "_start", None)
    if bound:
        return int.from_bytes(bound, "big") - 1
    newest = storage.lastTransaction()
    return int.from_bytes(newest, "big") if isinstance(newest, bytes) else int(newest)


def change_root(open_connection: OpenConnection, change: Callable[[Any], object]) -> None:
    """Run *change* on the root and commit; try again where somebody else was first."""
    for attempt in range(_ATTEMPTS):
        connection = open_connection()
        manager = connection.transaction_manager
        try:
            change(connection.root())
            manager.commit()
        except BaseException as error:
            manager.abort()
            if not isinstance(error, ConflictError) or attempt == _ATTEMPTS - 1:
                raise
        else:
            return
        finally:
            connection.close()
