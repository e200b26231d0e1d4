"""Give files paths that every file system and every archive tool can hold.

Logical names may be in Vietnamese, long, or equal but for case; paths are lower-case ASCII
and unique.  They depend on the names and the bytes
alone, not on the order in which files come.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from hoso.kernel.text import nfc, safe_file_name
from hoso.preservation.package import PackagedFile

__all__ = ["package_name", "placed"]

_SUFFIX = re.compile(r"\.([A-Za-z0-9]{1,8})$")
# Names that Windows keeps for devices, whatever their suffix.
_DEVICES = {
    "con",
    "prn",
    "aux",
    "nul",
    *(f"{port}{n}" for port in ("com", "lpt") for n in "123456789"),
}


def package_name(code: str, identifier: str) -> str:
    """Return the name of a package's folder: the number people know, and the uid."""
    return f"{_safe(code, 60)}-{_safe(identifier, 40)}"


def placed(files: Iterable[PackagedFile], folder: str) -> Iterator[tuple[str, PackagedFile]]:
    """Yield each file with its path below *folder*, in order of the logical names."""
    ordered = sorted(files, key=lambda one: (nfc(one.name), one.sha256, one.document))
    parts = [[part for part in nfc(file.name).split("/") if part] or [""] for file in ordered]
    homes = ["/".join([folder, *(_safe(part, 60) for part in names[:-1])]) for names in parts]
    # No file may have the path of a folder.
    taken = {parent for home in homes for parent in _parents(home)}
    for file, names, home in zip(ordered, parts, homes, strict=True):
        suffix = _SUFFIX.search(names[-1])
        ending = f".{suffix[1].lower()}" if suffix else ""
        stem = f"{home}/{_safe(names[-1][: suffix.start() if suffix else None], 80)}"
        path, number = stem + ending, 1
        while path in taken:
            number += 1
            path = f"{stem}-{number}{ending}"
        taken.add(path)
        yield path, file


def _parents(path: str) -> Iterator[str]:
    while path:
        yield path
        path = path.rpartition("/")[0]


@lru_cache(maxsize=1024)  # the files of one document lie together, and are called alike in all
def _safe(text: str, limit: int) -> str:
    name = safe_file_name(text, limit=limit)
    return f"{name}-" if name in _DEVICES else name
