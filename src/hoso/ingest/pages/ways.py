"""The ways to read a part of a page again; see ``closer``."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["LINE_WAYS", "NAME_WAYS", "SIGNATURE_WAYS", "Way"]


@dataclass(frozen=True)
class Way:
    """One way to read a part again.

    *ink* is "black" (red ink left out), "red" (only red ink: names are stamped, too) or
    "all"; *segmentation* 6 takes the part for one block of text, 7 for one line, 11 for
    scattered words.  *prepared*: set upright and evened out as a whole page is, for a line.
    *opened*: lines thinner than so many pixels of the enlarged part, strokes of a pen, are taken
    away.
    """

    ink: str
    wiped: bool = True
    segmentation: int = 6
    enlarged: float = 1.6
    prepared: bool = False
    opened: int = 0


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
# Of the line of a name that a stroke runs through; letters of names are bold.
NAME_WAYS = tuple(
    Way("all", wiped=False, segmentation=7, enlarged=enlarged, opened=opened)
    for enlarged, opened in ((2.0, 5), (2.0, 7), (2.0, 9), (3.0, 0), (3.0, 3), (3.0, 7), (3.0, 9))
)
