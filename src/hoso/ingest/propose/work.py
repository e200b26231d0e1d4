"""The job of proposing: finished pages in, proposals out; runs in the child."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from hoso.ingest.classifiers import load
from hoso.ingest.pages.files import page_file
from hoso.ingest.pages.layout import layout_file
from hoso.ingest.propose.again import Picture
from hoso.ingest.propose.lines import Sheet, sheet_of_layout, sheet_of_words
from hoso.ingest.propose.plain import propose_plain
from hoso.ingest.propose.rules import as_dicts, propose
from hoso.ingest.propose.types import propose_type

__all__ = ["propose_folder", "sheets_in"]

_PAGES_LOOKED_AT = 60  # a signature further on is an attachment's


def propose_folder(
    path: str,
    mime: str,
    out: str,
    pages: int,
    classifiers: str,
    model: str,
    document_types: Mapping[str, Sequence[str]] | None = None,
) -> dict[str, Any]:
    """Propose for the pages in folder *out*, of the file *path*."""
    data = load(Path(classifiers))
    folder = Path(out)
    sheets = sheets_in(folder, pages)

    def picture_of(page: int) -> Picture:
        facts = json.loads(page_file(folder, page).read_text(encoding="utf-8"))
        return Picture(path, mime, model, int(facts["turn"]), float(facts["aspect"]))

    if mime.startswith(("application/pdf", "image/")):
        found = propose(sheets, data, picture_of=picture_of)
    else:
        found = propose_plain([sheet.text for sheet in sheets], data)
    head = " ".join(
        str(proposal.value) for name in ("type", "subject") if (proposal := found[name])
    )
    text = "\n".join(sheet.text for sheet in sheets[:3])
    typed = propose_type(text, document_types, head=head) if document_types else None
    return {"proposals": as_dicts(found), "type_proposal": typed}


def sheets_in(folder: Path, pages: int) -> list[Sheet]:
    """Return the sheets of a paper; a layout by pdfminer.six is preferred where there is one."""
    sheets = []
    for number in range(1, min(pages, _PAGES_LOOKED_AT) + 1):
        try:
            page = json.loads(page_file(folder, number).read_text(encoding="utf-8"))
        except (FileNotFoundError, ValueError):
            continue
        try:
            laid_out = json.loads(layout_file(folder, number).read_text(encoding="utf-8"))
        except (FileNotFoundError, ValueError):
            laid_out = None
        sheets.append(sheet_of_layout(laid_out, page) if laid_out else sheet_of_words(page))
    return sheets
