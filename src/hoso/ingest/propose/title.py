"""The form of a paper and its subject (NĐ 30/2020/NĐ-CP annex I, boxes 5a and 5b).

A named paper has its form alone in a line, in capitals, and the subject below; a letter
(công văn) has no name: its subject stands under the number, from V/v, and it is addressed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from rapidfuzz import fuzz

from hoso.ingest.classifiers import Classifiers, Form
from hoso.ingest.propose.lines import Line, Sheet
from hoso.ingest.propose.proposal import Proposal, from_lines

__all__ = ["Title", "find_addressee", "find_title", "subject_below", "subject_of_letter"]

_LOWEST = 0.55
_ALIKE = 84
_MOST_LINES = 9
_GAP = 2.6  # line heights: a wider gap ends the subject
_PREFIXED = re.compile(r"^(?:cua|ve|v/v|so)\b")
_OPENER = re.compile(r"^\W{0,3}[VYv]\s?[/1lI|ïĩíi'\u2019,.]{0,2}\s?[vyVYẤýìỳ/]?\W{0,2}\s*(?=\S)")
_SPOKEN = re.compile(r"^\W*(?:Về việc|VỀ VIỆC|về việc)\s+")


@dataclass(frozen=True)
class Title:
    """The line that names the form."""

    line: Line
    form: Form
    alike: float
    rest: str = ""  # what follows the form's name in the same line


def find_addressee(sheet: Sheet, data: Classifiers) -> Line | None:
    """Return the line that begins with Kính gửi."""
    for line in sheet.lines:
        if line.y0 > 0.6:
            return None
        start = " ".join(line.plain.split()[:2])
        if any(fuzz.ratio(start.strip(" :.-"), each) >= 82 for each in data.addressee):
            return line
    return None


def find_title(sheet: Sheet, data: Classifiers) -> Title | None:
    """Return the line that names the form, before the grounds and the addressee."""
    for index, line in enumerate(sheet.lines):
        if line.y0 > _LOWEST:
            return None
        if _ends_head(line, data):
            return None
        if line.capitals < 0.6 or not 0.25 < line.middle < 0.8:
            continue
        cleaned = _without_stamp(line, data)
        if cleaned is None:
            continue
        title = _named(cleaned, data) or _two_lines(sheet, index, cleaned, data)
        if title is not None:
            return title
    return None


def _ends_head(line: Line, data: Classifiers) -> bool:
    words = line.plain
    if words.startswith(("can cu", "dieu 1", "- can cu")):
        return True
    start = " ".join(words.split()[:2]).strip(" :.-")
    return any(fuzz.ratio(start, each) >= 82 for each in data.addressee)


def _without_stamp(line: Line, data: Classifiers) -> Line | None:
    """Drop an urgency stamp that stands in the same row as the form's name."""
    words = list(line.spots)
    for skip in data.skips:
        count = len(skip.split())
        if " ".join(line.plain.split()[:count]) == skip:
            words = words[count:]
    while words and not any(map(str.isalpha, words[0].text)):
        words = words[1:]
    return line.with_spots(words) if words else None


def _named(line: Line, data: Classifiers) -> Title | None:
    name = re.sub(r"[^a-z0-9,. ]+", " ", line.plain).strip(" .,:")
    name = re.sub(r"\s+", " ", name)
    form = data.forms.get(name)
    if form is not None:
        return Title(line, form, 100)
    for prefix, form in data.form_prefixes.items():
        if name.startswith(prefix):
            return Title(line, form, 100, rest="")
    for known, form in data.forms.items():
        if name.startswith(known + " ") and _PREFIXED.match(name[len(known) + 1 :]):
            words = len(known.split())
            rest = " ".join(spot.text for spot in line.spots[words:])
            return Title(line, form, 95, rest=rest)
    if not 4 <= len(name) <= 40:
        return None
    best = max(data.forms, key=lambda known: fuzz.ratio(known, name))
    alike = fuzz.ratio(best, name)
    return Title(line, data.forms[best], alike) if alike >= _ALIKE else None


def _two_lines(sheet: Sheet, index: int, line: Line, data: Classifiers) -> Title | None:
    """Long names are set in two lines: PHIẾU ĐÁNH GIÁ / VÀ PHÂN LOẠI VIÊN CHỨC."""
    after = sheet.lines[index + 1] if index + 1 < len(sheet.lines) else None
    if after is None or after.capitals < 0.6 or after.y0 - line.y1 > 2 * line.height:
        return None
    name = re.sub(r"\s+", " ", f"{line.plain} {after.plain}").strip(" .,:")
    form = data.forms.get(name)
    if form is None:
        return None
    return Title(line.with_spots([*line.spots, *after.spots]), form, 100)


