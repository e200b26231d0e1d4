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
from collections.abc import Callable, Collection, Iterable
from datetime import date
from functools import partial, wraps
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from tantivy import Occur, Order, Query

from hoso.kernel.errors import NotReady
from hoso.search import language
from hoso.search.analysis import folded_words
from hoso.search.answering import check_page, enough, hits_of, order_of, reach_of
from hoso.search.counting import apart, counts
from hoso.search.narrowing import field_of, filter_clauses
from hoso.search.permitted import Limited, Permitted, permitted_query, within
from hoso.search.place import View, commit_stamp, damage, open_view, read_pointer, stamp_of, view_of
from hoso.search.plan import Plan, plans, ranked
from hoso.search.schema import SAMPLES
from hoso.search.suggesting import named, people
from hoso.search.values import (
    FACETS,
    SUGGESTED,
    Change,
    Filters,
    Generation,
    Hit,
    ResultPage,
    Suggestion,
    day_number,
)

__all__ = ["Engine"]

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
        facets: bool | Collection[str] = True,
        on: date | None = None,
    ) -> ResultPage:
        """Answer *query* (parsed and settled, language.py) within what is permitted.

        :param sort: one of ``SORTS``; without words to weigh ``relevance`` is ``date``.  Papers
            that fit alike stand in the order of their dates, newest first.
        :param facets: the names to count, all of ``FACETS`` or none.
        :param on: the day for which states of retention are asked and counted.
        """
        check_page(limit=limit, offset=offset, sort=sort)
        started = time.perf_counter()
        view, today = self._present(), day_number(on) if on else None
        schema, searcher = view.document_schema, view.documents
        narrowed = self._within(view, "documents", permitted)
        narrowed += filter_clauses(schema, filters or Filters(), today=today)
        order = order_of(sort if sort != "relevance" or query.wanted else "date")

        def ask(plan: Plan) -> Any:
            clauses = [*narrowed, *plan.wanted]
            by_field = "order_by_field" in order
            asked = Query.boolean_query(clauses) if by_field else ranked(clauses, plan.lifts)
            return searcher.search(asked, limit, True, offset=offset, **order)

        asked = plans(schema, query, searcher, reach=reach_of(searcher, permitted))
        plan, found = enough(asked, ask)
        clauses = [*narrowed, *plan.wanted]
        total = found.count
        estimated = total > self._exact_up_to
        counted = counts(
            view,
            clauses,
            FACETS if facets is True else facets or (),
            total=total,
            sampled=SAMPLES if estimated else 0,
            today=today,
        )
        return ResultPage(
            total=total,
            hits=tuple(hits_of(searcher, found)),
            facets=counted,
            plan=plan.name,
            estimated=estimated and bool(counted),
            ms=(time.perf_counter() - started) * 1000,
            generation=view.generation,
        )

    @_telling_of_damage
    def suggest(
        self,
        prefix: str,
        permitted: Permitted,
        *,
        papers: Permitted | None = None,
        kinds: Collection[str] = SUGGESTED,
        limit: int = 8,
    ) -> list[Suggestion]:
        """Return what begins as *prefix* does: people, and numbers and agencies of papers.

        A name is found by any of its words, all words anywhere.  Only ids come back: the caller
        reads the names from the records, after checking them.

        :param permitted: the dossiers that are within reach, for people.
        :param papers: the papers that are, for numbers and agencies; ``None`` for none.
        :param limit: so many of each kind at most.
        """
        words = folded_words(prefix)[:8]
        if not words or limit < 1:
            return []
        view, most = self._present(), min(limit, 50)
        found: list[Suggestion] = []
        if "person" in kinds:
            reach = partial(self._within, view, "dossiers", permitted)
            found += people(view, words, permitted, inside=reach, limit=most)
        if papers is not None:
            reach = partial(self._within, view, "documents", papers)
            for kind in ("number", "agency"):
                if kind in kinds:
                    found += named(view, kind, prefix, papers, inside=reach, limit=most)
        return found

    @_telling_of_damage
    def bearers(self, facet: str, codes: Iterable[int], permitted: Permitted) -> dict[int, int]:
        """Return for codes of a facet the id of a paper within reach that bears each.

        An agency has no table of names: what it is called is read from a paper of it.
        """
        view = self._present()
        schema, inside = view.document_schema, self._within(view, "documents", permitted)
        borne = {}
        for code in codes:
            asked = Query.term_query(schema, field_of(facet), code, index_option="basic")
            clauses = [*inside, (Occur.Must, asked)]
            found = view.documents.search(
                Query.boolean_query(clauses), 1, False, order_by_field="day"
            )
            for hit in hits_of(view.documents, found):
                borne[code] = hit.id
        return borne

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
        check_page(limit=limit, offset=offset)
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
        return found.count, list(hits_of(view.dossiers, found))

    @_telling_of_damage
    def difference(
        self, index: str, base: Permitted, more: Permitted, less: Permitted
    ) -> dict[tuple[int, int], int]:
        """Count by unit and level what *more* may find and *less* may not, inside *base*.

        Every record is counted: a change of roles is judged by its classes, whose number does
        not grow with the papers.

        :param index: ``documents`` or ``dossiers``.
        """
        view = self._present()
        inside, gained, known = (self._within(view, index, one) for one in (base, more, less))
        clauses = [*inside, *gained, *((Occur.MustNot, query) for _occur, query in known)]
        return apart(view.documents if index == "documents" else view.dossiers, clauses)

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
