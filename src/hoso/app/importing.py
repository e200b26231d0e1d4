"""Run a bulk import: the rows of a list in order, a few in a commit.

Used by the command and by the thread of the serving process.  A kill at any moment costs the
rows in hand: which row was the last one is written in the commit that did it.
"""

from __future__ import annotations

import os
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from hoso.app.house import House
from hoso.app.import_check import LOOK, Who, chunks, judged_rows, source_at
from hoso.desk import importing
from hoso.desk.desk import Desk
from hoso.desk.listed_rows import Judge, Judged
from hoso.desk.refusals import journal_refusal
from hoso.desk.taking_rows import Outcome, left_out, take
from hoso.ingest.bulk.files import Gate, Looker
from hoso.ingest.bulk.findings import Finding
from hoso.ingest.bulk.folder import NotThere, Outside, SourceFolder
from hoso.ingest.bulk.mapping import Columns
from hoso.ingest.bulk.opened import Opened
from hoso.ingest.bulk.rows import rows_of
from hoso.ingest.bulk.workplace import Report
from hoso.ingest.gate.viruses import Scanner, Unreachable
from hoso.kernel import ids
from hoso.kernel.errors import Conflict, HosoError, NotReady, Unusable
from hoso.storage.blobs import Spooled, spool

__all__ = ["Importing"]

#: Rows, and bytes, of one commit.
CHUNK = 16
_CHUNK_BYTES = 64 << 20

Something = TypeVar("Something")


@dataclass(frozen=True)
class _InHand:
    """A row on its way in: judged, its file on the spool where it may be taken."""

    judged: Judged
    path: str
    spooled: Spooled | None
    outcome: Outcome | None


class _Overtaken(Exception):
    """Somebody else runs the same import."""


