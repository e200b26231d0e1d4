"""The child's work: turn a list of either kind into chunks of plain rows in a folder.

``rows-0001.jsonl`` and on hold ``[number, [cell, …], {column: mark}]`` a line; the answer says
what the list is.  A list that cannot be read is an answer too.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any

from hoso.ingest.bulk.separated import Separated
from hoso.ingest.bulk.values import ListRefused, listed_text
from hoso.ingest.bulk.workbook import Workbook

__all__ = ["CHUNK", "FIRST", "open_list"]

#: Rows of one file; and rows the answer itself carries, for the headings to be found.
CHUNK = 20_000
FIRST = 30
MOST_ROWS = 5_000_000
_MOST_BYTES = 8 << 30

Row = tuple[int, list[str], dict[int, str]]


def open_list(path: str, folder: str, sheet: str = "", chunk: int = CHUNK) -> dict[str, Any]:
    """Write the rows of the list *path* into *folder* and say what the list is."""
    try:
        return _opened(Path(path), Path(folder), sheet=sheet, chunk=chunk)
    except ListRefused as refused:
        return {"refused": refused.message, "facts": refused.facts}


def _opened(path: Path, folder: Path, *, sheet: str, chunk: int) -> dict[str, Any]:
    with path.open("rb") as stream:
        head = stream.read(8)
    if not head:
        raise ListRefused("The list is empty.")
    if head.startswith(b"PK\x03\x04"):
        with Workbook(path, sheet=sheet) as book:
            written = _write(book.rows(), folder, chunk=chunk)
            return {
                "kind": "xlsx",
                "sheet": book.sheet,
                "sheets": book.sheets[:50],
                "merged": book.merged,
                **written,
            }
    if head == bytes.fromhex("d0cf11e0a1b11ae1"):
        raise ListRefused(
            "The list is a workbook of the old kind (.xls), or has a password. Save it as .xlsx "
            "without a password, or as CSV (UTF-8)."
        )
    if head.startswith(b"%PDF"):
        raise ListRefused("This is a PDF, not a list. Give the spreadsheet it was made from.")
    table = Separated(path)
    written = _write(map(_marked, table.records()), folder, chunk=chunk)
    return {
        "kind": "csv",
        "encoding": table.encoding.name,
        "separator": table.separator,
        "merged": [],
        **written,
    }


def _marked(record: tuple[int, list[str]]) -> Row:
    number, cells = record
    texts: list[str] = []
    marks: dict[int, str] = {}
    for index, cell in enumerate(cells):
        text, mark = listed_text(cell)
        texts.append(text)
        if mark:
            marks[index] = mark
    return number, texts, marks


def _write(rows: Iterator[Row], folder: Path, *, chunk: int) -> dict[str, Any]:
    first: list[list[Any]] = []
    chunks: list[int] = []
    count = size = last = width = 0
    full = (row for row in rows if any(cell and not cell.isspace() for cell in row[1]))
    for begun in full:
        chunks.append(begun[0])
        name = folder / f"rows-{len(chunks):04d}.jsonl"
        with name.open("w", encoding="utf-8") as out:
            for number, cells, marks in chain([begun], _some(full, chunk - 1)):
                if number <= last:
                    raise ListRefused(
                        "Row {row} of the workbook stands twice or out of order. Open it in a "
                        "spreadsheet program and save it again.",
                        row=number,
                    )
                count, last, width = count + 1, number, max(width, len(cells))
                line: list[Any] = [number, cells, marks] if marks else [number, cells]
                if count <= FIRST:
                    first.append([number, [cell[:200] for cell in cells]])
                size += out.write(json.dumps(line, ensure_ascii=False, separators=(",", ":")))
                out.write("\n")
                if count > MOST_ROWS or size > _MOST_BYTES:
                    raise ListRefused(
                        "The list has more than {most} rows. Split it and import the parts.",
                        most=MOST_ROWS,
                    )
    if not count:
        raise ListRefused("The list is empty.")
    return {"first": first, "chunks": chunks, "rows": count, "last": last, "columns": width}


def _some(rows: Iterator[Row], most: int) -> Iterator[Row]:
    for _ in range(most):
        row = next(rows, None)
        if row is None:
            return
        yield row
