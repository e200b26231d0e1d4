"""Bytes in and out: stored before they are understood, hashed while they stream.

A spool file outside any transaction takes the bytes; a transaction then attaches it by
rename (``Blob.consumeFile``), so no big write happens inside a transaction.
"""

from __future__ import annotations

import errno
import hashlib
import os
import secrets
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from ZODB.blob import Blob

from hoso.kernel.errors import NotReady, Unusable

__all__ = ["TOO_LARGE", "Spooled", "blob_of", "file_of", "spool", "spool_bytes"]

CHUNK = 1 << 18
TOO_LARGE = "The file is larger than {limit} MB. Split it and send the parts."
NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


@dataclass(frozen=True)
class Spooled:
    """Bytes that lie safe on disk and belong to nobody yet.

    :ivar crc32: what a zip says of them before they come; ``None`` where nobody made it.
    """

    path: Path
    size: int
    sha256: str
    sha512: str
    crc32: int | None = None

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
    sha256, sha512, crc32, size = hashlib.sha256(), hashlib.sha512(), 0, 0
    handle, name = tempfile.mkstemp(dir=folder, prefix="in-", suffix=".spool")
    path = Path(name)
    try:
        with os.fdopen(handle, "wb") as out:
            for chunk in _chunks(stream):
                size += len(chunk)
                if size > limit:
                    raise Unusable(TOO_LARGE, limit=limit >> 20)
                sha256.update(chunk)
                sha512.update(chunk)
                crc32 = zlib.crc32(chunk, crc32)
                out.write(chunk)
            out.flush()
            os.fsync(out.fileno())
    except BaseException as error:
        path.unlink(missing_ok=True)
        if isinstance(error, OSError) and error.errno in NO_ROOM:
            raise NotReady(
                "There is no room left on the server. Nothing was taken in; tell your administrator."
            ) from error
        raise
    return Spooled(path, size, sha256.hexdigest(), sha512.hexdigest(), crc32)


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


@contextmanager
def file_of(blob: Any) -> Iterator[BinaryIO]:
    """Open the bytes of a blob for reading."""
    with blob.open("r") as stream:
        yield stream
