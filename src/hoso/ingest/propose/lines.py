"""Pages as lines with places: what the rules look at.

Recognition joins the two columns of a letterhead into one line and splits one line into
two; here words become lines again by where they stand.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby, pairwise
from operator import attrgetter
from typing import TYPE_CHECKING, Any, NamedTuple

from hoso.ingest.classifiers import plain

__all__ = ["Line", "Look", "Sheet", "Spot", "joined", "sheet_of_words"]

Look = tuple[float, bool, bool]  # size in points, bold, italic

_COLUMN_GAP = 1.7  # in heights of the line: wider than any space between words
_A4 = 297 / 210
_from_left = attrgetter("x0")


class _Once:
    """An attribute worked out when first asked for; functools' own takes a lock each time."""

    def __init__(self, work: Callable[[Any], Any]) -> None:
        self._work = work
        self._name = work.__name__
        self.__doc__ = work.__doc__

    def __get__(self, made: Any, owner: type) -> Any:
        value = made.__dict__[self._name] = self._work(made)
        return value


if TYPE_CHECKING:
    once = cached_property
else:
    once = _Once


class Spot(NamedTuple):
    """One word: text, confidence, box in fractions of the page, its worst digit, its look."""

    text: str
    confidence: float
    x0: float
    y0: float
    x1: float
    y1: float
    digits: float = 100.0
    look: Look | None = None

    @property
    def middle(self) -> float:
        return (self.x0 + self.x1) / 2


