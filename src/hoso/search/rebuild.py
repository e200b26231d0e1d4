"""Build an index beside the one in use, from one state of the database, and swap.

Readers go on with the old one; the change journal keeps all that happens meanwhile, because the
new index is enrolled before its snapshot is taken.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hoso.search import changes
from hoso.search.interfaces import EntrySource, OpenConnection
from hoso.search.place import (
    WriterLock,
    new_directory,
    point_to,
    read_pointer,
    remove_others,
)
from hoso.search.snapshots import change_root, snapshot
from hoso.search.values import Generation
from hoso.search.writing import Writer, read_entry

__all__ = ["build", "clear_away", "rebuild"]

_HEAP = 200_000_000
# Records read stay in the connection's cache; put them out so often.
_REST = 500


def rebuild(path: Path, open_connection: OpenConnection, source: EntrySource) -> Generation:
    """Build anew and swap, as the only writer; ``NotReady`` where another process writes."""
    lock = WriterLock(path)
    try:
        built = build(path, open_connection, source)
        clear_away(path, open_connection)
    finally:
        lock.release()
    return built


def build(path: Path, open_connection: OpenConnection, source: EntrySource) -> Generation:
    """Build and swap; the caller holds the writer's lock."""
    directory = new_directory(path)
    change_root(open_connection, lambda root: changes.enrol(root, directory))
    writer = Writer(path / directory, heap=_HEAP, new=True)
    with snapshot(open_connection) as (root, tid):
        unread = _put_all(writer, source, root)
        built = Generation(directory, 1, tid, changes.newest(root), frozenset(unread))
    writer.commit(built)
    writer.close()
    point_to(path, directory, edition=getattr(source, "edition", ""))
    return built


def _put_all(writer: Writer, source: EntrySource, root: Any) -> set[int]:
    unread = set()
    for count, known in enumerate(source.all_ids(root), 1):
        entry, readable = read_entry(source, root, known)
        if entry is not None:
            writer.put(entry)
        elif not readable:
            unread.add(known)
        if count % _REST == 0:
            root._p_jar.cacheMinimize()  # noqa: SLF001
    return unread


def clear_away(path: Path, open_connection: OpenConnection) -> None:
    """Remove indexes no longer in use; the journal keeps nothing more for them."""
    pointer = read_pointer(path)
    if pointer is None:
        return
    old = [found.name for found in path.glob("index-*") if found.name != pointer.directory]
    if old:
        # The journal first: killed in between, the directory is found again next time.
        change_root(open_connection, lambda root: changes.forget(root, old))
        remove_others(path, pointer.directory)
