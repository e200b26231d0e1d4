"""What stands in our QR codes, and how it is known to be ours.

A diploma or an invoice carries QR codes of its own; ours begin with ``HOSO1`` and end in a
check, so that no foreign code ever cuts a paper in two.

``HOSO1:S:<dossier or ->:<type or ->:<1 or 2>:<check>``
    a separator sheet: the paper behind it belongs to that dossier, is of that type; ``2``
    where both sides of the sheet are scanned.
``HOSO1:P:<serial>:<check>``
    the label on a sheet of paper, which keeps its serial code for ever.
"""

from __future__ import annotations

import re
import secrets
import zlib
from dataclasses import dataclass

__all__ = ["Label", "Separator", "new_serial", "payload", "read", "typed_serial"]

_PREFIX = "HOSO1"
#: Crockford's base 32: no I, L, O, U, which people misread.
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_SERIAL_LENGTH = 10
_CHECK_LENGTH = 4  # 20 bits of CRC-32; the QR code has error correction of its own
_NOTHING = "-"
_LONGEST = 120
_FIELD = re.compile(r"[^\s:]{1,40}")
_MISREAD = str.maketrans({"I": "1", "L": "1", "O": "0", "U": "V", "-": "", " ": ""})


@dataclass(frozen=True)
class Separator:
    """What a separator sheet says of the paper behind it; "" is not stated."""

    dossier: str = ""
    type: str = ""
    sides: int = 1


@dataclass(frozen=True)
class Label:
    """The serial code that a sheet of paper carries."""

    serial: str


def new_serial() -> str:
    """Draw a serial code; 50 bits, so that two sites hardly ever draw the same."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(_SERIAL_LENGTH))


def typed_serial(text: str) -> str:
    """Read a serial code as people type it; "" where it is none."""
    found = text.strip().upper().translate(_MISREAD)
    right = len(found) == _SERIAL_LENGTH and set(found) <= set(_ALPHABET)
    return found if right else ""


def payload(code: Separator | Label) -> str:
    """Return the text of a code's QR symbol."""
    if isinstance(code, Label):
        fields = ["P", code.serial]
    else:
        fields = ["S", code.dossier or _NOTHING, code.type or _NOTHING, str(code.sides)]
    if not all(_FIELD.fullmatch(field) for field in fields):
        raise ValueError(code)
    text = ":".join([_PREFIX, *fields])
    return f"{text}:{_check(text)}"


def read(text: str) -> Separator | Label | None:
    """Read the text of a QR symbol; ``None`` where it is not one of ours, or was misread."""
    if len(text) > _LONGEST:
        return None
    body, _, check = text.rpartition(":")
    if check != _check(body):
        return None
    match body.split(":"):
        case ["HOSO1", "S", dossier, kind, ("1" | "2") as sides]:
            return Separator(_stated(dossier), _stated(kind), int(sides))
        case ["HOSO1", "P", serial] if typed_serial(serial) == serial:
            return Label(serial)
    return None


def _stated(field: str) -> str:
    return "" if field == _NOTHING else field


def _check(text: str) -> str:
    number = zlib.crc32(text.encode("utf-8", "surrogatepass"))
    found = []
    for _ in range(_CHECK_LENGTH):
        number, digit = divmod(number, 32)
        found.append(_ALPHABET[digit])
    return "".join(found)
