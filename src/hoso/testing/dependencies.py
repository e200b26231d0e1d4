"""What hoso is built of: the versions pinned, the eggs in use, and whether they are as published.

``RECORD`` is the list of files and digests that came with each wheel (PyPA, "Recording installed
projects").  Nothing here needs the network.
"""

from __future__ import annotations

import base64
import configparser
import csv
import hashlib
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Egg", "damaged", "in_use", "normal", "pinned"]

_EGG = re.compile(r"(?P<name>.+?)-(?P<version>[^-]+)-py3\.\d+(-.+)?\.egg")

#: Who keeps a machine may add authorities of his own behind those that are published.
_ADDED_TO = frozenset({"certifi/cacert.pem"})


@dataclass(frozen=True)
class Egg:
    """One distribution on the path."""

    name: str
    version: str
    path: Path


def normal(name: str) -> str:
    """Return the name of a distribution as all its spellings have it (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def pinned(buildout: Path) -> Mapping[str, str]:
    """Return the versions buildout.cfg states; a version stated twice is an error of the file."""
    parser = configparser.ConfigParser(interpolation=None, strict=True)
    parser.read(buildout, encoding="utf-8")
    return {normal(name): version for name, version in parser["versions"].items()}


def in_use(path: Iterable[str] | None = None) -> Iterator[Egg]:
    """Yield the eggs Python would import from."""
    for entry in dict.fromkeys(sys.path if path is None else path):
        found = _EGG.fullmatch(Path(entry).name)
        if found is not None:
            yield Egg(normal(found["name"]), found["version"], Path(entry))


def damaged(egg: Egg) -> list[str]:
    """Return what is not as the publisher recorded it: changed, lacking, or added code."""
    records = [*egg.path.glob("*.dist-info/RECORD")]
    if len(records) != 1:
        return [f"{egg.name}: no RECORD"]
    with records[0].open(encoding="utf-8", newline="") as table:
        lines = [row for row in csv.reader(table) if row]
    rows = {row[0]: (row[1], int(row[2] or 0)) for row in lines}
    wrong = []
    for name, (stated, size) in rows.items():
        path = egg.path / name
        # Who installs the wheel lays its scripts elsewhere and renames what describes it.
        if not stated or name.startswith("..") or ".data/" in name or ".dist-info/" in name:
            continue
        if not path.is_file():
            wrong.append(f"{egg.name}: {name} is missing")
        elif not _is_as_recorded(path, name, stated, size):
            wrong.append(f"{egg.name}: {name} was changed")
    added = (
        path.relative_to(egg.path).as_posix()
        for kind in ("*.py", "*.so", "*.pth")
        for path in egg.path.rglob(kind)
    )
    return wrong + [f"{egg.name}: {name} was added" for name in added if name not in rows]


def _is_as_recorded(path: Path, name: str, stated: str, size: int) -> bool:
    algorithm = stated.partition("=")[0]
    content = path.read_bytes()
    if name in _ADDED_TO:
        content = content[:size]
    digest = hashlib.new(algorithm, content).digest()
    return stated == f"{algorithm}={base64.urlsafe_b64encode(digest).rstrip(b'=').decode()}"
