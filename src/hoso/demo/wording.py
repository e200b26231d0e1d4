"""From a planned paper to what its page says: the data the Typst layouts set.

A body in a recipe is lines of text; how a line begins says what it is:

    # Heading            centred and bold
    I. HEADING           a part, bold
    Điều 1. Text         an article or numbered paragraph, its number bold
    - Text               an item of a list
    Label :: value       a field somebody filled in ("::!" prints the value bold)
    > Text               a remark in italics
    | name               the table of that name, its rows from the paper
"""

from __future__ import annotations

import random
import re
from typing import Any

from hoso.demo.chance import draw_for
from hoso.demo.province import Paper
from hoso.demo.stock import Letterhead, Recipe, Stock
from hoso.kernel.dates import PartialDate

__all__ = ["long_date", "page_data", "subject_on_page"]

_LEAD = re.compile(r"((?:Điều|Mục) \d+\.|\d+\.(?:\d+\.)?)\s+(.*)", re.DOTALL)
_PART = re.compile(r"[IVX]+\. ")
# Papers from before the offices' word processors are set in another face.
_EARLY = "1998"
_MARKING = {2: "MẬT", 3: "TỐI MẬT", 4: "TUYỆT MẬT"}


def long_date(text: str) -> str:
    """Write a date as ND 30/2020 wants it: days under 10, January and February with a zero."""
    date = PartialDate.parse(text)
    month = f"{date.month:02d}" if date.month < 3 else str(date.month)
    if date.day:
        return f"ngày {date.day:02d} tháng {month} năm {date.year}"
    return f"tháng {month} năm {date.year}" if date.month else f"năm {date.year}"


def subject_on_page(recipe: Recipe, subject: str) -> str:
    """The subject with the words a paper of this kind puts before it."""
    return recipe.printed_as.format(subject=subject)


def page_data(paper: Paper, stock: Stock) -> dict[str, Any]:
    """Everything the layout of this paper asks for, as plain values."""
    recipe = stock.recipes[paper.recipe]
    letterhead = stock.letterheads[paper.office or paper.unit]
    facts = {**_common(paper, letterhead), **paper.facts}
    draw = draw_for(paper.seed)
    body = draw.choice(recipe.bodies)
    return {
        "early": bool(paper.date) and paper.date < _EARLY,
        "subject": paper.subject,
        "agency": paper.agency,
        "head": list(letterhead.office.head),
        "letterhead": bool(paper.agency),
        "number": paper.number,
        "symbol": paper.symbol,
        "place-date": _place_date(letterhead, paper.date),
        "marking": _MARKING.get(paper.level, ""),
        "form-number": recipe.form_number.format_map(facts),
        "form-capitals": recipe.title.format_map(facts).upper(),
        "printed-subject": subject_on_page(recipe, paper.subject),
        "authority": letterhead.authority,
        "grounds": _grounds(recipe, paper, stock, facts),
        "addressees": [line.format_map(facts) for line in recipe.addressees],
        "recipients": [line.format_map(facts) for line in recipe.recipients],
        "blocks": [
            _block(line.format_map(facts), recipe, paper) for line in body.splitlines() if line
        ],
        "signatures": [_signature(who, paper, letterhead, facts, draw) for who in recipe.signs],
        "stamp": {"turn": draw.randint(-14, 14)},
        "copy": _copy_certificate(paper, facts) if recipe.copied else [],
    }


def _common(paper: Paper, letterhead: Letterhead) -> dict[str, str]:
    return {
        "agency": letterhead.office.label,
        "agency-capitals": letterhead.authority,
        "head-title": letterhead.title,
        "staff": letterhead.staff,
        "staff-head": letterhead.staff_head,
        "place": letterhead.office.place,
        "number": paper.number,
        "symbol": paper.symbol,
        "date": PartialDate.parse(paper.date).vietnamese if paper.date else "",
        "long-date": long_date(paper.date) if paper.date else "",
        "year": paper.date[:4],
        "subject": paper.subject,
        "signer": paper.signer,
        "name": paper.person_name,
    }


