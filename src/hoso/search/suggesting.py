"""What is offered while somebody types, from the small structures of picks.py.

Candidates are a few neighbouring terms under one's own tokens; each is asked for once more inside
what is permitted, since a term outlives the papers it was written for.  Order is that of the
words: nothing that others may see moves it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tantivy import Occur, Order, Query

from hoso.search.analysis import folded_words, number_words
from hoso.search.permitted import Permitted
from hoso.search.picks import read_pick, starts
from hoso.search.place import View
from hoso.search.values import Suggestion

__all__ = ["named", "people"]

# Terms looked at under each token: some have lost their papers, or are shut by type.
_LOOKED_AT = (32, 512, 8192)
_Weighted = tuple[Any, Any]


def people(
    view: View, words: list[str], permitted: Permitted, *, inside: list[_Weighted], limit: int
) -> list[Suggestion]:
    """Return dossiers whose person's name, or a part of it, begins with *words*.

    Those whose words are all begun, in whatever order, follow.
    """
    searcher, schema = view.dossiers, view.dossier_schema
    found: dict[int, str] = {}
    for key, asked in _asked(searcher, schema, permitted, "person", words):
        for number in _ids(searcher, [*inside, asked], limit, by="name_order"):
            found.setdefault(number, key)
        if len(found) >= limit:
            break
    if len(found) < limit and len(words) > 1:
        each = [(Occur.Must, _term(schema, "person", word)) for word in words[:-1]]
        # Words are letters and digits only: nothing in them means anything to a regex.
        each.append((Occur.Must, Query.regex_query(schema, "person", f"{words[-1]}.*")))
        for number in _ids(searcher, [*inside, *each], limit, by="name_order"):
            found.setdefault(number, " ".join(words))
    return [Suggestion("person", number, key) for number, key in found.items()][:limit]


def named(
    view: View, kind: str, prefix: str, permitted: Permitted, *, inside: list[_Weighted], limit: int
) -> list[Suggestion]:
    """Return numbers, or agencies, that begin as *prefix* does, with a paper that bears each."""
    searcher, schema = view.documents, view.document_schema
    words = number_words(prefix) if kind == "number" else folded_words(prefix)
    found: list[Suggestion] = []
    for key, asked in _asked(searcher, schema, permitted, kind, words[:8]):
        bearer = _ids(searcher, [*inside, asked], 1, by="day")
        found += [Suggestion(kind, number, key) for number in bearer]
        if len(found) == limit:
            break
    return found


def _asked(
    searcher: Any, schema: Any, permitted: Permitted, kind: str, words: list[str]
) -> Iterator[tuple[str, _Weighted]]:
    """Yield the keys that begin with *words*, in order, each with the clause that asks for it.

    A few at first, more where those were not enough: what is shut must not stand before what
    is open.
    """
    passed: set[str] = set()
    for most in _LOOKED_AT:
        keys, whole = _keys(searcher, permitted, kind, words, most)
        for key in sorted(keys.keys() - passed):
            passed.add(key)
            either = [(Occur.Should, _term(schema, "pick", term)) for term in keys[key]]
            yield key, (Occur.Must, Query.boolean_query(either))
        if whole:
            return


def _keys(
    searcher: Any, permitted: Permitted, kind: str, words: list[str], most: int
) -> tuple[dict[str, list[str]], bool]:
    """Return keys with their terms, as far as all tokens have been looked at; whether that is all."""
    tokens = permitted.tokens.union(*(one.tokens for one in permitted.limited))
    keys: dict[str, list[str]] = {}
    last = ""
    for start in starts(tokens, kind, words):
        terms = [term for term, _ in searcher.terms_with_prefix("pick", start, limit=most)]
        for term in terms:
            keys.setdefault(read_pick(term)[1], []).append(term)
        if len(terms) == most:
            reached = read_pick(terms[-1])[1]
            last = min(last, reached) if last else reached
    if not last:
        return keys, True
    return {key: known for key, known in keys.items() if key <= last}, False


def _term(schema: Any, name: str, word: str) -> Any:
    return Query.term_query(schema, name, word, index_option="basic")


def _ids(searcher: Any, clauses: list[_Weighted], limit: int, *, by: str) -> Iterator[int]:
    order = Order.Asc if by == "name_order" else Order.Desc
    asked = Query.boolean_query(clauses)
    found = searcher.search(asked, limit, False, order_by_field=by, order=order)
    places = [place for _, place in found.hits]
    if places:
        yield from searcher.fast_field_values("id", places)
