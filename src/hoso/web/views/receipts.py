"""The receipt of a batch: made, and taken away."""

from __future__ import annotations

from typing import Any

from pyramid.httpexceptions import HTTPSeeOther

from hoso.desk import receipts
from hoso.http.downloads import attachment
from hoso.kernel.errors import Invalid, Missing
from hoso.records.model import Batch
from hoso.web.forms import Form
from hoso.web.layout import done
from hoso.web.receipts import reason as receipt_reason
from hoso.web.receipts import teller
from hoso.web.views.batches import page_of

__all__ = ["includeme"]


def make_receipt(batch: Batch, request: Any) -> Any:
    """Make the signed receipt of a closed batch."""
    told, reason = teller(request.house), receipt_reason()
    try:
        receipts.make(request.desk, batch, told=told, reason=reason)
    except Invalid as error:
        request.response.status_int = 422
        message = " ".join(request.language.error(fault) for fault in error.faults)
        kept = {"revision": str(batch.revision)}
        return page_of(request, batch, judged=Form(kept, message=message))
    return HTTPSeeOther(done(request.resource_path(batch), "receipt-made"))


def take_receipt(batch: Batch, request: Any) -> Any:
    """Send a receipt to be saved or printed; the newest where none is named."""
    if len(request.subpath) > 1:
        raise Missing
    found = receipts.take(request.desk, batch, name="".join(request.subpath))
    return attachment(found, name=f"{request.language.say('Batch receipt')} {batch.number}")


def includeme(config: Any) -> None:
    config.add_act_view(
        receipts.make,
        make_receipt,
        context=Batch,
        name="receipt",
        request_method="POST",
        renderer="batches/batch.jinja2",
    )
    config.add_act_view(
        receipts.take, take_receipt, context=Batch, name="receipt", request_method="GET"
    )
