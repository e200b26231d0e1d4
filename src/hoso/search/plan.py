"""A question as queries of the engine, from strict to loose.

Vietnamese words are mostly two syllables, so neighbours (one posting list for ``can_bo`` instead
of two dense ones) are asked first.  Where that finds too little, each further plan finds all of
the one before and more:

``adjacent``   neighbouring words stand side by side
``words``      all words, anywhere; neighbours are lifted
``repaired``   ... or what a scan may have meant by them
``similar``    ... or a person or number one letter off
``most``       two words of three

A plan is passed over where the word that fewest papers hold shows that it cannot find enough.

Marks only order: they are matched without, and papers that have them exactly are lifted twice.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tantivy import FieldType, Occur, Query, Schema

from hoso.search import language
from hoso.search.analysis import bigrams, folded_words, number_words
from hoso.search.language import Clause, Narrowing
from hoso.search.values import KINDS, Filters

__all__ = ["ENOUGH", "filter_clauses", "lifting", "plans"]

# Fewer hits than this, and the next plan is tried.
ENOUGH = 20

_EXACT_LIFT, _TITLE_LIFT, _REPAIR_SHARE = 2.0, 4.0, 0.3
_SHARE_OF_MOST = 0.66
_FUZZY_FROM = 4

_Weighted = tuple[Any, Any]
_CODES = ("dossier", "type", "form", "unit", "level", "section", "status")


def _term(schema: Schema, name: str, word: str) -> Any:
    option = "freq" if name in ("tf", "tx", "title", "person") else "basic"
    return Query.term_query(schema, name, word, index_option=option)


def plans(
    schema: Schema, query: language.Query, searcher: Any
) -> Iterator[tuple[str, int, list[_Weighted]]]:
    """Yield (name, how few hits call for it, clauses), strict first; at least one."""
    fixed = [clause for made in _fixed(schema, query) for clause in made]
    runs = [clause for clause in query.wanted if clause.shape == "words"]
    words = tuple(dict.fromkeys(word for run in runs for word in run.words))
    pairs = tuple(dict.fromkeys(pair for run in runs for pair in bigrams(run.words)))
    if not words:
        yield "adjacent", 0, fixed
        return
    lone = [run.words[0] for run in runs if len(run.words) == 1]
    if pairs and _can_be_enough(searcher, "tb", pairs):
        near = [_term(schema, "tb", pair) for pair in pairs]
        near += [_term(schema, "tf", word) for word in lone]
        yield "adjacent", 0, [*fixed, *_all(near)]
    lifted = [(Occur.Should, _term(schema, "tb", pair)) for pair in pairs]
    if _can_be_enough(searcher, "tf", words):
        yield "words", ENOUGH, [*fixed, *_all(_term(schema, "tf", w) for w in words), *lifted]
    loose = [_read_or_meant(schema, word) for word in words]
    yield "repaired", ENOUGH, [*fixed, *_all(loose), *lifted]
    near_words = [_similar(schema, word) for word in words]
    yield "similar", 1, [*fixed, *_all(near_words), *lifted]
    if len(words) > 2:
        some = Query.boolean_query(
            [(Occur.Should, one) for one in near_words],
            minimum_number_should_match=round(len(words) * _SHARE_OF_MOST),
        )
        yield "most", 1, [*fixed, (Occur.Must, some), *lifted]


def _can_be_enough(searcher: Any, name: str, words: tuple[str, ...]) -> bool:
    # Over all papers, so an upper bound for anybody: it tells nobody anything.
    return all(searcher.doc_freq(name, word) >= ENOUGH for word in words)


def _all(queries: Any) -> list[_Weighted]:
    return [(Occur.Must, query) for query in queries]


def _read_or_meant(schema: Schema, word: str) -> Any:
    meant = Query.boost_query(_term(schema, "tr", word), _REPAIR_SHARE)
    return Query.boolean_query([(Occur.Should, _term(schema, "tf", word)), (Occur.Should, meant)])


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
            yield [(Occur.MustNot, q) for q in [_excluded(schema, clause)]]
        elif clause.shape == "phrase":
            yield _all(_phrase(schema, clause.words))
        elif clause.shape == "beginning":
            yield _all([_beginning(schema, clause.words[0])])
    for narrowing in query.narrowings:
        found = Query.const_score_query(_narrowed(schema, narrowing), 0.0)
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
    if narrowing.name == "person":
        words = folded_words(narrowing.value)
        if narrowing.quoted and len(words) > 1:
            return Query.phrase_query(schema, "person", list(words))
        return Query.boolean_query(_all(_term(schema, "person", w) for w in words))
    if narrowing.name == "year":
        return _range(schema, "year", narrowing.years or (None, None))
    raise TypeError(f"{narrowing.name}: settle() gives this filter its codes first")


def lifting(schema: Schema, query: language.Query) -> list[_Weighted]:
    """Return what only orders: exact marks, words of the heading."""
    exact = dict.fromkeys(word for clause in query.wanted for word in clause.exact)
    lifted = [Query.boost_query(_term(schema, "tx", word), _EXACT_LIFT) for word in exact]
    lifted += [Query.boost_query(_term(schema, "title", word), _TITLE_LIFT) for word in query.words]
    return [(Occur.Should, query) for query in lifted]


def filter_clauses(schema: Schema, filters: Filters) -> list[_Weighted]:
    """Return *filters* as clauses that take no part in the score."""
    found: list[tuple[Any, Any]] = []
    if filters.kind is not None:
        codes = [KINDS[kind] for kind in sorted(filters.kind)]
        found.append((Occur.Must, _one_of(schema, "kind", codes)))
    for name in _CODES:
        chosen = getattr(filters, name)
        if chosen is not None:
            found.append((Occur.Must, _one_of(schema, name, sorted(chosen))))
    for name, codes_out in filters.without.items():
        if codes_out:
            found.append((Occur.MustNot, _one_of(schema, name, sorted(codes_out))))
    if filters.years is not None:
        found.append((Occur.Must, _range(schema, "year", filters.years)))
    if filters.days is not None:
        found.append((Occur.Must, _range(schema, "day", filters.days)))
    return [(occur, Query.const_score_query(query, 0.0)) for occur, query in found]


def _one_of(schema: Schema, name: str, codes: list[int]) -> Any:
    if not codes:
        return Query.empty_query()
    return Query.term_set_query(schema, "leaf" if name == "unit" else name, codes)


def _range(schema: Schema, name: str, ends: tuple[int | None, int | None]) -> Any:
    low, high = ends
    if name == "day":
        return Query.range_query(schema, name, FieldType.Integer, low, high)
    # Year 0 is "not known", and in no range.
    return Query.range_query(schema, name, FieldType.Unsigned, max(low or 1, 1), high)
