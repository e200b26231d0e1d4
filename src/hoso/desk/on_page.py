"""Where on a page a person must read: what stands there by hand, and where words lie (pure).

Numbers and days are written into most papers by hand and are never proposed from recognition
(61 and 49 of 71 labelled papers).  What is printed around them tells where they stand; month
and year, which are printed, are taken, and the day is left to a person.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from hoso.kernel.text import fold

__all__ = ["Place", "by_hand", "joined"]

Box = tuple[float, float, float, float]
Words = Sequence[Sequence[Any]]

#: Confidence, of 100, from which the printed month and year are believed.
_BELIEVED = 75
# "Số:      /QĐ-SYT" with what is written into it takes this share of the page's width.
_NUMBER_WIDTH = 0.24
# By hand it is higher than the print beside it, by this share of its height on either side.
_HIGHER = 0.7
# The head of a paper, in shares of the page's height; how far below the number its date may be.
_HEAD, _BELOW = 0.25, 0.06
_DATE = re.compile(
    r"ngay\W*(?P<day>.{0,14}?)\s*thang\W*(?P<month>\d{1,2})\s*,?\s*nam\W*(?P<year>(19|20)\d\d)(?!\d)"
)


@dataclass(frozen=True)
class Place:
    """Where a field that nobody proposed is to be read.

    :ivar page: counted from 1.
    :ivar box: in fractions of the page.
    :ivar known: as much of a date as is printed (a partial date), else "".
    """

    page: int
    box: Box
    known: str = ""


def by_hand(proposals: Mapping[str, Any], pages: Sequence[Words]) -> dict[str, Place]:
    """Return where number and date stand that were not proposed, as far as the page tells.

    :param proposals: by field, as the readers give them.
    :param pages: the words of each page.
    """
    found: dict[str, Place] = {}
    symbol = proposals.get("symbol") or {}
    if not _value(proposals, "number"):
        said = proposals.get("number") or {}
        if said.get("box") and said.get("page"):
            found["number"] = Place(int(said["page"]), _box(said["box"]))
        elif symbol.get("box") and symbol.get("page"):
            found["number"] = Place(int(symbol["page"]), _left_of(_box(symbol["box"])))
    if not _value(proposals, "date"):
        page = int(symbol.get("page") or 1)
        words = pages[page - 1] if len(pages) >= page else ()
        lowest = _box(symbol["box"])[3] + _BELOW if symbol.get("box") else _HEAD
        found.update(("date", place) for place in _dates(words, page, lowest=lowest))
        if "date" not in found and symbol.get("box"):
            found["date"] = Place(page, _right_of(_box(symbol["box"])))
    return found


def _value(proposals: Mapping[str, Any], name: str) -> Any:
    return (proposals.get(name) or {}).get("value")


def _box(edges: Iterable[float]) -> Box:
    x0, y0, x1, y1 = (float(edge) for edge in edges)
    return x0, y0, x1, y1


def _left_of(box: Box) -> Box:
    x0, y0, x1, y1 = box
    more = (y1 - y0) * _HIGHER
    # The box may hold the whole line, "Số: …" included, or the printed symbol alone.
    left = min(x0 - 0.02, x1 - _NUMBER_WIDTH)
    return max(0.0, left), max(0.0, y0 - more), x1, min(1.0, y1 + more)


def _right_of(box: Box) -> Box:
    """Return where the date should stand whose words could not be read."""
    _x0, y0, x1, y1 = box
    more = y1 - y0
    return max(x1, 0.42), max(0.0, y0 - more), 1.0, min(1.0, y1 + 2 * more)


def _dates(words: Words, page: int, *, lowest: float) -> Iterator[Place]:
    """Yield the place of the date at the head of a paper, "…, ngày … tháng … năm …".

    It stands right of the number or a line below it (NĐ 30/2020/NĐ-CP, annex I); what the
    body cites ("Căn cứ … ngày …") is no date of this paper.
    """
    for _number, group in groupby(words, key=lambda word: word[3]):
        line = list(group)
        text, starts = _text(line)
        found = _DATE.search(text)
        if found is None:
            continue
        printed = [
            word
            for word, start in zip(line, starts, strict=True)
            if found.start("month") <= start < found.end("year")
        ]
        sure = min(float(word[1]) for word in printed) >= _BELIEVED if printed else False
        month = int(found["month"])
        known = f"{found['year']}-{month:02d}" if sure and 1 <= month <= 12 else ""
        inside = [
            word
            for word, start in zip(line, starts, strict=True)
            if start + len(word[0]) > found.start() and start < found.end()
        ]
        x0, y0, x1, y1 = joined(word[2] for word in inside)
        if y1 > lowest or x0 + x1 < 1.0:
            continue
        more = (y1 - y0) * _HIGHER
        yield Place(page, (x0, max(0.0, y0 - more), x1, min(1.0, y1 + more)), known)
        return


def _text(line: list[Sequence[Any]]) -> tuple[str, list[int]]:
    """Return the folded words of a line, one blank between them, and where each begins."""
    text, starts = "", []
    for word in line:
        starts.append(len(text))
        text += f"{fold(str(word[0]))} "
    return text, starts


def joined(boxes: Iterable[Sequence[float]]) -> Box:
    """Return the least box that holds all of *boxes*, of which there is one at least."""
    x0, y0, x1, y1 = zip(*boxes, strict=True)
    return min(x0), min(y0), max(x1), max(y1)
