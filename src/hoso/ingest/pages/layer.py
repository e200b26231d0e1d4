"""The text layer of a PDF page, by PDFium: every word with its box, in 2 to 5 ms."""

from __future__ import annotations

import contextlib
import ctypes
import os
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium

from hoso.ingest.pages.words import Word

__all__ = ["Layer", "font_names", "has_page_picture", "open_page", "read_layer_words"]

_MOST_CHARACTERS = 200_000
_GRID = 20_000  # device units across a page: boxes are exact to a hundredth of a millimetre
_FONTS_ASKED = 400  # characters asked for their font

_open: dict[str, Any] = {"key": None, "document": None}


@contextlib.contextmanager
def open_page(path: str, number: int) -> Iterator[Any]:
    """Give page *number* (from 1); the document stays open for the next page asked for."""
    status = os.stat(path)  # noqa: PTH116
    key = (path, status.st_mtime_ns, status.st_size)
    if _open["key"] != key:
        if _open["document"] is not None:
            _open["document"].close()
        _open.update(key=None, document=None)
        _open.update(document=pypdfium2.PdfDocument(path), key=key)
    page = _open["document"][number - 1]
    try:
        yield page
    finally:
        page.close()


@dataclass(frozen=True)
class Layer:
    """The words of a layer as the file has them (not normalised), and the fonts used."""

    words: list[Word]
    fonts: tuple[str, ...]


def read_layer_words(page: Any) -> Layer:
    """Return the words of *page* with boxes in fractions of the page as it is shown."""
    text_page = page.get_textpage()
    try:
        count = min(pdfium.FPDFText_CountChars(text_page.raw), _MOST_CHARACTERS)
        words: list[Word] = []
        line, begun, letters = 0, 0, []
        for index in range(count + 1):
            code = pdfium.FPDFText_GetUnicode(text_page.raw, index) if index < count else 0x20
            char = "-" if code == 2 else chr(code)
            if not (char.isspace() or code < 0x20 or 0xFFFE <= code <= 0xFFFF):
                if not letters:
                    begun = index
                letters.append(char)
                continue
            if letters:
                box = _box(page, text_page, begun, len(letters))
                if box is not None:
                    words.append(["".join(letters), 100.0, box, line])
                letters = []
            if char == "\n":
                line += 1
        return Layer(words, font_names(text_page, count))
    finally:
        text_page.close()


def _box(page: Any, text_page: Any, begun: int, count: int) -> list[float] | None:
    left, top = ctypes.c_double(), ctypes.c_double()
    right, bottom = ctypes.c_double(), ctypes.c_double()
    corners = []
    for index in range(min(pdfium.FPDFText_CountRects(text_page.raw, begun, count), 8)):
        pdfium.FPDFText_GetRect(text_page.raw, index, left, top, right, bottom)
        for x, y in ((left, top), (right, bottom)):
            corners.append(_shown(page, x.value, y.value))
    if not corners:
        return None
    xs, ys = zip(*corners, strict=True)
    return [min(xs), min(ys), max(xs), max(ys)]


def _shown(page: Any, x: float, y: float) -> tuple[float, float]:
    """Map a point of the page's own space to fractions of what is shown: crop and rotation."""
    across, down = ctypes.c_int(), ctypes.c_int()
    pdfium.FPDF_PageToDevice(page.raw, 0, 0, _GRID, _GRID, 0, x, y, across, down)
    return (
        round(min(1.0, max(0.0, across.value / _GRID)), 4),
        round(min(1.0, max(0.0, down.value / _GRID)), 4),
    )


def font_names(text_page: Any, count: int) -> tuple[str, ...]:
    """Return the fonts of the text, by a sample of its characters."""
    names: dict[str, None] = {}
    buffer = ctypes.create_string_buffer(128)
    flags = ctypes.c_int()
    for index in range(0, count, max(1, count // _FONTS_ASKED)):
        length = pdfium.FPDFText_GetFontInfo(text_page.raw, index, buffer, 128, flags)
        if 1 < length <= 128:
            names[buffer.raw[: length - 1].decode("utf-8", "replace")] = None
        if len(names) > 50:
            break
    return tuple(names)


def has_page_picture(page: Any) -> bool:
    """Tell whether one picture covers half of the page or more: a scan."""
    width, height = page.get_size()
    if not width or not height:
        return False
    for seen, each in enumerate(page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_IMAGE], max_depth=3)):
        if seen > 200:
            break
        try:
            left, bottom, right, top = each.get_bounds()
        except pypdfium2.PdfiumError:
            continue
        if (right - left) * (top - bottom) >= 0.5 * width * height:
            return True
    return False


def normalised(words: list[Word]) -> list[Word]:
    """Return the words composed, without soft hyphens and other invisible signs."""
    clean = []
    for text, confidence, box, line in words:
        composed = unicodedata.normalize("NFC", text).replace("\u00ad", "")
        composed = "".join(c for c in composed if unicodedata.category(c) not in {"Cf", "Cc", "Cs"})
        if composed:
            clean.append([composed, confidence, box, line])
    return clean
