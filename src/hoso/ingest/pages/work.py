"""Recognising the picture of a page: scans, and pages whose text cannot be believed.

The text layer is looked at first (``digital``).  Here the picture is in memory, so everything
that needs it is done at once: words, condition, codes, print, preview; born-digital pages get
their preview later.  The finished page is written as JSON by rename, so that a page is either
there or not.  All boxes are fractions of the upright page, as the preview shows it.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from hoso.ingest.pages.codes import Code, codes_on
from hoso.ingest.pages.condition import (
    Finding,
    find,
    print_of,
    sheet_of,
    upright_finding,
)
from hoso.ingest.pages.files import WORDS_KEPT, finished_page, page_file, preview_file, write_json
from hoso.ingest.pages.ink import contrast, skew
from hoso.ingest.pages.limits import Limits, limits_in
from hoso.ingest.pages.ocr import recognised
from hoso.ingest.pages.opinion import ASKED_BELOW, NoSecondReader, better_of
from hoso.ingest.pages.raster import Raster, page_raster, save_preview
from hoso.ingest.pages.spelling import respelt
from hoso.ingest.pages.vocabulary import vocabulary_in
from hoso.ingest.pages.words import Word, mean_confidence, text_of, upright_box

__all__ = ["Seen", "look_at", "recognise"]

_WORTHLESS = 30.0  # mean confidence below which words are noise: pictures, handwriting
_EMPTY = 0.00002  # share of ink below which there is not a letter on the page


@dataclass(frozen=True)
class Seen:
    """What the picture of a page tells."""

    words: Sequence[Word] = ()
    turn: int = 0
    confidence: float | None = None
    findings: tuple[Finding, ...] = ()
    codes: tuple[Code, ...] = ()
    print: str | None = None


def recognise(
    path: str,
    mime: str,
    page: int,
    out: str,
    model: str,
    notes: list[str],
    classifiers: str = "",
    second_reader: str = "",
) -> dict[str, Any]:
    """Recognise the page's picture, and keep it for people to look at.

    *classifiers* is the folder of the limits and the vocabulary, *second_reader* who is asked
    again where words are in doubt (``opinion``).
    """
    folder = Path(out)
    raster = page_raster(path, mime, page)
    if WORDS_KEPT in notes:
        return _looked_at(raster, page, folder, limits_in(classifiers))
    seen = look_at(raster, model, limits_in(classifiers))
    if second_reader and seen.words and (seen.confidence or 0.0) < ASKED_BELOW:
        seen, said = _asked_again(seen, raster, second_reader)
        notes = [*notes, said]
    words, changes = respelt(seen.words, vocabulary_in(classifiers))
    codes = {each["code"] for each in seen.findings}
    if "hard-to-read" in codes:
        notes = [*notes, "hard to read"]
    if seen.turn:
        notes = [*notes, f"page turned by {seen.turn} degrees"]
    preview, more = _preview(raster, folder, page, turn=seen.turn)
    width, height = raster.picture.size if seen.turn in {0, 180} else raster.picture.size[::-1]
    facts = finished_page(
        page,
        source="ocr" if words else "none",
        words=words,
        text=text_of(words),
        aspect=round(height / width, 4),
        preview=preview,
        turn=seen.turn,
        notes=[*notes, *more],
        findings=seen.findings,
        codes=seen.codes,
        print=seen.print,
        dpi=round(raster.dpi, 1) if raster.dpi is not None else None,
        confidence=seen.confidence,
        respelt=changes,
    )
    write_json(page_file(folder, page), facts)
    return {"done": True, "confidence": seen.confidence or 0.0}


def _looked_at(raster: Raster, page: int, folder: Path, limits: Limits) -> dict[str, Any]:
    """Add to a page that has the words of its layer what its picture tells."""
    facts = json.loads(page_file(folder, page).read_text(encoding="utf-8"))
    seen = look_at(raster, "", limits, words=facts["words"])
    preview, more = _preview(raster, folder, page)
    width, height = raster.picture.size
    facts |= {
        "aspect": round(height / width, 4),
        "preview": preview,
        "notes": [*facts["notes"], *more],
        "findings": seen.findings,
        "codes": seen.codes,
        "print": seen.print,
        "dpi": round(raster.dpi, 1) if raster.dpi is not None else None,
    }
    write_json(page_file(folder, page), facts)
    return {"done": True, "confidence": 0.0}


def _preview(
    raster: Raster, folder: Path, page: int, *, turn: int = 0
) -> tuple[str | None, list[str]]:
    """Keep the picture for people to look at; return its name, and a note where that fails."""
    preview = preview_file(folder, page)
    # OSError: a picture no encoder takes; the text of the page is worth keeping all the same.
    try:
        save_preview(raster.picture, preview, turn=turn)
    except (OSError, ValueError) as why:
        return None, [f"no preview: {str(why)[:80]}"]
    return preview.name, []


def _asked_again(seen: Seen, raster: Raster, name: str) -> tuple[Seen, str]:
    """Return what the second reader makes of a page where that is better, and what to note."""
    try:
        words = better_of(seen.words, raster.grey, name, dpi=raster.fine, turn=seen.turn)
    except NoSecondReader as why:
        return seen, str(why)[:160]
    if words is None:
        return seen, f"read again by {name}: no better"
    return replace(seen, words=words), f"read again by {name}"


def look_at(
    raster: Raster, model: str, limits: Limits, *, words: Sequence[Word] | None = None
) -> Seen:
    """Return what a page's picture tells: its condition, and its words unless they are given."""
    grey = raster.grey
    sheet = sheet_of(grey)
    angle = skew(grey)
    marked = contrast(np.asarray(grey))
    turn = 0
    if words is None and sheet.share(0.0) >= _EMPTY:
        words, turn = recognised(grey, model, dpi=raster.fine, angle=angle)
    words = words or ()
    confidence = mean_confidence(list(words))
    worthless = confidence < _WORTHLESS
    findings = find(sheet, limits, angle=angle, dpi=raster.dpi, contrast=marked, empty=worthless)
    if words and confidence < limits.hard_to_read:
        findings.append({"code": "hard-to-read", "value": round(confidence, 1), "box": None})
    seen = Seen(
        words=() if worthless else words,
        confidence=None if worthless else round(confidence, 1),
        codes=tuple(codes_on(grey, sheet, marked)),
    )
    blank = any(each["code"] == "blank" for each in findings)
    turn = 0 if worthless else turn
    if turn:
        findings.append({"code": "turned", "value": turn, "box": None})
        seen = replace(
            seen,
            turn=turn,
            codes=tuple(each | {"box": upright_box(each["box"], turn)} for each in seen.codes),
        )
        sheet, angle = sheet.turned(turn), angle if turn == 180 else 0.0
    return replace(
        seen,
        findings=tuple(upright_finding(each, turn) for each in findings),
        print=None if blank else print_of(sheet, angle),
    )
