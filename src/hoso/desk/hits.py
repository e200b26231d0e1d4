"""Where on the pages of a paper the words of a question stand, to be drawn there (pure).

Words are found as the search finds them, without marks and through what recognition spoilt;
neighbours on one line are one hit.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from hoso.desk.on_page import joined
from hoso.kernel.errors import Invalid
from hoso.kernel.text import folded_words, nfc
from hoso.search.language import parse
from hoso.search.snippets import marked

__all__ = ["MOST", "Hit", "hits_in"]

#: Hits that are drawn in one paper; more would hide the page.
MOST = 300

Words = Sequence[Sequence[Any]]


@dataclass(frozen=True)
class Hit:
    """One place: page from 1, and box in fractions of the page."""

    page: int
    box: tuple[float, float, float, float]


def hits_in(pages: Sequence[Words], question: str, *, scanned: bool) -> tuple[Hit, ...]:
    """Return the places where the words of *question* stand, in reading order.

    A question that cannot be read marks nothing; the search says what is wrong with it.

    :param scanned: whether the words were recognised, so that misreadings are looked for too.
    """
    try:
        query = parse(nfc(question))
    except Invalid:
        return ()
    runs = [
        (number, [words[at] for at in run])
        for number, words in enumerate(pages, start=1)
        for run in _runs(words, _found(words, query, scanned=scanned))
    ]
    together = {_folded(word) for _number, run in runs if len(run) > 1 for word in run}
    return tuple(
        Hit(number, joined(word[2] for word in run))
        for number, run in runs
        # "lương" alone is on every line; where "nâng lương" stands, that is what was sought.
        if len(run) > 1 or _folded(run[0]) not in together
    )[:MOST]


def _folded(word: Sequence[Any]) -> str:
    return "".join(folded_words(str(word[0])))


def _found(words: Words, query: Any, *, scanned: bool) -> list[int]:
    """Return the indices of the words that are meant."""
    text, starts = "", []
    for word in words:
        starts.append(len(text))
        text += f"{nfc(str(word[0]))} "
    spans = marked(text, query, scanned=scanned)
    ends = [*starts[1:], len(text)]
    at = 0
    indices: list[int] = []
    for start, end in sorted(spans):
        while at < len(starts) and ends[at] <= start:
            at += 1
        here = at
        while here < len(starts) and starts[here] < end:
            if not indices or indices[-1] < here:
                indices.append(here)
            here += 1
    return indices


def _runs(words: Words, indices: list[int]) -> Iterator[list[int]]:
    """Yield neighbouring words of one line together."""
    if not indices:
        return
    run = [indices[0]]
    for before, at in pairwise(indices):
        if at == before + 1 and words[at][3] == words[before][3]:
            run.append(at)
        else:
            yield run
            run = [at]
    yield run