@dataclass(frozen=True)
class Line:
    """Words that stand beside each other."""

    spots: tuple[Spot, ...]
    page: int

    @once
    def text(self) -> str:
        return " ".join([spot.text for spot in self.spots])

    @once
    def plain(self) -> str:
        return plain(self.text)

    @once
    def x0(self) -> float:
        return min([spot.x0 for spot in self.spots])

    @once
    def x1(self) -> float:
        return max([spot.x1 for spot in self.spots])

    @once
    def y0(self) -> float:
        return min([spot.y0 for spot in self.spots])

    @once
    def y1(self) -> float:
        return max([spot.y1 for spot in self.spots])

    @property
    def middle(self) -> float:
        return (self.x0 + self.x1) / 2

    @once
    def height(self) -> float:
        heights = sorted([spot.y1 - spot.y0 for spot in self.spots])
        return heights[len(heights) // 2]

    @once
    def look(self) -> Look:
        """What most letters look like: size in points, bold, italic; zero where it is unknown."""
        count: Counter[Look] = Counter()
        for spot in self.spots:
            if spot.look is not None:
                count[spot.look] += len(spot.text)
        if not count:
            return 0.0, False, False
        half = sum(count.values()) / 2
        bold = sum(count[look] for look in count if look[1]) > half
        italic = sum(count[look] for look in count if look[2]) > half
        return count.most_common(1)[0][0][0], bold, italic

    @property
    def size(self) -> float:
        return self.look[0]

    @property
    def bold(self) -> bool:
        return self.look[1]

    @property
    def italic(self) -> bool:
        return self.look[2]

    @once
    def confidence(self) -> float:
        """Mean confidence, 0 to 1; long words count more."""
        total = sum([len(spot.text) for spot in self.spots])
        return sum([spot.confidence * len(spot.text) for spot in self.spots]) / (
            100 * max(1, total)
        )

    @property
    def box(self) -> list[float]:
        return [self.x0, self.y0, self.x1, self.y1]

    @once
    def capitals(self) -> float:
        """Share of capitals among the letters."""
        letters = [char for char in self.text if char.isalpha()]
        return sum([char.isupper() for char in letters]) / len(letters) if letters else 0.0

    @once
    def letters(self) -> int:
        return sum([char.isalpha() for char in self.text])

    def with_spots(self, spots: Sequence[Spot]) -> Line:
        """Return the line made of some of its words."""
        return Line(tuple(spots), self.page)

    def spots_of(self, start: int, end: int) -> list[Spot]:
        """Return the words that the characters from *start* to *end* of the text touch."""
        touched, at = [], 0
        for spot in self.spots:
            if at < end and start < at + len(spot.text):
                touched.append(spot)
            at += len(spot.text) + 1
        return touched


class Sheet:
    """One page: its lines from top to bottom, and how it was read.

    The lines are made when first asked for: most pages of a long paper are never looked at.
    """

    def __init__(
        self,
        page: int,
        lines: Iterable[Line] | Callable[[], Iterable[Line]],
        *,
        recognised: bool = False,
        aspect: float = _A4,
        text: str = "",
    ) -> None:
        self.page = page
        self.recognised = recognised
        self.aspect = aspect
        self.text = text
        self._lines = lines

    @once
    def lines(self) -> tuple[Line, ...]:
        return tuple(self._lines() if callable(self._lines) else self._lines)

    @once
    def plain(self) -> str:
        """The text without marks and case, all in one line."""
        return plain(self.text)


def sheet_of_words(page: Mapping[str, Any]) -> Sheet:
    """Make a sheet of a page as it was written when it was read."""
    aspect = float(page.get("aspect") or _A4)
    recognised = page["source"] == "ocr"
    number = int(page["page"])

    def lines() -> Iterable[Line]:
        if recognised:
            return _recognised_lines(page["words"], number, aspect)
        return _set_lines(page, number, aspect)

    return Sheet(number, lines, recognised=recognised, aspect=aspect, text=page["text"])


def _recognised_lines(words: Sequence[Sequence[Any]], number: int, aspect: float) -> list[Line]:
    lines: list[Line] = []
    for _, group in groupby(words, key=lambda word: word[3]):
        # Specks and rules come out as lone signs of no worth.
        spots = [spot for word in group if not _is_speck(spot := _spot(word))]
        lines += _split(spots, number, aspect)
    lines.sort(key=lambda line: (line.y0, line.x0))
    return lines


def _set_lines(page: Mapping[str, Any], number: int, aspect: float) -> list[Line]:
    """Return the lines of a page that was set in type, with what they look like."""
    looks: list[Look | None] = [
        (float(size), bold, italic) for size, bold, italic in page.get("looks", ())
    ]
    looks.append(None)  # of words that were not asked: -1
    words = page["words"]
    look_of = page.get("look") or [-1] * len(words)
    lines: list[Line] = []
    spots: list[Spot] = []
    at = None
    for (text, confidence, (x0, y0, x1, y1), line, *_), look in zip(words, look_of, strict=False):
        if line != at:
            lines += _split(spots, number, aspect)
            spots, at = [], line
        spots.append(Spot(text, confidence, x0, y0, x1, y1, confidence, looks[look]))
    lines += _split(spots, number, aspect)
    lines.sort(key=lambda line: (round(line.y0, 3), line.x0))
    return _same_rows(lines)


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


def _spot(word: Sequence[Any]) -> Spot:
    confidence = float(word[1])
    x0, y0, x1, y1 = word[2]
    digits = float(word[4]) if len(word) > 4 else confidence
    return Spot(word[0], confidence, x0, y0, x1, y1, digits)


def _is_speck(spot: Spot) -> bool:
    return not any(map(str.isalnum, spot.text)) and spot.confidence < 60 and spot.text not in "-/"


def _split(spots: list[Spot], page: int, aspect: float) -> list[Line]:
    """Cut a line where the gap is wider than words are apart: two columns."""
    if not spots:
        return []
    if len(spots) == 1:
        return [Line(tuple(spots), page)]
    spots = sorted(spots, key=_from_left)
    heights = sorted([spot.y1 - spot.y0 for spot in spots])
    gap = _COLUMN_GAP * max(heights[len(heights) // 2] * aspect, 0.011)
    if not any(after.x0 - before.x1 > gap for before, after in pairwise(spots)):
        return [Line(tuple(spots), page)]
    parts = [[spots[0]]]
    end = spots[0].x1
    for spot in spots[1:]:
        if spot.x0 - end > gap:
            parts.append([spot])
            end = spot.x1
        else:
            parts[-1].append(spot)
            end = max(end, spot.x1)
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
