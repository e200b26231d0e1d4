"""All rules over one paper, in the order they lean on each other."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

from hoso.ingest.classifiers import Classifiers
from hoso.ingest.propose.again import Picture, agency_again, date_again, number_again, signer_again
from hoso.ingest.propose.agency import read_agency
from hoso.ingest.propose.head import (
    Head,
    read_date_line,
    read_head,
    read_number_line,
)
from hoso.ingest.propose.lines import Line, Sheet
from hoso.ingest.propose.names import known_signer
from hoso.ingest.propose.number import Numbered
from hoso.ingest.propose.people import read_person
from hoso.ingest.propose.proposal import FIELDS, Proposal, from_lines
from hoso.ingest.propose.secrecy import read_level
from hoso.ingest.propose.signer import find_block, read_signer
from hoso.ingest.propose.title import (
    Title,
    find_addressee,
    find_title,
    subject_below,
    subject_of_letter,
)

__all__ = ["as_dicts", "propose"]

_AGENCY_CERTAIN = 0.8
_SIGNER_CERTAIN = 0.8
_SYMBOL_CERTAIN = 0.6
_NUMBER_LIKELY = 96.0

# Confidence of the worst figure.  Printed numbers have 98.7 and more even on bad scans,
# what is made of handwriting 97.8 and less (27 scans, 17 degraded pages).
NUMBER_CERTAIN = 98.3


def propose(
    sheets: Sequence[Sheet],
    data: Classifiers,
    *,
    latest: int | None = None,
    picture_of: Callable[[int], Picture] | None = None,
    signers: Sequence[str] = (),
) -> dict[str, Proposal | None]:
    """Return the proposals for a paper of *sheets*.

    With *picture_of*, parts of recognised pages that were not read for certain are looked at
    again.  *signers* are people known to sign papers here; a name half hidden by a stamp is
    read as theirs where it can be no other's.
    """
    found: dict[str, Proposal | None] = dict.fromkeys(FIELDS)
    if not sheets or not sheets[0].lines:
        return found
    first = sheets[0]
    latest = latest or datetime.now(UTC).year + 1
    title = find_title(first, data)
    addressee = find_addressee(first, data)
    head = read_head(first, data, bottom=_bottom(first, title, addressee))
    expected = title.form.symbols if title else ()
    numbered = read_number_line(head, data, expected)
    is_paper = _is_paper(head, title, numbered, addressee)
    if is_paper:
        if picture_of and first.recognised and numbered and _is_worth_a_look(*numbered):
            again = number_again(*numbered, picture_of(1), data, expected)
            numbered = numbered[0], again
        _fill_number(found, numbered, recognised=first.recognised)
        found["type"] = _form(title, numbered, addressee, data)
        dated, written = read_date_line(head, recognised=first.recognised, latest=latest)
        if picture_of and dated is None and written is not None:
            dated = date_again(written, picture_of(1), latest=latest)
        found["date"] = dated
        line = numbered[0] if numbered else None
        agency = read_agency(head, line, data)
        if picture_of and first.recognised and not _is_sure(agency, _AGENCY_CERTAIN):
            agency = agency_again(head, line, agency, picture_of(1), data)
        found["agency"] = agency
        if title is not None:
            found["subject"] = subject_below(first, title, data)
        else:
            found["subject"] = subject_of_letter(head.left, line, addressee, data)
        found["level"] = read_level(first, data)
        found["signer"] = _signer(sheets, data, picture_of, signers)
        form = str(found["type"].value) if found["type"] else ""
        found["person"] = read_person(sheets, found["subject"], found["signer"], data, form=form)
    return found


def _is_worth_a_look(line: Line, read: Numbered) -> bool:
    """Tell whether a number is about to be proposed, or its symbol was read badly."""
    if read.number and read.worst >= _NUMBER_LIKELY:
        return True
    spots = line.spots_of(*read.symbol_span)
    return bool(read.symbol and spots) and line.with_spots(spots).confidence < _SYMBOL_CERTAIN


def _signer(
    sheets: Sequence[Sheet],
    data: Classifiers,
    picture_of: Callable[[int], Picture] | None,
    signers: Sequence[str],
) -> Proposal | None:
    block = find_block(sheets, data)
    if block is None:
        return None
    recognised = next(sheet.recognised for sheet in sheets if sheet.page == block.page)
    signer = read_signer(block, data, recognised=recognised)
    if not recognised:
        return signer
    known = known_signer(block.lines, block.capacity, signers)
    if known is not None:
        return known
    if picture_of and not _is_sure(signer, _SIGNER_CERTAIN):
        return signer_again(block, picture_of(block.page), data, signers) or signer
    return signer


def _is_sure(proposal: Proposal | None, certain: float) -> bool:
    return proposal is not None and proposal.confidence >= certain


def as_dicts(found: dict[str, Proposal | None]) -> dict[str, Any]:
    """Return the proposals as plain values, every field present."""
    return {name: proposal.as_dict() if (proposal := found.get(name)) else None for name in FIELDS}


def _bottom(sheet: Sheet, title: Title | None, addressee: Line | None) -> float:
    if title is not None:
        return title.line.y0 - 0.001
    if addressee is not None:
        return addressee.y0 + addressee.height * 0.6
    for line in sheet.lines:
        if line.plain.startswith(("can cu", "thuc hien", "dieu 1")):
            return line.y0 - 0.001
    return 0.33


def _is_paper(
    head: Head,
    title: Title | None,
    numbered: tuple[Line, Numbered] | None,
    addressee: Line | None,
) -> bool:
    """Tell an administrative paper from anything else: of that nothing is proposed."""
    signs = (
        head.has_motto,
        title is not None,
        numbered is not None and numbered[1].symbol is not None,
        addressee is not None,
    )
    return sum(signs) >= 2 or title is not None


def _fill_number(
    found: dict[str, Proposal | None],
    numbered: tuple[Line, Numbered] | None,
    *,
    recognised: bool,
) -> None:
    if numbered is None:
        return
    line, read = numbered
    if read.symbol:
        spots = line.spots_of(*read.symbol_span)
        part = line.with_spots(spots) if spots else line
        found["symbol"] = from_lines(read.symbol, [part], "symbol.head", factor=0.99)
    if read.number and (not recognised or read.worst >= NUMBER_CERTAIN):
        spots = line.spots_of(*read.span)
        part = line.with_spots(spots) if spots else line
        proposal = from_lines(read.number, [part], "number.head")
        sure = min(proposal.confidence, read.worst / 100) if recognised else proposal.confidence
        found["number"] = Proposal(read.number, sure, proposal.page, proposal.box, proposal.rule)


def _form(
    title: Title | None,
    numbered: tuple[Line, Numbered] | None,
    addressee: Line | None,
    data: Classifiers,
) -> Proposal | None:
    """Return the form: by its name, else by its symbol, else a letter."""
    if title is not None:
        return from_lines(title.form.label, [title.line], "type.title", factor=title.alike / 100)
    symbol = numbered[1].symbol if numbered else None
    if numbered and symbol:
        form = data.by_symbol.get(re.split(r"[-/]", symbol)[0].upper())
        if form is not None and addressee is None:
            return from_lines(form.label, [numbered[0]], "type.symbol", factor=0.8)
    if addressee is not None or symbol:
        line = addressee or (numbered[0] if numbered else None)
        if line is not None:
            return from_lines("Công văn", [line], "type.letter", factor=0.97)
    return None
