"""Set a receipt in type: Typst in, the bytes of a PDF/A-2b out.

The words come said from whoever asks; here is only where they stand.  The fonts are those
inside the typst wheel, nothing is read from the system.
"""

from __future__ import annotations

import unicodedata
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from hoso.ingest.receipts.words import Receipt
from hoso.kernel import typesetting

__all__ = ["SHOWN", "printable", "typeset"]

_TEMPLATE = Path(__file__).with_name("receipt.typ")

#: Letters that the typesetter's own fonts have: Latin with all Vietnamese ones, and signs.
SHOWN = frozenset(
    chr(code)
    for first, last in (
        (0x20, 0x7E),
        (0xA0, 0xAC),
        (0xAE, 0x17F),
        (0x1EA0, 0x1EF9),
        (0x2013, 0x2014),
        (0x2018, 0x201A),
        (0x201C, 0x201E),
        (0x2020, 0x2022),
        (0x2026, 0x2026),
    )
    for code in range(first, last + 1)
) | set("ƠơƯư")


def printable(value: Any) -> Any:
    """Return text, or all text inside, with what no font has written as its code.

    PDF/A wants a glyph for every letter; a file may be called anything.
    """
    if isinstance(value, str):
        composed = unicodedata.normalize("NFC", value)
        return "".join(one if one in SHOWN else f"\\u{ord(one):04x}" for one in composed)
    if isinstance(value, dict):
        return {key: printable(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [printable(one) for one in value]
    return value


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
