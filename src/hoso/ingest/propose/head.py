"""The head of a paper: two columns down to the form's name or the addressee.

Left the body that issues and the number, right the national name (or the Party's), place and
date (NĐ 30/2020/NĐ-CP annex I, boxes 1 to 4).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

from hoso.ingest.classifiers import Classifiers, plain
from hoso.ingest.propose.lines import Line, Sheet, Spot
from hoso.ingest.propose.number import Numbered, date_parts, find_number, read_date
from hoso.ingest.propose.proposal import Proposal, from_lines

__all__ = [
    "Head",
    "opens_subject",
    "read_date_line",
    "read_head",
    "read_number_line",
]

_ZONE = 0.45  # of the page; an attachment's own head further down is not this paper's
_DEFAULT_SPLIT = 0.46
_DATE_CERTAIN = 97.0  # of the worst figure of the whole date
_DAY_CERTAIN = 93.0  # of the day as a word: printed 95 to 97, written 33 at most
_DAY_FIGURES_CERTAIN = 98.3  # of its worst figure: printed 98.7 and more
OPENER = re.compile(
    # V/v, V.v, V/vbáo cáo: with a sign between; Víy, Vlv: without one, then as a word.
    r"^\W{0,3}[VYv]\s?(?:[/|'\u2019,.]{1,2}\s?[vyVYẤýìỳ/]?|[1lIïĩíi]{0,2}\s?[vyVYẤýìỳ](?![^\W\d_]))"
    r"\W{0,2}\s*(?=\S)"
)
_PLACE_DATE = re.compile(r"^\W{0,3}[A-ZĐÀ-Ỹ][\w .\-]{1,40},\s*ng\w{2,3}\s")


@dataclass(frozen=True)
class Head:
    """The lines above the form's name or the addressee, by column."""

    left: tuple[Line, ...]
    right: tuple[Line, ...]
    bottom: float  # where the head ends, in fractions of the page
    split: float  # where the right column begins
    has_motto: bool


def read_head(sheet: Sheet, data: Classifiers, *, bottom: float) -> Head:
    """Split the head of *sheet* into its columns; *bottom* is where it ends at the latest."""
    zone = [line for line in sheet.lines if line.y0 < min(bottom, _ZONE)]
    starts = [start for line in zone if (start := _motto_start(line, data)) is not None]
    split = min(starts) - 0.015 if starts else _DEFAULT_SPLIT
    left: list[Line] = []
    right: list[Line] = []
    for line in zone:
        legible = [spot for spot in line.spots if not _is_smudge(spot)]
        for part in _parts(line.with_spots(legible), split) if legible else ():
            (left if part.middle < split else right).append(part)
    left.sort(key=lambda line: line.y0)
    right.sort(key=lambda line: line.y0)
    return Head(tuple(_rows(left)), tuple(_rows(right)), bottom, split, bool(starts))


def _motto_start(line: Line, data: Classifiers) -> float | None:
    """Return where the national name or motto begins in *line*."""
    words = [spot for spot in line.spots if any(map(str.isalpha, spot.text))]
    folded = [re.sub(r"[^a-z]", "", line.with_spots([spot]).plain) for spot in words]
    for motto in data.mottos:
        parts = re.findall(r"[a-z]+", motto)
        for index, word in enumerate(folded):
            if words[index].x0 < 0.25 and len(words) < 5:
                continue
            pairs = list(zip(folded[index : index + len(parts)], parts, strict=False))
            alike = sum(fuzz.ratio(one, other) >= 66 for one, other in pairs)
            if alike >= 3 and fuzz.ratio(word, parts[0]) >= 60 and words[index].x0 > 0.3:
                return words[index].x0
    return None


def _is_smudge(spot: Spot) -> bool:
    """Tell what recognition made of a speck: a letter or two it does not believe itself."""
    if spot.confidence >= 35 or "/" in spot.text or any(map(str.isdigit, spot.text)):
        return False
    if plain(spot.text).strip(" :.") == "so":
        return False  # written over by hand, it still says that this is the number's line
    return sum(map(str.isalpha, spot.text)) <= 2


