"""What a row says: its fields as text, as a person would type them (pure)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from hoso.ingest.bulk.findings import STOP, Finding
from hoso.ingest.bulk.mapping import Columns, is_numbering
from hoso.ingest.bulk.values import CONTROL, ERROR, FORMULA, LONG, Line
from hoso.kernel.text import one_line

__all__ = ["Row", "rows_of", "split_reference"]

#: What a marked cell means, and what to do.
MARKED = {
    FORMULA: "The cell holds a formula, whose result nobody wrote. Copy the column and paste it "
    "as values.",
    ERROR: "The cell shows an error of the spreadsheet. Correct it there.",
    CONTROL: "The cell holds a character that is no text. Type it again.",
    LONG: "The cell is longer than any description. Check that the row is whole.",
}
_MERGED = (
    "The cell is merged with those above it and says nothing of its own. Undo the merging and "
    "write the value into each row."
)

_REFERENCE = re.compile(r"(?:số\s*:?\s*)?(\d{1,6}[a-zA-Z]?)\s*(?:[/\-–]\s*(\S.*))?", re.IGNORECASE)


@dataclass(frozen=True)
class Row:
    """One row of the list.

    :ivar said: field key to text; a field whose column is not mapped is not in it.
    :ivar findings: what is wrong with its cells as such.
    """

    number: int
    said: Mapping[str, str]
    findings: tuple[Finding, ...] = ()

    def get(self, key: str) -> str:
        return self.said.get(key, "")


def rows_of(
    lines: Iterator[Line], columns: Columns, merged: tuple[tuple[int, int, int, int], ...] = ()
) -> Iterator[Row]:
    """Yield the rows below the headings; the row of (1) (2) (3) is not one.

    :param merged: in the order of their first rows, as ``Head.merged`` has them.
    """
    places = sorted(columns.places.items())
    below: list[tuple[int, int, int, int]] = []
    waiting = iter(merged)
    coming = next(waiting, None)
    begun = False
    for line in lines:
        if line.number <= columns.row:
            continue
        while coming is not None and coming[0] < line.number:
            if coming[2] > coming[0]:
                below.append(coming)
            coming = next(waiting, None)
        below = [one for one in below if one[2] >= line.number]
        if (
            not begun
            and columns.row
            and line.number <= columns.row + 2
            and is_numbering(line.cells)
        ):
            continue
        begun = True
        yield _row(line, columns, places, below)


def _row(
    line: Line,
    columns: Columns,
    places: list[tuple[int, str]],
    merged: list[tuple[int, int, int, int]],
) -> Row:
    said: dict[str, str] = {}
    findings: list[Finding] = []
    for index, key in places:
        text = one_line(line.cells[index]) if index < len(line.cells) else ""
        said[key] = text
        message = MARKED[line.marks[index]] if index in line.marks else ""
        if not message and any(left <= index <= right for _, left, _, right in merged):
            message = _MERGED
        if message:
            findings.append(Finding(line.number, columns.heading(index), key, text, STOP, message))
    if "reference" in said:
        said["number"], said["symbol"] = split_reference(said.pop("reference"))
    return Row(line.number, said, tuple(findings))


def split_reference(text: str) -> tuple[str, str]:
    """Return number and symbol of "14/QĐ-THLT" (NĐ 30/2020, annex I), or of "14-QĐ/TU".

    Where there is no number, all of it is the symbol: nothing is made up.
    """
    found = _REFERENCE.fullmatch(text)
    if found is None:
        return "", text
    return found[1], (found[2] or "").strip()
