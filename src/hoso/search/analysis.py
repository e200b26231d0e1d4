"""Vietnamese words as the index knows them; documents and questions are cut alike, here.

The unit is the syllable, not the compound word: a question typed without marks cannot be
segmented, and a segmenter costs twenty times as much.  Two neighbouring syllables make one
bigram (``can_bo``), which serves phrases and compounds.  Everything is composed (NFC) first.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain
from operator import add

from hoso.kernel.text import fold, nfc, tone_placed

__all__ = [
    "VERSION",
    "Word",
    "bigrams",
    "cut",
    "exact_words",
    "folded_words",
    "has_marks",
    "joined",
    "name_code",
    "number_words",
    "words_at",
]

# Part of the fingerprint of an index: raise it whenever a word would be cut otherwise.
VERSION = 1

# Longer runs are cut, in documents and questions alike: digests, garbage of a scan.
_LONGEST = 40
_RUN = re.compile(r"[^\W_]+")
# Letters with marks that do not compose stay one word, as folding makes them.
_RUN_WITH_MARKS = re.compile(r"[^\W_][^\W_\u0300-\u036f]*(?:[\u0300-\u036f]+[^\W_]*)*")

_MOST_FORMS = 100_000
_LOOSE_MARK = re.compile(r"[\u0300-\u036f]")

Word = tuple[str, int, int]


def folded_words(text: str) -> list[str]:
    """Cut *text* into words without marks, in order."""
    return cut(text)[0]


def exact_words(text: str) -> list[str]:
    """Cut *text* into words with their marks, the tone on its old place (hoà is hòa)."""
    return cut(text)[1]


def cut(text: str) -> tuple[list[str], list[str]]:
    """Cut *text* into words without marks, and into words with them.

    Word by word, since texts of one office have few different ones: each is folded once.
    """
    lower = nfc(text).lower()
    if _LOOSE_MARK.search(lower) is None:
        # What stands between two spaces is mostly one word, and mostly known.
        chunks = lower.split()
        return (
            list(chain.from_iterable(map(_PLAIN.__getitem__, chunks))),
            list(chain.from_iterable(map(_MARKED.__getitem__, chunks))),
        )
    # A mark that does not compose parts a word that has marks, and not the one without.
    folded = [word[:_LONGEST] for word in _RUN.findall(fold(lower))]
    return folded, [word[:_LONGEST] for word in _RUN.findall(tone_placed(lower))]


class _Forms(dict[str, tuple[str, ...]]):
    """What stands between two spaces, as its words in one spelling."""

    def __init__(self, spelt: Callable[[str], str]) -> None:
        super().__init__()
        self.spelt = spelt

    def __missing__(self, chunk: str) -> tuple[str, ...]:
        made = tuple([self.spelt(word)[:_LONGEST] for word in _RUN.findall(chunk)])
        if len(chunk) <= _LONGEST:  # what is longer does not come again
            if len(self) >= _MOST_FORMS:
                self.clear()
            self[chunk] = made
        return made


_PLAIN, _MARKED = _Forms(fold), _Forms(tone_placed)


def bigrams(words: Sequence[str]) -> Iterator[str]:
    """Join each word with the next."""
    return map(add, [f"{word}_" for word in words[:-1]], words[1:])


def number_words(*texts: str) -> list[str]:
    """Cut numbers and symbols; ``014/QĐ-THLT`` and ``14/qd-thlt`` are one."""
    return [word.lstrip("0") or word for text in texts for word in folded_words(text)]


def name_code(name: str) -> int:
    """Return the facet code of a name however it is spelt: of its words without marks; 0 for none.

    ``UỶ BAN NHÂN DÂN`` and ``Ủy ban nhân dân`` are one.
    """
    return zlib.crc32(" ".join(folded_words(name)).encode()) & 0x7FFFFFFF


def has_marks(text: str) -> bool:
    """Say whether somebody typed at least one Vietnamese mark."""
    composed = nfc(text)
    return fold(composed) != composed.lower()


def words_at(text: str) -> Iterator[Word]:
    """Yield each word without marks and where it stands; *text* must be composed."""
    for found in _RUN_WITH_MARKS.finditer(text):
        yield fold(found.group())[:_LONGEST], found.start(), found.end()


def joined(words: Iterable[str]) -> str:
    """Write words as the index's white-space tokenizer reads them."""
    return " ".join(words)
