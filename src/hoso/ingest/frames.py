"""Messages between the parent and its parsing children: a length, then JSON.

Nothing that a child sends is ever executed or unpickled: a child that has read a hostile
file is not believed further than its JSON goes.
"""

from __future__ import annotations

import json
import os
import struct
from typing import Any

__all__ = ["HEADER", "TooLong", "decode_length", "read_frame", "write_frame"]

HEADER = struct.Struct(">I")
_LONGEST = 64 << 20


class TooLong(Exception):
    """The other side announced a message no honest one is as long as."""


def decode_length(header: bytes) -> int:
    """Return the announced length; refuse one beyond reason."""
    length = int(HEADER.unpack(header)[0])
    if length > _LONGEST:
        raise TooLong(length)
    return length


def write_frame(descriptor: int, message: Any) -> None:
    """Write *message* whole, however many calls it takes."""
    body = json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode(
        "utf-8", "surrogateescape"
    )
    data = memoryview(HEADER.pack(len(body)) + body)
    while data:
        data = data[os.write(descriptor, data) :]


def read_frame(descriptor: int) -> Any | None:
    """Read one message; None at the end of the stream."""
    header = _exactly(descriptor, HEADER.size)
    if header is None:
        return None
    body = _exactly(descriptor, decode_length(header))
    return None if body is None else json.loads(body.decode("utf-8", "surrogateescape"))


def _exactly(descriptor: int, count: int) -> bytes | None:
    parts = []
    while count:
        part = os.read(descriptor, min(count, 1 << 20))
        if not part:
            return None
        parts.append(part)
        count -= len(part)
    return b"".join(parts)
