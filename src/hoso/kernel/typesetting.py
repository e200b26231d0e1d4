"""Set a sheet in type: a Typst template and data in, the bytes of a PDF out; codes to print on it.

The fonts are those inside the typst wheel, nothing is read from the system.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import typst
import zxingcpp

__all__ = ["qr_code", "typeset"]


def typeset(
    template: bytes,
    data: Mapping[str, Any],
    *,
    texts: Mapping[str, str] | None = None,
    timestamp: int | None = None,
    pdfa: bool = False,
) -> bytes:
    """Return the PDF of a template that finds *data* as JSON in ``sys.inputs.data``.

    :param texts: more inputs, as they are: pictures as SVG.
    :param timestamp: seconds since 1970 that the file says it was made at; without it the
        template says, or there is no date.
    :param pdfa: whether it is to be PDF/A-2b.
    """
    made = typst.compile(
        template,
        format="pdf",
        font_paths=typst.Fonts(include_system_fonts=False),
        sys_inputs={"data": json.dumps(data, ensure_ascii=False), **(texts or {})},
        pdf_standards=["a-2b"] if pdfa else [],
        timestamp=timestamp,
    )
    if not isinstance(made, bytes):
        raise TypeError(f"typst gave {type(made).__name__}, not the bytes of one file")
    return made


def qr_code(text: str, *, level: str, quiet: bool = True) -> str:
    """Return a QR code as SVG.

    :param level: how much of it may be lost: M 15 %, Q 25 % (ISO/IEC 18004).
    :param quiet: with the white rim it needs; without, the sheet has room around it.
    """
    made = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level=level)
    drawn: str = made.to_svg(add_quiet_zones=quiet)
    return drawn
