"""What was read of a paper, page by page, and how a finished page is found again.

A finished page lies in the working folder of its paper, so that a reading that was stopped goes
on where it was.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hoso.ingest.pages.files import finished_page, page_file, preview_file, write_json
from hoso.ingest.propose.proposal import FIELDS

__all__ = ["PageReading", "Reading", "keep_failed", "kept", "kept_of"]


@dataclass(frozen=True)
class PageReading:
    """One page as read.

    *source* is ``layer`` (its own text), ``converted`` (text of an old encoding), ``ocr`` or
    ``none``.  *words* are [text, confidence 0..100, box in fractions, line, ...].  Of scans
    there are also: *findings*, what a person should look at, each {"code", "value", "box"};
    *codes*, the codes printed on the page, each {"format", "text", "box"}; *print*, 64 bits in
    hexadecimal that are nearly the same for pictures that look the same; *dpi*; *confidence*,
    the mean of the recognised words, 0 to 100; *respelt*, what was put right afterwards, each
    [place among the words, what was read, rule of ``pages.spelling``].  Unknown is None.
    """

    number: int
    source: str
    words: Sequence[Sequence[Any]] = ()
    text: str = ""
    preview: Path | None = None
    turn: int = 0
    notes: tuple[str, ...] = ()
    findings: tuple[Mapping[str, Any], ...] = ()
    codes: tuple[Mapping[str, Any], ...] = ()
    print: str | None = None
    dpi: float | None = None
    confidence: float | None = None
    respelt: tuple[Sequence[Any], ...] = ()


@dataclass(frozen=True)
class Reading:
    """All pages, and what the rules propose; *complete* is False where it was stopped."""

    pages: tuple[PageReading, ...]
    proposals: Mapping[str, Mapping[str, Any] | None] = field(
        default_factory=lambda: dict.fromkeys(FIELDS)
    )
    type_proposal: Mapping[str, Any] | None = None
    notes: tuple[str, ...] = ()
    complete: bool = True

    @property
    def text(self) -> str:
        """The text of all pages, a form feed between two."""
        return "\f".join(page.text for page in self.pages)


def kept(out: Path, number: int) -> PageReading | None:
    """Return a page finished before; None where there is none, or half of one."""
    try:
        data = json.loads(page_file(out, number).read_text(encoding="utf-8"))
        preview = out / data["preview"] if data["preview"] else None
        return PageReading(
            int(data["page"]),
            str(data["source"]),
            data["words"],
            str(data["text"]),
            preview if preview is not None and preview.exists() else None,
            int(data.get("turn", 0)),
            tuple(map(str, data["notes"])),
            tuple(data.get("findings", ())),
            tuple(data.get("codes", ())),
            data.get("print"),
            data.get("dpi"),
            data.get("confidence"),
            tuple(data.get("respelt", ())),
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None


def kept_of(out: Path, numbers: Sequence[int]) -> tuple[PageReading, ...]:
    """Return those of the pages that are finished."""
    return tuple(page for number in numbers if (page := kept(out, number)) is not None)


def keep_failed(out: Path, number: int, notes: list[str]) -> PageReading:
    """Keep a page that could not be read, so that it is not tried for ever."""
    preview = preview_file(out, number)
    shown = preview.name if preview.exists() else None
    write_json(page_file(out, number), finished_page(number, preview=shown, notes=notes))
    return PageReading(
        number, "none", preview=preview if shown is not None else None, notes=tuple(notes)
    )
