"""Everything known of a dossier as one JSON text, the same bytes for the same facts.

Keys sorted, two spaces of indent, UTF-8, composed text, line feeds, no floats: two writers
in two languages come to the same file, and a person can read it without any tool.
"""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from typing import IO, Any

from hoso.kernel.text import nfc
from hoso.preservation.package import Package, PackagedFile

__all__ = ["FORMAT", "canonical", "dossier_json", "write_dossier_json"]

FORMAT = "hoso-dossier-1"
_INDENT = "  "
#: As ``json`` writes a text that may hold any letter; in C where Python has it.
_quoted = json.encoder.encode_basestring


def dossier_json(package: Package, placed: Iterable[tuple[str, PackagedFile]]) -> bytes:
    """Return a package's facts; ``placed`` are its files with their paths."""
    out = io.BytesIO()
    write_dossier_json(out, package, placed)
    return out.getvalue()


def write_dossier_json(
    out: IO[bytes], package: Package, placed: Iterable[tuple[str, PackagedFile]]
) -> None:
    """Write a package's facts, documents and files one after the other."""
    said: dict[str, Any] = {
        "format": FORMAT,
        "identifier": package.identifier,
        "code": package.code,
        "title": package.title,
        "agency": package.agency,
        "frozen_at": package.frozen_at,
        "software": package.software,
        "dossier": {"uid": package.dossier.uid, **package.dossier.facts},
        "documents": ({"uid": one.uid, **one.facts} for one in package.documents),
        "events": iter(package.events),
        "rights": iter(package.rights),
        "files": (_file(path, file) for path, file in placed),
    }
    lead = "{\n"
    for key in sorted(said):
        out.write(f'{lead}{_INDENT}"{key}": '.encode())
        lead = ",\n"
        value = said[key]
        if isinstance(value, Iterator):
            _write_list(out, value)
        else:
            out.write(_text(value, indent=_INDENT).encode())
    out.write(b"\n}\n")


def _write_list(out: IO[bytes], values: Iterator[Any]) -> None:
    lead = "["
    for value in values:
        out.write(f"{lead}\n{_INDENT * 2}{_text(value, indent=_INDENT * 2)}".encode())
        lead = ","
    out.write(b"[]" if lead == "[" else f"\n{_INDENT}]".encode())


def _file(path: str, file: PackagedFile) -> dict[str, Any]:
    return {
        "path": path,
        "name": file.name,
        "document": file.document,
        "kind": file.kind,
        "made_at": file.made_at,
        "made_by": file.made_by,
        "mime": file.mime,
        "size": file.size,
        "sha256": file.sha256,
        "sha512": file.sha512,
    }


def canonical(value: Any) -> bytes:
    """Write a value of plain data; raise ``TypeError`` on anything else."""
    return f"{_text(value)}\n".encode()


def _text(value: Any, *, indent: str = "") -> str:
    """Write a value as ``json.dumps`` with an indent of two does, which has no quick way for that."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return int.__repr__(value)
    if isinstance(value, str):
        return _quoted(_composed(value))
    inner = indent + _INDENT
    if isinstance(value, Mapping):
        if (flat := _flat(value)) is not None:
            return f"{{\n{inner}{_row(inner)(flat)[1:-1]}\n{indent}}}"
        plain = {_composed(str(key)): one for key, one in value.items()}
        lines = [
            f"{inner}{_quoted(key)}: {_text(plain[key], indent=inner)}" for key in sorted(plain)
        ]
        return _closed("{", lines, "}", indent)
    if isinstance(value, list | tuple):
        return _closed("[", [inner + _text(one, indent=inner) for one in value], "]", indent)
    raise TypeError(f"not plain data: {value!r}")


def _flat(value: Mapping[Any, Any]) -> dict[str, Any] | None:
    """Return a mapping with nothing inside its values, composed; ``None`` for any other.

    Most of ten thousand files and events are such, and ``json`` writes them at once.
    """
    plain: dict[str, Any] = {}
    for key, one in value.items():
        if type(key) is not str or not key.isascii():
            return None
        kind = type(one)
        if kind is str:
            plain[key] = _composed(one)
        elif kind is int or kind is bool or one is None or (kind in {list, tuple} and not one):
            plain[key] = one
        else:
            return None
    return plain or None


@cache
def _row(indent: str) -> Callable[[Any], str]:
    """Return what writes a flat mapping whose lines have an indent, on one line but for that."""
    return json.JSONEncoder(
        ensure_ascii=False, sort_keys=True, separators=(f",\n{indent}", ": ")
    ).encode


def _closed(opening: str, lines: list[str], closing: str, indent: str) -> str:
    if not lines:
        return opening + closing
    body = ",\n".join(lines)
    return f"{opening}\n{body}\n{indent}{closing}"


def _composed(text: str) -> str:
    if text.isascii():
        return text
    return nfc(text.encode("utf-8", "backslashreplace").decode())
