"""The receipt of a closed batch: set in type, signed, kept, its digest in the journal.

Each time one is asked for anew it says where everything is *then*; earlier ones are kept.
"""

from __future__ import annotations

from typing import Protocol

from hoso.access.permissions import Permission
from hoso.desk.act import act
from hoso.desk.batches import BatchView, look
from hoso.desk.desk import Desk
from hoso.ingest.receipts.words import Receipt
from hoso.kernel.errors import Fault, Invalid, Missing
from hoso.records.model import Batch, Rendition
from hoso.storage.blobs import blob_of, spool_bytes

__all__ = ["Tells", "make", "receipts_of", "take"]

_NAME = "receipt-"


class Tells(Protocol):
    """Says a batch in words; channels have languages.

    :param key: fingerprint of the certificate the receipt is signed with.
    """

    def __call__(self, view: BatchView, *, key: str) -> Receipt: ...


def receipts_of(batch: Batch) -> list[Rendition]:
    """Return the receipts of a batch, the newest first."""
    found = [one for name, one in batch.renditions.items() if name.startswith(_NAME)]
    return sorted(found, key=lambda one: int(one.name.removeprefix(_NAME)), reverse=True)


@act("batch.receipt-made", Permission.INTAKE_FILE)
def make(desk: Desk, batch: Batch, *, told: Tells, reason: str) -> Rendition:
    """Make and keep the signed receipt of a closed batch, as everything is now.

    :param reason: what the signature says it is for.
    """
    # Typesetter and signer are not needed to start.
    from hoso.ingest.receipts.setting import typeset
    from hoso.ingest.receipts.signing import fingerprint, sign

    if batch.state != "closed":
        fault = Fault("batch", "The receipt is made when the batch is closed. Close it first.")
        raise Invalid([fault])
    place = desk.house.signing
    content = typeset(told(look(desk, batch), key=fingerprint(place)), at=desk.house.clock.now())
    signed = sign(content, place, reason=reason)
    spooled = spool_bytes(signed, desk.house.spool)
    name = f"{_NAME}{len(receipts_of(batch)) + 1}"
    rendition = Rendition(
        name=name,
        blob=blob_of(spooled, desk.connection),
        mime="application/pdf",
        made_at=desk.now,
        made_by=desk.identity.login,
    )
    rendition.size, rendition.sha256, rendition.sha512 = (
        spooled.size,
        spooled.sha256,
        spooled.sha512,
    )
    batch.renditions[name] = rendition
    desk.say(receipt=name, sha256=spooled.sha256, size=spooled.size)
    return rendition


@act("batch.receipt-taken", Permission.INTAKE_WORK)
def take(desk: Desk, batch: Batch, *, name: str = "") -> Rendition:
    """Return a receipt to be saved or printed: the newest, or the one named."""
    found = next((one for one in receipts_of(batch) if name in {"", one.name}), None)
    if found is None:
        raise Missing
    desk.say(receipt=found.name, sha256=found.sha256)
    return found
