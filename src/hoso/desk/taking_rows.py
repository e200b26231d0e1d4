"""One row of a list becomes a paper: filed, or in the tray where a person must decide.

The same bytes are never a second paper: they are found where they lie, so a row that is taken
twice, by a second run or by two at once, ends as "here already".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from hoso.desk import intake, shelving
from hoso.desk.desk import Desk
from hoso.desk.listed_rows import Judged
from hoso.ingest.bulk.findings import NOTE, STOP, Finding
from hoso.kernel.errors import HosoError, Invalid
from hoso.records import filing
from hoso.records.model import Batch, Document, Unit
from hoso.storage.blobs import Spooled

__all__ = ["OUTCOMES", "Outcome", "left_out", "take"]

#: How a row may end; together they are all rows.
OUTCOMES = ("filed", "waiting", "here", "elsewhere", "left-out")


@dataclass(frozen=True)
class Outcome:
    """What became of a row.

    :ivar kind: one of ``OUTCOMES``: filed; in the tray; here already from before, where the row
        wants it; here already, but elsewhere; not taken.
    """

    kind: str
    document: str = ""
    dossier: str = ""
    findings: tuple[Finding, ...] = ()


def take(
    desk: Desk,
    unit: Unit,
    judged: Judged,
    *,
    spooled: Spooled,
    name: bytes,
    batch: Batch | None = None,
) -> Outcome:
    """Take one row's paper in: into its dossier, or into the tray where a person must decide.

    Raises with the faults of filing; the row is then undone.
    """
    here = [d for d in filing.of_bytes(desk.site, spooled.sha256) if desk.sees(d)]
    for document in here:
        if document.dossier is not None and document.dossier.code == judged.dossier:
            return Outcome("here", document.uid, judged.dossier)
    for document in here:
        if document.dossier is not None:
            return _elsewhere(judged, document)
    if here:
        document, unread = here[0], here[0].state == "received"
        if not judged.is_complete or document.state not in {"received", "waiting"}:
            return Outcome("here", document.uid)
    else:
        got = intake.receive(
            desk,
            unit,
            spooled=spooled,
            name=name,
            into=judged.dossier,
            batch=batch,
            source="import",
        )
        document, unread = got.document, True
    if not judged.is_complete:
        _describe(desk, document, judged)
        return Outcome("waiting", document.uid, findings=_unplaced(judged))
    intake.file(
        desk,
        document,
        dossier=judged.dossier,
        typed=judged.typed,
        revision=None,
        checked=False,
        unread=unread,
    )
    if judged.place:
        position = judged.row.get("position")
        shelving.move(desk, document, place=judged.place, position=position)
    return Outcome("filed", document.uid, judged.dossier)


def _describe(desk: Desk, document: Document, judged: Judged) -> None:
    typed = {name: text for name, text in judged.typed.items() if text}
    if typed:
        intake.correct(desk, document, typed=typed, revision=document.revision)


def _elsewhere(judged: Judged, document: Document) -> Outcome:
    dossier = document.dossier
    code = dossier.code if dossier is not None else ""
    message = (
        "These bytes are filed already, in the dossier {code}; a paper lies in one dossier. See "
        "which of the two is right."
    )
    found = _about(judged, "file", STOP, message, {"code": code})
    return Outcome("elsewhere", document.uid, code, (found,))


def _unplaced(judged: Judged) -> tuple[Finding, ...]:
    if not judged.place:
        return ()
    message = "The paper waits in the tray; state its place {code} when it is filed."
    return (_about(judged, "box", NOTE, message, {"code": judged.place}),)


def left_out(judged: Judged, error: HosoError | None = None) -> Outcome:
    """Return the outcome of a row that is not taken: for its own faults, or for an error."""
    if error is None:
        return Outcome("left-out", findings=judged.findings)
    faults = error.faults if isinstance(error, Invalid) else ()
    said = [_about(judged, one.field, STOP, one.message, one.facts) for one in faults]
    if not said:
        facts = {key: value for key, value in error.facts.items() if key != "entry"}
        said = [_about(judged, "", STOP, error.text, facts)]
    return Outcome("left-out", findings=(*judged.findings, *said))


def _about(
    judged: Judged, field: str, severity: str, message: str, facts: Mapping[str, Any]
) -> Finding:
    plain = {
        key: value if isinstance(value, str | int | float) else str(value)
        for key, value in facts.items()
    }
    return Finding(
        judged.row.number,
        "",
        field,
        judged.row.get(field),
        severity,
        message,
        MappingProxyType(plain),
    )
