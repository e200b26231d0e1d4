"""What the demo profile lays ready: letterheads, the law by date, recipes of papers, names.

Read once from ``profiles/demo``; nothing is decided here.  The formats are described in the
README of its folder ``papers``.
"""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hoso.demo.names import Names
from hoso.demo.province import Office
from hoso.kernel.text import nfc

__all__ = [
    "CaseRow",
    "Ground",
    "Letterhead",
    "Recipe",
    "RosterRow",
    "Stock",
    "TableShape",
    "load_stock",
]


@dataclass(frozen=True)
class Letterhead:
    """How an office signs and is spoken of."""

    office: Office
    authority: str
    title: str
    staff: str
    staff_head: str
    stamp: tuple[str, str]


@dataclass(frozen=True)
class Ground:
    """An instrument a decision may rest on, between two dates; "" is no limit."""

    key: str
    valid_from: str
    valid_to: str
    text: str


@dataclass(frozen=True)
class TableShape:
    """The head row of a table and the widths of its columns."""

    header: tuple[str, ...]
    widths: tuple[float, ...]


@dataclass(frozen=True)
class Recipe:
    """How one kind of paper reads; texts hold ``{placeholders}`` for the facts of a paper."""

    key: str
    type: str
    form: str
    layout: str
    title: str
    symbol: str
    issuer: str
    subjects: tuple[str, ...]
    printed_as: str
    grounds: tuple[str, ...]
    basis: tuple[str, ...]
    bodies: tuple[str, ...]
    tables: Mapping[str, TableShape]
    addressees: tuple[str, ...]
    recipients: tuple[str, ...]
    signs: tuple[str, ...]
    form_number: str
    level: int
    copied: bool


@dataclass(frozen=True)
class RosterRow:
    """One of the sixty: the situation to show and what it takes; "" is left to the seed."""

    situation: str
    kind: str
    unit: str
    former: str
    gender: str
    entered: int
    since: str
    name: str
    birth: str
    post: str
    extras: tuple[str, ...]
    hold: str


@dataclass(frozen=True)
class CaseRow:
    """A case file and its papers as (recipe, date, facts, rows)."""

    code: str
    type: str
    title: str
    unit: str
    begun: str
    closed: str
    open: bool
    hold: str
    papers: tuple[tuple[str, str, Mapping[str, str]], ...]


@dataclass(frozen=True)
class Stock:
    """Everything read from the profile."""

    folder: Path
    offices: tuple[Office, ...]
    roster: tuple[RosterRow, ...]
    cases: tuple[CaseRow, ...]
    letterheads: Mapping[str, Letterhead]
    grounds: tuple[Ground, ...]
    recipes: Mapping[str, Recipe]
    names: Names

    def grounds_for(self, keys: tuple[str, ...], date: str) -> tuple[str, ...]:
        """The instruments of these *keys* that were in force on *date*."""
        return tuple(
            ground.text
            for key in keys
            for ground in self.grounds
            if ground.key == key
            and ground.valid_from <= date
            and (not ground.valid_to or date <= ground.valid_to)
        )

    def manager_of(self, unit: str) -> str:
        """The office that keeps the staff of *unit*: its department, or the unit itself."""
        office = self.letterheads[unit].office
        if office.level == 1:
            return "so-noi-vu"
        return office.parent if office.level > 2 else unit

    def issuer_of(self, recipe: Recipe, unit: str) -> str:
        """The office whose letterhead a paper of this kind about *unit* carries."""
        match recipe.issuer:
            case "unit" | "none":
                return unit
            case "manager":
                return self.manager_of(unit)
            case "above":
                parent = self.letterheads[unit].office.parent
                return parent or unit
            case named:
                return _NAMED.get(named, named)


_NAMED = {"province": "tinh-mau", "home-affairs": "so-noi-vu", "ward": "phuong-mau-trung"}


def load_stock(profile: Path) -> Stock:
    """Read the demo *profile* (the folder ``profiles/demo``)."""
    folder = profile / "papers"
    recipes = {
        key: _recipe(key, spec)
        for path in sorted((folder / "recipes").glob("*.toml"))
        for key, spec in _toml(path).items()
    }
    offices = _letterheads(folder / "offices.toml")
    return Stock(
        folder=folder,
        offices=tuple(letterhead.office for letterhead in offices.values()),
        roster=_roster(profile / "people.csv"),
        cases=tuple(_case(spec) for spec in _toml(profile / "cases.toml")["case"]),
        letterheads={**offices, **_letterheads(folder / "outside.toml")},
        grounds=_grounds(folder / "grounds.csv"),
        recipes=recipes,
        names=_names(_toml(folder / "names.toml")),
    )


