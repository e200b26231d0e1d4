"""Set a receipt in type: Typst in, the bytes of a PDF/A-2b out.

The words come said from whoever asks; here is only where they stand.  The fonts are those
inside the typst wheel, nothing is read from the system.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from pathlib import Path

from hoso.ingest.receipts.words import Receipt
from hoso.kernel import typesetting
from hoso.kernel.typesetting import SHOWN, printable

__all__ = ["SHOWN", "printable", "typeset"]

_TEMPLATE = Path(__file__).with_name("receipt.typ")


def typeset(receipt: Receipt, *, at: datetime) -> bytes:
    """Return the receipt as PDF/A-2b, made at the instant *at*."""
    made = typesetting.typeset(
        _TEMPLATE.read_bytes(),
        printable(asdict(receipt)),
        pdfa=True,
        timestamp=int(at.timestamp()),
    )
    # A signature is written behind the last line; ISO 19005-2, 6.1.9 wants that line ended.
    return made if made.endswith(b"\n") else made + b"\n"
