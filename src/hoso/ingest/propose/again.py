"""A second reading of what the first could not settle: signer, agency, date, number.

Costs 0.2 s a way, so the ways are tried until one name is certain.
"""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from hoso.ingest.classifiers import Classifiers, plain
from hoso.ingest.pages.ways import LINE_WAYS, SIGNATURE_WAYS, Way
from hoso.ingest.propose.head import Head, read_agency
from hoso.ingest.propose.lines import Line, sheet_of_words
from hoso.ingest.propose.number import Numbered, date_parts, find_number
from hoso.ingest.propose.proposal import Proposal
from hoso.ingest.propose.signer import Block, best_name, known_signer

__all__ = ["Picture", "agency_again", "date_again", "number_again", "signer_again"]

_ENOUGH = 0.93
_AGREEING = 2  # looks that must agree
_SYMBOL_CERTAIN = 0.6
_KNOWN_BODY = 0.5  # confidence that the name of a body everybody knows is worth


@dataclass(frozen=True)
class Picture:
    """Where the picture of a page is, and how to read it."""

    path: str
    mime: str
    model: str
    turn: int = 0
    aspect: float = 1.414

    def lines(self, page: int, region: list[float], way: Way) -> list[Line]:
        """Return the lines in a part of a page, read one way."""
        # Imported here: born-digital papers never need the engine, which takes 0.5 s to load.
        from hoso.ingest.pages.closer import read_closer

        words = read_closer(self.path, self.mime, page, region, self.model, turn=self.turn, way=way)
        sheet = sheet_of_words(
            {"page": page, "aspect": self.aspect, "source": "ocr", "words": words, "text": ""}
        )
        return list(sheet.lines)


def signer_again(
    block: Block, picture: Picture, data: Classifiers, known: Sequence[str] = ()
) -> Proposal | None:
    """Return the name in a signature block, by several ways of looking at it.

    *known* are people who sign papers here: of one of them a part of the name is enough.
    """
    seen: list[Line] = list(block.lines) if known else []
    for count, way in enumerate(SIGNATURE_WAYS, 1):
        seen += picture.lines(block.page, block.region, way)
        if (signer := known_signer(seen, block.capacity, known)) is not None:
            return signer
        found = best_name(seen, block.capacity, data)
        if found is not None and count > 1 and found[1] >= _ENOUGH:
            break
    found = best_name(seen, block.capacity, data) or _name_line(seen, block, picture, data)
    if found is None:
        return None
    name, sure, line = found
    return Proposal(name, sure, line.page, line.box, "signer.second-look")


def _name_line(
    seen: list[Line], block: Block, picture: Picture, data: Classifiers
) -> tuple[str, float, Line] | None:
    """Look at the line of a name whose beginning was lost, a word further to the left."""
    rests = [
        line
        for line in seen
        if line.confidence > 0.6 and 2 <= len(line.text.split()) <= 4 and 0.1 < line.capitals < 0.5
    ]
    if not rests:
        return None
    rest = max(rests, key=lambda line: (line.confidence, line.y0))
    high = rest.y1 - rest.y0
    region = [rest.x0 - 0.1, rest.y0 - 0.5 * high, rest.x1 + 0.03, rest.y1 + 0.5 * high]
    again: list[Line] = []
    for ink in ("black", "red", "all"):
        for wiped in (True, False):
            way = Way(ink, wiped=wiped, segmentation=7, enlarged=2.0)
            again += picture.lines(block.page, region, way)
    return best_name([*seen, *again], block.capacity, data)


def _reaches(found: Proposal, first: Proposal | None) -> bool:
    """Tell whether a second reading goes as far down as the first: it may have lost lines."""
    if first is None or first.box is None or found.box is None:
        return True
    return found.box[3] >= first.box[3] - 0.01


