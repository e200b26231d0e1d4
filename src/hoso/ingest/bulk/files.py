"""The file a row names: whether it is there, inside the folder, and named once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from hoso.ingest.bulk.findings import NOTE, STOP, Finding
from hoso.ingest.bulk.folder import Found, NotThere, Outside, SourceFolder
from hoso.ingest.bulk.mapping import Columns
from hoso.ingest.bulk.rows import Row
from hoso.ingest.bulk.seen import Seen
from hoso.ingest.bulk.values import Line

__all__ = ["Gate", "Looked", "Looker", "about_columns", "not_listed", "with_gaps"]

#: Asked for the bytes of a file: why they would be refused or set aside, "" where neither.
Gate = Callable[[Found], tuple[str, str]]


@dataclass(frozen=True)
class Looked:
    """The file of a row, where there is one, and what is wrong with it."""

    found: Found | None
    findings: tuple[Finding, ...] = ()

    @property
    def may_be_taken(self) -> bool:
        return self.found is not None and all(one.severity != STOP for one in self.findings)


class Looker:
    """Looks for the files of rows.

    :param most: bytes of the largest file that is taken.
    :param gate: has each file checked as its pages will be; costs a look at all bytes.
    """

    def __init__(
        self, source: SourceFolder, columns: Columns, *, most: int, gate: Gate | None = None
    ) -> None:
        self._source = source
        self._most = most
        self._gate = gate
        index = columns.of_field.get("file")
        self._column = columns.heading(index) if index is not None else ""

    def look(self, row: Row) -> Looked:
        """Find the file of a row."""
        path = row.get("file")
        if not path:
            return self._wrong(row, "The row names no file.")
        try:
            found = self._source.find(path)
        except Outside:
            return self._wrong(
                row,
                "The path leads out of the folder or through a link. Give a path below the folder.",
            )
        except NotThere:
            return self._wrong(row, "There is no such file in the folder.")
        if not found.size:
            return self._wrong(row, "The file is empty. Scan the paper again.", found)
        if found.size > self._most:
            return self._wrong(
                row,
                "The file is larger than {limit} MB. Split it and send the parts.",
                found,
                limit=self._most >> 20,
            )
        return self._asked(row, found)

    def _asked(self, row: Row, found: Found) -> Looked:
        if self._gate is None:
            return Looked(found)
        outcome, why = self._gate(found)
        if outcome == "refused":
            return self._wrong(row, "The file would be refused: {why}", found, why=why)
        if outcome == "quarantined":
            said = self._say(row, NOTE, "The file will be set aside after filing: {why}", why=why)
            return Looked(found, (said,))
        return Looked(found)

    def twice(self, row: Row, found: Found, *, seen: Seen, dossier: str) -> Finding | None:
        """Return what to say where a row before names the same file."""
        before = seen.add(found.path, row=row.number, words=dossier)
        if before is None:
            return None
        number, words = before
        if words == dossier:
            message = "Row {row} names this file already; this row is left out."
        else:
            message = (
                "Row {row} names this file for another dossier; a paper lies in one dossier only."
            )
        return self._say(row, STOP, message, row=number)

    def _wrong(self, row: Row, message: str, found: Found | None = None, /, **facts: Any) -> Looked:
        return Looked(found, (self._say(row, STOP, message, **facts),))

    def _say(self, row: Row, severity: str, message: str, /, **facts: Any) -> Finding:
        return Finding(
            row.number,
            self._column,
            "file",
            row.get("file"),
            severity,
            message,
            MappingProxyType(facts),
        )


def about_columns(columns: Columns) -> Iterator[Finding]:
    """Yield the columns that are left out, so that none is by mistake."""
    for index, heading in enumerate(columns.headings):
        if index not in columns.places:
            message = "The column is left out: nobody said what it is."
            yield Finding(0, heading, "", "", NOTE, message)


def with_gaps(lines: Iterator[Line], say: Callable[[Finding], None]) -> Iterator[Line]:
    """Pass rows on and tell of the empty ones between them."""
    before = 0
    for line in lines:
        if before and line.number > before + 1:
            facts = MappingProxyType({"first": before + 1, "last": line.number - 1})
            message = "Rows {first} to {last} are empty."
            say(Finding(before + 1, "", "", "", NOTE, message, facts))
        before = line.number
        yield line


def not_listed(source: SourceFolder, seen: Seen) -> Iterator[Finding]:
    """Yield the files no row names; they stay where they are."""
    for path in source.walk():
        if path not in seen:
            yield Finding(
                0, "", "file", _shown(path), NOTE, "No row names this file; it is not taken."
            )


def _shown(path: str) -> str:
    return path.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
