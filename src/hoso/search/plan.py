"""A question as queries of the engine, from strict to loose.

Vietnamese words are mostly two syllables, so neighbours (one posting list for ``can_bo`` instead
of two dense ones) are asked first.  Where that finds too little, each further plan finds all of
the one before and more:

``adjacent``   neighbouring words stand side by side
``words``      all words, anywhere, or what a scan may have meant by them; neighbours are lifted
``similar``    ... or a person or number one letter off
``most``       two words of three

Which of the first two is the answer rests on what ``adjacent`` finds alone; which is asked first,
on which is likely to be enough.  So a question with few hits is asked once, not twice.

Marks only order: they are matched without, and papers that have them exactly are lifted.  What
lifts is worth the same in every index: how rare a word is among papers that somebody may not see
has no part in the order of those he may (docs/adr/0026).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from tantivy import Occur, Query, Schema

from hoso.search import language
from hoso.search.analysis import bigrams, folded_words, number_words
from hoso.search.language import Clause, Narrowing
from hoso.search.narrowing import within_range

__all__ = ["ENOUGH", "Plan", "Plans", "plans", "ranked"]

# Fewer hits than this, and the next plan is tried.
ENOUGH = 20

# What a word counts that stands as typed, beside its neighbour, in the heading, with its marks.
_AS_TYPED, _NEIGHBOUR_LIFT, _TITLE_LIFT, _EXACT_LIFT = 1.0, 1.0, 4.0, 2.0
_SHARE_OF_MOST = 0.66
_FUZZY_FROM = 4

_Weighted = tuple[Any, Any]


@dataclass(frozen=True)
class Plan:
    """One way to ask.

    :ivar wanted: clauses that say what is found.
    :ivar lifts: clauses that only order.
    """

    name: str
    wanted: list[_Weighted]
    lifts: list[_Weighted]


@dataclass(frozen=True)
class Plans:
    """The ways to ask one question.

    :ivar strict: ``None`` where it cannot find enough for anybody.
    :ivar likely: whether the strict one is likely to find enough, and is asked first.
    :ivar last: tried in turn while nothing is found.
    """

    strict: Plan | None
    loose: Plan | None
    likely: bool = True
    last: Iterator[Plan] = field(default_factory=lambda: iter(()))


def ranked(wanted: list[_Weighted], lifts: list[_Weighted]) -> Any:
    """Build a query that finds *wanted*, each worth the same, and orders by *lifts*."""
    base = Query.const_score_query(Query.boolean_query(wanted), 1.0)
    return Query.boolean_query([(Occur.Must, base), *lifts])


def plans(schema: Schema, query: language.Query, searcher: Any, *, reach: int) -> Plans:
    """Make the ways to ask *query*.

    :param reach: how many papers are in reach of who asks, roughly; it decides nothing but
        what is asked first.
    """
    fixed = [clause for made in _fixed(schema, query) for clause in made]
    lifts = _lifting(schema, query)
    runs = [clause for clause in query.wanted if clause.shape == "words"]
    words = tuple(dict.fromkeys(word for run in runs for word in run.words))
    if not words:
        return Plans(Plan("adjacent", fixed, lifts), None)
    pairs = tuple(dict.fromkeys(pair for run in runs for pair in bigrams(run.words)))
    lone = [run.words[0] for run in runs if len(run.words) == 1]
    near = [("tb", pair) for pair in pairs] + [("tf", word) for word in lone]
    rarest = min(searcher.doc_freq(name, word) for name, word in near)
    strict = None
    if rarest >= ENOUGH:
        # Over all papers, so an upper bound for anybody: without, it would find too little.
        together = [_term(schema, name, word) for name, word in near]
        strict = Plan("adjacent", [*fixed, *_all(together)], lifts)
    likely = rarest * reach >= ENOUGH * max(searcher.num_docs, 1)
    lifts = [*lifts, *(_lift(_term(schema, "tb", pair), _NEIGHBOUR_LIFT) for pair in pairs)]
    lifts += [_lift(_term(schema, "tf", word), _AS_TYPED) for word in words]
    loose = [_read_or_meant(schema, word) for word in words]
    last = _last(schema, words, fixed=fixed, lifts=lifts)
    return Plans(strict, Plan("words", [*fixed, *_all(loose)], lifts), likely, last)


def _last(
    schema: Schema, words: tuple[str, ...], *, fixed: list[_Weighted], lifts: list[_Weighted]
) -> Iterator[Plan]:
    near = [_similar(schema, word) for word in words]
    yield Plan("similar", [*fixed, *_all(near)], lifts)
    if len(words) > 2:
        some = Query.boolean_query(
            [(Occur.Should, one) for one in near],
            minimum_number_should_match=round(len(words) * _SHARE_OF_MOST),
        )
        yield Plan("most", [*fixed, (Occur.Must, some)], lifts)


def _term(schema: Schema, name: str, word: str) -> Any:
    return Query.term_query(schema, name, word, index_option="basic")


def _all(queries: Any) -> list[_Weighted]:
    return [(Occur.Must, query) for query in queries]


def _lift(query: Any, by: float) -> _Weighted:
    return (Occur.Should, Query.const_score_query(query, by))


def _read_or_meant(schema: Schema, word: str) -> Any:
    either = [_term(schema, "tf", word), _term(schema, "tr", word)]
    return Query.boolean_query([(Occur.Should, one) for one in either])


def _similar(schema: Schema, word: str) -> Any:
    if len(word) < _FUZZY_FROM or word.isdigit():
        return _read_or_meant(schema, word)
    # Only in short fields: in a whole text every syllable is one letter from twenty others.
    near = [Query.fuzzy_term_query(schema, name, word, 1) for name in ("person", "number")]
    return Query.boolean_query([(Occur.Should, q) for q in (_read_or_meant(schema, word), *near)])


def _fixed(schema: Schema, query: language.Query) -> Iterator[list[_Weighted]]:
    """Yield what no plan loosens: phrases, beginnings, exclusions, typed filters."""
    for clause in query.clauses:
        if clause.excluded:
            yield [(Occur.MustNot, _excluded(schema, clause))]
        elif clause.shape == "phrase":
            yield _all(_phrase(schema, clause.words))
        elif clause.shape == "beginning":
            yield _all([_beginning(schema, clause.words[0])])
    for narrowing in query.narrowings:
        found = _narrowed(schema, narrowing)
        yield [(Occur.MustNot if narrowing.excluded else Occur.Must, found)]


def _phrase(schema: Schema, words: tuple[str, ...]) -> list[Any]:
    if len(words) == 1:
        return [_term(schema, "tf", words[0])]
    found = [_term(schema, "tb", pair) for pair in dict.fromkeys(bigrams(words))]
    if len(words) > 2:  # positions are looked at only in what the bigrams leave
        found.append(Query.phrase_query(schema, "tf", list(words)))
    return found


def _beginning(schema: Schema, start: str) -> Any:
    # Words are letters and digits only: nothing in them means anything to a regex.
    return Query.regex_query(schema, "tf", f"{start}.*")


def _excluded(schema: Schema, clause: Clause) -> Any:
    if clause.shape == "beginning":
        return _beginning(schema, clause.words[0])
    return Query.boolean_query(_all(_phrase(schema, clause.words)))


def _narrowed(schema: Schema, narrowing: Narrowing) -> Any:
    if narrowing.name == "number":
        words = number_words(narrowing.value)
        return Query.boolean_query(_all(_term(schema, "number", w) for w in words))
    if narrowing.name in ("person", "agency"):
        words = folded_words(narrowing.value)
        if narrowing.quoted and len(words) > 1:
            return Query.phrase_query(schema, narrowing.name, list(words))
        return Query.boolean_query(_all(_term(schema, narrowing.name, w) for w in words))
    if narrowing.name in ("year", "day", "filed"):
        return within_range(schema, narrowing.name, narrowing.ends or (None, None))
    raise TypeError(f"{narrowing.name}: settle() gives this filter its codes first")


def _lifting(schema: Schema, query: language.Query) -> list[_Weighted]:
    """Return what only orders: exact marks, words of the heading."""
    exact = dict.fromkeys(word for clause in query.wanted for word in clause.exact)
    lifted = [_lift(_term(schema, "tx", word), _EXACT_LIFT) for word in exact]
    return lifted + [_lift(_term(schema, "title", word), _TITLE_LIFT) for word in query.words]
