"""Writing entries: two engine indexes that move together.

One writer lives as long as its process: opened for each request, several of them have been seen
to leave orphaned segment files behind.
"""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

from ZODB.POSException import POSError, POSKeyError

from hoso.search.interfaces import EntrySource
from hoso.search.place import DOCUMENTS, DOSSIERS, meta_document, open_index
from hoso.search.schema import document_index, document_of, dossier_index, dossier_of
from hoso.search.values import Entry, Generation

__all__ = ["Writer", "read_entry"]

_LOG = logging.getLogger(__name__)
_DOSSIER_HEAP = 15_000_000


class Writer:
    """Puts entries in and takes them out; nothing counts until ``commit``."""

    def __init__(self, directory: Path, *, heap: int = 60_000_000, new: bool = False) -> None:
        schemas = (document_index(), dossier_index()) if new else (None, None)
        self.documents = open_index(directory / DOCUMENTS, schemas[0])
        self.dossiers = open_index(directory / DOSSIERS, schemas[1])
        self._documents = self.documents.writer(heap, 1)
        self._dossiers = self.dossiers.writer(_DOSSIER_HEAP, 1)

    def take_out(self, id: int) -> None:  # noqa: A002
        """Remove the entry of *id*, if there is one."""
        self._documents.delete_documents_by_term("sid", str(id))
        self._dossiers.delete_documents_by_term("sid", str(id))

    def put(self, entry: Entry) -> None:
        """Add *entry*; take out the one before it first."""
        self._documents.add_document(document_of(entry))
        if entry.kind == "dossier":
            self._dossiers.add_document(dossier_of(entry))

    def commit(self, generation: Generation) -> None:
        """Make all of it count, together with where it stands."""
        self._dossiers.commit()
        self._documents.delete_documents_by_term("sid", "meta")
        self._documents.add_document(meta_document(generation))
        self._documents.commit()

    def rollback(self) -> None:
        """Forget what was put in and taken out since the last commit."""
        self._documents.rollback()
        self._dossiers.rollback()

    def close(self) -> None:
        """Let the merges end and the engine's locks go."""
        self._documents.wait_merging_threads()
        self._dossiers.wait_merging_threads()


def read_entry(source: EntrySource, root: Any, id: int) -> tuple[Entry | None, bool]:  # noqa: A002
    """Read one record; the second part is false where it cannot be read.

    A storage that does not answer raises: that is no fault of the record.
    """
    try:
        return source.read_entry(root, id), True
    except POSKeyError:
        _LOG.exception("record %s: part of it is missing from the database", id)
    except (POSError, OSError, MemoryError):
        raise
    except Exception:  # noqa: BLE001 - one bad record must not hold up the others
        _LOG.exception("record %s cannot be read for the index", id)
    return None, False
