"""What stands on the receipt of a batch, in words.

A receipt is a paper of the office: it is in Vietnamese whatever language its maker reads.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from hoso.desk.arrivals import reason_of
from hoso.desk.batches import BatchView, scanner_of
from hoso.desk.receipts import Tells
from hoso.ingest.counting import PLACES, Counted
from hoso.ingest.receipts.words import Entry, Receipt
from hoso.kernel.text import shown_name
from hoso.records.model import Arrival, Document
from hoso.web import papers
from hoso.web.batches import APART_WORDS, PLACE_WORDS, difference, pages_said
from hoso.web.language import Language

__all__ = ["LANGUAGE", "reason", "teller"]

LANGUAGE = Language("vi")


def reason() -> str:
    """Say what the signature is for."""
    return LANGUAGE.say("Receipt of a batch of scanned papers")


def teller(house: Any) -> Tells:
    """Return what says a batch of this site in words."""
    return partial(_told, house)


def _told(house: Any, view: BatchView, *, key: str) -> Receipt:
    say, number = LANGUAGE.say, LANGUAGE.number
    batch, tally = view.batch, view.tally
    return Receipt(
        language=LANGUAGE.code,
        site=LANGUAGE.label(house.rulebook.profile.title),
        unit=batch.unit.name,
        heading=say("Receipt of a batch of scanned papers"),
        number=batch.number,
        made=say("Made at {at}", at=LANGUAGE.moment(house.clock.now())),
        declared=[(label, value) for label, value in _declared(house, view) if value],
        equation_heading=say("Does it add up?"),
        columns=[
            say("Where they are now"),
            say("Files"),
            say("Papers split off"),
            say("Number of pages"),
        ],
        equation=list(_equation(view)),
        total=[
            say("Together, as received"),
            number(tally.received),
            number(sum(line.parts for line in tally.lines)),
            number(tally.scanned),
        ],
        verdicts=list(_verdicts(view)),
        files_heading=say("Every file"),
        heads=[
            say("No."),
            say("File name and SHA-256"),
            say("Size"),
            say("Number of pages"),
            say("Outcome"),
            say("Where it is now"),
        ],
        files=list(_files(view)),
        closing=[
            say("This receipt is signed electronically with the key of the system."),
            say("Fingerprint of the certificate (SHA-256): {key}", key=key),
        ],
        hands=[say("Scanned by"), say("Handed the papers over")],
        page=say("page"),
    )


def _declared(house: Any, view: BatchView) -> Iterator[tuple[str, str]]:
    say, moment, batch = LANGUAGE.say, LANGUAGE.moment, view.batch
    sides = (
        say("{sheets} sheets, both sides", sheets=batch.sheets)
        if batch.sides > 1
        else say("{sheets} sheets, one side", sheets=batch.sheets)
    )
    yield say("What is in the box"), batch.title
    yield say("Counted by hand"), sides if batch.sheets else say("Sheets were not counted")
    yield say("Box"), batch.box
    yield say("For the dossier"), batch.into
    yield say("Scanned by"), batch.operator
    set_up = scanner_of(batch)
    colour = house.rulebook.vocabularies["scan-colour"].terms.get(set_up.colour)
    parts = (
        f"{set_up.dpi} dpi" if set_up.dpi else "",
        LANGUAGE.label(colour.label) if colour is not None else set_up.colour,
        set_up.model,
    )
    yield say("Scanner"), " · ".join(part for part in parts if part)
    yield say("Opened"), f"{moment(batch.opened_at)} · {batch.opened_by}"
    yield say("Closed"), f"{moment(batch.closed_at)} · {batch.closed_by}"


def _equation(view: BatchView) -> Iterator[list[str]]:
    say, number, tally = LANGUAGE.say, LANGUAGE.number, view.tally
    for place in PLACES:
        at = tally.at(place)
        if not (at.files or at.parts) and place in {"withdrawn", "split", "reading"}:
            continue
        pages = "" if place == "split" else number(at.pages)
        yield [say(PLACE_WORDS[place].text), number(at.files), number(at.parts), pages]
    for kind, word in APART_WORDS.items():
        if tally.apart[kind]:
            yield [say(word.text), "", "", number(tally.apart[kind])]


def _verdicts(view: BatchView) -> Iterator[str]:
    say, count, number = LANGUAGE.say, LANGUAGE.count, LANGUAGE.number
    tally = view.tally
    if tally.declared.pages is not None:
        yield say(
            "Declared: {declared} pages. Scanned: {scanned}. Stored: {stored}.",
            declared=tally.declared.pages,
            scanned=tally.scanned,
            stored=tally.stored,
        )
    said = difference(tally, LANGUAGE).text
    yield f"{said[:1].upper()}{said[1:]}."
    if view.batch.closing:
        yield say("Explained by {who}: {why}", who=view.batch.closed_by, why=view.batch.closing)
    waiting = tally.at("waiting").files + tally.at("waiting").parts
    if waiting:
        yield count(
            "{n} paper still waits for a person.", "{n} papers still wait for a person.", waiting
        )
    if tally.again:
        yield say("Sent once more, not counted again: {n}", n=number(tally.again))


def _files(view: BatchView) -> Iterator[Entry]:
    arrivals = dict(view.arrivals)
    count = 0
    for one in view.tally.counted:
        count += not one.part
        yield _entry(view, one, arrivals[one.file], number="" if one.part else str(count))


def _entry(view: BatchView, one: Counted, arrival: Arrival, *, number: str) -> Entry:
    document = view.papers.get(one.paper)
    where = _where(document)
    if arrival.outcome == "refused":
        why = reason_of(arrival)
        where = LANGUAGE.say(why.message, **dict(why.facts))
    elif one.place in {"quarantined", "refused"} and document is not None:
        where = papers.reasons_of(document, LANGUAGE)
    return Entry(
        number=number,
        name=_name(one, arrival, document),
        digest="" if one.part else arrival.sha256,
        size="" if one.part else LANGUAGE.size(arrival.size),
        pages=pages_said(one, document, LANGUAGE, unknown="?"),
        outcome=LANGUAGE.say(PLACE_WORDS[one.place].text),
        where=where,
        part=one.part,
    )


def _name(one: Counted, arrival: Arrival, document: Document | None) -> str:
    if not one.part:
        return shown_name(arrival.name)
    source = document.source if document is not None else None
    if source is None:
        return LANGUAGE.say("A paper that is not open to you")
    pages = ", ".join(map(str, source.pages))
    return LANGUAGE.say("Pages {pages} of the scan", pages=pages)


def _where(document: Document | None) -> str:
    if document is None:
        return ""
    if document.dossier is not None:
        return document.dossier.code
    return LANGUAGE.say("Tray: {unit}", unit=document.unit.name)
