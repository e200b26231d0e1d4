"""Take one file in from disk: store, read, and file where a dossier was named."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path
from typing import Any

from hoso.access.identity import Identity
from hoso.app.house import House
from hoso.app.reading_room import ReadingRoom
from hoso.desk import batches, intake
from hoso.desk.desk import Desk
from hoso.desk.refusals import journal_refusal
from hoso.ingest import queue
from hoso.kernel import ids
from hoso.kernel.errors import HosoError, Invalid, Unusable
from hoso.kernel.text import shown_name
from hoso.records.model import Document
from hoso.storage.blobs import TOO_LARGE, Spooled, spool

__all__ = ["TakingIn"]


_HERE = {
    "duplicate": "These bytes are here already.",
    "again": "This file is here already in this batch.",
}


class TakingIn:
    """One intake: as whom, into whose tray, for which dossier, with which batch.

    :param batch: number of an open batch of the unit, or "".
    """

    def __init__(
        self,
        house: House,
        room: ReadingRoom | None,
        identity: Identity,
        *,
        unit: str,
        into: str = "",
        batch: str = "",
    ) -> None:
        self.house = house
        self.room = room
        self.identity = identity
        self.unit = unit
        self.into = into
        self.batch = batch

    def take(self, path: Path) -> dict[str, Any]:
        """Take a file in; return its line.  A bad file is an answer, not an error."""
        line: dict[str, Any] = {
            "path": shown_name(os.fsencode(path)),
            "sha256": None,
            "outcome": "refused",
            "reason": None,
            "document": None,
            "dossier": None,
            "proposals": None,
        }
        try:
            spooled = self._spool(path)
        except HosoError as error:
            return self._turned_away(line, path, error)
        except OSError as error:
            unreadable = Unusable(
                "The file cannot be read ({why}). Check it and send it again.",
                why=str(error.strerror),
            )
            return self._turned_away(line, path, unreadable)
        line["sha256"] = spooled.sha256
        name = os.fsencode(path.name)

        def receive(connection: Any) -> tuple[str, int]:
            desk = Desk(self.house, connection, self.identity, via="cli")
            unit = desk.site.unit_by_key[self.unit]
            got = intake.receive(
                desk,
                unit,
                spooled=spooled,
                name=name,
                into=self.into,
                batch=batches.find(desk, self.batch) if self.batch else None,
                source="cli",
            )
            return got.outcome, got.document.id

        try:
            outcome, number = self.house.databases.attempt(receive, note="received")
        except HosoError as error:
            journal_refusal(self.house, error)
            return {**line, "reason": str(error)}
        finally:
            # What was committed has a link of its own.
            spooled.discard()
        if outcome != "received":
            line["outcome"], line["reason"] = "duplicate", _HERE[outcome]
            return self._described(line, number)
        if self.room is not None:
            if self.room.read(number) == "split":
                for part in self._parts(number):
                    self.room.read(part)
            elif self.into:
                self._file(number)
        return self._described(line, number)

    def _parts(self, number: int) -> list[int]:
        """Return the papers a scan became; what a separator sheet says of them is theirs."""
        with self.house.databases.connection() as connection:
            document = connection.root()["site"].by_id[number]
            return [found for uid in document.parts if (found := ids.from_text(uid))]

    def _turned_away(self, line: dict[str, Any], path: Path, error: HosoError) -> dict[str, Any]:
        """Tell of a file that was not stored; a batch writes it down."""
        line = {**line, "reason": str(error)}
        if not self.batch:
            return line
        try:
            size = path.stat().st_size
        except OSError:
            size = 0

        def write_down(connection: Any) -> None:
            desk = Desk(self.house, connection, self.identity, via="cli")
            batches.turn_away(
                desk,
                batches.find(desk, self.batch),
                name=os.fsencode(path.name),
                size=size,
                reason=error,
                source="cli",
            )

        try:
            self.house.databases.attempt(write_down, note="turned away")
        except HosoError as refused:
            journal_refusal(self.house, refused)
            line["reason"] = f"{line['reason']} {refused}"
        return line

    def _spool(self, path: Path) -> Spooled:
        """Bring the bytes to the spool; a file that is still being written is not taken."""
        if not stat.S_ISREG(path.stat().st_mode):
            raise Unusable(
                "This is no file, but a folder, a pipe or a device. Name the file itself."
            )
        with path.open("rb") as stream:
            before = os.fstat(stream.fileno())
            if before.st_size > self.house.upload_limit:
                # Before half a gigabyte is copied only to be thrown away.
                raise Unusable(TOO_LARGE, limit=self.house.upload_limit >> 20)
            spooled = spool(stream, self.house.spool, limit=self.house.upload_limit)
            after = os.fstat(stream.fileno())
        if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
            spooled.discard()
            raise Unusable(
                "The file changed while it was read. Wait until the scanner has finished, "
                "then send it again."
            )
        return spooled

    def _file(self, number: int) -> None:
        """File under what was read, unchecked; what cannot be filed goes on waiting."""

        def file(connection: Any) -> None:
            desk = Desk(self.house, connection, self.identity, via="cli")
            document = desk.site.by_id[number]
            if document.state != "waiting":
                return
            typed = typed_from(queue.reading_of(desk.root, document), document)
            intake.file(
                desk, document, dossier=self.into, typed=typed, revision=None, checked=False
            )

        try:
            self.house.databases.attempt(file, note="filed")
        except Invalid:
            return
        except HosoError as error:
            journal_refusal(self.house, error)

    def _described(self, line: dict[str, Any], number: int) -> dict[str, Any]:
        if not number:
            return line
        with self.house.databases.connection() as connection:
            document = connection.root()["site"].by_id[number]
            line["document"] = ids.to_text(number)
            line["dossier"] = document.dossier.code if document.dossier is not None else None
            reading = queue.reading_of(connection.root(), document)
            if reading is not None and reading.proposals:
                line["proposals"] = json.loads(reading.proposals)
            if line["outcome"] == "duplicate":
                return line
            line["outcome"] = _OUTCOMES.get(document.state, "waiting")
            if document.parts:
                line["parts"] = list(document.parts)
            said = [str(reason) for reason in document.reasons]
            if reading is not None and reading.problem:
                said.append(reading.problem)
            line["reason"] = " ".join(said) or None
        return line


_OUTCOMES = {
    "filed": "filed",
    "quarantined": "quarantined",
    "refused": "refused",
    "split": "split",
}


def typed_from(reading: Any, document: Document) -> dict[str, str]:
    """Return what was read as a person would type it; only what is proposed, nothing guessed."""
    proposals = json.loads(reading.proposals) if reading is not None and reading.proposals else {}
    kind = (
        json.loads(reading.type_proposal) if reading is not None and reading.type_proposal else {}
    )
    typed: dict[str, str] = {"type": str(kind.get("value") or "")}
    pairs = {
        "form": "type",
        "title": "subject",
        "number": "number",
        "symbol": "symbol",
        "date": "date",
        "agency": "agency",
        "signer": "signer",
        "person": "person",
        "level": "level",
    }
    for field, proposed in pairs.items():
        found = proposals.get(proposed)
        if found and found.get("value") is not None:
            typed[field] = str(found["value"])
    if not typed.get("title"):
        typed["title"] = Path(document.given_name.decode("utf-8", "replace")).stem[:200]
    return typed
