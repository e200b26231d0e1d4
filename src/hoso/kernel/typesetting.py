"""Set a sheet in type: a Typst template and data in, the bytes of a PDF out; codes to print on it.

The fonts are those inside the typst wheel, nothing is read from the system.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Mapping
from typing import Any

import typst
import zxingcpp

__all__ = ["SHOWN", "printable", "qr_code", "typeset"]

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
