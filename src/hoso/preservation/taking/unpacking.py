"""Read a package once: judged by the second reader, and kept in the spool in the same pass.

Never unpacked blindly: names in the package become no names on this disk.  Each file goes into
a spool file of its own; whoever does not attach them must let them go.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO, Literal

from hoso.kernel.errors import NotReady
from hoso.storage.blobs import NO_ROOM, Spooled
from hosocheck import Limits, Openable, Verdict, check

__all__ = ["Sent", "Unpacked", "unpacked"]

#: Kept free on the disk when a package comes in: others work there too.
_ROOM = 256 << 20


@dataclass(frozen=True)
class Sent:
    """A zip that was sent: its bytes on this disk, under the name its sender gave it."""

    path: Path
    name: str

    @property
    def stem(self) -> str:
        return PurePosixPath(self.name.replace("\\", "/")).stem

    def open(self, mode: Literal["rb"], /) -> IO[bytes]:
        return self.path.open(mode)


@dataclass(frozen=True)
class Unpacked:
    """A package on the spool: what the reader says of it, and its files by their path.

    ``digest`` is the SHA-256 over path and digest of every file in order of the paths: the
    same for a package as a folder and as a zip.
    """

    name: str
    verdict: Verdict
    files: Mapping[str, Spooled] = field(default_factory=dict)

    @property
    def digest(self) -> str:
        lines = (f"{one.sha256}  {path}\n" for path, one in sorted(self.files.items()))
        return hashlib.sha256("".join(lines).encode()).hexdigest()


class _Kept:
    """A spool file; that it has no room is no fault of the package that is read."""

    def __init__(self, out: IO[bytes]) -> None:
        self._out = out

    def write(self, data: bytes, /) -> None:
        left = memoryview(data)
        try:
            while left:
                left = left[self._out.write(left) :]
        except OSError as error:
            if error.errno not in NO_ROOM:
                raise
            raise NotReady(
                "There is no room left on the server. Nothing was taken in; tell your administrator."
            ) from error


@contextmanager
def unpacked(path: Path | Openable, spool: Path) -> Iterator[Unpacked]:
    """Give the package at *path* on the spool; what nobody attached is gone afterwards.

    Raises ``NotReady`` where the disk has no room for it.
    """
    spool.mkdir(parents=True, exist_ok=True, mode=0o700)
    written: dict[str, Path] = {}

    @contextmanager
    def keep(name: str) -> Iterator[_Kept]:
        handle, temporary = tempfile.mkstemp(dir=spool, prefix="in-", suffix=".spool")
        written[name] = Path(temporary)
        with os.fdopen(handle, "wb", buffering=0) as out:
            yield _Kept(out)
            os.fsync(out.fileno())

    limits = Limits(total_bytes=max(0, shutil.disk_usage(spool).free - _ROOM))
    try:
        verdict = check(path, limits=limits, keep=keep)
        files = {
            name: Spooled(temporary, temporary.stat().st_size, *verdict.hashes[name])
            for name, temporary in written.items()
            if name in verdict.hashes
        }
        yield Unpacked(path.name, verdict, files)
    finally:
        for temporary in written.values():
            temporary.unlink(missing_ok=True)
