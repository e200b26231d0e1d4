"""A small office: a handful of the demo's people with some of their papers, read and indexed.

The whole demo takes minutes to read; this takes seconds and shows the same situations:
serving, retired long ago and lately, deceased, on hold, two of one name, a secret paper, and
case files whose time is up, unknown or stopped.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Collection
from pathlib import Path

from hoso.app.house import found_site
from hoso.app.seeding import seed
from hoso.app.worker import Worker
from hoso.demo.papers import Press
from hoso.demo.plan import make_plan
from hoso.demo.production import make
from hoso.demo.province import Plan
from hoso.demo.site import PASSWORDS, file_plan
from hoso.demo.stock import load_stock
from hoso.testing.passwords import cheap_passwords

__all__ = ["CASES", "FILED", "PEOPLE", "SmallOffice"]

#: Whose dossiers are there.
PEOPLE = ("M-0001", "M-0009", "M-0012", "M-0013", "M-0030", "M-0043", "M-0044", "M-0047")
CASES = ("V-2001-01", "V-2012-01", "V-2013-02", "V-2015-01", "V-2016-02", "V-2018-01")
#: Numbers, in the demo's plan, of the papers that are filed: five of M-0001, one of each other
#: dossier that must have one (108 is secret).
FILED = frozenset((9, 13, 15, 16, 18, 108, 146, 307, 558, 569, 573, 576, 579))


class SmallOffice:
    """Makes the office in a folder, once; and the files that are handed in later."""

    def __init__(self, home: Path) -> None:
        profile = home / "profiles" / "demo"
        stock = load_stock(profile)
        self._press = Press(stock)
        self._whole = make_plan(stock)

    def found(self, folder: Path) -> None:
        """Make the site in *folder*, with every paper read and the index up to date."""
        plan = _part(self._whole, FILED)
        with cheap_passwords(), found_site(folder, "demo") as house:
            seed(house, passwords=PASSWORDS)
            made = [(paper, make(self._press, paper)) for paper in plan.papers]
            file_plan(house, plan, made, _Silent())
            Worker(house).run(until_empty=True)
            house.catch_up()

    def send(self, number: int, folder: Path) -> Path:
        """Write a paper of the demo's plan that is not filed here into *folder*."""
        paper = self._whole.papers[number]
        path = folder / paper.file_name
        path.write_bytes(make(self._press, paper))
        return path


def _part(plan: Plan, numbers: Collection[int]) -> Plan:
    return dataclasses.replace(
        plan,
        people=tuple(person for person in plan.people if person.code in PEOPLE),
        cases=tuple(case for case in plan.cases if case.code in CASES),
        papers=tuple(paper for paper in plan.papers if paper.index in numbers),
    )


class _Silent:
    """Nobody watches."""

    def say(self, text: str) -> None:
        """Keep it."""

    def progress(self, text: str) -> None:
        """Keep it."""
