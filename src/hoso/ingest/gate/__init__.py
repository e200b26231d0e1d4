"""Decide what a file is and whether it may come in; runs inside the sandboxed child.

libmagic says what a file is, its name never does; then the format's own structure is
checked, because libmagic alone takes a picture with an archive behind it for a picture.
"""

from __future__ import annotations

import mmap
import os
from typing import Any

from hoso.ingest.gate import images, kinds, libmagic, pdf, plain
from hoso.ingest.gate.findings import SIZE_LIMIT, Findings

__all__ = ["inspect"]

_HEAD = 4096


def inspect(path: str) -> dict[str, Any]:
    """Check the file at *path*; return outcome, mime, puid, pages, reasons, notes, signed."""
    found = Findings()
    size = os.stat(path).st_size  # noqa: PTH116 -- path may hold bytes that are no text
    if size == 0:
        found.mime = "inode/x-empty"
        found.add("empty")
        return found.as_dict()
    if size > SIZE_LIMIT:
        found.add("too-big", limit=SIZE_LIMIT >> 20)
        return found.as_dict()
    with open(path, "rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:  # noqa: PTH123
        head = data[:_HEAD]
        found.mime = kinds.mime_of(head)
        found.identified.append(("python-magic", libmagic.version(), found.mime))
        start = head[:1024].find(b"%PDF-")
        if found.mime == "application/pdf" or (start == 0 and found.mime not in kinds.PICTURES):
            found.mime = "application/pdf"
            pdf.check(path, data, start, found)
        elif found.mime in kinds.PICTURES:
            images.check(path, data, found)
        elif start > 0 and pdf.opens(path):
            # Readers accept a header within the first 1024 bytes (ISO 32000, annex H.3 13).
            other, found.mime = found.mime, "application/pdf"
            found.add("two-in-one", what=f"PDF header at byte {start}, content begins as {other}")
            pdf.check(path, data, start, found)
        elif kinds.is_text(found.mime):
            plain.check(data, found)
        else:
            found.add(kinds.refusal(found.mime, data), mime=found.mime)
    return found.as_dict()
