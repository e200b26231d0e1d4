"""The plan of the demo: sixty people, their case files, six hundred papers, from a seed.

Pure: the same stock and seed give the same plan on every machine.  The order of the papers
is the order in which they are to be filed: dossier by dossier, the oldest first.
"""

from __future__ import annotations

import dataclasses
import random
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from hoso.demo.careers import Draft, Life, live
from hoso.demo.cases import case_drafts
from hoso.demo.chance import draw_for
from hoso.demo.curriculum import AS_OF
from hoso.demo.province import CaseFile, Paper, Person, Plan, Rows, ScanKind, StatusEvent
from hoso.demo.stock import CaseRow, Recipe, RosterRow, Stock
from hoso.kernel.dates import PartialDate
from hoso.kernel.text import safe_file_name

__all__ = ["PAPERS", "SCANS", "SEED", "make_plan"]

PAPERS = 600
SCANS = 200
SEED = 2020
# How scans arrive: mostly image-only PDFs, some straight from the scanner's driver.
_SCAN_KINDS: tuple[tuple[ScanKind, int], ...] = (
    ("pdf", 150),
    ("tiff", 24),
    ("jpeg", 18),
    ("png", 8),
)
_SUFFIX = {"pdf": "pdf", "tiff": "tif", "jpeg": "jpg", "png": "png"}


@dataclass(frozen=True)
class _Owned:
    """A draft and the dossier it belongs to."""

    draft: Draft
    owner: str
    facts: Mapping[str, str]
    person: bool


def make_plan(stock: Stock, *, seed: int = SEED) -> Plan:
    """Decide everything there is to see."""
    lives = _lives(stock, seed)
    owned = [
        _Owned(draft, code, life.facts, person=True)
        for code, life in lives.items()
        for draft in life.drafts
    ]
    for case in stock.cases:
        draw = draw_for(seed, case.code)
        owned += [
            _Owned(draft, case.code, {}, person=False) for draft in case_drafts(case, stock, draw)
        ]
    chosen = _chosen(owned, draw_for(seed, "choice"))
    papers = _papers(chosen, stock, seed)
    return Plan(
        seed=seed,
        as_of=AS_OF,
        offices=stock.offices,
        people=tuple(_person(code, life, papers) for code, life in lives.items()),
        cases=tuple(_case_file(case) for case in stock.cases),
        papers=tuple(paper for paper, _ in papers),
    )


def _lives(stock: Stock, seed: int) -> dict[str, Life]:
    names = _dealt_names(stock, draw_for(seed, "names"))
    return {
        f"M-{number:04d}": live(
            row, stock, draw_for(seed, number), name=name, code=f"M-{number:04d}"
        )
        for number, (row, name) in enumerate(zip(stock.roster, names, strict=True), start=1)
    }


def _dealt_names(stock: Stock, draw: random.Random) -> list[str]:
    """A name for each row; no two alike save where the roster says so."""
    given = {
        "female": draw.sample(stock.names.given_female, len(stock.names.given_female)),
        "male": draw.sample(stock.names.given_male, len(stock.names.given_male)),
    }
    middle = {"female": stock.names.middle_female, "male": stock.names.middle_male}

    def deal(row: RosterRow) -> str:
        family = draw.choice(stock.names.families)
        return f"{family} {middle[row.gender]} {stock.names.mark} {given[row.gender].pop()}"

    return [row.name or deal(row) for row in stock.roster]


def _chosen(owned: list[_Owned], draw: random.Random) -> list[_Owned]:
    """All needed papers, and of the others as many as make the number full."""
    needed = [one for one in owned if one.draft.needed]
    spare = [one for one in owned if not one.draft.needed]
    room = PAPERS - len(needed)
    if not 0 <= room <= len(spare):
        raise ValueError(f"{len(needed)} papers needed, {len(spare)} to spare: not {PAPERS}")
    kept = {id(one) for one in (*needed, *draw.sample(spare, room))}
    return [one for one in owned if id(one) in kept]


def _papers(chosen: list[_Owned], stock: Stock, seed: int) -> list[tuple[Paper, Draft]]:
    ordered = sorted(chosen, key=lambda one: (not one.person, one.owner, one.draft.date))
    numbers = _numbers(ordered, stock, draw_for(seed, "numbers"))
    scans = _scans(ordered, stock, draw_for(seed, "scans"))
    made = [
        (
            _paper(index, one, stock, seed, number=numbers[index], scan_as=scans.get(index)),
            one.draft,
        )
        for index, one in enumerate(ordered)
    ]
    return _with_contents(made)


def _numbers(ordered: list[_Owned], stock: Stock, draw: random.Random) -> dict[int, str]:
    """Numbers run through the year in each office's register (ND 30/2020 article 15)."""
    registers: dict[tuple[str, str, str], list[int]] = defaultdict(list)
    for index, one in enumerate(ordered):
        recipe = stock.recipes[one.draft.recipe]
        if recipe.symbol:
            office = stock.issuer_of(recipe, one.draft.unit)
            registers[office, recipe.symbol, one.draft.date[:4]].append(index)
    numbers: dict[int, str] = {}
    for indexes in registers.values():
        indexes.sort(key=lambda index: ordered[index].draft.date)
        number = 0
        for index in indexes:
            month = int(ordered[index].draft.date[5:7])
            number = max(number + draw.randint(1, 9), month * draw.randint(4, 30))
            numbers[index] = f"{number:02d}"
    return {index: numbers.get(index, "") for index in range(len(ordered))}


