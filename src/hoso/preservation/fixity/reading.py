"""Read one file again and say whether it is what was recorded."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO

from ZODB.POSException import POSKeyError

from hoso.storage.blobs import CHUNK

__all__ = ["Verdict", "read_again"]


@dataclass(frozen=True)
class Verdict:
    """What reading a file again showed.

    :ivar kind: "" where it is what was recorded; else as ``model.Risk`` has it.
    :ivar found: the SHA-256 of what is there, "" where nothing could be read.
    :ivar size: bytes that were read.
    """

    kind: str
    found: str
    size: int
    why: str = ""

    @property
    def is_whole(self) -> bool:
        return not self.kind


def read_again(opened: Callable[[], BinaryIO], *, sha256: str, size: int) -> Verdict:
    """Read a file to its end and compare it with its recorded digest and size.

    A database that does not answer raises; a file that is not there or cannot be read is an
    answer: nothing that was not read counts as whole.
    """
    made, read = hashlib.sha256(), 0
    try:
        with opened() as stream:
            while chunk := stream.read(CHUNK):
                made.update(chunk)
                read += len(chunk)
    except (POSKeyError, FileNotFoundError) as error:
        return Verdict("missing", "", read, f"{type(error).__name__}: {error}")
    except OSError as error:
        return Verdict("unreadable", "", read, f"{type(error).__name__}: {error}")
    found = made.hexdigest()
    if not sha256:
        return Verdict("undigested", found, read)
    if found == sha256 and read == size:
        return Verdict("", found, read)
    return Verdict("cut" if read < size else "changed", found, read)
