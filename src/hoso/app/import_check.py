"""The dry run of a bulk import: everything that is wrong with a list, told and not done."""

from __future__ import annotations

import itertools
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from hoso.access.identity import Identity
from hoso.app.house import House
from hoso.desk.desk import Desk
from hoso.desk.listed_rows import Judge, Judged, judge
from hoso.ingest.bulk.files import Gate, Looker, about_columns, not_listed, with_gaps
from hoso.ingest.bulk.findings import NOTE, STOP, WAIT, Findings
from hoso.ingest.bulk.folder import SourceFolder
from hoso.ingest.bulk.mapping import Columns
from hoso.ingest.bulk.opened import Opened
from hoso.ingest.bulk.rows import Row, rows_of
from hoso.ingest.bulk.seen import Seen
from hoso.kernel.errors import NotReady

__all__ = ["LOOK", "Checked", "Who", "chunks", "dry_run", "judged_rows", "source_at"]

#: Rows judged in one look at the database.
LOOK = 500

#: Says as whom the import acts: asked for each commit, since roles are taken away meanwhile.
Who = Callable[[Any], Identity]
Something = TypeVar("Something")


@dataclass(frozen=True)
class Checked:
    """What a dry run found.

    :ivar rows: rows of papers; ``ready`` of them would be filed, ``waiting`` would wait in the
        tray, ``left_out`` not be taken.
    :ivar kinds: how often each sentence was said, most often first.
    """

    rows: int
    ready: int
    waiting: int
    left_out: int
    notes: int
    kinds: tuple[tuple[str, int], ...]

    def as_counts(self) -> dict[str, int]:
        return {
            "rows": self.rows,
            "ready": self.ready,
            "waiting": self.waiting,
            "left-out": self.left_out,
            "notes": self.notes,
        }


def chunks(items: Iterable[Something], size: int) -> Iterator[list[Something]]:
    """Yield *items* in lists of *size*, the last one shorter."""
    iterator = iter(items)
    while chunk := list(itertools.islice(iterator, size)):
        yield chunk


def judged_rows(
    house: House, who: Who, unit: str, *, rows: Sequence[Row], by: Judge, via: str
) -> list[Judged]:
    """Judge rows in a connection of its own, so that what they load is let go again."""
    with house.databases.connection() as connection:
        desk = Desk(house, connection, who(connection), via=via)
        return judge(desk, desk.site.unit_by_key[unit], rows=rows, by=by)


def dry_run(
    house: House,
    who: Who,
    *,
    unit: str,
    opened: Opened,
    columns: Columns,
    files: Path,
    report: Path,
    gate: Gate | None = None,
    via: str = "cli",
    progress: Callable[[int, int], None] | None = None,
    stop: threading.Event | None = None,
) -> Checked | None:
    """Find everything that is wrong with a list and its files; write no record.

    :param files: the folder of the files.
    :param report: where the findings go, a line each.
    :param progress: told (rows done, rows in all) now and then.
    :return: the counts; ``None`` where *stop* was set before the end.
    """
    by = Judge(house.rulebook, columns)
    counts: Counter[str] = Counter()
    done, rows_in_all = 0, opened.head.below(columns.row)
    with ExitStack() as stack:
        source = stack.enter_context(source_at(files))
        findings = stack.enter_context(Findings(report))
        seen = stack.enter_context(Seen(report.parent))
        looker = Looker(source, columns, most=house.upload_limit, gate=gate)
        for one in about_columns(columns):
            findings.add(one)
        lines = with_gaps(opened.lines(after=columns.row), findings.add)
        for rows in chunks(rows_of(lines, columns, opened.head.merged), LOOK):
            for judged in judged_rows(house, who, unit, rows=rows, by=by, via=via):
                counts[_check_row(judged, looker, seen=seen, findings=findings)] += 1
            done += len(rows)
            if progress is not None:
                progress(done, rows_in_all)
            if stop is not None and stop.is_set():
                return None
        for one in not_listed(source, seen):
            findings.add(one)
    return Checked(
        rows=done,
        ready=counts["ready"],
        waiting=counts[WAIT],
        left_out=counts[STOP],
        notes=findings.counts[NOTE],
        kinds=tuple(findings.kinds.most_common(30)),
    )


def _check_row(judged: Judged, looker: Looker, *, seen: Seen, findings: Findings) -> str:
    looked = looker.look(judged.row)
    found = [*judged.findings, *looked.findings]
    if looked.found is not None:
        whose = judged.dossier or judged.row.get("dossier") or judged.row.get("person")
        twice = looker.twice(judged.row, looked.found, seen=seen, dossier=whose)
        found += [twice] if twice is not None else []
    for one in found:
        findings.add(one)
    severities = {one.severity for one in found}
    return next((one for one in (STOP, WAIT) if one in severities), "ready")


def source_at(files: Path) -> SourceFolder:
    """Open the folder of the files; raise :class:`NotReady` where it cannot be."""
    try:
        return SourceFolder(files)
    except OSError as error:
        raise NotReady(
            "The folder {folder} cannot be opened ({why}). See that it is there and may be read.",
            folder=str(files),
            why=error.strerror or "",
        ) from error
