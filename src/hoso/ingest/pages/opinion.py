"""A second opinion on faded pages, by another engine or another model; off unless configured.

The setting ``second-reader`` names it: ``tesseract:FOLDER`` is our own engine with the model in
FOLDER (the large one errs less and takes a third longer), anything else a Python module with a
function ``words_of(grey, *, dpi)`` that takes a grey Pillow picture and gives words as
``pages.words`` describes them, boxes in fractions of that picture.  It is asked only for pages
the first reader is not sure of, and its reading is taken only where it is better Vietnamese.
"""

from __future__ import annotations

import functools
import importlib
from collections.abc import Callable, Sequence
from typing import Any

from hoso.ingest.pages.ink import prepared, skew
from hoso.ingest.pages.ocr import unskewed, words_of
from hoso.ingest.pages.quality import quality
from hoso.ingest.pages.raster import CLOCKWISE
from hoso.ingest.pages.words import Word, text_of

__all__ = ["ASKED_BELOW", "NoSecondReader", "better_of", "second_reader"]

ASKED_BELOW = 80.0  # mean confidence: three of four words in doubt lie on such pages
_AS_MANY = 0.8  # of the first reading's words the second must have: a few clean ones are no page
_TESSERACT = "tesseract:"

Read = Callable[..., list[Word]]


class NoSecondReader(Exception):
    """The second reader that is configured cannot be had; says why."""


@functools.cache
def second_reader(name: str) -> Read:
    """Return what reads a picture a second time; raise ``NoSecondReader`` where it is missing."""
    if name.startswith(_TESSERACT):
        folder = name.removeprefix(_TESSERACT)
        return functools.partial(_by_model, folder=folder)
    try:
        read: Read = importlib.import_module(name).words_of
    except (ImportError, AttributeError) as why:
        raise NoSecondReader(f"second reader {name} is not there: {why}") from why
    return read


def _by_model(grey: Any, *, dpi: int, folder: str) -> list[Word]:
    try:
        return words_of(grey, folder, dpi=dpi)
    except RuntimeError as why:
        raise NoSecondReader(f"second reader has no model in {folder}: {why}") from why


def better_of(
    first: Sequence[Word], grey: Any, name: str, *, dpi: int, turn: int
) -> list[Word] | None:
    """Return the second reading of a page where it is better than *first*, else None.

    *grey* is the page as it lies, *turn* what makes it upright.  Raises ``NoSecondReader``.
    """
    upright = grey.transpose(CLOCKWISE[turn]) if turn else grey
    ready = prepared(upright, skew(upright))
    read = second_reader(name)(ready.grey, dpi=dpi)
    words = unskewed(read, ready.angle, ready.grey.size)
    if len(words) < _AS_MANY * len(first):
        return None
    mine, yours = (quality(text_of(list(each))).score for each in (first, words))
    return words if yours > mine else None
