"""Who signed: the name under the capacity, right of the recipients (annex I, boxes 7a, 7b)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

from hoso.ingest.classifiers import Classifiers, plain
from hoso.ingest.propose.lines import Line, Sheet
from hoso.ingest.propose.names import is_name, may_be_rest, name_in
from hoso.ingest.propose.proposal import Proposal, from_lines

__all__ = ["Block", "find_block", "read_signer"]

_RIGHT = 0.42
_LOW = 0.4  # of the first page: what stands higher may belong to the head
_WORTHLESS = 60.0  # confidence of a word that may be a stroke of the pen
_SMALLEST = 9.5  # points; names are set in 13 to 14
_RECIPIENTS = 0.15  # of the page: how high their list may be
_DEPTH = 0.3  # how far below its beginning a block may reach


@dataclass(frozen=True)
class Block:
    """The place of a signature: its page, where it begins, and its lines."""

    page: int
    top: float
    lines: tuple[Line, ...]
    capacity: tuple[Line, ...]
    left: float = _RIGHT  # where the block begins across the page

    @property
    def region(self) -> list[float]:
        """The part of the page to look at more closely."""
        return [self.left - 0.02, max(0.0, self.top - 0.03), 1.0, min(1.0, self.top + 0.26)]


def find_block(sheets: Sequence[Sheet], data: Classifiers) -> Block | None:
    """Return the first signature block; what is signed on later pages is an attachment's."""
    own = _own_pages(sheets, data)
    for sheet in own:
        if not _may_say(sheet, data.recipients):
            continue
        anchor = next((line for line in sheet.lines if _is_recipients(line, data)), None)
        if anchor is None:
            continue
        block = _block(sheet, anchor.y0, data)
        above = _signed_above(sheet, anchor, data)
        return block if block.capacity or above is None else above
    for sheet in own:
        filed = next((line for line in sheet.lines if _is_own_file(line)), None)
        if sheet.recognised and filed is not None:
            # Nơi nhận was not read, but the last of its lines was: the block is beside it.
            top = max(0.0, filed.y0 - _RECIPIENTS)
            block = _block(sheet, top, data)
            if block.capacity:
                return _block(sheet, min(line.y0 for line in block.capacity), data)
    for sheet in reversed(own):
        for line in sheet.lines:
            if line.middle <= 0.45 or line.capitals <= 0.7 or not _is_capacity(line, data):
                continue
            if line.y0 > _LOW or sheet.page > 1:
                return _block(sheet, line.y0, data)
            # A short paper ends high on its page; there, who decides stands in the middle.
            block = _block(sheet, line.y0, data)
            if line.x0 > _RIGHT and read_signer(block, data, recognised=False) is not None:
                return block
    return None


def _is_own_file(line: Line) -> bool:
    """Tell the last recipient of every paper: - Lưu: VT."""
    return line.x0 < 0.4 and re.match(r"\W{0,3}luu\s?[:;,.]", line.plain) is not None


def _own_pages(sheets: Sequence[Sheet], data: Classifiers) -> list[Sheet]:
    """Leave out what follows from a page that has a letterhead of its own."""
    own: list[Sheet] = []
    for sheet in sheets:
        if (
            own
            and _may_have_head(sheet, data)
            and any(
                line.y0 < 0.25
                and line.capitals > 0.6
                and line.letters >= 15
                and any(fuzz.partial_ratio(motto, line.plain) >= 85 for motto in data.mottos)
                for line in sheet.lines
            )
        ):
            break
        own.append(sheet)
    return own


def _may_say(sheet: Sheet, words: Sequence[str]) -> bool:
    """Tell whether a page needs a look for *words*: text set in type has them, or it has not."""
    return sheet.recognised or not sheet.text or any(each in sheet.plain for each in words)


def _may_have_head(sheet: Sheet, data: Classifiers) -> bool:
    """Tell whether a page may begin another paper: the national name stands in capitals."""
    if sheet.recognised or not sheet.text:
        return True
    capitals = plain(" ".join([word for word in sheet.text.split() if word.isupper()]))
    return any(motto in capitals for motto in data.mottos)


def _signed_above(sheet: Sheet, anchor: Line, data: Classifiers) -> Block | None:
    """Papers of two bodies are signed side by side, the recipients below."""
    near = [line for line in sheet.lines if anchor.y0 - 0.35 < line.y0 < anchor.y0]
    found = [line for line in near if line.capitals > 0.7 and _is_capacity(line, data)]
    # Seals may hide both capacities; two whole names side by side are left.
    names = [line for line in near if _is_whole_name(line, data)]
    if not found and not names:
        return None
    top = (found or names)[0].y0
    lines = tuple(line for line in sheet.lines if top - 0.01 <= line.y0 < anchor.y0)
    return Block(sheet.page, top, lines, tuple(found), left=0.05)


def _is_whole_name(line: Line, data: Classifiers) -> bool:
    return len(line.spots) >= 3 and is_name([spot.text for spot in line.spots], data, loose=True)


def _is_recipients(line: Line, data: Classifiers) -> bool:
    if line.x0 >= 0.5:
        return False
    start = line.plain.lstrip("-*. _'\"")
    # Nơi nhân, Nơi nhgn, Nơi ơ nhận: recognition, or a font that sets a letter in two pieces.
    return any(
        fuzz.ratio(start[: len(each) + more].strip(" :.;"), each) >= 86
        for each in data.recipients
        for more in (1, 3)
    )


def _block(sheet: Sheet, top: float, data: Classifiers) -> Block:
    lines: list[Line] = []
    for line in sheet.lines:
        if line.y1 < top - 0.05 or line.y0 > top + _DEPTH:
            continue
        right = [spot for spot in line.spots if spot.middle > _RIGHT]
        if right:
            lines.append(line.with_spots(right))
    capacity = tuple(line for line in lines if _is_capacity(line, data) and line.capitals > 0.6)
    return Block(sheet.page, top, tuple(lines), capacity)


def _is_capacity(line: Line, data: Classifiers) -> bool:
    if data.capacities.match(line.plain.lstrip("'\"`.-_ ")) is not None:
        return True
    # ¿Ro GIÁM ĐỐC: a stroke in front of it comes out as a word of no worth.
    words = list(line.spots)
    while len(words) > 2 and words[0].confidence < _WORTHLESS:
        words = words[1:]
        if data.capacities.match(plain(" ".join(spot.text for spot in words))):
            return True
    return False


def read_signer(block: Block, data: Classifiers, *, recognised: bool) -> Proposal | None:
    """Return the name in *block*: the first under the last capacity."""
    after = max((line.y0 for line in block.capacity), default=block.top - 0.05)
    below = [line for line in block.lines if line.y0 > after]
    # A capacity of a later, other signature must not hide the first name.
    for line in [*below, *(line for line in block.lines if line.y0 <= after)]:
        if line.size and line.size < _SMALLEST:
            continue  # the letters of a drawn seal
        name = name_in(line, data, loose=recognised)
        if name is None:
            continue
        value, spots = name
        if recognised and may_be_rest(value, data):
            continue  # Văn Mẫu, Thị Mẫu: the surname was not read
        proposal = from_lines(value, [line.with_spots(spots)], "signer.block")
        sure = proposal.confidence * (1.0 if block.capacity else 0.8)
        if recognised and proposal.confidence < 0.5:
            continue
        return Proposal(value, sure, proposal.page, proposal.box, proposal.rule)
    return None
