"""Every object of a PDF, reachable or not: what acts, what is attached, what unpacks to too much."""

from __future__ import annotations

import re
from typing import Any

import pikepdf

from hoso.ingest.gate.findings import MEGAPIXELS_LIMIT, Findings
from hoso.ingest.gate.images import jpeg_size
from hoso.ingest.gate.streams import CODECS, is_bomb, jbig2_pixels, measure

__all__ = ["check"]

_DEPTH = 60
_CAP = 256 << 20  # one stream
_TOTAL = 1 << 30  # all streams together
_PICTURES_TOTAL = 256 << 20  # of pictures, only so much is unpacked for measuring
_ROW_LIMIT = 64 << 20  # bytes of a predictor's row

_ACTIONS = {
    "/JavaScript": "JavaScript",
    "/Launch": "starts a program",
    "/SubmitForm": "sends a form",
    "/ImportData": "imports data",
    "/GoToE": "opens an attachment",
    "/GoToR": "opens another file",
    "/Rendition": "multimedia",
    "/Movie": "multimedia",
    "/Sound": "multimedia",
    "/RichMediaExecute": "multimedia",
    "/GoTo3DView": "multimedia",
}
_ANNOTATIONS = {
    "/RichMedia": "multimedia",
    "/Screen": "multimedia",
    "/Movie": "multimedia",
    "/Sound": "multimedia",
    "/3D": "multimedia",
}
_INLINE = re.compile(rb"\bBI\b(.{0,400}?)\bID\b", re.DOTALL)
_INLINE_SIDE = re.compile(rb"/(W|Width|H|Height)\s+(\d{1,12})")
_PARMS = ("/DecodeParms", "/DP")


def check(document: Any, length: int, found: Findings) -> None:
    """Walk all objects of *document*, a file of *length* bytes."""
    walker = _Walker(length, found)
    root = document.Root
    if root.get("/NeedsRendering", False) is True:
        found.add("dynamic-form")
    opening = root.get("/OpenAction")
    if isinstance(opening, pikepdf.Dictionary) and opening.get("/S") == pikepdf.Name.URI:
        found.add("active-content", what="opens a web address by itself")
    for each in document.objects:
        walker.visit(each)


