"""sRGB as an ICC profile, made from the figures of IEC 61966-2-1.

PDF/A wants to know what colours mean (ISO 19005-2, 6.2.3).  The profile is of version 2.1
with matrix and curve, 2.6 kB, the same bytes every time.
"""

from __future__ import annotations

import struct
from functools import cache

__all__ = ["is_profile", "srgb"]

# The primaries of ITU-R BT.709, adapted to D50 by Bradford, and D50 itself.
_RED = (0.43607, 0.22249, 0.01392)
_GREEN = (0.38515, 0.71687, 0.09708)
_BLUE = (0.14307, 0.06061, 0.71410)
_WHITE = (0.96420, 1.00000, 0.82491)
_STEPS = 1024
_CLASSES = frozenset({b"scnr", b"mntr", b"prtr", b"spac"})
_SPACES = {1: b"GRAY", 3: b"RGB "}


@cache
def srgb() -> bytes:
    """Return the profile."""
    curve = b"curv" + struct.pack(">II", 0, _STEPS)
    curve += struct.pack(f">{_STEPS}H", *(_light(step) for step in range(_STEPS)))
    tags = [
        (b"desc", _description("sRGB")),
        (b"cprt", b"text\0\0\0\0Public domain\0"),
        (b"wtpt", _xyz(_WHITE)),
        (b"rXYZ", _xyz(_RED)),
        (b"gXYZ", _xyz(_GREEN)),
        (b"bXYZ", _xyz(_BLUE)),
        (b"rTRC", curve),
        (b"gTRC", curve),
        (b"bTRC", curve),
    ]
    table = struct.pack(">I", len(tags))
    offset = 128 + 4 + 12 * len(tags)
    body = b""
    placed: dict[bytes, int] = {}
    for name, data in tags:
        if data not in placed:
            placed[data] = offset + len(body)
            body += data + b"\0" * (-len(data) % 4)
        table += struct.pack(">4sII", name, placed[data], len(data))
    size = 128 + len(table) + len(body)
    head = struct.pack(
        ">I4sI4s4s4s6H4s4sI4s4sQI3i4s",
        size,
        b"\0\0\0\0",
        0x02100000,
        b"mntr",
        b"RGB ",
        b"XYZ ",
        *(1996, 3, 13, 0, 0, 0),  # of the standard's first draft: a date that never changes
        b"acsp",
        b"\0\0\0\0",
        0,
        b"\0\0\0\0",
        b"\0\0\0\0",
        0,
        0,
        *map(_fixed, _WHITE),
        b"\0\0\0\0",
    )
    return head.ljust(128, b"\0") + table + body


def is_profile(data: bytes, channels: int) -> bool:
    """Tell whether *data* begins as an ICC profile PDF/A takes for *channels* (6.2.4.2)."""
    return (
        len(data) > 128
        and int.from_bytes(data[:4], "big") == len(data)
        and data[8] in {2, 4}
        and data[12:16] in _CLASSES
        and data[16:20] == _SPACES.get(channels)
        and data[36:40] == b"acsp"
    )


def _light(step: int) -> int:
    value = step / (_STEPS - 1)
    linear = value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4
    return round(linear * 65535)


def _fixed(value: float) -> int:
    return round(value * 65536)


def _xyz(values: tuple[float, float, float]) -> bytes:
    return b"XYZ \0\0\0\0" + struct.pack(">3i", *map(_fixed, values))


def _description(text: str) -> bytes:
    plain = text.encode("ascii") + b"\0"
    # Of the two other scripts the tag may speak, none.
    return b"desc\0\0\0\0" + struct.pack(">I", len(plain)) + plain + b"\0" * (4 + 4 + 2 + 1 + 67)
