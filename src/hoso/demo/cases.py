"""The papers of case files: dates and kinds come from the profile, people are drawn here."""

from __future__ import annotations

import random
from collections.abc import Mapping

from hoso.demo.careers import Draft
from hoso.demo.posts import pay_at
from hoso.demo.province import Rows
from hoso.demo.stock import CaseRow, Stock

__all__ = ["case_drafts"]


def case_drafts(case: CaseRow, stock: Stock, draw: random.Random) -> tuple[Draft, ...]:
    """Return the papers of one case file, in order."""
    people = _people(stock, draw, count=6)
    born = tuple(str(int(case.begun[:4]) - draw.randint(25, 50)) for _ in people)
    voters = draw.randint(30, 70)
    common = {
        "quota": str(draw.randint(8, 24)),
        "voters": str(voters),
        "votes": str(voters - draw.randint(1, 6)),
        "count": str(len(people)),
        "reader": people[0],
        "worker": people[-1],
        "mark": str(draw.randint(52, 91)),
        "mask": str(draw.randint(100, 999)),
        "topic": "",
    }
    return tuple(
        Draft(
            recipe,
            date,
            facts={**common, **facts, "mask": str(100 + (number * 37) % 900)},
            rows={**_rows(people, born, draw, year=int(date[:4])), **_votes(people, born, voters)},
            unit=case.unit,
        )
        for number, (recipe, date, facts) in enumerate(case.papers, start=draw.randint(1, 20))
    )


def _people(stock: Stock, draw: random.Random, *, count: int) -> tuple[str, ...]:
    """So many women and men, the women first: the clerk who signs, the man in question last."""
    half = count // 2
    women = [stock.names.woman(draw) for _ in range(count - half)]
    return tuple(women + [stock.names.man(draw) for _ in range(half)])


def _votes(people: tuple[str, ...], born: tuple[str, ...], voters: int) -> Mapping[str, Rows]:
    """The same count in the minutes and in the report."""
    counted = zip(people, born, strict=True)
    return {
        "votes": tuple(
            (str(n), name, year, str(voters - n * 2)) for n, (name, year) in enumerate(counted, 1)
        )
    }


def _rows(
    people: tuple[str, ...], born: tuple[str, ...], draw: random.Random, *, year: int
) -> Mapping[str, Rows]:
    steps = [draw.randint(2, 6) for _ in people]
    day = f"{year}-06-01"
    return {
        "people": tuple(
            (str(n), name, year_of_birth, str(draw.randint(55, 95)))
            for n, (name, year_of_birth) in enumerate(zip(people, born, strict=True), start=1)
        ),
        "ballot": tuple((str(n), name, "", "") for n, name in enumerate(people[:5], start=1)),
        "raises": tuple(
            (
                str(n),
                name,
                pay_at("A1", step - 1, day).coefficient,
                pay_at("A1", step, day).coefficient,
                f"01/{draw.randint(1, 6):02d}/{year}",
            )
            for n, (name, step) in enumerate(zip(people, steps, strict=True), start=1)
        ),
        "counts": (
            ("Cơ quan hành chính", "412", "96", "301", "15"),
            ("Đơn vị sự nghiệp giáo dục", "2.310", "288", "1.904", "118"),
            ("Đơn vị sự nghiệp y tế", "1.105", "204", "613", "288"),
        ),
    }
