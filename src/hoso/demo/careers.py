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
from hoso.demo.posts import POSTS, pay_at, raise_years
from hoso.demo.province import Rows
from hoso.demo.stock import RosterRow, Stock
from hoso.kernel.dates import PartialDate

__all__ = ["AS_OF", "Draft", "Life", "live"]

AS_OF = "2026-10-31"
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
_LEFT = frozenset(
    ["retired", "resigned", "dismissed", "gone", "contract-ended", "abandoned", "deceased", "disabled"]
)
# The paper that changes a person's standing.
_TURN = {
    "maternity": "maternity",
    "studying": "study",
    "suspended": "suspension",
    "seconded": "secondment",
    "retired": "retirement",
    "resigned": "resignation",
    "dismissed": "discipline",
    "gone": "transfer-out",
    "contract-ended": "contract-end",
    "abandoned": "absence",
    "deceased": "death",
    "disabled": "disability-retirement",
}


@dataclass(frozen=True)
class Draft:
    """A paper before it has a number: which, when, by whom, and why it cannot be left out."""

    recipe: str
    date: str
    needed: bool = True
    tag: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)
    rows: Mapping[str, Rows] = field(default_factory=dict)
    unit: str = ""


@dataclass(frozen=True)
class Life:
    """A career: who, the papers, and the changes of standing as (status, date, tag of proof)."""

    row: RosterRow
    name: str
    birth_date: str
    position: str
    facts: Mapping[str, str]
    drafts: tuple[Draft, ...]
    turns: tuple[tuple[str, str, str], ...]


def live(row: RosterRow, stock: Stock, draw: random.Random, *, name: str, code: str) -> Life:
    """Return the career of the person in this *row* under that *name*."""
    return _Career(row, stock, draw, name, code).life()


def working_day(draw: random.Random, year: int, first: int = 1, last: int = 12) -> dt.date:
    """A working day of *year* between two months."""
    return _on_weekday(dt.date(year, draw.randint(first, last), draw.randint(1, 28)))


def _on_weekday(day: dt.date) -> dt.date:
    """The Friday before, where *day* falls on a weekend: offices are shut then."""
    return day - dt.timedelta(days=max(0, day.weekday() - 4))


