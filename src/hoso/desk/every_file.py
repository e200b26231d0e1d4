"""Every file that is kept, whoever keeps it: the one place that knows what holds bytes.

Papers, also those in the bin, boxes with their receipts, packages that were taken in, packages
that are frozen, lists of imports, papers of handovers and of disposals.  All their ids are drawn
from one range, so they are read again in one order, that of their ids, whatever they are.  Who
makes a blob anywhere else adds its holder here (``tests/contract/test_every_blob_is_known.py``).
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from functools import partial
from operator import itemgetter
from pathlib import Path
from typing import Any, Protocol

from hoso.ingest.bulk.model import Import
from hoso.kernel import ids
from hoso.kernel.errors import Unusable
from hoso.personnel.model import Handover
from hoso.preservation.delivery import register
from hoso.preservation.delivery.model import Export, Line
from hoso.preservation.fixity.reading import read_again
from hoso.preservation.fixity.second_copy import SecondCopy
from hoso.preservation.freeze import open_line
from hoso.preservation.taking.model import TakenPackage
from hoso.records.model import Batch, Document, Dossier
from hoso.retention.disposing.book import book_if_any
from hoso.retention.disposing.model import DisposalList
from hoso.storage.blobs import CHUNK, Spooled, blob_of, spool
from hoso.storage.shredding import oid_of

__all__ = ["File", "Holder", "every_holder", "files_of", "holder_of", "is_sealed", "put_frozen"]

#: What holds files.
Holder = Document | Batch | DisposalList | Export | Handover | Import | TakenPackage

_SEALED = "sealed:"
_LIST = "list"


class File(Protocol):
    """One file: what was recorded of it, and its bytes; asking it may find that it is gone."""

    @property
    def sha256(self) -> str:
        """Its digest as recorded, "" where nobody did; so ``sha512``."""

    @property
    def sha512(self) -> str: ...
    @property
    def size(self) -> int: ...

    @property
    def blob(self) -> Any:
        """The blob its bytes lie in, alone or with others."""

    def opened(self) -> Any:
        """Open its bytes for reading."""

    def put(self, spooled: Spooled, connection: Any, *, copy: SecondCopy) -> None:
        """Put bytes that are what was recorded in the place of those that are there.

        :param copy: whence what lies in the same blob comes too, where it is not whole.
        """


class _Whole:
    """A file that is a blob by itself: an attribute of what has its digest and size."""

    def __init__(self, kept: Any, name: str = "blob") -> None:
        self._kept, self._name = kept, name

    @property
    def sha256(self) -> str:
        return self._kept.sha256  # type: ignore[no-any-return]

    @property
    def sha512(self) -> str:
        return getattr(self._kept, "sha512", "")

    @property
    def size(self) -> int:
        return self._kept.size  # type: ignore[no-any-return]

    @property
    def blob(self) -> Any:
        return getattr(self._kept, self._name)

    def opened(self) -> Any:
        return self.blob.open("r")

    def put(self, spooled: Spooled, connection: Any, *, copy: SecondCopy) -> None:  # noqa: ARG002 - as File has it
        setattr(self._kept, self._name, blob_of(spooled, connection))


class _Frozen:
    """A file of a frozen package: a blob by itself, or a stretch of all that was made for it."""

    sha512 = ""

    def __init__(self, export: Export, number: int) -> None:
        self._export, self._number = export, number
        self._line = export.lines[number]
        self.sha256: str = self._line.sha256.hex()
        self.size: int = self._line.size

    @property
    def blob(self) -> Any:
        return self._export.made if self._line.blob is None else self._line.blob

    def opened(self) -> Any:
        return open_line(self._export, self._line)

    def put(self, spooled: Spooled, connection: Any, *, copy: SecondCopy) -> None:
        export, line = self._export, self._line
        if line.blob is not None:
            export.lines[self._number] = line._replace(blob=blob_of(spooled, connection))
            return
        joined: Any = _Joined(_mended(export, line, spooled.path, copy))
        whole = spool(joined, spooled.path.parent, limit=1 << 40)
        spooled.discard()
        export.made = blob_of(whole, connection)


class _Joined:
    """Pieces of bytes as something to read."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces

    def read(self, _size: int) -> bytes:
        return next(self._pieces, b"")


def _mended(export: Export, line: Line, path: Path, copy: SecondCopy) -> Iterator[bytes]:
    """Yield all that was made for a package, with the bytes at *path* for one line of it."""
    made = (one for one in export.lines.values() if one.blob is None and one.at >= 0)
    for one in sorted(made, key=lambda one: one.at):
        digest = one.sha256.hex()
        here = partial(open_line, export, one)
        there = partial(copy.path_of(digest).open, "rb")
        ways: tuple[Callable[[], Any], ...] = (
            (partial(path.open, "rb"),) if one is line else (here, there)
        )
        opened = next(
            (way for way in ways if read_again(way, sha256=digest, size=one.size).is_whole), None
        )
        if opened is None:
            raise Unusable(
                "The file cannot be mended by itself: {path}, which lies beside it, is damaged too. "
                "Cancel the package and freeze it anew.",
                path=one.path,
            )
        with closing(opened()) as stream:
            while piece := stream.read(CHUNK):
                yield piece


