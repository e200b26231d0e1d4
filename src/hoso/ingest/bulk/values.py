"""What the child tells of a list, and why it may refuse one.

Cells are text as a person sees them in the spreadsheet.  A cell whose text is not what a
person wrote there (a formula, an error, a character no text has) is marked with the reason.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

__all__ = [
    "CONTROL",
    "ERROR",
    "FORMULA",
    "LONG",
    "MOST_COLUMNS",
    "Line",
    "ListRefused",
    "column_letters",
    "listed_text",
]

#: Marks of cells that hold no text a person wrote.
FORMULA, ERROR, CONTROL, LONG = "formula", "error", "control", "long"

#: A list has a dozen columns; a spreadsheet at most 16,384 (ECMA-376 part 1, 18.3.1.13).
MOST_COLUMNS = 256
#: Most characters of a cell; an XLSX cell holds 32,767.
LONGEST_CELL = 32_767


class ListRefused(Exception):
    """The list cannot be read as a whole; says why and what to do."""

    def __init__(self, message: str, **facts: str | int) -> None:
        self.message = message
        self.facts = facts
        super().__init__(message)


@dataclass(frozen=True)
class Line:
    """One row of the list that is not empty.

    :ivar number: as the spreadsheet counts, from 1.
    :ivar marks: column (from 0) to one of the marks above.
    """

    number: int
    cells: tuple[str, ...]
    marks: MappingProxyType[int, str] = field(default_factory=lambda: MappingProxyType({}))


def column_letters(index: int) -> str:
    """Return what a spreadsheet calls the column *index* (from 0): A, B, … Z, AA."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def listed_text(text: str) -> tuple[str, str]:
    """Return the text of a cell and its mark, "" where nothing is odd about it."""
    if len(text) > LONGEST_CELL:
        return text[:200], LONG
    if "\x00" in text or "\ufffd" in text:
        return text.replace("\x00", "\ufffd"), CONTROL
    return text, ""


def line_of(parts: Any) -> Line:
    """Return the line a child wrote; raise ``ValueError`` for anything else."""
    if not isinstance(parts, list) or len(parts) not in {2, 3}:
        raise ValueError("not a line")
    number, cells = parts[0], parts[1]
    if not isinstance(number, int) or not isinstance(cells, list):
        raise ValueError("not a line")  # noqa: TRY004 -- one kind of fault for all
    if not all(isinstance(cell, str) for cell in cells):
        raise ValueError("not a line")
    if len(parts) == 2:
        return Line(number, tuple(cells))
    marks = {int(column): str(mark) for column, mark in parts[2].items()}
    return Line(number, tuple(cells), MappingProxyType(marks))
