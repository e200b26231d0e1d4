"""The ways to read a part of a page again; see ``closer``."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["LINE_WAYS", "SIGNATURE_WAYS", "Way"]


@dataclass(frozen=True)
class Way:
    """One way to read a part again.

    *ink* is "black" (red ink left out), "red" (only red ink: names are stamped, too) or
    "all"; *segmentation* 6 takes the part for one block of text, 7 for one line, 11 for
    scattered words.  *prepared*: set upright and evened out as a whole page is, for a line.
    """

    ink: str
    wiped: bool = True
    segmentation: int = 6
    enlarged: float = 1.6
    prepared: bool = False


SIGNATURE_WAYS = (
    Way("black"),
    Way("black", segmentation=11),
    Way("red"),
    Way("red", segmentation=11),
    Way("black", wiped=False),
    Way("black", wiped=False, segmentation=11),
)
LINE_WAYS = (
    Way("black", wiped=False, segmentation=7, enlarged=1.3, prepared=True),
    Way("all", wiped=False, segmentation=7, enlarged=2.0, prepared=True),
    Way("black", segmentation=7, enlarged=1.6),
)
