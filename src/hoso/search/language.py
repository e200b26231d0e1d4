"""What a person types, read into a question; faults point at the word.

The whole language::

    nang luong              all the words, neighbours first; marks are not needed, but count
    "nâng bậc lương"        these words in this order
    -dự thảo  -"dự thảo"    not this word, not this phrase
    quyet*                  words that begin so (two letters at least)
    loại:D05  loại:"quyết định"      the type of document      (type:)
    hình thức:QĐ                     the administrative form   (form:)
    mục:"Khen thưởng"                the section               (section:)
    năm:2019  năm:2019..2021  năm:..2000                       (year:)
    ngày:5/9/2021  ngày:3/2021  ngày:1/3/2021..15/3/2021       (date:)
    ngày lưu:2024..                  the day it was filed      (filed:)
    đơn vị:"Phòng Nội vụ"            the unit, with all below  (unit:)
    mức:mật                          the level                 (level:)
    trạng thái:"nghỉ hưu"            of paper or person        (status:)
    lưu trữ:"đến hạn"                how long it is kept       (retention:)
    số:14/QĐ-THLT                    number and symbol         (number:)
    cơ quan:"Sở Nội vụ"              the agency it is from     (agency:)
    người:"Nguyễn Văn Mẫu"           the person                (person:)
    hồ sơ:M-0001                     the dossier               (dossier:)

Names of filters may be typed with or without marks, in either language, and negated with a
minus.  Letters before a colon that are no filter are a fault, so that a slip of the finger is not
taken for "nothing found"; digits are not (``10:30``), nor is a colon followed by a space, as
pasted text has it.  What types, units and levels are called is the caller's business: ``settle``
asks for the codes.  Every fault says where it is: ``at`` and ``to`` count in ``Query.typed``.

Reading is linear in what was typed and stops at a limit; a question of ten thousand words is a
fault, not work.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

from hoso.kernel.errors import Fault, Invalid
from hoso.kernel.text import fold, nfc
from hoso.search.analysis import exact_words, folded_words, has_marks
from hoso.search.question import FIELD, Clause, Narrowing, Query
from hoso.search.ranges import Ends, read_range
from hoso.search.settling import settle

__all__ = ["FIELD", "MOST_WORDS", "Clause", "Narrowing", "Query", "parse", "settle"]

MOST_WORDS = 64
_MOST_CHARACTERS = 4000
_SHORTEST_BEGINNING = 2

_NAMES: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys(("loai", "type"), "type"),
        **dict.fromkeys(("hinh thuc", "form"), "form"),
        "section": "section",
        **dict.fromkeys(("nam", "year"), "year"),
        **dict.fromkeys(("ngay", "date"), "day"),
        **dict.fromkeys(("ngay luu", "filed"), "filed"),
        **dict.fromkeys(("don vi", "unit"), "unit"),
        **dict.fromkeys(("muc", "do mat", "level"), "level"),
        **dict.fromkeys(("trang thai", "status"), "status"),
        **dict.fromkeys(("luu tru", "retention"), "retention"),
        **dict.fromkeys(("so", "so hieu", "number"), "number"),
        **dict.fromkeys(("co quan", "agency"), "agency"),
        **dict.fromkeys(("nguoi", "ho ten", "person"), "person"),
        **dict.fromkeys(("ho so", "dossier"), "dossier"),
    }
)
# Without marks "mức" and "mục" are one; with the dot it is the section.
_LEVEL_OR_SECTION, _SECTION = "muc", "ụ"
_RANGES = ("year", "day", "filed")
_SHOWN = (
    "loại: hình thức: mục: năm: ngày: ngày lưu: đơn vị: mức: trạng thái: lưu trữ: số: cơ quan:"
    " người: hồ sơ:"
)
# Written "Số: 14", as papers have it, these still narrow; others with a space are plain words.
_BEFORE_SPACE = ("number", "year", "day")

_OPENING = {'"': '"', "“": "”", "„": "”", "«": "»"}
_CLOSING = '"”»'
_FILTER = re.compile(
    rf"(-?)({'|'.join(sorted((n.replace(' ', '[ _]') for n in _NAMES), key=len, reverse=True))}):"
)
_UNKNOWN = re.compile(r"-?([^\W\d_]+):(?=[^\s:/])")
_CHUNK = re.compile(r"[^\s\x00-\x1f\x7f\"“”„«»]+")
_GAP = re.compile(r"[\s\x00-\x1f\x7f]*")


def parse(typed: str) -> Query:
    """Read *typed*; raise ``Invalid`` with every fault, each with the word and its place."""
    text = nfc(typed)
    if len(text) > _MOST_CHARACTERS:
        raise Invalid([_too_long(at=_MOST_CHARACTERS, to=len(text))])
    reader = _Reader(text)
    reader.read()
    if reader.faults:
        raise Invalid(reader.faults)
    return Query(text, tuple(reader.clauses), tuple(reader.narrowings))


def _too_long(*, at: int, to: int) -> Fault:
    return Fault(
        FIELD,
        "The question is longer than {limit} words. Leave out all but the words that matter.",
        {"limit": MOST_WORDS, "at": at, "to": to},
    )


class _Reader:
    """One pass over the text, from left to right."""

    def __init__(self, text: str) -> None:
        self.text = text
        # Same length as the text, letter for letter, so that places carry over.
        self.plain = "".join(fold(char) if len(fold(char)) == 1 else "\ufffd" for char in text)
        self.clauses: list[Clause] = []
        self.narrowings: list[Narrowing] = []
        self.faults: list[Fault] = []
        self._run: list[tuple[str, int]] = []
        self._words = 0

    def read(self) -> None:
        """Take the text apart; stop where it has too many words."""
        at = _GAP.match(self.text).end()  # type: ignore[union-attr]
        while at < len(self.text) and self._words <= MOST_WORDS:
            at = self._take(at)
            at = _GAP.match(self.text, at).end()  # type: ignore[union-attr]
        self._end_run()
        if self._words > MOST_WORDS:
            self.faults = [_too_long(at=at, to=len(self.text))]

    def _take(self, at: int) -> int:
        found = _FILTER.match(self.plain, at)
        if found is not None:
            end = self._take_filter(found)
            if end:
                return end
        excluded = self.text[at] == "-"
        start = at + excluded
        if start < len(self.text) and self.text[start] in _OPENING:
            words, end = self._quoted(start)
            self._add("phrase", words, at=start, excluded=excluded)
            return end
        chunk = _CHUNK.match(self.text, start)
        if chunk is None:  # a lone closing mark, or the minus of a dash
            return start if excluded else at + 1
        unknown = _UNKNOWN.match(self.plain, at)
        if unknown is not None:
            name = self.text[unknown.start(1) : unknown.end(1)]
            self._fault(
                "There is no filter {word}: – there are {known} Put the words in quotation"
                " marks to look for them as they stand.",
                at=unknown.start(1),
                to=unknown.end(1),
                word=name,
                known=_SHOWN,
            )
            return chunk.end()
        self._take_chunk(chunk.group(), at=start, excluded=excluded)
        return chunk.end()

    def _take_chunk(self, chunk: str, *, at: int, excluded: bool) -> None:
        words = folded_words(chunk)
        if chunk.endswith("*") and words:
            if len(words[-1]) < _SHORTEST_BEGINNING:
                self._fault(
                    "Type at least two letters before the star.",
                    at=at,
                    to=at + len(chunk),
                    word=chunk,
                )
                return
            self._add("words", " ".join(words[:-1]), at=at, excluded=excluded)
            self._add("beginning", words[-1], at=at, excluded=excluded)
        elif excluded:
            self._add("phrase" if len(words) > 1 else "words", chunk, at=at, excluded=True)
        elif words:
            self._words += len(words)
            self._run.append((chunk, at))

    def _end_run(self) -> None:
        if self._run:
            text, at = " ".join(chunk for chunk, _ in self._run), self._run[0][1]
            self._run.clear()
            self.clauses.append(_clause("words", text, at=at, excluded=False))

    def _add(self, shape: str, text: str, *, at: int, excluded: bool) -> None:
        words = folded_words(text)
        if words:
            self._end_run()
            self._words += len(words)
            self.clauses.append(_clause(shape, text, at=at, excluded=excluded))

    def _quoted(self, start: int) -> tuple[str, int]:
        end = start + 1
        while end < len(self.text) and self.text[end] not in _CLOSING:
            end += 1
        if end == len(self.text):
            self._fault(
                "The quotation mark is opened here and never closed. Close it or take it away.",
                at=start,
                to=end,
                word=self.text[start : start + 30],
            )
        return self.text[start + 1 : end], end + 1

    def _take_filter(self, found: re.Match[str]) -> int:
        name = _NAMES[found.group(2).replace("_", " ")]
        excluded = bool(found.group(1))
        at, start = found.start(2), found.end()
        spaced = start < len(self.text) and self.text[start] == " "
        if spaced:
            start += 1
            if name not in _BEFORE_SPACE or not self.text[start : start + 1].isdigit():
                return 0
        quoted = start < len(self.text) and self.text[start] in _OPENING
        if quoted:
            value, end = self._quoted(start)
        else:
            chunk = _CHUNK.match(self.text, start)
            value, end = (chunk.group(), chunk.end()) if chunk else ("", start)
        value = value.strip()
        if not folded_words(value):
            self._fault(
                "Type what {word}: is to be, as in {example}.",
                at=at,
                to=found.end(),
                word=self.text[at : found.end() - 1],
                example="năm:2021",
            )
            return max(end, found.end())
        self._end_run()
        ends = self._ends(name, value, at=at, to=end) if name in _RANGES else None
        other = ""
        if found.group(2) == _LEVEL_OR_SECTION:
            typed = self.text[at : found.end() - 1].lower()
            if _SECTION in typed:
                name = "section"
            elif typed.isascii():
                other = "section"
        self._words += len(folded_words(value))
        self.narrowings.append(
            Narrowing(
                name, value, at, end, excluded=excluded, quoted=quoted, ends=ends, other=other
            )
        )
        return end

    def _ends(self, name: str, value: str, *, at: int, to: int) -> Ends | None:
        found = read_range(name, value)
        if found.message:
            self._fault(found.message, at=at, to=to, word=value, example=found.example)
        return found.ends

    def _fault(self, message: str, *, at: int, to: int, **facts: str) -> None:
        self.faults.append(Fault(FIELD, message, {"at": at, "to": to, **facts}))


def _clause(shape: str, text: str, *, at: int, excluded: bool) -> Clause:
    # Typed without any mark, a word asks for none: it must not prefer papers without marks.
    exact = tuple(exact_words(text)) if has_marks(text) else ()
    return Clause(shape, tuple(folded_words(text)), exact, at, excluded=excluded)
