"""What was read of a paper's pages, as it is kept with the paper: for splitting and arranging."""

from __future__ import annotations

import gzip
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ZODB.interfaces import BlobError

from hoso.desk.documents import text_of, words_of
from hoso.ingest.pages.files import finished_page
from hoso.ingest.splitting.pages import PageFacts, page_facts
from hoso.records.model import Document, Rendition
from hoso.storage.blobs import file_of

__all__ = ["KeptPage", "facts_of", "kept_pages", "pages_read"]


@dataclass(frozen=True)
class KeptPage:
    """One page as it was read: what its working file held, and its picture.

    :ivar file: where the picture's bytes are, for use when the transaction is over; ``mime``
        its media type.
    """

    finished: dict[str, Any]
    picture: Rendition | None
    file: Path | None = None
    mime: str = ""


def facts_of(document: Document) -> list[dict[str, Any]]:
    """Return for each page shown what was found on it; nothing where nobody looked."""
    rendition = document.renditions.get("facts")
    if rendition is None:
        return []
    with file_of(rendition.blob) as stream:
        pages: list[dict[str, Any]] = json.loads(gzip.decompress(stream.read()))["pages"]
    return pages


def pages_read(document: Document) -> tuple[PageFacts, ...]:
    """Return the pages of a paper as splitting looks at them."""
    texts = text_of(document).split("\f")
    facts = facts_of(document) or [{} for _ in range(document.pages)]
    return page_facts(facts, texts)


def kept_pages(document: Document) -> list[KeptPage]:
    """Return what was read of each page; nothing where it does not suffice to go on from."""
    facts = facts_of(document)
    texts = text_of(document).split("\f")
    words = words_of(document)
    if not facts or not len(facts) == len(texts) == len(words):
        return []
    found = []
    for number, one in enumerate(facts, 1):
        known = finished_page(number, **one, text=texts[number - 1], words=words[number - 1])
        picture = document.renditions.get(f"page-{number:04d}")
        found.append(KeptPage(known, picture, *_file_of(picture)))
    return found


def _file_of(picture: Rendition | None) -> tuple[Path | None, str]:
    if picture is None:
        return None, ""
    try:
        return Path(picture.blob.committed()), picture.mime
    except BlobError:  # made in this very transaction: it lies nowhere yet
        return None, ""
