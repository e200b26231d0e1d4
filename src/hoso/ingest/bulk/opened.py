"""A list that was opened: its head, and its rows read back one at a time from any row on."""

from __future__ import annotations

import json
import threading
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hoso.ingest.bulk.values import Line, ListRefused, line_of
from hoso.ingest.sandbox import Limits, Sandbox

__all__ = ["Head", "Opened", "limits_for", "open_list", "opened_before", "sandbox"]

_HEAD = "head.json"
_LONGEST = 32 << 20  # of one line in a chunk: 256 cells of 32,767 letters


@dataclass(frozen=True)
class Head:
    """What a list is.

    :ivar encoding: of a CSV list, as it was recognised.
    :ivar first: its first rows, for headings to be found and samples to be shown.
    :ivar chunks: number of the first row of each chunk file.
    :ivar merged: ranges (first row, first column from 0, last row, last column) of merged
        cells, in the order of rows.
    """

    kind: str
    rows: int
    last: int
    columns: int
    first: tuple[Line, ...]
    chunks: tuple[int, ...]
    merged: tuple[tuple[int, int, int, int], ...] = ()
    encoding: str = ""
    separator: str = ""
    sheet: str = ""
    sheets: tuple[str, ...] = ()

    def below(self, row: int) -> int:
        """Return how many rows stand below row *row*, where the headings are."""
        return self.rows - sum(1 for line in self.first if line.number <= row)


@dataclass(frozen=True)
class Opened:
    """A list turned into rows in *folder*."""

    folder: Path
    head: Head

    def lines(self, *, after: int = 0) -> Iterator[Line]:
        """Yield the rows behind row *after*, in order."""
        at = max(0, bisect_right(self.head.chunks, after + 1) - 1)
        for index in range(at, len(self.head.chunks)):
            with (self.folder / f"rows-{index + 1:04d}.jsonl").open(encoding="utf-8") as stream:
                while text := stream.readline(_LONGEST):
                    line = line_of(json.loads(text))
                    if line.number > after:
                        yield line


def sandbox() -> Sandbox:
    """Return a pool of one child that opens lists; close it."""
    return Sandbox(workers=1, jobs="hoso.ingest.bulk.jobs", jobs_each=20)


def limits_for(size: int) -> Limits:
    """Return what opening a list of *size* bytes may use.

    Measured: a megabyte of XLSX costs 3 s of processor, of CSV 0.1 s; the strings of a
    workbook are in memory.
    """
    cpu = min(60 + 10 * (size >> 20), 1800)
    return Limits(memory=5 << 28, cpu=cpu, wall=3.0 * cpu, file_size=1 << 30)


def open_list(
    pool: Sandbox,
    path: Path,
    *,
    folder: Path,
    sheet: str = "",
    stop: threading.Event | None = None,
) -> Opened:
    """Have the list *path* turned into rows in *folder*; raise :class:`ListRefused`."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    answer = pool.run(
        "rows",
        {"path": str(path), "folder": str(folder), "sheet": sheet},
        limits=limits_for(path.stat().st_size),
        stop=stop,
    )
    if answer.failure is not None:
        raise ListRefused(
            "The list cannot be read: {why}. Save the sheet alone as CSV (UTF-8) and try that.",
            why=str(answer.failure),
        )
    told = answer.value
    if not isinstance(told, dict) or "refused" in told:
        facts = told.get("facts", {}) if isinstance(told, dict) else {}
        raise ListRefused(str(told["refused"]), **facts)
    # Written last: a folder with a head is whole.
    (folder / _HEAD).write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")
    return Opened(folder, _head(told))


def opened_before(folder: Path) -> Opened | None:
    """Return the list that was opened in *folder*, if it was, to its end."""
    try:
        told = json.loads((folder / _HEAD).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return Opened(folder, _head(told))


def _head(told: dict[str, Any]) -> Head:
    return Head(
        kind=str(told["kind"]),
        rows=int(told["rows"]),
        last=int(told["last"]),
        columns=int(told["columns"]),
        first=tuple(line_of(parts) for parts in told["first"]),
        chunks=tuple(int(number) for number in told["chunks"]),
        merged=tuple((int(a), int(b), int(c), int(d)) for a, b, c, d in told["merged"]),
        encoding=str(told.get("encoding", "")),
        separator=str(told.get("separator", "")),
        sheet=str(told.get("sheet", "")),
        sheets=tuple(map(str, told.get("sheets", ()))),
    )
