"""What was said in a row before: a table on disk, since a million paths do not fit in memory.

Kept as digests; two paths meet by chance once in 2^64.
"""

from __future__ import annotations

import hashlib
import sqlite3
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Self

__all__ = ["Seen"]


class Seen:
    """Remembers texts with the row and the words they came with; use it as a context."""

    def __init__(self, folder: Path) -> None:
        self._file = tempfile.NamedTemporaryFile(dir=folder, prefix="seen-", suffix=".db")  # noqa: SIM115
        # Nothing in it outlives the run, so nothing of it needs to be safe on disk.
        self._table = sqlite3.connect(
            self._file.name, isolation_level=None, check_same_thread=False
        )
        for setting in ("journal_mode=OFF", "synchronous=OFF", "cache_size=-8000"):
            self._table.execute(f"PRAGMA {setting}")
        self._table.execute(
            "CREATE TABLE seen (key BLOB PRIMARY KEY, row INTEGER, words TEXT) WITHOUT ROWID"
        )
        self._table.execute("BEGIN")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._table.close()
        self._file.close()

    def add(self, text: str, *, row: int, words: str) -> tuple[int, str] | None:
        """Remember *text*; return the row and words it came with before, if it did."""
        key = _key(text)
        try:
            self._table.execute("INSERT INTO seen VALUES (?, ?, ?)", (key, row, words))
        except sqlite3.IntegrityError:
            found = self._table.execute(
                "SELECT row, words FROM seen WHERE key = :1 LIMIT 1", (key,)
            )
            before: tuple[int, str] = found.fetchone()
            return before
        return None

    def __contains__(self, text: str) -> bool:
        found = self._table.execute("SELECT 1 FROM seen WHERE key = :1 LIMIT 1", (_key(text),))
        return found.fetchone() is not None


def _key(text: str) -> bytes:
    return hashlib.blake2b(text.encode("utf-8", "surrogateescape"), digest_size=16).digest()
