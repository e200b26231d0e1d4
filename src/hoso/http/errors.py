"""Errors to HTTP: a status for each kind, and the journal entry of a refusal."""

from __future__ import annotations

import logging
from typing import Any

from hoso.audit.journal import append
from hoso.desk.act import refusal_of
from hoso.kernel.errors import HosoError
from hoso.storage.databases import journal_connection

__all__ = ["STATUS", "journal_refusal"]

log = logging.getLogger(__name__)

STATUS = {
    "internal": 500,
    "invalid": 422,
    "missing": 404,
    "forbidden": 403,
    "conflict": 409,
    "not-ready": 503,
    "unusable": 422,
}


def journal_refusal(house: Any, error: HosoError) -> None:
    """Write the entry of a refused act in a transaction of its own: the deed was aborted."""
    entry = refusal_of(error)
    if entry is None:
        return

    def write(connection: Any) -> None:
        append(journal_connection(connection).root(), entry, shard=house.writers.apart())

    house.databases.attempt(write, note="refusal")
