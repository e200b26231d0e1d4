"""What a file is, by its bytes; and how to say no to each kind that is not taken in."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

from hoso.ingest.gate.libmagic import mime_of

if TYPE_CHECKING:
    from mmap import mmap

__all__ = ["PICTURES", "foreign_tail", "is_text", "mime_of", "refusal"]

PICTURES = frozenset({"image/tiff", "image/jpeg", "image/png"})

_ARCHIVES = (
    "application/zip",
    "application/x-7z",
    "application/x-rar",
    "application/vnd.rar",
    "application/gzip",
    "application/x-gzip",
    "application/x-bzip2",
    "application/x-xz",
    "application/x-tar",
    "application/zstd",
    "application/x-zstd",
    "application/x-lz4",
    "application/vnd.ms-cab",
    "application/x-archive",
    "application/x-iso9660",
    "application/x-arj",
    "application/x-lzh",
    "application/x-lzma",
    "application/x-cpio",
)
_OFFICE = (
    "application/msword",
    "application/vnd.ms-",
    "application/vnd.openxmlformats",
    "application/vnd.oasis",
    "application/CDFV2",
    "application/x-ole",
    "application/rtf",
    "text/rtf",
    "application/encrypted",
    "application/vnd.hancom",
)
_PROGRAMS = (
    "application/x-dosexec",
    "application/vnd.microsoft.portable-executable",
    "application/x-executable",
    "application/x-pie-executable",
    "application/x-sharedlib",
    "application/x-mach-binary",
    "application/x-elf",
    "application/java-archive",
    "application/x-java",
    "application/x-msi",
    "application/x-ms-shortcut",
    "application/x-object",
    "application/x-bytecode",
    "application/javascript",
    "text/x-shellscript",
    "text/x-msdos-batch",
    "text/x-script",
    "text/x-php",
    "text/x-perl",
    "text/x-python",
    "text/javascript",
)
# What begins another kind of file.  Two or three byte marks are left to libmagic, which
# looks at more; they turn up in noise.
_MARKS = {
    b"PK\x03\x04": "ZIP archive",
    b"PK\x05\x06": "ZIP archive",
    b"Rar!\x1a\x07": "RAR archive",
    b"7z\xbc\xaf\x27\x1c": "7-Zip archive",
    b"\xfd7zXZ\x00": "XZ archive",
    b"MSCF\x00\x00\x00\x00": "CAB archive",
    b"\x7fELF": "program",
    b"This program cannot be run in DOS mode": "program",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1": "office document",
    b"%PDF-": "PDF",
    b"<?php": "script",
    b"#!/": "script",
}
_TEXTS = ("text/", "application/json", "application/x-ndjson", "application/xml", "message/")
_WEB_PAGES = ("text/html", "application/xhtml")
_MARKUP = (b"<script", b"<html", b"<svg", b"<iframe", b"<!doctype html")


def is_text(mime: str) -> bool:
    """Tell text and data for machines from programs, office documents and web pages."""
    return mime.startswith(_TEXTS) and not mime.startswith((*_PROGRAMS, *_OFFICE, *_WEB_PAGES))


def refusal(mime: str, data: mmap) -> str:
    """Return the reason code for a kind that is not taken in."""
    if mime.startswith(_PROGRAMS) or data[:2] == b"MZ":
        return "type-program"
    if mime.startswith(("application/zip", *_OFFICE)) or data[:4] == b"PK\x03\x04":
        return _packed_kind(data)
    if mime.startswith(_ARCHIVES):
        return "type-archive"
    if mime.startswith("image/svg"):
        return "type-refused"
    if mime.startswith("image/"):
        return "type-image"
    if mime.startswith(_WEB_PAGES):
        return "type-text"
    if mime in {"application/octet-stream", "application/x-empty"}:
        return "type-unknown"
    return "type-refused"


def _packed_kind(data: mmap) -> str:
    """Tell office documents, macros and archives apart; libmagic calls a .docm a .docx."""
    if data[:4] != b"PK\x03\x04":
        return "type-office"
    try:
        # Only the directory is read: nothing is unpacked, so no archive bomb goes off.
        with zipfile.ZipFile(io.BytesIO(data[:])) as archive:
            names = [name.lower() for name in archive.namelist()[:5000]]
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        return "type-archive"
    if any(name.endswith(("vbaproject.bin", "vbadata.xml")) or "basic/" in name for name in names):
        return "type-macro"
    if "[content_types].xml" in names or {"mimetype", "content.xml"} & set(names):
        return "type-office"
    return "type-archive"


def foreign_tail(tail: bytes) -> str | None:
    """Say what other kind of file *tail* holds, or None: noise of a scanner."""
    for mark, what in _MARKS.items():
        if mark in tail:
            return what
    lowered = tail[:65536].lower()
    if any(mark in lowered for mark in _MARKUP):
        return "web page"
    body = tail.lstrip(b"\0\r\n\t ")
    if body[:2] == b"MZ":
        return "program"
    mime = mime_of(body[:4096]) if body else ""
    if mime.startswith((*_ARCHIVES, *_PROGRAMS, *_OFFICE)):
        return mime
    return None
