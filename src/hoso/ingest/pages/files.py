"""Where a page that is finished is kept, and how it gets there whole."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

__all__ = [
    "PICTURES",
    "WORDS_KEPT",
    "finished_page",
    "page_file",
    "preview_file",
    "second_file",
    "write_json",
]

#: Note of a page that is written with the words of its layer, whose picture is still unseen.
WORDS_KEPT = "text layer of the scan kept"
#: What the picture of a page may be, by the ending of its file; older sites have JPEG and PNG.
PICTURES = {".jpg": "image/jpeg", ".webp": "image/webp", ".png": "image/png"}


def page_file(out: Path, number: int) -> Path:
    """Return where page *number* is kept when it is finished."""
    return out / f"page-{number:04d}.json"


def preview_file(out: Path, number: int) -> Path:
    """Return where the picture of page *number* is kept for people to look at."""
    return out / f"page-{number:04d}.webp"


def second_file(out: Path, number: int) -> Path:
    """Return where a second reading of page *number* is kept, for the rules to look at."""
    return out / f"second-{number:04d}.json"


def finished_page(page: int, **facts: Any) -> dict[str, Any]:
    """Return what is written of a finished page; what is not in *facts* is not known.

    Keys: ``page`` from 1; ``source`` (layer, converted, ocr, none); ``words`` and ``text``;
    ``aspect`` (height to width); ``preview``, the name of a file beside; ``turn``, degrees
    clockwise; ``notes``; and of a scan ``findings``, ``codes``, ``print``, ``dpi``,
    ``confidence``, ``respelt`` (see ``reading.PageReading``).
    """
    nothing: dict[str, Any] = {
        "page": page,
        "source": "none",
        "words": [],
        "text": "",
        "aspect": None,
        "preview": None,
        "turn": 0,
        "notes": [],
        "findings": [],
        "codes": [],
        "print": None,
        "dpi": None,
        "confidence": None,
        "respelt": [],
    }
    return nothing | facts


def write_json(target: Path, value: Any) -> None:
    """Write by rename: a reader finds the whole file or none."""
    half = target.with_name(f".{target.name}")
    half.write_text(json.dumps(value, ensure_ascii=False, separators=(",", ":")), encoding="utf-8")
    half.replace(target)
