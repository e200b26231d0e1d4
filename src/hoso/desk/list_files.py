"""A list as a file: CSV for programs, XLSX for people; line by line, whatever its length.

No cell is a formula to the spreadsheet that opens it: in CSV such a text stands behind an
apostrophe, in XLSX every cell is text, marked as typed behind one.  Codes stay text, so leading
zeros stay.
"""

from __future__ import annotations

import csv
import warnings
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from hoso.ingest.bulk.findings import harmless
from hoso.kernel.text import one_line

__all__ = ["ABOUT", "COLUMNS", "KINDS", "SHEETS", "write"]

#: What a list may be written as, by the ending of its file.
KINDS = ("xlsx", "csv")
#: Columns, by name; whoever writes for people gives them headings.
COLUMNS = (
    *("dossier", "person", "kind", "section", "title", "form", "number", "symbol", "date"),
    *("agency", "signer", "unit", "level", "state", "filed", "pages", "id"),
)
#: What a workbook says of itself on its second sheet, by name.
ABOUT = ("query", "filters", "below", "by", "at", "purpose")
#: Names of its sheets.
SHEETS = ("list", "about")
_WIDTHS = {"title": 60, "person": 26, "kind": 34, "agency": 34, "unit": 34, "signer": 24, "id": 16}
_USUAL = 13


def write(
    path: Path,
    rows: Iterable[Sequence[str]],
    *,
    kind: str,
    headings: Mapping[str, str],
    about: Sequence[str],
) -> int:
    """Write *rows* into a new file; return how many there were.

    :param headings: what ``COLUMNS``, ``ABOUT`` and ``SHEETS`` are called; their names else.
    :param about: texts for ``ABOUT``.
    """
    if kind == "xlsx":
        return _as_xlsx(path, rows, headings=headings, about=about)
    return _as_csv(path, rows, headings=headings)


def _clean(text: str) -> str:
    # Half a surrogate pair has no bytes; controls have no place in XML 1.0.
    return one_line(text).encode("utf-8", "backslashreplace").decode("utf-8")


def _as_csv(path: Path, rows: Iterable[Sequence[str]], *, headings: Mapping[str, str]) -> int:
    """Write RFC 4180, UTF-8 with its mark: spreadsheets guess another encoding without."""
    count = 0
    with path.open("x", encoding="utf-8-sig", newline="") as out:
        lines = csv.writer(out, quoting=csv.QUOTE_ALL)
        lines.writerow([harmless(_clean(text)) for text in _named(COLUMNS, headings)])
        for row in rows:
            lines.writerow([harmless(_clean(text)) for text in row])
            count += 1
    return count


def _named(names: Iterable[str], headings: Mapping[str, str]) -> list[str]:
    return [headings.get(name, name) for name in names]


def _as_xlsx(
    path: Path,
    rows: Iterable[Sequence[str]],
    *,
    headings: Mapping[str, str],
    about: Sequence[str],
) -> int:
    """Write a workbook as a stream: no more of it is in memory than a line."""
    # Imported here: it takes longer than the start of everything else that needs no workbook.
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    def cell(sheet: Any, text: str, *, bold: bool = False) -> Any:
        said = _clean(text)
        made = WriteOnlyCell(sheet, said)
        made.data_type = "s"
        made.quotePrefix = harmless(said) != said
        if bold:
            made.font = Font(bold=True)
        return made

    book = Workbook(write_only=True)
    first, second = _named(SHEETS, headings)
    sheet = book.create_sheet(first)
    sheet.freeze_panes = "A2"
    for number, name in enumerate(COLUMNS, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = _WIDTHS.get(name, _USUAL)
    sheet.append([cell(sheet, text, bold=True) for text in _named(COLUMNS, headings)])
    count = 0
    for row in rows:
        sheet.append([cell(sheet, text) for text in row])
        count += 1
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(COLUMNS))}{count + 1}"
    note = book.create_sheet(second)
    note.column_dimensions["A"].width, note.column_dimensions["B"].width = 24, 80
    for name, text in zip(_named(ABOUT, headings), about, strict=True):
        note.append([cell(note, name, bold=True), cell(note, text)])
    with warnings.catch_warnings():
        # openpyxl asks for the time in a way Python gives up.
        warnings.simplefilter("ignore", DeprecationWarning)
        book.save(path)
    return count
