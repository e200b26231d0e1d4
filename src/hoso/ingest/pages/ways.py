"""The ways to read a part of a page again; see ``closer``."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["SIGNATURE_WAYS", "Way"]


@dataclass(frozen=True)
class Way:
    """One way to read a part again.

    *ink* is "black" (red ink left out), "red" (only red ink: names are stamped, too) or
    "all"; *segmentation* 6 takes the part for one block of text, 11 for scattered words.
    """

    ink: str
    wiped: bool = True
    segmentation: int = 6
    enlarged: float = 1.6


SIGNATURE_WAYS = (
    Way("black"),
    Way("black", segmentation=11),
    Way("red"),
    Way("red", segmentation=11),
    Way("black", wiped=False),
    Way("black", wiped=False, segmentation=11),
)
