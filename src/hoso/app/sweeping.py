"""Take away what a killed process left behind: bytes nobody owns, folders nobody works in.

Everything here was either committed, and then has a name of its own among the blobs, or was
never acknowledged to anybody.  What is younger than some hours may be in somebody's hands.
"""

from __future__ import annotations

import logging
import shutil
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from hoso.app.house import House
from hoso.ingest import queue
from hoso.kernel import ids
from hoso.records.model import Document
from hoso.storage.uploads import Uploads

__all__ = ["IN_HAND", "sweep"]

log = logging.getLogger(__name__)

#: A package of the largest dossier is built, and a long upload sent, in less.
IN_HAND = timedelta(hours=6)


def sweep(house: House, *, older: timedelta = IN_HAND) -> int:
    """Remove what nobody has touched for so long; return how many things."""
    until = time.time() - older.total_seconds()
    count = 0
    for path in (*_left(house), *_done(house)):
        try:
            if _touched(path) > until:
                continue
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink()
        except FileNotFoundError:  # whoever had it in hand was done meanwhile
            continue
        except OSError as error:
            log.warning("%s cannot be removed: %s", path, error)
            continue
        count += 1
    # Half a file may be gone on with after a week-end: it has its own patience.
    return count + Uploads(house.uploads).sweep()


def _left(house: House) -> Iterator[Path]:
    """Yield what lies on the spool and where blobs wait for their commit."""
    for folder in (house.spool, Path(house.databases.main.storage.temporaryDirectory())):
        if folder.is_dir():
            yield from folder.iterdir()


def _done(house: House) -> Iterator[Path]:
    """Yield the working folders of papers that no longer wait to be read."""
    folder = house.path / "work"
    if not folder.is_dir():
        return
    with house.databases.connection() as connection:
        known = connection.root()["site"].by_id
        for path in list(folder.iterdir()):
            document = known.get(ids.from_text(path.name) or 0)
            if not isinstance(document, Document) or not queue.waits(connection.root(), document):
                yield path


def _touched(path: Path) -> float:
    """Return when anything in *path* was last written."""
    newest = path.lstat().st_mtime
    if path.is_dir() and not path.is_symlink():
        newest = max([newest, *(below.lstat().st_mtime for below in path.rglob("*"))])
    return newest
