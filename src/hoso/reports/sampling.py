"""A sample that anybody can draw again from the same seed and the same list of codes.

A dossier's lot is the SHA-256 of the seed, a line feed and the dossier's code, in UTF-8; the smallest
lots are drawn.  The seed is published with the sample: who chose it before he knew the codes
chose no dossier, and who doubts the sample draws it with two lines of any language.
"""

from __future__ import annotations

import hashlib
import heapq
from collections.abc import Iterable, Iterator

__all__ = ["drawn", "lot"]


def lot(seed: str, code: str) -> str:
    """Return the lot of a dossier, 64 hex digits."""
    return hashlib.sha256(f"{seed}\n{code}".encode()).hexdigest()


def drawn(codes: Iterable[str], *, seed: str, most: int) -> Iterator[tuple[str, str]]:
    """Yield (lot, code), smallest lot first, *most* at most; memory is that of *most*."""
    yield from heapq.nsmallest(most, ((lot(seed, code), code) for code in codes))
