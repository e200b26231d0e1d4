"""What stands on the papers of a destruction file, taken from a list of disposal.

The papers are documents of the office and in Vietnamese (``retention.forms``).  Everything comes
from what the list has frozen, so a paper tells what the people who decided saw; only where the
sheets stand is asked of the paper store on the day.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import Any

from hoso.access.accounts import accounts_of
from hoso.desk.desk import Desk
from hoso.kernel.dates import PartialDate
from hoso.records.model import Dossier, Reason, Unit
from hoso.retention.disposing.council import tally
from hoso.retention.disposing.freezing import explanation
from hoso.retention.disposing.model import (
    Destroyed,
    DisposalLine,
    DisposalList,
    Frozen,
    Member,
    Opinion,
)
from hoso.retention.forms import values
from hoso.stacks.places import holding_of, path_of, stacks_of

__all__ = [
    "certificate",
    "council_decision",
    "destruction_decision",
    "destruction_minutes",
    "facts_said",
    "hand_over",
    "listing",
    "minutes",
    "submission",
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
_BASES = {
    "expired": "Hết thời hạn lưu trữ",
    "duplicate": "Trùng lặp",
    "worthless": "Hết giá trị",
}
_DUTIES = {
    "chair": "Chủ tịch Hội đồng",
    "secretary": "Thư ký Hội đồng",
    "unit": "Ủy viên, đại diện đơn vị có tài liệu",
    "expert": "Ủy viên, người am hiểu lĩnh vực",
}
_SAYS = {"destroy": "đồng ý hủy", "keep": "đề nghị giữ", "": "không có ý kiến"}
_STATES = {
    "dropped": "Đưa ra khỏi danh mục",
    "kept": "Giữ lại",
    "approved": "Chưa hủy",
    "blocked": "Bị chặn",
    "binned": "Trong thùng chờ hủy",
    "restored": "Đã khôi phục",
    "destroyed": "Đã hủy",
}


# What every paper has --------------------------------------------------------------------


def _head(desk: Desk, list_: DisposalList, *, symbol: str, number: str = "", day: str = "") -> Any:
    above = list_.unit.__parent__
    return values.Head(
        agency=list_.unit.name,
        file=list_.number,
        parent=above.name if isinstance(above, Unit) else "",
        number=number,
        symbol=symbol,
        place=str(desk.rulebook.profile.settings["office"]["place"]),
        day=_day(day) or desk.today,
    )


def _day(written: str) -> date | None:
    return date.fromisoformat(written) if written else None


def _moment(written: str) -> datetime | None:
    return datetime.fromisoformat(written) if written else None


def facts_said(reason: Reason, say: Callable[..., str]) -> dict[str, Any]:
    """Return the facts of a reason for a reader: days as people write them, states in words."""
    return {name: _fact_said(value, say) for name, value in reason.facts}


def _fact_said(value: Any, say: Callable[..., str]) -> Any:
    if isinstance(value, str) and _DAY.fullmatch(value):
        return PartialDate.parse(value)
    return say(_CODES[value]) if value in _CODES else value


def _said(desk: Desk, reasons: Iterable[Reason]) -> str:
    say = desk.house.in_vietnamese
    return " ".join(say(reason.message, **facts_said(reason, say)) for reason in reasons)


def _period(written: str) -> str:
    years = _YEARS.fullmatch(written)
    if years is not None:
        return f"{years.group(1)} năm"
    return "Vĩnh viễn" if written == "permanent" else written


def _rule(frozen: Frozen) -> str:
    item = f"mục {frozen.item}, " if frozen.item else ""
    return f"{item}{frozen.instrument}" if frozen.instrument else frozen.rule


def _person(desk: Desk, login: str, name: str = "", *, role: str = "") -> values.Person:
    """Return a person with the unit he belongs to; posts are not known of accounts."""
    account = accounts_of(desk.root).by_login.get(login)
    unit = desk.site.unit_by_number.get(account.unit) if account is not None else None
    return values.Person(
        name or (account.name if account is not None else login),
        unit.name if unit is not None else "",
        role,
    )


def _member(desk: Desk, member: Member) -> values.Member:
    who = _person(desk, member.login, member.name)
    return values.Member(who.name, who.post, _DUTIES[member.duty])


def _members(desk: Desk, list_: DisposalList) -> tuple[values.Member, ...]:
    seats = list_.council.members if list_.council is not None else ()
    return tuple(_member(desk, seat) for seat in seats)


def _council(list_: DisposalList) -> tuple[str, date | None]:
    council = list_.council
    return (council.number, _day(council.decided)) if council is not None else ("", None)


def _decision(list_: DisposalList) -> tuple[str, date | None]:
    ruling = list_.ruling
    return (ruling.number, _day(ruling.decided)) if ruling is not None else ("", None)


def _secretary(list_: DisposalList) -> Member | None:
    seats = list_.council.members if list_.council is not None else ()
    return next((seat for seat in seats if seat.duty == "secretary"), None)


def _line(desk: Desk, line: DisposalLine) -> values.Line:
    frozen = line.frozen
    told = explanation(frozen, language="vi", translate=desk.house.in_vietnamese)
    return values.Line(
        number=line.number,
        code=line.code,
        title=line.title,
        box=_box(desk, line.record),
        span=_span(desk, line.record),
        papers=frozen.paper_count,
        rule=_rule(frozen),
        period=_period(frozen.period),
        due=_day(frozen.expires),
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


def _lines(desk: Desk, found: Iterable[DisposalLine]) -> tuple[values.Line, ...]:
    return tuple(_line(desk, line) for line in found)


# The papers ------------------------------------------------------------------------------


def listing(desk: Desk, list_: DisposalList) -> values.Listing:
    """Return the list of files proposed, with its explanation."""
    lines = [line for line in list_.lines.values() if line.state != "dropped"]
    groups = Counter((_rule(line.frozen), line.frozen.label) for line in lines)
    digests = {line.frozen.digest for line in lines}
    return values.Listing(
        _head(desk, list_, symbol=""),
        _lines(desk, lines),
        tuple((rule, label, count) for (rule, label), count in groups.items()),
        list_.explanation,
        _person(desk, list_.proposed_by, list_.proposed_name),
        _day(max((line.frozen.on for line in lines), default="")) or desk.today,
        ", ".join(sorted(digests)),
    )


def council_decision(desk: Desk, list_: DisposalList) -> values.CouncilDecision:
    """Return the decision that set up the council; who signed it, the paper original says."""
    number, day = _council(list_)
    return values.CouncilDecision(
        _head(desk, list_, symbol="QĐ", number=number, day=day.isoformat() if day else ""),
        _members(desk, list_),
        sum(line.state != "dropped" for line in list_.lines.values()),
        values.Person("", "Người đứng đầu cơ quan"),
    )


def minutes(desk: Desk, list_: DisposalList) -> values.Minutes:
    """Return the minutes of the council: every vote counted, every differing opinion told."""
    said = sorted(opinion.at for opinion in list_.opinions.values())
    return values.Minutes(
        _head(desk, list_, symbol="BB"),
        *_council(list_),
        _members(desk, list_),
        _moment(said[0] if said else ""),
        _moment(list_.reviewed_at) or desk.house.clock.now(),
        tuple(_judged(list_, line) for line in _reviewed(list_)),
        tuple((opinion.name, opinion.text) for opinion in _spoken(list_) if opinion.text),
    )


def _spoken(list_: DisposalList) -> list[Opinion]:
    return sorted(list_.opinions.values(), key=lambda one: one.at)


def _reviewed(list_: DisposalList) -> list[DisposalLine]:
    return [line for line in list_.lines.values() if line.state != "dropped"]


def _judged(list_: DisposalList, line: DisposalLine) -> values.JudgedLine:
    seats = list_.council.members if list_.council is not None else ()
    count = tally(dict(list_.opinions), [seat.login for seat in seats], line.number)
    majority = "destroy" if count.is_destroy else "keep"
    votes = tuple(
        values.Vote(
            opinion.name, _SAYS[vote.says], vote.why, differs=vote.says not in {majority, ""}
        )
        for opinion in _spoken(list_)
        for vote in opinion.votes
        if vote.line == line.number
    )
    return values.JudgedLine(
        line.number,
        line.code,
        line.title,
        count.destroy,
        count.keep,
        "Đề nghị hủy" if count.is_destroy else "Giữ lại",
        votes,
    )


def submission(desk: Desk, list_: DisposalList) -> values.Submission:
    """Return the submission to who decides."""
    judged = [_judged(list_, line) for line in _reviewed(list_)]
    destroy = sum(one.outcome == "Đề nghị hủy" for one in judged)
    seats = list_.council.members if list_.council is not None else ()
    chair = next((seat for seat in seats if seat.duty == "chair"), None)
    return values.Submission(
        _head(desk, list_, symbol="TTr"),
        f"Người đứng đầu {list_.unit.name}",
        *_council(list_),
        len(judged),
        destroy,
        len(judged) - destroy,
        list_.explanation,
        (
            values.Listing.heading,
            "Bản thuyết minh hồ sơ, tài liệu hết thời hạn lưu trữ, trùng lặp",
            values.CouncilDecision.heading,
            values.Minutes.heading,
        ),
        values.Person(chair.name if chair is not None else "", _DUTIES["chair"]),
    )


def destruction_decision(desk: Desk, list_: DisposalList) -> values.DestructionDecision:
    """Return the decision to destroy with the lines it is about."""
    ruling = list_.ruling
    if ruling is None:
        raise ValueError(f"{list_.number} is not decided on")
    decided, until = date.fromisoformat(ruling.decided), date.fromisoformat(ruling.until)
    return values.DestructionDecision(
        _head(desk, list_, symbol="QĐ", number=ruling.number, day=ruling.decided),
        *_council(list_),
        _lines(desk, (line for line in list_.lines.values() if line.is_approved)),
        until,
        (until - decided).days,
        values.Person(ruling.signer, "Người đứng đầu cơ quan"),
    )


def hand_over(desk: Desk, list_: DisposalList) -> values.HandOver:
    """Return the minutes of handing over, from who keeps the store to who destroys."""
    secretary = _secretary(list_)
    return values.HandOver(
        _head(desk, list_, symbol="BB"),
        *_decision(list_),
        _person(desk, secretary.login, secretary.name)
        if secretary is not None
        else values.Person(""),
        _person(desk, list_.executor, list_.executor_name),
        _lines(desk, (line for line in list_.lines.values() if line.is_approved)),
    )


def destruction_minutes(
    desk: Desk, list_: DisposalList, gone: Iterable[Destroyed]
) -> values.DestructionMinutes:
    """Return the minutes of the destruction: what is gone, and what stayed and why."""
    at = {one.line: one for one in gone}
    return values.DestructionMinutes(
        _head(desk, list_, symbol="BB"),
        *_decision(list_),
        tuple(_outcome(desk, line, at.get(line.number)) for line in list_.lines.values()),
        _last(one.backups_until for one in at.values()),
        _persons(desk, list_),
    )


def _last(days: Iterable[str]) -> date | None:
    return _day(max(days, default=""))


def _persons(desk: Desk, list_: DisposalList) -> tuple[values.Person, ...]:
    secretary = _secretary(list_)
    doer = _person(desk, list_.executor, list_.executor_name, role="Người thực hiện hủy")
    if secretary is None:
        return (doer,)
    role = "Người quản lý kho lưu trữ"
    return (_person(desk, secretary.login, secretary.name, role=role), doer)


def _outcome(desk: Desk, line: DisposalLine, gone: Destroyed | None) -> values.Outcome:
    if gone is not None:
        at = _moment(gone.destroyed_at)
        return values.Outcome(line.number, line.code, line.title, "Đã hủy", at, gone=True)
    last = line.history[-1] if line.history else None
    why = _said(desk, line.reasons or (last.why if last is not None else ()))
    state = _STATES.get(line.state, line.state)
    return values.Outcome(line.number, line.code, line.title, state, why=why)


def certificate(desk: Desk, list_: DisposalList, gone: Iterable[Destroyed]) -> values.Certificate:
    """Return the certificate over all that was destroyed under a list."""
    found = list(gone)
    return values.Certificate(
        _head(desk, list_, symbol=""),
        *_decision(list_),
        _steps(list_, found),
        tuple(_certified(one) for one in found),
        _person(desk, list_.executor, list_.executor_name),
        _last(one.backups_until for one in found),
        _last(one.keep_until for one in found) or desk.today,
    )


def _steps(
    list_: DisposalList, gone: list[Destroyed]
) -> tuple[tuple[str, str, datetime | None], ...]:
    council, ruling = list_.council, list_.ruling
    steps = [("Đề nghị xét hủy", f"{list_.proposed_name} ({list_.proposed_by})", list_.proposed_at)]
    if council is not None:
        names = ", ".join(f"{seat.name} ({seat.login})" for seat in council.members)
        steps.append(("Hội đồng xét hủy họp", names, list_.reviewed_at))
    if ruling is not None:
        steps.append(("Quyết định hủy", f"{ruling.name} ({ruling.by})", ruling.at))
    doer = f"{list_.executor_name} ({list_.executor})"
    steps.append(("Bắt đầu thực hiện hủy", doer, list_.execution_began_at))
    for one in sorted({(one.destroyed_name, one.destroyed_by) for one in gone}):
        last = max(each.destroyed_at for each in gone if each.destroyed_by == one[1])
        steps.append(("Hủy xong", f"{one[0]} ({one[1]})", last))
    return tuple((what, who, _moment(at)) for what, who, at in steps)


def _certified(gone: Destroyed) -> values.CertifiedLine:
    frozen, at = gone.frozen, _moment(gone.destroyed_at)
    if at is None:
        raise ValueError(f"{gone.code} has no time of destruction")
    return values.CertifiedLine(
        gone.line,
        gone.uid,
        gone.code,
        gone.title,
        _rule(frozen),
        _period(frozen.period),
        _day(frozen.expires),
        frozen.digest,
        at,
        tuple(values.Vote(name, _SAYS[says]) for name, _duty, says, _why in gone.votes),
        tuple(values.Paper(one.title or one.type, one.sha256, one.size) for one in gone.papers),
        gone.note,
        gone.digest,
    )
