"""Papers typed as plain text: set again as the decree's form would set them.

Text has no places, its lines break anywhere, and the two columns of the head come one after
the other.  Here the head is taken apart by what its words say (body, national name, number,
date: NĐ 30/2020/NĐ-CP annex I), the signature likewise, and every line is given the place it
would have on paper; then the same rules as for any paper propose.  The places are made up,
so no proposal carries a box.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from hoso.ingest.classifiers import Classifiers, plain
from hoso.ingest.propose.lines import Line, Sheet, Spot
from hoso.ingest.propose.proposal import Proposal
from hoso.ingest.propose.rules import propose
from hoso.ingest.propose.typed import TypedLine, title_at, typed_lines
from hoso.ingest.propose.typed_signature import TypedSignature, find_signature

__all__ = ["propose_plain", "sheets_of_text"]

_HEAD = 45  # lines: longer heads are none
_ROW, _HEIGHT = 0.014, 0.01
_LEFT, _RIGHT, _CENTRE, _BODY = (0.08, 0.42), (0.52, 0.92), (0.2, 0.8), (0.08, 0.8)
_LOW = 0.5
_GAP = 0.05  # below a subject: wider than between its lines
_NUMBER = re.compile(r"^\W{0,3}[Ss]ố\s*:?\s*(?:\d|\S*/|$)")
_OPENER = re.compile(r"^\W{0,3}(?:[Vv]\s?/\s?[vV]|Về việc)(?!\w)")
_DATE = re.compile(
    r"^\W*(?:[^\W\d_][^\d,:/]{1,40},?\s*)?ngày\s[\d\s.…]*tháng[\d\s.…]*năm\s*\d{4}\W*$",
    re.IGNORECASE,
)


def propose_plain(
    pages: Sequence[str], data: Classifiers, *, latest: int | None = None
) -> dict[str, Proposal | None]:
    """Return the proposals for a paper of text; none of them has a place."""
    found = propose(sheets_of_text(pages, data), data, latest=latest)
    person = found["person"]
    # In a subject set in capitals every word may look like a name: TRẢ TRỢ GIÚP XÃ HỘI.
    if person is not None and person.value.split()[0].lower() not in data.marked_surnames:
        found["person"] = None
    return {
        name: replace(proposal, box=None, rule=f"{proposal.rule}.plain") if proposal else None
        for name, proposal in found.items()
    }


def sheets_of_text(pages: Sequence[str], data: Classifiers) -> list[Sheet]:
    """Return the pages as sheets; head and signature are set in columns."""
    lines = typed_lines(pages)
    end = _end_of_head(lines, data)
    top = [(piece, column, 0.0) for piece, column in _head(lines[:end], data)]
    taken = end
    if end < len(lines) and (title := title_at(lines, end, data)):
        top.append((title, _CENTRE, 0.0))
        taken = end + 1 + (title.text != lines[end].text)
        subject = _subject(lines, taken, data)
        top += [(piece, _CENTRE, 0.0) for piece in subject[0]]
        taken += subject[1]
    signed = find_signature(lines, taken, data)
    placed: dict[int, list[Line]] = {number: [] for number in range(1, len(pages) + 1)}
    # A page of text is no sheet: what stands at its top is no letterhead, save on the first.
    rows = {number: 0.02 if number == 1 else 0.3 for number in placed}
    gap = 0.0
    for piece, column, before in top:
        _put(placed, rows, piece, column, gap=before)
        gap = _GAP
    for index in range(taken, len(lines)):
        if signed is not None and index in signed.own:
            if index == min(signed.own):
                _put_signature(placed, rows, signed)
            continue
        _put(placed, rows, lines[index], _BODY, gap=gap)
        gap = 0.0
    return [
        Sheet(number, tuple(found), text=pages[number - 1])
        for number, found in placed.items()
        if found
    ]


def _put(
    placed: dict[int, list[Line]],
    rows: dict[int, float],
    piece: TypedLine,
    column: tuple[float, float],
    *,
    gap: float = 0.0,
) -> None:
    rows[piece.page] += gap
    placed[piece.page].append(_line(piece, column, rows[piece.page]))
    rows[piece.page] += _ROW


def _line(piece: TypedLine, column: tuple[float, float], y: float) -> Line:
    """Spread the words of a line over its column."""
    start, width = column[0], column[1] - column[0]
    total = max(1, len(piece.text))
    spots, at = [], 0
    for word in piece.text.split(" "):
        x0, x1 = (start + width * edge / total for edge in (at, at + len(word)))
        spots.append(Spot(word, 100.0, x0, y, x1, y + _HEIGHT))
        at += len(word) + 1
    return Line(tuple(spots), piece.page)


# --- the head ----------------------------------------------------------------------------


def _end_of_head(lines: Sequence[TypedLine], data: Classifiers) -> int:
    """Return the index of the form's name, of the addressee, or of the first ground."""
    for index in range(min(_HEAD, len(lines))):
        begins = plain(" ".join(each.text for each in lines[index : index + 2]))
        if begins.startswith((*data.addressee, "can cu ", "- can cu ")):
            return index
        if title_at(lines, index, data):
            return index
    return 0


