"""The journal entry of a refused act, written when the act's own transaction is undone."""

from __future__ import annotations

from typing import Any

from hoso.audit.journal import append
from hoso.desk.act import refusal_of
from hoso.desk.interfaces import House
from hoso.kernel.errors import HosoError
from hoso.storage.databases import journal_connection

__all__ = ["journal_refusal"]


def journal_refusal(house: House, error: HosoError) -> None:
    """Write the entry of a refused act in a transaction of its own: the deed was aborted."""
    entry = refusal_of(error)
    if entry is None:
        return

    def write(connection: Any) -> None:
        append(journal_connection(connection).root(), entry, shard=house.writers.apart())

    house.databases.attempt(write, note="refusal")
