"""Number, symbol and date as papers write them.

The State writes ``14/QĐ-THLT`` and ``87/2025/QĐ-UBND``, the Party ``383-QĐ/TW`` (facts of
NĐ 30/2020/NĐ-CP annex I and HD 36-HD/VPTW).  Recognition spoils the word Số, loses the bar
of Đ, and cannot read numbers written by hand: those are never proposed.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

from hoso.ingest.classifiers import Classifiers, plain
from hoso.ingest.propose.lines import Line, Spot

__all__ = ["DateParts", "Numbered", "date_parts", "dates_in", "find_number", "read_date"]

# Số, Só:, só., S6, $6, sb ... then what follows.
_INTRODUCED = re.compile(
    r"^[\W_]{0,4}(?:[Ss$§5]\s?[^\W\d_]|[Ss$§][6óôốộ0])[^\s\w]{0,2}\s{0,2}[:.;,]?\s*(?=\S)"
)
_SYMBOL = r"[A-ZĐÂÊÔƠƯ][\wĐđ]{0,9}(?:\s?[-\u2013,.&/]\s?[A-ZĐÂÊÔƠƯ][\wĐđ]{0,14}){0,5}"
_STATE = re.compile(
    rf"(?P<number>.{{0,14}}?)\s*/+\s*(?:(?P<year>(?:19|20)\d\d)\s*/?\s*)?(?P<symbol>{_SYMBOL})"
)
_PARTY = re.compile(
    r"(?P<number>[^/]{0,10}?)\s*-\s*(?P<symbol>[A-ZĐ][A-Za-zĐđ]{0,4}\s*/\s*[A-ZĐ][\wĐđ.]{0,14}"
    r"(?:\s?-\s?[A-ZĐ][\wĐđ]{0,14})?)"
)
_NUMBER = re.compile(r"\d{1,6}[a-eA-EđĐ]?")  # 14a, 3176B: papers slipped in later
_BARE = re.compile(r"^\W{0,3}[Ss]ố\s{0,2}[:.]\s*(\d{1,6}[a-zA-Z]?)\s*$")


@dataclass(frozen=True)
class Numbered:
    """What a number line says; *number* is None where it cannot be read for certain."""

    number: str | None
    year: str | None
    symbol: str | None
    introduced: bool
    span: tuple[int, int]  # of the number in the line's text
    symbol_span: tuple[int, int]
    worst: float  # confidence of the worst digit


def find_number(line: Line, data: Classifiers, expected: tuple[str, ...]) -> Numbered | None:
    """Read *line* as a number line; None where it is none."""
    text = line.text.replace("Ð", "Đ").replace("\u2013", "-").replace("\u2014", "-")
    introduced = _INTRODUCED.match(text)
    start = introduced.end() if introduced else 0
    rest = text[start:]
    if introduced is None and not re.search(
        r"/\s?[A-ZĐ]{1,6}\s?[-/]|\d\s?-\s?[A-ZĐ]{2,4}\s?/", rest
    ):
        return None
    party = _PARTY.match(rest)
    if party and party["symbol"].partition("/")[0].strip().upper() not in data.by_symbol:
        party = None
    found = party or _STATE.match(rest)
    if found is None:
        bare = _BARE.match(text)
        if bare is None:
            return None
        span = bare.span(1)
        worst = min((spot.digits for spot in line.spots_of(*span)), default=0.0)
        return Numbered(bare[1], None, None, True, span, span, worst)
    after = rest[found.end("symbol") :]
    if len(re.findall(r"[^\W\d_]{2,}", after)) >= 2:
        return None  # Quyết định số 3916/QĐ-BYT của Bộ Y tế: another paper is spoken of
    symbol = _repaired(re.sub(r"\s", "", found["symbol"]).strip(".,-/&"), data, expected)
    if not _is_symbol(symbol):
        return None
    written = found["number"].strip()
    span = (start + found.start("number"), start + found.end("number"))
    spots = line.spots_of(*span) if written else []
    worst = min((spot.digits for spot in spots), default=0.0)
    number = written if _NUMBER.fullmatch(written) and written.strip("0") else None
    year = found["year"] if found is not party else None
    symbol_span = (start + found.start("symbol"), start + found.end("symbol"))
    return Numbered(number, year, symbol, introduced is not None, span, symbol_span, worst)


def _is_symbol(symbol: str) -> bool:
    letters = [char for char in symbol if char.isalpha()]
    return len(letters) >= 2 and sum(map(str.isupper, letters)) >= 0.5 * len(letters)


def _repaired(symbol: str, data: Classifiers, expected: tuple[str, ...]) -> str:
    """Give a form's abbreviation back what recognition took: QD, QÐ, C-SYT of a Báo cáo."""
    head, separator, tail = re.match(r"([^-/]*)([-/]?)(.*)", symbol).groups()  # type: ignore[union-attr]
    if not separator:
        return symbol
    if head.upper() in data.by_symbol:
        return symbol
    for each in expected:
        if plain(each) == plain(head) or (
            len(each) > 1 and Levenshtein.distance(plain(each), plain(head)) == 1
        ):
            return f"{each}{separator}{tail}"
    same = [known for known in data.by_symbol if plain(known) == plain(head)]
    if len(same) == 1 and not expected:
        form = data.by_symbol[same[0]]
        written = next(each for each in form.symbols if each.upper() == same[0])
        return f"{written}{separator}{tail}"
    return symbol


