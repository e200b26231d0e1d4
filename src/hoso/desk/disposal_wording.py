"""Words of the papers of a destruction file: who, when, by which rule, why.

The papers are documents of the office and in Vietnamese (``retention.forms``).  Everything comes
from what the list has frozen, so a paper tells what the people who decided saw; only where the
sheets stand is asked of the paper store on the day.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import Any

from hoso.access.accounts import accounts_of
from hoso.desk.desk import Desk
from hoso.kernel.dates import PartialDate
from hoso.records.model import Dossier, Reason, Unit
from hoso.retention.disposing.freezing import explanation
from hoso.retention.disposing.model import (
    Destroyed,
    DisposalLine,
    DisposalList,
    Frozen,
    Member,
)
from hoso.retention.forms import values
from hoso.stacks.places import holding_of, path_of, stacks_of

__all__ = [
    "DUTIES",
    "SAYS",
    "STATES",
    "council_of",
    "day_of",
    "decision_of",
    "facts_said",
    "head_of",
    "lines_of",
    "members_of",
    "moment_of",
    "period_said",
    "person_of",
    "reasons_said",
    "rule_said",
    "secretary_of",
    "titled",
]

_YEARS = re.compile(r"P(\d+)Y")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
#: Codes that stand among the facts of a reason, as msgids.
_CODES = {
    "due": "Due",
    "not-due": "Kept",
    "permanent": "Permanent",
    "unknown": "Date unknown",
    "held": "On hold",
    "open": "Open",
    "closed": "Closed",
}
_ALSO_PAPERS = "hồ sơ, tài liệu đơn lẻ"
_BASES = {
    "expired": "Hết thời hạn lưu trữ",
    "duplicate": "Trùng lặp",
    "worthless": "Hết giá trị",
}
DUTIES = {
    "chair": "Chủ tịch Hội đồng",
    "secretary": "Thư ký Hội đồng",
    "unit": "Ủy viên, đại diện đơn vị có tài liệu",
    "expert": "Ủy viên, người am hiểu lĩnh vực",
}
SAYS = {"destroy": "đồng ý hủy", "keep": "đề nghị giữ", "": "không có ý kiến"}
STATES = {
    "dropped": "Đưa ra khỏi danh mục",
    "kept": "Giữ lại",
    "approved": "Chưa hủy",
    "blocked": "Bị chặn",
    "binned": "Trong thùng chờ hủy",
    "restored": "Đã khôi phục",
    "destroyed": "Đã hủy",
}


# What every paper has --------------------------------------------------------------------


def head_of(
    desk: Desk, list_: DisposalList, *, symbol: str, number: str = "", day: str = ""
) -> Any:
    """Return the head of a paper: who issues it, its number, where and when."""
    above = list_.unit.__parent__
    return values.Head(
        agency=list_.unit.name,
        file=list_.number,
        parent=above.name if isinstance(above, Unit) else "",
        number=number,
        symbol=symbol,
        place=str(desk.rulebook.profile.settings["office"]["place"]),
        day=day_of(day) or desk.today,
        what=_ALSO_PAPERS
        if any(line.is_paper for line in list_.lines.values())
        else values.Head.what,
    )


def titled(line: DisposalLine | Destroyed) -> str:
    """Return what a line is called; a single paper with the title of the dossier it lies in."""
    return f"{line.title} (thuộc hồ sơ “{line.of_title}”)" if line.of_title else line.title


def day_of(written: str) -> date | None:
    """Return an ISO day as a date; ``None`` for ""."""
    return date.fromisoformat(written) if written else None


def moment_of(written: str) -> datetime | None:
    """Return a stamp as an instant; ``None`` for ""."""
    return datetime.fromisoformat(written) if written else None


def facts_said(reason: Reason, say: Callable[..., str]) -> dict[str, Any]:
    """Return the facts of a reason for a reader: days as people write them, states in words."""
    return {name: _fact_said(value, say) for name, value in reason.facts}


def _fact_said(value: Any, say: Callable[..., str]) -> Any:
    if isinstance(value, str) and _DAY.fullmatch(value):
        return PartialDate.parse(value)
    return say(_CODES[value]) if value in _CODES else value


def reasons_said(desk: Desk, reasons: Iterable[Reason]) -> str:
    """Return reasons as sentences in Vietnamese."""
    say = desk.house.in_vietnamese
    return " ".join(say(reason.message, **facts_said(reason, say)) for reason in reasons)


def period_said(written: str) -> str:
    """Return a period, ``P5Y``, in words."""
    years = _YEARS.fullmatch(written)
    if years is not None:
        return f"{years.group(1)} năm"
    return "Vĩnh viễn" if written == "permanent" else written


def rule_said(frozen: Frozen) -> str:
    """Return the item and the instrument a decision rests on."""
    item = f"mục {frozen.item}, " if frozen.item else ""
    return f"{item}{frozen.instrument}" if frozen.instrument else frozen.rule


def person_of(desk: Desk, login: str, name: str = "", *, role: str = "") -> values.Person:
    """Return a person with the unit he belongs to; posts are not known of accounts."""
    account = accounts_of(desk.root).by_login.get(login)
    unit = desk.site.unit_by_number.get(account.unit) if account is not None else None
    return values.Person(
        name or (account.name if account is not None else login),
        unit.name if unit is not None else "",
        role,
    )


def _member(desk: Desk, member: Member) -> values.Member:
    who = person_of(desk, member.login, member.name)
    return values.Member(who.name, who.post, DUTIES[member.duty])


def members_of(desk: Desk, list_: DisposalList) -> tuple[values.Member, ...]:
    """Return the members of the council with the part of each."""
    seats = list_.council.members if list_.council is not None else ()
    return tuple(_member(desk, seat) for seat in seats)


def council_of(list_: DisposalList) -> tuple[str, date | None]:
    """Return number and day of the decision that set up the council."""
    council = list_.council
    return (council.number, day_of(council.decided)) if council is not None else ("", None)


def decision_of(list_: DisposalList) -> tuple[str, date | None]:
    """Return number and day of the decision to destroy."""
    ruling = list_.ruling
    return (ruling.number, day_of(ruling.decided)) if ruling is not None else ("", None)


def secretary_of(list_: DisposalList) -> Member | None:
    """Return the secretary of the council, who keeps the store."""
    seats = list_.council.members if list_.council is not None else ()
    return next((seat for seat in seats if seat.duty == "secretary"), None)


def _line(desk: Desk, line: DisposalLine) -> values.Line:
    frozen = line.frozen
    told = explanation(frozen, language="vi", translate=desk.house.in_vietnamese)
    return values.Line(
        number=line.number,
        code=line.code,
        title=titled(line),
        box=_box(desk, line.record),
        span=_span(desk, line.record),
        papers=frozen.paper_count,
        rule=rule_said(frozen),
        period=period_said(frozen.period),
        due=day_of(frozen.expires),
        reason=_BASES[line.basis],
        note=line.note,
        because=tuple(sentence for _depth, sentence in told),
    )


def _box(desk: Desk, record: int) -> str:
    kept = desk.root.get("stacks")
    holding = holding_of(stacks_of(desk.root), record) if kept is not None else None
    if holding is None or holding.place is None:
        return ""
    return ", ".join(place.code for place in path_of(holding.place)[-2:])


def _span(desk: Desk, record: int) -> str:
    dossier = desk.site.by_id.get(record)
    papers = dossier.values() if isinstance(dossier, Dossier) else ()
    years = sorted({paper.date[:4] for paper in papers if paper.date})
    return "–".join(dict.fromkeys((years[0], years[-1]))) if years else ""


def lines_of(desk: Desk, found: Iterable[DisposalLine]) -> tuple[values.Line, ...]:
    """Return lines as the papers list them."""
    return tuple(_line(desk, line) for line in found)
