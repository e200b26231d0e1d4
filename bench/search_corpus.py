"""Papers and questions for bench/search.py, drawn from their number alone: each run has the same.

A paper has about 300 words (syllables) in a dozen sentences out of 30,000; half of the compounds
in them are those every office writes, half come from a vocabulary of 12,000.  Twenty papers make a dossier, dossiers lie
in 2,000 units of four levels, access tokens are those of ``hoso.access.tokens``.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from itertools import accumulate
from typing import Any

from hoso.access.identity import Held, Identity
from hoso.access.policy import Policy, Protected
from hoso.access.tokens import own_tokens, reach_of, tokens_of_record
from hoso.definitions.rulebook import Rulebook, load
from hoso.desk.entries import code_of
from hoso.kernel.text import fold
from hoso.search.permitted import Limited, Permitted
from hoso.search.syllables import _COMPOUNDS, syllables
from hoso.search.values import Entry
from machine import HOME

__all__ = [
    "TODAY",
    "Papers",
    "Question",
    "clerk",
    "dossier",
    "lineage",
    "paper",
    "questions",
    "typed",
]

TODAY = date(2026, 11, 20)
UNITS = 2000
OFFICE = [" ".join(compound.split()) for compound in _COMPOUNDS.split(",")]
FAMILY = [
    "Nguyễn",
    "Trần",
    "Lê",
    "Phạm",
    "Hoàng",
    "Huỳnh",
    "Phan",
    "Vũ",
    "Võ",
    "Đặng",
    "Bùi",
    "Đỗ",
    "Hồ",
    "Ngô",
    "Dương",
    "Lý",
]
FAMILY_SHARES = (38, 12, 10, 7, 4, 3, 5, 3, 2, 2, 2, 1, 1, 1, 1, 1)
MIDDLE = ("Thị", "Văn", "Ngọc", "Hữu", "Đức", "Minh", "Thị Ngọc", "Thị Thu", "Công", "Đình", "Xuân")
GIVEN = [
    "An",
    "Anh",
    "Bình",
    "Chi",
    "Cường",
    "Dung",
    "Dũng",
    "Đạt",
    "Giang",
    "Hà",
    "Hải",
    "Hạnh",
    "Hoa",
    "Hòa",
    "Hương",
    "Hùng",
    "Khánh",
    "Lan",
    "Linh",
    "Long",
    "Mai",
    "Minh",
    "Nam",
    "Nga",
    "Ngân",
    "Nhung",
    "Phúc",
    "Phương",
    "Quân",
    "Quyên",
    "Sơn",
    "Tâm",
    "Thảo",
    "Thành",
    "Thu",
    "Thư",
    "Thủy",
    "Trang",
    "Tú",
    "Tuấn",
    "Vân",
    "Vinh",
    "Yến",
]
TITLES = (
    "Quyết định nâng bậc lương",
    "Quyết định bổ nhiệm",
    "Quyết định điều động",
    "Giấy khai sinh",
    "Sơ yếu lý lịch",
    "Hợp đồng làm việc",
    "Bằng tốt nghiệp",
    "Phiếu đánh giá",
    "Công văn",
)
SYMBOLS = ("QĐ-UBND", "QĐ-SNV", "QĐ-THLT", "CV-SGDĐT", "QĐ-SYT")
PLACES = ("Gò Vấp", "Bình Tân", "Gia Lâm", "Tân Phú", "Ba Vì", "Hòa Vang", "Củ Chi", "Đông Anh")
BODIES = ("Ủy ban nhân dân", "Phòng Nội vụ", "Phòng Giáo dục và Đào tạo", "Trung tâm Y tế")
_MARKED = {
    "a": "aàáảãạăắằâấầ",
    "e": "eèéẻẽẹêếề",
    "i": "iìíỉĩị",
    "o": "oòóỏõọôốồơớờ",
    "u": "uùúủũụưứừ",
}


def _rare() -> list[str]:
    draw, known = random.Random(11), sorted(syllables())

    def marked(word: str) -> str:
        at = next((n for n, letter in enumerate(word) if letter in _MARKED), None)
        if at is None:
            return word
        return word[:at] + draw.choice(_MARKED[word[at]]) + word[at + 1 :]

    return [" ".join(marked(draw.choice(known)) for _ in range(2)) for _ in range(12_000)]


RARE = _rare()
OFFICE_SHARES = list(accumulate(1 / (rank + 10) ** 0.9 for rank in range(len(OFFICE))))
RARE_SHARES = list(accumulate(1 / (rank + 20) ** 0.9 for rank in range(len(RARE))))
_FAMILY_SHARES = list(accumulate(FAMILY_SHARES))


@cache
def sentences() -> list[str]:
    """Return the sentences papers are made of."""
    draw, made = random.Random(17), []
    for _ in range(30_000):
        words = draw.choices(OFFICE, cum_weights=OFFICE_SHARES, k=draw.randint(3, 9))
        words += draw.choices(RARE, cum_weights=RARE_SHARES, k=draw.randint(3, 9))
        draw.shuffle(words)
        made.append(f"{' '.join(words).capitalize()}.")
    return made


@cache
def rulebook() -> Rulebook:
    """Return the definitions the tokens and types come from."""
    return load(HOME, "test")


@cache
def types() -> tuple[int, ...]:
    """Return the codes of thirty types of paper."""
    return tuple(code_of(key) for key in sorted(rulebook().document_types)[:30])


@cache
def lineage(unit: int) -> tuple[int, ...]:
    """Return the units from this one up: a root, 20 below it, 200 below those, then the rest."""
    above = [unit]
    while unit > 1:
        unit = 1 if unit <= 21 else 2 + unit % 20 if unit <= 221 else 22 + unit % 200
        above.append(unit)
    return tuple(above)


@dataclass(frozen=True, slots=True)
class _Dossier:
    person: str
    unit: int
    level: int


@cache
def _tokens(kind: str, unit: int, level: int) -> tuple[str, ...]:
    record = Protected("", level=level, lineage=lineage(unit))
    found = tokens_of_record(record, kind, on=TODAY)
    return (*found, *own_tokens(level, (), on=TODAY)) if kind == "f" else found


@lru_cache(maxsize=1000)
def dossier(number: int) -> _Dossier:
    """Draw the dossier of this number, from 1."""
    draw = random.Random(number)
    family = draw.choices(FAMILY, cum_weights=_FAMILY_SHARES)[0]
    return _Dossier(
        f"{family} {draw.choice(MIDDLE)} {draw.choice(GIVEN)}",
        draw.randrange(222, UNITS),
        draw.choices(range(5), (60, 25, 10, 4, 1))[0],
    )


def paper(number: int, *, texts: bool = True) -> Entry:
    """Draw the paper of this number, from 1; all but its text without *texts*."""
    owner, draw = dossier((number - 1) // 20 + 1), random.Random(-number)
    type_ = draw.randrange(30)
    day = 9000 + int(11_000 * draw.random() ** 0.6)
    said = draw.choices(sentences(), k=draw.randint(9, 15))
    return Entry(
        id=number,
        kind="document",
        acl=_tokens("f", owner.unit, owner.level),
        dossier=1_000_000_000 + (number - 1) // 20 + 1,
        type=types()[type_],
        form=1 + draw.randrange(29),
        year=1970 + day // 365,
        unit=owner.unit,
        level=owner.level,
        section=1 + type_ % 13,
        status=1 + draw.randrange(4),
        standing=1 + number // 20 % 5,
        day=day,
        last=day,
        filed=20_000 + number % 300,
        keep="permanent" if type_ % 3 else "dated",
        until=None if type_ % 3 else day + 3650,
        number=str(draw.randint(1, 5999)),
        symbol=draw.choice(SYMBOLS),
        person=owner.person,
        agency=f"{draw.choice(BODIES)} {draw.choice(PLACES)}",
        title=f"{TITLES[type_ % len(TITLES)]} {owner.person}",
        text=f"Ông (bà) {owner.person}.\n{' '.join(said)}" if texts else "",
        ocr=draw.random() < 0.15,
    )


class Papers:
    """The first *count* papers, and the dossiers they lie in."""

    def __init__(self, count: int) -> None:
        self._count = count

    def read_entry(self, _root: Any, id: int) -> Entry | None:  # noqa: A002
        if id <= 1_000_000_000:
            return paper(id) if 0 < id <= self._count else None
        owner = dossier(id - 1_000_000_000)
        return Entry(
            id=id,
            kind="dossier",
            acl=_tokens("d", owner.unit, owner.level),
            dossier=id,
            unit=owner.unit,
            level=owner.level,
            number=f"M-{id - 1_000_000_000:06d}",
            person=owner.person,
            title=owner.person,
        )

    def all_ids(self, _root: Any) -> Iterator[int]:
        yield from range(1, self._count + 1)
        yield from range(1_000_000_001, 1_000_000_001 + (self._count + 19) // 20)

    def below(self, _root: Any, _id: int) -> tuple[int, ...]:
        return ()


def clerk(unit: int, level: int, kinds: str = "fw") -> Permitted:
    """Return what a clerk of one unit may find; nobody here is an administrator."""
    book = rulebook()
    policy = Policy(book.roles.permissions_of, book.roles.roles)
    who = Identity("clerk", clearance=level, roles=(Held("clerk", unit, "", "", "bench"),))

    def closed(role: str) -> frozenset[str]:
        return frozenset(k for k, one in book.document_types.items() if role in one.closed_to)

    reach = reach_of(who, policy, kinds=kinds, closed=closed, on=TODAY)
    limited = (Limited(o.tokens, frozenset(map(code_of, o.without))) for o in reach.limited)
    return Permitted(reach.tokens, tuple(limited))


@dataclass(frozen=True)
class Question:
    """What one person asks: words, where he sits, what he narrows to, the order."""

    text: str
    unit: int
    level: int
    types: tuple[int, ...]
    days: tuple[int, int] | None
    sort: str

    @property
    def who(self) -> Permitted:
        return clerk(self.unit, self.level)


def questions(count: int, papers: int) -> list[Question]:
    """Draw questions from papers that are there: names, what every office writes, parts of texts."""
    draw, made = random.Random(7), []
    for turn in range(count):
        wanted = paper(draw.randint(1, papers))
        words = wanted.text.split()
        start = draw.randrange(6, len(words) - 4)
        text = draw.choices(
            (
                draw.choice(OFFICE),
                wanted.person,
                "",
                " ".join(words[start : start + draw.randint(2, 4)]),
            ),
            (35, 25, 10, 30),
        )[0]
        depth = draw.choices(range(4), (10, 25, 40, 25))[0]
        span = (wanted.day - draw.randint(30, 3000), wanted.day + draw.randint(30, 3000))
        made.append(
            Question(
                fold(text) if draw.random() < 0.6 else text,
                lineage(wanted.unit)[depth],
                draw.randint(wanted.level, 4),
                () if draw.random() < 0.4 else tuple(sorted({wanted.type, draw.choice(types())})),
                None if draw.random() < 0.4 else span,
                "date" if turn % 2 else "relevance",
            )
        )
    return made


def typed(count: int, papers: int) -> list[tuple[str, Permitted, Permitted]]:
    """Draw what people type for names, numbers and agencies, with whose reach over what."""
    draw, made = random.Random(13), []
    for _ in range(count):
        wanted = paper(draw.randint(1, papers))
        whole = draw.choice((wanted.person, wanted.person, wanted.number, wanted.agency))
        text = whole[: draw.randint(min(2, len(whole)), len(whole))]
        unit = lineage(wanted.unit)[draw.choices(range(4), (10, 25, 40, 25))[0]]
        made.append((text, clerk(unit, 4, "d"), clerk(unit, 4)))
    return made
