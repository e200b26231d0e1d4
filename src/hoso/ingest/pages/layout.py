"""The layout of chosen pages of a born-digital PDF, by pdfminer.six.

pdfminer.six gives what the rules of the law's layout need and PDFium does not: the font and
size of every line, and lines as the page sets them.  It costs 85 ms a page and can be made
to run for ever, so it sees the first and the signature page only, in the child, with limits.
"""

from __future__ import annotations

import logging
import unicodedata
from pathlib import Path
from typing import Any

from pdfminer.high_level import extract_pages
from pdfminer.layout import LAParams, LTChar, LTPage, LTTextContainer, LTTextLine

from hoso.ingest.pages import legacy
from hoso.ingest.pages.files import write_json

__all__ = ["layout", "layout_file"]

logging.getLogger("pdfminer").setLevel(logging.CRITICAL)


def layout_file(out: Path, page: int) -> Path:
    """Return where the layout of *page* is kept."""
    return out / f"layout-{page:04d}.json"


def layout(path: str, pages: list[int], out: str, encoding: str | None = None) -> dict[str, Any]:
    """Write the lines of *pages* with words, boxes, fonts and sizes; return how many."""
    chosen = [number - 1 for number in pages]
    # boxes_flow=None: no order of text boxes is wanted, and computing it is the slow part.
    parameters = LAParams(boxes_flow=None)
    counts = {}
    laid_out = extract_pages(path, page_numbers=chosen, maxpages=0, laparams=parameters)
    for number, page in zip(sorted(pages), laid_out, strict=False):
        lines = _lines(page, encoding)
        write_json(layout_file(Path(out), number), {"page": number, "lines": lines})
        counts[str(number)] = len(lines)
    return counts


def _lines(page: LTPage, encoding: str | None) -> list[dict[str, Any]]:
    found = []
    for box in page:
        if not isinstance(box, LTTextContainer):
            continue
        for line in box:
            if isinstance(line, LTTextLine):
                described = _line(line, page, encoding)
                if described["words"]:
                    found.append(described)
    found.sort(key=lambda line: (line["box"][1], line["box"][0]))
    return found


def _line(line: LTTextLine, page: LTPage, encoding: str | None) -> dict[str, Any]:
    words: list[list[Any]] = []
    letters: list[LTChar] = []
    sizes: dict[float, int] = {}
    bold = italic = count = 0
    for each in (*line, None):
        if isinstance(each, LTChar) and not each.get_text().isspace():
            letters.append(each)
            count += 1
            name = each.fontname.lower()
            bold += "bold" in name or "black" in name
            italic += "italic" in name or "oblique" in name
            size = round(each.size * 2) / 2
            sizes[size] = sizes.get(size, 0) + 1
        elif letters:
            text = "".join(letter.get_text() for letter in letters)
            if encoding:
                text = legacy.convert(text, encoding)
            text = unicodedata.normalize("NFC", text).replace("\u00ad", "")
            words.append([text, 100.0, _box(letters, page)])
            letters = []
    return {
        "words": words,
        "box": _box([line], page),
        "size": max(sizes, key=lambda size: sizes[size]) if sizes else 0,
        "bold": count > 0 and bold * 2 > count,
        "italic": count > 0 and italic * 2 > count,
    }


def _box(items: list[Any], page: LTPage) -> list[float]:
    left, bottom, right, top = page.bbox
    width, height = max(1e-6, right - left), max(1e-6, top - bottom)
    edges = (
        (min(item.x0 for item in items) - left) / width,
        (top - max(item.y1 for item in items)) / height,
        (max(item.x1 for item in items) - left) / width,
        (top - min(item.y0 for item in items)) / height,
    )
    return [round(min(1.0, max(0.0, edge)), 4) for edge in edges]
