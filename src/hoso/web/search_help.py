"""How to ask: the language of the search as its help page shows it, by examples that run.

Names in the examples (a unit, a kind of paper) are those of this site, as the reader sees it; an
example of something of which he sees none is left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from hoso.access.permissions import Permission
from hoso.desk import searching
from hoso.desk.retention_scope import knows_retention
from hoso.kernel.errors import NotReady
from hoso.records.units import all_units
from hoso.web.layout import offers
from hoso.web.words import Word

__all__ = ["Example", "Lesson", "first_examples", "lessons"]


@dataclass(frozen=True)
class Example:
    """A question, what it finds, and the address of its answer."""

    text: str
    means: str
    url: str


@dataclass(frozen=True)
class Lesson:
    """One section of the help page."""

    key: str
    title: str
    intro: str
    examples: tuple[Example, ...]


_Line = tuple[str, Word]

_WORDS: tuple[_Line, ...] = (
    ("nang luong", Word("both words, with or without tone marks, of a name in any order")),
    ("nâng lương", Word("the same papers; those with exactly these marks come first")),
    ('"nâng bậc lương thường xuyên"', Word("these words, one after the other")),
    ("quyết định bổ nh*", Word("a word that begins so; type at least two letters of it")),
    ("kỷ luật -khiển -trách", Word("without a word; here without two")),
    ('bổ nhiệm -"dự thảo"', Word("without words that stand side by side")),
)
_PAPER: tuple[_Line, ...] = (
    ("14/QĐ", Word("a number with the beginning of its symbol")),
    ("số:14/QĐ", Word("the number and symbol of the paper, and not of others it names")),
    ('người:"Nguyễn Văn Mẫu"', Word("the person the paper is about")),
    ("năm:2019", Word("papers of one year")),
    ("bổ nhiệm năm:2019..2021", Word("words, and the years of the papers")),
    ("năm:..2000", Word("papers up to a year; 2000.. means from that year on")),
    ("ngày:15/3/2021", Word("papers of one day; 3/2021 means the whole month")),
    ("ngày:1/2021..6/2021", Word("papers of a stretch of days or months")),
    ("ngày lưu:2026", Word("when the paper came into its dossier, not its own date")),
    ('cơ quan:"Ủy ban nhân dân"', Word("who issued the paper, or words of that name")),
)


def lessons(request: Any) -> tuple[Lesson, ...]:
    """Return the help page: words, the paper, what the lists know, all of it together."""
    say = request.language.say
    return (
        Lesson(
            "words",
            say("Words"),
            say(
                "Type what you remember. All words must stand in the paper, its number, its"
                " heading or the name of its person. Where too few papers hold them all, words"
                " that a scan may have spoilt and names one letter off are looked for too."
            ),
            _examples(request, _WORDS),
        ),
        Lesson(
            "paper",
            say("Number, person, date"),
            say(
                "A filter is its name, a colon and a value, without a space. A value of several"
                " words stands in quotation marks."
            ),
            _examples(request, _PAPER),
        ),
        Lesson(
            "lists",
            say("What the lists of this site know"),
            say(
                "A value may be a code or a name, with or without tone marks, or a part of a name."
            ),
            _examples(request, _of_lists(request)),
        ),
        Lesson(
            "together",
            say("All together"),
            say("Words and filters mix in any order. Two filters of one name mean either."),
            _examples(request, _together(request)),
        ),
    )


def first_examples(request: Any) -> tuple[Example, ...]:
    """Return a handful for the empty search page."""
    return _examples(request, (_WORDS[0], _WORDS[2], _PAPER[0], _PAPER[4], _WORDS[4]))


def _examples(request: Any, lines: Iterable[_Line]) -> tuple[Example, ...]:
    return tuple(
        Example(
            text,
            request.language.say(means.text),
            request.route_path("search", _query={"q": text}),
        )
        for text, means in lines
    )


def _of_lists(request: Any) -> Iterator[_Line]:
    rulebook = request.house.rulebook
    for known in islice(rulebook.document_types.values(), 1):
        yield f"loại:{known.key}", Word("the kind of paper, by its code")
        yield f'loại:"{known.label.vi}"', Word("the kind of paper, by its name")
    for term in islice(rulebook.forms.values(), 1):
        yield f'hình thức:"{term.label.vi}"', Word("the form of the paper: decision, letter…")
    for section in islice(rulebook.sections.values(), 1):
        yield f"mục:{section.key}", Word("the section of the dossier, by its letter")
    for state in islice(rulebook.workflows["document"].states.values(), 3, 4):
        yield f'trạng thái:"{state.label.vi}"', Word("the state of the paper")
    serving = (t for t in rulebook.statuses.values() if t.extra.get("phase") == "in-service")
    for status in islice(serving, 1):
        yield f'trạng thái:"{status.label.vi}"', Word("the standing of the dossier's person")
    if knows_retention(request.desk):
        yield (
            'lưu trữ:"đến hạn"',
            Word("what is due; also: vĩnh viễn, còn thời hạn, tạm giữ, chưa rõ"),
        )
    for code in islice(_dossiers(request), 1):
        yield f"hồ sơ:{code}", Word("one dossier, by its number")
    for unit in islice(_units(request), 1):
        yield f'đơn vị:"{unit.name}"', Word("the unit that keeps it, with all units below")
    for level in islice(rulebook.levels.values(), 1):
        yield f'mức:"{level.label.vi}"', Word("the level of the paper")


def _units(request: Any) -> Iterator[Any]:
    if offers(request, Permission.UNIT_VIEW):
        yield from (unit for unit in all_units(request.desk.site) if request.desk.sees(unit))


def _dossiers(request: Any) -> Iterator[str]:
    if offers(request, Permission.DOSSIER_LIST):
        try:
            found = searching.listing(request.desk, request.desk.site, limit=1)
        except NotReady:
            return
        yield from (dossier.code for dossier in found.dossiers)


def _together(request: Any) -> Iterator[_Line]:
    kinds = [known.key for known in islice(request.house.rulebook.document_types.values(), 2)]
    yield 'nang luong năm:2019 -"dự thảo"', Word("words, a year, and not these words")
    yield " ".join(f"loại:{key}" for key in kinds), Word("papers of either kind")
    yield "nang luong -năm:2020", Word("a minus turns a filter round")
    yield f"type:{kinds[0]} year:2019..", Word("filters by their English names")
