"""Structure of a PDF: whole, without a will of its own, and of bearable size when unpacked.

pikepdf (qpdf) reads the objects, so names written as ``/J#61vaScript`` and objects hidden
in compressed streams are seen as what they are.
"""

from __future__ import annotations

import io
import re
import zipfile
from typing import TYPE_CHECKING, Any

import pikepdf

from hoso.ingest.gate import kinds, pdf_forms, pdf_objects
from hoso.ingest.gate.findings import PAGE_SIDE_LIMIT, PAGES_LIMIT, Findings

if TYPE_CHECKING:
    from mmap import mmap

__all__ = ["check", "opens"]

_VERSIONS = {
    b"1.0": "fmt/14",
    b"1.1": "fmt/15",
    b"1.2": "fmt/16",
    b"1.3": "fmt/17",
    b"1.4": "fmt/18",
    b"1.5": "fmt/19",
    b"1.6": "fmt/20",
    b"1.7": "fmt/276",
    b"2.0": "fmt/1129",
}
_ARCHIVAL = {
    "1A": "fmt/95",
    "1B": "fmt/354",
    "2A": "fmt/476",
    "2B": "fmt/477",
    "2U": "fmt/478",
    "3A": "fmt/479",
    "3B": "fmt/480",
    "3U": "fmt/481",
}
_TAIL_ALLOWED = 8 << 10
_PAGES_MEASURED = 500


def opens(path: str) -> bool:
    """Tell whether the PDF library finds pages in the file, wherever the header stands."""
    try:
        with pikepdf.open(path, suppress_warnings=True) as document:
            return len(document.pages) > 0
    except pikepdf.PasswordError:
        return True
    except (pikepdf.PdfError, ValueError, RuntimeError):
        return False


def check(path: str, data: mmap, start: int, found: Findings) -> None:
    """Check the PDF at *path*, whose header stands at byte *start*."""
    _check_edges(path, data, start, found)
    try:
        document = _open(path, found)
    except pikepdf.PasswordError:
        found.add("password")
        return
    except pikepdf.PdfError as why:
        _unopened(str(why), data, found)
        return
    with document:
        try:
            count = len(document.pages)
        except (pikepdf.PdfError, ValueError, RuntimeError) as why:
            found.add("damaged", what=f"page tree: {_brief(why)}")
            return
        found.pages = count
        found.puid = _puid(document, data, start)
        if count == 0:
            found.add("no-pages")
            return
        if count > PAGES_LIMIT:
            found.add("too-many-pages", pages=count, limit=PAGES_LIMIT)
            return
        if document.is_encrypted:
            found.note("owner-restrictions")
        try:
            pdf_objects.check(document, len(data), found)
            pdf_forms.check(document, found)
            _check_pages(document, found)
        except RecursionError:
            found.add("nested", what="objects")
        except pikepdf.PdfError as why:
            found.add("damaged", what=_brief(why))


def _open(path: str, found: Findings) -> Any:
    """Open strictly first; what needs repair is damaged, even where the repair works."""
    try:
        return pikepdf.open(path, suppress_warnings=True, attempt_recovery=False)
    except pikepdf.PasswordError:
        raise
    except (pikepdf.PdfError, RuntimeError):
        whole = _without_tail(path, found)
        if whole is not None:
            return whole
        document = pikepdf.open(path, suppress_warnings=True)
        found.add("damaged", what="the table of contents of the file had to be rebuilt")
        return document


def _without_tail(path: str, found: Findings) -> Any | None:
    """Open a file whose end lies too far from its last byte: scanners leave such tails.

    The library looks for the end in the last 1024 bytes only (ISO 32000-1, annex H.3 18).
    """
    if not any(each.code == "trailing-bytes" for each in found.notes):
        return None
    with open(path, "rb") as file:  # noqa: PTH123
        data = file.read()
    try:
        return pikepdf.open(
            io.BytesIO(data[: data.rfind(b"%%EOF") + 5]),
            suppress_warnings=True,
            attempt_recovery=False,
        )
    except (pikepdf.PdfError, RuntimeError):
        return None


def _unopened(why: str, data: mmap, found: Findings) -> None:
    if "encrypt" in why.lower() or "security handler" in why.lower():
        found.add("encryption-unknown")
    elif len(data) < 200:
        found.add("too-small-to-be")
    else:
        found.add("damaged", what="it cannot be opened")


def _check_edges(path: str, data: mmap, start: int, found: Findings) -> None:
    """Look at what stands before the header and after the end."""
    if start > 0:
        before = bytes(data[:start])
        if any(each.code == "two-in-one" for each in found.reasons):
            pass  # said already, with what the content begins as
        elif before.strip(b"\xef\xbb\xbf\0\r\n\t "):
            found.add("two-in-one", what=f"PDF header at byte {start}")
        else:
            found.note("leading-bytes", count=start)
    end = data.rfind(b"%%EOF")
    if end < 0:
        if b"startxref" not in data[-2048:]:
            found.add("damaged", what="its end is missing")
    else:
        tail = bytes(data[end + 5 :]).strip(b"\0\r\n\t \x1a")
        foreign = kinds.foreign_tail(tail) if tail else None
        if foreign:
            found.add("two-in-one", what=f"{foreign} after the end")
        elif len(tail) > _TAIL_ALLOWED:
            found.add("two-in-one", what=f"{len(tail)} bytes after the end")
        elif len(tail) > 1:
            found.note("trailing-bytes", count=len(tail))
    if zipfile.is_zipfile(path) and _has_entries(path):
        found.add("two-in-one", what="ZIP archive around or after the PDF")


def _has_entries(path: str) -> bool:
    try:
        with zipfile.ZipFile(path) as archive:
            return bool(archive.namelist())
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        return False


def _check_pages(document: Any, found: Findings) -> None:
    for index, page in enumerate(document.pages):
        if index >= _PAGES_MEASURED:
            break
        try:
            left, bottom, right, top = (float(side) for side in page.mediabox)
            scale = float(page.obj.get("/UserUnit", 1))
        except (pikepdf.PdfError, ValueError, TypeError, AttributeError, RuntimeError):
            found.note("page-box")
            continue
        longest = max(abs(right - left), abs(top - bottom)) * max(scale, 0)
        if not longest <= PAGE_SIDE_LIMIT:
            found.add("page-too-large", size=round(longest), limit=PAGE_SIDE_LIMIT)
        if min(abs(right - left), abs(top - bottom)) <= 0:
            found.note("page-box")


def _puid(document: Any, data: mmap, start: int) -> str | None:
    """Return the PRONOM identifier: the archival profile the file claims, or its version."""
    try:
        metadata = document.Root.get("/Metadata")
        said = bytes(metadata.read_bytes()[: 1 << 20]) if metadata is not None else b""
    except (pikepdf.PdfError, AttributeError, ValueError, RuntimeError):
        said = b""
    part = re.search(rb"pdfaid:part(?:=[\"']|>)\s*(\d)", said)
    conformance = re.search(rb"pdfaid:conformance(?:=[\"']|>)\s*([ABUabu])", said)
    if part and conformance:
        claimed = _ARCHIVAL.get((part[1] + conformance[1]).decode("ascii").upper())
        if claimed:
            return claimed
    version = re.match(rb"%PDF-(\d\.\d)", data[max(start, 0) : max(start, 0) + 8])
    return _VERSIONS.get(version[1]) if version else None


def _brief(why: Exception) -> str:
    said = str(why).splitlines()
    return said[0][-80:] if said else type(why).__name__
