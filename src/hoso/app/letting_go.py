"""Lists of imports that name what was destroyed: let go of, and their bytes removed.

Run by housekeeping.  Cut off anywhere it goes on at the next round: what is still to be removed
stands in the database until it is.
"""

from __future__ import annotations

import shutil
from typing import Any

from hoso.app.house import House
from hoso.desk import kept_copies
from hoso.desk.desk import Desk
from hoso.desk.lapsing import KEEPER
from hoso.ingest.bulk.workplace import Workplace
from hoso.preservation.fixity.second_copy import SecondCopy
from hoso.storage.shredding import shred

__all__ = ["let_lists_go"]


def let_lists_go(house: House) -> int:
    """Let go of every list that names what was destroyed; return how many."""
    if not _anything_marked(house):
        return 0

    def mark(connection: Any) -> list[tuple[str, bytes, str]]:
        desk = Desk(house, connection, KEEPER, via="housekeeping")
        return [(job.uid, job.let_go, job.sha256) for job in kept_copies.let_lists_go(desk)]

    count = 0
    for uid, oid, digest in house.databases.attempt(mark, note="lists let go of"):
        shred(house.databases, [oid])
        shutil.rmtree(Workplace.of(house.path, uid).folder, ignore_errors=True)
        if house.second_copy is not None:
            if not house.second_copy.is_dir():
                continue  # away: it is tried again when it is back
            SecondCopy(house.second_copy).remove(digest)
        house.databases.attempt(_removed(uid), note="a list removed")
        count += 1
    return count


def _anything_marked(house: House) -> bool:
    with house.databases.connection() as connection:
        kept = connection.root().get("imports")
        jobs = kept.imports.values() if kept is not None else ()
        return any(job.names_destroyed or job.let_go for job in jobs)


def _removed(uid: str) -> Any:
    def note(connection: Any) -> None:
        job = connection.root()["imports"].imports[uid]
        job.let_go, job.names_destroyed = b"", False

    return note
