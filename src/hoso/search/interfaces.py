"""What the search needs from others: how records are read, how the database is opened.

Tokens in ``Entry.acl`` and in ``Permitted`` are made by access, never here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Protocol

from hoso.search.permitted import Late, Limited, Papers, Permitted
from hoso.search.values import Change, Entry, Filters, Generation, Hit, ResultPage, Suggestion

__all__ = [
    "Change",
    "Entry",
    "EntrySource",
    "Filters",
    "Generation",
    "Hit",
    "Late",
    "Limited",
    "OpenConnection",
    "Papers",
    "Permitted",
    "ResultPage",
    "Suggestion",
]

# Opens a ZODB connection on a fresh snapshot, with a transaction manager of its own.
OpenConnection = Callable[[], Any]


class EntrySource(Protocol):
    """Reads records as entries; *root* is the root of the connection in use.

    A source may have an ``edition``: a text that changes when the same records would say
    something else (roles, definitions, the source's own code).  The index is built anew then.
    """

    def read_entry(self, root: Any, id: int) -> Entry | None:  # noqa: A002
        """Return what the record says to the index; ``None`` where there is nothing to find."""

    def all_ids(self, root: Any) -> Iterable[int]:
        """Yield the id of every record that may have an entry, each once."""

    def below(self, root: Any, id: int) -> Iterable[int]:  # noqa: A002
        """Yield the ids of the records whose entries rest on the dossier *id*."""
