"""The list of what a search found, taken out as a table: an act of its own, with a purpose.

A line is in it only where its paper may be read, and taken out in a list, by this person at this
moment.  Up to a number of lines the profile sets one person does it alone; more need a second
person (``desk.permits``), since that is how a body loses the whole of its personnel data.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any
from urllib.parse import parse_qsl, urlencode

from hoso.access.permissions import Permission
from hoso.definitions.rulebook import Rulebook
from hoso.desk.act import Second, act
from hoso.desk.desk import Desk
from hoso.desk.facets import NARROWING
from hoso.desk.list_files import KINDS, write
from hoso.desk.questions import Question
from hoso.desk.searching import answer, records_of
from hoso.kernel.clock import civil_day
from hoso.kernel.dates import PartialDate
from hoso.kernel.errors import Fault, Invalid
from hoso.kernel.text import one_line, shown_name
from hoso.records.marking import level_of
from hoso.records.model import Document, Unit
from hoso.records.units import lineage
from hoso.search.interfaces import ResultPage

__all__ = ["Table", "as_text", "export", "from_text", "lines_of", "purposes", "units_of"]

_AT_ONCE = 500
_LONGEST_NOTE = 300


@dataclass(frozen=True)
class Table:
    """A table that was made.

    :ivar path: a file of its own; whoever asked for it removes it.
    :ivar found: papers the search finds below the unit; more than ``rows`` where some of them may
        be read but not be taken out in a list.
    """

    path: Path
    kind: str
    rows: int
    found: int
    size: int
    sha256: str


def as_text(question: Question) -> str:
    """Return a question as one text, as a permit keeps it and an address holds it."""
    ticked = [(name, key) for name in NARROWING for key in question.chosen.get(name, ())]
    return urlencode([("q", question.text), *ticked, ("sort", question.sort)])


def from_text(text: str) -> Question:
    """Read what :func:`as_text` wrote."""
    pairs = parse_qsl(text, keep_blank_values=True)
    said = dict(pairs)
    chosen = {name: [key for n, key in pairs if n == name] for name in NARROWING}
    return Question.of(said.get("q", ""), chosen, sort=said.get("sort", ""))


def purposes(rulebook: Rulebook) -> Mapping[str, Any]:
    """Return what a list may be taken out for, by code."""
    return rulebook.vocabularies["access-request-purpose"].terms


def units_of(desk: Desk) -> tuple[Unit, ...]:
    """Return the topmost units whose papers one may take out in lists."""
    mine = [
        unit
        for unit in desk.site.unit_by_number.values()
        if desk.may(unit, Permission.SEARCH_EXPORT)
    ]
    inside = {unit.number for unit in mine}
    return tuple(
        unit
        for unit in mine
        if not any(step.number in inside for step in lineage(unit) if step is not unit)
    )


def lines_of(desk: Desk, unit: Unit, *, query: str) -> int:
    """Return how many papers a search finds below a unit: at most so many lines come of it."""
    page = _asked(desk, unit, from_text(query), limit=1)
    return page.total


def _asked(
    desk: Desk, unit: Unit, question: Question, *, limit: int, offset: int = 0
) -> ResultPage:
    _query, page = answer(
        desk,
        question,
        limit=limit,
        offset=offset,
        kinds=frozenset({"document"}),
        below=unit,
    )
    return page


def _is_many(desk: Desk, unit: Unit, *, query: str, **_words: Any) -> bool:
    alone = int(desk.rulebook.profile.settings["search"]["export_rows_alone"])
    return lines_of(desk, unit, query=query) > alone


@act(
    "search.exported",
    Permission.SEARCH_EXPORT,
    second=Second(
        Permission.EXPORT_CONFIRM,
        when=_is_many,
        besides=frozenset({"to", "language", "headings"}),
    ),
)
def export(
    desk: Desk,
    unit: Unit,
    *,
    query: str,
    kind: str,
    purpose: str,
    note: str = "",
    to: Path | None = None,
    language: str = "vi",
    headings: Mapping[str, str] = MappingProxyType({}),
) -> Table:
    """Write what a search finds below *unit* as a table into the folder *to*.

    :param query: a question as :func:`as_text` writes it.
    :param kind: one of ``KINDS``.
    :param purpose: a code of the list ``access-request-purpose``.
    :param language: of labels in the cells.
    :param headings: names of ``COLUMNS``, ``ABOUT`` and ``SHEETS`` in the reader's language.
    """
    known = purposes(desk.rulebook)
    note = one_line(note)
    faults = []
    if kind not in KINDS:
        faults.append(Fault("kind", "Choose one of: {known}.", {"known": ", ".join(KINDS)}))
    if purpose not in known:
        faults.append(Fault("purpose", "Say what the list is taken out for."))
    if len(note) > _LONGEST_NOTE:
        faults.append(Fault("note", "Use at most {limit} characters.", {"limit": _LONGEST_NOTE}))
    question = from_text(query)
    found = lines_of(desk, unit, query=query)
    most = int(desk.rulebook.profile.settings["search"]["export_rows_most"])
    if found > most:
        faults.append(
            Fault(
                "query",
                "The search finds {found} papers; at most {most} are taken out at once. Narrow it.",
                {"found": found, "most": most},
            )
        )
    if faults:
        raise Invalid(faults)
    path = (to or desk.house.spool) / f"list-{secrets.token_hex(8)}.{kind}"
    try:
        rows = write(
            path,
            _rows(desk, unit, question, language=language),
            kind=kind,
            headings=headings,
            about=_about(desk, unit, question, purpose=known[purpose].label.in_(language)),
        )
        digest = _digest(path)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    size = path.stat().st_size
    desk.say(
        **question.told(),
        kind=kind,
        purpose=purpose,
        note=note,
        rows=rows,
        found=found,
        sha256=digest,
        bytes=size,
    )
    return Table(path, kind, rows, found, size, digest)


def _about(desk: Desk, unit: Unit, question: Question, *, purpose: str) -> tuple[str, ...]:
    """Return what a workbook says of itself (``list_files.ABOUT``)."""
    told = question.told()
    filters = told.get("filters", "")
    return (told["query"], filters, unit.name, desk.identity.login, desk.now, purpose)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _rows(
    desk: Desk, unit: Unit, question: Question, *, language: str
) -> Iterator[tuple[str, ...]]:
    """Yield a line for each paper that may be taken out, at this moment, by this person."""
    told: set[int] = set()
    offset = 0
    while True:
        page = _asked(desk, unit, question, limit=_AT_ONCE, offset=offset)
        numbers = [hit.id for hit in page.hits if hit.id not in told]
        told.update(numbers)
        for document in records_of(desk, numbers):
            if _is_in(desk, document, unit):
                yield _line(desk, document, language)
        offset += _AT_ONCE
        if offset >= page.total or not page.hits:
            return
        # What was read for these lines is not needed again.
        desk.connection.cacheGC()


def _is_in(desk: Desk, document: Document, unit: Unit) -> bool:
    dossier = document.dossier
    return (
        dossier is not None
        and unit in lineage(dossier.unit)
        and desk.may(document, Permission.SEARCH_EXPORT)
    )


def _line(desk: Desk, document: Document, language: str) -> tuple[str, ...]:
    """Return a paper by the columns of a list (``list_files.COLUMNS``)."""
    rulebook, dossier = desk.rulebook, document.dossier
    type_ = rulebook.document_types.get(document.type)
    form = rulebook.forms.get(document.form)
    state = rulebook.workflows["document"].states.get(document.state)
    return (
        dossier.code if dossier is not None else "",
        dossier.name if dossier is not None else document.person,
        f"{document.type} {type_.label.in_(language)}" if type_ is not None else document.type,
        type_.section if type_ is not None else "",
        document.title or shown_name(document.given_name),
        form.label.in_(language) if form is not None else document.form,
        document.number,
        document.symbol,
        _day(document.date),
        document.agency,
        document.signer,
        dossier.unit.name if dossier is not None else "",
        rulebook.levels[level_of(document, desk.today)].label.in_(language),
        state.label.in_(language) if state is not None else document.state,
        _day(civil_day(document.filed_at)) if document.filed_at else "",
        str(document.pages or ""),
        document.uid,
    )


def _day(text: str) -> str:
    """Write a date, known in part or whole, as people in Vietnam do: dd/mm/yyyy."""
    try:
        return PartialDate.parse(text).vietnamese if text else ""
    except ValueError:
        return text
