"""Lists as separated text (CSV): which encoding, which separator, one record at a time.

Runs in the sandbox.  A record is never longer than ``LONGEST_LINE`` characters, so a file of
one endless line costs no memory.
"""

from __future__ import annotations

import codecs
import csv
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import TextIO

from hoso.ingest.bulk.values import MOST_COLUMNS, ListRefused
from hoso.ingest.pages import legacy
from hoso.ingest.pages.quality import quality

__all__ = ["Encoding", "Separated", "encoding_of", "separator_of"]

LONGEST_LINE = 1 << 20
_LONGEST_FIELD = 100_000
_SAMPLE = 1 << 16
_SEPARATORS = ",;\t|"
_RECORDS_LOOKED_AT = 50

Record = tuple[int, list[str]]


@dataclass(frozen=True)
class Encoding:
    """How the bytes of a list are read: a codec, and an old Vietnamese encoding behind it."""

    codec: str
    legacy: str = ""

    @property
    def name(self) -> str:
        return self.legacy or self.codec


class Separated:
    """A list as separated text; ``records`` yields (number, cells), empty ones too."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.encoding = encoding_of(path)
        with self._open() as stream:
            sample = stream.read(_SAMPLE)
        self.separator, self._announced = separator_of(self._put_right(sample))

    def records(self) -> Iterator[Record]:
        csv.field_size_limit(_LONGEST_FIELD)
        number = 0
        with self._open() as stream:
            lines = map(self._put_right, _lines(stream))
            reader = csv.reader(lines, delimiter=self.separator, strict=True)
            try:
                for number, cells in enumerate(reader, start=1):
                    if len(cells) > MOST_COLUMNS:
                        raise ListRefused(
                            "Row {row} has {count} columns; a list has at most {most}. Check which "
                            "character separates the columns.",
                            row=number,
                            count=len(cells),
                            most=MOST_COLUMNS,
                        )
                    if number == 1 and self._announced:
                        continue
                    yield number, cells
            except csv.Error as error:
                raise ListRefused(
                    "Row {row} cannot be taken apart ({why}). A quotation mark there is opened and "
                    "not closed, or stands inside a cell alone: write it twice, or take it out.",
                    row=number + 1,
                    why=str(error),
                ) from error

    def _open(self) -> TextIO:
        # Undecodable bytes cannot be left: ``encoding_of`` has read the whole file.
        return self._path.open(encoding=self.encoding.codec, errors="replace", newline="")

    @property
    def _put_right(self) -> Callable[[str], str]:
        if self.encoding.legacy:
            old = self.encoding.legacy
            return lambda text: legacy.convert(text, old)
        return lambda text: unicodedata.normalize("NFC", text)


def _lines(stream: TextIO) -> Iterator[str]:
    count = 0
    while line := stream.readline(LONGEST_LINE):
        count += 1
        if len(line) == LONGEST_LINE and not line.endswith(("\n", "\r")):
            raise ListRefused(
                "Line {line} is longer than {most} characters; this is no list. Save the "
                "spreadsheet as CSV (UTF-8) again.",
                line=count,
                most=LONGEST_LINE,
            )
        yield line


def encoding_of(path: Path) -> Encoding:
    """Say how *path* is encoded: by its mark, else the first that reads all of it.

    UTF-8 is tried first: text in an old code page is next to never valid UTF-8.
    """
    with path.open("rb") as stream:
        head = stream.read(1 << 12)
    for mark, codec in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if head.startswith(mark):
            return _readable(path, codec)
    wide = _unmarked_utf16(head)
    if wide:
        return _readable(path, wide)
    if _reads(path, "utf-8"):
        return Encoding("utf-8")
    return _old(path)


def _readable(path: Path, codec: str) -> Encoding:
    if not _reads(path, codec):
        raise ListRefused(
            "The list says it is {codec} but is not throughout. Save it as CSV (UTF-8) again.",
            codec=codec,
        )
    return Encoding(codec)


def _unmarked_utf16(head: bytes) -> str:
    """Tell UTF-16 without a mark by where its noughts stand."""
    if len(head) < 4:
        return ""
    even, odd = head[::2].count(0), head[1::2].count(0)
    half = len(head) // 2
    if odd > half * 0.3 and even < half * 0.05:
        return "utf-16-le"
    if even > half * 0.3 and odd < half * 0.05:
        return "utf-16-be"
    return ""


def _reads(path: Path, codec: str) -> bool:
    decoder = codecs.getincrementaldecoder(codec)()
    try:
        with path.open("rb") as stream:
            while chunk := stream.read(1 << 20):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _old(path: Path) -> Encoding:
    """Choose between windows-1258 and the encodings of old fonts by what reads as Vietnamese."""
    with path.open("rb") as stream:
        head = stream.read(_SAMPLE)
    best: tuple[float, Encoding] | None = None
    if _reads(path, "cp1258"):
        text = unicodedata.normalize("NFC", head.decode("cp1258"))
        best = quality(text).score, Encoding("cp1258")
    # The fonts' bytes as Windows showed them; bytes Windows has no letter for do not occur.
    western = head.decode("cp1252", errors="replace")
    for old in (legacy.TCVN3, legacy.VNI):
        score = quality(legacy.convert(western, old)).score
        if _reads(path, "cp1252") and (best is None or score > best[0] + 0.15):
            best = score, Encoding("cp1252", old)
    if best is None:
        raise ListRefused(
            "The list is in no encoding hoso knows (UTF-8, UTF-16, windows-1258, TCVN3, VNI). "
            "Save it as CSV (UTF-8)."
        )
    return best[1]


def separator_of(sample: str) -> tuple[str, bool]:
    """Return what separates the columns, and whether the first line only says so (``sep=;``)."""
    first = sample.split("\n", 1)[0].strip().strip('"')
    if first[:4].lower() == "sep=" and len(first) == 5:
        return first[4], True
    scored = [(_fit(sample, separator), -rank) for rank, separator in enumerate(_SEPARATORS)]
    (fit, _width), rank = max(scored)
    return (_SEPARATORS[-rank] if fit else ","), False


def _fit(sample: str, separator: str) -> tuple[float, int]:
    """Return how many of the first records have the most frequent width, and that width."""
    csv.field_size_limit(_LONGEST_FIELD)
    widths: Counter[int] = Counter()
    reader = csv.reader(StringIO(sample, newline=""), delimiter=separator)
    for record in _first(reader):
        if record:
            widths[len(record)] += 1
    if not widths:
        return 0.0, 0
    # Wide records first: titles above the headings have one column under every separator.
    width, count = max(
        ((w, n) for w, n in widths.items()), key=lambda found: (found[0] > 1, found[1])
    )
    return (count / widths.total(), width) if width > 1 else (0.0, 0)


def _first(reader: Iterable[list[str]]) -> Iterator[list[str]]:
    try:
        for count, record in enumerate(reader, start=1):
            yield record
            if count == _RECORDS_LOOKED_AT:
                return
    except csv.Error:
        return
