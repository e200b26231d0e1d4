"""Carry out what was decided: the one executor of destruction.

Three persons, never one: who carries out neither proposed nor approved.  Each line is a deed of
its own, and asks everything again on the object, in the transaction that does it: hold, period,
state, papers, permission of the executor, paper that is lent out.  What fails is stopped with the
reason; the other lines go on.  First a dossier goes into the bin, whole; when its days of grace
are over it is destroyed, and its certificate is written in the same commit.  The files of its
bytes are removed right after that commit, by name (``app.executing``).
"""

from __future__ import annotations

from datetime import date

from hoso.access.permissions import Permission
from hoso.desk import disposal_papers
from hoso.desk.act import act
from hoso.desk.describing import statement
from hoso.desk.desk import Desk
from hoso.desk.disposing import happened, touch
from hoso.desk.disposing_asking import (
    against,
    dossier_around,
    not_about_oneself,
    papers_of,
    proposers,
    three_persons,
)
from hoso.desk.disposing_certificate import certify, listed
from hoso.desk.disposing_closing import settle
from hoso.desk.disposing_traces import destroy, into_bin, out_of_bin
from hoso.desk.holding import place_hold
from hoso.kernel.errors import Conflict, Fault, Invalid, Missing, NotReady
from hoso.kernel.text import one_line
from hoso.records import filing
from hoso.records.model import Document, Dossier, Reason
from hoso.retention import holds
from hoso.retention.disposing import book
from hoso.retention.disposing.deciding import (
    bin_ends,
    is_stale,
    must_be,
    must_be_in_time,
    to_carry_out,
)
from hoso.retention.disposing.model import (
    Destroyed,
    DisposalLine,
    DisposalList,
    Disposals,
)

__all__ = [
    "carry_out_line",
    "destroy_line",
    "execute",
    "files_removed",
    "hold_line",
    "restore",
    "stop",
]

_THREE = "Who proposed or approved a destruction does not carry it out: a third person must."


def _days(desk: Desk, key: str) -> int:
    return int(desk.rulebook.profile.settings["disposal"][key])


def _line(list_: DisposalList, number: int) -> DisposalLine:
    line: DisposalLine | None = list_.lines.get(number)
    if line is None:
        raise Missing
    return line


def _third_person(desk: Desk, list_: DisposalList) -> None:
    ruling = list_.ruling
    three_persons(desk, *proposers(list_), ruling.by if ruling else "", reason=_THREE)
    not_about_oneself(desk, list_)


# Into the bin ----------------------------------------------------------------------------


@act("disposal.execution-begun", Permission.DISPOSAL_EXECUTE)
def execute(desk: Desk, list_: DisposalList, *, number: str, revision: int | None) -> int:
    """Begin to carry out an approved list; return how many lines there are to carry out.

    The house carries out line by line from here on, in this person's name, and goes on where it
    was interrupted.

    :param number: of the decision, typed again by who carries it out.
    """
    filing.check_revision(list_, revision)
    must_be(list_, "approved", "binned")
    must_be_in_time(list_, desk.today)
    _third_person(desk, list_)
    ruling = list_.ruling
    if ruling is None or one_line(number) != ruling.number:
        said = "This is not the number of the decision the list was approved by."
        raise Invalid([Fault("number", said)])
    lines = to_carry_out(list_)
    if not lines:
        raise Conflict("There is no line to carry out on this list.")
    list_.state, list_.stopped, list_.stopped_on = "executing", (), ""
    list_.execution += 1
    list_.executor, list_.executor_name = desk.identity.login, desk.identity.name
    list_.execution_began_at = desk.now
    book.book_of(desk.root).running.insert(list_.id)
    touch(desk, list_)
    desk.say(number=list_.number, decision=ruling.number, lines=len(lines))
    disposal_papers.write(desk, list_, "hand-over")
    return len(lines)


