"""The form of a paper and its subject (NĐ 30/2020/NĐ-CP annex I, boxes 5a and 5b).

A named paper has its form alone in a line, in capitals, and the subject below; a letter
(công văn) has no name: its subject stands under the number, from V/v, and it is addressed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from rapidfuzz import fuzz

from hoso.ingest.classifiers import Classifiers, Form, begins_like
from hoso.ingest.propose.head import OPENER, opens_subject
from hoso.ingest.propose.lines import Line, Sheet
from hoso.ingest.propose.proposal import Proposal, from_lines

__all__ = ["Title", "find_addressee", "find_title", "subject_below", "subject_of_letter"]

_LOWEST = 0.55
_ALIKE = 84
_ALIKE_WORD = 50  # of each word: THƯỢNG is no THƯ CÔNG
_ALIKE_RUN = 93  # of names whose words are run together or torn apart
_MIDDLE = (0.36, 0.74)  # where the middle of the form's name may be
_CENTRED = 0.10  # of the page: how far the middles of centred lines may lie apart
_WIDE = 0.65  # of the page: whether such a line is centred cannot be seen
_MOST_LINES = 9
_GAP = 2.6  # line heights: a wider gap ends the subject
_PREFIXED = re.compile(r"^(?:cua|ve|v/v|so)\b")
_SPOKEN = re.compile(r"^\W*(?:Về việc|VỀ VIỆC|về việc)\s+")


_GROUNDS = ("can cu", "dieu 1")
_NEVER_FIRST = (
    *("can cu", "kinh gui", "dieu 1", "xet ", "ho va ten", "chuong i", "phan i", "phan thu"),
    *("i.", "i-", "i/", "a.", "1.", "1-", "1/", "ten toi", "toi ten"),
)


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
        if _ends_head(line, data, recognised=sheet.recognised):
            return None
        if line.capitals < 0.6 or not _MIDDLE[0] < line.middle < _MIDDLE[1]:
            continue
        cleaned = _without_stamp(line, data)
        if cleaned is None:
            continue
        title = _named(cleaned, data, recognised=sheet.recognised) or _two_lines(
            sheet, index, cleaned, data
        )
        if title is not None:
            return title
    return None


def _ends_head(line: Line, data: Classifiers, *, recognised: bool) -> bool:
    words = line.plain.lstrip("- ")
    if begins_like(words, _GROUNDS, recognised=recognised):
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


def _named(line: Line, data: Classifiers, *, recognised: bool) -> Title | None:
    name = re.sub(r"[^a-z0-9,. ]+", " ", line.plain).strip(" .,:")
    name = re.sub(r"\s+", " ", name)
    form = data.forms.get(name)
    if form is not None:
        return Title(line, form, 100)
    for prefix, form in data.form_prefixes.items():
        if name.startswith(prefix):
            return Title(line, form, 100, rest="")
    longest = max(
        (known for known in data.forms if name.startswith(f"{known} ")), key=len, default=""
    )
    words = len(longest.split())
    # BÁO CÁO TỔNG KẾT, BIÊN BẢN HỌP: what follows a name of two words says what about.
    if longest and (words > 1 or _PREFIXED.match(name[len(longest) + 1 :])):
        rest = " ".join(spot.text for spot in line.spots[words:])
        return Title(line, data.forms[longest], 95, rest=rest)
    if not 4 <= len(name) <= 60:
        return None
    best, alike = max(
        ((known, _alike(known, name)) for known in data.forms), key=lambda each: each[1]
    )
    # Only recognition mistakes letters; a layer may at most run words into one.
    least = _ALIKE if recognised else 99
    return Title(line, data.forms[best], alike) if alike >= least else None


def _alike(known: str, name: str) -> float:
    """Return how alike a form's name and what was read are; words run together are forgiven."""
    if abs(len(known) - len(name)) > 3:
        return 0.0
    meant, said = known.split(), name.split()
    if len(meant) == len(said):
        if any(fuzz.ratio(*pair) < _ALIKE_WORD for pair in zip(meant, said, strict=True)):
            return 0.0
        return fuzz.ratio(known, name)
    whole = fuzz.ratio("".join(meant), "".join(said))
    return whole if whole >= _ALIKE_RUN else 0.0


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
        if line.plain.strip(" .-|_") in data.skips or not _says_something(
            line, recognised=sheet.recognised
        ):
            continue
        if _ends_subject(line, after, data, taken=taken, title=title, recognised=sheet.recognised):
            break
        taken.append(line)
        parts.append(line.text)
        last = line
        if len(taken) >= _MOST_LINES:
            break
    value = _tidy(" ".join(parts))
    if len(value) < 4:
        return None
    return from_lines(value, taken or [title.line], "subject.below-title", factor=0.98)


def _says_something(line: Line, *, recognised: bool) -> bool:
    """Tell words and figures from the specks recognition makes letters of."""
    if line.letters >= 3:
        return True
    return sum(map(str.isdigit, line.text)) >= 3 and (not recognised or line.confidence > 0.8)


def _below(sheet: Sheet, title: Line) -> list[Line]:
    return [
        line
        for line in sheet.lines
        if (line.y0 + line.y1) / 2 > title.y1 - 0.1 * title.height
        and line.spots[0] not in title.spots
    ]


def _ends_subject(
    line: Line,
    after: Line | None,
    data: Classifiers,
    *,
    taken: list[Line],
    title: Title,
    recognised: bool,
) -> bool:
    words = re.sub(r"^[\s\-+*\u2013.]+", "", line.plain)
    first = next((char for char in line.text if char.isalpha()), "")
    if first.isupper() and begins_like(words, data.subject_ends, recognised=recognised):
        # "Ngày hội ...", "Luật ..." may begin a subject: it must not end before it began.
        return bool(taken) or begins_like(words, _NEVER_FIRST, recognised=recognised)
    if not _is_centred(line, title.line) and not (title.rest and not taken):
        return True
    if line.capitals > 0.7 and begins_like(words, data.authorities, recognised=recognised):
        # BỘ TRƯỞNG BỘ NỘI VỤ decides; but ỦY BAN ... inside a subject in capitals goes on.
        return bool(taken) or not title.line.bold or line.bold
    if taken and taken[-1].bold and title.line.bold and not line.bold:
        return True
    return bool(taken) and not line.bold and _opens_paragraph(line, after)


def _is_centred(line: Line, title: Line) -> bool:
    """Tell a subject, set in the middle like the form's name, from a paragraph of the body."""
    return line.x1 - line.x0 > _WIDE or abs(line.middle - title.middle) < _CENTRED


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
        if opens_subject(line, data):
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
        if line.letters < 2 or _is_stamp(line, data):
            continue
        taken.append(line)
        if len(taken) >= _MOST_LINES:
            break
    value = _tidy(" ".join(line.text for line in taken))
    opened = _SPOKEN.sub("", value) if _SPOKEN.match(value) else OPENER.sub("", value, count=1)
    if len(opened) < 4:
        return None
    return from_lines(f"V/v {opened}", taken, "subject.letter", factor=0.98)


def _is_stamp(line: Line, data: Classifiers) -> bool:
    said = line.plain.strip(" .-|_")
    return line.capitals > 0.9 and (said in data.skips or said in data.stamps)


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
