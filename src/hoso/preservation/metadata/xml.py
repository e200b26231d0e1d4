"""Write XML as a stream: one declaration, two spaces of indent, line feeds, the same bytes always.

A description of ten thousand files is never in memory: containers are opened and closed, and each
small subtree (``El``) is written and forgotten.  Attributes stand in the order they are given.
Written by hand: with ``lxml.etree.xmlfile`` a package of ten thousand files took half as long again
to describe; what it writes is judged by lxml and xmlschema in the tests all the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import IO, Any

from hoso.kernel.clock import VIETNAM
from hoso.kernel.text import nfc

__all__ = ["El", "Space", "Xml", "said", "utc", "vietnam", "xml_of"]

# XML 1.0 section 2.2: what may not stand in a document at all, even escaped.
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_INDENT = "  "
_MARKUP = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;"})
# Line ends in attributes would be read as blanks.
_QUOTED = str.maketrans({'"': "&quot;", "\n": "&#10;", "\t": "&#9;"})


def said(value: Any) -> str:
    """Return a value as XML can hold it: composed, what cannot stand there as U+FFFD."""
    text = str(value)
    if text.isascii() and text.isprintable():
        return text  # nothing to compose, nothing forbidden; most of what is written
    return _FORBIDDEN.sub("\ufffd", nfc(text))


def utc(instant: str) -> str:
    """Write an instant as xs:dateTime in UTC, to the second."""
    return f"{datetime.fromisoformat(instant):%Y-%m-%dT%H:%M:%S}Z" if instant else ""


def vietnam(instant: str) -> str:
    """Write an instant with milliseconds and +07:00, as TT 05/2025/TT-BNV has it."""
    there = datetime.fromisoformat(instant).astimezone(VIETNAM)
    return there.isoformat(timespec="milliseconds")


class Space:
    """A namespace: ``METS("file")`` is the full name of an element or attribute of it."""

    def __init__(self, address: str) -> None:
        self.address = address
        self._names: dict[str, str] = {}

    def __call__(self, name: str) -> str:
        found = self._names.get(name)
        if found is None:
            found = self._names[name] = f"{{{self.address}}}{name}"
        return found


class El:
    """A small element: a text or children, and attributes; empty attributes are left out."""

    __slots__ = ("attributes", "children", "tag", "text")

    def __init__(
        self,
        tag: str,
        *children: El | None,
        text: str | None = None,
        attributes: Mapping[str, Any] | None = None,
    ) -> None:
        self.tag = tag
        self.children = [child for child in children if child is not None]
        self.text = text
        self.attributes = attributes or {}


class Xml:
    """The document being written; see ``xml_of``."""

    def __init__(self, out: IO[bytes], spaces: Mapping[str | None, str]) -> None:
        self._out = out
        self._prefixes = {address: prefix for prefix, address in spaces.items()}
        self._names: dict[str, str] = {}
        self._depth = 0

    @contextmanager
    def inside(
        self, tag: str, attributes: Mapping[str, Any] | None = None, *, declared: str = ""
    ) -> Iterator[None]:
        """Open a container for as long as the context lasts."""
        name, indent = self._name(tag), _INDENT * self._depth
        self._write(f"{indent}<{name}{declared}{self._attributes(attributes)}>\n")
        self._depth += 1
        yield
        self._depth -= 1
        self._write(f"{indent}</{name}>\n")

    def put(self, element: El | None) -> None:
        """Write a subtree."""
        if element is not None:
            parts: list[str] = []
            self._add(parts, element, _INDENT * self._depth)
            self._write("".join(parts))

    def _add(self, parts: list[str], element: El, indent: str) -> None:
        name = self._name(element.tag)
        start = f"{indent}<{name}{self._attributes(element.attributes)}"
        if element.text:
            parts.append(f"{start}>{_escaped(element.text)}</{name}>\n")
        elif not element.children:
            parts.append(f"{start}/>\n")
        else:
            parts.append(f"{start}>\n")
            for child in element.children:
                self._add(parts, child, indent + _INDENT)
            parts.append(f"{indent}</{name}>\n")

    def _attributes(self, attributes: Mapping[str, Any] | None) -> str:
        if not attributes:
            return ""
        written = [
            f' {self._name(name)}="{_escaped(str(value)).translate(_QUOTED)}"'
            for name, value in attributes.items()
            if value not in {"", None}
        ]
        return "".join(written)

    def _name(self, full: str) -> str:
        """Return a name with its prefix; those without a namespace stay what they are."""
        found = self._names.get(full)
        if found is None:
            address, _, name = full.removeprefix("{").rpartition("}")
            prefix = self._prefixes[address] if address else None
            found = self._names[full] = f"{prefix}:{name}" if prefix else name
        return found

    def _write(self, text: str) -> None:
        self._out.write(text.encode())


@contextmanager
def xml_of(
    out: IO[bytes],
    root: str,
    *,
    spaces: Mapping[str | None, str],
    attributes: Mapping[str, Any] | None = None,
) -> Iterator[Xml]:
    """Write one document to *out*; what is put in the context stands in its root element."""
    out.write(b'<?xml version="1.0" encoding="UTF-8"?>\n')
    writer = Xml(out, spaces)
    declared = "".join(
        f' xmlns{f":{prefix}" if prefix else ""}="{address}"' for prefix, address in spaces.items()
    )
    with writer.inside(root, attributes, declared=declared):
        yield writer


def _escaped(text: str) -> str:
    text = said(text)
    if "&" in text or "<" in text or ">" in text or "\r" in text:
        return text.translate(_MARKUP)
    return text
