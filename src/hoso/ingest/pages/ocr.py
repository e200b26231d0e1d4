"""Recognition by Tesseract (tesserocr), Vietnamese model, page segmentation 3, LSTM only.

The engine is loaded once per child (0.3 s).  A page is tried as it is; only when its words
are worth little are the other three turns tried, which saves the 10 MB orientation model.
"""

from __future__ import annotations

import math
import unicodedata
from typing import Any

import tesserocr

from hoso.ingest.pages.ink import prepared, skew
from hoso.ingest.pages.raster import CLOCKWISE
from hoso.ingest.pages.words import Word, mean_confidence

__all__ = ["engine", "recognised", "unskewed", "words_of"]

_GOOD_ENOUGH = 60.0
_engines: dict[tuple[str, int], Any] = {}


def engine(model_folder: str, segmentation: int = 3) -> Any:
    """Return the engine for one way of page segmentation, loaded once."""
    key = (model_folder, segmentation)
    if key not in _engines:
        # tesserocr wants the folder to end in a separator.
        api = tesserocr.PyTessBaseAPI(
            path=model_folder.rstrip("/") + "/", lang="vie", psm=segmentation, oem=1
        )
        api.SetVariable("debug_file", "/dev/null")
        _engines[key] = api
    return _engines[key]


def recognised(
    grey: Any, model_folder: str, *, dpi: int, angle: float | None = None
) -> tuple[list[Word], int]:
    """Return the words of a grey page and the turn (clockwise) that made it upright.

    *angle* is how much the page is askew, in degrees, where that is known.  Boxes are
    fractions of the upright page.
    """
    best: tuple[float, int, list[Word]] = (-1.0, 0, [])
    turns = [0, 90, 270, 180]
    while turns:
        turn = turns.pop(0)
        upright = grey.transpose(CLOCKWISE[turn]) if turn else grey
        askew = angle if angle is not None and turn == 0 else skew(upright)
        ready = prepared(upright, askew)
        read = words_of(ready.grey, model_folder, dpi=dpi)
        words = unskewed(read, ready.angle, ready.grey.size)
        confidence = mean_confidence(words) * min(1.0, len(words) / 5)
        if confidence >= _GOOD_ENOUGH and _is_lying(words, ready.grey.size):
            # The engine reads text whose head lies to the right; the page is wanted upright.
            right = (turn + 270) % 360
            turns = [right] if right in turns else []
            confidence -= _GOOD_ENOUGH
        if confidence > best[0]:
            best = (confidence, turn, words)
        if confidence >= _GOOD_ENOUGH:
            break
    return best[2], best[1]


def words_of(grey: Any, model_folder: str, *, dpi: int, segmentation: int = 3) -> list[Word]:
    """Return the words of a grey picture as they stand in it."""
    api = engine(model_folder, segmentation)
    # The bytes themselves: SetImage would first encode the picture as a file.
    api.SetImageBytes(grey.tobytes(), grey.width, grey.height, 1, grey.width)
    api.SetSourceResolution(dpi)
    try:
        api.Recognize()
        iterator = api.GetIterator()
        return [] if iterator is None else _words(iterator, grey.size)
    finally:
        api.Clear()


def _words(iterator: Any, size: tuple[int, int]) -> list[Word]:
    """Return the words an iterator of the engine passes, line by line."""
    level = tesserocr.RIL
    words: list[Word] = []
    line = -1
    more = True
    while more:
        if iterator.IsAtBeginningOf(level.TEXTLINE):
            line += 1
        word = _word(iterator, size, line)
        if word is None:
            more = iterator.Next(level.WORD)
            continue
        words.append(word)
        if not any(map(str.isdigit, word[0])):
            more = iterator.Next(level.WORD)
            continue
        while True:  # sign by sign, for the figures among them
            _note_digit(iterator, word)
            more = iterator.Next(level.SYMBOL)
            if not more or iterator.IsAtBeginningOf(level.WORD):
                break
    return words


def _is_lying(words: list[Word], size: tuple[int, int]) -> bool:
    """Tell whether most long words are higher than wide."""
    width, height = size
    shapes = [
        (box[3] - box[1]) * height > (box[2] - box[0]) * width
        for text, _, box, *_ in words
        if len(text) >= 3
    ]
    return len(shapes) >= 3 and sum(shapes) * 2 > len(shapes)


def _word(each: Any, size: tuple[int, int], line: int) -> Word | None:
    level = tesserocr.RIL.WORD
    try:
        text = unicodedata.normalize("NFC", each.GetUTF8Text(level) or "").strip()
    except RuntimeError:
        return None  # an empty cell
    if not text:
        return None
    x0, y0, x1, y1 = each.BoundingBox(level)
    width, height = size
    box = [round(x0 / width, 4), round(y0 / height, 4), round(x1 / width, 4), round(y1 / height, 4)]
    return [text, round(each.Confidence(level), 1), box, line]


def _note_digit(each: Any, word: Word) -> None:
    """Keep the confidence of the worst digit of *word* behind its four values."""
    level = tesserocr.RIL.SYMBOL
    try:
        sign = each.GetUTF8Text(level)
    except RuntimeError:
        return
    if sign and sign.isdigit():
        confidence = round(each.Confidence(level), 1)
        word[4:] = [min([confidence, *word[4:]])]


def unskewed(words: list[Word], angle: float, size: tuple[int, int]) -> list[Word]:
    """Put the boxes of a straightened page back to where the words stand on the paper."""
    if not angle:
        return words
    width, height = size
    # Pillow turns counter-clockwise by *angle*; the way back is the same angle clockwise.
    cosine, sine = math.cos(math.radians(angle)), math.sin(math.radians(angle))
    placed = []
    for text, confidence, (x0, y0, x1, y1), line, *digits in words:
        x = ((x0 + x1) / 2 - 0.5) * width
        y = ((y0 + y1) / 2 - 0.5) * height
        across = (x * cosine - y * sine) / width + 0.5
        down = (x * sine + y * cosine) / height + 0.5
        half_width, half_height = (x1 - x0) / 2, (y1 - y0) / 2
        box = [across - half_width, down - half_height, across + half_width, down + half_height]
        inside = [round(min(1.0, max(0.0, at)), 4) for at in box]
        placed.append([text, confidence, inside, line, *digits])
    return placed
