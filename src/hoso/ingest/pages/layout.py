"""The second reader of born-digital pages: pdfminer.six, in the same form as the first.

pdfminer.six analyses a page's layout by itself and shares no code with PDFium, so it can read
pages PDFium fails on, and settle a head that makes no sense as PDFium gives it.  It costs 100 ms
a page and can be made to run for ever: it sees single pages in doubt, in the child, with limits.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pdfminer.high_level import extract_pages
from pdfminer.layout import LAParams, LTChar, LTPage, LTTextContainer, LTTextLine

from hoso.ingest.pages.digital import judged, page_facts
from hoso.ingest.pages.files import page_file, second_file, write_json
from hoso.ingest.pages.layer import Layer, Look

__all__ = ["read_again"]

logging.getLogger("pdfminer").setLevel(logging.CRITICAL)


def read_again(
    path: str, pages: list[int], out: str, notes: list[str], *, beside: bool = False
) -> dict[str, Any]:
    """Read *pages* once more; say which were done.

    They are written as the pages themselves, with *notes*; *beside* as second readings next to
    them, which the rules may look at.
    """
    # boxes_flow=None: no order of text boxes is wanted, and computing it is the slow part.
    parameters = LAParams(boxes_flow=None)
    chosen = sorted(pages)
    laid_out = extract_pages(
        path, page_numbers=[number - 1 for number in chosen], laparams=parameters
    )
    done = []
    for number, page in zip(chosen, laid_out, strict=False):
        found = judged(_layer(page))
        if found.source is None:
            continue
        aspect = page.height / page.width if page.width else 1.0
        facts = page_facts(number, found, aspect=aspect)
        facts["notes"] = [*notes, *facts["notes"], "read by pdfminer.six"]
        write_json((second_file if beside else page_file)(Path(out), number), facts)
        done.append(number)
    return {"done": done}


def _layer(page: LTPage) -> Layer:
    words: list[list[Any]] = []
    look_of: list[int] = []
    looks: dict[Look, int] = {}
    fonts: dict[str, None] = {}
    for number, line in enumerate(_lines(page)):
        for letters in _words(line):
            text = "".join(letter.get_text() for letter in letters)
            words.append([text, 100.0, _box(letters, page), number])
            first = letters[0]
            fonts[first.fontname] = None
            look_of.append(looks.setdefault(_look(first), len(looks)))
    return Layer(words, tuple(fonts), tuple(looks), tuple(look_of))


def _lines(page: LTPage) -> list[LTTextLine]:
    """Return the lines from the top down, those of a row from the left."""
    lines = [
        line
        for box in page
        if isinstance(box, LTTextContainer)
        for line in box
        if isinstance(line, LTTextLine)
    ]
    return sorted(lines, key=lambda line: (-line.y1, line.x0))


def _words(line: LTTextLine) -> Iterator[list[LTChar]]:
    letters: list[LTChar] = []
    for each in (*line, None):
        if isinstance(each, LTChar) and not each.get_text().isspace():
            letters.append(each)
        elif letters:
            yield letters
            letters = []


def _look(letter: LTChar) -> Look:
    name = letter.fontname.lower()
    bold = "bold" in name or "black" in name
    return round(letter.size * 2) / 2, bold, "italic" in name or "oblique" in name


def _box(letters: list[LTChar], page: LTPage) -> list[float]:
    left, bottom, right, top = page.bbox
    width, height = max(1e-6, right - left), max(1e-6, top - bottom)
    edges = (
        (min(letter.x0 for letter in letters) - left) / width,
        (top - max(letter.y1 for letter in letters)) / height,
        (max(letter.x1 for letter in letters) - left) / width,
        (top - min(letter.y0 for letter in letters)) / height,
    )
    return [round(min(1.0, max(0.0, edge)), 4) for edge in edges]
