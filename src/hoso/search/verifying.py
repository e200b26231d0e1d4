"""Prove that the index is the database: same records, same contents, whole files.

Every record is read and its digest compared with the one in the index, a batch at a time;
memory does not grow with the number of records.  The engine's files carry check sums of their
own, and these are computed again, so that a flipped bit in a list of postings is found too.
"""

from __future__ import annotations

import json
import zlib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

from tantivy import FieldType, Order, Query

from hoso.search import changes
from hoso.search.interfaces import EntrySource, OpenConnection
from hoso.search.place import DOCUMENTS, DOSSIERS, View, read_pointer
from hoso.search.schema import digest_number
from hoso.search.snapshots import change_root
from hoso.search.values import Entry
from hoso.search.writing import read_entry

__all__ = ["Difference", "damaged_files", "repair", "verify"]

_BATCH = 500
# Beyond so many of a kind the ids are no longer kept: build anew instead.
_KEPT = 100_000
_FOOTER_MAGIC = 1337
_CHUNK = 1 << 20


@dataclass
class Difference:
    """How the index differs from the database; ids by what is wrong with them.

    ``pending`` counts records that changed since, by the change journal: those are not wrong.
    """

    records: int = 0
    entries: int = 0
    dossiers: int = 0
    pending: int = 0
    missing: list[int] = field(default_factory=list)
    extra: list[int] = field(default_factory=list)
    stale: list[int] = field(default_factory=list)
    duplicate: list[int] = field(default_factory=list)
    unread: list[int] = field(default_factory=list)
    more: bool = False

    @property
    def ids(self) -> list[int]:
        """Every id with something wrong, each once."""
        wrong = (self.missing, self.extra, self.stale, self.duplicate, self.unread)
        return sorted({known for kind in wrong for known in kind})

    def leave_out(self, pending: set[int]) -> None:
        """Take out the ids that are *pending*; sort the others, each once."""
        self.pending = len(pending)
        for kind in (self.missing, self.extra, self.stale, self.duplicate, self.unread):
            kind[:] = sorted(set(kind) - pending)

    def __bool__(self) -> bool:
        return bool(self.ids)

    def note(self, kind: str, known: int) -> None:
        """Keep *known* under what is wrong with it."""
        kept: list[int] = getattr(self, kind)
        if len(kept) >= _KEPT:
            self.more = True
        else:
            kept.append(known)


class _Tally:
    """Count and sum of ids: two runs over the same ids agree, whatever their order."""

    def __init__(self) -> None:
        self.count = 0
        self.sum = 0

    def add(self, known: int) -> None:
        self.count += 1
        self.sum += known


def verify(
    view: View, source: EntrySource, root: Any, *, only: Iterable[int] | None = None
) -> Difference:
    """Compare the index in *view* with the records under *root*.

    Take the view before the root, so that the journal tells what the view cannot show yet.
    *only* looks at these ids, and not for entries of records that are not there at all.
    """
    difference = Difference()
    shelves = (
        (view.documents, view.document_schema, _Tally()),
        (view.dossiers, view.dossier_schema, _Tally()),
    )
    for batch in _batches(source.all_ids(root) if only is None else only):
        said = {known: _said(difference, source, root, known) for known in batch}
        difference.records += sum(entry is not None for entry in said.values())
        for place, (searcher, schema, tally) in enumerate(shelves):
            kept = _kept(searcher, schema, batch)
            for known, entry in said.items():
                wanted = entry if place == 0 or (entry and entry.kind == "dossier") else None
                digests = kept.get(known, [])
                for _ in digests:
                    tally.add(known)
                _compare(difference, known, wanted, digests)
        root._p_jar.cacheMinimize()  # noqa: SLF001
    difference.entries, difference.dossiers = (tally.count for _, _, tally in shelves)
    if only is None:
        for searcher, schema, tally in shelves:
            if not _nothing_else(searcher, schema, tally):
                for known in _all_kept(searcher, schema):
                    if _said(Difference(), source, root, known) is None:
                        difference.note("extra", known)
    late = changes.unseen(root, view.generation.cursor)
    difference.leave_out(
        {known for _, ids in late for known in changes.expanded(source, root, ids)}
    )
    return difference


def _said(difference: Difference, source: EntrySource, root: Any, known: int) -> Entry | None:
    entry, readable = read_entry(source, root, known)
    if not readable:
        difference.note("unread", known)
    return entry