def _parts(line: Line, split: float) -> list[Line]:
    """Cut a line that runs through both columns; a line of one column stays whole."""
    left = [spot for spot in line.spots if spot.middle < split]
    right = [spot for spot in line.spots if spot.middle >= split]
    if not left or not right:
        return [line]
    if min(spot.x0 for spot in right) - max(spot.x1 for spot in left) < -0.005:
        return [line]
    return [line.with_spots(left), line.with_spots(right)]


def _rows(lines: list[Line]) -> list[Line]:
    """Join pieces of the same row; recognition sets marks over letters apart."""
    rows: list[Line] = []
    for line in lines:
        if not any(map(str.isalnum, line.text)):
            continue
        last = rows[-1] if rows else None
        if last is not None and abs((last.y0 + last.y1) - (line.y0 + line.y1)) / 2 < 0.5 * min(
            last.height, line.height
        ):
            spots = sorted([*last.spots, *line.spots], key=lambda spot: spot.x0)
            rows[-1] = last.with_spots(spots)
        else:
            rows.append(line)
    return rows


# --- number and symbol -------------------------------------------------------------------


def read_number_line(
    head: Head, data: Classifiers, expected: tuple[str, ...]
) -> tuple[Line, Numbered] | None:
    """Return the line of number and symbol; *expected* are the abbreviations of the form."""
    best: tuple[int, Line, Numbered] | None = None
    for line in head.left:
        if best is not None and opens_subject(line, data):
            break  # what a letter is about may name another paper's number
        numbered = find_number(line, data, expected)
        if numbered is None:
            continue
        if numbered.symbol and numbered.introduced:
            return line, numbered
        rank = 2 * bool(numbered.symbol) + numbered.introduced
        if best is None or rank > best[0]:
            best = (rank, line, numbered)
    return (best[1], best[2]) if best else None


# --- date --------------------------------------------------------------------------------


def read_date_line(
    head: Head, *, recognised: bool, latest: int
) -> tuple[Proposal | None, Line | None]:
    """Return the date of the paper from the right column (or below it), and its line.

    A line without a proposal is one to look at again: recognition was not certain of it.
    """
    lines = [*head.right, *(line for line in head.left if _PLACE_DATE.match(line.text))]
    for line in lines:
        dated = read_date(line.text, latest=latest)
        if dated is None:
            continue
        value, spans = dated
        touched = [spot for span in spans for spot in line.spots_of(*span)]
        worst = min((spot.digits for spot in touched), default=100.0)
        if recognised and (
            worst < _DATE_CERTAIN or not all(map(_is_printed_day, line.spots_of(*spans[0])))
        ):
            # A day written by hand: no engine reads it; the form shows the picture instead.
            return None, line
        found = from_lines(value, [line], "date.head")
        sure = min(found.confidence, worst / 100)
        return Proposal(value, sure, found.page, found.box, found.rule), line
    if recognised:
        return None, next((line for line in _whole_rows(lines) if date_parts(line)), None)
    return None, None


def _is_printed_day(spot: Spot) -> bool:
    """Tell two figures read for certain; what a hand wrote came out so on none of 20 scans."""
    figures = spot.text.strip(".,:")
    if len(figures) != 2 or not figures.isdecimal():
        return False
    return spot.confidence >= _DAY_CERTAIN and spot.digits >= _DAY_FIGURES_CERTAIN


def _whole_rows(lines: Sequence[Line]) -> list[Line]:
    """Join pieces of a row that a gap left apart: a day written by hand is no word."""
    rows: list[Line] = []
    for line in sorted(lines, key=lambda line: (line.page, line.y0)):
        last = rows[-1] if rows else None
        if last is not None and abs(last.y0 - line.y0) < 0.6 * line.height:
            spots = sorted([*last.spots, *line.spots], key=lambda spot: spot.x0)
            rows[-1] = last.with_spots(spots)
        else:
            rows.append(line)
    return rows


def opens_subject(line: Line, data: Classifiers) -> bool:
    """Tell whether a line begins with V/v, as recognition reads it, or Về việc."""
    if OPENER.match(line.text) and re.match(r"\W{0,3}[VvY]", line.text):
        return True
    return line.plain.lstrip("-. '").startswith(data.openers)