def _toml(path: Path) -> dict[str, Any]:
    return tomllib.loads(nfc(path.read_text(encoding="utf-8")))


def _letterheads(path: Path) -> dict[str, Letterhead]:
    return {key: _letterhead(key, spec) for key, spec in _toml(path).items()}


def _roster(path: Path) -> tuple[RosterRow, ...]:
    with path.open(encoding="utf-8", newline="") as lines:
        return tuple(
            RosterRow(
                situation=row["situation"],
                kind=row["kind"],
                unit=row["unit"],
                former=row["former"],
                gender=row["gender"],
                entered=int(row["entered"]),
                since=row["since"],
                name=nfc(row["name"]),
                birth=row["birth"],
                post=nfc(row["post"]),
                extras=tuple(row["extras"].split()),
                hold=nfc(row["hold"]),
            )
            for row in csv.DictReader(lines)
        )


def _case(spec: Mapping[str, Any]) -> CaseRow:
    return CaseRow(
        code=spec["code"],
        type=spec["type"],
        title=spec["title"],
        unit=spec["unit"],
        begun=spec["begun"],
        closed=spec.get("closed", ""),
        open=spec.get("open", False),
        hold=spec.get("hold", ""),
        papers=tuple(
            (paper["recipe"], paper["date"], paper.get("facts", {})) for paper in spec["papers"]
        ),
    )


def _letterhead(key: str, spec: Mapping[str, Any]) -> Letterhead:
    office = Office(
        key=key,
        label=spec["label"],
        parent=spec["parent"],
        level=spec["level"],
        abbreviation=spec["abbreviation"],
        head=(spec["head"][0], spec["head"][1]),
        capacity=spec["capacity"],
        deputy=spec["deputy"],
        place=spec["place"],
    )
    return Letterhead(
        office=office,
        authority=spec["authority"],
        title=spec["title"],
        staff=spec["staff"],
        staff_head=spec["staff-head"],
        stamp=(spec["stamp"][0], spec["stamp"][1]),
    )


def _grounds(path: Path) -> tuple[Ground, ...]:
    with path.open(encoding="utf-8", newline="") as lines:
        return tuple(
            Ground(row["key"], row["from"], row["to"], nfc(row["text"]))
            for row in csv.DictReader(lines)
        )


def _recipe(key: str, spec: Mapping[str, Any]) -> Recipe:
    return Recipe(
        key=key,
        type=spec["type"],
        form=spec["form"],
        layout=spec["layout"],
        title=spec.get("title", spec["form"]),
        symbol=spec.get("symbol", ""),
        issuer=spec.get("issuer", "unit"),
        subjects=tuple(spec["subjects"]),
        printed_as=spec.get("printed-as", "{subject}"),
        grounds=tuple(spec.get("grounds", ())),
        basis=tuple(spec.get("basis", ())),
        bodies=tuple(body.strip() for body in spec["bodies"]),
        tables={
            name: TableShape(tuple(shape["header"]), tuple(shape["widths"]))
            for name, shape in spec.get("tables", {}).items()
        },
        addressees=tuple(spec.get("addressees", ())),
        recipients=tuple(spec.get("recipients", ())),
        signs=tuple(spec.get("signs", ("issuer",))),
        form_number=spec.get("form-number", ""),
        level=spec.get("level", 0),
        copied=spec.get("copied", False),
    )


def _names(spec: Mapping[str, Any]) -> Names:
    return Names(
        families=tuple(spec["families"]),
        middle_female=spec["middle-female"],
        middle_male=spec["middle-male"],
        mark=spec["mark"],
        given_female=tuple(spec["given-female"]),
        given_male=tuple(spec["given-male"]),
        fixed=tuple(spec["fixed"]),
        villages=tuple(spec["villages"]),
        schools=tuple(spec["schools"]),
        subjects_of_study=tuple(spec["subjects-of-study"]),
    )
