"""Lists as XLSX (ECMA-376), read row by row with openpyxl; runs in the sandbox.

The parts that will be read are looked at first: how large they say they are, and that none
declares a document type (an OPC part must not, ECMA-376 part 2, 8.1.4), so that there is no
entity to expand.  The rows come from openpyxl's streaming parser itself, not from its sheet:
the sheet fills gaps with empty cells up to the size the file claims, which may be 17 billion.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any, Self
from xml.parsers import expat

from hoso.ingest.bulk.values import (
    ERROR,
    FORMULA,
    MOST_COLUMNS,
    ListRefused,
    column_letters,
    listed_text,
)

__all__ = ["Workbook", "shown_date"]

_MOST_PARTS = 5_000
_LARGEST_SHEET = 4 << 30
_LARGEST_TABLE = 512 << 20  # of shared strings, which are in memory
_SMALL = 64 << 20
#: Rows of a list repeat each other and shrink to a twentieth; a bomb to a thousandth.
_STEEPEST = 300
_PROLOGUE = 1 << 16
_MOST_MERGED = 10_000
_QUOTED = re.compile(r'\[[^\]]*\]|"[^"]*"|\\.|_.|\*.')

Row = tuple[int, list[str], dict[int, str]]


class Workbook:
    """One sheet of a workbook; use it as a context, read ``rows`` once, then ``merged``."""

    def __init__(self, path: Path, *, sheet: str = "") -> None:
        with _rim():
            _check(path)
        import openpyxl

        # As a stream: by a path openpyxl goes by the ending of the name.
        self._stream = path.open("rb")
        try:
            with _rim():
                self._book = openpyxl.load_workbook(self._stream, read_only=True, keep_links=False)
            self.sheets = [found.title for found in self._book.worksheets]
            self._sheet = self._chosen(sheet)
        except BaseException:
            self._stream.close()
            raise
        self.merged: list[list[int]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self._book.close()
        self._stream.close()

    @property
    def sheet(self) -> str:
        return str(self._sheet.title)

    def _chosen(self, asked: str) -> Any:
        for found in self._book.worksheets:
            if found.title == asked or (not asked and found.sheet_state == "visible"):
                return found
        if not asked:
            raise ListRefused(
                "The workbook has no sheet that is shown. Save the list as CSV (UTF-8)."
            )
        raise ListRefused(
            "There is no sheet {sheet} in the workbook; there are: {sheets}.",
            sheet=asked,
            sheets=", ".join(self.sheets[:20]),
        )

    def rows(self) -> Iterator[Row]:
        """Yield (number, cells, marks) of every row that holds something."""
        with _rim():
            yield from self._rows()

    def _rows(self) -> Iterator[Row]:
        from openpyxl.worksheet._reader import WorkSheetParser

        sheet, book = self._sheet, self._book
        with sheet._get_source() as source:  # noqa: SLF001 -- see the module's docstring
            parser = WorkSheetParser(
                source,
                sheet._shared_strings,  # noqa: SLF001
                epoch=book.epoch,
                date_formats=book._date_formats,  # noqa: SLF001
                timedelta_formats=book._timedelta_formats,  # noqa: SLF001
            )
            for number, cells in parser.parse():
                parser.row_dimensions.clear()
                yield self._row(number, cells)
        ranges = parser.merged_cells.mergeCell if parser.merged_cells is not None else ()
        if len(ranges) > _MOST_MERGED:
            raise ListRefused(
                "The sheet has {count} merged cells; hoso reads at most {most}. Undo the merging "
                "of all cells, and save the list again.",
                count=len(ranges),
                most=_MOST_MERGED,
            )
        self.merged = sorted([r.min_row, r.min_col - 1, r.max_row, r.max_col - 1] for r in ranges)

    def _row(self, number: int, given: list[dict[str, Any]]) -> Row:
        cells: list[str] = []
        marks: dict[int, str] = {}
        for cell in given:
            if cell["value"] is None:
                continue
            index = cell["column"] - 1
            text, mark = self._text(cell)
            if not text:
                continue
            if index >= MOST_COLUMNS:
                raise ListRefused(
                    "Row {row} has something in column {column}; a list has at most {most} "
                    "columns. Delete what stands beside the list.",
                    row=number,
                    column=column_letters(index),
                    most=MOST_COLUMNS,
                )
            cells.extend([""] * (index + 1 - len(cells)))
            cells[index] = text
            if mark:
                marks[index] = mark
        return number, cells, marks

    def _text(self, cell: dict[str, Any]) -> tuple[str, str]:
        value, kind = cell["value"], cell["data_type"]
        if kind == "f":
            text = value if isinstance(value, str) else getattr(value, "text", None) or "="
            return str(text)[:200], FORMULA
        if kind == "e":
            return str(value)[:200], ERROR
        if isinstance(value, str):
            return listed_text(value)
        if isinstance(value, bool):
            return str(value).upper(), ""
        if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
            return str(int(value)), ""
        if isinstance(value, date):
            return shown_date(value, self._format(cell["style_id"])), ""
        if isinstance(value, time | timedelta):
            return str(value), ""
        return str(value), ""

    def _format(self, style: int) -> str:
        styles = self._book._cell_styles  # noqa: SLF001
        number = styles[style].numFmtId if style < len(styles) else 14
        if number < 164:
            from openpyxl.styles.numbers import BUILTIN_FORMATS

            return str(BUILTIN_FORMATS.get(number, "dd/mm/yyyy"))
        formats = self._book._number_formats  # noqa: SLF001
        return str(formats[number - 164]) if number - 164 < len(formats) else "dd/mm/yyyy"


@contextmanager
def _rim() -> Iterator[None]:
    """Refuse what openpyxl gives up on, however it does; no memory left is the pool's to tell."""
    try:
        yield
    except (ListRefused, MemoryError):
        raise
    except Exception as error:
        raise ListRefused(
            "The workbook cannot be read ({why}). Open it in a spreadsheet program and save it as "
            ".xlsx or CSV (UTF-8) again.",
            why=type(error).__name__,
        ) from error


