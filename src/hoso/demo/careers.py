"""One person's career as the papers it leaves: pure, from a roster row and a draw.

The papers come out as drafts.  Needed ones are always made (they prove something, or the
roster asks for them); the others fill the dossiers until the plan has its 600.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Mapping
from dataclasses import dataclass, field

from hoso.demo import households
from hoso.demo.chance import on_weekday, working_day
from hoso.demo.curriculum import AS_OF, LEFT, Curriculum
from hoso.demo.posts import raise_years
from hoso.demo.province import Rows
from hoso.demo.stock import RosterRow, Stock
from hoso.kernel.dates import PartialDate

__all__ = ["Draft", "Life", "live"]

Facts = Mapping[str, str]

_STATUS = {
    "leader": "DANG_CT",
    "serving": "DANG_CT",
    "transferred": "DANG_CT",
    "probation": "TAP_SU",
    "maternity": "THAI_SAN",
    "studying": "DI_HOC",
    "suspended": "DINH_CHI",
    "seconded": "BIET_PHAI",
    "retiring": "CHO_HUU",
    "retired": "NGHI_HUU",
    "resigned": "THOI_VIEC",
    "dismissed": "BUOC_TV",
    "gone": "CHUYEN_DI",
    "contract-ended": "HET_HD",
    "abandoned": "BO_VIEC",
    "deceased": "TU_TRAN",
    "disabled": "MSLD",
}
# The paper that changes a person's standing.
_TURN = {
    "maternity": "maternity",
    "studying": "study",
    "suspended": "suspension",
    "seconded": "secondment",
    "retiring": "retirement-notice",
    "retired": "retirement",
    "resigned": "resignation",
    "dismissed": "discipline",
    "gone": "transfer-out",
    "contract-ended": "contract-end",
    "abandoned": "absence",
    "deceased": "death",
    "disabled": "disability-retirement",
}
_BENEFIT = {"deceased": "tử tuất", "disabled": "mất sức lao động"}


@dataclass(frozen=True)
class Draft:
    """A paper before it has a number; ``tag`` says what it proves."""

    recipe: str
    date: str
    needed: bool = True
    tag: str = ""
    facts: Facts = field(default_factory=dict)
    rows: Mapping[str, Rows] = field(default_factory=dict)
    unit: str = ""


@dataclass(frozen=True)
class Life:
    """A career: who, the papers, and the changes of standing as (status, date, tag of proof)."""

    row: RosterRow
    name: str
    birth_date: str
    position: str
    facts: Facts
    drafts: tuple[Draft, ...]
    turns: tuple[tuple[str, str, str], ...]


def live(row: RosterRow, stock: Stock, draw: random.Random, *, name: str, code: str) -> Life:
    """Return the career of the person in this *row* under that *name*."""
    career = _Career(Curriculum(row, stock, draw, name=name, code=code))
    career.enter()
    career.serve()
    career.do_extras()
    career.turn()
    return Life(
        row=row,
        name=name,
        birth_date=career.past.birth_date,
        position=row.post,
        facts=career.past.facts,
        drafts=tuple(career.drafts),
        turns=tuple(career.turns),
    )


class _Career:
    """Gathers the papers of one life; made and thrown away by ``live``."""

    def __init__(self, past: Curriculum) -> None:
        self.past = past
        self.row = past.row
        self.draw = past.draw
        self.complete = "complete" in past.row.extras
        self.drafts: list[Draft] = []
        self.turns: list[tuple[str, str, str]] = []

    def add(
        self,
        recipe: str,
        when: dt.date,
        facts: Facts | None = None,
        *,
        needed: bool = True,
        tag: str = "",
        rows: Mapping[str, Rows] | None = None,
    ) -> None:
        """Write a paper, unless the day has not come yet."""
        date = on_weekday(when).isoformat()
        if date <= AS_OF:
            said = {**self.past.at(when.year), **(facts or {})}
            unit = self.past.unit_at(when.year)
            self.drafts.append(Draft(recipe, date, needed, tag, said, rows or {}, unit))

    def has(self) -> bool:
        """Tell whether a paper that ought to be here is; old dossiers lack most."""
        entered = self.row.entered
        share = 0.25 if entered < 1990 else 0.45 if entered < 2000 else 0.7
        return self.complete or self.draw.random() < share

    def enter(self) -> None:
        """Write the original dossier: TT 11/2012/TT-BNV article 9, TT 07/2019/TT-BNV."""
        row, past, day = self.row, self.past, self.past.recruited
        soon = day + dt.timedelta(days=self.draw.randint(8, 50))
        before = day - dt.timedelta(days=self.draw.randint(15, 70))
        if row.kind == "NLD":
            self._sign(day, "không xác định thời hạn", tag="entry")
            self.turns.append(("DANG_CT", day.isoformat(), "entry"))
        else:
            effective = {"effective": _day(day + dt.timedelta(days=10))}
            self.add("recruitment", day, effective, tag="entry")
            self.turns.append(("TAP_SU", day.isoformat(), "entry"))
            if self.has():
                self.add("booklet", soon, rows=past.tables(soon))
        if self.has():
            self.add("cv", soon, past.pay(soon), rows=past.tables(soon))
        if self.has():
            self.add("birth", before)
        if self.has():
            rows = households.checkup(self.draw)
            self.add("health", before, {"health-reason": "tuyển dụng"}, rows=rows)
        if self.has():
            self._graduate()
        if row.kind == "VC" and row.entered >= 2010 and self.has():
            self.add("judicial", before)
        if row.kind == "VC" and row.entered >= 2004 and self.has():
            self._sign(soon, "hợp đồng làm việc xác định thời hạn 12 tháng")
        self.add("identity", before, self._copy(before), needed=False)

    def _sign(self, day: dt.date, term: str, *, tag: str = "") -> None:
        employee = self.row.kind == "VC"
        facts = {
            "contract-title": "Hợp đồng làm việc" if employee else "Hợp đồng lao động",
            "contract-symbol": "HĐLV" if employee else "HĐLĐ",
            "contract-law": "employees" if employee else "labour",
            "contract-term": term,
            "coefficient": self.past.facts["first-coefficient"],
            "effective": _day(day + dt.timedelta(days=5)),
        }
        self.add("contract", day, facts, tag=tag)

    def _graduate(self) -> None:
        year = int(self.past.facts["graduated"])
        kinds = {"Phổ thông": "tốt nghiệp trung học phổ thông", "Trung cấp": "trung cấp"}
        facts = {
            "diploma": kinds.get(self.past.post.degree, "cử nhân"),
            "honours": self.draw.choice(("Khá", "Giỏi", "Trung bình khá")),
            "study-mode": self.draw.choice(("Chính quy", "Chính quy", "Vừa làm vừa học")),
            **self._copy(self.past.recruited),
        }
        self.add("diploma", working_day(self.draw, year, 6, 6), facts)

    def _copy(self, day: dt.date) -> Facts:
        return {
            "copy-date": f"Ngày {day.day:02d} tháng {day.month:02d} năm {day.year}",
            "copy-signer": self.past.somebody("copy"),
        }

    def serve(self) -> None:
        """Write what every year of service brings."""
        row, past, draw = self.row, self.past, self.draw
        if row.kind != "NLD" and row.situation != "probation":
            day = on_weekday(past.recruited + dt.timedelta(days=380))
            kept = row.entered >= 2000 or self.complete
            self.add("rank", day, {"effective": _day(day)}, needed=kept, tag="confirmed")
            self.turns.append(("DANG_CT", day.isoformat(), "confirmed"))
        cycle = raise_years(past.post.group)
        for year in range(max(row.entered + 1 + cycle, 1994), past.last_year, cycle):
            day = working_day(draw, year, 4, 10)
            kept = "raises" in row.extras and year >= 2005
            facts = {**past.pay(day), "effective": f"01/{day.month:02d}/{year}"}
            self.add("raise", day, facts, needed=kept)
        reviewed_from = max(row.entered + 1, 2009) if row.kind != "NLD" else past.last_year
        for year in range(reviewed_from, past.last_year):
            self._review(year, needed=self.complete and year == past.last_year - 1)
        if self.complete:
            self.add("contents", working_day(draw, past.last_year - 1, 12, 12))
        if past.moved:
            day = working_day(draw, past.moved, 2, 10)
            facts = {"effective": _day(day + dt.timedelta(days=14))}
            self.add("transfer", day, facts, tag="moved")

    def _review(self, year: int, *, needed: bool) -> None:
        """Write the papers of the end of a year; contract workers have none."""
        end = working_day(self.draw, year, 12, 12)
        self.add("supplement", end, households.changes(self.draw), needed=needed)
        rows = households.tasks(self.draw, year)
        self.add("evaluation", end, households.rating(self.draw), needed=needed, rows=rows)

    def do_extras(self) -> None:
        """Write what the roster asks for beyond the usual."""
        past = self.past
        for extra in self.row.extras:
            for recipe, first_year in _EXTRAS.get(extra, ()):
                low = max(self.row.entered + 2, first_year)
                high = max(low, past.last_year - 1)
                for _ in range(2 if extra == "award" else 1):
                    year = self.draw.randint(low, high)
                    if extra in _WITH_POST:
                        year = past.rose
                    elif extra in _HOLDING_POST:
                        year = max(year, past.rose)
                    self._extra(recipe, year)

    def _extra(self, recipe: str, year: int) -> None:
        draw, past = self.draw, self.past
        day = working_day(draw, min(year, int(AS_OF[:4])), *_MONTHS.get(recipe, (2, 9)))
        rows = {
            **past.tables(day),
            **households.tasks(draw, day.year),
            **households.belongings(draw),
        }
        facts = {
            **past.pay(day),
            **households.changes(draw),
            **households.rating(draw),
            **households.ballot(draw),
            **households.course(draw, past.stock.names, day),
            **self._copy(day),
            "effective": _day(day + dt.timedelta(days=12)),
            "post": self.row.post,
            "old-post": "Phó Trưởng phòng" if self.row.kind == "CC" else "Tổ trưởng chuyên môn",
            "allowance": draw.choice(("0,50", "0,60", "0,70")),
            "award-year": str(day.year - 1),
            "month": f"{day.month:02d}",
            "term": f"{day.year} - {day.year + 5}",
            "penalty": "khiển trách",
            "fault": "vi phạm quy định về giờ giấc làm việc",
            "receiver": past.facts["reader"],
            "pieces": str(draw.randint(18, 41)),
        }
        self.add(recipe, day, facts, rows=rows)

    def turn(self) -> None:
        """Write the paper, and note the event, that brought the person where the roster says."""
        row = self.row
        status = _STATUS[row.situation]
        if row.situation == "transferred":
            moved = next(draft.date for draft in self.drafts if draft.tag == "moved")
            self.turns.append((status, moved, "moved"))
        if row.situation not in _TURN:
            return
        if not row.since[:4].isdigit():
            # Nobody knows when it was; the paper only says that it happened.
            self.add(_TURN[row.situation], working_day(self.draw, self.past.last_year, 5, 9))
            self.turns.append((status, "", ""))
            return
        since = PartialDate.parse(row.since).vietnamese
        facts = {
            "effective": since,
            "penalty": "buộc thôi việc",
            "fault": "thu, chi tiền phạt không đúng quy định, gây thất thoát ngân sách",
            "course": "lớp đào tạo trình độ thạc sĩ",
            "course-school": self.past.stock.names.schools[1],
        }
        self.add(_TURN[row.situation], self._signed_before(), facts, tag="turn")
        self.turns.append((status, row.since, "turn"))
        left = dt.date.fromisoformat(row.since)
        if "benefits" in row.extras:
            benefit = {"benefit": _BENEFIT.get(row.situation, "hưu trí"), "effective": since}
            self.add("benefits", left + dt.timedelta(days=25), benefit)
        if row.situation in LEFT:
            self.add("contents", left + dt.timedelta(days=40))

    def _signed_before(self) -> dt.date:
        """Decisions come some weeks before their day, an extract from a register after it."""
        day = dt.date.fromisoformat(self.row.since)
        if self.row.situation == "deceased":
            return day + dt.timedelta(days=self.draw.randint(3, 9))
        # ND 135/2020 and ND 143/2020: notice of retirement six months ahead.
        ahead = (150, 180) if self.row.situation == "retiring" else (12, 45)
        return day - dt.timedelta(days=self.draw.randint(*ahead))


def _day(day: dt.date) -> str:
    return f"{day:%d/%m/%Y}"


# A post is proposed and voted on before it is given.
_MONTHS = {"ballot": (2, 2), "proposal": (3, 4), "appointment": (6, 9)}
_WITH_POST = frozenset({"appointed", "proposal"})
_HOLDING_POST = frozenset({"biography", "assets", "appraisal"})
# What an extra of the roster brings: recipes, each with the first year it makes sense in.
_EXTRAS: dict[str, tuple[tuple[str, int], ...]] = {
    "abroad": (("abroad", 2010),),
    "allowance": (("allowance", 2012),),
    "appointed": (("appointment", 2006),),
    "appraisal": (("appraisal", 2015),),
    "assets": (("assets", 2014),),
    "award": (("award", 2005),),
    "biography": (("biography", 2008),),
    "confirmation": (("confirmation", 2014),),
    "consultation": (("consultation", 2015),),
    "delivery": (("delivery", 2017),),
    "discipline": (("discipline", 2012),),
    "handover": (("handover", 2013),),
    "insurance": (("insurance", 2017),),
    "monthly": (("monthly", 2022),),
    "petition": (("petition", 2016),),
    "priority": (("priority", 2016),),
    "proposal": (("proposal", 2013), ("ballot", 2013)),
    "secret": (("secret", 2021),),
    "study": (("study", 2011), ("certificate", 2012)),
    "tax": (("tax", 2012),),
    "union": (("union", 2013),),
}