def _scans(ordered: list[_Owned], stock: Stock, draw: random.Random) -> dict[int, ScanKind]:
    """Which papers come as scans, and in what kind of file: the older, the likelier."""
    age = {index: int(one.draft.date[:4]) + draw.gauss(0, 7) for index, one in enumerate(ordered)}
    oldest = sorted(age, key=age.__getitem__)[:SCANS]
    kinds = [kind for kind, count in _SCAN_KINDS for _ in range(count)]
    draw.shuffle(kinds)
    scans = dict(zip(sorted(oldest), kinds, strict=True))
    for index, kind in scans.items():
        # A picture holds one page; papers with several come as PDF or TIFF.
        if kind in {"jpeg", "png"} and _long(stock.recipes[ordered[index].draft.recipe]):
            scans[index] = "pdf"
    return scans


def _long(recipe: Recipe) -> bool:
    return recipe.key in {"cv", "booklet", "biography", "exam-plan"}


def _paper(
    index: int, one: _Owned, stock: Stock, seed: int, *, number: str, scan_as: ScanKind | None
) -> Paper:
    draft = one.draft
    recipe = stock.recipes[draft.recipe]
    draw = draw_for(seed, "paper", one.owner, draft.recipe, draft.date)
    office = stock.issuer_of(recipe, draft.unit)
    letterhead = stock.letterheads[office]
    deputy = draw.random() < 0.3 and recipe.issuer != "none"
    head = _signatory(stock, office, draft.date, deputy=deputy)
    facts = {**one.facts, **draft.facts, "head": head, "year": draft.date[:4]}
    if deputy:
        facts["deputy"] = "1"
    signs_alone = recipe.issuer == "none" and "person" in recipe.signs
    facts = {**facts, "abbreviation": letterhead.office.abbreviation}
    subject = draw.choice(recipe.subjects).format_map(facts)
    who = one.owner if one.person else None
    name = facts.get("name", "") if one.person else ""
    form = recipe.form.format_map(facts)
    stem = safe_file_name(f"{one.owner} {draft.date} {form} {number}")
    return Paper(
        index=index,
        recipe=recipe.key,
        type=recipe.type,
        form=form,
        number=number,
        symbol=recipe.symbol.format_map(facts),
        date=draft.date,
        agency="" if recipe.issuer == "none" else letterhead.office.label,
        subject=subject,
        signer=name if signs_alone else _signer(recipe, facts, head),
        person=who,
        person_name=name,
        case=None if one.person else one.owner,
        level=recipe.level,
        unit=draft.unit,
        scanned=scan_as is not None,
        scan_as=scan_as,
        file_name=f"{index:03d}-{stem}.{_SUFFIX[scan_as or 'pdf']}",
        seed=draw.randrange(2**31),
        office=office,
        facts=facts,
        rows=draft.rows,
    )


def _signer(recipe: Recipe, facts: Mapping[str, str], head: str) -> str:
    if "issuer" in recipe.signs:
        return head
    return facts[recipe.signs[-1].partition("|")[2]]


def _signatory(stock: Stock, office: str, date: str, *, deputy: bool) -> str:
    """Who signed for *office* then: heads and deputies serve terms of six years."""
    term = int(date[:4]) // 6
    draw = draw_for(office, term, deputy)
    return stock.names.woman(draw) if draw.random() < 0.35 else stock.names.man(draw)


def _with_contents(made: list[tuple[Paper, Draft]]) -> list[tuple[Paper, Draft]]:
    """Fill the contents lists (M01) with what lies in the dossier before them."""
    by_owner: dict[str | None, list[Paper]] = defaultdict(list)
    for paper, _ in made:
        by_owner[paper.person].append(paper)

    def filled(paper: Paper) -> Paper:
        if paper.type != "M01":
            return paper
        listed = [
            other
            for other in by_owner[paper.person]
            if other.index != paper.index and other.date <= paper.date
        ]
        return dataclasses.replace(paper, rows={**paper.rows, "contents": _contents(listed)})

    return [(filled(paper), draft) for paper, draft in made]


def _contents(listed: Iterable[Paper]) -> Rows:
    return tuple(
        (
            str(n),
            f"{paper.form}. {paper.subject}",
            f"{paper.number}/{paper.symbol}" if paper.symbol else "",
            PartialDate.parse(paper.date).vietnamese,
        )
        for n, paper in enumerate(listed, start=1)
    )


def _person(code: str, life: Life, papers: list[tuple[Paper, Draft]]) -> Person:
    proof = {
        draft.tag: paper.index for paper, draft in papers if paper.person == code and draft.tag
    }
    return Person(
        code=code,
        name=life.name,
        birth_date=life.birth_date,
        gender=life.row.gender,
        kind=life.row.kind,
        unit=life.row.unit,
        situation=life.row.situation,
        position=life.position,
        former_units=(life.row.former,) if life.row.former else (),
        events=tuple(StatusEvent(status, date, proof.get(tag)) for status, date, tag in life.turns),
        hold=life.row.hold,
    )


def _case_file(case: CaseRow) -> CaseFile:
    return CaseFile(
        code=case.code,
        type=case.type,
        title=case.title,
        unit=case.unit,
        begun=case.begun,
        closed=case.closed,
        open=case.open,
        hold=case.hold,
    )
