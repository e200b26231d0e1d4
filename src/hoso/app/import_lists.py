"""Bring a list to the point where its rows can be run: spooled, opened, its columns settled."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from hoso.app.house import House
from hoso.desk import importing
from hoso.desk.desk import Desk
from hoso.ingest.bulk.files import Gate
from hoso.ingest.bulk.folder import Found
from hoso.ingest.bulk.mapping import ColumnMap
from hoso.ingest.bulk.model import Import
from hoso.ingest.bulk.opened import Opened, open_list, opened_before, sandbox
from hoso.ingest.bulk.values import ListRefused
from hoso.ingest.bulk.workplace import Workplace
from hoso.ingest.sandbox import Sandbox
from hoso.kernel import ids
from hoso.kernel.errors import Unusable
from hoso.kernel.text import fold
from hoso.storage.blobs import TOO_LARGE, Spooled, spool

__all__ = ["gate_at", "opened_list", "passing_workplace", "rows_of_import", "spooled_list"]

#: A dry run that was killed leaves its folder; no dry run lasts as long.
_LEFT_BEHIND = 24 * 3600.0


def spooled_list(house: House, path: Path) -> Spooled:
    """Bring a list to the spool: what is hashed is what is read."""
    try:
        with path.open("rb") as stream:
            return spool(stream, house.spool, limit=house.upload_limit)
    except OSError as error:
        raise Unusable(
            "The list {path} cannot be read ({why}).", path=str(path), why=error.strerror or ""
        ) from error
    except Unusable as error:
        raise Unusable(TOO_LARGE, limit=house.upload_limit >> 20) from error


def opened_list(
    path: Path, *, folder: Path, sheet: str = "", stop: threading.Event | None = None
) -> Opened:
    """Open a list in a child of its own; raise :class:`Unusable` with what to do."""
    try:
        with sandbox() as pool:
            return open_list(pool, path, folder=folder, sheet=sheet, stop=stop)
    except ListRefused as refused:
        shutil.rmtree(folder, ignore_errors=True)
        raise Unusable(refused.message, **refused.facts) from refused


def rows_of_import(
    house: House, job: Import, *, stop: threading.Event | None = None
) -> tuple[Opened, Workplace]:
    """Return the rows of an import that was begun; they are made again where they are gone."""
    place = Workplace.of(house.path, job.uid)
    place.make()
    known = opened_before(place.rows)
    if known is None:
        known = opened_list(
            Path(job.list.committed()), folder=place.rows, sheet=job.sheet, stop=stop
        )
    return known, place


def mapping_of(house: House, identity: Any, *, unit: str, name: str) -> ColumnMap | None:
    """Return the mapping a unit keeps under a name."""
    with house.databases.connection() as connection:
        desk = Desk(house, connection, identity, via="cli")
        kept = importing.mappings(desk, desk.site.unit_by_key[unit])
        return next((one for known, one in kept.items() if fold(known) == fold(name)), None)


@contextmanager
def passing_workplace(house: House) -> Iterator[Workplace]:
    """Give a folder for a run that leaves nothing, or that is named when it is known how."""
    above = house.path / "imports"
    above.mkdir(parents=True, exist_ok=True, mode=0o700)
    for old in above.glob("dry-*"):
        with suppress(OSError):
            if old.stat().st_mtime < time.time() - _LEFT_BEHIND:
                shutil.rmtree(old)
    place = Workplace(above / f"dry-{ids.to_text(ids.new_id())}")
    place.make()
    try:
        yield place
    finally:
        shutil.rmtree(place.folder, ignore_errors=True)


@contextmanager
def gate_at(house: House, files: Path) -> Iterator[Gate]:
    """Give the check every file goes through, to be asked before the file is taken."""
    # Not needed to answer requests: start-up time.
    from hoso.ingest.reading import Reader

    with Sandbox(workers=1) as pool:
        classifiers = house.home / "catalogs" / "classifiers"
        reader = Reader(pool, classifiers, house.home / "parts" / "tessdata")

        def gate(found: Found) -> tuple[str, str]:
            path = files.joinpath(*found.parts)
            verdict = reader.inspect(path, name=found.parts[-1], digest=False)
            said = (one.message.format_map(dict(one.facts)) for one in verdict.reasons)
            return verdict.outcome, " ".join(said)

        yield gate
