"""A second reading of what the first could not settle: the signer's name, the agency.

Costs 0.2 s a way, so the ways are tried until one name is certain.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from hoso.ingest.classifiers import Classifiers
from hoso.ingest.pages.ways import SIGNATURE_WAYS, Way
from hoso.ingest.propose.head import Head, read_agency
from hoso.ingest.propose.lines import Line, sheet_of_words
from hoso.ingest.propose.proposal import Proposal
from hoso.ingest.propose.signer import Block, best_name, known_signer

__all__ = ["Picture", "agency_again", "signer_again"]

_ENOUGH = 0.93


@dataclass(frozen=True)
class Picture:
    """Where the picture of a page is, and how to read it."""

    path: str
    mime: str
    model: str
    turn: int = 0
    aspect: float = 1.414

    def lines(self, page: int, region: list[float], way: Way) -> list[Line]:
        """Return the lines in a part of a page, read one way."""
        # Imported here: born-digital papers never need the engine, which takes 0.5 s to load.
        from hoso.ingest.pages.closer import read_closer

        words = read_closer(self.path, self.mime, page, region, self.model, turn=self.turn, way=way)
        sheet = sheet_of_words(
            {"page": page, "aspect": self.aspect, "source": "ocr", "words": words, "text": ""}
        )
        return list(sheet.lines)


def signer_again(
    block: Block, picture: Picture, data: Classifiers, known: Sequence[str] = ()
) -> Proposal | None:
    """Return the name in a signature block, by several ways of looking at it.

    *known* are people who sign papers here: of one of them a part of the name is enough.
    """
    seen: list[Line] = list(block.lines) if known else []
    for count, way in enumerate(SIGNATURE_WAYS, 1):
        seen += picture.lines(block.page, block.region, way)
        if (signer := known_signer(seen, block.capacity, known)) is not None:
            return signer
        found = best_name(seen, block.capacity, data)
        if found is not None and count > 1 and found[1] >= _ENOUGH:
            break
    found = best_name(seen, block.capacity, data) or _name_line(seen, block, picture, data)
    if found is None:
        return None
    name, sure, line = found
    return Proposal(name, sure, line.page, line.box, "signer.second-look")


def _name_line(
    seen: list[Line], block: Block, picture: Picture, data: Classifiers
) -> tuple[str, float, Line] | None:
    """Look at the line of a name whose beginning was lost, a word further to the left."""
    rests = [
        line
        for line in seen
        if line.confidence > 0.6 and 2 <= len(line.text.split()) <= 4 and 0.1 < line.capitals < 0.5
    ]
    if not rests:
        return None
    rest = max(rests, key=lambda line: (line.confidence, line.y0))
    high = rest.y1 - rest.y0
    region = [rest.x0 - 0.1, rest.y0 - 0.5 * high, rest.x1 + 0.03, rest.y1 + 0.5 * high]
    again: list[Line] = []
    for ink in ("black", "red", "all"):
        for wiped in (True, False):
            way = Way(ink, wiped=wiped, segmentation=7, enlarged=2.0)
            again += picture.lines(block.page, region, way)
    return best_name([*seen, *again], block.capacity, data)


def _reaches(found: Proposal, first: Proposal | None) -> bool:
    """Tell whether a second reading goes as far down as the first: it may have lost lines."""
    if first is None or first.box is None or found.box is None:
        return True
    return found.box[3] >= first.box[3] - 0.01


def agency_again(
    head: Head, number: Line | None, first: Proposal | None, picture: Picture, data: Classifiers
) -> Proposal | None:
    """Read the left column of the head again, where its letters were not sure."""
    if not head.left:
        return first
    bottom = number.y1 if number else min(head.bottom, head.left[-1].y1)
    top = min(line.y0 for line in head.left)
    page = head.left[0].page
    region = [0.02, max(0.0, top - 0.01), head.split, bottom + 0.005]
    best = first
    for way in (Way("black"), Way("black", wiped=False, enlarged=2.0)):
        lines = picture.lines(page, region, way)
        again = Head(tuple(lines), (), head.bottom, head.split, head.has_motto)
        found = read_agency(again, number, data)
        if found is None or not _reaches(found, first):
            continue
        if best is None or found.confidence > best.confidence:
            rule = f"{found.rule}.second-look"
            best = Proposal(found.value, found.confidence, found.page, found.box, rule)
    return best