# --- subject -----------------------------------------------------------------------------


def subject_below(sheet: Sheet, title: Title, data: Classifiers) -> Proposal | None:
    """Return the subject under the form's name."""
    taken: list[Line] = []
    parts = [title.rest] if title.rest and not title.rest.upper().startswith("SỐ") else []
    last = title.line
    below = _below(sheet, title.line)
    for index, line in enumerate(below):
        after = below[index + 1] if index + 1 < len(below) else None
        if line.y0 - last.y1 > _GAP * max(last.height, 0.008):
            break
        if _ends_subject(line, after, data, taken=taken, title=title):
            break
        if line.plain.strip(" .-|_") in data.skips or line.letters < 3:
            continue
        taken.append(line)
        parts.append(line.text)
        last = line
        if len(taken) >= _MOST_LINES:
            break
    value = _tidy(" ".join(parts))
    if len(value) < 4:
        return None
    return from_lines(value, taken or [title.line], "subject.below-title", factor=0.98)


def _below(sheet: Sheet, title: Line) -> list[Line]:
    return [
        line
        for line in sheet.lines
        if (line.y0 + line.y1) / 2 > title.y1 - 0.1 * title.height
        and line.spots[0] not in title.spots
    ]


def _ends_subject(
    line: Line, after: Line | None, data: Classifiers, *, taken: list[Line], title: Title
) -> bool:
    words = re.sub(r"^[\s\-+*\u2013.]+", "", line.plain)
    first = next((char for char in line.text if char.isalpha()), "")
    if first.isupper() and any(words.startswith(each) for each in data.subject_ends):
        # "Ngày hội ...", "Luật ..." may begin a subject: it must not end before it began.
        return bool(taken) or words.startswith(
            ("can cu", "kinh gui", "dieu 1", "xet ", "ho va ten")
        )
    if line.capitals > 0.7 and any(words.startswith(each) for each in data.authorities):
        # BỘ TRƯỞNG BỘ NỘI VỤ decides; but ỦY BAN ... inside a subject in capitals goes on.
        return bool(taken) or not title.line.bold or line.bold
    if taken and taken[-1].bold and title.line.bold and not line.bold:
        return True
    return bool(taken) and not line.bold and _opens_paragraph(line, after)


def subject_of_letter(
    left: tuple[Line, ...], number: Line | None, addressee: Line | None, data: Classifiers
) -> Proposal | None:
    """Return the subject of a letter: under the number, from V/v to the addressee."""
    start = None
    for index, line in enumerate(left):
        if number is not None and line.y0 < number.y0 - 0.3 * number.height:
            continue
        if line is number:
            continue
        opens = _OPENER.match(line.text) and re.match(r"\W{0,3}[VvY]", line.text)
        if opens or any(line.plain.lstrip("-. '").startswith(each) for each in data.openers):
            start = index
            break
    if start is None:
        start = _unopened(left, number)
    if start is None:
        return None
    taken = [left[start]]
    for line in left[start + 1 :]:
        if addressee is not None and line.y0 >= addressee.y0 - 0.3 * addressee.height:
            break
        if line.y0 - taken[-1].y1 > 1.5 * max(taken[-1].height, 0.008):
            break
        if line.letters < 2:
            continue
        taken.append(line)
        if len(taken) >= _MOST_LINES:
            break
    value = _tidy(" ".join(line.text for line in taken))
    opened = _SPOKEN.sub("", value) if _SPOKEN.match(value) else _OPENER.sub("", value, count=1)
    if len(opened) < 4:
        return None
    return from_lines(f"V/v {opened}", taken, "subject.letter", factor=0.98)


def _unopened(left: tuple[Line, ...], number: Line | None) -> int | None:
    """Return the line right under the number, where V/v itself was not read."""
    if number is None:
        return None
    for index, line in enumerate(left):
        close = number.y1 - 0.3 * number.height < line.y0 < number.y1 + 2.5 * number.height
        if line is not number and close and line.letters > 8 and line.capitals < 0.6:
            return index
    return None


def _opens_paragraph(line: Line, after: Line | None) -> bool:
    """Tell the indented first line of a paragraph, which fills the page, from a subject's."""
    return (
        after is not None
        and line.x1 - line.x0 > 0.7
        and after.x0 < line.x0 - 0.03
        and after.y0 - line.y1 < 1.5 * max(line.height, 0.008)
    )


def _tidy(text: str) -> str:
    text = re.sub(r"\s+", " ", text)
    text = re.sub(r"^[\s_\-\u2013\u2014.:|'`*]+|[\s_\-\u2013\u2014|:;*'`,]+$", "", text)
    return re.sub(r"\s([,;:.])(?=\s|$)", r"\1", text).strip()
