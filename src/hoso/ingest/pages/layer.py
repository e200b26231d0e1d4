"""The text layer of a PDF page, by PDFium: every word with its box, in 2 to 5 ms."""

from __future__ import annotations

import contextlib
import ctypes
import os
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium

from hoso.ingest.pages.words import Word

__all__ = ["Layer", "font_names", "has_page_picture", "open_page", "read_layer_words"]

_MOST_CHARACTERS = 200_000
_GRID = 1_000_000  # device units across a page, so that rounding does not matter
_SPAN = 1000.0  # points between the places the mapping is taken from
_PRINTED = re.compile(r"[^\s\x00\x01\x03-\x1f\ufffe\uffff]+")
_FONTS_ASKED = 400  # characters asked for their font

_open: dict[str, Any] = {"key": None, "document": None}


@contextlib.contextmanager
def open_page(path: str, number: int) -> Iterator[Any]:
    """Give page *number* (from 1); the document stays open for the next page asked for."""
    status = os.stat(path)  # noqa: PTH116
    key = (path, status.st_ino, status.st_mtime_ns, status.st_size)
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
        text = _characters(text_page, count)
        shown = _Shown(page)
        words: list[Word] = []
        line, counted = 0, 0
        for found in _PRINTED.finditer(text):
            begun, end = found.span()
            line += text.count("\n", counted, begun)
            counted = end
            box = shown.box(text_page, begun, end - begun)
            if box is not None:
                words.append([found[0].replace("\x02", "-"), 100.0, box, line])
        return Layer(words, font_names(text_page, count))
    finally:
        text_page.close()


def _characters(text_page: Any, count: int) -> str:
    """Return the characters of the layer, one for each index PDFium counts by."""
    buffer = ctypes.create_string_buffer(2 * (count + 1))
    units = ctypes.cast(buffer, ctypes.POINTER(ctypes.c_ushort))
    written = pdfium.FPDFText_GetText(text_page.raw, 0, count, units) if count else 1
    text = buffer.raw[: 2 * (written - 1)].decode("utf-16-le", "replace")
    if len(text) == count:
        return text
    # Letters beyond the basic plane, or signs PDFium leaves out: ask for each.
    return "".join(chr(pdfium.FPDFText_GetUnicode(text_page.raw, index)) for index in range(count))


class _Shown:
    """Maps the page's own space to fractions of what is shown: crop and rotation."""

    def __init__(self, page: Any) -> None:
        x0, y0 = self._device(page, 0, 0)
        across, down = self._device(page, _SPAN, 0)
        self._x, self._y = (x0, y0), ((across - x0) / _SPAN, (down - y0) / _SPAN)
        across, down = self._device(page, 0, _SPAN)
        self._up = ((across - x0) / _SPAN, (down - y0) / _SPAN)
        self._edges = [ctypes.c_double() for _ in range(4)]

    @staticmethod
    def _device(page: Any, x: float, y: float) -> tuple[float, float]:
        across, down = ctypes.c_int(), ctypes.c_int()
        pdfium.FPDF_PageToDevice(page.raw, 0, 0, _GRID, _GRID, 0, x, y, across, down)
        return across.value / _GRID, down.value / _GRID

    def box(self, text_page: Any, begun: int, count: int) -> list[float] | None:
        """Return the box of some characters, None where they have none."""
        rects = min(pdfium.FPDFText_CountRects(text_page.raw, begun, count), 8)
        xs, ys = [], []
        for index in range(rects):
            pdfium.FPDFText_GetRect(text_page.raw, index, *self._edges)
            left, top, right, bottom = (edge.value for edge in self._edges)
            for x, y in ((left, top), (right, bottom)):
                xs.append(self._x[0] + x * self._y[0] + y * self._up[0])
                ys.append(self._x[1] + x * self._y[1] + y * self._up[1])
        if not xs:
            return None
        edges = (min(xs), min(ys), max(xs), max(ys))
        return [round(min(1.0, max(0.0, edge)), 4) for edge in edges]


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