def _place_date(letterhead: Letterhead, date: str) -> str:
    return f"{letterhead.office.place}, {long_date(date)}" if date else ""


def _grounds(
    recipe: Recipe, paper: Paper, stock: Stock, facts: dict[str, str]
) -> list[dict[str, str]]:
    keys = tuple(key.format_map(facts) for key in recipe.grounds)
    lines = [f"Căn cứ {text};" for text in stock.grounds_for(keys, paper.date)]
    lines += [line.format_map(facts) for line in recipe.basis]
    return [{"kind": "ground", "text": line} for line in lines]


def _block(line: str, recipe: Recipe, paper: Paper) -> dict[str, Any]:
    if line.startswith("# "):
        return {"kind": "title", "text": line[2:]}
    if line.startswith("> "):
        return {"kind": "note", "text": line[2:]}
    if line.startswith("- "):
        return {"kind": "item", "text": line[2:]}
    if line.startswith("| "):
        name = line[2:].strip()
        shape = recipe.tables[name]
        rows = [list(row) for row in paper.rows.get(name, ())]
        return {
            "kind": "table",
            "header": list(shape.header),
            "widths": list(shape.widths),
            "rows": rows,
        }
    label, mark, value = line.partition(" ::")
    if mark:
        strong = value.startswith("!")
        return {"kind": "field", "label": label, "text": value.lstrip("! "), "strong": strong}
    if _PART.match(line):
        return {"kind": "part", "text": line}
    if found := _LEAD.match(line):
        return {"kind": "lead", "lead": found.group(1), "text": found.group(2)}
    return {"kind": "text", "text": line}


def _signature(
    who: str, paper: Paper, letterhead: Letterhead, facts: dict[str, str], draw: random.Random
) -> dict[str, Any]:
    """One signature; *who* is ``issuer``, ``person``, or ``CAPACITY|name-fact``."""
    scrawl = _scrawl(draw)
    if who == "issuer":
        capacity = letterhead.office.deputy if "deputy" in facts else letterhead.office.capacity
        return _signed(capacity, facts.get("head", paper.signer), scrawl, stamped=True)
    if who == "person":
        place_date = "" if paper.agency else _place_date(letterhead, paper.date)
        note = "(Ký, ghi rõ họ tên)"
        return _signed(
            facts.get("declarer", "NGƯỜI KHAI"),
            paper.person_name,
            scrawl,
            place_date=place_date,
            note=note,
        )
    capacity, _, fact = who.partition("|")
    return _signed(capacity.format_map(facts), facts[fact], scrawl)


def _signed(
    capacity: str,
    name: str,
    scrawl: list[list[float]],
    *,
    stamped: bool = False,
    place_date: str = "",
    note: str = "",
) -> dict[str, Any]:
    return {
        "capacity": capacity,
        "name": name,
        "scrawl": scrawl,
        "stamped": stamped,
        "place-date": place_date,
        "note": note,
    }


def _scrawl(draw: random.Random) -> list[list[float]]:
    """A signature nobody could read: a start and five to eight loops, in millimetres."""
    x, y = 0.0, draw.uniform(6, 10)
    points = [[x, y]]
    for _ in range(draw.randint(5, 8)):
        end_x, end_y = x + draw.uniform(2, 7), draw.uniform(3, 13)
        points.append(
            [
                round(value, 2)
                for value in (
                    x + draw.uniform(-3, 5),
                    y + draw.uniform(-9, 9),
                    end_x - draw.uniform(-4, 5),
                    end_y + draw.uniform(-9, 9),
                    end_x,
                    end_y,
                )
            ]
        )
        x, y = end_x, end_y
    return points


def _copy_certificate(paper: Paper, facts: dict[str, str]) -> list[str]:
    return [
        f"Số chứng thực: {paper.seed % 900 + 100}, quyển số 01 - SCT/BS",
        f"{facts['copy-date']}",
        "TM. ỦY BAN NHÂN DÂN PHƯỜNG MẪU TRUNG",
        f"(Đã ký, đóng dấu) {facts['copy-signer']}",
    ]
