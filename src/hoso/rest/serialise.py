"""Records as JSON; the names are those of docs/formats.md."""

from __future__ import annotations

import json
from typing import Any

from hoso.desk.intake import Received
from hoso.ingest import queue
from hoso.kernel.text import shown_name
from hoso.records.model import Document

__all__ = ["paper", "received"]


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