class _Career:
    """Gathers the papers of one life; made and thrown away by ``live``."""

    def __init__(
        self, row: RosterRow, stock: Stock, draw: random.Random, name: str, code: str
    ) -> None:
        self._row = row
        self._draw = draw
        self._post = POSTS[self._post_key(row)]
        month = (1, 6) if row.situation == "probation" else (1, 11)
        self._recruited = working_day(draw, row.entered, *month)
        self._birth = row.birth or households.birth_date(self._recruited, draw)
        self._home_unit = row.former or row.unit
        self._last_year = self._end_year()
        self._complete = "complete" in row.extras
        self._rose = self._rising_year()
        self._moved = self._moving_year()
        self._stock = stock
        self._drafts: list[Draft] = []
        self._turns: list[tuple[str, str, str]] = []
        self._facts = self._common(name, code)

    @staticmethod
    def _post_key(row: RosterRow) -> str:
        return (
            "Giáo viên tiểu học"
            if (row.post, row.unit)
            == (
                "Giáo viên",
                "tieu-hoc-mau-trung",
            )
            else row.post
        )

    def _end_year(self) -> int:
        if self._row.situation in _LEFT and self._row.since[:4].isdigit():
            return int(self._row.since[:4])
        if self._row.situation in _LEFT:
            return self._row.entered + 7
        return int(AS_OF[:4])

    def _moving_year(self) -> int:
        before = self._rose or self._last_year - 1
        return before - self._draw.randint(1, 4) if self._row.former else 0

    def _rising_year(self) -> int:
        """The year somebody who leads was appointed; 0 for everybody else."""
        if not self._post.leads:
            return 0
        return self._draw.randint(max(self._row.entered + 9, 2008), self._last_year - 3)

    def life(self) -> Life:
        self._on_entry()
        self._in_service()
        self._extras()
        self._turning()
        return Life(
            row=self._row,
            name=self._facts["name"],
            birth_date=self._birth,
            position=self._row.post,
            facts=self._facts,
            drafts=tuple(self._drafts),
            turns=tuple(self._turns),
        )

    # What is known of the person, in the words papers use.

    def _common(self, name: str, code: str) -> dict[str, str]:
        row, post, draw = self._row, self._post, self._draw
        female = row.gender == "female"
        unit = self._stock.letterheads[row.unit]
        servant = row.kind == "CC"
        birth = PartialDate.parse(self._birth)
        return {
            "name": name,
            "NAME": name.upper(),
            "code": code,
            "honor": "bà" if female else "ông",
            "Honor": "Bà" if female else "Ông",
            "gender": "Nữ" if female else "Nam",
            "born": birth.vietnamese,
            "born-when": f"ngày {birth.vietnamese}" if birth.day else f"năm {birth.vietnamese}",
            "position": row.post,
            "duty": post.duty,
            "degree": post.degree,
            "study": post.study or draw.choice(self._stock.names.subjects_of_study),
            "graduated": str(row.entered - draw.randint(0, 2)),
            "recruited": f"{self._recruited:%d/%m/%Y}",
            "entered": f"{self._recruited:%m/%Y}",
            "unit": unit.office.label,
            "unit-head": unit.title,
            "first-unit": self._stock.letterheads[self._home_unit].office.label,
            "manager": self._stock.letterheads[self._manager(row.unit)].office.label,
            "rank": post.rank,
            "rank-code": post.code,
            "rank-word": "ngạch" if servant else "chức danh nghề nghiệp",
            "first-coefficient": pay_at(
                "A1" if post.leads else post.group, 1, self._recruited.isoformat()
            ).coefficient,
            "kind-label": {"CC": "công chức", "VC": "viên chức"}.get(row.kind, "người lao động"),
            "law": {"CC": "officials", "VC": "employees"}.get(row.kind, "labour"),
            "hire-law": {"CC": "hire-officials", "VC": "hire-employees"}.get(
                row.kind, "contract-work"
            ),
            "cv-kind": {"CC": "cán bộ, công chức", "VC": "viên chức"}.get(row.kind, ""),
            "booklet-title": "Quyển lý lịch cán bộ, công chức" if servant else "Lý lịch viên chức",
            "first-job": "Học sinh, sinh viên",
            "school": self._stock.letterheads["dai-hoc-mau"].office.label,
            "reader": self._invent("reader"),
            **households.particulars(birth, self._stock.names, draw),
        }

    def _invent(self, what: str) -> str:
        names = self._stock.names
        draw = random.Random(f"{what}/{self._row.unit}/{self._row.entered}")
        given = draw.choice(names.given_female)
        return f"{draw.choice(names.families)} {names.middle_female} {names.mark} {given}"

    def _manager(self, unit: str) -> str:
        return self._stock.manager_of(unit)

    # Papers.

    def _add(
        self,
        recipe: str,
        when: dt.date,
        *,
        needed: bool = True,
        tag: str = "",
        rows: Mapping[str, Rows] | None = None,
        **facts: str,
    ) -> None:
        date = _on_weekday(when).isoformat()
        if date > AS_OF:
            return
        at = self._unit_at(when.year)
        office = self._stock.letterheads[at]
        spoken = {
            "unit": office.office.label,
            "unit-head": office.title,
            **self._post_at(when.year),
            **_forms_of(when.year, self._row.kind),
            **_dashed(facts),
        }
        self._drafts.append(Draft(recipe, date, needed, tag, spoken, rows or {}, at))

    def _unit_at(self, year: int) -> str:
        return self._row.unit if not self._moved or year > self._moved else self._home_unit

    def _post_at(self, year: int) -> dict[str, str]:
        """Who leads today began like everybody else."""
        if year >= self._rose:
            return {}
        began = "Giáo viên" if self._row.kind == "VC" else "Chuyên viên"
        post = POSTS[began]
        return {
            "position": began,
            "duty": post.duty,
            "rank": post.rank,
            "rank-code": post.code,
        }

    def _lacks(self) -> bool:
        """Tell whether this dossier lacks a paper it ought to have; old ones lack most."""
        if self._complete:
            return False
        entered = self._row.entered
        share = 0.75 if entered < 1990 else 0.55 if entered < 2000 else 0.3
        return self._draw.random() < share

    def _on_entry(self) -> None:
        """The original dossier: TT 11/2012/TT-BNV article 9, TT 07/2019/TT-BNV."""
        row, draw, day = self._row, self._draw, self._recruited
        effective = f"{day + dt.timedelta(days=10):%d/%m/%Y}"
        soon = day + dt.timedelta(days=draw.randint(8, 50))
        before = day - dt.timedelta(days=draw.randint(15, 70))
        if row.kind == "NLD":
            self._contract(day, "entry", "không xác định thời hạn")
        else:
            self._add("recruitment", day, tag="entry", effective=effective)
            if not self._lacks():
                self._add("booklet", soon, rows=self._tables(soon), **self._remarks())
        self._turns.append(("DANG_CT" if row.kind == "NLD" else "TAP_SU", day.isoformat(), "entry"))
        if not self._lacks():
            self._add("cv", soon, rows=self._tables(soon), **self._standing(soon))
        if not self._lacks():
            self._add("birth", before)
        if not self._lacks():
            self._add("health", before, rows=households.checkup(draw), health_reason="tuyển dụng")
        if not self._lacks():
            self._diploma()
        if row.kind == "VC" and row.entered >= 2010 and not self._lacks():
            self._add("judicial", before)
        if row.kind == "VC" and row.entered >= 2004 and not self._lacks():
            self._contract(soon, "", "hợp đồng làm việc xác định thời hạn 12 tháng")
        self._add("identity", before, needed=False, **self._copy(before))

    def _contract(self, day: dt.date, tag: str, term: str) -> None:
        employee = self._row.kind == "VC"
        self._add(
            "contract",
            day,
            tag=tag,
            contract_title="Hợp đồng làm việc" if employee else "Hợp đồng lao động",
            contract_symbol="HĐLV" if employee else "HĐLĐ",
            contract_law="employees" if employee else "labour",
            contract_term=term,
            coefficient=self._facts["first-coefficient"],
            effective=f"{day + dt.timedelta(days=5):%d/%m/%Y}",
        )

    def _diploma(self) -> None:
        graduated = int(self._facts["graduated"])
        day = working_day(self._draw, graduated, 6, 6)
        kind = {"Phổ thông": "tốt nghiệp trung học phổ thông", "Trung cấp": "trung cấp"}.get(
            self._post.degree, "cử nhân"
        )
        self._add(
            "diploma",
            day,
            diploma=kind,
            DIPLOMA=kind.upper(),
            diploma_symbol="BTN-ĐHM",
            honours=self._draw.choice(("Khá", "Giỏi", "Trung bình khá")),
            study_mode=self._draw.choice(("Chính quy", "Chính quy", "Vừa làm vừa học")),
            **self._copy(self._recruited),
        )

    def _copy(self, day: dt.date) -> dict[str, str]:
        return {
            "copy-date": f"Ngày {day.day:02d} tháng {day.month:02d} năm {day.year}",
            "copy-signer": self._invent("copy"),
        }

    def _standing(self, day: dt.date) -> dict[str, str]:
        """Step and coefficient on that *day*, and the step before."""
        group, since = self._pay_group(day.year)
        years = max(0, day.year - since - 1)
        step = 1 + years // raise_years(group)
        now, before = (pay_at(group, n, day.isoformat()) for n in (step, step - 1))
        return {
            "step": now.step,
            "coefficient": now.coefficient,
            "old-step": before.step,
            "old-coefficient": before.coefficient,
        }

    def _pay_group(self, year: int) -> tuple[str, int]:
        """The pay group in that *year* and the year it was entered."""
        if year < self._rose:
            return "A1", self._recruited.year
        return self._post.group, self._rose or self._recruited.year

    def _remarks(self) -> dict[str, str]:
        return {"remark": households.remark(self._draw)}

    def _tables(self, day: dt.date) -> dict[str, Rows]:
        facts = self._facts
        began = f"{self._recruited:%m/%Y}"
        post = {**facts, **self._post_at(day.year)}
        group, since = self._pay_group(day.year)
        pay = tuple(
            (
                f"{self._recruited.month:02d}/{year}",
                f"{post['rank-code']}, {at.step}",
                at.coefficient,
            )
            for n, year in enumerate(range(since, day.year + 1, raise_years(group)), start=1)
            for at in (pay_at(group, n, f"{year}-12-31"),)
        )[:8]
        graduated = int(facts["graduated"])
        return {
            "work": (
                (f"09/{graduated - 4} - 06/{graduated}", f"Sinh viên {facts['school']}"),
                (f"{began} - nay", f"{post['position']}, {facts['first-unit']}"),
            ),
            "family": households.family(facts, self._stock.names, self._draw),
            "training": (
                (
                    facts["school"],
                    facts["study"],
                    f"{graduated - 4} - {graduated}",
                    "Chính quy",
                    facts["degree"],
                ),
            ),
            "pay": pay,
        }

    def _in_service(self) -> None:
        row, draw, group = self._row, self._draw, self._post.group
        if row.kind != "NLD" and row.situation != "probation":
            confirmed = _on_weekday(self._recruited + dt.timedelta(days=380))
            self._add(
                "rank",
                confirmed,
                needed=row.entered >= 2000 or self._complete,
                tag="confirmed",
                effective=f"{confirmed:%d/%m/%Y}",
            )
            self._turns.append(("DANG_CT", confirmed.isoformat(), "confirmed"))
        for year in range(
            max(row.entered + 1 + raise_years(group), 1994), self._last_year, raise_years(group)
        ):
            day = working_day(draw, year, 4, 10)
            known = "raises" in row.extras
            self._add(
                "raise",
                day,
                needed=known and year >= 2005,
                effective=f"01/{day.month:02d}/{year}",
                **self._standing(day),
            )
        for year in range(max(row.entered + 1, 2009), self._last_year):
            end = working_day(draw, year, 12, 12)
            last = self._complete and year == self._last_year - 1
            if row.kind != "NLD":
                self._add("supplement", end, needed=last, **households.changes(draw))
            self._add(
                "evaluation",
                end,
                needed=last,
                rows=households.tasks(draw, year),
                **households.rating(draw),
            )
        if self._complete:
            self._add("contents", working_day(draw, self._last_year - 1, 12, 12))
        if self._moved:
            day = working_day(draw, self._moved, 2, 10)
            self._add(
                "transfer",
                day,
                tag="moved",
                old_unit=self._facts["first-unit"],
                new_unit=self._facts["unit"],
                effective=f"{day + dt.timedelta(days=14):%d/%m/%Y}",
            )

    def _extras(self) -> None:
        for extra in self._row.extras:
            for recipe, year_from, facts in _EXTRAS.get(extra, ()):
                low = max(self._row.entered + 2, year_from)
                high = max(low, self._last_year - 1)
                for _ in range(2 if extra == "award" else 1):
                    year = self._draw.randint(low, high)
                    if extra in _ON_RISING:
                        year = self._rose
                    elif extra in _AFTER_RISING:
                        year = self._draw.randint(max(low, self._rose), max(high, self._rose))
                    self._extra(recipe, year, facts)

    def _extra(self, recipe: str, year: int, facts: Mapping[str, str]) -> None:
        draw = self._draw
        months = _MONTHS.get(recipe, (2, 9))
        day = working_day(draw, min(year, int(AS_OF[:4])), *months)
        voters = draw.randint(18, 64)
        votes = voters - draw.randint(0, 5)
        self._add(
            recipe,
            day,
            rows={
                **self._tables(day),
                **households.tasks(draw, day.year),
                **households.belongings(draw),
            },
            **{
                **self._standing(day),
                **self._remarks(),
                **households.changes(draw),
                **households.rating(draw),
                "effective": f"{day + dt.timedelta(days=12):%d/%m/%Y}",
                "post": self._row.post,
                "old-post": "Phó Trưởng phòng"
                if self._row.kind == "CC"
                else "Tổ trưởng chuyên môn",
                "allowance": draw.choice(("0,50", "0,60", "0,70")),
                "voters": str(voters),
                "votes": str(votes),
                "vote-share": f"{votes * 100 / voters:.1f}".replace(".", ","),
                "award-year": str(day.year - 1),
                "month": f"{day.month:02d}",
                "term": f"{day.year} - {day.year + 5}",
                "course-school": draw.choice(self._stock.names.schools),
                "course": draw.choice(households.COURSES),
                "course-from": f"{day.month:02d}/{day.year - 1}",
                "course-to": f"{day.month:02d}/{day.year}",
                "honours": draw.choice(("Khá", "Giỏi")),
                "penalty": "khiển trách",
                "fault": "vi phạm quy định về giờ giấc làm việc",
                "receiver": self._facts["reader"],
                "pieces": str(draw.randint(18, 41)),
                **self._copy(day),
                **facts,
            },
        )

    def _turning(self) -> None:
        """The paper and the event that brought the person where the roster says."""
        row = self._row
        status = _STATUS[row.situation]
        if row.situation == "transferred":
            self._turns.append((status, self._dated("moved"), "moved"))
        recipe = _TURN.get(row.situation)
        if row.situation == "retiring":
            self._turns.append((status, row.since, ""))
        if recipe is None:
            return
        unknown = not row.since[:4].isdigit()
        if unknown:
            day = working_day(self._draw, self._last_year, 5, 9)
        else:
            day = _before(row.since, self._draw, situation=row.situation)
        since = PartialDate.parse(row.since).vietnamese if not unknown else ""
        self._add(
            recipe,
            day,
            tag="turn",
            effective=since,
            penalty="buộc thôi việc",
            fault="thu, chi tiền phạt không đúng quy định, gây thất thoát ngân sách",
            course="lớp đào tạo trình độ thạc sĩ",
            course_school=self._stock.names.schools[1],
        )
        self._turns.append((status, "" if unknown else row.since, "" if unknown else "turn"))
        if "benefits" in row.extras:
            benefit = {"deceased": "tử tuất", "disabled": "mất sức lao động"}.get(
                row.situation, "hưu trí"
            )
            later = dt.date.fromisoformat(row.since) + dt.timedelta(days=25)
            self._add("benefits", later, benefit=benefit, effective=since)
        if row.situation in _LEFT and not unknown:
            self._add("contents", dt.date.fromisoformat(row.since) + dt.timedelta(days=40))

    def _dated(self, tag: str) -> str:
        return next(draft.date for draft in self._drafts if draft.tag == tag)


