"""Questions and answers, always for somebody.

Every method that finds anything takes a ``Permitted``; totals, facets, suggestions and order are
computed inside what it permits.  What was found is checked again on the record before it is
shown: that is the caller's, as are texts and snippets (snippets.py), since the index holds none.

An engine may be used by many threads.  It sees each commit of the follower with the next
question; it never writes.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Mapping
from functools import wraps
from pathlib import Path
from types import MappingProxyType
from typing import Any, ParamSpec, TypeVar

from tantivy import Occur, Order, Query

from hoso.kernel.errors import Fault, Invalid, NotReady
from hoso.search import language
from hoso.search.analysis import folded_words
from hoso.search.permitted import Limited, Permitted, permitted_query, within
from hoso.search.place import View, commit_stamp, damage, open_view, read_pointer, stamp_of, view_of
from hoso.search.plan import filter_clauses, lifting, plans
from hoso.search.schema import SAMPLES
from hoso.search.values import FACETS, KINDS, Change, Filters, Generation, Hit, ResultPage

__all__ = ["Engine"]

_KIND_OF = {number: kind for kind, number in KINDS.items()}
_FACET_FIELD = {name: "leaf" if name == "unit" else name for name in FACETS}
# So many values of a facet are counted, the most frequent ones.
_FACET_SIZE = {"type": 100, "form": 50, "year": 150, "unit": 50, "level": 10, "section": 50}
_AGGREGATION = {
    name: {"terms": {"field": _FACET_FIELD[name], "size": _FACET_SIZE[name]}} for name in FACETS
}
# The engine keeps the best offset + limit in memory.
_DEEPEST = 10_000
_LARGEST_PAGE = 1_000
_FILTERS_KEPT = 500
_GLANCE = 0.02


_Asked = ParamSpec("_Asked")
_Answer = TypeVar("_Answer")


def _telling_of_damage(method: Callable[_Asked, _Answer]) -> Callable[_Asked, _Answer]:
    """Make *method* say that the index cannot be read, where that is why it failed."""

    @wraps(method)
    def ask(*args: _Asked.args, **kwargs: _Asked.kwargs) -> _Answer:
        try:
            return method(*args, **kwargs)
        except BaseException as error:
            told = damage(error)
            if told is None:
                raise
            raise told from error

    return ask


class Engine:
    """Answers from the index at *path*, as the follower last committed it."""

    def __init__(self, path: Path, *, exact_up_to: int = 200_000) -> None:
        self._path = Path(path)
        self._exact_up_to = exact_up_to
        self._turn = threading.Lock()
        self._indexes: tuple[Any, Any] | None = None
        self._view: View | None = None
        self._stamp: tuple[int, ...] = ()
        self._filters: dict[tuple[str, frozenset[str], tuple[Limited, ...]], Any] = {}

    # The state the answers come from

    @property
    def generation(self) -> Generation:
        """Which state of the database answers show now."""
        return self._present().generation

    def reload(self) -> Generation:
        """Look at the newest state; questions do it by themselves."""
        self._stamp = ()
        return self._present().generation

    def _present(self) -> View:
        try:
            pointed = stamp_of(self._path)
            view = self._view
            if view is not None:
                directory = self._path / view.generation.directory
                if (*pointed, *commit_stamp(directory)) == self._stamp:
                    return view
        except FileNotFoundError:
            # Never built, or the one we know was replaced and removed.
            pointed = ()
        return self._refreshed()

    def _refreshed(self) -> View:
        with self._turn:
            pointer = read_pointer(self._path)
            try:
                stamp = stamp_of(self._path)
                known = self._view
                if (
                    pointer is not None
                    and known is not None
                    and self._indexes is not None
                    and pointer.directory == known.generation.directory
                ):
                    stamp += commit_stamp(self._path / pointer.directory)
                    view = view_of(pointer.directory, *self._indexes)
                else:
                    documents, dossiers, view = open_view(self._path)
                    stamp += commit_stamp(self._path / view.generation.directory)
                    self._indexes = (documents, dossiers)
                    self._filters = {}
            except (FileNotFoundError, ValueError) as error:
                self._view, self._indexes = None, None
                raise NotReady(
                    "The index is not built yet. It is built when the site starts; or run"
                    " 'hoso index rebuild'."
                ) from error
            self._view, self._stamp = view, stamp
            return view

    def covers(self, change: Change) -> bool:
        """Say whether answers show *change*."""
        return self._present().generation.covers(change)

    def wait_for(self, change: Change, *, seconds: float = 1.0) -> bool:
        """Wait until answers show *change*, at most so long; say whether they do."""
        until = time.monotonic() + seconds
        glance = threading.Event()
        while not self.covers(change):
            if time.monotonic() >= until:
                return False
            glance.wait(_GLANCE)
        return True

    # Questions

    @_telling_of_damage
    def search(
        self,
        query: language.Query,
        permitted: Permitted,
        *,
        limit: int = 20,
        offset: int = 0,
        sort: str = "relevance",
        filters: Filters | None = None,
        facets: bool = True,
    ) -> ResultPage:
        """Answer *query* (parsed and settled, language.py) within what is permitted.

        ``sort`` is ``relevance`` or ``date``, newest first and unknown last; without words to
        weigh it is ``date``.
        """
        _check_page(limit=limit, offset=offset)
        started = time.perf_counter()
        view = self._present()
        schema, searcher = view.document_schema, view.documents
        narrowed = self._within(view, "documents", permitted)
        narrowed += filter_clauses(schema, filters or Filters())
        by_date = sort == "date" or not query.wanted
        order = {"order_by_field": "day"} if by_date else {}
        lifted = [] if by_date else lifting(schema, query)
        name, found, clauses = "", None, narrowed
        for name_tried, below, tried in plans(schema, query, searcher):
            if found is not None and found.count >= below:
                break
            name, clauses = name_tried, [*narrowed, *tried]
            asked = Query.boolean_query([*clauses, *lifted])
            found = searcher.search(asked, limit, True, offset=offset, **order)
        total = found.count if found is not None else 0
        counted, estimated = self._facets(view, clauses, total) if facets else ({}, False)
        return ResultPage(
            total=total,
            hits=tuple(_hits(searcher, found)),
            facets=counted,
            plan=name,
            estimated=estimated,
            ms=(time.perf_counter() - started) * 1000,
            generation=view.generation,
        )

    @_telling_of_damage
    def suggest(self, prefix: str, permitted: Permitted, *, limit: int = 8) -> list[Hit]:
        """Return dossiers whose person is named as *prefix* begins, all words anywhere.

        Only ids come back: the caller reads the names from the records, after checking them.
        """
        words = folded_words(prefix)[:8]
        if not words or limit < 1:
            return []
        view = self._present()
        schema = view.dossier_schema
        begun = Query.regex_query(schema, "person_key", f"{' '.join(words)}.*")
        asked = [
            *self._within(view, "dossiers", permitted),
            *((Occur.Must, Query.term_query(schema, "person", word)) for word in words[:-1]),
            (Occur.Must, Query.regex_query(schema, "person", f"{words[-1]}.*")),
            (Occur.Should, Query.const_score_query(begun, 10.0)),
        ]
        found = view.dossiers.search(Query.boolean_query(asked), min(limit, 50), False)
        return list(_hits(view.dossiers, found))

    @_telling_of_damage
    def dossiers(
        self,
        words: str,
        permitted: Permitted,
        *,
        limit: int = 50,
        offset: int = 0,
        filters: Filters | None = None,
    ) -> tuple[int, list[Hit]]:
        """List dossiers in the order of names; *words* of title, number or person narrow it."""
        _check_page(limit=limit, offset=offset)
        view = self._present()
        schema = view.dossier_schema
        asked = [
            *self._within(view, "dossiers", permitted),
            *filter_clauses(schema, filters or Filters()),
            *(
                (Occur.Must, Query.term_query(schema, "tf", word))
                for word in folded_words(words)[:16]
            ),
        ]
        found = view.dossiers.search(
            Query.boolean_query(asked),
            limit,
            True,
            order_by_field="name_order",
            order=Order.Asc,
            offset=offset,
        )
        return found.count, list(_hits(view.dossiers, found))

    # What they share

    def _within(self, view: View, index: str, permitted: Permitted) -> list[tuple[Any, Any]]:
        schema = view.document_schema if index == "documents" else view.dossier_schema
        key = (f"{view.generation.directory}/{index}", permitted.tokens, permitted.limited)
        allowed = self._filters.get(key)
        if allowed is None:
            allowed = permitted_query(schema, permitted)
            if len(self._filters) >= _FILTERS_KEPT:
                self._filters = {}
            self._filters[key] = allowed
        return [(Occur.Must, within(schema, allowed, permitted.late(view.generation)))]

    def _facets(
        self, view: View, clauses: list[tuple[Any, Any]], total: int
    ) -> tuple[Mapping[str, Mapping[int, int]], bool]:
        estimated = total > self._exact_up_to
        if estimated:
            sample = Query.term_query(view.document_schema, "smp", 0)
            clauses = [(Occur.Must, Query.const_score_query(sample, 0.0)), *clauses]
        times = SAMPLES if estimated else 1
        answer = view.documents.aggregate(Query.boolean_query(clauses), _AGGREGATION)
        counted = {
            name: MappingProxyType(
                {int(one["key"]): one["doc_count"] * times for one in answer[name]["buckets"]}
            )
            for name in FACETS
        }
        return MappingProxyType(counted), estimated


def _check_page(*, limit: int, offset: int) -> None:
    faults = []
    if not 1 <= limit <= _LARGEST_PAGE:
        faults.append(
            Fault("limit", "Ask for 1 to {most} results at a time.", {"most": _LARGEST_PAGE})
        )
    if not 0 <= offset <= _DEEPEST:
        faults.append(
            Fault(
                "offset",
                "Only the first {most} results can be leafed through. Narrow the question.",
                {"most": _DEEPEST},
            )
        )
    if faults:
        raise Invalid(faults)


def _hits(searcher: Any, found: Any) -> Iterable[Hit]:
    if found is None or not found.hits:
        return
    places = [place for _, place in found.hits]
    ids = searcher.fast_field_values("id", places)
    kinds = searcher.fast_field_values("kind", places)
    for (score, _), known, kind in zip(found.hits, ids, kinds, strict=True):
        yield Hit(known, score if isinstance(score, float) else 0.0, _KIND_OF[kind])
