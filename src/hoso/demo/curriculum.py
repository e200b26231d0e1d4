"""What is known of one invented person, year by year, in the words papers use."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Mapping

from hoso.demo import households
from hoso.demo.chance import draw_for, working_day
from hoso.demo.posts import POSTS, pay_at, raise_years
from hoso.demo.province import Rows
from hoso.demo.stock import RosterRow, Stock
from hoso.kernel.dates import PartialDate

__all__ = ["AS_OF", "LEFT", "Curriculum"]

#: The day the demo stops at; nothing is dated later.
AS_OF = "2026-10-31"
#: Situations of people who are no longer in the service of the province.
LEFT = frozenset(
    [
        "retired",
        "resigned",
        "dismissed",
        "gone",
        "contract-ended",
        "abandoned",
        "deceased",
        "disabled",
    ]
)
_KINDS = {
    "CC": {
        "kind-label": "công chức",
        "law": "officials",
        "hire-law": "hire-officials",
        "cv-kind": "cán bộ, công chức",
        "rank-word": "ngạch",
        "booklet-title": "Quyển lý lịch cán bộ, công chức",
    },
    "VC": {
        "kind-label": "viên chức",
        "law": "employees",
        "hire-law": "hire-employees",
        "cv-kind": "viên chức",
        "rank-word": "chức danh nghề nghiệp",
        "booklet-title": "Lý lịch viên chức",
    },
    "NLD": {
        "kind-label": "người lao động",
        "law": "labour",
        "hire-law": "contract-work",
        "cv-kind": "",
        "rank-word": "chức danh",
        "booklet-title": "",
    },
}


class Curriculum:
    """One person's course of service; ``draw`` decides what the roster left open."""

    def __init__(
        self, row: RosterRow, stock: Stock, draw: random.Random, *, name: str, code: str
    ) -> None:
        self.row = row
        self.stock = stock
        self.draw = draw
        primary = row.post == "Giáo viên" and row.unit.startswith("tieu-hoc")
        self.post = POSTS["Giáo viên tiểu học" if primary else row.post]
        months = (1, 6) if row.situation == "probation" else (1, 11)
        self.recruited = working_day(draw, row.entered, *months)
        self.birth_date = row.birth or households.birth_date(self.recruited, draw)
        self.last_year = self._last_year()
        self.rose = self._year_of_rising()
        self.moved = self._year_of_moving()
        self.first_unit = row.former or row.unit
        self.facts = self._facts(name, code)

    def _last_year(self) -> int:
        row = self.row
        if row.situation not in LEFT:
            return int(AS_OF[:4])
        return int(row.since[:4]) if row.since[:4].isdigit() else row.entered + 7

    def _year_of_rising(self) -> int:
        """The year somebody who leads was appointed; 0 for everybody else."""
        if not self.post.leads:
            return 0
        return self.draw.randint(max(self.row.entered + 9, 2008), self.last_year - 3)

    def _year_of_moving(self) -> int:
        if not self.row.former:
            return 0
        return (self.rose or self.last_year - 1) - self.draw.randint(1, 4)

    def _facts(self, name: str, code: str) -> dict[str, str]:
        row, post, draw = self.row, self.post, self.draw
        female = row.gender == "female"
        birth = PartialDate.parse(self.birth_date)
        started = "A1" if post.leads else post.group
        return {
            **_KINDS[row.kind],
            **households.particulars(birth, self.stock.names, draw),
            "name": name,
            "NAME": name.upper(),
            "code": code,
            "honor": "bà" if female else "ông",
            "Honor": "Bà" if female else "Ông",
            "gender": "Nữ" if female else "Nam",
            "born": birth.vietnamese,
            "born-when": f"ngày {birth.vietnamese}" if birth.day else f"năm {birth.vietnamese}",
            "degree": post.degree,
            "study": post.study or draw.choice(self.stock.names.subjects_of_study),
            "graduated": str(row.entered - draw.randint(0, 2)),
            "recruited": f"{self.recruited:%d/%m/%Y}",
            "entered": f"{self.recruited:%m/%Y}",
            "first-unit": self.stock.letterheads[self.first_unit].office.label,
            "new-unit": self.stock.letterheads[row.unit].office.label,
            "first-coefficient": pay_at(started, 1, self.recruited.isoformat()).coefficient,
            "first-job": "Học sinh, sinh viên",
            "school": self.stock.letterheads["dai-hoc-mau"].office.label,
            "reader": self.somebody("reader"),
        }

    def somebody(self, what: str) -> str:
        """The name of a colleague who signs beside; the same for the whole dossier."""
        draw = draw_for(what, self.row.unit, self.row.entered)
        return self.stock.names.woman(draw)

    def unit_at(self, year: int) -> str:
        """The unit the person served in."""
        return self.row.unit if not self.moved or year > self.moved else self.first_unit

    def at(self, year: int) -> dict[str, str]:
        """Post, rank and unit as a paper of that *year* has them, and the forms in use."""
        led = year >= self.rose
        began = "Giáo viên" if self.row.kind == "VC" else "Chuyên viên"
        post = self.post if led else POSTS[began]
        unit = self.stock.letterheads[self.unit_at(year)]
        manager = self.stock.letterheads[self.stock.manager_of(unit.office.key)]
        return {
            "position": self.row.post if led else began,
            "duty": post.duty,
            "rank": post.rank,
            "rank-code": post.code,
            "unit": unit.office.label,
            "unit-head": unit.title,
            "manager": manager.office.label,
            **_forms_in_use(year, self.row.kind),
        }

    def pay(self, day: dt.date) -> dict[str, str]:
        """Step and coefficient on that *day*, and the step before."""
        group, since = self._pay_group(day.year)
        step = 1 + max(0, day.year - since - 1) // raise_years(group)
        now, before = (pay_at(group, n, day.isoformat()) for n in (step, step - 1))
        return {
            "step": now.step,
            "coefficient": now.coefficient,
            "old-step": before.step,
            "old-coefficient": before.coefficient,
        }

    def _pay_group(self, year: int) -> tuple[str, int]:
        """The pay group in that *year* and the year it was entered."""
        if year < self.rose:
            return "A1", self.recruited.year
        return self.post.group, self.rose or self.recruited.year

    def tables(self, day: dt.date) -> Mapping[str, Rows]:
        """The tables of form 2C-BNV/2008 as the person fills them in on that *day*."""
        facts = {**self.facts, **self.at(day.year)}
        graduated = int(facts["graduated"])
        study = f"09/{graduated - 4} - 06/{graduated}"
        return {
            "work": (
                (study, f"Sinh viên {facts['school']}"),
                (f"{facts['entered']} - nay", f"{facts['position']}, {facts['unit']}"),
            ),
            "family": households.family(facts, self.stock.names, self.draw),
            "training": ((facts["school"], facts["study"], study, "Chính quy", facts["degree"]),),
            "pay": self._pay_history(day.year),
        }

    def _pay_history(self, until: int) -> Rows:
        group, since = self._pay_group(until)
        code = self.at(until)["rank-code"]
        history = []
        for step, year in enumerate(range(since, until + 1, raise_years(group)), start=1):
            pay = pay_at(group, step, f"{year}-12-31")
            month = f"{self.recruited.month:02d}/{year}"
            history.append((month, f"{code}, {pay.step}", pay.coefficient))
        return tuple(history[-8:])


def _forms_in_use(year: int, kind: str) -> dict[str, str]:
    """The numbers printed on forms (QĐ 06/2007, QĐ 02/2008/QĐ-BNV, TT 07/2019/TT-BNV)."""
    employee = kind == "VC" and year >= 2019
    return {
        "cv-form": "Mẫu HS02-VC/BNV" if employee else "Mẫu 2C-BNV/2008" if year >= 2009 else "",
        "supplement-form": "Mẫu HS03-VC/BNV" if employee else "",
        "booklet-form": (
            "Mẫu HS01-VC/BNV" if employee else "Mẫu 1a-BNV/2007" if year >= 2008 else ""
        ),
        "computing": "Ứng dụng công nghệ thông tin cơ bản" if year >= 2000 else "Không",
    }
