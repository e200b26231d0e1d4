"""Search: one box, inside what one may see, asked again on the object before it is shown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from hoso.access.permissions import Permission
from hoso.desk.act import act
from hoso.desk.desk import Desk
from hoso.desk.documents import text_of
from hoso.desk.entries import code_of
from hoso.desk.facets import NARROWING, Facet, codes_typed, counted, filters_of
from hoso.desk.within import finds, permitted
from hoso.kernel.text import fold, nfc
from hoso.records.model import Document, Dossier, Site
from hoso.records.units import subtree
from hoso.search.interfaces import Filters, ResultPage
from hoso.search.language import Query, parse, settle
from hoso.search.snippets import pages_of, snippet

__all__ = [
    "PAGE",
    "SORTS",
    "Listing",
    "Question",
    "Result",
    "Results",
    "answer",
    "dossiers_named",
    "listing",
    "permitted",
    "records_of",
    "search",
    "suggest",
]

PAGE = 20
#: Orders of a result, the first where none is stated.
SORTS = ("relevance", "date")
#: So much of a question is kept in the journal.
_TOLD = 200


@dataclass(frozen=True)
class Question:
    """What is asked: words, ticked filters, order; as addresses and saved searches hold it.

    :ivar chosen: facet name to ticked keys; ``dossier`` narrows to dossiers by code.
    """

    text: str = ""
    chosen: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    sort: str = SORTS[0]

    @classmethod
    def of(cls, text: str, chosen: Mapping[str, Sequence[str]], *, sort: str = "") -> Question:
        """Make one of what arrived: composed, unknown names left out, each key once."""
        return cls(
            nfc(text).strip(),
            {
                name: tuple(dict.fromkeys(nfc(key)[:100] for key in chosen[name][:50]))
                for name in NARROWING
                if chosen.get(name)
            },
            sort if sort in SORTS else SORTS[0],
        )

    @property
    def is_empty(self) -> bool:
        """Whether nothing is asked."""
        return not self.text and not self.chosen

    def told(self) -> dict[str, str]:
        """Return what the journal keeps of it, shortened."""
        ticked = "; ".join(f"{name}={','.join(keys)}" for name, keys in self.chosen.items())
        return {
            "query": self.text[:_TOLD],
            **({"filters": ticked[:_TOLD]} if ticked else {}),
            **({"sort": self.sort} if self.sort != SORTS[0] else {}),
        }


@dataclass(frozen=True)
class Result:
    """One paper found.

    :ivar parts: pieces of its text, with True where a sought word stands.
    :ivar pages: pages (from 1) on which the words were found.
    """

    document: Document
    score: float
    parts: tuple[tuple[str, bool], ...]
    pages: tuple[int, ...]


@dataclass(frozen=True)
class Results:
    """One page of an answer; totals and facets count what one may see."""

    query: str
    total: int
    results: tuple[Result, ...]
    facets: tuple[Facet, ...]
    offset: int
    ms: float
    plan: str = ""
    estimated: bool = False
    chosen: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True)
class Listing:
    """A page of dossiers in the order of names."""

    total: int
    dossiers: tuple[Dossier, ...]
    offset: int


@act("search.run", Permission.SEARCH)
def search(
    desk: Desk,
    _site: Site,
    *,
    text: str,
    chosen: Mapping[str, Sequence[str]] = MappingProxyType({}),
    sort: str = "relevance",
    offset: int = 0,
    limit: int = PAGE,
) -> Results:
    """Answer what a person typed, within what one may read.

    :param chosen: facet name to ticked keys; ``dossier`` narrows to dossiers by code.
    :param sort: one of ``SORTS``.
    """
    question = Question.of(text, chosen, sort=sort)
    query, page = answer(desk, question, limit=limit, offset=offset)
    results = [_result(record, query, score) for record, score in records_of(desk, page)]
    desk.say(**question.told(), total=page.total, shown=len(results))
    return Results(
        query=text,
        total=page.total,
        results=tuple(results),
        facets=counted(desk, page.facets, question.chosen),
        offset=offset,
        ms=page.ms,
        plan=page.plan,
        estimated=page.estimated,
        chosen=question.chosen,
    )


def answer(
    desk: Desk, question: Question, *, limit: int, offset: int = 0, facets: bool = True
) -> tuple[Query, ResultPage]:
    """Ask the index, inside what this identity may read now; ``Invalid`` points at the word.

    No act: whoever calls it is one, and has the journal told what was asked and found.
    """
    query, filters = settle(
        parse(question.text), codes_typed(desk), filters=filters_of(desk, question.chosen)
    )
    page = desk.house.engine.search(
        query,
        permitted(desk, Permission.DOCUMENT_READ),
        limit=limit,
        offset=offset,
        sort=question.sort,
        filters=filters,
        facets=facets,
    )
    return query, page


def records_of(desk: Desk, page: ResultPage) -> Iterator[tuple[Document, float]]:
    """Yield the papers found, each asked again: what the index may not know yet is not shown."""
    for hit in page.hits:
        record = desk.site.by_id.get(hit.id)
        if isinstance(record, Document) and finds(desk, record):
            yield record, hit.score


def _result(document: Document, query: Query, score: float) -> Result:
    text = text_of(document)
    return Result(
        document,
        score,
        tuple(snippet(text.replace("\f", "\n"), query, scanned=document.ocr)),
        tuple(pages_of(text.split("\f"), query, scanned=document.ocr)) if text else (),
    )


@act("search.suggested", Permission.DOSSIER_VIEW, told=False)
def suggest(desk: Desk, _site: Site, *, prefix: str, limit: int = 8) -> list[Dossier]:
    """Return dossiers whose person is named as *prefix* begins, or the one of that code."""
    exact = desk.site.dossiers.get(prefix.strip().upper())
    hits = desk.house.engine.suggest(prefix, permitted(desk, Permission.DOSSIER_VIEW), limit=limit)
    first = [exact.id] if isinstance(exact, Dossier) else []
    return _seen(desk, list(dict.fromkeys([*first, *(hit.id for hit in hits)])))


def _seen(desk: Desk, numbers: Sequence[int]) -> list[Dossier]:
    found = (desk.site.by_id.get(number) for number in numbers)
    return [record for record in found if isinstance(record, Dossier) and desk.sees(record)]


def dossiers_named(desk: Desk, name: str, *, limit: int = 5) -> tuple[Dossier, ...]:
    """Return the dossiers of people of a name; several are all returned, none is chosen."""
    hits = desk.house.engine.suggest(name, permitted(desk, Permission.DOSSIER_VIEW), limit=limit)
    wanted = fold(nfc(name)).split()
    return tuple(
        dossier
        for dossier in _seen(desk, [hit.id for hit in hits])
        if fold(dossier.name).split() == wanted
    )


@act("dossier.listed", Permission.DOSSIER_LIST, told=False)
def listing(
    desk: Desk,
    _site: Site,
    *,
    words: str = "",
    unit: str = "",
    status: str = "",
    type_: str = "",
    offset: int = 0,
    limit: int = 50,
) -> Listing:
    """Return a page of the dossiers one may see, in the order of names."""
    given: dict[str, Any] = {}
    if unit:
        top = desk.site.unit_by_key.get(unit)
        given["unit"] = (
            frozenset(u.number for u in subtree(top)) if top is not None else frozenset()
        )
    if status:
        given["status"] = frozenset({code_of(status)})
    if type_:
        given["type"] = frozenset({code_of(type_)})
    total, hits = desk.house.engine.dossiers(
        words,
        permitted(desk, Permission.DOSSIER_VIEW),
        limit=limit,
        offset=offset,
        filters=Filters(**given),
    )
    return Listing(total, tuple(_seen(desk, [hit.id for hit in hits])), offset)
