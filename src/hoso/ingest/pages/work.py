"""The two jobs of a page: look at its text layer, or recognise its picture.

``read_layer`` is cheap and always first; it answers whether the page is done.  ``recognise``
follows for scans and for pages whose layer cannot be believed; it has the picture in memory
and keeps the preview of it, while born-digital pages get theirs later.  Both write the
finished page as JSON by rename, so that a page is either there or not.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from hoso.ingest.pages import legacy
from hoso.ingest.pages.files import finished_page, page_file, preview_file, write_json
from hoso.ingest.pages.layer import has_page_picture, normalised, open_page, read_layer_words
from hoso.ingest.pages.quality import is_readable_latin, quality
from hoso.ingest.pages.typed import read_typed_page
from hoso.ingest.pages.words import Word, mean_confidence, text_of

__all__ = ["read_layer", "recognise"]

Finding = dict[str, Any]  # {"code", "value", "box"}

_HARD = 50.0  # mean confidence below which a person is told
_WORTHLESS = 30.0  # below that it is noise: pictures, handwriting


def read_layer(path: str, mime: str, page: int, out: str) -> dict[str, Any]:
    """Read the text layer; say whether recognition is needed."""
    if not mime.startswith(("application/pdf", "image/")):
        return read_typed_page(path, page, out)
    folder = Path(out)
    notes: list[str] = []
    if mime != "application/pdf":
        return {"done": False, "notes": notes}
    with open_page(path, page) as opened:
        layer = read_layer_words(opened)
        words, source, more = _judged(layer.words, layer.fonts, scan=has_page_picture(opened))
        width, height = opened.get_size()
    notes += more
    if source is None:
        return {"done": False, "notes": notes}
    aspect = round(height / width, 4) if width else 1.0
    _finish(folder, page, words, source, aspect=aspect, notes=notes)
    return {"done": True, "notes": notes}


def _judged(
    raw: list[Word], fonts: tuple[str, ...], *, scan: bool
) -> tuple[list[Word], str | None, list[str]]:
    """Decide what a text layer is worth: its words, or recognition (None)."""
    words = normalised(raw)
    text = text_of(words)
    measured = quality(text)
    if not any(map(str.isalnum, text)):
        return [], None, []
    if measured.is_vietnamese:
        return words, "layer", []
    old = legacy.detect(text_of(raw), fonts)
    if old is not None:
        capitals = old == legacy.TCVN3 and legacy.has_capitals_font(fonts)
        converted = [[legacy.convert(word[0], old, capitals=capitals), *word[1:]] for word in raw]
        return normalised(converted), "converted", [f"text converted from {old}"]
    if scan:
        # Scanners write layers in the language they were set to; short ones prove nothing.
        return [], None, ["text layer of the scanner not believed"]
    # What a program wrote is believed sooner: garbled fonts come out below 0.41.
    if measured.well_formed >= 0.65 or measured.words < 8:
        return words, "layer", []
    if is_readable_latin(text):
        return words, "layer", ["text layer is not Vietnamese"]
    return [], None, ["text layer unreadable"]


def recognise(
    path: str, mime: str, page: int, out: str, model: str, notes: list[str]
) -> dict[str, Any]:
    """Recognise the page's picture, and keep it for people to look at."""
    from hoso.ingest.pages.ocr import recognised
    from hoso.ingest.pages.raster import RECOGNITION_DPI, page_picture, save_preview

    folder = Path(out)
    picture = page_picture(path, mime, page)
    words, turn = recognised(picture, model, dpi=RECOGNITION_DPI)
    confidence = mean_confidence(words)
    findings: list[Finding] = []
    if words and confidence < _HARD:
        notes = [*notes, "hard to read"]
        findings.append({"code": "hard-to-read", "value": round(confidence, 1), "box": None})
    if confidence < _WORTHLESS:
        words, turn = [], 0
    if turn:
        notes = [*notes, f"page turned by {turn} degrees"]
        findings.append({"code": "turned", "value": turn, "box": None})
    # OSError: a picture no encoder takes; the text of the page is worth keeping all the same.
    try:
        save_preview(picture, preview_file(folder, page), turn=turn)
    except (OSError, ValueError) as why:
        notes = [*notes, f"no preview: {str(why)[:80]}"]
    width, height = picture.size if turn in {0, 180} else picture.size[::-1]
    _finish(
        folder,
        page,
        words,
        "ocr" if words else "none",
        aspect=round(height / width, 4),
        notes=notes,
        seen={
            "turn": turn,
            "findings": findings,
            "confidence": round(confidence, 1) if words else None,
        },
    )
    return {"done": True, "confidence": round(confidence, 1)}


def _finish(
    folder: Path,
    page: int,
    words: list[Word],
    source: str,
    *,
    aspect: float,
    notes: list[str],
    seen: Mapping[str, Any] | None = None,
) -> None:
    """Write the page; *seen* is what only the picture of a scan tells."""
    picture = preview_file(folder, page)
    facts = finished_page(
        page,
        source=source,
        words=words,
        text=text_of(words),
        aspect=aspect,
        preview=picture.name if picture.exists() else None,
        notes=notes,
    )
    write_json(page_file(folder, page), facts | dict(seen or {}))
