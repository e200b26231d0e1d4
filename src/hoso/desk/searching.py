"""Search: one box, inside what one may see, asked again on the object before it is shown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

from hoso.access.permissions import Permission
from hoso.desk.act import act
from hoso.desk.desk import Desk
from hoso.desk.documents import text_of
from hoso.desk.entries import code_of
from hoso.desk.facets import (
    Facet,
    codes_typed,
    counted,
    filters_of,
    to_count,
)
from hoso.desk.questions import Question
from hoso.desk.retention_scope import within_scope
from hoso.desk.within import finds, permitted
from hoso.kernel.text import fold, nfc
from hoso.records.marking import level_of
from hoso.records.model import Document, Dossier, Site, Unit
from hoso.records.units import subtree
from hoso.search.interfaces import Filters, ResultPage
from hoso.search.language import Query, parse, settle
from hoso.search.snippets import pages_of, snippet
from hoso.search.values import SUGGESTED, Suggestion

__all__ = [
    "PAGE",
    "Listing",
    "Result",
    "Results",
    "Suggested",
    "answer",
    "dossiers_named",
    "listing",
    "permitted",
    "records_of",
    "results_of",
    "search",
    "suggest",
]

PAGE = 20


@dataclass(frozen=True)
class Result:
    """One paper found.

    :ivar level: that of the paper today.
    :ivar parts: pieces of its text, with True where a sought word stands.
    :ivar pages: pages (from 1) on which the words were found.
    """

    document: Document
    level: int
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
    query, page = answer(desk, question, limit=limit, offset=offset, facets=to_count(desk))
    found = records_of(desk, [hit.id for hit in page.hits])
    scores = {hit.id: hit.score for hit in page.hits}
    results = [_result(desk, record, query, score=scores[record.id]) for record in found]
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
    desk: Desk,
    question: Question,
    *,
    limit: int,
    offset: int = 0,
    facets: tuple[str, ...] = (),
    kinds: frozenset[str] = frozenset({"document", "item"}),
    below: Unit | None = None,
) -> tuple[Query, ResultPage]:
    """Ask the index, inside what this identity may read now; ``Invalid`` points at the word.

    No act: whoever calls it is one, and has the journal told what was asked and found.
    """
    ticked = filters_of(desk, question.chosen, kinds=kinds)
    query, filters = settle(parse(question.text), codes_typed(desk), filters=ticked)
    if below is not None:
        inside = frozenset(unit.number for unit in subtree(below))
        filters = replace(filters, unit=inside & (inside if filters.unit is None else filters.unit))
    page = desk.house.engine.search(
        query,
        permitted(desk, Permission.DOCUMENT_READ),
        limit=limit,
        offset=offset,
        sort=question.sort,
        filters=within_scope(desk, filters),
        facets=facets,
        on=desk.today,
    )
    return query, page


def records_of(desk: Desk, numbers: Iterable[int]) -> Iterator[Document]:
    """Yield the papers of these ids, each asked again: the index finds, the object decides."""
    for number in numbers:
        record = desk.site.by_id.get(number)
        if isinstance(record, Document) and finds(desk, record):
            yield record


def results_of(desk: Desk, documents: Iterable[Document], *, text: str) -> tuple[Result, ...]:
    """Return papers with the pieces of their text that *text* asks for."""
    query = parse(text)
    return tuple(_result(desk, document, query) for document in documents)


def _result(desk: Desk, document: Document, query: Query, *, score: float = 0.0) -> Result:
    level = level_of(document, desk.today)
    text = text_of(document)
    return Result(
        document,
        level,
        score,
        tuple(snippet(text.replace("\f", "\n"), query, scanned=document.ocr)),
        tuple(pages_of(text.split("\f"), query, scanned=document.ocr)) if text else (),
    )


@dataclass(frozen=True)
class Suggested:
    """Something to go on with: a person's dossier, a number, an agency.

    :ivar query: what to search for, of a number or an agency; "" for a dossier.
    """

    kind: str
    text: str
    dossier: Dossier | None = None
    query: str = ""


@act("search.suggested", Permission.DOSSIER_VIEW, told=False)
def suggest(
    desk: Desk, _site: Site, *, prefix: str, kinds: Sequence[str] = SUGGESTED, limit: int = 8
) -> tuple[Suggested, ...]:
    """Return people, numbers and agencies that begin as *prefix* does, among what one may find."""
    exact = desk.site.dossiers.get(prefix.strip().upper())
    found = desk.house.engine.suggest(
        prefix,
        permitted(desk, Permission.DOSSIER_VIEW),
        papers=permitted(desk, Permission.DOCUMENT_READ),
        kinds=kinds,
        limit=limit,
    )
    people = [one.id for one in found if one.what == "person"]
    first = [exact.id] if isinstance(exact, Dossier) else []
    dossiers = _seen(desk, list(dict.fromkeys([*first, *people])))[:limit]
    papers = [one for one in (_of_paper(desk, s) for s in found if s.what != "person") if one]
    return (
        *(Suggested("person", dossier.name, dossier) for dossier in dossiers),
        *dict.fromkeys(papers),
    )


def _of_paper(desk: Desk, suggestion: Suggestion) -> Suggested | None:
    """Return a number or an agency as a paper that one may read has it."""
    record = next(records_of(desk, [suggestion.id]), None)
    if record is None:
        return None
    if suggestion.what == "agency":
        plain = record.agency.replace('"', " ").strip()
        return Suggested("agency", record.agency, query=f'cơ quan:"{plain}"')
    number = "/".join(part for part in (record.number, record.symbol) if part)
    return Suggested("number", number, query=f'số:"{number.replace(chr(34), " ").strip()}"')


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
