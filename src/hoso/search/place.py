"""The index on disk: where it lies, which one is in use, who may write.

``<path>/current`` names the directory in use and its fingerprint; it is replaced in one step, so
a reader sees the old index or the new one.  ``<path>/writer.lock`` is held by the one writer
for life; the kernel lets go of it when the process dies, however it dies.  The directories hold
words of confidential papers in the clear: only their owner may enter.
"""

from __future__ import annotations

import fcntl
import json
import os
import secrets
import shutil
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from tantivy import Index, Query, TextAnalyzerBuilder, Tokenizer

from hoso.kernel.errors import NotReady
from hoso.search.schema import META, fingerprint, meta_of
from hoso.search.values import Generation

__all__ = [
    "DOCUMENTS",
    "DOSSIERS",
    "Pointer",
    "View",
    "WriterLock",
    "commit_stamp",
    "damage",
    "meta_document",
    "new_directory",
    "open_index",
    "open_view",
    "point_to",
    "read_pointer",
    "remove_others",
    "stamp_of",
    "view_of",
]

DOCUMENTS, DOSSIERS = "documents", "dossiers"
_POINTER, _LOCK = "current", "writer.lock"
_ABSENT = (
    "The index is not built yet. It is built when the site starts; or run 'hoso index rebuild'."
)
_OTHER = (
    "The index was made by another version of the program."
    " It is built anew when the site starts; or run 'hoso index rebuild'."
)


@dataclass(frozen=True)
class Pointer:
    """Which directory is in use, and what it was made with.

    ``edition`` names what entries rest on beside the records: roles, definitions.
    """

    directory: str
    fingerprint: str
    edition: str = ""


@dataclass(frozen=True)
class View:
    """One state of the index, for reading; it does not change under the reader."""

    documents: Any
    dossiers: Any
    generation: Generation
    document_schema: Any
    dossier_schema: Any


def read_pointer(path: Path) -> Pointer | None:
    """Return which index is in use; ``None`` where there is none."""
    try:
        said = json.loads((path / _POINTER).read_text("utf-8"))
        return Pointer(said["directory"], said["fingerprint"], said.get("edition", ""))
    except (FileNotFoundError, NotADirectoryError, ValueError, KeyError, TypeError):
        return None


def point_to(path: Path, directory: str, *, edition: str = "") -> None:
    """Put *directory* into use, in one step."""
    said = json.dumps({"directory": directory, "fingerprint": fingerprint(), "edition": edition})
    fresh = path / f"{_POINTER}.new"
    with fresh.open("w", encoding="utf-8") as stream:
        stream.write(said)
        stream.flush()
        os.fsync(stream.fileno())
    fresh.replace(path / _POINTER)
    _sync(path)


def new_directory(path: Path) -> str:
    """Make an empty directory for an index beside the one in use; return its name."""
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    name = f"index-{secrets.token_hex(6)}"
    for part in (name, f"{name}/{DOCUMENTS}", f"{name}/{DOSSIERS}"):
        (path / part).mkdir(mode=0o700)
    _sync(path)
    return name


def remove_others(path: Path, keep: str) -> list[str]:
    """Remove every index but the one in use; return the names of those removed."""
    gone = [found.name for found in path.glob("index-*") if found.name != keep]
    for name in gone:
        shutil.rmtree(path / name, ignore_errors=True)
    return gone


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def damage(error: BaseException) -> NotReady | None:
    """Return what to tell a person where *error* means that a file cannot be read.

    tantivy-py raises ``ValueError`` for what it notices, gives numbers that mean nothing, and raises ``PanicException``, which is no
    ``Exception``, for what it does not: let through, that would end the thread that asked.
    """
    if isinstance(error, ValueError | LookupError) or type(error).__name__ == "PanicException":
        return NotReady(
            "The index cannot be read ({reason}). Run 'hoso index verify --repair'.",
            reason=str(error),
        )
    return None


class WriterLock:
    """The right to write the index of one path; one holder among all processes."""

    def __init__(self, path: Path) -> None:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._handle = os.open(path / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(self._handle)
            raise NotReady(
                "Another process writes the index in {path}. Stop it first, or let it do the work.",
                path=str(path),
            ) from None

    def release(self) -> None:
        """Let go; harmless the second time."""
        if self._handle >= 0:
            os.close(self._handle)
            self._handle = -1


def open_index(directory: Path, schema: Any = None) -> Any:
    """Open the engine's index in *directory*, or make it there with *schema*."""
    index = Index(schema, path=str(directory)) if schema else Index.open(str(directory))
    # Queries see what a reload shows them, nothing happens by itself in between.
    index.config_reader(reload_policy="manual")
    index.register_tokenizer("whitespace", TextAnalyzerBuilder(Tokenizer.whitespace()).build())
    return index


def meta_document(generation: Generation) -> Any:
    """Write *generation* as the document that commits with what it describes."""
    said = {
        "commits": generation.commits,
        "tid": generation.tid,
        "cursor": dict(generation.cursor),
        "unread": sorted(generation.unread),
    }
    return meta_of(json.dumps(said, sort_keys=True))


def _generation(directory: str, searcher: Any, schema: Any) -> Generation:
    found = searcher.search(Query.term_query(schema, "kind", META), 2)
    if len(found.hits) != 1:
        raise NotReady(_OTHER)
    said = json.loads(searcher.doc(found.hits[0][1])["meta"][0])
    return Generation(
        directory,
        said["commits"],
        said["tid"],
        MappingProxyType(said["cursor"]),
        frozenset(said["unread"]),
    )


def _require(path: Path) -> Pointer:
    pointer = read_pointer(path)
    if pointer is None:
        raise NotReady(_ABSENT)
    if pointer.fingerprint != fingerprint():
        raise NotReady(_OTHER)
    return pointer


def open_view(path: Path) -> tuple[Any, Any, View]:
    """Open the index in use: both engine indexes and a view of their present state."""
    pointer = _require(path)
    where = path / pointer.directory
    try:
        documents, dossiers = open_index(where / DOCUMENTS), open_index(where / DOSSIERS)
    except BaseException as error:
        told = damage(error)
        if told is None:
            raise
        raise told from error
    return documents, dossiers, view_of(pointer.directory, documents, dossiers)


def view_of(directory: str, documents: Any, dossiers: Any) -> View:
    """Take a view of what was last committed."""
    try:
        # The dossiers commit first: read last, they are never behind the documents.
        documents.reload()
        dossiers.reload()
        searcher = documents.searcher()
        generation = _generation(directory, searcher, documents.schema)
    except BaseException as error:
        told = damage(error)
        if told is None:
            raise
        raise told from error
    return View(
        documents=searcher,
        dossiers=dossiers.searcher(),
        generation=generation,
        # The fields of the index that was opened, whose numbers its queries need.
        document_schema=documents.schema,
        dossier_schema=dossiers.schema,
    )


def stamp_of(path: Path) -> tuple[int, ...]:
    """Return what changes whenever the index in use does; cheap enough for every question."""
    pointer = os.stat(f"{path}/{_POINTER}")  # noqa: PTH116 - for every question: no Path is made
    return (pointer.st_ino, pointer.st_mtime_ns)


def commit_stamp(directory: Path) -> tuple[int, ...]:
    """Return what changes with each commit to the index of all entries."""
    meta = os.stat(f"{directory}/{DOCUMENTS}/meta.json")  # noqa: PTH116 - as above
    return (meta.st_ino, meta.st_mtime_ns, meta.st_size)