class Importing:
    """One import, run from behind its last row to its end."""

    def __init__(
        self,
        house: House,
        who: Who,
        *,
        unit: str,
        uid: str,
        opened: Opened,
        columns: Columns,
        files: Path,
        report: Path,
        batch: str = "",
        gate: Gate | None = None,
        via: str = "cli",
    ) -> None:
        self.house = house
        self._who = who
        self._unit = unit
        self._uid = uid
        self._opened = opened
        self._columns = columns
        self._files = files
        self._report = report
        self._batch = batch
        self._gate = gate
        self._scanner = Scanner(house.settings.clamd) if house.settings.clamd else None
        self._via = via

    def run(
        self,
        *,
        on_row: Callable[[dict[str, Any]], None] | None = None,
        stop: threading.Event | None = None,
    ) -> str:
        """Take rows until the end, or until *stop* is set or somebody stops the import.

        :param on_row: told each row's line of the report, after its commit.
        :return: the state the import is in: ``done``, ``stopped``, or ``running`` where *stop*
            was set (whoever set it says what that means).
        """
        row, length = self._where()
        by = Judge(self.house.rulebook, self._columns)
        report = Report(self._report)
        try:
            report.cut(at=length)
            with source_at(self._files) as source:
                looker = Looker(
                    source, self._columns, most=self.house.upload_limit, gate=self._gate
                )
                lines = self._opened.lines(after=max(row, self._columns.row))
                rows = rows_of(lines, self._columns, self._opened.head.merged)
                for look in chunks(rows, LOOK):
                    judged = judged_rows(
                        self.house, self._who, self._unit, rows=look, by=by, via=self._via
                    )
                    for chunk in self._in_hand(judged, looker, source):
                        row, length, go_on = self._commit(
                            chunk, report, since=row, at=length, on_row=on_row
                        )
                        if not go_on:
                            return "stopped"
                        if stop is not None and stop.is_set():
                            return "running"
        except _Overtaken as error:
            raise NotReady(
                "This import is run by another process just now. Let it run, or stop it there."
            ) from error
        finally:
            report.close()
        self._act(lambda desk, unit: importing.end(desk, unit, uid=self._uid))
        return "done"

    def _where(self) -> tuple[int, int]:
        with self.house.databases.connection() as connection:
            desk = Desk(self.house, connection, self._who(connection), via=self._via)
            job = importing.look(desk, desk.site.unit_by_key[self._unit], uid=self._uid)
            return job.progress.row, job.progress.report

    def _act(self, work: Callable[[Desk, Any], Something]) -> Something:
        def attempt(connection: Any) -> Something:
            desk = Desk(self.house, connection, self._who(connection), via=self._via)
            return work(desk, desk.site.unit_by_key[self._unit])

        return self.house.databases.attempt(attempt, note="import")

    def _in_hand(
        self, judged: Iterable[Judged], looker: Looker, source: SourceFolder
    ) -> Iterator[list[_InHand]]:
        """Yield chunks of rows with their files on the spool, which nobody leaves there."""
        chunk: list[_InHand] = []
        size = 0
        try:
            for one in judged:
                chunk.append(self._spooled(one, looker, source))
                held = chunk[-1].spooled
                size += held.size if held is not None else 0
                if len(chunk) >= CHUNK or size >= _CHUNK_BYTES:
                    yield chunk
                    _discard(chunk)
                    chunk, size = [], 0
            if chunk:
                yield chunk
        finally:
            _discard(chunk)

    def _spooled(self, judged: Judged, looker: Looker, source: SourceFolder) -> _InHand:
        looked = looker.look(judged.row)
        path = looked.found.path if looked.found is not None else judged.row.get("file")
        if judged.is_stopped or looked.found is None or not looked.may_be_taken:
            outcome = left_out(judged)
            findings = (*outcome.findings, *looked.findings)
            return _InHand(judged, path, None, Outcome(outcome.kind, findings=findings))
        try:
            with source.open(looked.found) as stream:
                before = os.fstat(stream.fileno())
                spooled = spool(stream, self.house.spool, limit=self.house.upload_limit)
                after = os.fstat(stream.fileno())
        except NotReady:
            raise  # no room: nothing behind this row would fare better
        except HosoError as error:
            return _InHand(judged, path, None, left_out(judged, error))
        except (OSError, NotThere, Outside) as error:
            why = getattr(error, "strerror", None) or type(error).__name__
            said = Unusable("The file cannot be read ({why}). Check it and import again.", why=why)
            return _InHand(judged, path, None, left_out(judged, said))
        if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
            spooled.discard()
            said = Unusable("The file changed while it was read. Import it again when it is whole.")
            return _InHand(judged, path, None, left_out(judged, said))
        infected = self._ask_scanner(spooled)
        if infected is not None:
            spooled.discard()
            return _InHand(judged, path, None, left_out(judged, infected))
        return _InHand(judged, path, spooled, None)

    def _ask_scanner(self, spooled: Spooled) -> HosoError | None:
        """Ask the virus scanner, where there is one: what a list describes is filed unread."""
        if self._scanner is None:
            return None
        try:
            found = self._scanner.scan(spooled.path).as_reason()
        except Unreachable as error:
            spooled.discard()
            raise NotReady(
                "The virus scanner does not answer ({why}). Go on with the import when it does.",
                why=str(error),
            ) from error
        return None if found is None else Unusable(found.message, **dict(found.facts))

    def _commit(
        self,
        chunk: list[_InHand],
        report: Report,
        *,
        since: int,
        at: int,
        on_row: Callable[[dict[str, Any]], None] | None,
    ) -> tuple[int, int, bool]:
        """Take a chunk in one commit; where a row of it cannot be, each in a commit of its own."""
        try:
            lines, length, go_on = self._taken(chunk, report, since=since, at=at)
        except NotReady:
            raise
        except HosoError as error:
            if len(chunk) == 1:
                journal_refusal(self.house, error)
                failed = _InHand(
                    chunk[0].judged, chunk[0].path, None, left_out(chunk[0].judged, error)
                )
                lines, length, go_on = self._taken([failed], report, since=since, at=at)
            else:
                row, length, go_on = since, at, True
                for one in chunk:
                    row, length, go_on = self._commit(
                        [one], report, since=row, at=length, on_row=on_row
                    )
                return row, length, go_on
        if on_row is not None:
            for line in lines:
                on_row(line)
        return chunk[-1].judged.row.number, length, go_on

    def _taken(
        self, chunk: list[_InHand], report: Report, *, since: int, at: int
    ) -> tuple[list[dict[str, Any]], int, bool]:
        def work(desk: Desk, unit: Any) -> tuple[list[dict[str, Any]], int, bool]:
            lines = []
            ended: Counter[str] = Counter()
            papers = set()
            for one in chunk:
                outcome = one.outcome or self._take(desk, unit, one)
                ended[outcome.kind] += 1
                papers.add(ids.from_text(outcome.document) or 0)
                lines.append(_line(one, outcome))
            length = report.write(lines, at=at)
            row = chunk[-1].judged.row.number
            try:
                go_on = importing.advance(
                    desk,
                    unit,
                    uid=self._uid,
                    since=since,
                    row=row,
                    ended=ended,
                    report=length,
                    papers=papers - {0},
                )
            except Conflict as error:
                raise _Overtaken from error
            return lines, length, go_on

        return self._act(work)

    def _take(self, desk: Desk, unit: Any, one: _InHand) -> Outcome:
        if one.spooled is None:
            raise AssertionError("a row without a file has an outcome")
        batch = desk.find(self._batch) if self._batch else None
        name = os.fsencode(one.path.rsplit("/", 1)[-1])
        return take(desk, unit, one.judged, spooled=one.spooled, name=name, batch=batch)


def _discard(chunk: list[_InHand]) -> None:
    # What was committed has a link of its own.
    for one in chunk:
        if one.spooled is not None:
            one.spooled.discard()


def _line(one: _InHand, outcome: Outcome) -> dict[str, Any]:
    findings: Iterable[Finding] = outcome.findings or one.judged.findings
    return {
        "row": one.judged.row.number,
        "file": one.path,
        "outcome": outcome.kind,
        "document": outcome.document or None,
        "dossier": outcome.dossier or None,
        "findings": [found.as_json() for found in findings],
    }