def _before(since: str, draw: random.Random, *, situation: str) -> dt.date:
    day = dt.date.fromisoformat(since)
    if situation == "deceased":
        return day + dt.timedelta(days=draw.randint(3, 9))
    return day - dt.timedelta(days=draw.randint(12, 45))


def _forms_of(year: int, kind: str) -> dict[str, str]:
    """The numbers of the printed forms that were in use (QĐ 02/2008/QĐ-BNV, TT 07/2019/TT-BNV)."""
    employee = kind == "VC" and year >= 2019
    servant = "Mẫu 2C-BNV/2008" if year >= 2009 else ""
    return {
        "cv-form": "Mẫu HS02-VC/BNV" if employee else servant,
        "supplement-form": "Mẫu HS03-VC/BNV" if employee else "",
        "booklet-form": "Mẫu HS01-VC/BNV" if employee else "Mẫu 1a-BNV/2007" * (year >= 2008),
        "evaluation-form": "",
        "computing": "Ứng dụng công nghệ thông tin cơ bản" if year >= 2000 else "Không",
    }


def _dashed(facts: Mapping[str, str]) -> dict[str, str]:
    return {key.replace("_", "-"): value for key, value in facts.items()}


# A post is proposed and voted on before it is given.
_MONTHS = {"ballot": (2, 2), "proposal": (3, 4), "appointment": (6, 9)}
_ON_RISING = frozenset({"appointed", "proposal"})
_AFTER_RISING = frozenset({"biography", "assets", "appraisal"})
# What an extra of the roster brings: recipes, each with the first year it makes sense in.
_EXTRAS: dict[str, tuple[tuple[str, int, dict[str, str]], ...]] = {
    "appointed": (("appointment", 2006, {}),),
    "proposal": (("proposal", 2013, {}), ("ballot", 2013, {})),
    "biography": (("biography", 2008, {}),),
    "assets": (("assets", 2014, {}),),
    "award": (("award", 2005, {}),),
    "study": (("study", 2011, {}), ("certificate", 2012, {})),
    "allowance": (("allowance", 2012, {}),),
    "secret": (("secret", 2021, {}),),
    "appraisal": (("appraisal", 2015, {}),),
    "monthly": (("monthly", 2022, {}),),
    "priority": (("priority", 2016, {}),),
    "tax": (("tax", 2012, {}),),
    "insurance": (("insurance", 2017, {}),),
    "union": (("union", 2013, {}),),
    "petition": (("petition", 2016, {}),),
    "abroad": (("abroad", 2010, {}),),
    "consultation": (("consultation", 2015, {}),),
    "handover": (("handover", 2013, {}),),
    "delivery": (("delivery", 2017, {}),),
    "confirmation": (("confirmation", 2014, {}),),
    "discipline": (("discipline", 2012, {}),),
}