@act("disposal.line-executed", Permission.DISPOSAL_EXECUTE)
def carry_out_line(desk: Desk, list_: DisposalList, *, number: int) -> DisposalLine:
    """Put the dossier or paper of one line into the bin, or stop the line and say why."""
    must_be(list_, "executing")
    must_be_in_time(list_, desk.today)
    _third_person(desk, list_)
    line = _line(list_, number)
    if line not in to_carry_out(list_):
        raise Conflict("This line is {state}; it is not carried out.", state=line.state)
    record = desk.site.by_id.get(line.record)
    if not isinstance(record, Dossier | Document):
        reasons: tuple[Reason, ...] = (Reason("gone", "The dossier is not there any more."),)
    else:
        desk.about(record)
        reasons = _against(desk, list_, line, record)
    line.execution = list_.execution
    desk.say(number=list_.number, line=number)
    if reasons or not isinstance(record, Dossier | Document):
        happened(desk, line, "blocked", reasons)
        desk.say(result="blocked", why="; ".join(map(str, reasons)))
        return line
    into_bin(desk, record)
    kept = book.book_of(desk.root)
    first = bin_ends(list_.ruling, desk.today, grace=_days(desk, "grace_days"))
    kept.bin[record.id] = record
    kept.bin_ends.insert((first.toordinal(), record.id))
    if isinstance(record, Dossier):
        kept.codes[record.code] = record.id
    line.purge_from = first.isoformat()
    happened(desk, line, "binned")
    desk.say(result="binned", papers=line.frozen.paper_count, until=line.purge_from)
    return line


def _against(
    desk: Desk, list_: DisposalList, line: DisposalLine, record: Dossier | Document
) -> tuple[Reason, ...]:
    """Return what stands against it now; that the executor may not, is one of it."""
    allowed = desk.decide(record, Permission.DISPOSAL_EXECUTE)
    refused = (
        () if allowed else (Reason("not-allowed", "The executor may not do this here any more."),)
    )
    said = against(desk, record, basis=line.basis, unit=list_.unit, frozen=line.frozen)
    return (*refused, *said)


def stop(desk: Desk, list_: DisposalList, reason: Reason) -> None:
    """Stop carrying a list out, and say why on it; what is done stays done."""
    list_.stopped, list_.stopped_on = (reason,), desk.today.isoformat()
    desk.tell(
        "disposal.execution-stopped",
        list_,
        number=list_.number,
        executor=list_.executor,
        why=str(reason),
    )
    settle(desk, list_)


# In the bin ------------------------------------------------------------------------------


@act("disposal.line-restored", Permission.DISPOSAL_EXECUTE)
def restore(
    desk: Desk, list_: DisposalList, *, number: int, why: str, revision: int | None = None
) -> Dossier | Document:
    """Take a record out of the bin again, with the reason; it is as it was, wherever it was."""
    filing.check_revision(list_, revision)
    faults: list[Fault] = []
    why = statement("why", why, faults, wanting="State why the dossier is kept after all.")
    line = _line(list_, number)
    kept = book.book_of(desk.root)
    record: Dossier | Document | None = kept.bin.get(line.record)
    if line.state != "binned" or record is None:
        faults.append(
            Fault("line", "The dossier of line {number} is not in the bin.", {"number": number})
        )
    if faults or record is None:
        raise Invalid(faults)
    _out(kept, line)
    if isinstance(record, Dossier):
        del kept.codes[record.code]
    book.release(kept, line, list_)
    out_of_bin(desk, record)
    happened(desk, line, "restored", (Reason("said", "{why}", (("why", why),)),))
    if list_.state != "executing":
        settle(desk, list_)
    desk.about(record)
    desk.say(number=list_.number, line=number, why=why)
    return record


def _out(kept: Disposals, line: DisposalLine) -> None:
    del kept.bin[line.record]
    ends = (_ordinal(line.purge_from), line.record)
    if ends in kept.bin_ends:
        kept.bin_ends.remove(ends)


def _ordinal(day: str) -> int:
    return date.fromisoformat(day).toordinal()


