"""The body that issues a paper: the last one named above the number (annex I, box 2)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

from hoso.ingest.classifiers import Classifiers, begins_like, plain
from hoso.ingest.propose.head import Head
from hoso.ingest.propose.lines import Line
from hoso.ingest.propose.proposal import Proposal, from_lines

__all__ = ["read_agency"]


_KNOWN_ALIKE = 88
_KNOWN_LINE = 80  # the same, of a line by itself
_READ_WELL = 93.0  # confidence of a word that need not be guessed: THƯỢNG is no TRƯỜNG


def read_agency(head: Head, number: Line | None, data: Classifiers) -> Proposal | None:
    """Return the body that issues: the last one named above the number."""
    limit = number.y0 + 0.3 * number.height if number else head.bottom
    lines = [line for line in head.left if line.y1 <= limit + 0.004 and _is_name(line, data)]
    if not lines:
        return None
    if number is None and not head.has_motto:
        return None
    bodies = _bodies(lines, data)
    value = _named(bodies[-1], data)
    if not value:
        return None
    above = _named(bodies[-2], data) if len(bodies) > 1 else ""
    placed = _placed(value, above, data)
    return from_lines(placed, bodies[-1], "agency.head" if placed == value else "agency.placed")


def _is_name(line: Line, data: Classifiers) -> bool:
    if line.letters < 3 or line.capitals < 0.55:
        return False
    return not any(fuzz.ratio(line.plain, motto) >= 80 for motto in data.mottos)


def _bodies(lines: Sequence[Line], data: Classifiers) -> list[list[Line]]:
    """Group the lines into bodies, those above before the one that issues.

    The one that issues is bold, those above are not (annex I, box 2); where nothing is known of
    weight, or everything is bold, a word such as SỞ begins a new one.
    """
    told_by_weight = len({line.bold for line in lines}) == 2
    bodies: list[list[Line]] = []
    for written in lines:
        line = _without_smudge(written, data)
        last = bodies[-1][-1] if bodies else None
        if last is None or _is_known(line, data):
            bodies.append([line])
        elif _goes_on(last) and not (told_by_weight and line.bold and not last.bold):
            bodies[-1].append(line)
        elif line.bold and not last.bold:
            bodies.append([line])
        elif told_by_weight and line.bold:
            bodies[-1].append(line)
        elif _begins_body(line, data):
            bodies.append([line])
        else:
            bodies[-1].append(line)
    return bodies


def _goes_on(last: Line) -> bool:
    """Tell whether a name cannot end with this line."""
    return (last.spots[-1].text[-1] in "-\u2013," and last.spots[-1].confidence > 85) or _is_cut(
        last.plain
    )


def _is_known(line: Line, data: Classifiers) -> bool:
    """Tell a line that recognition spoilt and that can only be one body's name: SỚỞYTÉ."""
    if line.confidence >= 0.9:
        return False
    joined = re.sub(r"[^a-z]", "", line.plain)
    return any(
        fuzz.ratio(joined, plain(known).replace(" ", "")) >= _KNOWN_LINE
        for known in data.known_bodies
    )


def _begins_body(line: Line, data: Classifiers) -> bool:
    """Tell whether a line begins as names of bodies do: SỞ Y TẾ; but VIÊN CHỨC is no VIỆN."""
    if line.plain.startswith(data.no_bodies):
        return False
    if line.confidence >= 1:
        first = line.text.lower()
        return any(first == each or first.startswith(f"{each} ") for each in data.marked_bodies)
    if all(spot.confidence >= _READ_WELL for spot in line.spots[:2]):
        return any(f"{line.plain} ".startswith(f"{each} ") for each in data.bodies)
    return _begins_with(line.plain, data.bodies)


def _without_smudge(line: Line, data: Classifiers) -> Line:
    """Drop a letter or two in front of a word that a body's name begins with."""
    rest = line.spots[1:]
    if not rest or len(line.spots[0].text) > 2 or _begins_with(line.plain, data.bodies):
        return line
    shorter = line.with_spots(rest)
    return shorter if _begins_with(shorter.plain, data.bodies) else line


def _is_cut(text: str) -> bool:
    """Tell whether a name cannot end here: the next line goes on."""
    return text.endswith((" va", " cua", " ve", " thuoc", "ban chap hanh", "ban thuong vu"))


def _begins_with(text: str, beginnings: tuple[str, ...]) -> bool:
    text = re.sub(r"^[^a-z0-9]+", "", text)
    if any(text == each or text.startswith(each + " ") for each in beginnings):
        return True
    if begins_like(text, beginnings, recognised=True):
        return True  # CHI GỤC, CÔNG POÀN
    # SƠ Y TE, SỚYTÉ: a short word may be run into the next.
    first = text.split(" ", 1)[0]
    return any(
        len(each) >= 4 and Levenshtein.distance(first, each) <= 1 for each in beginnings
    ) or text.startswith(("soyte", "sogiao", "sonoi"))


def _named(lines: Sequence[Line], data: Classifiers) -> str:
    """Return the name on *lines*; recognition's SƠ Y TE is the SỞ Y TẾ everybody knows."""
    name = _tidy(" ".join(line.text for line in lines))
    if all(line.confidence >= 1 for line in lines):
        return name
    joined = plain(name).replace(" ", "")
    for known in data.known_bodies:
        if fuzz.ratio(joined, plain(known).replace(" ", "")) >= _KNOWN_ALIKE:
            return known
    return name


def _tidy(text: str) -> str:
    text = re.sub(r"^[^\w(]+|[^\w)]+$", "", text)
    return re.sub(r"\s+", " ", text).strip()


def _placed(value: str, above: str, data: Classifiers) -> str:
    """Add the place of the body above to a name that means nothing without it."""
    name, over = plain(value), plain(above)
    if not over or not any(name == each or name.startswith(each + " ") for each in data.placed):
        return value
    if any(f" {place} " in f" {name} " for place in data.places):
        return value
    found = [at for place in data.places if (at := f" {over} ".find(f" {place} ")) >= 0]
    if not found or len(over) != len(above):
        return value
    place = above[min(found) :]
    if plain(place) == "trung uong" or len(place.split()) >= 2:
        return f"{value} {place}"
    return value
