"""Simple Dublin Core (ISO 15836-1:2017) of a dossier and its documents, as XML.

Every description is an ``oai_dc:dc`` element, the form that harvesters and archives read;
they stand in one ``metadata`` element, the dossier first.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Mapping
from typing import IO

from hoso.preservation.metadata.xml import El, Space, said, xml_of
from hoso.preservation.package import Package

__all__ = ["ELEMENTS", "dublin_core", "write_simple_dc"]

ELEMENTS = (
    "title",
    "creator",
    "subject",
    "description",
    "publisher",
    "contributor",
    "date",
    "type",
    "format",
    "identifier",
    "source",
    "language",
    "relation",
    "coverage",
    "rights",
)
_DC = "http://purl.org/dc/elements/1.1/"
_OAI = "http://www.openarchives.org/OAI/2.0/oai_dc/"
ET.register_namespace("dc", _DC)
ET.register_namespace("oai_dc", _OAI)


def dublin_core(package: Package) -> bytes:
    """Write the descriptions of a package; characters that XML cannot hold become U+FFFD."""
    root = ET.Element("metadata")
    for description in (package.dossier, *package.documents):
        _describe(ET.SubElement(root, f"{{{_OAI}}}dc"), description.elements)
    ET.indent(root, space="  ")
    body = ET.tostring(root, encoding="unicode", short_empty_elements=True)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{body}\n'.encode()


def _describe(parent: ET.Element, elements: Mapping[str, tuple[str, ...]]) -> None:
    unknown = sorted(set(elements) - set(ELEMENTS))
    if unknown:
        raise ValueError(f"not elements of Dublin Core: {', '.join(unknown)}")
    for name in ELEMENTS:
        for value in elements.get(name, ()):
            ET.SubElement(parent, f"{{{_DC}}}{name}").text = said(value)


def write_simple_dc(out: IO[bytes], package: Package) -> None:
    """Write the dossier's own description alone, for any reader: ``simpledc`` (``dc.xsd``)."""
    dc = Space(_DC)
    with xml_of(out, "simpledc", spaces={"dc": _DC}) as xml:
        for name in ELEMENTS:
            for value in package.dossier.elements.get(name, ()):
                xml.put(El(dc(name), text=value))
        for right in package.rights:
            if right.get("label"):
                xml.put(El(dc("rights"), text=str(right["label"])))
