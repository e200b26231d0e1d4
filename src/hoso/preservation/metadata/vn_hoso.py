"""The 18 and 21 fields of TT 05/2025/TT-BNV: all in one document, or one document each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import IO

from hoso.preservation.archival import DOCUMENT_FIELDS, FILE_FIELDS
from hoso.preservation.layout import Entry
from hoso.preservation.metadata.xml import El, Space, xml_of
from hoso.preservation.package import Package

__all__ = ["VN", "write_simple", "write_vn_hoso"]

VN = Space("urn:hoso:vn-hoso:1")


def write_vn_hoso(
    out: IO[bytes],
    package: Package,
    *,
    files: Mapping[str, Sequence[tuple[str, str, Entry]]],
    numbers: Mapping[str, str],
) -> None:
    """Write everything without loss, in the order of the tables.

    :param files: (path, rendition, entry) of a document's files by uid; ``numbers`` its id.
    """
    with xml_of(
        out, VN("hoSoLuuTru"), spaces={None: VN.address}, attributes={"phienBan": "1"}
    ) as xml:
        xml.put(El(VN("hoSo"), *_fields(package.dossier.archival, FILE_FIELDS)))
        for one in package.documents:
            named = [
                El(
                    VN("tepTin"),
                    attributes={"duongDan": path, "loai": kind, "sha256": entry.sha256},
                )
                for path, kind, entry in files.get(one.uid, ())
            ]
            fields = _fields(one.archival, DOCUMENT_FIELDS)
            xml.put(El(VN("taiLieu"), *fields, *named, attributes={"id": numbers[one.uid]}))


def write_simple(out: IO[bytes], fields: Mapping[str, str]) -> None:
    """Write the fields of one record as the circular has it: ``simpledc`` without a namespace."""
    with xml_of(out, "simpledc", spaces={}) as xml:
        for name, value in fields.items():
            xml.put(El(name, text=value))


def _fields(values: Mapping[str, str], names: Sequence[str]) -> list[El]:
    return [El(VN(name), text=values.get(name, "")) for name in names]
