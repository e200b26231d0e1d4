"""The council sits, says what it thinks, and the head decides."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from hoso.access.accounts import accounts_of, identity_of, logins_of_person, why_closed
from hoso.access.model import Account
from hoso.access.permissions import Permission
from hoso.desk import disposal_papers
from hoso.desk.act import act
from hoso.desk.describing import statement
from hoso.desk.desk import Desk
from hoso.desk.disposing import happened, keep_line, touch
from hoso.desk.disposing_asking import against, not_about_oneself, proposers, three_persons
from hoso.kernel.clock import civil_day
from hoso.kernel.dates import parse_typed
from hoso.kernel.errors import Conflict, Fault, Forbidden, Invalid
from hoso.kernel.text import one_line
from hoso.records import filing
from hoso.records.model import Document, Dossier, Reason
from hoso.records.units import lineage
from hoso.retention.disposing import book
from hoso.retention.disposing.council import (
    Seat,
    composition_faults,
    tally,
    vote_faults,
)
from hoso.retention.disposing.deciding import (
    days_left,
    last_day,
    must_be,
    open_lines,
    to_carry_out,
)
from hoso.retention.disposing.model import (
    Council,
    DisposalLine,
    DisposalList,
    Member,
    Opinion,
    Ruling,
    Vote,
)

__all__ = ["approve", "close_review", "give_opinion", "name_council", "refuse", "who_may_sit"]

#: Said where who proposed would decide.
_TWO = "Who proposes a destruction does not decide on it: another person must."


def who_may_sit(desk: Desk, list_: DisposalList) -> list[Account]:
    """Return the accounts that may vote on a list, by name, for a page to offer."""
    found = [
        account
        for account in accounts_of(desk.root).by_login.values()
        if not account.locked and _may_vote(desk, list_, account)
    ]
    return sorted(found, key=lambda account: (account.name, account.login))


def _may_vote(desk: Desk, list_: DisposalList, account: Account) -> bool:
    return _holds(desk, list_, account, Permission.DISPOSAL_VOTE)


def _holds(desk: Desk, list_: DisposalList, account: Account, permission: Permission) -> bool:
    facts = desk.facts(list_)
    return bool(desk.house.policy.decide(identity_of(account), facts, permission, on=desk.today))


@act("disposal.council-named", Permission.DISPOSAL_PROPOSE)
def name_council(
    desk: Desk,
    list_: DisposalList,
    *,
    number: str,
    decided: str,
    members: Iterable[tuple[str, str]],
    revision: int | None,
) -> None:
    """Record the decision that set the council up, and its members; all faults at once.

    :param decided: the day of that decision.
    :param members: (login, duty): ``chair``, ``secretary``, ``unit`` or ``expert``.
    """
    filing.check_revision(list_, revision)
    must_be(list_, "proposed", "under-review")
    if list_.opinions:
        raise Conflict("The council has begun to vote; it is not changed any more.")
    faults: list[Fault] = []
    number = statement("number", number, faults, wanting="State the number of the decision.")
    day = _day(desk, decided, faults)
    named = tuple((login.strip(), duty.strip()) for login, duty in members)
    seats = [*_seats(desk, list_, named, faults)]
    faults += composition_faults(seats)
    if not open_lines(list_):
        faults.append(Fault("records", "There is no dossier on the list any more."))
    if faults:
        raise Invalid(faults)
    list_.council = Council(
        number,
        day,
        tuple(Member(seat.login, seat.name, seat.duty) for seat in seats),
        desk.now,
        desk.identity.login,
    )
    list_.state = "under-review"
    touch(desk, list_)
    said = ", ".join(f"{seat.login} ({seat.duty})" for seat in seats)
    desk.say(number=list_.number, decision=number, decided=day, members=said)
    disposal_papers.write(desk, list_, "listing", "council")


def _day(desk: Desk, text: str, faults: list[Fault]) -> str:
    """Return the day of a decision as an ISO day; a whole day, and not one to come."""
    try:
        known = parse_typed(text.strip())
    except ValueError:
        faults.append(Fault("decided", "State the day of the decision, like 05/09/2026."))
        return ""
    if not known.day:
        faults.append(Fault("decided", "State the day of the decision, like 05/09/2026."))
    elif str(known) > desk.today.isoformat():
        faults.append(Fault("decided", "The decision lies in the future."))
    return str(known)


def _seats(
    desk: Desk, list_: DisposalList, named: Iterable[tuple[str, str]], faults: list[Fault]
) -> Iterator[Seat]:
    accounts = accounts_of(desk.root).by_login
    about = {number for line in open_lines(list_) for number in (line.record, line.of_dossier)}
    units = _units_with_records(list_)
    for place, (login, duty) in enumerate(named):
        account = accounts.get(login)
        if account is None or why_closed(account, now=desk.house.clock.now(), enforce=False):
            said = "There is no open account {login}."
            faults.append(Fault(f"members.{place}", said, {"login": login}))
            continue
        yield Seat(
            login,
            account.name,
            duty,
            person=min(logins_of_person(desk.root, login)),
            may_vote=_may_vote(desk, list_, account),
            is_archives=_holds(desk, list_, account, Permission.DISPOSAL_PROPOSE),
            is_of_unit=account.unit in units or any(h.unit in units for h in account.roles),
            is_concerned=bool(account.dossier) and account.dossier in about,
        )


def _units_with_records(list_: DisposalList) -> set[int]:
    """Return the numbers of the units that have records on a list, up to the list's own."""
    found: set[int] = set()
    for line in list_.lines.values():
        for step in lineage(line.unit):
            found.add(step.number)
            if step is list_.unit:
                break
    return found


