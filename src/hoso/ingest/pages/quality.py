"""Is a text believable Vietnamese?  Scanners write text layers in the wrong language.

Two shares over the words of two letters and more: how many are well-formed syllables, and
how many carry a Vietnamese mark.  Real text has 0.86-1.00 and 0.75-0.92; wrong-language
layers 0.64-0.70 and 0.00-0.23; raw TCVN3 and VNI below 0.41 (measured, ADR "Reading").
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

__all__ = ["Quality", "is_readable_latin", "quality"]

_INITIALS = (
    *("ngh", "ng", "gh", "gi", "kh", "nh", "ph", "qu", "th", "tr", "ch"),
    *("b", "c", "d", "đ", "g", "h", "k", "l", "m", "n", "p", "r", "s", "t", "v", "x", ""),
)
# Vowel groups by what may follow them.
_OPEN = (
    *("a", "e", "ê", "i", "o", "ô", "ơ", "u", "ư", "y", "ai", "ao", "au", "ay", "âu", "ây"),
    *("eo", "êu", "ia", "iu", "iêu", "yêu", "oa", "oai", "oao", "oay", "oe", "oeo", "oi", "ôi"),
    *("ơi", "ua", "uê", "ui", "uơ", "uy", "uya", "uyu", "uây", "uôi", "ưa", "ưi", "ươi", "ươu"),
    *("ưu", "uo"),
)
_CLOSED = (
    *("a", "ă", "â", "e", "ê", "i", "o", "ô", "ơ", "u", "ư", "y", "iê", "yê", "oa", "oă", "oe"),
    *("oo", "uâ", "uê", "uô", "ươ", "uy", "uyê", "ua", "uă"),
)
_FINALS = ("ch", "nh", "ng", "c", "m", "n", "p", "t")
_TONES = frozenset("\u0300\u0301\u0303\u0309\u0323")
_LETTERS_WITH_MARK = re.compile("[ăâđêôơư]")
_WORD = re.compile(r"[^\W\d_]{2,19}")
_LATIN = re.compile(r"[a-z]{2,19}")

_SYLLABLES = frozenset(
    initial + rhyme
    for initial in _INITIALS
    for rhyme in (*_OPEN, *(vowel + final for vowel in _CLOSED for final in _FINALS))
)

_ENOUGH = 30  # fewer words prove nothing
_WELL_FORMED = 0.85
_MARKED = 0.45


@dataclass(frozen=True)
class Quality:
    """How many words there are, and the shares of well-formed and of marked ones."""

    words: int
    well_formed: float
    marked: float

    @property
    def is_vietnamese(self) -> bool | None:
        """Tell whether this is Vietnamese; None where there are too few words to tell."""
        if self.words < _ENOUGH:
            return None
        return self.well_formed >= _WELL_FORMED and self.marked >= _MARKED

    @property
    def score(self) -> float:
        """One number to compare two readings of the same page."""
        return self.well_formed * (0.5 + self.marked)


def quality(text: str) -> Quality:
    """Measure *text*."""
    count = well_formed = marked = abbreviations = 0
    for word in _WORD.findall(unicodedata.normalize("NFC", text)):
        is_syllable, has_mark, is_abbreviation = _judged(word)
        if is_abbreviation:
            abbreviations += 1  # UBND, HĐND: lists of recipients are full of them
            continue
        count += 1
        well_formed += is_syllable
        marked += has_mark
    count += max(0, abbreviations - count)
    if not count:
        return Quality(0, 0.0, 0.0)
    return Quality(count, well_formed / count, marked / count)


@lru_cache(maxsize=1 << 14)
def _judged(word: str) -> tuple[bool, bool, bool]:
    """Tell whether a word is a syllable, has a mark, is an abbreviation; few words are many."""
    bare, tones = _without_tone(word.lower())
    is_syllable = tones <= 1 and bare in _SYLLABLES
    has_mark = tones > 0 or _LETTERS_WITH_MARK.search(bare) is not None
    return is_syllable, has_mark, not is_syllable and not tones and word.isupper()


def is_readable_latin(text: str) -> bool:
    """Tell whether *text* reads like words of another European language, not like noise."""
    words = _WORD.findall(text.lower())
    if not words:
        return False
    plain = sum(
        1
        for word in words
        if _LATIN.fullmatch(word) and (len(word) < 4 or set(word) & set("aeiouy"))
    )
    return plain >= 0.8 * len(words) and text.count("(cid:") == 0


def _without_tone(word: str) -> tuple[str, int]:
    if word.isascii():
        return word, 0
    parts = unicodedata.normalize("NFD", word)
    bare = "".join(char for char in parts if char not in _TONES)
    return unicodedata.normalize("NFC", bare), len(parts) - len(bare)
