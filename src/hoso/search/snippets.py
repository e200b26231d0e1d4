"""Where in a text the words of a question stand: snippets and pages.

Works on the text of the record, after the record has been checked: the index keeps none.  Folding
keeps the length of composed text, so what is found without marks is shown with them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import islice

from hoso.kernel.text import fold, nfc
from hoso.search.analysis import words_at
from hoso.search.language import Query
from hoso.search.misreadings import meanings

__all__ = ["Parts", "marked", "pages_of", "snippet"]

# Pieces of text in order, and whether each is to be marked; nothing is escaped.
Parts = list[tuple[str, bool]]

_WIDTH = 240
# What lies deeper in one text is not looked at.
_FARTHEST = 1_000_000
_FARTHEST_REPAIR = 40_000
_MOST_MATCHES = 3_000
_CONTROL = re.compile(r"[\s\x00-\x1f\x7f]")
_GAP = re.compile(r"[\s\-/.,]*")

Match = tuple[str, int, int]


def snippet(text: str, query: Query, *, width: int = _WIDTH, scanned: bool = False) -> Parts:
    """Cut the part of *text* that holds most of the words, about *width* characters.

    For a *scanned* text, words that it may have meant are marked as well.
    """
    composed = nfc(text)[:_FARTHEST]
    found = _matches(composed, query, scanned=scanned)
    start, end = _window(composed, found, width=width)
    shown = [match for match in found if match[1] >= start and match[2] <= end]
    return _parts(composed, shown, start=start, end=end)


def pages_of(pages: Iterable[str], query: Query, *, scanned: bool = False) -> list[int]:
    """Return the numbers, from 1, of the pages that hold most of the words."""
    counts = {
        number: len({word for word, _, _ in _matches(nfc(page), query, scanned=scanned)})
        for number, page in enumerate(pages, 1)
    }
    most = max(counts.values(), default=0)
    return [number for number, count in counts.items() if count == most] if most else []


def marked(text: str, query: Query, *, scanned: bool = False) -> list[tuple[int, int]]:
    """Return where in *text*, which is composed, the words of the question stand."""
    return [(start, end) for _, start, end in _matches(text, query, scanned=scanned)]


def _matches(text: str, query: Query, *, scanned: bool) -> list[Match]:
    wanted, beginnings = set(query.words), query.beginnings
    if not wanted and not beginnings:
        return []
    folded = fold(text)
    if len(folded) == len(text):
        pattern = _pattern(tuple(sorted(wanted)), beginnings)
        each = islice(pattern.finditer(folded), _MOST_MATCHES)
        found = [(m.group(), m.start(), m.end()) for m in each]
    else:  # marks that do not compose: word by word
        found = [
            match
            for match in words_at(text)
            if match[0] in wanted or match[0].startswith(beginnings)
        ]
    found = found[:_MOST_MATCHES]
    if scanned and len({word for word, _, _ in found}) < len(wanted):
        found = sorted({*found, *_meant(text, wanted)}, key=lambda match: match[1])
    return found


def _pattern(words: tuple[str, ...], beginnings: tuple[str, ...]) -> re.Pattern[str]:
    # Longest first, so that a word is not found as the beginning of another.
    whole = [*sorted(words, key=len, reverse=True), *(f"{start}[^\\W_]*" for start in beginnings)]
    return re.compile(rf"(?<![^\W_])(?:{'|'.join(whole)})(?![^\W_])")


def _meant(text: str, wanted: set[str]) -> list[Match]:
    read = list(words_at(text[:_FARTHEST_REPAIR]))
    return [
        (meant, start, end)
        for (_, start, end), others in zip(read, meanings([w for w, _, _ in read]), strict=True)
        for meant in others
        if meant in wanted
    ]


def _window(text: str, found: Sequence[Match], *, width: int) -> tuple[int, int]:
    if not found:
        return 0, _word_end(text, width)
    best, best_at = 0, found[0][1]
    last = 0
    for first, (_, start, _) in enumerate(found):
        last = max(last, first)
        while last < len(found) and found[last][2] <= start + width * 3 // 4:
            last += 1
        held = len({word for word, _, _ in found[first : min(last, first + 40)]})
        if held > best:
            best, best_at = held, start
    start = max(0, best_at - width // 4)
    if start:
        space = text.rfind(" ", max(0, start - 20), best_at)
        start = space + 1 if space >= 0 else start
    return start, _word_end(text, start + width)


def _word_end(text: str, at: int) -> int:
    if at >= len(text):
        return len(text)
    space = text.find(" ", at, at + 20)
    return space if space >= 0 else at


def _parts(text: str, found: Sequence[Match], *, start: int, end: int) -> Parts:
    parts: Parts = [("… ", False)] if start else []
    at = start
    for _, left, right in found:
        if left < at:
            continue
        between = _clean(text[at:left])
        if parts and parts[-1][1] and _GAP.fullmatch(between):
            parts[-1] = (parts[-1][0] + between + _clean(text[left:right]), True)
        else:
            if between:
                parts.append((between, False))
            parts.append((_clean(text[left:right]), True))
        at = right
    rest = _clean(text[at:end]) + (" …" if end < len(text) else "")
    if rest:
        parts.append((rest, False))
    return parts


def _clean(text: str) -> str:
    return _CONTROL.sub(" ", text)
