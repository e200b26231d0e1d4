"""The invisible layer: each word where it stands on the picture, in reading order.

Text rendering mode 3 draws nothing (ISO 32000-1, table 106).  A word is as wide as its box,
so that what a reader marks is what the eye sees; a space follows it, so that words do not run
together when the text is copied.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from hoso.ingest.pages.words import Word
from hoso.ingest.renditions.glyphless import WIDTH, Letters

__all__ = ["FONT", "Sheet", "operators", "turned"]

FONT = "/HosoText"  # its name in a page's resources
_SMALLEST = 1.0  # points; readers take smaller letters for noise
_SAME_LINE = 1.7  # a line as high as this many of its words is not level


@dataclass(frozen=True)
class Sheet:
    """The visible box of a page in its own space, and how far it is turned clockwise when shown."""

    left: float
    bottom: float
    right: float
    top: float
    turn: int = 0

    @property
    def shown(self) -> tuple[float, float]:
        """Width and height in points as shown."""
        sides = (self.right - self.left, self.top - self.bottom)
        return sides if self.turn % 180 == 0 else sides[::-1]

    def turned_back(self, turn: int) -> Sheet:
        """Return the same page turned counter-clockwise by *turn* degrees."""
        return replace(self, turn=(self.turn - turn) % 360)

    def place(self, x: float, y: float) -> tuple[float, float]:
        """Return where a point, in fractions from the top left as shown, lies on the page."""
        width, height = self.right - self.left, self.top - self.bottom
        if self.turn == 90:
            return self.left + y * width, self.bottom + x * height
        if self.turn == 180:
            return self.right - x * width, self.bottom + y * height
        if self.turn == 270:
            return self.right - y * width, self.top - x * height
        return self.left + x * width, self.top - y * height

    @property
    def writing(self) -> str:
        """The first four numbers of a text matrix for upright letters."""
        return {0: "1 0 0 1", 90: "0 1 -1 0", 180: "-1 0 0 -1", 270: "0 -1 1 0"}[self.turn]


def turned(words: Sequence[Sequence[Any]], turn: int) -> list[Word]:
    """Return the words of a page that is turned clockwise by *turn* degrees."""
    turn %= 360
    if turn == 0:
        return [list(word) for word in words]
    done: list[Word] = []
    for text, confidence, (x0, y0, x1, y1), *rest in words:
        box = {
            90: [1 - y1, x0, 1 - y0, x1],
            180: [1 - x1, 1 - y1, 1 - x0, 1 - y0],
            270: [y0, 1 - x1, y1, 1 - x0],
        }[turn]
        done.append([text, confidence, [round(edge, 4) for edge in box], *rest])
    return done


def operators(words: Sequence[Sequence[Any]], sheet: Sheet, letters: Letters) -> bytes:
    """Return the content stream of the layer; empty where there are no words."""
    lines = [_line(list(line), sheet, letters) for _, line in groupby(words, key=lambda w: w[3])]
    written = "".join(lines)
    return f"q BT 3 Tr\n{written}ET Q\n".encode("ascii") if written else b""


def _line(words: list[Any], sheet: Sheet, letters: Letters) -> str:
    width, height = sheet.shown
    boxes = [word[2] for word in words]
    top, bottom = min(box[1] for box in boxes), max(box[3] for box in boxes)
    tallest = max(box[3] - box[1] for box in boxes)
    level = bottom - top <= _SAME_LINE * tallest
    written = []
    size = 0.0
    for at, (word, box) in enumerate(zip(words, boxes, strict=True)):
        text = word[0] + (" " if at < len(words) - 1 else "")
        if not word[0]:
            continue
        upper, lower = (top, bottom) if level else (box[1], box[3])
        high = max(_SMALLEST, (lower - upper) * height)
        if abs(high - size) > 0.005:
            size = high
            written.append(f"{FONT} {size:.2f} Tf\n")
        wide = max((box[2] - box[0]) * width, 0.1)
        stretch = 100 * wide / (len(word[0]) * WIDTH / 1000 * size)
        x, y = sheet.place(box[0], lower)
        written.append(
            f"{stretch:.1f} Tz {sheet.writing} {x:.2f} {y:.2f} Tm<{letters.hexadecimal(text)}>Tj\n"
        )
    return "".join(written)
