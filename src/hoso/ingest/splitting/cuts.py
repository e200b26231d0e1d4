"""Propose where a new paper begins; a person decides.

Conservative: attachments repeat the head of the paper they belong to, so a page that calls
itself one is never proposed, and a national name alone is not enough (NĐ 30/2020/NĐ-CP
annex I: national name, body and number stand at the head of the first page).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from rapidfuzz import fuzz

from hoso.ingest.splitting.pages import PageFacts
from hoso.ingest.splitting.plan import Part, Plan
from hoso.kernel.text import fold

__all__ = ["Cut", "plan_between", "proposed_cuts"]

_HEAD_LINES = 12  # lines of a page that its head takes at most
_ATTACHED_LINES = 9
_MOTTOS = (
    "cong hoa xa hoi chu nghia viet nam",
    "doc lap - tu do - hanh phuc",
    "dang cong san viet nam",
)
_ALIKE = 84
_NUMBER = re.compile(
    # At the beginning of its line: "Căn cứ Quyết định số 15/QĐ-UBND" names another paper.
    r"^\W{0,4}[Ss$5][ốôoóòổỗộồ0ö6ơ]\s{0,2}[:.;,]?\s{0,3}"
    # A number written by hand is read as anything.
    r"(?P<number>[^/]{0,16}?)\s?[/-]\s?(?:(?:19|20)\d\d\s?/\s?)?"
    r"(?P<symbol>[A-ZĐÐ]{1,6}\s?[-/.,&]\s?[A-ZĐÐ][\wĐđ.-]{0,14}|[A-ZĐÐ]{2,8}\b)"
)
_ATTACHED = re.compile(
    r"^\W*(?:phu luc|phieu phu luc|\(?\s?(?:ban hanh )?kem theo|\(?\s?dinh kem|bieu mau so|mau so|mau \d)"
)
#: Papers of a dossier that have a national name and a title but no number.
_TITLES = re.compile(
    r"^\W*(?:so yeu ly lich|ly lich|don (?:xin|de nghi|xac nhan)|ban (?:cam ket|kiem diem|tu|ke khai|nhan xet)"
    r"|giay (?:khai sinh|chung nhan|xac nhan|ra vien|moi|gioi thieu|kham suc khoe|phep|uy quyen)"
    r"|hop dong|quyet dinh|bien ban|to trinh|bao cao|thong bao|ke hoach|phieu (?:dang vien|bo sung|danh gia|trinh)"
    r"|bang (?:tot nghiep|cu nhan|ky su|thac si)|chung chi|bang diem|nghi quyet|giao uoc|tu khai)\b"
)


@dataclass(frozen=True)
class Cut:
    """A page where a new paper seems to begin: by what, and what was read there.

    ``kind`` is ``separator``, ``serial``, ``head`` (national name and number), ``title``
    (national name and the name of a paper) or ``blank`` (behind an empty page).
    """

    page: int
    kind: str
    value: str = ""


def proposed_cuts(pages: Sequence[PageFacts], *, blank: bool = False) -> tuple[Cut, ...]:
    """Return where papers seem to begin, the first page left out.

    :param blank: whether an empty page stands between two papers, as some offices lay them.
    """
    found: list[Cut] = []
    serial = next(iter(pages[0].serials), "") if pages else ""
    symbols = {_number_of(pages[0])} if pages else set()
    for before, page in pairwise(pages):
        cut = _cut(before, page, serial, symbols, blank=blank)
        if cut is not None:
            found.append(cut)
        serial = next(iter(page.serials), serial)
        symbols.add(_number_of(page))
    return tuple(found)


def _cut(
    before: PageFacts, page: PageFacts, serial: str, symbols: set[str], *, blank: bool
) -> Cut | None:
    if page.separator is not None:
        return None
    if before.separator is not None:
        return Cut(page.number, "separator")
    if page.is_blank:
        return None
    if page.serials and page.serials[0] != serial:
        return Cut(page.number, "serial", page.serials[0])
    if blank and before.is_blank:
        return Cut(page.number, "blank")
    head = _head(page)
    if not head or _is_attached(head):
        return None
    if _has_motto(head):
        number = _number_of(page)
        if number and (number not in symbols or not number[0].isdigit()):
            return Cut(page.number, "head", number)
        title = _title(head)
        if title and not number:
            return Cut(page.number, "title", title)
    return None


def _head(page: PageFacts) -> list[str]:
    lines = [line.strip() for line in page.text.splitlines() if any(map(str.isalnum, line))]
    return lines[:_HEAD_LINES]


def _is_attached(head: Iterable[str]) -> bool:
    return any(_ATTACHED.match(fold(line)) for line in list(head)[:_ATTACHED_LINES])


def _has_motto(head: Iterable[str]) -> bool:
    for line in head:
        folded = fold(line)
        if any(fuzz.partial_ratio(motto, folded) >= _ALIKE for motto in _MOTTOS) and (
            len(folded) >= 20
        ):
            return True
    return False


def _number_of(page: PageFacts) -> str:
    """Return number and symbol at the head of a page, comparable; "" where there is none."""
    for line in _head(page):
        found = _NUMBER.search(line)
        if found is not None:
            number = re.sub(r"\W", "", found["number"])
            symbol = re.sub(r"\s", "", found["symbol"]).replace("Ð", "Đ").strip(".-")
            return f"{number}/{symbol}"
    return ""


def _title(head: Iterable[str]) -> str:
    for line in head:
        letters = [char for char in line if char.isalpha()]
        capitals = sum(map(str.isupper, letters)) / max(1, len(letters))
        if capitals > 0.7 and _TITLES.match(fold(line)):
            return line[:80]
    return ""


def plan_between(
    pages: Sequence[PageFacts], starts: Iterable[int], *, drop_blank: bool = False
) -> Plan:
    """Return the parts that begin at the pages *starts*; separators are set apart.

    :param drop_blank: whether empty pages are set apart too.
    """
    begin = set(starts)
    parts: list[list[PageFacts]] = []
    apart: dict[int, str] = {}
    fresh = True
    for page in pages:
        fresh = fresh or page.number in begin
        if page.separator is not None:
            apart[page.number] = "separator"
        elif drop_blank and page.is_blank:
            apart[page.number] = "blank"
        elif fresh:
            parts.append([page])
            fresh = False
        else:
            parts[-1].append(page)
    return Plan(tuple(map(_part, parts)), apart)


def _part(pages: Sequence[PageFacts]) -> Part:
    serial = next((one for page in pages for one in page.serials), "")
    return Part(tuple(page.number for page in pages), serial=serial)
