"""A small site for tests: records are dictionaries, read as entries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import ZODB
from BTrees.LOBTree import LOBTree
from ZODB.FileStorage import FileStorage

from hoso.search.changes import note_change, prepare
from hoso.search.follower import Follower
from hoso.search.snapshots import snapshots
from hoso.search.values import Change, Entry

EVERYBODY = ("u1:1",)


class Papers:
    """Reads ``root["papers"]``: id to the fields of an entry."""

    def read_entry(self, root: Any, id: int) -> Entry | None:  # noqa: A002
        said = root["papers"].get(id)
        if said is None:
            return None
        return Entry(**{"id": id, "kind": "document", "acl": EVERYBODY, **said})

    def all_ids(self, root: Any) -> Iterable[int]:
        return root["papers"].keys()


class Archive:
    """A database in *folder*, with its follower and engine."""

    def __init__(self, folder: Path, source: Any = None) -> None:
        self.folder = folder
        self.database = ZODB.DB(FileStorage(str(folder / "Data.fs")))
        self.path = folder / "index"
        self.source = source or Papers()
        with self.database.transaction() as connection:
            root = connection.root()
            if "papers" not in root:
                root["papers"] = LOBTree()
                prepare(root)
        self.open_connection = snapshots(self.database)
        self.follower = Follower(self.open_connection, self.source, self.path)

    def file(self, papers: Mapping[int, Mapping[str, Any] | None]) -> Change:
        """Write *papers* (``None`` takes one away) and note the change, in one transaction."""
        with self.database.transaction() as connection:
            root = connection.root()
            for known, said in papers.items():
                if said is None:
                    root["papers"].pop(known, None)
                else:
                    root["papers"][known] = dict(said)
            return note_change(root, papers)

    def write_unnoted(self, known: int, said: Mapping[str, Any] | None) -> None:
        """Change the database behind the back of the journal."""
        with self.database.transaction() as connection:
            papers = connection.root()["papers"]
            if said is None:
                del papers[known]
            else:
                papers[known] = dict(said)

    def close(self) -> None:
        self.follower.close()
        self.database.close()


def spoil(file: Path, content: bytes) -> None:
    """Put *content* in place of *file*, which somebody may have mapped into memory."""
    fresh = file.with_name(f".{file.name}.new")
    fresh.write_bytes(content)
    fresh.replace(file)
