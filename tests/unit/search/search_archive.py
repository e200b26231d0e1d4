"""A small site for tests: records are dictionaries, read as entries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import ZODB
from BTrees.LOBTree import LOBTree
from ZODB.FileStorage import FileStorage

from hoso.search.changes import note_change, prepare
from hoso.search.engine import Engine
from hoso.search.follower import Follower
from hoso.search.language import parse
from hoso.search.permitted import Permitted
from hoso.search.place import open_view
from hoso.search.snapshots import snapshot, snapshots
from hoso.search.values import Change, Entry
from hoso.search.verifying import Difference, verify

EVERYBODY = ("u1:1",)
ME = Permitted(frozenset(EVERYBODY))

RAISE = {
    "title": "Quyết định nâng bậc lương",
    "number": "14",
    "symbol": "QĐ-THLT",
    "person": "Nguyễn Thị Ngọc Thu",
    "agency": "Trường Tiểu học Lương Thế Vinh",
    "text": "Căn cứ chế độ tiền lương đối với cán bộ, công chức.\nĐiều 1. Nâng bậc lương.",
    "type": 5,
    "form": 2,
    "year": 2021,
    "day": 18_700,
    "unit": 7,
}


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


def ids(engine: Engine, typed: str, **more: Any) -> list[int]:
    """Ask as everybody; return the ids in order."""
    return [hit.id for hit in engine.search(parse(typed), ME, **more).hits]


def difference(archive: Archive) -> Difference:
    """Compare the index as it is with the database as it is."""
    _, _, view = open_view(archive.path)
    with snapshot(archive.open_connection) as (root, _):
        return verify(view, archive.source, root)
