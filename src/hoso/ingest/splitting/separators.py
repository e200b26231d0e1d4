"""Follow our own separator sheets through a scan.

A sheet stands before the paper it is for.  A dossier named on one holds until another is
named; a type holds for the next paper only.  Where both sides are scanned, the other side of
the sheet goes too: coded, or empty.
"""

from __future__ import annotations

from collections.abc import Sequence

from hoso.ingest.sheets.codes import Separator
from hoso.ingest.splitting.pages import PageFacts
from hoso.ingest.splitting.plan import Part, Plan

__all__ = ["by_separators"]


class _Pile:
    """The parts so far, and what the last sheet said."""

    def __init__(self) -> None:
        self.parts: list[Part] = []
        self.apart: dict[int, str] = {}
        self._pages: list[PageFacts] = []
        self._dossier = ""
        self._type = ""

    def sheet(self, said: Separator) -> None:
        if self.close():
            self._type = ""
        self._dossier = said.dossier or self._dossier
        # Two sheets in a row, one with the dossier and one with the type, speak together.
        self._type = said.type or self._type

    def add(self, page: PageFacts) -> None:
        self._pages.append(page)

    def close(self) -> bool:
        """End the paper in hand; tell whether there was one."""
        if not self._pages:
            return False
        numbers = tuple(page.number for page in self._pages)
        serial = next((one for page in self._pages for one in page.serials), "")
        self.parts.append(Part(numbers, self._dossier, self._type, serial))
        self._pages = []
        return True

    def take_back_blank(self) -> None:
        """Let the page before the sheet be its empty front, where it is empty."""
        if self._pages and self._pages[-1].is_blank:
            self.apart[self._pages.pop().number] = "separator-back"


def by_separators(pages: Sequence[PageFacts], *, duplex: bool = False) -> Plan | None:
    """Return the papers between separator sheets; ``None`` where there is no sheet.

    :param duplex: whether the scanner took both sides of every sheet, whatever ours say.
    """
    said = [page.separator for page in pages]
    if not any(said):
        return None
    pile = _Pile()
    second_side = False
    for place, (page, sheet) in enumerate(zip(pages, said, strict=True)):
        if page.number in pile.apart:
            continue
        if sheet is None:
            second_side = False
            pile.add(page)
            continue
        pile.apart[page.number] = "separator"
        both = duplex or sheet.sides == 2
        if both and second_side and said[place - 1] == sheet:
            second_side = False
            continue
        second_side = both
        after = pages[place + 1] if place + 1 < len(pages) else None
        if both and after is not None and after.is_blank:
            pile.apart[after.number] = "separator-back"
            second_side = False
        elif both and (after is None or after.separator != sheet):
            pile.take_back_blank()
        pile.sheet(sheet)
    pile.close()
    return Plan(tuple(pile.parts), pile.apart)
