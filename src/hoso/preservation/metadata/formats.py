"""What formats of files are called, and their keys in PRONOM where hoso itself made the file."""

from __future__ import annotations

from hoso.preservation.package import PackagedFile

__all__ = ["format_name", "puid_of"]

#: The preservation copy is PDF/A-2b, the text is UTF-8 (PRONOM).
_MADE = {"copy": "fmt/477", "text": "x-fmt/16"}
_BY_PUID = {
    "fmt/95": "PDF/A-1a",
    "fmt/354": "PDF/A-1b",
    "fmt/476": "PDF/A-2a",
    "fmt/477": "PDF/A-2b",
    "fmt/478": "PDF/A-2u",
    "fmt/479": "PDF/A-3a",
    "fmt/480": "PDF/A-3b",
    "fmt/481": "PDF/A-3u",
    "x-fmt/16": "Unicode Text File",
}
_BY_MIME = {
    "application/pdf": "Portable Document Format",
    "image/jpeg": "JPEG File Interchange Format",
    "image/png": "Portable Network Graphics",
    "image/tiff": "Tagged Image File Format",
    "text/plain": "Plain Text File",
}


def puid_of(file: PackagedFile) -> str:
    """Return the PRONOM key of a file; "" where nobody knows it."""
    return file.puid or _MADE.get(file.kind, "")


def format_name(file: PackagedFile) -> str:
    """Return the name of a file's format; its media type where there is none."""
    return _BY_PUID.get(puid_of(file)) or _BY_MIME.get(file.mime) or file.mime