@act("disposal.opinion-given", Permission.DISPOSAL_VOTE)
def give_opinion(
    desk: Desk,
    list_: DisposalList,
    *,
    text: str = "",
    votes: Mapping[int, tuple[str, str]],
) -> Opinion:
    """Say as a member of the council what shall become of lines; all faults at once.

    What one said before of other lines stays; what one said before at all stays on record.

    :param votes: line number to (``destroy`` or ``keep``, why); to keep needs a reason.
    """
    must_be(list_, "under-review")
    login = desk.identity.login
    members = {member.login: member for member in list_.council.members} if list_.council else {}
    if login not in members:
        raise Forbidden(reason="Only members of the council vote.")
    cast = [Vote(number, says, one_line(why)) for number, (says, why) in votes.items()]
    opened = {line.number for line in open_lines(list_)}
    faults = [*vote_faults(cast, lambda number: number in opened)]
    if not cast and not text.strip():
        faults.append(Fault("votes", "Vote on at least one line, or state your opinion."))
    if faults:
        raise Invalid(faults)
    before: Opinion | None = list_.opinions.get(login)
    kept = {vote.line: vote for vote in (before.votes if before is not None else ())}
    kept |= {vote.line: vote for vote in cast}
    opinion = Opinion(
        login,
        members[login].name,
        desk.now,
        text.strip() or (before.text if before is not None else ""),
        tuple(kept[number] for number in sorted(kept)),
    )
    if before is not None:
        list_.earlier = (*list_.earlier, before)
    list_.opinions[login] = opinion
    # Who closes the review in this moment must count this vote too.
    touch(desk, list_)
    said = [f"{vote.line}: {vote.says}" for vote in cast]
    desk.say(number=list_.number, votes=", ".join(said)[:2000], opinion=opinion.text[:500])
    return opinion


@act("disposal.review-closed", Permission.DISPOSAL_VOTE)
def close_review(desk: Desk, list_: DisposalList, *, revision: int | None) -> None:
    """Close the review: what more than half of all members would destroy goes to the head.

    Chair or secretary do it, once more than half of the members have spoken of each line.
    """
    filing.check_revision(list_, revision)
    must_be(list_, "under-review")
    council = list_.council
    duties = {m.login: m.duty for m in council.members} if council is not None else {}
    if duties.get(desk.identity.login) not in {"chair", "secretary"}:
        raise Forbidden(reason="Only the chair or the secretary closes the review.")
    results = {
        line.number: tally(list_.opinions, list(duties), line.number) for line in open_lines(list_)
    }
    faults = [
        Fault(
            f"votes.{number}",
            "Of line {number} only {spoken} of {members} members have said what they think.",
            {"number": number, "spoken": one.destroy + one.keep, "members": one.members},
        )
        for number, one in results.items()
        if not one.is_settled
    ]
    if faults:
        raise Invalid(faults)
    list_.state, list_.reviewed_at, list_.reviewed_by = "reviewed", desk.now, desk.identity.login
    for number, one in results.items():
        line: DisposalLine = list_.lines[number]
        if one.is_destroy:
            happened(desk, line, "agreed")
        else:
            why = f"{one.destroy}/{one.members}"
            said = Reason(
                "council", "The council keeps it: {votes} would destroy it.", (("votes", why),)
            )
            happened(desk, line, "kept", (said,))
            book.release(book.book_of(desk.root), line, list_)
    agreed = sum(one.is_destroy for one in results.values())
    if not agreed:
        list_.state, list_.closed_at = "closed", desk.now
    touch(desk, list_)
    desk.say(number=list_.number, agreed=agreed, kept=len(results) - agreed)
    disposal_papers.write(desk, list_, "minutes", "submission")


