"""Names of people as signatures write them, also where a stamp or a stroke hides a part."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rapidfuzz import fuzz

from hoso.ingest.classifiers import Classifiers, plain
from hoso.ingest.propose.lines import Line, Spot
from hoso.ingest.propose.proposal import Proposal

__all__ = [
    "best_name",
    "given_names",
    "is_name",
    "known_signer",
    "may_be_rest",
    "name_in",
    "surname_before",
]


_SHORTEST_REST = 6  # letters of a name that may be taken for the whole of one
_REST_ALIKE = 75  # of 100, of given names looked at again
_KNOWN_ALIKE = 78  # of 100, with a known signer's name
_KNOWN_MARGIN = 8
_WORD = re.compile(r"[^\W\d_]+[.,]?")


def known_signer(
    lines: Sequence[Line], capacity: Sequence[Line], known: Sequence[str]
) -> Proposal | None:
    """Return whom of the *known* signers the lines name, if they can only mean one of them.

    A stamp may hide the surname or spoil letters: so much of a name must be alike, and so much
    less of anybody else's.
    """
    ranked: dict[str, tuple[float, Line, str]] = {}
    for line in lines:
        said = re.sub(r"[^a-z ]+", "", line.plain)
        if len(said) < _SHORTEST_REST or line in capacity:
            continue
        for name in known:
            alike = _name_alike(plain(name), said)
            key = plain(name)
            if alike >= _KNOWN_ALIKE - _KNOWN_MARGIN and alike > ranked.get(key, (0.0,))[0]:
                ranked[key] = (alike, line, name)
    best = sorted(ranked.values(), key=lambda each: -each[0])[:2]
    if not best or best[0][0] < _KNOWN_ALIKE:
        return None
    if len(best) > 1 and best[0][0] - best[1][0] < _KNOWN_MARGIN:
        return None
    alike, line, name = best[0]
    return Proposal(name, min(0.97, alike / 100), line.page, line.box, "signer.known")


def _name_alike(name: str, said: str) -> float:
    """Return how alike a name and the end of a line are, 0 to 100; spaces do not count."""
    meant, read = name.replace(" ", ""), said.replace(" ", "")
    if len(read) <= len(meant):
        # What is left of the name must be its end: the stamp stands left of it.
        return fuzz.ratio(meant, read)
    return max(
        fuzz.ratio(meant, read[-length:]) for length in range(len(meant) - 1, len(meant) + 2)
    )


def name_in(line: Line, data: Classifiers, *, loose: bool) -> tuple[str, list[Spot]] | None:
    """Return the personal name *line* ends with: two to five capitalised words, a surname first."""
    spots = [spot for spot in line.spots if any(map(str.isalpha, spot.text))]
    while spots and data.titles.match(plain(spots[0].text).lstrip("(.")) and len(spots) > 2:
        spots = spots[1:]
    words = [re.sub(r"^[^\w]+|[^\w]+$", "", spot.text) for spot in spots]
    if not 2 <= len(words) <= 6:
        return None
    for start in range(max(0, len(words) - 5), len(words) - 1):
        if is_name(words[start:], data, loose=loose):
            return " ".join(words[start:]), spots[start:]
    return None


def best_name(
    lines: Sequence[Line], known: Sequence[Line], data: Classifiers
) -> tuple[str, float, Line] | None:
    """Choose among names read in several ways: whole ones, read most often and most surely.

    A stroke of the pen often covers the surname, and Hoàng Anh is then left of Lê Hoàng Anh;
    a name of two words that may be such a rest counts only where a whole one confirms it.
    """
    votes: dict[str, list[tuple[float, Line, str]]] = {}
    for line in lines:
        for name, spots, factor in _readings(line, data):
            part = line.with_spots(spots)
            if known and not any(each.x0 - 0.12 < part.middle < each.x1 + 0.12 for each in known):
                continue
            votes.setdefault(plain(name), []).append((part.confidence * factor, part, name))
    whole = {key: seen for key, seen in votes.items() if not may_be_rest(seen[0][2], data)}
    ranked = sorted(whole.items(), key=lambda item: -sum(sure for sure, _, _ in item[1]))
    for _, seen in ranked:
        sure, line, name = max(seen, key=lambda each: each[0])
        if sure >= 0.85 or (len(seen) > 1 and sure >= 0.55):
            certain = min(0.95, sure * (0.85 if len(seen) == 1 else 1.0))
            return name, certain, line
    return None


def may_be_rest(name: str, data: Classifiers) -> bool:
    words = name.split()
    return len(words) == 2 and words[0].lower() in data.middle_names


def _readings(line: Line, data: Classifiers) -> list[tuple[str, list[Spot], float]]:
    """Return the names a line of the second look may hold, repaired where one way only fits."""
    spots: list[Spot] = []
    for spot in line.spots:
        # LêHoàngAnh: the words of one run.
        parts = re.findall(r"[A-ZÀ-ỸĐ][a-zà-ỹđ]+", spot.text)
        if len(parts) >= 2 and "".join(parts) == spot.text:
            spots += [spot._replace(text=part) for part in parts]
        else:
            spots.append(spot)
    found = name_in(line.with_spots(spots), data, loose=True)
    if found is None:
        return _repaired(spots, data)
    name, used = found
    words = name.split()
    surname = data.surname(words[0])
    name = " ".join([surname, *words[1:]])
    readings = [(name, used, 1.0)]
    before = spots[: spots.index(used[0])]
    if before and used[0].x0 - before[-1].x1 < 0.015:
        readings = _repaired([before[-1], *used], data) or readings
    return readings


def _repaired(spots: list[Spot], data: Classifiers) -> list[tuple[str, list[Spot], float]]:
    """Complete a surname of which a stroke left the end: ,ê Hoàng Anh, yễn Trúc Giang."""
    words = [spot for spot in spots if any(map(str.isalpha, spot.text))]
    for start in range(max(0, len(words) - 5), len(words) - 2):
        rest = [re.sub(r"^\W+|\W+$", "", spot.text) for spot in words[start + 1 :]]
        if not all(re.fullmatch(r"[A-ZÀ-ỸĐ][a-zà-ỹđ]{1,7}", word) for word in rest):
            continue
        tail = re.search(r"[^\W\d_]*$", re.sub(r"\W+$", "", words[start].text))
        surname = data.surname_ending(tail[0]) if tail else None
        if surname is not None:
            return [(" ".join([surname, *rest]), words[start:], 0.9)]
    return []


def given_names(line: Line) -> list[str]:
    """Return the one to three names a line ends with, where its surname was not read."""
    words = [re.sub(r"^\W+|\W+$", "", spot.text) for spot in line.spots]
    names: list[str] = []
    for word in reversed(words):
        if not re.fullmatch(r"[A-ZÀ-ỸĐ][a-zà-ỹđ]{1,6}", word) or len(names) == 3:
            break
        names.insert(0, word)
    return names if len(names) >= 2 else []


def surname_before(line: Line, names: Sequence[str], data: Classifiers) -> tuple[str, float] | None:
    """Return the surname that stands before *names* in one look at their line, and its weight.

    A surname read whole weighs what it was sure of, one that only a part can be of half.
    """
    said = "".join(spot.text for spot in line.spots)
    letters = re.sub(r"[^a-z]", "", plain(said))
    rest = re.sub(r"[^a-z]", "", plain("".join(names)))
    if fuzz.ratio(letters[-len(rest) :], rest) < _REST_ALIKE:
        return None
    # Back to the text with its marks: as many letters as stand before the rest.
    before = [char for char in said if char.isalpha()][: len(letters) - len(rest)]
    found = "".join(before[-7:])
    sure = max(
        0.4, min(spot.confidence for spot in line.spots[: max(1, len(line.spots) - 1)]) / 100
    )
    for start in range(len(found)):
        if plain(found[start:]) in data.common_surnames:
            return data.surname(found[start:].title()), sure
    for start in range(len(found) - 1, -1, -1):
        if (surname := data.surname_ending(found[start:])) is not None:
            return surname, 0.5 * sure
    return None


def is_name(words: Sequence[str], data: Classifiers, *, loose: bool) -> bool:
    """Tell whether *words* are a Vietnamese name as signatures write it."""
    if not 2 <= len(words) <= 5:
        return False
    if any(not _WORD.fullmatch(word) or len(word) > 8 for word in words):
        return False
    titled = all(word[0].isupper() and (len(word) == 1 or not word.isupper()) for word in words)
    if not titled or any(word[1:] != word[1:].lower() for word in words):
        return False
    # Read from a layer the marks can be trusted: Nhân is no Nhan.
    return plain(words[0]) in data.surnames if loose else words[0].lower() in data.marked_surnames