def is_sealed(name: str) -> bool:
    """Say whether a name is that of a file behind a seal."""
    return name.startswith(_SEALED)


def files_of(root: Any, holder: Holder) -> Iterator[tuple[str, File]]:
    """Yield the files of what holds any, by name; sealed ones are told apart by theirs."""
    if isinstance(holder, Export):
        yield from _frozen(root, holder)
    elif isinstance(holder, Import):
        if holder.list is not None:
            yield _LIST, _Whole(holder, "list")
    else:
        kept = holder.foreign if isinstance(holder, TakenPackage) else holder.renditions
        for name, one in kept.items():
            yield name, _Whole(one)
        for name, one in (getattr(holder, "sealed", None) or {}).items():
            yield f"{_SEALED}{name}", _Whole(one)


def _frozen(root: Any, export: Export) -> Iterator[tuple[str, File]]:
    """Yield the files of a frozen package that are no paper's: those are read as its own."""
    found = (root["site"].by_id.get(ids.from_text(uid) or 0) for uid in export.papers)
    papers = (paper for paper in found if isinstance(paper, Document))
    known = {oid_of(one.blob) for paper in papers for one in paper.renditions.values()}
    for number, line in export.lines.items():
        # What lies nowhere but in the record itself (a signature) is no file.
        is_made = line.blob is None and line.at >= 0
        if is_made or (line.blob is not None and oid_of(line.blob) not in known):
            yield line.path, _Frozen(export, number)


def put_frozen(root: Any, dossier: Dossier, was: Any, now: Any) -> None:
    """Let frozen packages of a dossier hold *now* where they held the blob *was* of a paper."""
    for export in register.of_dossier(root, dossier.uid):
        same = [number for number, line in export.lines.items() if line.blob is was]
        for number in same:
            export.lines[number] = export.lines[number]._replace(blob=now)


# Who holds files ---------------------------------------------------------------------------


def _numbered(root: Any) -> Iterator[Any]:
    """Yield the trees in which holders stand by their ids."""
    yield root["site"].by_id
    if (exports := root.get(register.KEY)) is not None:
        yield exports.by_id
    if (careers := root.get("personnel")) is not None:
        yield careers.handovers
    if (disposals := book_if_any(root)) is not None:
        yield disposals.lists
        yield disposals.bin


def _named(root: Any) -> Iterator[Any]:
    """Yield the trees in which holders stand by their ids as text, which has the same order."""
    if (taken := root.get("taken_packages")) is not None:
        yield taken.by_uid
    if (imports := root.get("imports")) is not None:
        yield imports.imports


def every_holder(root: Any, *, after: int) -> Iterator[tuple[int, tuple[Holder, ...]]]:
    """Yield what holds files behind an id, in the order of ids; of a dossier in the bin its papers.

    Records that hold no files come too, with nothing.
    """
    sources: list[Iterable[tuple[int, Any]]] = []
    sources += [tree.items(min=after + 1) for tree in _numbered(root)]
    behind = ids.to_text(after + 1)
    sources += [_by_number(tree.items(min=behind)) for tree in _named(root)]
    for number, record in heapq.merge(*sources, key=itemgetter(0)):
        yield number, _holding(root, number, record)


def _by_number(items: Iterable[tuple[str, Any]]) -> Iterator[tuple[int, Any]]:
    return ((ids.from_text(uid) or 0, record) for uid, record in items)


def _holding(root: Any, number: int, record: Any) -> tuple[Holder, ...]:
    if isinstance(record, Holder):
        return (record,)
    # A dossier that hangs in the tree has papers that stand there by themselves.
    if isinstance(record, Dossier) and number not in root["site"].by_id:
        return tuple(record.values())
    return ()


def holder_of(root: Any, number: int) -> Holder | None:
    """Return what holds files under an id; also a paper of a dossier that lies in the bin."""
    if not number:
        return None
    found = next((tree[number] for tree in _numbered(root) if number in tree), None)
    uid = ids.to_text(number)
    if found is None:
        found = next((tree[uid] for tree in _named(root) if uid in tree), None)
    disposals = book_if_any(root)
    if found is None and disposals is not None:
        dossiers = (one for one in disposals.bin.values() if isinstance(one, Dossier))
        found = next((one[uid] for one in dossiers if uid in one), None)
    return found if isinstance(found, Holder) else None
