"""Records as JSON; the names are those of docs/formats.md."""

from __future__ import annotations

import json
from typing import Any

from hoso.desk.arrivals import reason_of
from hoso.desk.batches import BatchView
from hoso.desk.intake import Received
from hoso.ingest import queue
from hoso.kernel.text import shown_name
from hoso.records.marking import level_of
from hoso.records.model import Batch, Document

__all__ = ["batch", "batch_line", "paper", "received"]


def received(request: Any, outcome: Received, *, name: str) -> dict[str, Any]:
    """Return what became of a file that was sent."""
    document = outcome.document
    return {
        "name": name,
        "outcome": outcome.outcome,
        "sha256": outcome.sha256,
        "document": document.uid,
        "url": request.route_path("api-document", document=document.uid),
    }


def paper(request: Any, document: Document) -> dict[str, Any]:
    """Return where a paper stands and what was read out of it."""
    reading = queue.reading_of(request.desk.root, document)
    dossier = document.dossier
    seen = dossier if dossier is not None and request.desk.sees(dossier) else None
    proposals = json.loads(reading.proposals) if reading is not None and reading.proposals else None
    return {
        "document": document.uid,
        "name": shown_name(document.given_name),
        "state": document.state,
        "level": level_of(document, request.desk.today),
        "stub": document.stub,
        "batch": document.batch or None,
        "dossier": seen.code if seen is not None else None,
        "sha256": document.sha256,
        "size": document.size,
        "mime": document.mime or None,
        "pages": document.pages or None,
        "pages_read": reading.pages_done if reading is not None else 0,
        "reasons": [str(reason) for reason in document.reasons],
        "problem": (reading.problem if reading is not None else "") or None,
        "proposals": proposals if dossier is None else None,
        "revision": document.revision,
    }


def batch_line(request: Any, batch: Batch) -> dict[str, Any]:
    """Return the declaration of a batch and its addresses."""
    return {
        "batch": batch.uid,
        "number": batch.number,
        "unit": batch.unit.key,
        "state": batch.state,
        "title": batch.title,
        "sheets": batch.sheets or None,
        "sides": batch.sides,
        "box": batch.box or None,
        "operator": batch.operator,
        "opened_at": batch.opened_at,
        "closed_at": batch.closed_at or None,
        "revision": batch.revision,
        "url": request.route_path("api-batch", batch=batch.uid),
        "files": request.route_path("api-batch-files", batch=batch.uid),
    }


def batch(request: Any, view: BatchView) -> dict[str, Any]:
    """Return a batch with its equation as it stands now, and what became of each file."""
    return {
        **batch_line(request, view.batch),
        "tally": view.tally.as_json(),
        "arrivals": [
            {
                "name": shown_name(arrival.name),
                "at": arrival.at,
                "by": arrival.by,
                "source": arrival.source,
                "size": arrival.size,
                "sha256": arrival.sha256 or None,
                "outcome": arrival.outcome,
                "document": arrival.document if arrival.document in view.papers else None,
                "reason": str(reason_of(arrival)) or None,
            }
            for _key, arrival in view.arrivals
        ],
    }