class _Walker:
    """Looks at objects one by one and keeps the totals."""

    def __init__(self, length: int, found: Findings) -> None:
        self._length = length
        self._found = found
        self._total = 0
        self._pictures = 0

    def visit(self, top: Any) -> None:
        """Look at one indirect object and all that is written inside it."""
        pending = [(top, 0)]
        while pending:
            each, depth = pending.pop()
            if depth > _DEPTH:
                self._found.add("nested", what="objects")
                return
            if isinstance(each, (pikepdf.Dictionary, pikepdf.Stream)):
                self._dictionary(each)
                inner: Any = [value for _, value in each.items()]
            elif isinstance(each, pikepdf.Array):
                inner = each
            else:
                continue
            pending += [
                (value, depth + 1)
                for value in inner
                if isinstance(value, pikepdf.Object) and not value.is_indirect
            ]
        if isinstance(top, pikepdf.Stream):
            self._stream(top)

    def _dictionary(self, each: Any) -> None:
        keys = set(each.keys())
        action = str(each.get("/S")) if isinstance(each.get("/S"), pikepdf.Name) else ""
        if action in _ACTIONS:
            self._found.add("active-content", what=_ACTIONS[action])
        if "/JS" in keys and _is_script(each["/JS"]):
            self._found.add("active-content", what="JavaScript")
        if "/JavaScript" in keys and isinstance(each["/JavaScript"], pikepdf.Dictionary):
            self._found.add("active-content", what="JavaScript")
        if "/XFA" in keys:
            self._found.add("dynamic-form")
        self._attachment(each, keys)
        kind = each.get("/Subtype")
        if isinstance(kind, pikepdf.Name):
            if str(kind) in _ANNOTATIONS and "/Rect" in keys:
                self._found.add("active-content", what=_ANNOTATIONS[str(kind)])
            if kind == pikepdf.Name.PS and isinstance(each, pikepdf.Stream):
                self._found.add("active-content", what="PostScript")
        if "/Ref" in keys and kind == pikepdf.Name.Form and _has_file(each["/Ref"]):
            self._found.add("external-content", what="page of another file")
        if "/ByteRange" in keys and "/Contents" in keys:
            self._signature(each)

    def _attachment(self, each: Any, keys: set[str]) -> None:
        if (
            ("/EF" in keys and isinstance(each["/EF"], pikepdf.Dictionary))
            or ("/EmbeddedFiles" in keys and _is_filled(each["/EmbeddedFiles"]))
            or ("/Collection" in keys and each.get("/Type") == pikepdf.Name.Catalog)
            or (each.get("/Subtype") == pikepdf.Name.FileAttachment and "/FS" in keys)
        ):
            self._found.add("embedded-file")

    def _signature(self, each: Any) -> None:
        self._found.signed = True
        self._found.note("signed")
        try:
            _, _, second, tail = (int(number) for number in each["/ByteRange"])
        except (ValueError, TypeError):
            return
        if second + tail < self._length - 16:
            self._found.note("signed-then-changed")

    def _stream(self, stream: Any) -> None:
        if "/F" in stream and not isinstance(stream["/F"], pikepdf.Array):
            self._found.add("external-content", what="data in another file")
        filters = _names(stream.get("/Filter"))
        self._check_predictor(stream)
        picture = stream.get("/Subtype") == pikepdf.Name.Image
        expected = self._check_picture(stream, filters) if picture else 0
        raw = bytes(stream.read_raw_bytes())
        if not any(name in CODECS for name in filters):
            if not picture and not filters:
                self._check_inline(raw[: 1 << 20])
            return
        if picture:
            if self._pictures > _PICTURES_TOTAL:
                self._found.note("many-pictures")
                return
            # A picture may be blank: it is a bomb only where it holds more than its pixels.
            measured = measure(raw, filters, _early(stream), cap=4 * expected + (32 << 20))
            self._pictures += measured.size
            if measured.capped and is_bomb(measured.size, len(raw)):
                self._bomb(measured.size, len(raw))
            return
        measured = measure(raw, filters, _early(stream), cap=_CAP)
        self._total += measured.size
        if is_bomb(measured.size, len(raw)) or self._total > _TOTAL:
            self._bomb(max(measured.size, self._total), len(raw))
        if measured.fault and raw:
            self._found.note("stream-damaged", what=measured.fault)
        self._check_inline(measured.head)

    def _bomb(self, size: int, raw: int) -> None:
        self._found.add("bomb", size=size >> 20, ratio=size // max(1, raw))

    def _check_picture(self, stream: Any, filters: list[str]) -> int:
        """Check the size a picture claims; return how many bytes its pixels take."""
        width, height = _whole(stream.get("/Width")), _whole(stream.get("/Height"))
        pixels = width * height
        last = filters[-1] if filters else ""
        if last in {"/DCTDecode", "/DCT", "/JPXDecode", "/JBIG2Decode", "/CCITTFaxDecode"}:
            pixels = max(pixels, self._claimed_inside(stream, filters, last))
        if pixels > MEGAPIXELS_LIMIT * 1_000_000:
            self._found.add(
                "page-picture-too-large", megapixels=round(pixels / 1e6), limit=MEGAPIXELS_LIMIT
            )
        bits = max(1, _whole(stream.get("/BitsPerComponent")) or 1)
        return pixels * min(bits, 16) * 4 // 8

    def _claimed_inside(self, stream: Any, filters: list[str], last: str) -> int:
        """Return the pixels the packed picture itself claims, whatever the PDF says of it."""
        raw = bytes(stream.read_raw_bytes())
        if len(filters) > 1:
            raw = measure(raw, filters[:-1], _early(stream), cap=64 << 20).head
        if last in {"/DCTDecode", "/DCT"}:
            size = jpeg_size(raw) or (0, 0)
            return size[0] * size[1]
        if last == "/JBIG2Decode":
            return max(jbig2_pixels(raw), jbig2_pixels(_globals(stream)))
        if last == "/JPXDecode":
            at = raw.find(b"\xff\x4f\xff\x51")
            if at >= 0 and len(raw) >= at + 24:
                right, bottom, left, top = (
                    int.from_bytes(raw[at + 8 + 4 * k : at + 12 + 4 * k]) for k in range(4)
                )
                return max(0, right - left) * max(0, bottom - top)
            return 0
        columns = [_whole(parms.get("/Columns")) for parms in _parms(stream)]
        rows = [_whole(parms.get("/Rows")) for parms in _parms(stream)]
        return max(columns, default=0) * max(rows, default=0)

    def _check_predictor(self, stream: Any) -> None:
        for parms in _parms(stream):
            row = _whole(parms.get("/Columns"), 1) * _whole(parms.get("/Colors"), 1)
            if row * max(1, _whole(parms.get("/BitsPerComponent"), 8)) // 8 > _ROW_LIMIT:
                self._found.add("damaged", what="a row of pixels beyond all measure")

    def _check_inline(self, head: bytes) -> None:
        if b"BI" not in head:
            return
        for inline in _INLINE.finditer(head):
            sides = {key[:1]: int(value) for key, value in _INLINE_SIDE.findall(inline[1])}
            pixels = sides.get(b"W", 0) * sides.get(b"H", 0)
            if pixels > MEGAPIXELS_LIMIT * 1_000_000:
                self._found.add(
                    "page-picture-too-large",
                    megapixels=round(pixels / 1e6),
                    limit=MEGAPIXELS_LIMIT,
                )


def _is_script(value: Any) -> bool:
    """Tell a script from a resource that happens to be called JS."""
    if isinstance(value, pikepdf.String):
        return True
    return isinstance(value, pikepdf.Stream) and "/Subtype" not in value


def _is_filled(tree: Any) -> bool:
    return isinstance(tree, pikepdf.Dictionary) and any(
        key in tree and len(tree[key]) > 0 for key in ("/Names", "/Kids")
    )


def _has_file(reference: Any) -> bool:
    return isinstance(reference, pikepdf.Dictionary) and "/F" in reference


def _names(value: Any) -> list[str]:
    if isinstance(value, pikepdf.Name):
        return [str(value)]
    if isinstance(value, pikepdf.Array):
        return [str(each) for each in value]
    return []


def _parms(stream: Any) -> list[Any]:
    for key in _PARMS:
        value = stream.get(key)
        if isinstance(value, pikepdf.Dictionary):
            return [value]
        if isinstance(value, pikepdf.Array):
            return [each for each in value if isinstance(each, pikepdf.Dictionary)]
    return []


def _early(stream: Any) -> int:
    return next((_whole(each.get("/EarlyChange"), 1) for each in _parms(stream)), 1)


def _globals(stream: Any) -> bytes:
    for parms in _parms(stream):
        shared = parms.get("/JBIG2Globals")
        if isinstance(shared, pikepdf.Stream):
            return bytes(shared.read_raw_bytes())
    return b""


def _whole(value: Any, default: int = 0) -> int:
    """Return a number of the file as a whole one; what is no number counts as *default*."""
    try:
        return max(0, int(value)) if value is not None else default
    except (ValueError, TypeError, OverflowError, ArithmeticError):
        return default
