"""How pages show a batch: the equation as a table of links, and the files behind each number."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from hoso.desk.arrivals import reason_of
from hoso.desk.batches import BatchView, scanner_of
from hoso.ingest.counting import PLACES, Counted, Tally
from hoso.kernel.text import shown_name
from hoso.records.model import Arrival, Batch, Document
from hoso.web import papers
from hoso.web.language import Language
from hoso.web.shapes import Badge, Fact
from hoso.web.words import Word

__all__ = [
    "STATES",
    "Row",
    "answer_of",
    "chosen",
    "difference",
    "facts_of",
    "lines_of",
    "mark_of",
    "pages_said",
    "rows_of",
    "scanner",
    "show_said",
]

STATES = {"open": Word("Open for files", "good"), "closed": Word("Closed")}

#: Where a file is, as the equation says it.
PLACE_WORDS = {
    "filed": Word("Filed", "good"),
    "waiting": Word("Waits for checking", "warn"),
    "reading": Word("Being read"),
    "quarantined": Word("In quarantine", "bad"),
    "refused": Word("Refused", "bad"),
    "withdrawn": Word("Withdrawn", "warn"),
    "split": Word("Split into papers"),
    "already-here": Word("Here already", "warn"),
}
APART_WORDS = {
    "separator": Word("Separator sheets"),
    "blank": Word("Blank pages set apart"),
    "set-apart": Word("Pages set apart otherwise"),
    "missing": Word("Pages in no paper", "bad"),
    "twice": Word("Pages in two papers", "bad"),
}
_USUAL = {"filed", "waiting", "reading", "quarantined", "refused"}
AGAIN, UNKNOWN = Word("Sent once more", "warn"), Word("Number of pages not known", "warn")
#: How a file came.
SOURCES = {
    "upload": Word("sent from a browser"),
    "folder": Word("taken from the watched folder"),
    "cli": Word("taken in by command"),
    "rest": Word("sent by a program"),
    "import": Word("imported with a list"),
}


@dataclass(frozen=True)
class Row:
    """One term of the equation; an empty number is not asked in that column."""

    key: str
    label: str
    tone: str
    files: str
    papers: str
    pages: str
    url: str
    current: bool = False


@dataclass(frozen=True)
class Line:
    """One file or part of the list."""

    name: str
    url: str
    part: str
    came: str
    size: str
    pages: str
    state: Badge
    where: str
    where_url: str
    reason: str


def difference(tally: Tally, language: Language) -> Badge:
    """Say how declared and scanned pages compare."""
    say, count = language.say, language.count
    gap = tally.difference
    if gap is None:
        return Badge(say("Sheets were not counted"), "warn")
    left = (
        count("{n} file of unknown length", "{n} files of unknown length", tally.unknown)
        if tally.unknown
        else ""
    )
    if gap < 0:
        said = count("{n} page is missing", "{n} pages are missing", -gap)
    elif gap > 0:
        said = count("{n} page too many", "{n} pages too many", gap)
    else:
        said = say("Declared and scanned are equal")
    # Until all are read nobody knows whether anything is missing.
    missing = "warn" if left or not tally.received else "bad"
    return Badge(f"{said} · {left}" if left else said, missing if gap else "good")


def rows_of(request: Any, view: BatchView, *, show: str) -> list[Row]:
    """Return the terms of the equation, each leading to its files.

    The usual places are shown also where nothing is; the others only where something is.
    """
    number, tally = request.language.number, view.tally

    def row(key: str, word: Word, files: int | None, parts: int | None, pages: int | None) -> Row:
        any_ = bool(files or parts or pages)
        return Row(
            key,
            request.language.say(word.text),
            word.tone if any_ else "",
            "" if files is None else number(files),
            "" if parts is None else number(parts),
            "" if pages is None else number(pages),
            request.resource_path(view.batch, query={"show": key}) + "#list" if any_ else "",
            current=show == key,
        )

    rows = []
    for place in PLACES:
        at = tally.at(place)
        if place not in _USUAL and not (at.files or at.parts):
            continue
        pages = None if place == "split" else at.pages
        parts = None if place in {"split", "already-here"} else at.parts
        rows.append(row(place, PLACE_WORDS[place], at.files, parts, pages))
    for kind, word in APART_WORDS.items():
        count = tally.apart[kind]
        if count:
            rows.append(row(kind, word, None, None, count))
    return rows


def show_said(request: Any, show: str) -> str:
    """Return what the list below is narrowed to; "" where it shows all."""
    words = {**PLACE_WORDS, **APART_WORDS, "again": AGAIN, "unknown": UNKNOWN}
    return request.language.say(words[show].text) if show in words else ""


def chosen(tally: Tally, show: str) -> list[Counted]:
    """Return the files and parts a number of the equation counts, in the order they came."""
    if show == "unknown":
        return [one for one in tally.counted if one.pages is None and not one.part]
    if show in APART_WORDS:
        return [one for one in tally.counted if one.apart.get(show)]
    if show in PLACE_WORDS:
        return [one for one in tally.counted if one.place == show]
    return list(tally.counted)


def lines_of(
    request: Any, view: BatchView, counted: list[Counted], again: Mapping[int, Arrival]
) -> Iterator[Line]:
    """Yield the lines of the list: files with their parts, or those that were sent once more."""
    arrivals = dict(view.arrivals)
    for one in counted:
        yield _line(request, view, one, arrivals[one.file])
    for arrival in again.values():
        language = request.language
        yield Line(
            name=shown_name(arrival.name),
            url="",
            part="",
            came=_came(arrival, language),
            size=language.size(arrival.size),
            pages="",
            state=Badge(language.say(AGAIN.text), AGAIN.tone),
            where="",
            where_url="",
            reason="",
        )


def _came(arrival: Arrival, language: Language) -> str:
    how = SOURCES.get(arrival.source)
    said = language.say(how.text) if how is not None else arrival.source
    return f"{language.moment(arrival.at)} · {arrival.by} · {said}"


def _line(request: Any, view: BatchView, one: Counted, arrival: Arrival) -> Line:
    language = request.language
    document: Document | None = view.papers.get(one.paper)
    word = PLACE_WORDS[one.place]
    where, where_url = _where(request, document)
    return Line(
        name=shown_name(arrival.name) if not one.part else _title(document, language),
        url=request.resource_path(document) if document is not None else "",
        part=_taken(document, language) if one.part else "",
        came=_came(arrival, language),
        size=language.size(arrival.size) if not one.part else "",
        pages=pages_said(one, document, language, unknown=language.say("not known")),
        state=Badge(language.say(word.text), word.tone),
        where=where if document is not None or not one.paper else language.say("not open to you"),
        where_url=where_url,
        reason=_reason(document, arrival, one, language),
    )


def pages_said(one: Counted, document: Document | None, language: Language, *, unknown: str) -> str:
    """Write the pages counted at a place; those of a split scan, counted below it, in brackets."""
    if one.place == "split":
        return f"({language.number(document.pages)})" if document is not None else ""
    return unknown if one.pages is None else language.number(one.pages)


def _title(document: Document | None, language: Language) -> str:
    if document is None:
        return str(language.say("A paper that is not open to you"))
    return papers.title_of(document, language)


def _taken(document: Document | None, language: Language) -> str:
    source = document.source if document is not None else None
    if source is None:
        return ""
    return str(language.say("Pages {pages} of the scan", pages=", ".join(map(str, source.pages))))


def _where(request: Any, document: Document | None) -> tuple[str, str]:
    if document is None:
        return "", ""
    dossier = document.dossier
    if dossier is not None:
        return f"{dossier.code} – {dossier.name}", request.resource_path(dossier)
    tray = request.route_path("intake", _query={"unit": document.unit.key})
    return request.language.say("Tray: {unit}", unit=document.unit.name), tray


def _reason(document: Document | None, arrival: Arrival, one: Counted, language: Language) -> str:
    if arrival.outcome == "refused":
        why = reason_of(arrival)
        return language.say(why.message, **dict(why.facts))
    if one.place in {"quarantined", "refused", "withdrawn"} and document is not None:
        return papers.reasons_of(document, language)
    if one.place == "already-here":
        return str(language.say("The same bytes were here before; nothing was stored twice."))
    return ""


def answer_of(request: Any, view: BatchView) -> dict[str, Any]:
    """Return what a page that stays open asks every few seconds."""
    language, tally = request.language, view.tally
    reading = tally.at("reading")
    left = reading.files + reading.parts
    said = (
        language.count("{n} paper is being read", "{n} papers are being read", left)
        if left
        else language.say("All papers are read.")
    )
    return {"left": left, "total": tally.received, "mark": mark_of(view), "said": said}


def mark_of(view: BatchView) -> str:
    """Return a mark that changes whenever the equation, or the batch itself, does."""
    tally = view.tally
    told = (
        view.batch.revision,
        tally.received,
        tally.again,
        tally.scanned,
        tally.lines,
        sorted(tally.apart.items()),
        sorted(view.batch.renditions),
    )
    return hashlib.sha256(repr(told).encode()).hexdigest()[:16]


def scanner(request: Any, batch: Batch) -> str:
    """Say how the scanner was set: 300 dpi, colour, its name."""
    language, set_up = request.language, scanner_of(batch)
    term = request.house.rulebook.vocabularies["scan-colour"].terms.get(set_up.colour)
    parts = (
        f"{set_up.dpi} dpi" if set_up.dpi else "",
        language.label(term.label) if term is not None else set_up.colour,
        set_up.model,
    )
    return " · ".join(part for part in parts if part)


def facts_of(request: Any, batch: Batch) -> tuple[Fact, ...]:
    """Return what was declared."""
    language = request.language
    say = language.say
    sides = (
        say("{sheets} sheets, both sides", sheets=batch.sheets)
        if batch.sides > 1
        else say("{sheets} sheets, one side", sheets=batch.sheets)
    )
    dossier = request.desk.site.dossiers.get(batch.into) if batch.into else None
    if dossier is not None and not request.desk.sees(dossier):
        dossier = None
    return (
        Fact(say("Unit"), batch.unit.name),
        Fact(say("Counted by hand"), sides if batch.sheets else say("Sheets were not counted")),
        Fact(say("Box"), batch.box),
        Fact(
            say("For the dossier"),
            f"{dossier.code} – {dossier.name}" if dossier is not None else batch.into,
            request.resource_path(dossier) if dossier is not None else "",
        ),
        Fact(say("Scanned by"), batch.operator),
        Fact(say("Scanner"), scanner(request, batch)),
        Fact(say("Opened"), f"{language.moment(batch.opened_at)} · {batch.opened_by}"),
        *(
            (Fact(say("Closed"), f"{language.moment(batch.closed_at)} · {batch.closed_by}"),)
            if batch.closed_at
            else ()
        ),
        *((Fact(say("Explained"), batch.closing),) if batch.closing else ()),
    )
