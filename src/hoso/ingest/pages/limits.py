"""From where on a page is shown to a person: numbers in a data file, read once.

No numpy here: the parent of the readers asks, too.
"""

from __future__ import annotations

import dataclasses
import functools
import tomllib
from dataclasses import dataclass
from pathlib import Path

from hoso.ingest.pages.likeness import DUPLICATE, NEIGHBOUR

__all__ = ["LIMITS_FILE", "Limits", "limits_in"]

LIMITS_FILE = "page-quality.toml"


@dataclass(frozen=True)
class Limits:
    """From where on a page is not as it should be; see the data file for what each means."""

    blank_ink: float = 0.0004
    blank_rim: float = 0.05
    skew: float = 2.0
    dark_paper: int = 130
    pale_contrast: int = 60
    dpi: float = 195.0
    cut_lines: int = 3
    cut_letters: int = 8
    hard_to_read: float = 50.0
    duplicate: int = DUPLICATE
    neighbour: int = NEIGHBOUR


@functools.cache
def limits_in(folder: str) -> Limits:
    """Return the limits in *folder*, those built in where it has no such file.

    Raises ValueError for a name no limit has.
    """
    try:
        data = tomllib.loads((Path(folder) / LIMITS_FILE).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return Limits()
    unknown = set(data) - {each.name for each in dataclasses.fields(Limits)}
    if unknown:
        raise ValueError(f"{LIMITS_FILE}: no such limit: {', '.join(sorted(unknown))}")
    return Limits(**data)
