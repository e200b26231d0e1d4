"""A second reading of what the first could not settle: signer, agency, date, number.

Costs 0.2 s a way, so the ways are tried until one name is certain.
"""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from hoso.ingest.classifiers import Classifiers, plain
from hoso.ingest.pages.ways import LINE_WAYS, NAME_WAYS, SIGNATURE_WAYS, Way
from hoso.ingest.propose.agency import read_agency
from hoso.ingest.propose.head import Head
from hoso.ingest.propose.lines import Line, sheet_of_words
from hoso.ingest.propose.names import best_name, given_names, known_signer, surname_before
from hoso.ingest.propose.number import Numbered, date_parts, find_number
from hoso.ingest.propose.proposal import Proposal
from hoso.ingest.propose.signer import Block

__all__ = ["Picture", "agency_again", "date_again", "number_again", "signer_again"]

_ENOUGH = 0.93
_SURNAME_TOLD = 0.6  # sum of what looks say for a surname; one clear look says nearly 1
_AGREEING = 2  # looks that must agree
_UNANIMOUS = 3
_NUMBER_LIKELY = 96.0  # least confidence, at the first look, of a number looked at again
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
    inks: dict[int, str] = {}
    for count, way in enumerate(SIGNATURE_WAYS, 1):
        lines = picture.lines(block.page, block.region, way)
        inks |= {id(line): way.ink for line in lines}
        seen += lines
        if (signer := known_signer(seen, block.capacity, known)) is not None:
            return signer
        found = best_name(seen, block.capacity, data)
        if found is not None and count > 1 and found[1] >= _ENOUGH:
            break
    found = best_name(seen, block.capacity, data)
    if found is None:
        return _with_surname(seen, inks, picture, data)
    name, sure, line = found
    return Proposal(name, sure, line.page, line.box, "signer.second-look")


def _with_surname(
    seen: Sequence[Line], inks: Mapping[int, str], picture: Picture, data: Classifiers
) -> Proposal | None:
    """Return a name of which only the end could be read, with the surname looks agree on.

    A stamp's ring or a stroke runs through the surname; the line is looked at further to the
    left, thin lines taken away in several measures.
    """
    rests = [line for line in seen if line.confidence > 0.6 and given_names(line)]
    if not rests:
        return None
    rest = max(rests, key=lambda line: (line.confidence, line.y0))
    names = given_names(rest)
    high = rest.y1 - rest.y0
    region = [rest.x0 - 0.1, rest.y0 - 0.35 * high, rest.x1 + 0.03, rest.y1 + 0.35 * high]
    ink = "red" if inks.get(id(rest)) == "red" else "all"
    votes: dict[str, float] = {}
    for way in NAME_WAYS:
        for line in picture.lines(rest.page, region, replace(way, ink=ink)):
            if (vote := surname_before(line, names, data)) is not None:
                votes[vote[0]] = votes.get(vote[0], 0.0) + vote[1]
    ranked = sorted(votes.items(), key=lambda each: -each[1])[:2]
    if not ranked or ranked[0][1] < _SURNAME_TOLD:
        return None
    if len(ranked) > 1 and ranked[0][1] < 2 * ranked[1][1]:
        return None
    sure = min(0.85, 0.5 * rest.confidence + 0.2 * ranked[0][1])
    name = " ".join([ranked[0][0], *names])
    return Proposal(name, sure, rest.page, rest.box, "signer.surname-looked-for")


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


def date_again(line: Line, picture: Picture, *, latest: int) -> Proposal | None:
    """Return the date of a line that several looks agree on; None where a hand wrote its day.

    What is printed reads the same however it is looked at; what is written does not.  The day
    must be two figures and nothing else in two looks at least, and no other in any.
    """
    looks = [parts for each in [line, *_looks(line, picture)] if (parts := date_parts(each))]
    days = [look.day for look in looks if look.day is not None and look.day_is_printed]
    if len(days) < _AGREEING or len(set(days)) > 1 or 2 * len(days) < len(looks):
        return None
    month = _most([look.month for look in looks if look.month])
    year = _most([look.year for look in looks if look.year])
    if month is None or year is None or not 1945 <= year <= latest:
        return None
    with contextlib.suppress(ValueError):
        value = date(year, month, days[0]).isoformat()
        sure = 0.88 + 0.02 * len(days)
        return Proposal(value, sure, line.page, line.box, "date.second-look")
    return None


def _most(values: Sequence[int]) -> int | None:
    """Return what most looks say, two at least."""
    if not values:
        return None
    value, count = Counter(values).most_common(1)[0]
    return value if count >= _AGREEING and 2 * count > len(values) else None


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

    A number that all looks agree on is certain, one that none of several confirms is none; a
    symbol that was read badly is the one read best.
    """
    again = [
        (found, each)
        for each in _looks(line, picture)
        if (found := find_number(each, data, expected)) is not None and found.symbol
    ]
    number, worst = first.number, first.worst
    others = [found.number for found, _ in again]
    if len(others) >= _AGREEING and number not in others:
        number = None
    elif len(others) >= _UNANIMOUS and set(others) == {number} and worst >= _NUMBER_LIKELY:
        # Of numbers written by hand no two looks in three read the same (24 of 24 scans).
        worst = min(found.worst for found, _ in again)
    symbol = first.symbol
    best = _symbol_confidence(line, first)
    for found, each in again:
        sure = _symbol_confidence(each, found)
        if best < _SYMBOL_CERTAIN and sure > best + 0.1:
            symbol, best = found.symbol, sure
    return replace(first, number=number, symbol=symbol, worst=max(first.worst, worst))


def _symbol_confidence(line: Line, read: Numbered) -> float:
    spots = line.spots_of(*read.symbol_span)
    return line.with_spots(spots).confidence if spots else 0.0