def shown_date(value: date, form: str) -> str:
    """Return a date cell as far as the cell shows it: a month where no day is shown.

    A cell that shows 09/2024 holds the first of September, which nobody wrote.
    """
    if isinstance(value, datetime):
        value = value.date()
    day, month = _shows(form)
    text = f"{value.year:04d}"
    if month or day:
        text += f"-{value.month:02d}"
    if day:
        text += f"-{value.day:02d}"
    return text


@lru_cache(maxsize=256)
def _shows(form: str) -> tuple[bool, bool]:
    plain = _QUOTED.sub("", form.split(";", 1)[0]).lower()
    day = "d" in plain
    # A format without a year shows hours and minutes, or a day of some year: taken as it is.
    return (True, True) if "y" not in plain else (day, "m" in plain)


def _check(path: Path) -> None:
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise ListRefused(
            "The workbook is damaged. Open it in a spreadsheet program and save it again."
        ) from error
    with archive:
        parts = archive.infolist()
        if len(parts) > _MOST_PARTS:
            raise ListRefused(
                "The workbook has {count} parts; no list has as many. Save the sheet alone as CSV "
                "(UTF-8).",
                count=len(parts),
            )
        names = {part.filename for part in parts}
        if "xl/workbook.xml" not in names and "[Content_Types].xml" not in names:
            raise ListRefused(
                "This is no XLSX workbook (OpenDocument, or an archive). Save the list as .xlsx or "
                "CSV (UTF-8)."
            )
        for part in parts:
            _check_part(archive, part)


def _check_part(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    name = part.filename.lower()
    if not name.endswith((".xml", ".rels")):
        return
    if part.flag_bits & 1:
        raise ListRefused("The workbook has a password. Save it without one.")
    most = _SMALL
    if name.startswith("xl/worksheets/"):
        most = _LARGEST_SHEET
    elif name.endswith("sharedstrings.xml"):
        most = _LARGEST_TABLE
    steep = part.file_size > _STEEPEST * max(part.compress_size, 1) and part.file_size > 1 << 22
    if part.file_size > most or steep:
        raise ListRefused(
            "The part {name} of the workbook unpacks to {size} MB; no list does. Save the sheet "
            "alone as CSV (UTF-8).",
            name=part.filename[:80],
            size=part.file_size >> 20,
        )
    _check_prologue(archive, part)


def _check_prologue(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    """Refuse a part that declares a document type before its first element."""
    begun: list[str] = []

    def refuse(*_declared: object) -> None:
        raise ListRefused(
            "The workbook declares entities, which no spreadsheet program writes. It was not "
            "opened; ask who sent it."
        )

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = refuse
    parser.StartElementHandler = lambda name, _attributes: begun.append(name)
    try:
        with archive.open(part) as stream:
            for _ in range(_PROLOGUE // 4096):
                chunk = stream.read(4096)
                if not chunk or begun:
                    return
                parser.Parse(chunk)
    except (expat.ExpatError, zipfile.BadZipFile, NotImplementedError, OSError, EOFError) as error:
        raise ListRefused(
            "The workbook is damaged. Open it in a spreadsheet program and save it again."
        ) from error
    if not begun:
        raise ListRefused(
            "The workbook is damaged. Open it in a spreadsheet program and save it again."
        )
