"""The thread that runs the imports of pages: opens lists, checks them, takes their rows.

One at a time: an import waits on the disk, and requests come first.  What it does is written
in the database with each chunk, so it is stopped and killed at any moment, and goes on when
the process is started again.
"""

from __future__ import annotations

import logging
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from transaction.interfaces import TransientError

from hoso.access.accounts import accounts_of, identity_of, why_closed
from hoso.access.identity import Identity
from hoso.app.house import House
from hoso.app.import_check import dry_run
from hoso.app.import_lists import rows_of_import
from hoso.app.importing import Importing
from hoso.desk import importing
from hoso.desk.desk import Desk
from hoso.desk.reading import MACHINE
from hoso.ingest.bulk.mapping import ColumnMap, Columns, propose, settle
from hoso.ingest.bulk.model import Import
from hoso.ingest.bulk.opened import Opened
from hoso.ingest.bulk.workplace import Workplace
from hoso.kernel.errors import Forbidden, HosoError

__all__ = ["Importer"]

log = logging.getLogger(__name__)

PAUSE = 2.0


@dataclass(frozen=True)
class _Wanted:
    """An import that is to be taken up, as plain values."""

    uid: str
    unit: str
    by: str
    state: str
    folder: Path
    mapping: str


class Importer:
    """Takes up what pages ask for, until it is stopped."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.stop = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin in a thread of its own."""
        self._thread = threading.Thread(target=self._run, name="importer", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop behind the rows in hand."""
        self.stop.set()
        if self._thread is not None:
            self._thread.join(timeout=60)

    def _run(self) -> None:
        while not self.stop.is_set():
            try:
                self.work_off()
            except Exception as error:
                # The rim of a thread that must not end: a server that went away comes back.
                log.exception("imports cannot be taken up; it will be tried again")
                self.house.troubles["importer"] = f"{type(error).__name__}: {error}"
            else:
                self.house.troubles.pop("importer", None)
            self.stop.wait(PAUSE)

    def work_off(self) -> int:
        """Do what is asked for now; return how many imports were taken up."""
        count = 0
        for uid in self._asked_for():
            if self.stop.is_set():
                break
            wanted = self._wanted(uid)
            if wanted is not None:
                self._one(wanted)
                count += 1
        return count

    def _asked_for(self) -> list[str]:
        with self.house.databases.connection() as connection:
            kept = connection.root().get("imports")
            return list(kept.wanted) if kept is not None else []

    def _wanted(self, uid: str) -> _Wanted | None:
        with self.house.databases.connection() as connection:
            job: Import | None = connection.root()["imports"].imports.get(uid)
            if job is None:
                return None
            unit = str(job.unit.key)
            return _Wanted(uid, unit, job.by, job.state, Path(job.folder), job.mapping)

    def _one(self, wanted: _Wanted) -> None:
        try:
            if wanted.state == "new":
                self._open(wanted)
            elif wanted.state == "checking":
                self._check(wanted)
            elif wanted.state == "running":
                self._take(wanted)
        except HosoError as error:
            facts = {key: fact for key, fact in error.facts.items() if key != "entry"}
            self._fail(wanted, error.text, facts)
        except TransientError:
            log.info("other writers were faster; the import is taken up again")
        except Exception as error:  # the rim of a job: its owner is told, others go on
            log.exception("an import failed")
            self._fail(
                wanted,
                "The import met an error of the program ({error}). Tell your administrator; what "
                "was taken stays, and it goes on from there.",
                {"error": type(error).__name__},
            )

    def _who(self, wanted: _Wanted, connection: Any) -> Identity:
        """Return the account as it is now: a role that was taken away ends the import."""
        account = accounts_of(connection.root()).by_login.get(wanted.by)
        shut = "" if account is None else why_closed(account, now=self.house.clock.now())
        if account is None or shut:
            raise Forbidden(reason=shut or "")
        return identity_of(account)

    def _act(self, wanted: _Wanted, work: Any) -> Any:
        def attempt(connection: Any) -> Any:
            desk = Desk(self.house, connection, self._who(wanted, connection), via="worker")
            return work(desk, desk.site.unit_by_key[wanted.unit])

        return self.house.databases.attempt(attempt, note="import")

    def _fail(self, wanted: _Wanted, why: str, facts: dict[str, Any]) -> None:
        plain = {
            key: fact if isinstance(fact, str | int | float) else str(fact)
            for key, fact in facts.items()
        }

        def attempt(connection: Any) -> None:
            desk = Desk(self.house, connection, MACHINE, via="worker")
            unit = desk.site.unit_by_key[wanted.unit]
            importing.fail(desk, unit, uid=wanted.uid, why=why, facts=plain)

        self.house.databases.attempt(attempt, note="import failed")

    def _rows(self, wanted: _Wanted) -> tuple[Opened, Workplace]:
        with self.house.databases.connection() as connection:
            job = connection.root()["imports"].imports[wanted.uid]
            return rows_of_import(self.house, job, stop=self.stop)

    def _columns(self, wanted: _Wanted, opened: Opened) -> Columns:
        mapping = ColumnMap.from_json(wanted.mapping)
        return settle(mapping, opened.head.first, columns=opened.head.columns)

    def _open(self, wanted: _Wanted) -> None:
        opened, _place = self._rows(wanted)
        head = opened.head
        mapping = propose(head.first, columns=head.columns)
        if wanted.mapping:
            # Chosen by name when the list was sent; headings it lacks are then seen on the page.
            chosen = ColumnMap.from_json(wanted.mapping)
            known = dict.fromkeys(mapping.columns, "") | dict(chosen.columns)
            mapping = ColumnMap(known, mapping.row if chosen.row < 0 else chosen.row)
        rows = head.below(mapping.row)
        self._act(
            wanted,
            lambda desk, unit: importing.opened(
                desk, unit, uid=wanted.uid, rows=rows, mapping=mapping
            ),
        )

    def _check(self, wanted: _Wanted) -> None:
        # A name is looked up in the index; what was opened a moment ago must be in it.
        self.house.catch_up()
        opened, place = self._rows(wanted)
        told = _Now(place)
        checked = dry_run(
            self.house,
            lambda connection: self._who(wanted, connection),
            unit=wanted.unit,
            opened=opened,
            columns=self._columns(wanted, opened),
            files=wanted.folder,
            report=place.faults,
            via="worker",
            progress=told.say,
            stop=self.stop,
        )
        if checked is not None:
            counts = checked.as_counts()
            self._act(
                wanted,
                lambda desk, unit: importing.checked(desk, unit, uid=wanted.uid, counts=counts),
            )

    def _take(self, wanted: _Wanted) -> None:
        self.house.catch_up()
        opened, place = self._rows(wanted)
        run = Importing(
            self.house,
            lambda connection: self._who(wanted, connection),
            unit=wanted.unit,
            uid=wanted.uid,
            opened=opened,
            columns=self._columns(wanted, opened),
            files=wanted.folder,
            report=place.report,
            via="worker",
        )
        if run.run(stop=self.stop) == "done":
            place.drop_rows()


class _Now:
    """Writes down how far a dry run is, once a second."""

    def __init__(self, place: Workplace) -> None:
        self._place = place
        self._said = 0.0
        self._began = time.time()

    def say(self, done: int, rows: int) -> None:
        now = time.monotonic()
        if now - self._said >= 1.0:
            self._said = now
            self._place.say({"done": done, "rows": rows, "began": self._began})
