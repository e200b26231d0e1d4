"""What is offered while somebody types, from the small structures of picks.py.

Candidates are a few neighbouring terms under one's own tokens; each is asked for once more with
the token, since a term outlives the papers it was written for, and where the index is late, inside
all that is permitted now.  Order is that of the
words: nothing that others may see moves it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from tantivy import Occur, Order, Query

from hoso.search.analysis import folded_words, number_words
from hoso.search.permitted import Permitted
from hoso.search.picks import read_pick, starts
from hoso.search.place import View
from hoso.search.values import Suggestion

__all__ = ["named", "people"]

# Terms looked at under each token: some have lost their papers, or are shut by type.
_LOOKED_AT = (512, 8192)
# Half of all numbers begin with one of three digits: they are not offered before the second.
_SHORTEST = 2
# So many words that begin alike are asked for one by one.
_FEW = 64
_Weighted = tuple[Any, Any]
Inside = Callable[[], list[_Weighted]]


@dataclass(frozen=True)
class _Way:
    """A token held, the types it does not open, and what terms under it begin with."""

    token: str
    without: frozenset[int]
    start: str


def people(
    view: View, words: list[str], permitted: Permitted, *, inside: Inside, limit: int
) -> list[Suggestion]:
    """Return dossiers whose person's name, or a part of it, begins with *words*.

    Those whose words are all begun, in whatever order, follow.

    :param inside: gives the whole filter of what is within reach.
    """
    searcher, schema = view.dossiers, view.dossier_schema
    late = inside() if permitted.late(view.generation) else []
    found: dict[int, str] = {}
    for key, ways in _asked(searcher, schema, permitted, "person", words):
        either = Query.boolean_query([(Occur.Should, way) for _, way in ways])
        for number in _ids(searcher, [*late, (Occur.Must, either)], limit, by="name_order"):
            found.setdefault(number, key)
        if len(found) >= limit:
            break
    if len(found) < limit and len(words) > 1:
        each = [(Occur.Must, _term(schema, "person", word)) for word in words[:-1]]
        each.append((Occur.Must, _begun(searcher, schema, words[-1])))
        for number in _ids(searcher, [*inside(), *each], limit, by="name_order"):
            found.setdefault(number, " ".join(words))
    return [Suggestion("person", number, key) for number, key in found.items()][:limit]


def _begun(searcher: Any, schema: Any, start: str) -> Any:
    words = [word for word, _ in searcher.terms_with_prefix("person", start, limit=_FEW + 1)]
    if len(words) > _FEW:
        # Words are letters and digits only: nothing in them means anything to a regex.
        return Query.regex_query(schema, "person", f"{start}.*")
    return Query.term_set_query(schema, "person", words) if words else Query.empty_query()


def named(
    view: View, kind: str, prefix: str, permitted: Permitted, *, inside: Inside, limit: int
) -> list[Suggestion]:
    """Return numbers, or agencies, that begin as *prefix* does, with a paper that bears each."""
    searcher, schema = view.documents, view.document_schema
    late = inside() if permitted.late(view.generation) else []
    words = number_words(prefix) if kind == "number" else folded_words(prefix)
    found: list[Suggestion] = []
    if sum(map(len, words)) < _SHORTEST:
        return found
    for key, ways in _asked(searcher, schema, permitted, kind, words[:8]):
        # One list after the other: the first mostly holds a paper.
        bearer = next((n for way in ways for n in _ids(searcher, [*late, way], 1, by="day")), 0)
        if bearer:
            found.append(Suggestion(kind, bearer, key))
        if len(found) == limit:
            break
    return found


def _asked(
    searcher: Any, schema: Any, permitted: Permitted, kind: str, words: list[str]
) -> Iterator[tuple[str, list[_Weighted]]]:
    """Yield the keys that begin with *words*, in order, each with the clauses that ask for it.

    A few at first, more where those were not enough: what is shut must not stand before what
    is open.
    """
    passed: set[str] = set()
    ways = _ways(searcher, permitted, kind, words)
    for most in _LOOKED_AT:
        keys, whole = _keys(searcher, ways, most)
        for key in sorted(keys.keys() - passed):
            passed.add(key)
            yield key, [(Occur.Must, _opened(schema, way, term)) for way, term in keys[key]]
        if whole:
            return


def _ways(searcher: Any, permitted: Permitted, kind: str, words: list[str]) -> list[_Way]:
    found = []
    limited = [(token, one.without) for one in permitted.limited for token in sorted(one.tokens)]
    for token, without in [*((token, frozenset()) for token in sorted(permitted.tokens)), *limited]:
        # Most tokens are those of grants somebody might have, and no record carries them.
        if searcher.doc_freq("acl", token):
            found += [_Way(token, without, start) for start in starts(token, kind, words)]
    return found


def _keys(
    searcher: Any, ways: list[_Way], most: int
) -> tuple[dict[str, list[tuple[_Way, str]]], bool]:
    """Return keys with their terms, as far as all ways have been looked at; whether that is all."""
    keys: dict[str, list[tuple[_Way, str]]] = {}
    last = ""
    for way in ways:
        terms = [term for term, _ in searcher.terms_with_prefix("pick", way.start, limit=most)]
        for term in terms:
            keys.setdefault(read_pick(term)[1], []).append((way, term))
        if len(terms) == most:
            reached = read_pick(terms[-1])[1]
            last = min(last, reached) if last else reached
    if not last:
        return keys, True
    return {key: known for key, known in keys.items() if key <= last}, False


def _opened(schema: Any, way: _Way, term: str) -> Any:
    """Build the query for what bears *term* and is open by the token it stands under."""
    clauses = [
        (Occur.Must, _term(schema, "pick", term)),
        (Occur.Must, _term(schema, "acl", way.token)),
    ]
    if way.without:
        shut = Query.term_set_query(schema, "type", sorted(way.without))
        clauses.append((Occur.MustNot, shut))
    return Query.boolean_query(clauses)


def _term(schema: Any, name: str, word: str | int) -> Any:
    return Query.term_query(schema, name, word, index_option="basic")


def _ids(searcher: Any, clauses: list[_Weighted], limit: int, *, by: str) -> Iterator[int]:
    order = Order.Asc if by == "name_order" else Order.Desc
    asked = Query.boolean_query(clauses)
    found = searcher.search(asked, limit, False, order_by_field=by, order=order)
    places = [place for _, place in found.hits]
    if places:
        yield from searcher.fast_field_values("id", places)
