"""The syllables of Vietnamese: letters, tone, and which of them can be written.

A syllable is an initial, a rhyme and one of six tones.  After a closing c, ch, p, t only the
sharp and the heavy tone exist.  Where the mark of the tone stands (hoà, hòa) is a matter of
taste, so syllables are compared by a key that leaves that open.
"""

from __future__ import annotations

import unicodedata
from functools import cache, lru_cache

__all__ = ["folded", "is_syllable", "key_of", "written_like"]

_TONES = "\u0300\u0301\u0303\u0309\u0323"
_INITIALS = (
    *("ngh", "ng", "gh", "gi", "kh", "nh", "ph", "qu", "th", "tr", "ch"),
    *("b", "c", "d", "đ", "g", "h", "k", "l", "m", "n", "p", "r", "s", "t", "v", "x", ""),
)
_OPEN = [
    "a",
    "ai",
    "ao",
    "au",
    "ay",
    "âu",
    "ây",
    "e",
    "eo",
    "ê",
    "êu",
    "i",
    "ia",
    "iêu",
    "iu",
    "o",
    "oa",
    "oai",
    "oao",
    "oay",
    "oe",
    "oeo",
    "oi",
    "ô",
    "ôi",
    "ơ",
    "ơi",
    "u",
    "ua",
    "uây",
    "uê",
    "ui",
    "uôi",
    "uơ",
    "uy",
    "uya",
    "uyu",
    "ư",
    "ưa",
    "ưi",
    "ươi",
    "ươu",
    "ưu",
    "y",
    "yêu",
]
_CLOSED = {
    "c": "a ă â e i o oa oă oo ô u uâ uô ư ươ iê",
    "ch": "a ê i oa uê uy",
    "m": "a ă â e ê i iê o oa oă oe ô ơ u uô ư ươ yê",
    "n": "a ă â e ê i iê o oa oă oe ô ơ u uâ uô uyê uê uy ư ươ yê",
    "ng": "a ă â e i iê o oa oă oo ô u uâ uô uê ư ươ",
    "nh": "a ê i oa uê uy",
    "p": "a ă â e ê i iê o oa oă ô ơ u uy ư ươ",
    "t": "a ă â e ê i iê o oa oă oe ô ơ u uâ uô uyê uê uy ư ươ yê",
}
_STOPPED = ("c", "ch", "p", "t")
_FRONT = ("e", "ê", "i", "y")


@lru_cache(maxsize=10_000)
def key_of(syllable: str) -> str:
    """Return the letters of a syllable without its tone, then the tone: one key, however set.

    Capitals do not matter.  "Hoà" and "hòa" have the same key.
    """
    parts = unicodedata.normalize("NFD", syllable.lower())
    bare = "".join(sign for sign in parts if sign not in _TONES)
    tones = "".join(sign for sign in parts if sign in _TONES)
    return unicodedata.normalize("NFC", bare) + tones


@lru_cache(maxsize=10_000)
def folded(key: str) -> str:
    """Return the plain letters of a syllable or of its key."""
    parts = unicodedata.normalize("NFD", key.replace("đ", "d"))
    return "".join(sign for sign in parts if not unicodedata.combining(sign))


@cache
def _rhymes() -> frozenset[str]:
    """Return the written syllables without tone."""
    rhymes = [*_OPEN, *(vowel + end for end, vowels in _CLOSED.items() for vowel in vowels.split())]
    made = set()
    for initial in _INITIALS:
        for rhyme in rhymes:
            front = rhyme.startswith(_FRONT)
            if initial in {"k", "gh", "ngh"} and not front:
                continue
            if initial in {"c", "g", "ng"} and front and not (initial == "g" and rhyme[0] == "i"):
                continue
            # "qu" and "gi" have taken the glide with them.
            if initial == "qu" and rhyme[0] in "uư":
                continue
            if initial == "gi" and rhyme[0] == "i" and rhyme != "i":
                made.add("g" + rhyme)
                continue
            made.add(initial + rhyme)
    return frozenset(made | {"gi", "quy", "quyên", "quyêt", "quynh", "quych", "quyt", "quyu"})


def is_syllable(word: str) -> bool:
    """Tell whether *word* can be written in Vietnamese: letters, one tone, in their order."""
    key = key_of(word)
    tones = [sign for sign in key if sign in _TONES]
    if len(tones) > 1:
        return False
    bare = key.rstrip(_TONES)
    if bare not in _rhymes():
        return False
    return not bare.endswith(_STOPPED) or tones in (["\u0301"], ["\u0323"])


def written_like(written: str, original: str) -> str:
    """Return *written* in the capitals of *original*, letter by letter where they match."""
    if original.isupper() and len(original) > 1:
        return written.upper()
    if len(original) == len(written):
        return "".join(
            sign.upper() if model.isupper() else sign
            for sign, model in zip(written, original, strict=True)
        )
    return written.capitalize() if original[:1].isupper() else written