def agency_again(
    head: Head, number: Line | None, first: Proposal | None, picture: Picture, data: Classifiers
) -> Proposal | None:
    """Read the left column of the head again, where its letters were not sure."""
    if not head.left:
        return first
    bottom = number.y1 if number else min(head.bottom, head.left[-1].y1)
    top = min(line.y0 for line in head.left)
    page = head.left[0].page
    region = [0.02, max(0.0, top - 0.01), head.split, bottom + 0.005]
    best = first
    for way in (Way("black"), Way("black", wiped=False, enlarged=2.0)):
        lines = picture.lines(page, region, way)
        again = Head(tuple(lines), (), head.bottom, head.split, head.has_motto)
        found = read_agency(again, number, data)
        if found is None or not _reaches(found, first):
            continue
        if best is None or _worth(found, data) > _worth(best, data):
            rule = f"{found.rule}.second-look"
            best = Proposal(found.value, found.confidence, found.page, found.box, rule)
    return best


def _worth(found: Proposal, data: Classifiers) -> float:
    """Return how good a reading of a body's name is: one that everybody knows is no chance."""
    joined = plain(str(found.value)).replace(" ", "")
    known = any(joined.startswith(plain(each).replace(" ", "")) for each in data.known_bodies)
    return found.confidence + (_KNOWN_BODY if known else 0.0)


def date_again(
    line: Line, first: Proposal | None, picture: Picture, *, latest: int
) -> Proposal | None:
    """Return the date of a line that several looks agree on; None where a hand wrote its day.

    What is printed reads the same however it is looked at; what is written does not.  The day
    must be two figures and nothing else in two looks at least, and no other in any.
    """
    again = [parts for each in _looks(line, picture) if (parts := date_parts(each))]
    own = date_parts(line)
    if not again:
        return first  # too faint for another look; the first was certain, or there is none
    days = [look.day for look in again if look.day is not None and look.day_is_printed]
    if first is not None and own is not None and own.day is not None:
        if 2 * days.count(own.day) < len(again):
            return None
        days.append(own.day)
    looks = [*again, own] if own is not None else again
    if len(days) < _AGREEING or len(set(days)) > 1:
        return None
    certain = own if first is not None else None
    month = _most(
        [look.month for look in looks if look.month], certain=certain.month if certain else None
    )
    year = _most(
        [look.year for look in looks if look.year], certain=certain.year if certain else None
    )
    if month is None or year is None or not 1945 <= year <= latest:
        return None
    with contextlib.suppress(ValueError):
        value = date(year, month, days[0]).isoformat()
        sure = 0.9 + 0.02 * len(days)
        return Proposal(value, sure, line.page, line.box, "date.second-look")
    return None


def _most(values: Sequence[int], *, certain: int | None) -> int | None:
    """Return what most looks say, two at least; where none do, what the first was certain of."""
    if not values:
        return certain
    value, count = Counter(values).most_common(1)[0]
    return value if count >= _AGREEING and 2 * count > len(values) else certain


def _looks(line: Line, picture: Picture) -> list[Line]:
    """Return a line as each way to look at it again reads it."""
    high = line.y1 - line.y0
    region = [
        max(0.0, line.x0 - 0.02),
        max(0.0, line.y0 - 0.5 * high),
        min(1.0, line.x1 + 0.03),
        min(1.0, line.y1 + 0.5 * high),
    ]
    return [found for way in LINE_WAYS for found in picture.lines(line.page, region, way)]


def number_again(
    line: Line,
    first: Numbered,
    picture: Picture,
    data: Classifiers,
    expected: tuple[str, ...],
) -> Numbered:
    """Return the number line after further looks.

    A number is kept only where they do not read another; a symbol that was read badly is the
    one read best.
    """
    again = [
        (found, each)
        for each in _looks(line, picture)
        if (found := find_number(each, data, expected)) is not None and found.symbol
    ]
    number = first.number
    others = [found.number for found, _ in again]
    if others and number not in others:
        number = None
    symbol = first.symbol
    best = _symbol_confidence(line, first)
    for found, each in again:
        sure = _symbol_confidence(each, found)
        if best < _SYMBOL_CERTAIN and sure > best + 0.1:
            symbol, best = found.symbol, sure
    return replace(first, number=number, symbol=symbol)


def _symbol_confidence(line: Line, read: Numbered) -> float:
    spots = line.spots_of(*read.symbol_span)
    return line.with_spots(spots).confidence if spots else 0.0
