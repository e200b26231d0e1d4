"""What stands on each paper of a destruction file, taken from a list of disposal.

Everything comes from what the list has frozen, so a paper tells what the people who decided saw;
only where the sheets stand is asked of the paper store on the day.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime

from hoso.desk.desk import Desk
from hoso.desk.disposal_wording import (
    DUTIES,
    SAYS,
    STATES,
    council_of,
    day_of,
    decision_of,
    head_of,
    lines_of,
    members_of,
    moment_of,
    period_said,
    person_of,
    reasons_said,
    rule_said,
    secretary_of,
    titled,
)
from hoso.records.model import Rendition
from hoso.retention.disposing.council import tally
from hoso.retention.disposing.model import Destroyed, DisposalLine, DisposalList, Opinion
from hoso.retention.forms import values

__all__ = [
    "certificate",
    "council_decision",
    "destruction_decision",
    "destruction_minutes",
    "hand_over",
    "listing",
    "minutes",
    "submission",
]


def listing(desk: Desk, list_: DisposalList) -> values.Listing:
    """Return the list of files proposed, with its explanation."""
    lines = [line for line in list_.lines.values() if line.state != "dropped"]
    groups = Counter((rule_said(line.frozen), line.frozen.label) for line in lines)
    digests = {line.frozen.digest for line in lines}
    return values.Listing(
        head_of(desk, list_, symbol=""),
        lines_of(desk, lines),
        tuple((rule, label, count) for (rule, label), count in groups.items()),
        list_.explanation,
        person_of(desk, list_.proposed_by, list_.proposed_name),
        day_of(max((line.frozen.on for line in lines), default="")) or desk.today,
        ", ".join(sorted(digests)),
    )


def council_decision(desk: Desk, list_: DisposalList) -> values.CouncilDecision:
    """Return the decision that set up the council; who signed it, the paper original says."""
    number, day = council_of(list_)
    return values.CouncilDecision(
        head_of(desk, list_, symbol="QĐ", number=number, day=day.isoformat() if day else ""),
        members_of(desk, list_),
        sum(line.state != "dropped" for line in list_.lines.values()),
        values.Person("", "Người đứng đầu cơ quan"),
    )


def minutes(desk: Desk, list_: DisposalList) -> values.Minutes:
    """Return the minutes of the council: every vote counted, every differing opinion told."""
    said = sorted(opinion.at for opinion in list_.opinions.values())
    return values.Minutes(
        head_of(desk, list_, symbol="BB"),
        *council_of(list_),
        members_of(desk, list_),
        moment_of(said[0] if said else ""),
        moment_of(list_.reviewed_at) or desk.house.clock.now(),
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
            opinion.name, SAYS[vote.says], vote.why, differs=vote.says not in {majority, ""}
        )
        for opinion in _spoken(list_)
        for vote in opinion.votes
        if vote.line == line.number
    )
    return values.JudgedLine(
        line.number,
        line.code,
        titled(line),
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
        head_of(desk, list_, symbol="TTr"),
        f"Người đứng đầu {list_.unit.name}",
        *council_of(list_),
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
        values.Person(chair.name if chair is not None else "", DUTIES["chair"]),
    )


def destruction_decision(desk: Desk, list_: DisposalList) -> values.DestructionDecision:
    """Return the decision to destroy with the lines it is about."""
    ruling = list_.ruling
    if ruling is None:
        raise ValueError(f"{list_.number} is not decided on")
    decided, until = date.fromisoformat(ruling.decided), date.fromisoformat(ruling.until)
    return values.DestructionDecision(
        head_of(desk, list_, symbol="QĐ", number=ruling.number, day=ruling.decided),
        *council_of(list_),
        lines_of(desk, (line for line in list_.lines.values() if line.is_approved)),
        until,
        (until - decided).days,
        values.Person(ruling.signer, "Người đứng đầu cơ quan"),
    )


def hand_over(desk: Desk, list_: DisposalList) -> values.HandOver:
    """Return the minutes of handing over, from who keeps the store to who destroys."""
    secretary = secretary_of(list_)
    return values.HandOver(
        head_of(desk, list_, symbol="BB"),
        *decision_of(list_),
        person_of(desk, secretary.login, secretary.name)
        if secretary is not None
        else values.Person(""),
        person_of(desk, list_.executor, list_.executor_name),
        lines_of(desk, (line for line in list_.lines.values() if line.is_approved)),
    )


def destruction_minutes(
    desk: Desk, list_: DisposalList, gone: Iterable[Destroyed]
) -> values.DestructionMinutes:
    """Return the minutes of the destruction: what is gone, and what stayed and why."""
    at = {one.line: one for one in gone}
    return values.DestructionMinutes(
        head_of(desk, list_, symbol="BB"),
        *decision_of(list_),
        tuple(_outcome(desk, line, at.get(line.number)) for line in list_.lines.values()),
        _last(one.backups_until for one in at.values()),
        _persons(desk, list_),
    )


def _last(days: Iterable[str]) -> date | None:
    return day_of(max(days, default=""))


def _persons(desk: Desk, list_: DisposalList) -> tuple[values.Person, ...]:
    secretary = secretary_of(list_)
    doer = person_of(desk, list_.executor, list_.executor_name, role="Người thực hiện hủy")
    if secretary is None:
        return (doer,)
    role = "Người quản lý kho lưu trữ"
    return (person_of(desk, secretary.login, secretary.name, role=role), doer)


def _outcome(desk: Desk, line: DisposalLine, gone: Destroyed | None) -> values.Outcome:
    if gone is not None:
        at = moment_of(gone.destroyed_at)
        return values.Outcome(line.number, line.code, titled(line), "Đã hủy", at, gone=True)
    last = line.history[-1] if line.history else None
    why = reasons_said(desk, line.reasons or (last.why if last is not None else ()))
    state = STATES.get(line.state, line.state)
    return values.Outcome(line.number, line.code, titled(line), state, why=why)


def certificate(
    desk: Desk,
    list_: DisposalList,
    gone: Iterable[Destroyed],
    *,
    beside: Iterable[tuple[str, Rendition]] = (),
) -> values.Certificate:
    """Return the certificate over all that was destroyed under a list.

    :param beside: what the other papers of the file are called, and they themselves.
    """
    found = list(gone)
    return values.Certificate(
        head_of(desk, list_, symbol=""),
        *decision_of(list_),
        _steps(list_, found),
        tuple(_certified(one) for one in found),
        person_of(desk, list_.executor, list_.executor_name),
        _last(one.backups_until for one in found),
        _last(one.keep_until for one in found) or desk.today,
        tuple(values.Paper(called, paper.sha256, paper.size) for called, paper in beside),
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
    return tuple((what, who, moment_of(at)) for what, who, at in steps)


def _certified(gone: Destroyed) -> values.CertifiedLine:
    frozen, at = gone.frozen, moment_of(gone.destroyed_at)
    if at is None:
        raise ValueError(f"{gone.code} has no time of destruction")
    return values.CertifiedLine(
        gone.line,
        gone.uid,
        gone.code,
        titled(gone),
        rule_said(frozen),
        period_said(frozen.period),
        day_of(frozen.expires),
        frozen.digest,
        at,
        tuple(values.Vote(name, SAYS[says]) for name, _duty, says, _why in gone.votes),
        tuple(values.Paper(one.title or one.type, one.sha256, one.size) for one in gone.papers),
        gone.note,
        gone.digest,
    )
