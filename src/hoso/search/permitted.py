"""The part of every question that its author cannot see or leave out.

Access turns a person into a set of tokens; a record carries the tokens of its facts.  One common
token, and the record is within reach.  No token finds nothing: an empty set is never "no filter".

The index is always a little late.  What changed since it was written, and what the mere passing
of a day opens or closes, is judged on the records as they are now (``Late``), and the index's own
word on it does not count.  So totals, facets and suggestions are those of this moment.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from tantivy import Occur, Query, Schema

from hoso.search.values import Generation

__all__ = ["Late", "Limited", "Papers", "Permitted", "nothing_late", "permitted_query", "within"]


@dataclass(frozen=True)
class Limited:
    """Tokens any one of which suffices, but for papers of some types (by code)."""

    tokens: frozenset[str]
    without: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Papers:
    """Which papers of some dossiers are within reach, by what they say of themselves."""

    dossiers: frozenset[int]
    limited: Limited


@dataclass(frozen=True)
class Late:
    """What the index does not show yet, judged now.

    :ivar ids: records that are others than the index says.
    :ivar found: those of them that are within reach.
    :ivar dossiers: dossiers whose papers all rest on facts that are others than the index says.
    :ivar papers: which of their papers are within reach, where not among ``ids``.
    """

    ids: frozenset[int] = frozenset()
    found: frozenset[int] = frozenset()
    dossiers: frozenset[int] = frozenset()
    papers: tuple[Papers, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.ids or self.dossiers)


_NOTHING = Late()


def nothing_late(_generation: Generation) -> Late:
    """Say that the index is taken as it is."""
    return _NOTHING


@dataclass(frozen=True)
class Permitted:
    """What one person may find, made by access from the person's present standing.

    :ivar late: asked with the state of the index that answers, says what is to be judged anew.
        Two of them are equal only where they are the same: an answer is of one moment.
    """

    tokens: frozenset[str]
    limited: tuple[Limited, ...] = ()
    late: Callable[[Generation], Late] = nothing_late

    def __post_init__(self) -> None:
        for tokens in (self.tokens, *(one.tokens for one in self.limited)):
            if not all(isinstance(token, str) and token for token in tokens):
                raise ValueError("a token is a text that is not empty")


def permitted_query(schema: Schema, permitted: Permitted) -> Any:
    """Build the filter of the index's own word; it takes no part in the score."""
    ways = [*_tokens(schema, permitted.tokens), *_limited(schema, permitted.limited)]
    if not ways:
        return Query.empty_query()
    return Query.const_score_query(_any(ways), 0.0)


def within(schema: Schema, allowed: Any, late: Late) -> Any:
    """Return the filter *allowed* put right by what is *late*."""
    if not late:
        return allowed
    stale = [_ids(schema, late.ids)] if late.ids else []
    passed = [(Occur.MustNot, one) for one in stale]
    if late.dossiers:
        passed.append((Occur.MustNot, _in(schema, "dossier", late.dossiers)))
    ways = [Query.boolean_query([(Occur.Must, allowed), *passed])]
    if late.found:
        ways.append(_ids(schema, late.found))
    for papers in late.papers:
        inside = [(Occur.Must, _in(schema, "dossier", papers.dossiers))]
        inside += [(Occur.Must, _any(_limited(schema, [papers.limited])))]
        ways.append(Query.boolean_query([*inside, *((Occur.MustNot, one) for one in stale)]))
    return Query.const_score_query(_any(ways), 0.0)


def _tokens(schema: Schema, tokens: Iterable[str]) -> list[Any]:
    return [Query.term_query(schema, "acl", one, index_option="basic") for one in sorted(tokens)]


def _limited(schema: Schema, limited: Iterable[Limited]) -> list[Any]:
    ways = []
    for one in limited:
        found = _tokens(schema, one.tokens)
        if found and one.without:
            shut = (Occur.MustNot, _in(schema, "type", one.without))
            ways.append(Query.boolean_query([(Occur.Must, _any(found)), shut]))
        else:
            ways += found
    return ways


def _any(ways: list[Any]) -> Any:
    if len(ways) == 1:
        return ways[0]
    return Query.boolean_query([(Occur.Should, one) for one in ways])


def _ids(schema: Schema, ids: Iterable[int]) -> Any:
    return Query.term_set_query(schema, "sid", [str(known) for known in sorted(ids)])


def _in(schema: Schema, name: str, codes: Iterable[int]) -> Any:
    return Query.term_set_query(schema, name, sorted(codes))
