"""Which syllables stand beside which, from a text file of phrases; evidence for ``spelling``."""

from __future__ import annotations

import functools
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

from hoso.ingest.pages.syllables import folded, key_of

__all__ = ["VOCABULARY_FILE", "Vocabulary", "vocabulary_in", "vocabulary_of"]

VOCABULARY_FILE = "vocabulary.txt"


@dataclass(frozen=True)
class Vocabulary:
    """Which syllables stand beside which, by their keys."""

    pairs: frozenset[tuple[str, str]] = frozenset()
    written: dict[str, str] = field(default_factory=dict)
    by_letters: dict[str, tuple[str, ...]] = field(default_factory=dict)
    anywhere: frozenset[str] = frozenset()

    def fits(self, before: str, key: str, after: str) -> int:
        """Return with how many of its neighbours a syllable makes a known pair."""
        return ((before, key) in self.pairs) + ((key, after) in self.pairs)


def vocabulary_of(phrases: Iterable[str], anywhere: Iterable[str] = ()) -> Vocabulary:
    """Make the vocabulary of some phrases, words parted by spaces.

    The words of *anywhere* stand beside any other, so one neighbour proves nothing about them.
    """
    pairs: set[tuple[str, str]] = set()
    written: dict[str, str] = {}
    for phrase in phrases:
        keys = []
        for word in phrase.lower().split():
            key = key_of(word)
            written.setdefault(key, word)
            keys.append(key)
        pairs.update(pairwise(keys))
    letters: dict[str, list[str]] = {}
    for key in written:
        letters.setdefault(folded(key), []).append(key)
    return Vocabulary(
        frozenset(pairs),
        written,
        {fold: tuple(keys) for fold, keys in letters.items()},
        frozenset(map(key_of, anywhere)),
    )


@functools.cache
def vocabulary_in(folder: str) -> Vocabulary:
    """Return the vocabulary kept in *folder*; an empty one where there is none."""
    try:
        text = (Path(folder) / VOCABULARY_FILE).read_text(encoding="utf-8")
    except FileNotFoundError:
        return Vocabulary()
    phrases: list[str] = []
    anywhere: list[str] = []
    for line in text.splitlines():
        if line.startswith("="):
            anywhere += line[1:].split()
        elif not line.startswith("#"):
            phrases += line.split(",")
    return vocabulary_of(phrases, anywhere)
