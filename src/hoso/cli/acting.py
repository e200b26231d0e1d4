"""One unit of work of a command: a desk, committed at the end, refusals journalled."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from hoso.access.identity import Identity
from hoso.desk.desk import Desk
from hoso.desk.refusals import journal_refusal

__all__ = ["at_desk"]


@contextmanager
def at_desk(house: Any, identity: Identity) -> Iterator[Desk]:
    """Give a desk; commit what was done there, or undo it and journal the refusal."""
    try:
        with house.databases.connection() as connection:
            yield Desk(house, connection, identity, via="cli")
            connection.transaction_manager.commit()
    except Exception as error:
        journal_refusal(house, error)
        raise
