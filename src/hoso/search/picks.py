"""What is suggested while somebody types, and to whom: one term for each.

A term says who may see it and what it is: the least token of the record, the kind, the words
(``u17:1``, number, ``14 qd thlt``).  Looking up what begins with one's own tokens and with what
was typed walks a few neighbouring terms of a sorted list, however many papers there are, and
passes by nothing that others may see.

Tokens end in the clearance that suffices, and a record carries one for each from its own level
up (``hoso.access.tokens``); a term is written for the lowest only, and a person's token stands
for itself and all below.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from hoso.search.analysis import folded_words, number_words
from hoso.search.values import Entry

__all__ = ["agency_keys", "number_key", "person_keys", "picks", "read_pick", "starts"]

_RANKED = re.compile(r"(.*):([0-9]{1,2})")
# What has this says something of a record and opens nothing by itself (hoso.access.tokens).
_FACT = "="
# Stands in no token; words hold letters and digits only.
_BETWEEN = "\t"
_HAND = "\x01"
_LETTER = {"person": "p", "number": "n", "agency": "a"}
_KIND = {letter: kind for kind, letter in _LETTER.items()}
# A name is found by its beginning and by each of its first words.
_ROTATIONS = 10


def _rotations(words: list[str]) -> Iterator[str]:
    for start in range(min(len(words), _ROTATIONS)):
        yield " ".join(words[start:])


def person_keys(entry: Entry) -> list[str]:
    """Return the keys of a dossier: the name, from each of its words on, and its own number."""
    code = " ".join(folded_words(entry.number))
    names = [f"p{key}" for key in _rotations(folded_words(entry.person))]
    return [*names, f"p{code}"] if code else names


def number_key(entry: Entry) -> list[str]:
    """Return the key of a paper's number, none where it has none."""
    has_one = entry.number and entry.kind != "dossier"
    words = number_words(entry.number, entry.symbol) if has_one else []
    return [f"n{' '.join(words)}"] if words else []


def agency_keys(entry: Entry) -> list[str]:
    """Return the keys of the agency a paper is from: its name, from each of its words on.

    The papers of one agency are dealt out to many terms: to find one of them, a short list of
    papers is read, never that of all.
    """
    hand = (entry.id * 0x9E3779B97F4A7C15 & (1 << 64) - 1) >> 61
    return [f"a{key}{_HAND}{hand}" for key in _rotations(folded_words(entry.agency))]


def picks(tokens: tuple[str, ...], keys: list[str]) -> Iterator[str]:
    """Yield the terms of a record that carries *tokens*."""
    if keys:
        for token in _lowest(tokens):
            for key in keys:
                yield f"{token}{_BETWEEN}{key}"


@lru_cache(maxsize=4096)
def _lowest(tokens: tuple[str, ...]) -> tuple[str, ...]:
    # Papers of one unit and level carry the same tokens.
    ranked: dict[str, int] = {}
    kept = []
    for token in sorted(set(tokens)):
        found = _RANKED.fullmatch(token)
        if found is not None:
            owner, rank = found[1], int(found[2])
            ranked[owner] = min(rank, ranked.get(owner, rank))
        elif _FACT not in token:
            kept.append(token)
    return (*kept, *(f"{owner}:{rank}" for owner, rank in ranked.items()))


def starts(token: str, kind: str, typed: list[str]) -> list[str]:
    """Return what the terms begin with that *token* opens for *typed* words."""
    key = f"{_BETWEEN}{_LETTER[kind]}{' '.join(typed)}"
    found = _RANKED.fullmatch(token)
    if found is None:
        return [f"{token}{key}"]
    return [f"{found[1]}:{rank}{key}" for rank in range(int(found[2]) + 1)]


def read_pick(term: str) -> tuple[str, str]:
    """Return the kind and the words of a term."""
    key = term.rpartition(_BETWEEN)[2].partition(_HAND)[0]
    return _KIND[key[0]], key[1:]
