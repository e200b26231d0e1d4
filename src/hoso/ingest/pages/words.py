"""Words with their places, as every reader of pages gives them.

A word is ``[text, confidence 0..100, [x0, y0, x1, y1], line]``; the box is in fractions of
the page, from its top left corner.  A recognised word with figures has a fifth value, the
confidence of its worst figure: SYT-NVY may be sure where the number before it is not.
Lists, not objects: they travel as JSON.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Any

__all__ = ["Word", "mean_confidence", "text_of", "upright_box"]

Word = list[Any]


def text_of(words: list[Word]) -> str:
    """Return the words as text, line by line."""
    return "\n".join(
        " ".join(word[0] for word in line) for _, line in groupby(words, key=lambda word: word[3])
    )


def mean_confidence(words: list[Word]) -> float:
    """Return the mean confidence, long words counting more; 0 where there are none."""
    counted = [(word[1], len(word[0])) for word in words if any(map(str.isalnum, word[0]))]
    total = sum(length for _, length in counted)
    return sum(confidence * length for confidence, length in counted) / total if total else 0.0


def upright_box(box: Sequence[float], turn: int) -> list[float]:
    """Return a box on a page as it lies as a box on the page turned clockwise by *turn*."""
    x0, y0, x1, y1 = box
    turned = {
        0: (x0, y0, x1, y1),
        90: (1 - y1, x0, 1 - y0, x1),
        180: (1 - x1, 1 - y1, 1 - x0, 1 - y0),
        270: (y0, 1 - x1, y1, 1 - x0),
    }[turn]
    return [round(edge, 4) for edge in turned]
