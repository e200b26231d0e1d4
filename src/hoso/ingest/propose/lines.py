"""Pages as lines with places: what the rules look at.

Recognition joins the two columns of a letterhead into one line and splits one line into
two; here words become lines again by where they stand.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import groupby
from typing import Any

from hoso.ingest.classifiers import plain

__all__ = ["Line", "Sheet", "Spot", "joined", "sheet_of_layout", "sheet_of_words"]

_COLUMN_GAP = 1.7  # in heights of the line: wider than any space between words
_A4 = 297 / 210


@dataclass(frozen=True)
class Spot:
    """One word: text, confidence, box in fractions of the page, its worst digit."""

    text: str
    confidence: float
    x0: float
    y0: float
    x1: float
    y1: float
    digits: float = 100.0

    @property
    def middle(self) -> float:
        return (self.x0 + self.x1) / 2


@dataclass(frozen=True)
class Line:
    """Words that stand beside each other."""

    spots: tuple[Spot, ...]
    page: int
    size: float = 0.0
    bold: bool = False
    italic: bool = False

    @cached_property
    def text(self) -> str:
        return " ".join(spot.text for spot in self.spots)

    @cached_property
    def plain(self) -> str:
        return plain(self.text)

    @cached_property
    def x0(self) -> float:
        return min(spot.x0 for spot in self.spots)

    @cached_property
    def x1(self) -> float:
        return max(spot.x1 for spot in self.spots)

    @cached_property
    def y0(self) -> float:
        return min(spot.y0 for spot in self.spots)

    @cached_property
    def y1(self) -> float:
        return max(spot.y1 for spot in self.spots)

    @property
    def middle(self) -> float:
        return (self.x0 + self.x1) / 2

    @cached_property
    def height(self) -> float:
        heights = sorted(spot.y1 - spot.y0 for spot in self.spots)
        return heights[len(heights) // 2]

    @cached_property
    def confidence(self) -> float:
        """Mean confidence, 0 to 1; long words count more."""
        total = sum(len(spot.text) for spot in self.spots)
        return sum(spot.confidence * len(spot.text) for spot in self.spots) / (100 * max(1, total))

    @property
    def box(self) -> list[float]:
        return [self.x0, self.y0, self.x1, self.y1]

    @cached_property
    def capitals(self) -> float:
        """Share of capitals among the letters."""
        letters = [char for char in self.text if char.isalpha()]
        return sum(map(str.isupper, letters)) / len(letters) if letters else 0.0

    @cached_property
    def letters(self) -> int:
        return sum(map(str.isalpha, self.text))

    def with_spots(self, spots: Sequence[Spot]) -> Line:
        """Return the line made of some of its words."""
        return Line(tuple(spots), self.page, self.size, self.bold, self.italic)

    def spots_of(self, start: int, end: int) -> list[Spot]:
        """Return the words that the characters from *start* to *end* of the text touch."""
        touched, at = [], 0
        for spot in self.spots:
            if at < end and start < at + len(spot.text):
                touched.append(spot)
            at += len(spot.text) + 1
        return touched


@dataclass(frozen=True)
class Sheet:
    """One page: its lines from top to bottom, and how it was read."""

    page: int
    lines: tuple[Line, ...]
    recognised: bool = False
    aspect: float = _A4
    text: str = field(default="", compare=False)


def sheet_of_words(page: dict[str, Any]) -> Sheet:
    """Make a sheet of a page as ``pages.work`` wrote it."""
    aspect = float(page.get("aspect") or _A4)
    recognised = page["source"] == "ocr"
    lines: list[Line] = []
    for _, group in groupby(page["words"], key=lambda word: word[3]):
        spots = [_spot(word) for word in group]
        if recognised:
            # Specks and rules come out as lone signs of no worth.
            spots = [spot for spot in spots if not _is_speck(spot)]
        lines += _split(spots, int(page["page"]), aspect)
    lines.sort(key=lambda line: (line.y0, line.x0))
    return Sheet(int(page["page"]), tuple(lines), recognised, aspect, page["text"])


def sheet_of_layout(layout: dict[str, Any], page: dict[str, Any]) -> Sheet:
    """Make a sheet of a page's layout by pdfminer.six, with fonts."""
    number = int(layout["page"])
    aspect = float(page.get("aspect") or _A4)
    lines: list[Line] = []
    for each in layout["lines"]:
        spots = [_spot(word) for word in each["words"]]
        lines += [
            Line(part.spots, number, each["size"], each["bold"], each["italic"])
            for part in _split(spots, number, aspect)
        ]
    lines.sort(key=lambda line: (round(line.y0, 3), line.x0))
    return Sheet(number, tuple(_same_rows(lines)), False, aspect, page["text"])


def joined(lines: Iterable[Line]) -> list[float] | None:
    """Return the box around *lines*."""
    boxes = [line.box for line in lines]
    if not boxes:
        return None
    return [
        min(box[0] for box in boxes),
        min(box[1] for box in boxes),
        max(box[2] for box in boxes),
        max(box[3] for box in boxes),
    ]


def _spot(word: list[Any]) -> Spot:
    text, confidence, (x0, y0, x1, y1) = word[0], float(word[1]), word[2]
    digits = float(word[4]) if len(word) > 4 else confidence
    return Spot(text, confidence, x0, y0, x1, y1, digits)


def _is_speck(spot: Spot) -> bool:
    return not any(map(str.isalnum, spot.text)) and spot.confidence < 60 and spot.text not in "-/"


def _split(spots: list[Spot], page: int, aspect: float) -> list[Line]:
    """Cut a line where the gap is wider than words are apart: two columns."""
    if not spots:
        return []
    spots = sorted(spots, key=lambda spot: spot.x0)
    heights = sorted(spot.y1 - spot.y0 for spot in spots)
    gap = _COLUMN_GAP * max(heights[len(heights) // 2] * aspect, 0.011)
    parts = [[spots[0]]]
    for spot in spots[1:]:
        if spot.x0 - max(each.x1 for each in parts[-1]) > gap:
            parts.append([spot])
        else:
            parts[-1].append(spot)
    return [Line(tuple(part), page) for part in parts]


def _same_rows(lines: list[Line]) -> list[Line]:
    """Join pieces of one row that the layout analysis left apart without a column between."""
    rows: list[Line] = []
    for line in lines:
        last = rows[-1] if rows else None
        if (
            last is not None
            and abs(last.y0 - line.y0) < 0.4 * line.height
            and 0 <= line.x0 - last.x1 < 0.8 * line.height * _A4
            and last.bold == line.bold
        ):
            rows[-1] = last.with_spots([*last.spots, *line.spots])
        else:
            rows.append(line)
    return rows
