"""Pages that look the same: their prints compared, within one paper and over a batch.

A print is 64 bits in hexadecimal (``condition.print_of``); how many bits differ says how
unlike two pages are.  Nothing here touches a picture, so anyone may call it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

__all__ = ["Likeness", "distance", "likenesses", "twins"]

Key = TypeVar("Key")

DUPLICATE = 8  # bits: two scans of one page seldom differ in more
TWIN = 6  # bits: over a batch there are more pages to be alike by chance
NEIGHBOUR = 12  # bits: pages side by side so alike may be one, drawn in twice


@dataclass(frozen=True)
class Likeness:
    """Page *page* looks like *other*, an earlier one: the same, or only much like it."""

    page: int
    other: int
    bits: int
    same: bool


def distance(one: str, other: str) -> int:
    """Return in how many of 64 bits two prints differ."""
    return (int(one, 16) ^ int(other, 16)).bit_count()


def likenesses(
    prints: Sequence[str | None], *, duplicate: int = DUPLICATE, neighbour: int = NEIGHBOUR
) -> list[Likeness]:
    """Return which pages of one paper look like an earlier page; pages count from 1.

    A page within *duplicate* bits of any earlier one is the same as the nearest of them; one
    within *neighbour* bits of the page before it is like its neighbour.  Pages without a print
    (blank ones, born-digital ones) are like none.
    """
    found = []
    for number, mine in enumerate(prints, 1):
        if mine is None:
            continue
        earlier = [
            (distance(mine, other), -before)
            for before, other in enumerate(prints[: number - 1], 1)
            if other is not None
        ]
        bits, before = min(earlier, default=(65, 0))
        if bits <= duplicate:
            found.append(Likeness(number, -before, bits, same=True))
            continue
        bits, before = next((each for each in earlier if each[1] == 1 - number), (65, 0))
        if bits <= neighbour:
            found.append(Likeness(number, -before, bits, same=False))
    return found


def twins(
    prints: Iterable[tuple[Key, str | None]], *, most: int = TWIN
) -> list[tuple[Key, Key, int]]:
    """Return the pairs of pages of a batch that look the same: earlier, later, bits.

    *prints* are (whatever names a page, its print) in the order of the batch.  Each page is
    paired with the first one it looks like.
    """
    kept: list[tuple[Key, int]] = []
    found = []
    for key, text in prints:
        if text is None:
            continue
        mine = int(text, 16)
        for earlier, other in kept:
            bits = (mine ^ other).bit_count()
            if bits <= most:
                found.append((earlier, key, bits))
                break
        kept.append((key, mine))
    return found