def _batches(ids: Iterable[int]) -> Iterator[list[int]]:
    rest = iter(ids)
    while batch := list(islice(rest, _BATCH)):
        yield batch


def _compare(difference: Difference, known: int, entry: Entry | None, digests: list[int]) -> None:
    if entry is None:
        if digests:
            difference.note("extra", known)
        return
    if not digests:
        difference.note("missing", known)
    elif len(digests) > 1:
        difference.note("duplicate", known)
    elif digests[0] != digest_number(entry):
        difference.note("stale", known)


def _kept(searcher: Any, schema: Any, batch: list[int]) -> dict[int, list[int]]:
    asked = Query.term_set_query(schema, "sid", [str(known) for known in batch])
    found = searcher.search(asked, 2 * len(batch), True)
    if found.count > 2 * len(batch):
        found = searcher.search(asked, found.count, True)
    kept: dict[int, list[int]] = defaultdict(list)
    for known, digest in _columns(searcher, found):
        kept[known].append(digest)
    return kept


def _columns(searcher: Any, found: Any) -> Iterator[tuple[int, int]]:
    places = [place for _, place in found.hits]
    if not places:
        return iter(())
    ids = searcher.fast_field_values("id", places)
    return zip(ids, searcher.fast_field_values("digest", places), strict=True)


def _nothing_else(searcher: Any, schema: Any, tally: _Tally) -> bool:
    """Say whether the index holds the entries of *tally* and no more, without reading records."""
    everything = _Tally()
    for known in _all_kept(searcher, schema):
        everything.add(known)
    return (everything.count, everything.sum) == (tally.count, tally.sum)


def _all_kept(searcher: Any, schema: Any) -> Iterator[int]:
    # The document that holds the cursor has no id, and is in no range of ids.
    after = 0
    while True:
        rest = Query.range_query(schema, "id", FieldType.Unsigned, after, None, include_lower=False)
        found = searcher.search(rest, _BATCH * 20, False, order_by_field="id", order=Order.Asc)
        ids = [known for known, _ in _columns(searcher, found)]
        if not ids:
            return
        yield from ids
        # Entries of one id beyond the page would be left out of the count: that shows.
        after = ids[-1]


def repair(open_connection: OpenConnection, difference: Difference) -> int:
    """Note every id with something wrong as changed; the follower then puts it right."""
    wrong = difference.ids
    for start in range(0, len(wrong), _BATCH):
        noted = partial(changes.note_change, ids=wrong[start : start + _BATCH])
        change_root(open_connection, noted)
    return len(wrong)


def damaged_files(path: Path) -> list[str]:
    """Return the engine's files whose check sum is not that of their bytes.

    Files of no segment in use are what a kill leaves behind; the engine removes them.
    """
    pointer = read_pointer(path)
    if pointer is None:
        return []
    return [
        f"{pointer.directory}/{part}/{found.name}"
        for part in (DOCUMENTS, DOSSIERS)
        for found in _files_in_use(path / pointer.directory / part)
        if not _sound(found)
    ]


def _files_in_use(directory: Path) -> list[Path]:
    try:
        segments = json.loads((directory / "meta.json").read_text("utf-8"))["segments"]
        used = {segment["segment_id"].replace("-", "") for segment in segments}
    except (OSError, ValueError, KeyError):
        return [directory / "meta.json"]
    return sorted(file for file in directory.iterdir() if file.name.split(".")[0] in used)


def _sound(file: Path) -> bool:
    """Read tantivy's footer: JSON, its length, a magic number, 32 bits each."""
    try:
        with file.open("rb") as stream:
            size = stream.seek(-8, 2) + 8
            tail = stream.read(8)
            length = int.from_bytes(tail[:4], "little")
            if int.from_bytes(tail[4:], "little") != _FOOTER_MAGIC or length > size - 8:
                return False
            body = size - 8 - length
            stream.seek(body)
            expected = json.loads(stream.read(length))["crc"]
            stream.seek(0)
            found = 0
            while body:
                chunk = stream.read(min(_CHUNK, body))
                if not chunk:
                    return False
                found = zlib.crc32(chunk, found)
                body -= len(chunk)
    except FileNotFoundError:
        return True  # merged away while we looked
    except (OSError, ValueError, KeyError):
        return False
    return bool(found == expected)