def _to_decide(desk: Desk, list_: DisposalList) -> list[DisposalLine]:
    """Return the lines a decision is about; anew, where the days of the last one are over."""
    must_be(list_, "reviewed", "approved")
    three_persons(desk, *proposers(list_), reason=_TWO)
    not_about_oneself(desk, list_)
    if list_.state == "reviewed":
        return [line for line in list_.lines.values() if line.state == "agreed"]
    left = days_left(list_.ruling, desk.today)
    if left is not None and left >= 0:
        raise Conflict("The list was decided on already, and its days are not over.")
    return to_carry_out(list_)


@act("disposal.approved", Permission.DISPOSAL_APPROVE)
def approve(
    desk: Desk,
    list_: DisposalList,
    *,
    number: str,
    decided: str,
    signer: str,
    note: str = "",
    revision: int | None,
) -> Ruling:
    """Decide that what the council agreed to is destroyed; what is held by now is stopped.

    :param number: of the decision; ``decided`` its day; ``signer`` who signed it.
    """
    filing.check_revision(list_, revision)
    lines = _to_decide(desk, list_)
    faults: list[Fault] = []
    number = statement("number", number, faults, wanting="State the number of the decision.")
    signer = statement("signer", signer, faults, wanting="State who signed the decision.")
    day = _day(desk, decided, faults)
    days = int(desk.rulebook.profile.settings["disposal"]["execution_days"])
    if not faults and last_day(date.fromisoformat(day), days) < desk.today:
        said = "The {days} days of this decision are over already; it must be decided anew."
        faults.append(Fault("decided", said, {"days": days}))
    if not faults and day < civil_day(list_.reviewed_at) and list_.ruling is None:
        faults.append(Fault("decided", "The decision lies before the council closed its review."))
    if any(ruling.number == number for ruling in list_.rulings):
        faults.append(Fault("number", "This decision was used for the list before."))
    if faults:
        raise Invalid(faults)
    until = last_day(date.fromisoformat(day), days).isoformat()
    ruling = _rule(desk, list_, "approved", number, day, signer=signer, note=note, until=until)
    stopped = 0
    for line in lines:
        record = desk.site.by_id.get(line.record)
        reasons = (
            against(desk, record, basis=line.basis, unit=list_.unit, frozen=line.frozen)
            if isinstance(record, Dossier | Document)
            else (Reason("gone", "The dossier is not there any more."),)
        )
        if reasons:
            stopped += 1
            line.is_approved = False
            happened(desk, line, "blocked", reasons)
            book.release(book.book_of(desk.root), line, list_)
        else:
            line.is_approved = True
            happened(desk, line, "approved")
    list_.state = "approved" if stopped < len(lines) else "closed"
    list_.closed_at = "" if list_.state == "approved" else desk.now
    desk.say(
        number=list_.number,
        decision=number,
        decided=day,
        signer=signer,
        until=until,
        approved=len(lines) - stopped,
        stopped=stopped,
    )
    disposal_papers.write(desk, list_, "decision")
    return ruling


@act("disposal.refused", Permission.DISPOSAL_APPROVE)
def refuse(
    desk: Desk,
    list_: DisposalList,
    *,
    number: str = "",
    note: str,
    revision: int | None,
) -> Ruling:
    """Decide that nothing of the list is destroyed; everything is kept."""
    filing.check_revision(list_, revision)
    lines = _to_decide(desk, list_)
    faults: list[Fault] = []
    note = statement("note", note, faults, wanting="State why the destruction is refused.")
    if faults:
        raise Invalid(faults)
    day = desk.today.isoformat()
    ruling = _rule(
        desk, list_, "refused", one_line(number), day, signer=desk.identity.name, note=note
    )
    list_.state, list_.closed_at = "refused", desk.now
    for line in lines:
        line.is_approved = False
        keep_line(desk, list_, line, "kept", why=note)
    desk.say(number=list_.number, decision=number, why=note, kept=len(lines))
    return ruling


def _rule(
    desk: Desk,
    list_: DisposalList,
    outcome: str,
    number: str,
    day: str,
    *,
    signer: str,
    note: str,
    until: str = "",
) -> Ruling:
    ruling = Ruling(
        outcome,
        number,
        day,
        signer,
        one_line(note),
        until,
        desk.now,
        desk.identity.login,
        desk.identity.name,
    )
    list_.ruling = ruling
    list_.rulings = (*list_.rulings, ruling)
    touch(desk, list_)
    return ruling
