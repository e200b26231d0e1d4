"""What is wrong with a list: told row by row into a file, counted, and shown as a table.

A million rows may have a million faults, so they are on disk as they are found and memory
holds their counts.  A table that goes out is written so that no cell of it is a formula for
the spreadsheet that opens it.
"""

from __future__ import annotations

import csv
import dataclasses
import io
import json
import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import IO, Any, Self

__all__ = ["NOTE", "STOP", "WAIT", "Finding", "Findings", "as_csv", "harmless", "read"]

#: The row is not taken; its paper is taken and waits for a person; only worth knowing.
STOP, WAIT, NOTE = "stop", "wait", "note"

_NOTHING: Mapping[str, Any] = MappingProxyType({})
_LONGEST_VALUE = 200
#: Spreadsheets take a cell that begins so for a formula (OWASP, "CSV Injection").
_ACTIVE = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


@dataclasses.dataclass(frozen=True)
class Finding:
    """One thing about one row: where, what, and what to do.

    :ivar row: of the list; 0 for the list as a whole.
    :ivar column: its heading, as the list has it; "" where it is about the whole row.
    :ivar message: an English msgid with the places of ``facts``.
    """

    row: int
    column: str
    field: str
    value: str
    severity: str
    message: str
    facts: Mapping[str, Any] = dataclasses.field(default_factory=lambda: _NOTHING)

    def __str__(self) -> str:
        return self.message.format_map(dict(self.facts))

    def as_json(self) -> dict[str, Any]:
        """Return it as plain values."""
        return {
            "row": self.row,
            "column": self.column,
            "field": self.field,
            "value": self.value[:_LONGEST_VALUE],
            "severity": self.severity,
            "message": self.message,
            "facts": dict(self.facts),
        }

    @classmethod
    def from_json(cls, told: Mapping[str, Any]) -> Finding:
        """Read what :meth:`as_json` wrote."""
        return cls(**{**told, "facts": MappingProxyType(dict(told["facts"]))})


class Findings:
    """Findings on their way into a file; use it as a context.

    :ivar counts: by severity.
    :ivar kinds: by message, for what is wrong most often to be said first; the messages are
        the sentences of the code, so there are few.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.counts: Counter[str] = Counter()
        self.kinds: Counter[str] = Counter()
        self._out: IO[str] | None = None

    def __enter__(self) -> Self:
        self._out = self.path.open("w", encoding="utf-8")
        return self

    def __exit__(self, *_error: object) -> None:
        if self._out is not None:
            self._out.flush()
            os.fsync(self._out.fileno())
            self._out.close()

    def add(self, finding: Finding) -> None:
        """Write one down."""
        self.counts[finding.severity] += 1
        self.kinds[finding.message] += 1
        if self._out is not None:
            self._out.write(json.dumps(finding.as_json(), ensure_ascii=False))
            self._out.write("\n")


def read(path: Path, *, skip: int = 0) -> Iterator[Finding]:
    """Yield what was written, in order; nothing where there is no file."""
    try:
        stream = path.open(encoding="utf-8")
    except FileNotFoundError:
        return
    with stream:
        for number, line in enumerate(stream):
            if number >= skip:
                yield Finding.from_json(json.loads(line))


def harmless(text: str) -> str:
    """Return a cell no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(_ACTIVE) else text


def as_csv(
    findings: Iterable[Finding], *, headings: tuple[str, ...], say: Callable[[Finding], str]
) -> Iterator[bytes]:
    """Yield findings as a table: UTF-8 with its mark, since spreadsheets guess otherwise.

    :param say: returns the sentence in the reader's language.
    """
    yield b"\xef\xbb\xbf"
    yield _record(headings)
    for one in findings:
        said = (str(one.row) if one.row else "", one.column, one.value, one.severity, say(one))
        yield _record(said)


def _record(cells: Iterable[str]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerow([harmless(cell) for cell in cells])
    return out.getvalue().encode("utf-8", "backslashreplace")
