"""A question of the search page: read from an address or a form, written into addresses.

Also where in what was typed the faults are, for the page to underline them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from hoso.desk.facets import NARROWING, label_of
from hoso.desk.questions import SORTS, Question
from hoso.desk.searching import PAGE
from hoso.kernel.errors import Invalid
from hoso.kernel.text import nfc
from hoso.web.words import FACETS, RETENTION, STATES, say

__all__ = [
    "SIZES",
    "Address",
    "Piece",
    "asked",
    "chips",
    "hidden",
    "label",
    "pointed_at",
    "size_of",
]

#: Rows a page may hold, the first where none is stated.
SIZES = (PAGE, 50, 100)
_WORD = re.compile(r"\S+")


@dataclass(frozen=True)
class Piece:
    """A piece of what was typed, and whether something is wrong with it."""

    text: str
    faulty: bool


def asked(values: Any) -> Question:
    """Read a question from the values of an address or a form (``GET``, ``POST``)."""
    return Question.of(
        str(values.get("q", "")),
        {name: [str(key) for key in values.getall(name) if key] for name in NARROWING},
        sort=str(values.get("sort", "")),
    )


def size_of(values: Any) -> int:
    """Return how many rows a page shall hold."""
    size = str(values.get("size", ""))
    return next((known for known in SIZES if size == str(known)), SIZES[0])


def hidden(
    question: Question, *, size: int = SIZES[0], words: bool = True
) -> list[tuple[str, str]]:
    """Return the question as names and values of a form's hidden fields, or of an address."""
    fields = [("q", question.text)] if words else []
    fields += [(name, key) for name, keys in question.chosen.items() for key in keys]
    fields += [("sort", question.sort)] if question.sort != SORTS[0] else []
    return fields + ([("size", str(size))] if size != SIZES[0] else [])


class Address:
    """The address of the same question with something changed."""

    def __init__(self, request: Any, question: Question, *, size: int = SIZES[0]) -> None:
        self._question = question
        self._size = size
        # A page has some eighty of these; the path is the same in all.
        self._path = request.route_path("search")

    def _url(self, question: Question, *more: tuple[str, Any], size: int = 0) -> str:
        query = [*hidden(question, size=size or self._size), *more]
        return f"{self._path}?{urlencode(query)}"

    @property
    def url(self) -> str:
        """Where the question itself is answered."""
        return self._url(self._question)

    def page(self, number: int) -> str:
        """Return another page of the answer."""
        return self._url(self._question, ("page", number))

    def sorted(self, sort: str) -> str:
        """Return the answer in another order."""
        return self._url(replace(self._question, sort=sort))

    def sized(self, size: int) -> str:
        """Return the answer with pages of another length."""
        return self._url(self._question, size=size)

    def _with(self, name: str, keys: Sequence[str]) -> str:
        chosen = {**self._question.chosen, name: tuple(keys)}
        return self._url(replace(self._question, chosen={n: k for n, k in chosen.items() if k}))

    def with_(self, name: str, key: str) -> str:
        """Return the question narrowed to one value more."""
        return self._with(name, [*self._question.chosen.get(name, ()), key])

    def without(self, name: str, key: str) -> str:
        """Return the question without a value."""
        return self._with(name, [k for k in self._question.chosen.get(name, ()) if k != key])

    def bare(self) -> str:
        """Return the question with no filter ticked."""
        return self._url(replace(self._question, chosen={}))


def label(request: Any, name: str, key: str, *, known: Any = None) -> str:
    """Return what a value of a facet is called in the reader's language."""
    language = request.language
    if name == "status":
        return say(STATES, key, language)
    if name == "retention":
        return say(RETENTION, key, language)
    return str(language.label(label_of(request.desk, name, key) if known is None else known))


def chips(request: Any, question: Question, address: Address) -> list[dict[str, str]]:
    """Return what the question is narrowed to, each with the address without it."""
    language = request.language
    return [
        {
            "label": f"{say(FACETS, name, language)}: {label(request, name, key)}",
            "url": address.without(name, key),
        }
        for name, keys in question.chosen.items()
        for key in keys
    ]


def pointed_at(typed: str, error: Invalid) -> tuple[Piece, ...]:
    """Cut what was typed at the words the faults are about; empty where none has a place."""
    text = nfc(typed)
    spans = sorted(_spans(text, [fault.facts for fault in error.faults]))
    pieces, end = [], 0
    for start, stop in spans:
        if start < end:
            continue
        pieces += [Piece(text[end:start], faulty=False), Piece(text[start:stop], faulty=True)]
        end = stop
    if not pieces:
        return ()
    return tuple(piece for piece in (*pieces, Piece(text[end:], faulty=False)) if piece.text)


def _spans(text: str, facts: Sequence[Mapping[str, Any]]) -> Iterator[tuple[int, int]]:
    for fact in facts:
        at = fact.get("at")
        if not isinstance(at, int) or not 0 <= at < len(text):
            continue
        end = fact.get("to")
        found = _WORD.match(text, at)
        if isinstance(end, int) and at < end <= len(text):
            yield at, end
        elif found is not None:
            yield at, found.end()
