"""Plain text at the gate: a paper typed as text, or data that no person reads.

Text that is whole UTF-8 comes in as a paper; text of another encoding and data for machines
(JSON, CSV, XML) are kept aside, since a person may well mean them as evidence.  Text can do
no harm: it is shown escaped and sent as ``text/plain``.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from hoso.ingest.gate.findings import PAGES_LIMIT, Findings
from hoso.ingest.pages.typed import pages_of, readable

if TYPE_CHECKING:
    from mmap import mmap

__all__ = ["PUID", "TEXT_LIMIT", "check"]

TEXT_LIMIT = 5 << 20  # bytes: some 2,500 typed pages
PUID = "x-fmt/111"  # PRONOM: Plain Text File

_BINARY = re.compile(rb"[\x00-\x08\x0e-\x19\x1c-\x1f\x7f]")
_PAGE = re.compile(rb"<(?:script|html|svg|iframe|!doctype\s+html)", re.IGNORECASE)


def check(data: mmap, found: Findings) -> None:
    """Decide on a file that is text; count its pages."""
    size = len(data)
    if size > TEXT_LIMIT:
        found.add("too-big", limit=TEXT_LIMIT >> 20)
        return
    raw = data[:]
    mime = found.mime or "text/plain"
    if mime != "text/plain" and _PAGE.search(raw):
        found.add("type-text", mime=mime)
        return
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = ""
    if not text or _BINARY.search(raw):
        found.add("text-encoding")
        return
    if mime == "text/plain" and _is_json(text):
        mime = found.mime = "application/json"
    pages = pages_of(readable(raw))
    found.pages = len(pages)
    if mime != "text/plain":
        found.add("not-a-paper", mime=mime)
        return
    found.puid = PUID
    if not pages:
        found.add("empty")
    elif len(pages) > PAGES_LIMIT:
        found.add("too-many-pages", pages=len(pages), limit=PAGES_LIMIT)


def _is_json(text: str) -> bool:
    """Tell JSON, which libmagic knows only where all of it lies in the first bytes."""
    if not text.lstrip().startswith(("{", "[")):
        return False
    try:
        return isinstance(json.loads(text), dict | list)
    except (ValueError, RecursionError):
        return False
