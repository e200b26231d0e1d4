"""Files sent to a batch from its form: each by itself, each with its answer."""

from __future__ import annotations

import os
from typing import Any

from hoso.desk import batches, intake
from hoso.kernel.errors import Forbidden, HosoError, Missing, Unusable
from hoso.kernel.text import nfc
from hoso.records.model import Batch, Document
from hoso.web import papers
from hoso.web.forms import Form
from hoso.web.views.batches import page_of
from hoso.web.words import OUTCOMES, badge

__all__ = ["door_said", "includeme", "turned_away"]


def send(batch: Batch, request: Any) -> Any:
    """Take in files with the batch, each by itself; what the door refuses is written down."""
    files = [one for one in request.POST.getall("files") if getattr(one, "file", None)]
    if not files:
        request.response.status_int = 422
        fault = request.language.say("Choose at least one file.")
        return page_of(request, batch, sending=Form({}, {"files": (fault,)}, fault))
    lines = tuple(_send(request, batch, one) for one in files)
    request.add_response_callback(lambda asked, _answer: _close(asked, files))
    return page_of(request, batch, received=lines)


def _close(request: Any, files: list[Any]) -> None:
    """Give the uploaded files back, unless the request met another writer and comes again."""
    if request.exception is None:
        for sent in files:
            sent.file.close()


def _send(request: Any, batch: Batch, sent: Any) -> dict[str, Any]:
    name = os.fsencode(str(sent.filename))
    try:
        # A request that met another writer comes again with what is left of its body.
        sent.file.seek(0)
        spooled = intake.spool_in(request.desk, sent.file)
        request.add_finished_callback(lambda _request: spooled.discard())
        got = intake.receive(request.desk, batch.unit, spooled=spooled, name=name, batch=batch)
    except (Forbidden, Missing):
        raise
    except HosoError as error:
        if isinstance(error, Unusable):
            turned_away(request, batch, name=name, size=_length(sent.file), error=error)
        return door_said(request, str(sent.filename), "refused", request.language.error(error))
    return door_said(request, str(sent.filename), got.outcome, "", document=got.document)


def _length(stream: Any) -> int:
    return int(stream.seek(0, os.SEEK_END))


def turned_away(request: Any, batch: Batch, *, name: bytes, size: int, error: HosoError) -> None:
    """Write down a file that was not stored, with the reason."""
    batches.turn_away(request.desk, batch, name=name, size=size, reason=error)


def door_said(
    request: Any, name: str, outcome: str, reason: str, *, document: Document | None = None
) -> dict[str, Any]:
    """Return what became of one file at the door; nothing is told of what one may not see."""
    language = request.language
    seen = document is not None and request.desk.sees(document)
    if document is not None and seen and outcome == "duplicate":
        title = papers.title_of(document, language)
        reason = language.say("The same bytes are here already: {title}", title=title)
    return {
        "name": nfc(name),
        "outcome": badge(OUTCOMES, outcome, language),
        "reason": reason,
        "url": request.resource_path(document) if document is not None and seen else "",
        "good": outcome == "received",
    }


def includeme(config: Any) -> None:
    config.add_act_view(
        intake.receive,
        send,
        context=Batch,
        name="files",
        request_method="POST",
        renderer="batches/batch.jinja2",
    )