@act("disposal.line-held", Permission.RETENTION_HOLD)
def hold_line(desk: Desk, list_: DisposalList, *, number: int, reason: str, authority: str) -> int:
    """Place a hold on the dossier or paper of a line, wherever it lies: in the tree or in the bin.

    Accepted at any time; what is in the bin is not destroyed while it stands.
    """
    line = _line(list_, number)
    if line.state == "destroyed":
        raise Conflict("The dossier of this line is destroyed.")
    record = desk.site.by_id.get(line.record)
    if isinstance(record, Dossier | Document):
        placed = place_hold(desk, record, reason=reason, authority=authority)
    else:
        placed = holds.place(
            desk.root["retention-holds"],
            reason=reason,
            authority=authority,
            records=[line.record],
            by=desk.identity.login,
            at=desk.now,
        )
    desk.say(number=list_.number, line=number, of=line.uid, reason=reason, authority=authority)
    return int(placed.id)


# Gone ------------------------------------------------------------------------------------


def _stale(desk: Desk, list_: DisposalList) -> tuple[Reason, ...]:
    """Return the reason why what a decision put into the bin long ago is not destroyed by it."""
    ruling = list_.ruling
    grace, days = _days(desk, "grace_days"), _days(desk, "execution_days")
    if ruling is not None and not is_stale(ruling, desk.today, grace=grace, days=days):
        return ()
    facts = (ruling.number, ruling.until) if ruling is not None else ("?", "?")
    text = (
        "The decision {number} had to be carried out by {until}. Nothing is destroyed; the head "
        "decides anew."
    )
    return (Reason("stale", text, tuple(zip(("number", "until"), facts, strict=True))),)


@act("disposal.line-destroyed", Permission.DISPOSAL_EXECUTE)
def destroy_line(desk: Desk, list_: DisposalList, *, number: int) -> Destroyed | None:
    """Destroy the record of one line for good, and write its certificate in the same commit.

    Everything is asked again; ``None`` where something stands against it: it stays in the bin.
    """
    _third_person(desk, list_)
    line = _line(list_, number)
    kept = book.book_of(desk.root)
    record: Dossier | Document | None = kept.bin.get(line.record)
    dossier = dossier_around(record) if record is not None else None
    if line.state != "binned" or record is None or dossier is None:
        raise Conflict("The dossier of line {number} is not in the bin.", number=number)
    if line.purge_from > desk.today.isoformat():
        raise NotReady(
            "The dossier stays in the bin until {until}; it can be restored so long.",
            until=line.purge_from,
        )
    desk.about(record)
    desk.say(number=list_.number, line=number)
    reasons = (*_stale(desk, list_), *_against(desk, list_, line, record))
    if reasons:
        if reasons != line.reasons:
            # Still in the bin; said once, not each time it is asked.
            happened(desk, line, "binned", reasons)
        line.asked_on = desk.today.isoformat()
        desk.say(result="stopped", why="; ".join(map(str, reasons)))
        return None
    papers = listed(papers_of(record))
    gone = destroy(desk, record, why=f"destroyed: {list_.number}")
    _out(kept, line)
    certificate = certify(desk, list_, line, dossier=dossier, papers=papers, gone=gone)
    book.keep_certificate(kept, certificate)
    kept.shredding[record.id] = tuple(sorted(gone.oids))
    kept.mirrored[record.id] = (desk.today.isoformat(), tuple(sorted(gone.digests)))
    kept.second_copies[record.id] = tuple(sorted(gone.digests))
    book.release(kept, line, list_)
    happened(desk, line, "destroyed")
    list_.stopped, list_.stopped_on = (), ""
    if list_.state == "binned":
        settle(desk, list_)
    desk.say(
        result="destroyed",
        papers=len(papers),
        files=len(gone.oids),
        certificate=certificate.digest,
        backups=certificate.backups_until,
    )
    return certificate


def files_removed(desk: Desk, record: int) -> None:
    """Write down that every file of a destroyed dossier is removed; by the house."""
    kept = book.book_of(desk.root)
    oids = kept.shredding.pop(record, None)
    copies = kept.second_copies.pop(record, ())
    certificate: Destroyed | None = kept.destroyed.get(record)
    if oids is None or certificate is None or certificate.bytes_gone_at:
        return
    certificate.bytes_gone_at = desk.now
    desk.tell(
        "disposal.bytes-removed",
        certificate,
        code=certificate.code,
        files=len(oids),
        second_copies=len(copies) if desk.house.second_copy is not None else 0,
        certificate=certificate.digest,
    )
