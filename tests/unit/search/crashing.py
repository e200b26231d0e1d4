"""The child of test_killing: three writers and a follower, until somebody kills it."""

from __future__ import annotations

import os
import random
import sys
import threading
from pathlib import Path

import transaction
from search_archive import Archive
from ZODB.POSException import ConflictError

from hoso.search.changes import note_change


def write(archive: Archive, worker: int) -> None:
    """File, change and withdraw papers without end, a few in a transaction."""
    draw = random.Random(os.getpid() * 10 + worker)
    manager = transaction.TransactionManager()
    connection = archive.database.open(manager)
    while True:
        manager.begin()
        papers = connection.root()["papers"]
        touched = []
        for _ in range(draw.randint(1, 4)):
            known = draw.randrange(1, 1500)
            if draw.random() < 0.2:
                papers.pop(known, None)
            else:
                papers[known] = {
                    "text": f"tờ {draw.randrange(10**9)}",
                    "kind": draw.choice(["document", "item", "dossier"]),
                    "level": draw.randrange(5),
                }
            touched.append(known)
        note_change(connection.root(), touched)
        try:
            manager.commit()
        except ConflictError:
            manager.abort()


def main(folder: str) -> None:
    archive = Archive(Path(folder))
    archive.follower.open()
    for worker in range(3):
        threading.Thread(target=write, args=(archive, worker), daemon=True).start()
    print("ready", flush=True)  # noqa: T201
    while True:
        if archive.follower.step(limit=200):
            print("step", flush=True)  # noqa: T201


if __name__ == "__main__":
    main(sys.argv[1])
