"""A package as the second reader wants it: something to open, that is no file anywhere."""

from __future__ import annotations

import io
from typing import IO

from hoso.preservation.virtual_zip import VirtualFile, VirtualZip

__all__ = ["Unwritten"]

_BUFFER = 1 << 16


class Unwritten:
    """The zip of a package, with the name its file would have."""

    def __init__(self, archive: VirtualZip) -> None:
        self._archive = archive
        self.stem = archive.top
        self.name = f"{archive.top}.zip"

    def open(self, _mode: str = "rb", /) -> IO[bytes]:
        """Open it; nothing is hashed here, who reads it does that himself."""
        return io.BufferedReader(VirtualFile(self._archive), _BUFFER)
