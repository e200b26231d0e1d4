"""Everything known of a dossier as one JSON text, the same bytes for the same facts.

Keys sorted, two spaces of indent, UTF-8, composed text, line feeds, no floats: two writers
in two languages come to the same file, and a person can read it without any tool.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from hoso.kernel.text import nfc
from hoso.preservation.package import Package, PackagedFile

__all__ = ["FORMAT", "canonical", "dossier_json"]

FORMAT = "hoso-dossier-1"


def dossier_json(package: Package, placed: Iterable[tuple[str, PackagedFile]]) -> bytes:
    """Write a package's facts; ``placed`` are its files with their paths."""
    return canonical(
        {
            "format": FORMAT,
            "identifier": package.identifier,
            "code": package.code,
            "title": package.title,
            "agency": package.agency,
            "frozen_at": package.frozen_at,
            "software": package.software,
            "dossier": {"uid": package.dossier.uid, **package.dossier.facts},
            "documents": [{"uid": one.uid, **one.facts} for one in package.documents],
            "events": list(package.events),
            "rights": list(package.rights),
            "files": [
                {
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
                for path, file in placed
            ],
        }
    )


def canonical(value: Any) -> bytes:
    """Write a value of plain data; raise ``TypeError`` on anything else."""
    text = json.dumps(_plain(value), ensure_ascii=False, sort_keys=True, indent=2)
    return f"{text}\n".encode()


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, str):
        return nfc(value.encode("utf-8", "backslashreplace").decode())
    if isinstance(value, Mapping):
        return {_plain(str(key)): _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    raise TypeError(f"not plain data: {value!r}")
