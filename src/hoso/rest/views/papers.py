"""Hand a file in; ask where a paper stands."""

from __future__ import annotations

import base64
import binascii
import os
import re
from typing import Any

from hoso.desk import batches, documents, intake
from hoso.desk.desk import Desk
from hoso.http.errors import STATUS
from hoso.kernel.errors import Fault, Invalid, Unusable
from hoso.records.model import Batch, Document, Unit
from hoso.rest import serialise
from hoso.rest.problems import problem

__all__ = ["includeme", "take_in"]

_DIGEST = re.compile(r"\bsha-256=:([A-Za-z0-9+/=]{1,60}):")


def take_in(request: Any, unit: Unit, *, batch: Batch | None = None, into: str = "") -> Any:
    """Take the body of the request in as one file.

    ``?name=`` is the name it came under.  Where the sender states the digest of what he sent
    (``Content-Digest``, RFC 9530), bytes that differ are not taken.
    """
    name = request.GET.get("name", "").strip()
    if not name:
        raise Invalid([Fault("name", "Say the name of the file: ?name=…")])
    try:
        spooled = intake.spool_in(request.desk, request.body_file)
    except Unusable as error:
        if batch is None:
            raise
        # The batch counts also what could not be stored; nothing else of this request is kept.
        batches.turn_away(
            request.desk,
            batch,
            name=os.fsencode(name),
            size=request.content_length or 0,
            reason=error,
            source="rest",
        )
        request.environ["hoso.commit"] = True
        return problem(STATUS[error.kind], error.kind, detail=str(error))
    request.add_finished_callback(lambda _request: spooled.discard())
    if not spooled.size:
        raise Invalid([Fault("body", "The body is empty. Send the bytes of the file.")])
    stated = _stated_digest(request.headers.get("Content-Digest", ""))
    if stated is not None and stated != spooled.sha256:
        raise Invalid([Fault("body", "The bytes differ from their stated digest. Send it again.")])
    outcome = intake.receive(
        request.desk,
        unit,
        spooled=spooled,
        name=os.fsencode(name),
        into=into,
        batch=batch,
        source="rest",
    )
    request.response.status_int = 201 if outcome.outcome == "received" else 200
    line = serialise.received(request, outcome, name=name)
    request.response.location = line["url"]
    return line


def _stated_digest(header: str) -> str | None:
    found = _DIGEST.search(header)
    if found is None:
        return None
    try:
        return base64.b64decode(found[1], validate=True).hex()
    except (binascii.Error, ValueError):
        raise Invalid(
            [Fault("Content-Digest", "This is no digest as RFC 9530 writes it.")]
        ) from None


def receive(request: Any) -> Any:
    """Take a file into the tray of a unit."""
    return take_in(request, request.context.record, into=request.GET.get("into", "").strip())


def document(request: Any) -> Any:
    """Tell where a paper stands: one of a tray with its proposals, a filed one without."""
    record: Document = request.context.record
    desk: Desk = request.desk
    if record.dossier is None:
        intake.item(desk, record)
    else:
        documents.look(desk, record)
    return serialise.paper(request, record)


def includeme(config: Any) -> None:
    config.add_act_view(
        intake.receive,
        receive,
        route_name="api-unit-files",
        request_method="POST",
        renderer="json",
        require_csrf=False,
    )
    config.add_member_view(
        document, route_name="api-document", request_method="GET", renderer="json"
    )
