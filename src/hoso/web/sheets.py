"""Separator sheets and labels in the reader's language, for pages and commands."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from hoso.desk.sheets import Wanted
from hoso.ingest.sheets.printing import GRIDS, Sheet, labels, separators
from hoso.web.language import Language

__all__ = ["labels_pdf", "separators_pdf"]


def separators_pdf(wanted: Iterable[Wanted], rulebook: Any, language: Language) -> bytes:
    """Return separator sheets as a PDF, with dossier and kind written out for people."""
    sheets = [_sheet(one, rulebook, language) for one in wanted]
    return separators(sheets, title=language.say("Separator sheets"), language=language.code)


def _sheet(one: Wanted, rulebook: Any, language: Language) -> Sheet:
    say = language.say
    lines: list[tuple[str, str]] = []
    if one.dossier is not None:
        lines.append((say("Dossier"), f"{one.dossier.code} – {one.dossier.name}"))
    if one.type:
        kind = rulebook.document_types[one.type]
        lines.append((say("Kind of paper"), f"{one.type} {language.label(kind.label)}"))
    both = say("Both sides are scanned.") if one.code.sides == 2 else say("One side is scanned.")
    return Sheet(
        one.code,
        say("SEPARATOR SHEET") if lines else say("NEXT PAPER"),
        tuple(lines),
        say("Lay it on top of the paper. {sides} The sheet can be used again.", sides=both),
    )


def labels_pdf(serials: Sequence[str], *, kind: str, skip: int, language: Language) -> bytes:
    """Return sheets of serial labels as a PDF."""
    return labels(
        serials,
        grid=GRIDS[kind],
        skip=skip,
        title=language.say("Serial labels"),
        note=language.say("Serial code"),
        language=language.code,
    )
