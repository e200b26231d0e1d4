"""A list as a reader sees it: its lines with what stands against them, and what he may do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from hoso.access.permissions import Permission
from hoso.desk.act import act
from hoso.desk.desk import Desk
from hoso.desk.disposing_asking import against
from hoso.records.model import Document, Dossier, Reason
from hoso.retention.disposing import book
from hoso.retention.disposing.council import Tally, tally
from hoso.retention.disposing.deciding import days_left, is_spent
from hoso.retention.disposing.model import Destroyed, DisposalLine, DisposalList

__all__ = ["LineView", "ListView", "look"]


@dataclass(frozen=True)
class LineView:
    """One line with what the council says of it.

    :ivar record: the dossier or paper where it still lies in the tree and this reader may see it.
    :ivar against: what stands against it at this moment; asked of open and approved lines only.
    :ivar destroyed: its stub and certificate, where it is gone.
    """

    line: DisposalLine
    tally: Tally
    record: Dossier | Document | None
    against: tuple[Reason, ...]
    destroyed: Destroyed | None


@dataclass(frozen=True)
class ListView:
    """A list as a page shows it.

    :ivar days_left: to carry it out: 0 on the last day, negative when over, ``None`` undecided.
    :ivar may: deeds by name that this person may do on the list as it is now: ``change``, ``council``,
        ``vote``, ``close-review``, ``decide``, ``execute``, ``close``, ``restore``, ``purge``.
    """

    list: DisposalList
    lines: tuple[LineView, ...]
    days_left: int | None
    may: Mapping[str, bool]
    counts: Mapping[str, int]


@act("disposal.seen", Permission.DISPOSAL_VIEW)
def look(desk: Desk, list_: DisposalList) -> ListView:
    """Return a list with its lines, what the council says of them, and what one may do."""
    lines = tuple(_line_view(desk, list_, line) for line in list_.lines.values())
    counts: dict[str, int] = {}
    for line in list_.lines.values():
        counts[line.state] = counts.get(line.state, 0) + 1
    left = days_left(list_.ruling, desk.today)
    desk.say(number=list_.number, lines=len(lines))
    return ListView(list_, lines, left, _may(desk, list_, left), counts)


def _line_view(desk: Desk, list_: DisposalList, line: DisposalLine) -> LineView:
    record = desk.site.by_id.get(line.record)
    shown = record if isinstance(record, Dossier | Document) and desk.sees(record) else None
    logins = [member.login for member in list_.council.members] if list_.council else []
    asked: tuple[Reason, ...] = ()
    if isinstance(record, Dossier | Document) and line.state in {
        "proposed",
        "agreed",
        "approved",
        "blocked",
    }:
        asked = against(desk, record, basis=line.basis, unit=list_.unit, frozen=line.frozen)
    return LineView(
        line,
        tally(list_.opinions, logins, line.number),
        shown,
        asked,
        book.destroyed_of(desk.root, line.record) if line.state == "destroyed" else None,
    )


def _may(desk: Desk, list_: DisposalList, left: int | None) -> dict[str, bool]:
    propose_, vote = Permission.DISPOSAL_PROPOSE, Permission.DISPOSAL_VOTE
    approve, execute = Permission.DISPOSAL_APPROVE, Permission.DISPOSAL_EXECUTE
    state, login = list_.state, desk.identity.login
    members = {m.login: m.duty for m in list_.council.members} if list_.council else {}
    in_time = left is not None and left >= 0
    return {
        "change": state == "proposed" and desk.may(list_, propose_),
        "drop": state in {"proposed", "under-review"} and desk.may(list_, propose_),
        "council": state in {"proposed", "under-review"} and desk.may(list_, propose_),
        "vote": state == "under-review" and login in members and desk.may(list_, vote),
        "close-review": state == "under-review"
        and members.get(login) in {"chair", "secretary"}
        and desk.may(list_, vote),
        "decide": (state == "reviewed" or (state == "approved" and not in_time))
        and desk.may(list_, approve),
        "execute": state == "approved" and in_time and desk.may(list_, execute),
        "close": is_spent(list_, desk.today) and desk.may(list_, execute),
        "restore": desk.may(list_, execute)
        and any(line.state == "binned" for line in list_.lines.values()),
        "purge": desk.may(list_, execute)
        and any(
            line.state == "binned" and line.purge_from <= desk.today.isoformat()
            for line in list_.lines.values()
        ),
    }
