"""Pages of plain text: parted at form feeds, long ones after as many lines as a sheet holds.

A page of text has no picture: its text is what is shown, and its words have no places.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from hoso.ingest.pages.files import finished_page, page_file, write_json

__all__ = ["LINES", "pages_of", "read_typed_pages", "readable"]

LINES = 60  # of a page; typewriters put 30 to 60 on A4
_WIDTH = 100  # characters: a longer line counts as several
_ASPECT = 1.4143  # of A4
_KEPT = frozenset("\n\r\t\f")
_UNSEEN = frozenset({"Cc", "Cf", "Cs"})


def pages_of(text: str) -> list[str]:
    """Return the pages of *text*; those without a letter at its end are left out."""
    pages: list[str] = []
    for part in text.replace("\r\n", "\n").replace("\r", "\n").split("\f"):
        pages += _sheets(part)
    while pages and not pages[-1].strip():
        pages.pop()
    return pages


def _sheets(part: str) -> list[str]:
    """Part what lies between two form feeds into sheets."""
    sheets: list[str] = []
    taken: list[str] = []
    rows = 0
    for line in part.split("\n"):
        for piece in _pieces(line):
            needed = 1 + len(piece) // _WIDTH
            if taken and rows + needed > LINES:
                sheets.append("\n".join(taken))
                taken, rows = [], 0
            taken.append(piece)
            rows += needed
    return [*sheets, "\n".join(taken)]


def _pieces(line: str) -> list[str]:
    """Cut a line that would not even fit a sheet of its own, between two words if there are."""
    most = _WIDTH * (LINES - 1)
    pieces = []
    while len(line) > most:
        cut = line.rfind(" ", most // 2, most) + 1 or most
        pieces.append(line[:cut])
        line = line[cut:]
    return [*pieces, line]


def readable(raw: bytes) -> str:
    """Return the text of a file's bytes, composed, without signs nobody sees."""
    text = unicodedata.normalize("NFC", raw.decode("utf-8-sig", "replace"))
    return "".join(
        char for char in text if char in _KEPT or unicodedata.category(char) not in _UNSEEN
    )


def read_typed_pages(path: str, wanted: Sequence[int], out: str) -> dict[int, dict[str, Any]]:
    """Write pages of a text file; all are always done, for there is nothing to recognise."""
    pages = pages_of(readable(Path(path).read_bytes()))
    done = {}
    for number in wanted:
        text = pages[number - 1] if number <= len(pages) else ""
        done[number] = finished_page(number, source="layer", text=text.strip("\n"), aspect=_ASPECT)
        write_json(page_file(Path(out), number), done[number])
    return done
