"""Remove the bytes of destroyed records from disk: the one place that removes blob files.

A blob that no record leads to any more keeps its file until the database is packed, which on a
large site is a matter of hours and of a backup before it.  What was destroyed must be gone when
its certificate says so, therefore its files are removed by name as soon as the commit that
destroys is done.  Packing takes what is left: the records' own words in ``main.fs``, and earlier
makes of texts and previews that were replaced in the course of work.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from ZODB.blob import remove_committed_dir

from hoso.storage.databases import Databases

__all__ = ["files_of", "oid_of", "pack", "shred"]


def oid_of(blob: Any) -> bytes:
    """Return what a stored blob is known by in its database."""
    oid: bytes = blob._p_oid  # noqa: SLF001 - ZODB's protocol
    return oid


def files_of(databases: Databases, oids: Iterable[bytes]) -> list[Path]:
    """Return the files that are there of some blobs, in all their revisions."""
    helper = databases.main.storage.fshelper
    found: list[Path] = []
    for oid in oids:
        folder = Path(helper.getPathForOID(oid))
        if folder.is_dir():
            found += sorted(folder.glob("*.blob"))
    return found


def shred(databases: Databases, oids: Iterable[bytes]) -> int:
    """Remove the files of some blobs; return how many were there.

    Harmless where they are gone: it may be cut off anywhere and done again.  The folders are
    synced, so that no power cut brings a name back.
    """
    helper, count = databases.main.storage.fshelper, 0
    for oid in oids:
        folder = Path(helper.getPathForOID(oid))
        if not folder.is_dir():
            continue
        for path in sorted(folder.glob("*.blob")):
            path.unlink(missing_ok=True)
            count += 1
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
    return count


def pack(databases: Databases) -> None:
    """Let go of everything that no record leads to, and of all that records said before.

    What ZODB puts aside when it packs (``*.old``) is removed too: it would hold the very bytes.
    """
    databases.main.pack()
    storage = databases.main.storage
    name = getattr(storage, "_file_name", "")
    if name:
        Path(f"{name}.old").unlink(missing_ok=True)
    blobs = getattr(storage, "blob_dir", "")
    if blobs and Path(f"{blobs}.old").is_dir():
        remove_committed_dir(f"{blobs}.old")
