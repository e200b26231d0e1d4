"""Batches: declare one, hand its files in, see the equation, close it, take the receipt."""

from __future__ import annotations

import json
from typing import Any

from hoso.desk import batches, intake, receipts
from hoso.desk.batches import DECLARED
from hoso.http.downloads import attachment
from hoso.kernel.errors import Fault, Invalid
from hoso.records.model import Batch
from hoso.rest import serialise
from hoso.rest.views.papers import take_in

__all__ = ["includeme"]

_MOST_TEXT = 10_000


def listing(request: Any) -> Any:
    """Tell the batches of the units one works at, open ones first."""
    offset = request.GET.get("offset", "")
    found = batches.listing(
        request.desk,
        request.context.record,
        unit=request.GET.get("unit", ""),
        offset=int(offset) if offset.isdecimal() and len(offset) < 10 else 0,
    )
    return {
        "total": found.total,
        "batches": [serialise.batch_line(request, one) for one in found.batches],
    }


def _sent(request: Any) -> dict[str, str]:
    """Return the JSON object that was sent, every value as text."""
    fault = Fault("body", "Send one JSON object of names and values.")
    if len(request.body) > _MOST_TEXT:
        raise Invalid([fault])
    try:
        found = json.loads(request.body or b"{}")
    except ValueError:
        raise Invalid([fault]) from None
    if not isinstance(found, dict) or any(isinstance(v, dict | list) for v in found.values()):
        raise Invalid([fault])
    return {name: "" if value is None else str(value) for name, value in found.items()}


def declare(request: Any) -> Any:
    """Open a batch."""
    values = _sent(request)
    unknown = sorted(set(values) - {"unit", *DECLARED})
    if unknown or "unit" not in values:
        faults = [Fault(name, "There is no such field.") for name in unknown]
        if "unit" not in values:
            faults.append(Fault("unit", "State the key of the unit."))
        raise Invalid(faults)
    unit = request.desk.unit(values.pop("unit"))
    batch = batches.open_(request.desk, unit, typed=values)
    request.response.status_int = 201
    line = serialise.batch_line(request, batch)
    request.response.location = line["url"]
    return line


def look(request: Any) -> Any:
    """Tell the equation as it stands now, and every file."""
    view = batches.look(request.desk, request.context.record)
    return serialise.batch(request, view)


def receive(request: Any) -> Any:
    """Take in one file with the batch; what the door refuses is counted too."""
    batch: Batch = request.context.record
    return take_in(request, batch.unit, batch=batch, into=batch.into)


def close(request: Any) -> Any:
    """Close the batch."""
    values = _sent(request)
    batch: Batch = request.context.record
    batches.close(request.desk, batch, because=values.get("because", ""), revision=None)
    return serialise.batch_line(request, batch)


def receipt(request: Any) -> Any:
    """Send the newest receipt of the batch; there is none while it was never closed."""
    batch: Batch = request.context.record
    return attachment(receipts.take(request.desk, batch), name=batch.number)


def includeme(config: Any) -> None:
    for act, view, route, method in (
        (batches.listing, listing, "api-batches", "GET"),
        (batches.look, look, "api-batch", "GET"),
        (intake.receive, receive, "api-batch-files", "POST"),
        (batches.close, close, "api-batch-close", "POST"),
    ):
        config.add_act_view(
            act,
            view,
            route_name=route,
            request_method=method,
            renderer="json",
            require_csrf=False,
        )
    config.add_act_view(
        receipts.take, receipt, route_name="api-batch-receipt", request_method="GET"
    )
    # Which unit a batch is of stands in what is sent: the act asks there.
    config.add_member_view(
        declare,
        route_name="api-batches",
        request_method="POST",
        renderer="json",
        require_csrf=False,
    )
