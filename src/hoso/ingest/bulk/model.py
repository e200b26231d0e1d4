"""Persistent facts of bulk imports; their dotted names are on disk.

Kept under ``root["imports"]``.  What can be made again from the list (its rows, what is wrong
with it) is not here but in the site's folder ``imports/<uid>``.
"""

from __future__ import annotations

from typing import Any

from BTrees.OOBTree import OOBTree, OOTreeSet
from persistent import Persistent

from hoso.kernel import ids

__all__ = ["Import", "ImportProgress", "Imports", "SavedMapping"]


class Imports(Persistent):
    """Imports by uid; mappings by ``"<number of the unit>:<name>"``.

    ``wanted`` are the uids the serving process shall take up.
    """

    def __init__(self) -> None:
        self.imports: OOBTree = OOBTree()
        self.mappings: OOBTree = OOBTree()
        self.wanted: OOTreeSet = OOTreeSet()


class Import(Persistent):
    """One list with the folder of its files, and what was decided about it.

    ``folder`` is the path of the files as text (bytes that are none, escaped as the file
    system does); ``mapping`` the text of a ``ColumnMap``, "" until somebody settled it.
    ``state`` is one of ``desk.importing.STATES``.  ``checked`` are the counts of the last dry run.
    ``begun_at`` and ``begun_done`` say when it was last started, and how many rows were done then.
    ``papers`` are the ids of the papers its rows became or met.  When one of them is destroyed,
    ``names_destroyed`` is set, and the list is let go of: ``list`` is ``None`` from then on, and
    ``let_go`` what its bytes are known by until they are removed.
    """

    papers: Any = None
    names_destroyed = False
    let_go = b""

    mapping = ""
    sheet = ""
    state = "new"
    problem: tuple[str, tuple[tuple[str, Any], ...]] = ("", ())
    rows = 0
    checked: tuple[tuple[str, int], ...] = ()
    begun_at = ""
    begun_done = 0
    ended_at = ""
    revision = 1
    changed_at = ""
    changed_by = ""

    def __init__(self, *, unit: Any, by: str, at: str) -> None:
        self.id = ids.new_id()
        self.unit = unit
        self.by = by
        self.at = at
        self.list_name = b""
        self.sha256 = ""
        self.size = 0
        self.list: Any = None
        self.folder = ""
        self.progress = ImportProgress()

    @property
    def uid(self) -> str:
        return ids.to_text(self.id)

    def __repr__(self) -> str:
        return f"<Import {self.uid} {self.state}>"


class ImportProgress(Persistent):
    """How far an import is: written with every chunk of rows, in their own commit.

    ``row`` is the number of the last row that is done, ``report`` the length in bytes of the
    report up to and with it, ``counts`` how many rows ended how.
    """

    row = 0
    done = 0
    report = 0
    counts: tuple[tuple[str, int], ...] = ()
    at = ""


class SavedMapping(Persistent):
    """Which column is what, under a name, for one unit."""

    def __init__(self, name: str, columns: str, *, at: str, by: str) -> None:
        self.name = name
        self.columns = columns
        self.at = at
        self.by = by
