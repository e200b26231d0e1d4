"""Bytes in and out: stored before they are understood, hashed while they stream.

A spool file outside any transaction takes the bytes; a transaction then attaches it by
rename (``Blob.consumeFile``), so no big write happens inside a transaction.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from ZODB.blob import Blob

from hoso.kernel.errors import Unusable

__all__ = ["Spooled", "blob_of", "file_of", "spool", "spool_bytes", "sweep"]

CHUNK = 1 << 18


@dataclass(frozen=True)
class Spooled:
    """Bytes that lie safe on disk and belong to nobody yet."""

    path: Path
    size: int
    sha256: str
    sha512: str

    def discard(self) -> None:
        """Remove the file, if it was not attached."""
        self.path.unlink(missing_ok=True)


def _chunks(stream: BinaryIO) -> Iterator[bytes]:
    while chunk := stream.read(CHUNK):
        yield chunk


def spool(stream: BinaryIO, folder: Path, *, limit: int) -> Spooled:
    """Write *stream* to a new file in *folder*, hashed on the way and synced to disk.

    :param limit: most bytes taken; one more raises :class:`Unusable` and leaves nothing.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    sha256, sha512, size = hashlib.sha256(), hashlib.sha512(), 0
    handle, name = tempfile.mkstemp(dir=folder, prefix="in-", suffix=".spool")
    path = Path(name)
    try:
        with os.fdopen(handle, "wb") as out:
            for chunk in _chunks(stream):
                size += len(chunk)
                if size > limit:
                    raise Unusable(
                        "The file is larger than {limit} MB. Split it and send the parts.",
                        limit=limit >> 20,
                    )
                sha256.update(chunk)
                sha512.update(chunk)
                out.write(chunk)
            out.flush()
            os.fsync(out.fileno())
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return Spooled(path, size, sha256.hexdigest(), sha512.hexdigest())


def spool_bytes(content: bytes, folder: Path) -> Spooled:
    """Spool bytes that are at hand."""
    import io

    return spool(io.BytesIO(content), folder, limit=len(content))


def blob_of(spooled: Spooled, connection: Any) -> Blob:
    """Make a blob of the spooled file, which leaves the spool when the blob is committed.

    The blob takes a second link to the file, so a transaction that met another writer finds
    the bytes where they were and can be tried again.  It belongs to *connection* first: a
    blob without one would put the bytes into the machine's temporary folder, which may be
    another file system.
    """
    blob = Blob()
    connection.add(blob)
    link = spooled.path.with_name(f"{spooled.path.name}-{secrets.token_hex(4)}")
    os.link(spooled.path, link)
    blob.consumeFile(str(link))

    def leave(committed: bool) -> None:  # noqa: FBT001 - ZODB's hook gives it so
        if committed:
            spooled.discard()

    connection.transaction_manager.get().addAfterCommitHook(leave)
    return blob


def sweep(folder: Path, *, before: float) -> int:
    """Remove what a killed process left in *folder* and nobody touched since *before*.

    :param before: seconds since 1970; younger files may still be on their way.
    """
    swept = 0
    for path in folder.iterdir() if folder.is_dir() else ():
        with suppress(OSError):
            if path.stat(follow_symlinks=False).st_mtime >= before:
                continue
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink()
            swept += 1
    return swept


@contextmanager
def file_of(blob: Any) -> Iterator[BinaryIO]:
    """Open the bytes of a blob for reading."""
    with blob.open("r") as stream:
        yield stream
