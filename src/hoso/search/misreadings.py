"""What a scan may have meant: candidates for words that a reader of images got wrong.

The stored text is never repaired, only this key of the index: a wrong guess costs a false hit
low in the list, not a false record.  The confusions are those of Vietnamese papers read by
Tesseract (facts 5.4): marks turn into other letters and digits, so ``chức`` comes as ``chirc``,
``hàng`` as ``hing``, ``số`` as ``s6``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, lru_cache
from types import MappingProxyType

from hoso.search.syllables import common_words, compounds, syllables

__all__ = ["TABLE_VERSION", "candidates", "meanings", "repaired"]

TABLE_VERSION = 1

# As read: as meant, with the price of believing it.
_CONFUSIONS: dict[str, tuple[tuple[str, float], ...]] = {
    "0": (("o", 0.2), ("", 0.8)),
    "1": (("i", 0.2), ("l", 0.2)),
    "3": (("e", 0.4),),
    "4": (("a", 0.1),),
    "5": (("s", 0.3),),
    "6": (("o", 0.1),),
    "8": (("e", 0.3), ("o", 0.4)),
    "9": (("g", 0.4),),
    "a": (("o", 0.6), ("e", 0.8)),
    "b": (("o", 0.5), ("h", 0.8)),
    "c": (("e", 0.6), ("", 0.9)),
    "ci": (("u", 0.5),),
    "cr": (("cu", 0.3),),
    "d": (("a", 0.4), ("o", 0.4)),
    "dn": (("on", 0.4), ("an", 0.4)),
    "dp": (("d", 0.2),),
    "e": (("a", 0.5), ("o", 0.5), ("c", 0.5), ("ie", 0.5), ("u", 0.8)),
    "f": (("t", 0.7),),
    "g": (("o", 0.5), ("e", 0.6), ("u", 0.6), ("a", 0.7), ("oi", 0.7)),
    "h": (("b", 0.8),),
    "i": (("a", 0.5), ("u", 0.4), ("l", 0.6), ("e", 0.7), ("", 0.9)),
    "ii": (("u", 0.2),),
    "ir": (("u", 0.1),),
    "it": (("u", 0.3), ("uu", 0.6)),
    "itr": (("u", 0.3),),
    "j": (("i", 0.1),),
    "l": (("i", 0.5), ("t", 0.8)),
    "n": (("u", 0.8),),
    "o": (("a", 0.6), ("u", 0.7)),
    "p": (("d", 0.4),),
    "q": (("o", 0.4), ("g", 0.7)),
    "r": (("u", 0.6),),
    "rn": (("m", 0.2),),
    "t": (("u", 0.7), ("", 1.0)),
    "ti": (("u", 0.3),),
    "u": (("a", 0.8), ("o", 0.8)),
    "ur": (("u", 0.3),),
    "ut": (("u", 0.4),),
    "uy": (("u", 0.7),),
    "y": (("u", 0.4),),
}
_LONGEST_KEY = max(map(len, _CONFUSIONS))
_DEAREST = 1.3
_LONGEST_WORD = 9
_MOST = 12
_KEPT = 2

_PRICE, _PAIR, _COMMON = 2.0, 2.0, 0.5
# A word that may stand gives way only to one that its neighbours ask for.
_DOUBTED, _BELIEVED = -1.6, 0.8


def _one_step(word: str) -> Iterator[tuple[str, float]]:
    for start in range(len(word)):
        for width in range(1, _LONGEST_KEY + 1):
            for meant, price in _CONFUSIONS.get(word[start : start + width], ()):
                if start + width <= len(word):
                    yield word[:start] + meant + word[start + width :], price


@lru_cache(maxsize=50_000)
def candidates(word: str) -> tuple[tuple[str, float], ...]:
    """Return the syllables *word* may be a misreading of, with their price, cheapest first."""
    if len(word) > _LONGEST_WORD or word.isdigit():
        return ()
    prices = {word: 0.0}
    edge = {word: 0.0}
    for _ in range(2):
        reached: dict[str, float] = {}
        for known, paid in edge.items():
            for other, price in _one_step(known):
                total = paid + price
                if total <= _DEAREST and total < prices.get(other, 9.0):
                    prices[other] = reached[other] = total
        edge = reached
    valid = syllables()
    found = [(other, paid) for other, paid in prices.items() if other in valid and other != word]
    return tuple(sorted(found, key=lambda c: (c[1], c[0] not in common_words(), c[0]))[:_MOST])


@lru_cache(maxsize=50_000)
def _choices(word: str) -> tuple[tuple[str, float], ...]:
    own = ((word, 0.0),) if word in syllables() else ()
    return own + candidates(word)


@lru_cache(maxsize=100_000)
def _support(left: str, right: str) -> tuple[Mapping[str, float], Mapping[str, float]]:
    """Return how far two neighbours speak for what the left one, and the right one, may mean."""
    followers = _followers()
    rights = dict(_choices(right))
    for_left: dict[str, float] = {}
    for_right: dict[str, float] = {}
    for one, paid in _choices(left):
        following = followers.get(one)
        if following is None:
            continue
        for other in following & rights.keys():
            for_left[one] = max(for_left.get(one, 0.0), _PAIR - rights[other])
            for_right[other] = max(for_right.get(other, 0.0), _PAIR - paid)
    return for_left, for_right


@cache
def _followers() -> Mapping[str, frozenset[str]]:
    """Return, for each word that begins a compound, the words that follow it."""
    found: dict[str, set[str]] = defaultdict(set)
    for one, other in compounds():
        found[one].add(other)
    return {one: frozenset(others) for one, others in found.items()}


def meanings(words: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """Yield, for each of the folded *words* of a text, the other words it may stand for."""
    found = dict(_doubted(words))
    return (found.get(place, ()) for place in range(len(words)))


def _doubted(words: Sequence[str]) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Yield the places of words that may be others, and which."""
    valid = syllables()
    pairs = list(map(_support, words, words[1:]))
    before = [_NOTHING, *[right for _left, right in pairs]]
    after = [*[left for left, _right in pairs], _NOTHING]
    for place, word in enumerate(words):
        left, right = before[place], after[place]
        if word in valid:
            # Most words may stand, and their neighbours ask for no other.
            asked = len(left) > (word in left) or len(right) > (word in right)
            if not asked:
                continue
        elif not left and not right:
            yield place, _meant_alone(word)
            continue
        yield place, tuple(_meant(word, left, right))


_NOTHING: Mapping[str, float] = MappingProxyType({})


@lru_cache(maxsize=50_000)
def _meant_alone(word: str) -> tuple[str, ...]:
    return tuple(_meant(word, _NOTHING, _NOTHING))


def repaired(words: Sequence[str]) -> list[str]:
    """Return, for a text of folded *words*, the other words it may hold."""
    return [meant for _place, meant_by_one in _doubted(words) for meant in meant_by_one]


def _meant(word: str, before: Mapping[str, float], after: Mapping[str, float]) -> list[str]:
    stands = word in syllables()
    if stands and not before and not after:
        return []
    own = before.get(word, 0.0) + after.get(word, 0.0)
    scored = []
    for other, paid in candidates(word):
        support = before.get(other, 0.0) + after.get(other, 0.0)
        score = support - _PRICE * paid + (_COMMON if other in common_words() else 0.0)
        if score > _DOUBTED and (not stands or (support > own and score > _BELIEVED)):
            scored.append((-score, other))
    return [other for _, other in sorted(scored)[:_KEPT]]
