"""The text layer of a PDF page, by PDFium: every word with its box, its font and its line.

Lines with sizes and weights are what the rules of the law's layout go by.  PDFium gives them
in 5 ms a page where pdfminer.six takes a hundred; what costs is the number of calls into it, so
it is asked once a page for the text and three times a word, not for every letter.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pypdfium2
import pypdfium2.raw as pdfium

from hoso.ingest.pages.words import Word

__all__ = [
    "UNASKED",
    "Layer",
    "Look",
    "has_page_picture",
    "normalised",
    "open_page",
    "open_text",
    "read_layer_words",
]

Look = tuple[float, bool, bool]  # size in points, bold, italic

UNASKED = -1
_NO_LOOK: Look = (0.0, False, False)
_TWO_BOXES = 2 * 4 * 4  # bytes
_MOST_CHARACTERS = 200_000
_GRID = 1_000_000  # device units across a page, so that rounding does not matter
_SPAN = 1000.0  # points between the places the mapping is taken from
_PRINTED = re.compile(r"[^\s\x00\x01\x03-\x1f\ufffe\uffff]+")
_IN_MEMORY = 64 << 20  # bytes; a larger file is read from where it lies
_BOLD_WEIGHT = 600
_ITALIC = 1 << 6  # font descriptor flags, ISO 32000-1 table 123
_STROKED_TOO = 2  # text rendering mode: filled, then stroked, is how programs fake bold

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


@contextlib.contextmanager
def open_text(path: str) -> Iterator[Any]:
    """Give the document for its text alone: nothing that is drawn of it has its colours.

    PDFium prepares every colour profile a page names, 3 ms each, which is half of what reading
    a page takes.  So the names of such colour spaces are made meaningless in memory; where
    they are packed away, nothing is gained and nothing lost.
    """
    source: Any = path
    if os.stat(path).st_size <= _IN_MEMORY:  # noqa: PTH116 -- names need not be text
        source = Path(path).read_bytes().replace(b"/ICCBased", b"/Unneeded")
    document = pypdfium2.PdfDocument(source)
    try:
        yield document
    finally:
        document.close()


@dataclass(frozen=True)
class Layer:
    """The words of a layer as the file has them (not normalised), and what they are set in.

    *fonts* are their names; *looks* what letters look like, *look_of* which of them each word
    is, or UNASKED: the first and the last word of a line are asked.
    """

    words: list[Word]
    fonts: tuple[str, ...] = ()
    looks: tuple[Look, ...] = ()
    look_of: tuple[int, ...] = ()


def read_layer_words(page: Any) -> Layer:
    """Return the words of *page* with boxes in fractions of the page as it is shown."""
    text_page = page.get_textpage()
    try:
        count = min(pdfium.FPDFText_CountChars(text_page.raw), _MOST_CHARACTERS)
        text = _characters(text_page, count)
        spans, lines = _spans(text)
        if not spans:
            return Layer([])
        # Letters are asked for their loose boxes: as high as the font, as wide as they print.
        handle = _address(text_page.raw)
        edges = np.zeros((len(spans), 2, 4), np.float32)
        at = edges.ctypes.data
        for begun, end in spans:
            _loose_box(handle, begun, at)
            _loose_box(handle, end - 1, at + 16)
            at += _TWO_BOXES
        shown = _Shown(page)
        boxes, sound = shown.boxes(edges)
        fonts = _Fonts(handle)
        words: list[Word] = []
        look_of: list[int] = []
        before = -1
        last = len(spans) - 1
        for index, (begun, end) in enumerate(spans):
            box = boxes[index] if sound[index] else shown.box(text_page, begun, end - begun)
            if box is None:
                continue
            line = lines[index]
            words.append([text[begun:end].replace("\x02", "-"), 100, box, line])
            at_edge = line != before or index == last or line != lines[index + 1]
            look_of.append(fonts.look(begun) if at_edge else UNASKED)
            before = line
        return Layer(words, tuple(fonts.names), tuple(fonts.looks), tuple(look_of))
    finally:
        text_page.close()


def _spans(text: str) -> tuple[list[tuple[int, int]], list[int]]:
    """Return where the words are, and the line of each."""
    spans: list[tuple[int, int]] = []
    lines: list[int] = []
    begun = 0
    for number, line in enumerate(text.split("\n")):
        end = begun + len(line)
        found = [word.span() for word in _PRINTED.finditer(text, begun, end)]
        spans += found
        lines += [number] * len(found)
        begun = end + 1
    return spans, lines


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
        x, y = self._device(page, 0, 0)
        across, down = (edge / _SPAN for edge in self._moved(page, _SPAN, 0, x, y))
        aslant, up = (edge / _SPAN for edge in self._moved(page, 0, _SPAN, x, y))
        # Left, top, right, bottom as PDF has them, upwards, to the same as shown, downwards.
        self._mapping = np.array(
            [
                [across, down, 0.0, 0.0],
                [aslant, up, 0.0, 0.0],
                [0.0, 0.0, across, down],
                [0.0, 0.0, aslant, up],
            ]
        )
        self._origin = np.array([x, y, x, y])
        self._upright = across > 0 > up and down == aslant == 0
        self._edges = [ctypes.c_double() for _ in range(4)]

    def _moved(
        self, page: Any, x: float, y: float, from_x: float, from_y: float
    ) -> tuple[float, float]:
        across, down = self._device(page, x, y)
        return across - from_x, down - from_y

    @staticmethod
    def _device(page: Any, x: float, y: float) -> tuple[float, float]:
        across, down = ctypes.c_int(), ctypes.c_int()
        pdfium.FPDF_PageToDevice(page.raw, 0, 0, _GRID, _GRID, 0, x, y, across, down)
        return across.value / _GRID, down.value / _GRID

    def boxes(self, edges: Any) -> tuple[list[list[float]], list[bool]]:
        """Return the boxes around words by those of their first and last letters, and which hold.

        *edges* are left, top, right, bottom of both, a row a word.  A box does not hold where
        a letter has none, or where the word goes on in another line.
        """
        fit = self._fractions(edges.astype(np.float64))
        first, last = fit[:, 0], fit[:, 1]
        sizes = edges[:, :, 2:] - edges[:, :, :2]
        sound = sizes.all(axis=(1, 2))  # a letter without a box has no size
        sound &= (first[:, 1] < last[:, 3]) & (last[:, 1] < first[:, 3])
        sound &= last[:, 2] >= first[:, 0]
        around = np.minimum(first, last)
        np.maximum(first[:, 2:], last[:, 2:], out=around[:, 2:])
        np.maximum(around, 0.0, out=around)
        np.minimum(around, 1.0, out=around)
        return around.round(4).tolist(), sound.tolist()

    def _fractions(self, edges: Any) -> Any:
        """Return left, top, right, bottom as shown; the last axis holds them."""
        found = edges @ self._mapping + self._origin
        if not self._upright:
            found = np.concatenate(
                [
                    np.minimum(found[..., :2], found[..., 2:]),
                    np.maximum(found[..., :2], found[..., 2:]),
                ],
                axis=-1,
            )
        return found

    def box(self, text_page: Any, begun: int, count: int) -> list[float] | None:
        """Return the box of some characters, None where they have none."""
        rects = min(pdfium.FPDFText_CountRects(text_page.raw, begun, count), 8)
        found = []
        for index in range(rects):
            pdfium.FPDFText_GetRect(text_page.raw, index, *self._edges)
            found.append([edge.value for edge in self._edges])
        if not found:
            return None
        fit = self._fractions(np.asarray(found))
        around = [*fit[:, :2].min(axis=0), *fit[:, 2:].max(axis=0)]
        return [round(min(1.0, max(0.0, float(edge))), 4) for edge in around]


class _Fonts:
    """What the text objects of one page look like; each object and each font asked once."""

    def __init__(self, text: int) -> None:
        self._text = text
        self.names: dict[str, None] = {}
        self.looks: dict[Look, int] = {}
        self._objects: dict[int | None, int] = {}
        self._fonts: dict[int, tuple[bool, bool]] = {}
        self._buffer = ctypes.create_string_buffer(128)
        self._size = ctypes.c_float()
        self._turned = (ctypes.c_float * 6)()
        self._places = (ctypes.addressof(self._size), ctypes.addressof(self._turned))

    def look(self, index: int) -> int:
        """Return the number of the look that the letter at *index* has."""
        text_object = _text_object(self._text, index)
        known = self._objects.get(text_object)
        if known is None:
            look = self._asked(text_object) if text_object else _NO_LOOK
            known = self._objects[text_object] = self.looks.setdefault(look, len(self.looks))
        return known

    def _asked(self, text_object: int) -> Look:
        size, turned = self._places
        font = _font_of(text_object)
        bold, italic = self._font(font) if font else (False, False)
        _font_size(text_object, size)
        _matrix(text_object, turned)
        a, b, c, d, _, _ = self._turned
        points = round(2 * self._size.value * abs(a * d - b * c) ** 0.5) / 2
        return points, bold or _render_mode(text_object) == _STROKED_TOO, italic

    def _font(self, font: int) -> tuple[bool, bool]:
        known = self._fonts.get(font)
        if known is None:
            length = _font_name(font, ctypes.addressof(self._buffer), 128)
            name = self._buffer.raw[: length - 1].decode("utf-8", "replace") if length else ""
            if 1 < length <= 128:
                self.names[name] = None
            said = name.lower()
            bold = "bold" in said or "black" in said or _font_weight(font) >= _BOLD_WEIGHT
            italic = "italic" in said or "oblique" in said or bool(_font_flags(font) & _ITALIC)
            known = self._fonts[font] = bold, italic
        return known


def _address(pointer: Any) -> int:
    return ctypes.cast(pointer, ctypes.c_void_p).value or 0


def _plain_call(function: Any, *arguments: Any, gives: Any = ctypes.c_int) -> Any:
    """Return *function* as one that takes and gives bare addresses: a third of the time."""
    return ctypes.CFUNCTYPE(gives, *arguments)(_address(function))


_loose_box = _plain_call(
    pdfium.FPDFText_GetLooseCharBox, ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p
)
_text_object = _plain_call(
    pdfium.FPDFText_GetTextObject, ctypes.c_void_p, ctypes.c_int, gives=ctypes.c_void_p
)
_font_of = _plain_call(pdfium.FPDFTextObj_GetFont, ctypes.c_void_p, gives=ctypes.c_void_p)
_render_mode = _plain_call(pdfium.FPDFTextObj_GetTextRenderMode, ctypes.c_void_p)
_font_size = _plain_call(pdfium.FPDFTextObj_GetFontSize, ctypes.c_void_p, ctypes.c_void_p)
_matrix = _plain_call(pdfium.FPDFPageObj_GetMatrix, ctypes.c_void_p, ctypes.c_void_p)
_font_name = _plain_call(
    pdfium.FPDFFont_GetBaseFontName,
    ctypes.c_void_p,
    ctypes.c_void_p,
    ctypes.c_size_t,
    gives=ctypes.c_size_t,
)
_font_weight = _plain_call(pdfium.FPDFFont_GetWeight, ctypes.c_void_p)
_font_flags = _plain_call(pdfium.FPDFFont_GetFlags, ctypes.c_void_p)


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


def normalised(layer: Layer) -> Layer:
    """Return the layer with its words composed, without soft hyphens and other invisible signs."""
    whole = "".join(word[0] for word in layer.words)
    if unicodedata.is_normalized("NFC", whole) and whole.isprintable():
        return layer
    words: list[Word] = []
    look_of: list[int] = []
    for (text, *rest), look in zip(layer.words, layer.look_of, strict=True):
        composed = "".join(
            char
            for char in unicodedata.normalize("NFC", text)
            if unicodedata.category(char) not in {"Cf", "Cc", "Cs"}
        )
        if composed:
            words.append([composed, *rest])
            look_of.append(look)
    return Layer(words, layer.fonts, layer.looks, tuple(look_of))
