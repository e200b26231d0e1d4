"""How much a package may ask of its reader before it is refused."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Limits"]


@dataclass(frozen=True)
class Limits:
    """Bounds on what is read; every one of them is far above what an honest package needs.

    ``ratio`` bounds how far an entry of a zip may swell: deflate cannot do better than 1032 to
    one, text of records seldom does better than 30.  Below ``ratio_from`` bytes it is not asked.
    """

    entries: int = 200_000
    name_bytes: int = 1_024
    depth: int = 40
    total_bytes: int = 1 << 40
    ratio: int = 200
    ratio_from: int = 1 << 20
    description_bytes: int = 64 << 20
    xml_depth: int = 200
    findings: int = 5_000
