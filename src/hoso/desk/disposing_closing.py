"""The end of a list: brought into the state its lines make, and closed when none can go any more.

What is left of an approved list may be stopped for good, or its days may be over.  Then it is
closed: by a person, or by the house once every line that is left was tried and stopped.  What
went has its certificate, what stayed its reason, and what stayed may be proposed again.
"""

from __future__ import annotations

from hoso.access.permissions import Permission
from hoso.desk import disposal_papers
from hoso.desk.act import act
from hoso.desk.describing import statement
from hoso.desk.desk import Desk
from hoso.desk.disposing import happened, touch
from hoso.kernel.errors import Conflict, Fault, Invalid
from hoso.records import filing
from hoso.records.model import Reason
from hoso.retention.disposing import book
from hoso.retention.disposing.deciding import days_left, is_spent, must_be, to_carry_out
from hoso.retention.disposing.model import DisposalList

__all__ = ["close", "close_spent", "let_stay", "settle"]


def settle(desk: Desk, list_: DisposalList) -> str:
    """Bring a list into the state its lines make; return that state.

    Called by the house when there is no line left to carry out, and after each that ended.
    """
    states = {line.state for line in list_.lines.values()}
    left = days_left(list_.ruling, desk.today)
    waiting = to_carry_out(list_)
    in_time = left is not None and left >= 0
    if list_.state == "executing":
        list_.executed_at = desk.now
        kept = book.book_of(desk.root)
        if list_.id in kept.running:
            kept.running.remove(list_.id)
    if "binned" in states:
        list_.state = "binned"
    elif waiting and (in_time or any(line.state == "approved" for line in waiting)):
        # What stopped a line may be over before the days are; of what nobody tried in its days the
        # head decides anew.
        list_.state = "approved"
    else:
        _end(desk, list_)
    if "binned" not in states:
        _conclude(desk, list_)
    touch(desk, list_)
    return list_.state


def _end(desk: Desk, list_: DisposalList) -> None:
    list_.state, list_.closed_at = "closed", desk.now
    let_stay(desk, list_)


def let_stay(desk: Desk, list_: DisposalList) -> int:
    """Let what was not carried out be proposed again, each with its reason; return how many."""
    kept = book.book_of(desk.root)
    lines = [one for one in list_.lines.values() if one.state in {"approved", "blocked"}]
    for line in lines:
        if line.state == "approved":
            why = Reason("lapsed", "The days of the decision ended before it was carried out.")
            happened(desk, line, "kept", (why,))
        book.release(kept, line, list_)
    return len(lines)


def _conclude(desk: Desk, list_: DisposalList, *, anew: bool = False) -> None:
    kept = book.book_of(desk.root)
    gone = [line.record for line in list_.lines.values() if line.state == "destroyed"]
    certificates = [kept.destroyed[record] for record in gone]
    disposal_papers.conclude(desk, list_, certificates, anew=anew)


@act("disposal.closed", Permission.DISPOSAL_EXECUTE)
def close(desk: Desk, list_: DisposalList, *, why: str, revision: int | None) -> None:
    """Close an approved list of which nothing more can go; what stays may be proposed again.

    Nothing is destroyed by it, so any person may who could carry the list out.
    """
    filing.check_revision(list_, revision)
    must_be(list_, "approved")
    if not is_spent(list_, desk.today):
        raise Conflict(
            "There are lines that can still be carried out until {until}. Carry them out, or wait "
            "until the days are over.",
            until=list_.ruling.until if list_.ruling is not None else "?",
        )
    faults: list[Fault] = []
    why = statement("why", why, faults, wanting="State why the list is closed.")
    if faults:
        raise Invalid(faults)
    stayed = len(to_carry_out(list_))
    _finish(desk, list_)
    desk.say(number=list_.number, why=why, stayed=stayed)


def _finish(desk: Desk, list_: DisposalList) -> None:
    _end(desk, list_)
    if list_.executor:
        _conclude(desk, list_, anew=True)
    touch(desk, list_)


def close_spent(desk: Desk, list_: DisposalList) -> bool:
    """Close a list whose days are over and whose lines were all tried; by the house.

    A list nobody began to carry out waits for the head, who may decide anew.  Where something lies
    in the bin still, what was stopped is let go of, and the list is closed when the bin is empty.
    """
    left = days_left(list_.ruling, desk.today)
    if left is None or left >= 0 or not list_.execution:
        return False
    waiting = to_carry_out(list_)
    if any(line.state == "approved" for line in waiting):
        return False
    if list_.state == "approved":
        stayed = len(waiting)
        _finish(desk, list_)
        desk.tell("disposal.closed", list_, number=list_.number, why="days over", stayed=stayed)
        return True
    if list_.state == "binned":
        let_stay(desk, list_)
    return False
