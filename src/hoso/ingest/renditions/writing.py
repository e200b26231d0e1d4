"""A PDF written from beginning to end, one object after the other.

qpdf holds what it is given in memory until it writes; the copy of a stack of 500 scans would
need as much memory as it has bytes.  Here every picture goes to the file at once and only its
place is remembered.  The file says nothing of when or where it was written, but for what it is
told (ISO 32000-1, 7.5; ISO 19005-2, 6.1).
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, BinaryIO

import pikepdf

__all__ = ["Raw", "Reference", "Writer", "written"]

_DEEPEST = 20


class Reference(int):
    """The number of an object, where it is meant and not the object itself."""


class Raw(bytes):
    """A value that is written as it is: a name, a string, a number."""


def written(value: Any) -> bytes:
    """Return a plain value as a PDF writes it; texts with a slash before them are names."""
    match value:
        case None:
            return b"null"
        case Raw():
            return bytes(value)
        case bool():
            return b"true" if value else b"false"
        case Reference():
            return b"%d 0 R" % value
        case int():
            return b"%d" % value
        case float() | Decimal():
            return (f"{value:.4f}".rstrip("0").rstrip(".") or "0").encode("ascii")
        case bytes():
            return b"<" + value.hex().upper().encode("ascii") + b">"
        case str() if value.startswith("/"):
            return value.encode("ascii")
        case str():
            return b"<" + ("\ufeff" + value).encode("utf-16-be").hex().upper().encode() + b">"
        case Mapping():
            inside = b" ".join(written(key) + b" " + written(value[key]) for key in value)
            return b"<< " + inside + b" >>"
        case Sequence():
            return b"[ " + b" ".join(map(written, value)) + b" ]"
    raise TypeError(f"a PDF has no {type(value).__name__}")


class Writer:
    """Writes objects to *file* as they come."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._at = 0
        self._digest = hashlib.sha256()
        self._places: dict[int, int] = {}
        self._given = 0
        self._source = 0
        self._taken: dict[tuple[int, tuple[int, int]], Reference] = {}
        # Four bytes above 127: what carries files must take it for binary (6.1.2).
        self._put(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")

    def _put(self, data: bytes) -> None:
        self._file.write(data)
        self._digest.update(data)
        self._at += len(data)

    def reserve(self) -> Reference:
        """Give the number of an object that is written later."""
        self._given += 1
        return Reference(self._given)

    def add(self, value: Any, number: Reference | None = None) -> Reference:
        """Write an object, under a number given before or a new one."""
        number = self.reserve() if number is None else number
        self._places[number] = self._at
        self._put(b"%d 0 obj\n" % number + written(value) + b"\nendobj\n")
        return number

    def add_stream(
        self, entries: Mapping[str, Any], data: bytes, *, pack: bool = False
    ) -> Reference:
        """Write a stream; *pack* deflates it."""
        number = self.reserve()
        entries = dict(entries)
        if pack:
            data = zlib.compress(data)
            entries["/Filter"] = "/FlateDecode"
        entries["/Length"] = len(data)
        self._places[number] = self._at
        self._put(b"%d 0 obj\n" % number + written(entries) + b"\nstream\n")
        self._put(data)
        self._put(b"\nendstream\nendobj\n")
        return number

    def take_from(self, source: int) -> None:
        """Say which file the next streams come from: numbers of objects are of a file."""
        self._source = source

    def take_stream(
        self, stream: Any, keys: frozenset[str], *, instead: Mapping[str, Any] | None = None
    ) -> Reference:
        """Copy a stream of another PDF, once however often it is asked for.

        Of its dictionary *keys* are kept; *instead* has values to write in place of its own.
        """
        known = (self._source, stream.objgen)
        if known in self._taken:
            return self._taken[known]
        changed = dict(instead or {})
        entries = {
            key: changed[key] if key in changed else self.taken(value)
            for key, value in stream.items()
            if key in keys and key != "/Length"
        }
        number = self.add_stream(entries, bytes(stream.read_raw_bytes()))
        if stream.objgen != (0, 0):
            self._taken[known] = number
        return number

    def taken(self, value: Any, *, depth: int = 0) -> Any:
        """Return a value of another PDF as this one writes it; streams in it are copied."""
        if depth > _DEEPEST:
            raise ValueError("values are nested too deep")
        if isinstance(value, pikepdf.Stream):
            return self.take_stream(value, frozenset(value.keys()) - {"/Metadata"})
        if isinstance(value, pikepdf.Dictionary):
            return {key: self.taken(each, depth=depth + 1) for key, each in value.items()}
        if isinstance(value, pikepdf.Array):
            return [self.taken(each, depth=depth + 1) for each in value]
        if value is None or isinstance(value, bool | int | Decimal):
            return value
        return Raw(value.unparse())

    def finish(self, root: Reference, info: Reference) -> None:
        """Write where everything lies; the file's name for itself follows from its bytes."""
        name = self._digest.digest()[:16]
        start = self._at
        rows = [b"0000000000 65535 f \n"]
        rows += [b"%010d 00000 n \n" % self._places[at] for at in range(1, self._given + 1)]
        self._put(b"xref\n0 %d\n" % (self._given + 1) + b"".join(rows))
        trailer = {"/Size": self._given + 1, "/Root": root, "/Info": info, "/ID": [name, name]}
        self._put(b"trailer\n" + written(trailer) + b"\nstartxref\n%d\n%%%%EOF\n" % start)
