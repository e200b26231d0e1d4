"""Read a package once: judged by the second reader, and kept in the spool in the same pass.

Never unpacked blindly: names in the package become no names on this disk.  Each file goes into
a spool file of its own, all of them into one folder, which is gone when nobody needs them any more.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO, Literal, Self

from hoso.kernel.errors import NotReady
from hoso.preservation.taking.settling import settle
from hoso.storage.blobs import NO_ROOM, Spooled
from hosocheck import Limits, Openable, Verdict, check

__all__ = ["Sent", "Unpacked", "unpacked"]

#: Kept free on the disk when a package comes in: others work there too.
_ROOM = 256 << 20
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL


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


class _Spooling:
    """Spool files in a folder of their own, numbered: no name of the package is one here."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._files: dict[str, _Spool] = {}
        self._at = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)

    def close(self) -> None:
        os.close(self._at)

    def __call__(self, name: str) -> _Spool:
        own = f"{len(self._files)}.spool"
        try:
            out = os.open(own, _NEW, 0o600, dir_fd=self._at)
        except OSError as error:
            raise _refused(error) from error
        found = self._files[name] = _Spool(own, out)
        return found

    def settled(self, hashes: Mapping[str, tuple[str, str]]) -> dict[str, Spooled]:
        """Return the files that were hashed, by their path in the package, safe on disk."""
        try:
            settle(self._at)
        except OSError as error:
            raise _refused(error) from error
        return {
            name: Spooled(self._folder / one.own, one.size, *hashes[name])
            for name, one in self._files.items()
            if name in hashes
        }


class _Spool:
    """One spool file while it is written; closed at the end of its context.

    :ivar own: its name in the folder.
    """

    __slots__ = ("_out", "own", "size")

    def __init__(self, own: str, out: int) -> None:
        self.own = own
        self.size = 0
        self._out = out

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_raised: object) -> None:
        os.close(self._out)

    def write(self, data: bytes, /) -> None:
        try:
            written = os.write(self._out, data)
            while written < len(data):
                written += os.write(self._out, memoryview(data)[written:])
        except OSError as error:
            raise _refused(error) from error
        self.size += written


def _refused(error: OSError) -> Exception:
    """Return what is told: that the disk has no room is no fault of the package."""
    if error.errno not in NO_ROOM:
        return error
    return NotReady(
        "There is no room left on the server. Nothing was taken in; tell your administrator."
    )


@contextmanager
def unpacked(path: Path | Openable, spool: Path) -> Iterator[Unpacked]:
    """Give the package at *path* on the spool; what nobody attached is gone afterwards.

    Raises ``NotReady`` where the disk has no room for it.
    """
    spool.mkdir(parents=True, exist_ok=True, mode=0o700)
    limits = Limits(total_bytes=max(0, shutil.disk_usage(spool).free - _ROOM))
    with tempfile.TemporaryDirectory(prefix="in-", dir=spool) as folder:
        with closing(_Spooling(Path(folder))) as spooling:
            verdict = check(path, limits=limits, keep=spooling)
            files = spooling.settled(verdict.hashes)
        yield Unpacked(path.name, verdict, files)
