"""Journal entries of what was not answered, written when the act's own transaction is undone."""

from __future__ import annotations

from typing import Any

from hoso.access.identity import Identity
from hoso.audit.entry import Entry
from hoso.audit.journal import append
from hoso.desk.act import refusal_of
from hoso.desk.interfaces import House
from hoso.kernel.clock import stamp
from hoso.storage.databases import journal_connection

__all__ = ["NOTHING_THERE", "journal_nothing_there", "journal_refusal"]

NOTHING_THERE = "address.unknown"
#: Most signs of an address that are kept.
_LONGEST = 200


def journal_refusal(house: House, error: Exception) -> None:
    """Write the entry of an act that was refused, or that broke, in a transaction of its own: the deed was aborted."""
    entry = refusal_of(error)
    if entry is not None:
        _write(house, entry)


def journal_nothing_there(house: House, who: Identity, *, via: str, asked: str) -> None:
    """Write that somebody asked for what is not there.

    Who guesses addresses is seen by the auditor; and the answer takes as long as that for what
    is hidden, whose refusal is written too (docs/security.md).

    :param asked: the address, as far as it is text.
    """
    entry = Entry(
        at=stamp(house.clock.now()),
        actor=who.login,
        verb=NOTHING_THERE,
        outcome="refused",
        reason="Nothing is there.",
        details={"asked": asked[:_LONGEST], "via": via},
    )
    _write(house, entry)


def _write(house: House, entry: Entry) -> None:
    def write(connection: Any) -> None:
        append(journal_connection(connection).root(), entry, shard=house.writers.apart())

    house.databases.attempt(write, note="refusal")
