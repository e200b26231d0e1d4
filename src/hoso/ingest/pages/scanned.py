"""The picture a scanned page of a PDF consists of, as the scanner made it.

A scanner writes one picture a page.  Taking that picture's own pixels is cheaper than having
the page drawn (10 ms for 30 at 200 dpi) and nothing is resampled.  It is only taken where it
is all there is to see: one opaque picture that fills the page, upright, without annotations,
in one of the codings scanners use.  Anything else is drawn by PDFium.
"""

from __future__ import annotations

import ctypes
import os
from dataclasses import dataclass
from typing import Any

import pikepdf
import pypdfium2
import pypdfium2.raw as pdfium
from PIL import Image

__all__ = ["Scanned", "finest_dpi", "is_scan_with_text", "own_picture"]

_MOST_PIXELS = 40_000_000  # A3 at 300 dpi has 17 million; more is drawn small
_OBJECTS_ASKED = 3000
_PICTURES_ASKED = 200
_ENDS = 3
_MOST_OF_PAGE = 0.9
_SLACK = 0.02  # of the page: how far a picture may fall short of its edges
_CODINGS = frozenset({"/CCITTFaxDecode", "/DCTDecode", "/FlateDecode"})
_COLOURS = frozenset({"/DeviceGray", "/DeviceRGB", "/CalGray", "/CalRGB"})
_INVISIBLE = 3  # text rendering mode: the layer a reader put under the picture
_TURNS = {
    90: Image.Transpose.ROTATE_270,
    180: Image.Transpose.ROTATE_180,
    270: Image.Transpose.ROTATE_90,
}

_open: dict[str, Any] = {"key": None, "document": None}


@dataclass(frozen=True)
class Scanned:
    """The picture, upright as the page is shown, and how fine it lies on the paper."""

    picture: Any
    dpi: float


def own_picture(path: str, number: int, page: Any) -> Scanned | None:
    """Return the picture page *number* consists of; None where the page must be drawn.

    *page* is the same page as PDFium has it.
    """
    try:
        size = _only_picture(page)
        if size is None or size[0] * size[1] > _MOST_PIXELS:
            return None
        stream = _stream(path, number, size)
        picture = _decoded(stream, size) if stream is not None else None
    except (pikepdf.PdfError, pypdfium2.PdfiumError, OSError, ValueError, NotImplementedError):
        return None
    except (AttributeError, KeyError, TypeError, IndexError):
        return None  # an object that is not what the standard says it is
    if picture is None:
        return None
    rotation = page.get_rotation()
    if rotation:
        picture = picture.transpose(_TURNS[rotation])
    return Scanned(picture, picture.width * 72 / page.get_width())


def finest_dpi(page: Any) -> float | None:
    """Return how fine the largest picture lies on *page*; None where none covers half of it."""
    width, height = page.get_size()
    best: tuple[float, float] = (0.5 * width * height, 0.0)
    pictures = page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_IMAGE], max_depth=3)
    for seen, each in enumerate(pictures):
        if seen > _PICTURES_ASKED:
            break
        try:
            left, bottom, right, top = each.get_bounds()
            pixels = each.get_px_size()
        except pypdfium2.PdfiumError:
            continue
        area = (right - left) * (top - bottom)
        if area > best[0]:
            # The longer sides belong together, however the picture is turned.
            long_side = max(right - left, top - bottom)
            best = (area, max(pixels) * 72 / long_side)
    return best[1] or None


def is_scan_with_text(page: Any) -> bool:
    """Tell whether *page* is a picture with the words of a reader behind it.

    Asks the first and the last few objects only: 30 microseconds.
    """
    count = pdfium.FPDFPage_CountObjects(page.raw)
    asked = {*range(min(_ENDS, count)), *range(max(0, count - _ENDS), count)}
    pictured = hidden = False
    for index in asked:
        each = pdfium.FPDFPage_GetObject(page.raw, index)
        kind = pdfium.FPDFPageObj_GetType(each)
        if kind == pdfium.FPDF_PAGEOBJ_FORM and pdfium.FPDFFormObj_CountObjects(each) > 0:
            each = pdfium.FPDFFormObj_GetObject(each, 0)
            kind = pdfium.FPDFPageObj_GetType(each)
        if kind == pdfium.FPDF_PAGEOBJ_TEXT:
            if pdfium.FPDFTextObj_GetTextRenderMode(each) != _INVISIBLE:
                return False
            hidden = True
        elif kind == pdfium.FPDF_PAGEOBJ_IMAGE:
            pictured = pictured or _covers(each, page)
    return pictured and hidden


