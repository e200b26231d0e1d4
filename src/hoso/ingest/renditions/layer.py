"""The invisible layer: each word where it stands on the picture, in reading order.

Text rendering mode 3 draws nothing (ISO 32000-1, table 106).  A word is as wide as its box,
so that what a reader marks is what the eye sees; a space follows it, so that words do not run
together when the text is copied.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from statistics import median
from typing import Any, NamedTuple

from hoso.ingest.pages.words import Word
from hoso.ingest.renditions.glyphless import WIDTH, Letters

__all__ = ["FONT", "Sheet", "operators", "turned"]

FONT = "/HosoText"  # its name in a page's resources
_SMALLEST = 1.0  # points; readers take smaller letters for noise
_TELLING = 6.0  # a line as long as this many times its height tells how the page lies
_STEEPEST = 0.2
_ASKEW = 0.4  # of its height: how far a line falls before it is shown in one go


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

    def direction(self, slope: float) -> tuple[float, float]:
        """Return where writing runs on the page that falls by *slope* to the right as shown."""
        length = math.hypot(1.0, slope)
        across, down = 1 / length, slope / length
        return {
            0: (across, -down),
            90: (down, across),
            180: (-across, down),
            270: (-down, -across),
        }[self.turn]


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
    width, height = sheet.shown
    lines = []
    for _, line in groupby(words, key=lambda word: word[3]):
        boxes = [
            _Box(word[0], word[2][0] * width, word[2][1] * height, word[2][2] * width,
                 word[2][3] * height)
            for word in line if word[0]
        ]  # fmt: skip
        if boxes:
            lines.append(boxes)
    slopes = [_slope(line) for line in lines]
    usual = median([each for each in slopes if each is not None] or [0.0])
    written = "".join(
        _written(line, usual if slope is None else slope, sheet, letters)
        for line, slope in zip(lines, slopes, strict=True)
    )
    return f"q BT 3 Tr\n{written}ET Q\n".encode("ascii") if written else b""


class _Box(NamedTuple):
    """A word and its box, in points from the top left corner of the page as shown."""

    text: str
    left: float
    top: float
    right: float
    bottom: float


def _slope(line: list[_Box]) -> float | None:
    """Return how far a line falls to the right; None where it is too short to tell.

    Readers of PDF join what overlaps from top to bottom into one line: on a page that lies a
    little askew the end of a line is as low as the beginning of the next.
    """
    tall = median(box.bottom - box.top for box in line)
    if line[-1].right - line[0].left < _TELLING * max(tall, _SMALLEST) or len(line) < 3:
        return None
    xs = [(box.left + box.right) / 2 for box in line]
    ys = [(box.top + box.bottom) / 2 for box in line]
    middle_x, middle_y = sum(xs) / len(xs), sum(ys) / len(ys)
    spread = sum((x - middle_x) ** 2 for x in xs)
    if not spread:
        return None
    slope = sum((x - middle_x) * (y - middle_y) for x, y in zip(xs, ys, strict=True)) / spread
    return min(_STEEPEST, max(-_STEEPEST, slope))


def _written(line: list[_Box], slope: float, sheet: Sheet, letters: Letters) -> str:
    """Return the operators of one line: its words on one slanting base, each as wide as its box."""
    size = max(_SMALLEST, median(box.bottom - box.top for box in line))
    base = median((box.top + box.bottom + size) / 2 - slope * box.left for box in line)
    across, up = sheet.direction(slope)
    matrix = " ".join(f"{each:.4f}".rstrip("0").rstrip(".") for each in (across, up, -up, across))
    written = [f"{FONT} {size:.2f} Tf\n"]
    fall = abs(slope) * (line[-1].right - line[0].left)
    parts = [line] if fall > _ASKEW * size else [[box] for box in line]
    for at, part in enumerate(parts):
        first = part[0]
        width, height = sheet.shown
        x, y = sheet.place(first.left / width, (base + slope * first.left) / height)
        last = at == len(parts) - 1
        stretch, shown = _shown(part, size, letters, space="" if last else " ")
        written.append(f"{stretch:.1f} Tz {matrix} {x:.2f} {y:.2f} Tm{shown}\n")
    return "".join(written)


def _shown(words: list[_Box], size: float, letters: Letters, *, space: str) -> tuple[float, str]:
    """Return how far letters are stretched, and the operator that shows *words* in one go.

    PDFium sorts what is shown one by one from left to right as long as it is about as low, and
    so mixes up the lines of a page that lies askew; a line that is shown in one go stays whole.
    Letters are as wide as in the widest word and pushed together in the others: gaps within a
    word would be taken for spaces.
    """
    natural = WIDTH / 1000 * size
    wide = [max(box.right - box.left, 0.1) / len(box.text) / natural for box in words]
    if len(words) == 1:
        return 100 * wide[0], f"<{letters.hexadecimal(words[0].text + space)}>Tj"
    stretch = max(wide)
    unit = size * stretch / 1000  # what a step of one moves, in points
    parts = []
    for at, (box, own) in enumerate(zip(words, wide, strict=True)):
        pushed = f"{(stretch - own) * natural / unit:.0f}"
        parts += [f"<{letters.hexadecimal(letter)}>{pushed}" for letter in box.text]
        if at < len(words) - 1:
            gap = words[at + 1].left - box.right
            parts.append(f"<{letters.hexadecimal(' ')}>{(natural * stretch - gap) / unit:.0f}")
    parts.append(f"<{letters.hexadecimal(space)}>" if space else "")
    return 100 * stretch, f"[{''.join(parts)}]TJ"
