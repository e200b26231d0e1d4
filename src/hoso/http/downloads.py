"""Bytes out: streamed from the blob, in ranges, under headers that never let them run."""

from __future__ import annotations

from urllib.parse import quote

from pyramid.response import FileIter, Response

from hoso.kernel.text import safe_file_name
from hoso.records.model import Rendition

__all__ = ["ENDINGS", "attachment", "picture"]

#: Types we hand out under their own name; anything else is bytes.
ENDINGS = {
    "application/pdf": ".pdf",
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/tiff": ".tif",
    "image/webp": ".webp",
    "text/plain": ".txt",
    "application/zip": ".zip",
}

#: Types a page shows in its own origin; none of them can hold anything that runs.
_PICTURES = {"image/jpeg", "image/png", "image/webp"}


def _stream(rendition: Rendition, mime: str) -> Response:
    blob = rendition.blob.open("r")
    response = Response(content_type=mime, conditional_response=True)
    response.app_iter = FileIter(blob)
    response.content_length = rendition.size
    response.accept_ranges = "bytes"
    response.etag = rendition.sha256
    return response


def attachment(rendition: Rendition, *, name: str) -> Response:
    """Send a rendition to be saved, never opened in the page's own origin."""
    mime = rendition.mime if rendition.mime in ENDINGS else "application/octet-stream"
    response = _stream(rendition, mime)
    ending = ENDINGS.get(mime, ".bin")
    plain = safe_file_name(name) + ending
    # RFC 6266: an ASCII name for old browsers, the true one beside it.
    full = quote(f"{name}{ending}", safe="")
    response.content_disposition = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{full}"
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


def picture(rendition: Rendition) -> Response:
    """Send the picture of a page; it never changes, who may see it does."""
    shown = rendition.mime if rendition.mime in _PICTURES else "application/octet-stream"
    response = _stream(rendition, shown)
    # A browser may keep it but asks each time: who comes after at a shared machine, or whose
    # role has ended, is not shown it again.
    response.headers["Cache-Control"] = "private, no-cache"
    return response