# --- dates -------------------------------------------------------------------------------

# ngày 08 tháng 11 năm 2024; the words need only be like these three: nqày, thánq, nărn.
_WORDED = re.compile(
    r"(?<![^\W\d_])(?P<of_day>[^\W\d_]{2,6}|[^\W\d_]{1,3}[04][^\W\d_]{0,3})[\s.,:]{0,3}"
    r"(?P<day>\d\s?\d?)[\s.,]{0,3}"
    r"(?P<of_month>[^\W\d_]{3,7})[\s.,:]{0,3}(?P<month>\d\s?\d?)[\s.,]{0,3}"
    r"(?P<of_year>[^\W\d_]{2,5})[\s.,:]{0,3}n?(?P<year>\d{4})(?!\d)"
)
_LIKE_FIGURES = str.maketrans(dict.fromkeys("IlÌÍìí|]T", "1") | dict.fromkeys("OÔÒÖoô", "0"))
_PRINTED_DAY = 94.0  # least confidence of a day's figures in one of several looks
_ALIKE = {"of_day": ("ngay", 60), "of_month": ("thang", 66), "of_year": ("nam", 57)}
_FIGURES = re.compile(
    r"(?<![\d/])(?P<day>\d{1,2})[/.-](?P<month>\d{1,2})[/.-](?P<year>\d{4})(?!\d)"
)


def read_date(text: str, *, latest: int) -> tuple[str, list[tuple[int, int]]] | None:
    """Return the date in *text* as ISO 8601 and where its figures stand; None if not certain."""
    for found, value in _dates(text):
        if 1945 <= value.year <= latest:
            return value.isoformat(), [found.span(name) for name in ("day", "month", "year")]
    return None


def dates_in(text: str) -> list[str]:
    """Return all dates in *text*, ISO 8601, as they follow each other."""
    return [
        value.isoformat() for _, value in sorted(_dates(text), key=lambda each: each[0].start())
    ]


def _dates(text: str) -> Iterator[tuple[re.Match[str], date]]:
    """Give the dates that exist, those in words first."""
    for pattern in (_WORDED, _FIGURES):
        for found in pattern.finditer(text):
            if not _are_words_of_date(found.groupdict()):
                continue
            day, month, year = (
                int(found[name].replace(" ", "")) for name in ("day", "month", "year")
            )
            with contextlib.suppress(ValueError):
                yield found, date(year, month, day)


@dataclass(frozen=True)
class DateParts:
    """What one look at a date line says; None where a part cannot be told."""

    day: int | None
    day_is_printed: bool  # two figures and nothing else, read for certain
    month: int | None
    year: int | None


def date_parts(line: Line) -> DateParts | None:
    """Take a date line apart: ngày, tháng, năm and what stands after each; None if it is none."""
    said = [re.sub(r"[^a-z]", "", plain(spot.text)) for spot in line.spots]
    month = _place("of_month", said, range(len(said)))
    year = _place("of_year", said, range(month + 1, len(said))) if month is not None else None
    if month is None or year is None:
        return None
    places = {"of_month": month, "of_year": year}
    if (day := _place("of_day", said, range(month))) is not None:
        places["of_day"] = day
    parts = {name: _after(line, at, places.values()) for name, at in places.items()}
    written = parts.get("of_day")
    figures = written.text.strip(".,:") if written else ""
    printed = written is not None and len(figures) == 2 and figures.isdecimal()
    after = parts["of_year"]
    found = re.search(r"(?<!\d)\d{4}(?!\d)", after.text) if after else None
    return DateParts(
        int(figures) if printed else None,
        printed and written is not None and written.digits >= _PRINTED_DAY,
        _month(parts["of_month"]),
        int(found[0]) if found else None,
    )


def _place(name: str, said: Sequence[str], among: Iterable[int]) -> int | None:
    """Return where the word of a date stands that is most like it should be."""
    word, least = _ALIKE[name]
    ranked = [(fuzz.ratio(said[at], word), -at) for at in among if len(said[at]) >= 2]
    alike, at = max(ranked, default=(0.0, 0))
    return -at if alike >= least else None


def _after(line: Line, at: int, words: Iterable[int]) -> Spot | None:
    """Return the one word between this word of a date and the next."""
    end = min((each for each in words if each > at), default=len(line.spots))
    between = [spot for spot in line.spots[at + 1 : end] if re.search(r"\w", spot.text)]
    return between[0] if len(between) == 1 else None


def _month(spot: Spot | None) -> int | None:
    """Return the month; it is printed nearly always, so I1 and lÌ are the 11 they look like."""
    if spot is None:
        return None
    figures = spot.text.strip(".,:").translate(_LIKE_FIGURES)
    if not re.fullmatch(r"\d{1,2}", figures) or not 1 <= int(figures) <= 12:
        return None
    return int(figures)


def _are_words_of_date(parts: Mapping[str, str]) -> bool:
    return all(
        fuzz.ratio(plain(parts[name]), word) >= least
        for name, (word, least) in _ALIKE.items()
        if name in parts
    )