def _head(
    lines: Sequence[TypedLine], data: Classifiers
) -> list[tuple[TypedLine, tuple[float, float]]]:
    """Return the lines above the form's name, each with its column, broken lines whole."""
    left, mottos = _without_mottos(lines, data)
    left, dates = _without_date(left)
    left = _whole_bodies(left, data)
    body: list[TypedLine] = []
    while left:
        line, *left = left
        count = 0
        if _NUMBER.match(line.text) and not re.search(r"\d\s*[-/]\s*\S", line.text):
            count = 1
        elif _OPENER.match(line.text):
            count = sum(1 for other in left if other.block == line.block)
        body.append(line.joined(left[:count]) if count else line)
        left = left[count:]
    return [(piece, _RIGHT) for piece in mottos] + [
        *((piece, _LEFT) for piece in body),
        *((piece, _RIGHT) for piece in dates),
    ]


def _whole_bodies(lines: list[TypedLine], data: Classifiers) -> list[TypedLine]:
    """Join the broken names of bodies above the number: ỦY BAN NHÂN / DÂN / TỈNH MẪU."""
    whole: list[TypedLine] = []
    for index, line in enumerate(lines):
        if not line.in_capitals or _NUMBER.match(line.text):
            return [*whole, *lines[index:]]
        if (
            whole
            and whole[-1].block == line.block
            and not (_is_body(line, data) and _is_body(whole[-1], data))
        ):
            whole[-1] = whole[-1].joined([line])
        else:
            whole.append(line)
    return whole


def _is_body(line: TypedLine, data: Classifiers) -> bool:
    return f"{line.plain} ".startswith(tuple(f"{body} " for body in data.bodies))


def _without_mottos(
    lines: Sequence[TypedLine], data: Classifiers
) -> tuple[list[TypedLine], list[TypedLine]]:
    """Take the national name and motto (or the Party's name) out, wherever a line breaks."""
    words = [
        (number, word, re.sub(r"[^a-z]", "", plain(word)))
        for number, line in enumerate(lines)
        for word in line.text.split(" ")
    ]
    spoken = [index for index, (_, _, folded) in enumerate(words) if folded]
    gone: set[int] = set()
    mottos: list[TypedLine] = []
    for motto in data.mottos:
        parts = re.findall(r"[a-z]+", motto)
        for start in range(len(spoken) - len(parts) + 1):
            span = spoken[start : start + len(parts)]
            if [words[index][2] for index in span] == parts:
                said = " ".join(words[index][1] for index in span)
                mottos.append(replace(lines[words[span[0]][0]], text=said))
                gone.update(range(span[0], span[-1] + 1))
                break
    left = []
    for number, line in enumerate(lines):
        kept = [
            word for index, (of, word, _) in enumerate(words) if of == number and index not in gone
        ]
        if any(any(map(str.isalnum, word)) for word in kept):
            left.append(replace(line, text=" ".join(kept)))
    return left, mottos


def _without_date(lines: list[TypedLine]) -> tuple[list[TypedLine], list[TypedLine]]:
    """Take place and date out: a line, or the lines of one paragraph."""
    for length in (1, 2, 3):
        for start in range(len(lines) - length + 1):
            span = lines[start : start + length]
            if not _DATE.match(" ".join(each.text for each in span)):
                continue
            # "Thành phố Hồ Chí / Minh, ngày ...": a paragraph that is all date is taken whole.
            first = next(i for i, each in enumerate(lines) if each.block == span[0].block)
            whole = lines[first : start + length]
            if len(whole) <= 3 and _DATE.match(" ".join(each.text for each in whole)):
                span = whole
            rest = [line for line in lines if not any(line is each for each in span)]
            return rest, [span[0].joined(span[1:])]
    return lines, []


def _subject(
    lines: Sequence[TypedLine], start: int, data: Classifiers
) -> tuple[list[TypedLine], int]:
    """Return the paragraph under the form's name; what is in capitals as one line."""
    if start >= len(lines):
        return [], 0
    block = [line for line in lines[start:] if line.block == lines[start].block][:8]
    if not all(line.in_capitals for line in block):
        return block, len(block)
    end = start + len(block)
    while end < len(lines) and end - start < 8 and lines[end].in_capitals:
        if lines[end].plain.startswith((*data.subject_ends, *data.authorities)):
            break
        if title_at(lines, end, data):
            break
        end += 1
    return [lines[start].joined(lines[start + 1 : end])], end - start


def _put_signature(
    placed: dict[int, list[Line]], rows: dict[int, float], signed: TypedSignature
) -> None:
    """Set the recipients left and the signature right of them, on the page where it begins."""
    first = (*signed.recipients, *signed.capacity)[0].page
    # The rules look for a signature in the lower half.
    top = max(rows[first], _LOW)
    found = []
    for column, pieces in (
        (_LEFT, signed.recipients),
        (_RIGHT, (*signed.capacity, *([signed.name] if signed.name else ()))),
    ):
        found += [_line(each, column, top + _ROW * row) for row, each in enumerate(pieces)]
    placed[first] += sorted(found, key=lambda line: (line.y0, line.x0))
    rows[first] = top + _ROW * max(len(signed.recipients), len(signed.capacity) + 1)
