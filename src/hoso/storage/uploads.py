"""Files that arrive in pieces: what came so far stays on disk, also over a broken line.

An upload is two files in the folder of uploads: ``<id>.part`` holds the bytes, ``<id>.json``
says whose they are and how many of them are safe.  A piece counts when it is synced to disk and
that number after it; whatever a power cut left behind the number is cut off before the next
piece.  Nothing here knows what the bytes are for.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import re
import secrets
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any, BinaryIO

from hoso.kernel.errors import NotReady
from hoso.storage.blobs import CHUNK, NO_ROOM, Spooled

__all__ = ["KEPT", "OffsetMismatch", "Upload", "UploadBusy", "Uploads"]

#: How long an upload that nobody goes on with is kept.
KEPT = timedelta(days=7)
#: How long it is told what became of a file; pages that go on count on it.
_TOLD = timedelta(days=1)
#: Most uploads under way in a site: folders in browsers, begun and broken off.
MOST = 2000
_NAME = re.compile(r"[0-9a-f]{32}")


class OffsetMismatch(Exception):
    """The piece does not begin where the last one ended; ``offset`` says where that is."""

    def __init__(self, offset: int) -> None:
        super().__init__(offset)
        self.offset = offset


class UploadBusy(Exception):
    """Another request is adding to the same upload."""


@dataclass(frozen=True)
class Upload:
    """How far one file is.

    :ivar owner: login of who sends it; nobody else adds to it or hears of it.
    :ivar facts: what the sender said it is: file name, where it goes.
    :ivar answer: what became of it, once it was handed on whole.
    """

    name: str
    owner: str
    size: int
    offset: int
    facts: dict[str, str]
    answer: dict[str, Any] | None = None

    @property
    def is_whole(self) -> bool:
        return self.offset == self.size


class Uploads:
    """The uploads of one site."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def begin(self, *, owner: str, size: int, facts: dict[str, str]) -> Upload:
        """Begin an upload of *size* bytes."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if sum(1 for _ in self.folder.glob("*.part")) >= MOST:
            raise NotReady("Too many uploads are under way. Go on with those first.")
        upload = Upload(secrets.token_hex(16), owner, size, 0, facts)
        os.close(os.open(self._part(upload.name), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        self._write(upload)
        return upload

    def find(self, name: str, *, owner: str) -> Upload | None:
        """Return an upload of *owner*; ``None`` where there is none of that name."""
        if not _NAME.fullmatch(name):
            return None
        try:
            said = json.loads(self._facts(name).read_text(encoding="utf-8"))
        except FileNotFoundError:
            return None
        upload = Upload(**said)
        return upload if upload.owner == owner else None

    def append(
        self, upload: Upload, stream: BinaryIO, *, offset: int, length: int, repeated: bool = False
    ) -> Upload:
        """Add a piece of *length* bytes that begins at *offset*; return how far it is now.

        :param repeated: the request is tried again from its beginning: its piece may be here.
        :raises OffsetMismatch: where the piece begins elsewhere, or would go beyond the end.
        """
        with self._alone(upload.name) as part:
            now = self._again(upload)
            if repeated and offset + length == now.offset:
                return now
            if offset != now.offset or offset + length > now.size:
                raise OffsetMismatch(now.offset)
            if now.is_whole:
                # Its bytes may be an original by now, under another name: nobody touches them.
                return now
            part.truncate(offset)
            part.seek(offset)
            came = _copy(stream, part, length)
            part.flush()
            os.fsync(part.fileno())
            now = replace(now, offset=offset + came)
            self._write(now)
            return now

    @contextmanager
    def handing_on(self, upload: Upload, spool: Path) -> Iterator[Spooled | None]:
        """Give the whole file as bytes on the spool, hashed; the upload keeps its own.

        Nobody else hands it on meanwhile, so leave only when it is known what became of it.
        ``None`` where somebody did before: the upload has its answer.

        :raises UploadBusy: where another request hands it on in this moment.
        """
        spool.mkdir(parents=True, exist_ok=True, mode=0o700)
        with self._alone(upload.name) as part:
            if self._again(upload).answer is not None:
                yield None
                return
            sha256, sha512, crc32 = hashlib.sha256(), hashlib.sha512(), 0
            while chunk := part.read(CHUNK):
                sha256.update(chunk)
                sha512.update(chunk)
                crc32 = zlib.crc32(chunk, crc32)
            size = part.tell()
            if size != upload.size:
                raise OffsetMismatch(size)
            # A second name for the same bytes; no copy.
            path = spool / f"in-{upload.name}-{secrets.token_hex(4)}.spool"
            os.link(self._part(upload.name), path)
            yield Spooled(path, size, sha256.hexdigest(), sha512.hexdigest(), crc32)

    def answered(self, upload: Upload, answer: dict[str, Any]) -> None:
        """Keep what became of the file for who asks again; its bytes are safe elsewhere."""
        with suppress(FileNotFoundError):
            self._write(replace(self._again(upload), answer=answer))
            self._part(upload.name).unlink(missing_ok=True)

    def forget(self, upload: Upload) -> None:
        """Remove an upload."""
        self._part(upload.name).unlink(missing_ok=True)
        self._facts(upload.name).unlink(missing_ok=True)

    def sweep(self, *, older: timedelta = KEPT) -> int:
        """Remove what nobody went on with for so long; return how many files."""
        now = time.time()
        count = 0
        for path in list(self.folder.iterdir()) if self.folder.is_dir() else ():
            facts, part = path.with_suffix(".json"), path.with_suffix(".part")
            # Without its bytes it is only an answer that somebody may have missed.
            kept = older if part.exists() or path.suffix != ".json" else min(older, _TOLD)
            with suppress(FileNotFoundError):
                # The facts are written with every piece; the bytes go with them.
                newest = max(one.stat().st_mtime for one in (path, facts) if one.exists())
                if newest <= now - kept.total_seconds():
                    path.unlink()
                    count += 1
        return count

    def _part(self, name: str) -> Path:
        return self.folder / f"{name}.part"

    def _facts(self, name: str) -> Path:
        return self.folder / f"{name}.json"

    def _again(self, upload: Upload) -> Upload:
        return Upload(**json.loads(self._facts(upload.name).read_text(encoding="utf-8")))

    def _write(self, upload: Upload) -> None:
        """Write the facts so that they are the old ones or the new ones, never half."""
        half = self.folder / f"{upload.name}.{secrets.token_hex(4)}.half"
        try:
            with os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
                json.dump(asdict(upload), out)
                out.flush()
                os.fsync(out.fileno())
            half.replace(self._facts(upload.name))
        except OSError as error:
            half.unlink(missing_ok=True)
            raise _told(error) from error

    @contextmanager
    def _alone(self, name: str) -> Iterator[BinaryIO]:
        """Open the bytes for one request at a time; across processes too."""
        try:
            part = self._part(name).open("r+b")
        except FileNotFoundError:
            # Handed on since the facts were read: who asks again hears what became of it.
            raise UploadBusy from None
        with part:
            try:
                fcntl.flock(part, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise UploadBusy from None
            yield part


def _copy(stream: BinaryIO, out: BinaryIO, length: int) -> int:
    """Copy at most *length* bytes; return how many came."""
    came = 0
    try:
        while came < length and (chunk := stream.read(min(CHUNK, length - came))):
            out.write(chunk)
            came += len(chunk)
    except OSError as error:
        raise _told(error) from error
    return came


def _told(error: OSError) -> Exception:
    if error.errno in NO_ROOM:
        return NotReady(
            "There is no room left on the server. Nothing was taken in; tell your administrator."
        )
    return error
