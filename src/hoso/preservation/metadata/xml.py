"""Write XML as a stream: one declaration, two spaces of indent, line feeds, the same bytes always.

A description of ten thousand files is never in memory: containers are opened and closed, and each
small subtree (``El``) is written and forgotten.  Attributes stand in the order they are given.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import IO, Any

from lxml import etree

from hoso.kernel.clock import VIETNAM
from hoso.kernel.text import nfc

__all__ = ["El", "Space", "Xml", "said", "utc", "vietnam", "xml_of"]

# XML 1.0 section 2.2: what may not stand in a document at all, even escaped.
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_INDENT = "  "


def said(value: Any) -> str:
    """Return a value as XML can hold it: composed, what cannot stand there as U+FFFD."""
    return _FORBIDDEN.sub("\ufffd", nfc(str(value)))


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

    def __init__(self, out: Any) -> None:
        self._out = out
        self._depth = 1
        self._line = f"\n{_INDENT}"

    @contextmanager
    def inside(self, tag: str, attributes: Mapping[str, Any] | None = None) -> Iterator[None]:
        """Open a container for as long as the context lasts."""
        self._break()
        with self._out.element(tag, _plain(attributes)):
            self._depth += 1
            self._line = "\n" + _INDENT * self._depth
            yield
            self._depth -= 1
            self._line = "\n" + _INDENT * self._depth
            self._break()

    def put(self, element: El | None) -> None:
        """Write a subtree."""
        if element is None:
            return
        self._break()
        with self._out.element(element.tag, _plain(element.attributes)):
            if element.text is not None:
                if element.text:
                    self._out.write(said(element.text))
            elif element.children:
                self._depth += 1
                self._line = "\n" + _INDENT * self._depth
                for child in element.children:
                    self.put(child)
                self._depth -= 1
                self._line = "\n" + _INDENT * self._depth
                self._break()

    def _break(self) -> None:
        self._out.write(self._line)


@contextmanager
def xml_of(
    out: IO[bytes],
    root: str,
    *,
    spaces: Mapping[str | None, str],
    attributes: Mapping[str, Any] | None = None,
) -> Iterator[Xml]:
    """Write one document to *out*; what is put in the context stands in its root element."""
    # By hand: the quotes of lxml's own declaration are not promised.
    out.write(b'<?xml version="1.0" encoding="UTF-8"?>\n')
    with (
        etree.xmlfile(out, encoding="UTF-8") as document,
        document.element(root, _plain(attributes), nsmap=dict(spaces)),
    ):
        yield Xml(document)
        document.write("\n")
    out.write(b"\n")


def _plain(attributes: Mapping[str, Any] | None) -> dict[str, str]:
    if not attributes:
        return {}
    return {name: said(value) for name, value in attributes.items() if value not in {"", None}}
