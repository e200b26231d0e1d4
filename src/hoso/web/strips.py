"""The strip of a page on which a field stands, cut out by the browser and shown enlarged (pure).

A strip is an SVG that shows a part of the page's own picture: no second picture is made, none
is sent, and it needs no script.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

__all__ = ["TALL", "Strip", "strip_of"]

#: Height of a page by its width where nobody said otherwise: A4.  A script that knows the
#: picture corrects it.
TALL = 297 / 210
# A strip shows some of what stands around, and no less than this share of the page's width.
_AROUND, _LEAST_WIDTH = 0.015, 0.24
# Nor is it taller than this share of its own width: a long subject is looked at on the page.
_TALLEST = 0.34


@dataclass(frozen=True)
class Strip:
    """A part of a page's picture.

    :ivar view: ``viewBox`` in units of the page's width.
    :ivar box: the same in fractions of the page, for a script that knows its true height.
    """

    page: int
    image: str
    view: str
    box: str


def strip_of(box: Sequence[float], *, page: int, images: Mapping[int, str]) -> Strip | None:
    """Return the strip around a box (fractions of the page); none where there is no picture."""
    image = images.get(page, "")
    if not image:
        return None
    x0, y0, x1, y1 = (min(1.0, max(0.0, float(edge))) for edge in box)
    lack = max(0.0, _LEAST_WIDTH - (x1 - x0)) / 2
    left, right = max(0.0, x0 - lack - _AROUND), min(1.0, x1 + lack + _AROUND)
    width = right - left
    above = max(0.0, y0 - 0.3 * min(y1 - y0, 0.03) - 0.004)
    below = min(1.0, y1 + 0.3 * min(y1 - y0, 0.03) + 0.004)
    height = min(below - above, _TALLEST * width / TALL)
    return Strip(
        page,
        image,
        _numbers(left, above * TALL, width, height * TALL),
        _numbers(left, above, width, height),
    )


def _numbers(*numbers: float) -> str:
    return " ".join(f"{number:.4f}" for number in numbers)
