"""The job of proposing: finished pages in, proposals out; runs in the child."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from hoso.ingest.classifiers import Classifiers, load
from hoso.ingest.pages.files import page_file, second_file
from hoso.ingest.propose.again import Picture
from hoso.ingest.propose.lines import Sheet, sheet_of_words
from hoso.ingest.propose.plain import propose_plain
from hoso.ingest.propose.proposal import Proposal
from hoso.ingest.propose.rules import as_dicts, propose
from hoso.ingest.propose.types import propose_type, section_of

__all__ = ["propose_folder", "propose_pages", "sheets_in"]

_PAGES_LOOKED_AT = 60  # a signature further on is an attachment's

_NUMBERED = re.compile(r"\bso\s?:?\s?\d{0,6}\s?[/-]\s?(?:\d{4}\s?/\s?)?[a-z]{1,6}\s?[-/]")

DocumentTypes = Mapping[str, Sequence[str]]


def propose_pages(
    pages: Sequence[Mapping[str, Any]],
    mime: str,
    classifiers: str,
    document_types: DocumentTypes | None = None,
    signers: Sequence[str] = (),
) -> dict[str, Any]:
    """Propose for *pages* as they were written; their pictures are not looked at."""
    sheets = [sheet_of_words(page) for page in pages[:_PAGES_LOOKED_AT]]
    data = load(Path(classifiers))
    return _proposed(sheets, mime, data, document_types, signers=signers)


def propose_folder(
    path: str,
    mime: str,
    out: str,
    pages: int,
    classifiers: str,
    model: str,
    document_types: DocumentTypes | None = None,
    signers: Sequence[str] = (),
    *,
    closer: bool = True,
) -> dict[str, Any]:
    """Propose for the pages in folder *out*, of the file *path*.

    With *closer*, parts of scans that were not read for certain are looked at again.
    """
    folder = Path(out)

    def picture_of(page: int) -> Picture:
        facts = json.loads(page_file(folder, page).read_text(encoding="utf-8"))
        return Picture(path, mime, model, int(facts["turn"]), float(facts["aspect"]))

    return _proposed(
        sheets_in(folder, pages),
        mime,
        load(Path(classifiers)),
        document_types,
        picture_of=picture_of if closer else None,
        signers=signers,
    )


def sheets_in(folder: Path, pages: int) -> list[Sheet]:
    """Return the sheets of a paper; a second reading of a page is preferred where there is one."""
    sheets = []
    for number in range(1, min(pages, _PAGES_LOOKED_AT) + 1):
        for file in (second_file(folder, number), page_file(folder, number)):
            try:
                sheets.append(sheet_of_words(json.loads(file.read_text(encoding="utf-8"))))
            except (FileNotFoundError, ValueError):
                continue
            break
    return sheets


def _proposed(
    sheets: Sequence[Sheet],
    mime: str,
    data: Classifiers,
    document_types: DocumentTypes | None,
    *,
    picture_of: Callable[[int], Picture] | None = None,
    signers: Sequence[str] = (),
) -> dict[str, Any]:
    if mime.startswith(("application/pdf", "image/")):
        found = propose(sheets, data, picture_of=picture_of, signers=signers)
    else:
        found = propose_plain([sheet.text for sheet in sheets], data)
    head = " ".join(
        str(proposal.value) for name in ("type", "subject") if (proposal := found[name])
    )
    text = "\n".join(sheet.text for sheet in sheets[:3])
    typed = propose_type(text, document_types, head=head) if document_types else None
    found["section"] = section_of(typed)
    return {
        "proposals": as_dicts(found),
        "type_proposal": typed,
        "doubtful": doubtful(sheets, found, data),
    }


def doubtful(
    sheets: Iterable[Sheet], found: Mapping[str, Proposal | None], data: Classifiers
) -> bool:
    """Tell whether a page set in type has all that makes a head and yet no head was read.

    Then its pieces came in an order that makes no sense, and a second reader may see them
    another way.
    """
    first = next(iter(sheets), None)
    if first is None or first.recognised or not first.lines:
        return False
    if any(found[name] is not None for name in ("type", "symbol", "agency")):
        return False
    text = first.plain[:1500]
    return any(motto in text for motto in data.mottos) and _NUMBERED.search(text) is not None
