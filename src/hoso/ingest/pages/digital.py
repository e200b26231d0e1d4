"""Pages that bring their own text: several of them read in one go, from the text layer.

A page costs PDFium a few milliseconds, so what would dominate is a message to the child for
each, and pdfminer.six: it is the second reader, of pages PDFium fails on (``layout``).  What
a layer is worth is decided here; a page whose layer is missing or cannot be believed is left
for recognition.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hoso.ingest.pages import legacy
from hoso.ingest.pages.files import WORDS_KEPT, finished_page, page_file, write_json
from hoso.ingest.pages.layer import (
    Layer,
    has_page_picture,
    normalised,
    open_text,
    read_layer_words,
)
from hoso.ingest.pages.quality import is_readable_latin, quality
from hoso.ingest.pages.scanned import is_scan_with_text
from hoso.ingest.pages.typed import read_typed_pages
from hoso.ingest.pages.words import text_of

__all__ = ["Judged", "Read", "judged", "page_facts", "read_pages"]


@dataclass(frozen=True)
class Judged:
    """What a layer is worth: its words, or None as *source* where recognition must help."""

    source: str | None
    layer: Layer = field(default_factory=lambda: Layer([]))
    notes: tuple[str, ...] = ()


@dataclass
class Read:
    """Pages done, as they were written, and notes on those that are left, by number."""

    done: dict[int, dict[str, Any]] = field(default_factory=dict)
    left: dict[int, list[str]] = field(default_factory=dict)


def read_pages(path: str, mime: str, pages: Sequence[int], out: str) -> Read:
    """Read the text of *pages* and write those that are done into the folder *out*."""
    if mime == "application/pdf":
        return _read_pdf(path, pages, Path(out))
    read = Read()
    if mime.startswith("image/"):
        read.left.update((number, []) for number in pages)
    else:
        read.done.update(read_typed_pages(path, pages, out))
    return read


def _read_pdf(path: str, pages: Sequence[int], folder: Path) -> Read:
    read = Read()
    with open_text(path) as document:
        for number in pages:
            # RuntimeError: PDFium cannot open this page (pypdfium2.PdfiumError is one).
            try:
                facts, notes, scanned = _pdf_page(document, number)
            except (RuntimeError, ValueError) as why:
                read.left[number] = [f"text layer skipped: {str(why)[:80]}"]
                continue
            if facts is None:
                read.left[number] = list(notes)
                continue
            write_json(page_file(folder, number), facts)
            if scanned:
                # Its words are kept; its picture is still to be looked at.
                read.left[number] = [*notes, WORDS_KEPT]
            else:
                read.done[number] = facts
    return read


def _pdf_page(document: Any, number: int) -> tuple[dict[str, Any] | None, tuple[str, ...], bool]:
    """Return what is written of a page, notes, and whether it is a scan with believable words."""
    page = document[number - 1]
    try:
        found = judged(read_layer_words(page), page)
        width, height = page.get_size()
        scanned = found.source is not None and is_scan_with_text(page)
    finally:
        page.close()
    if found.source is None:
        return None, found.notes, False
    facts = page_facts(number, found, aspect=height / width if width else 1.0)
    return facts, found.notes, scanned


def page_facts(number: int, found: Judged, *, aspect: float) -> dict[str, Any]:
    """Return what is written of a page read from its layer.

    Beside what all pages have: ``looks``, [size in points, bold, italic] each, and ``look``,
    which of them each word is set in.
    """
    layer = found.layer
    return finished_page(
        number,
        source=found.source,
        words=layer.words,
        text=text_of(layer.words),
        aspect=round(aspect, 4),
        notes=list(found.notes),
        looks=[list(look) for look in layer.looks],
        look=list(layer.look_of),
    )


def judged(raw: Layer, page: Any | None = None) -> Judged:
    """Decide what a text layer is worth; *page*, where there is one, tells whether it is a scan."""
    layer = normalised(raw)
    text = text_of(layer.words)
    if not any(map(str.isalnum, text)):
        return Judged(None)
    measured = quality(text)
    if measured.is_vietnamese:
        return Judged("layer", layer)
    old = legacy.detect(text_of(raw.words), raw.fonts)
    if old is not None:
        capitals = old == legacy.TCVN3 and legacy.has_capitals_font(raw.fonts)
        words = [[legacy.convert(word[0], old, capitals=capitals), *word[1:]] for word in raw.words]
        converted = normalised(Layer(words, raw.fonts, raw.looks, raw.look_of))
        return Judged("converted", converted, (f"text converted from {old}",))
    if page is not None and has_page_picture(page):
        # Scanners write layers in the language they were set to; short ones prove nothing.
        return Judged(None, notes=("text layer of the scanner not believed",))
    # What a program wrote is believed sooner: garbled fonts come out below 0.41.
    if measured.well_formed >= 0.65 or measured.words < 8:
        return Judged("layer", layer)
    if is_readable_latin(text):
        return Judged("layer", layer, ("text layer is not Vietnamese",))
    return Judged(None, notes=("text layer unreadable",))
