"""A second copy of the files, by their digests, on another disk or machine.

A file lies under the SHA-256 of its bytes (``ab/ab12…``); it is written beside, read back and only
then renamed, so what stands under a name has once been read as what the name says.  Nothing
is trusted later on: what is taken from here is hashed again.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from hoso.kernel.errors import Unusable
from hoso.preservation.fixity.reading import Verdict, read_again
from hoso.storage.blobs import CHUNK

__all__ = ["SecondCopy"]


class SecondCopy:
    """The folder of the second copy."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path_of(self, sha256: str) -> Path:
        """Return where the file of a digest lies, or would."""
        if len(sha256) != 64 or not set(sha256) <= set("0123456789abcdef"):
            raise ValueError(sha256)
        return self.folder / sha256[:2] / sha256

    def verdict(self, sha256: str, size: int) -> Verdict:
        """Read the copy of a file and say whether it is one."""
        return read_again(lambda: self.path_of(sha256).open("rb"), sha256=sha256, size=size)

    def put(self, opened: Callable[[], BinaryIO], *, sha256: str, size: int) -> None:
        """Write a copy; raise :class:`Unusable` where what was written is not the file."""
        path = self.path_of(sha256)
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        beside = path.with_name(f".{sha256}-{secrets.token_hex(4)}")
        try:
            with opened() as stream, beside.open("wb") as out:
                while chunk := stream.read(CHUNK):
                    out.write(chunk)
                out.flush()
                os.fsync(out.fileno())
            written = read_again(lambda: beside.open("rb"), sha256=sha256, size=size)
            if not written.is_whole:
                raise Unusable(
                    "The second copy of {sha256} was written and is not the same when read back. "
                    "Look at the disk of {folder}.",
                    sha256=sha256,
                    folder=str(self.folder),
                )
            beside.replace(path)
        finally:
            beside.unlink(missing_ok=True)

    def remove(self, sha256: str) -> bool:
        """Take a file out, since it was destroyed; say whether it was there."""
        path = self.path_of(sha256)
        there = path.exists()
        path.unlink(missing_ok=True)
        return there