def _covers(picture: Any, page: Any) -> bool:
    edges = [ctypes.c_float() for _ in range(4)]
    if not pdfium.FPDFPageObj_GetBounds(picture, *edges):
        return False
    left, bottom, right, top = (edge.value for edge in edges)
    width, height = page.get_size()
    return bool((right - left) * (top - bottom) >= _MOST_OF_PAGE * width * height)


def _only_picture(page: Any) -> tuple[int, int] | None:
    """Return the pixels of the one picture that is all there is to see on *page*."""
    if pdfium.FPDFPage_GetAnnotCount(page.raw):
        return None
    found = None
    for seen, each in enumerate(page.get_objects(max_depth=1)):
        if seen > _OBJECTS_ASKED:
            return None
        if each.type == pdfium.FPDF_PAGEOBJ_TEXT:
            if pdfium.FPDFTextObj_GetTextRenderMode(each.raw) != _INVISIBLE:
                return None
        elif each.type != pdfium.FPDF_PAGEOBJ_IMAGE or found is not None:
            return None
        else:
            found = each
    if found is None or not _fills(page, found):
        return None
    if pdfium.FPDFPageObj_HasTransparency(found.raw):
        return None
    return tuple(found.get_px_size())


def _fills(page: Any, picture: Any) -> bool:
    """Tell whether *picture* lies upright on the whole of *page* and not beyond it."""
    matrix = picture.get_matrix()
    if matrix.a <= 0 or matrix.d <= 0:
        return False
    if abs(matrix.b) > _SLACK or abs(matrix.c) > _SLACK:
        return False
    edges = picture.get_bounds()
    box = page.get_cropbox()
    width, height = box[2] - box[0], box[3] - box[1]
    across, down = _SLACK * width, _SLACK * height
    return all(
        abs(edge - at) <= slack
        for edge, at, slack in zip(edges, box, (across, down, across, down), strict=True)
    )


def _stream(path: str, number: int, size: tuple[int, int]) -> Any | None:
    """Return the picture's object; None where it is not simple or not the one on the page."""
    resources = _document(path).pages[number - 1].obj.get("/Resources")
    if resources is None:  # inherited: rare among scanners
        return None
    pictures = [
        each for each in resources.get("/XObject", {}).values() if each.get("/Subtype") == "/Image"
    ]
    if len(pictures) != 1:
        return None
    (one,) = pictures
    if (int(one.Width), int(one.Height)) != size or not _is_simple(one):
        return None
    return one


def _is_simple(stream: Any) -> bool:
    if any(key in stream for key in ("/SMask", "/Mask", "/Decode", "/Matte")):
        return False
    if stream.get("/ImageMask", False):
        return False
    coding = stream.get("/Filter")
    if isinstance(coding, pikepdf.Array):
        coding = coding[0] if len(coding) == 1 else None
    if coding is None or str(coding) not in _CODINGS:
        return False
    colours = stream.get("/ColorSpace")
    if isinstance(colours, pikepdf.Array):
        if str(colours[0]) == "/ICCBased":
            return int(colours[1].N) in {1, 3}
        return str(colours[0]) in _COLOURS
    return str(colours) in _COLOURS


def _decoded(stream: Any, size: tuple[int, int]) -> Any | None:
    picture = pikepdf.PdfImage(stream).as_pil_image()
    if picture.size != size or picture.mode not in {"1", "L", "RGB"}:
        return None
    picture.load()
    return picture.convert("L") if picture.mode == "1" else picture


def _document(path: str) -> Any:
    """Return the file as pikepdf has it; it stays open for the next page asked for."""
    status = os.stat(path)  # noqa: PTH116
    key = (path, status.st_ino, status.st_mtime_ns, status.st_size)
    if _open["key"] != key:
        if _open["document"] is not None:
            _open["document"].close()
        _open.update(key=None, document=None)
        _open.update(document=pikepdf.open(path), key=key)
    return _open["document"]
