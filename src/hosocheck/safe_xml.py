"""Read XML that somebody else wrote: no document type, no entities, no network, no surprises."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any, TypeAlias

from lxml import etree

from hosocheck.reading import Reading

__all__ = ["Element", "local", "parsed", "streamed", "text_of"]

#: An element of lxml, which has no types and no public name for it.
Element: TypeAlias = Any


def parsed(reading: Reading, path: str, rule: str) -> Element | None:
    """Parse a small file; what cannot be trusted or read is told under *rule*."""
    data = reading.content(path)
    if not data:
        if path in reading.sizes and not reading.sizes[path]:
            reading.error(rule, path, "is empty")
        return None
    if not _plain(reading, path, data, rule):
        return None
    try:
        return etree.fromstring(data, _parser())
    except etree.XMLSyntaxError as error:
        reading.error(rule, path, f"is not well-formed XML: {error.msg}")
        return None


def streamed(reading: Reading, path: str, rule: str) -> Iterator[Element]:
    """Yield the children of the root one by one and forget each; the root comes first, empty."""
    data = reading.content(path)
    if not data or not _plain(reading, path, data, rule):
        return
    events = etree.iterparse(
        io.BytesIO(data),
        events=("start", "end"),
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    depth = 0
    try:
        for event, element in events:
            if event == "start":
                depth += 1
                if depth == 1:
                    yield element
                continue
            depth -= 1
            if depth == 1:
                yield element
                element.clear()
                while element.getprevious() is not None:
                    del element.getparent()[0]
    except etree.XMLSyntaxError as error:
        reading.error(rule, path, f"is not well-formed XML: {error.msg}")


def _parser() -> etree.XMLParser:
    return etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )


def _plain(reading: Reading, path: str, data: bytes, rule: str) -> bool:
    """Refuse a document type, and every encoding in which one could hide."""
    try:
        head = data.decode()
    except UnicodeDecodeError:
        reading.error(rule, path, "is not UTF-8")
        return False
    declared = head[:200].partition("?>")[0] if head.lstrip("\ufeff").startswith("<?xml") else ""
    if "encoding" in declared and not any(
        f"{quote}{name}{quote}" in declared.lower()
        for name in ("utf-8", "us-ascii")
        for quote in "'\""
    ):
        reading.error(rule, path, "declares another encoding than UTF-8")
        return False
    if "<!DOCTYPE" in head or "<!ENTITY" in head:
        reading.error("XML-DOCTYPE", path, "has a document type or entities, which are never read")
        return False
    return True


def local(element: Element) -> str:
    """Return the name without its namespace; of anything that is no element, nothing."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def text_of(element: Element | None, path: str = "") -> str:
    """Return the text of the first descendant along *path* (names without namespace)."""
    for name in path.split("/") if path else ():
        if element is None:
            return ""
        element = next((child for child in element if local(child) == name), None)
    return "" if element is None else "".join(element.itertext()).strip()
